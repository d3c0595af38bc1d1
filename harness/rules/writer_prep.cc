// VSSW-PREP: what a writer may do with its components while a backup is prepared.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

std::string place(Ev handler) {
  return handler == Ev::unknown ? std::string("outside any handler")
                                : fmt::format("in {}", event_name(handler));
}

// The scenario made the handler crash: not the pointer did.
bool by_a_fault(const RunView& run, const Call& handler) {
  const CallList around = run.lab_calls().between(handler.seq(), handler.last_seq());
  return std::any_of(around.begin(), around.end(), [&](const Call* call) {
    return call->name == Ev::fault && run.arg_is(*call, "party", run.actor_name(handler)) &&
           run.arg_is(*call, "event", event_name(handler.name));
  });
}

// The component pointer is NULL when the requester does not use components.
void check_null_components(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!is_writer_handler(call->name) || !run.arg_is(*call, "components", "no")) continue;
      if (call->name != Ev::prepare_for_backup && call->name != Ev::post_snapshot &&
          call->name != Ev::backup_complete) {
        continue;
      }
      if (blew_up(*call) && by_a_fault(run, *call)) continue;
      verdicts.expect(!blew_up(*call), "the handler copes with a NULL component pointer",
                      fmt::format("{} blew up", mention(run, *call)),
                      {call->seq(), call->last_seq()});
    }
  }
}

constexpr Rule kNullComponents{
    {.id = "VSSW-PREP-001",
     .slug = "null-components",
     .level = Level::must,
     .title = "A writer copes with a NULL component pointer.",
     .source = "nf-vswriter-cvsswriter-onpreparebackup.md",
     .cause = "The pointer is used without a check; in a volume backup there are no components.",
     .next_step = "Check the pointer before each use.",
     .fails_on = "1 W1 PrepareForBackup enter components=no  2 W1 PrepareForBackup leave crash=yes",
     .passes_on = "1 W1 PrepareForBackup enter components=no  2 W1 PrepareForBackup leave ret=true",
     .consequences = "VSSW-SEC-005"},
    check_null_components};

// The backup type is readable from PrepareForBackup on, not earlier.
void check_backup_type(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::get_backup_type) continue;
      const Ev in = made_in(run, *call);
      verdicts.expect(in != Ev::identify && in != Ev::unknown,
                      "GetBackupType from PrepareForBackup on",
                      fmt::format("{} {}", mention(run, *call), place(in)), {call->seq()});
    }
  }
}

constexpr Rule kBackupTypeLate{
    {.id = "VSSW-PREP-002",
     .slug = "backup-type-from-prepare-on",
     .level = Level::must,
     .title = "A writer asks for the backup type from PrepareForBackup on, not earlier.",
     .source = "writer-role-in-backing-up-complex-stores.md",
     .cause = "Identify is taken for the start of a backup.",
     .next_step = "Call GetBackupType in PrepareForBackup.",
     .fails_on = "1 W1 GetBackupType in=Identify",
     .passes_on = "1 W1 GetBackupType in=PrepareForBackup"},
    check_backup_type};

// Partial files only when the requester supports them.
void check_partial_files(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    const Call* state = session.calls.first_ok(Ev::set_backup_state);
    const auto partial = state ? run.arg(*state, "partial") : std::nullopt;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      Verdicts verdicts(out, run.writer(part).name);
      const Call* call = part.calls.first(Ev::add_partial_file);
      if (call == nullptr || !partial) continue;
      verdicts.expect(*partial == "yes",
                      "no partial files, for the requester does not support them",
                      mention(run, *call), {state->seq(), call->seq()});
    }
  }
}

constexpr Rule kPartialFilesWanted{
    {.id = "VSSW-PREP-004",
     .slug = "partial-files-only-if-supported",
     .level = Level::must,
     .title = "A writer adds partial files only if the requester supports them.",
     .source = "writer-role-in-vss-incremental-and-differential-backups.md, "
               "working-with-partial-files.md",
     .cause = "IsPartialFileSupportEnabled was not asked.",
     .next_step = "Ask IsPartialFileSupportEnabled and offer whole files otherwise.",
     .fails_on = "1 R SetBackupState partial=no  2 W1 AddPartialFile in=PostSnapshot",
     .passes_on = "1 R SetBackupState partial=yes  2 W1 AddPartialFile in=PostSnapshot"},
    check_partial_files};

bool touches_component(Ev name) {
  switch (name) {
    case Ev::set_backup_metadata:
    case Ev::set_backup_stamp:
    case Ev::set_restore_metadata:
    case Ev::add_partial_file:
    case Ev::add_differenced_files_by_last_modify_time:
    case Ev::add_differenced_files_by_last_modify_lsn:
    case Ev::set_restore_target:
    case Ev::add_directed_target:
    case Ev::set_prepare_for_backup_failure_msg:
    case Ev::set_post_snapshot_failure_msg:
    case Ev::set_pre_restore_failure_msg:
    case Ev::set_post_restore_failure_msg:
    case Ev::set_failure:
    case Ev::get_backup_succeeded:
      return true;
    default:
      return false;
  }
}

// PrepareForBackup is the last view of the document before the copy is made: no IVssComponent is
// used in PrepareForSnapshot, Freeze and Thaw.
void check_no_component_while_frozen(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!touches_component(call->name)) continue;
      const Ev in = made_in(run, *call);
      verdicts.expect(
          in != Ev::prepare_for_snapshot && in != Ev::freeze && in != Ev::thaw && in != Ev::abort,
          "no IVssComponent between PrepareForBackup and PostSnapshot",
          fmt::format("{} {}", mention(run, *call), place(in)), {call->seq()});
    }
  }
}

constexpr Rule kNoComponentWhileFrozen{
    {.id = "VSSW-PREP-005",
     .slug = "no-component-while-frozen",
     .level = Level::must,
     .title = "A writer uses no IVssComponent in PrepareForSnapshot, Freeze and Thaw.",
     .source = "nf-vswriter-cvsswriter-onpreparebackup.md",
     .cause = "A component pointer of PrepareForBackup was stored and used later.",
     .next_step = "Write to the components in PrepareForBackup or PostSnapshot.",
     .fails_on = "1 W1 SetBackupMetadata in=Freeze component=a",
     .passes_on = "1 W1 SetBackupMetadata in=PostSnapshot component=a"},
    check_no_component_while_frozen};

// SetBackupMetadata works in a backup up to PostSnapshot; outside a backup, in BackupComplete and
// in BackupShutdown it gives VSS_E_BAD_STATE.
void check_backup_metadata_place(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::set_backup_metadata) continue;
      const Ev in = made_in(run, *call);
      const bool late = in == Ev::backup_complete || in == Ev::backup_shutdown ||
                        in == Ev::unknown || in == Ev::pre_restore || in == Ev::post_restore;
      verdicts.expect(!late, "SetBackupMetadata in PrepareForBackup or PostSnapshot",
                      fmt::format("{} {}", mention(run, *call), place(in)), {call->seq()});
      if (!late || !call->enter->has_hr) continue;
      Verdicts service(out, kService);
      service.expect(call->hr() == hr::bad_state, "VSS_E_BAD_STATE", hresult_name(call->hr()),
                     {call->seq()});
    }
  }
}

constexpr Rule kBackupMetadataPlace{
    {.id = "VSSW-PREP-008",
     .slug = "backup-metadata-place",
     .level = Level::must,
     .title = "SetBackupMetadata is called in a backup, before BackupComplete.",
     .source = "nf-vswriter-ivsscomponent-setbackupmetadata.md",
     .cause = "The writer stores what it learns in BackupComplete; the document is closed by then.",
     .next_step = "Call SetBackupMetadata in PostSnapshot at the latest.",
     .fails_on = "1 W1 SetBackupMetadata in=BackupComplete component=a hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 SetBackupMetadata in=PostSnapshot component=a hr=S_OK",
     .consequences = "VSSW-DONE-003"},
    check_backup_metadata_place};

// Backup metadata is written once per component; a second write gives VSS_E_OBJECT_ALREADY_EXISTS.
void check_backup_metadata_once(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    std::map<std::string, const Call*> written;
    for (const Call* call : part.calls) {
      if (call->name != Ev::set_backup_metadata) continue;
      const std::string component = component_text(run.arg(*call, "path").value_or(""),
                                                   run.arg(*call, "component").value_or(""));
      const auto first = written.find(component);
      if (first == written.end()) {
        verdicts.saw();
        if (call->ok()) written.emplace(component, call);
        continue;
      }
      verdicts.fail("SetBackupMetadata once per component",
                    fmt::format("{} again for '{}'", mention(run, *call), component),
                    {first->second->seq(), call->seq()});
      Verdicts service(out, kService);
      service.expect(call->hr() == hr::object_already_exists, "VSS_E_OBJECT_ALREADY_EXISTS",
                     hresult_name(call->hr()), {call->seq()});
    }
  }
}

constexpr Rule kBackupMetadataOnce{
    {.id = "VSSW-PREP-009",
     .slug = "backup-metadata-once",
     .level = Level::must,
     .title = "Backup metadata of a component is written once, and VSS refuses a second time.",
     .source = "nf-vswriter-ivsscomponent-setbackupmetadata.md",
     .cause = "Metadata is written in PrepareForBackup and again in PostSnapshot.",
     .next_step = "Collect it and write it once.",
     .fails_on = "1 W1 SetBackupMetadata in=PrepareForBackup component=a hr=S_OK\n"
                 "2 W1 SetBackupMetadata in=PostSnapshot component=a "
                 "hr=VSS_E_OBJECT_ALREADY_EXISTS",
     .passes_on = "1 W1 SetBackupMetadata in=PrepareForBackup component=a hr=S_OK\n"
                  "2 W1 SetBackupMetadata in=PostSnapshot component=b hr=S_OK"},
    check_backup_metadata_once};

// SetPrepareForBackupFailureMsg belongs to PrepareForBackup; elsewhere it gives VSS_E_BAD_STATE.
void check_prepare_message(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::set_prepare_for_backup_failure_msg) continue;
      const Ev in = made_in(run, *call);
      verdicts.expect(in == Ev::prepare_for_backup,
                      "SetPrepareForBackupFailureMsg in PrepareForBackup",
                      fmt::format("{} {}", mention(run, *call), place(in)), {call->seq()});
      if (in == Ev::prepare_for_backup || !call->enter->has_hr) continue;
      Verdicts service(out, kService);
      service.expect(call->hr() == hr::bad_state, "VSS_E_BAD_STATE", hresult_name(call->hr()),
                     {call->seq()});
    }
  }
}

constexpr Rule kPrepareMessage{
    {.id = "VSSW-PREP-010",
     .slug = "prepare-message-place",
     .level = Level::must,
     .title = "SetPrepareForBackupFailureMsg is called in PrepareForBackup alone.",
     .source = "nf-vswriter-ivsscomponentex-setprepareforbackupfailuremsg.md",
     .cause = "One helper sets the message of the wrong phase.",
     .next_step = "Use SetPostSnapshotFailureMsg in PostSnapshot.",
     .fails_on = "1 W1 SetPrepareForBackupFailureMsg in=PostSnapshot hr=VSS_E_BAD_STATE",
     .passes_on = "1 W1 SetPrepareForBackupFailureMsg in=PrepareForBackup hr=S_OK"},
    check_prepare_message};

}  // namespace

RuleSpan writer_prep_rules() {
  static constexpr const Rule* kRules[] = {
      &kNullComponents,      &kBackupTypeLate,     &kPartialFilesWanted, &kNoComponentWhileFrozen,
      &kBackupMetadataPlace, &kBackupMetadataOnce, &kPrepareMessage,
  };
  return kRules;
}

}  // namespace vsslab::rules
