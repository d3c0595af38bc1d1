// Requester: the state of the backup (spec: rules 2.5).
#include <fmt/format.h>

#include <map>
#include <set>
#include <unordered_map>

#include "metadata/component_path.h"
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// SetBackupState must precede PrepareForBackup.
void check_state_first(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::state_001,
              "the writers learn the type of the backup from SetBackupState in PrepareForBackup");
}

constinit const Rule kStateFirst{
    {.id = "VSSR-STATE-001",
     .slug = "backup-state-before-prepare",
     .level = Level::must,
     .title =
         "SetBackupState is called before PrepareForBackup, and VSS answers VSS_E_BAD_STATE to "
         "a PrepareForBackup without it.",
     .source = "nf-vsbackup-ivssbackupcomponents-prepareforbackup.md, "
               "nf-vsbackup-ivssbackupcomponents-setbackupstate.md",
     .cause = "SetBackupState was left out.",
     .next_step = "Call SetBackupState after InitializeForBackup.",
     .fails_on = VSSLAB_EX_INIT "1 R GatherWriterMetadata  2 R StartSnapshotSet  3 R "
                                "PrepareForBackup hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_PREPARED},
    check_state_first};

// It fixes component mode, bootable state, backup type and partial-file support (default off).
void check_state_kept(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.restore) continue;
    const Call* state = nullptr;
    for (const Call* call : session.calls) {
      if (call->name == Ev::set_backup_state && call->ok()) state = call;
    }
    if (state == nullptr) continue;
    const metadata::BackupComponents* document = document_of(run, session);
    if (document == nullptr) continue;
    const auto compare = [&](std::string_view key, std::string_view in_document) {
      const auto given = run.arg(*state, key);
      if (!given) return;
      service.expect(same_text(*given, in_document), fmt::format("{}={}", key, *given),
                     fmt::format("the Backup Components Document says {}", in_document),
                     {state->seq()});
    };
    compare("components", document->select_components ? "yes" : "no");
    compare("bootable", document->bootable_system_state_backup ? "yes" : "no");
    compare("partial", document->partial_file_support ? "yes" : "no");
    compare("type", metadata::sdk_name(document->backup_type));
  }
}

constinit const Rule kStateKept{
    {.id = "VSSR-STATE-002",
     .slug = "backup-state-kept",
     .level = Level::must,
     .title = "The Backup Components Document holds the state that SetBackupState gave.",
     .source = "nf-vsbackup-ivssbackupcomponents-setbackupstate.md",
     .cause = "The service wrote other values than the requester gave.",
     .next_step = "Compare the arguments of SetBackupState with the document's root element.",
     .fails_on =
         "0 R InitializeForBackup  1 R SetBackupState components=yes bootable=no type=VSS_BT_FULL "
         "partial=no  9 C BackupComponents doc=\"<BACKUP_COMPONENTS "
         "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='yes' "
         "selectComponents='yes' backupType='full' partialFileSupport='no'/>\"",
     .passes_on =
         "0 R InitializeForBackup  1 R SetBackupState components=yes bootable=no type=VSS_BT_FULL "
         "partial=no  9 C BackupComponents doc=\"<BACKUP_COMPONENTS "
         "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='no' "
         "selectComponents='yes' backupType='full' partialFileSupport='no'/>\""},
    check_state_kept};

// UNDEFINED is not a valid backup type; OTHER stands for a kind that none of the named types fits
// and is legal.
void check_type(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::set_backup_state) continue;
      const auto type = run.arg(*call, "type");
      if (!type) continue;
      const auto known = metadata::parse_name<metadata::BackupType>(*type);
      verdicts.expect(known && *known != metadata::BackupType::undefined,
                      "a type of backup from VSS_BT_FULL to VSS_BT_OTHER", *type, {call->seq()});
    }
  }
}

constinit const Rule kType{
    {.id = "VSSR-STATE-003",
     .slug = "backup-type-defined",
     .level = Level::must,
     .title = "SetBackupState is given a type of backup, never VSS_BT_UNDEFINED.",
     .source = "ne-vss-vss_backup_type.md",
     .cause = "A variable that was never set.",
     .next_step = "Pass VSS_BT_FULL, or the type that is being made.",
     .fails_on = VSSLAB_EX_INIT "1 R SetBackupState type=VSS_BT_UNDEFINED",
     .passes_on = VSSLAB_EX_INIT "1 R SetBackupState type=VSS_BT_OTHER"},
    check_type};

constexpr std::uint32_t kNotSystemState = 0x4;  // VSS_CF_NOT_SYSTEM_STATE

bool is_system_state(metadata::UsageType usage) {
  return usage == metadata::UsageType::bootable_system_state ||
         usage == metadata::UsageType::system_service;
}

// Writers of which the requester left a component out, by session.
using Losers = std::unordered_map<const Session*, std::set<std::string_view>>;

Losers writers_that_lost(const RunView& run) {
  Losers losers;
  for (const Call* call : run.all(Ev::component_left_out)) {
    losers[run.session(*call)].insert(run.arg(*call, "writer").value_or(""));
  }
  return losers;
}

// A system-state backup takes every writer whose usage is bootable system state or system service,
// selectable or not, except components flagged NOT_SYSTEM_STATE. (A writer that lost a component to
// a volume outside the set is VSSR-COMP-017.)
void check_system_state(const RunView& run, Findings& out) {
  const Losers losers = writers_that_lost(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* state = session.calls.last(Ev::set_backup_state);
    if (state == nullptr || !run.arg_is(*state, "bootable", "yes") || !session.component_mode) {
      continue;
    }
    const Call* prepare = session.calls.first_ok(Ev::prepare_for_backup);
    if (prepare == nullptr) continue;
    std::map<std::size_t, std::vector<metadata::ComponentKey>> added;  // by participation
    for (const Added& one : added_components(run, session)) {
      if (const Participation* part = participation_named(run, session, *one.call)) {
        added[index_of(run, *part)].push_back({std::string(one.path), std::string(one.name)});
      }
    }
    const auto lost = losers.find(&session);
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const metadata::WriterMetadata* document = document_of(run, part);
      if (document == nullptr || !is_system_state(document->identification.usage)) continue;
      if (lost != losers.end() && lost->second.contains(run.writer(part).name)) continue;
      const std::vector<metadata::ComponentKey>& keys = added[index];
      const metadata::Selection taken = metadata::resolve_selection(*document, keys);
      std::vector<bool> in(document->components.size(), false);
      for (const std::size_t i : taken.requested) in[i] = true;
      for (const std::size_t i : taken.implied) in[i] = true;
      verdicts.saw();
      for (std::size_t i = 0; i < in.size(); ++i) {
        const metadata::Component& component = document->components[i];
        if (in[i] || (component.flags & kNotSystemState) != 0) continue;
        verdicts.fail("every component of a system-state writer",
                      fmt::format("{} of {} was not added",
                                  component_text(component.logical_path, component.name),
                                  run.writer(part).name),
                      {state->seq(), prepare->seq()});
        break;
      }
    }
  }
}

#define VSSLAB_EX_SYSTEM_WRITER                                                                  \
  "0 R InitializeForBackup  0 R SetBackupState components=yes bootable=yes type=VSS_BT_FULL\n"   \
  "1 R GatherWriterMetadata enter\n"                                                             \
  "1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "                                         \
  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "                       \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "                                             \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' friendlyName='Tasks' "                      \
  "usage='BOOTABLE_SYSTEM_STATE' dataSource='OTHER'/><BACKUP_LOCATIONS><FILE_GROUP "             \
  "componentName='TasksStore' restoreMetadata='no' notifyOnBackupComplete='no' selectable='no' " \
  "selectableForRestore='no' componentFlags='0'/></BACKUP_LOCATIONS></WRITER_METADATA>\"\n"      \
  "1 R GatherWriterMetadata leave\n"

constinit const Rule kSystemState{
    {.id = "VSSR-STATE-005",
     .slug = "system-state-complete",
     .level = Level::must,
     .title = "A system-state backup takes every component of every system-state writer, except "
              "those flagged NOT_SYSTEM_STATE.",
     .source = "locating-additional-system-files.md, ne-vswriter-vss_usage_type.md",
     .cause =
         "A writer was left out of the selection, or only its selectable components were taken.",
     .next_step = "Add all components of writers whose usage is BOOTABLE_SYSTEM_STATE or "
                  "SYSTEM_SERVICE, selectable or not.",
     .fails_on = VSSLAB_EX_SYSTEM_WRITER "2 R StartSnapshotSet  3 R PrepareForBackup",
     .passes_on = VSSLAB_EX_SYSTEM_WRITER
     "1 R AddComponent writer=W1 component=TasksStore  2 R StartSnapshotSet  3 R "
     "PrepareForBackup"},
    check_system_state};

constexpr const Rule* kRules[] = {&kStateFirst, &kStateKept, &kType, &kSystemState};

}  // namespace

RuleSpan requester_state_rules() { return kRules; }

}  // namespace vsslab::rules
