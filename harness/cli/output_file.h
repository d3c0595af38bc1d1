// Files that a command was asked to write.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab::cli {

// Looked at before the work is done: would `path` take what `flag` wants to be written there? What
// is there stays as it is.
Result<void> check_target(std::string_view flag, const std::string& path);

// Whole or not at all: a file that is there is replaced at the end. A device or a pipe is written
// to.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace vsslab::cli
