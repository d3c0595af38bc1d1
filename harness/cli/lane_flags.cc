#include "cli/lane_flags.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/time.h"

namespace vsslab::cli {

namespace {

constexpr std::size_t kLanesMax = 1024;  // lanes_max

}  // namespace

void LaneFlags::declare(CLI::App& app) {
  app.add_option("-j,--jobs", lanes_, "lanes at the same time; default: the processors");
  app.add_option("--watchdog", watchdog_, "wall time after which a scenario counts as stuck");
}

Result<void> LaneFlags::apply(RunRequest& request) const {
  const auto patience = parse_duration(watchdog_);
  if (!patience || *patience == Duration(0)) {
    return fail(Error{fmt::format("--watchdog '{}' is no duration", watchdog_),
                      {},
                      0,
                      {},
                      "write a number and a unit, such as 60s"});
  }
  if (lanes_ && (*lanes_ == 0 || *lanes_ > kLanesMax)) {
    return fail(
        Error{fmt::format("--jobs {}: there are 1 to {} lanes (lanes_max)", *lanes_, kLanesMax),
              {},
              0,
              {},
              "without the flag there is one for each processor"});
  }
  request.lanes = lanes_.value_or(std::max(1U, std::thread::hardware_concurrency()));
  request.patience = *patience;
  return {};
}

}  // namespace vsslab::cli
