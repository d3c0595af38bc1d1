#include "core/output_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vsslab {

namespace fs = std::filesystem;

namespace {

int reason() { return errno != 0 ? errno : EIO; }

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), real_(path_) {
  std::error_code problem;
  const bool there = fs::exists(path_, problem);
  if (there) {
    if (const fs::path real = fs::canonical(path_, problem); !problem) real_ = real.string();
  }
  const bool as_it_is = there && !fs::is_regular_file(real_, problem);
  written_ = as_it_is ? real_ : real_ + ".new";
  errno = 0;
  out_.open(written_, std::ios::binary | std::ios::trunc);
  if (!out_ && there && !as_it_is) {
    // A file that may be written in a folder that takes no other, as containers have them.
    written_ = real_;
    out_.open(written_, std::ios::binary | std::ios::trunc);
  } else if (there && !as_it_is) {
    fs::permissions(written_, fs::status(real_, problem).permissions(), problem);
  }
  if (!out_) error_ = reason();
}

OutputFile::~OutputFile() {
  if (written_.empty() || written_ == real_ || !out_.is_open()) return;
  out_.close();
  std::error_code ignored;
  fs::remove(written_, ignored);
}

void OutputFile::write(std::string_view bytes) {
  if (error_ != 0) return;
  errno = 0;
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) error_ = reason();
}

Result<void> OutputFile::finish() {
  if (error_ == 0) {
    errno = 0;
    out_.flush();
    if (!out_) error_ = reason();
  }
  if (error_ != 0) return failed(std::strerror(error_));
  out_.close();
  if (written_ != real_) {
    std::error_code problem;
    fs::rename(written_, real_, problem);
    if (problem) {
      std::error_code ignored;
      fs::remove(written_, ignored);
      return failed(problem.message());
    }
  }
  written_.clear();
  return {};
}

Result<void> OutputFile::failed(std::string_view why) {
  return fail(fmt::format("file '{}' cannot be written: {}", path_, why));
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  return file.finish();
}

}  // namespace vsslab
