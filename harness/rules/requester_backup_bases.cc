// Requester: what an incremental or differential backup is based on, and in which order such
// backups come back (spec: rules 2.14, 2.15).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::BackupType;

// ---- bases ----

using ComponentName = std::tuple<std::string, std::string, std::string>;  // writer id, path, name

std::string text_of(const ComponentName& name) {
  return component_text(std::get<1>(name), std::get<2>(name));
}

struct Made {
  const Session* session = nullptr;
  const metadata::BackupComponents* document = nullptr;
  const metadata::ComponentEntry* entry = nullptr;
  Seq at = 0;
  BackupType type() const { return document->backup_type; }
};

std::string_view type_name(BackupType type) {
  switch (type) {
    case BackupType::full:
      return "full";
    case BackupType::incremental:
      return "incremental";
    case BackupType::differential:
      return "differential";
    case BackupType::log:
      return "log";
    case BackupType::copy:
      return "copy";
    default:
      return "other";
  }
}

bool failed_entry(const metadata::ComponentEntry& entry) {
  return entry.backup_succeeded.has_value() && !*entry.backup_succeeded;
}

// The backups of each component, in the order in which they were made. Those that did not succeed
// are none.
class Backups {
 public:
  using Of = std::map<ComponentName, std::vector<Made>>;

  explicit Backups(const RunView& run) {
    std::map<std::uint32_t, const Session*> sessions;  // by number, which is their order
    for (const Session& session : run.sessions()) {
      if (session.requester.empty() || session.restore || !is_backup(session)) continue;
      if (!session.calls.has(Ev::backup_complete)) continue;
      sessions.emplace(session.number, &session);
    }
    for (const auto& [number, session] : sessions) add(run, *session);
  }
  const Of& all() const { return all_; }
  // Where in the list of its component the backup that a document is of stands.
  const Made* of_set(const ComponentName& name, const Guid& set) const {
    const auto found = all_.find(name);
    if (found == all_.end() || set.is_null()) return nullptr;
    const auto made =
        std::find_if(found->second.begin(), found->second.end(),
                     [&](const Made& one) { return one.document->snapshot_set_id == set; });
    return made == found->second.end() ? nullptr : &*made;
  }

 private:
  void add(const RunView& run, const Session& session) {
    const metadata::BackupComponents* const document = document_of(run, session);
    if (document == nullptr) return;
    const Seq at = session.calls[0].seq();
    for (const metadata::WriterComponents& writer : document->writers) {
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (failed_entry(entry)) continue;
        all_[{writer.writer_id.to_string(), entry.logical_path, entry.name}].push_back(
            {&session, document, &entry, at});
      }
    }
  }
  Of all_;
};

Backups backups_of(const RunView& run) { return Backups(run); }

// The latest earlier backup whose stamp the requester handed on; null when none has it, or another
// one has the same.
const Made* base_of(const std::vector<Made>& backups, std::size_t index) {
  const std::string& stamp = backups[index].entry->previous_backup_stamp;
  if (stamp.empty()) return nullptr;
  for (std::size_t i = index; i-- > 0;) {
    if (backups[i].entry->backup_stamp == stamp) return &backups[i];
  }
  return nullptr;
}

bool builds_on(BackupType type) {
  return type == BackupType::incremental || type == BackupType::differential;
}

// Calls look(name, backup, base, verdicts) for each that tells its base.
template <class Look>
void for_each_base(const RunView& run, Findings& out, Look look) {
  for (const auto& [name, backups] : run.derived(backups_of).all()) {
    for (std::size_t i = 0; i < backups.size(); ++i) {
      if (!builds_on(backups[i].type())) continue;
      const Made* const base = base_of(backups, i);
      if (base == nullptr) continue;
      Verdicts verdicts(out, backups[i].session->requester);
      look(name, backups[i], *base, verdicts);
    }
  }
}

// A copy of the same requester's, where nothing else that the journal has of the component could be
// the base; null otherwise.
const Made* only_copies_before(const std::vector<Made>& backups, std::size_t index) {
  if (!backups[index].entry->previous_backup_stamp.empty()) return nullptr;  // of another journal
  const Made* copy = nullptr;
  for (std::size_t i = 0; i < index; ++i) {
    const Made& made = backups[i];
    if (made.type() != BackupType::copy) return nullptr;
    if (made.session->requester == backups[index].session->requester) copy = &made;
  }
  return copy;
}

void check_copy_base(const RunView& run, Findings& out) {
  for (const auto& [name, backups] : run.derived(backups_of).all()) {
    for (std::size_t i = 0; i < backups.size(); ++i) {
      const Made& made = backups[i];
      if (!builds_on(made.type())) continue;
      const Made* const base = base_of(backups, i);
      const Made* const copy = base == nullptr ? only_copies_before(backups, i) : nullptr;
      if (base == nullptr && copy == nullptr) continue;
      Verdicts verdicts(out, made.session->requester);
      if (base != nullptr) {
        verdicts.expect(base->type() != BackupType::copy, "a base that is no copy backup",
                        fmt::format("the stamp of {} is that of a copy backup", text_of(name)),
                        {base->at, made.at});
      } else {
        verdicts.fail(fmt::format("a full backup of {} before the {} one", text_of(name),
                                  type_name(made.type())),
                      "nothing but a copy backup came before it", {copy->at, made.at});
      }
    }
  }
}

// A backup in its own session with a stamp of its own and one of another.
#define VSSLAB_EX_STAMPED_BACKUP(at, session, type, more)                                          \
  at "0 " session " R InitializeForBackup\n" at "3 " session " R BackupComplete\n" at "4 " session \
     " R Release\n" at "4 " session                                                                \
     " C BackupComponents doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' "        \
     "version='1.2' bootableSystemStateBackup='no' selectComponents='yes' backupType='" type       \
     "' partialFileSupport='no' snapshotSetId='4ad2e8b1-faf2-4aca-a010-2c3f939cef6" at             \
     "'><WRITER_COMPONENTS instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                     \
     "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT logicalPath='' "                  \
     "componentName='Data' componentType='filegroup' backupSucceeded='yes' " more                  \
     "/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"
#define VSSLAB_EX_FULL_BACKUP VSSLAB_EX_STAMPED_BACKUP("1", "s1", "full", "backupStamp='one'")

constinit const Rule kCopyBase{
    {.id = "VSSR-INCR-007",
     .slug = "copy-backup-is-no-base",
     .level = Level::must,
     .title = "A copy backup is never the base of an incremental or differential one.",
     .source = "vss-backup-state.md, ne-vss-vss_backup_type.md",
     .cause = "The latest backup was taken for the base, whatever its type.",
     .next_step = "Remember the type of each backup, and hand on the stamp of the last full or "
                  "incremental one.",
     .fails_on = VSSLAB_EX_STAMPED_BACKUP("1", "s1", "copy", "backupStamp='one'")
         VSSLAB_EX_STAMPED_BACKUP("2", "s2", "incremental", "previousBackupStamp='one'"),
     .passes_on = VSSLAB_EX_FULL_BACKUP VSSLAB_EX_STAMPED_BACKUP("2", "s2", "incremental",
                                                                 "previousBackupStamp='one'")},
    check_copy_base};

void check_base_type(const RunView& run, Findings& out) {
  for_each_base(
      run, out,
      [](const ComponentName& name, const Made& made, const Made& base, Verdicts& verdicts) {
        const bool copy = base.type() == BackupType::copy;  // that is VSSR-INCR-007
        const bool right =
            base.type() == BackupType::full ||
            (made.type() == BackupType::incremental && base.type() == BackupType::incremental);
        verdicts.expect(
            right || copy,
            made.type() == BackupType::incremental ? "a full or incremental base" : "a full base",
            fmt::format("the stamp of {} is that of a {} backup", text_of(name),
                        type_name(base.type())),
            {base.at, made.at});
      });
}

constinit const Rule kBaseType{
    {.id = "VSSR-INCR-008",
     .slug = "base-of-the-right-type",
     .level = Level::must,
     .title = "A differential backup is based on a full one, an incremental backup on a full or an "
              "incremental one.",
     .source = "vss-backup-state.md, "
               "requestor-role-in-vss-incremental-and-differential-backups.md",
     .cause = "The latest backup was taken for the base, whatever its type.",
     .next_step = "For a differential backup hand on the stamp of the last full backup; for an "
                  "incremental one that of the last full or incremental backup.",
     .fails_on = VSSLAB_EX_FULL_BACKUP VSSLAB_EX_STAMPED_BACKUP(
         "2", "s2", "differential", "backupStamp='two' previousBackupStamp='one'")
         VSSLAB_EX_STAMPED_BACKUP("3", "s3", "differential", "previousBackupStamp='two'"),
     .passes_on = VSSLAB_EX_FULL_BACKUP VSSLAB_EX_STAMPED_BACKUP("2", "s2", "differential",
                                                                 "previousBackupStamp='one'")},
    check_base_type};

constexpr std::uint32_t kSchemaExclusive = 0x4;

std::uint32_t schema_in(const RunView& run, const Session& session, const std::string& writer) {
  const Participation* const part = run.find_participation(session, writer);
  const auto* const document = part != nullptr ? document_of(run, *part) : nullptr;
  return document != nullptr ? document->backup_schema : 0;
}

void check_exclusive(const RunView& run, Findings& out) {
  for (const auto& [name, backups] : run.derived(backups_of).all()) {
    std::map<std::string_view, const Made*> since_full;  // the first of both, by requester
    for (const Made& made : backups) {
      const std::string_view requester = made.session->requester;
      if (made.type() == BackupType::full) since_full.erase(requester);
      if (!builds_on(made.type())) continue;
      if ((schema_in(run, *made.session, std::get<0>(name)) & kSchemaExclusive) == 0) continue;
      const Made* const first = since_full.try_emplace(requester, &made).first->second;
      Verdicts verdicts(out, requester);
      verdicts.expect(first->type() == made.type(),
                      fmt::format("{} backups alone of {} until the next full one",
                                  type_name(first->type()), text_of(name)),
                      fmt::format("a {} one was made", type_name(made.type())),
                      {first->at, made.at});
    }
  }
}

#define VSSLAB_EX_EXCLUSIVE(at, session)                                   \
  at "1 " session " R GatherWriterMetadata\n" at "1 " session              \
     " C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "                 \
     "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2' "              \
     "backupSchema='7'>" VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD \
     "<BACKUP_LOCATIONS>" VSSLAB_EX_GROUP("componentName='Data'",          \
                                          "") "</BACKUP_LOCATIONS></WRITER_METADATA>\"\n"
#define VSSLAB_EX_EXCLUSIVE_BACKUP(at, session, type)                                         \
  at "0 " session " R InitializeForBackup\n" VSSLAB_EX_EXCLUSIVE(at, session) at              \
      "3 " session " R BackupComplete\n" at "4 " session " R Release\n" at "4 " session       \
      " C BackupComponents doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' "  \
      "version='1.2' bootableSystemStateBackup='no' selectComponents='yes' backupType='" type \
      "' partialFileSupport='no'><WRITER_COMPONENTS "                                         \
      "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                    \
      "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT logicalPath='' "            \
      "componentName='Data' "                                                                 \
      "componentType='filegroup'/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"
#define VSSLAB_EX_ORDERS \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n"

constinit const Rule kExclusive{
    {.id = "VSSR-INCR-006",
     .slug = "exclusive-incremental-or-differential",
     .level = Level::must,
     .title = "A writer with VSS_BS_EXCLUSIVE_INCREMENTAL_DIFFERENTIAL gets no incremental backup "
              "after a differential one, or the reverse, until the next full one.",
     .source = "ne-vss-vss_backup_schema.md, writer-backup-schema-support.md",
     .cause = "The schema bit was not looked at, and the writer's history does not hold both.",
     .next_step = "Keep to one kind of backup until the next full one for such a writer.",
     .fails_on = VSSLAB_EX_ORDERS VSSLAB_EX_EXCLUSIVE_BACKUP("1", "s1", "differential")
         VSSLAB_EX_EXCLUSIVE_BACKUP("2", "s2", "incremental"),
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_EXCLUSIVE_BACKUP("1", "s1", "differential")
         VSSLAB_EX_EXCLUSIVE_BACKUP("2", "s2", "differential")},
    check_exclusive};

// ---- the order of restores ----

// The backups of one component that a machine has got back since the last full one.
struct Returned {
  std::vector<const Made*> backups;
  bool has(const Made& made) const {
    return std::find(backups.begin(), backups.end(), &made) != backups.end();
  }
};

// The full backup, or without one the copy, that a backup's requester had made last before it.
const Made* full_before(const std::vector<Made>& backups, const Made& made) {
  const Made* copy = nullptr;
  const Made* full = nullptr;
  for (const Made& one : backups) {
    if (&one == &made) break;
    if (one.session->requester != made.session->requester) continue;
    if (one.type() == BackupType::full) full = &one;
    if (one.type() == BackupType::copy) copy = &one;
  }
  return full != nullptr ? full : copy;
}

void judge_order(const ComponentName& name, const std::vector<Made>& backups, const Made& made,
                 const Returned& returned, const Call& selected, Verdicts& verdicts) {
  const Made* const full = full_before(backups, made);
  if (full == nullptr) return;  // made elsewhere
  verdicts.expect(returned.has(*full),
                  fmt::format("the full backup of {} restored first", text_of(name)),
                  fmt::format("the {} one came without it", type_name(made.type())),
                  {full->at, selected.seq()});
  const Made* const last = returned.backups.empty() ? nullptr : returned.backups.back();
  verdicts.expect(
      last == nullptr || last->at < made.at,
      fmt::format("the backups of {} restored from the oldest to the newest", text_of(name)),
      "an older one came after a newer one", {made.at, selected.seq()});
  if (made.type() != BackupType::incremental || !returned.has(*full)) return;
  for (const Made& one : backups) {
    const bool between = one.at > full->at && one.at < made.at;
    if (!between || one.type() != BackupType::incremental) continue;
    if (one.session->requester != made.session->requester) continue;
    verdicts.expect(
        returned.has(one),
        fmt::format("every incremental backup of {} in between restored as well", text_of(name)),
        "one was left out", {one.at, selected.seq()});
  }
}

void check_restore_sequence(const RunView& run, Findings& out) {
  const RestoredFiles& files = RestoredFiles::of(run);
  const Backups& known = run.derived(backups_of);
  std::map<RestoreView::Key, Returned> returned;
  for (const RestoreView& restore : files.restores()) {
    const metadata::BackupComponents* const document = document_of(run, *restore.session);
    if (document == nullptr || restore.pre == nullptr) continue;
    Verdicts verdicts(out, restore.session->requester);
    for (const auto& [key, index] : restore.by_key) {
      const RestoredComponent& component = restore.components[index];
      const ComponentName name{std::get<0>(key), std::string(std::get<1>(key)),
                               std::string(std::get<2>(key))};
      const Made* const made = known.of_set(name, document->snapshot_set_id);
      if (made == nullptr) continue;
      Returned& so_far = returned[key];
      if (made->type() == BackupType::full || made->type() == BackupType::copy) {
        so_far.backups.clear();
      } else if (builds_on(made->type())) {
        judge_order(name, known.all().at(name), *made, so_far, *component.selected, verdicts);
      }
      so_far.backups.push_back(made);
    }
  }
}

#define VSSLAB_EX_LINK_OF(at, session, set, type)                                              \
  at "0 " session " R InitializeForRestore\n" at "1 " session " R GatherWriterMetadata\n" at   \
     "2 " session " R SetSelectedForRestore " VSSLAB_EX_DATA " selected=yes\n" at "3 " session \
     " R PreRestore\n" at "4 " session " R Release\n" at "4 " session                          \
     " C BackupComponents doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' "    \
     "version='1.2' bootableSystemStateBackup='no' selectComponents='yes' backupType='" type   \
     "' partialFileSupport='no' snapshotSetId='4ad2e8b1-faf2-4aca-a010-2c3f939cef6" set        \
     "'><WRITER_COMPONENTS instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                 \
     "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT logicalPath='' "              \
     "componentName='Data' componentType='filegroup' selectedForRestore='yes'/>"               \
     "</WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"
#define VSSLAB_EX_TWO_BACKUPS \
  VSSLAB_EX_FULL_BACKUP VSSLAB_EX_STAMPED_BACKUP("2", "s2", "incremental", "")

constinit const Rule kRestoreSequence{
    {.id = "VSSR-REST-040",
     .slug = "chain-from-the-oldest-without-holes",
     .level = Level::must,
     .title = "An incremental or differential backup is restored after its full one, incremental "
              "ones all and in the order in which they were made.",
     .source = "vss-backup-state.md, requestor-role-in-backing-up-complex-stores.md",
     .cause = "The user named the backups in another order or left one out, and the requester took "
              "them as they came.",
     .next_step =
         "Sort the backups by when they were made, and refuse a chain that has holes or no "
         "full backup.",
     .fails_on = VSSLAB_EX_TWO_BACKUPS VSSLAB_EX_LINK_OF("3", "s3", "2", "incremental")
         VSSLAB_EX_LINK_OF("4", "s4", "1", "full"),
     .passes_on = VSSLAB_EX_TWO_BACKUPS VSSLAB_EX_LINK_OF("3", "s3", "1", "full")
         VSSLAB_EX_LINK_OF("4", "s4", "2", "incremental")},
    check_restore_sequence};

}  // namespace

RuleSpan requester_backup_base_rules() {
  static constexpr const Rule* kRules[] = {&kExclusive, &kCopyBase, &kBaseType, &kRestoreSequence};
  return kRules;
}

}  // namespace vsslab::rules
