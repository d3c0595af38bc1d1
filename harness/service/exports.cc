// The functions behind vswriter.h, vsbackup.h and vsmgmt.h: each finds the service of the current
// lab.

#include <windows.h>

#include <vsbackup.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include "service/examine_metadata.h"
#include "service/express_writer.h"
#include "service/impl.h"
#include "service/snapshot_mgmt.h"
#include "win32/lab.h"
#include "win32/process.h"

namespace {

vsslab::LabVss* current_service() {
  vsslab::Lab* lab = vsslab::current_lab();
  return lab != nullptr ? lab->vss : nullptr;
}

// The service of a party that runs in a process of its own, or null.
vsslab::VssPort* remote_service() {
  vsslab::Lab* lab = vsslab::current_lab();
  return lab != nullptr ? lab->remote_vss : nullptr;
}

}  // namespace

EXTERN_C HRESULT STDAPICALLTYPE CreateWriter(CVssWriter* writer, IVssWriterImpl** out) {
  if (auto* remote = remote_service()) return remote->create_writer(writer, out, false);
  vsslab::LabVss* service = current_service();
  return service != nullptr ? service->create_writer(writer, out, false) : E_UNEXPECTED;
}

EXTERN_C HRESULT STDAPICALLTYPE CreateWriterEx(CVssWriterEx* writer, IVssWriterImpl** out) {
  if (auto* remote = remote_service()) return remote->create_writer(writer, out, true);
  vsslab::LabVss* service = current_service();
  return service != nullptr ? service->create_writer(writer, out, true) : E_UNEXPECTED;
}

EXTERN_C HRESULT STDAPICALLTYPE CreateVssBackupComponentsInternal(IVssBackupComponents** out) {
  if (auto* remote = remote_service()) return remote->create_backup_components(out);
  vsslab::LabVss* service = current_service();
  return service != nullptr ? service->create_backup_components(out) : E_UNEXPECTED;
}

EXTERN_C HRESULT STDAPICALLTYPE
CreateVssExamineWriterMetadataInternal(BSTR xml, IVssExamineWriterMetadata** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  auto* examine = new vsslab::ExamineMetadata(nullptr, {});
  const HRESULT result = examine->LoadFromXML(xml);
  if (FAILED(result)) {
    examine->Release();
    return result;
  }
  *out = examine;
  return S_OK;
}

EXTERN_C HRESULT APIENTRY IsVolumeSnapshottedInternal(VSS_PWSZ volume, BOOL* present,
                                                      LONG* compatibility) {
  if (auto* remote = remote_service()) {
    return remote->is_volume_snapshotted(volume, present, compatibility);
  }
  vsslab::LabVss* service = current_service();
  if (service == nullptr) return E_UNEXPECTED;
  if (volume == nullptr || present == nullptr || compatibility == nullptr) return E_INVALIDARG;
  *present = FALSE;
  *compatibility = 0;
  vsslab::LabVss::Impl& impl = service->impl();
  if (impl.volume(vsslab::text_of(volume)) == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  for (const auto& provider : impl.providers) {
    if (provider->gone) continue;
    BOOL here = FALSE;
    LONG flags = 0;
    if (SUCCEEDED(provider->software->IsVolumeSnapshotted(volume, &here, &flags)) && here) {
      *present = TRUE;
      *compatibility |= flags;
    }
  }
  return S_OK;
}

EXTERN_C void APIENTRY VssFreeSnapshotPropertiesInternal(VSS_SNAPSHOT_PROP* properties) {
  if (properties == nullptr) return;
  for (VSS_PWSZ* text :
       {&properties->m_pwszSnapshotDeviceObject, &properties->m_pwszOriginalVolumeName,
        &properties->m_pwszOriginatingMachine, &properties->m_pwszServiceMachine,
        &properties->m_pwszExposedName, &properties->m_pwszExposedPath}) {
    CoTaskMemFree(*text);
    *text = nullptr;
  }
}

EXTERN_C HRESULT APIENTRY GetProviderMgmtInterfaceInternal(VSS_ID provider, IID iid,
                                                           IUnknown** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (auto* remote = remote_service()) {
    return remote->provider_management(vsslab::Guid::from(provider), vsslab::Guid::from(iid), out);
  }
  vsslab::LabVss* service = current_service();
  if (service == nullptr) return E_UNEXPECTED;
  return vsslab::provider_management(service->impl(), vsslab::Guid::from(provider), iid, out);
}

// The lab's registry lists no writer under WritersBlockingRevert.
EXTERN_C HRESULT APIENTRY ShouldBlockRevertInternal(LPCWSTR volume, bool* block) {
  if (volume == nullptr || block == nullptr) return E_INVALIDARG;
  *block = false;
  return S_OK;
}

EXTERN_C HRESULT STDAPICALLTYPE CreateVssExpressWriterInternal(IVssExpressWriter** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (auto* remote = remote_service()) return remote->create_express_writer(out);
  vsslab::LabVss* service = current_service();
  if (service == nullptr) return E_UNEXPECTED;
  *out = new vsslab::ExpressWriter(service->impl());
  return S_OK;
}

namespace vsslab {

// By the names in the export tables of vssapi.dll, those of 64 and of 32 bits.
void register_exports(Lab& lab) {
  const auto add = [&lab](const char* name, auto* function) {
    lab.vssapi_exports[name] = reinterpret_cast<void (*)()>(function);
  };
  add("CreateVssBackupComponentsInternal", &CreateVssBackupComponentsInternal);
  add("?CreateVssBackupComponents@@YAJPEAPEAVIVssBackupComponents@@@Z",
      &CreateVssBackupComponentsInternal);
  add("?CreateVssBackupComponents@@YGJPAPAVIVssBackupComponents@@@Z",
      &CreateVssBackupComponentsInternal);
  add("CreateVssExamineWriterMetadataInternal", &CreateVssExamineWriterMetadataInternal);
  add("?CreateVssExamineWriterMetadata@@YAJPEAGPEAPEAVIVssExamineWriterMetadata@@@Z",
      &CreateVssExamineWriterMetadataInternal);
  add("?CreateVssExamineWriterMetadata@@YGJPAGPAPAVIVssExamineWriterMetadata@@@Z",
      &CreateVssExamineWriterMetadataInternal);
  add("CreateVssExpressWriterInternal", &CreateVssExpressWriterInternal);
  add("CreateWriter", &CreateWriter);
  add("CreateWriterEx", &CreateWriterEx);
  add("GetProviderMgmtInterface", &GetProviderMgmtInterfaceInternal);
  add("GetProviderMgmtInterfaceInternal", &GetProviderMgmtInterfaceInternal);
  add("IsVolumeSnapshotted", &IsVolumeSnapshottedInternal);
  add("IsVolumeSnapshottedInternal", &IsVolumeSnapshottedInternal);
  add("ShouldBlockRevert", &ShouldBlockRevertInternal);
  add("ShouldBlockRevertInternal", &ShouldBlockRevertInternal);
  add("VssFreeSnapshotProperties", &VssFreeSnapshotPropertiesInternal);
  add("VssFreeSnapshotPropertiesInternal", &VssFreeSnapshotPropertiesInternal);
}

}  // namespace vsslab
