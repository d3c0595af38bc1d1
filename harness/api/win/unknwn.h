// IUnknown and IClassFactory (learn.microsoft.com, unknwn.h).
#ifndef VSSLAB_WIN_UNKNWN_H
#define VSSLAB_WIN_UNKNWN_H

#include <winerror.h>

#define interface struct
#define MIDL_INTERFACE(text) struct
#define PURE = 0
#define THIS_
#define THIS void
#define STDMETHOD(method) virtual HRESULT STDMETHODCALLTYPE method
#define STDMETHOD_(type, method) virtual type STDMETHODCALLTYPE method
#define STDMETHODIMP HRESULT STDMETHODCALLTYPE
#define STDMETHODIMP_(type) type STDMETHODCALLTYPE
#define STDAPI EXTERN_C HRESULT STDAPICALLTYPE
#define STDAPI_(type) EXTERN_C type STDAPICALLTYPE
#define DECLARE_INTERFACE(name) struct name
#define DECLARE_INTERFACE_(name, base) struct name : public base

class IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** ppvObject) = 0;
  virtual ULONG STDMETHODCALLTYPE AddRef() = 0;
  virtual ULONG STDMETHODCALLTYPE Release() = 0;

  template <class Q>
  HRESULT QueryInterface(Q** pp) {
    return QueryInterface(__uuidof(Q), reinterpret_cast<void**>(pp));
  }
};
VSSLAB_GUID(IID_IUnknown, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)
VSSLAB_ATTACH_UUID(IUnknown, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)
typedef IUnknown* LPUNKNOWN;

class IClassFactory : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* pUnkOuter, REFIID riid,
                                                   void** ppvObject) = 0;
  virtual HRESULT STDMETHODCALLTYPE LockServer(BOOL fLock) = 0;
};
VSSLAB_GUID(IID_IClassFactory, 1, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)
VSSLAB_ATTACH_UUID(IClassFactory, 1, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)

template <class T>
void** IID_PPV_ARGS_Helper(T** pp) {
  (void)static_cast<IUnknown*>(*pp);
  return reinterpret_cast<void**>(pp);
}
#define IID_PPV_ARGS(ppType) __uuidof(**(ppType)), IID_PPV_ARGS_Helper(ppType)

#endif
