// What the states, events, codes and log entries of VSS mean, for `vsslab explain`.
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
// What to do about HRESULTs, by their names; what they mean stands in core/hresult.
std::span<const Meaning> code_meanings();
// Entries of the event logs: "VSS 12293", "volsnap 25".
std::span<const Meaning> log_entry_meanings();

}  // namespace vsslab::cli
