// vsslab serve: the service for parties in other processes, in real time.
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"

#include "cli/run_flags.h"
#include "cli/version.h"
#include "core/input_file.h"
#include "core/limits.h"
#include "core/os/socket.h"
#include "core/os/terminal.h"
#include "core/output_file.h"
#include "core/wall_clock.h"
#include "journal/text.h"
#include "run/expect.h"
#include "run/machine.h"
#include "run/run_all.h"
#include "run/run_scenario.h"
#include "scenario/identify_file.h"
#include "scenario/lab_machine.h"
#include "scenario/scenario.h"
#include "sdk/party_factory.h"
#include "transport/server.h"

namespace vsslab::cli {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(50);
constexpr Duration kFarewell = std::chrono::seconds(10);  // for programs that are asked to end
constexpr Duration kIdle = std::chrono::seconds(2);

class ServeCommand : public Command {
 public:
  std::string_view name() const override { return "serve"; }
  std::string_view summary() const override { return "the service for parties that are programs"; }
  std::string_view examples() const override {
    return "  vsslab serve --listen unix:/tmp/vss.sock\n"
           "  vsslab serve --listen tcp:4711 --token-file token.txt --machine machine.xml\n"
           "  VSSLAB_SERVICE=unix:/tmp/vss.sock ./my_writer\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("--listen", listen_, "unix:PATH or tcp:PORT (loopback, with a token)");
    app.add_option("--token-file", token_file_, "what programs must say to come in by TCP");
    app.add_option("--machine", machine_,
                   "a machine file, or a scenario whose volumes, providers and faults to take");
    app.add_flag("--events", events_, "print the journal's events as they come");
    app.add_flag("--until-idle", until_idle_, "end when programs came and all but writers left");
    app.add_option("--time-limit", time_limit_, "end after this time, such as 10m");
    app.add_option("-o,--out", out_, "folder for the journal and reports; default results/<time>");
    rules_.declare(app);
    reports_.declare(app);
  }
  ExitCode execute(Output& out) override;

 private:
  struct Asked {
    transport::Address address;
    std::string token;
    Duration limit{};
    plan::ScenarioPlan plan;
  };
  struct Judges {
    std::vector<const Rule*> rules;
    Waivers waivers;
  };
  Result<Asked> asked() const;
  Result<plan::ScenarioPlan> plan() const;
  Result<std::string> token() const;
  // Makes the machine and serves; an error when that cannot be, else what cut it short.
  Result<std::string> serve(const Asked& asked, const std::shared_ptr<Journal>& journal,
                            Output& out);
  // Until it is over; what cut it short.
  std::string attend(Machine& machine, transport::Server& server, Duration limit) const;
  ExitCode report(ScenarioResult result, const Judges& judges, ResultFolder& folder, Output& out);

  std::string listen_ = "unix:vsslab.sock";
  std::string token_file_;
  std::string machine_;
  std::string time_limit_ = "24h";
  std::string out_;
  bool until_idle_ = false;
  bool events_ = false;
  RuleFlags rules_;
  ReportFlags reports_;
};

// A scenario's machine, or a file with nothing but a machine, as the tools take it.
Result<plan::ScenarioPlan> load_machine(const std::string& file) {
  auto bytes = read_input(file, limits::kScenarioBytesMax, "scenario_bytes_max");
  if (!bytes) return fail(bytes.error());
  const auto kind = scenario::identify_file(*bytes, file);
  const bool machine = kind && *kind == scenario::FileKind::machine;
  return machine ? scenario::parse_lab_machine(std::move(*bytes), file)
                 : scenario::load_scenario(file);
}

Result<plan::ScenarioPlan> ServeCommand::plan() const {
  plan::ScenarioPlan plan;
  if (!machine_.empty()) {
    auto loaded = load_machine(machine_);
    if (!loaded) return loaded;
    if (auto known = sdk::check_classes(*loaded); !known) return fail(known.error());
    plan = std::move(*loaded);
  }
  for (const plan::ProviderPlan& provider : plan.providers) {
    if (!provider.program) continue;
    return fail(Error{
        fmt::format("'vsslab serve' does not start the program of provider '{}'", provider.name),
        plan.file,
        provider.line,
        {},
        "start it yourself: it registers when it comes in"});
  }
  plan.clock = plan::Clock::real;
  if (plan.name.empty()) plan.name = "serve";
  return plan;
}

Result<std::string> ServeCommand::token() const {
  if (token_file_.empty()) return std::string();
  std::ifstream file(token_file_);
  std::string token;
  if (!std::getline(file, token) || token.empty()) {
    return fail(Error{"the token file has no first line", token_file_, 0, {}, {}});
  }
  return token;
}

std::string ServeCommand::attend(Machine& machine, transport::Server& server,
                                 Duration limit) const {
  Scheduler& scheduler = machine.scheduler();
  bool interrupted = false;
  scheduler.spawn("serve", TaskContext{}, [&] {
    const Time deadline = scheduler.now() + limit;
    Time busy = scheduler.now();
    std::size_t events = 0;
    while (!interrupted && scheduler.now() < deadline && events < limits::kJournalEventsMax) {
      scheduler.sleep_for(kLook);
      interrupted = os::interrupted();
      const std::size_t now = machine.journal().events().size();
      const bool waits = server.seen() == 0 ||
                         server.connected() > machine.service().subscribed_writers() ||
                         now != events;
      events = now;
      if (waits) busy = scheduler.now();
      if (until_idle_ && scheduler.now() - busy > kIdle) break;
    }
    server.dismiss();
    const Time farewell = scheduler.now() + kFarewell;
    while (server.connected() != 0 && scheduler.now() < farewell) scheduler.sleep_for(kLook);
    machine.service().shut_down();
    server.close();
    scheduler.sleep_for(kLook);  // what the programs held is let go of
    scheduler.stop();
  });
  RunBudget budget;
  budget.time = limit + std::chrono::hours(1);
  const RunEnd end = scheduler.run(budget);
  return end == RunEnd::stopped ? "" : "the lab came to rest while it served";
}

std::shared_ptr<Journal> journal_of(const plan::ScenarioPlan& plan) {
  auto journal = std::make_shared<Journal>();
  journal->meta.toolkit = version();
  journal->meta.scenario = plan.name;
  journal->meta.scenario_file = plan.file;
  journal->meta.clock = "real";
  journal->meta.profile = plan.profile;
  journal->meta.seed = plan.seed;
  journal->meta.ties = "first-come";
  journal->meta.ended = "quiet";
  return journal;
}

Result<ServeCommand::Asked> ServeCommand::asked() const {
  Asked asked;
  const auto address = transport::parse_address(listen_);
  if (!address) return fail(address.error());
  asked.address = *address;
  const auto secret = token();
  if (!secret) return fail(secret.error());
  asked.token = *secret;
  const auto limit = parse_duration(time_limit_);
  if (!limit) return fail(fmt::format("--time-limit '{}' is no duration", time_limit_));
  asked.limit = *limit;
  auto plan = this->plan();
  if (!plan) return fail(plan.error());
  asked.plan = std::move(*plan);
  return asked;
}

Result<std::string> ServeCommand::serve(const Asked& asked, const std::shared_ptr<Journal>& journal,
                                        Output& out) {
  Machine machine(asked.plan, asked.plan.seed, make_real_scheduler(), journal);
  const ActorId lab = journal->actor(ActorKind::lab, "lab");
  const auto note = [&](std::string_view name, std::initializer_list<ArgText> args) {
    journal->append({.t = machine.scheduler().now(), .actor = lab, .name = name}, args);
  };
  note("ScenarioStart", {{"clock", "real"}, {"profile", asked.plan.profile}});
  if (events_) {
    journal->on_append = [&](const Event& event) { out.tell(event_line(*journal, event) + "\n"); };
  }
  if (auto built = machine.build(sdk::party_factory()); !built) return fail(built.error());
  transport::ServerOptions options;
  options.address = asked.address;
  options.token = asked.token;
  options.answer_limit = asked.plan.response_limit.value_or(options.answer_limit);
  options.note = [&](std::string_view event, std::string_view party, std::string_view text) {
    note(event, {{"party", party}, {"text", text}});
    out.tell(fmt::format("vsslab: {} {}: {}\n", event, party.empty() ? "-" : party, text));
  };
  std::string problem;
  {
    transport::Server server(machine.lab(), machine.service(), options);
    if (auto listening = server.listen(); !listening) return fail(listening.error());
    os::watch_interrupts();
    out.tell(fmt::format("vsslab: serving at {}; programs find it by VSSLAB_SERVICE\n",
                         transport::to_text(asked.address)));
    problem = attend(machine, server, asked.limit);
    note("ScenarioEnd", {{"ended", journal->meta.ended}});
  }
  journal->on_append = nullptr;
  return problem;
}

ExitCode ServeCommand::report(ScenarioResult result, const Judges& judges, ResultFolder& folder,
                              Output& out) {
  RunResult run;
  run.toolkit_version = version();
  run.strict = rules_.strict();
  run.command = "vsslab serve";
  judges.waivers.apply(result, utc_date());
  const auto console =
      reports_.console(out, {.report_path = folder.shown() + "/result.json", .strict = run.strict});
  if (console) console->run_started(1);
  if (console) console->scenario_finished(result);
  run.scenarios.push_back(std::move(result));
  judges.waivers.finish(run, utc_date());
  run.never_applied = rules_never_applied(judges.rules, run.scenarios);
  if (auto written = folder.write_reports(run); !written) out.error(written.error());
  if (console) console->run_finished(run);
  if (auto written = reports_.finish(run, out); !written) {
    out.error(written.error());
    return ExitCode::inconclusive;
  }
  return static_cast<ExitCode>(run.exit_code());
}

ExitCode ServeCommand::execute(Output& out) {
  if (auto good = reports_.prepare(); !good) return refuse(out, good.error());
  auto rules = rules_.select();
  if (!rules) return refuse(out, rules.error());
  auto waivers = rules_.waivers();
  if (!waivers) return refuse(out, waivers.error());
  const auto asked = this->asked();
  if (!asked) return refuse(out, asked.error());
  auto folder = ResultFolder::make(out_);
  if (!folder) return refuse(out, folder.error());

  const Stopwatch watch;
  os::raise_descriptor_limit();
  const auto journal = journal_of(asked->plan);
  const auto problem = serve(*asked, journal, out);
  if (!problem) return refuse(out, problem.error());
  const Judges judges{std::move(*rules), std::move(*waivers)};
  ScenarioResult result;
  result.toolkit_error = *problem;
  judge_journal(result, journal, judges.rules);
  result.name = asked->plan.name;
  result.file = asked->plan.file;
  compare_with_expectations(asked->plan.expect, judges.rules, result);
  result.wall_time = watch.elapsed();
  result.journal_file = folder->journals() + "/" + journal_file_name(asked->plan, asked->plan.seed);
  if (auto written = write_file(result.journal_file, write_text(*journal)); !written) {
    out.error(written.error());
  }
  result.reproduce = "vsslab check " + shell_word(result.journal_file);
  return report(std::move(result), judges, *folder, out);
}

}  // namespace

std::unique_ptr<Command> make_serve_command() { return std::make_unique<ServeCommand>(); }

}  // namespace vsslab::cli
