// Requester: a component comes back whole or not at all, and its status says which (spec: rules
// 2.14).
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using Method = metadata::RestoreMethodType;

// Its files are put back as they were read, by copying them.
bool restored_by_copy(const RestoredComponent& component) {
  const bool directed = component.entry != nullptr &&
                        component.entry->restore_target == metadata::RestoreTarget::directed;
  const Method method = method_of(component);
  const bool partial =
      std::any_of(component.files.begin(), component.files.end(),
                  [](const ExpectedFile& file) { return file.file->digest == "partial"; });
  return !directed && !partial && method != Method::custom && method != Method::undefined;
}

// How much of a component is back.
struct Extent {
  std::size_t expected = 0, written = 0;  // files, each once
  bool whole() const { return written >= expected; }
};

Extent extent_of(const RestoredComponent& component) {
  std::set<std::string_view> expected, written;
  for (const ExpectedFile& file : component.files) expected.insert(file.place);
  for (const WrittenFile& file : component.written) written.insert(file.path);
  return {expected.size(), written.size()};
}

// What only looking at the files beforehand can tell: that one of them cannot be replaced.
bool cannot_be_replaced(Hr code) {
  constexpr Hr kSharing = static_cast<Hr>(0x80070020);
  constexpr Hr kLocked = static_cast<Hr>(0x80070021);
  constexpr Hr kMapped = static_cast<Hr>(0x800704C8);
  return code == kSharing || code == kLocked || code == kMapped || code == hr::access_denied;
}

bool cannot_read(const Session& session) {
  const auto reads = session.calls.all(Ev::file_read);
  return std::any_of(reads.begin(), reads.end(), [](const Call* call) { return call->refused(); });
}

bool has_status(const RunView& run, const RestoredComponent& component, std::string_view status) {
  return component.status != nullptr && run.arg_is(*component.status, "status", status);
}

void check_whole(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        // VSSR-REST-035 looks at what is said to be all back, VSSR-REST-011 at nothing.
        const bool failed = has_status(run, component, "3");
        if (!failed && !has_status(run, component, "1")) return;
        if (restore.backup == nullptr || component.files.empty()) return;
        if (!restored_by_copy(component)) return;
        verdicts.saw();
        const Extent extent = extent_of(component);
        if (!failed || extent.written == 0 || extent.whole()) return;
        // A full volume is known when it is full, a hole in the backup when it is read.
        const Call* const refused = component.refused_home;
        if (refused != nullptr && !cannot_be_replaced(refused->hr())) return;
        if (cannot_read(*restore.session)) return;
        verdicts.fail(fmt::format("all {} files of {} restored, or none", extent.expected,
                                  component_text(component.path, component.name)),
                      fmt::format("{} of them were written: {}", extent.written,
                                  component.written.front().path),
                      {component.written.front().call->seq(), component.status->seq()},
                      "a component set of which a part is old and a part new is corrupt");
      });
}

#define VSSLAB_EX_BACKED_UP_TWO \
  VSSLAB_EX_BACKED_UP "7 R FileRead path=" VSSLAB_EX_COPY "\\data\\b.txt bytes=3 digest=bb\n"
#define VSSLAB_EX_RESTORING_TWO(method)                                                    \
  VSSLAB_EX_BACKED_UP_TWO                                                                  \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD( \
      method, "") "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA                          \
                  " selected=yes\n13 s2 R PreRestore\n"
#define VSSLAB_EX_STATUS(status) \
  "15 s2 R SetFileRestoreStatus " VSSLAB_EX_DATA " status=" status "\n"
#define VSSLAB_EX_ENDED                                               \
  VSSLAB_EX_POST                                                      \
  "17 s2 R Release\n17 s2 C BackupComponents " VSSLAB_EX_RESTORE_DOC( \
      " selectedForRestore='yes'/>") "\n"

constinit const Rule kWhole{
    {.id = "VSSR-REST-019",
     .slug = "whole-component-or-nothing",
     .level = Level::must,
     .title =
         "All files of a component, with those that come along with it, are restored, or none.",
     .source = "setting-vss-restore-methods.md, ne-vswriter-vss_restoremethod_enum.md, "
               "ne-vswriter-vss_file_restore_status.md",
     .cause = "Whether a file is there or can be replaced was looked at file by file, while the "
              "others were already copied.",
     .next_step = "After PreRestore look at every file of the component first; then copy all of "
                  "them, to their alternate locations if the method says so, or report an error.",
     .fails_on = VSSLAB_EX_RESTORING_TWO("RESTORE_IF_CAN_BE_REPLACED") VSSLAB_EX_WRITTEN(
         "C:\\data\\a.txt", "digest=aa replaced=yes") VSSLAB_EX_STATUS("3") VSSLAB_EX_ENDED,
     .passes_on = VSSLAB_EX_RESTORING_TWO("RESTORE_IF_CAN_BE_REPLACED") VSSLAB_EX_STATUS("1")
         VSSLAB_EX_ENDED},
    check_whole};

// ---- the status ----

// NONE says that nothing was left on the disk, FAILED that a part was.
void check_status_true(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        const bool none = has_status(run, component, "1");
        if (!none && !has_status(run, component, "3")) return;
        if (none) {
          verdicts.saw();
          if (component.written.empty()) return;
          const WrittenFile& file = component.written.front();
          verdicts.fail("VSS_RS_NONE only when nothing was restored",
                        fmt::format("{} was written", file.path),
                        {file.call->seq(), component.status->seq()});
          return;
        }
        if (restore.backup == nullptr || component.files.empty()) return;
        if (!restored_by_copy(component) || component.refused_home != nullptr) return;
        const Extent extent = extent_of(component);
        const bool right = std::all_of(
            component.files.begin(), component.files.end(), [&](const ExpectedFile& expected) {
              const auto found = restore.written_to.find(expected.place);
              return found != restore.written_to.end() &&
                     run.arg_is(*found->second.back(), "digest", expected.file->digest);
            });
        verdicts.expect(!extent.whole() || !right,
                        "VSS_RS_FAILED only when a part of the files is missing",
                        fmt::format("all {} files of {} are back", extent.expected,
                                    component_text(component.path, component.name)),
                        {component.status->seq()});
      });
}

constinit const Rule kStatusTrue{
    {.id = "VSSR-REST-011",
     .slug = "restore-status-is-true",
     .level = Level::must,
     .title = "VSS_RS_NONE is set only when no file of the component was left on the disk, "
              "VSS_RS_FAILED only when not all of them are back.",
     .source = "ne-vswriter-vss_file_restore_status.md",
     .cause = "A restore that broke off in the middle was reported as if it had not begun, or a "
              "good one by a value that was set before.",
     .next_step = "Set VSS_RS_ALL when all files are back, VSS_RS_FAILED when a part of them is, "
                  "VSS_RS_NONE when none is.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_STATUS("1"),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_STATUS("1")},
    check_status_true};

}  // namespace

RuleSpan requester_restore_whole_rules() {
  static constexpr const Rule* kRules[] = {&kWhole, &kStatusTrue};
  return kRules;
}

}  // namespace vsslab::rules
