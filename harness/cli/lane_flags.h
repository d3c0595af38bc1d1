// --jobs, --watchdog: how many scenarios are played at the same time, and how long one may take.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/error.h"
#include "run/run_all.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

class LaneFlags {
 public:
  explicit LaneFlags(std::string watchdog) : watchdog_(std::move(watchdog)) {}
  void declare(CLI::App& app);
  // Sets lanes and patience.
  Result<void> apply(RunRequest& request) const;

 private:
  std::optional<std::size_t> lanes_;
  std::string watchdog_;
};

}  // namespace vsslab::cli
