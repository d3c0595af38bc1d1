// Requester: where a writer's own word sends the files of a restore (spec: rules 2.14): restore
// targets, directed targets, and what a Test Writer finds afterwards.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/families.h"
#include "rules/ranges_text.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::RestoreTarget;
using Method = metadata::RestoreMethodType;

bool says_all(const RunView& run, const RestoredComponent& component) {
  return component.status != nullptr && run.arg_is(*component.status, "status", "2");
}

// Restore targets cannot act when the machine starts, and a custom restore may ignore them.
bool targets_act(const RestoredComponent& component) {
  const Method method = method_of(component);
  return method != Method::restore_at_reboot &&
         method != Method::restore_at_reboot_if_cannot_replace && method != Method::custom;
}

void check_targets(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        if (component.entry == nullptr || !targets_act(component)) return;
        // What the user asked for in AddNewTarget is another matter.
        if (!component.entry->new_targets.empty()) return;
        const RestoreTarget target = component.entry->restore_target;
        if (target != RestoreTarget::alternate && target != RestoreTarget::original_location) {
          return;
        }
        const bool mapped = target == RestoreTarget::alternate;
        for (const WrittenFile& file : component.written) {
          if (mapped) {
            verdicts.expect(file.mapping != nullptr,
                            "VSS_RT_ALTERNATE obeyed: files at their alternate locations alone",
                            fmt::format("{} was written", file.path), {file.call->seq()});
          } else {
            verdicts.expect(file.home,
                            "VSS_RT_ORIGINAL_LOCATION obeyed: files where they were backed up",
                            fmt::format("{} was written", file.path), {file.call->seq()});
          }
        }
      });
}

#define VSSLAB_EX_TARGET(target, more) " selectedForRestore='yes' restoreTarget='" target "'" more

constinit const Rule kTargets{
    {.id = "VSSR-REST-020",
     .slug = "restore-target-beats-the-method",
     .level = Level::must,
     .title = "A restore target that the writer sets beats the restore method: ALTERNATE goes to "
              "the mapping, ORIGINAL_LOCATION where the files were.",
     .source = "ne-vswriter-vss_restore_target.md, setting-vss-restore-targets.md",
     .cause = "GetRestoreTarget was not asked after PreRestore, so the method alone decided.",
     .next_step = "Read the component again once PreRestore is over, and obey its target first.",
     .fails_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
             VSSLAB_EX_DONE(VSSLAB_EX_TARGET("alternate", "/>")),
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED", VSSLAB_EX_MAPPING)
         VSSLAB_EX_WRITTEN("C:\\other\\a.txt", "digest=aa replaced=no")
             VSSLAB_EX_DONE(VSSLAB_EX_TARGET("alternate", "/>")),
     .consequences = "VSSR-REST-035,VSSR-REST-037"},
    check_targets};

// ---- ranges ----

std::uint64_t bytes_written(const RunView& run, const std::vector<const Call*>& calls) {
  std::uint64_t bytes = 0;
  for (const Call* call : calls)
    bytes += range_number(run.arg(*call, "bytes").value_or("")).value_or(0);
  return bytes;
}

std::string file_in(std::string_view path, std::string_view name) {
  return place_of(path, "*", false).path + "\\" + lower(name);
}

void judge_directed(const RunView& run, const RestoreView& restore,
                    const RestoredComponent& component, Verdicts& verdicts) {
  for (const metadata::DirectedTarget& to : component.entry->directed_targets) {
    const std::string source = file_in(to.source_path, to.source_filename);
    const std::string place = file_in(to.destination_path, to.destination_filename);
    const auto written = restore.written_to.find(place);
    const auto wanted = range_bytes(to.source_ranges);
    const bool there = written != restore.written_to.end();
    verdicts.expect(there && (!wanted || bytes_written(run, written->second) >= *wanted),
                    fmt::format("ranges {} of {} put into {}", to.source_ranges, source, place),
                    there ? "less was written there, and the status says ALL"
                          : "nothing was written there, and the status says ALL",
                    {component.selected->seq(), component.status->seq()});
    const auto home = restore.written_to.find(source);
    if (place == source || home == restore.written_to.end()) continue;
    verdicts.fail(fmt::format("nothing of {} but its directed ranges", source),
                  "it was restored to its own place", {home->second.front()->seq()});
  }
}

void check_directed(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (component.entry == nullptr || !targets_act(component)) return;
        if (component.entry->restore_target != RestoreTarget::directed) return;
        if (says_all(run, component)) judge_directed(run, restore, component, verdicts);
      });
}

#define VSSLAB_EX_DIRECTED                                                                       \
  VSSLAB_EX_TARGET("directed",                                                                   \
                   "><DIRECTED_TARGET sourcePath='C:\\\\data' sourceFilename='a.txt' "           \
                   "sourceRanges='0:2' destinationPath='C:\\\\new' destinationFilename='b.txt' " \
                   "destinationRanges='0:2'/></COMPONENT>")

constinit const Rule kDirected{
    {.id = "VSSR-REST-025",
     .slug = "directed-ranges-go-where-directed",
     .level = Level::must,
     .title = "Under VSS_RT_DIRECTED the source ranges of each directed target are put into its "
              "destination, and the file itself is left alone.",
     .source = "nf-vswriter-ivsscomponent-adddirectedtarget.md, "
               "working-with-directed-targets.md",
     .cause = "The requester restored the files whole, as if there were no directed targets.",
     .next_step = "After PreRestore walk GetDirectedTargetCount and GetDirectedTarget, and copy "
                  "range by range.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN(
         "C:\\data\\a.txt", "bytes=3 digest=aa replaced=no") VSSLAB_EX_DONE(VSSLAB_EX_DIRECTED),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN(
         "C:\\new\\b.txt", "bytes=2 digest=bb replaced=no") VSSLAB_EX_DONE(VSSLAB_EX_DIRECTED),
     .consequences = "VSSR-REST-035,VSSR-REST-037"},
    check_directed};

// ---- partial files ----

// Where a partial file belongs: the place of the file that was backed up, else its own.
std::string place_of_partial(const RestoredComponent& component, const std::string& path) {
  for (const ExpectedFile& file : component.files) {
    if (file.file->path == path) return file.place;
  }
  return path;
}

// What was written to a file; of one that was staged and then moved there, to that.
const std::vector<const Call*>* written_to(const RunView& run, const RestoreView& restore,
                                           const std::string& place) {
  const auto written = restore.written_to.find(place);
  if (written == restore.written_to.end()) return nullptr;
  const Call& last = *written->second.back();
  if (last.name != Ev::file_moved) return &written->second;
  const auto staged = restore.written_to.find(lower(run.arg(last, "path").value_or("")));
  return staged != restore.written_to.end() ? &staged->second : &written->second;
}

// Something of the file is in the backup that is restored, as far as the journal has it.
bool was_saved(const RestoreView& restore, const std::string& path) {
  if (restore.backup == nullptr) return true;
  const auto& files = restore.backup->files;
  return std::any_of(files.begin(), files.end(),
                     [&](const BackedUpFile& file) { return file.path == path; });
}

// The requester took the file away itself, so that nothing was there to write into.
bool removed(const RunView& run, const RestoreView& restore, std::string_view place) {
  for (const Ev way : {Ev::file_deleted, Ev::file_moved}) {
    for (const Call* call : restore.session->calls.all(way)) {
      if (!call->refused() && lower(run.arg(*call, "path").value_or("")) == place) return true;
    }
  }
  return false;
}

// There is no file to write into, and the requester has no part in that: the ranges are all that
// can be had.
bool nothing_was_there(const RunView& run, const RestoreView& restore, const std::string& place) {
  const auto written = restore.written_to.find(place);
  return written != restore.written_to.end() &&
         run.arg_is(*written->second.front(), "replaced", "no") && !removed(run, restore, place);
}

void judge_partial(const RunView& run, const RestoreView& restore,
                   const RestoredComponent& component, const metadata::PartialFile& partial,
                   Verdicts& verdicts) {
  const std::string path = file_in(partial.path, partial.filename);
  const std::string place = place_of_partial(component, path);
  // The file that is there need not have moved along with its set.
  const auto* const moved = written_to(run, restore, place);
  const auto* const written = moved != nullptr ? moved : written_to(run, restore, path);
  const auto wanted = range_bytes(partial.ranges);
  const std::string expected = fmt::format("ranges {} written into {}", partial.ranges, place);
  if (written == nullptr) {
    // One whose set has an alternate path was read there.
    const bool elsewhere =
        std::any_of(component.files.begin(), component.files.end(),
                    [&](const ExpectedFile& file) { return file.place == place; });
    if (!elsewhere && !was_saved(restore, path)) return verdicts.saw();
    verdicts.fail(expected, "it was not touched, and the status says ALL",
                  {component.selected->seq(), component.status->seq()});
    return;
  }
  const Call* const last = written->back();
  const bool into = run.arg_is(*last, "digest", "partial");
  const std::uint64_t bytes = bytes_written(run, *written);
  // A whole file that holds no more than the ranges has lost the rest.
  const bool cut = !into && wanted && bytes == *wanted &&
                   !nothing_was_there(run, restore, moved != nullptr ? place : path);
  verdicts.expect(!cut, expected, "the file was replaced by its ranges", {last->seq()});
  verdicts.expect(!wanted || bytes >= *wanted, expected, fmt::format("{} bytes were", bytes),
                  {last->seq()});
}

void check_partial(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (component.entry == nullptr || !says_all(run, component)) return;
        if (component.entry->restore_target == RestoreTarget::directed) return;
        if (!component.entry->restore_subcomponents.empty()) return;
        if (method_of(component) == Method::custom) return;
        for (const metadata::PartialFile& partial : component.entry->partial_files) {
          // A backup that took the file whole restores it whole.
          const std::string path = file_in(partial.path, partial.filename);
          const bool whole =
              std::any_of(component.files.begin(), component.files.end(), [&](const auto& file) {
                return file.file->path == path && file.file->digest != "partial";
              });
          if (!whole) judge_partial(run, restore, component, partial, verdicts);
        }
      });
}

#define VSSLAB_EX_PARTIAL                                                       \
  " selectedForRestore='yes'><PARTIAL_FILE path='C:\\\\data' filename='b.txt' " \
  "ranges='0:4'/></COMPONENT>"

constinit const Rule kPartial{
    {.id = "VSSR-REST-038",
     .slug = "partial-files-come-back-by-ranges",
     .level = Level::must,
     .title = "When the status says ALL, the ranges of every partial file were written into the "
              "file that is there.",
     .source = "working-with-partial-files.md, nf-vswriter-ivsscomponent-getpartialfile.md",
     .cause = "The ranges were left out, or what was saved of them took the place of the file.",
     .next_step = "Open the file that is there and write each range at its offset.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_WRITTEN("C:\\data\\b.txt", "bytes=4 digest=bb replaced=yes")
             VSSLAB_EX_DONE(VSSLAB_EX_PARTIAL),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_WRITTEN("C:\\data\\b.txt", "bytes=4 digest=partial replaced=yes")
             VSSLAB_EX_DONE(VSSLAB_EX_PARTIAL),
     .consequences = "VSSR-REST-037"},
    check_partial};

}  // namespace

RuleSpan requester_restore_target_rules() {
  static constexpr const Rule* kRules[] = {&kTargets, &kDirected, &kPartial};
  return kRules;
}

}  // namespace vsslab::rules
