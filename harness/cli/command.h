// What every subcommand is made of: flags declared on a CLI11 app, and a function that does the
// work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "core/error.h"
#include "run/exit_code.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

class Command {
 public:
  virtual ~Command() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view summary() const = 0;
  // The lines under "Examples:", the first thing that --help says.
  virtual std::string_view examples() const = 0;
  virtual void declare(CLI::App& app) = 0;
  virtual ExitCode execute(Output& out) = 0;
  // A command whose arguments are a language of their own takes them all; its exit codes too.
  virtual std::optional<int> run_raw(const std::vector<std::string>& /*arguments*/,
                                     Output& /*out*/) {
    return std::nullopt;
  }
};

// A command that was asked for wrongly ends with this.
inline ExitCode refuse(Output& out, const Error& error) {
  out.error(error);
  return ExitCode::usage;
}

std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_conform_command();
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_replay_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_compare_command();
std::unique_ptr<Command> make_validate_command();
std::unique_ptr<Command> make_metadata_command();
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_serve_command();
std::unique_ptr<Command> make_bench_command();
// vssadmin, vshadow, diskshadow, betest, files, machine.
std::vector<std::unique_ptr<Command>> make_tool_commands();

// The whole program, from the arguments after its name.
int main_of(std::vector<std::string> arguments, Output& out);

// The folder of scenarios: below the current folder or one above it, below VSSLAB_HOME, or where
// the program was built or installed. Empty when there is none.
std::string scenarios_folder();

}  // namespace vsslab::cli
