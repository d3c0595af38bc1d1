#include "rules/file_places.h"

#include <algorithm>

#include "metadata/normal_path.h"
#include "rules/file_overlap.h"
#include "rules/volumes.h"

namespace vsslab::rules {

namespace {

const metadata::Environment& environment() {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  return kEnvironment;
}

std::string plain(std::string_view path) {
  const auto expanded = metadata::expand_environment(path, environment());
  return lower(metadata::normal_path(expanded ? std::string_view(*expanded) : path));
}

// A backslash at the end stays: a root ends with one.
std::string spelled(std::string_view path) {
  std::string text = lower(metadata::normal_path(path));
  if (path.ends_with('\\') || path.ends_with('/')) text += '\\';
  return text;
}

// What FindFirstFile takes beyond two patterns that meet: "a??" also "a", "x.???" also "x.c" and
// "x",
// "*." every name without a period.
bool short_of(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('.')) {
    pattern.remove_suffix(1);
    return name.find('.') == std::string_view::npos && patterns_meet(pattern, name);
  }
  while (pattern.ends_with('?')) {
    pattern.remove_suffix(1);
    if (patterns_meet(pattern, name)) return true;
  }
  return pattern.ends_with('.') && patterns_meet(pattern.substr(0, pattern.size() - 1), name);
}

}  // namespace

std::optional<std::string> FilePlace::rest_of(std::string_view file) const {
  if (!file.starts_with(path) || file.size() <= path.size() + 1 || file[path.size()] != '\\') {
    return std::nullopt;
  }
  const std::string_view rest = file.substr(path.size() + 1);
  const std::size_t slash = rest.rfind('\\');
  if (slash != std::string_view::npos && !recursive) return std::nullopt;
  const std::string_view name = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
  if (!patterns_meet(filespec, name) && !short_of(filespec, name)) return std::nullopt;
  return std::string(rest);
}

FilePlace place_of(std::string_view path, std::string_view filespec, bool recursive) {
  return {plain(path), lower(filespec), recursive};
}

FilePlace home_of(const metadata::FileSet& set) {
  return place_of(set.path, set.filespec, set.recursive);
}

FilePlace read_place_of(const metadata::FileSet& set) {
  return place_of(set.alternate_path.empty() ? set.path : set.alternate_path, set.filespec,
                  set.recursive);
}

void PlaceIndex::add(const FilePlace& place, std::uint32_t id) {
  const bool pattern = place.filespec.find_first_of("*?") != std::string::npos;
  auto& entries = pattern ? patterns_[place.path] : exact_[Name(place.path, place.filespec)];
  entries.push_back({place, id});
  recursive_ = recursive_ || place.recursive;
}

std::vector<std::uint32_t> PlaceIndex::at(std::string_view file) const {
  std::vector<std::uint32_t> found;
  std::size_t slash = file.rfind('\\');
  if (slash == std::string_view::npos) return found;
  const std::string_view name = file.substr(slash + 1);
  const auto take = [&](const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      if (entry.place.rest_of(file)) found.push_back(entry.id);
    }
  };
  while (slash != std::string_view::npos && slash > 0) {
    const std::string_view directory = file.substr(0, slash);
    const auto exact = exact_.find(LessName::View(directory, name));
    if (exact != exact_.end()) take(exact->second);
    const auto patterns = patterns_.find(directory);
    if (patterns != patterns_.end()) take(patterns->second);
    if (!recursive_) break;
    slash = directory.rfind('\\');
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

FilePaths::FilePaths(const RunView& run) {
  const VolumeNames names(run);
  for (const auto& [folder, volume] : names.mounts()) mounts_.emplace(plain(folder), plain(volume));
  for (const Call* call : run.all(Ev::snapshot_created)) {
    const auto device = run.arg(*call, "device");
    const auto volume = run.arg(*call, "volume");
    if (!device || !volume) continue;
    const auto copy = volume_of_.emplace(plain(*device), plain(names.key(*volume))).first;
    copied_.insert(copy->second);
  }
}

bool FilePaths::on_copy(std::string_view path) const {
  return lower(path).find("\\device\\harddiskvolumeshadowcopy") != std::string::npos;
}

FilePlace FilePaths::real(FilePlace place) const {
  if (mounts_.empty()) return place;
  std::size_t end = place.path.size();
  while (end != std::string::npos && end > 0) {
    const auto mount = mounts_.find(std::string_view(place.path).substr(0, end));
    if (mount != mounts_.end()) {
      place.path = mount->second + place.path.substr(end);
      return place;
    }
    end = place.path.rfind('\\', end - 1);
  }
  return place;
}

bool FilePaths::has_copy(std::string_view path) const {
  const std::string text = spelled(path);
  for (std::size_t slash = text.find('\\'); slash != std::string::npos;
       slash = text.find('\\', slash + 1)) {
    if (copied_.contains(std::string_view(text).substr(0, slash))) return true;
  }
  return false;
}

std::string FilePaths::live(std::string_view path) const {
  std::string text = spelled(path);
  // A device's name ends at one of the path's backslashes.
  for (std::size_t slash = text.find('\\'); slash != std::string::npos;
       slash = text.find('\\', slash + 1)) {
    const auto device = volume_of_.find(std::string_view(text).substr(0, slash));
    if (device != volume_of_.end()) return device->second + text.substr(slash);
  }
  return text;
}

WriterFiles::WriterFiles(const metadata::WriterMetadata& from) : document(&from), tree(from) {
  std::uint32_t number = 0;
  for (const metadata::ExcludeSet& set : from.exclude_files) {
    excludes.add(place_of(set.path, set.filespec, set.recursive), number++);
  }
  if (!from.restore_method) return;
  for (const auto& mapping : from.restore_method->alternate_locations) {
    mappings[place_of(mapping.path, mapping.filespec, mapping.recursive)].push_back(&mapping);
  }
}

std::vector<const metadata::FileSet*> WriterFiles::sets_of(std::string_view path,
                                                           std::string_view name) const {
  std::vector<const metadata::FileSet*> sets;
  const auto top = tree.index_of({std::string(path), std::string(name)});
  if (!top) return sets;
  std::vector<std::size_t> all = tree.parts(*top);
  std::sort(all.begin(), all.end());
  for (const std::size_t index : all) {
    for (const metadata::FileSet& set : document->components[index].files) sets.push_back(&set);
  }
  return sets;
}

const WriterFiles* WriterFilesOf::operator()(const Participation& part) {
  const metadata::WriterMetadata* const document = document_of(run_, part);
  if (document == nullptr) return nullptr;
  return &files_.try_emplace(index_of(run_, part), *document).first->second;
}

}  // namespace vsslab::rules
