// A volume as Windows programs see it: files and directories, their names without regard to case,
// on a sparse block device of any size. A shadow copy's content is a Volume too: the state of the
// moment over a block source that reads as of that moment.
//
// Paths are relative to the volume's root ("dir\\file"); VolumeSet takes full paths. Everything
// happens on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/guid.h"
#include "core/scheduler.h"
#include "core/time.h"
#include "volume/block_store.h"
#include "volume/file_tree.h"

namespace vsslab {

// Windows' own numbers, so that they can be handed on as they are.
enum class FileError : std::uint32_t {
  file_not_found = 2,
  path_not_found = 3,
  access_denied = 5,
  write_protect = 19,
  not_a_reparse_point = 4390,
  not_ready = 21,  // writes are held, and the caller is not in a task that could wait
  file_exists = 80,
  disk_full = 112,
  invalid_name = 123,
  dir_not_empty = 145,
  already_exists = 183,
  file_too_large = 223,
  directory = 267,  // a file was expected, or the other way round
};
std::string_view describe(FileError error);

template <class T>
using FileResult = tl::expected<T, FileError>;

struct FileInfo {
  std::string path;  // relative to the root, as created: "dir\\file"
  std::string name;
  bool directory = false;
  std::uint32_t attributes = 0;
  Time created{0}, modified{0}, accessed{0};
  std::uint64_t size = 0;
};

class Volume;

// Something happened to a volume.
struct VolumeChange {
  enum class Kind { create, write, remove, rename, attributes, flush, hold, release, blocked };
  Kind kind = Kind::write;  // blocked: a write that waits because writes are held
  const Volume* volume = nullptr;
  TaskContext who;
  TaskId task = 0;
  std::string path;  // full: "C:\\dir\\file"; empty for flush, hold, release
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
using VolumeObserver = std::function<void(const VolumeChange&)>;

class Volume {
 public:
  struct Options {
    std::string root = "C:\\";  // with the backslash; empty for a shadow copy
    Guid guid{};
    std::string file_system = "NTFS";
    std::uint64_t size = 1ULL << 40;  // bytes
    bool removable = false;
    std::string label{};
  };

  explicit Volume(Options options, Scheduler* scheduler = nullptr);
  // The content as of a moment: `state` over `blocks`. Its paths begin with `device`
  // ("\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1").
  Volume(Options options, std::string device, FileSystemState state,
         std::shared_ptr<const BlockSource> blocks, Scheduler* scheduler);
  virtual ~Volume() = default;
  Volume(const Volume&) = delete;
  Volume& operator=(const Volume&) = delete;

  // ---- identity ----
  const Options& options() const { return options_; }
  const std::string& root() const { return options_.root; }
  // "\\\\?\\Volume{…}\\"
  const std::string& guid_path() const { return guid_path_; }
  const std::string& device() const { return device_; }
  std::uint64_t free_bytes() const { return state_.free->free_blocks() * kBlockBytes; }
  bool read_only() const { return read_only_; }
  void set_read_only(bool read_only) { read_only_ = read_only; }

  // The device is gone: no files, no room, no writes, from now on.
  virtual void take_offline();

  // ---- files ----
  virtual FileResult<FileInfo> stat(std::string_view path) const;
  // Files and directories, in the order of the folded names, as NTFS lists them.
  virtual FileResult<std::vector<FileInfo>> list(std::string_view directory) const;
  // Files of `directory` that match, of the directories below it too when `recursive`.
  virtual FileResult<std::vector<FileInfo>> find(std::string_view directory,
                                                 std::string_view pattern, bool recursive) const;
  // Number of bytes read: less than asked for at the end of the file.
  virtual FileResult<std::size_t> read_at(std::string_view path, std::uint64_t offset,
                                          std::span<std::byte> out) const;
  virtual FileResult<std::string> read_file(std::string_view path) const;

  virtual FileResult<void> create_directory(std::string_view path);
  // With those above it; no error if it exists.
  virtual FileResult<void> create_directories(std::string_view path);
  // An empty file. `replace`: an existing one is emptied.
  virtual FileResult<void> create_file(std::string_view path, bool replace);
  // The file with this content, made with its directories where needed.
  virtual FileResult<void> write_file(std::string_view path, std::string_view content);
  virtual FileResult<void> append(std::string_view path, std::string_view bytes);
  virtual FileResult<void> write_at(std::string_view path, std::uint64_t offset,
                                    std::string_view bytes);
  // Appends up to `most` bytes of another volume's file, from `from` on, without copying them: the
  // two share the pages until one is written. `saw` gets the bytes. Number of bytes: 0 at the end.
  // Nothing at all when it takes a copy: the files lie elsewhere, or not on the bounds of pages.
  using Saw = std::function<void(std::string_view)>;
  std::optional<FileResult<std::size_t>> share(std::string_view path, const Volume& source,
                                               std::string_view source_path, std::uint64_t from,
                                               std::uint64_t most, const Saw& saw);
  virtual FileResult<void> resize(std::string_view path, std::uint64_t size);
  virtual FileResult<void> remove(std::string_view path);  // a file
  virtual FileResult<void> remove_directory(std::string_view path);
  virtual FileResult<void> rename(std::string_view from, std::string_view to, bool replace);
  virtual FileResult<void> set_attributes(std::string_view path, std::uint32_t attributes);
  struct Times {
    std::optional<Time> created, modified, accessed;
  };
  virtual FileResult<void> set_times(std::string_view path, const Times& times);
  // The first mounted folder on the way along the parts of a path: how many of them lead to it, and
  // the name of what it leads to.
  struct Mounted {
    std::size_t depth = 0;
    std::string target;
  };
  virtual std::optional<Mounted> first_mounted(const PathNames& names) const;
  // An empty directory becomes a mounted folder (its attributes show a reparse point), or with ""
  // a plain one again.
  virtual FileResult<void> set_mounted(std::string_view path, std::string volume_name);

  // ---- flush and hold ----
  virtual void flush();
  // Writers wait from now on, those in a task in their task, until release_writes().
  virtual void hold_writes();
  virtual void release_writes();
  bool writes_held() const { return held_; }

  // ---- for providers ----
  // Of a volume whose files lie outside: the content of this moment, copied, as this device.
  // Others are copied by what follows.
  virtual bool lies_outside() const { return false; }
  virtual FileResult<std::shared_ptr<Volume>> copy_now(const std::string& device);
  BlockStore& blocks() { return blocks_; }
  const BlockStore& blocks() const { return blocks_; }
  // The directory tree of this moment, at no cost.
  FileSystemState state() const { return state_; }
  const FileSystemState& tree() const { return state_; }
  // Directories and free blocks as they were; the provider has put the blocks back before.
  void restore_state(FileSystemState state) { state_ = std::move(state); }

  void set_observer(VolumeObserver observer) { observer_ = std::move(observer); }

 protected:
  // A device without blocks of ours.
  Volume(Options options, std::string device, Scheduler* scheduler);
  Scheduler* scheduler() const { return scheduler_; }
  // May the caller change something now? Waits while writes are held.
  FileResult<void> begin_change(std::string_view path);
  void report(VolumeChange::Kind kind, std::string path, std::uint64_t offset = 0,
              std::uint64_t length = 0) const;
  std::string full_path(std::string_view path) const;

 private:
  FileResult<const FileNode*> find_directory(const std::optional<PathNames>& names) const;
  Time now() const { return scheduler_ != nullptr ? scheduler_->now() : Time(0); }
  FileResult<FileNode*> edit_file(std::string_view path);
  FileResult<FileNode*> add_node(const PathNames& names, bool directory);
  FileResult<void> reserve(FileNode& file, std::uint64_t bytes);
  void release_tail(FileNode& file, std::uint64_t keep_blocks);
  void fill_zeros(const FileNode& file, std::uint64_t from, std::uint64_t to);

  Options options_;
  std::string guid_path_;
  std::string device_;
  Scheduler* scheduler_;
  BlockStore blocks_;
  bool layered_ = false;
  FileSystemState state_;
  bool read_only_ = false;
  bool held_ = false;
  WaitQueue held_writers_;
  VolumeObserver observer_;
};

}  // namespace vsslab
