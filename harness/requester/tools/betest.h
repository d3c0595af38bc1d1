// BETest: the backups and restores of requester/, told by BETest's switches.
#pragma once

#include <string>
#include <vector>

#include "requester/tools/tool.h"

namespace vsslab::requester {

// 0 done, 1 a backup or restore that failed, 2 a wrong command line.
int run_betest(ToolHost& host, const std::vector<std::string>& arguments);
bool betest_only_reads(const std::vector<std::string>& arguments);

}  // namespace vsslab::requester
