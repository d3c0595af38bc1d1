#include <filesystem>

#include "cli/command.h"
#include "core/os/terminal.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

bool holds_suites(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "suites", ignored);
}

// "scenarios" in `start` or a folder above it.
std::string search_upward(fs::path start) {
  while (!start.empty()) {
    if (holds_suites(start / "scenarios")) return (start / "scenarios").string();
    if (start == start.parent_path()) break;
    start = start.parent_path();
  }
  return {};
}

}  // namespace

std::string scenarios_folder() {
  std::error_code failed;
  if (holds_suites("scenarios")) return "scenarios";
  const fs::path here = fs::current_path(failed);
  if (!failed) {
    if (std::string found = search_upward(here); !found.empty()) return found;
  }
  if (const auto home = os::environment("VSSLAB_HOME"); home && !home->empty()) {
    const fs::path folder = fs::path(*home) / "scenarios";
    if (holds_suites(folder)) return folder.string();
  }
  // An installed program has them in share/ beside its own folder.
  const fs::path own = fs::path(os::executable_path()).parent_path();
  const fs::path installed = own.parent_path() / "share" / "vsslab" / "scenarios";
  if (holds_suites(installed)) return installed.string();
  return search_upward(own);
}

}  // namespace vsslab::cli
