// A volume's directory tree and its map of free blocks. Both are shared between the volume and its
// shadow copies, and copied piece by piece where one of them changes: keeping the state of a moment
// costs the same for any number of files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace vsslab {

struct Extent {
  std::uint64_t first = 0;  // block
  std::uint64_t blocks = 0;
};

struct FileNode {
  std::string name;  // as it was created
  bool directory = false;
  std::uint32_t attributes = 0;  // FILE_ATTRIBUTE_…, without DIRECTORY
  Time created{0};               // since the lab's start; may be before it
  Time modified{0};
  Time accessed{0};
  std::uint64_t size = 0;  // bytes
  std::string mounted;     // a mounted folder: the volume's own name, "\\\\?\\Volume{…}\\"
  std::vector<Extent> extents;
  std::map<std::string, std::shared_ptr<FileNode>, std::less<>> children;  // by folded name
};

// Free blocks as runs, first fit.
class FreeMap {
 public:
  explicit FreeMap(std::uint64_t blocks);
  std::uint64_t free_blocks() const { return free_; }
  // Up to `wanted` blocks in one run, at `near` if that is free; nothing when all are used.
  std::optional<Extent> take(std::uint64_t wanted, std::uint64_t near);
  void give_back(Extent extent);

 private:
  Extent cut(std::map<std::uint64_t, std::uint64_t>::iterator run, std::uint64_t wanted);

  std::map<std::uint64_t, std::uint64_t> runs_;  // first block -> number
  std::uint64_t free_ = 0;
};

// The state of a moment: copying it is cheap, and the copy never changes with the original.
struct FileSystemState {
  std::shared_ptr<FileNode> root;
  std::shared_ptr<FreeMap> free;
};

using PathNames = std::vector<std::string>;

const FileNode* find_node(const FileSystemState& state, const PathNames& names);
// The same for changing it: what is shared with another state is copied on the way.
FileNode* edit_node(FileSystemState& state, const PathNames& names);
FreeMap& edit_free_map(FileSystemState& state);

}  // namespace vsslab
