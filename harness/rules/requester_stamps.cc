// Requester: what an incremental backup builds on (spec: rules 2.15).
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

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

}  // namespace

RuleSpan requester_stamp_rules() {
  static constexpr const Rule* kRules[] = {&kStamps};
  return kRules;
}

}  // namespace vsslab::rules
