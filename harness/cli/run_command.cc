// vsslab run: scenarios, suites, or Microsoft's Test Writer and BETest pair.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/break_flag.h"
#include "cli/command.h"
#include "cli/lane_flags.h"
#include "cli/run_flags.h"
#include "cli/run_shown.h"
#include "cli/run_sources.h"
#include "cli/version.h"
#include "run/selection.h"
#include "sdk/party_factory.h"

namespace vsslab::cli {
namespace {

constexpr std::size_t kJobsMax = 1'000'000;  // jobs_max: scenarios times seeds

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
  Result<std::vector<std::uint64_t>> seeds_of(const plan::ScenarioPlan& plan) const;
  Result<void> apply_clock(plan::ScenarioPlan& plan) const;
  Result<void> add_jobs(RunRequest& request);
  Result<RunRequest> request();
  Result<void> make_folder(RunRequest& request, Output& out);
  void name_jobs(RunRequest& request) const;

  SourceFlags what_;
  RuleFlags rules_;
  ReportFlags reports_;
  std::string seed_;
  std::string seeds_;
  std::string clock_;
  std::string shard_ = "1/1";
  LaneFlags lanes_{"60s"};
  std::size_t failures_max_ = 0;
  bool check_determinism_ = false;
  std::string out_;
  bool keep_files_ = false;
  BreakFlag break_at_;
  std::optional<ResultFolder> folder_;
  std::vector<RunSource> sources_;
  Redactor redactor_;
  std::vector<std::size_t> source_of_job_;
};

void RunCommand::declare(CLI::App& app) {
  what_.declare(app);
  rules_.declare(app);
  app.add_option("--seed", seed_, "the seed, instead of the scenario's");
  app.add_option("--seeds", seeds_, "A..B: each scenario once with each seed");
  app.add_option("--clock", clock_, "virtual or real, instead of the scenario's");
  app.add_option("--shard", shard_, "I/N: the I-th of N parts of the work");
  lanes_.declare(app);
  app.add_option("--max-failures", failures_max_, "stop after so many scenarios that failed");
  app.add_flag("--check-determinism", check_determinism_, "run everything twice; compare digests");
  break_at_.declare(app);
  app.add_option("-o,--out", out_, "folder for journals and reports; default results/<time>");
  app.add_flag("--keep-files", keep_files_, "what backups copied goes there too, below files/");
  reports_.declare(app);
  reports_.declare_redact(app);
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

Result<void> RunCommand::add_jobs(RunRequest& request) {
  auto sources = what_.load();
  if (!sources) return fail(sources.error());
  sources_ = std::move(*sources);
  const auto shard = parse_shard(shard_);
  if (!shard) return fail(shard.error());
  std::size_t number = 0;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (auto good = apply_clock(sources_[i].plan); !good) return fail(good.error());
    const auto plan = std::make_shared<const plan::ScenarioPlan>(std::move(sources_[i].plan));
    const auto seeds = seeds_of(*plan);
    if (!seeds) return fail(seeds.error());
    for (const std::uint64_t seed : *seeds) {
      if (!shard->has(number++)) continue;
      if (request.jobs.size() == kJobsMax) {
        return fail(Error{fmt::format("more than {} runs of scenarios (jobs_max)", kJobsMax),
                          {},
                          0,
                          {},
                          "take fewer seeds or scenarios, or share them out with --shard"});
      }
      Job& job = request.jobs.emplace_back();
      job.plan = plan;
      job.seed = seed;
      source_of_job_.push_back(i);
    }
  }
  if (request.jobs.empty()) {
    return fail(Error{fmt::format("part {} of the work is empty", shard_),
                      {},
                      0,
                      {},
                      fmt::format("there are {} scenarios to share out", number)});
  }
  return {};
}

// What a job leaves and how it is run again. Two scenarios may have one name: no journal takes
// another's place.
void RunCommand::name_jobs(RunRequest& request) const {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < request.jobs.size(); ++i) {
    Job& job = request.jobs[i];
    const RunSource& source = sources_[source_of_job_[i]];
    if (source.inputs_file.ends_with(".inputs")) job.inputs_file = source.inputs_file;
    job.reproduce =
        fmt::format("vsslab run {}{} --seed {}", source.arguments, source.settings, job.seed);
    if (!clock_.empty()) job.reproduce += " --clock " + clock_;
    job.reproduce += rules_.verdict_words();
    std::string wanted = journal_file_name(*job.plan, job.seed);
    if (reports_.redact()) {
      wanted = fmt::format("{}-{}.journal", redactor_.scenario_name(job.plan->name), job.seed);
    }
    job.journal_name = wanted;
    for (int number = 2; !taken.insert(job.journal_name).second; ++number) {
      job.journal_name = fmt::format("{}-{}.journal", wanted.substr(0, wanted.rfind('.')), number);
    }
  }
}

Result<RunRequest> RunCommand::request() {
  RunRequest request;
  auto rules = rules_.select();
  if (!rules) return fail(rules.error());
  auto waivers = rules_.waivers();
  if (!waivers) return fail(waivers.error());
  if (auto good = lanes_.apply(request); !good) return fail(good.error());
  if (auto added = add_jobs(request); !added) return fail(added.error());
  request.rules = std::move(*rules);
  request.rules_narrowed = rules_.narrowed();
  request.parties = &sdk::party_factory();
  request.waivers = std::move(*waivers);
  request.strict = rules_.strict();
  request.check_determinism = check_determinism_;
  if (auto good = break_at_.apply(request); !good) return fail(good.error());
  request.failures_max = failures_max_;
  request.keep = reports_.wants_events() ? KeepJournals::always : KeepJournals::evidence;
  request.toolkit_version = version();
  request.command = "vsslab run" + what_.command_words();
  request.today = utc_date();
  if (reports_.redact() && keep_files_) {
    return fail(Error{"--keep-files and --redact exclude one another",
                      {},
                      0,
                      {},
                      "files hold the names and contents that --redact takes out"});
  }
  if (reports_.redact()) {
    request.command = "vsslab run --redact";
    for (const Job& job : request.jobs) redactor_.learn(*job.plan);
    request.redactor = &redactor_;
  }
  return request;
}

Result<void> RunCommand::make_folder(RunRequest& request, Output& out) {
  auto folder = ResultFolder::make(out_);
  if (folder) {
    folder_ = std::move(*folder);
    request.journal_folder = folder_->journals();
    if (keep_files_) request.files_folder = folder_->files();
    if (reports_.redact()) return {};  // they hold every name
    return store_inputs(sources_, folder_->journals());
  }
  if (!out_.empty() || keep_files_) return fail(folder.error());
  // A checkout that cannot be written is no reason not to answer.
  out.tell(fmt::format("vsslab: note: {}; journals and reports are not stored\n",
                       folder.error().message));
  return {};
}

ExitCode RunCommand::execute(Output& out) {
  if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
  auto request = this->request();
  if (!request) return refuse(out, request.error());
  if (auto good = reports_.check_targets(); !good) return refuse(out, good.error());
  if (auto made = make_folder(*request, out); !made) return refuse(out, made.error());
  name_jobs(*request);
  RunShown shown{.folder = folder_ ? &*folder_ : nullptr, .folder_asked_for = !out_.empty()};
  if (reports_.redact()) {
    shown.job_name = [this](const Job& job) { return redactor_.scenario_name(job.plan->name); };
  }
  return run_shown(*request, reports_, shown, out);
}

}  // namespace

std::unique_ptr<Command> make_run_command() { return std::make_unique<RunCommand>(); }

}  // namespace vsslab::cli
