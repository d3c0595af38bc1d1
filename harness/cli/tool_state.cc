#include "cli/tool_state.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/version.h"
#include "core/digest.h"
#include "core/input_file.h"
#include "core/limits.h"
#include "core/os/file_lock.h"
#include "core/output_file.h"

namespace vsslab::cli {

namespace fs = std::filesystem;

Result<ToolState> ToolState::open(const std::string& folder, const std::string& machine) {
  ToolState state;
  state.history_.toolkit = "vsslab " + version();
  state.history_.machine_digest = digest128(machine).hex();
  if (folder.empty()) return state;
  state.folder_ = folder;
  state.file_ = (fs::path(folder) / "calls.jsonl").string();
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !fs::is_directory(folder, ignored)) {
    return fail(fmt::format("'{}' is no folder: --state cannot keep a machine there", folder));
  }
  if (!fs::exists(state.file_, ignored)) return state;
  auto text = read_input(state.file_, limits::kInputBytesMax, "input_bytes_max");
  if (!text) return fail(std::move(text.error()));
  auto history = parse_tool_history(*text, state.file_);
  if (!history) return fail(std::move(history.error()));
  if (history->machine_digest != state.history_.machine_digest) {
    return fail(Error{fmt::format("the state in '{}' belongs to another machine", folder),
                      {},
                      0,
                      {},
                      "give the --machine that it was made with, or another --state"});
  }
  state.history_ = std::move(*history);
  state.as_read_ = std::move(*text);
  return state;
}

Result<void> ToolState::make_ready() const {
  if (folder_.empty()) return {};
  if (history_.calls.size() >= kToolCallsMax) {
    return fail(Error{
        fmt::format("the state in '{}' has {} calls (tool_calls_max)", folder_, kToolCallsMax),
        {},
        0,
        {},
        "start anew with another --state"});
  }
  std::error_code problem;
  fs::create_directories(folder_, problem);
  if (problem) {
    return fail(Error{fmt::format("folder '{}' cannot be made: {}", folder_, problem.message()),
                      {},
                      0,
                      {},
                      "the call was not made; give another --state"});
  }
  const std::string probe = file_ + ".probe";  // not .new: another call may be writing that
  const bool writable = std::ofstream(probe, std::ios::binary | std::ios::trunc).is_open();
  std::error_code ignored;
  fs::remove(probe, ignored);
  if (writable) return {};
  return fail(Error{fmt::format("folder '{}' takes no files", folder_),
                    {},
                    0,
                    {},
                    "the call was not made; give another --state"});
}

Result<void> ToolState::add(ToolCall call) {
  if (folder_.empty()) return {};
  // Of calls at the same time one is kept; the others find the file changed.
  const os::FileLock lock(file_ + ".lock");
  if (lock.problem()) {
    return fail(fmt::format("file '{}.lock' cannot be made: {}", file_, lock.problem().message()));
  }
  std::error_code problem;
  std::string now;
  if (fs::exists(file_, problem)) {
    auto text = read_input(file_, limits::kInputBytesMax, "input_bytes_max");
    if (!text) return fail(std::move(text.error()));
    now = std::move(*text);
  }
  if (now != as_read_) {
    return fail(Error{fmt::format("another call changed the machine in '{}' meanwhile", folder_),
                      {},
                      0,
                      {},
                      "this call is not kept; make it again"});
  }
  history_.calls.push_back(std::move(call));
  const std::string text = to_json_lines(history_);
  // Nothing larger is read again.
  if (text.size() > limits::kInputBytesMax) {
    history_.calls.pop_back();
    return fail(Error{fmt::format("the state in '{}' would have more than {} bytes "
                                  "(input_bytes_max)",
                                  folder_, limits::kInputBytesMax),
                      {},
                      0,
                      {},
                      "this call is not kept; copy smaller files into the machine, or name them "
                      "in its --machine"});
  }
  return write_file(file_, text);
}

std::string ToolState::hint() const {
  if (folder_.empty() || history_.calls.empty()) return {};
  return fmt::format("its state in '{}' was made by {}; start anew with another --state", folder_,
                     history_.toolkit);
}

}  // namespace vsslab::cli
