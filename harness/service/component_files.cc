#include "service/component_files.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "metadata/normal_path.h"
#include "volume/path.h"

namespace vsslab {

namespace {

constexpr std::size_t kEntriesMax = 4096;  // component_entries_max: of directories, in one count
constexpr std::size_t kNamedMax = 64;      // changed_files_named_max
constexpr std::uint32_t kReparsePoint = 0x400;
constexpr std::uint32_t kFullRequired = 0x1;  // VSS_FSBT_FULL_BACKUP_REQUIRED

std::string expanded(std::string_view path) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  const auto text = metadata::expand_environment(path, kEnvironment);
  return metadata::normal_path(text ? std::string_view(*text) : path);
}

std::string joined(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "\\" + std::string(name);
}

// Does a set of this place name the file that stands at `rest` below it?
bool names(std::string_view filespec, bool recursive, std::string_view rest) {
  const std::size_t slash = rest.rfind('\\');
  if (slash == std::string_view::npos) return matches_wildcard(filespec, rest);
  return recursive && matches_wildcard(filespec, rest.substr(slash + 1));
}

class Count {
 public:
  Count(const VolumeSet& volumes, const CopyOf& copy_of, const metadata::WriterMetadata& writer)
      : volumes_(volumes), copy_of_(copy_of) {
    excludes_.reserve(writer.exclude_files.size() + writer.exclude_files_from_snapshot.size());
    for (const auto* sets : {&writer.exclude_files, &writer.exclude_files_from_snapshot}) {
      for (const metadata::ExcludeSet& set : *sets) {
        excludes_.push_back({fold_case(expanded(set.path)), &set});
      }
    }
  }

  struct Wanted {
    std::string_view path, alternate_path, filespec;
    bool recursive = false;
    std::optional<Time> since = std::nullopt;  // those alone that were changed then or later
  };

  // False when the limit was reached.
  bool take(const Wanted& wanted) {
    const bool spit = !wanted.alternate_path.empty();
    const std::string place = expanded(spit ? wanted.alternate_path : wanted.path);
    const auto at = volumes_.resolve(place + "\\");
    const Volume* const copy = at && at->volume != nullptr ? copy_of_(*at->volume) : nullptr;
    if (copy == nullptr) return true;
    std::string directory = at->path;
    while (directory.ends_with('\\')) directory.pop_back();
    std::string home = excludes_.empty() ? std::string() : fold_case(expanded(wanted.path));
    return walk({wanted, *copy, std::move(home)}, directory, "");
  }
  // Those that several sets name are one.
  std::size_t files() {
    std::sort(files_.begin(), files_.end());
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    return files_.size();
  }
  // As they are written, of those that were taken by their time.
  std::vector<std::string> changed() {
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    return std::move(changed_);
  }
  std::size_t changed_so_far() const { return changed_.size(); }

 private:
  struct Walk {
    const Wanted& wanted;
    const Volume& copy;
    std::string home;  // folded; only where there are excludes
  };
  struct Exclude {
    std::string path;  // folded
    const metadata::ExcludeSet* set;
  };

  bool walk(const Walk& at, const std::string& directory, const std::string& below) {
    const auto entries = at.copy.list(directory);
    if (!entries) return true;
    for (const FileInfo& entry : *entries) {
      if (++seen_ > kEntriesMax) return false;
      const std::string rest = joined(below, entry.name);
      if (entry.directory) {
        const bool elsewhere = (entry.attributes & kReparsePoint) != 0;
        if (!at.wanted.recursive || elsewhere) continue;
        if (!walk(at, joined(directory, entry.name), rest)) return false;
      } else if (matches_wildcard(at.wanted.filespec, entry.name) && !excluded(at.home, rest)) {
        take_file(at, joined(directory, entry.name), entry.modified);
      }
    }
    return true;
  }

  void take_file(const Walk& at, const std::string& path, Time modified) {
    if (!at.wanted.since) {
      files_.emplace_back(&at.copy, fold_case(path));
    } else if (modified >= *at.wanted.since) {
      changed_.push_back(at.copy.device() + "\\" + path);
    }
  }

  // By the default path, also of a file that lies at an alternate one.
  bool excluded(const std::string& home, std::string_view rest) const {
    if (excludes_.empty()) return false;
    const std::string file = home + "\\" + fold_case(rest);
    for (const Exclude& exclude : excludes_) {
      const std::string& path = exclude.path;
      if (!file.starts_with(path) || file.size() <= path.size() || file[path.size()] != '\\') {
        continue;
      }
      const std::string_view below = std::string_view(file).substr(path.size() + 1);
      if (names(exclude.set->filespec, exclude.set->recursive, below)) return true;
    }
    return false;
  }

  const VolumeSet& volumes_;
  const CopyOf& copy_of_;
  std::vector<Exclude> excludes_;
  std::vector<std::pair<const Volume*, std::string>> files_;  // on which copy, folded
  std::vector<std::string> changed_;
  std::size_t seen_ = 0;
};

// An entry that repeats a file set is read where that set is.
std::string_view alternate_of(const metadata::ComponentTree& tree,
                              const std::vector<std::size_t>& parts,
                              const metadata::DifferencedFile& entry) {
  for (const std::size_t part : parts) {
    for (const metadata::FileSet& set : tree.metadata().components[part].files) {
      if (fold_case(set.path) == fold_case(entry.path) &&
          fold_case(set.filespec) == fold_case(entry.filespec) &&
          set.recursive == entry.recursive) {
        return set.alternate_path;
      }
    }
  }
  return {};
}

}  // namespace

std::optional<std::size_t> files_on_copies(const VolumeSet& volumes, const CopyOf& copy_of,
                                           const metadata::ComponentTree& tree,
                                           std::size_t component) {
  const auto& components = tree.metadata().components;
  Count count(volumes, copy_of, tree.metadata());
  for (const std::size_t part : tree.parts(component)) {
    for (const metadata::FileSet& set : components[part].files) {
      if ((set.backup_type & kFullRequired) == 0) continue;
      if (!count.take({set.path, set.alternate_path, set.filespec, set.recursive})) {
        return std::nullopt;
      }
    }
  }
  return count.files();
}

std::optional<std::vector<std::string>> changed_on_copies(
    const VolumeSet& volumes, const CopyOf& copy_of, const metadata::ComponentTree& tree,
    std::size_t component, const std::vector<metadata::DifferencedFile>& entries,
    std::uint64_t start) {
  Count count(volumes, copy_of, tree.metadata());
  const std::vector<std::size_t> parts = tree.parts(component);
  for (const metadata::DifferencedFile& entry : entries) {
    if (entry.last_modify_time == 0) continue;
    const auto ticks = static_cast<std::int64_t>(entry.last_modify_time - start);
    constexpr std::int64_t kTicksMax = INT64_MAX / 100;
    const Time since{std::clamp(ticks, -kTicksMax, kTicksMax) * 100};
    if (!count.take({entry.path, alternate_of(tree, parts, entry), entry.filespec, entry.recursive,
                     since})) {
      return std::nullopt;
    }
    if (count.changed_so_far() > kNamedMax) return std::nullopt;
  }
  return count.changed();
}

}  // namespace vsslab
