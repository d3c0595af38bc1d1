// A whole restore by the documented sequence, for one backup or a chain of them. Internal to
// requester/.
#pragma once

#include "plan/plan.h"
#include "requester/requester.h"

namespace vsslab::requester {

// Everything that was selected came back.
bool run_restore(const plan::RestorePlan& plan, RequesterObserver& observer);

}  // namespace vsslab::requester
