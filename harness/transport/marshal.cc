#include "transport/marshal.h"

#include "service/examine_metadata.h"

namespace vsslab::transport {

void put_text(Out& out, const WCHAR* text) {
  put(out, text != nullptr);
  if (text != nullptr) out.text(to_utf8(text));
}

BSTR get_bstr(In& in) {
  if (!get<bool>(in)) return nullptr;
  const std::string_view text = in.text();
  if (!in.ok()) return nullptr;
  const std::wstring wide = to_wide(text);
  return SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size()));
}

VSS_PWSZ get_task_text(In& in) {
  BSTR text = get_bstr(in);
  if (text == nullptr) return nullptr;
  const std::size_t bytes = (std::size_t{SysStringLen(text)} + 1) * sizeof(WCHAR);
  auto* copy = static_cast<VSS_PWSZ>(CoTaskMemAlloc(bytes));
  if (copy != nullptr) std::memcpy(copy, text, bytes);
  SysFreeString(text);
  return copy;
}

namespace {

void put_task_text(Out& out, VSS_PWSZ& text) {
  put_text(out, text);
  CoTaskMemFree(text);
  text = nullptr;
}

}  // namespace

void put_snapshot(Out& out, VSS_SNAPSHOT_PROP& properties) {
  put(out, properties.m_SnapshotId);
  put(out, properties.m_SnapshotSetId);
  put(out, properties.m_lSnapshotsCount);
  put_task_text(out, properties.m_pwszSnapshotDeviceObject);
  put_task_text(out, properties.m_pwszOriginalVolumeName);
  put_task_text(out, properties.m_pwszOriginatingMachine);
  put_task_text(out, properties.m_pwszServiceMachine);
  put_task_text(out, properties.m_pwszExposedName);
  put_task_text(out, properties.m_pwszExposedPath);
  put(out, properties.m_ProviderId);
  put(out, properties.m_lSnapshotAttributes);
  put(out, properties.m_tsCreationTimestamp);
  put(out, properties.m_eStatus);
}

void get_snapshot(In& in, VSS_SNAPSHOT_PROP& properties) {
  properties.m_SnapshotId = get<VSS_ID>(in);
  properties.m_SnapshotSetId = get<VSS_ID>(in);
  properties.m_lSnapshotsCount = get<LONG>(in);
  properties.m_pwszSnapshotDeviceObject = get_task_text(in);
  properties.m_pwszOriginalVolumeName = get_task_text(in);
  properties.m_pwszOriginatingMachine = get_task_text(in);
  properties.m_pwszServiceMachine = get_task_text(in);
  properties.m_pwszExposedName = get_task_text(in);
  properties.m_pwszExposedPath = get_task_text(in);
  properties.m_ProviderId = get<VSS_ID>(in);
  properties.m_lSnapshotAttributes = get<LONG>(in);
  properties.m_tsCreationTimestamp = get<VSS_TIMESTAMP>(in);
  properties.m_eStatus = get<VSS_SNAPSHOT_STATE>(in);
}

void put_object(Out& out, VSS_OBJECT_PROP& object) {
  put(out, object.Type);
  if (object.Type == VSS_OBJECT_SNAPSHOT) return put_snapshot(out, object.Obj.Snap);
  if (object.Type != VSS_OBJECT_PROVIDER) return;
  VSS_PROVIDER_PROP& provider = object.Obj.Prov;
  put(out, provider.m_ProviderId);
  put_task_text(out, provider.m_pwszProviderName);
  put(out, provider.m_eProviderType);
  put_task_text(out, provider.m_pwszProviderVersion);
  put(out, provider.m_ProviderVersionId);
  put(out, provider.m_ClassId);
}

void get_object(In& in, VSS_OBJECT_PROP& object) {
  object = VSS_OBJECT_PROP{};
  object.Type = get<VSS_OBJECT_TYPE>(in);
  if (object.Type == VSS_OBJECT_SNAPSHOT) return get_snapshot(in, object.Obj.Snap);
  if (object.Type != VSS_OBJECT_PROVIDER) return;
  VSS_PROVIDER_PROP& provider = object.Obj.Prov;
  provider.m_ProviderId = get<VSS_ID>(in);
  provider.m_pwszProviderName = get_task_text(in);
  provider.m_eProviderType = get<VSS_PROVIDER_TYPE>(in);
  provider.m_pwszProviderVersion = get_task_text(in);
  provider.m_ProviderVersionId = get<VSS_ID>(in);
  provider.m_ClassId = get<CLSID>(in);
}

// All kinds begin with two texts; those about differences go on with sizes.
void put_object(Out& out, VSS_MGMT_OBJECT_PROP& object) {
  put(out, object.Type);
  if (object.Type == VSS_MGMT_OBJECT_DIFF_AREA) {
    VSS_DIFF_AREA_PROP& area = object.Obj.DiffArea;
    put_task_text(out, area.m_pwszVolumeName);
    put_task_text(out, area.m_pwszDiffAreaVolumeName);
    put(out, area.m_llMaximumDiffSpace);
    put(out, area.m_llAllocatedDiffSpace);
    put(out, area.m_llUsedDiffSpace);
  } else if (object.Type == VSS_MGMT_OBJECT_DIFF_VOLUME) {
    VSS_DIFF_VOLUME_PROP& volume = object.Obj.DiffVol;
    put_task_text(out, volume.m_pwszVolumeName);
    put_task_text(out, volume.m_pwszVolumeDisplayName);
    put(out, volume.m_llVolumeFreeSpace);
    put(out, volume.m_llVolumeTotalSpace);
  } else if (object.Type == VSS_MGMT_OBJECT_VOLUME) {
    put_task_text(out, object.Obj.Vol.m_pwszVolumeName);
    put_task_text(out, object.Obj.Vol.m_pwszVolumeDisplayName);
  }
}

void get_object(In& in, VSS_MGMT_OBJECT_PROP& object) {
  object = VSS_MGMT_OBJECT_PROP{};
  object.Type = get<VSS_MGMT_OBJECT_TYPE>(in);
  if (object.Type == VSS_MGMT_OBJECT_DIFF_AREA) {
    VSS_DIFF_AREA_PROP& area = object.Obj.DiffArea;
    area.m_pwszVolumeName = get_task_text(in);
    area.m_pwszDiffAreaVolumeName = get_task_text(in);
    area.m_llMaximumDiffSpace = get<LONGLONG>(in);
    area.m_llAllocatedDiffSpace = get<LONGLONG>(in);
    area.m_llUsedDiffSpace = get<LONGLONG>(in);
  } else if (object.Type == VSS_MGMT_OBJECT_DIFF_VOLUME) {
    VSS_DIFF_VOLUME_PROP& volume = object.Obj.DiffVol;
    volume.m_pwszVolumeName = get_task_text(in);
    volume.m_pwszVolumeDisplayName = get_task_text(in);
    volume.m_llVolumeFreeSpace = get<LONGLONG>(in);
    volume.m_llVolumeTotalSpace = get<LONGLONG>(in);
  } else if (object.Type == VSS_MGMT_OBJECT_VOLUME) {
    object.Obj.Vol.m_pwszVolumeName = get_task_text(in);
    object.Obj.Vol.m_pwszVolumeDisplayName = get_task_text(in);
  }
}

void Passed<VSS_VOLUME_PROTECTION_INFO*>::reply(Out& out) {
  if (!wanted) return;
  put(out, held.m_protectionLevel);
  put(out, held.m_volumeIsOfflineForProtection);
  put(out, held.m_protectionFault);
  put(out, held.m_failureStatus);
  put(out, held.m_volumeHasUnusedDiffArea);
}

void Passed<VSS_VOLUME_PROTECTION_INFO*>::receive(In& in, VSS_VOLUME_PROTECTION_INFO* to) {
  if (to == nullptr) return;
  *to = VSS_VOLUME_PROTECTION_INFO{};
  to->m_protectionLevel = get<VSS_PROTECTION_LEVEL>(in);
  to->m_volumeIsOfflineForProtection = get<BOOL>(in);
  to->m_protectionFault = get<VSS_PROTECTION_FAULT>(in);
  to->m_failureStatus = get<LONG>(in);
  to->m_volumeHasUnusedDiffArea = get<BOOL>(in);
}

void put_document(Out& out, IVssExamineWriterMetadata* document) {
  BSTR xml = nullptr;
  if (document != nullptr) document->SaveAsXML(&xml);
  put_text(out, xml);
  SysFreeString(xml);
  if (document != nullptr) document->Release();
}

IVssExamineWriterMetadataEx2* get_document(In& in) {
  BSTR xml = get_bstr(in);
  if (xml == nullptr) return nullptr;
  auto* examine = new ExamineMetadata(nullptr, {});
  const HRESULT result = examine->LoadFromXML(xml);
  SysFreeString(xml);
  if (SUCCEEDED(result)) return examine;
  examine->Release();
  in.fail();
  return nullptr;
}

void Passed<VARIANT>::send(Out& out, const VARIANT& value) {
  out.number<std::uint16_t>(value.vt);
  if (value.vt == VT_BSTR || value.vt == VT_LPWSTR) return put_text(out, value.bstrVal);
  out.number<std::uint64_t>(value.ullVal);
}

void Passed<VARIANT>::take(In& in) {
  held.vt = in.number<std::uint16_t>();
  if (held.vt == VT_BSTR || held.vt == VT_LPWSTR) {
    held.vt = VT_BSTR;
    held.bstrVal = get_bstr(in);
    return;
  }
  // Nothing that points: an address of another process means nothing here.
  const bool plain = held.vt <= VT_R8 || (held.vt >= VT_ERROR && held.vt <= VT_BOOL) ||
                     (held.vt >= VT_I1 && held.vt <= VT_HRESULT);
  if (!plain || held.vt == 9 || held.vt == 12) {
    held.vt = VT_EMPTY;
    in.fail();
  }
  held.ullVal = in.number<std::uint64_t>();
}

}  // namespace vsslab::transport
