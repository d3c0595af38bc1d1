#include "core/error.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace vsslab {

std::string Error::to_text() const {
  std::string text;
  if (!file.empty()) {
    text += file;
    if (line > 0) text += fmt::format(":{}", line);
    text += ": ";
  }
  text += "error: " + message;
  if (!source_line.empty()) text += "\n    " + source_line;
  if (!hint.empty()) text += "\n    " + hint;
  return text;
}

Error Error::at(std::string file_name, int line_number) && {
  file = std::move(file_name);
  if (line_number > 0) line = line_number;
  return std::move(*this);
}

Error Error::with_hint(std::string text) && {
  hint = std::move(text);
  return std::move(*this);
}

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "vsslab: assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace vsslab
