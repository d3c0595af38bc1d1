// The block that explains one finding: requirement, expected, actual, evidence, cause, what to do,
// and the command that reproduces it. The console and JUnit print the same text.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "reports/text.h"
#include "run/result.h"

namespace vsslab::reports {

// Deserves a block or a line of its own, whether or not the scenario expected it.
bool speaks(const Finding& finding);

// "✗ VSSW-TIME-009 freeze-returns   orders-db" and what follows, indented by two, a line break at
// the end.
// With `strict` a warning is marked like the failure that it counts as.
std::string finding_block(const ScenarioResult& scenario, const Finding& finding,
                          const TextStyle& style, bool strict = false);
// A further finding of a rule whose block was shown with the scenario `explained_in`; with what was
// actual when it is `another` than there.
std::string repeated_finding(const Finding& finding, const std::string& explained_in, bool another,
                             const TextStyle& style, bool strict);
std::string expectation_block(const ScenarioResult& scenario, const ExpectationResult& expectation,
                              const TextStyle& style);
std::string error_block(const ScenarioResult& scenario, const TextStyle& style);

// One line: "! VSSW-FAIL-009 retryable-first   orders-db   (SHOULD)  vsslab explain VSSW-FAIL-009"
std::string finding_line(const Finding& finding, const TextStyle& style);

// "orders-db stayed in Freeze …": one sentence that stands alone.
std::string finding_message(const Finding& finding);

// Where the scenario declares its parties. The scenario outlives it.
class SubjectLines {
 public:
  explicit SubjectLines(const ScenarioResult& scenario);
  // 0 when the scenario does not declare it.
  int of(std::string_view subject) const;

 private:
  std::unordered_map<std::string_view, int> lines_;
};

// The same finding of a later run has the same: scenario, rule and subject.
std::string finding_fingerprint(const ScenarioResult& scenario, const Finding& finding);

// The command that shows this finding again.
std::string reproduce_command(const ScenarioResult& scenario, const Finding& finding);

}  // namespace vsslab::reports
