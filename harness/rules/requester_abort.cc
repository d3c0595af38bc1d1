// Requester: abort (spec: rules 2.11).
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// A backup that was given up: AbortBackup has to stand between `since` and the end of the object.
void require_abort(const RunView& run, const Session& session, const Call& since,
                   Verdicts& verdicts) {
  if (const Call* abort = session.calls.next(Ev::abort_backup, since.seq())) {
    const bool in_time =
        abort->returned() && (session.end == nullptr || abort->last_seq() < session.end->seq());
    verdicts.expect(in_time, "AbortBackup returns before the object is released",
                    mention(run, *abort) + " had not", {abort->seq()});
  } else if (closed(run, session)) {
    const Seq last =
        session.end ? session.end->seq() : session.calls[session.calls.size() - 1].seq();
    verdicts.fail("AbortBackup before the object is released", "it never came", {since.seq(), last},
                  "only Abort tells the writers to undo what they prepared");
  } else {
    verdicts.inconclusive("the journal ends before the object is released");
  }
}

bool was_made(const RunView& run, const Session& session) {
  for (const Call* call : session.calls) {
    if (call->name == Ev::do_snapshot_set && call->ok() && run.async_end(*call)) return true;
  }
  return false;
}

const Call* prepared(const RunView& run, const Session& session) {
  for (const Call* call : session.calls) {
    if (call->name == Ev::prepare_for_backup && call->ok() && ended_well(run, *call)) return call;
  }
  return nullptr;
}

// A copy-less backup has no set; it ends with BackupComplete.
bool completed(const Session& session) {
  return session.calls.first_ok(Ev::backup_complete) != nullptr;
}

// Stopping after PrepareForBackup succeeded calls AbortBackup and awaits it before releasing. (X08;
// after a failed DoSnapshotSet it is VSSR-SNAP-007, after a good one VSSR-DONE-005.)
void check_after_prepare(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    const Call* prepare = prepared(run, session);
    if (prepare == nullptr || session.crashed) continue;
    if (was_made(run, session) || completed(session)) {
      verdicts.saw();
      continue;
    }
    require_abort(run, session, *prepare, verdicts);
  }
}

constinit const Rule kAfterPrepare{
    {.id = "VSSR-ABORT-001",
     .slug = "abort-after-prepare",
     .level = Level::must,
     .title = "A backup that stops after PrepareForBackup calls AbortBackup before its object is "
              "released.",
     .source = "aborting-vss-operations.md",
     .cause = "The error path only releases the object.",
     .next_step = "Call AbortBackup whenever the backup ends early, then release.",
     .fails_on = VSSLAB_EX_PREPARED "9 R Release",
     .passes_on = VSSLAB_EX_PREPARED "8 R AbortBackup  9 R Release"},
    check_after_prepare};

// Stopping between StartSnapshotSet and the end of DoSnapshotSet calls AbortBackup. (X08: before
// PrepareForBackup it is a should.)
void check_after_start(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    Verdicts verdicts(out, session.requester);
    const Call* start = session.calls.first_ok(Ev::start_snapshot_set);
    if (start == nullptr || session.crashed || prepared(run, session) != nullptr) continue;
    if (was_made(run, session)) {
      verdicts.saw();
      continue;
    }
    require_abort(run, session, *start, verdicts);
  }
}

constinit const Rule kAfterStart{
    {.id = "VSSR-ABORT-002",
     .slug = "abort-open-set",
     .level = Level::should,
     .title = "A backup that stops between StartSnapshotSet and DoSnapshotSet calls AbortBackup.",
     .source = "nf-vsbackup-ivssbackupcomponents-abortbackup.md, aborting-vss-operations.md",
     .cause = "The error path only releases the object.",
     .next_step = "Call AbortBackup whenever the backup ends early, then release.",
     .fails_on = VSSLAB_EX_SET "9 R Release",
     .passes_on = VSSLAB_EX_SET "8 R AbortBackup  9 R Release"},
    check_after_start};

// AbortBackup with nothing under way is ignored.
void check_ignored(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::abort_004, "");
}

constinit const Rule kIgnored{
    {.id = "VSSR-ABORT-004",
     .slug = "abort-always-accepted",
     .level = Level::must,
     .title = "AbortBackup on an object in use succeeds, also with nothing under way.",
     .source = "nf-vsbackup-ivssbackupcomponents-abortbackup.md",
     .cause = "The service refuses an abort that came late.",
     .next_step = "Look at the state in which the abort came.",
     .fails_on = VSSLAB_EX_GATHERED "2 R AbortBackup hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R AbortBackup"},
    check_ignored};

// On an uninitialised object it gives VSS_E_BAD_STATE.
void check_uninitialised(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::abort_005, "there is no backup on a new object");
}

constinit const Rule kUninitialised{
    {.id = "VSSR-ABORT-005",
     .slug = "no-abort-on-new-object",
     .level = Level::must,
     .title = "AbortBackup is not called on an object that was not initialised, and VSS answers "
              "VSS_E_BAD_STATE there.",
     .source = "nf-vsbackup-ivssbackupcomponents-abortbackup.md",
     .cause = "A common error path aborts although InitializeForBackup had failed.",
     .next_step = "Release without AbortBackup when the object was never initialised.",
     .fails_on = "0 R AbortBackup hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R AbortBackup"},
    check_uninitialised};

// When a writer waits for an Abort: it was told of the backup, is not past PostSnapshot (X06), and
// is there to be told again.
struct Waiting {
  Seq from = std::numeric_limits<Seq>::max(), until = from;
};

Waiting waiting_for_abort(const Participation& part) {
  Waiting waiting;
  if (part.gone != nullptr) return waiting;
  for (const Call* call : part.calls) {
    const bool tells =
        call->name == Ev::prepare_for_backup || call->name == Ev::prepare_for_snapshot;
    const bool ends = (call->name == Ev::post_snapshot && call->returned()) ||
                      call->name == Ev::abort || call->name == Ev::backup_shutdown ||
                      (is_writer_handler(call->name) && !call->returned());  // it hangs
    if (ends) {
      waiting.until = call->seq();
      break;
    }
    if (tells) waiting.from = std::min(waiting.from, call->seq());
  }
  return waiting;
}

// It delivers Abort to every instance of every participating writer.
void check_delivered(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.restore || session.no_writers()) continue;
    std::vector<const Call*> aborts;
    for (const Call* abort : session.calls.all(Ev::abort_backup)) {
      const RequesterState state = run.before(*abort).state;
      if (!abort->ok() || state == RequesterState::completed || state == RequesterState::aborted) {
        continue;
      }
      aborts.push_back(abort);
    }
    if (aborts.empty()) continue;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const Waiting waiting = waiting_for_abort(part);
      // The first that finds it waiting; further ones wait for the same Abort.
      const auto found = std::partition_point(aborts.begin(), aborts.end(), [&](const Call* abort) {
        return abort->seq() < waiting.from;
      });
      if (found == aborts.end() || (*found)->seq() > waiting.until) continue;
      const Call& abort = **found;
      if (part.calls.next(Ev::abort, abort.seq()) != nullptr) {
        service.saw();
      } else if (closed(run, session)) {
        service.fail(fmt::format("Abort for {}", run.writer(part).name), "it never came",
                     {abort.seq()});
      } else {
        service.inconclusive("the journal ends after " + mention(run, abort));
      }
    }
  }
}

constinit const Rule kDelivered{
    {.id = "VSSR-ABORT-006",
     .slug = "abort-reaches-every-writer",
     .level = Level::must,
     .title = "AbortBackup sends Abort to every writer that takes part and is not past "
              "PostSnapshot.",
     .source = "nf-vsbackup-ivssbackupcomponents-abortbackup.md, nf-vswriter-cvsswriter-onabort.md",
     .cause = "The service lost the event of a writer.",
     .next_step = "Compare the writers that got PrepareForBackup with those that got Abort.",
     .fails_on = VSSLAB_EX_SET "3 R PrepareForBackup enter  3 W1 PrepareForBackup enter  3 W1 "
                               "PrepareForBackup leave ret=true  3 R PrepareForBackup leave  4 R "
                               "AbortBackup  5 R Release",
     .passes_on = VSSLAB_EX_SET "3 R PrepareForBackup enter  3 W1 PrepareForBackup enter  3 W1 "
                                "PrepareForBackup leave ret=true  3 R PrepareForBackup leave  4 R "
                                "AbortBackup enter  4 W1 Abort enter  4 W1 Abort leave ret=true  4 "
                                "R AbortBackup leave  5 R Release"},
    check_delivered};

// Restores cannot be aborted.
void check_no_restore(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::abort_007, "there is no Abort for restores");
}

constinit const Rule kNoRestore{
    {.id = "VSSR-ABORT-007",
     .slug = "no-abort-in-restore",
     .level = Level::must,
     .title = "AbortBackup is not called in a restore.",
     .source = "aborting-vss-operations.md",
     .cause = "Backup and restore share an error path.",
     .next_step = "End a failed restore with PostRestore, so that the writers can clean up.",
     .fails_on = "0 R InitializeForRestore  1 R AbortBackup",
     .passes_on = VSSLAB_EX_GATHERED "2 R AbortBackup"},
    check_no_restore};

constexpr const Rule* kRules[] = {&kAfterPrepare,  &kAfterStart, &kIgnored,
                                  &kUninitialised, &kDelivered,  &kNoRestore};

}  // namespace

RuleSpan requester_abort_rules() { return kRules; }

}  // namespace vsslab::rules
