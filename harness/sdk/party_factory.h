// The composition root's list of parties: which mocks there are.
#pragma once

#include "run/parties.h"

namespace vsslab::sdk {

const Parties& party_factory();

// Does every preset, defect, rule and event that the scenario names exist? The error points at its
// line: a name that is wrong would otherwise be an expectation that nothing can disappoint.
Result<void> check_classes(const plan::ScenarioPlan& plan);

}  // namespace vsslab::sdk
