#include "rules/requester_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

constexpr Duration kRetryWait = std::chrono::minutes(10);
constexpr int kRetriesMax = 3;

bool ends_the_step(Ev name) {
  switch (name) {
    case Ev::prepare_for_backup:
    case Ev::do_snapshot_set:
    case Ev::backup_complete:
    case Ev::abort_backup:
    case Ev::release:
    case Ev::process_exit:
      return true;
    default:
      return false;
  }
}

struct StatusRound {
  bool gathered = false, counted = false;
  std::size_t read = 0;         // different ones since the last gather
  std::size_t wanted = 0;       // what GetWriterStatusCount said
  const Call* until = nullptr;  // the call that ended the step
};

// What a session's requester asked between the steps of its backup.
class StatusRounds {
 public:
  StatusRounds(const RunView& run, const Session& session) : session_(session) {
    Step step;
    std::set<std::string_view> read;  // by index, else by writer
    for (const Call* call : session.calls) {
      if (ends_the_step(call->name)) {
        step.until = call;
        steps_.push_back(step);
        step = {};
        read.clear();
      }
      if (!call->ok()) continue;
      if (call->name == Ev::gather_writer_status) {
        step.gathered = call->seq();
        read.clear();
      } else if (call->name == Ev::get_writer_status_count) {
        if (const auto count = run.arg_mask(*call, "count")) {
          step.counted = call->seq();
          step.wanted = *count;
        }
      } else if (call->name == Ev::get_writer_status || call->name == Ev::get_writer_status_ex) {
        read.insert(run.arg(*call, "index").value_or(run.arg(*call, "writer").value_or("")));
      }
      step.read = read.size();
    }
    steps_.push_back(step);
  }
  StatusRound after(Seq seq) const {
    const auto step =
        std::partition_point(steps_.begin(), steps_.end() - 1,
                             [seq](const Step& one) { return one.until->seq() <= seq; });
    StatusRound round;
    round.gathered = step->gathered > seq;
    round.read = step->read;
    round.counted = step->counted > seq;
    round.wanted = round.counted ? step->wanted : 0;
    round.until = step->until != nullptr ? step->until : session_.end;
    return round;
  }

 private:
  struct Step {
    Seq gathered = 0, counted = 0;  // the last GatherWriterStatus and GetWriterStatusCount
    std::size_t wanted = 0, read = 0;
    const Call* until = nullptr;  // null in the last
  };
  const Session& session_;
  std::vector<Step> steps_;
};

}  // namespace

void check_status_after(const RunView& run, Findings& out, Ev operation, StatusDepth depth) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    if (session.no_writers() || session.restore || !session.calls.has(operation)) continue;
    const StatusRounds rounds(run, session);
    for (const Call* call : session.calls.all(operation)) {
      if (!call->ok()) continue;
      const auto end = run.async_end(*call);
      if (!end || end->hr == hr::async_cancelled) continue;
      const StatusRound round = rounds.after(end->seq);
      // Who did not count has one to read at least; who counted none has none.
      const std::size_t wanted = round.counted ? round.wanted : 1;
      if (round.gathered &&
          (depth == StatusDepth::gathered || session.writers.empty() || round.read >= wanted)) {
        verdicts.saw();
      } else if (round.until == nullptr && !run.complete()) {
        verdicts.inconclusive("the journal ends after " + mention(run, *call));
      } else if (round.until != nullptr &&
                 (round.until->name == Ev::process_exit || round.until->name == Ev::abort_backup)) {
        verdicts.saw();  // it gave up
      } else {
        verdicts.fail(fmt::format("the writers' status after {}", event_name(operation)),
                      round.gathered ? fmt::format("{} of {} were read", round.read, wanted)
                                     : std::string("nobody asked for it"),
                      {call->seq(), round.until != nullptr ? round.until->seq() : end->seq},
                      "a writer's failure does not show in the result of the operation");
      }
    }
  }
}

Attempts::Attempts(const RunView& run) {
  for (const Session& session : run.sessions()) {
    const Call* call = session.calls.first(Ev::do_snapshot_set);
    if (call != nullptr) attempts_[session.requester].push_back(call);
  }
  for (auto& [requester, calls] : attempts_) {
    std::sort(calls.begin(), calls.end(),
              [](const Call* a, const Call* b) { return a->began_before(*b); });
  }
}

const Call* Attempts::next(const Session& session, const Call& make) const {
  const auto own = attempts_.find(session.requester);
  if (own == attempts_.end()) return nullptr;
  const auto& calls = own->second;
  auto call = std::partition_point(
      calls.begin(), calls.end(), [&](const Call* attempt) { return attempt->seq() < make.seq(); });
  // Each object is in the list once.
  if (call != calls.end() && (*call)->session == make.session) ++call;
  return call == calls.end() ? nullptr : *call;
}

void check_retries(const RunView& run, Findings& out,
                   const std::function<bool(const Session&, const Call&)>& retryable) {
  const Attempts attempts(run);
  std::unordered_map<const Call*, bool> known;  // many an attempt may follow on one
  const auto is_retryable = [&](const Session& session, const Call& make) {
    const auto [answer, fresh] = known.try_emplace(&make, false);
    if (fresh) answer->second = retryable(session, make);
    return answer->second;
  };
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    if (make == nullptr || !is_retryable(session, *make)) continue;
    const auto end = over(run, *make);
    const Call* again = end ? attempts.next(session, *make) : nullptr;
    if (again == nullptr) continue;
    const Duration waited = again->begin() - end->t;
    if (waited < kRetryWait) {
      verdicts.fail(fmt::format("{} before the next attempt", seconds(kRetryWait)), seconds(waited),
                    {end->seq, again->seq()});
      continue;
    }
    int repeats = 0;
    const Session* from = &session;
    const Call* attempt = make;
    while (attempt != nullptr && repeats <= kRetriesMax && is_retryable(*from, *attempt)) {
      attempt = attempts.next(*from, *attempt);
      if (attempt == nullptr) break;
      ++repeats;
      from = run.session(*attempt);
    }
    verdicts.expect(repeats <= kRetriesMax, "three repetitions at most", "a fourth was made",
                    {make->seq(), again->seq()});
  }
}

namespace {

// GatherWriterStatus must be finished before GetWriterStatusCount / GetWriterStatus(Ex).
void check_gather_first(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::stat_001, "there is no status before it was gathered");
}

constinit const Rule kGatherFirst{
    {.id = "VSSR-STAT-001",
     .slug = "gather-status-first",
     .level = Level::must,
     .title = "Writer status is read after GatherWriterStatus has finished, and VSS refuses it "
              "before.",
     .source = "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md",
     .cause = "The program did not wait for GatherWriterStatus, or freed the status before.",
     .next_step = "Call GatherWriterStatus, wait, read, then FreeWriterStatus.",
     .fails_on = VSSLAB_EX_PREPARED "4 R GetWriterStatus index=0 hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_PREPARED "4 R GatherWriterStatus  4 R GetWriterStatus index=0"},
    check_gather_first};

// Status is meaningful only within the session: after PrepareForBackup, DoSnapshotSet,
// BackupComplete, PreRestore, PostRestore.
void check_call_sites(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::stat_002, "the writers' states are changing at that moment");
}

constinit const Rule kCallSites{
    {.id = "VSSR-STAT-002",
     .slug = "status-between-steps",
     .level = Level::should,
     .title = "Writer status is asked for between the steps of a backup, not while DoSnapshotSet "
              "runs.",
     .source = "determining-writer-status.md",
     .cause = "A second thread watches the writers during the shadow copy.",
     .next_step = "Ask after the IVssAsync of DoSnapshotSet is finished.",
     .fails_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  4 R GatherWriterStatus",
     .passes_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus"},
    check_call_sites};

// FreeWriterStatus follows each round.
void check_freed(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    if (session.crashed) continue;
    const Call* open = nullptr;
    for (const Call* call : session.calls) {
      if (call->name == Ev::free_writer_status) open = nullptr;
      if (call->name != Ev::gather_writer_status || !call->ok()) continue;
      verdicts.saw();
      if (open != nullptr) {
        verdicts.fail("FreeWriterStatus before the next GatherWriterStatus", "it was left out",
                      {open->seq(), call->seq()});
      }
      open = call;
    }
    if (open == nullptr) continue;
    if (closed(run, session)) {
      verdicts.fail("FreeWriterStatus before the object is released", "it was left out",
                    {open->seq()});
    } else {
      verdicts.inconclusive("the journal ends after " + mention(run, *open));
    }
  }
}

constinit const Rule kFreed{
    {.id = "VSSR-STAT-003",
     .slug = "status-freed",
     .level = Level::should,
     .title = "Every GatherWriterStatus is followed by FreeWriterStatus.",
     .source = "nf-vsbackup-ivssbackupcomponents-gatherwriterstatus.md",
     .cause = "The call was left out, mostly on the way out after an error.",
     .next_step = "Call FreeWriterStatus after the states were read.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R Release",
     .passes_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R FreeWriterStatus  6 R Release"},
    check_freed};

// The first status of the session, read after DoSnapshotSet or before, that carries such a code.
template <class Match>
const Call* status_with(const RunView& run, const Session& session, Match match) {
  for (const Call* call : session.calls) {
    if (call->name != Ev::get_writer_status && call->name != Ev::get_writer_status_ex) continue;
    const auto code = run.arg_hr(*call, "code");
    if (call->ok() && code && match(*code)) return call;
  }
  return nullptr;
}

bool is_retryable(Hr code) {
  return code == hr::writererror_outofresources || code == hr::writererror_timeout ||
         code == hr::writererror_retryable;
}

// OUTOFRESOURCES, TIMEOUT and RETRYABLE: wait ten minutes and repeat the whole operation, up to
// three times.
void check_writer_retry(const RunView& run, Findings& out) {
  check_retries(run, out, [&](const Session& session, const Call&) {
    return status_with(run, session, is_retryable) != nullptr;
  });
}

constinit const Rule kWriterRetry{
    {.id = "VSSR-STAT-005",
     .slug = "retry-after-retryable-writer",
     .level = Level::should,
     .title = "After a writer's retryable error the backup is repeated after ten minutes, three "
              "times at most.",
     .source = "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md",
     .cause = "The program tries again at once, or for ever.",
     .next_step = "Wait ten minutes between attempts; then restart the service that hosts the "
                  "writer.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R GetWriterStatus index=0 "
                                   "code=VSS_E_WRITERERROR_RETRYABLE\n60 s2 R InitializeForBackup  "
                                   "61 s2 R StartSnapshotSet  62 s2 R DoSnapshotSet",
     .passes_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R GetWriterStatus index=0 "
                                    "code=VSS_E_WRITERERROR_RETRYABLE\n700 s2 R "
                                    "InitializeForBackup  701 s2 R StartSnapshotSet  702 s2 R "
                                    "DoSnapshotSet"},
    check_writer_retry};

std::set<std::string> volumes_of_session(const RunView& run, const Session& session) {
  std::set<std::string> volumes;
  for (const std::uint32_t index : session.sets) {
    for (const VolumeInSet& volume : run.sets()[index].volumes) {
      volumes.insert(lower(volume.volume));
    }
  }
  return volumes;
}

// INCONSISTENTSNAPSHOT: add the missing volumes and start over.
void check_more_volumes(const RunView& run, Findings& out) {
  const Attempts attempts(run);
  std::unordered_map<const Session*, std::size_t> known;
  const auto volumes_of = [&](const Session& session) {
    const auto [count, fresh] = known.try_emplace(&session, 0);
    if (fresh) count->second = volumes_of_session(run, session).size();
    return count->second;
  };
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* status = status_with(
        run, session, [](Hr code) { return code == hr::writererror_inconsistentsnapshot; });
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    const Call* again = status && make ? attempts.next(session, *make) : nullptr;
    if (again == nullptr || again->seq() < status->seq()) continue;
    const std::size_t before = volumes_of(session);
    const std::size_t after = volumes_of(*run.session(*again));
    verdicts.expect(after > before, "more volumes in the next set",
                    fmt::format("{} volumes, as many as before or fewer", after),
                    {status->seq(), again->seq()});
  }
}

constinit const Rule kMoreVolumes{
    {.id = "VSSR-STAT-006",
     .slug = "more-volumes-after-inconsistent",
     .level = Level::should,
     .title = "After VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT the next set has more volumes.",
     .source = "writer-errors-and-vetoes.md",
     .cause = "The backup is repeated with the same volumes, so the writer fails again.",
     .next_step = "Add every volume on which the writer's components have files.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R GetWriterStatus index=0 "
                                   "code=VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT\n60 s2 R "
                                   "InitializeForBackup  61 s2 R StartSnapshotSet set=5  61 s2 R "
                                   "AddToSnapshotSet volume=C:\\  62 s2 R DoSnapshotSet",
     .passes_on = VSSLAB_EX_SNAPPED "5 R GatherWriterStatus  6 R GetWriterStatus index=0 "
                                    "code=VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT\n60 s2 R "
                                    "InitializeForBackup  61 s2 R StartSnapshotSet set=5  61 s2 R "
                                    "AddToSnapshotSet volume=C:\\  61 s2 R AddToSnapshotSet "
                                    "volume=E:\\  62 s2 R DoSnapshotSet"},
    check_more_volumes};

// An index out of range gives VSS_E_OBJECT_NOT_FOUND.
void check_index(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    std::optional<std::uint32_t> count;
    for (const Call* call : session.calls) {
      if (call->name == Ev::gather_writer_status || call->name == Ev::free_writer_status) {
        count.reset();
      } else if (call->name == Ev::get_writer_status_count && call->ok()) {
        count = run.arg_mask(*call, "count");
      } else if (call->name == Ev::get_writer_status || call->name == Ev::get_writer_status_ex) {
        const auto index = run.arg_mask(*call, "index");
        if (!index || !count || !call->returned()) continue;
        if (*index < *count) {
          verdicts.saw();
          continue;
        }
        verdicts.fail(fmt::format("an index below {}", *count),
                      fmt::format("{} asked for {}", mention(run, *call), *index), {call->seq()});
        service.expect(call->hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      }
    }
  }
}

constinit const Rule kIndex{
    {.id = "VSSR-STAT-010",
     .slug = "status-index-in-range",
     .level = Level::must,
     .title = "GetWriterStatus is given an index below the count, and VSS answers "
              "VSS_E_OBJECT_NOT_FOUND to any other.",
     .source = "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md",
     .cause = "A loop runs one too far, or uses the count of GetWriterMetadataCount.",
     .next_step = "Take the count from GetWriterStatusCount; indexes begin at 0.",
     .fails_on = VSSLAB_EX_PREPARED "4 R GatherWriterStatus  4 R GetWriterStatusCount count=1  4 R "
                                    "GetWriterStatus index=1 hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on =
         VSSLAB_EX_PREPARED "4 R GatherWriterStatus  4 R GetWriterStatusCount count=1  4 R "
                            "GetWriterStatus index=0"},
    check_index};

constexpr const Rule* kRules[] = {&kGatherFirst, &kCallSites,   &kFreed,
                                  &kWriterRetry, &kMoreVolumes, &kIndex};

}  // namespace

RuleSpan requester_status_rules() { return kRules; }

}  // namespace vsslab::rules
