#include "mock-provider/system/mgmt_enum.h"

#include <algorithm>
#include <cwchar>
#include <utility>

#include "mock-provider/system/one_interface.h"

namespace vsslab {

namespace {

VSS_PWSZ copy_text(const WCHAR* text) {
  if (text == nullptr) return nullptr;
  const std::size_t bytes = (std::wcslen(text) + 1) * sizeof(WCHAR);
  auto* const copy = static_cast<VSS_PWSZ>(CoTaskMemAlloc(bytes));
  if (copy != nullptr) std::memcpy(copy, text, bytes);
  return copy;
}

// All three kinds begin with two texts.
std::pair<VSS_PWSZ*, VSS_PWSZ*> texts(VSS_MGMT_OBJECT_PROP& property) {
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

VSS_MGMT_OBJECT_PROP copy_property(const VSS_MGMT_OBJECT_PROP& from) {
  VSS_MGMT_OBJECT_PROP copy = from;
  const auto [first, second] = texts(copy);
  *first = copy_text(*first);
  *second = copy_text(*second);
  return copy;
}

class MgmtEnum final : public OneInterface<MgmtEnum, IVssEnumMgmtObject> {
 public:
  explicit MgmtEnum(std::vector<VSS_MGMT_OBJECT_PROP> list) : list_(std::move(list)) {}

  HRESULT STDMETHODCALLTYPE Next(ULONG wanted, VSS_MGMT_OBJECT_PROP* out, ULONG* fetched) override {
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
  HRESULT STDMETHODCALLTYPE Clone(IVssEnumMgmtObject** out) override {
    if (out == nullptr) return E_POINTER;
    std::vector<VSS_MGMT_OBJECT_PROP> copy;
    for (const VSS_MGMT_OBJECT_PROP& property : list_) copy.push_back(copy_property(property));
    auto* const clone = new MgmtEnum(std::move(copy));
    clone->position_ = position_;
    *out = clone;
    return S_OK;
  }

 private:
  friend OneInterface;
  ~MgmtEnum() {
    for (VSS_MGMT_OBJECT_PROP& property : list_) {
      const auto [first, second] = texts(property);
      CoTaskMemFree(*first);
      CoTaskMemFree(*second);
    }
  }

  std::vector<VSS_MGMT_OBJECT_PROP> list_;
  std::size_t position_ = 0;
};

}  // namespace

IVssEnumMgmtObject* make_mgmt_enum(std::vector<VSS_MGMT_OBJECT_PROP> list) {
  return new MgmtEnum(std::move(list));
}

}  // namespace vsslab
