#include "service/call_order.h"

#include <array>

namespace vsslab {

namespace {

// One column per state. '=' admitted; 'X' VSS_E_BAD_STATE; 'N' VSS_E_OBJECT_NOT_FOUND; 'I' accepted
// and ignored. While an asynchronous operation runs (B2, B5, B7, B9) calls that depend on it are
// bad.
struct Row {
  std::string_view call;
  //                        B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 BF BA  R1 Rg R2 Rp R3 Rq R4
  std::string_view with_writers;
  std::string_view without_writers;  // empty: the same
};

constexpr std::string_view kNever = "XXXXXXXXXXXXXXXXXXXX";

constexpr Row kTable[] = {
    //                                      0123456789ABC RgRpRqR
    {"InitializeForBackup", "=XXXXXXXXXXXXXXXXXXX", {}},
    {"InitializeForRestore", "=XXXXXXXXXXXXXXXXXXX", {}},
    {"SetContext", "X=X=XXXXXXXXXXXXXXXX", {}},
    // Microsoft's VShadow calls it in a restore too.
    {"SetBackupState", "X=X==XXXXXXXXIXXXXXX", {}},
    {"EnableWriterClasses", "X=IIIIIIIIIIIIIIIIII", {}},
    {"DisableWriterClasses", "X=IIIIIIIIIIIIIIIIII", {}},
    {"DisableWriterInstances", "X=IIIIIIIIIIIIIIIIII", {}},
    {"GatherWriterMetadata", "X=XX=XXXXXXXX=XXXXXX", {}},
    {"GetWriterMetadataCount", "XXX==========XX=====", {}},
    {"GetWriterMetadata", "XXX==========XX=====", {}},
    {"FreeWriterMetadata", "XXX==========XX=====", {}},
    {"AddComponent", "XXX==XXXXXXXXXXXXXXX", kNever},
    {"SetBackupOptions", "XNX==XXXXXXXXXXXXXXX", {}},
    // In a restore too (X43): the page on restoring incremental backups asks for it.
    {"SetPreviousBackupStamp", "XNX==XXXXXXXXNX=XXXX", {}},
    {"StartSnapshotSet", "X=X=XXXXXXXXXXXXXXXX", {}},
    {"AddToSnapshotSet", "XXXX=X=XXXXXXXXXXXXX", {}},
    {"IsVolumeSupported", "X===================", {}},
    {"PrepareForBackup", "XXX==XXXXXXXXXXXXXXX", kNever},
    {"DoSnapshotSet", "XXXXXX=XXXXXXXXXXXXX", "XXXX=XXXXXXXXXXXXXXX"},
    {"GatherWriterStatus", "X=X===============X=", {}},
    {"GetWriterStatusCount", "X===================", {}},
    {"GetWriterStatus", "X===================", {}},
    {"GetWriterStatusEx", "X===================", {}},
    {"FreeWriterStatus", "X===================", {}},
    {"Query", "X============XXXXXXX", {}},
    {"GetSnapshotProperties", "X============XXXXXXX", {}},
    {"SetBackupSucceeded", "XXXXXX=X=XXXXXXXXXXX", {}},
    {"BackupComplete", "XXXXXX=X=XXXXXXXXXXX", kNever},
    {"SaveAsXML", "XXXXXX==============", "X==================="},
    {"AbortBackup", "XIII======I=IIIIIIII", {}},
    {"ImportSnapshots", "X=X=XXXXXXXXXXXXXXXX", {}},
    {"ExposeSnapshot", "X===================", {}},
    {"UnexposeSnapshot", "X===================", {}},
    {"BreakSnapshotSet", "X===================", {}},
    {"BreakSnapshotSetEx", "X===================", {}},
    {"DeleteSnapshots", "X===================", {}},
    {"RevertToSnapshot", "X===================", {}},
    {"QueryRevertStatus", "X===================", {}},
    {"GetWriterComponentsCount", "XXX=================", {}},
    {"GetWriterComponents", "XXX=================", {}},
    // Restore: XXXXXXXXXXXXX in a backup.
    {"SetRestoreState", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetSelectedForRestore", "XXXXXXXXXXXXXNX=XXXX", {}},
    {"SetSelectedForRestoreEx", "XXXXXXXXXXXXXNX=XXXX", {}},
    {"AddRestoreSubcomponent", "XXXXXXXXXXXXXXX=XXXX", {}},
    {"AddNewTarget", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetRestoreOptions", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetAdditionalRestores", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetRestoreName", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetRollForward", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"SetAuthoritativeRestore", "XXXXXXXXXXXXX=X=XXXX", {}},
    {"PreRestore", "XXXXXXXXXXXXXXX=XXXX", {}},
    {"AddAlternativeLocationMapping", "XXXXXXXXXXXXXXXXX=XX", {}},
    {"SetRangesFilePath", "XXXXXXXXXXXXXXXXX=XX", {}},
    {"SetFileRestoreStatus", "XXXXXXXXXXXXXXXXX=XX", {}},
    {"PostRestore", "XXXXXXXXXXXXXXXXX=XX", {}},
    {"AddSnapshotToRecoverySet", "XXXXXXXXXXXXX=X===XX", {}},
    {"RecoverSet", "XXXXXXXXXXXXX=X===XX", {}},
};

constexpr bool well_formed() {
  for (const Row& row : kTable) {
    if (row.with_writers.size() != 20) return false;
    if (!row.without_writers.empty() && row.without_writers.size() != 20) return false;
  }
  return true;
}
static_assert(well_formed(), "a row of the call-order table lacks a state");

}  // namespace

std::string_view object_state_name(ObjectState state) {
  static constexpr std::array<std::string_view, 20> kNames = {
      "B0",  "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9",
      "B10", "BF", "BA", "R1", "R1", "R2", "R2", "R3", "R3", "R4"};
  return kNames[static_cast<std::size_t>(state)];
}

Admitted admit(std::string_view call, const OrderFacts& facts) {
  for (const Row& row : kTable) {
    if (row.call != call) continue;
    const std::string_view cells =
        facts.no_writers && !row.without_writers.empty() ? row.without_writers : row.with_writers;
    // A set may be open before the gather (X03); then what needs the gather is still bad.
    const bool needs_gather =
        call.starts_with("GetWriterMetadata") ||
        (!facts.no_writers &&
         (call == "PrepareForBackup" || call == "DoSnapshotSet" || call == "AddComponent"));
    if (needs_gather && !facts.gathered) return {};
    if (call == "GatherWriterMetadata" && facts.gathered) return {};
    switch (cells[static_cast<std::size_t>(facts.state)]) {
      case '=':
        return {Admission::admitted, hr::ok};
      case 'I':
        return {Admission::ignored, hr::ok};
      case 'N':
        return {Admission::refused, hr::object_not_found};
      default:
        return {};
    }
  }
  if (facts.state == ObjectState::created) return {};
  return {Admission::admitted, hr::ok};
}

}  // namespace vsslab
