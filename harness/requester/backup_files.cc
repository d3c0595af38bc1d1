#include "requester/backup_files.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "metadata/backup_need.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

// "C:\data\a" -> "files\C\data\a"
std::string stored_name(std::string_view folder, std::string_view path) {
  std::string name(folder);
  name += '\\';
  if (path.starts_with("\\\\?\\")) path.remove_prefix(4);
  while (path.starts_with('\\')) path.remove_prefix(1);
  for (const char c : path) {
    if (c != ':') name += c;
  }
  return name;
}

const metadata::FileSet* set_named(const metadata::ComponentTree& tree, std::size_t component,
                                   const metadata::DifferencedFile& file,
                                   const metadata::Component** owner) {
  for (const std::size_t part : tree.parts(component)) {
    const metadata::Component& candidate = tree.metadata().components[part];
    for (const metadata::FileSet& set : candidate.files) {
      if (same_set(set.path, set.filespec, set.recursive, file.path, file.filespec,
                   file.recursive)) {
        *owner = &candidate;
        return &set;
      }
    }
  }
  return nullptr;
}

// Where a file of the writer's lies for the backup: below the alternate path of the set that names
// it, else at its own place.
std::string place_of_file(const metadata::ComponentTree& tree, std::size_t component,
                          const std::string& path) {
  for (const std::size_t part : tree.parts(component)) {
    for (const metadata::FileSet& set : tree.metadata().components[part].files) {
      if (set.alternate_path.empty()) continue;
      const std::string home = expand(set.path);
      if (!names_file(home, set.filespec, set.recursive, path)) continue;
      return join(expand(set.alternate_path), below(path, home).value_or(""));
    }
  }
  return path;
}

}  // namespace

BackupFiles::BackupFiles(std::string folder, std::uint32_t type, std::uint64_t base_made,
                         SourceMap sources, Note note)
    : folder_(std::move(folder)),
      type_(type),
      base_made_(base_made),
      sources_(std::move(sources)),
      note_(std::move(note)) {
  catalogue_.backup_type = type;
}

std::set<std::size_t> BackupFiles::copy_writer(const Catalogue::Writer& identity,
                                               const metadata::WriterMetadata& writer,
                                               const std::vector<std::size_t>& components,
                                               const metadata::WriterComponents* said) {
  catalogue_.writers.push_back(identity);
  const metadata::ComponentTree tree(writer);
  const Excludes excludes(writer);
  std::set<std::size_t> failed;
  std::map<std::size_t, Work> works;
  const auto entry_of = [&](std::size_t c) {
    const metadata::Component& component = writer.components[c];
    return said != nullptr ? said->find(component.logical_path, component.name) : nullptr;
  };
  for (const std::size_t c : components) {
    works.emplace(
        c, Work{writer, tree, excludes, metadata::effective_type(type_, writer.backup_schema), {}});
  }
  // First what the writer said of single files, over all its components, then the file sets
  // (VSSR-INCR-002).
  for (const std::size_t c : components) {
    if (const auto* entry = entry_of(c)) {
      for (const auto& file : entry->differenced_files) {
        const metadata::Component* owner = &writer.components[c];
        take_differenced(works.at(c), *owner, file);
      }
    }
  }
  for (const std::size_t c : components) {
    if (const auto* entry = entry_of(c)) {
      for (const auto& file : entry->partial_files) {
        take_partial(works.at(c), writer.components[c], file);
      }
    }
  }
  for (const std::size_t c : components) {
    Work& work = works.at(c);
    for (const std::size_t part : tree.parts(c)) {
      const metadata::Component& component = writer.components[part];
      for (const metadata::FileSet& set : component.files) {
        if (metadata::backup_required(set, work.type)) take_set(work, component, set);
      }
    }
    if (work.failed) failed.insert(c);
  }
  return failed;
}

void BackupFiles::fail(Work& work, const metadata::Component& component, std::string why) {
  work.failed = true;
  note_(fmt::format("{}: {}", metadata::full_path(component), why));
}

void BackupFiles::fail(Work& work, const metadata::Component& component,
                       const FileFailure& failure) {
  if (first_error_ == 0) first_error_ = failure.error;
  fail(work, component, failure.text());
}

// From the shadow copy where the volume has one.
std::optional<std::string> BackupFiles::read_from(const std::string& path) const {
  return sources_.on_copy(path);
}

StoredFile BackupFiles::entry(const metadata::Component& component, const metadata::FileSet* set,
                              const FoundFile& file, const std::string& path) const {
  StoredFile stored;
  stored.kind = file.directory ? StoredFile::Kind::directory : StoredFile::Kind::file;
  stored.path = path;
  stored.size = file.size;
  stored.modified = file.modified;
  stored.writer = catalogue_.writers.size() - 1;
  stored.logical_path = component.logical_path;
  stored.component = component.name;
  if (set != nullptr) {
    stored.set_path = set->path;
    stored.set_spec = set->filespec;
    stored.set_recursive = set->recursive;
  }
  return stored;
}

void BackupFiles::take_file(Work& work, const metadata::Component& component,
                            const metadata::FileSet* set, const FoundFile& file,
                            const std::string& path, const std::string& source) {
  StoredFile stored = entry(component, set, file, path);
  const auto [known, fresh] = stored_.try_emplace(fold_case(path), stored_name("files", path));
  if (fresh) {
    if (const auto copied = copy_file(source, join(folder_, known->second)); !copied) {
      stored_.erase(known);
      fail(work, component, copied.error());
      return;
    }
    if (detail_) detail_(fmt::format("    {} ({} bytes) from {}", path, file.size, source));
  }
  stored.stored = stored_.at(fold_case(path));
  catalogue_.files.push_back(std::move(stored));
}

void BackupFiles::take_set(Work& work, const metadata::Component& component,
                           const metadata::FileSet& set) {
  const std::string home = expand(set.path);
  const std::string place = set.alternate_path.empty() ? home : expand(set.alternate_path);
  if (const std::string unknown = unknown_variable(place); !unknown.empty() && !find_file(place)) {
    fail(work, component,
         fmt::format("{}: this machine does not know {}",
                     set.alternate_path.empty() ? set.path : set.alternate_path, unknown));
    return;
  }
  const bool copy_only = metadata::snapshot_required(set, work.type);
  std::size_t matched = 0;
  Walk walk;
  walk.where = [&](const std::string& path) -> std::optional<std::string> {
    if (auto copy = read_from(path)) return copy;
    return copy_only ? std::nullopt : std::optional<std::string>(path);
  };
  walk.lost = [&](const std::string& path) {
    fail(work, component, fmt::format("{} lies on a volume that has no copy", path));
  };
  walk.visit = [&](const FoundFile& file) {
    const std::string path = join(home, below(file.path, place).value_or(""));
    if (!file.directory) ++matched;
    if (work.excludes.has(path) || work.taken.count(fold_case(path)) != 0) return;
    if (file.directory) {
      catalogue_.files.push_back(entry(component, &set, file, path));
    } else {
      take_file(work, component, &set, file, path, walk.where(file.path).value_or(file.path));
    }
  };
  walk.run(place, set.filespec, set.recursive);
  // A named file has to be there, a pattern may match nothing (VSSR-COPY-006).
  if (matched == 0 && !has_wildcard(set.filespec) && !work.excludes.has(join(home, set.filespec))) {
    fail(work, component, fmt::format("{} is not there", join(place, set.filespec)));
  }
}

// The writer's own time decides alone; without one, when the base backup was made (VSSR-INCR-003).
void BackupFiles::take_differenced(Work& work, const metadata::Component& component,
                                   const metadata::DifferencedFile& file) {
  const metadata::Component* owner = &component;
  const std::size_t index = static_cast<std::size_t>(&component - work.writer.components.data());
  const metadata::FileSet* const set = set_named(work.tree, index, file, &owner);
  const std::string home = expand(file.path);
  const std::string place =
      set == nullptr || set->alternate_path.empty() ? home : expand(set->alternate_path);
  const std::uint64_t since = file.last_modify_time != 0 ? file.last_modify_time : base_made_;
  Walk walk;
  walk.where = [&](const std::string& path) { return read_from(path); };
  walk.lost = [&](const std::string& path) {
    fail(work, component, fmt::format("{} lies on a volume that has no copy", path));
  };
  walk.visit = [&](const FoundFile& found) {
    if (found.directory) return;
    const std::string path = join(home, below(found.path, place).value_or(""));
    if (work.excludes.has(path) || !work.taken.insert(fold_case(path)).second) return;
    if (found.modified < since) return;
    take_file(work, *owner, set, found, path, read_from(found.path).value_or(found.path));
  };
  walk.run(place, file.filespec, file.recursive);
}

void BackupFiles::take_partial(Work& work, const metadata::Component& component,
                               const metadata::PartialFile& file) {
  const std::string path = join(expand(file.path), file.filename);
  if (work.taken.count(fold_case(path)) != 0) {
    // Both differenced and partial: the writer's mistake; the first counts (VSSR-INCR-004).
    note_(fmt::format("{}: {} is both differenced and partial", metadata::full_path(component),
                      path));
    return;
  }
  work.taken.insert(fold_case(path));
  const std::size_t index = static_cast<std::size_t>(&component - work.writer.components.data());
  const auto source = read_from(place_of_file(work.tree, index, path));
  const auto found = source ? find_file(*source) : std::nullopt;
  if (!found || found->directory) {
    fail(work, component, fmt::format("the partial file {} is not on the copy", path));
    return;
  }
  std::optional<std::vector<Range>> ranges = parse_ranges(file.ranges);
  std::string ranges_file;
  if (!ranges) {
    ranges_file = expand(file.ranges.starts_with("File=") ? file.ranges.substr(5) : file.ranges);
    const auto from = read_from(ranges_file);
    const auto bytes =
        from ? read_file(*from)
             : Done<std::string>(tl::make_unexpected(FileFailure{"no copy of " + ranges_file, 3}));
    ranges = bytes ? parse_ranges_file(*bytes) : std::nullopt;
    if (!ranges) {
      fail(work, component,
           fmt::format("'{}' are no ranges of {}, nor the name of a ranges file", file.ranges,
                       path));
      return;
    }
    work.taken.insert(fold_case(ranges_file));
    const auto info = find_file(*from);
    take_file(work, component, nullptr, *info, ranges_file, *from);
  }
  StoredFile stored = entry(component, nullptr, *found, path);
  stored.kind = StoredFile::Kind::partial;
  stored.stored = stored_name("partial", path);
  stored.ranges_file = ranges_file;
  for (const Range& range : *ranges) {
    stored.ranges +=
        fmt::format("{}{}:{}", stored.ranges.empty() ? "" : ",", range.offset, range.length);
  }
  const std::string target = join(folder_, stored.stored);
  if (const auto fresh = write_file(target, {}); !fresh) {
    fail(work, component, fresh.error());
    return;
  }
  if (const auto copied = copy_ranges(*source, *ranges, target, {}, true); !copied) {
    fail(work, component, copied.error());
    return;
  }
  if (detail_) detail_(fmt::format("    {}, ranges {}", path, stored.ranges));
  catalogue_.files.push_back(std::move(stored));
}

}  // namespace vsslab::requester
