// A whole backup by the documented sequence. Internal to requester/.
#pragma once

#include "plan/plan.h"
#include "requester/requester.h"

namespace vsslab::requester {

// The backup was made. `selection`: null for everything.
bool run_backup(const plan::BackupPlan& plan, const plan::BetestSelection* selection,
                RequesterObserver& observer);

}  // namespace vsslab::requester
