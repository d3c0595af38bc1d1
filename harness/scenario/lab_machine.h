// A lab machine in a file: what a scenario says about volumes, writers, providers and the wire,
// below the root element Machine, without requesters and expectations. The tools run on it.
#pragma once

#include <string>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::scenario {

// What the tools run on when nothing else is said.
inline constexpr std::string_view kStandardMachine =
    "<Machine format=\"1\" machine=\"server2022\"/>";

// `file` is where the bytes came from; paths inside are seen from its folder.
Result<plan::ScenarioPlan> parse_lab_machine(std::string bytes, const std::string& file);

}  // namespace vsslab::scenario
