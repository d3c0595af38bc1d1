// Requester: finishing a backup (spec: rules 2.10).
#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "metadata/component_path.h"
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/kept_copies.h"
#include "rules/requester_status.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::ComponentKey;

struct Identity {
  const Participation* part = nullptr;
  std::size_t place = 0;  // 1 + that of the participation, 0 none
  std::string writer;     // for writers that the journal does not know
  ComponentKey key;
  friend bool operator<(const Identity& a, const Identity& b) {
    return std::tie(a.place, a.writer, a.key) < std::tie(b.place, b.writer, b.key);
  }
};

Identity identity_of(const RunView& run, const Session& session, const Call& call) {
  Identity identity;
  identity.part = participation_named(run, session, call);
  if (identity.part != nullptr) {
    identity.place = index_of(run, *identity.part) + 1;
  } else {
    identity.writer = run.arg(call, "writer").value_or("");
  }
  identity.key = {std::string(run.arg(call, "path").value_or("")),
                  std::string(run.arg(call, "component").value_or(""))};
  return identity;
}

std::map<Identity, const Call*> added_of(const RunView& run, const Session& session) {
  std::map<Identity, const Call*> added;
  for (const Call* call : session.calls) {
    if (call->name == Ev::add_component && call->ok()) {
      added.emplace(identity_of(run, session, *call), call);
    }
  }
  return added;
}

// SetBackupSucceeded is called per explicit component after it is done and before BackupComplete.
void check_succeeded_told(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::done_001,
              "the result of a component is known between DoSnapshotSet and BackupComplete");
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    const Call* complete = session.calls.first_ok(Ev::backup_complete);
    if (complete == nullptr) continue;
    const auto added = added_of(run, session);
    if (added.empty()) continue;
    std::set<Identity> told;
    for (const Call* call : session.calls) {
      if (call->name == Ev::set_backup_succeeded && call->seq() < complete->seq()) {
        told.insert(identity_of(run, session, *call));
      }
    }
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {  // in the order of the calls
      if (call->name != Ev::add_component || !call->ok()) continue;
      verdicts.saw();
      if (told.count(identity_of(run, session, *call)) != 0) continue;
      verdicts.fail(fmt::format("SetBackupSucceeded for {} before BackupComplete",
                                component_text(run.arg(*call, "path").value_or(""),
                                               run.arg(*call, "component").value_or(""))),
                    "it was left out", {call->seq(), complete->seq()});
    }
  }
}

constinit const Rule kSucceededTold{
    {.id = "VSSR-DONE-001",
     .slug = "result-of-each-component",
     .level = Level::must,
     .title = "SetBackupSucceeded is called for each added component, after the shadow copy and "
              "before BackupComplete.",
     .source = "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause =
         "The call was left out, so the writer does not know whether it may truncate its logs.",
     .next_step = "Call SetBackupSucceeded for every component, true or false, before "
                  "BackupComplete.",
     .fails_on =
         VSSLAB_EX_GATHERED "1 R AddComponent writer=W1 component=Orders\n2 R "
                            "StartSnapshotSet  3 R PrepareForBackup  4 R DoSnapshotSet  5 R "
                            "BackupComplete",
     .passes_on = VSSLAB_EX_GATHERED "1 R AddComponent writer=W1 component=Orders\n2 R "
                                     "StartSnapshotSet  3 R PrepareForBackup  4 R DoSnapshotSet  5 "
                                     "R SetBackupSucceeded writer=W1 component=Orders "
                                     "succeeded=yes  6 R BackupComplete"},
    check_succeeded_told};

// The components of the documents that a session's rules look up.
class Documents {
 public:
  explicit Documents(const RunView& run) : run_(run) {}
  bool has(const Identity& identity) {
    if (identity.part == nullptr) return false;
    const auto [known, fresh] = keys_.try_emplace(identity.part);
    if (fresh) {
      if (const metadata::WriterMetadata* document = document_of(run_, *identity.part)) {
        for (const metadata::Component& component : document->components) {
          known->second.insert(metadata::key_of(component));
        }
      }
    }
    return known->second.contains(identity.key);
  }

 private:
  const RunView& run_;
  std::unordered_map<const Participation*, std::set<ComponentKey>> keys_;
};

// The components that were added, by writer and full path.
using AddedPaths =
    std::unordered_map<const Participation*, std::map<std::string, const Call*, std::less<>>>;

AddedPaths paths_of(const std::map<Identity, const Call*>& added) {
  AddedPaths paths;
  for (const auto& [one, call] : added) {
    paths[one.part].emplace(metadata::full_path(one.key.logical_path, one.key.name), call);
  }
  return paths;
}

// Is the component part of the set of one that was added? Then that one; null otherwise.
const Call* defining_component(Documents& documents, const Identity& identity,
                               const AddedPaths& added) {
  const auto own = added.find(identity.part);
  if (own == added.end() || !documents.has(identity)) return nullptr;
  std::string_view above = identity.key.logical_path;
  while (!above.empty()) {
    if (const auto found = own->second.find(above); found != own->second.end()) {
      return found->second;
    }
    const std::size_t slash = above.rfind('\\');
    above = slash == std::string_view::npos ? std::string_view() : above.substr(0, slash);
  }
  return nullptr;
}

// Looks at each SetBackupSucceeded for a component that was not added.
template <class Look>
void for_each_stranger(const RunView& run, Findings& out, Look look) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    if (!session.calls.has(Ev::set_backup_succeeded)) continue;
    const auto added = added_of(run, session);
    const AddedPaths paths = paths_of(added);
    Documents documents(run);
    for (const Call* call : session.calls) {
      if (call->name != Ev::set_backup_succeeded || !call->returned()) continue;
      verdicts.saw();
      const Identity identity = identity_of(run, session, *call);
      if (added.count(identity) != 0) continue;
      look(*call, identity, defining_component(documents, identity, paths), verdicts);
    }
  }
}

// Component-set properties are set with the defining component's identity.
void check_defining(const RunView& run, Findings& out) {
  for_each_stranger(
      run, out,
      [&](const Call& call, const Identity& identity, const Call* defining, Verdicts& verdicts) {
        if (defining == nullptr) return;
        verdicts.fail("the component that was added, which stands for its whole set",
                      fmt::format("{} named {}", mention(run, call),
                                  component_text(identity.key.logical_path, identity.key.name)),
                      {defining->seq(), call.seq()});
      });
}

#define VSSLAB_EX_SET_OF_TWO                                                                     \
  VSSLAB_EX_INIT                                                                                 \
  "0 R SetBackupState components=yes type=VSS_BT_FULL\n1 R GatherWriterMetadata enter\n1 C "     \
  "WriterMetadata writer=W1 doc=\"<WRITER_METADATA xmlns='x-schema:#VssWriterMetadataInfo' "     \
  "version='1.2'><IDENTIFICATION writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "               \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' friendlyName='Orders' usage='USER_DATA' "   \
  "dataSource='OTHER'/><BACKUP_LOCATIONS><FILE_GROUP componentName='Orders' "                    \
  "restoreMetadata='no' notifyOnBackupComplete='no' selectable='yes' selectableForRestore='no' " \
  "componentFlags='0'/><FILE_GROUP logicalPath='Orders' componentName='Log' "                    \
  "restoreMetadata='no' notifyOnBackupComplete='no' selectable='no' selectableForRestore='no' "  \
  "componentFlags='0'/></BACKUP_LOCATIONS></WRITER_METADATA>\"\n1 R GatherWriterMetadata "       \
  "leave\n2 R AddComponent writer=W1 component=Orders\n2 R StartSnapshotSet\n3 R "               \
  "PrepareForBackup\n4 R DoSnapshotSet\n"

constinit const Rule kDefining{
    {.id = "VSSR-DONE-003",
     .slug = "result-by-defining-component",
     .level = Level::must,
     .title = "Results are set for the component that was added, never for one that it implies.",
     .source = "selectability-and-working-with-component-properties.md",
     .cause = "The program keeps results per subcomponent.",
     .next_step = "Gather the results of the whole set and set them once, with the identity that "
                  "was added.",
     .fails_on = VSSLAB_EX_SET_OF_TWO "5 R SetBackupSucceeded writer=W1 path=Orders component=Log "
                                      "hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = VSSLAB_EX_SET_OF_TWO "5 R SetBackupSucceeded writer=W1 component=Orders"},
    check_defining};

// SetBackupSucceeded for an unknown component gives VSS_E_OBJECT_NOT_FOUND.
void check_unknown(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for_each_stranger(
      run, out,
      [&](const Call& call, const Identity& identity, const Call* defining, Verdicts& verdicts) {
        if (expected_state(run, call)) {
          service.expect(call.hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                         mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
        }
        if (defining != nullptr) return;
        verdicts.fail("a component that was added",
                      fmt::format("{} named {}", mention(run, call),
                                  component_text(identity.key.logical_path, identity.key.name)),
                      {call.seq()});
      });
}

constinit const Rule kUnknown{
    {.id = "VSSR-DONE-004",
     .slug = "result-of-known-component",
     .level = Level::must,
     .title = "SetBackupSucceeded names an added component, and VSS answers VSS_E_OBJECT_NOT_FOUND "
              "to any other.",
     .source = "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause = "The logical path was left out, or AddComponent had failed.",
     .next_step = "Use the same type, logical path and name as in AddComponent.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R SetBackupSucceeded writer=W1 component=Old "
                                   "hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = VSSLAB_EX_SET_OF_TWO "5 R SetBackupSucceeded writer=W1 component=Orders"},
    check_unknown};

void check_complete_present(const RunView& run, const Session& session, Verdicts& verdicts) {
  const Call* make = session.calls.last(Ev::do_snapshot_set);
  if (make == nullptr || !ended_well(run, *make)) return;
  if (session.calls.next(Ev::abort_backup, make->seq()) != nullptr) return;
  const Call* complete = session.calls.next(Ev::backup_complete, make->seq());
  if (session.crashed) return;
  if (complete == nullptr) {
    if (!closed(run, session)) {
      verdicts.inconclusive("the journal ends before BackupComplete");
      return;
    }
    verdicts.fail("BackupComplete (or AbortBackup) after the shadow copy was made", "neither came",
                  {make->seq()}, "writers wait for it in VSS_WS_WAITING_FOR_BACKUP_COMPLETE");
    return;
  }
  verdicts.saw();
  if (!complete->ok() || session.end == nullptr) return;
  const auto end = run.async_end(*complete);
  if (!end || end->seq > session.end->seq()) {
    verdicts.fail("BackupComplete has finished before the object is released",
                  "the object went while it ran", {complete->seq(), session.end->seq()});
  }
}

// A backup that ended properly calls BackupComplete once, waits for it and checks status. (The
// status is VSSR-DONE-006.)
void check_complete(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::done_005,
              "BackupComplete ends a backup whose shadow copy was made");
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore || session.no_writers()) continue;
    if (session.writers.empty()) continue;  // nobody waits for it
    Verdicts verdicts(out, session.requester);
    check_complete_present(run, session, verdicts);
  }
}

constinit const Rule kComplete{
    {.id = "VSSR-DONE-005",
     .slug = "backup-complete-once",
     .level = Level::must,
     .title = "A backup with writers that made its shadow copy calls BackupComplete once and waits "
              "for it.",
     .source = "overview-of-actual-backup-of-files.md",
     .cause = "The object is released as soon as the files are copied; or the program goes on to "
              "BackupComplete though no shadow copy was made.",
     .next_step =
         "Look at what became of DoSnapshotSet; after a copy call BackupComplete, wait for "
         "its IVssAsync, then release.",
     .fails_on = VSSLAB_EX_SNAPPED "5 W1 PostSnapshot  9 R Release",
     .passes_on = VSSLAB_EX_SNAPPED "5 W1 PostSnapshot  8 R BackupComplete  9 R Release"},
    check_complete};

// GatherWriterStatus follows BackupComplete (must up to Server 2008 SP2; elsewhere the step is
// still described as the one that frees the session slot: X34, should everywhere).
void check_status_after_complete(const RunView& run, Findings& out) {
  check_status_after(run, out, Ev::backup_complete, StatusDepth::gathered);
}

constinit const Rule kStatusAfterComplete{
    {.id = "VSSR-DONE-006",
     .slug = "status-after-backup-complete",
     .level = Level::should,
     .title = "GatherWriterStatus follows BackupComplete.",
     .source = "determining-writer-status.md, overview-of-actual-backup-of-files.md",
     .cause = "The backup is taken for finished once BackupComplete has returned.",
     .next_step =
         "Call GatherWriterStatus after BackupComplete; it frees the writers' session slot "
         "on old systems and shows a failure in BackupComplete everywhere.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R BackupComplete  9 R Release",
     .passes_on = VSSLAB_EX_SNAPPED "5 R BackupComplete  6 R GatherWriterStatus  9 R Release"},
    check_status_after_complete};

using Deletions = std::map<std::string_view, const Call*>;  // the last one, by snapshot

Deletions deletions_of(const RunView& run) {
  Deletions deletions;
  for (const Call* call : run.all(Ev::snapshot_deleted)) {
    deletions[run.arg(*call, "snapshot").value_or("")] = call;
  }
  return deletions;
}

void check_copies_gone(const RunView& run, const Session& session, const Deletions& deletions,
                       const std::unordered_set<std::string>& kept, ServiceVerdicts& service) {
  if (session.context == kContextAll || (session.context & kNoAutoRelease) != 0) return;
  if (session.end == nullptr) return;
  for (const Call* made : session.service) {
    if (made->name != Ev::snapshot_created) continue;
    const auto id = run.arg(*made, "snapshot");
    if (!id) continue;
    const auto found = deletions.find(*id);
    const Call* gone = found == deletions.end() ? nullptr : found->second;
    if (gone == nullptr && kept.contains(guid_text(*id))) {
      service.saw();  // its provider could not delete it
    } else if (gone == nullptr && run.complete()) {
      service.fail("the auto-release copy goes with the object", "it stayed",
                   {made->seq(), session.end->seq()});
    } else if (gone != nullptr) {
      const bool early =
          gone->seq() < session.end->seq() && run.arg_is(*gone, "reason", "auto-release");
      service.expect(!early, "the auto-release copy lives until the object goes",
                     mention(run, *gone) + " came before", {made->seq(), gone->seq()});
    }
  }
}

// The object is released at the end; auto-release copies go with it.
void check_object_released(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const Deletions deletions = deletions_of(run);
  const auto kept = copies_kept_by_providers(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    check_copies_gone(run, session, deletions, kept, service);
    const Call& last = session.calls[session.calls.size() - 1];
    if (session.end != nullptr) {
      verdicts.expect(!session.crashed, "Release of the object", "the process ended without it",
                      {session.end->seq()});
    } else if (run.complete()) {
      verdicts.fail("Release of the object", "it never came", {last.seq()});
    } else {
      verdicts.inconclusive("the journal ends before the object is released");
    }
  }
}

constinit const Rule kObjectReleased{
    {.id = "VSSR-DONE-008",
     .slug = "object-released",
     .level = Level::must,
     .title =
         "The object is released at the end, and its auto-release copies live exactly as long.",
     .source = "overview-of-backup-termination.md, backup-components-document-life-cycle.md",
     .cause = "A missing Release, or a process that ended on the way.",
     .next_step = "Release the object on every way out, also after an error.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R ProcessExit reason=crash",
     .passes_on = VSSLAB_EX_SNAPPED "5 R BackupComplete  6 R Release"},
    check_object_released};

constexpr const Rule* kRules[] = {&kSucceededTold,       &kDefining,      &kUnknown, &kComplete,
                                  &kStatusAfterComplete, &kObjectReleased};

}  // namespace

RuleSpan requester_done_rules() { return kRules; }

}  // namespace vsslab::rules
