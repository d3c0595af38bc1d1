// VSSC-TIME, VSSC-EXCL: the service's own limits, and one set at a time.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// What a real clock may add to an event that is due at once.
constexpr Duration kSlack = std::chrono::seconds(1);

// The freeze-thaw window is each writer's own, 60 s by default.
void check_own_window(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, kService);
    const WriterInfo& writer = run.writer(part);
    // The window opens when Freeze reaches the writer; one of no length has passed by then.
    if (part.limit_passed != nullptr && !part.calls.has(Ev::freeze) &&
        writer.freeze_limit > Duration(0)) {
      verdicts.fail(fmt::format("the limit of {} runs from its Freeze", writer.name),
                    "Freeze never reached it", {part.limit_passed->seq});
    }
    for (const Call* freeze : part.calls) {
      if (freeze->name != Ev::freeze) continue;
      if (const auto limit = run.arg_duration(*freeze, "limit")) {
        verdicts.saw();
        if (*limit != writer.freeze_limit) {
          verdicts.fail(
              fmt::format("the limit of {}: {}", writer.name, seconds(writer.freeze_limit)),
              seconds(*limit), {freeze->seq()});
        }
      }
      if (part.limit_passed == nullptr || part.limit_passed->seq < freeze->seq()) continue;
      const Duration after = part.limit_passed->t - freeze->begin();
      verdicts.expect(
          after >= writer.freeze_limit && after <= writer.freeze_limit + kSlack,
          fmt::format("{} gives up {} after its Freeze", writer.name, seconds(writer.freeze_limit)),
          seconds(after), {freeze->seq(), part.limit_passed->seq});
    }
  }
}

constexpr Rule kOwnWindow{
    {.id = "VSSC-TIME-001",
     .slug = "each-writers-own-window",
     .level = Level::must,
     .title = "The service gives each writer its own freeze limit, 60 s by default.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md, shadow-copies-and-shadow-copy-sets.md",
     .cause = "One limit was used for all writers, or the value was taken for seconds.",
     .next_step = "Compare the timeout given at Initialize with the time of FreezeLimitPassed.",
     .fails_on =
         "0 W1 Initialize timeout=20  1 W1 Freeze ret=true  61 C FreezeLimitPassed writer=W1",
     .passes_on =
         "0 W1 Initialize timeout=20  1 W1 Freeze ret=true  21 C FreezeLimitPassed writer=W1"},
    check_own_window};

struct Hold {
  const Call* first = nullptr;   // HoldWrites
  const Call* last = nullptr;    // ReleaseWrites
  const Call* passed = nullptr;  // HoldLimitPassed
};

Hold hold_of(const Session& session) {
  Hold hold;
  for (const Call* call : session.service) {
    if (call->name == Ev::hold_writes && hold.first == nullptr) hold.first = call;
    if (call->name == Ev::release_writes) hold.last = call;
    if (call->name == Ev::hold_limit_passed && hold.passed == nullptr) hold.passed = call;
  }
  return hold;
}

// Flush-and-hold is cancelled if the release does not come within 10 s; creation then fails.
void check_hold_limit(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    const Hold hold = hold_of(session);
    if (hold.first == nullptr) continue;
    const Time deadline = hold.first->begin() + limits::kFlushAndHoldLimit;
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    const auto end = make ? run.async_end(*make) : std::nullopt;
    if (hold.passed != nullptr) {
      const Duration after = hold.passed->begin() - hold.first->begin();
      verdicts.expect(
          after >= limits::kFlushAndHoldLimit && after <= limits::kFlushAndHoldLimit + kSlack,
          "the hold is cancelled after 10.000 s", seconds(after),
          {hold.first->seq(), hold.passed->seq()});
      if (end) {
        verdicts.expect(failed(end->hr), "DoSnapshotSet fails when the hold was cancelled",
                        hresult_name(end->hr), {hold.passed->seq(), end->seq});
      }
    } else if (hold.last != nullptr) {
      verdicts.expect(hold.last->begin() <= deadline, "writes are held for 10.000 s or less",
                      seconds(hold.last->begin() - hold.first->begin()),
                      {hold.first->seq(), hold.last->seq()});
    } else if (run.end_time() > deadline || run.complete()) {
      verdicts.fail("writes are held for 10.000 s or less", "they were never released",
                    {hold.first->seq()});
    } else {
      verdicts.inconclusive("the journal ends while writes are held");
    }
  }
}

constexpr Rule kHoldLimit{
    {.id = "VSSC-TIME-002",
     .slug = "hold-limit",
     .level = Level::must,
     .title = "Writes are held for at most 10 s; then the hold is cancelled and creation fails.",
     .source = "shadow-copy-creation-for-providers.md, "
               "required-behaviors-for-shadow-copy-providers.md",
     .cause = "A provider took too long in CommitSnapshots and the service did not cancel.",
     .next_step = "Look at the providers' CommitSnapshots and at HoldLimitPassed.",
     .fails_on = "1 C HoldWrites volume=C:\\  12 C ReleaseWrites volume=C:\\",
     .passes_on = "1 C HoldWrites volume=C:\\  2 C ReleaseWrites volume=C:\\"},
    check_hold_limit};

// What the requester reads of the operation has to be that code, too.
void check_told_code(const RunView& run, const Session& session, const Call& failure, Hr due,
                     Verdicts& verdicts) {
  for (const Call* call : session.calls) {
    if (call->name != Ev::query_status || !run.arg_is(*call, "op", "DoSnapshotSet")) continue;
    const auto told = run.arg_hr(*call, "status");
    if (!told || *told == hr::async_pending || call->seq() < failure.seq()) continue;
    verdicts.expect(*told == due, hresult_name(due),
                    fmt::format("{} told {}", mention(run, *call), hresult_name(*told)),
                    {failure.seq(), call->seq()});
  }
}

// Failed flushing gives FLUSH_WRITES_TIMEOUT, failed holding HOLD_WRITES_TIMEOUT.
void check_hold_codes(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    const auto end = make ? run.async_end(*make) : std::nullopt;
    if (!end) continue;
    for (const Call* call : session.service) {
      const bool flush = call->name == Ev::flush_volume && call->refused();
      const bool hold =
          (call->name == Ev::hold_writes && call->refused()) || call->name == Ev::hold_limit_passed;
      if (!flush && !hold) continue;
      const Hr due = flush ? hr::flush_writes_timeout : hr::hold_writes_timeout;
      verdicts.expect(end->hr == due, hresult_name(due), hresult_name(end->hr),
                      {call->seq(), end->seq});
      check_told_code(run, session, *call, due, verdicts);
      break;
    }
  }
}

constexpr Rule kHoldCodes{
    {.id = "VSSC-TIME-003",
     .slug = "flush-and-hold-codes",
     .level = Level::must,
     .title = "DoSnapshotSet ends with FLUSH_WRITES_TIMEOUT or HOLD_WRITES_TIMEOUT when flushing "
              "or holding failed.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md",
     .cause = "The service told the requester another code, so that it does not know to try again.",
     .next_step = "Compare FlushVolume and HoldWrites with the end of DoSnapshotSet.",
     .fails_on = "1 R DoSnapshotSet enter  2 C HoldLimitPassed set=s\n"
                 "3 R DoSnapshotSet leave async=A1  4 C AsyncFinished async=A1 op=DoSnapshotSet "
                 "hr=VSS_E_PROVIDER_VETO",
     .passes_on = "1 R DoSnapshotSet enter  2 C HoldLimitPassed set=s\n"
                  "3 R DoSnapshotSet leave async=A1  4 C AsyncFinished async=A1 op=DoSnapshotSet "
                  "hr=VSS_E_HOLD_WRITES_TIMEOUT"},
    check_hold_codes};

// One set is being made at a time, from StartSnapshotSet to the return of DoSnapshotSet.
void check_one_set(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  const SnapshotSet* open = nullptr;
  for (const SnapshotSet& set : run.sets()) {
    if (set.start == nullptr) continue;
    verdicts.saw();
    if (open != nullptr && (open->end == nullptr || open->end->seq > set.start->last_seq())) {
      verdicts.fail("VSS_E_SNAPSHOT_SET_IN_PROGRESS while another set is being made",
                    "a second set was started", {open->start->seq(), set.start->seq()});
    }
    if (open == nullptr ||
        (open->end != nullptr && (set.end == nullptr || set.end->seq > open->end->seq))) {
      open = &set;
    }
  }
}

constexpr Rule kOneSet{
    {.id = "VSSC-EXCL-001",
     .slug = "one-set-in-creation",
     .level = Level::must,
     .title = "Only one shadow copy set is in creation at a time.",
     .source = "error-handling-in-shadow-copy-providers.md, "
               "state-transitions-in-shadow-copy-providers.md",
     .cause = "The service let a second requester start while the first was not done.",
     .next_step = "Compare the spans of the two sets.",
     .fails_on = "1 s1 R StartSnapshotSet set=a  2 s2 R2 StartSnapshotSet set=b\n"
                 "3 s1 R DoSnapshotSet",
     .passes_on = "1 s1 R StartSnapshotSet set=a  2 s2 R2 StartSnapshotSet "
                  "hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS  3 s1 R DoSnapshotSet\n"
                  "4 s2 R2 StartSnapshotSet set=b"},
    check_one_set};

// The spans in which some set was in creation.
class Creations {
 public:
  explicit Creations(const RunView& run) {
    for (const SnapshotSet& set : run.sets()) {
      if (set.start == nullptr) continue;
      spans_.emplace_back(set.start->seq(),
                          set.end ? set.end->seq : std::numeric_limits<Seq>::max());
    }
    std::sort(spans_.begin(), spans_.end());
    Seq latest = 0;
    for (auto& [begin, end] : spans_) end = latest = std::max(end, latest);
  }
  // Some set was in creation when the call was made.
  bool any_at(const Call& call) const {
    const auto later = std::partition_point(spans_.begin(), spans_.end(), [&](const auto& span) {
      return span.first < call.last_seq();
    });
    return later != spans_.begin() && std::prev(later)->second > call.seq();
  }

 private:
  std::vector<std::pair<Seq, Seq>> spans_;  // by begin; the end is the latest of all so far
};

// A failed or aborted set frees the slot.
void check_slot_freed(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  Seq first_failed = 0;  // when the first set that was not made was over
  for (const SnapshotSet& set : run.sets()) {
    if (set.end == nullptr || set.result == "created") continue;
    if (first_failed == 0 || set.end->seq < first_failed) first_failed = set.end->seq;
  }
  const Creations creations(run);
  for (const Call* call : run.all(Ev::start_snapshot_set)) {
    if (!call->returned() || call->kind != ActorKind::requester) continue;
    const bool failed_before = first_failed != 0 && first_failed < call->seq();
    if (call->hr() == hr::snapshot_set_in_progress) {
      if (!creations.any_at(*call)) {
        verdicts.fail("S_OK, for no set is in creation", "VSS_E_SNAPSHOT_SET_IN_PROGRESS",
                      {call->seq()});
      }
    } else if (call->ok() && failed_before) {
      verdicts.saw();
    }
  }
}

constexpr Rule kSlotFreed{
    {.id = "VSSC-EXCL-003",
     .slug = "failed-set-frees-the-slot",
     .level = Level::must,
     .title = "After a failed or aborted set the next StartSnapshotSet is not refused.",
     .source = "error-handling-in-shadow-copy-providers.md",
     .cause = "The service still counts a set that is over.",
     .next_step = "Look at the SnapshotSetEnded of the earlier set.",
     .fails_on = "1 s1 R StartSnapshotSet set=a  2 s1 R DoSnapshotSet hr=VSS_E_PROVIDER_VETO\n"
                 "3 s1 R AbortBackup  4 s2 R2 StartSnapshotSet "
                 "hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS",
     .passes_on =
         "1 s1 R StartSnapshotSet set=a  2 s1 R AbortBackup  4 s2 R2 StartSnapshotSet set=b"},
    check_slot_freed};

}  // namespace

RuleSpan coordinator_time_rules() {
  static constexpr const Rule* kRules[] = {&kOwnWindow, &kHoldLimit, &kHoldCodes, &kOneSet,
                                           &kSlotFreed};
  return kRules;
}

}  // namespace vsslab::rules
