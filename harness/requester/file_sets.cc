#include "requester/file_sets.h"

#include <algorithm>

#include "requester/files.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

// The bits of VSS_BACKUP_SCHEMA and of VSS_FILE_SPEC_BACKUP_TYPE for a type.
constexpr std::uint32_t schema_bit(std::uint32_t type) {
  switch (type) {
    case kDifferential:
      return 0x1;
    case kIncremental:
      return 0x2;
    case kLog:
      return 0x8;
    case kCopy:
      return 0x10;
    default:
      return 0;
  }
}

constexpr std::uint32_t mask_bit(std::uint32_t type) {
  switch (type) {
    case kDifferential:
      return 0x2;
    case kIncremental:
      return 0x4;
    case kLog:
      return 0x8;
    default:
      return 0x1;
  }
}

}  // namespace

std::uint32_t effective_type(std::uint32_t asked, std::uint32_t schema) {
  const std::uint32_t bit = schema_bit(asked);
  return bit != 0 && (schema & bit) != 0 ? asked : kFull;
}

bool backup_required(const metadata::FileSet& set, std::uint32_t type) {
  if (type == kLog && set.kind != metadata::FileKind::database_log) return false;
  return (set.backup_type & mask_bit(type)) != 0;
}

bool snapshot_required(const metadata::FileSet& set, std::uint32_t type) {
  return (set.backup_type & mask_bit(type) << 8) != 0;
}

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

std::vector<std::size_t> parts_of(const metadata::ComponentTree& tree, std::size_t component) {
  std::vector<std::size_t> parts{component};
  if (tree.metadata().components[component].selectable) {
    const std::vector<std::size_t> below = tree.descendants(component);
    parts.insert(parts.end(), below.begin(), below.end());
  }
  return parts;
}

}  // namespace vsslab::requester
