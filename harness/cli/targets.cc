#include "cli/targets.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace vsslab::cli {

namespace fs = std::filesystem;

Result<void> check_target(std::string_view flag, const std::string& path) {
  std::error_code ignored;
  const bool new_one = !fs::exists(path, ignored);
  errno = 0;
  const std::ofstream file(path, std::ios::binary | std::ios::app);
  if (!file) {
    return fail(
        Error{fmt::format("{}: '{}' cannot be written: {}", flag, path, std::strerror(errno)),
              {},
              0,
              {},
              "the folder has to be there"});
  }
  if (new_one) fs::remove(path, ignored);
  return {};
}

}  // namespace vsslab::cli
