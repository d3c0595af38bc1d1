// vsslab report JOURNAL... --report FORMAT=PATH: makes reports of stored journals later.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/result_folder.h"
#include "cli/run_flags.h"
#include "cli/stored_journals.h"

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
    journals_.declare(app);
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
    auto work = journals_.open("vsslab report", reports_);
    if (!work) return refuse(out, work.error());
    const RunResult run = journals_.judge(std::move(*work), nullptr);
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
  StoredJournals journals_;
  ReportFlags reports_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace vsslab::cli
