// The IVssAsync of a revert: it cannot be cancelled, and ends by itself.
#pragma once

#include <vss.h>

#include "core/scheduler.h"
#include "mock-provider/system/system_provider.h"

namespace vsslab {

class SystemProvider::Revert final : public IVssAsync {
 public:
  explicit Revert(Scheduler* scheduler) : scheduler_(scheduler) {}

  bool done() const { return done_; }
  void finish_after(Duration duration);
  // The provider is gone; whoever still holds this sees it done.
  void abandon();

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override;
  HRESULT STDMETHODCALLTYPE Cancel() override;
  HRESULT STDMETHODCALLTYPE Wait(DWORD milliseconds) override;
  HRESULT STDMETHODCALLTYPE QueryStatus(HRESULT* result, INT* reserved) override;

 private:
  ~Revert() = default;
  void finish();

  ULONG references_ = 1;
  Scheduler* scheduler_;
  TimerId timer_ = 0;
  bool done_ = false;
  WaitQueue waiting_;
};

}  // namespace vsslab
