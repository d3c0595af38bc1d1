// Which volumes the writer under test lays its files on: the machine that it is tested on has them.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"
#include "run/parties.h"
#include "sdk/subject.h"

namespace vsslab::sdk {

// "F:\\" and so on, sorted: the drives in the documents that the subject answers Identify with, in
// a run of the suite's scenario 'gather-only' (below `scenarios_folder`). None when it gives no
// document; the run of the suite finds out why. An error when the scenario cannot be read.
Result<std::vector<std::string>> drives_of_writer(const Subject& subject, const Parties& parties,
                                                  const std::string& scenarios_folder,
                                                  Duration patience);

// Gives the plan the volumes that it lacks; they are empty.
void add_volumes(plan::ScenarioPlan& plan, const std::vector<std::string>& roots);

}  // namespace vsslab::sdk
