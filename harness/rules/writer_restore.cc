// Writers in a restore, and what VSS sends them (spec: rules 1.9).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::WriterRestore;

#define VSSLAB_EX_RESTORE_OF(events, more) \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n"                \
  "0 R InitializeForRestore\n1 R GatherWriterMetadata\n" VSSLAB_EX_WMD(                       \
      "", VSSLAB_EX_IDENTIFICATION                                                              \
      "<RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' writerRestore='" events              \
      "' rebootRequired='no'>" more "</RESTORE_METHOD><BACKUP_LOCATIONS>" VSSLAB_EX_GROUP(      \
          "componentName='Data'",                                                               \
          VSSLAB_EX_FILES("C:\\\\data", "*")) "</BACKUP_LOCATIONS>")                            \
      "\n12 R SetSelectedForRestore writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" "  \
      "component=Data selected=yes\n"
#define VSSLAB_EX_STATUS(status)                                                        \
  "15 R SetFileRestoreStatus writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" " \
  "component=Data status=" status "\n"
#define VSSLAB_EX_ALTERNATE_LOCATION                                           \
  "<ALTERNATE_LOCATION_MAPPING path='C:\\\\data' filespec='*' recursive='no' " \
  "alternatePath='D:\\\\data'/>"

// One writer with components selected in a restore.
struct Restored {
  const RestoreView& restore;
  const Participation& part;
  const metadata::WriterMetadata& document;
  std::vector<const RestoredComponent*> components;
  WriterRestore events() const {
    return document.restore_method ? document.restore_method->writer_restore
                                   : WriterRestore::undefined;
  }
};

template <class Look>
void for_each_restored(const RunView& run, Look look) {
  const RestoredFiles& files = RestoredFiles::of(run);
  for (const RestoreView& restore : files.restores()) {
    std::map<std::size_t, std::vector<const RestoredComponent*>> by_part;
    for (const RestoredComponent& component : restore.components) {
      if (component.writer == nullptr || component.part->gone != nullptr) continue;
      by_part[index_of(run, *component.part)].push_back(&component);
    }
    for (auto& [index, components] : by_part) {
      const metadata::WriterMetadata& document = components.front()->document();
      look(Restored{restore, run.participations()[index], document, std::move(components)});
    }
  }
}

bool finished(const RunView& run, const Call* call) {
  return call != nullptr && ended_well(run, *call);
}

void check_never(const RunView& run, Findings& out) {
  ServiceVerdicts verdicts(out);
  for_each_restored(run, [&](const Restored& restored) {
    if (restored.events() != WriterRestore::never) return;
    verdicts.saw();
    for (const Ev name : {Ev::pre_restore, Ev::post_restore}) {
      const Call* const call = restored.part.calls.first(name);
      if (call == nullptr) continue;
      verdicts.fail("no restore events to a writer that said NEVER", mention(run, *call),
                    {call->seq()});
    }
  });
}

constinit const Rule kNever{
    {.id = "VSSW-REST-001",
     .slug = "never-means-no-events",
     .level = Level::must,
     .title = "A writer with writerRestore NEVER gets neither PreRestore nor PostRestore.",
     .source = "ne-vswriter-vss_writerrestore_enum.md",
     .cause = "The service did not look at the writer's metadata.",
     .next_step = "Compare the writer's RESTORE_METHOD with the events that it got.",
     .fails_on = VSSLAB_EX_RESTORE_OF("never", "") "13 R PreRestore\n13 W1 PreRestore\n",
     .passes_on = VSSLAB_EX_RESTORE_OF("never", "") "13 R PreRestore\n"},
    check_never};

void check_if_replace_fails(const RunView& run, Findings& out) {
  ServiceVerdicts verdicts(out);
  for_each_restored(run, [&](const Restored& restored) {
    if (restored.events() != WriterRestore::if_replace_fails) return;
    if (!finished(run, restored.restore.post)) return;
    const bool failed = std::any_of(
        restored.components.begin(), restored.components.end(), [&](const auto* component) {
          return component->status == nullptr || !run.arg_is(*component->status, "status", "2");
        });
    const Call* const got = restored.part.calls.first(Ev::post_restore);
    verdicts.expect(failed == (got != nullptr),
                    failed ? "PostRestore, because not everything came back"
                           : "no PostRestore, because everything came back",
                    got != nullptr ? "it came" : "it did not come", {restored.restore.post->seq()});
  });
}

constinit const Rule kIfReplaceFails{
    {.id = "VSSW-REST-002",
     .slug = "post-restore-if-replace-fails",
     .level = Level::must,
     .title = "A writer with IF_REPLACE_FAILS gets PostRestore only if its restore failed.",
     .source = "ne-vswriter-vss_writerrestore_enum.md",
     .cause = "The service did not look at the restore status of the components.",
     .next_step = "Compare SetFileRestoreStatus with the events that the writer got.",
     .fails_on = VSSLAB_EX_RESTORE_OF(
         "ifReplaceFails",
         "") "13 R PreRestore\n13 W1 PreRestore\n" VSSLAB_EX_STATUS("3") "16 R PostRestore\n",
     .passes_on = VSSLAB_EX_RESTORE_OF(
         "ifReplaceFails",
         "") "13 R PreRestore\n13 W1 PreRestore\n" VSSLAB_EX_STATUS("2") "16 R PostRestore\n"},
    check_if_replace_fails};

// Writer classes of which several instances take part in a session.
std::set<std::string_view> classes_twice(const RunView& run, const Session& session) {
  std::set<std::string_view> once, twice;
  for (const std::uint32_t index : session.writers) {
    const std::string_view id = run.writer(run.participations()[index]).writer_id;
    if (!once.insert(id).second) twice.insert(id);
  }
  return twice;
}

void check_always(const RunView& run, Findings& out) {
  ServiceVerdicts verdicts(out);
  std::map<std::uint32_t, std::set<std::string_view>> twice;  // by session
  for_each_restored(run, [&](const Restored& restored) {
    if (restored.events() != WriterRestore::always) return;
    if (restored.part.not_responding != nullptr) return;  // VSS waits for it no longer
    // Of several instances of a class only one gets the events (VSSW-REST-013).
    const Session& session = *restored.restore.session;
    auto found = twice.find(session.number);
    if (found == twice.end()) {
      found = twice.emplace(session.number, classes_twice(run, session)).first;
    }
    if (found->second.contains(run.writer(restored.part).writer_id)) return;
    for (const Call* call : {restored.restore.pre, restored.restore.post}) {
      if (!finished(run, call)) continue;
      verdicts.expect(
          restored.part.calls.has(call->name),
          fmt::format("{} to {}", event_name(call->name), run.writer(restored.part).name),
          "it never came", {call->seq()});
    }
  });
}

constinit const Rule kAlways{
    {.id = "VSSW-REST-003",
     .slug = "always-means-both-events",
     .level = Level::must,
     .title = "A writer with writerRestore ALWAYS gets PreRestore and PostRestore.",
     .source = "ne-vswriter-vss_writerrestore_enum.md",
     .cause = "An event was lost on its way.",
     .next_step = "Compare the writer's RESTORE_METHOD with the events that it got.",
     .fails_on =
         VSSLAB_EX_RESTORE_OF("always", "") "13 R PreRestore\n13 W1 PreRestore\n16 R PostRestore\n",
     .passes_on = VSSLAB_EX_RESTORE_OF(
         "always", "") "13 R PreRestore\n13 W1 PreRestore\n16 R PostRestore\n16 W1 PostRestore\n"},
    check_always};

// What a writer calls for its components, by path and name.
using Named = std::pair<std::string_view, std::string_view>;

Named named(const RunView& run, const Call& call) {
  return {run.arg(call, "path").value_or(""), run.arg(call, "component").value_or("")};
}

std::map<Named, const RestoredComponent*> by_name(const Restored& restored) {
  std::map<Named, const RestoredComponent*> all;
  for (const RestoredComponent* component : restored.components) {
    all.emplace(Named(component->path, component->name), component);
  }
  return all;
}

void check_alternate(const RunView& run, Findings& out) {
  for_each_restored(run, [&](const Restored& restored) {
    Verdicts verdicts(out, run.writer(restored.part).name);
    const auto components = by_name(restored);
    std::set<Named> looked_at;
    for (const Call* call : restored.part.calls) {
      if (call->name != Ev::set_restore_target || !call->ok()) continue;
      const auto found = components.find(named(run, *call));
      if (!run.arg_is(*call, "target", "2") || found == components.end()) continue;
      if (!looked_at.insert(found->first).second) continue;
      for (const metadata::FileSet* set : found->second->sets) {
        verdicts.expect(found->second->writer->mappings.contains(home_of(*set)),
                        "an alternate location for every file set",
                        fmt::format("{} {} has none", set->path, set->filespec), {call->seq()});
      }
    }
  });
}

constinit const Rule kAlternate{
    {.id = "VSSW-REST-005",
     .slug = "alternate-target-needs-mappings",
     .level = Level::must,
     .title = "VSS_RT_ALTERNATE is set only if every file of the component has an alternate "
              "location.",
     .source = "ne-vswriter-vss_restore_target.md",
     .cause = "The writer asks for a place that it never named.",
     .next_step = "Add alternate location mappings for all file sets in Identify.",
     .fails_on = VSSLAB_EX_RESTORE_OF(
         "always",
         "") "13 R PreRestore\n13 W1 SetRestoreTarget path=\"\" component=Data target=2\n",
     .passes_on = VSSLAB_EX_RESTORE_OF(
         "always", VSSLAB_EX_ALTERNATE_LOCATION) "13 R PreRestore\n13 W1 SetRestoreTarget "
                                                 "path=\"\" component=Data target=2\n"},
    check_alternate};

void check_directed(const RunView& run, Findings& out) {
  struct Directed {
    const Call* first = nullptr;  // AddDirectedTarget
    const Call* target = nullptr;
  };
  for_each_restored(run, [&](const Restored& restored) {
    Verdicts verdicts(out, run.writer(restored.part).name);
    const auto components = by_name(restored);
    std::map<Named, Directed> all;
    for (const Call* call : restored.part.calls) {
      const bool adds = call->name == Ev::add_directed_target;
      const bool sets = call->name == Ev::set_restore_target && run.arg_is(*call, "target", "3");
      if ((!adds && !sets) || !call->ok() || !components.contains(named(run, *call))) continue;
      Directed& directed = all[named(run, *call)];
      if (sets) directed.target = call;
      if (adds && directed.first == nullptr) directed.first = call;
    }
    for (const auto& [name, directed] : all) {
      const auto& [first, target] = directed;
      verdicts.expect(first != nullptr && target != nullptr,
                      "VSS_RT_DIRECTED and directed targets together",
                      first == nullptr ? "the target alone" : "directed targets alone",
                      {first != nullptr ? first->seq() : target->seq()});
    }
  });
}

constinit const Rule kDirected{
    {.id = "VSSW-REST-006",
     .slug = "directed-target-with-its-list",
     .level = Level::must,
     .title = "VSS_RT_DIRECTED is set together with directed targets, and these with it.",
     .source = "working-with-directed-targets.md, nf-vswriter-ivsscomponent-adddirectedtarget.md",
     .cause = "One of the two calls was left out; directed targets are ignored then.",
     .next_step = "Call SetRestoreTarget(VSS_RT_DIRECTED) and AddDirectedTarget in PreRestore.",
     .fails_on = VSSLAB_EX_RESTORE_OF(
         "always", "") "13 R PreRestore\n13 W1 AddDirectedTarget path=\"\" component=Data\n",
     .passes_on = VSSLAB_EX_RESTORE_OF(
         "always", "") "13 R PreRestore\n13 W1 SetRestoreTarget path=\"\" component=Data target=3\n"
                       "13 W1 AddDirectedTarget path=\"\" component=Data\n"},
    check_directed};

// ---- services ----

// By name in lower case: whether some control of the service found one of that name.
std::map<std::string, std::pair<bool, const Call*>> asked_services(const RunView& run) {
  constexpr Hr kNoSuchService = static_cast<Hr>(0x80070424);  // ERROR_SERVICE_DOES_NOT_EXIST
  std::map<std::string, std::pair<bool, const Call*>> all;
  for (const Call* call : run.all(Ev::service_control)) {
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    auto& [known, first] =
        all.try_emplace(lower(run.arg(*call, "service").value_or("")), false, call).first->second;
    known = known || call->hr() != kNoSuchService;
  }
  return all;
}

void check_service_name(const RunView& run, Findings& out) {
  const auto asked = asked_services(run);
  if (asked.empty()) return;
  for (const Participation& part : run.participations()) {
    if (!run.session(part).restore) continue;
    const metadata::WriterMetadata* const document = document_of(run, part);
    if (document == nullptr || !document->restore_method) continue;
    const std::string& service = document->restore_method->service;
    const auto found = asked.find(lower(service));
    if (service.empty() || found == asked.end()) continue;
    const auto& [known, call] = found->second;
    Verdicts verdicts(out, run.writer(part).name);
    verdicts.expect(known, "the name of a service that the machine has",
                    fmt::format("there is no service '{}'", service),
                    {part.metadata->seq, call->seq()});
  }
}

#define VSSLAB_EX_SERVICE(hr) \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n"         \
  "0 R InitializeForRestore\n1 R GatherWriterMetadata\n" VSSLAB_EX_WMD(                \
      "", VSSLAB_EX_IDENTIFICATION                                                       \
      "<RESTORE_METHOD method='STOP_RESTORE_START' service='Orders Service' "            \
      "writerRestore='always' rebootRequired='no'/><BACKUP_LOCATIONS>" VSSLAB_EX_GROUP(  \
          "componentName='Data'", VSSLAB_EX_FILES("C:\\\\data", "*")) "</BACKUP_LOCATIONS>") \
      "\n13 R PreRestore\n14 R ServiceControl service=\"Orders Service\" control=stop hr=" hr "\n"

constinit const Rule kServiceName{
    {.id = "VSSW-INIT-012",
     .slug = "service-by-its-name",
     .level = Level::must,
     .title = "The service that a writer names in SetRestoreMethod is there under that name.",
     .source = "nf-vswriter-ivsscreatewritermetadata-setrestoremethod.md, "
               "stopping-services-for-restore-by-requestors.md",
     .cause = "The display name was given, or the name has changed since.",
     .next_step =
         "Give the name under which the service control manager knows the service, the one "
         "that sc query prints.",
     .fails_on = VSSLAB_EX_SERVICE("0x80070424"),
     .passes_on = VSSLAB_EX_SERVICE("S_OK")},
    check_service_name};

}  // namespace

RuleSpan writer_restore_rules() {
  static constexpr const Rule* kRules[] = {&kNever,     &kIfReplaceFails, &kAlways,
                                           &kAlternate, &kDirected,       &kServiceName};
  return kRules;
}

}  // namespace vsslab::rules
