// Requester: what an incremental backup builds on (spec: rules 2.15).
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// The stamps that writers set in the backups so far, by writer, path and name.
class Stamps {
 public:
  using Key = std::tuple<std::string, std::string, std::string>;
  void add(const metadata::BackupComponents& document) {
    for (const metadata::WriterComponents& writer : document.writers) {
      const std::string id = writer.writer_id.to_string();
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (entry.backup_stamp.empty()) continue;
        all_[{id, entry.logical_path, entry.name}].insert(entry.backup_stamp);
      }
    }
  }
  // Null: no backup of the component in the journal has a stamp.
  const std::set<std::string, std::less<>>* of(const Key& key) const {
    const auto found = all_.find(key);
    return found == all_.end() ? nullptr : &found->second;
  }

 private:
  std::map<Key, std::set<std::string, std::less<>>> all_;
};

void judge_stamps(const RunView& run, const Session& session, const Stamps& stamps,
                  Verdicts& verdicts) {
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_previous_backup_stamp || !call->ok()) continue;
    const auto* const known = stamps.of({guid_text(run.arg(*call, "writer_id").value_or("")),
                                         std::string(run.arg(*call, "path").value_or("")),
                                         std::string(run.arg(*call, "component").value_or(""))});
    if (known == nullptr) continue;  // the base was made elsewhere
    const std::string_view value = run.arg(*call, "value").value_or("");
    verdicts.expect(known->contains(value),
                    "a stamp that a writer set in an earlier backup of the component",
                    fmt::format("'{}' is none", value), {call->seq()});
  }
}

void check_stamps(const RunView& run, Findings& out) {
  if (run.all(Ev::set_previous_backup_stamp).empty()) return;
  std::map<std::uint32_t, const Session*> backups;  // by number, which is their order
  for (const Session& session : run.sessions()) {
    if (!session.requester.empty() && !session.restore) backups.emplace(session.number, &session);
  }
  Stamps stamps;
  for (const auto& [number, session] : backups) {
    if (session->calls.has(Ev::set_previous_backup_stamp)) {
      Verdicts verdicts(out, session->requester);
      judge_stamps(run, *session, stamps, verdicts);
    }
    if (const auto* document = document_of(run, *session)) stamps.add(*document);
  }
}

#define VSSLAB_EX_STAMPED                                                                      \
  VSSLAB_EX_SNAPPED                                                                            \
  "6 C BackupComponents doc=\"<BACKUP_COMPONENTS "                                             \
  "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='no' "       \
  "selectComponents='yes' backupType='full' partialFileSupport='no'><WRITER_COMPONENTS "       \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                         \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT componentName='Data' "           \
  "componentType='filegroup' backupStamp='one'/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"  \
  "10 s2 R InitializeForBackup\n11 s2 R GatherWriterMetadata\n12 s2 R SetPreviousBackupStamp " \
  "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data value="

constinit const Rule kStamps{
    {.id = "VSSR-INCR-001",
     .slug = "previous-stamp-unchanged",
     .level = Level::must,
     .title = "The previous backup stamp is one that the writer set, unchanged.",
     .source = "nf-vsbackup-ivssbackupcomponents-setpreviousbackupstamp.md",
     .cause = "The stamp was taken from another component, or edited on its way.",
     .next_step = "Hand on GetBackupStamp of the base backup's document as it is.",
     .fails_on = VSSLAB_EX_STAMPED "two\n",
     .passes_on = VSSLAB_EX_STAMPED "one\n"},
    check_stamps};

// ---- handed on at all ----

constexpr std::uint32_t kSchemaDifferential = 0x1;
constexpr std::uint32_t kSchemaIncremental = 0x2;
constexpr std::uint32_t kSchemaTimestamped = 0x20;

// VSS_BS_… of a type that builds on another backup; 0 of the others.
std::uint32_t schema_of_type(const Session& session) {
  if (session.backup_type == "VSS_BT_INCREMENTAL") return kSchemaIncremental;
  return session.backup_type == "VSS_BT_DIFFERENTIAL" ? kSchemaDifferential : 0;
}

// Of the backups that another can build on: where the writer's stamp of each component was set.
class StampedBases {
 public:
  void add(const metadata::BackupComponents& document, const Session& session) {
    const bool full = document.backup_type == metadata::BackupType::full;
    if (!full && document.backup_type != metadata::BackupType::incremental) return;
    const Call* const complete = session.calls.first_ok(Ev::backup_complete);
    if (complete == nullptr) return;
    for (const metadata::WriterComponents& writer : document.writers) {
      const std::string id = writer.writer_id.to_string();
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (entry.backup_stamp.empty() || !entry.backup_succeeded.value_or(false)) continue;
        Stamps::Key key{id, entry.logical_path, entry.name};
        if (full) full_.insert_or_assign(key, complete->seq());
        any_.insert_or_assign(std::move(key), complete->seq());
      }
    }
  }
  // An event of the backup that one of this type builds on; nothing when the journal has none.
  std::optional<Seq> base(const Stamps::Key& key, bool incremental) const {
    const auto& bases = incremental ? any_ : full_;
    const auto found = bases.find(key);
    return found == bases.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<Stamps::Key, Seq> full_, any_;
};

void judge_handed_on(const RunView& run, const Session& session, std::uint32_t schema,
                     const StampedBases& bases, Verdicts& verdicts) {
  const Call* const prepare = session.calls.first_ok(Ev::prepare_for_backup);
  if (prepare == nullptr) return;
  const std::uint32_t needed = schema | kSchemaTimestamped;
  std::set<Stamps::Key> handed;
  for (const Call* call : session.calls.all(Ev::set_previous_backup_stamp)) {
    handed.emplace(guid_text(run.arg(*call, "writer_id").value_or("")),
                   std::string(run.arg(*call, "path").value_or("")),
                   std::string(run.arg(*call, "component").value_or("")));
  }
  for (const Added& added : added_components(run, session)) {
    const Participation* const part = participation_named(run, session, *added.call);
    const auto* const document = part != nullptr ? document_of(run, *part) : nullptr;
    if (document == nullptr || (document->backup_schema & needed) != needed) continue;
    const Stamps::Key key{added.writer_id, std::string(added.path), std::string(added.name)};
    const auto base = bases.base(key, schema == kSchemaIncremental);
    if (!base) continue;  // the base, if there is one, was made elsewhere
    verdicts.expect(handed.contains(key),
                    fmt::format("SetPreviousBackupStamp for {} before PrepareForBackup",
                                component_text(added.path, added.name)),
                    "the writer set a stamp in the backup before, and nobody hands it on",
                    {*base, added.call->seq(), prepare->seq()});
  }
}

void check_handed_on(const RunView& run, Findings& out) {
  const bool builds =
      std::any_of(run.sessions().begin(), run.sessions().end(), [](const Session& session) {
        return !session.requester.empty() && !session.restore && schema_of_type(session) != 0;
      });
  if (!builds) return;
  std::map<std::uint32_t, const Session*> backups;  // by number, which is their order
  for (const Session& session : run.sessions()) {
    if (!session.requester.empty() && !session.restore) backups.emplace(session.number, &session);
  }
  StampedBases bases;
  for (const auto& [number, session] : backups) {
    const std::uint32_t schema = schema_of_type(*session);
    if (schema != 0) {
      Verdicts verdicts(out, session->requester);
      judge_handed_on(run, *session, schema, bases, verdicts);
    }
    if (const auto* document = document_of(run, *session)) bases.add(*document, *session);
  }
}

#define VSSLAB_EX_STAMPED_BASE                                                               \
  "0 R InitializeForBackup\n0 R SetBackupState components=yes bootable=no type=VSS_BT_FULL " \
  "partial=no\n5 R BackupComplete\n6 C BackupComponents doc=\"<BACKUP_COMPONENTS "           \
  "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='no' "     \
  "selectComponents='yes' backupType='full' partialFileSupport='no'><WRITER_COMPONENTS "     \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                       \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT componentName='Data' "         \
  "componentType='filegroup' backupSucceeded='yes' backupStamp='one'/></WRITER_COMPONENTS>"  \
  "</BACKUP_COMPONENTS>\"\n"
#define VSSLAB_EX_AFTER_IT(stamp) \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 "                                \
  "name=Orders\n" VSSLAB_EX_STAMPED_BASE                                                           \
  "10 s2 R InitializeForBackup\n10 s2 R SetBackupState components=yes bootable=no "                \
  "type=VSS_BT_INCREMENTAL partial=no\n11 s2 R GatherWriterMetadata\n11 s2 C WriterMetadata "      \
  "writer=W1 doc=\"<WRITER_METADATA xmlns='x-schema:#VssWriterMetadataInfo' version='1.2' "        \
  "backupSchema='34'>" VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD                           \
  "<BACKUP_LOCATIONS>" VSSLAB_EX_GROUP("componentName='Data'", "")                                 \
      "</BACKUP_LOCATIONS></WRITER_METADATA>\"\n12 s2 R AddComponent writer=W1 "                   \
      "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data\n" stamp            \
      "14 s2 R PrepareForBackup\n"

constinit const Rule kHandedOn{
    {.id = "VSSR-INCR-013",
     .slug = "previous-stamp-is-handed-on",
     .level = Level::must,
     .title = "In an incremental or differential backup the stamp that a time-stamping writer set "
              "in the backup before is handed on.",
     .source = "requestor-role-in-vss-incremental-and-differential-backups.md, "
               "nf-vsbackup-ivssbackupcomponents-setpreviousbackupstamp.md",
     .cause = "SetPreviousBackupStamp was left out; the writer cannot tell what is new since then.",
     .next_step = "Keep the document of each backup, and call SetPreviousBackupStamp with its "
                  "GetBackupStamp for each component before PrepareForBackup.",
     .fails_on = VSSLAB_EX_AFTER_IT(""),
     .passes_on = VSSLAB_EX_AFTER_IT(
         "13 s2 R SetPreviousBackupStamp writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" "
         "component=Data value=one\n")},
    check_handed_on};

}  // namespace

RuleSpan requester_stamp_rules() {
  static constexpr const Rule* kRules[] = {&kStamps, &kHandedOn};
  return kRules;
}

}  // namespace vsslab::rules
