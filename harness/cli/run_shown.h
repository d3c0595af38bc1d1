// A run with all that its user sees of it: the console report as it goes, progress, the result
// folder, the reports that were asked for, and the exit code. What `run` and `conform` share.
#pragma once

#include <functional>
#include <string>

#include "cli/output.h"
#include "cli/result_folder.h"
#include "cli/run_flags.h"
#include "run/exit_code.h"
#include "run/run_all.h"

namespace vsslab::cli {

struct RunShown {
  const ResultFolder* folder = nullptr;                  // none: the run leaves no files of its own
  bool folder_asked_for = false;                         // by --out, not by habit
  bool blocks_once = false;                              // reports::ConsoleOptions
  std::function<std::string(const Job&)> job_name = {};  // on the progress line
  std::function<void(RunResult&)> settle = {};           // the result's last touch before reports
};

ExitCode run_shown(const RunRequest& request, const ReportFlags& reports, const RunShown& shown,
                   Output& out);

}  // namespace vsslab::cli
