// Words of the journal's text form: bare when they can be, else in double quotes with backslash
// escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace vsslab {

// Appends `text` as one word: as it stands when it has no blank, quote, backslash escape or control
// character and is not empty, else quoted (\" \\ \n \r \t \xNN).
void append_word(std::string& out, std::string_view text);

// The same for bytes that need not be text, such as a file's name: those that are no UTF-8 become
// \xNN, too. Only read_quoted with Escapes::any_byte reads that.
void append_bytes(std::string& out, std::string_view bytes);

// The word needs no quotes.
bool is_bare_word(std::string_view text);

// Reads a quoted word that begins at text[position] == '"'; leaves `position` behind the closing
// quote. Nothing when it does not end or has an unknown escape.
enum class Escapes : std::uint8_t { text, any_byte };
std::optional<std::string> read_quoted(std::string_view text, std::size_t& position,
                                       Escapes escapes = Escapes::text);

// "12.000000000", as the journal writes times.
void append_seconds(std::string& out, Duration duration);

// "12", "0.5", "60.000000000"; nothing for anything else, for negative times and for more than a
// century.
std::optional<Duration> parse_seconds(std::string_view text);

void append_number(std::string& out, std::uint64_t number);

// A whole number without sign; nothing for anything else.
std::optional<std::uint64_t> parse_number(std::string_view text);

// Position of the first byte that is not part of well-formed UTF-8; npos when all is.
std::size_t find_invalid_utf8(std::string_view text);

// Pairs of lower-case hexadecimal digits, appended to `out`. False when the text is something else.
bool parse_hex(std::string_view text, std::vector<std::uint8_t>& out);

// Letters, digits and underscores, no digit first; not `hr` and not `doc`, which are no arguments.
bool is_argument_key(std::string_view text);

}  // namespace vsslab
