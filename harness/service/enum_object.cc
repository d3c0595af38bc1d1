#include "service/enum_object.h"

#include <vsbackup.h>

#include <algorithm>
#include <array>

#include "service/com.h"

namespace vsslab {

namespace {

VSS_PWSZ copy_text(const WCHAR* text) { return text == nullptr ? nullptr : task_text(text); }

VSS_OBJECT_PROP copy_property(const VSS_OBJECT_PROP& from) {
  VSS_OBJECT_PROP to = from;
  if (from.Type == VSS_OBJECT_PROVIDER) {
    to.Obj.Prov.m_pwszProviderName = copy_text(from.Obj.Prov.m_pwszProviderName);
    to.Obj.Prov.m_pwszProviderVersion = copy_text(from.Obj.Prov.m_pwszProviderVersion);
  } else if (from.Type == VSS_OBJECT_SNAPSHOT) {
    VSS_SNAPSHOT_PROP& snap = to.Obj.Snap;
    for (VSS_PWSZ* text : {&snap.m_pwszSnapshotDeviceObject, &snap.m_pwszOriginalVolumeName,
                           &snap.m_pwszOriginatingMachine, &snap.m_pwszServiceMachine,
                           &snap.m_pwszExposedName, &snap.m_pwszExposedPath}) {
      *text = copy_text(*text);
    }
  }
  return to;
}

void free_property(VSS_OBJECT_PROP& property) {
  if (property.Type == VSS_OBJECT_PROVIDER) {
    CoTaskMemFree(property.Obj.Prov.m_pwszProviderName);
    CoTaskMemFree(property.Obj.Prov.m_pwszProviderVersion);
  } else if (property.Type == VSS_OBJECT_SNAPSHOT) {
    VssFreeSnapshotProperties(&property.Obj.Snap);
  }
}

class EnumObject final : public ComObject<IVssEnumObject> {
 public:
  explicit EnumObject(std::vector<VSS_OBJECT_PROP> list) : list_(std::move(list)) {}
  ~EnumObject() override {
    for (VSS_OBJECT_PROP& property : list_) free_property(property);
  }

  HRESULT STDMETHODCALLTYPE Next(ULONG wanted, VSS_OBJECT_PROP* out, ULONG* fetched) override {
    if (out == nullptr || fetched == nullptr) return E_POINTER;
    *fetched = 0;
    while (*fetched < wanted && position_ < list_.size()) {
      out[(*fetched)++] = copy_property(list_[position_++]);
    }
    return *fetched == wanted ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    const std::size_t left = list_.size() - position_;
    position_ += std::min<std::size_t>(count, left);
    return count <= left ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Reset() override {
    position_ = 0;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Clone(IVssEnumObject** out) override {
    if (out == nullptr) return E_POINTER;
    std::vector<VSS_OBJECT_PROP> copy;
    for (const VSS_OBJECT_PROP& property : list_) copy.push_back(copy_property(property));
    auto* clone = new EnumObject(std::move(copy));
    clone->position_ = position_;
    *out = clone;
    return S_OK;
  }

 protected:
  void* query(const Guid& iid) override {
    const bool mine =
        iid == Guid::from(__uuidof(IUnknown)) || iid == Guid::from(__uuidof(IVssEnumObject));
    return mine ? static_cast<IVssEnumObject*>(this) : nullptr;
  }

 private:
  std::vector<VSS_OBJECT_PROP> list_;
  std::size_t position_ = 0;
};

}  // namespace

VSS_PWSZ task_text(std::wstring_view text) {
  auto* copy = static_cast<VSS_PWSZ>(CoTaskMemAlloc((text.size() + 1) * sizeof(WCHAR)));
  std::copy(text.begin(), text.end(), copy);
  copy[text.size()] = 0;
  return copy;
}

IVssEnumObject* make_enum_object(std::vector<VSS_OBJECT_PROP> list) {
  return new EnumObject(std::move(list));
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
