#include "cli/output_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace vsslab::cli {

namespace fs = std::filesystem;

namespace {

// 0 or errno.
int write_all(const fs::path& path, std::string_view bytes) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return 0;
  return errno != 0 ? errno : EIO;
}

Error unwritten(const std::string& path, std::string_view why) {
  return Error{fmt::format("file '{}' cannot be written: {}", path, why), {}, 0, {}, {}};
}

}  // namespace

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

Result<void> write_file(const std::string& path, std::string_view bytes) {
  std::error_code problem;
  // Behind a link stands the file that is meant.
  const fs::path real = fs::exists(path, problem) ? fs::canonical(path, problem) : fs::path(path);
  if (problem) return fail(unwritten(path, problem.message()));
  if (fs::exists(real, problem) && !fs::is_regular_file(real, problem)) {
    const int error = write_all(real, bytes);
    if (error != 0) return fail(unwritten(path, std::strerror(error)));
    return {};
  }
  fs::path unfinished = real;
  unfinished += ".new";
  if (const int error = write_all(unfinished, bytes); error != 0) {
    fs::remove(unfinished, problem);
    return fail(unwritten(path, std::strerror(error)));
  }
  fs::rename(unfinished, real, problem);
  if (problem) return fail(unwritten(path, problem.message()));
  return {};
}

}  // namespace vsslab::cli
