// JUnit XML for CI pages: a suite for each scenario, a case for each rule and subject.
#pragma once

#include "reports/listener.h"

namespace vsslab::reports {

// The whole document, for the results at the end of a run.
void write_junit(const RunResult& run, const Sink& sink);

}  // namespace vsslab::reports
