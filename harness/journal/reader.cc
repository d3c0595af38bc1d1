#include "journal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/limits.h"
#include "journal/json.h"
#include "journal/text.h"

namespace vsslab {
namespace {

Result<std::string> read_bytes(const std::string& path) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    Error error;
    error.message = fmt::format("the journal cannot be opened: {}", std::strerror(errno));
    error.file = path;
    return tl::make_unexpected(std::move(error));
  }
  std::string bytes;
  char piece[64 << 10];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, file.get())) {
    bytes.append(piece, got);
    if (bytes.size() > limits::kInputBytesMax) {
      Error error;
      error.message =
          fmt::format("the file has more than {} bytes (input_bytes_max)", limits::kInputBytesMax);
      error.file = path;
      return tl::make_unexpected(std::move(error));
    }
  }
  if (std::ferror(file.get())) {
    Error error;
    error.message = fmt::format("the journal cannot be read: {}", std::strerror(errno));
    error.file = path;
    return tl::make_unexpected(std::move(error));
  }
  return bytes;
}

}  // namespace

Result<Journal> parse_journal(std::string_view bytes, std::string_view file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with('{')) return parse_json(bytes, file);
  if (bytes.starts_with("vsslab-journal")) return parse_text(bytes, file);
  Error error;
  error.message = bytes.empty() ? "the journal is empty" : "the file is no journal";
  error.file = file;
  error.line = 1;
  error.source_line = bytes.substr(0, std::min(bytes.find('\n'), std::size_t{120}));
  error.hint = R"(it begins with "vsslab-journal 1" or with {"vsslab-journal":1)";
  return tl::make_unexpected(std::move(error));
}

Result<Journal> read_journal(const std::string& path) {
  auto bytes = read_bytes(path);
  if (!bytes) return tl::make_unexpected(bytes.error());
  return parse_journal(*bytes, path);
}

}  // namespace vsslab
