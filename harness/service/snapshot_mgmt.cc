// CLSID_VssSnapshotMgmt: finds a provider's management interface, lists volumes and copies.

#include <windows.h>

#include <vsmgmt.h>
#include <vsprov.h>

#include "service/com.h"
#include "service/enum_object.h"
#include "service/impl.h"
#include "service/management_calls.h"
#include "service/snapshot_mgmt.h"

namespace vsslab {

namespace {

const Guid kSystemProvider = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");
// The page of AddDiffArea; the registry value MinDiffAreaFileSize, in MB, says otherwise.
constexpr LONGLONG kMinimumMegabytes = 320;

class LocalMgmt final : public SnapshotMgmt {
 public:
  explicit LocalMgmt(LabVss::Impl& service) : service_(service) {}

  HRESULT STDMETHODCALLTYPE GetProviderMgmtInterface(VSS_ID provider, REFIID iid,
                                                     IUnknown** out) override {
    return provider_management(service_, Guid::from(provider), iid, out);
  }
  // "Not supported": both pages keep the two calls for the system.
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForSnapshots(VSS_ID provider, LONG context,
                                                              IVssEnumMgmtObject** out) override {
    if (out != nullptr) *out = nullptr;
    return ManagementCall(service_, "QueryVolumesSupportedForSnapshots")
        .done(hr::not_impl, {{"provider", Guid::from(provider).to_string()},
                             {"context", journal_hex(static_cast<std::uint32_t>(context))}});
  }
  HRESULT STDMETHODCALLTYPE QuerySnapshotsByVolume(VSS_PWSZ volume, VSS_ID provider,
                                                   IVssEnumObject** out) override {
    if (out != nullptr) *out = nullptr;
    return ManagementCall(service_, "QuerySnapshotsByVolume")
        .done(hr::not_impl,
              {{"volume", text_of(volume)}, {"provider", Guid::from(provider).to_string()}});
  }

  HRESULT STDMETHODCALLTYPE GetMinDiffAreaSize(LONGLONG* out) override {
    ManagementCall call(service_, "GetMinDiffAreaSize");
    if (out == nullptr) return call.done(hr::invalid_arg);
    if (call.stopped()) return call.done(*call.stopped());
    DWORD megabytes = 0;
    DWORD size = sizeof(megabytes);
    const LSTATUS found =
        RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\VolSnap",
                     L"MinDiffAreaFileSize", RRF_RT_DWORD, nullptr, &megabytes, &size);
    *out = call.told_size("bytes",
                          (found == ERROR_SUCCESS ? LONGLONG{megabytes} : kMinimumMegabytes) << 20);
    return call.done(hr::ok, {{"bytes", std::to_string(*out)}});
  }

 private:
  LabVss::Impl& service_;
};

}  // namespace

HRESULT SnapshotMgmt::QueryInterface(REFIID riid, void** out) {
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

namespace {

Hr find_management(LabVss::Impl& service, const Guid& provider, REFIID iid, IUnknown** out) {
  if (out == nullptr) return hr::invalid_arg;
  *out = nullptr;
  if (provider != kSystemProvider) return hr::invalid_arg;  // "This must be the system provider."
  ProviderRecord* const record = service.find_provider(provider);
  if (record == nullptr) return hr::provider_not_registered;
  void* managed = nullptr;
  const Hr asked =
      record->software->QueryInterface(__uuidof(IVssDifferentialSoftwareSnapshotMgmt), &managed);
  if (failed(asked)) return asked;
  const ComRef<IUnknown> held(static_cast<IVssDifferentialSoftwareSnapshotMgmt*>(managed));
  return watch_management(service, *record, *held.get(), iid, reinterpret_cast<void**>(out));
}

std::string interface_name(REFIID iid) {
  if (IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt))) {
    return "IVssDifferentialSoftwareSnapshotMgmt";
  }
  if (IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt2))) {
    return "IVssDifferentialSoftwareSnapshotMgmt2";
  }
  if (IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt3))) {
    return "IVssDifferentialSoftwareSnapshotMgmt3";
  }
  return IsEqualIID(iid, __uuidof(IUnknown)) ? "IUnknown" : Guid::from(iid).to_string();
}

}  // namespace

HRESULT provider_management(LabVss::Impl& service, const Guid& provider, REFIID iid,
                            IUnknown** out) {
  ManagementCall call(service, "GetProviderMgmtInterface");
  const Hr result = call.stopped() ? *call.stopped() : find_management(service, provider, iid, out);
  return call.done(result,
                   {{"provider", provider.to_string()}, {"interface", interface_name(iid)}});
}

SnapshotMgmt* make_snapshot_mgmt(LabVss::Impl& service) { return new LocalMgmt(service); }

}  // namespace vsslab
