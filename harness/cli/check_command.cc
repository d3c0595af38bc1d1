// vsslab check JOURNAL...: judges stored journals again with today's rules.
#include <algorithm>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "cli/stored_journals.h"

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
    journals_.declare(app);
    reports_.declare(app);
    reports_.declare_redact(app);
  }
  ExitCode execute(Output& out) override {
    if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
    auto work = journals_.open("vsslab check", reports_);
    if (!work) return refuse(out, work.error());
    const auto console = reports_.console(out, {.strict = journals_.strict()});
    const RunResult run = journals_.judge(std::move(*work), console.get());
    if (auto written = reports_.finish(run, out); !written) {
      out.error(written.error());
      return ExitCode::inconclusive;
    }
    const auto code = static_cast<ExitCode>(run.exit_code());
    const bool played =
        std::any_of(run.scenarios.begin(), run.scenarios.end(), [](const ScenarioResult& one) {
          return one.journal && !one.journal->meta.scenario.empty();
        });
    if (code == ExitCode::not_conforming && played) {
      out.tell(
          "note: a journal does not keep which failures its scenario expects; 'vsslab run' of the "
          "scenario knows them, and 'vsslab compare' with an earlier result tells what is new\n");
    }
    return code;
  }

 private:
  StoredJournals journals_;
  ReportFlags reports_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

}  // namespace vsslab::cli
