// VSSW-STATE: what requesters are told about a writer's state, held against what the writer did.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

enum class Kind : std::uint8_t { stable, waiting, failed, unclear };

// The state that a writer has to be in by its own deeds.
struct Due {
  Kind kind = Kind::stable;
  std::string_view state = "VSS_WS_STABLE";
  std::string_view other = {};  // as good: the documents leave it open
  const Event* since = nullptr;
};

std::string_view failed_state(Ev handler) {
  switch (handler) {
    case Ev::prepare_for_backup:
      return "VSS_WS_FAILED_AT_PREPARE_BACKUP";
    case Ev::prepare_for_snapshot:
      return "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT";
    case Ev::freeze:
      return "VSS_WS_FAILED_AT_FREEZE";
    case Ev::thaw:
      return "VSS_WS_FAILED_AT_THAW";
    case Ev::post_snapshot:
      return "VSS_WS_FAILED_AT_POST_SNAPSHOT";
    case Ev::backup_complete:
      return "VSS_WS_FAILED_AT_BACKUP_COMPLETE";
    case Ev::pre_restore:
      return "VSS_WS_FAILED_AT_PRE_RESTORE";
    case Ev::post_restore:
      return "VSS_WS_FAILED_AT_POST_RESTORE";
    case Ev::backup_shutdown:
      return "VSS_WS_FAILED_AT_BACKUPSHUTDOWN";
    default:
      return {};
  }
}

Due after_good(Ev handler, const Event* since) {
  switch (handler) {
    case Ev::prepare_for_snapshot:
      return {Kind::waiting, "VSS_WS_WAITING_FOR_FREEZE", {}, since};
    case Ev::freeze:
      return {Kind::waiting, "VSS_WS_WAITING_FOR_THAW", {}, since};
    case Ev::thaw:
      return {Kind::waiting, "VSS_WS_WAITING_FOR_POST_SNAPSHOT", {}, since};
    case Ev::post_snapshot:
      return {Kind::waiting, "VSS_WS_WAITING_FOR_BACKUP_COMPLETE", {}, since};
    default:
      return {Kind::stable, "VSS_WS_STABLE", {}, since};
  }
}

Due step(const RunView& run, const Participation& part, const Call& handler, const Due& before) {
  if (handler.name == Ev::identify || handler.name == Ev::backup_shutdown) return before;
  const bool good = outcome_of(run, part, handler) == Outcome::good;
  // Abort keeps a failure; what it leaves behind otherwise is not documented.
  if (handler.name == Ev::abort) {
    return before.kind == Kind::failed ? before : Due{Kind::unclear, {}, {}, handler.leave};
  }
  // A writer that failed and goes on (X01): how its state moves then is not documented.
  if (before.kind == Kind::failed || before.kind == Kind::unclear) {
    return {Kind::unclear, {}, {}, handler.leave};
  }
  if (good) return after_good(handler.name, handler.leave);
  return {Kind::failed, failed_state(handler.name), {}, handler.leave};
}

constexpr Seq kNever = std::numeric_limits<Seq>::max();

// A writer's states by its own deeds, in one session.
class Timeline {
 public:
  Timeline(const RunView& run, const Participation& part) : part_(part) {
    Due due;
    Seq latest = 0;
    for (const Call* call : part.calls) {
      if (!is_writer_handler(call->name) || call->name == Ev::identify) continue;
      before_.push_back(due);
      // Nothing that it does after its limit passed moves its state.
      if (part.limit_passed && part.limit_passed->seq < call->last_seq() &&
          due.kind != Kind::failed) {
        return;
      }
      begun_.push_back(call->seq());
      latest = std::max(latest, call->leave != nullptr ? call->leave->seq : kNever);
      over_.push_back(latest);
      if (call->leave != nullptr) due = step(run, part, *call, due);
    }
    before_.push_back(due);
  }

  // The state that holds all the time from event `from` to event `to`.
  Due between(Seq from, Seq to) const {
    const auto place = [](const std::vector<Seq>& seqs, Seq seq) {
      return std::upper_bound(seqs.begin(), seqs.end(), seq) - seqs.begin();
    };
    const auto begun = place(begun_, to), busy = place(over_, from);
    Due due = before_[static_cast<std::size_t>(std::min(begun, busy))];
    if (busy < begun) due.kind = Kind::unclear;  // it was at work while the state was asked for
    const Event* limit = part_.limit_passed;
    if (limit != nullptr && limit->seq < to && due.kind != Kind::failed) {
      due = {Kind::failed, "VSS_WS_FAILED_AT_FREEZE", "VSS_WS_FAILED_AT_THAW", limit};
      if (limit->seq > from) due.kind = Kind::unclear;
    }
    if (part_.gone != nullptr && part_.gone->seq < to) due.kind = Kind::unclear;
    if (part_.not_responding != nullptr && part_.not_responding->seq < to) {
      due.kind = Kind::unclear;
    }
    return due;
  }

 private:
  const Participation& part_;
  // Of the handlers that count: when each began, when it and those before it were over, and the
  // state before it. The last state is that after all.
  std::vector<Seq> begun_, over_;
  std::vector<Due> before_;
};

// A state that a requester was told, and what was due.
struct Told {
  const Call* call = nullptr;
  const Participation* part = nullptr;
  std::string_view state;
  Due due;
};

using Timelines = std::vector<std::optional<Timeline>>;  // by participation

void add_told(const RunView& run, const Session& session, Timelines& timelines,
              std::vector<Told>& told) {
  const Call* gather = nullptr;
  for (const Call* call : session.calls) {
    if (call->name == Ev::gather_writer_status && call->ok()) gather = call;
    if (call->name != Ev::get_writer_status && call->name != Ev::get_writer_status_ex) continue;
    const auto state = run.arg(*call, "state");
    if (call->named == kNone || !state || !call->ok()) continue;
    const Participation* part = &run.participations()[call->named];
    Seq from = call->seq(), to = call->seq();
    if (gather != nullptr) {
      const auto end = run.async_end(*gather);
      if (!end) continue;
      from = gather->seq();
      to = std::max(end->seq, gather->last_seq());
    }
    std::optional<Timeline>& timeline = timelines[call->named];
    if (!timeline) timeline.emplace(run, *part);
    told.push_back({call, part, *state, timeline->between(from, to)});
  }
}

// Every state that requesters were told.
std::vector<Told> all_told(const RunView& run) {
  std::vector<Told> told;
  Timelines timelines(run.participations().size());
  for (const Session& session : run.sessions()) add_told(run, session, timelines, told);
  return told;
}

void check_kind(const RunView& run, Findings& out, Kind kind) {
  for (const Told& told : run.derived(all_told)) {
    const Due& due = told.due;
    if (due.kind != kind || told.state == "VSS_WS_UNKNOWN") continue;
    Verdicts verdicts(out, run.writer(*told.part).name);
    const bool held = told.state == due.state || (!due.other.empty() && told.state == due.other);
    verdicts.saw();
    if (held) continue;
    std::vector<Seq> evidence;
    if (due.since != nullptr) evidence.push_back(due.since->seq);
    evidence.push_back(told.call->seq());
    verdicts.fail(std::string(due.state), std::string(told.state), std::move(evidence));
  }
}

// STABLE: all events of the shadow copy are done, or PrepareForSnapshot has not been handled yet.
void check_stable(const RunView& run, Findings& out) { check_kind(run, out, Kind::stable); }

constexpr Rule kStable{
    {.id = "VSSW-STATE-001",
     .slug = "stable-outside-the-copy",
     .level = Level::must,
     .title = "A writer is told to be STABLE before PrepareForSnapshot and after BackupComplete.",
     .source = "ne-vss-vss_writer_state.md",
     .cause = "The status shown is that of another session or of another writer, or an old one.",
     .next_step = "Compare the GetWriterStatus event with the writer's last handler.",
     .fails_on = "1 W1 PrepareForBackup ret=true  2 R GetWriterStatus writer=W1 "
                 "state=VSS_WS_WAITING_FOR_FREEZE",
     .passes_on =
         "1 W1 PrepareForBackup ret=true  2 R GetWriterStatus writer=W1 state=VSS_WS_STABLE"},
    check_stable};

// After a good PrepareForSnapshot the writer waits for freeze, after Freeze for thaw, after Thaw
// for post-snapshot, after PostSnapshot for backup-complete.
void check_waiting(const RunView& run, Findings& out) { check_kind(run, out, Kind::waiting); }

constexpr Rule kWaiting{
    {.id = "VSSW-STATE-002",
     .slug = "waiting-for-the-next",
     .level = Level::must,
     .title = "A writer that handled an event of the copy well waits for the next one.",
     .source = "ne-vss-vss_writer_state.md",
     .cause = "An event did not reach the writer, or the service told the requester a wrong state.",
     .next_step = "Compare the GetWriterStatus event with the writer's last handler.",
     .fails_on = "1 W1 PostSnapshot ret=true  2 R GetWriterStatus writer=W1 state=VSS_WS_STABLE",
     .passes_on = "1 W1 PostSnapshot ret=true  2 R GetWriterStatus writer=W1 "
                  "state=VSS_WS_WAITING_FOR_BACKUP_COMPLETE"},
    check_waiting};

// A failed handler lands in the FAILED_AT_ state named after that event.
void check_failed(const RunView& run, Findings& out) { check_kind(run, out, Kind::failed); }

constexpr Rule kFailedAt{
    {.id = "VSSW-STATE-003",
     .slug = "failed-at-its-event",
     .level = Level::must,
     .title = "A writer that failed an event is in the FAILED_AT state named after that event.",
     .source = "ne-vss-vss_writer_state.md",
     .cause = "The failure was lost on its way to the requester, or filed under another event.",
     .next_step = "Compare the GetWriterStatus event with the handler that failed.",
     .fails_on = "1 W1 PrepareForSnapshot ret=false  2 R GetWriterStatus writer=W1 "
                 "state=VSS_WS_STABLE",
     .passes_on = "1 W1 PrepareForSnapshot ret=false  2 R GetWriterStatus writer=W1 "
                  "state=VSS_WS_FAILED_AT_PREPARE_SNAPSHOT"},
    check_failed};

// UNKNOWN is a writer error.
void check_unknown(const RunView& run, Findings& out) {
  for (const Told& told : run.derived(all_told)) {
    if (told.part->gone != nullptr) continue;
    Verdicts verdicts(out, run.writer(*told.part).name);
    verdicts.expect(told.state != "VSS_WS_UNKNOWN", "a known state", told.state,
                    {told.call->seq()});
  }
}

constexpr Rule kNotUnknown{
    {.id = "VSSW-STATE-004",
     .slug = "state-is-known",
     .level = Level::must,
     .title = "No writer that is still there has the state UNKNOWN.",
     .source = "ne-vss-vss_writer_state.md",
     .cause = "The writer did not answer, or its state was lost.",
     .next_step = "Look at the writer's handlers and at the service's WriterState events.",
     .fails_on = "1 W1 Freeze ret=true  2 R GetWriterStatus writer=W1 state=VSS_WS_UNKNOWN",
     .passes_on = "1 W1 Freeze ret=true  2 R GetWriterStatus writer=W1 "
                  "state=VSS_WS_WAITING_FOR_THAW"},
    check_unknown};

// What a requester was told of each writer, by the writer's name.
using ToldOf = std::unordered_map<std::string_view, std::vector<const Call*>>;

ToldOf told_of_writers(const RunView& run, const Session& session) {
  ToldOf told;
  for (const Call* call : session.calls) {
    if (call->name != Ev::get_writer_metadata && call->name != Ev::get_writer_status &&
        call->name != Ev::get_writer_status_ex) {
      continue;
    }
    const auto writer = run.arg(*call, "writer");
    if (writer && call->ok()) told[*writer].push_back(call);
  }
  return told;
}

// A writer that fails Identify has no document and no status in that session.
void check_failed_identify(const RunView& run, Findings& out) {
  std::unordered_map<const Session*, ToldOf> known;
  for (const Participation& part : run.participations()) {
    const std::string_view name = run.writer(part).name;
    Verdicts verdicts(out, name);
    const Call* identify = part.calls.last(Ev::identify);
    if (identify == nullptr || !identify->returned()) continue;
    const Outcome outcome = outcome_of(run, part, *identify);
    if (outcome != Outcome::refused && outcome != Outcome::blew_up) continue;
    verdicts.saw();
    if (part.metadata != nullptr && part.metadata->seq > identify->seq()) {
      verdicts.fail("no document of a writer that failed Identify", "it was taken",
                    {identify->seq(), part.metadata->seq});
    }
    const Session& session = run.session(part);
    const auto [told, fresh] = known.try_emplace(&session);
    if (fresh) told->second = told_of_writers(run, session);
    const auto own = told->second.find(name);
    if (own == told->second.end() || own->second.back()->seq() < identify->seq()) continue;
    const auto call =
        std::partition_point(own->second.begin(), own->second.end(),
                             [&](const Call* one) { return one->seq() < identify->seq(); });
    verdicts.fail("the requester is told of no such writer", mention(run, **call),
                  {identify->seq(), (*call)->seq()});
  }
}

constexpr Rule kFailedIdentifyIsAbsent{
    {.id = "VSSW-STATE-006",
     .slug = "failed-identify-is-absent",
     .level = Level::must,
     .title = "A writer that fails Identify has no document and no status in that session.",
     .source = "determining-writer-status.md, vss-test-writer-tool.md",
     .cause = "The service kept the writer although its Identify failed.",
     .next_step = "Look at the writer's Identify and at what the requester was given.",
     .fails_on = "1 W1 Identify ret=false  2 R GetWriterMetadata index=0 writer=W1",
     .passes_on = "1 W1 Identify ret=false  2 R GetWriterMetadata index=0 writer=W2"},
    check_failed_identify};

}  // namespace

RuleSpan writer_state_rules() {
  static constexpr const Rule* kRules[] = {&kStable, &kWaiting, &kFailedAt, &kNotUnknown,
                                           &kFailedIdentifyIsAbsent};
  return kRules;
}

}  // namespace vsslab::rules
