// A requester program that backs up files: it selects components by the tree, finds their volumes,
// mounted folders included, and reads every file from its shadow copy. Each bug is one that such
// programs are known for; everything else about the program stays sound.
#pragma once

#include <cstdint>

namespace vsslab::mock {

enum class RequesterBug : std::uint8_t {
  none,
  adds_implied,         // also non-selectable components below a selectable one
  adds_selected_twice,  // also selectable components below one that is taken
  forgets_required,     // only selectable components
  forgets_dependency,   // not the components that others depend on
  one_volume,           // only the first volume is in the set
  ignores_mounts,       // the volume is what the drive letter says
  copies_excluded,      // the exclude list is not read
  skips_subfolders,     // of recursive file sets
  ignores_alternate,    // reads the path though there is an alternate one
  hides_missing,        // a named file that is missing is no failure
  first_of_pattern,     // one file of a file set, whatever its pattern names
  claims_partial,       // says that it supports partial files, and copies files whole
  reads_volume,         // and not its copy
  lists_volume,         // the names come from the volume, before the copy
  pending_is_done,      // VSS_S_ASYNC_PENDING is taken for success
  asks_no_writer,       // for its status, and calls everything successful
  aborts_at_the_end,    // also after BackupComplete
};

// The program's wmain.
int back_up_files(RequesterBug bug);

}  // namespace vsslab::mock
