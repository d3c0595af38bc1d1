// Bytes of a file to checked UTF-8. Windows programs write these documents as UTF-8 or UTF-16, with
// or without a byte-order mark, and Microsoft's own samples leave one NUL character at the end.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab::xml {

enum class Encoding { utf8, utf16_le, utf16_be };

std::string_view encoding_name(Encoding encoding);  // "UTF-8", "UTF-16LE", "UTF-16BE"

// The text of an input, without mark and trailing NUL. UTF-8 input is not copied: `text` then
// points into the bytes that were handed in, which must outlive it. `owned` holds re-encoded text.
struct Decoded {
  Encoding encoding = Encoding::utf8;
  bool byte_order_mark = false;
  bool trailing_nul = false;
  std::string owned;
  std::size_t borrowed_begin = 0, borrowed_size = 0;  // the text's place in the input bytes

  std::string_view text(std::string_view bytes) const {
    return encoding == Encoding::utf8 ? bytes.substr(borrowed_begin, borrowed_size)
                                      : std::string_view(owned);
  }
};

// Strict: malformed UTF-8, lone surrogates, a NUL inside the text and control characters other than
// tab, line feed and carriage return are errors with file, line and hint. So is an empty input and
// one beyond input_bytes_max. UTF-16 without a mark is known by its first character, '<' or white
// space.
Result<Decoded> decode(std::string_view bytes, std::string_view file_name);

// 1-based line of `offset` in `text`.
int line_of(std::string_view text, std::size_t offset);

// The line around `offset`, shortened with "…" on either side when it is long, made printable.
std::string excerpt(std::string_view text, std::size_t offset);

// What a screen can show on one line: anything else becomes U+FFFD, a tab a blank.
std::string printable(std::string_view text);

// At most `bytes_max` bytes of `text` and "…" when something was cut; never half a character.
std::string shortened(std::string_view text, std::size_t bytes_max);

// True for well-formed UTF-8 that holds only characters XML allows.
bool is_clean_text(std::string_view text);

}  // namespace vsslab::xml
