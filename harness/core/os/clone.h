// Copies of files that share their blocks where the file system can do that.
#pragma once

#include <string>
#include <system_error>

namespace vsslab::os {

// `to` does not exist. `shared`, when it is wanted: whether the blocks are shared, not copied.
std::error_code clone_file(const std::string& from, const std::string& to, bool* shared = nullptr);

}  // namespace vsslab::os
