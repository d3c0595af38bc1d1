// Time in the lab: nanoseconds since the lab was started. Clocks come from the scheduler.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vsslab {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::nanoseconds;  // since the lab's start

// "12.000 s": seconds with milliseconds, for people.
std::string seconds(Duration duration);

// "12.000000000": all nanoseconds, for the journal.
std::string exact_seconds(Duration duration);

// "20s", "5m", "250ms", "1h", "10us", "7ns": a whole number and a unit. Nothing else.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace vsslab
