#include "cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "core/os/terminal.h"

namespace vsslab::cli {
namespace {

bool set_and_not_empty(const char* name) {
  const auto value = os::environment(name);
  return value && !value->empty();
}

bool wants_colour(ColorChoice choice) {
  if (choice == ColorChoice::always) return true;
  if (choice == ColorChoice::never) return false;
  if (set_and_not_empty("NO_COLOR")) return false;
  if (set_and_not_empty("CLICOLOR_FORCE") || set_and_not_empty("FORCE_COLOR")) return true;
  return os::is_terminal(os::Stream::out) && os::environment("TERM") != "dumb";
}

// Safe on a terminal; line breaks stay, for messages of several lines.
std::string printable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += reports::printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

void Output::answer(std::string_view text) {
  if (broken_) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failure();
}

void Output::note_failure() {
  if (!broken_ && errno != EPIPE) lost_ = true;
  broken_ = true;
}

void Output::tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Output::flush() {
  if (std::fflush(stdout) != 0) note_failure();
}

void Output::error(const Error& problem) { tell_problem(problem, "error"); }

void Output::warning(const Error& problem) { tell_problem(problem, "warning"); }

void Output::tell_problem(const Error& problem, std::string_view word) {
  flush();
  // What is at fault may come out of a file, with anything in it.
  Error shown = problem;
  for (std::string* part : {&shown.message, &shown.file, &shown.source_line, &shown.hint}) {
    *part = printable_lines(*part);
  }
  std::string text = shown.to_text();
  // Where the error's own word stands depends on nothing but the file before it.
  constexpr std::string_view kError = "error: ";
  const std::size_t file_ends = problem.file.empty() ? 0 : shown.file.size();
  text.replace(text.find(kError, file_ends), kError.size() - 2, word);
  if (problem.file.empty()) text = "vsslab: " + text;
  tell(text + "\n");
}

reports::TextStyle Output::answer_style(ColorChoice choice) const {
  reports::TextStyle style;
  style.colour = wants_colour(choice);
  style.unicode = os::utf8_locale();
  if (os::is_terminal(os::Stream::out)) {
    style.width = std::clamp(os::terminal_width(os::Stream::out), 60, 120);
  }
  return style;
}

bool Output::progress_is_terminal() const {
  return os::is_terminal(os::Stream::err) && os::environment("TERM") != "dumb";
}

}  // namespace vsslab::cli
