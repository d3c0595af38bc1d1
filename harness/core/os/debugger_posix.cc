#include "core/os/debugger.h"

#include <csignal>
#include <fstream>
#include <string>

namespace vsslab::os {

bool debugger_present() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view kKey = "TracerPid:";
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(kKey)) continue;
    return line.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

void break_into_debugger() { raise(SIGTRAP); }

}  // namespace vsslab::os
