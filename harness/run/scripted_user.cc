#include "run/scripted_user.h"

#include <utility>

#include <fmt/format.h>

#include "scenario/betest.h"

namespace vsslab {
namespace {

constexpr std::size_t kPrintedLinesMax = 10'000;        // tool_printed_lines_max
constexpr std::size_t kPrintedLineBytesMax = 4096;      // tool_printed_line_bytes_max
constexpr std::size_t kWrittenBytesMax = 256ULL << 20;  // tool_written_bytes_max: by all its files

}  // namespace

ScriptedUser::ScriptedUser(const plan::ToolPlan& plan, UserFiles& files,
                           std::function<void(std::string_view line)> printed)
    : plan_(plan), files_(files), printed_(std::move(printed)) {
  for (const plan::NamedDocument& file : plan.files) files_[file.name] = file.text;
}

void ScriptedUser::told(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_not_of(" \t") == std::string_view::npos) return;
  if (lines_++ < kPrintedLinesMax) printed_(line);
}

void ScriptedUser::print(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t room = kPrintedLineBytesMax - line_.size();
    line_ += text.substr(0, end).substr(0, room);
    if (end == std::string_view::npos) return;
    told(line_);
    line_.clear();
    text.remove_prefix(end + 1);
  }
}

void ScriptedUser::finish() {
  told(line_);
  line_.clear();
}

std::optional<std::string> ScriptedUser::read_line() {
  if (typed_ == plan_.lines.size()) return std::nullopt;
  return plan_.lines[typed_++];
}

Result<std::string> ScriptedUser::read_file(const std::string& path) {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  return fail(Error{fmt::format("there is no file '{}': the scenario has none of that name", path),
                    {},
                    0,
                    {},
                    "name it in files="});
}

Result<void> ScriptedUser::write_file(const std::string& path, std::string_view bytes) {
  written_ += bytes.size();
  if (written_ > kWrittenBytesMax) {
    return fail(fmt::format("more than {} bytes (tool_written_bytes_max)", kWrittenBytesMax));
  }
  files_[path] = bytes;
  return {};
}

// Folders are there as far as files lie in them.
Result<std::vector<requester::HostEntry>> ScriptedUser::read_folder(const std::string& path) {
  const std::string within = path.empty() || path.ends_with('/') ? path : path + "/";
  std::map<std::string, bool> found;  // name to: a folder
  for (const auto& [name, bytes] : files_) {
    if (!name.starts_with(within)) continue;
    const std::string rest = name.substr(within.size());
    const std::size_t slash = rest.find('/');
    found[rest.substr(0, slash)] |= slash != std::string::npos;
  }
  if (found.empty()) return fail(fmt::format("there is no folder '{}'", path));
  std::vector<requester::HostEntry> entries;
  for (const auto& [name, folder] : found) entries.push_back({name, folder});
  return entries;
}

Result<void> ScriptedUser::make_folder(const std::string& path) {
  (void)path;
  return {};
}

Result<bool> ScriptedUser::has_file(const std::string& path) { return files_.contains(path); }

Result<int> ScriptedUser::run_program(const std::vector<std::string>& words,
                                      const std::map<std::string, std::string>& variables) {
  (void)variables;
  return fail(fmt::format("a scenario starts no programs: {} was not started",
                          words.empty() ? std::string("it") : words.front()));
}

Result<plan::BetestSelection> ScriptedUser::parse_selection(std::string bytes,
                                                            const std::string& file) {
  return scenario::parse_betest(std::move(bytes), file);
}

}  // namespace vsslab
