// How many files a component has on the shadow copies: what a rule holds against the files that a
// requester read.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "metadata/component_path.h"
#include "volume/volume_set.h"

namespace vsslab {

// The shadow copy of a volume; null when the set has none.
using CopyOf = std::function<const Volume*(const Volume&)>;

// The files that the sets of `component`, and of what comes along with it, name on the copies of
// their volumes: those that a full backup has to take, each once, without the writer's exclude
// lists. Links and mounted folders are not followed. Nothing when there is more to look through
// than component_entries_max.
std::optional<std::size_t> files_on_copies(const VolumeSet& volumes, const CopyOf& copy_of,
                                           const metadata::ComponentTree& tree,
                                           std::size_t component);

}  // namespace vsslab
