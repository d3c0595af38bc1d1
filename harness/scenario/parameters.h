// Parameters of a scenario: declared with a default, written ${name} inside attribute values, set
// by whoever runs it. Internal to scenario/; throws Refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/read.h"

namespace vsslab::scenario {

// The document's text with every ${name} replaced, or nothing when it declares no parameters.
// Settings that name no parameter, values that a parameter does not allow, and parameters that are
// used nowhere are refused.
std::optional<std::string> with_parameters(const Source& source,
                                           const std::vector<plan::Setting>& settings);

}  // namespace vsslab::scenario
