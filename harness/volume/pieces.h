// Where the bytes of a file lie on its volume. Internal to volume/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/error.h"
#include "volume/block_store.h"
#include "volume/file_tree.h"

namespace vsslab {

inline std::uint64_t blocks_for(std::uint64_t bytes) {
  return (bytes + kBlockBytes - 1) / kBlockBytes;
}

// "dir\\file"
inline std::string joined(const PathNames& names) {
  std::string path;
  for (const std::string& name : names) {
    if (!path.empty()) path += '\\';
    path += name;
  }
  return path;
}

// Calls `use(device offset, position in the range, bytes)` for the pieces of a file's byte range.
template <class Use>
void for_each_piece(const FileNode& file, std::uint64_t offset, std::uint64_t length, Use use) {
  std::uint64_t begin = 0;  // of the extent, in the file
  std::uint64_t done = 0;
  for (const Extent& extent : file.extents) {
    const std::uint64_t bytes = extent.blocks * kBlockBytes;
    if (offset + done < begin + bytes && done < length) {
      const std::uint64_t within = offset + done - begin;
      const std::uint64_t piece = std::min(bytes - within, length - done);
      use(extent.first * kBlockBytes + within, done, piece);
      done += piece;
    }
    begin += bytes;
    if (done == length) return;
  }
  VSSLAB_ASSERT(done == length);
}

}  // namespace vsslab
