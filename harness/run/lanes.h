// The lanes of -j: each job runs in a forked process of its own, so that every scenario starts from
// the same state and code that exits, crashes or never returns takes only its own scenario down.
// Results are handed out in the order of the jobs, whatever the number of lanes.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "core/time.h"
#include "run/result.h"

namespace vsslab {

struct Lanes {
  std::size_t lanes = 1;
  std::size_t jobs = 0;
  bool in_process = false;  // no processes: job after job in the caller's, without patience

  // In the lane: does job `index` and returns its packed result (result_io.h).
  std::function<std::string(std::size_t index)> job;
  // In the lane, from a signal handler: whose code runs, and behind a line break the event that it
  // is in, if any. May be null.
  std::string_view (*where)() = nullptr;
  // In the parent: a result without findings for a job that gave none; the reason is added.
  std::function<ScenarioResult(std::size_t index)> blank;
  // The wall time after which a lane that has not finished is stopped.
  std::function<Duration(std::size_t index)> patience;

  std::function<void(std::size_t index)> started;
  // In order of the jobs. False: no further job is started and nothing more is handed out.
  std::function<bool(std::size_t index, ScenarioResult result)> finished;
  // True: stop everything (an interrupt).
  std::function<bool()> interrupted;
};

void run_lanes(const Lanes& lanes);

}  // namespace vsslab
