// A writer's document as a requester sees it: through the getters of IVssExamineWriterMetadata,
// because its XML form is for VSS alone (VSSM-WMD-008).
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include "core/error.h"
#include "metadata/writer_metadata.h"

namespace vsslab::requester {

// What the selection of components needs: identity, components with file sets and dependencies; or
// also what the copying and the restore of files need: excludes and the restore method. An Error
// names the getter that failed.
enum class Depth { selection, files };
Result<metadata::WriterMetadata> examine(IVssExamineWriterMetadata& document,
                                         Depth depth = Depth::selection);

}  // namespace vsslab::requester
