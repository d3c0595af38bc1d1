// The shadow copy storage areas of the system provider: which volume keeps whose differences, and
// how large they may grow. One object of the provider; it counts its references on the provider's.
#pragma once

#include <vsmgmt.h>

#include <map>
#include <string>
#include <vector>

#include "mock-provider/system/system_provider.h"

namespace vsslab {

class SystemProvider::DiffAreas final : public IVssDifferentialSoftwareSnapshotMgmt3 {
 public:
  // The page of AddDiffArea: "at least 320 MB".
  static constexpr LONGLONG kMinimumBytes = 320LL << 20;

  explicit DiffAreas(SystemProvider& provider) : provider_(provider) {}
  DiffAreas(const DiffAreas&) = delete;
  DiffAreas& operator=(const DiffAreas&) = delete;

  // A volume whose copies are lost stops: at VSS_PROTECTION_LEVEL_SNAPSHOT its writes are held
  // until the fault is cleared. At the other level the volume goes on and nothing is kept.
  void raise_fault(Volume& volume, VSS_PROTECTION_FAULT fault, HRESULT status);

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override { return provider_.AddRef(); }
  ULONG STDMETHODCALLTYPE Release() override { return provider_.Release(); }

  HRESULT STDMETHODCALLTYPE AddDiffArea(VSS_PWSZ volume, VSS_PWSZ on, LONGLONG maximum) override;
  HRESULT STDMETHODCALLTYPE ChangeDiffAreaMaximumSize(VSS_PWSZ volume, VSS_PWSZ on,
                                                      LONGLONG maximum) override;
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForDiffAreas(VSS_PWSZ original,
                                                              IVssEnumMgmtObject** out) override;
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForVolume(VSS_PWSZ volume,
                                                    IVssEnumMgmtObject** out) override;
  HRESULT STDMETHODCALLTYPE QueryDiffAreasOnVolume(VSS_PWSZ volume,
                                                   IVssEnumMgmtObject** out) override;
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForSnapshot(VSS_ID snapshot,
                                                      IVssEnumMgmtObject** out) override;

  HRESULT STDMETHODCALLTYPE ChangeDiffAreaMaximumSizeEx(VSS_PWSZ volume, VSS_PWSZ on,
                                                        LONGLONG maximum,
                                                        BOOL is_volatile) override;
  HRESULT STDMETHODCALLTYPE MigrateDiffAreas(VSS_PWSZ, VSS_PWSZ, VSS_PWSZ) override;
  HRESULT STDMETHODCALLTYPE QueryMigrationStatus(VSS_PWSZ, VSS_PWSZ, IVssAsync** out) override;
  HRESULT STDMETHODCALLTYPE SetSnapshotPriority(VSS_ID, BYTE) override;

  HRESULT STDMETHODCALLTYPE SetVolumeProtectLevel(VSS_PWSZ volume,
                                                  VSS_PROTECTION_LEVEL level) override;
  HRESULT STDMETHODCALLTYPE GetVolumeProtectLevel(VSS_PWSZ volume,
                                                  VSS_VOLUME_PROTECTION_INFO* info) override;
  HRESULT STDMETHODCALLTYPE ClearVolumeProtectFault(VSS_PWSZ volume) override;
  HRESULT STDMETHODCALLTYPE DeleteUnusedDiffAreas(VSS_PWSZ volume) override;
  HRESULT STDMETHODCALLTYPE QuerySnapshotDeltaBitmap(VSS_ID, VSS_ID, ULONG*, ULONG*,
                                                     BYTE**) override;

 private:
  struct Area {
    Volume* source = nullptr;
    Volume* on = nullptr;
    LONGLONG maximum = VSS_ASSOC_NO_MAX_SPACE;
  };
  struct Protection {
    VSS_PROTECTION_LEVEL level = VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME;
    VSS_PROTECTION_FAULT fault = VSS_PROTECTION_FAULT_NONE;
    HRESULT status = S_OK;
    bool held = false;
  };

  // Null for a name without its last backslash, or of no volume.
  Volume* named(VSS_PWSZ name) const;
  std::size_t copies_of(const Volume& volume) const;
  std::uint64_t used_by(const Volume& source) const;
  // Those that were asked for, and those that copies have brought about.
  std::vector<Area> all() const;
  Area* asked_for(const Volume& source);
  HRESULT list(const std::vector<Area>& areas, IVssEnumMgmtObject** out) const;
  static bool can_hold(const Volume& volume);
  void lift(Volume& volume, Protection& protection);

  SystemProvider& provider_;
  std::vector<Area> areas_;                       // asked for: they stay when the copies go
  std::map<std::string, Protection> protection_;  // by the volume's GUID path
};

}  // namespace vsslab
