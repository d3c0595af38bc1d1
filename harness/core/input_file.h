// Files that a user names: read whole, with a limit, and only when they are files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab {

// "-" is standard input. A folder, a pipe or a device under a name is refused: it would hang or
// never end.
Result<std::string> read_input(const std::string& path, std::size_t bytes_max,
                               std::string_view limit_name);

// What a reader that looks at the bytes first says of too many.
Error input_too_large(const std::string& path, std::size_t bytes_max, std::string_view limit_name);

}  // namespace vsslab
