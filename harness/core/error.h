// What went wrong with an input, said once and well.
//
// Libraries return Result<T>; exceptions stop at the module edge. An Error speaks to the person who
// wrote the input: where it stands, what is wrong, the line itself, and what would be right.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace vsslab {

struct Error {
  std::string message{};      // one sentence: what is wrong, with the text at fault
  std::string file{};         // path or "<stdin>", empty when the input is no file
  int line = 0;               // 1-based, 0 when unknown
  std::string source_line{};  // the line at fault as it stands, shortened, empty when unknown
  std::string hint{};         // what would be right ("did you mean 'Freeze'?"), may be empty

  // "scenarios/x.xml:14: error: unknown element 'Freze'" + the line + the hint, without a newline
  // at the end.
  std::string to_text() const;

  Error at(std::string file_name, int line_number = 0) &&;
  Error with_hint(std::string text) &&;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message) {
  return tl::make_unexpected(Error{std::move(message), {}, 0, {}, {}});
}
inline tl::unexpected<Error> fail(Error error) { return tl::make_unexpected(std::move(error)); }

// An assertion that stays on in release. It guards our own promises, never user input.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
#define VSSLAB_ASSERT(expression) \
  ((expression) ? (void)0 : ::vsslab::assertion_failed(#expression, __FILE__, __LINE__))

}  // namespace vsslab
