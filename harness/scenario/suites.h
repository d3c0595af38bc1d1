// Suites: scenarios/suites/NAME.txt, one path or glob a line, seen from the scenarios folder; '#'
// begins a comment. On the command line "@NAME".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace vsslab::scenario {

// Scenario files of "@demo", in the suite's order, each once. `folder` is the scenarios folder. An
// unknown suite, a line that matches nothing and a suite that selects nothing are errors.
Result<std::vector<std::string>> read_suite(std::string_view name, const std::string& folder);

// "demo", "smoke", …: sorted.
std::vector<std::string> suite_names(const std::string& folder);

// Every scenario file below a folder, sorted; other XML files (writer configurations, documents)
// are left out.
std::vector<std::string> find_scenarios(const std::string& folder);

// True when the file's root element is Scenario, as far as its first bytes tell.
bool is_scenario_file(const std::string& path);

// '*' matches within one part of a path, "**" over parts, '?' one character.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace vsslab::scenario
