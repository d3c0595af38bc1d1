#include "requester/tools/machine_command.h"

#include <fmt/format.h>

#include "requester/tools/text.h"

namespace vsslab::requester {

namespace {

constexpr std::string_view kSyntax =
    "MACHINE REBOOT\n"
    "  Restarts the lab machine: its programs end, files that wait for a restart come to their\n"
    "  places, automatic services and the writers start.\n";

bool asks_for_help(const std::vector<std::string>& arguments) {
  return arguments.empty() || arguments[0] == "/?" || arguments[0] == "-?" ||
         (arguments.size() == 2 && (arguments[1] == "/?" || arguments[1] == "-?"));
}

}  // namespace

int run_machine(ToolHost& host, const std::vector<std::string>& arguments) {
  if (asks_for_help(arguments)) {
    host.print(kSyntax);
    return 0;
  }
  if (!equal_words(arguments[0], "reboot") || arguments.size() > 1) {
    const std::string& wrong = arguments[arguments.size() > 1 ? 1 : 0];
    host.print(fmt::format("ERROR: '{}' is nothing that a machine does.\n\n{}", wrong, kSyntax));
    return 2;
  }
  if (auto done = host.restart_machine(); !done) {
    host.print(fmt::format("ERROR: {}\n", done.error().message));
    return 1;
  }
  host.print(fmt::format("The machine {} has started again.\n", computer_name()));
  return 0;
}

bool machine_only_reads(const std::vector<std::string>& arguments) {
  return asks_for_help(arguments) || !equal_words(arguments[0], "reboot") || arguments.size() > 1;
}

}  // namespace vsslab::requester
