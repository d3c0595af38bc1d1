// Changing the files and directories of a volume.

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/limits.h"
#include "volume/path.h"
#include "volume/pieces.h"
#include "volume/volume.h"

namespace vsslab {

namespace {

constexpr std::uint32_t kDirectory = 0x10;
constexpr std::uint32_t kReparsePoint = 0x400;

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// How many levels lie below a directory.
std::size_t depth_below(const FileNode& node) {
  std::size_t depth = 0;
  for (const auto& [key, child] : node.children) depth = std::max(depth, 1 + depth_below(*child));
  return depth;
}

}  // namespace

FileResult<FileNode*> Volume::edit_file(std::string_view path) {
  const auto found = stat(path);
  if (!found) return tl::make_unexpected(found.error());
  if (found->directory) return tl::make_unexpected(FileError::access_denied);
  return edit_node(state_, *split_path(path));
}

FileResult<FileNode*> Volume::add_node(const PathNames& names, bool directory) {
  if (names.empty()) return tl::make_unexpected(FileError::already_exists);
  FileNode* const parent = edit_node(state_, {names.begin(), names.end() - 1});
  if (parent == nullptr || !parent->directory) {
    return tl::make_unexpected(FileError::path_not_found);
  }
  auto node = std::make_shared<FileNode>();
  node->name = names.back();
  node->directory = directory;
  node->created = node->modified = node->accessed = now();
  if (!directory) node->attributes = 0x20;  // FILE_ATTRIBUTE_ARCHIVE
  const auto [at, added] = parent->children.emplace(fold_case(names.back()), std::move(node));
  if (!added) return tl::make_unexpected(FileError::already_exists);
  parent->modified = now();
  return at->second.get();
}

FileResult<void> Volume::create_directory(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto names = split_path(path);
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  if (const auto node = add_node(*names, true); !node) return tl::make_unexpected(node.error());
  report(VolumeChange::Kind::create, full_path(path));
  return {};
}

FileResult<void> Volume::create_directories(std::string_view path) {
  const auto names = split_path(path);
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  PathNames above;
  for (const std::string& name : *names) {
    above.push_back(name);
    if (const FileNode* const node = find_node(state_, above); node != nullptr) {
      if (!node->directory) return tl::make_unexpected(FileError::directory);
      continue;
    }
    const auto made = create_directory(joined(above));
    if (!made && made.error() != FileError::already_exists) return made;
  }
  return {};
}

FileResult<void> Volume::create_file(std::string_view path, bool replace) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto names = split_path(path);
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  const FileNode* const there = find_node(state_, *names);
  if (there != nullptr && there->directory) return tl::make_unexpected(FileError::access_denied);
  if (there != nullptr && !replace) return tl::make_unexpected(FileError::file_exists);
  if (there != nullptr) return resize(path, 0);
  if (const auto node = add_node(*names, false); !node) return tl::make_unexpected(node.error());
  report(VolumeChange::Kind::create, full_path(path));
  return {};
}

FileResult<void> Volume::write_file(std::string_view path, std::string_view content) {
  const auto names = split_path(path);
  if (!names || names->empty()) return tl::make_unexpected(FileError::invalid_name);
  const auto made = create_directories(joined({names->begin(), names->end() - 1}));
  if (!made) return made;
  if (const auto created = create_file(path, true); !created) return created;
  if (content.empty()) return {};
  return write_at(path, 0, content);
}

FileResult<void> Volume::append(std::string_view path, std::string_view bytes) {
  const auto found = stat(path);
  if (!found) return tl::make_unexpected(found.error());
  return write_at(path, found->size, bytes);
}

FileResult<void> Volume::reserve(FileNode& file, std::uint64_t bytes) {
  if (bytes > options_.size) return tl::make_unexpected(FileError::disk_full);
  std::uint64_t have = 0;
  for (const Extent& extent : file.extents) have += extent.blocks;
  const std::uint64_t need = blocks_for(bytes);
  if (need <= have) return {};
  if (need - have > state_.free->free_blocks()) {
    return tl::make_unexpected(FileError::disk_full);
  }
  FreeMap& free = edit_free_map(state_);
  while (have < need) {
    const std::uint64_t near =
        file.extents.empty() ? 0 : file.extents.back().first + file.extents.back().blocks;
    const auto run = free.take(need - have, near);
    VSSLAB_ASSERT(run.has_value());
    have += run->blocks;
    if (!file.extents.empty() && run->first == near) {
      file.extents.back().blocks += run->blocks;
    } else {
      file.extents.push_back(*run);
    }
  }
  return {};
}

void Volume::release_tail(FileNode& file, std::uint64_t keep_blocks) {
  std::uint64_t have = 0;
  for (const Extent& extent : file.extents) have += extent.blocks;
  while (have > keep_blocks) {
    Extent& last = file.extents.back();
    const std::uint64_t drop = std::min(last.blocks, have - keep_blocks);
    const Extent freed{last.first + last.blocks - drop, drop};
    // A layer over another device cannot forget a block, only overwrite it.
    if (!layered_) blocks_.discard(freed.first, freed.blocks);
    edit_free_map(state_).give_back(freed);
    last.blocks -= drop;
    have -= drop;
    if (last.blocks == 0) file.extents.pop_back();
  }
}

// Blocks that a file gets anew, and the rest of its last block, may hold old bytes.
void Volume::fill_zeros(const FileNode& file, std::uint64_t from, std::uint64_t to) {
  static constexpr std::byte kZeros[kBlockBytes] = {};
  const std::uint64_t block_end = blocks_for(from) * kBlockBytes;
  const std::uint64_t end = layered_ ? to : std::min(to, block_end);
  for_each_piece(file, from, end > from ? end - from : 0,
                 [&](std::uint64_t at, std::uint64_t, std::uint64_t bytes) {
                   while (bytes > 0) {
                     const auto piece = std::min<std::uint64_t>(bytes, kBlockBytes);
                     blocks_.write(at, std::span(kZeros).first(piece));
                     at += piece;
                     bytes -= piece;
                   }
                 });
}

FileResult<void> Volume::write_at(std::string_view path, std::uint64_t offset,
                                  std::string_view bytes) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto file = edit_file(path);
  if (!file) return tl::make_unexpected(file.error());
  FileNode& node = **file;
  if (offset > options_.size || bytes.size() > options_.size - offset) {
    return tl::make_unexpected(FileError::disk_full);
  }
  if (auto room = reserve(node, offset + bytes.size()); !room) return room;
  if (offset > node.size) fill_zeros(node, node.size, offset);
  const auto data = as_bytes(bytes);
  for_each_piece(node, offset, bytes.size(),
                 [&](std::uint64_t at, std::uint64_t done, std::uint64_t n) {
                   blocks_.write(at, data.subspan(done, n));
                 });
  node.size = std::max(node.size, offset + bytes.size());
  node.modified = now();
  report(VolumeChange::Kind::write, full_path(path), offset, bytes.size());
  return {};
}

std::optional<FileResult<std::size_t>> Volume::share(std::string_view path, const Volume& source,
                                                     std::string_view source_path,
                                                     std::uint64_t from, std::uint64_t most,
                                                     const Saw& saw) {
  if (lies_outside() || source.lies_outside() || layered_) return std::nullopt;
  if (auto ready = begin_change(path); !ready) {
    return FileResult<std::size_t>(tl::make_unexpected(ready.error()));
  }
  const auto names = split_path(source_path);
  const FileNode* const other = names ? find_node(source.state_, *names) : nullptr;
  if (other == nullptr || other->directory) return std::nullopt;
  const auto file = edit_file(path);
  if (!file) return FileResult<std::size_t>(tl::make_unexpected(file.error()));
  FileNode& node = **file;
  if (node.size != from || &node == other) return std::nullopt;
  if (from >= other->size) return FileResult<std::size_t>(0);
  if (from % kPageBytes != 0) return std::nullopt;
  const std::uint64_t bytes = std::min(most, other->size - from);
  if (from + bytes > options_.size) {
    return FileResult<std::size_t>(tl::make_unexpected(FileError::disk_full));
  }
  if (auto room = reserve(node, from + bytes); !room) {
    return FileResult<std::size_t>(tl::make_unexpected(room.error()));
  }
  std::vector<std::uint64_t> pages;  // of the source, in the order of the file
  pages.reserve(bytes / kPageBytes + 1);
  for_each_piece(*other, from, bytes, [&](std::uint64_t at, std::uint64_t, std::uint64_t n) {
    for (std::uint64_t p = 0; p * kPageBytes < n; ++p) pages.push_back(at / kPageBytes + p);
  });
  static constexpr std::byte kZeros[kPageBytes] = {};
  for_each_piece(node, from, bytes, [&](std::uint64_t at, std::uint64_t done, std::uint64_t n) {
    for (std::uint64_t p = 0; p * kPageBytes < n; ++p) {
      PageRef page = source.blocks_.page(pages[done / kPageBytes + p]);
      const std::byte* const content = page.is_null() ? kZeros : page.bytes();
      saw({reinterpret_cast<const char*>(content),
           std::min<std::uint64_t>(kPageBytes, n - p * kPageBytes)});
      blocks_.put_page(at / kPageBytes + p, std::move(page));
    }
  });
  node.size = from + bytes;
  node.modified = now();
  report(VolumeChange::Kind::write, full_path(path), from, bytes);
  return FileResult<std::size_t>(bytes);
}

FileResult<void> Volume::resize(std::string_view path, std::uint64_t size) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto file = edit_file(path);
  if (!file) return tl::make_unexpected(file.error());
  FileNode& node = **file;
  const std::uint64_t old = node.size;
  if (size > old) {
    if (auto room = reserve(node, size); !room) return room;
    fill_zeros(node, old, size);
  } else {
    release_tail(node, blocks_for(size));
  }
  node.size = size;
  node.modified = now();
  report(VolumeChange::Kind::write, full_path(path), std::min(old, size),
         size > old ? size - old : 0);
  return {};
}

FileResult<void> Volume::remove(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto file = edit_file(path);
  if (!file) return tl::make_unexpected(file.error());
  if ((*file)->attributes & 0x1) return tl::make_unexpected(FileError::access_denied);
  release_tail(**file, 0);
  PathNames names = *split_path(path);
  const std::string key = fold_case(names.back());
  names.pop_back();
  FileNode* const parent = edit_node(state_, names);
  parent->children.erase(key);
  parent->modified = now();
  report(VolumeChange::Kind::remove, full_path(path));
  return {};
}

FileResult<void> Volume::remove_directory(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto found = stat(path);
  if (!found) return tl::make_unexpected(found.error());
  if (!found->directory) return tl::make_unexpected(FileError::directory);
  PathNames names = *split_path(path);
  if (names.empty()) return tl::make_unexpected(FileError::access_denied);
  if (!find_node(state_, names)->children.empty()) {
    return tl::make_unexpected(FileError::dir_not_empty);
  }
  const std::string key = fold_case(names.back());
  names.pop_back();
  FileNode* const parent = edit_node(state_, names);
  parent->children.erase(key);
  parent->modified = now();
  report(VolumeChange::Kind::remove, full_path(path));
  return {};
}

FileResult<void> Volume::rename(std::string_view from, std::string_view to, bool replace) {
  if (auto ready = begin_change(from); !ready) return ready;
  const auto source = stat(from);
  if (!source) return tl::make_unexpected(source.error());
  auto old_names = split_path(from);
  auto new_names = split_path(to);
  if (!new_names || new_names->empty()) return tl::make_unexpected(FileError::invalid_name);
  if (old_names->empty()) return tl::make_unexpected(FileError::access_denied);
  const std::string old_path = fold_case(joined(*old_names));
  const std::string new_path = fold_case(joined(*new_names));
  if (source->directory && new_path.starts_with(old_path + "\\")) {
    return tl::make_unexpected(FileError::access_denied);  // into itself
  }
  if (new_names->size() + depth_below(*find_node(state_, *old_names)) > limits::kPathDepthMax) {
    return tl::make_unexpected(FileError::invalid_name);
  }
  const auto target = stat(to);
  if (target && old_path != new_path) {
    if (!replace || target->directory || source->directory) {
      return tl::make_unexpected(FileError::already_exists);
    }
    if (auto removed = remove(to); !removed) return removed;
  }
  const std::string new_name = new_names->back();
  new_names->pop_back();
  FileNode* const new_parent = edit_node(state_, *new_names);
  if (new_parent == nullptr || !new_parent->directory) {
    return tl::make_unexpected(FileError::path_not_found);
  }
  FileNode* const node = edit_node(state_, *old_names);
  node->name = new_name;
  const std::string old_key = fold_case(old_names->back());
  old_names->pop_back();
  FileNode* const old_parent = edit_node(state_, *old_names);
  auto moved = old_parent->children.extract(old_key);
  moved.key() = fold_case(new_name);
  edit_node(state_, *new_names)->children.insert(std::move(moved));
  report(VolumeChange::Kind::rename, full_path(to));
  return {};
}

FileResult<void> Volume::set_attributes(std::string_view path, std::uint32_t attributes) {
  if (auto ready = begin_change(path); !ready) return ready;
  if (const auto found = stat(path); !found) return tl::make_unexpected(found.error());
  FileNode* const node = edit_node(state_, *split_path(path));
  // What a directory or a mounted folder is, is no choice.
  node->attributes =
      (attributes & ~(kDirectory | kReparsePoint)) | (node->attributes & kReparsePoint);
  report(VolumeChange::Kind::attributes, full_path(path));
  return {};
}

FileResult<void> Volume::set_times(std::string_view path, const Times& times) {
  if (auto ready = begin_change(path); !ready) return ready;
  if (const auto found = stat(path); !found) return tl::make_unexpected(found.error());
  FileNode* const node = edit_node(state_, *split_path(path));
  node->created = times.created.value_or(node->created);
  node->modified = times.modified.value_or(node->modified);
  node->accessed = times.accessed.value_or(node->accessed);
  report(VolumeChange::Kind::attributes, full_path(path));
  return {};
}

FileResult<void> Volume::set_mounted(std::string_view path, std::string volume_name) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto found = stat(path);
  if (!found) return tl::make_unexpected(found.error());
  const auto names = split_path(path);
  if (!found->directory || names->empty()) return tl::make_unexpected(FileError::directory);
  const FileNode* const there = find_node(state_, *names);
  if (!there->children.empty()) return tl::make_unexpected(FileError::dir_not_empty);
  if (volume_name.empty() && there->mounted.empty()) {
    return tl::make_unexpected(FileError::not_a_reparse_point);
  }
  FileNode* const node = edit_node(state_, *names);
  node->attributes =
      volume_name.empty() ? node->attributes & ~kReparsePoint : node->attributes | kReparsePoint;
  node->mounted = std::move(volume_name);
  report(VolumeChange::Kind::attributes, full_path(path));
  return {};
}

}  // namespace vsslab
