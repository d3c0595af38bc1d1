#include "mock-provider/system/system_provider.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "mock-provider/system/diff_areas.h"
#include "mock-provider/system/event_log.h"
#include "mock-provider/system/revert.h"
#include "mock-provider/system/text.h"
#include "volume/path.h"

namespace vsslab {

SystemProvider::SystemProvider(VolumeSet& volumes, SystemProviderOptions options)
    : volumes_(volumes),
      options_(std::move(options)),
      diff_areas_(std::make_unique<DiffAreas>(*this)) {}

SystemProvider::~SystemProvider() {
  drop_set();
  for (const auto& [volume, revert] : reverts_) {
    revert->abandon();
    revert->Release();
  }
  for (const auto& copy : finished_) remove_copy(*copy);
}

IUnknown* make_system_provider(VolumeSet& volumes, SystemProviderOptions options) {
  return static_cast<IVssSoftwareSnapshotProvider*>(
      new SystemProvider(volumes, std::move(options)));
}

// ---- IUnknown -----------------------------------------------------------------------------------

HRESULT SystemProvider::QueryInterface(REFIID riid, void** out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (IsEqualIID(riid, __uuidof(IUnknown)) ||
      IsEqualIID(riid, __uuidof(IVssSoftwareSnapshotProvider))) {
    *out = static_cast<IVssSoftwareSnapshotProvider*>(this);
  } else if (IsEqualIID(riid, __uuidof(IVssProviderCreateSnapshotSet))) {
    *out = static_cast<IVssProviderCreateSnapshotSet*>(this);
  } else if (IsEqualIID(riid, __uuidof(IVssProviderNotifications))) {
    *out = static_cast<IVssProviderNotifications*>(this);
  } else if (IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt)) ||
             IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt2)) ||
             IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt3))) {
    *out = static_cast<IVssDifferentialSoftwareSnapshotMgmt3*>(diff_areas_.get());
  } else {
    return E_NOINTERFACE;
  }
  AddRef();
  return S_OK;
}

ULONG SystemProvider::AddRef() { return ++references_; }

ULONG SystemProvider::Release() {
  const ULONG left = --references_;
  if (left == 0) delete this;
  return left;
}

// ---- IVssProviderNotifications ------------------------------------------------------------------

HRESULT SystemProvider::OnLoad(IUnknown*) { return S_OK; }

HRESULT SystemProvider::OnUnload(BOOL force_unload) {
  if (set_id_.is_null()) return S_OK;
  if (force_unload == FALSE) return S_FALSE;  // busy
  drop_set();
  return S_OK;
}

void SystemProvider::raise_protection_fault(Volume& volume, int fault, HRESULT status) {
  diff_areas_->raise_fault(volume, static_cast<VSS_PROTECTION_FAULT>(fault), status);
}

// ---- volumes ------------------------------------------------------------------------------------

bool SystemProvider::supports(const Volume& volume) const {
  if (volume.options().removable) return false;
  // The differences lie on an NTFS volume, this one or another.
  const auto all = volumes_.volumes();
  if (std::none_of(all.begin(), all.end(),
                   [](const Volume* any) { return any->options().file_system == "NTFS"; })) {
    return false;
  }
  if (options_.volumes.empty()) return true;
  return std::any_of(
      options_.volumes.begin(), options_.volumes.end(),
      [&](const std::string& name) { return volumes_.find_volume(name) == &volume; });
}

HRESULT SystemProvider::IsVolumeSupported(VSS_PWSZ volume_name, BOOL* supported) {
  const std::string name = narrow(volume_name);
  if (supported == nullptr || !name.ends_with('\\')) return E_INVALIDARG;
  *supported = FALSE;
  const Volume* const volume = volumes_.find_volume(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  *supported = supports(*volume) ? TRUE : FALSE;
  return S_OK;
}

HRESULT SystemProvider::IsVolumeSnapshotted(VSS_PWSZ volume_name, BOOL* present,
                                            LONG* compatibility) {
  const std::string name = narrow(volume_name);
  if (present == nullptr || compatibility == nullptr || !name.ends_with('\\')) {
    return E_INVALIDARG;
  }
  *present = FALSE;
  *compatibility = 0;
  const Volume* const volume = volumes_.find_volume(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  const bool any = std::any_of(finished_.begin(), finished_.end(),
                               [&](const auto& copy) { return copy->volume == volume; });
  if (any) *present = TRUE;
  return S_OK;
}

ShadowStorage& SystemProvider::storage_of(Volume& volume) {
  for (const auto& storage : storages_) {
    if (&storage->volume() == &volume) return *storage;
  }
  storages_.push_back(std::make_unique<ShadowStorage>(volume));
  return *storages_.back();
}

// ---- copies -------------------------------------------------------------------------------------

SystemProvider::Copy* SystemProvider::find_copy(const VSS_ID& id) {
  const Guid wanted = Guid::from(id);
  for (const auto& copy : finished_) {
    if (copy->id == wanted) return copy.get();
  }
  for (const auto& copy : creating_) {
    if (copy->id == wanted && copy->content != nullptr) return copy.get();
  }
  return nullptr;
}

void SystemProvider::remove_copy(Copy& copy) {
  if (copy.content != nullptr) volumes_.remove_device(copy.content->device());
  copy.content = nullptr;
  copy.storage->remove(*copy.source);
}

HRESULT SystemProvider::DeleteSnapshots(VSS_ID source_id, VSS_OBJECT_TYPE source_type, BOOL,
                                        LONG* deleted, VSS_ID* not_deleted) {
  if (deleted == nullptr || not_deleted == nullptr) return E_INVALIDARG;
  *deleted = 0;
  *not_deleted = VSS_ID{};
  if (source_type != VSS_OBJECT_SNAPSHOT && source_type != VSS_OBJECT_SNAPSHOT_SET) {
    return E_INVALIDARG;
  }
  const Guid wanted = Guid::from(source_id);
  const auto meant = [&](const std::unique_ptr<Copy>& copy) {
    return (source_type == VSS_OBJECT_SNAPSHOT ? copy->id : copy->set_id) == wanted;
  };
  for (const auto& copy : finished_) {
    if (!meant(copy)) continue;
    const auto revert = reverts_.find(copy->volume->guid_path());
    if (revert != reverts_.end() && !revert->second->done()) {  // the revert still reads it
      *not_deleted = copy->id.to<VSS_ID>();
      break;
    }
    remove_copy(*copy);
    ++*deleted;
  }
  std::erase_if(finished_, [](const auto& copy) { return copy->content == nullptr; });
  if (Guid::from(*not_deleted) != Guid{}) {
    report_event("A revert to the shadow copy runs; wait for it, then delete the copy.");
    return VSS_E_PROVIDER_VETO;
  }
  if (*deleted > 0) return S_OK;
  if (source_type == VSS_OBJECT_SNAPSHOT) *not_deleted = source_id;
  return VSS_E_OBJECT_NOT_FOUND;
}

// ---- revert -------------------------------------------------------------------------------------

void SystemProvider::revert_now(const Copy& copy) {
  copy.storage->revert(*copy.source);
  Volume& volume = *copy.volume;
  // What writers changed on the copy while they recovered their data belongs to it.
  copy.content->blocks().for_each_block([&volume, &copy](std::uint64_t block, const BlockImage&) {
    std::vector<std::byte> bytes(kBlockBytes);
    copy.content->blocks().read(block * kBlockBytes, bytes);
    volume.blocks().write(block * kBlockBytes, bytes);
  });
  volume.restore_state(copy.content->state());
}

HRESULT SystemProvider::RevertToSnapshot(VSS_ID snapshot_id) {
  const Copy* const copy = find_copy(snapshot_id);
  if (copy == nullptr || copy->state != VSS_SS_CREATED) return VSS_E_OBJECT_NOT_FOUND;
  if ((copy->attributes & VSS_VOLSNAP_ATTR_PERSISTENT) == 0) return VSS_E_UNSUPPORTED_CONTEXT;
  Revert*& revert = reverts_[copy->volume->guid_path()];
  if (revert != nullptr && !revert->done()) return VSS_E_REVERT_IN_PROGRESS;
  if (revert != nullptr) revert->Release();
  revert = new Revert(volumes_.scheduler());
  revert_now(*copy);
  revert->finish_after(options_.revert_time);
  return S_OK;
}

HRESULT SystemProvider::QueryRevertStatus(VSS_PWSZ volume_name, IVssAsync** out) {
  const std::string name = narrow(volume_name);
  if (out == nullptr || !name.ends_with('\\')) return E_INVALIDARG;
  *out = nullptr;
  const Volume* const volume = volumes_.find_volume(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  if (!supports(*volume)) return VSS_E_VOLUME_NOT_SUPPORTED;
  const auto revert = reverts_.find(volume->guid_path());
  if (revert == reverts_.end()) return VSS_E_OBJECT_NOT_FOUND;
  revert->second->AddRef();
  *out = revert->second;
  return S_OK;
}

}  // namespace vsslab
