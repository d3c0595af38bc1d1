// Reads a stored journal, whichever form it has.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "journal/journal.h"

namespace vsslab {

// Text form or JSON form, told by how the file begins; the short form of examples is no file.
// Errors name the file, the line and the limit. "-" is standard input.
Result<Journal> read_journal(const std::string& path);
Result<Journal> parse_journal(std::string_view bytes, std::string_view file);

bool is_journal(std::string_view bytes);  // by its first words

// The bytes of a file of any kind: a journal may have journal_bytes_max, another input_bytes_max.
Result<std::string> read_any(const std::string& path);

}  // namespace vsslab
