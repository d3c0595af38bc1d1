// A ScenarioResult as bytes, for the pipe between a lane and its parent. Not a file format: both
// ends are the same program. Reading trusts nothing, because a lane runs foreign code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "run/result.h"

namespace vsslab {

// The journal itself is not part of it; `journal_text` carries what the parent should know of it.
std::string pack_result(const ScenarioResult& result, std::string_view journal_text);

struct PackedResult {
  ScenarioResult result;
  std::string journal_text;
};
std::optional<PackedResult> unpack_result(std::string_view bytes);

}  // namespace vsslab
