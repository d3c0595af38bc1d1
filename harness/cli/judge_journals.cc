#include "cli/judge_journals.h"

#include <fmt/format.h>

#include "cli/run_flags.h"
#include "cli/version.h"
#include "core/wall_clock.h"
#include "journal/reader.h"
#include "run/endings.h"
#include "run/redact.h"
#include "run/run_all.h"
#include "run/run_scenario.h"

namespace vsslab::cli {
namespace {

// What is missing from the end of a journal may have happened.
void note_cut_off(ScenarioResult& result) {
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

}  // namespace

Result<std::vector<Journal>> open_journals(const std::vector<std::string>& files) {
  std::vector<Journal> journals;
  for (const std::string& file : files) {
    auto journal = read_journal(file);
    if (!journal) return fail(journal.error());
    journals.push_back(std::move(*journal));
  }
  return journals;
}

RunResult judge_journals(std::vector<Journal> journals, const std::vector<std::string>& files,
                         const JudgeRequest& request, reports::Listener* listener) {
  if (listener != nullptr) listener->run_started(journals.size());
  RunResult run;
  run.toolkit_version = version();
  run.strict = request.strict;
  run.command = request.command;
  Redactor redactor;
  if (request.redact) {
    run.command += " --redact";
    for (const Journal& journal : journals) redactor.learn(journal);
  }
  RunResult originals;  // waivers name parties by their real names
  for (std::size_t i = 0; i < journals.size(); ++i) {
    ScenarioResult result;
    judge_journal(result, std::make_shared<const Journal>(std::move(journals[i])), request.rules);
    compare_ends({}, {}, result);
    note_cut_off(result);
    if (result.name.empty()) result.name = files[i];
    result.file = files[i];
    result.journal_file = files[i];
    result.reproduce = "vsslab check " + shell_word(files[i]);
    request.waivers.apply(result, utc_date());
    if (request.redact) {
      originals.scenarios.push_back(result);
      Redactor::Scenario(redactor, i + 1).result(result);
      result.reproduce.clear();
    } else {
      run.command += " " + shell_word(files[i]);
    }
    if (listener != nullptr) listener->scenario_finished(result);
    run.scenarios.push_back(std::move(result));
  }
  request.waivers.finish(request.redact ? originals : run, utc_date());
  if (request.redact) Redactor::copy_late_verdicts(originals, run);
  run.never_applied = rules_never_applied(request.rules, run.scenarios);
  if (listener != nullptr) listener->run_finished(run);
  return run;
}

}  // namespace vsslab::cli
