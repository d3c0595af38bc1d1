// What the states, events and calls of VSS mean, for `vsslab explain`.
#pragma once

#include <span>
#include <string_view>

namespace vsslab::cli {

struct Meaning {
  std::string_view name;
  std::string_view meaning;
  std::string_view next;    // what to do; may be empty
  std::string_view source;  // Microsoft's page
};

std::span<const Meaning> writer_state_meanings();
std::span<const Meaning> event_meanings();

}  // namespace vsslab::cli
