#include "run/run_all.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/output_file.h"
#include "core/wall_clock.h"
#include "journal/text.h"
#include "run/lanes.h"
#include "run/result_io.h"
#include "run/run_scenario.h"

namespace vsslab {
namespace {

bool needs_journal(const ScenarioResult& result, KeepJournals keep) {
  if (result.journal == nullptr) return false;
  if (keep == KeepJournals::always) return true;
  const auto shows = [](Verdict verdict) { return verdict <= Verdict::waived; };
  return std::any_of(result.findings.begin(), result.findings.end(),
                     [&](const Finding& finding) { return shows(finding.verdict); }) ||
         std::any_of(result.expectations.begin(), result.expectations.end(),
                     [&](const ExpectationResult& item) { return shows(item.verdict); });
}

Result<void> store(const Journal& journal, const std::string& path) {
  OutputFile file(path);
  stream_text(journal, TextHeader::whole, [&](std::string_view piece) { file.write(piece); });
  return file.finish();
}

class Lane {
 public:
  explicit Lane(const RunRequest& request) : request_(request) {}

  // `stored`: of two runs of one job only the first leaves its journal.
  // `number` is the job's place in the run.
  std::string run(const Job& job, std::size_t number, bool stored) const {
    const Stopwatch watch;
    ScenarioOptions options;
    options.rules = request_.rules;
    options.seed = job.seed;
    options.toolkit_version = request_.toolkit_version;
    options.break_at = request_.break_at;
    options.inputs_file = job.inputs_file;
    const std::string name =
        job.journal_name.empty() ? journal_file_name(*job.plan, job.seed) : job.journal_name;
    if (stored && !request_.files_folder.empty()) {
      options.keep_files = request_.files_folder + "/" + name.substr(0, name.rfind('.'));
    }
    ScenarioResult result = run_scenario(*job.plan, options, *request_.parties);
    if (request_.narrow) request_.narrow(*job.plan, result);
    result.reproduce = job.reproduce;
    if (request_.rules_narrowed) {
      for (const Rule* rule : request_.rules) result.selected_rules.emplace_back(rule->card.id);
    }
    if (stored && !request_.journal_folder.empty() && result.journal != nullptr) {
      result.journal_file = request_.journal_folder + "/" + name;
      const auto stored_whole =
          request_.redactor == nullptr
              ? store(*result.journal, result.journal_file)
              : store(Redactor::Scenario(*request_.redactor, number).journal(*result.journal),
                      result.journal_file);
      if (!stored_whole) {
        result.toolkit_error = "the journal could not be stored: " + stored_whole.error().message;
      }
    }
    result.wall_time = watch.elapsed();
    std::string journal;
    // Names that only the journal brings up have to be learnt from it once more.
    const bool wanted = request_.redactor != nullptr && result.journal != nullptr;
    if (wanted || needs_journal(result, request_.keep)) journal = write_text(*result.journal);
    return pack_result(result, journal);
  }

 private:
  const RunRequest& request_;
};

// The same journal in virtual time; in real time the same verdict.
void compare(ScenarioResult& first, const ScenarioResult& second) {
  if (!first.toolkit_error.empty()) return;
  if (first.clock == "virtual") {
    if (first.journal_digest == second.journal_digest) return;
    first.toolkit_error = fmt::format("two runs of seed {} differ: journal digests {} and {}",
                                      first.seed, first.journal_digest, second.journal_digest);
  } else if (first.worst() != second.worst()) {
    first.toolkit_error = fmt::format("two real-time runs of seed {} differ: {} and {}", first.seed,
                                      verdict_name(first.worst()), verdict_name(second.worst()));
  }
}

ScenarioResult blank_result(const Job& job) {
  ScenarioResult result;
  result.name = job.plan->name;
  result.file = job.plan->file;
  result.description = job.plan->description;
  result.seed = job.seed;
  result.clock = job.plan->clock == plan::Clock::real ? "real" : "virtual";
  for (const plan::Setting& setting : job.plan->settings) {
    result.settings.push_back(setting.name + "=" + setting.value);
  }
  result.reproduce = job.reproduce;
  return result;
}

}  // namespace

std::string journal_file_name(const plan::ScenarioPlan& plan, std::uint64_t seed) {
  std::string name = plan.name;
  for (char& letter : name) {
    const bool plain = ascii::is_letter_or_digit(letter) || letter == '-' || letter == '_';
    if (!plain) letter = '-';
  }
  // A name that begins with '-' would be a flag of whatever is given it.
  name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
  name.resize(name.find_last_not_of('-') + 1);
  if (name.empty()) name = "scenario";
  return fmt::format("{}-{}.journal", name.substr(0, 120), seed);
}

std::vector<std::string> rules_never_applied(const std::vector<const Rule*>& rules,
                                             const std::vector<ScenarioResult>& scenarios) {
  std::set<std::string_view> applied;
  for (const ScenarioResult& scenario : scenarios) {
    for (const Finding& finding : scenario.findings) {
      if (finding.verdict != Verdict::not_applicable) applied.insert(finding.rule_id);
    }
  }
  std::vector<std::string> never;
  for (const Rule* rule : rules) {
    if (!applied.contains(rule->card.id)) never.emplace_back(rule->card.id);
  }
  return never;
}

namespace {

// Takes the results of the lanes in order and makes the run of them.
class Collector {
 public:
  Collector(const RunRequest& request, const RunEvents& events, RunResult& run)
      : request_(request), events_(events), run_(run) {}

  // False when enough scenarios have failed.
  bool take(ScenarioResult result) {
    if (request_.check_determinism && !first_) {
      first_ = std::make_unique<ScenarioResult>(std::move(result));
      return true;
    }
    if (first_) {
      compare(*first_, result);
      result = std::move(*first_);
      first_.reset();
    }
    request_.waivers.apply(result, request_.today);
    if (request_.redactor != nullptr) redact(result);
    const bool failed = counts_as_failure(result.worst(), request_.strict);
    run_.scenarios.push_back(std::move(result));
    if (events_.finished) events_.finished(run_.scenarios.back());
    if (failed) ++failures_;
    return request_.failures_max == 0 || failures_ < request_.failures_max;
  }

  // At the end of the run.
  void finish() {
    if (request_.redactor == nullptr) return request_.waivers.finish(run_, request_.today);
    request_.waivers.finish(originals_, request_.today);
    Redactor::copy_late_verdicts(originals_, run_);
  }

 private:
  void redact(ScenarioResult& result) {
    Redactor::Scenario scenario(*request_.redactor, run_.scenarios.size() + 1);
    // Waivers name parties by their real names, at the end of the run, too.
    originals_.scenarios.push_back(result);
    originals_.scenarios.back().journal.reset();
    scenario.result(result);
    if (!needs_journal(result, request_.keep)) result.journal.reset();
  }

  const RunRequest& request_;
  const RunEvents& events_;
  RunResult& run_;
  RunResult originals_;                    // without journals; when names are taken out
  std::unique_ptr<ScenarioResult> first_;  // of two runs of one job
  std::size_t failures_ = 0;
};

}  // namespace

RunResult run_all(const RunRequest& request, const RunEvents& events) {
  RunResult run;
  run.toolkit_version = request.toolkit_version;
  run.command = request.command;
  run.strict = request.strict;
  const Lane lane(request);
  Collector collector(request, events, run);
  // Two runs of one job are two processes, so that both start from the same state.
  const std::size_t runs = request.check_determinism ? 2 : 1;
  const auto job = [&](std::size_t index) -> const Job& { return request.jobs[index / runs]; };
  bool stopped = false;
  Lanes lanes;
  lanes.lanes = std::max<std::size_t>(request.lanes, 1);
  lanes.jobs = request.jobs.size() * runs;
  lanes.in_process = request.in_process;
  lanes.job = [&](std::size_t index) {
    return lane.run(job(index), index / runs + 1, index % runs == 0);
  };
  lanes.where = running_party;
  lanes.blank = [&](std::size_t index) { return blank_result(job(index)); };
  lanes.patience = [&](std::size_t index) {
    const plan::ScenarioPlan& plan = *job(index).plan;
    return request.patience + (plan.clock == plan::Clock::real ? plan.budget : Duration(0));
  };
  lanes.started = [&](std::size_t index) {
    if (events.started) events.started(job(index));
  };
  lanes.finished = [&](std::size_t index, ScenarioResult result) {
    if (request.lost && !result.lost_in.empty()) request.lost(*job(index).plan, result);
    return collector.take(std::move(result));
  };
  lanes.interrupted = [&] {
    stopped = stopped || (events.stop && events.stop());
    return stopped;
  };
  run_lanes(lanes);
  run.interrupted = stopped && run.scenarios.size() < request.jobs.size();
  run.not_run = request.jobs.size() - std::min(request.jobs.size(), run.scenarios.size());
  collector.finish();
  run.never_applied = rules_never_applied(request.rules, run.scenarios);
  return run;
}

}  // namespace vsslab
