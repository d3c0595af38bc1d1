// The services of the lab machine, as its service control manager knows them. No party runs as one;
// they are there to be stopped and started, and keep files open while they run.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/time.h"

namespace vsslab {

struct LabService {
  std::string name;
  std::string display_name;
  bool running = true;
  bool stoppable = true;  // else it accepts no stop
  bool startable = true;  // else starting it fails
  bool automatic = true;  // runs again after a restart of the machine
  Duration stop_time{0};  // how long stopping takes
  Duration start_time{0};
};

// By folded name.
using LabServices = std::map<std::string, LabService, std::less<>>;

}  // namespace vsslab
