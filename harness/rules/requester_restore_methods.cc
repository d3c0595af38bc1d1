// Requester: the restore methods, mappings and new targets (spec: rules 2.14).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using Method = metadata::RestoreMethodType;

bool targets_rule(const RestoredComponent& component) {
  if (component.entry == nullptr) return false;
  const auto target = component.entry->restore_target;
  return target != metadata::RestoreTarget::undefined &&
         target != metadata::RestoreTarget::original;
}

// Files that a restore of a chain put there: the next ones may replace them.
class ChainWrites {
 public:
  explicit ChainWrites(const RunView& run) {
    for (const Session& session : run.sessions()) {
      if (!session.restore || !session.calls.has(Ev::set_additional_restores)) continue;
      for (const Call* call : session.calls.all(Ev::file_written)) {
        if (!call->ok()) continue;
        first_.try_emplace({session.requester, lower(run.arg(*call, "path").value_or(""))},
                           call->seq());
      }
    }
  }
  bool before(const Session& session, const Call& write, const std::string& path) const {
    const auto found = first_.find({session.requester, path});
    return found != first_.end() && found->second < write.seq();
  }

 private:
  std::map<std::pair<std::string_view, std::string>, Seq> first_;
};

void check_if_not_there(const RunView& run, Findings& out) {
  const ChainWrites chain(run);
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (method_of(component) != Method::restore_if_not_there || targets_rule(component)) return;
        std::set<std::string_view> made;  // what this restore has made itself may be written again
        for (const WrittenFile& file : component.written) {
          if (!file.home) continue;
          const bool replaced = run.arg_is(*file.call, "replaced", "yes") &&
                                !made.contains(file.path) &&
                                !chain.before(*restore.session, *file.call, file.path);
          verdicts.expect(!replaced, "files that are there left alone",
                          fmt::format("{} was there and was replaced", file.path),
                          {file.call->seq()});
          made.insert(file.path);
        }
      });
}

constinit const Rule kIfNotThere{
    {.id = "VSSR-REST-012",
     .slug = "restore-if-not-there",
     .level = Level::must,
     .title = "RESTORE_IF_NOT_THERE: nothing that is there is replaced.",
     .source = "setting-vss-restore-methods.md, ne-vswriter-vss_restoremethod_enum.md",
     .cause = "The requester did not look, or decided file by file.",
     .next_step = "If any file of the component is there, use the alternate locations or fail.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_NOT_THERE", "")
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=yes"),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_NOT_THERE", "")
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")},
    check_if_not_there};

// The alternate location only where a file could not be replaced.
void check_if_can_replace(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        const Method method = method_of(component);
        if (method != Method::restore_if_can_replace && method != Method::stop_restore_start) {
          return;
        }
        if (targets_rule(component)) return;
        for (const WrittenFile& file : component.written) {
          verdicts.saw();
          if (file.home || component.refused_home != nullptr) continue;
          verdicts.fail("the original place, as long as the files can be replaced",
                        fmt::format("{} was written, and no original was refused", file.path),
                        {file.call->seq()});
        }
      });
}

constinit const Rule kIfCanReplace{
    {.id = "VSSR-REST-013",
     .slug = "restore-if-can-replace",
     .level = Level::must,
     .title = "RESTORE_IF_CAN_REPLACE: the alternate location is used only when a file cannot be "
              "replaced.",
     .source = "setting-vss-restore-methods.md, ne-vswriter-vss_restoremethod_enum.md",
     .cause = "The mapping was taken for the place of the restore.",
     .next_step = "Try the original place first, for all files of the component together.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\other\\a.txt", "digest=aa replaced=no"),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "hr=0x80070020")
             VSSLAB_EX_WRITTEN("C:\\other\\a.txt", "digest=aa replaced=no")},
    check_if_can_replace};

// What was asked of a service in a restore.
struct Controls {
  const Call* stopped = nullptr;  // the first stop that succeeded
  const Call* start = nullptr;    // the last start, successful or not
};

std::map<std::string, Controls> controls_of(const RunView& run, const RestoreView& restore) {
  std::map<std::string, Controls> all;
  for (const Call* call : restore.session->calls) {
    if (call->name != Ev::service_control) continue;
    Controls& controls = all[lower(run.arg(*call, "service").value_or(""))];
    if (run.arg_is(*call, "control", "start")) controls.start = call;
    const bool stop = run.arg_is(*call, "control", "stop") && call->ok();
    if (stop && controls.stopped == nullptr) controls.stopped = call;
  }
  return all;
}

void judge_service(const RunView& run, const RestoreView& restore,
                   const RestoredComponent& component, const Controls& controls,
                   Verdicts& verdicts) {
  const std::string& service = component.document().restore_method->service;
  const Call* const stop = controls.stopped;
  const auto first = std::find_if(component.written.begin(), component.written.end(),
                                  [](const WrittenFile& file) { return file.home; });
  if (first != component.written.end()) {
    verdicts.expect(stop != nullptr && stop->seq() < first->call->seq(),
                    fmt::format("service '{}' stopped before its files are replaced", service),
                    "it was running", {first->call->seq()});
  }
  if (stop == nullptr) return;
  const auto ready = restore.pre != nullptr ? over(run, *restore.pre) : std::nullopt;
  verdicts.expect(!ready || stop->seq() > ready->seq,
                  fmt::format("service '{}' stopped once PreRestore is over", service),
                  "it was stopped before, and a writer in it cannot hear of the restore",
                  {stop->seq(), ready ? ready->seq : stop->seq()});
  const Call* const start = controls.start;
  verdicts.expect(start != nullptr && start->seq() > stop->seq() &&
                      (restore.post == nullptr || start->seq() < restore.post->seq()),
                  fmt::format("service '{}' started before PostRestore", service),
                  start == nullptr ? "nobody started it" : "it was started later",
                  {stop->seq(), restore.post != nullptr ? restore.post->seq() : stop->seq()});
}

void check_stop_restore_start(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    const std::map<std::string, Controls> controls = controls_of(run, restore);
    for (const RestoredComponent& component : restore.components) {
      if (method_of(component) != Method::stop_restore_start) continue;
      const auto found = controls.find(lower(component.document().restore_method->service));
      judge_service(run, restore, component, found != controls.end() ? found->second : Controls{},
                    verdicts);
    }
  });
}

#define VSSLAB_EX_SERVICE_METHOD VSSLAB_EX_PRE_RESTORED("STOP_RESTORE_START' service='Svc", "")
#define VSSLAB_EX_CONTROL(control) "14 s2 R ServiceControl service=Svc control=" control "\n"

constinit const Rule kStopRestoreStart{
    {.id = "VSSR-REST-014",
     .slug = "stop-restore-start",
     .level = Level::must,
     .title =
         "STOP_RESTORE_START: the service is stopped before the files are replaced and started "
         "before PostRestore.",
     .source = "ne-vswriter-vss_restoremethod_enum.md, setting-vss-restore-methods.md",
     .cause = "The service kept its files open, or came up after the writer was asked.",
     .next_step = "PreRestore, stop the service, copy, start it, PostRestore.",
     .fails_on =
         VSSLAB_EX_SERVICE_METHOD VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=yes"),
     .passes_on = VSSLAB_EX_SERVICE_METHOD VSSLAB_EX_CONTROL("stop") VSSLAB_EX_WRITTEN(
         "C:\\data\\a.txt", "digest=aa replaced=yes") VSSLAB_EX_CONTROL("start") VSSLAB_EX_POST},
    check_stop_restore_start};

void check_to_alternate(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        if (method_of(component) != Method::restore_to_alternate_location ||
            targets_rule(component)) {
          return;
        }
        for (const WrittenFile& file : component.written) {
          verdicts.expect(file.mapping != nullptr, "files only at their alternate locations",
                          fmt::format("{} was written", file.path), {file.call->seq()});
        }
      });
}

constinit const Rule kToAlternate{
    {.id = "VSSR-REST-016",
     .slug = "restore-to-alternate-location",
     .level = Level::must,
     .title = "RESTORE_TO_ALTERNATE_LOCATION: files are restored to their alternate locations and "
              "nowhere else.",
     .source = "ne-vswriter-vss_restoremethod_enum.md, setting-vss-restore-methods.md",
     .cause = "The restore method was not looked at.",
     .next_step = "Use the writer's alternate location mappings; without one report an error.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_TO_ALTERNATE_LOCATION", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no"),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_TO_ALTERNATE_LOCATION", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\other\\a.txt", "digest=aa replaced=no")},
    check_to_alternate};

void check_at_reboot(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (method_of(component) != Method::restore_at_reboot) return;
        for (const ExpectedFile& expected : component.files) {
          const auto found = restore.written_to.find(expected.file->path);
          if (found == restore.written_to.end()) continue;
          for (const Call* call : found->second) {
            verdicts.expect(call->name == Ev::file_moved && run.arg_is(*call, "at_reboot", "yes"),
                            "files moved to their places at the next start",
                            fmt::format("{} was changed at once", expected.file->path),
                            {call->seq()});
          }
        }
      });
}

constinit const Rule kAtReboot{
    {.id = "VSSR-REST-017",
     .slug = "restore-at-reboot",
     .level = Level::must,
     .title =
         "RESTORE_AT_REBOOT: files are staged and moved to their places when the machine starts.",
     .source = "setting-vss-restore-methods.md, setting-vss-restore-targets.md",
     .cause = "The files were replaced while the writer's system used them.",
     .next_step = "Write beside the file and call MoveFileEx with MOVEFILE_DELAY_UNTIL_REBOOT.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_AT_REBOOT", "") VSSLAB_EX_WRITTEN(
         "C:\\data\\a.txt", "digest=aa replaced=yes") VSSLAB_EX_DONE(" selectedForRestore='yes'/>"),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_AT_REBOOT", "") VSSLAB_EX_WRITTEN(
         "C:\\data\\a.txt.new",
         "digest=aa replaced=no") "14 s2 R FileMoved path=C:\\data\\a.txt.new to=C:\\data\\a.txt "
                                  "at_reboot=yes "
                                  "replaced=yes\n" VSSLAB_EX_DONE(" selectedForRestore='yes'/>")},
    check_at_reboot};

// ---- mappings and new targets ----

// The file set that a call names, as it was written and without regard to case.
using SetName = std::pair<std::string, std::string>;

SetName set_name(const RunView& run, const Call& call) {
  return {lower(run.arg(call, "file_path").value_or("")),
          lower(run.arg(call, "filespec").value_or(""))};
}

// A mapping that is told has to be one of the writer's own.
void judge_told(const RunView& run, const RestoreView& restore, const Call& call,
                Verdicts& verdicts) {
  const auto found = restore.by_key.find(RestoreView::key_of(run, call));
  if (found == restore.by_key.end()) return;
  const RestoredComponent& component = restore.components[found->second];
  if (component.writer == nullptr || !component.document().restore_method) return;
  const SetName name = set_name(run, call);
  const std::string_view destination = run.arg(call, "destination").value_or("");
  const std::string to = place_of(destination, "*", false).path;
  const auto& mappings = component.document().restore_method->alternate_locations;
  const bool known = std::any_of(mappings.begin(), mappings.end(), [&](const auto& mapping) {
    return lower(mapping.path) == name.first && lower(mapping.filespec) == name.second &&
           place_of(mapping.alternate_path, "*", false).path == to;
  });
  verdicts.expect(known, "an alternate location mapping of the writer's",
                  fmt::format("it has none of {} {} to {}", name.first, name.second, destination),
                  {call.seq()});
}

void check_mapping_recorded(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    std::set<SetName> told;
    for (const Call* call : restore.session->calls.all(Ev::add_alternative_location_mapping)) {
      if (!call->ok()) continue;
      told.insert(set_name(run, *call));
      judge_told(run, restore, *call, verdicts);
    }
    for (const RestoredComponent& component : restore.components) {
      std::set<SetName> used;
      for (const WrittenFile& file : component.written) {
        if (file.mapping == nullptr) continue;
        const metadata::AlternateLocationMapping& mapping = *file.mapping;
        const SetName name{lower(mapping.path), lower(mapping.filespec)};
        if (!used.insert(name).second) continue;
        verdicts.expect(
            told.contains(name),
            fmt::format("AddAlternativeLocationMapping for {} {}", mapping.path, mapping.filespec),
            "the writer does not know where its files are", {file.call->seq()});
      }
    }
  });
}

constinit const Rule kMappingRecorded{
    {.id = "VSSR-REST-021",
     .slug = "mapping-is-recorded",
     .level = Level::must,
     .title = "A restore to an alternate location uses a mapping of the writer's and is recorded "
              "with AddAlternativeLocationMapping.",
     .source = "nf-vsbackup-ivssbackupcomponents-addalternativelocationmapping.md",
     .cause = "The call was left out; the writer looks for its files in vain.",
     .next_step = "Call it with exactly the mapping's file set, before PostRestore.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_TO_ALTERNATE_LOCATION", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\other\\a.txt", "digest=aa replaced=no"),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_TO_ALTERNATE_LOCATION", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN(
             "C:\\other\\a.txt",
             "digest=aa replaced=no") "14 s2 R AddAlternativeLocationMapping " VSSLAB_EX_DATA
                                      " file_path=C:\\data filespec=*.t* destination=C:\\other\n"},
    check_mapping_recorded};

constexpr std::uint32_t kNewTargetSchema = 0x100;

void judge_new_targets(const RunView& run, const RestoredComponent& component,
                       const std::vector<const Call*>& calls, Verdicts& verdicts) {
  std::set<SetName> sets;
  for (const metadata::FileSet* set : component.sets) {
    sets.emplace(lower(set->path), lower(set->filespec));
  }
  const std::uint32_t schema = component.document().backup_schema;
  for (const Call* call : calls) {
    verdicts.expect((schema & kNewTargetSchema) != 0,
                    "a writer with VSS_BS_WRITER_SUPPORTS_NEW_TARGET",
                    fmt::format("its schema is 0x{:x}", schema), {call->seq()});
    verdicts.expect(sets.contains(set_name(run, *call)),
                    "a new target for exactly one file set of the component",
                    fmt::format("{} {} is none", run.arg(*call, "file_path").value_or(""),
                                run.arg(*call, "filespec").value_or("")),
                    {call->seq()});
  }
}

void check_new_target(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    std::map<std::size_t, std::vector<const Call*>> targets;  // by place in `components`
    for (const Call* call : restore.session->calls.all(Ev::add_new_target)) {
      const auto found = restore.by_key.find(RestoreView::key_of(run, *call));
      if (found != restore.by_key.end()) targets[found->second].push_back(call);
    }
    for (const auto& [index, calls] : targets) {
      const RestoredComponent& component = restore.components[index];
      if (component.writer != nullptr) judge_new_targets(run, component, calls, verdicts);
    }
  });
}

#define VSSLAB_EX_NEW_TARGET(spec)                                                            \
  VSSLAB_EX_BACKED_UP                                                                         \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD(    \
      "RESTORE_IF_CAN_BE_REPLACED", "") "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA       \
                                        " selected=yes\n12 s2 R AddNewTarget " VSSLAB_EX_DATA \
                                        " file_path=C:\\data filespec=" spec " alternate=D:\\\n"

constinit const Rule kNewTarget{
    {.id = "VSSR-REST-022",
     .slug = "new-target-is-allowed",
     .level = Level::must,
     .title =
         "A new target is for a writer that supports it, and for exactly one of its file sets.",
     .source = "nf-vsbackup-ivssbackupcomponents-addnewtarget.md, "
               "working-with-new-targets-during-restore.md",
     .cause = "The file specification was narrowed, or the schema not looked at.",
     .next_step = "Check GetBackupSchema and repeat path and file specification word for word.",
     .fails_on = VSSLAB_EX_NEW_TARGET("a.txt"),
     .passes_on = VSSLAB_EX_NEW_TARGET("*.t*")},
    check_new_target};

}  // namespace

RuleSpan requester_restore_method_rules() {
  static constexpr const Rule* kRules[] = {&kIfNotThere,  &kIfCanReplace, &kStopRestoreStart,
                                           &kToAlternate, &kAtReboot,     &kMappingRecorded,
                                           &kNewTarget};
  return kRules;
}

}  // namespace vsslab::rules
