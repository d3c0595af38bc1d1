// VSSW-INCR-004, VSSW-REST-004, -007, -015: setters of a component that belong to some handlers
// only.
#include <fmt/format.h>

#include <initializer_list>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// The writer makes the call in one of `handlers`; elsewhere the service refuses it.
void check_place(const RunView& run, Findings& out, Ev setter, std::initializer_list<Ev> handlers,
                 std::string_view expected) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != setter) continue;
      const Ev in = made_in(run, *call);
      bool placed = false;
      for (const Ev handler : handlers) placed |= in == handler;
      verdicts.expect(placed, std::string(expected),
                      fmt::format("{} {}", mention(run, *call),
                                  in == Ev::unknown ? std::string("outside any handler")
                                                    : fmt::format("in {}", event_name(in))),
                      {call->seq()});
      if (placed || !call->enter->has_hr) continue;
      Verdicts service(out, kService);
      service.expect(call->hr() == hr::bad_state, "VSS_E_BAD_STATE", hresult_name(call->hr()),
                     {call->seq()});
    }
  }
}

// SetBackupStamp outside a backup or in BackupComplete or BackupShutdown gives VSS_E_BAD_STATE.
void check_stamp(const RunView& run, Findings& out) {
  check_place(run, out, Ev::set_backup_stamp, {Ev::prepare_for_backup, Ev::post_snapshot},
              "SetBackupStamp in PrepareForBackup or PostSnapshot");
}

constexpr Rule kStampPlace{
    {.id = "VSSW-INCR-004",
     .slug = "backup-stamp-place",
     .level = Level::must,
     .title = "SetBackupStamp is called in a backup, before BackupComplete.",
     .source = "nf-vswriter-ivsscomponent-setbackupstamp.md",
     .cause = "The stamp is stored when the backup is known to be good; the document is closed by "
              "then.",
     .next_step = "Store the stamp in PostSnapshot, and act on success in BackupComplete.",
     .fails_on = "1 W1 SetBackupStamp in=BackupComplete component=a hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 SetBackupStamp in=PostSnapshot component=a hr=S_OK",
     .consequences = "VSSW-DONE-003, VSSM-BCD-004"},
    check_stamp};

// Restore targets are changed only by writers, normally in PreRestore.
void check_target(const RunView& run, Findings& out) {
  check_place(run, out, Ev::set_restore_target, {Ev::pre_restore},
              "SetRestoreTarget in PreRestore");
}

constexpr Rule kTargetPlace{
    {.id = "VSSW-REST-004",
     .slug = "restore-target-place",
     .level = Level::must,
     .title = "SetRestoreTarget is called in PreRestore.",
     .source = "ne-vswriter-vss_restore_target.md, nf-vswriter-ivsscomponent-setrestoretarget.md",
     .cause = "The target is decided when the backup is made, or after the files are back.",
     .next_step = "Decide in PreRestore, where the requester can still follow.",
     .fails_on = "1 W1 SetRestoreTarget in=PostSnapshot component=a hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 SetRestoreTarget in=PreRestore component=a hr=S_OK"},
    check_target};

// AddDirectedTarget only by writers during restore; otherwise VSS_E_BAD_STATE.
void check_directed(const RunView& run, Findings& out) {
  check_place(run, out, Ev::add_directed_target, {Ev::pre_restore},
              "AddDirectedTarget in PreRestore");
}

constexpr Rule kDirectedPlace{
    {.id = "VSSW-REST-007",
     .slug = "directed-target-place",
     .level = Level::must,
     .title = "AddDirectedTarget is called in a restore.",
     .source = "nf-vswriter-ivsscomponent-adddirectedtarget.md",
     .cause = "The range map is made when the backup is made.",
     .next_step = "Add directed targets in PreRestore, with the target DIRECTED.",
     .fails_on = "1 W1 AddDirectedTarget in=PostSnapshot component=a hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 AddDirectedTarget in=PreRestore component=a hr=S_OK"},
    check_directed};

// SetRestoreMetadata works only in PreRestore (X53: the PrepareForBackup page lists it by mistake).
void check_restore_metadata(const RunView& run, Findings& out) {
  check_place(run, out, Ev::set_restore_metadata, {Ev::pre_restore},
              "SetRestoreMetadata in PreRestore");
}

constexpr Rule kRestoreMetadataPlace{
    {.id = "VSSW-REST-015",
     .slug = "restore-metadata-place",
     .level = Level::must,
     .title = "SetRestoreMetadata is called in PreRestore.",
     .source = "nf-vswriter-ivsscomponent-setrestoremetadata.md",
     .cause = "The page of OnPrepareBackup lists the call; it works in a restore alone.",
     .next_step = "Use SetBackupMetadata in a backup.",
     .fails_on = "1 W1 SetRestoreMetadata in=PrepareForBackup component=a hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 SetRestoreMetadata in=PreRestore component=a hr=S_OK"},
    check_restore_metadata};

}  // namespace

RuleSpan writer_setter_rules() {
  static constexpr const Rule* kRules[] = {&kStampPlace, &kTargetPlace, &kDirectedPlace,
                                           &kRestoreMetadataPlace};
  return kRules;
}

}  // namespace vsslab::rules
