#include "cli/tool_host.h"

#include <iostream>

#include <fmt/format.h>

#include "cli/tool_state.h"
#include "core/input_file.h"
#include "core/limits.h"
#include "core/os/user_program.h"

namespace vsslab::cli {

namespace {

constexpr std::size_t kLineBytesMax = 64ULL << 10;  // console_line_bytes_max

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
  return cli::write_file(path, std::string(bytes));
}

Result<int> ConsoleHost::run_program(const std::vector<std::string>& words,
                                     const std::map<std::string, std::string>& variables) {
  out_.flush();
  return os::run_program(words, variables);
}

}  // namespace vsslab::cli
