#include "volume/volume.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/limits.h"
#include "volume/path.h"
#include "volume/pieces.h"

namespace vsslab {

namespace {

FileInfo info_of(const FileNode& node, std::string path) {
  return {std::move(path), node.name,     node.directory, node.attributes,
          node.created,    node.modified, node.accessed,  node.size};
}

}  // namespace

std::string_view describe(FileError error) {
  switch (error) {
    case FileError::file_not_found:
      return "the file does not exist";
    case FileError::path_not_found:
      return "the directory does not exist";
    case FileError::access_denied:
      return "access is denied";
    case FileError::write_protect:
      return "the volume is read-only";
    case FileError::not_a_reparse_point:
      return "the folder is no mounted folder";
    case FileError::not_ready:
      return "writes to the volume are held";
    case FileError::file_exists:
      return "the file exists already";
    case FileError::disk_full:
      return "the volume is full";
    case FileError::invalid_name:
      return "the name is not allowed";
    case FileError::dir_not_empty:
      return "the directory is not empty";
    case FileError::already_exists:
      return "the name exists already";
    case FileError::file_too_large:
      return "the file is too large (limit file_read_bytes_max)";
    case FileError::directory:
      return "a file and a directory were taken for one another";
  }
  return "unknown error";
}

Volume::Volume(Options options, Scheduler* scheduler)
    : options_(std::move(options)),
      guid_path_("\\\\?\\Volume{" + options_.guid.to_string() + "}\\"),
      scheduler_(scheduler),
      blocks_(options_.size) {
  state_.root = std::make_shared<FileNode>();
  state_.root->directory = true;
  state_.free = std::make_shared<FreeMap>(options_.size / kBlockBytes);
}

Volume::Volume(Options options, std::string device, FileSystemState state,
               std::shared_ptr<const BlockSource> blocks, Scheduler* scheduler)
    : options_(std::move(options)),
      guid_path_(device + "\\"),
      device_(std::move(device)),
      scheduler_(scheduler),
      blocks_(options_.size, std::move(blocks)),
      layered_(true),
      state_(std::move(state)) {}

Volume::Volume(Options options, std::string device, Scheduler* scheduler)
    : Volume(std::move(options), scheduler) {
  device_ = std::move(device);
  guid_path_ = device_ + "\\";
}

FileResult<std::shared_ptr<Volume>> Volume::copy_now(const std::string&) {
  return tl::make_unexpected(FileError::access_denied);
}

void Volume::take_offline() {
  read_only_ = true;
  state_.root = std::make_shared<FileNode>();
  state_.root->directory = true;
  state_.free = std::make_shared<FreeMap>(0);
}

// ---- reading ------------------------------------------------------------------------------------

FileResult<FileInfo> Volume::stat(std::string_view path) const {
  const auto names = split_path(path);
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  const FileNode* const node = find_node(state_, *names);
  if (node != nullptr) return info_of(*node, joined(*names));
  if (names->empty()) return tl::make_unexpected(FileError::path_not_found);
  const FileNode* const parent = find_node(state_, {names->begin(), names->end() - 1});
  return tl::make_unexpected(parent != nullptr && parent->directory ? FileError::file_not_found
                                                                    : FileError::path_not_found);
}

namespace {

struct Search {
  std::string_view pattern;
  bool recursive = false;
  std::vector<FileInfo> found;

  // Depth is limited by kPathDepthMax, which every path that made a node has passed.
  void visit(const FileNode& directory, const std::string& path) {
    for (const auto& [key, child] : directory.children) {
      const std::string child_path = path.empty() ? child->name : path + "\\" + child->name;
      if (!child->directory && matches_wildcard(pattern, child->name)) {
        found.push_back(info_of(*child, child_path));
      }
      if (recursive && child->directory) visit(*child, child_path);
    }
  }
};

}  // namespace

FileResult<const FileNode*> Volume::find_directory(const std::optional<PathNames>& names) const {
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  const FileNode* const node = find_node(state_, *names);
  if (node == nullptr) return tl::make_unexpected(FileError::path_not_found);
  if (!node->directory) return tl::make_unexpected(FileError::directory);
  return node;
}

FileResult<std::vector<FileInfo>> Volume::list(std::string_view directory) const {
  const auto names = split_path(directory);
  const auto node = find_directory(names);
  if (!node) return tl::make_unexpected(node.error());
  const std::string path = names->empty() ? "" : joined(*names) + "\\";
  std::vector<FileInfo> all;
  for (const auto& [key, child] : (*node)->children) {
    all.push_back(info_of(*child, path + child->name));
  }
  return all;
}

FileResult<std::vector<FileInfo>> Volume::find(std::string_view directory, std::string_view pattern,
                                               bool recursive) const {
  const auto names = split_path(directory);
  const auto node = find_directory(names);
  if (!node) return tl::make_unexpected(node.error());
  Search search{pattern, recursive, {}};
  search.visit(**node, joined(*names));
  return std::move(search.found);
}

std::optional<Volume::Mounted> Volume::first_mounted(const PathNames& names) const {
  const FileNode* node = state_.root.get();
  for (std::size_t depth = 0; node != nullptr; ++depth) {
    if (!node->mounted.empty()) return Mounted{depth, node->mounted};
    if (depth == names.size()) break;
    const auto child = node->children.find(fold_case(names[depth]));
    node = child == node->children.end() ? nullptr : child->second.get();
  }
  return std::nullopt;
}

FileResult<std::size_t> Volume::read_at(std::string_view path, std::uint64_t offset,
                                        std::span<std::byte> out) const {
  const auto names = split_path(path);
  if (!names) return tl::make_unexpected(FileError::invalid_name);
  const FileNode* const node = find_node(state_, *names);
  if (node == nullptr) return tl::make_unexpected(FileError::file_not_found);
  if (node->directory) return tl::make_unexpected(FileError::access_denied);
  if (offset >= node->size) return 0;
  const auto bytes = std::min<std::uint64_t>(out.size(), node->size - offset);
  for_each_piece(*node, offset, bytes, [&](std::uint64_t at, std::uint64_t done, std::uint64_t n) {
    blocks_.read(at, out.subspan(done, n));
  });
  return bytes;
}

FileResult<std::string> Volume::read_file(std::string_view path) const {
  const auto info = stat(path);
  if (!info) return tl::make_unexpected(info.error());
  if (info->size > limits::kFileReadBytesMax) {
    return tl::make_unexpected(FileError::file_too_large);
  }
  std::string content(info->size, '\0');
  const auto read = read_at(path, 0, std::as_writable_bytes(std::span(content)));
  if (!read) return tl::make_unexpected(read.error());
  return content;
}

// ---- changing -----------------------------------------------------------------------------------

std::string Volume::full_path(std::string_view path) const {
  const auto names = split_path(path);
  const std::string relative = names ? joined(*names) : std::string(path);
  return (device_.empty() ? options_.root : device_ + "\\") + relative;
}

void Volume::report(VolumeChange::Kind kind, std::string path, std::uint64_t offset,
                    std::uint64_t length) const {
  if (!observer_) return;
  const TaskId task = scheduler_ != nullptr ? scheduler_->current() : 0;
  observer_({kind, this, *current_task_context(), task, std::move(path), offset, length});
}

// What every change does first: it may wait here, so look nothing up before.
FileResult<void> Volume::begin_change(std::string_view path) {
  if (read_only_) return tl::make_unexpected(FileError::write_protect);
  if (!held_) return {};
  report(VolumeChange::Kind::blocked, full_path(path));
  if (scheduler_ == nullptr || scheduler_->current() == 0) {
    return tl::make_unexpected(FileError::not_ready);
  }
  while (held_) scheduler_->wait(held_writers_);
  return {};
}

// ---- flush and hold -----------------------------------------------------------------------------

void Volume::flush() { report(VolumeChange::Kind::flush, ""); }

void Volume::hold_writes() {
  held_ = true;
  report(VolumeChange::Kind::hold, "");
}

void Volume::release_writes() {
  held_ = false;
  report(VolumeChange::Kind::release, "");
  if (scheduler_ != nullptr) scheduler_->notify_all(held_writers_);
}

}  // namespace vsslab
