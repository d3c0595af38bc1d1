#include "run/result.h"

#include <algorithm>

#include <fmt/format.h>

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

Conformance::Outcome Conformance::outcome() const {
  // One broken rule is enough, whatever was not played; that none broke takes the whole suite.
  if (must_broken > 0 || scenarios_down > 0) return Outcome::broken;
  if (strict && should_broken > 0) return Outcome::broken;
  if (interrupted || scenarios_without_end > 0) return Outcome::no_conclusion;
  if (must_applied > 0 || (narrowed && should_applied > 0)) return Outcome::conformant;
  return narrowed ? Outcome::nothing_applied : Outcome::no_conclusion;
}

std::string Conformance::sentence() const {
  std::string_view word;
  switch (outcome()) {
    case Outcome::conformant:
      word = "CONFORMANT";
      break;
    case Outcome::broken:
      word = "NOT CONFORMANT";
      break;
    case Outcome::nothing_applied:
      word = "NOT APPLICABLE";
      break;
    case Outcome::no_conclusion:
      word = "NO CONCLUSION";
      break;
  }
  const auto plural = [](std::size_t count, std::string_view what) {
    return fmt::format("{} {} rule{} applied", count, what, count == 1 ? "" : "s");
  };
  std::string text =
      fmt::format("{}: {}, {} broken; {}, {} broken", word, plural(must_applied, "must"),
                  must_broken, plural(should_applied, "should"), should_broken);
  if (scenarios_down > 0) {
    text +=
        fmt::format("; it went down or gave up in {} of {} scenarios", scenarios_down, scenarios);
  }
  if (scenarios_without_end > 0) {
    text += fmt::format("; {} of {} scenarios gave no verdict", scenarios_without_end, scenarios);
  }
  if (interrupted) {
    text += fmt::format("; interrupted after {} scenario{}", scenarios, scenarios == 1 ? "" : "s");
  }
  if (strict) text += "; --strict";
  if (narrowed) text += " (a selection)";
  return text;
}

int RunResult::exit_code() const {
  if (interrupted) return to_int(ExitCode::interrupted);
  if (conformance && conformance->outcome() == Conformance::Outcome::no_conclusion) {
    return to_int(ExitCode::inconclusive);
  }
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
