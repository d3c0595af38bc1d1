// One process at a time does something with a file.
#pragma once

#include <string>
#include <system_error>

namespace vsslab::os {

// Held until it dies, or its process does. `path` is made when it is not there, and stays.
class FileLock {
 public:
  // Waits for others. Where the file system knows no locks, nobody waits.
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Set when the file cannot be made.
  const std::error_code& problem() const { return problem_; }

 private:
  int file_ = -1;
  std::error_code problem_;
};

}  // namespace vsslab::os
