// A whole backup by the documented sequence. Internal to requester/.
#pragma once

#include "plan/plan.h"
#include "requester/requester.h"

namespace vsslab::requester {

// The process's exit code: 0 when the backup was made.
int run_backup(const plan::RequesterPlan& plan, RequesterObserver& observer);

}  // namespace vsslab::requester
