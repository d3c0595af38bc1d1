// The machine's report: one JSON document, format 1, in SARIF's words. Times are integer
// nanoseconds.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reports/listener.h"

namespace vsslab::reports {

void write_json(const RunResult& run, const Sink& sink);

// One JSON document as text, whatever bytes its strings hold, with a line break at the end.
std::string to_json_text(const nlohmann::ordered_json& document);

// The events that prove something, as far as the result holds its journal.
nlohmann::ordered_json evidence_json(const ScenarioResult& scenario,
                                     const std::vector<Seq>& evidence);

// The page on learn.microsoft.com of the first source of a rule; empty when it cannot be told.
std::string help_uri(std::string_view sources);

}  // namespace vsslab::reports
