#include "requester/restore_parts.h"

#include <algorithm>

namespace vsslab::requester {

std::optional<RestorePart> find_part(const metadata::WriterMetadata& stored,
                                     const std::vector<metadata::ComponentEntry>& backed_up,
                                     const metadata::ComponentKey& wanted, bool any_path) {
  const metadata::ComponentTree tree(stored);
  for (std::size_t c = 0; c < stored.components.size(); ++c) {
    const metadata::Component& part = stored.components[c];
    if (part.name != wanted.name) continue;
    if (!any_path && part.logical_path != wanted.logical_path) continue;
    for (const std::size_t above : tree.ancestors(c)) {
      const metadata::Component& whole = stored.components[above];
      if (!whole.selectable) continue;  // brings nothing along
      const bool taken = std::any_of(
          backed_up.begin(), backed_up.end(), [&](const metadata::ComponentEntry& entry) {
            return entry.name == whole.name && entry.logical_path == whole.logical_path;
          });
      if (!taken) continue;
      return RestorePart{metadata::key_of(whole), metadata::key_of(part),
                         part.selectable_for_restore};
    }
  }
  return std::nullopt;
}

}  // namespace vsslab::requester
