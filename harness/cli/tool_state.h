// A lab machine between two calls of a tool: the history of its calls, in a folder.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "run/tool_history.h"

namespace vsslab::cli {

class ToolState {
 public:
  // Without a folder nothing is kept. A folder that does not exist yet is made by the first call
  // that changes the machine. An Error for the state of another machine, or a broken one.
  static Result<ToolState> open(const std::string& folder, const std::string& machine);

  const std::vector<ToolCall>& calls() const { return history_.calls; }
  // Whether a call can be kept: asked before it is made, for nothing takes back what it prints.
  Result<void> make_ready() const;
  // Written whole or not at all.
  Result<void> add(ToolCall call);
  // What to do about calls that come out differently; empty without a folder.
  std::string hint() const;

 private:
  std::string folder_;
  std::string file_;
  std::string as_read_;  // to notice another call that wrote meanwhile
  ToolHistory history_;
};

}  // namespace vsslab::cli
