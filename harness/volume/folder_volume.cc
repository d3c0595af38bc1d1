#include "volume/folder_volume.h"

#include <algorithm>
#include <fstream>

#include "core/limits.h"
#include "core/os/clone.h"
#include "volume/path.h"

namespace vsslab {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kDirectory = 0x10;  // FILE_ATTRIBUTE_DIRECTORY
constexpr std::uint32_t kArchive = 0x20;    // FILE_ATTRIBUTE_ARCHIVE

FileError error_of(const std::error_code& error) {
  if (error == std::errc::no_such_file_or_directory) return FileError::file_not_found;
  if (error == std::errc::not_a_directory) return FileError::path_not_found;
  if (error == std::errc::file_exists) return FileError::already_exists;
  if (error == std::errc::no_space_on_device) return FileError::disk_full;
  if (error == std::errc::directory_not_empty) return FileError::dir_not_empty;
  if (error == std::errc::is_a_directory) return FileError::directory;
  return FileError::access_denied;
}

auto failed(FileError error) { return tl::make_unexpected(error); }

// Links lead out of the folder: a program sees neither them nor what is no file.
bool visible(const fs::path& path, bool& directory) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  directory = fs::is_directory(status);
  return directory || fs::is_regular_file(status);
}

std::string joined(std::string_view directory, const std::string& name) {
  return directory.empty() ? name : std::string(directory) + "\\" + name;
}

FileResult<FileInfo> info_of(const fs::path& host, std::string path, bool directory) {
  std::error_code error;
  FileInfo info;
  info.name = host.filename().string();
  info.path = std::move(path);
  info.directory = directory;
  info.attributes = directory ? kDirectory : kArchive;
  if (!directory) info.size = fs::file_size(host, error);
  if (error) return failed(error_of(error));
  return info;
}

// What changes while it is copied is copied as it is then; what vanishes is left out, as from a
// copy that was taken a moment later.
// `trouble` gets the host's word about what cannot be copied.
FileResult<void> copy_tree(const fs::path& from, const fs::path& to, std::size_t& left,
                           std::string& trouble) {
  const auto refuse = [&trouble](const fs::path& path, const std::error_code& why) {
    trouble = path.string() + ": " + why.message();
    return failed(error_of(why));
  };
  std::error_code error;
  fs::create_directory(to, error);
  if (error) return refuse(to, error);
  for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    if (left-- == 0) {
      trouble = from.string() + ": the folder has more than " +
                std::to_string(limits::kFolderEntriesMax) + " entries (folder_entries_max)";
      return failed(FileError::file_too_large);
    }
    bool directory = false;
    if (!visible(at->path(), directory)) continue;
    const fs::path target = to / at->path().filename();
    if (directory) {
      const auto copied = copy_tree(at->path(), target, left, trouble);
      if (!copied && copied.error() != FileError::file_not_found) return copied;
      continue;
    }
    const std::error_code copied = os::clone_file(at->path().string(), target.string());
    if (copied && copied != std::errc::no_such_file_or_directory) return refuse(target, copied);
  }
  if (error) return refuse(from, error);
  return {};
}

}  // namespace

Result<std::unique_ptr<Volume>> FolderVolume::make(Options options, const std::string& folder,
                                                   Scheduler* scheduler) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error || !fs::is_directory(real, error)) {
    return fail("'" + folder + "' is no folder");
  }
  return std::unique_ptr<Volume>(new FolderVolume(std::move(options), real, scheduler));
}

FolderVolume::FolderVolume(Options options, fs::path folder, Scheduler* scheduler)
    : Volume(std::move(options), scheduler), folder_(std::move(folder)) {}

FolderVolume::FolderVolume(Options options, std::string device, fs::path folder,
                           Scheduler* scheduler)
    : Volume(std::move(options), std::move(device), scheduler),
      folder_(std::move(folder)),
      own_(true) {}

FolderVolume::~FolderVolume() { FolderVolume::take_offline(); }

void FolderVolume::take_offline() {
  Volume::take_offline();
  std::error_code ignored;
  if (own_) fs::remove_all(folder_, ignored);
  if (own_) fs::remove(folder_.parent_path(), ignored);  // when it was the last
  folder_.clear();
}

FileResult<fs::path> FolderVolume::host_path(std::string_view path) const {
  const auto names = split_path(path);
  if (!names) return failed(FileError::invalid_name);
  if (folder_.empty()) return failed(FileError::path_not_found);
  fs::path host = folder_;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string& name = (*names)[i];
    const bool last = i + 1 == names->size();
    bool directory = false;
    fs::path next = host / name;
    if (!visible(next, directory)) {
      // As written there is none: the names differ in case, if at all.
      next.clear();
      std::error_code error;
      for (const auto& entry : fs::directory_iterator(host, error)) {
        if (!same_name(entry.path().filename().string(), name)) continue;
        if (visible(entry.path(), directory)) next = entry.path();
      }
      if (next.empty()) return failed(last ? FileError::file_not_found : FileError::path_not_found);
    }
    if (!last && !directory) return failed(FileError::path_not_found);
    host = std::move(next);
  }
  return host;
}

// Of something that is not there yet, in a directory that is.
FileResult<fs::path> FolderVolume::new_path(std::string_view path) const {
  const auto names = split_path(path);
  if (!names || names->empty()) return failed(FileError::invalid_name);
  const std::size_t end = path.find_last_of('\\');
  const auto parent =
      host_path(end == std::string_view::npos ? std::string_view() : path.substr(0, end));
  if (!parent) return failed(FileError::path_not_found);
  return *parent / names->back();
}

FileResult<FileInfo> FolderVolume::stat(std::string_view path) const {
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  bool directory = false;
  if (!visible(*host, directory)) return failed(FileError::file_not_found);
  return info_of(*host, std::string(path), directory);
}

FileResult<std::vector<FileInfo>> FolderVolume::list(std::string_view directory) const {
  const auto host = host_path(directory);
  if (!host) return failed(host.error());
  std::vector<FileInfo> all;
  std::error_code error;
  for (fs::directory_iterator at(*host, error), end; !error && at != end; at.increment(error)) {
    bool is_directory = false;
    if (!visible(at->path(), is_directory)) continue;
    const std::string name = at->path().filename().string();
    if (auto info = info_of(at->path(), joined(directory, name), is_directory)) {
      all.push_back(std::move(*info));
    }
  }
  if (error) return failed(error_of(error));
  std::sort(all.begin(), all.end(), [](const FileInfo& a, const FileInfo& b) {
    return fold_case(a.name) < fold_case(b.name);
  });
  return all;
}

FileResult<void> FolderVolume::add_found(std::string_view directory, std::string_view pattern,
                                         bool recursive, std::vector<FileInfo>& found) const {
  const auto all = list(directory);
  if (!all) return failed(all.error());
  for (const FileInfo& info : *all) {
    if (!info.directory && matches_wildcard(pattern, info.name)) found.push_back(info);
    if (info.directory && recursive) static_cast<void>(add_found(info.path, pattern, true, found));
  }
  return {};
}

FileResult<std::vector<FileInfo>> FolderVolume::find(std::string_view directory,
                                                     std::string_view pattern,
                                                     bool recursive) const {
  std::vector<FileInfo> found;
  if (auto good = add_found(directory, pattern, recursive, found); !good) {
    return failed(good.error());
  }
  return found;
}

FileResult<std::size_t> FolderVolume::read_at(std::string_view path, std::uint64_t offset,
                                              std::span<std::byte> out) const {
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  std::ifstream file(*host, std::ios::binary);
  if (!file) return failed(FileError::access_denied);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  return static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0));
}

FileResult<std::string> FolderVolume::read_file(std::string_view path) const {
  const auto info = stat(path);
  if (!info) return failed(info.error());
  if (info->directory) return failed(FileError::directory);
  if (info->size > limits::kFileReadBytesMax) return failed(FileError::file_too_large);
  std::string content(info->size, '\0');
  const auto read = read_at(path, 0, std::as_writable_bytes(std::span(content)));
  if (!read) return failed(read.error());
  content.resize(*read);
  return content;
}

// ---- changing -----------------------------------------------------------------------------------

FileResult<void> FolderVolume::create_directory(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  if (host_path(path)) return failed(FileError::already_exists);
  const auto host = new_path(path);
  if (!host) return failed(host.error());
  std::error_code error;
  fs::create_directory(*host, error);
  if (error) return failed(error_of(error));
  report(VolumeChange::Kind::create, full_path(path));
  return {};
}

FileResult<void> FolderVolume::create_directories(std::string_view path) {
  const auto names = split_path(path);
  if (!names) return failed(FileError::invalid_name);
  std::string above;
  for (const std::string& name : *names) {
    above = joined(above, name);
    const auto made = create_directory(above);
    if (!made && made.error() != FileError::already_exists) return made;
  }
  return {};
}

FileResult<void> FolderVolume::create_file(std::string_view path, bool replace) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto there = host_path(path);
  if (there && fs::is_directory(*there)) return failed(FileError::access_denied);
  if (there && !replace) return failed(FileError::file_exists);
  const auto host = there ? there : new_path(path);
  if (!host) return failed(host.error());
  if (!std::ofstream(*host, std::ios::binary | std::ios::trunc)) {
    return failed(FileError::access_denied);
  }
  report(VolumeChange::Kind::create, full_path(path));
  return {};
}

FileResult<void> FolderVolume::write_file(std::string_view path, std::string_view content) {
  const std::size_t end = path.find_last_of('\\');
  if (end != std::string_view::npos) {
    if (auto made = create_directories(path.substr(0, end)); !made) return made;
  }
  if (auto made = create_file(path, true); !made) return made;
  return write_at(path, 0, content);
}

FileResult<void> FolderVolume::append(std::string_view path, std::string_view bytes) {
  const auto info = stat(path);
  if (!info) return failed(info.error());
  return write_at(path, info->size, bytes);
}

FileResult<void> FolderVolume::write_at(std::string_view path, std::uint64_t offset,
                                        std::string_view bytes) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  std::fstream file(*host, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.flush();
  if (!file) return failed(FileError::disk_full);
  report(VolumeChange::Kind::write, full_path(path), offset, bytes.size());
  return {};
}

FileResult<void> FolderVolume::resize(std::string_view path, std::uint64_t size) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  std::error_code error;
  fs::resize_file(*host, size, error);
  if (error) return failed(error_of(error));
  report(VolumeChange::Kind::write, full_path(path), size, 0);
  return {};
}

FileResult<void> FolderVolume::remove(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  std::error_code error;
  if (fs::is_directory(*host, error)) return failed(FileError::access_denied);
  fs::remove(*host, error);
  if (error) return failed(error_of(error));
  report(VolumeChange::Kind::remove, full_path(path));
  return {};
}

FileResult<void> FolderVolume::remove_directory(std::string_view path) {
  if (auto ready = begin_change(path); !ready) return ready;
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  std::error_code error;
  if (!fs::is_directory(*host, error)) return failed(FileError::directory);
  fs::remove(*host, error);
  if (error) return failed(error_of(error));
  report(VolumeChange::Kind::remove, full_path(path));
  return {};
}

FileResult<void> FolderVolume::rename(std::string_view from, std::string_view to, bool replace) {
  if (auto ready = begin_change(from); !ready) return ready;
  const auto host = host_path(from);
  if (!host) return failed(host.error());
  const auto there = host_path(to);
  if (there && !replace) return failed(FileError::already_exists);
  const auto target = there ? there : new_path(to);
  if (!target) return failed(target.error());
  std::error_code error;
  fs::rename(*host, *target, error);
  if (error) return failed(error_of(error));
  report(VolumeChange::Kind::rename, full_path(from));
  return {};
}

// The host's files have no such attributes, and their own times.
FileResult<void> FolderVolume::set_attributes(std::string_view path, std::uint32_t) {
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  return {};
}
FileResult<void> FolderVolume::set_times(std::string_view path, const Times&) {
  const auto host = host_path(path);
  if (!host) return failed(host.error());
  return {};
}

FileResult<std::shared_ptr<Volume>> FolderVolume::copy_now(const std::string& device) {
  if (folder_.empty()) return failed(FileError::path_not_found);
  fs::path copies = folder_;
  copies += ".shadow-copies";
  std::error_code error;
  fs::create_directory(copies, error);
  if (error) {
    trouble_ = copies.string() + ": " + error.message();
    return failed(error_of(error));
  }
  const fs::path target = copies / std::to_string(++copies_);
  std::size_t left = limits::kFolderEntriesMax;
  if (auto copied = copy_tree(folder_, target, left, trouble_); !copied) {
    fs::remove_all(target, error);
    fs::remove(copies, error);  // when there is no other
    return failed(copied.error());
  }
  Options options = this->options();
  options.root.clear();
  return std::shared_ptr<Volume>(new FolderVolume(std::move(options), device, target, scheduler()));
}

}  // namespace vsslab
