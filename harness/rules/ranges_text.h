// "offset:length,…": the ranges of partial files and directed targets.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vsslab::rules {

// A decimal or hexadecimal number with blanks around it.
std::optional<std::uint64_t> range_number(std::string_view text);

// The bytes of all ranges together; nothing when the text is no such list, as the path of a ranges
// file.
std::optional<std::uint64_t> range_bytes(std::string_view ranges);

}  // namespace vsslab::rules
