// Components that came into a backup as a part of another one: members of a component set. They do
// not stand in the Backup Components Document; a restore names them as subcomponents of the one
// that does (IVssBackupComponents::AddRestoreSubcomponent).
#pragma once

#include <optional>
#include <vector>

#include "metadata/backup_components.h"
#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"

namespace vsslab::requester {

struct RestorePart {
  metadata::ComponentKey whole;  // in the document
  metadata::ComponentKey part;
  bool selectable = false;  // for restore
};

// `stored` is the writer's document of the backup, `backed_up` what the backup document has of it.
// Nothing when no such component came along.
std::optional<RestorePart> find_part(const metadata::WriterMetadata& stored,
                                     const std::vector<metadata::ComponentEntry>& backed_up,
                                     const metadata::ComponentKey& wanted, bool any_path);

}  // namespace vsslab::requester
