// Requester: restores that ask for more than the files (spec: rules 2.14): chains of backups, and
// what a writer has to support.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

struct Wish {
  Ev name;
  std::uint32_t schema;
  std::string_view schema_name;
};
constexpr Wish kWishes[] = {
    {Ev::set_roll_forward, 0x1000, "VSS_BS_ROLLFORWARD_RESTORE"},
    {Ev::set_restore_name, 0x2000, "VSS_BS_RESTORE_RENAME"},
    {Ev::set_authoritative_restore, 0x4000, "VSS_BS_AUTHORITATIVE_RESTORE"},
};

void check_supported(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || !session.restore) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      const auto wish = std::find_if(std::begin(kWishes), std::end(kWishes),
                                     [&](const Wish& one) { return one.name == call->name; });
      if (wish == std::end(kWishes) || !call->ok() || run.arg_is(*call, "value", "no")) continue;
      const Participation* const part =
          run.find_participation(session, guid_text(run.arg(*call, "writer_id").value_or("")));
      const auto* const document = part != nullptr ? document_of(run, *part) : nullptr;
      if (document == nullptr) continue;
      verdicts.expect(
          (document->backup_schema & wish->schema) != 0,
          fmt::format("{} for a writer with {}", event_name(call->name), wish->schema_name),
          fmt::format("the schema of {} is 0x{:x}", run.writer(*part).name,
                      document->backup_schema),
          {call->seq()});
    }
  }
}

constinit const Rule kSupported{
    {.id = "VSSR-REST-028",
     .slug = "only-what-the-schema-supports",
     .level = Level::must,
     .title =
         "Roll-forward, a new name and an authoritative restore are asked only of writers whose "
         "schema has them.",
     .source = "ne-vss-vss_backup_schema.md, "
               "nf-vsbackup-ivssbackupcomponentsex2-setrollforward.md",
     .cause = "GetBackupSchema was not looked at; the writer takes no notice of the call.",
     .next_step = "Test the bit of GetBackupSchema, and tell the user when it is not there.",
     .fails_on =
         VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED",
                                "") "13 s2 R SetRestoreName " VSSLAB_EX_DATA " value=other\n",
     .passes_on =
         VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED",
                                "") "13 s2 R SetRollForward " VSSLAB_EX_DATA " value=\"\"\n"},
    check_supported};

// ---- another instance ----

constexpr std::uint32_t kRestoreWithMove = 0x200;  // VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE

void check_moved(const RunView& run, Findings& out) {
  std::optional<ServiceVerdicts> service;
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || !session.restore) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      const auto instance =
          call->name == Ev::set_selected_for_restore ? run.arg(*call, "instance") : std::nullopt;
      if (!instance || !call->returned()) continue;
      const Participation* const part = run.find_participation(session, guid_text(*instance));
      const bool same_class =
          part != nullptr && guid_text(run.writer(*part).writer_id) ==
                                 guid_text(run.arg(*call, "writer_id").value_or(""));
      const auto* const document = part != nullptr ? document_of(run, *part) : nullptr;
      const bool moves = document != nullptr && (document->backup_schema & kRestoreWithMove) != 0;
      const std::string actual =
          !same_class ? fmt::format("{} is no instance of that class", *instance)
                      : fmt::format("the schema of {} is 0x{:x}", run.writer(*part).name,
                                    document != nullptr ? document->backup_schema : 0);
      verdicts.expect(same_class && moves,
                      "an instance of the same class, whose schema has "
                      "VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE",
                      actual, {call->seq()});
      if (same_class && moves) continue;
      if (!service) service.emplace(out);
      service->expect(call->refused(), "SetSelectedForRestoreEx is refused",
                      fmt::format("{} gave {}", mention(run, *call), hresult_name(call->hr())),
                      {call->seq()});
    }
  }
}

#define VSSLAB_EX_MOVED(schema, hr)                                                               \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders "                   \
  "instance=1bddd48e-5052-49db-9b07-b96f96727e6b\n"                                               \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 s2 C WriterMetadata writer=W1 " \
  "doc=\"<WRITER_METADATA xmlns='x-schema:#VssWriterMetadataInfo' version='1.2' "                 \
  "backupSchema='" schema "'>" VSSLAB_EX_IDENTIFICATION                                           \
  "<BACKUP_LOCATIONS/></WRITER_METADATA>\"\n"                                                     \
  "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA                                                 \
  " selected=yes instance=1bddd48e-5052-49db-9b07-b96f96727e6b hr=" hr "\n"

constinit const Rule kMoved{
    {.id = "VSSR-REST-029",
     .slug = "another-instance-where-it-can-be",
     .level = Level::must,
     .title = "A component is moved to another instance only within its writer's class, and only "
              "when the schema has RESTORE_WITH_MOVE; VSS refuses it else.",
     .source = "nf-vsbackup-ivssbackupcomponentsex-setselectedforrestoreex.md, "
               "ne-vss-vss_backup_schema.md",
     .cause = "The instance id is of another writer, or of another run of it, or GetBackupSchema "
              "was not looked at.",
     .next_step = "Take the id from GetIdentityEx of a document gathered in this restore, and test "
                  "the bit.",
     .fails_on = VSSLAB_EX_MOVED("256", "E_INVALIDARG"),
     .passes_on = VSSLAB_EX_MOVED("768", "S_OK")},
    check_moved};

// ---- chains ----

bool needs_a_base(const RunView& run, const Session& session) {
  const metadata::BackupComponents* const document = document_of(run, session);
  if (document == nullptr) return false;
  using metadata::BackupType;
  return document->backup_type == BackupType::incremental ||
         document->backup_type == BackupType::differential ||
         document->backup_type == BackupType::log;
}

// The restores of one component, one after the other. Two calls of a tool are two requesters, and
// one chain to the writer.
struct Chain {
  const RestoreView* restore = nullptr;  // the last up to now
  const RestoredComponent* component = nullptr;
  bool more() const { return component->entry != nullptr && component->entry->additional_restores; }
};

void check_chain(const RunView& run, Findings& out) {
  const RestoredFiles& files = RestoredFiles::of(run);
  std::map<RestoreView::Key, Chain> chains;
  for (const RestoreView& restore : files.restores()) {
    if (restore.session->end == nullptr) continue;  // its document is not complete
    const bool goes_on = needs_a_base(run, *restore.session);
    for (const auto& [key, index] : restore.by_key) {
      const RestoredComponent& component = restore.components[index];
      Chain& chain = chains[key];
      if (chain.component != nullptr && goes_on) {
        Verdicts verdicts(out, chain.restore->session->requester);
        verdicts.expect(chain.more(),
                        fmt::format("SetAdditionalRestores with true for {} in the restore before",
                                    component_text(component.path, component.name)),
                        "the writer took that restore for the last",
                        {chain.component->selected->seq(), component.selected->seq()});
      }
      chain = {&restore, &component};
    }
  }
  if (!run.complete()) return;
  for (const auto& [key, chain] : chains) {
    if (!chain.more()) continue;
    Verdicts verdicts(out, chain.restore->session->requester);
    verdicts.fail("no SetAdditionalRestores with true in the last restore of a component",
                  fmt::format("{} waits for more",
                              component_text(chain.component->path, chain.component->name)),
                  {chain.component->selected->seq()});
  }
}

// A restore in its own session, in the tens of seconds that `at` says.
#define VSSLAB_EX_LINK(at, session, type, more)                                                \
  at "0 " session " R InitializeForRestore\n" at "1 " session " R GatherWriterMetadata\n" at   \
     "2 " session " R SetSelectedForRestore " VSSLAB_EX_DATA " selected=yes\n" at "4 " session \
     " R Release\n" at "4 " session                                                            \
     " C BackupComponents doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' "    \
     "version='1.2' bootableSystemStateBackup='no' selectComponents='yes' backupType='" type   \
     "' partialFileSupport='no'><WRITER_COMPONENTS "                                           \
     "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                      \
     "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT logicalPath='' "              \
     "componentName='Data' componentType='filegroup' selectedForRestore='yes'" more            \
     "/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"

constinit const Rule kChain{
    {.id = "VSSR-REST-030",
     .slug = "additional-restores-in-a-chain",
     .level = Level::must,
     .title = "In a chain of restores every one but the last says that more restores follow.",
     .source = "requestor-role-in-backing-up-complex-stores.md",
     .cause = "The writer brought its data on line after the full backup, and got the rest then.",
     .next_step = "Call SetAdditionalRestores with true in all restores of the chain but the last.",
     .fails_on = VSSLAB_EX_LINK("2", "s1", "full", "") VSSLAB_EX_LINK("3", "s2", "incremental", ""),
     .passes_on = VSSLAB_EX_LINK("2", "s1", "full", " additionalRestores='yes'")
         VSSLAB_EX_LINK("3", "s2", "incremental", "")},
    check_chain};

}  // namespace

RuleSpan requester_restore_chain_rules() {
  static constexpr const Rule* kRules[] = {&kMoved, &kSupported, &kChain};
  return kRules;
}

}  // namespace vsslab::rules
