// Words, marks and colours that text reports share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rules/rule.h"

namespace vsslab::reports {

struct TextStyle {
  bool colour = false;
  bool unicode = true;  // else ASCII marks: x ! ok -
  int width = 100;
};

std::string_view mark(Verdict verdict, const TextStyle& style);  // ✗ ! ✓ –
std::size_t mark_columns(Verdict verdict, const TextStyle& style);

// The mark or a word in the colour of a verdict.
std::string painted(std::string_view text, Verdict verdict, const TextStyle& style);

// Text from a file or a party, safe on a terminal: control characters become \xNN, broken UTF-8 the
// replacement character.
std::string printable(std::string_view text);

// Columns on a screen: one for each character.
std::size_t columns(std::string_view text);

// The text, filled up with blanks to `width` columns.
std::string padded(std::string_view text, std::size_t width);

// "3 passed"; "1 check", "2 checks" with plural().
std::string plural(std::size_t count, std::string_view one);

}  // namespace vsslab::reports
