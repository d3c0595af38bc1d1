// Runs a tool on a lab machine, after the calls that were made on it before.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "plan/plan.h"
#include "requester/tools/tool.h"
#include "run/parties.h"
#include "run/tool_history.h"

namespace vsslab {

struct ToolRun {
  ToolCall call;        // with what it was told and the digest of what it printed
  std::string problem;  // why it did not run, or not to its end; empty when all is well
  std::shared_ptr<const Journal> journal;
};

// `machine` is a plan without requesters. `live` is the user of the last call; the calls before it
// get what they got then.
ToolRun run_tool(const plan::ScenarioPlan& machine, const Parties& parties,
                 const std::vector<ToolCall>& before, const ToolCall& call,
                 requester::ToolHost& live);

}  // namespace vsslab
