// File sets as the pages define them: which a backup of a type takes, which files they name, which
// are left out. Pure but for environment variables. Internal to requester/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"

namespace vsslab::requester {

// Names of one file set: path, file specification and recursion, as documents compare them.
bool same_set(std::string_view path_a, std::string_view spec_a, bool recursive_a,
              std::string_view path_b, std::string_view spec_b, bool recursive_b);

// "sub\\a.txt" for a path below `directory`; nothing for others. Both expanded.
std::optional<std::string> below(std::string_view path, std::string_view directory);
// Whether a file (its whole expanded path) belongs to the set.
bool names_file(std::string_view set_path, std::string_view filespec, bool recursive,
                std::string_view file);

// Exclude lists, to be asked for many files.
class Excludes {
 public:
  explicit Excludes(const metadata::WriterMetadata& writer);
  bool has(std::string_view file) const;

 private:
  struct Set {
    std::string path, filespec;
    bool recursive;
  };
  std::vector<Set> sets_;
};

}  // namespace vsslab::requester
