#include "mock-provider/system/diff_areas.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "mock-provider/system/mgmt_enum.h"
#include "mock-provider/system/text.h"

namespace vsslab {

namespace {

// Windows lets an area grow in steps; the lab's counts in the size of the smallest one.
std::uint64_t allocated(std::uint64_t used) {
  constexpr auto kStep = static_cast<std::uint64_t>(320LL << 20);
  return (used / kStep + 1) * kStep;
}

HRESULT open_query(IVssEnumMgmtObject** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  return S_OK;
}

}  // namespace

HRESULT SystemProvider::DiffAreas::QueryInterface(REFIID riid, void** out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt)) ||
      IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt2)) ||
      IsEqualIID(riid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt3))) {
    AddRef();
    *out = static_cast<IVssDifferentialSoftwareSnapshotMgmt3*>(this);
    return S_OK;
  }
  return provider_.QueryInterface(riid, out);
}

// ---- what there is ------------------------------------------------------------------------------

Volume* SystemProvider::DiffAreas::named(VSS_PWSZ name) const {
  const std::string text = narrow(name);
  return text.ends_with('\\') ? provider_.volumes_.find_volume(text) : nullptr;
}

bool SystemProvider::DiffAreas::can_hold(const Volume& volume) {
  return volume.options().file_system == "NTFS" && !volume.options().removable;
}

std::size_t SystemProvider::DiffAreas::copies_of(const Volume& volume) const {
  return static_cast<std::size_t>(
      std::count_if(provider_.finished_.begin(), provider_.finished_.end(),
                    [&](const auto& copy) { return copy->volume == &volume; }));
}

std::uint64_t SystemProvider::DiffAreas::used_by(const Volume& source) const {
  std::uint64_t blocks = 0;
  for (const auto& copy : provider_.finished_) {
    if (copy->volume == &source) blocks += ShadowStorage::blocks_kept(*copy->source);
  }
  return blocks * kBlockBytes;
}

SystemProvider::DiffAreas::Area* SystemProvider::DiffAreas::asked_for(const Volume& source) {
  const auto at = std::find_if(areas_.begin(), areas_.end(),
                               [&](const Area& area) { return area.source == &source; });
  return at == areas_.end() ? nullptr : &*at;
}

std::vector<SystemProvider::DiffAreas::Area> SystemProvider::DiffAreas::all() const {
  std::vector<Area> areas = areas_;
  const auto volumes = provider_.volumes_.volumes();
  for (Volume* const source : volumes) {
    const bool known = std::any_of(areas_.begin(), areas_.end(),
                                   [&](const Area& area) { return area.source == source; });
    if (known || copies_of(*source) == 0) continue;
    // On the volume itself, or on the first one that can hold it.
    const auto on = can_hold(*source)
                        ? std::find(volumes.begin(), volumes.end(), source)
                        : std::find_if(volumes.begin(), volumes.end(),
                                       [](const Volume* each) { return can_hold(*each); });
    if (on != volumes.end()) areas.push_back({source, *on, VSS_ASSOC_NO_MAX_SPACE});
  }
  return areas;
}

HRESULT SystemProvider::DiffAreas::list(const std::vector<Area>& areas,
                                        IVssEnumMgmtObject** out) const {
  std::vector<VSS_MGMT_OBJECT_PROP> found;
  for (const Area& area : areas) {
    VSS_MGMT_OBJECT_PROP property{};
    property.Type = VSS_MGMT_OBJECT_DIFF_AREA;
    VSS_DIFF_AREA_PROP& told = property.Obj.DiffArea;
    told.m_pwszVolumeName = task_string(area.source->guid_path());
    told.m_pwszDiffAreaVolumeName = task_string(area.on->guid_path());
    told.m_llMaximumDiffSpace = area.maximum;
    const std::uint64_t used = used_by(*area.source);
    told.m_llUsedDiffSpace = static_cast<LONGLONG>(used);
    if (copies_of(*area.source) > 0) {
      const auto grown = static_cast<LONGLONG>(allocated(used));
      const bool limited = area.maximum != VSS_ASSOC_NO_MAX_SPACE;
      told.m_llAllocatedDiffSpace = limited ? std::min(grown, area.maximum) : grown;
    }
    found.push_back(property);
  }
  *out = make_mgmt_enum(found);
  return S_OK;
}

// ---- IVssDifferentialSoftwareSnapshotMgmt -------------------------------------------------------

HRESULT SystemProvider::DiffAreas::AddDiffArea(VSS_PWSZ volume, VSS_PWSZ on, LONGLONG maximum) {
  Volume* const source = named(volume);
  Volume* const storage = named(on);
  if (source == nullptr || storage == nullptr) return E_INVALIDARG;
  if (maximum != VSS_ASSOC_NO_MAX_SPACE && maximum < kMinimumBytes) return E_INVALIDARG;
  for (const Area& area : all()) {
    if (area.source != source) continue;
    return area.on == storage ? VSS_E_OBJECT_ALREADY_EXISTS
                              : VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED;
  }
  const bool room = storage->free_bytes() >= static_cast<std::uint64_t>(kMinimumBytes);
  if (!can_hold(*storage) || !room) return VSS_E_VOLUME_NOT_SUPPORTED;
  areas_.push_back({source, storage, maximum});
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::ChangeDiffAreaMaximumSize(VSS_PWSZ volume, VSS_PWSZ on,
                                                             LONGLONG maximum) {
  return ChangeDiffAreaMaximumSizeEx(volume, on, maximum, FALSE);
}

HRESULT SystemProvider::DiffAreas::ChangeDiffAreaMaximumSizeEx(VSS_PWSZ volume, VSS_PWSZ on,
                                                               LONGLONG maximum, BOOL is_volatile) {
  Volume* const source = named(volume);
  Volume* const storage = named(on);
  if (source == nullptr || storage == nullptr) return E_INVALIDARG;
  const bool removes = maximum == VSS_ASSOC_REMOVE;
  if (removes && is_volatile != FALSE) return E_INVALIDARG;
  if (!removes && maximum != VSS_ASSOC_NO_MAX_SPACE && maximum < kMinimumBytes) {
    return E_INVALIDARG;
  }
  const std::vector<Area> areas = all();
  const auto known = std::find_if(areas.begin(), areas.end(),
                                  [&](const Area& area) { return area.source == source; });
  if (known != areas.end() && known->on != storage) return VSS_E_OBJECT_NOT_FOUND;
  if (removes) {
    if (known == areas.end()) return VSS_E_OBJECT_NOT_FOUND;
    if (copies_of(*source) > 0) return VSS_E_VOLUME_IN_USE;
    std::erase_if(areas_, [&](const Area& area) { return area.source == source; });
    return S_OK;
  }
  // An area that is not there is made, as since Windows Server 2008 R2; one that copies have
  // brought about stays from now on.
  if (known == areas.end() && !can_hold(*storage)) return VSS_E_OBJECT_NOT_FOUND;
  const std::uint64_t used = used_by(*source);
  const std::uint64_t reachable = storage->free_bytes() + used;
  if (maximum != VSS_ASSOC_NO_MAX_SPACE && static_cast<std::uint64_t>(maximum) > reachable) {
    return VSS_E_INSUFFICIENT_STORAGE;
  }
  if (maximum != VSS_ASSOC_NO_MAX_SPACE && static_cast<std::uint64_t>(maximum) < used) {
    return VSS_E_VOLUME_IN_USE;
  }
  if (Area* const area = asked_for(*source)) {
    area->maximum = maximum;
  } else {
    areas_.push_back({source, storage, maximum});
  }
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::QueryVolumesSupportedForDiffAreas(VSS_PWSZ original,
                                                                     IVssEnumMgmtObject** out) {
  if (FAILED(open_query(out)) || named(original) == nullptr) return E_INVALIDARG;
  std::vector<VSS_MGMT_OBJECT_PROP> found;
  for (const Volume* volume : provider_.volumes_.volumes()) {
    if (!can_hold(*volume)) continue;
    VSS_MGMT_OBJECT_PROP property{};
    property.Type = VSS_MGMT_OBJECT_DIFF_VOLUME;
    property.Obj.DiffVol.m_pwszVolumeName = task_string(volume->guid_path());
    property.Obj.DiffVol.m_pwszVolumeDisplayName = task_string(volume->root());
    property.Obj.DiffVol.m_llVolumeFreeSpace = static_cast<LONGLONG>(volume->free_bytes());
    property.Obj.DiffVol.m_llVolumeTotalSpace = static_cast<LONGLONG>(volume->options().size);
    found.push_back(property);
  }
  *out = make_mgmt_enum(found);
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::QueryDiffAreasForVolume(VSS_PWSZ volume,
                                                           IVssEnumMgmtObject** out) {
  const Volume* const source = named(volume);
  if (FAILED(open_query(out)) || source == nullptr) return E_INVALIDARG;
  std::vector<Area> areas = all();
  std::erase_if(areas, [&](const Area& area) { return area.source != source; });
  return list(areas, out);
}

HRESULT SystemProvider::DiffAreas::QueryDiffAreasOnVolume(VSS_PWSZ volume,
                                                          IVssEnumMgmtObject** out) {
  const Volume* const on = named(volume);
  if (FAILED(open_query(out)) || on == nullptr) return E_INVALIDARG;
  std::vector<Area> areas = all();
  std::erase_if(areas, [&](const Area& area) { return area.on != on; });
  return list(areas, out);
}

HRESULT SystemProvider::DiffAreas::QueryDiffAreasForSnapshot(VSS_ID snapshot,
                                                             IVssEnumMgmtObject** out) {
  if (FAILED(open_query(out))) return E_INVALIDARG;
  const Copy* const copy = provider_.find_copy(snapshot);
  if (copy == nullptr) return E_INVALIDARG;  // the page lists no VSS_E_OBJECT_NOT_FOUND
  std::vector<Area> areas = all();
  std::erase_if(areas, [&](const Area& area) { return area.source != copy->volume; });
  return list(areas, out);
}

// ---- IVssDifferentialSoftwareSnapshotMgmt2: "not supported, reserved for future use" ------------

HRESULT SystemProvider::DiffAreas::MigrateDiffAreas(VSS_PWSZ, VSS_PWSZ, VSS_PWSZ) {
  return E_NOTIMPL;
}
HRESULT SystemProvider::DiffAreas::QueryMigrationStatus(VSS_PWSZ, VSS_PWSZ, IVssAsync** out) {
  if (out != nullptr) *out = nullptr;
  return E_NOTIMPL;
}
HRESULT SystemProvider::DiffAreas::SetSnapshotPriority(VSS_ID, BYTE) { return E_NOTIMPL; }
HRESULT SystemProvider::DiffAreas::QuerySnapshotDeltaBitmap(VSS_ID, VSS_ID, ULONG*, ULONG*,
                                                            BYTE**) {
  return E_NOTIMPL;
}

// ---- IVssDifferentialSoftwareSnapshotMgmt3 ------------------------------------------------------

void SystemProvider::DiffAreas::raise_fault(Volume& volume, VSS_PROTECTION_FAULT fault,
                                            HRESULT status) {
  Protection& protection = protection_[volume.guid_path()];
  if (protection.level != VSS_PROTECTION_LEVEL_SNAPSHOT) return;
  protection.fault = fault;
  protection.status = status;
  if (!protection.held && !volume.writes_held()) {
    protection.held = true;
    volume.hold_writes();
  }
}

void SystemProvider::DiffAreas::lift(Volume& volume, Protection& protection) {
  protection.fault = VSS_PROTECTION_FAULT_NONE;
  protection.status = S_OK;
  if (protection.held) volume.release_writes();
  protection.held = false;
}

HRESULT SystemProvider::DiffAreas::SetVolumeProtectLevel(VSS_PWSZ name,
                                                         VSS_PROTECTION_LEVEL level) {
  if (name == nullptr || !narrow(name).ends_with('\\')) return E_INVALIDARG;
  // A caller can pass any number; as an enumeration it may not even be read.
  std::uint32_t number = 0;
  static_assert(sizeof number == sizeof level);
  std::memcpy(&number, &level, sizeof number);
  if (number > VSS_PROTECTION_LEVEL_SNAPSHOT) return E_INVALIDARG;
  Volume* const volume = named(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  Protection& protection = protection_[volume->guid_path()];
  if (protection.level == level) return S_OK;
  protection.level = level;
  if (level == VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME) lift(*volume, protection);
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::GetVolumeProtectLevel(VSS_PWSZ name,
                                                         VSS_VOLUME_PROTECTION_INFO* info) {
  if (info == nullptr || name == nullptr || !narrow(name).ends_with('\\')) return E_INVALIDARG;
  *info = VSS_VOLUME_PROTECTION_INFO{};
  const Volume* const volume = named(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  const auto known = protection_.find(volume->guid_path());
  if (known != protection_.end()) {
    info->m_protectionLevel = known->second.level;
    info->m_protectionFault = known->second.fault;
    info->m_failureStatus = known->second.status;
    info->m_volumeIsOfflineForProtection = known->second.held ? TRUE : FALSE;
  }
  info->m_volumeHasUnusedDiffArea =
      std::any_of(
          areas_.begin(), areas_.end(),
          [&](const Area& area) { return area.on == volume && copies_of(*area.source) == 0; })
          ? TRUE
          : FALSE;
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::ClearVolumeProtectFault(VSS_PWSZ name) {
  if (name == nullptr || !narrow(name).ends_with('\\')) return E_INVALIDARG;
  Volume* const volume = named(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  const auto known = protection_.find(volume->guid_path());
  if (known != protection_.end()) lift(*volume, known->second);
  return S_OK;
}

HRESULT SystemProvider::DiffAreas::DeleteUnusedDiffAreas(VSS_PWSZ name) {
  if (name == nullptr || !narrow(name).ends_with('\\')) return E_INVALIDARG;
  const Volume* const volume = named(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  std::erase_if(
      areas_, [&](const Area& area) { return area.on == volume && copies_of(*area.source) == 0; });
  return S_OK;
}

}  // namespace vsslab
