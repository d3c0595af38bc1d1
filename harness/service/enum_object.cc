#include "service/enum_object.h"

#include <atlcom.h>
#include <vsbackup.h>

#include <algorithm>
#include <array>

#include "win32/wide.h"

namespace vsslab {

namespace {

struct CopyObject {
  static HRESULT copy(VSS_OBJECT_PROP* to, const VSS_OBJECT_PROP* from) {
    *to = *from;
    HRESULT result = S_OK;
    const auto own = [&](VSS_PWSZ& text) {
      const LPCOLESTR theirs = text;
      const HRESULT hr = _Copy<LPOLESTR>::copy(&text, &theirs);
      if (FAILED(hr)) result = hr;
    };
    if (to->Type == VSS_OBJECT_PROVIDER) {
      own(to->Obj.Prov.m_pwszProviderName);
      own(to->Obj.Prov.m_pwszProviderVersion);
    } else if (to->Type == VSS_OBJECT_SNAPSHOT) {
      VSS_SNAPSHOT_PROP& snap = to->Obj.Snap;
      for (VSS_PWSZ* text : {&snap.m_pwszSnapshotDeviceObject, &snap.m_pwszOriginalVolumeName,
                             &snap.m_pwszOriginatingMachine, &snap.m_pwszServiceMachine,
                             &snap.m_pwszExposedName, &snap.m_pwszExposedPath}) {
        own(*text);
      }
    }
    if (FAILED(result)) destroy(to);
    return result;
  }
  static void init(VSS_OBJECT_PROP* property) { *property = VSS_OBJECT_PROP{}; }
  static void destroy(VSS_OBJECT_PROP* property) {
    if (property->Type == VSS_OBJECT_PROVIDER) {
      CoTaskMemFree(property->Obj.Prov.m_pwszProviderName);
      CoTaskMemFree(property->Obj.Prov.m_pwszProviderVersion);
    } else if (property->Type == VSS_OBJECT_SNAPSHOT) {
      VssFreeSnapshotProperties(&property->Obj.Snap);
    }
  }
};

using EnumObject = CComObject<CComEnum<IVssEnumObject, &IID_IVssEnumObject, VSS_OBJECT_PROP,
                                       CopyObject, CComSingleThreadModel>>;

}  // namespace

VSS_PWSZ task_text(std::wstring_view text) {
  auto* copy = static_cast<VSS_PWSZ>(CoTaskMemAlloc((text.size() + 1) * sizeof(WCHAR)));
  std::copy(text.begin(), text.end(), copy);
  copy[text.size()] = 0;
  return copy;
}

IVssEnumObject* make_enum_object(const std::vector<VSS_OBJECT_PROP>& list) {
  auto* const items = new VSS_OBJECT_PROP[list.size()];
  std::copy(list.begin(), list.end(), items);
  auto* const made = new EnumObject();
  made->AddRef();
  made->Init(items, items + list.size(), nullptr, AtlFlagTakeOwnership);
  return made;
}

VSS_OBJECT_PROP provider_property(const ProviderRecord& provider) {
  VSS_OBJECT_PROP property{};
  property.Type = VSS_OBJECT_PROVIDER;
  VSS_PROVIDER_PROP& prov = property.Obj.Prov;
  prov.m_ProviderId = provider.id.to<VSS_ID>();
  // Windows' own goes by its name there; others by the name that they registered with.
  const bool system = provider.type == VSS_PROV_SYSTEM;
  prov.m_pwszProviderName =
      task_text(system ? std::wstring(L"Microsoft Software Shadow Copy provider 1.0")
                       : to_wide(provider.name));
  prov.m_eProviderType = static_cast<VSS_PROVIDER_TYPE>(provider.type);
  prov.m_pwszProviderVersion = task_text(std::wstring_view(L"1.0.0.7"));
  return property;
}

std::string_view snapshot_state_name(VSS_SNAPSHOT_STATE state) {
  static constexpr std::array<std::string_view, 16> kNames = {"VSS_SS_UNKNOWN",
                                                              "VSS_SS_PREPARING",
                                                              "VSS_SS_PROCESSING_PREPARE",
                                                              "VSS_SS_PREPARED",
                                                              "VSS_SS_PROCESSING_PRECOMMIT",
                                                              "VSS_SS_PRECOMMITTED",
                                                              "VSS_SS_PROCESSING_COMMIT",
                                                              "VSS_SS_COMMITTED",
                                                              "VSS_SS_PROCESSING_POSTCOMMIT",
                                                              "VSS_SS_PROCESSING_PREFINALCOMMIT",
                                                              "VSS_SS_PREFINALCOMMITTED",
                                                              "VSS_SS_PROCESSING_POSTFINALCOMMIT",
                                                              "VSS_SS_CREATED",
                                                              "VSS_SS_ABORTED",
                                                              "VSS_SS_DELETED",
                                                              "VSS_SS_POSTCOMMITTED"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

}  // namespace vsslab
