#include "requester/management.h"

#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

constexpr VSS_ID kSystemProvider = {
    0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};

// All kinds of objects begin with two texts.
void free_texts(VSS_MGMT_OBJECT_PROP& object) {
  if (object.Type == VSS_MGMT_OBJECT_DIFF_AREA) {
    CoTaskMemFree(object.Obj.DiffArea.m_pwszVolumeName);
    CoTaskMemFree(object.Obj.DiffArea.m_pwszDiffAreaVolumeName);
  } else if (object.Type == VSS_MGMT_OBJECT_DIFF_VOLUME) {
    CoTaskMemFree(object.Obj.DiffVol.m_pwszVolumeName);
    CoTaskMemFree(object.Obj.DiffVol.m_pwszVolumeDisplayName);
  } else if (object.Type == VSS_MGMT_OBJECT_VOLUME) {
    CoTaskMemFree(object.Obj.Vol.m_pwszVolumeName);
    CoTaskMemFree(object.Obj.Vol.m_pwszVolumeDisplayName);
  }
}

}  // namespace

Hr open_management(REFIID iid, void** out) {
  Held<IVssSnapshotMgmt> all;
  const HRESULT made =
      CoCreateInstance(CLSID_VssSnapshotMgmt, NULL, CLSCTX_ALL, __uuidof(IVssSnapshotMgmt),
                       reinterpret_cast<void**>(all.out()));
  if (FAILED(made)) return made;
  return all->GetProviderMgmtInterface(kSystemProvider, iid, reinterpret_cast<IUnknown**>(out));
}

Hr for_each_managed(IVssEnumMgmtObject& list,
                    const std::function<void(const VSS_MGMT_OBJECT_PROP&)>& use) {
  for (;;) {
    VSS_MGMT_OBJECT_PROP object{};
    ULONG fetched = 0;
    const HRESULT next = list.Next(1, &object, &fetched);
    if (FAILED(next)) return next;
    if (fetched == 0) return hr::ok;
    use(object);
    free_texts(object);
  }
}

}  // namespace vsslab::requester
