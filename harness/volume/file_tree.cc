#include "volume/file_tree.h"

#include <algorithm>

#include "core/error.h"
#include "volume/path.h"

namespace vsslab {

FreeMap::FreeMap(std::uint64_t blocks) : free_(blocks) {
  if (blocks > 0) runs_.emplace(0, blocks);
}

Extent FreeMap::cut(std::map<std::uint64_t, std::uint64_t>::iterator run, std::uint64_t wanted) {
  const Extent taken{run->first, std::min(run->second, wanted)};
  const std::uint64_t left = run->second - taken.blocks;
  const auto next = runs_.erase(run);
  if (left > 0) runs_.emplace_hint(next, taken.first + taken.blocks, left);
  free_ -= taken.blocks;
  return taken;
}

std::optional<Extent> FreeMap::take(std::uint64_t wanted, std::uint64_t near) {
  if (runs_.empty() || wanted == 0) return std::nullopt;
  if (const auto run = runs_.find(near); run != runs_.end()) return cut(run, wanted);
  return cut(runs_.begin(), wanted);
}

void FreeMap::give_back(Extent extent) {
  if (extent.blocks == 0) return;
  free_ += extent.blocks;
  auto next = runs_.lower_bound(extent.first);
  if (next != runs_.end() && next->first == extent.first + extent.blocks) {
    extent.blocks += next->second;
    next = runs_.erase(next);
  }
  if (next != runs_.begin()) {
    const auto previous = std::prev(next);
    VSSLAB_ASSERT(previous->first + previous->second <= extent.first);
    if (previous->first + previous->second == extent.first) {
      previous->second += extent.blocks;
      return;
    }
  }
  runs_.emplace_hint(next, extent.first, extent.blocks);
}

const FileNode* find_node(const FileSystemState& state, const PathNames& names) {
  const FileNode* node = state.root.get();
  for (const std::string& name : names) {
    const auto child = node->children.find(fold_case(name));
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node;
}

FileNode* edit_node(FileSystemState& state, const PathNames& names) {
  const auto unshare = [](std::shared_ptr<FileNode>& node) {
    if (node.use_count() > 1) node = std::make_shared<FileNode>(*node);
  };
  std::shared_ptr<FileNode>* node = &state.root;
  unshare(*node);
  for (const std::string& name : names) {
    const auto child = (*node)->children.find(fold_case(name));
    if (child == (*node)->children.end()) return nullptr;
    node = &child->second;
    unshare(*node);
  }
  return node->get();
}

FreeMap& edit_free_map(FileSystemState& state) {
  if (state.free.use_count() > 1) state.free = std::make_shared<FreeMap>(*state.free);
  return *state.free;
}

}  // namespace vsslab
