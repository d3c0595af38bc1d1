#include "metadata/component_path.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/error.h"
#include "core/limits.h"

namespace vsslab::metadata {

// ---- logical paths ----

ComponentKey key_of(const Component& component) { return {component.logical_path, component.name}; }

std::string full_path(std::string_view logical_path, std::string_view name) {
  std::string path(logical_path);
  if (!path.empty()) path += '\\';
  return path.append(name);
}

std::string full_path(const Component& component) {
  return full_path(component.logical_path, component.name);
}

ComponentKey split_path(std::string_view full_path) {
  const std::size_t slash = full_path.rfind('\\');
  if (slash == std::string_view::npos) return {"", std::string(full_path)};
  return {std::string(full_path.substr(0, slash)), std::string(full_path.substr(slash + 1))};
}

bool is_ancestor(const ComponentKey& above, const ComponentKey& below) {
  const std::string prefix = full_path(above.logical_path, above.name);
  const std::string_view path = below.logical_path;
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '\\');
}

ComponentTree::ComponentTree(const WriterMetadata& metadata) : metadata_(&metadata) {
  const std::vector<Component>& components = metadata.components;
  for (std::size_t i = 0; i < components.size(); ++i) {
    by_path_.try_emplace(full_path(components[i]), i);
  }
  parent_.resize(components.size());
  children_.resize(components.size());
  for (std::size_t i = 0; i < components.size(); ++i) {
    std::string_view above = components[i].logical_path;
    while (!above.empty()) {
      const auto found = by_path_.find(above);
      if (found != by_path_.end()) {
        parent_[i] = found->second;
        children_[found->second].push_back(i);
        break;
      }
      const std::size_t slash = above.rfind('\\');
      above = slash == std::string_view::npos ? std::string_view() : above.substr(0, slash);
    }
  }
}

std::optional<std::size_t> ComponentTree::index_of(const ComponentKey& key) const {
  const auto found = by_path_.find(full_path(key.logical_path, key.name));
  if (found == by_path_.end()) return std::nullopt;
  // A backslash inside a name can make two keys one path; the key itself decides.
  if (key_of(metadata_->components[found->second]) == key) return found->second;
  for (std::size_t i = 0; i < metadata_->components.size(); ++i) {
    if (key_of(metadata_->components[i]) == key) return i;
  }
  return std::nullopt;
}

std::vector<std::size_t> ComponentTree::ancestors(std::size_t index) const {
  std::vector<std::size_t> out;
  // A parent's path is a true prefix of its child's logical path, so this ends.
  for (std::optional<std::size_t> at = parent_.at(index); at; at = parent_[*at]) out.push_back(*at);
  return out;
}

std::optional<std::size_t> ComponentTree::nearest_selectable_ancestor(std::size_t index) const {
  for (std::optional<std::size_t> at = parent_.at(index); at; at = parent_[*at]) {
    if (metadata_->components[*at].selectable) return at;
  }
  return std::nullopt;
}

std::vector<std::size_t> ComponentTree::descendants(std::size_t index) const {
  std::vector<std::size_t> out = children_.at(index);
  for (std::size_t next = 0; next < out.size(); ++next) {
    const std::vector<std::size_t>& below = children_[out[next]];
    out.insert(out.end(), below.begin(), below.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::size_t> ComponentTree::parts(std::size_t index) const {
  std::vector<std::size_t> all{index};
  if (!metadata_->components.at(index).selectable) return all;
  const std::vector<std::size_t> below = descendants(index);
  all.insert(all.end(), below.begin(), below.end());
  return all;
}

// ---- selection for backup ----

SelectionRole selection_role(const ComponentTree& tree, std::size_t index) {
  const bool selectable = tree.metadata().components.at(index).selectable;
  const bool below_selectable = tree.nearest_selectable_ancestor(index).has_value();
  if (below_selectable) {
    return selectable ? SelectionRole::optional_subset : SelectionRole::subcomponent;
  }
  return selectable ? SelectionRole::optional : SelectionRole::required;
}

std::vector<std::size_t> Selection::explicit_components() const {
  std::vector<std::size_t> out;
  std::merge(requested.begin(), requested.end(), required.begin(), required.end(),
             std::back_inserter(out));
  return out;
}

namespace {

// Selectable and taken, so everything below it comes along. A non-selectable component implies
// nothing, its children are added explicitly (X16).
std::optional<std::size_t> taken_selectable_ancestor(const ComponentTree& tree, std::size_t index,
                                                     const std::vector<bool>& taken) {
  for (const std::size_t above : tree.ancestors(index)) {
    if (taken[above] && tree.metadata().components[above].selectable) return above;
  }
  return std::nullopt;
}

// Marks what the request names in `asked`; refuses what is unknown, doubled or never added.
void sort_request(const ComponentTree& tree, std::span<const ComponentKey> requested,
                  std::vector<bool>& asked, std::vector<RefusedComponent>& refused) {
  using Why = RefusedComponent::Why;
  const std::vector<Component>& components = tree.metadata().components;
  for (const ComponentKey& key : requested) {
    const std::optional<std::size_t> index = tree.index_of(key);
    if (!index) {
      refused.push_back({key, Why::unknown, std::nullopt});
    } else if (asked[*index]) {
      refused.push_back({key, Why::duplicate, std::nullopt});
    } else if (selection_role(tree, *index) == SelectionRole::subcomponent) {
      refused.push_back(
          {key, Why::subcomponent, key_of(components[*tree.nearest_selectable_ancestor(*index)])});
    } else {
      asked[*index] = true;
    }
  }
}

}  // namespace

Selection resolve_selection(const WriterMetadata& metadata,
                            std::span<const ComponentKey> requested) {
  const ComponentTree tree(metadata);
  const std::vector<Component>& components = metadata.components;
  Selection selection;
  std::vector<bool> asked(components.size(), false);
  sort_request(tree, requested, asked, selection.refused);

  const std::vector<bool> everything_asked = asked;
  for (const ComponentKey& key : requested) {
    const std::optional<std::size_t> index = tree.index_of(key);
    if (!index || !asked[*index]) continue;
    if (const auto above = taken_selectable_ancestor(tree, *index, everything_asked)) {
      asked[*index] = false;
      selection.refused.push_back(
          {key, RefusedComponent::Why::already_implied, key_of(components[*above])});
    }
  }
  const bool any = std::find(asked.begin(), asked.end(), true) != asked.end();
  for (std::size_t i = 0; any && i < components.size(); ++i) {
    if (asked[i]) {
      selection.requested.push_back(i);
    } else if (selection_role(tree, i) == SelectionRole::required) {
      selection.required.push_back(i);
    } else if (taken_selectable_ancestor(tree, i, asked)) {
      selection.implied.push_back(i);
    }
  }
  return selection;
}

Selection select_everything(const WriterMetadata& metadata) {
  const ComponentTree tree(metadata);
  std::vector<ComponentKey> keys;
  for (std::size_t i = 0; i < metadata.components.size(); ++i) {
    if (tree.nearest_selectable_ancestor(i)) continue;
    const ComponentKey key = key_of(metadata.components[i]);
    if (tree.index_of(key) == i) keys.push_back(key);
  }
  return resolve_selection(metadata, keys);
}

// ---- volumes ----

namespace {

using ascii::is_letter;
using ascii::upper;

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// One round. False when a name is unknown.
bool expand_once(std::string_view path, const Environment& environment, std::string& out,
                 bool& replaced) {
  replaced = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::size_t end = path[i] == '%' ? path.find('%', i + 1) : std::string_view::npos;
    if (end == std::string_view::npos || end == i + 1) {
      out += path[i];
      continue;
    }
    const auto value = environment.find(path.substr(i + 1, end - i - 1));
    if (value == environment.end()) return false;
    out += value->second;
    replaced = true;
    i = end;
  }
  return true;
}

// "\\server\share\" of a path after its two backslashes.
std::optional<std::string> share_root(std::string_view after) {
  const std::size_t server_end = after.find('\\');
  if (server_end == 0 || server_end == std::string_view::npos) return std::nullopt;
  const std::string_view share = after.substr(server_end + 1);
  const std::string_view name = share.substr(0, share.find('\\'));
  if (name.empty()) return std::nullopt;
  return "\\\\" + std::string(after.substr(0, server_end)) + "\\" + std::string(name) + "\\";
}

// "Volume{8-4-4-4-12}" and a backslash or the end.
std::optional<std::string> guid_root(std::string_view device) {
  constexpr std::size_t kVolumeSize = 6, kNameSize = 6 + 38;
  if (!starts_with_ignoring_case(device, "Volume{") || device.size() < kNameSize) {
    return std::nullopt;
  }
  if (device.size() > kNameSize && device[kNameSize] != '\\') return std::nullopt;
  const auto guid = Guid::parse(device.substr(kVolumeSize, kNameSize - kVolumeSize));
  if (!guid) return std::nullopt;
  return "\\\\?\\Volume{" + guid->to_string() + "}\\";
}

void add_volume(Volumes& volumes, const std::string& path, const Environment& environment) {
  const std::optional<std::string> expanded = expand_environment(path, environment);
  // A path that names its drive outright has that volume, whatever variables come later.
  const std::optional<std::string> root = volume_root(expanded ? *expanded : path);
  std::vector<std::string>& list = root ? volumes.roots : volumes.unresolved;
  const std::string& entry = root ? *root : path;
  if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(entry);
}

void add_volumes(Volumes& volumes, const Component& component, const Environment& environment) {
  const std::string* last = nullptr;  // neighbours mostly share their path
  for (const FileSet& files : component.files) {
    const std::string& path = files.alternate_path.empty() ? files.path : files.alternate_path;
    if (last != nullptr && *last == path) continue;
    add_volume(volumes, path, environment);
    last = &path;
  }
}

}  // namespace

bool LessIgnoringCase::operator()(std::string_view a, std::string_view b) const {
  return ascii::less_ignoring_case(a, b);
}

Environment standard_environment(std::string_view system_drive) {
  const std::string drive(system_drive);
  return {{"SystemDrive", drive},
          {"SystemRoot", drive + "\\Windows"},
          {"windir", drive + "\\Windows"},
          {"ProgramData", drive + "\\ProgramData"},
          {"ALLUSERSPROFILE", drive + "\\ProgramData"},
          {"ProgramFiles", drive + "\\Program Files"},
          {"ProgramFiles(x86)", drive + "\\Program Files (x86)"},
          {"CommonProgramFiles", drive + "\\Program Files\\Common Files"},
          {"Public", drive + "\\Users\\Public"}};
}

std::optional<std::string> expand_environment(std::string_view path,
                                              const Environment& environment) {
  std::string text(path);
  if (path.find('%') == std::string_view::npos) return text;
  for (int round = 0; round <= limits::kEnvNestingMax; ++round) {
    std::string next;
    bool replaced = false;
    if (!expand_once(text, environment, next, replaced)) return std::nullopt;
    if (!replaced) return next;
    if (next.size() > limits::kExpandedPathBytesMax) return std::nullopt;
    text = std::move(next);
  }
  return std::nullopt;
}

std::optional<std::string> volume_root(std::string_view expanded_path) {
  std::string_view path = expanded_path;
  if (starts_with_ignoring_case(path, "\\\\?\\UNC\\")) return share_root(path.substr(8));
  if (path.starts_with("\\\\?\\") || path.starts_with("\\??\\") || path.starts_with("\\\\.\\")) {
    path.remove_prefix(4);
    if (auto root = guid_root(path)) return root;
  } else if (path.starts_with("\\\\")) {
    return share_root(path.substr(2));
  }
  if (path.size() < 2 || !is_letter(path[0]) || path[1] != ':') return std::nullopt;
  if (path.size() > 2 && path[2] != '\\' && path[2] != '/') return std::nullopt;  // "C:relative"
  return std::string{upper(path[0]), ':', '\\'};
}

Volumes volumes_of(const Component& component, const Environment& environment) {
  Volumes volumes;
  add_volumes(volumes, component, environment);
  return volumes;
}

Volumes volumes_of_set(const ComponentTree& tree, std::size_t index,
                       const Environment& environment) {
  Volumes volumes;
  for (const std::size_t part : tree.parts(index)) {
    add_volumes(volumes, tree.metadata().components[part], environment);
  }
  return volumes;
}

}  // namespace vsslab::metadata
