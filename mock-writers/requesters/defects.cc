#include "mock-writers/requesters/defects.h"

#include <algorithm>

#include "mock-writers/requesters/copies.h"
#include "mock-writers/requesters/file_backup.h"

// The sound program, as a preset.
int vsslab_preset_file_backup(int, wchar_t**) {
  return vsslab::mock::back_up_files(vsslab::mock::RequesterBug::none);
}

namespace vsslab::mock {
namespace {

template <RequesterBug bug>
int with(int, wchar_t**) {
  return back_up_files(bug);
}

using Bug = RequesterBug;

constexpr RequesterDefect kDefects[] = {
    {"aborts-at-the-end",
     "calls AbortBackup before every Release, also after BackupComplete",
     {"VSSR-DONE-007"},
     with<Bug::aborts_at_the_end>},
    {"adds-implied-components",
     "adds non-selectable components that come along with a selectable one",
     {"VSSR-COMP-005"},
     with<Bug::adds_implied>},
    {"adds-selected-twice",
     "adds selectable components below one that it has added",
     {"VSSR-COMP-006"},
     with<Bug::adds_selected_twice>},
    {"asks-no-writer",
     "never asks for the writers' status, and calls every component successful",
     {"VSSR-DONE-010"},
     with<Bug::asks_no_writer>},
    {"claims-partial-files",
     "says that it supports partial files, and copies every file whole",
     {"VSSR-INCR-012"},
     with<Bug::claims_partial>},
    {"copies-excluded-files",
     "does not read the exclude list",
     {"VSSR-COMP-016"},
     with<Bug::copies_excluded>},
    {"copies-first-file-only",
     "copies the first file that a file set names, whatever its pattern",
     {"VSSR-COPY-014"},
     with<Bug::first_of_pattern>},
    {"deletes-from-two-threads",
     "deletes two shadow copies at the same time",
     {"VSSR-DEL-002"},
     [](int, wchar_t**) { return delete_copies_at_once(); }},
    {"forgets-dependencies",
     "leaves out components on which others depend",
     {"VSSR-COMP-012"},
     with<Bug::forgets_dependency>},
    {"forgets-required-components",
     "adds only what is selectable",
     {"VSSR-COMP-004"},
     with<Bug::forgets_required>},
    {"hides-missing-files",
     "calls a component successful though a file that a file set names is missing",
     {"VSSR-COPY-006"},
     with<Bug::hides_missing>},
    {"ignores-alternate-paths",
     "looks for files at their path although they have an alternate one",
     {"VSSR-COPY-003"},
     with<Bug::ignores_alternate>},
    {"ignores-mounted-folders",
     "takes the drive letter for the volume",
     {"VSSR-SET-015"},
     with<Bug::ignores_mounts>},
    {"lists-the-volume",
     "makes the list of the files from the volume, before the shadow copy",
     {"VSSR-COPY-001"},
     with<Bug::lists_volume>},
    {"one-volume-only", "copies the first volume alone", {"VSSR-SET-015"}, with<Bug::one_volume>},
    {"reads-the-volume",
     "reads every file from the volume itself and none from the shadow copy",
     {"VSSR-COPY-008"},
     with<Bug::reads_volume>},
    {"skips-subfolders",
     "copies the top folder of a recursive file set and none below it",
     {"VSSR-COPY-013"},
     with<Bug::skips_subfolders>},
    {"takes-pending-for-done",
     "takes VSS_S_ASYNC_PENDING for success and goes on",
     {"VSSR-ASYNC-007"},
     with<Bug::pending_is_done>},
};

}  // namespace

std::span<const RequesterDefect> requester_defects() { return kDefects; }

const RequesterDefect* find_requester_defect(std::string_view name) {
  const auto found = std::find_if(std::begin(kDefects), std::end(kDefects),
                                  [&](const RequesterDefect& one) { return one.name == name; });
  return found == std::end(kDefects) ? nullptr : found;
}

}  // namespace vsslab::mock
