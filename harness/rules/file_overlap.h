// Which file sets of a writer name the same file. Near-linear in the number of file sets: exact
// names meet in a hash table, and only sets with a wildcard or recursion are compared with others.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "metadata/writer_metadata.h"

namespace vsslab::rules {

struct FileOverlap {
  std::uint32_t component_a = 0, file_a = 0;  // indices into the document
  std::uint32_t component_b = 0, file_b = 0;
  bool same_component() const { return component_a == component_b; }
};

struct FileOverlaps {
  std::vector<FileOverlap> found;  // the first ones, file_overlaps_max at most of each kind
  bool complete = true;            // false: pattern_steps_max was reached
};

// Paths are compared with environment variables expanded, ignoring case and a trailing backslash. A
// single file below a recursive set of another directory is no overlap (Windows' System Writer has
// such); a set with a wildcard or recursion there is.
FileOverlaps find_file_overlaps(const metadata::WriterMetadata& document);

// Can one name match both patterns? '*' and '?' as Windows knows them; "*.*" is "*". ASCII case is
// ignored.
bool patterns_meet(std::string_view a, std::string_view b);

}  // namespace vsslab::rules
