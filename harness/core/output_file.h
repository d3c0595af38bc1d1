// A file that is written piece by piece, and is there whole or not at all: until finish() its bytes
// stand beside it, under its name and ".new". A device or a pipe is written to as it is, and so is
// a file whose folder takes no other.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab {

class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  // without finish(): nothing of it is left
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  // Everything is on its place; else why not ("file 'x' cannot be written: No space left on …").
  Result<void> finish();

 private:
  Result<void> failed(std::string_view why);

  std::string path_;     // as it was given
  std::string real_;     // behind links
  std::string written_;  // what `out_` writes
  std::ofstream out_;
  int error_ = 0;  // errno of the first write that failed
};

Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace vsslab
