// A party that is a program of its own: what to start, and what happens to it from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace vsslab::plan {

// What the system does to the program when the journal has an event for the nth time.
struct ProgramSignal {
  enum class Kind : std::uint8_t { kill, stop };
  Kind kind = Kind::kill;
  std::string event;  // its name
  std::string actor;  // whose; empty: anybody's
  std::string phase;  // "enter", "leave", "instant"; empty: the first
  std::uint32_t nth = 1;
  std::optional<Duration> resume_after;  // stop: then it goes on
  int line = 0;
};

struct ProgramPlan {
  std::string path;
  std::vector<std::string> arguments;
  std::vector<ProgramSignal> signals;
};

}  // namespace vsslab::plan
