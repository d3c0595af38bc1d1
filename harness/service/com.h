// Reference counting and text at the COM edge.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

#include "core/guid.h"
#include "win32/wide.h"

namespace vsslab {

// A COM object with an honest count. `final_release` runs when the last reference goes.
template <class... Interfaces>
class ComObject : public Interfaces... {
 public:
  virtual ~ComObject() = default;
  ComObject() = default;
  ComObject(const ComObject&) = delete;
  ComObject& operator=(const ComObject&) = delete;

  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) final_release();
    return left;
  }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = query(Guid::from(iid));
    if (*out == nullptr) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }

 protected:
  // The interface pointer for `iid`, or null. No reference is taken.
  virtual void* query(const Guid& iid) = 0;
  virtual void final_release() { delete this; }

 private:
  ULONG references_ = 1;
};

// Holds one reference.
template <class T>
class ComRef {
 public:
  ComRef() = default;
  explicit ComRef(T* adopted) : pointer_(adopted) {}
  ComRef(ComRef&& other) noexcept : pointer_(other.pointer_) { other.pointer_ = nullptr; }
  ComRef& operator=(ComRef&& other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }
  ~ComRef() {
    if (pointer_ != nullptr) pointer_->Release();
  }
  T* get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }

 private:
  T* pointer_ = nullptr;
};

// A BSTR of its own for the caller. False when `out` is null.
bool give_bstr(std::string_view text, BSTR* out);
// The same, but an empty text becomes a NULL string, as the getters document.
bool give_bstr_or_null(std::string_view text, BSTR* out);

inline std::string text_of(const WCHAR* wide) {
  return wide == nullptr ? std::string() : to_utf8(wide);
}

}  // namespace vsslab
