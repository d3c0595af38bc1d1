// The command line as a whole: which subcommand, its flags, and what is wrong with them.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/config_flags.h"
#include "cli/version.h"
#include "core/os/terminal.h"
#include "core/suggest.h"

namespace vsslab::cli {
namespace {

using Commands = std::vector<std::unique_ptr<Command>>;

Commands all_commands() {
  Commands commands;
  commands.push_back(make_run_command());
  commands.push_back(make_conform_command());
  commands.push_back(make_check_command());
  commands.push_back(make_replay_command());
  commands.push_back(make_report_command());
  commands.push_back(make_compare_command());
  commands.push_back(make_validate_command());
  commands.push_back(make_metadata_command());
  commands.push_back(make_list_command());
  commands.push_back(make_explain_command());
  commands.push_back(make_serve_command());
  commands.push_back(make_bench_command());
  for (auto& tool : make_tool_commands()) commands.push_back(std::move(tool));
  return commands;
}

std::string general_help(const Commands& commands) {
  std::string text =
      "Examples:\n"
      "  vsslab run @demo                    back up a Windows Server in virtual time and judge "
      "it\n"
      "  vsslab explain VSS_WS_FAILED_AT_FREEZE    what a state, code, event or rule means\n"
      "\n"
      "vsslab tests parties of the Volume Shadow Copy Service (writers, requesters, providers)\n"
      "against Microsoft's published rules, on any machine.\n"
      "\n"
      "Commands:\n";
  for (const auto& command : commands) {
    text += fmt::format("  {:<10} {}\n", command->name(), command->summary());
  }
  text +=
      "\n"
      "  -h, --help    this text; 'vsslab COMMAND --help' for a command\n"
      "  --version     version, commit, compiler, rule catalogue\n"
      "\n"
      "Exit codes:\n"
      "  0    conforming: every selected MUST rule holds\n"
      "  1    not conforming: a failure, or an unexpected pass (--strict: or a warning)\n"
      "  2    asked for wrongly: a flag, a file, or nothing selected\n"
      "  3    no conclusion: internal error, inconclusive, or two runs of one seed differ\n"
      "  130  interrupted; what was done is reported\n"
      "\n"
      "Every flag can be set in the environment, VSSLAB_JOBS=2, or in a file vsslab.toml of the\n"
      "folder or one above it; 'vsslab COMMAND --print-config' shows what counts.\n";
  return text;
}

Error unknown_command(const Commands& commands, std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& command : commands) names.push_back(command->name());
  Error error{fmt::format("there is no command '{}'", word), {}, 0, {}, did_you_mean(word, names)};
  if (error.hint.empty()) error.hint = "'vsslab --help' shows the commands";
  return error;
}

// Every flag --some-name that takes no part in a test may come from VSSLAB_SOME_NAME.
void name_environment(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;
    std::string name = "VSSLAB_" + option->get_lnames().front();
    if (name == "VSSLAB_help" || name == "VSSLAB_print-config") continue;
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
      return letter == '-' ? '_' : static_cast<char>(std::toupper(letter));
    });
    option->envname(name);
  }
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

Error unknown_flag(const CLI::App& app, std::string_view command, std::string_view given) {
  const std::vector<std::string> names = flag_names(app);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view word = given.substr(0, given.find('='));
  const std::string_view near = nearest(word, views);
  Error error{fmt::format("'{}' is no flag of 'vsslab {}'", word, command), {}, 0, {}, {}};
  error.hint = near.empty() ? fmt::format("'vsslab {} --help' shows its flags", command)
                            : fmt::format("did you mean '{}'?", near);
  return error;
}

// CLI11's messages in words of ours; those that are not known here stay as they are.
std::string problem_text(const CLI::ParseError& problem) {
  const std::string said = problem.what();
  const std::string name = said.substr(0, said.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) {
    if (said.find("missing") != std::string::npos) return name + " needs a value";
    if (said.find("but received") != std::string::npos) return name + " is given more than once";
  }
  constexpr std::string_view kNoNumber = "Could not convert: ";
  const std::size_t equals = said.find(" = ");
  if (dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr &&
      said.starts_with(kNoNumber) && equals != std::string::npos) {
    return fmt::format("{} '{}' is no whole number",
                       said.substr(kNoNumber.size(), equals - kNoNumber.size()),
                       said.substr(equals + 3));
  }
  return said;
}

// CLI11 takes -1 for a very large number where none below zero is meant.
std::optional<Error> negative_number(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_type_name() != "UINT") continue;
    for (const std::string& value : option->results()) {
      if (!value.starts_with('-')) continue;
      return Error{fmt::format("{} '{}' is no whole number from 0 on", option->get_name(), value),
                   {},
                   0,
                   {},
                   {}};
    }
  }
  return std::nullopt;
}

// Whether any command has the flag --NAME.
bool known_anywhere(const Commands& commands, std::string_view name) {
  return std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
    CLI::App app;
    command->declare(app);
    return app.get_option_no_throw("--" + std::string(name)) != nullptr;
  });
}

ExitCode run_command(Command& command, std::vector<std::string> arguments, Output& out) {
  const std::vector<std::string> given = arguments;
  std::vector<std::string> names;
  for (const auto& other : all_commands()) names.emplace_back(other->name());
  ConfigFlags config(std::string(command.name()), std::move(names),
                     [](std::string_view name) { return known_anywhere(all_commands(), name); });
  CLI::App app{std::string(command.summary()), fmt::format("vsslab {}", command.name())};
  app.allow_extras();
  command.declare(app);
  config.declare(app);
  name_environment(app);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    out.answer(fmt::format("Examples:\n{}\n{}", command.examples(), app.help()));
    return ExitCode::conforming;
  } catch (const CLI::ParseError& problem) {
    for (const std::string& rest : app.remaining()) {
      if (rest.starts_with('-') && rest != "-")
        return refuse(out, unknown_flag(app, command.name(), rest));
    }
    out.error({problem_text(problem),
               {},
               0,
               {},
               fmt::format("'vsslab {} --help' shows what is valid", command.name())});
    return ExitCode::usage;
  }
  for (const std::string& rest : app.remaining()) {
    if (rest == "--") continue;
    if (rest.starts_with('-')) {
      out.error(unknown_flag(app, command.name(), rest));
    } else {
      out.error({fmt::format("'{}' is one argument too many", rest),
                 {},
                 0,
                 {},
                 fmt::format("'vsslab {} --help' shows what is valid", command.name())});
    }
    return ExitCode::usage;
  }
  if (auto good = config.apply(app); !good) return refuse(out, good.error());
  if (const auto negative = negative_number(app)) return refuse(out, *negative);
  if (config.print()) {
    out.answer(config.text(app, given));
    return ExitCode::conforming;
  }
  return command.execute(out);
}

}  // namespace

int main_of(std::vector<std::string> arguments, Output& out) {
  const Commands commands = all_commands();
  if (arguments.empty()) {
    out.tell(general_help(commands));
    return to_int(ExitCode::usage);
  }
  if (arguments.front() == "help" && arguments.size() > 1) {
    arguments = {arguments[1], "--help"};
  }
  const std::string word = arguments.front();
  if (word == "--help" || word == "-h" || word == "help") {
    out.answer(general_help(commands));
    return to_int(ExitCode::conforming);
  }
  if (word == "--version") {
    out.answer(version_text());
    return to_int(ExitCode::conforming);
  }
  for (const auto& command : commands) {
    if (command->name() != word) continue;
    arguments.erase(arguments.begin());
    if (const auto ended = command->run_raw(arguments, out)) {
      out.flush();
      return *ended;
    }
    const ExitCode code = run_command(*command, std::move(arguments), out);
    out.flush();
    return to_int(code);
  }
  if (word.starts_with('-')) {
    out.error({fmt::format("'{}' stands before any command", word),
               {},
               0,
               {},
               "write the command first, such as 'vsslab run @demo'"});
  } else {
    out.error(unknown_command(commands, word));
  }
  return to_int(ExitCode::usage);
}

}  // namespace vsslab::cli
