// vsslab check JOURNAL...: judges stored journals again with today's rules.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/judge_journals.h"
#include "cli/run_flags.h"

namespace vsslab::cli {
namespace {

class CheckCommand : public Command {
 public:
  std::string_view name() const override { return "check"; }
  std::string_view summary() const override { return "judge stored journals again"; }
  std::string_view examples() const override {
    return "  vsslab check results/latest/journals/timing-freeze-hang-42.journal\n"
           "  vsslab check --rule 'VSSW-*' --json customer.journal\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("JOURNAL", files_, "journals, as text or JSON; - is standard input")->required();
    rules_.declare(app);
    reports_.declare(app);
    reports_.declare_redact(app);
  }
  ExitCode execute(Output& out) override {
    if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
    auto rules = rules_.select();
    if (!rules) return refuse(out, rules.error());
    auto waivers = rules_.waivers();
    if (!waivers) return refuse(out, waivers.error());
    auto journals = open_journals(files_);
    if (!journals) return refuse(out, journals.error());
    if (auto good = reports_.check_targets(); !good) return refuse(out, good.error());
    const JudgeRequest request{std::move(*rules), std::move(*waivers), rules_.strict(),
                               "vsslab check", reports_.redact()};
    const auto console = reports_.console(out, {.strict = rules_.strict()});
    const RunResult run = judge_journals(std::move(*journals), files_, request, console.get());
    if (auto written = reports_.finish(run, out); !written) {
      out.error(written.error());
      return ExitCode::inconclusive;
    }
    return static_cast<ExitCode>(run.exit_code());
  }

 private:
  static ExitCode refuse(Output& out, const Error& error) {
    out.error(error);
    return ExitCode::usage;
  }

  std::vector<std::string> files_;
  RuleFlags rules_;
  ReportFlags reports_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

}  // namespace vsslab::cli
