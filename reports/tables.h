// The two tables of a scenario: its parties with their verdicts, and a verdict per rule.
#pragma once

#include <string>

#include "reports/text.h"
#include "run/result.h"

namespace vsslab::reports {

// One line a party: mark, name, the state it ended in, counts. Long casts are cut with a note.
std::string party_table(const ScenarioResult& scenario, const TextStyle& style);

// One mark a rule, by family: "VSSW-TIME  ✓001 ✓002 ✗009".
std::string rule_grid(const ScenarioResult& scenario, const TextStyle& style);

// One line a rule with its title and counts.
std::string rule_list(const ScenarioResult& scenario, const TextStyle& style);

}  // namespace vsslab::reports
