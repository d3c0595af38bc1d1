// What a reader keeps without knowing it: nothing is lost by it, but whoever wrote it meant
// something.
#pragma once

#include <cstddef>
#include <vector>

#include "core/error.h"

namespace vsslab::metadata {

inline constexpr std::size_t kUnknownPartsMax = 20;  // unknown_parts_max: that are worded

// Elements, attributes and words of enumerations, in the order of the document, each with its line
// and what was probably meant.
struct UnknownParts {
  std::vector<Error> shown;
  std::size_t more = 0;  // beyond unknown_parts_max
  // Only what is nearly a name that is known: for documents whose names are not all public.
  bool slips_only = false;

  std::size_t count() const { return shown.size() + more; }
};

}  // namespace vsslab::metadata
