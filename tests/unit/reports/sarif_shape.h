// What the SARIF 2.1.0 schema asks of the objects that vsslab writes: which properties an object
// may have, which it has to have, and of what type each is. Plus what the specification says in
// words: a level for failures only, rule indices that lead to the rule.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vsslab {

// Every fault, as "runs[0].results[2].level: …"; none for a good document.
std::vector<std::string> sarif_faults(const nlohmann::json& document);

}  // namespace vsslab
