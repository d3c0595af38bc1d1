#include "core/os/library.h"

#include <dlfcn.h>

#include <filesystem>

namespace vsslab::os {

Result<Library> Library::open(const std::string& path) {
  // A name without a slash would be searched for in the system's folders.
  std::error_code failed;
  const std::filesystem::path full = std::filesystem::absolute(path, failed);
  void* const handle = dlopen(full.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = dlerror();
    return fail(std::string(why == nullptr ? "it cannot be loaded" : why));
  }
  return Library(handle);
}

void* Library::find(const char* symbol) const { return dlsym(handle_, symbol); }

}  // namespace vsslab::os
