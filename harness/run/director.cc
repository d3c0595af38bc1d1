#include "run/director.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/limits.h"

#include <windows.h>

namespace vsslab {
namespace {

// How long writers may take to subscribe before the requesters start without them.
constexpr Duration kSubscribePatience = std::chrono::seconds(30);
constexpr Duration kLook = std::chrono::milliseconds(10);
// A lab in which nothing happens for so long, with no handler under way, has come to rest.
constexpr Duration kRest = std::chrono::seconds(1);
// How long handlers that are still under way after the last requester may take.
constexpr Duration kSettleVirtual = std::chrono::minutes(15);
// In real time a writer's freeze limit has to run out first.
constexpr Duration kSettleReal = std::chrono::seconds(30);
// When the scenario says how long VSS waits for answers, nothing takes much longer.
constexpr Duration kSettleAnswers = std::chrono::seconds(5);
constexpr Duration kFarewell = std::chrono::seconds(10);

Error at_line(Error error, const std::string& file, int line) {
  if (error.file.empty()) error.file = file;
  if (error.line == 0) error.line = line;
  return error;
}

}  // namespace

Director::Director(Machine& machine, const Parties& parties, std::uint64_t seed)
    : machine_(machine), parties_(parties), seed_(seed), scheduler_(machine.scheduler()) {
  machine_.lab().observers.push_back(this);
}

Director::~Director() {
  programs_.reset();
  std::erase(machine_.lab().observers, this);
}

Result<void> Director::prepare() {
  const plan::ScenarioPlan& plan = machine_.plan();
  for (const plan::ProviderPlan& provider : plan.providers) {
    if (provider.program) providers_.push_back({provider.name, {}, {}});
    if (provider.program) providers_.back().program = &*provider.program;
  }
  for (const plan::WriterPlan& writer : plan.writers) {
    if (writer.program) {
      writers_.push_back({writer.name, writer.start_delay, {}});
      writers_.back().program = &*writer.program;
      continue;
    }
    auto main = parties_.writer(writer, seed_);
    if (!main) return fail(at_line(main.error(), plan.file, writer.line));
    writers_.push_back({writer.name, writer.start_delay, std::move(*main)});
    writers_.back().subscribes = writer.kind != plan::WriterKind::sqlite || writer.sqlite.registers;
  }
  for (const plan::RequesterPlan& requester : plan.requesters) {
    Party party{requester.name, requester.start_delay, {}};
    party.requester = true;
    if (requester.program) {
      party.program = &*requester.program;
    } else if (requester.class_name.empty()) {
      watches_.push_back(
          std::make_unique<RequesterWatch>(machine_, parties_, requester.name,
                                           [this](const plan::RebootPlan& plan) { reboot(plan); }));
      party.main = [&requester, watch = watches_.back().get()] {
        return requester::run_requester(requester, *watch);
      };
    } else {
      auto main = parties_.requester(requester);
      if (!main) return fail(at_line(main.error(), plan.file, requester.line));
      party.main = std::move(*main);
    }
    requesters_.push_back(std::move(party));
  }
  const auto is_program = [](const Party& party) { return party.program != nullptr; };
  for (const auto* parties : {&providers_, &writers_, &requesters_}) {
    if (programs_ == nullptr && std::any_of(parties->begin(), parties->end(), is_program)) {
      programs_ = std::make_unique<Programs>(machine_, [this] { scheduler_.notify_all(changed_); });
    }
  }
  return {};
}

void Director::report(ScenarioResult& result) const {
  for (const auto& watch : watches_) watch->report(result);
  if (programs_ == nullptr) return;
  for (std::string& line : programs_->notes()) result.notes.push_back(std::move(line));
}

void Director::process_ended(LabProcess& process, std::string_view reason, std::uint32_t code) {
  scheduler_.notify_all(changed_);
}

void Director::start(Party& party) {
  const auto start = [this, &party] {
    if (party.program == nullptr) {
      party.process = &spawn_process(machine_.lab(), party.name, party.main);
    } else if (auto started = programs_->start(party.name, *party.program); !started) {
      if (problem_.empty()) problem_ = started.error().to_text();
      scheduler_.notify_all(changed_);
    }
  };
  const unsigned mine = ++party.starts;
  if (party.delay == Duration(0)) return start();
  scheduler_.at(scheduler_.now() + party.delay, [this, &party, start, mine] {
    if (party.starts != mine) return;
    if (!down_) return start();
    put_off_.push_back(&party);
  });
}

// A program's process is there once it has come in.
bool Director::over(Party& party) {
  if (party.program != nullptr && party.process == nullptr) {
    party.process = programs_->process(party.name);
  }
  return party.process != nullptr && party.process->ended();
}

std::string Director::problem() const {
  if (!problem_.empty()) return problem_;
  const auto hindered = std::find_if(watches_.begin(), watches_.end(),
                                     [](const auto& watch) { return !watch->problem().empty(); });
  return hindered == watches_.end() ? std::string() : (*hindered)->problem();
}

// A program that cannot be started, or does not come in, ends the run.
bool Director::failed() {
  if (problem_.empty() && programs_ != nullptr) problem_ = programs_->failure();
  return !problem_.empty();
}

void Director::run() {
  start_providers();
  if (!failed()) {
    for (Party& writer : writers_) start(writer);
    wait_for_writers();
  }
  if (!failed()) {
    for (Party& requester : requesters_) start(requester);
    wait_for_requesters();
    settle();
    note_hung_parties();
  }
  dismiss(writers_);
  machine_.service().shut_down();
  if (programs_ != nullptr) {
    dismiss(providers_);
    programs_->end();
    scheduler_.sleep_for(kLook);  // what they held is let go of
  }
  scheduler_.stop();
}

void Director::start_providers() {
  for (Party& provider : providers_) start(provider);
  const Time deadline = scheduler_.now() + limits::kProgramStartLimit;
  for (Party& provider : providers_) {
    const auto registered = [&] {
      return !over(provider) && provider.process != nullptr &&
             machine_.service().has_provider_of(*provider.process);
    };
    while (!failed() && !registered()) {
      if (over(provider) || scheduler_.now() >= deadline) {
        problem_ = fmt::format("the program of provider '{}' {} before it registered a provider{}",
                               provider.name, over(provider) ? "ended" : "took too long",
                               over(provider) ? "" : " (program_start_limit)");
        return;
      }
      scheduler_.sleep_for(kLook);
    }
  }
}

bool Director::subscribed() {
  std::size_t expected = 0;
  for (Party& writer : writers_) {
    if (writer.subscribes && writer.delay == Duration(0) && !over(writer)) ++expected;
  }
  return machine_.service().subscribed_writers() >= expected;
}

void Director::reboot(const plan::RebootPlan& plan) {
  Journal& journal = machine_.journal();
  const ActorId lab = journal.actor(ActorKind::lab, "lab");
  const Seq down = journal.append(
      {.t = scheduler_.now(), .actor = lab, .name = "Reboot", .phase = Phase::enter}, {});
  // The lab does all this, not the requester that waits for it.
  const TaskContext before = scheduler_.context();
  scheduler_.set_context(TaskContext{});
  down_ = true;
  dismiss(writers_);
  for (Party& writer : writers_) {
    if (writer.process != nullptr && !over(writer)) writer.process->end("killed", 1);
  }
  scheduler_.sleep_for(plan.takes);
  machine_.come_up();
  // Also those whose time had not come: what starts with the machine starts now.
  for (Party& writer : writers_) {
    writer.process = nullptr;
    writer.delay = Duration(0);
    start(writer);
  }
  std::erase_if(put_off_, [](const Party* party) { return !party->requester; });
  wait_for_writers();
  down_ = false;
  for (Party* const party : std::exchange(put_off_, {})) {
    party->delay = Duration(0);
    start(*party);
  }
  scheduler_.set_context(before);
  journal.append(
      {.t = scheduler_.now(), .actor = lab, .name = "Reboot", .phase = Phase::leave, .cause = down},
      {});
}

void Director::wait_for_writers() {
  // A program that does not come in is known as such before the patience ends.
  const Duration patience =
      programs_ != nullptr ? limits::kProgramStartLimit + kFarewell : kSubscribePatience;
  const Time deadline = scheduler_.now() + patience;
  while (scheduler_.now() < deadline && !failed() && !subscribed()) scheduler_.sleep_for(kLook);
}

void Director::wait_for_requesters() {
  const Time deadline = scheduler_.now() + machine_.plan().budget;
  const auto all_over = [&] {
    return std::all_of(requesters_.begin(), requesters_.end(),
                       [this](Party& party) { return over(party); });
  };
  while (!all_over()) {
    if (failed()) return;
    const Time now = scheduler_.now();
    if (now >= deadline) {
      problem_ = fmt::format("the scenario's budget of {} is used up and a requester is not done",
                             seconds(machine_.plan().budget));
      return;
    }
    scheduler_.wait(changed_, deadline - now);
  }
  ended_ = "quiet";
}

// Looks at what the journal has gained: which handlers are under way.
std::size_t Director::count_open_handlers() {
  const Journal& journal = machine_.journal();
  const auto events = journal.events();
  for (; looked_at_ < events.size(); ++looked_at_) {
    const Event& event = events[looked_at_];
    const ActorKind kind = journal.actor(event.actor).kind;
    if (event.name != "Write") ++stirred_;
    if (kind != ActorKind::writer && kind != ActorKind::provider) continue;
    if (event.phase == Phase::enter) open_handlers_.insert(event.seq);
    if (event.phase == Phase::leave) open_handlers_.erase(event.cause);
    if (event.name == "ProcessExit") {
      std::erase_if(open_handlers_,
                    [&](Seq seq) { return journal.event(seq).actor == event.actor; });
    }
  }
  return open_handlers_.size();
}

void Director::settle() {
  Duration limit = limits::kFreezeLimitDefault;
  for (const plan::WriterPlan& writer : machine_.plan().writers) {
    limit = std::max(limit, writer.freeze_limit.value_or(limit));
  }
  Duration patience = scheduler_.is_virtual() ? kSettleVirtual : limit + kSettleReal;
  if (const auto response = machine_.plan().response_limit; response && !scheduler_.is_virtual()) {
    patience = *response + kSettleAnswers;
  }
  const Time deadline = scheduler_.now() + patience;
  count_open_handlers();
  std::size_t seen = stirred_;
  while (scheduler_.now() < deadline) {
    scheduler_.sleep_for(kRest);
    const std::size_t open = count_open_handlers();
    if (stirred_ == seen && open == 0 && !machine_.service().closing()) return;
    seen = stirred_;
  }
}

void Director::note_hung_parties() {
  count_open_handlers();
  Journal& journal = machine_.journal();
  const ActorId lab = journal.actor(ActorKind::lab, "lab");
  const auto note = [&](std::string_view party, std::string_view in, Seq cause) {
    journal.append({.t = scheduler_.now(), .actor = lab, .name = "PartyHung", .cause = cause},
                   {{"party", party}, {"in", in}});
  };
  for (const Seq seq : open_handlers_) {
    const Event event = journal.event(seq);
    const std::string party = journal.actor(event.actor).name;
    note(party, event.name, seq);
  }
  for (Party& requester : requesters_) {
    if (!over(requester)) note(requester.name, "main", 0);
  }
}

void Director::ask_to_leave(Party& party) {
  if (over(party) || party.process == nullptr) return;
  if (party.program != nullptr) {
    programs_->dismiss(party.name);
  } else {
    party.process->raise_console_event(CTRL_C_EVENT);
  }
}

void Director::dismiss(std::vector<Party>& parties) {
  for (Party& party : parties) ask_to_leave(party);
  const Time deadline = scheduler_.now() + kFarewell;
  const auto all_over = [&] {
    return std::all_of(parties.begin(), parties.end(),
                       [this](Party& party) { return over(party) || party.process == nullptr; });
  };
  while (!all_over() && scheduler_.now() < deadline) {
    scheduler_.wait(changed_, deadline - scheduler_.now());
  }
}

}  // namespace vsslab
