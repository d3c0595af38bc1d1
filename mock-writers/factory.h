// The mock writers by plan: what run/ starts as the processes of a lab.
#pragma once

#include <cstdint>
#include <functional>

#include "plan/plan.h"
#include "plan/words.h"

namespace vsslab::mock {

// A writer's main function; it returns the process's exit code.
using WriterMain = std::function<int()>;

// An error when the plan names a preset or a defect that does not exist, or a document that cannot
// be read. The plan is copied.
Result<WriterMain> make_writer_main(const plan::WriterPlan& plan, std::uint64_t seed);

}  // namespace vsslab::mock
