#include "cli/tool_host.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>

#include <fmt/format.h>

#include "core/input_file.h"
#include "core/limits.h"
#include "core/os/user_program.h"
#include "core/output_file.h"

namespace vsslab::cli {

namespace {

constexpr std::size_t kLineBytesMax = 64ULL << 10;  // console_line_bytes_max

namespace fs = std::filesystem;

}  // namespace

void ConsoleHost::print(std::string_view text) { out_.answer(text); }

std::optional<std::string> ConsoleHost::read_line() {
  out_.flush();
  std::string line;
  for (char c = 0; std::cin.get(c);) {
    if (c == '\n') return line;
    if (c != '\r' && line.size() < kLineBytesMax) line += c;
  }
  if (line.empty()) return std::nullopt;
  return line;
}

Result<std::string> ConsoleHost::read_file(const std::string& path) {
  return read_input(path, limits::kInputBytesMax, "input_bytes_max");
}

Result<void> ConsoleHost::write_file(const std::string& path, std::string_view bytes) {
  return vsslab::write_file(path, bytes);
}

Result<std::vector<requester::HostEntry>> ConsoleHost::read_folder(const std::string& path) {
  std::error_code problem;
  std::vector<requester::HostEntry> entries;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::string name = at->path().filename().string();
    if (name.find('\n') != std::string::npos) {
      return fail(fmt::format("'{}' has a file whose name holds a line's end", path));
    }
    if (entries.size() >= limits::kFolderEntriesMax) {
      return fail(fmt::format("'{}' has more than {} entries (folder_entries_max)", path,
                              limits::kFolderEntriesMax));
    }
    std::error_code ignored;
    const bool directory = at->is_directory(ignored) && !at->is_symlink(ignored);
    entries.push_back({std::move(name), directory});
  }
  if (problem) return fail(fmt::format("folder '{}': {}", path, problem.message()));
  std::ranges::sort(entries, {}, &requester::HostEntry::name);
  return entries;
}

Result<void> ConsoleHost::make_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem) return fail(fmt::format("folder '{}' cannot be made: {}", path, problem.message()));
  return {};
}

Result<bool> ConsoleHost::has_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

Result<int> ConsoleHost::run_program(const std::vector<std::string>& words,
                                     const std::map<std::string, std::string>& variables) {
  out_.flush();
  // Windows looks into the current folder first.
  std::vector<std::string> shown = words;
  if (shown[0].find('/') == std::string::npos && has_file("./" + shown[0]).value_or(false)) {
    shown[0].insert(0, "./");
  }
  return os::run_program(shown, variables);
}

}  // namespace vsslab::cli
