// One spelling for each volume: journals name a volume by its root or by its GUID path.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "rules/view.h"

namespace vsslab::rules {

// "\\\\?\\volume{…}\\" in lower case; empty for an empty id.
std::string volume_path(std::string_view guid);

class VolumeNames {
 public:
  explicit VolumeNames(const RunView& run);  // from the lab's Volume events

  // Lower case, with the root in the place of a known GUID path.
  std::string key(std::string_view volume) const;
  bool knows(std::string_view volume) const;
  // The key of the volume that a path is on, mounted folders included; empty: not known.
  std::string of_path(std::string_view path) const;
  // Folders in which volumes are mounted, with the keys of those.
  const std::map<std::string, std::string, std::less<>>& mounts() const { return mounts_; }
  bool empty() const { return key_of_.empty(); }  // the journal has no machine

 private:
  std::map<std::string, std::string, std::less<>> key_of_;  // by every spelling
  std::map<std::string, std::string, std::less<>> mounts_;
};

}  // namespace vsslab::rules
