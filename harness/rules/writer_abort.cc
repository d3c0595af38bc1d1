// VSSW-ABORT: when a writer is told to give up, and what may come after it.
#include <fmt/format.h>

#include <algorithm>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// Abort may arrive more than once and is harmless each time.
void check_repeated(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* earlier = nullptr;
    for (const Call* call : part.calls) {
      if (call->name != Ev::abort) continue;
      if (earlier != nullptr && call->returned()) {
        verdicts.expect(!returned_false(*call) && !blew_up(*call), "a repeated Abort returns true",
                        fmt::format("{} did not", mention(run, *call)),
                        {earlier->seq(), call->seq()});
      }
      earlier = call;
    }
  }
}

constexpr Rule kRepeatedAbort{{.id = "VSSW-ABORT-002",
                               .slug = "repeated-abort-is-harmless",
                               .level = Level::must,
                               .title = "A writer handles a repeated Abort without failing.",
                               .source = "aborting-vss-operations.md",
                               .cause = "The handler frees what the first Abort has freed already.",
                               .next_step = "Make Abort idempotent: remember what is still held.",
                               .fails_on = "1 W1 Abort ret=true  2 W1 Abort ret=false",
                               .passes_on = "1 W1 Abort ret=true  2 W1 Abort ret=true"},
                              check_repeated};

// After Abort the writer gets no more events of that operation; BackupShutdown and further Aborts
// are tolerated (X07), and so is Identify, which may come at any time.
void check_nothing_after(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* abort = part.calls.first(Ev::abort);
    if (abort == nullptr) continue;
    verdicts.saw();
    for (const Call* call : part.calls) {
      if (call->seq() < abort->seq() || !is_writer_handler(call->name) || call->name == Ev::abort ||
          call->name == Ev::backup_shutdown || call->name == Ev::identify) {
        continue;
      }
      verdicts.fail("no event of the operation after Abort but BackupShutdown", mention(run, *call),
                    {abort->seq(), call->seq()});
      break;
    }
  }
}

constexpr Rule kNothingAfterAbort{
    {.id = "VSSW-ABORT-003",
     .slug = "nothing-after-abort",
     .level = Level::must,
     .title = "After Abort a writer gets no event of that operation but BackupShutdown.",
     .source = "nf-vswriter-cvsswriter-onabort.md",
     .cause = "The service went on with a writer that it had aborted.",
     .next_step = "Look at the cause of the event that came after Abort.",
     .fails_on = "1 W1 Freeze ret=false  1 W1 Abort ret=true  2 W1 Thaw ret=true",
     .passes_on = "1 W1 Freeze ret=false  1 W1 Abort ret=true  2 W1 BackupShutdown ret=true"},
    check_nothing_after};

// Abort is not delivered to a writer that has already had PostSnapshot (X06).
void check_not_after_post_snapshot(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* post = part.calls.first(Ev::post_snapshot);
    if (post == nullptr || !post->returned()) continue;
    const Call* abort = part.calls.next(Ev::abort, post->leave->seq);
    verdicts.saw();
    if (abort == nullptr) continue;
    verdicts.fail("no Abort after PostSnapshot", mention(run, *abort), {post->seq(), abort->seq()},
                  "a writer past PostSnapshot has nothing to undo; it relies on BackupShutdown");
  }
}

constexpr Rule kNoAbortAfterPostSnapshot{
    {.id = "VSSW-ABORT-004",
     .slug = "no-abort-after-post-snapshot",
     .level = Level::must,
     .title = "A writer that has had PostSnapshot gets no Abort.",
     .source = "nf-vswriter-cvsswriter-onabort.md",
     .cause = "AbortBackup was handed on to every writer, whatever its state.",
     .next_step = "Look at the writer's state when AbortBackup was called.",
     .fails_on = "1 W1 PostSnapshot ret=true  2 R AbortBackup  2 W1 Abort ret=true",
     .passes_on = "1 W1 PostSnapshot ret=true  2 R AbortBackup"},
    check_not_after_post_snapshot,
};

bool provider_failed(const Call& call) {
  return call.kind == ActorKind::provider && call.returned() && call.hr() != hr::ok;
}

bool gives_cause(const RunView& run, const Call& call) {
  switch (call.name) {
    case Ev::abort_backup:
    case Ev::cancel:
    case Ev::release:
    case Ev::process_exit:
    case Ev::abort_snapshots:
    case Ev::hold_limit_passed:
    case Ev::freeze_limit_passed:
    case Ev::writer_gone:
      return true;
    case Ev::flush_volume:
    case Ev::hold_writes:
    case Ev::release_writes:
    case Ev::freeze_transactions:
    case Ev::thaw_transactions:
      return call.refused();
    case Ev::event_log:
      // VSS's own failure: a provider that it no longer waits for leaves no other trace in time.
      return call.kind == ActorKind::service && run.arg_is(call, "party", "vss") &&
             run.arg_is(call, "type", "error");
    default:
      return provider_failed(call);
  }
}

Seq earlier(Seq a, Seq b) { return b == 0 || (a != 0 && a < b) ? a : b; }

// The first event of the session after which Abort is in order; 0 when there is none.
Seq first_cause(const RunView& run, const Session& session) {
  Seq first = 0;
  for (const CallList& calls : {session.calls, session.service, session.providers}) {
    for (const Call* call : calls) {
      if (!gives_cause(run, *call)) continue;
      const Seq since =
          call->kind == ActorKind::provider || call->refused() ? call->last_seq() : call->seq();
      first = earlier(since, first);
      break;
    }
  }
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run.participations()[index];
    for (const Call* call : part.calls) {
      if (call->name != Ev::freeze && call->name != Ev::thaw) continue;
      const bool late =
          call->returned() && call->end() - call->begin() > run.writer(part).freeze_limit;
      if (call->returned() && (late || returned_false(*call) || blew_up(*call))) {
        first = earlier(call->leave->seq, first);
      }
    }
  }
  for (const std::uint32_t index : session.sets) {
    const SnapshotSet& set = run.sets()[index];
    if (set.end && set.result != "created") first = earlier(set.end->seq, first);
  }
  return first;
}

// VSS calls a provider and waits for it: an Abort meanwhile means that it has given the provider
// up.
constexpr Duration kGivenUp = std::chrono::seconds(10);  // less than any of its limits

bool provider_given_up(const Session& session, const Call& abort) {
  return std::any_of(session.providers.begin(), session.providers.end(), [&](const Call* call) {
    const bool open =
        call->seq() < abort.seq() && (!call->returned() || call->last_seq() > abort.seq());
    return open && abort.begin() - call->begin() >= kGivenUp;
  });
}

// Abort follows AbortBackup, a failed or late Freeze or Thaw, or a failure of a provider or of VSS
// after PrepareForSnapshot - and nothing else; a failed PrepareForSnapshot alone is no cause.
void check_cause(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    bool aborted = false;
    for (const std::uint32_t index : session.writers) {
      aborted |= run.participations()[index].calls.has(Ev::abort);
    }
    const Seq cause = aborted ? first_cause(run, session) : 0;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      Verdicts verdicts(out, run.writer(part).name);
      const Call* abort = part.calls.first(Ev::abort);
      if (abort == nullptr || session.restore) continue;
      verdicts.expect((cause != 0 && cause < abort->seq()) || provider_given_up(session, *abort),
                      "AbortBackup, a failed or late Freeze or Thaw, or a failed set before Abort",
                      fmt::format("{} without any of them", mention(run, *abort)), {abort->seq()});
    }
  }
}

constexpr Rule kAbortHasCause{
    {.id = "VSSW-ABORT-005",
     .slug = "abort-has-a-cause",
     .level = Level::must,
     .title = "Abort is delivered only after one of its documented causes.",
     .source = "aborting-vss-operations.md, nf-vswriter-cvsswriter-onabort.md",
     .cause =
         "The service aborted a writer because of a failed PrepareForSnapshot, or for nothing.",
     .next_step = "Look at the cause that the journal names for the Abort.",
     .fails_on = "1 W1 PrepareForSnapshot ret=false  2 W1 Abort ret=true",
     .passes_on = "1 W1 PrepareForSnapshot ret=true  2 R AbortBackup  2 W1 Abort ret=true"},
    check_cause};

// There is no Abort for restores.
void check_no_abort_in_restore(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    if (!run.session(part).restore) continue;
    const Call* abort = part.calls.first(Ev::abort);
    verdicts.saw();
    if (abort != nullptr) {
      verdicts.fail("no Abort in a restore", mention(run, *abort), {abort->seq()});
    }
  }
}

constexpr Rule kNoAbortInRestore{
    {.id = "VSSW-ABORT-006",
     .slug = "restore-without-abort",
     .level = Level::must,
     .title = "A writer gets no Abort in a restore.",
     .source = "aborting-vss-operations.md",
     .cause = "A failing restore was treated as a failing backup.",
     .next_step = "Look at the requester's calls before the Abort.",
     .fails_on = "0 R InitializeForRestore  1 W1 PreRestore  2 W1 Abort",
     .passes_on = "0 R InitializeForRestore  1 W1 PreRestore  2 W1 PostRestore"},
    check_no_abort_in_restore};

}  // namespace

RuleSpan writer_abort_rules() {
  static constexpr const Rule* kRules[] = {&kRepeatedAbort, &kNothingAfterAbort,
                                           &kNoAbortAfterPostSnapshot, &kAbortHasCause,
                                           &kNoAbortInRestore};
  return kRules;
}

}  // namespace vsslab::rules
