#include "run/kept_files.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "volume/path.h"

namespace vsslab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 4 << 20;

Error no_room(const fs::path& path, std::string_view why) {
  return Error{fmt::format("'{}' cannot be written: {}", path.string(), why), {}, 0, {}, {}};
}

// A name of the lab's has neither slashes nor control characters, and is no "..": it is one name of
// the host's.
Result<void> copy_out(const Volume& volume, const FileInfo& info, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  std::ofstream file(to, std::ios::binary | std::ios::trunc);
  if (error || !file) return fail(no_room(to, error ? error.message() : "no file can be made"));
  std::vector<std::byte> piece(kPieceBytes);
  for (std::uint64_t done = 0; done < info.size;) {
    const auto read = volume.read_at(info.path, done, piece);
    if (!read || *read == 0) return fail(no_room(to, "the file of the lab cannot be read"));
    file.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(*read));
    done += *read;
  }
  file.close();
  return file ? Result<void>() : fail(no_room(to, "the disk may be full"));
}

Result<void> copy_tree(const Volume& volume, const std::string& path, const fs::path& to) {
  const auto entries = volume.list(path);
  if (!entries) return {};
  std::error_code error;
  fs::create_directories(to, error);
  if (error) return fail(no_room(to, error.message()));
  for (const FileInfo& entry : *entries) {
    auto copied = entry.directory ? copy_tree(volume, entry.path, to / entry.name)
                                  : copy_out(volume, entry, to / entry.name);
    if (!copied) return copied;
  }
  return {};
}

}  // namespace

Result<void> keep_folder(const VolumeSet& volumes, const std::string& path,
                         const std::string& folder) {
  const auto at = volumes.resolve(path);
  if (!at || at->volume == nullptr) return {};
  const std::string& root = at->volume->root();
  const bool letter = root.size() == 3 && root[1] == ':';
  fs::path to =
      fs::path(folder) / (letter ? root.substr(0, 1) : at->volume->options().guid.to_string());
  const auto names = split_path(at->path);
  if (!names) return {};
  for (const std::string& name : *names) to /= name;
  return copy_tree(*at->volume, at->path, to);
}

Result<void> keep_backup_folders(const VolumeSet& volumes, const plan::ScenarioPlan& plan,
                                 const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);  // an earlier run's would pass for this one's
  std::set<std::string> seen;
  for (const plan::RequesterPlan& requester : plan.requesters) {
    for (const plan::Operation& operation : requester.operations) {
      const auto* const backup = std::get_if<plan::BackupPlan>(&operation);
      if (backup == nullptr || backup->to.empty()) continue;
      if (!seen.insert(fold_case(backup->to)).second) continue;
      if (auto kept = keep_folder(volumes, backup->to, folder); !kept) return kept;
    }
  }
  return {};
}

}  // namespace vsslab
