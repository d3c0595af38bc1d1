// The composition root's list of parties: which mocks there are.
#pragma once

#include "run/parties.h"

namespace vsslab::cli {

const Parties& party_factory();

// Does every preset and defect that the scenario names exist? The error points at its line.
Result<void> check_classes(const plan::ScenarioPlan& plan);

}  // namespace vsslab::cli
