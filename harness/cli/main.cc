// The program. Everything it does is in the files beside this one.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/os/memory.h"
#include "core/os/terminal.h"

int main(int argc, char** argv) {
  using namespace vsslab;
  os::ignore_broken_pipe();
  os::keep_freed_memory();
  cli::Output out;
  try {
    const int code = cli::main_of(std::vector<std::string>(argv + 1, argv + argc), out);
    out.flush();
    if (out.lost()) {
      out.error({"the answer could not be written to standard output", {}, 0, {}, {}});
      return to_int(ExitCode::inconclusive);
    }
    return code;
  } catch (const std::exception& problem) {
    out.error({std::string("internal error: ") + problem.what(), {}, 0, {}, {}});
    return to_int(ExitCode::inconclusive);
  }
}
