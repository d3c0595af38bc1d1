// The conformance suite over one party: which scenarios, which findings count, and what comes of
// them all together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"
#include "rules/rule.h"
#include "run/result.h"
#include "sdk/subject.h"

namespace vsslab::sdk {

// A statement about parties of this role, whatever its level.
bool rule_is_for(Role role, std::string_view rule_id);

// "VSSW-TIME" of "VSSW-TIME-009".
std::string_view family_of(std::string_view rule_id);

// The files of scenarios/conform/<role>/ that one of the globs matches by name; all of them without
// globs. An error when a glob matches nothing.
Result<std::vector<std::string>> conformance_files(Role role, const std::string& scenarios_folder,
                                                   const std::vector<std::string>& globs);

// A process with several writers is one party: they are "subject", "subject#2" and so on.
bool is_subject(std::string_view name, const std::string& subject);

// Keeps of a result what it says about the subject. Broken rules of others are the toolkit's own
// fault, unless the subject broke one first; a scenario that did not get to its point without that
// is inconclusive. `narrowed`: rules that the user did not ask for are dropped after that.
void keep_subject(ScenarioResult& result, Role role, const std::string& subject,
                  const std::vector<const Rule*>& asked_for);

// Of a result whose process was lost while the subject's code ran: it is the subject that went
// down.
void blame_subject(ScenarioResult& result, Role role, const std::string& subject);

// Over the whole run, for its last line.
Conformance conformance_of(const RunResult& run, Role role, const std::string& target,
                           const std::vector<const Rule*>& asked_for, bool narrowed);

}  // namespace vsslab::sdk
