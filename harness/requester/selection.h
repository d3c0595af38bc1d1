// Which components a full backup adds and which volumes it needs: a pure function over the writers'
// metadata, so that it can be held against what DiskShadow did on a real machine.
//
// The rules are those of metadata/component_path.h, and three more:
//  - When the set's volumes are given, a component with a file set on another volume is left out;
//    one that is not selectable and stands at the top takes its whole writer with it, as DiskShadow
//    does ("now entirely excluded from the backup because the top-level non selectable component …
//    is excluded").
//  - A component and the local targets of its dependencies go together or not at all
//    (VSSR-COMP-012).
//  - When no volumes are given, every volume that the components touch makes the set.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/guid.h"
#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"
#include "plan/plan.h"

namespace vsslab::requester {

struct SelectionRequest {
  const plan::BetestSelection* betest = nullptr;  // null or without writers: everything
  std::span<const std::string> volumes = {};      // the set; empty: what the components touch
  metadata::Environment environment = metadata::standard_environment();
  // One spelling for all names of a volume ("c:\", "\\?\Volume{…}\"). Without it only case and the
  // last backslash are ignored.
  std::function<std::string(std::string_view)> volume_identity = {};
};

// Indices into the writers handed in and their components.
struct ChosenComponent {
  std::size_t writer = 0;
  std::size_t component = 0;
  friend bool operator==(const ChosenComponent&, const ChosenComponent&) = default;
};

struct LeftOutComponent {
  enum class Why {
    volume,      // a file set of the component, or of one that it implies, lies on `volume`
    writer,      // the writer's top-level component, which is not selectable, was left out
    dependency,  // the target of a dependency was left out
  };
  std::size_t writer = 0;
  std::size_t component = 0;
  Why why = Why::volume;
  std::string volume;  // the one that is not in the set; a path when no volume can be read from it
};

struct RefusedRequest {  // what the BETest file asked for in vain
  Guid writer_id;
  std::string logical_path, name;  // name empty: the writer is not there
  std::string reason;              // "no such component"
};

struct BackupSelection {
  std::vector<ChosenComponent> components;  // to be added explicitly; by writer, document order
  std::vector<LeftOutComponent> left_out;
  std::vector<RefusedRequest> refused;
  std::vector<std::string> volumes;  // of the set, in order of first use (or as given)

  bool takes(std::size_t writer) const;  // any component of it
};

BackupSelection select_for_backup(std::span<const metadata::WriterMetadata* const> writers,
                                  const SelectionRequest& request);

}  // namespace vsslab::requester
