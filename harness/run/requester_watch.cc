#include "run/requester_watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "metadata/writer_metadata.h"
#include "win32/process.h"

namespace vsslab {
namespace {

constexpr std::size_t kNotesMax = 100;  // requester_notes_max
constexpr Duration kToolLook = std::chrono::milliseconds(100);
constexpr Duration kDatabaseLook = std::chrono::milliseconds(1);
constexpr std::size_t kPrintedShown = 8;  // last lines of a tool that did not end as it should

// The last event of a requester: what it reports belongs to that session.
const Event* last_event_of(const Journal& journal, ActorId actor) {
  const auto events = journal.events();
  for (std::size_t i = events.size(); i > 0; --i) {
    if (events[i - 1].actor == actor) return &events[i - 1];
  }
  return nullptr;
}

}  // namespace

Seq RequesterWatch::tell(std::string_view name, std::initializer_list<ArgText> args) {
  Journal& journal = machine_.journal();
  const ActorId actor = journal.actor(ActorKind::requester, name_);
  NewEvent event{.t = machine_.scheduler().now(), .actor = actor, .name = name};
  if (const Event* last = last_event_of(journal, actor)) event.session = last->session;
  event.thread = static_cast<std::uint32_t>(machine_.scheduler().current());
  return journal.append(event, args);
}

void RequesterWatch::component_left_out(std::string_view writer, std::string_view logical_path,
                                        std::string_view component, std::string_view volume) {
  tell("ComponentLeftOut",
       {{"writer", writer}, {"path", logical_path}, {"component", component}, {"volume", volume}});
}

void RequesterWatch::check_database(std::string_view operation, const std::string& path) {
  // The lab looks, and not the requester: what it reads is no part of a backup, so a process of its
  // own does.
  Parties::DatabaseState state;
  Scheduler& scheduler = machine_.scheduler();
  const LabProcess& process = spawn_process(machine_.lab(), name_, [&] {
    state = parties_.look_at_database(path);
    return 0;
  });
  while (!process.ended()) scheduler.sleep_for(kDatabaseLook);
  if (process.crashed()) state.integrity = process.crash_text();
  tell("DatabaseChecked", {{"of", operation},
                           {"path", path},
                           {"integrity", state.integrity},
                           {"transactions", std::to_string(state.transactions)},
                           {"complete", state.complete ? "yes" : "no"},
                           {"recovered", state.recovered ? "yes" : "no"}});
}

void RequesterWatch::step_done(const requester::StepResult& result) {
  if (!result.step.expect) return;
  ExpectationResult expectation;
  expectation.line = result.step.line;
  expectation.text =
      fmt::format("{} {} gives {}", name_, result.step.call, hresult_name(*result.step.expect));
  expectation.verdict = result.as_expected ? Verdict::pass : Verdict::fail;
  expectation.actual = hresult_name(result.hr);
  const Journal& journal = machine_.journal();
  if (!result.as_expected) {
    const auto actors = journal.actors();
    const Actor self{ActorKind::requester, name_};
    const auto found = std::find(actors.begin(), actors.end(), self);
    if (found != actors.end()) {
      const auto* last = last_event_of(journal, static_cast<ActorId>(found - actors.begin()));
      if (last != nullptr) expectation.evidence.push_back(last->seq);
    }
  }
  steps_.push_back(std::move(expectation));
}

// " of F:\" when the last call with that name was about a volume.
std::string RequesterWatch::volume_of(std::string_view call) const {
  const Journal& journal = machine_.journal();
  const auto events = journal.events();
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const Actor& actor = journal.actor(event->actor);
    if (event->name != call || actor.kind != ActorKind::requester || actor.name != name_) continue;
    const auto volume = journal.arg(*event, "volume");
    return volume ? fmt::format(" of {}", *volume) : std::string();
  }
  return {};
}

// What the requester says, or what the lab knows and the requester cannot.
std::string RequesterWatch::reason_of(const requester::OperationResult& result) const {
  if (result.succeeded || !result.reason.empty()) return std::string(result.reason);
  if (result.last_call != "AddToSnapshotSet" || result.hr != hr::object_not_found) {
    return {};
  }
  return fmt::format("AddToSnapshotSet{}, which is no volume of this machine",
                     volume_of(result.last_call));
}

// Beside the requester's name stands the first operation that failed, else the last.
void RequesterWatch::operation_done(const requester::OperationResult& result) {
  const bool failed_before = std::any_of(operations_.begin(), operations_.end(),
                                         [](const OperationEnd& end) { return !end.succeeded; });
  operations_.push_back({name_,
                         std::string(result.what),
                         std::string(result.name),
                         result.succeeded,
                         std::string(result.last_call),
                         result.hr,
                         reason_of(result),
                         {}});
  if (failed_before) return;
  const std::string& reason = operations_.back().reason;
  if (result.succeeded) {
    state_ = fmt::format("{} done{}{}", result.what, reason.empty() ? "" : ": ", reason);
  } else if (!reason.empty()) {
    state_ = fmt::format("{} ended: {}", result.what, reason);
  } else {
    state_ =
        fmt::format("{} ended by {}{}", result.what, result.last_call, volume_of(result.last_call));
  }
  code_ = succeeded(result.hr) ? std::string() : hresult_name(result.hr);
}

Result<void> RequesterWatch::change_files(const plan::ChangePlan& plan) {
  return machine_.change_files(plan);
}

void RequesterWatch::reboot(const plan::RebootPlan& plan) { reboot_(plan); }

bool RequesterWatch::run_tool(const plan::ToolPlan& plan) {
  std::vector<Seq> printed;
  ScriptedUser user(plan, user_files_, [&](std::string_view line) {
    printed.push_back(tell("Printed", {{"text", line}}));
  });
  // In a process of its own under the requester's name: COM starts anew, and what a tool forgets
  // to release goes with it.
  Scheduler& scheduler = machine_.scheduler();
  const LabProcess& process = spawn_process(machine_.lab(), name_, [&] {
    const requester::Tool* const tool = requester::find_tool(plan.tool);
    const int code = tool != nullptr ? tool->run(user, plan.arguments) : 1;
    user.finish();
    return code;
  });
  while (!process.ended()) scheduler.sleep_for(kToolLook);
  requester::OperationResult result;
  result.what = plan.tool;
  result.name = plan.name;
  result.succeeded =
      !process.crashed() && process.exit_code() == static_cast<std::uint32_t>(plan.exit);
  const std::string reason = process.crashed()
                                 ? fmt::format("it crashed: {}", process.crash_text())
                                 : fmt::format("it ended with {}", process.exit_code().value_or(0));
  if (!result.succeeded) result.reason = reason;
  operation_done(result);
  const std::size_t shown = std::min(printed.size(), kPrintedShown);
  operations_.back().evidence.assign(printed.end() - static_cast<std::ptrdiff_t>(shown),
                                     printed.end());
  return result.succeeded;
}

void RequesterWatch::note(std::string_view line) {
  if (notes_.size() < kNotesMax) notes_.push_back(fmt::format("{}: {}", name_, line));
}

void RequesterWatch::cannot_play(const Error& mistake) {
  if (!problem_.empty()) return;
  Error shown = mistake;
  if (shown.file.empty()) shown.file = machine_.plan().file;
  problem_ = shown.to_text();
}

std::optional<Guid> RequesterWatch::class_id_of(std::string_view writer) {
  const Journal& journal = machine_.journal();
  for (const Event& event : journal.events()) {
    if (event.name != "Initialize" && event.name != "InitializeEx") continue;
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind != ActorKind::writer || actor.name != writer) continue;
    if (const auto id = journal.arg(event, "writer_id")) return Guid::parse(*id);
  }
  for (const plan::WriterPlan& plan : machine_.plan().writers) {
    if (plan.name != writer) continue;
    if (plan.writer_id) return plan.writer_id;
    if (plan.kind != plan::WriterKind::mirror) return std::nullopt;
    const auto document = metadata::parse_writer_metadata(plan.metadata_xml, plan.metadata_file);
    if (document) return document->identification.writer_id;
  }
  return std::nullopt;
}

void RequesterWatch::report(ScenarioResult& result) const {
  result.expectations.insert(result.expectations.end(), steps_.begin(), steps_.end());
  result.operations.insert(result.operations.end(), operations_.begin(), operations_.end());
  result.notes.insert(result.notes.end(), notes_.begin(), notes_.end());
  for (PartyResult& party : result.parties) {
    if (party.kind != ActorKind::requester || party.name != name_) continue;
    party.state = state_;
    party.code = code_;
  }
}

}  // namespace vsslab
