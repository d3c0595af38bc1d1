// Requester: selecting components for backup (spec: rules 2.6).
#include <fmt/format.h>

#include <map>
#include <set>

#include "metadata/component_path.h"
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::ComponentKey;
using metadata::RefusedComponent;
using metadata::Selection;

// AddComponent only in component mode.
void check_component_mode(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* state = session.calls.first_ok(Ev::set_backup_state);
    const Call* add = session.calls.first(Ev::add_component);
    if (state == nullptr || add == nullptr) continue;
    verdicts.expect(session.component_mode, "components are added in component mode",
                    mention(run, *add) + " though SetBackupState said components=no",
                    {state->seq(), add->seq()});
  }
}

constinit const Rule kComponentMode{
    {.id = "VSSR-COMP-001",
     .slug = "components-in-component-mode",
     .level = Level::must,
     .title = "AddComponent is used only in backups whose state selects components.",
     .source = "nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "SetBackupState was called with bSelectComponents = false.",
     .next_step = "Pass true for bSelectComponents, or leave AddComponent out.",
     .fails_on = VSSLAB_EX_INIT "0 R SetBackupState components=no type=VSS_BT_FULL  1 R "
                                "GatherWriterMetadata  2 R AddComponent component=Orders",
     .passes_on = VSSLAB_EX_GATHERED "2 R AddComponent component=Orders"},
    check_component_mode};

// AddComponent needs InitializeForBackup and a finished GatherWriterMetadata.
void check_after_gather(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::comp_002,
              "components are those of the documents that the gather brings");
}

constinit const Rule kAfterGather{
    {.id = "VSSR-COMP-002",
     .slug = "components-after-gather",
     .level = Level::must,
     .title = "AddComponent comes after GatherWriterMetadata has finished, and VSS answers "
              "VSS_E_BAD_STATE before.",
     .source = "nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "Components are taken from a stored list without asking the writers first.",
     .next_step = "Gather the metadata, wait for it, and add components from the documents.",
     .fails_on = VSSLAB_EX_INIT "1 R AddComponent component=Orders hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R AddComponent component=Orders"},
    check_after_gather};

// Components are added before StartSnapshotSet (at the latest before PrepareForBackup and
// DoSnapshotSet). (X03: between the two only VSSR-INIT-010 warns.)
void check_before_prepare(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::comp_003,
              "writers learn in PrepareForBackup which of their components are taken");
}

constinit const Rule kBeforePrepare{
    {.id = "VSSR-COMP-003",
     .slug = "components-before-prepare",
     .level = Level::must,
     .title = "No component is added once PrepareForBackup has been called.",
     .source = "shadow-copy-creation-details.md, nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "Components are chosen after the shadow copy, while files are copied.",
     .next_step = "Choose all components before StartSnapshotSet.",
     .fails_on = VSSLAB_EX_PREPARED "4 R AddComponent component=Orders hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R AddComponent component=Orders"},
    check_before_prepare};

// One writer of a session, its document, and what was asked of it.
struct Asked {
  const Participation* part = nullptr;
  const metadata::WriterMetadata* document = nullptr;
  std::vector<const Call*> calls;  // AddComponent, refused or not
  std::vector<ComponentKey> keys;  // of the accepted ones
};

ComponentKey key_of(const RunView& run, const Call& call) {
  return {std::string(run.arg(call, "path").value_or("")),
          std::string(run.arg(call, "component").value_or(""))};
}

using AskedBySession = std::vector<std::vector<Asked>>;

AskedBySession asked_by_session(const RunView& run) {
  AskedBySession all(run.sessions().size());
  std::vector<std::size_t> place(run.participations().size());  // 1 + its place in its session's
  for (const Call* call : run.all(Ev::add_component)) {
    if (call->kind != ActorKind::requester || call->session == kNone || !call->returned()) continue;
    const Participation* part = participation_named(run, *run.session(*call), *call);
    if (part == nullptr) continue;
    std::vector<Asked>& asked = all[call->session];
    std::size_t& known = place[index_of(run, *part)];
    if (known == 0) {
      asked.push_back({part, document_of(run, *part), {}, {}});
      known = asked.size();
    }
    Asked& one = asked[known - 1];
    one.calls.push_back(call);
    if (call->ok()) one.keys.push_back(key_of(run, *call));
  }
  return all;
}

const std::vector<Asked>& asked_of_writers(const RunView& run, const Session& session) {
  return run.derived(asked_by_session)[index_of(run, session)];
}

template <class Look>
void for_each_writer_asked(const RunView& run, Findings& out, Look look) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    if (!session.calls.has(Ev::add_component)) continue;
    for (const Asked& asked : asked_of_writers(run, session)) {
      if (asked.document != nullptr) look(session, asked, verdicts);
    }
  }
}

// What a requester left out, by its session and the writer's name.
using LeftOut = std::map<std::pair<const Session*, std::string_view>, std::set<ComponentKey>>;

LeftOut components_left_out(const RunView& run) {
  LeftOut left_out;
  for (const Call* call : run.all(Ev::component_left_out)) {
    left_out[{run.session(*call), run.arg(*call, "writer").value_or("")}].insert(
        key_of(run, *call));
  }
  return left_out;
}

// If any component of a writer is taken, all its non-selectable components without a selectable
// ancestor are added explicitly. (X16; one left out for its volume is VSSR-COMP-017.)
void check_required(const RunView& run, Findings& out) {
  const LeftOut left_out = components_left_out(run);
  for_each_writer_asked(
      run, out, [&](const Session& session, const Asked& asked, Verdicts& verdicts) {
        if (asked.keys.empty()) return;
        if (session.calls.first(Ev::prepare_for_backup) == nullptr) return;
        verdicts.saw();
        const Selection selection = metadata::resolve_selection(*asked.document, asked.keys);
        const auto was_left_out =
            left_out.find({&session, std::string_view(run.writer(*asked.part).name)});
        for (const std::size_t index : selection.required) {
          const metadata::Component& component = asked.document->components[index];
          const ComponentKey key = metadata::key_of(component);
          if (was_left_out != left_out.end() && was_left_out->second.count(key) != 0) continue;
          verdicts.fail(
              fmt::format("{} of {} is added, for it is not selectable and belongs to every backup "
                          "of the writer",
                          component_text(key.logical_path, key.name), run.writer(*asked.part).name),
              fmt::format("{} was added alone", mention(run, *asked.calls.front())),
              {asked.calls.front()->seq()});
        }
      });
}

#define VSSLAB_EX_COMPONENT(path, name, selectable, rest)                      \
  "<FILE_GROUP logicalPath='" path "' componentName='" name                    \
  "' restoreMetadata='no' notifyOnBackupComplete='no' selectable='" selectable \
  "' selectableForRestore='no' componentFlags='0'>" rest "</FILE_GROUP>"
#define VSSLAB_EX_DOCUMENT(id, components)                                                    \
  "doc=\"<WRITER_METADATA xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'>"             \
  "<IDENTIFICATION writerId='" id                                                             \
  "' instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                      \
  "friendlyName='Orders' usage='USER_DATA' dataSource='OTHER'/><BACKUP_LOCATIONS>" components \
  "</BACKUP_LOCATIONS></WRITER_METADATA>\""
#define VSSLAB_EX_WRITER_ID "d61d61c8-d73a-4eee-8cdd-f6f9786b7124"
// A writer W1 with Config (not selectable), Orders (selectable), and below Orders the components
// Log (not selectable) and Index (selectable).
#define VSSLAB_EX_ORDERS \
  VSSLAB_EX_INIT         \
  "0 R SetBackupState components=yes bootable=no type=VSS_BT_FULL partial=no\n"                  \
  "1 R GatherWriterMetadata enter\n"                                                             \
  "1 C WriterMetadata writer=W1 " VSSLAB_EX_DOCUMENT(                                            \
      VSSLAB_EX_WRITER_ID,                                                                       \
      VSSLAB_EX_COMPONENT("", "Config", "no", "") VSSLAB_EX_COMPONENT("", "Orders", "yes", "")   \
          VSSLAB_EX_COMPONENT("Orders", "Log", "no", "")                                         \
              VSSLAB_EX_COMPONENT("Orders", "Index", "yes", "")) "\n1 R GatherWriterMetadata "   \
                                                                 "leave\n"
#define VSSLAB_EX_ADD_CONFIG "2 R AddComponent writer=W1 component=Config\n"
#define VSSLAB_EX_ADD_ORDERS "2 R AddComponent writer=W1 component=Orders\n"

constinit const Rule kRequired{
    {.id = "VSSR-COMP-004",
     .slug = "required-components-added",
     .level = Level::must,
     .title = "When a component of a writer is taken, so are its components that cannot be chosen.",
     .source = "use-of-components-by-the-requestor.md, working-with-selectability-for-backup.md, "
               "vssgloss-e.md",
     .cause = "Only what the user ticked was added.",
     .next_step = "Add every non-selectable component that has no selectable component above it.",
     .fails_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_ORDERS "3 R StartSnapshotSet  4 R PrepareForBackup",
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG VSSLAB_EX_ADD_ORDERS
     "3 R StartSnapshotSet  4 R PrepareForBackup"},
    check_required};

// The calls that were made for components of one kind.
void check_refused(const RunView& run, Findings& out, RefusedComponent::Why why,
                   std::string_view expected, ServiceVerdicts* service) {
  for_each_writer_asked(run, out, [&](const Session&, const Asked& asked, Verdicts& verdicts) {
    std::vector<ComponentKey> keys;
    std::map<ComponentKey, std::vector<const Call*>> calls;
    keys.reserve(asked.calls.size());
    for (const Call* call : asked.calls) {
      keys.push_back(key_of(run, *call));
      calls[keys.back()].push_back(call);
    }
    verdicts.saw();
    for (const RefusedComponent& refused :
         metadata::resolve_selection(*asked.document, keys).refused) {
      if (refused.why != why || refused.key.name.empty()) continue;
      const auto named = calls.extract(refused.key);  // one key is refused once for each call
      if (named.empty()) continue;
      for (const Call* one : named.mapped()) {
        const Call& call = *one;
        verdicts.fail(std::string(expected),
                      fmt::format("{} added {} of {}", mention(run, call),
                                  component_text(refused.key.logical_path, refused.key.name),
                                  run.writer(*asked.part).name),
                      {call.seq()});
        if (service != nullptr && expected_state(run, call)) {
          service->expect(call.refused(), "an error, for no such component is known",
                          mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
        }
      }
    }
  });
}

// Non-selectable components with a selectable ancestor are never added explicitly (result
// undefined).
void check_no_subcomponent(const RunView& run, Findings& out) {
  check_refused(run, out, RefusedComponent::Why::subcomponent,
                "a component that is part of a selectable one is implied, not added", nullptr);
}

constinit const Rule kNoSubcomponent{
    {.id = "VSSR-COMP-005",
     .slug = "no-subcomponent-added",
     .level = Level::must,
     .title = "A non-selectable component below a selectable one is never added by itself.",
     .source = "nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "The program adds every component that the document lists.",
     .next_step = "Add the selectable component above it; the rest of its set is implied.",
     .fails_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG "2 R AddComponent writer=W1 path=Orders "
                                                       "component=Log",
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG VSSLAB_EX_ADD_ORDERS},
    check_no_subcomponent};

// A selectable component with a selected selectable ancestor is implied and not added as well.
void check_not_twice(const RunView& run, Findings& out) {
  check_refused(run, out, RefusedComponent::Why::already_implied,
                "a component whose selectable ancestor is taken is implied, not added", nullptr);
}

constinit const Rule kNotTwice{
    {.id = "VSSR-COMP-006",
     .slug = "implied-component-not-added",
     .level = Level::must,
     .title = "A selectable component is not added when a component above it is.",
     .source = "logical-pathing-of-components.md",
     .cause = "Both the whole and its parts were ticked.",
     .next_step = "Add either the whole or single parts of it.",
     .fails_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG VSSLAB_EX_ADD_ORDERS
     "2 R AddComponent writer=W1 path=Orders component=Index",
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG
     "2 R AddComponent writer=W1 path=Orders component=Index"},
    check_not_twice};

// A triple that matches no component of the document is an error.
void check_known(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  check_refused(run, out, RefusedComponent::Why::unknown,
                "a component that the writer's document has", &service);
}

constinit const Rule kKnown{
    {.id = "VSSR-COMP-009",
     .slug = "known-components-only",
     .level = Level::must,
     .title = "Only components that the writer's document has are added, and VSS refuses others.",
     .source = "use-of-components-by-the-requestor.md",
     .cause = "A stored list is out of date, or the logical path was left out.",
     .next_step = "Take logical path and name from the document just gathered; both count.",
     .fails_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG
     "2 R AddComponent writer=W1 component=Index hr=E_INVALIDARG",
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_CONFIG},
    check_known};

// Adding the same logical path and name again gives VSS_E_OBJECT_ALREADY_EXISTS.
void check_duplicates(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    std::map<std::string, const Call*> added;
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_component || !call->returned()) continue;
      verdicts.saw();
      const std::string_view writer = run.arg(*call, "writer").value_or("");
      const std::string key =
          fmt::format("{}|{}|{}|{}", writer, guid_text(run.arg(*call, "writer_id").value_or("")),
                      guid_text(run.arg(*call, "instance").value_or("")),
                      component_text(run.arg(*call, "path").value_or(""),
                                     run.arg(*call, "component").value_or("")));
      const auto known = added.find(key);
      if (known == added.end()) {
        if (call->ok()) added.emplace(key, call);
        continue;
      }
      verdicts.fail("each component is added once", mention(run, *call) + " added it again",
                    {known->second->seq(), call->seq()});
      if (!expected_state(run, *call)) continue;
      service.expect(call->hr() == hr::object_already_exists, "VSS_E_OBJECT_ALREADY_EXISTS",
                     mention(run, *call) + ": " + hresult_name(call->hr()),
                     {known->second->seq(), call->seq()});
    }
  }
}

constinit const Rule kDuplicates{
    {.id = "VSSR-COMP-008",
     .slug = "component-added-once",
     .level = Level::must,
     .title = "No component is added twice, and VSS answers VSS_E_OBJECT_ALREADY_EXISTS to the "
              "second call.",
     .source = "nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "Components were compared by name alone, or in two places of the program.",
     .next_step = "Keep a list of what was added, by writer, logical path and name.",
     .fails_on = VSSLAB_EX_GATHERED "2 R AddComponent writer=W1 component=Orders  3 R AddComponent "
                                    "writer=W1 component=Orders hr=VSS_E_OBJECT_ALREADY_EXISTS",
     .passes_on =
         VSSLAB_EX_GATHERED "2 R AddComponent writer=W1 component=Orders  3 R AddComponent "
                            "writer=W1 path=Old component=Orders"},
    check_duplicates};

// Component name is not NULL; logical path may be.
void check_named(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_component) continue;
      verdicts.saw();
      if (!run.arg(*call, "component").value_or("").empty()) continue;
      verdicts.fail("a component's name", mention(run, *call) + " was given none", {call->seq()});
      if (call->returned()) {
        service.expect(call->refused(), "an error, for the name is missing",
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      }
    }
  }
}

constinit const Rule kNamed{
    {.id = "VSSR-COMP-010",
     .slug = "component-name-given",
     .level = Level::must,
     .title = "AddComponent is given a component's name, and VSS refuses it without one.",
     .source = "nf-vsbackup-ivssbackupcomponents-addcomponent.md",
     .cause = "Name and logical path were swapped, or a lookup failed.",
     .next_step =
         "Pass the name from IVssWMComponent::GetComponentInfo; only the path may be NULL.",
     .fails_on = VSSLAB_EX_GATHERED "2 R AddComponent writer=W1 path=Orders hr=E_INVALIDARG",
     .passes_on = VSSLAB_EX_GATHERED "2 R AddComponent writer=W1 component=Orders"},
    check_named};

// On writer-less contexts AddComponent, PrepareForBackup and BackupComplete return an error.
void check_no_writers(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::comp_011, "the context takes no writers");
}

constinit const Rule kNoWriterCalls{
    {.id = "VSSR-COMP-011",
     .slug = "no-writer-calls-without-writers",
     .level = Level::must,
     .title = "AddComponent, PrepareForBackup and BackupComplete are not used in a context without "
              "writers, and VSS refuses them there.",
     .source = "shadow-copy-creation-details.md",
     .cause = "One routine serves both kinds of context.",
     .next_step = "In FILE_SHARE_BACKUP, NAS_ROLLBACK and CLIENT_ACCESSIBLE leave these calls out.",
     .fails_on = VSSLAB_EX_NO_WRITERS "1 R StartSnapshotSet  2 R PrepareForBackup "
                                      "hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_NO_WRITERS "1 R StartSnapshotSet  2 R DoSnapshotSet\n"
                                       "3 s2 R InitializeForBackup  3 s2 R GatherWriterMetadata  3 "
                                       "s2 R AddComponent component=Orders"},
    check_no_writers};

bool is_remote(const metadata::Dependency& dependency) {  // X27: look at both
  return dependency.logical_path.starts_with("\\\\") ||
         dependency.component_name.starts_with("\\\\");
}

// What is taken of each writer class: explicit and implied components.
std::set<metadata::ComponentId> taken_components(const std::vector<Asked>& asked) {
  std::set<metadata::ComponentId> taken;
  for (const Asked& one : asked) {
    if (one.document == nullptr) continue;
    const Selection selection = metadata::resolve_selection(*one.document, one.keys);
    const auto take = [&](const std::vector<std::size_t>& indices) {
      for (const std::size_t index : indices) {
        taken.insert({one.document->identification.writer_id,
                      metadata::key_of(one.document->components[index])});
      }
    };
    take(selection.requested);
    take(selection.implied);
  }
  return taken;
}

bool has_dependencies(const std::vector<Asked>& asked) {
  for (const Asked& one : asked) {
    if (one.document == nullptr) continue;
    for (const metadata::Component& component : one.document->components) {
      if (!component.dependencies.empty()) return true;
    }
  }
  return false;
}

// A component and the targets of its dependencies go together or not at all. (Remote targets are
// another machine's business.)
void check_dependencies(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    if (session.calls.first(Ev::prepare_for_backup) == nullptr) continue;
    const std::vector<Asked>& asked = asked_of_writers(run, session);
    if (!has_dependencies(asked)) continue;
    const std::set<metadata::ComponentId> taken = taken_components(asked);
    for (const Asked& one : asked) {
      if (one.document == nullptr) continue;
      const Guid& writer = one.document->identification.writer_id;
      for (const metadata::Component& component : one.document->components) {
        if (taken.count({writer, metadata::key_of(component)}) == 0) continue;
        for (const metadata::Dependency& needs : component.dependencies) {
          if (is_remote(needs)) continue;
          verdicts.saw();
          const ComponentKey key{needs.logical_path, needs.component_name};
          if (taken.count({needs.writer_id, key}) != 0) continue;
          verdicts.fail(fmt::format("{} of writer {}, on which {} depends",
                                    component_text(key.logical_path, key.name),
                                    needs.writer_id.to_string(), component.name),
                        "it was not taken", {one.calls.front()->seq()});
        }
      }
    }
  }
}

#define VSSLAB_EX_DEPENDENT \
  VSSLAB_EX_INIT            \
  "0 R SetBackupState components=yes type=VSS_BT_FULL\n1 R GatherWriterMetadata enter\n"         \
  "1 C WriterMetadata writer=W1 " VSSLAB_EX_DOCUMENT(                                            \
      VSSLAB_EX_WRITER_ID,                                                                       \
      VSSLAB_EX_COMPONENT("", "Orders", "yes",                                                   \
                          "<DEPENDENCY writerId='a65faa63-5ea8-4ebc-9dbd-a0c4db26912a' "         \
                          "logicalPath='' componentName='Master'/>")) "\n"                       \
  "1 C WriterMetadata writer=W2 " VSSLAB_EX_DOCUMENT(                                            \
      "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", VSSLAB_EX_COMPONENT("", "Master", "yes", ""))      \
  "\n1 R GatherWriterMetadata leave\n" VSSLAB_EX_ADD_ORDERS

constinit const Rule kDependencies{
    {.id = "VSSR-COMP-012",
     .slug = "dependencies-together",
     .level = Level::must,
     .title = "A component and those on which it depends are taken together.",
     .source = "dependencies-between-components-managed-by-different-writers.md",
     .cause = "Dependencies were not looked at when the components were chosen.",
     .next_step = "Follow IVssWMDependency of each chosen component and add its target, or drop "
                  "the component.",
     .fails_on = VSSLAB_EX_DEPENDENT "3 R StartSnapshotSet  4 R PrepareForBackup",
     .passes_on = VSSLAB_EX_DEPENDENT "2 R AddComponent writer=W2 component=Master  3 R "
                                      "StartSnapshotSet  4 R PrepareForBackup"},
    check_dependencies};

// Ours: a component that a backup loses because its volume is not in the set is told to the user.
// The set succeeds all the same, so nothing else shows it.
void check_left_out(const RunView& run, Findings& out) {
  std::map<std::string_view, std::vector<const Call*>> left_out;  // by writer
  for (const Call* call : run.all(Ev::component_left_out)) {
    left_out[run.arg(*call, "writer").value_or("")].push_back(call);
  }
  for (const auto& [writer, calls] : left_out) {
    const Call& first = *calls.front();
    std::string actual = fmt::format("{} was left out: volume {} is not in the set",
                                     component_text(run.arg(first, "path").value_or(""),
                                                    run.arg(first, "component").value_or("")),
                                     run.arg(first, "volume").value_or("(unknown)"));
    if (calls.size() > 1) actual += fmt::format("; and {} more components", calls.size() - 1);
    std::vector<Seq> evidence;
    for (const Call* call : calls) {
      if (evidence.size() < 6) evidence.push_back(call->seq());
    }
    out.fail({writer, "every component of a writer that takes part is backed up", std::move(actual),
              std::move(evidence), "the shadow copy succeeds without it, so nothing else tells"});
  }
  for (const Session& session : run.sessions()) {
    if (!session.calls.has(Ev::add_component)) continue;
    for (const Asked& asked : asked_of_writers(run, session)) {
      const std::string_view name = run.writer(*asked.part).name;
      if (!asked.keys.empty() && left_out.count(name) == 0) out.pass(name);
    }
  }
}

constinit const Rule kLeftOut{
    {.id = "VSSR-COMP-017",
     .slug = "component-left-out",
     .level = Level::should,
     .title = "No component of a writer is left out because its volume is not in the shadow copy "
              "set.",
     .source = "overview-of-the-backup-discovery-phase.md, use-of-components-by-the-requestor.md",
     .cause = "The component's files lie on a volume that was not added to the set; DiskShadow and "
              "others drop the component and still succeed.",
     .next_step = "Add the volume to the set, or exclude the writer knowingly.",
     .fails_on = VSSLAB_EX_ORDERS "2 C ComponentLeftOut writer=W1 component=Orders volume=E:\\",
     .passes_on = VSSLAB_EX_ORDERS VSSLAB_EX_ADD_ORDERS},
    check_left_out};

constexpr const Rule* kRules[] = {&kComponentMode,  &kAfterGather,   &kBeforePrepare, &kRequired,
                                  &kNoSubcomponent, &kNotTwice,      &kDuplicates,    &kKnown,
                                  &kNamed,          &kNoWriterCalls, &kDependencies,  &kLeftOut};

}  // namespace

RuleSpan requester_components_rules() { return kRules; }

}  // namespace vsslab::rules
