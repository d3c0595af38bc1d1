// vsslab report JOURNAL... --report FORMAT=PATH: makes reports of stored journals later.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/judge_journals.h"
#include "cli/result_folder.h"
#include "cli/run_flags.h"

namespace vsslab::cli {
namespace {

class ReportCommand : public Command {
 public:
  std::string_view name() const override { return "report"; }
  std::string_view summary() const override { return "make reports of stored journals"; }
  std::string_view examples() const override {
    return "  vsslab report results/latest/journals/*.journal --report sarif=findings.sarif\n"
           "  vsslab report customer.journal --report console=-\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("JOURNAL", files_, "journals, as text or JSON; - is standard input")->required();
    rules_.declare(app);
    reports_.declare_targets(app);
    reports_.declare_redact(app);
  }
  // Making a report is no verdict: the exit code says whether the reports were written.
  ExitCode execute(Output& out) override {
    if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
    if (reports_.requests().empty()) {
      return refuse(out, {"no report is asked for",
                          {},
                          0,
                          {},
                          "add --report FORMAT=PATH, such as --report sarif=findings.sarif"});
    }
    auto rules = rules_.select();
    if (!rules) return refuse(out, rules.error());
    auto waivers = rules_.waivers();
    if (!waivers) return refuse(out, waivers.error());
    auto journals = open_journals(files_);
    if (!journals) return refuse(out, journals.error());
    if (auto good = reports_.check_targets(); !good) return refuse(out, good.error());
    const JudgeRequest request{std::move(*rules), std::move(*waivers), rules_.strict(),
                               "vsslab report", reports_.redact()};
    const RunResult run = judge_journals(std::move(*journals), files_, request, nullptr);
    if (auto written = reports_.finish(run, out); !written) {
      out.error(written.error());
      return ExitCode::inconclusive;
    }
    for (const ReportRequest& report : reports_.requests()) {
      if (report.path != "-") out.tell(fmt::format("Report: {}\n", report.path));
    }
    return ExitCode::conforming;
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

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace vsslab::cli
