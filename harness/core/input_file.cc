#include "core/input_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

namespace vsslab {
namespace {

// What stands there instead of a file; empty for files and for what cannot be looked at.
std::string_view no_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  switch (fs::status(path, failed).type()) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::character:
    case fs::file_type::block:
      return "a device";
    case fs::file_type::socket:
      return "a socket";
    default:
      return {};
  }
}

}  // namespace

Result<std::string> read_input(const std::string& path, std::size_t bytes_max,
                               std::string_view limit_name) {
  const bool standard_input = path == "-";
  const std::string shown = standard_input ? "<stdin>" : path;
  const auto refuse = [&](std::string message, std::string hint = {}) {
    return fail(Error{std::move(message), shown, 0, {}, std::move(hint)});
  };
  if (!standard_input) {
    if (const std::string_view what = no_file(path); !what.empty()) {
      return refuse(fmt::format("this is {}, not a file", what),
                    what == "a folder" ? "name the files in it"
                                       : "hand its content to standard input and name it '-'");
    }
  }
  std::FILE* file = standard_input ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return refuse(fmt::format("cannot open the file: {}", std::strerror(errno)));
  std::string bytes;
  std::vector<char> block(1 << 16);
  std::size_t count = 0;
  errno = 0;
  while (bytes.size() <= bytes_max &&
         (count = std::fread(block.data(), 1, block.size(), file)) > 0) {
    bytes.append(block.data(), count);
  }
  const bool broken = std::ferror(file) != 0;
  const int reason = errno;
  if (!standard_input) std::fclose(file);
  if (broken) return refuse(fmt::format("cannot read the file: {}", std::strerror(reason)));
  if (bytes.size() > bytes_max) {
    return fail(input_too_large(path, bytes_max, limit_name));
  }
  return bytes;
}

Error input_too_large(const std::string& path, std::size_t bytes_max, std::string_view limit_name) {
  return Error{fmt::format("the file has more bytes than {} ({})", limit_name, bytes_max),
               path == "-" ? "<stdin>" : path,
               0,
               {},
               {}};
}

}  // namespace vsslab
