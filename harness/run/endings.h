// How the parties ended and whether the backups came about: what every run has to show, whichever
// rules are selected.
#pragma once

#include "plan/plan.h"
#include "run/result.h"

namespace vsslab {

// Fills in PartyResult::end from the journal: crashed, hung, or left while it was still needed.
void note_ends(ScenarioResult& result);

// Adds an expectation for each party that did not end well (unless a broken rule says it already)
// and for each line Party and Backup of the scenario. `expect` and `requesters` may be empty: a
// stored journal that is judged again has neither.
void compare_ends(const plan::Expectations& expect,
                  const std::vector<plan::RequesterPlan>& requesters, ScenarioResult& result);

}  // namespace vsslab
