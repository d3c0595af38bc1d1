// What the file sets of chosen components ask of the shadow copy set. Internal to requester/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metadata/writer_metadata.h"
#include "requester/selection.h"

namespace vsslab::requester {

// Adds the volumes that recursive file sets reach through mounted folders (VSSR-COMP-015).
void add_mounted_volumes(std::vector<std::string>& volumes,
                         std::span<const metadata::WriterMetadata* const> documents,
                         std::span<const ChosenComponent> components);

// Does a file set ask for a shadow copy in a backup of this type? One without file sets may.
bool any_needs_copy(std::span<const metadata::WriterMetadata* const> documents,
                    std::span<const ChosenComponent> components, std::uint32_t backup_type);

}  // namespace vsslab::requester
