// A COM object of one interface: its references and QueryInterface.
#pragma once

#include <windows.h>

#include <unknwn.h>

namespace vsslab {

// `Object` derives from it and is deleted by its last Release.
template <class Object, class Interface>
class OneInterface : public Interface {
 public:
  OneInterface() = default;
  OneInterface(const OneInterface&) = delete;
  OneInterface& operator=(const OneInterface&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (!IsEqualIID(iid, __uuidof(IUnknown)) && !IsEqualIID(iid, __uuidof(Interface))) {
      return E_NOINTERFACE;
    }
    AddRef();
    *out = static_cast<Interface*>(this);
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) delete static_cast<Object*>(this);
    return left;
  }

 protected:
  ~OneInterface() = default;

 private:
  ULONG references_ = 1;
};

}  // namespace vsslab
