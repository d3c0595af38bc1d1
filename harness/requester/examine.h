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

// What the selection of components needs: identity, components with paths and dependencies. File
// specs, excludes and the restore method are left out. An Error names the getter that failed.
Result<metadata::WriterMetadata> examine(IVssExamineWriterMetadata& document);

}  // namespace vsslab::requester
