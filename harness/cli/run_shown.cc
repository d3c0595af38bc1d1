#include "cli/run_shown.h"

#include "core/os/terminal.h"

namespace vsslab::cli {

ExitCode run_shown(const RunRequest& request, const ReportFlags& reports, const RunShown& shown,
                   Output& out) {
  const auto console = reports.console(
      out, {.report_path = shown.folder ? shown.folder->shown() + "/result.json" : "",
            .strict = request.strict,
            .blocks_once = shown.blocks_once});
  Progress progress(reports.progress(out), request.jobs.size(),
                    static_cast<std::size_t>(os::terminal_width(os::Stream::err)),
                    [&out](std::string_view text) { out.tell(text); });
  os::watch_interrupts();
  if (console) console->run_started(request.jobs.size());
  RunEvents events;
  events.started = [&](const Job& job) {
    progress.started(shown.job_name ? shown.job_name(job) : job.plan->name);
  };
  events.finished = [&](const ScenarioResult& result) {
    const Verdict worst = result.worst();
    progress.clear();
    if (console) console->scenario_finished(result);
    out.flush();
    progress.finished(result.name, counts_as_failure(worst, request.strict),
                      worst >= Verdict::waived ? "ok" : verdict_name(worst));
  };
  // Files that were asked for get everything, though nobody reads the screen any more.
  const bool to_the_end = shown.folder_asked_for || reports.writes_files();
  events.stop = [&] { return os::interrupted() || (out.broken() && !to_the_end); };
  RunResult run = run_all(request, events);
  progress.clear();
  if (shown.settle) shown.settle(run);
  bool all_written = true;
  const auto note = [&](const Result<void>& written, bool asked_for) {
    if (written) return;
    out.error(written.error());
    if (asked_for) all_written = false;
  };
  if (shown.folder) note(shown.folder->write_reports(run), shown.folder_asked_for);
  if (console) console->run_finished(run);
  note(reports.finish(run, out), true);
  return all_written ? static_cast<ExitCode>(run.exit_code()) : ExitCode::inconclusive;
}

}  // namespace vsslab::cli
