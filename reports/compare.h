// What has changed between two results: findings that are new, fixed or different, rules that are
// no longer checked. A result is a run at hand or a stored result.json.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/error.h"
#include "reports/text.h"
#include "run/result.h"

namespace vsslab::reports {

struct ComparedFinding {
  std::string run;      // "timing/freeze-hang   seed 42"
  std::string rule;     // id; "expectation" and "scenario" for what is no rule
  std::string subject;  // a party; an expectation's text
  Verdict verdict = Verdict::pass;
  bool expected = false;  // the scenario asked for this failure
  std::string message;
};

struct ComparedRun {
  std::string name;  // of the file
  std::vector<std::string> runs;
  std::vector<ComparedFinding> findings;
  bool interrupted = false;
};

ComparedRun compared_run(const RunResult& run, std::string name);
// A stored result.json.
Result<ComparedRun> read_result_json(std::string_view bytes, const std::string& file);

// What matters most first.
enum class Change {
  appeared,  // a failure that was none, or whose run was not there
  worse,     // a warning became a failure, and the like
  changed,   // still a failure, with another verdict or for another reason
  unjudged,  // failed; now it does not apply, or is not judged at all
  lost,      // passed; now it does not apply or is not judged
  fixed,     // a failure that is none any more
};

struct Difference {
  Change change = Change::changed;
  const ComparedFinding* before = nullptr;  // of A; null: not there
  const ComparedFinding* after = nullptr;   // of B
};

// Points into the two runs.
struct Comparison {
  const ComparedRun* a = nullptr;
  const ComparedRun* b = nullptr;
  std::vector<Difference> differences;
  std::size_t same = 0;
  std::vector<std::string> only_a, only_b;  // scenarios of one side only

  std::size_t count(Change change) const;
  // Something is worse in B; warnings count when `strict`.
  bool regressed(bool strict) const;
};

Comparison compare_runs(const ComparedRun& a, const ComparedRun& b);

std::string comparison_text(const Comparison& comparison, const TextStyle& style);
nlohmann::ordered_json comparison_json(const Comparison& comparison, bool strict);

}  // namespace vsslab::reports
