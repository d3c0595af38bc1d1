// Compares what happened with what the scenario expects.
#pragma once

#include <vector>

#include "plan/plan.h"
#include "run/result.h"

namespace vsslab {

// Marks expected failures, turns expected failures that did not come into unexpected passes, and
// adds one ExpectationResult for each Expect line that is no rule. Lines about rules that are not
// among `rules` are passed over.
void compare_with_expectations(const plan::Expectations& expect,
                               const std::vector<const Rule*>& rules, ScenarioResult& result);

// The lines about databases; the function above calls it.
void compare_databases(const plan::Expectations& expect, ScenarioResult& result);

}  // namespace vsslab
