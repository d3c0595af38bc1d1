// A shared library opened while the program runs.
#pragma once

#include <string>

#include "core/error.h"

namespace vsslab::os {

class Library {
 public:
  // Every symbol that it needs is looked up now, so that a missing one is said at once. Its static
  // constructors run in here. It stays open for the life of the process: its code may still be on
  // a parked fiber's stack.
  static Result<Library> open(const std::string& path);

  // The address of a symbol that the library itself has; null when it has none.
  void* find(const char* symbol) const;

 private:
  explicit Library(void* handle) : handle_(handle) {}

  void* handle_;
};

}  // namespace vsslab::os
