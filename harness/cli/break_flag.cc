#include "cli/break_flag.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/os/debugger.h"

namespace vsslab::cli {

void BreakFlag::declare(CLI::App& app) {
  app.add_option("--break-at", at_, "stop in the debugger at this event of the journal");
}

Result<void> BreakFlag::apply(RunRequest& request) const {
  const bool watched = os::debugger_present();
  const bool single = request.jobs.size() == 1 && !request.check_determinism;
  request.in_process = watched && single;
  if (at_ == 0) return {};
  if (!watched) {
    return fail(Error{"--break-at stops in a debugger, and none is attached",
                      {},
                      0,
                      {},
                      "gdb --args vsslab … --break-at N, then 'run'"});
  }
  if (!single) {
    return fail(Error{fmt::format("--break-at needs one scenario, and {} are selected",
                                  request.jobs.size() * (request.check_determinism ? 2 : 1)),
                      {},
                      0,
                      {},
                      "select one scenario and one seed"});
  }
  request.break_at = at_;
  return {};
}

}  // namespace vsslab::cli
