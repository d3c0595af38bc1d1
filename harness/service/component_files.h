// How many files a component has on the shadow copies, and which of them its writer wants in an
// incremental backup: what rules hold against the files that a requester read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/backup_components.h"
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

// The paths, on the copies, of the files that the writer's entries for differenced files name and
// that were changed since the time that they give, in ticks of 100 ns; entries without a time leave
// the decision to the requester. `start`: the lab's, in such ticks. Nothing when there are more
// than changed_files_named_max.
std::optional<std::vector<std::string>> changed_on_copies(
    const VolumeSet& volumes, const CopyOf& copy_of, const metadata::ComponentTree& tree,
    std::size_t component, const std::vector<metadata::DifferencedFile>& entries,
    std::uint64_t start);

}  // namespace vsslab
