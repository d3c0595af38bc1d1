// VShadow, DiskShadow, VssAdmin, BETest@arguments: a tool that users know, as an operation of a
// requester.
#include <cstddef>

#include <fmt/format.h>

#include "core/ascii.h"
#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

constexpr std::size_t kLinesMax = 10'000;  // tool_lines_max
constexpr std::uint64_t kExitMax = 255;

// As the C runtime of Windows splits a command line, in short: blanks part words, quotes keep them
// together and go away, \" is a quote.
std::vector<std::string> command_words(const Source& source, const xml::Element& element,
                                       std::string_view line) {
  std::vector<std::string> words;
  bool open = false;
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && !quoted) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (c == '\\' && at + 1 < line.size() && line[at + 1] == '"') {
      words.back() += line[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else {
      words.back() += c;
    }
  }
  if (quoted) {
    refuse_attribute(source, element, "arguments", "a quotation mark is never closed",
                     "in an attribute it is written &quot;");
  }
  return words;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> typed_lines(const Source& source, const xml::Element& element) {
  std::vector<std::string> lines;
  const std::string text = element.text();
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    if (lines.size() == kLinesMax) {
      refuse(source, element, fmt::format("more than {} lines (tool_lines_max)", kLinesMax));
    }
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

bool is_tool_call(const xml::Element& element) {
  const std::string_view name = element.name();
  return name == "VShadow" || name == "DiskShadow" || name == "VssAdmin" ||
         (name == "BETest" && has(element, "arguments"));
}

plan::ToolPlan read_tool_call(const Source& source, const xml::Element& element) {
  check_attributes(source, element, {"name", "arguments", "files", "exit"});
  for (const xml::Element& child : element.children()) {
    refuse(source, child, fmt::format("element '{}' takes no elements inside", element.name()),
           "its text is what the user types, a line each");
  }
  plan::ToolPlan call;
  call.line = element.line();
  call.tool = ascii::lower(element.name());
  call.name = text(element, "name", call.tool);
  call.arguments = command_words(source, element, text(element, "arguments"));
  call.lines = typed_lines(source, element);
  for (const std::string& file : list(element, "files")) {
    call.files.push_back({file, source.read(element, "files", file)});
  }
  call.exit = static_cast<int>(number(source, element, "exit", kExitMax).value_or(0));
  return call;
}

}  // namespace vsslab::scenario
