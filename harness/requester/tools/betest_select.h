// What BETest's component file asks for at a restore. Internal to requester/tools/.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"
#include "requester/tools/tool.h"

namespace vsslab::requester {

// In the words of a restore of the backup in `folder`: a writer named without components is all of
// its components, and a component that was backed up as a part of another one is a subcomponent of
// that one. What the backup does not have stays as it was asked for; the restore says so.
std::vector<plan::ComponentRestore> restore_wishes(const plan::BetestSelection& selection,
                                                   const std::string& folder, ToolHost& host);

}  // namespace vsslab::requester
