// Where the files of a component go in a restore: the decision tables of
// setting-vss-restore-methods.md and setting-vss-restore-targets.md as one pure function. Internal
// to requester/.
#pragma once

#include <string_view>

#include "metadata/enums.h"

namespace vsslab::requester {

// What is known of a component's files (with all that comes along) after PreRestore.
struct PlaceFacts {
  bool any_present = false;         // a file to be restored is there
  bool present_replaceable = true;  // all that are there can be written over
  bool absent_creatable = true;     // all that are not there can be made
  bool full_mapping = false;        // every file has an alternate location
  bool alternate_present = false;   // a file is at an alternate location
  bool alternate_usable = true;     // all alternate places can be written over or made
};

struct Decision {
  enum class Where { original, alternate, at_reboot, by_writer, refused };
  Where where = Where::original;
  std::string_view why = {};  // refused
  friend bool operator==(const Decision&, const Decision&) = default;
};

// `target`: as it stands after PreRestore. DIRECTED says nothing of the files that no directed
// target names: they obey the method. For the stop methods the service is stopped already.
Decision decide(metadata::RestoreMethodType method, metadata::RestoreTarget target,
                const PlaceFacts& facts);

}  // namespace vsslab::requester
