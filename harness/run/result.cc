#include "run/result.h"

#include <algorithm>

#include "run/exit_code.h"

namespace vsslab {

Verdict ScenarioResult::worst() const {
  if (!toolkit_error.empty()) return Verdict::error;
  Verdict worst = Verdict::pass;
  for (const Finding& finding : findings) {
    if (!finding.expected_by_scenario) worst = std::min(worst, finding.verdict);
  }
  for (const ExpectationResult& expectation : expectations) {
    worst = std::min(worst, expectation.verdict);
  }
  return worst;
}

int RunResult::exit_code() const {
  if (interrupted) return to_int(ExitCode::interrupted);
  Verdict worst = Verdict::pass;
  for (const ScenarioResult& scenario : scenarios) worst = std::min(worst, scenario.worst());
  switch (worst) {
    case Verdict::error:
    case Verdict::inconclusive:
      return to_int(ExitCode::inconclusive);
    case Verdict::fail:
    case Verdict::unexpected_pass:
      return to_int(ExitCode::not_conforming);
    case Verdict::warning:
      return to_int(strict ? ExitCode::not_conforming : ExitCode::conforming);
    case Verdict::waived:
    case Verdict::not_applicable:
    case Verdict::pass:
      break;
  }
  return to_int(ExitCode::conforming);
}

}  // namespace vsslab
