#include "mock-provider/system/mgmt_enum.h"

#include <atlcom.h>

#include <algorithm>
#include <array>

namespace vsslab {

namespace {

struct CopyMgmtObject {
  // All three kinds begin with two texts.
  static std::array<VSS_PWSZ*, 2> texts(VSS_MGMT_OBJECT_PROP& property) {
    switch (property.Type) {
      case VSS_MGMT_OBJECT_DIFF_VOLUME:
        return {&property.Obj.DiffVol.m_pwszVolumeName,
                &property.Obj.DiffVol.m_pwszVolumeDisplayName};
      case VSS_MGMT_OBJECT_DIFF_AREA:
        return {&property.Obj.DiffArea.m_pwszVolumeName,
                &property.Obj.DiffArea.m_pwszDiffAreaVolumeName};
      default:
        return {&property.Obj.Vol.m_pwszVolumeName, &property.Obj.Vol.m_pwszVolumeDisplayName};
    }
  }
  static HRESULT copy(VSS_MGMT_OBJECT_PROP* to, const VSS_MGMT_OBJECT_PROP* from) {
    *to = *from;
    HRESULT result = S_OK;
    for (VSS_PWSZ* text : texts(*to)) {
      const LPCOLESTR theirs = *text;
      const HRESULT hr = _Copy<LPOLESTR>::copy(text, &theirs);
      if (FAILED(hr)) result = hr;
    }
    if (FAILED(result)) destroy(to);
    return result;
  }
  static void init(VSS_MGMT_OBJECT_PROP* property) { *property = VSS_MGMT_OBJECT_PROP{}; }
  static void destroy(VSS_MGMT_OBJECT_PROP* property) {
    for (VSS_PWSZ* text : texts(*property)) CoTaskMemFree(*text);
  }
};

using MgmtEnum = CComObject<CComEnum<IVssEnumMgmtObject, &IID_IVssEnumMgmtObject,
                                     VSS_MGMT_OBJECT_PROP, CopyMgmtObject, CComSingleThreadModel>>;

}  // namespace

IVssEnumMgmtObject* make_mgmt_enum(const std::vector<VSS_MGMT_OBJECT_PROP>& list) {
  auto* const items = new VSS_MGMT_OBJECT_PROP[list.size()];
  std::copy(list.begin(), list.end(), items);
  auto* const made = new MgmtEnum();
  made->AddRef();
  made->Init(items, items + list.size(), nullptr, AtlFlagTakeOwnership);
  return made;
}

}  // namespace vsslab
