// Identity of components, the algebra of logical paths, and the documented rules of what a backup
// includes (rules VSSR-COMP-004..007, VSSM-COMP-006; where the documents contradict each other the
// stances X15, X16 and X17).
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/guid.h"
#include "metadata/writer_metadata.h"

namespace vsslab::metadata {

// Within one writer. The pair is unique, the name alone is not (X15). Compared as written: the
// documents name no case folding for it.
struct ComponentKey {
  std::string logical_path;
  std::string name;
  friend auto operator<=>(const ComponentKey&, const ComponentKey&) = default;
};

// Over all writers (VSSM-COMP-015). A Guid compares by value, so spelling does not matter.
struct ComponentId {
  Guid writer_id;
  ComponentKey key;
  friend auto operator<=>(const ComponentId&, const ComponentId&) = default;
};

ComponentKey key_of(const Component& component);

// "writerData\Usage": the logical path that a component's direct children have.
std::string full_path(std::string_view logical_path, std::string_view name);
std::string full_path(const Component& component);

// The reverse: everything before the last backslash, and the rest.
ComponentKey split_path(std::string_view full_path);

// True when `below` lies under `above` in the hierarchy of logical paths, at any depth.
bool is_ancestor(const ComponentKey& above, const ComponentKey& below);

// The components of one writer as a forest. Refers to the metadata, which must outlive it. Building
// costs O(components x depth). Of two components with the same key the first counts.
class ComponentTree {
 public:
  explicit ComponentTree(const WriterMetadata& metadata);

  std::optional<std::size_t> index_of(const ComponentKey& key) const;

  // Components above `index`, nearest first. Path elements without a component are skipped (X17).
  std::vector<std::size_t> ancestors(std::size_t index) const;
  std::optional<std::size_t> nearest_selectable_ancestor(std::size_t index) const;
  // Components below `index` at any depth, in document order.
  std::vector<std::size_t> descendants(std::size_t index) const;
  // The component and what comes along with it: all below when it is selectable (X16), in document
  // order after it.
  std::vector<std::size_t> parts(std::size_t index) const;

  const WriterMetadata& metadata() const { return *metadata_; }

 private:
  const WriterMetadata* metadata_;
  std::map<std::string, std::size_t, std::less<>> by_path_;
  std::vector<std::optional<std::size_t>> parent_;  // the nearest component above
  std::vector<std::vector<std::size_t>> children_;  // those whose nearest component it is
};

// The part a component plays in the selection for backup
// (working-with-selectability-for-backup.md).
enum class SelectionRole {
  required,      // not selectable, no selectable ancestor: added whenever the writer is backed up
  optional,      // selectable, no selectable ancestor: added or left out
  subcomponent,  // not selectable, below a selectable one: only implied, never added
  optional_subset,  // selectable, below a selectable one: implied with it, or added alone
};
SelectionRole selection_role(const ComponentTree& tree, std::size_t index);

struct RefusedComponent {
  enum class Why {
    unknown,         // no component of the document has this key (VSSR-COMP-009)
    duplicate,       // requested before (VSSR-COMP-008)
    subcomponent,    // non-selectable with a selectable ancestor (VSSR-COMP-005)
    already_implied  // selectable, but a selectable ancestor is taken too (VSSR-COMP-006)
  };
  ComponentKey key;
  Why why;
  std::optional<ComponentKey> ancestor;  // the component that implies it, where there is one
};

// What a request comes to. Indices into WriterMetadata::components, each list in document order.
struct Selection {
  std::vector<std::size_t> requested;     // asked for and allowed: add explicitly
  std::vector<std::size_t> required;      // not asked for, must be added explicitly (VSSR-COMP-004)
  std::vector<std::size_t> implied;       // come along, must not be added
  std::vector<RefusedComponent> refused;  // in the order of the request

  std::vector<std::size_t> explicit_components() const;  // requested and required, document order
};

// When nothing of the request is allowed, nothing is required either: the writer is not backed up.
Selection resolve_selection(const WriterMetadata& metadata,
                            std::span<const ComponentKey> requested);

// The whole writer: every component without a selectable ancestor, as a full backup adds them.
Selection select_everything(const WriterMetadata& metadata);

// ---- volumes ----

// Windows environment variables by name; names ignore case.
struct LessIgnoringCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Environment = std::map<std::string, std::string, LessIgnoringCase>;

// SystemRoot, windir, SystemDrive, ProgramData, ALLUSERSPROFILE, ProgramFiles, ProgramFiles(x86),
// CommonProgramFiles, Public as a standard installation on C: has them.
Environment standard_environment(std::string_view system_drive = "C:");

// Every %NAME% replaced; nothing when a name is not in the map. A lone % stays. At most 32 rounds
// of nesting are followed (env_nesting_max).
std::optional<std::string> expand_environment(std::string_view path,
                                              const Environment& environment);

// The volume (or share) that an expanded Windows path starts with: "C:\", "\\?\Volume{guid}\" (in
// lower-case hexadecimal), "\\server\share\". Nothing for a relative path, a path without a drive,
// or a wrong name. Mounted folders are the volume module's business.
std::optional<std::string> volume_root(std::string_view expanded_path);

struct Volumes {
  std::vector<std::string> roots;       // in order of first use, each once
  std::vector<std::string> unresolved;  // paths with unknown variables or without a volume
};

// Where a backup must read: a file set with an alternate path is read there (VSSM-FILE-012).
Volumes volumes_of(const Component& component, const Environment& environment);

// The same for a component and all that it implies.
Volumes volumes_of_set(const ComponentTree& tree, std::size_t index,
                       const Environment& environment);

}  // namespace vsslab::metadata
