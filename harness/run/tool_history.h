// What the tools were told on one lab machine, call by call: the state of that machine. The lab is
// deterministic, so the same calls with the same input come to the same shadow copies, writers'
// states and files; a machine is brought back by making them again. A call that comes out
// differently (another version of the toolkit, a changed file) is noticed by the digest of what it
// printed.
//
// In a file: one JSON object a line, the first with the format and the machine's digest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace vsslab {

// One answer that a tool got from outside the machine.
struct ToolInput {
  enum class Kind { line, end, file, no_file, program, folder };
  Kind kind = Kind::line;
  std::string text;  // the line, the file's bytes, the error, the folder's entries
  int code = 0;      // of a program
};

struct ToolCall {
  std::string tool;
  std::vector<std::string> arguments;
  std::vector<ToolInput> inputs;
  std::string printed_digest;
  int code = 0;
};

struct ToolHistory {
  std::string machine_digest;
  std::string toolkit;
  std::vector<ToolCall> calls;
};

inline constexpr int kToolHistoryFormat = 1;
inline constexpr std::size_t kToolCallsMax = 10'000;  // tool_calls_max, of one history

std::string to_json_lines(const ToolHistory& history);
// `file` is for messages.
Result<ToolHistory> parse_tool_history(std::string_view text, const std::string& file);

}  // namespace vsslab
