#include "requester/file_sets.h"

#include <algorithm>

#include "requester/files.h"
#include "volume/path.h"

namespace vsslab::requester {

bool same_set(std::string_view path_a, std::string_view spec_a, bool recursive_a,
              std::string_view path_b, std::string_view spec_b, bool recursive_b) {
  return recursive_a == recursive_b && same_name(spec_a, spec_b) &&
         same_name(expand(path_a), expand(path_b));
}

std::optional<std::string> below(std::string_view path, std::string_view directory) {
  std::size_t cut = directory.size();
  if (path.size() < cut || !same_name(path.substr(0, cut), directory)) return std::nullopt;
  if (path.size() == cut) return std::string();
  if (!directory.ends_with('\\')) {
    if (path[cut] != '\\') return std::nullopt;
    ++cut;
  }
  return std::string(path.substr(cut));
}

bool names_file(std::string_view set_path, std::string_view filespec, bool recursive,
                std::string_view file) {
  const auto rest = below(file, set_path);
  if (!rest || rest->empty()) return false;
  if (!recursive && rest->find('\\') != std::string::npos) return false;
  return matches_wildcard(filespec, file_name(*rest));
}

Excludes::Excludes(const metadata::WriterMetadata& writer) {
  const auto add = [&](const metadata::ExcludeSet& set) {
    sets_.push_back({expand(set.path), set.filespec, set.recursive});
  };
  for (const metadata::ExcludeSet& set : writer.exclude_files) add(set);
  for (const metadata::ExcludeSet& set : writer.exclude_files_from_snapshot) add(set);
}

bool Excludes::has(std::string_view file) const {
  return std::any_of(sets_.begin(), sets_.end(), [&](const Set& set) {
    return names_file(set.path, set.filespec, set.recursive, file);
  });
}

}  // namespace vsslab::requester
