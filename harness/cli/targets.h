// Files that a command was asked to write.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab::cli {

// Looked at before the work is done: would `path` take what `flag` wants to be written there? What
// is there stays as it is.
Result<void> check_target(std::string_view flag, const std::string& path);

}  // namespace vsslab::cli
