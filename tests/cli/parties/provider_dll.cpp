// A provider in a library as its installer takes it: DllRegisterServer, DllGetClassObject. One
// source, one misdeed each, chosen by a macro.
#include <windows.h>

#include <unknwn.h>
#include <vsadmin.h>
#include <vss.h>

#include <new>
#include <stdexcept>

#include "vault_provider.h"

extern const CLSID VAULT_CLASS;
const CLSID VAULT_CLASS = {
    0x3d1c8a52, 0x77b4, 0x4f0e, {0x8b, 0x13, 0x5a, 0xc2, 0x90, 0x6e, 0x41, 0x7d}};

#if defined(SLOW)
typedef SlowVaultProvider Provider;
#elif defined(MISCOUNTS)
class Provider : public VaultProvider {
 public:
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID snapshot,
                                                  VSS_SNAPSHOT_PROP* properties) override {
    const HRESULT hr = VaultProvider::GetSnapshotProperties(snapshot, properties);
    if (hr == S_OK) properties->m_lSnapshotsCount = 7;
    return hr;
  }
};
#else
typedef VaultProvider Provider;
#endif

class Factory : public IClassFactory {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    *out = NULL;
    if (!IsEqualIID(iid, IID_IUnknown) && !IsEqualIID(iid, IID_IClassFactory)) return E_NOINTERFACE;
    *out = this;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** out) override {
    *out = NULL;
    if (outer != NULL) return CLASS_E_NOAGGREGATION;
#if defined(THROWS)
    throw std::runtime_error("no vault");
#endif
    Provider* made = new (std::nothrow) Provider;
    if (made == NULL) return E_OUTOFMEMORY;
    made->AddRef();
    HRESULT hr = made->QueryInterface(iid, out);
    made->Release();
    return hr;
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }
};

#if !defined(NO_CLASS)
static Factory g_factory;
#endif

STDAPI DllGetClassObject(REFCLSID clsid, REFIID iid, LPVOID* out) {
  *out = NULL;
#if !defined(NO_CLASS)
  if (IsEqualCLSID(clsid, VAULT_CLASS)) return g_factory.QueryInterface(iid, out);
#endif
  return CLASS_E_CLASSNOTAVAILABLE;
}

STDAPI DllRegisterServer(void) {
#if defined(REGISTERS_NOTHING)
  return S_OK;
#else
  const VSS_ID version_id = {
      0x91e7b0c3, 0x2f4d, 0x4a86, {0xa1, 0x6c, 0x08, 0x37, 0xd5, 0xf9, 0x62, 0xbe}};
  WCHAR name[] = L"Vault Provider";
  WCHAR version[] = L"1.0";
  VSS_PROVIDER_TYPE type = VSS_PROV_SOFTWARE;
#if defined(HARDWARE)
  type = VSS_PROV_HARDWARE;
#endif
  IVssAdmin* admin = NULL;
  HRESULT hr =
      CoCreateInstance(CLSID_VSSCoordinator, NULL, CLSCTX_ALL, IID_IVssAdmin, (void**)&admin);
  if (FAILED(hr)) return hr;
  // As an installer does that may find an older version.
  hr = admin->UnregisterProvider(VAULT_PROVIDER_ID);
  if (hr == VSS_E_PROVIDER_NOT_REGISTERED) {
    hr = admin->RegisterProvider(VAULT_PROVIDER_ID, VAULT_CLASS, name, type, version, version_id);
  }
  const HRESULT again =
      admin->RegisterProvider(VAULT_PROVIDER_ID, VAULT_CLASS, name, type, version, version_id);
  if (SUCCEEDED(hr) && again != VSS_E_PROVIDER_ALREADY_REGISTERED) hr = E_UNEXPECTED;
  admin->Release();
  return hr;
#endif
}
