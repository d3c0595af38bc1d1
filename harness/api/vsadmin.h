// Registration of providers (sdk-api, vsadmin.h).
#ifndef VSSLAB_API_VSADMIN_H
#define VSSLAB_API_VSADMIN_H

#include <vss.h>
#include <windows.h>

// Registration of providers.
// Page: nn-vsadmin-ivssadmin.
class VSS_UUID("77ed5996-2f63-11d3-8a39-00c04f72d8e3") IVssAdmin : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE RegisterProvider(VSS_ID pProviderId, CLSID ClassId,
                                                     VSS_PWSZ pwszProviderName,
                                                     VSS_PROVIDER_TYPE eProviderType,
                                                     VSS_PWSZ pwszProviderVersion,
                                                     VSS_ID ProviderVersionId) = 0;
  virtual HRESULT STDMETHODCALLTYPE UnregisterProvider(VSS_ID ProviderId) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryProviders(IVssEnumObject** ppEnum) = 0;
  virtual HRESULT STDMETHODCALLTYPE AbortAllSnapshotsInProgress() = 0;
};
VSS_IID(IVssAdmin, 0x77ed5996, 0x2f63, 0x11d3, 0x8a, 0x39, 0x00, 0xc0, 0x4f, 0x72, 0xd8, 0xe3)

// Since Windows 7: capabilities and contexts of providers.
// Page: nn-vsadmin-ivssadminex.
class VSS_UUID("7858a9f8-b1fa-41a6-964f-b9b36b8cd8d8") IVssAdminEx : public IVssAdmin {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetProviderCapability(VSS_ID pProviderId,
                                                          ULONGLONG* pllOriginalCapabilityMask) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetProviderContext(VSS_ID ProviderId, LONG* plContext) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetProviderContext(VSS_ID ProviderId, LONG lContext) = 0;
};
VSS_IID(IVssAdminEx, 0x7858a9f8, 0xb1fa, 0x41a6, 0x96, 0x4f, 0xb9, 0xb3, 0x6b, 0x8c, 0xd8, 0xd8)

class VSS_UUID("e579ab5f-1cc4-44b4-bed9-de0991ff0623") VSSCoordinator;
VSS_CLSID(VSSCoordinator, 0xe579ab5f, 0x1cc4, 0x44b4, 0xbe, 0xd9, 0xde, 0x09, 0x91, 0xff, 0x06,
          0x23)

#endif
