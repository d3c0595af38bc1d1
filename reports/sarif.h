// SARIF 2.1.0, for code scanning pages: one run, a result for each finding that speaks.
#pragma once

#include <string>
#include <string_view>

#include "reports/listener.h"

namespace vsslab::reports {

void write_sarif(const RunResult& run, const Sink& sink);

// A path as a URI reference: what a URI cannot hold is percent-encoded, an absolute path becomes
// file://.
std::string path_uri(std::string_view path);

}  // namespace vsslab::reports
