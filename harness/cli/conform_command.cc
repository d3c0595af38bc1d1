// vsslab conform writer|requester|provider: the conformance suite against one party.
#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/break_flag.h"
#include "cli/command.h"
#include "cli/lane_flags.h"
#include "cli/run_flags.h"
#include "cli/run_shown.h"
#include "cli/version.h"
#include "run/selection.h"
#include "scenario/scenario.h"
#include "sdk/conform.h"
#include "sdk/party_factory.h"
#include "sdk/subject.h"
#include "sdk/subject_volumes.h"

namespace vsslab::cli {
namespace {

constexpr Duration kVirtualBudget = std::chrono::hours(12);

constexpr Duration kWaitWorthTelling = std::chrono::seconds(3);

class ConformCommand : public Command {
 public:
  std::string_view name() const override { return "conform"; }
  std::string_view summary() const override { return "the conformance suite against one party"; }
  std::string_view examples() const override {
    return "  vsslab conform writer --library build/libmy_writer.so\n"
           "  vsslab conform writer order-writer --report junit=junit.xml\n"
           "  vsslab conform requester --library libmy_backup.so --arg=--full\n"
           "  vsslab conform writer --exec ./my_writer --jobs 8\n"
           "  gdb --args vsslab conform writer --library libmy_writer.so --scenario full "
           "--break-at 57\n";
  }
  void declare(CLI::App& app) override;
  ExitCode execute(Output& out) override;

 private:
  void tell_waits(std::size_t scenarios, Output& out);
  Result<sdk::Subject> subject() const;
  std::string argument_flags() const;
  Result<std::vector<Job>> jobs(const sdk::Subject& subject, const Parties& parties,
                                Duration patience);
  Result<RunRequest> request(const sdk::Subject& subject, const Parties& parties);
  std::string reproduce(const sdk::Subject& subject, const plan::ScenarioPlan& plan,
                        std::uint64_t seed) const;
  ExitCode list_what_is_judged(Output& out) const;
  ExitCode run(RunRequest& request, const sdk::Subject& subject, Output& out);

  std::string role_word_;
  sdk::Role role_ = sdk::Role::writer;
  std::string class_;
  std::string library_;
  std::string program_;
  int shortened_ = 0;  // scenarios whose long waits are shorter for it
  std::vector<std::pair<Duration, std::string>> waits_;  // what its scenarios wait for, by name
  std::vector<std::string> arguments_;
  std::vector<std::string> scenarios_;
  std::string seeds_;
  bool list_families_ = false;
  bool list_rules_ = false;
  LaneFlags lanes_{"20s"};
  BreakFlag break_at_;
  std::string out_;
  RuleFlags rules_;
  ReportFlags reports_;
  std::vector<const Rule*> asked_for_;
};

void ConformCommand::declare(CLI::App& app) {
  app.add_option("ROLE", role_word_, "writer, requester or provider")->required();
  app.add_option("CLASS", class_, "a party of vsslab's own: a preset, or a class with a defect");
  app.add_option("--library", library_, "the party is in this shared library");
  app.add_option(
      "--exec", program_,
      "the party is this program, which vsscc made or which links vsslab::party; scenarios "
      "play in real time, their waits of a minute or more a sixtieth as long");
  app.add_option("--arg", arguments_,
                 "an argument for the party's main function, such as --arg=--full; repeat it")
      ->allow_extra_args(false);
  app.add_option("--scenario", scenarios_, "only these scenarios of the suite: names or globs")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--seeds", seeds_, "A..B, or one number: each scenario once with each seed");
  app.add_flag("--list-families", list_families_, "print the rule families and do nothing else");
  app.add_flag("--list-rules", list_rules_, "print the rules and do nothing else");
  lanes_.declare(app);
  break_at_.declare(app);
  app.add_option("-o,--out", out_, "folder for journals and reports; default: none are kept");
  rules_.declare(app);
  reports_.declare(app);
}

Result<sdk::Subject> ConformCommand::subject() const {
  const int named =
      (class_.empty() ? 0 : 1) + (library_.empty() ? 0 : 1) + (program_.empty() ? 0 : 1);
  if (named != 1) {
    return fail(Error{named == 0 ? "no party is named" : "two parties are named",
                      {},
                      0,
                      {},
                      "give --library FILE, --exec FILE, or the name of a class"});
  }
  if (!program_.empty()) {
    auto subject = sdk::program_subject(role_, program_, arguments_);
    if (subject) subject->flags = "--exec " + shell_word(program_) + argument_flags();
    return subject;
  }
  if (!arguments_.empty() && (!class_.empty() || role_ == sdk::Role::provider)) {
    return fail(Error{"--arg has nobody to go to",
                      {},
                      0,
                      {},
                      "only the main function of a writer or requester in a --library takes it"});
  }
  if (!class_.empty()) return sdk::class_subject(role_, class_);
  auto subject = sdk::library_subject(role_, library_, arguments_);
  if (!subject) return subject;
  subject->flags = "--library " + shell_word(library_) + argument_flags();
  return subject;
}

std::string ConformCommand::argument_flags() const {
  std::string flags;
  for (const std::string& argument : arguments_) flags += " --arg=" + shell_word(argument);
  return flags;
}

std::string ConformCommand::reproduce(const sdk::Subject& subject, const plan::ScenarioPlan& plan,
                                      std::uint64_t seed) const {
  return fmt::format("vsslab conform {} {} --scenario {} --seeds {}{}", role_word_, subject.flags,
                     shell_word(plan.name), seed, rules_.verdict_words());
}

Result<std::vector<Job>> ConformCommand::jobs(const sdk::Subject& subject, const Parties& parties,
                                              Duration patience) {
  const std::string folder = scenarios_folder();
  if (folder.empty()) {
    return fail(Error{"no folder of scenarios is near",
                      {},
                      0,
                      {},
                      "run inside a checkout, or set VSSLAB_HOME to one"});
  }
  const auto files = sdk::conformance_files(role_, folder, scenarios_);
  if (!files) return fail(files.error());
  std::vector<std::uint64_t> seeds;
  if (!seeds_.empty()) {
    auto parsed = parse_seeds(seeds_);
    if (!parsed) return fail(parsed.error());
    seeds = std::move(*parsed);
  }
  sdk::SubjectSite site;
  if (role_ == sdk::Role::writer) {
    auto found = sdk::site_of_writer(subject, parties, folder, patience);
    if (!found) return fail(found.error());
    site = std::move(*found);
  }
  std::vector<Job> jobs;
  for (const std::string& file : *files) {
    auto loaded = scenario::load_scenario(file);
    if (!loaded) return fail(loaded.error());
    if (auto known = sdk::check_classes(*loaded); !known) return fail(known.error());
    if (sdk::subject_name(*loaded, role_).empty()) {
      return fail(Error{fmt::format("no {} has subject=\"yes\"", role_word_), file, 0, {}, {}});
    }
    // A slow subject within every limit of VSS is none the worse, and virtual time costs nothing.
    if (!subject.program) loaded->budget = std::max(loaded->budget, kVirtualBudget);
    if (subject.program && sdk::put_program(*loaded, subject)) ++shortened_;
    if (subject.program) waits_.emplace_back(sdk::long_wait_of(*loaded), loaded->name);
    sdk::add_site(*loaded, site);
    const auto plan = std::make_shared<const plan::ScenarioPlan>(std::move(*loaded));
    const auto job = [&](std::uint64_t seed) {
      jobs.push_back({plan, seed, reproduce(subject, *plan, seed)});
    };
    if (seeds.empty()) job(plan->seed);
    for (const std::uint64_t seed : seeds) job(seed);
  }
  return jobs;
}

Result<RunRequest> ConformCommand::request(const sdk::Subject& subject, const Parties& parties) {
  RunRequest request;
  auto waivers = rules_.waivers();
  if (!waivers) return fail(waivers.error());
  if (auto good = lanes_.apply(request); !good) return fail(good.error());
  auto jobs = this->jobs(subject, parties, request.patience);
  if (!jobs) return fail(jobs.error());
  request.jobs = std::move(*jobs);
  request.parties = &parties;
  if (auto good = break_at_.apply(request); !good) return fail(good.error());
  // Every rule is judged: a broken one that is not the subject's is the toolkit's fault.
  request.rules = {catalogue().begin(), catalogue().end()};
  request.waivers = std::move(*waivers);
  request.strict = rules_.strict();
  request.keep = reports_.wants_events() ? KeepJournals::always : KeepJournals::evidence;
  request.toolkit_version = version();
  request.command = fmt::format("vsslab conform {} {}", role_word_, subject.flags);
  request.today = utc_date();
  request.lost = [this](const plan::ScenarioPlan& plan, ScenarioResult& result) {
    sdk::blame_subject(result, role_, sdk::subject_name(plan, role_));
  };
  request.narrow = [this](const plan::ScenarioPlan& plan, ScenarioResult& result) {
    sdk::keep_subject(result, role_, sdk::subject_name(plan, role_), asked_for_);
  };
  return request;
}

ExitCode ConformCommand::run(RunRequest& request, const sdk::Subject& subject, Output& out) {
  std::optional<ResultFolder> folder;
  if (!out_.empty()) {
    auto made = ResultFolder::make(out_);
    if (!made) return refuse(out, made.error());
    folder = std::move(*made);
    request.journal_folder = folder->journals();
  }
  RunShown shown{.folder = folder ? &*folder : nullptr,
                 .folder_asked_for = !out_.empty(),
                 .blocks_once = true};
  shown.settle = [&](RunResult& run) {
    std::erase_if(run.never_applied, [&](const std::string& id) {
      return !sdk::rule_is_for(role_, id) ||
             std::none_of(asked_for_.begin(), asked_for_.end(),
                          [&](const Rule* rule) { return rule->card.id == id; });
    });
    run.conformance = sdk::conformance_of(run, role_, subject.name, asked_for_,
                                          rules_.narrowed() || !scenarios_.empty());
  };
  return run_shown(request, reports_, shown, out);
}

ExitCode ConformCommand::list_what_is_judged(Output& out) const {
  std::string_view last;
  for (const Rule* rule : catalogue()) {
    const std::string_view id = rule->card.id;
    const std::string_view line = list_rules_ ? id : sdk::family_of(id);
    if (!sdk::rule_is_for(role_, id) || line == last) continue;
    out.answer(fmt::format("{}\n", line));
    last = line;
  }
  return ExitCode::conforming;
}

// A program lives in real time, so that somebody waits: for what?
void ConformCommand::tell_waits(std::size_t scenarios, Output& out) {
  if (shortened_ > 0) {
    out.tell(
        fmt::format("In {} of {} scenarios waits of a minute or more are a sixtieth as long: "
                    "a program lives in real time.\n",
                    shortened_, scenarios));
  }
  std::erase_if(waits_, [](const auto& wait) { return wait.first < kWaitWorthTelling; });
  if (waits_.empty()) return;
  std::stable_sort(waits_.begin(), waits_.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (const auto& [wait, name] : waits_) {
    text += fmt::format("{}{} ({} s)", text.empty() ? "" : ", ", name,
                        std::chrono::ceil<std::chrono::seconds>(wait).count());
  }
  out.tell(
      fmt::format("Scenarios that wait, beside what the program itself waits for: {}.\n", text));
}

ExitCode ConformCommand::execute(Output& out) {
  const auto role = sdk::parse_role(role_word_);
  if (!role) return refuse(out, role.error());
  role_ = *role;
  if (list_families_ || list_rules_) return list_what_is_judged(out);
  if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
  auto rules = rules_.select();
  if (!rules) return refuse(out, rules.error());
  asked_for_ = std::move(*rules);
  if (std::none_of(asked_for_.begin(), asked_for_.end(),
                   [this](const Rule* rule) { return sdk::rule_is_for(role_, rule->card.id); })) {
    return refuse(out, Error{fmt::format("none of the selected rules is about a {}", role_word_),
                             {},
                             0,
                             {},
                             fmt::format("'vsslab conform {} --list-families' names those that are",
                                         role_word_)});
  }
  const auto party = subject();
  if (!party) return refuse(out, party.error());
  const Parties parties = sdk::with_subject(sdk::party_factory(), *party);
  auto request = this->request(*party, parties);
  if (!request) return refuse(out, request.error());
  if (auto good = reports_.check_targets(); !good) return refuse(out, good.error());
  tell_waits(request->jobs.size(), out);
  return run(*request, *party, out);
}

}  // namespace

std::unique_ptr<Command> make_conform_command() { return std::make_unique<ConformCommand>(); }

}  // namespace vsslab::cli
