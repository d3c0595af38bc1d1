#include "requester/backup_volumes.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "metadata/backup_need.h"
#include "metadata/component_path.h"
#include "requester/files.h"

namespace vsslab::requester {

namespace {

// A writer's tree is made once, however many of its components were chosen.
class Trees {
 public:
  explicit Trees(std::span<const metadata::WriterMetadata* const> documents)
      : documents_(documents), trees_(documents.size()) {}
  const metadata::ComponentTree& of(std::size_t writer) {
    auto& tree = trees_[writer];
    if (!tree) tree.emplace(*documents_[writer]);
    return *tree;
  }

 private:
  std::span<const metadata::WriterMetadata* const> documents_;
  std::vector<std::optional<metadata::ComponentTree>> trees_;
};

}  // namespace

void add_mounted_volumes(std::vector<std::string>& volumes,
                         std::span<const metadata::WriterMetadata* const> documents,
                         std::span<const ChosenComponent> components) {
  std::set<std::string> known;
  for (const std::string& volume : volumes) known.insert(volume_identity(volume));
  Trees trees(documents);
  std::set<std::pair<std::string, bool>> seen;  // ten thousand components share few folders
  for (const ChosenComponent& chosen : components) {
    for (const std::size_t part : trees.of(chosen.writer).parts(chosen.component)) {
      for (const metadata::FileSet& set : documents[chosen.writer]->components[part].files) {
        const std::string& written = set.alternate_path.empty() ? set.path : set.alternate_path;
        if (!seen.emplace(written, set.recursive).second) continue;
        const std::string path = expand(written);
        std::vector<std::string> folders;
        if (set.recursive) folders = mounted_below(path);
        if (std::string own = volume_path_of(path + "\\"); own.size() > 3) {
          folders.push_back(std::move(own));
        }
        for (std::string& folder : folders) {
          if (known.insert(volume_identity(folder)).second) volumes.push_back(std::move(folder));
        }
      }
    }
  }
}

bool any_needs_copy(std::span<const metadata::WriterMetadata* const> documents,
                    std::span<const ChosenComponent> components, std::uint32_t backup_type) {
  Trees trees(documents);
  for (const ChosenComponent& chosen : components) {
    const metadata::WriterMetadata& writer = *documents[chosen.writer];
    const std::uint32_t type = metadata::effective_type(backup_type, writer.backup_schema);
    for (const std::size_t part : trees.of(chosen.writer).parts(chosen.component)) {
      const auto& files = writer.components[part].files;
      if (files.empty() || std::any_of(files.begin(), files.end(), [&](const auto& set) {
            return metadata::copy_required(set, type);
          })) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace vsslab::requester
