// The program's exit codes. docs/exit-codes.md explains them; tests/cli has a test for each.
#pragma once

namespace vsslab {

enum class ExitCode : int {
  conforming = 0,      // every selected MUST rule holds
  not_conforming = 1,  // a failure or an unexpected pass; with --strict also a warning
  usage = 2,           // asked for wrongly: a flag, a file, an empty selection
  inconclusive = 3,    // the toolkit could not conclude
  interrupted = 130,   // Ctrl-C; partial reports are written
};

constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace vsslab
