// vsslab check JOURNAL...: judges stored journals again with today's rules.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "cli/version.h"
#include "run/endings.h"
#include "run/run_all.h"
#include "run/run_scenario.h"

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
  }
  ExitCode execute(Output& out) override {
    if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
    const auto rules = rules_.select();
    if (!rules) return refuse(out, rules.error());
    const auto waivers = rules_.waivers();
    if (!waivers) return refuse(out, waivers.error());
    std::vector<Journal> journals;
    for (const std::string& file : files_) {
      auto journal = open_journal(file);
      if (!journal) return refuse(out, journal.error());
      journals.push_back(std::move(*journal));
    }
    if (auto good = reports_.check_targets(); !good) return refuse(out, good.error());
    return judge_all(std::move(journals), *rules, *waivers, out);
  }

 private:
  static ExitCode refuse(Output& out, const Error& error) {
    out.error(error);
    return ExitCode::usage;
  }

  // What is missing from the end of a journal may have happened.
  static void note_cut_off(ScenarioResult& result) {
    const JournalMeta& meta = result.journal->meta;
    if (meta.clock == "imported" || meta.ended == "quiet") return;
    ExpectationResult item;
    item.text = "the journal tells the run to its end";
    item.verdict = Verdict::inconclusive;
    item.actual = meta.ended.empty()
                      ? "it has no line '! ended': it was cut off, and what is missing may have "
                        "happened"
                      : fmt::format("the run ended by '{}'", meta.ended);
    if (!result.journal->events().empty()) {
      item.evidence.push_back(result.journal->events().back().seq);
    }
    result.expectations.push_back(std::move(item));
  }

  ExitCode judge_all(std::vector<Journal> journals, const std::vector<const Rule*>& rules,
                     const Waivers& waivers, Output& out) const {
    const auto console = reports_.console(out, {});
    if (console) console->run_started(journals.size());
    RunResult run;
    run.toolkit_version = version();
    run.strict = rules_.strict();
    run.command = "vsslab check";
    for (std::size_t i = 0; i < journals.size(); ++i) {
      ScenarioResult result;
      judge_journal(result, std::make_shared<const Journal>(std::move(journals[i])), rules);
      compare_ends({}, {}, result);
      note_cut_off(result);
      if (result.name.empty()) result.name = files_[i];
      result.file = files_[i];
      result.journal_file = files_[i];
      result.reproduce = "vsslab check " + shell_word(files_[i]);
      run.command += " " + shell_word(files_[i]);
      waivers.apply(result, utc_date());
      if (console) console->scenario_finished(result);
      run.scenarios.push_back(std::move(result));
    }
    waivers.finish(run, utc_date());
    run.never_applied = rules_never_applied(rules, run.scenarios);
    if (console) console->run_finished(run);
    if (auto written = reports_.finish(run, out); !written) {
      out.error(written.error());
      return ExitCode::inconclusive;
    }
    return static_cast<ExitCode>(run.exit_code());
  }

  std::vector<std::string> files_;
  RuleFlags rules_;
  ReportFlags reports_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

}  // namespace vsslab::cli
