// vsslab run: scenarios, suites, or Microsoft's Test Writer and BETest pair.
#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/break_flag.h"
#include "cli/command.h"
#include "cli/run_flags.h"
#include "cli/version.h"
#include "core/os/terminal.h"
#include "plan/words.h"
#include "run/run_all.h"
#include "run/selection.h"
#include "scenario/scenario.h"
#include "scenario/suites.h"
#include "sdk/party_factory.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLanesMax = 1024;  // lanes_max

class RunCommand : public Command {
 public:
  std::string_view name() const override { return "run"; }
  std::string_view summary() const override { return "run scenarios and judge them"; }
  std::string_view examples() const override {
    return "  vsslab run @demo\n"
           "  vsslab run scenarios/timing --seeds 1..20 -j 2 --report junit=junit.xml\n"
           "  vsslab run --writer VswriterSample.xml --betest BetestSample.xml --type FULL\n";
  }
  void declare(CLI::App& app) override;
  ExitCode execute(Output& out) override;

 private:
  Result<std::vector<std::string>> files_of(const std::string& path) const;
  Result<std::vector<plan::ScenarioPlan>> load() const;
  Result<plan::ScenarioPlan> load_pair() const;
  Result<std::vector<std::uint64_t>> seeds_of(const plan::ScenarioPlan& plan) const;
  Result<void> apply_clock(plan::ScenarioPlan& plan) const;
  std::string reproduce(const plan::ScenarioPlan& plan, std::uint64_t seed) const;
  Result<std::vector<Job>> jobs() const;
  Result<RunRequest> request() const;
  Result<void> make_folder(RunRequest& request, Output& out);
  ExitCode run(const RunRequest& request, Output& out);

  std::vector<std::string> paths_;
  RuleFlags rules_;
  ReportFlags reports_;
  std::string seed_;
  std::string seeds_;
  std::string clock_;
  std::string shard_ = "1/1";
  std::optional<std::size_t> lanes_;
  std::size_t failures_max_ = 0;
  bool check_determinism_ = false;
  std::string writer_;
  std::string betest_;
  std::string type_;  // empty: FULL
  std::string out_;
  std::string patience_ = "60s";
  BreakFlag break_at_;
  std::optional<ResultFolder> folder_;
};

void RunCommand::declare(CLI::App& app) {
  app.add_option("PATH", paths_, "scenario files, folders of them, or suites such as @demo");
  rules_.declare(app);
  app.add_option("--seed", seed_, "the seed, instead of the scenario's");
  app.add_option("--seeds", seeds_, "A..B: each scenario once with each seed");
  app.add_option("--clock", clock_, "virtual or real, instead of the scenario's");
  app.add_option("--shard", shard_, "I/N: the I-th of N parts of the work");
  app.add_option("-j,--jobs", lanes_, "lanes at the same time; default: the processors");
  app.add_option("--max-failures", failures_max_, "stop after so many scenarios that failed");
  app.add_flag("--check-determinism", check_determinism_, "run everything twice; compare digests");
  app.add_option("--writer", writer_, "a Test Writer configuration file; needs no scenario");
  app.add_option("--betest", betest_, "a BETest file that selects its components");
  app.add_option("--type", type_, "backup type for --writer: FULL, INCREMENTAL, …");
  break_at_.declare(app);
  app.add_option("-o,--out", out_, "folder for journals and reports; default results/<time>");
  app.add_option("--watchdog", patience_, "wall time after which a scenario counts as stuck");
  reports_.declare(app);
}

Result<std::vector<std::string>> RunCommand::files_of(const std::string& path) const {
  if (path.starts_with('@')) {
    const std::string folder = scenarios_folder();
    if (folder.empty()) {
      return fail(Error{fmt::format("'{}': no folder of scenarios is near", path),
                        {},
                        0,
                        {},
                        "run inside a checkout, or set VSSLAB_HOME to one"});
    }
    return scenario::read_suite(path.substr(1), folder);
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    auto files = scenario::find_scenarios(path);
    if (files.empty()) return fail(fmt::format("'{}' has no scenario in it", path));
    return files;
  }
  return std::vector<std::string>{path};
}

Result<plan::ScenarioPlan> RunCommand::load_pair() const {
  scenario::PairOptions options;
  const auto type = plan::parse_word(plan::backup_types(), type_.empty() ? "FULL" : type_);
  if (!type) {
    Error error = type.error();
    error.message = "--type: " + error.message;
    return fail(std::move(error));
  }
  options.backup_type = *type;
  return scenario::make_plan_from_pair(writer_, betest_, options);
}

Result<std::vector<plan::ScenarioPlan>> RunCommand::load() const {
  std::vector<plan::ScenarioPlan> plans;
  if (!writer_.empty()) {
    auto plan = load_pair();
    if (!plan) return fail(plan.error());
    plans.push_back(std::move(*plan));
  } else if (!betest_.empty()) {
    return fail(Error{"--betest needs a writer", {}, 0, {}, "add --writer FILE"});
  } else if (!type_.empty()) {
    return fail(Error{"--type needs a writer",
                      {},
                      0,
                      {},
                      "add --writer FILE; a scenario says the type itself, in Backup"});
  }
  std::vector<std::string> files;
  for (const std::string& path : paths_) {
    const auto found = files_of(path);
    if (!found) return fail(found.error());
    for (const std::string& file : *found) {
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
  }
  for (const std::string& file : files) {
    auto plan = scenario::load_scenario(file);
    if (!plan) return fail(plan.error());
    if (auto known = sdk::check_classes(*plan); !known) return fail(known.error());
    plans.push_back(std::move(*plan));
  }
  if (plans.empty()) {
    return fail(Error{
        "nothing to run", {}, 0, {}, "name a scenario file, a folder, or a suite such as @demo"});
  }
  return plans;
}

Result<std::vector<std::uint64_t>> RunCommand::seeds_of(const plan::ScenarioPlan& plan) const {
  if (!seed_.empty() && !seeds_.empty()) return fail("--seed and --seeds exclude one another");
  if (!seeds_.empty()) return parse_seeds(seeds_);
  if (seed_.empty()) return std::vector<std::uint64_t>{plan.seed};
  auto seeds = parse_seeds(seed_);
  if (!seeds || seeds->size() != 1) {
    return fail(Error{
        fmt::format("--seed '{}' is no whole number", seed_), {}, 0, {}, "--seeds takes ranges"});
  }
  return seeds;
}

Result<void> RunCommand::apply_clock(plan::ScenarioPlan& plan) const {
  if (clock_.empty()) return {};
  if (clock_ != "virtual" && clock_ != "real") {
    return fail(
        Error{fmt::format("--clock '{}' is unknown", clock_), {}, 0, {}, "valid: virtual, real"});
  }
  plan.clock = clock_ == "real" ? plan::Clock::real : plan::Clock::virtual_time;
  return {};
}

std::string RunCommand::reproduce(const plan::ScenarioPlan& plan, std::uint64_t seed) const {
  std::string command = "vsslab run";
  const bool pair = !writer_.empty() && plan.file == writer_;
  if (pair) {
    command += " --writer " + shell_word(writer_);
    if (!betest_.empty()) command += " --betest " + shell_word(betest_);
    command += " --type " + shell_word(type_.empty() ? "FULL" : type_);
  } else {
    command += " " + shell_word(plan.file);
  }
  command += fmt::format(" --seed {}", seed);
  if (!clock_.empty()) command += " --clock " + clock_;
  return command;
}

Result<std::vector<Job>> RunCommand::jobs() const {
  auto plans = load();
  if (!plans) return fail(plans.error());
  const auto shard = parse_shard(shard_);
  if (!shard) return fail(shard.error());
  std::vector<Job> jobs;
  std::size_t number = 0;
  for (plan::ScenarioPlan& loaded : *plans) {
    if (auto good = apply_clock(loaded); !good) return fail(good.error());
    const auto plan = std::make_shared<const plan::ScenarioPlan>(std::move(loaded));
    const auto seeds = seeds_of(*plan);
    if (!seeds) return fail(seeds.error());
    for (const std::uint64_t seed : *seeds) {
      if (shard->has(number++)) jobs.push_back({plan, seed, reproduce(*plan, seed)});
    }
  }
  if (jobs.empty()) {
    return fail(Error{fmt::format("part {} of the work is empty", shard_),
                      {},
                      0,
                      {},
                      fmt::format("there are {} scenarios to share out", number)});
  }
  return jobs;
}

Result<RunRequest> RunCommand::request() const {
  RunRequest request;
  auto rules = rules_.select();
  if (!rules) return fail(rules.error());
  auto waivers = rules_.waivers();
  if (!waivers) return fail(waivers.error());
  const auto patience = parse_duration(patience_);
  if (!patience || *patience == Duration(0)) {
    return fail(Error{fmt::format("--watchdog '{}' is no duration", patience_),
                      {},
                      0,
                      {},
                      "write a number and a unit, such as 60s"});
  }
  if (lanes_ && (*lanes_ == 0 || *lanes_ > kLanesMax)) {
    return fail(
        Error{fmt::format("--jobs {}: there are 1 to {} lanes (lanes_max)", *lanes_, kLanesMax),
              {},
              0,
              {},
              "without the flag there is one for each processor"});
  }
  auto jobs = this->jobs();
  if (!jobs) return fail(jobs.error());
  request.jobs = std::move(*jobs);
  request.rules = std::move(*rules);
  request.rules_narrowed = rules_.narrowed();
  request.parties = &sdk::party_factory();
  request.waivers = std::move(*waivers);
  request.strict = rules_.strict();
  request.check_determinism = check_determinism_;
  if (auto good = break_at_.apply(request); !good) return fail(good.error());
  request.lanes = lanes_.value_or(std::max(1U, std::thread::hardware_concurrency()));
  request.failures_max = failures_max_;
  request.keep = reports_.wants_events() ? KeepJournals::always : KeepJournals::evidence;
  request.patience = *patience;
  request.toolkit_version = version();
  request.command = "vsslab run";
  for (const std::string& path : paths_) request.command += " " + shell_word(path);
  request.today = utc_date();
  return request;
}

Result<void> RunCommand::make_folder(RunRequest& request, Output& out) {
  auto folder = ResultFolder::make(out_);
  if (folder) {
    folder_ = std::move(*folder);
    request.journal_folder = folder_->journals();
    return {};
  }
  if (!out_.empty()) return fail(folder.error());
  // A checkout that cannot be written is no reason not to answer.
  out.tell(fmt::format("vsslab: note: {}; journals and reports are not stored\n",
                       folder.error().message));
  return {};
}

ExitCode RunCommand::run(const RunRequest& request, Output& out) {
  const std::string report = folder_ ? folder_->shown() + "/result.json" : "";
  const auto console = reports_.console(out, report);
  Progress progress(reports_.progress(out), request.jobs.size(),
                    static_cast<std::size_t>(os::terminal_width(os::Stream::err)),
                    [&out](std::string_view text) { out.tell(text); });
  os::watch_interrupts();
  if (console) console->run_started(request.jobs.size());
  RunEvents events;
  events.started = [&](const Job& job) { progress.started(job.plan->name); };
  events.finished = [&](const ScenarioResult& result) {
    const Verdict worst = result.worst();
    progress.clear();
    if (console) console->scenario_finished(result);
    out.flush();
    progress.finished(result.name, worst <= Verdict::inconclusive,
                      worst >= Verdict::waived ? "ok" : verdict_name(worst));
  };
  events.stop = [&] { return os::interrupted() || out.broken(); };
  RunResult run = run_all(request, events);
  progress.clear();
  if (out.broken()) run.interrupted = false;
  if (folder_) {
    if (auto written = folder_->write_reports(run); !written) out.error(written.error());
  }
  if (console) console->run_finished(run);
  if (auto written = reports_.finish(run, out); !written) {
    out.error(written.error());
    return ExitCode::inconclusive;
  }
  return static_cast<ExitCode>(run.exit_code());
}

ExitCode RunCommand::execute(Output& out) {
  if (auto good = reports_.prepare(); !good) {
    out.error(good.error());
    return ExitCode::usage;
  }
  auto request = this->request();
  if (!request) {
    out.error(request.error());
    return ExitCode::usage;
  }
  if (auto good = reports_.check_targets(); !good) {
    out.error(good.error());
    return ExitCode::usage;
  }
  if (auto made = make_folder(*request, out); !made) {
    out.error(made.error());
    return ExitCode::usage;
  }
  return run(*request, out);
}

}  // namespace

std::unique_ptr<Command> make_run_command() { return std::make_unique<RunCommand>(); }

}  // namespace vsslab::cli
