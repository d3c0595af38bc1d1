// --break-at: one scenario, played where the debugger is, up to an event of its journal.
#pragma once

#include <cstdint>

#include "core/error.h"
#include "run/run_all.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

class BreakFlag {
 public:
  void declare(CLI::App& app);
  // To a request with its jobs. One scenario under a debugger is played in this process even
  // without the flag, so that a crash is seen where it happens; no watchdog ends it.
  Result<void> apply(RunRequest& request) const;

 private:
  std::uint64_t at_ = 0;
};

}  // namespace vsslab::cli
