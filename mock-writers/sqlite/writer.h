// The VSS writer of the application: Freeze lets the transaction under way end and holds the next
// ones, Thaw lets them go on; a restore finds the files closed, and what came back is looked
// through before the application works with it.
#pragma once

#include <cstdint>

#include "plan/plan.h"

namespace vsslab::mock::sqlite {

// The application's main function, with its writer unless the plan leaves it out. Gives the
// process's exit code.
int run_sqlite_writer(const plan::WriterPlan& plan, std::uint64_t seed);

}  // namespace vsslab::mock::sqlite
