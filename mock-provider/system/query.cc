// What the provider tells about its copies.
#include <algorithm>
#include <utility>

#include "mock-provider/system/one_interface.h"
#include "mock-provider/system/system_provider.h"
#include "mock-provider/system/text.h"

namespace vsslab {

namespace {

void free_properties(VSS_SNAPSHOT_PROP& properties) {
  CoTaskMemFree(properties.m_pwszSnapshotDeviceObject);
  CoTaskMemFree(properties.m_pwszOriginalVolumeName);
  CoTaskMemFree(properties.m_pwszOriginatingMachine);
  CoTaskMemFree(properties.m_pwszServiceMachine);
  CoTaskMemFree(properties.m_pwszExposedName);
  CoTaskMemFree(properties.m_pwszExposedPath);
  properties = VSS_SNAPSHOT_PROP{};
}

}  // namespace

HRESULT SystemProvider::fill(const Copy& copy, VSS_SNAPSHOT_PROP& properties) const {
  properties = VSS_SNAPSHOT_PROP{};
  properties.m_SnapshotId = copy.id.to<VSS_ID>();
  properties.m_SnapshotSetId = copy.set_id.to<VSS_ID>();
  properties.m_lSnapshotsCount = copy.set_size;
  properties.m_pwszSnapshotDeviceObject = task_string(copy.content->device());
  properties.m_pwszOriginalVolumeName = task_string(copy.volume->guid_path());
  properties.m_pwszOriginatingMachine = task_string(copy.originating_machine);
  properties.m_pwszServiceMachine = task_string(copy.service_machine);
  properties.m_pwszExposedName = task_string(copy.exposed_name);
  properties.m_pwszExposedPath = task_string(copy.exposed_path);
  properties.m_ProviderId = options_.id.to<VSS_ID>();
  properties.m_lSnapshotAttributes = copy.attributes;
  properties.m_tsCreationTimestamp = copy.created;
  properties.m_eStatus = copy.state;
  if (properties.m_pwszSnapshotDeviceObject == nullptr ||
      properties.m_pwszOriginalVolumeName == nullptr) {
    free_properties(properties);
    return E_OUTOFMEMORY;
  }
  return S_OK;
}

HRESULT SystemProvider::GetSnapshotProperties(VSS_ID snapshot_id, VSS_SNAPSHOT_PROP* properties) {
  if (properties == nullptr || Guid::from(snapshot_id).is_null()) return E_INVALIDARG;
  const Copy* const copy = find_copy(snapshot_id);
  if (copy == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  return fill(*copy, *properties);
}

HRESULT SystemProvider::SetSnapshotProperty(VSS_ID snapshot_id, VSS_SNAPSHOT_PROPERTY_ID property,
                                            VARIANT value) {
  if (Guid::from(snapshot_id).is_null()) return E_INVALIDARG;
  Copy* const copy = find_copy(snapshot_id);
  if (copy == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  std::string* text = nullptr;
  switch (property) {
    case VSS_SPROPID_SNAPSHOT_ATTRIBUTES:
      if (value.vt != VT_I4) return E_INVALIDARG;
      copy->attributes = value.lVal;
      return S_OK;
    case VSS_SPROPID_ORIGINATING_MACHINE:
      text = &copy->originating_machine;
      break;
    case VSS_SPROPID_SERVICE_MACHINE:
      text = &copy->service_machine;
      break;
    case VSS_SPROPID_EXPOSED_NAME:
      text = &copy->exposed_name;
      break;
    case VSS_SPROPID_EXPOSED_PATH:
      text = &copy->exposed_path;
      break;
    default:
      return E_INVALIDARG;  // what makes the copy itself cannot be set
  }
  if (value.vt != VT_BSTR) return E_INVALIDARG;
  *text = narrow(value.bstrVal);
  return S_OK;
}

// Over a list of ids: a copy that is deleted meanwhile is passed over.
class SystemProvider::Enumeration final
    : public OneInterface<SystemProvider::Enumeration, IVssEnumObject> {
 public:
  Enumeration(SystemProvider& provider, std::vector<Guid> ids)
      : provider_(provider), ids_(std::move(ids)) {
    provider_.AddRef();
  }

  HRESULT STDMETHODCALLTYPE Next(ULONG count, VSS_OBJECT_PROP* out, ULONG* fetched) override {
    if (out == nullptr || fetched == nullptr) return E_POINTER;
    *fetched = 0;
    while (*fetched < count && at_ < ids_.size()) {
      const Copy* const copy = provider_.find_copy(ids_[at_++].to<VSS_ID>());
      if (copy == nullptr) continue;
      VSS_OBJECT_PROP& object = out[*fetched];
      object.Type = VSS_OBJECT_SNAPSHOT;
      if (const HRESULT failed = provider_.fill(*copy, object.Obj.Snap); FAILED(failed)) {
        for (; *fetched > 0; --*fetched) free_properties(out[*fetched - 1].Obj.Snap);
        return failed;
      }
      ++*fetched;
    }
    return *fetched == count ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    const std::size_t left = ids_.size() - at_;
    at_ += std::min<std::size_t>(count, left);
    return count <= left ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Reset() override {
    at_ = 0;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE Clone(IVssEnumObject** out) override {
    if (out == nullptr) return E_POINTER;
    auto* const clone = new Enumeration(provider_, ids_);
    clone->at_ = at_;
    *out = clone;
    return S_OK;
  }

 private:
  friend OneInterface;
  ~Enumeration() { provider_.Release(); }

  SystemProvider& provider_;
  std::vector<Guid> ids_;
  std::size_t at_ = 0;
};

HRESULT SystemProvider::Query(VSS_ID queried_id, VSS_OBJECT_TYPE queried_type,
                              VSS_OBJECT_TYPE returned_type, IVssEnumObject** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (!Guid::from(queried_id).is_null() || queried_type != VSS_OBJECT_NONE ||
      returned_type != VSS_OBJECT_SNAPSHOT) {
    return E_INVALIDARG;
  }
  std::vector<Guid> ids;
  for (const auto& copy : finished_) ids.push_back(copy->id);
  *out = new Enumeration(*this, std::move(ids));
  return S_OK;
}

}  // namespace vsslab
