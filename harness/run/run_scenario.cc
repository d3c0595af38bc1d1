#include "run/run_scenario.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/wall_clock.h"
#include "journal/digest.h"
#include "rules/view.h"
#include "run/director.h"
#include "run/endings.h"
#include "run/expect.h"
#include "run/kept_files.h"
#include "run/machine.h"
#include "win32/process.h"

namespace vsslab {
namespace {

std::unique_ptr<Scheduler> make_scheduler(const plan::ScenarioPlan& plan,
                                          const ScenarioOptions& options) {
  if (plan.clock == plan::Clock::real) return make_real_scheduler();
  if (options.ties) return make_virtual_scheduler(*options.ties);
  TieBreak ties;
  if (plan.ties == plan::Ties::seeded) {
    ties.kind = TieBreak::Kind::seeded;
    ties.seed = options.seed;
  }
  return make_virtual_scheduler(std::move(ties));
}

void fill_meta(JournalMeta& meta, const plan::ScenarioPlan& plan, const ScenarioOptions& options) {
  meta.toolkit = options.toolkit_version;
  meta.scenario = plan.name;
  meta.scenario_file = plan.file;
  meta.inputs = options.inputs_file;
  meta.inputs_digest = plan.inputs_digest;
  for (const plan::Setting& setting : plan.settings) {
    meta.settings.push_back(setting.name + "=" + setting.value);
  }
  meta.clock = plan.clock == plan::Clock::real ? "real" : "virtual";
  meta.profile = plan.profile;
  meta.seed = options.seed;
  meta.ties = plan.ties == plan::Ties::seeded ? "seeded" : "first-come";
}

// What is left of the schedule budget after the director's own: nothing that ends by itself takes
// longer.
RunBudget schedule_budget(const plan::ScenarioPlan& plan) {
  RunBudget budget;
  budget.time = plan.budget + std::chrono::hours(1);
  return budget;
}

void note(Journal& journal, Time now, std::string_view name, std::initializer_list<ArgText> args) {
  journal.append({.t = now, .actor = journal.actor(ActorKind::lab, "lab"), .name = name}, args);
}

// Where the scenario declares the parties; a party that it does not name has no line.
void add_lines(const plan::ScenarioPlan& plan, ScenarioResult& result) {
  std::map<std::pair<ActorKind, std::string_view>, int> lines;
  for (const auto& writer : plan.writers) lines[{ActorKind::writer, writer.name}] = writer.line;
  for (const auto& provider : plan.providers) {
    lines[{ActorKind::provider, provider.name}] = provider.line;
  }
  for (const auto& requester : plan.requesters) {
    lines[{ActorKind::requester, requester.name}] = requester.line;
  }
  for (PartyResult& party : result.parties) {
    const auto found = lines.find({party.kind, party.name});
    if (found != lines.end()) party.line = found->second;
  }
}

// A fault that hit nothing tests nothing: the reader has to know. What a Test Writer does by its
// own configuration shows in the events that reached it.
void add_unused_faults(Machine& machine, const Journal& journal, ScenarioResult& result) {
  for (std::string& line : machine.service().unused_faults())
    result.notes.push_back(std::move(line));
  std::set<std::pair<std::string_view, std::string_view>> reached;  // writer, event
  bool any = false;
  for (const plan::WriterPlan& writer : machine.plan().writers)
    any |= !writer.test.fail_events.empty();
  if (!any) return;
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind != ActorKind::writer || event.phase != Phase::enter) continue;
    reached.emplace(actor.name, event.name);
  }
  for (const plan::WriterPlan& writer : machine.plan().writers) {
    for (const plan::Fault& fault : writer.test.fail_events) {
      if (reached.contains({writer.name, fault.event})) continue;
      result.notes.push_back(fmt::format("line {}: the FailEvent {} of {} hit nothing in this run",
                                         fault.line, fault.event, writer.name));
    }
  }
}

// The same for a writer that goes on writing while it is frozen: where no time passes there, it
// writes nothing.
void add_idle_defiance(const plan::ScenarioPlan& plan, const Journal& journal,
                       ScenarioResult& result) {
  for (const plan::WriterPlan& writer : plan.writers) {
    if (writer.kind != plan::WriterKind::sqlite || writer.sqlite.freeze != "ignore") continue;
    bool was_frozen = false;
    bool frozen = false;
    bool wrote = false;
    for (const Event& event : journal.events()) {
      const Actor& actor = journal.actor(event.actor);
      if (actor.kind != ActorKind::writer || actor.name != writer.name) continue;
      if (event.name == "Freeze" && event.phase == Phase::leave) was_frozen = frozen = true;
      if (event.name == "Thaw" || event.name == "Abort") frozen = false;
      wrote |= frozen && event.name == "Write";
    }
    if (wrote) continue;
    result.notes.push_back(fmt::format(
        "line {}: freeze=\"ignore\" of {} hit nothing in this run: {}", writer.line, writer.name,
        was_frozen ? "no time passed between Freeze and Thaw; a provider that takes its time gives "
                     "it some (<Fault event=\"PreCommitSnapshots\" action=\"late\" delay=\"2s\"/>)"
                   : "it was not frozen"));
  }
}

// The journal that grows in this process, for running_party().
const Journal* playing = nullptr;

struct Playing {
  explicit Playing(const Journal& journal) { playing = &journal; }
  ~Playing() { playing = nullptr; }
};

// The last event that has reached `party` and that it has not left. Allocates nothing.
std::string_view open_event(const Journal& journal, std::string_view party) {
  constexpr std::size_t kLookBack = 200;
  std::array<Seq, kLookBack> left{};
  std::size_t count = 0;
  const auto events = journal.events();
  for (std::size_t i = events.size(); i > 0 && count < kLookBack; --i) {
    const Event& event = events[i - 1];
    if (journal.actor(event.actor).name != party) continue;
    if (event.phase == Phase::leave) left[count++] = event.cause;
    if (event.phase != Phase::enter) continue;
    if (std::find(left.begin(), left.begin() + count, event.seq) == left.begin() + count) {
      return event.name;
    }
  }
  return {};
}

// Plays the scenario into `journal` and judges it.
std::string play(const plan::ScenarioPlan& plan, const ScenarioOptions& options,
                 const Parties& parties, const std::shared_ptr<Journal>& journal,
                 ScenarioResult& result) {
  const Playing here(*journal);
  fill_meta(journal->meta, plan, options);
  journal->break_at = options.break_at;
  Machine machine(plan, options.seed, make_scheduler(plan, options), journal);
  note(*journal, Time(0), "ScenarioStart",
       {{"clock", journal->meta.clock}, {"profile", plan.profile}});
  if (auto built = machine.build(parties); !built) return built.error().to_text();
  Director director(machine, parties, options.seed);
  if (auto prepared = director.prepare(); !prepared) return prepared.error().to_text();
  Scheduler& scheduler = machine.scheduler();
  scheduler.spawn("director", TaskContext{}, [&] { director.run(); });
  const RunEnd end = scheduler.run(schedule_budget(plan));
  std::string problem = machine.trouble();
  if (problem.empty()) problem = director.problem();
  journal->meta.ended = director.ended();
  if (end != RunEnd::stopped) {
    journal->meta.ended = "budget";
    problem = "the lab used up its events (virtual_events_max): something runs in circles";
    if (end == RunEnd::quiet) problem = "the lab came to rest before the scenario's end";
  }
  note(*journal, scheduler.now(), "ScenarioEnd", {{"ended", journal->meta.ended}});
  journal->meta.decisions = scheduler.decisions();
  judge_journal(result, journal, options.rules);
  director.report(result);
  machine.compare_files(result);
  if (!options.keep_files.empty() && problem.empty()) {
    const auto kept = keep_backup_folders(*machine.lab().volumes, plan, options.keep_files);
    if (!kept) problem = kept.error().to_text();
  }
  add_unused_faults(machine, *journal, result);
  add_idle_defiance(plan, *journal, result);
  add_lines(plan, result);
  return problem;
}

void add_parties(ScenarioResult& result, const Journal& journal) {
  std::map<std::string_view, std::pair<std::string_view, std::string_view>> states;
  for (const Event& event : journal.events()) {
    if (event.name != "WriterState" || journal.actor(event.actor).kind != ActorKind::service) {
      continue;
    }
    const auto writer = journal.arg(event, "writer");
    if (!writer) continue;
    states[*writer] = {journal.arg(event, "state").value_or(""),
                       journal.arg(event, "code").value_or("")};
  }
  for (const Actor& actor : journal.actors()) {
    if (actor.kind != ActorKind::writer && actor.kind != ActorKind::provider &&
        actor.kind != ActorKind::requester) {
      continue;
    }
    PartyResult party;
    party.kind = actor.kind;
    party.name = actor.name;
    const auto found = states.find(actor.name);
    if (actor.kind == ActorKind::writer && found != states.end()) {
      party.state = found->second.first;
      if (found->second.second != "S_OK") party.code = found->second.second;
    }
    result.parties.push_back(std::move(party));
  }
}

}  // namespace

void judge_journal(ScenarioResult& result, std::shared_ptr<const Journal> journal,
                   const std::vector<const Rule*>& rules) {
  const JournalMeta& meta = journal->meta;
  result.name = meta.scenario;
  result.seed = meta.seed;
  result.clock = meta.clock;
  result.settings = meta.settings;
  if (!journal->events().empty()) result.virtual_time = journal->events().back().t;
  result.journal_digest = journal_digest(*journal);
  add_parties(result, *journal);
  const RunView view(*journal);
  result.findings = judge(view, rules);
  result.journal = std::move(journal);
  note_ends(result);
}

ScenarioResult run_scenario(const plan::ScenarioPlan& plan, const ScenarioOptions& options,
                            const Parties& parties) {
  const Stopwatch watch;
  ScenarioResult result;
  auto journal = std::make_shared<Journal>();
  result.name = plan.name;
  result.seed = options.seed;
  result.clock = plan.clock == plan::Clock::real ? "real" : "virtual";
  result.toolkit_error = play(plan, options, parties, journal, result);
  result.file = plan.file;
  result.description = plan.description;
  compare_with_expectations(plan.expect, options.rules, result);
  if (result.toolkit_error.empty()) compare_ends(plan.expect, plan.requesters, result);
  result.wall_time = watch.elapsed();
  return result;
}

std::string_view running_party() {
  const TaskContext* context = current_task_context();
  if (context == nullptr || context->owner == nullptr) return {};
  const std::string& party = static_cast<const LabProcess*>(context->owner)->name;
  const std::string_view event = playing == nullptr ? "" : open_event(*playing, party);
  static char text[256];
  if (event.empty() || party.size() + 1 + event.size() > sizeof text) return party;
  std::memcpy(text, party.data(), party.size());
  text[party.size()] = '\n';
  std::memcpy(text + party.size() + 1, event.data(), event.size());
  return {text, party.size() + 1 + event.size()};
}

}  // namespace vsslab
