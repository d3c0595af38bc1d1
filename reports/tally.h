// Counts of verdicts, and the line that says them.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "reports/text.h"
#include "run/result.h"

namespace vsslab::reports {

struct Tally {
  std::array<std::size_t, 8> by_verdict{};  // expected failures left out
  std::size_t expected = 0;                 // failures that their scenario asked for

  std::size_t of(Verdict verdict) const { return by_verdict[static_cast<std::size_t>(verdict)]; }
  std::size_t checks() const;
  void add(Verdict verdict, bool expected_by_scenario = false);
  void add(const ScenarioResult& scenario);
};

// "1 failed, 1 warning, 32 passed, 4 not applicable"; "nothing checked" when all are zero.
std::string tally_text(const Tally& tally, const TextStyle& style);

// "1 failed, 32 passed, 4 not applicable   (38 checks, 2 writers, 1 scenario)"
std::string count_line(const RunResult& run, const TextStyle& style);

// The broken rules, each with the scenarios that show it, and the sentence that one can publish.
std::string conformance_block(const Conformance& conformance, const TextStyle& style);

}  // namespace vsslab::reports
