// What a Backup Components Document says about the components of a backup object, read through
// IVssComponent. Internal to requester/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <string_view>
#include <vector>

#include "core/hresult.h"
#include "metadata/backup_components.h"

namespace vsslab::requester {

// Targets, partial and differenced files, stamps, messages: what a requester acts upon.
Hr read_components(IVssBackupComponents& from, std::vector<metadata::WriterComponents>& out);

const metadata::ComponentEntry* find_component(
    const std::vector<metadata::WriterComponents>& writers, const Guid& writer_id,
    const Guid& instance_id, std::string_view logical_path, std::string_view name);

}  // namespace vsslab::requester
