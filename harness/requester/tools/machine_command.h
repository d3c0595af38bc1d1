// The lab machine itself from the command line: `machine reboot`. No real program: what a hand at
// the machine does, after a restore whose files come at the restart.
#pragma once

#include <string>
#include <vector>

#include "requester/tools/tool.h"

namespace vsslab::requester {

// 0 done, 1 it could not be, 2 a wrong command line.
int run_machine(ToolHost& host, const std::vector<std::string>& arguments);
bool machine_only_reads(const std::vector<std::string>& arguments);

}  // namespace vsslab::requester
