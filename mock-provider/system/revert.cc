#include "mock-provider/system/revert.h"

namespace vsslab {

void SystemProvider::Revert::finish_after(Duration duration) {
  if (scheduler_ == nullptr || duration <= Duration(0)) return finish();
  timer_ = scheduler_->at(scheduler_->now() + duration, [this] {
    timer_ = 0;
    finish();
  });
}

void SystemProvider::Revert::finish() {
  done_ = true;
  if (scheduler_ != nullptr) scheduler_->notify_all(waiting_);
}

void SystemProvider::Revert::abandon() {
  if (timer_ != 0) scheduler_->cancel(timer_);
  timer_ = 0;
  finish();
}

HRESULT SystemProvider::Revert::QueryInterface(REFIID riid, void** out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (!IsEqualIID(riid, __uuidof(IUnknown)) && !IsEqualIID(riid, __uuidof(IVssAsync))) {
    return E_NOINTERFACE;
  }
  AddRef();
  *out = static_cast<IVssAsync*>(this);
  return S_OK;
}

ULONG SystemProvider::Revert::Release() {
  const ULONG left = --references_;
  if (left == 0) delete this;
  return left;
}

HRESULT SystemProvider::Revert::Cancel() { return done_ ? VSS_S_ASYNC_FINISHED : VSS_E_BAD_STATE; }

HRESULT SystemProvider::Revert::Wait(DWORD milliseconds) {
  if (done_) return S_OK;
  if (scheduler_ == nullptr || scheduler_->current() == 0) return VSS_E_BAD_STATE;
  AddRef();  // the last reference may go while this waits
  if (milliseconds == INFINITE) {
    while (!done_) scheduler_->wait(waiting_);
  } else {
    scheduler_->wait(waiting_, std::chrono::milliseconds(milliseconds));
  }
  Release();
  return S_OK;
}

HRESULT SystemProvider::Revert::QueryStatus(HRESULT* result, INT* reserved) {
  if (result == nullptr) return E_INVALIDARG;
  *result = done_ ? VSS_S_ASYNC_FINISHED : VSS_S_ASYNC_PENDING;
  if (reserved != nullptr) *reserved = 0;
  return S_OK;
}

}  // namespace vsslab
