// CLSID_VssSnapshotMgmt: finds a provider's management interface, lists volumes and copies.

#include <windows.h>

#include <vsmgmt.h>
#include <vsprov.h>

#include "service/com.h"
#include "service/enum_object.h"
#include "service/impl.h"
#include "service/snapshot_mgmt.h"

namespace vsslab {

namespace {

const Guid kSystemProvider = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");
// The page of AddDiffArea; the registry value MinDiffAreaFileSize, in MB, says otherwise.
constexpr LONGLONG kMinimumMegabytes = 320;

class SnapshotMgmt final : public IVssSnapshotMgmt, public IVssSnapshotMgmt2 {
 public:
  explicit SnapshotMgmt(LabVss::Impl& service) : service_(service) {}
  SnapshotMgmt(const SnapshotMgmt&) = delete;
  SnapshotMgmt& operator=(const SnapshotMgmt&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** out) override {
    if (out == nullptr) return E_POINTER;
    *out = nullptr;
    if (IsEqualIID(riid, __uuidof(IUnknown)) || IsEqualIID(riid, __uuidof(IVssSnapshotMgmt))) {
      *out = static_cast<IVssSnapshotMgmt*>(this);
    } else if (IsEqualIID(riid, __uuidof(IVssSnapshotMgmt2))) {
      *out = static_cast<IVssSnapshotMgmt2*>(this);
    } else {
      return E_NOINTERFACE;
    }
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }

  HRESULT STDMETHODCALLTYPE GetProviderMgmtInterface(VSS_ID provider, REFIID iid,
                                                     IUnknown** out) override {
    return provider_management(service_, Guid::from(provider), iid, out);
  }
  // "Not supported": both pages keep the two calls for the system.
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForSnapshots(VSS_ID, LONG,
                                                              IVssEnumMgmtObject** out) override {
    if (out != nullptr) *out = nullptr;
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE QuerySnapshotsByVolume(VSS_PWSZ, VSS_ID,
                                                   IVssEnumObject** out) override {
    if (out != nullptr) *out = nullptr;
    return E_NOTIMPL;
  }

  HRESULT STDMETHODCALLTYPE GetMinDiffAreaSize(LONGLONG* out) override {
    if (out == nullptr) return E_INVALIDARG;
    DWORD megabytes = 0;
    DWORD size = sizeof(megabytes);
    const LSTATUS found =
        RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\VolSnap",
                     L"MinDiffAreaFileSize", RRF_RT_DWORD, nullptr, &megabytes, &size);
    *out = (found == ERROR_SUCCESS ? LONGLONG{megabytes} : kMinimumMegabytes) << 20;
    return S_OK;
  }

 private:
  ~SnapshotMgmt() = default;

  LabVss::Impl& service_;
  ULONG references_ = 1;
};

}  // namespace

HRESULT provider_management(LabVss::Impl& service, const Guid& provider, REFIID iid,
                            IUnknown** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (provider != kSystemProvider) return E_INVALIDARG;  // "This must be the system provider."
  ProviderRecord* const record = service.find_provider(provider);
  if (record == nullptr) return VSS_E_PROVIDER_NOT_REGISTERED;
  return record->software->QueryInterface(iid, reinterpret_cast<void**>(out));
}

HRESULT make_snapshot_mgmt(LabVss::Impl& service, const Guid& iid, void** out) {
  auto* const made = new SnapshotMgmt(service);
  const HRESULT hr = made->QueryInterface(iid.to<IID>(), out);
  made->Release();
  return hr;
}

}  // namespace vsslab
