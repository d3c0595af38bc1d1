// vsslab vssadmin | vshadow | diskshadow | betest | files | machine: the tools that users know, on
// a lab machine.
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/targets.h"
#include "cli/tool_host.h"
#include "cli/tool_state.h"
#include "cli/version.h"
#include "core/input_file.h"
#include "core/limits.h"
#include "core/output_file.h"
#include "journal/text.h"
#include "requester/tools/tool.h"
#include "run/tool_run.h"
#include "scenario/lab_machine.h"
#include "sdk/party_factory.h"

namespace vsslab::cli {
namespace {

// Ours, before the tool's own arguments or among them: no tool has an argument with two dashes.
struct ToolFlags {
  std::string machine, state, journal;
  std::vector<std::string> rest;
};

constexpr std::string_view kFlags[] = {"--machine", "--state", "--journal"};

Result<ToolFlags> read_flags(const std::vector<std::string>& arguments, std::string_view tool) {
  ToolFlags flags;
  std::string* const values[] = {&flags.machine, &flags.state, &flags.journal};
  static constexpr const char* kVariables[] = {"VSSLAB_MACHINE", "VSSLAB_STATE", "VSSLAB_JOURNAL"};
  for (std::size_t i = 0; i < std::size(kVariables); ++i) {
    if (const char* const value = std::getenv(kVariables[i])) *values[i] = value;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    std::size_t which = 0;
    const std::size_t equals = argument.find('=');
    while (which < std::size(kFlags) && argument.substr(0, equals) != kFlags[which]) ++which;
    if (which == std::size(kFlags)) {
      flags.rest.push_back(argument);
      continue;
    }
    if (equals == std::string::npos && i + 1 == arguments.size()) {
      return fail(Error{fmt::format("{} needs a value", argument),
                        {},
                        0,
                        {},
                        fmt::format("'vsslab {} --help' shows its flags", tool)});
    }
    *values[which] = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
    if (values[which]->empty()) return fail(fmt::format("{} needs a value", kFlags[which]));
  }
  return flags;
}

Result<std::string> machine_text(const ToolFlags& flags) {
  if (flags.machine.empty()) return std::string(scenario::kStandardMachine);
  return read_input(flags.machine, limits::kScenarioBytesMax, "scenario_bytes_max");
}

class ToolCommand : public Command {
 public:
  explicit ToolCommand(const requester::Tool& tool)
      : tool_(tool), examples_(fmt::format("  vsslab {} {}\n", tool.name, example_of(tool.name))) {}

  std::string_view name() const override { return tool_.name; }
  std::string_view summary() const override { return tool_.summary; }
  std::string_view examples() const override { return examples_; }

  void declare(CLI::App& app) override {
    app.add_option("ARGUMENTS", rest_, "the tool's own; -? or /? shows them");
    app.add_option("--machine", machine_, "the lab machine's file; without it a Server 2022");
    app.add_option("--state", state_, "a folder that keeps the machine between calls");
    app.add_option("--journal", journal_, "file for the journal of the run");
  }
  // Never comes to this: run_raw takes every call but --help.
  ExitCode execute(Output&) override { return ExitCode::usage; }

  std::optional<int> run_raw(const std::vector<std::string>& arguments, Output& out) override {
    if (!arguments.empty() && arguments.front() == "--help") return std::nullopt;
    const auto flags = read_flags(arguments, tool_.name);
    if (!flags) return refused(flags.error(), out);
    const auto bytes = machine_text(*flags);
    if (!bytes) return refused(bytes.error(), out);
    const std::string file = flags->machine.empty() ? "<standard machine>" : flags->machine;
    auto machine = scenario::parse_lab_machine(*bytes, file);
    if (!machine) return refused(machine.error(), out);
    if (auto checked = sdk::check_classes(*machine); !checked) return refused(checked.error(), out);
    auto state = ToolState::open(flags->state, *bytes);
    if (!state) return refused(state.error(), out);
    return run(*flags, *machine, *state, out);
  }

 private:
  static std::string_view example_of(std::string_view tool) {
    if (tool == "vssadmin") return "--state lab create shadow /for=C:";
    if (tool == "vshadow") return "--state lab -p -nw C:";
    if (tool == "diskshadow") return "--state lab -s backup.dsh";
    if (tool == "files") return "--state lab copy data.txt 'C:\\Data\\data.txt'";
    if (tool == "machine") return "--state lab reboot";
    return "--state lab /B /S backup.xml /D 'C:\\backup'";
  }

  int refused(const Error& error, Output& out) const {
    out.error(error);
    return to_int(ExitCode::usage);
  }

  int not_made(const Error& error, Output& out) const {
    out.error(error);
    return to_int(ExitCode::inconclusive);
  }

  int run(const ToolFlags& flags, const plan::ScenarioPlan& machine, ToolState& state,
          Output& out) const {
    if (!flags.journal.empty()) {
      if (auto good = check_target("--journal", flags.journal); !good) {
        return refused(good.error(), out);
      }
    }
    const bool keep = !tool_.only_reads(flags.rest);
    if (keep) {
      if (auto ready = state.make_ready(); !ready) return not_made(ready.error(), out);
    }
    ConsoleHost host(out);
    ToolCall call;
    call.tool = tool_.name;
    call.arguments = flags.rest;
    ToolRun done = run_tool(machine, sdk::party_factory(), state.calls(), call, host);
    if (!flags.journal.empty()) {
      if (auto written = write_file(flags.journal, write_text(*done.journal)); !written) {
        return not_made(written.error(), out);
      }
    }
    if (!done.problem.empty()) {
      out.error({done.problem, {}, 0, {}, state.hint()});
      return to_int(ExitCode::inconclusive);
    }
    const int code = done.call.code;
    if (keep) {
      if (auto kept = state.add(std::move(done.call)); !kept) return not_made(kept.error(), out);
    }
    return code;
  }

  const requester::Tool& tool_;
  std::string examples_;
  std::vector<std::string> rest_;
  std::string machine_, state_, journal_;
};

}  // namespace

std::vector<std::unique_ptr<Command>> make_tool_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  for (const requester::Tool& tool : requester::tools()) {
    commands.push_back(std::make_unique<ToolCommand>(tool));
  }
  return commands;
}

}  // namespace vsslab::cli
