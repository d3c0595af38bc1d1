// VShadow, over IVssBackupComponents.
#pragma once

#include <string>
#include <vector>

#include "requester/tools/tool.h"

namespace vsslab::requester {

// 0 done, 1 a wrong command line, 2 a call that failed.
int run_vshadow(ToolHost& host, const std::vector<std::string>& arguments);
bool vshadow_only_reads(const std::vector<std::string>& arguments);

}  // namespace vsslab::requester
