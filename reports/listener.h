// What a report is: something that hears of each scenario when it is done, and of the whole at the
// end. Listeners see results only; they never reach back into the engine.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "run/result.h"

namespace vsslab::reports {

// Takes pieces of a report, in order.
using Sink = std::function<void(std::string_view)>;

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void run_started(std::size_t scenarios) {}
  virtual void scenario_finished(const ScenarioResult& result) {}
  virtual void run_finished(const RunResult& run) {}
};

}  // namespace vsslab::reports
