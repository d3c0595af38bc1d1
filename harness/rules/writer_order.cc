// VSSW-ORDER: which events a writer gets in one operation, and in which order.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// Place in the sequence of a backup; 0 for events that have none.
int backup_step(Ev name) {
  switch (name) {
    case Ev::prepare_for_backup:
      return 1;
    case Ev::prepare_for_snapshot:
      return 2;
    case Ev::freeze:
      return 3;
    case Ev::thaw:
      return 4;
    case Ev::post_snapshot:
      return 5;
    case Ev::backup_complete:
      return 6;
    case Ev::backup_shutdown:
      return 7;
    default:
      return 0;
  }
}

// PrepareForBackup or PrepareForSnapshot when it was left out before `call`, else unknown. A
// missing Freeze is VSSW-ORDER-005, a missing Thaw VSSW-ORDER-004; a backup without a shadow copy
// has none of the middle steps.
Ev left_out(const Call& call, unsigned seen) {
  const auto has = [&](int step) { return (seen & (1u << step)) != 0; };
  switch (call.name) {
    case Ev::prepare_for_snapshot:
      return has(1) ? Ev::unknown : Ev::prepare_for_backup;
    case Ev::freeze:
      return has(2) ? Ev::unknown : Ev::prepare_for_snapshot;
    default:
      return Ev::unknown;
  }
}

void check_backup_sequence_of(const RunView& run, const Participation& part, Verdicts& verdicts) {
  const Call* latest = nullptr;
  unsigned seen = 0;
  for (const Call* call : part.calls) {
    const int step = backup_step(call->name);
    if (call->name == Ev::abort) return;  // cuts the sequence; what follows is VSSW-ABORT-003
    if (step == 0) continue;
    verdicts.saw();
    if (latest != nullptr && step <= backup_step(latest->name)) {
      verdicts.fail(fmt::format("{} after {} only once and in order", event_name(latest->name),
                                event_name(call->name)),
                    fmt::format("{} came after {}", mention(run, *call), mention(run, *latest)),
                    {latest->seq(), call->seq()},
                    "a backup gives a writer each event once, in the order of writers.md");
      return;
    }
    if (const Ev missing = left_out(*call, seen); missing != Ev::unknown) {
      verdicts.fail(fmt::format("{} before {}", event_name(missing), event_name(call->name)),
                    fmt::format("{} came without it", mention(run, *call)), {call->seq()});
      return;
    }
    seen |= 1u << step;
    latest = call;
  }
}

// A backup gives a participating writer PrepareForBackup, PrepareForSnapshot, Freeze, Thaw,
// PostSnapshot, BackupComplete and BackupShutdown, in that order; Abort may cut it short.
void check_backup_sequence(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    if (!run.session(part).restore) check_backup_sequence_of(run, part, verdicts);
  }
}

constexpr Rule kBackupSequence{
    {.id = "VSSW-ORDER-001",
     .slug = "backup-sequence",
     .level = Level::must,
     .title = "A writer gets the events of a backup once each, in the documented order.",
     .source = "writers.md, overview-of-pre-backup-tasks.md",
     .cause = "An event was delivered twice, out of turn, or was lost on its way to the writer.",
     .next_step = "Look at the causes of the two events: which call of the service sent them.",
     .fails_on = "1 W1 PrepareForBackup  2 W1 Freeze  3 W1 Thaw  4 W1 PostSnapshot",
     .passes_on = "1 W1 PrepareForBackup  2 W1 PrepareForSnapshot  3 W1 Freeze  4 W1 Thaw\n"
                  "5 W1 PostSnapshot  6 W1 BackupComplete  7 W1 BackupShutdown",
     .consequences = "VSSW-STATE-001, VSSW-STATE-002, VSSW-ORDER-004"},
    check_backup_sequence};

// A restore gives a participating writer PreRestore, then PostRestore, and nothing else.
void check_restore_sequence(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    if (!run.session(part).restore) continue;
    const Call *pre = nullptr, *post = nullptr;
    for (const Call* call : part.calls) {
      // Abort is VSSW-ABORT-006.
      if (!is_writer_handler(call->name) || call->name == Ev::identify || call->name == Ev::abort) {
        continue;
      }
      const bool due = (call->name == Ev::pre_restore && pre == nullptr && post == nullptr) ||
                       (call->name == Ev::post_restore && post == nullptr);
      verdicts.expect(due, "PreRestore, then PostRestore, nothing else in a restore",
                      mention(run, *call), {call->seq()});
      if (call->name == Ev::pre_restore) pre = call;
      if (call->name == Ev::post_restore) post = call;
    }
  }
}

constexpr Rule kRestoreSequence{
    {.id = "VSSW-ORDER-002",
     .slug = "restore-sequence",
     .level = Level::must,
     .title = "A restore gives a writer PreRestore, then PostRestore, and no other event.",
     .source = "writers.md",
     .cause = "Backup and restore were mixed in one session, or an event was delivered twice.",
     .next_step = "Use one IVssBackupComponents object for one operation.",
     .fails_on = "0 R InitializeForRestore  1 W1 PreRestore  2 W1 PostRestore  3 W1 PreRestore",
     .passes_on = "0 R InitializeForRestore  1 W1 PreRestore  2 W1 PostRestore"},
    check_restore_sequence};

// Identify comes before a backup or restore sequence; it can also arrive at any other moment.
void check_identify_first(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    bool identified = false;
    for (const Call* call : part.calls) {
      if (!is_writer_handler(call->name)) continue;
      identified |= call->name == Ev::identify;
      verdicts.saw();
      if (!identified) {
        verdicts.fail("Identify before the first other event",
                      fmt::format("{} came first", mention(run, *call)), {call->seq()});
      }
      break;
    }
  }
}

constexpr Rule kIdentifyFirst{
    {.id = "VSSW-ORDER-003",
     .slug = "identify-first",
     .level = Level::must,
     .title = "In each operation Identify comes before any other event of a writer.",
     .source = "writers.md, nf-vswriter-cvsswriter-onidentify.md",
     .cause = "Identify did not reach the writer, so VSS has no document of it.",
     .next_step =
         "Look at the requester's GatherWriterMetadata and at what became of its Identify.",
     .fails_on = "1 W1 PrepareForBackup  2 W1 Identify",
     .passes_on = "1 W1 Identify  2 W1 PrepareForBackup  3 W1 Identify"},
    check_identify_first};

bool freeze_held(const RunView& run, const Participation& part, const Call& freeze) {
  const Outcome outcome = outcome_of(run, part, freeze);
  return outcome == Outcome::good || outcome == Outcome::vetoed;
}

// After Freeze has run, exactly one of Thaw or Abort follows. (A failed Freeze is VSSW-FAIL-012,
// one that never returned VSSW-TIME-009; a failed Thaw may be followed by Abort.)
void check_freeze_closed(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    for (const FreezeWindow& window : freeze_windows(part)) {
      const Call& freeze = *window.freeze;
      if (!freeze_held(run, part, freeze) || part.gone != nullptr) continue;
      if (window.closed_by() != nullptr) {
        const Call* again = window.thaw ? part.calls.next(Ev::thaw, window.thaw->seq()) : nullptr;
        const Call* next = part.calls.next(Ev::freeze, freeze.seq());
        const bool doubled = again && (next == nullptr || again->began_before(*next));
        verdicts.expect(!doubled, "one Thaw", "two", {freeze.seq(), window.closed_by()->seq()});
      } else if (run.session(part).end != nullptr || run.complete()) {
        verdicts.fail("Thaw or Abort", fmt::format("neither came after {}", mention(run, freeze)),
                      {freeze.seq()}, "a frozen writer holds its writes until it is told to go on");
      } else {
        verdicts.inconclusive(fmt::format("the journal ends after {}", mention(run, freeze)));
      }
    }
  }
}

constexpr Rule kFreezeClosed{
    {.id = "VSSW-ORDER-004",
     .slug = "freeze-is-closed",
     .level = Level::must,
     .title = "After Freeze a writer gets exactly one of Thaw or Abort.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md",
     .cause = "The event that ends the freeze was lost, or came twice.",
     .next_step = "Look at what the service did between this Freeze and the end of DoSnapshotSet.",
     .fails_on = "1 W1 Freeze ret=true  9 R Release",
     .passes_on = "1 W1 Freeze ret=true  2 W1 Thaw ret=true  9 R Release",
     .consequences = "VSSW-STATE-002, VSSW-TIME-001, VSSW-TIME-002, VSSW-ORDER-001, "
                     "VSSW-ORDER-006"},
    check_freeze_closed};

// Thaw is never delivered without a Freeze before it in the same set.
void check_thaw_after_freeze(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* freeze = nullptr;
    for (const Call* call : part.calls) {
      if (call->name == Ev::freeze) freeze = call;
      if (call->name != Ev::thaw) continue;
      const bool same_set = freeze != nullptr && run.arg(*freeze, "set").value_or("") ==
                                                     run.arg(*call, "set").value_or("");
      verdicts.saw();
      if (same_set) continue;
      verdicts.fail("a Freeze of the same set before Thaw",
                    fmt::format("{} without it", mention(run, *call)), {call->seq()});
    }
  }
}

constexpr Rule kThawAfterFreeze{
    {.id = "VSSW-ORDER-005",
     .slug = "thaw-after-freeze",
     .level = Level::must,
     .title = "Thaw is delivered only to a writer that had Freeze in the same set.",
     .source = "overview-of-pre-backup-tasks.md, vssgloss-t.md",
     .cause = "Freeze did not reach the writer, so its data was not held when the copy was made.",
     .next_step = "Look at the service's WriterState events: it believes that the writer froze.",
     .fails_on = "1 W1 PrepareForSnapshot  2 W1 Thaw",
     .passes_on = "1 W1 PrepareForSnapshot  2 W1 Freeze  3 W1 Thaw",
     .consequences = "VSSW-STATE-002, VSSW-ORDER-001"},
    check_thaw_after_freeze};

// The moment each session's last Thaw was over, of writers that VSS still waited for.
struct LastThaw {
  const Call* call = nullptr;
};
LastThaw last_thaw(const RunView& run, const Session& session) {
  LastThaw last;
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run.participations()[index];
    const Call* thaw = part.calls.last(Ev::thaw);
    if (thaw == nullptr) continue;
    const Seq over = thaw->returned() ? thaw->leave->seq : std::numeric_limits<Seq>::max();
    if (part.gone != nullptr || given_up_before(part, over)) continue;
    if (last.call == nullptr || !thaw->returned() ||
        (last.call->returned() && last.call->leave->seq < thaw->leave->seq)) {
      last.call = thaw;
    }
  }
  return last;
}

void check_post_snapshot_of(const RunView& run, const Participation& part, const LastThaw& last,
                            const Call* make, Verdicts& verdicts) {
  const Call* post = part.calls.first(Ev::post_snapshot);
  const auto end = make ? run.async_end(*make) : std::nullopt;
  if (post == nullptr) {
    const Call* thaw = part.calls.last(Ev::thaw);
    if (thaw == nullptr || !thaw->returned() || !end || failed(end->hr) ||
        end->hr == hr::async_cancelled || !all_well(run, part)) {
      return;
    }
    verdicts.fail("PostSnapshot after Thaw", "it never came; the set was made",
                  {thaw->seq(), end->seq});
    return;
  }
  verdicts.saw();
  if (last.call != nullptr && !last.call->before(*post)) {
    verdicts.fail(
        "PostSnapshot after every writer's Thaw",
        fmt::format("{} began before {} was over", mention(run, *post), mention(run, *last.call)),
        {post->seq(), last.call->seq()});
  } else if (end && !given_up_before(part, end->seq) &&
             (!post->returned() || post->leave->seq > end->seq)) {
    verdicts.fail("PostSnapshot is over before DoSnapshotSet completes",
                  fmt::format("DoSnapshotSet was complete at {}", seconds(end->t)),
                  {post->seq(), end->seq});
  }
}

// PostSnapshot comes after every Thaw and before the asynchronous DoSnapshotSet completes.
void check_post_snapshot(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    const LastThaw last = last_thaw(run, session);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      Verdicts verdicts(out, run.writer(part).name);
      check_post_snapshot_of(run, part, last, make, verdicts);
    }
  }
}

constexpr Rule kPostSnapshotPlace{
    {.id = "VSSW-ORDER-006",
     .slug = "post-snapshot-place",
     .level = Level::must,
     .title = "PostSnapshot comes after every Thaw and before DoSnapshotSet completes.",
     .source = "vss-test-writer-tool.md, overview-of-pre-backup-tasks.md",
     .cause = "PostSnapshot was sent too early, too late or not at all.",
     .next_step = "Look at the order of Thaw, PostSnapshot and the end of DoSnapshotSet.",
     .fails_on = "1 R DoSnapshotSet enter  2 W1 Thaw enter  3 W1 PostSnapshot enter\n"
                 "4 W1 Thaw leave  5 W1 PostSnapshot leave  6 R DoSnapshotSet leave",
     .passes_on = "1 R DoSnapshotSet enter  2 W1 Thaw enter  3 W1 Thaw leave\n"
                  "4 W1 PostSnapshot enter  5 W1 PostSnapshot leave  6 R DoSnapshotSet leave",
     .consequences = "VSSW-STATE-002"},
    check_post_snapshot};

}  // namespace

RuleSpan writer_order_rules() {
  static constexpr const Rule* kRules[] = {&kBackupSequence,  &kRestoreSequence,
                                           &kIdentifyFirst,   &kFreezeClosed,
                                           &kThawAfterFreeze, &kPostSnapshotPlace};
  return kRules;
}

}  // namespace vsslab::rules
