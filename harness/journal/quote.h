// Words of the journal's text form: bare when they can be, else in double quotes with backslash
// escapes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vsslab {

// Appends `text` as one word: as it stands when it has no blank, quote, backslash escape or control
// character and is not empty, else quoted (\" \\ \n \r \t \xNN).
void append_word(std::string& out, std::string_view text);

// Reads a quoted word that begins at text[position] == '"'; leaves `position` behind the closing
// quote. Nothing when it does not end or has an unknown escape.
std::optional<std::string> read_quoted(std::string_view text, std::size_t& position);

}  // namespace vsslab
