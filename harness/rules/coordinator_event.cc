// VSSC-EVENT: what the service owes writers and providers when something goes wrong.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// The infrastructure, not the requester, generates BackupShutdown, also when the requester crashes.
void check_shutdown_after_crash(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    if (!session.crashed || session.restore) continue;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      if (!took_part(part) || part.gone != nullptr || hangs(part)) continue;
      const Call* shutdown = part.calls.first(Ev::backup_shutdown);
      if (shutdown != nullptr) {
        verdicts.expect(session.end->seq() < shutdown->seq(),
                        "BackupShutdown after the requester's end", "before it",
                        {shutdown->seq(), session.end->seq()});
      } else if (run.complete()) {
        verdicts.fail(fmt::format("BackupShutdown to {}", run.writer(part).name), "it never came",
                      {session.end->seq()});
      } else {
        verdicts.inconclusive("the journal ends after the requester's end");
      }
    }
  }
}

constexpr Rule kShutdownAfterCrash{
    {.id = "VSSC-EVENT-002",
     .slug = "shutdown-after-crash",
     .level = Level::must,
     .title = "When a requester dies, the service sends BackupShutdown to its writers.",
     .source = "handling-backupshutdown-events.md",
     .cause = "The service waits for a Release that will never come.",
     .next_step = "Look at what the service did after the requester's ProcessExit.",
     .fails_on = "1 R PrepareForBackup  1 W1 PrepareForBackup  2 R ProcessExit reason=crash",
     .passes_on = "1 R PrepareForBackup  1 W1 PrepareForBackup  2 R ProcessExit reason=crash\n"
                  "2 W1 BackupShutdown"},
    check_shutdown_after_crash};

// What a real clock may add to an event that is sent at once.
constexpr Duration kAtOnce = std::chrono::seconds(1);

// The moment from which the writer could be told: not while an earlier handler of it runs.
Time free_from(const Participation& part, const Call& shutdown, Time earliest) {
  for (const Call* call : part.calls) {
    if (call->seq() >= shutdown.seq()) break;
    if (is_writer_handler(call->name) && call->returned()) {
      earliest = std::max(earliest, call->end());
    }
  }
  return earliest;
}

// The end of what the service was in the middle of when the requester died: handlers of any party
// that began before the first BackupShutdown. Writers are told together.
Time busy_until(const RunView& run, const Session& session) {
  Time until = session.end->begin();
  Seq first_shutdown = std::numeric_limits<Seq>::max();
  for (const std::uint32_t index : session.writers) {
    const Call* shutdown =
        run.participations()[index].calls.next(Ev::backup_shutdown, session.end->seq());
    if (shutdown != nullptr) first_shutdown = std::min(first_shutdown, shutdown->seq());
  }
  const auto see = [&](const Call& call) {
    if (call.seq() < first_shutdown && call.returned()) until = std::max(until, call.end());
  };
  for (const std::uint32_t index : session.writers) {
    for (const Call* call : run.participations()[index].calls) {
      if (is_writer_handler(call->name)) see(*call);
    }
  }
  for (const Call* call : session.providers) see(*call);
  // An operation that was under way may have waited for a writer that was busy elsewhere.
  for (const Call* call : session.calls) {
    if (!is_async_call(call->name) || !call->ok()) continue;
    const auto end = run.async_end(*call);
    if (end && end->seq < first_shutdown) until = std::max(until, end->t);
  }
  return until;
}

// If the requester dies, BackupShutdown is sent at once and BackupComplete is not.
void check_no_complete_after_crash(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    if (!session.crashed || session.restore) continue;
    const Time earliest = busy_until(run, session);
    // What VSS was about to send when the requester died may still come in that moment.
    const bool asked = session.calls.first_ok(Ev::backup_complete) != nullptr;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const Call* complete = part.calls.next(Ev::backup_complete, session.end->seq());
      const bool on_its_way =
          asked && complete != nullptr && complete->begin() - session.end->begin() <= kAtOnce;
      if (complete != nullptr && !on_its_way) {
        verdicts.fail("no BackupComplete after the requester's end", mention(run, *complete),
                      {session.end->seq(), complete->seq()});
      }
      const Call* shutdown = part.calls.next(Ev::backup_shutdown, session.end->seq());
      if (shutdown == nullptr) continue;
      const Time due = free_from(part, *shutdown, earliest);
      verdicts.expect(shutdown->begin() - due <= kAtOnce, "BackupShutdown at once",
                      fmt::format("{} later", seconds(shutdown->begin() - due)),
                      {session.end->seq(), shutdown->seq()});
    }
  }
}

constexpr Rule kNoCompleteAfterCrash{
    {.id = "VSSC-EVENT-003",
     .slug = "no-complete-after-crash",
     .level = Level::must,
     .title = "When a requester dies, BackupShutdown comes at once and BackupComplete does not.",
     .source = "writer-role-in-backing-up-complex-stores.md",
     .cause = "The service ended the dead requester's backup as if it had succeeded.",
     .next_step = "Look at the events that the requester's ProcessExit led to.",
     .fails_on = "1 W1 PostSnapshot  2 R GetSessionId  2 R ProcessExit reason=crash\n"
                 "2 W1 BackupComplete  2 W1 BackupShutdown",
     .passes_on = "1 W1 PostSnapshot  2 R GetSessionId  2 R ProcessExit reason=crash\n"
                  "2 W1 BackupShutdown"},
    check_no_complete_after_crash};

// What broke the making of the set after PrepareForSnapshot; null when nothing did.
const Call* broke(const RunView& run, const Session& session) {
  const Call* first = nullptr;
  for (const std::uint32_t index : session.writers) {
    const Call* call = run.participations()[index].calls.first(Ev::prepare_for_snapshot);
    if (call != nullptr && (first == nullptr || call->began_before(*first))) first = call;
  }
  if (first == nullptr) return nullptr;
  const Call* make = session.calls.last(Ev::do_snapshot_set);
  const auto end = make ? run.async_end(*make) : std::nullopt;
  if (!end || succeeded(end->hr)) return nullptr;
  for (const Call* call : session.providers) {
    const bool no = call->returned() && call->hr() != hr::ok;  // S_FALSE is translated as well
    if (call->seq() > first->seq() && call->seq() < end->seq && no &&
        call->name != Ev::abort_snapshots) {
      return call;
    }
  }
  for (const Call* call : session.service) {
    if (call->seq() < first->seq() || call->seq() > end->seq) continue;
    if (call->name == Ev::hold_limit_passed || call->refused()) return call;
  }
  return nullptr;
}

void check_writers_aborted(const RunView& run, const Session& session, const Call& failure,
                           Verdicts& verdicts) {
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run.participations()[index];
    const Call* prepared = part.calls.first(Ev::prepare_for_snapshot);
    if (prepared == nullptr || part.gone != nullptr || hangs(part)) continue;
    bool failed_itself = false;
    for (const Call* call : part.calls) {
      failed_itself |=
          is_writer_handler(call->name) && call->name != Ev::abort && failed_in(run, part, *call);
    }
    const Call* post = part.calls.first(Ev::post_snapshot);
    if (failed_itself || (post != nullptr && post->began_before(failure))) continue;
    verdicts.expect(part.calls.next(Ev::abort, prepared->seq()) != nullptr,
                    fmt::format("Abort to {}", run.writer(part).name), "it never came",
                    {prepared->seq(), failure.last_seq()});
  }
}

void check_providers_aborted(const RunView& run, const Session& session, const Call& failure,
                             Verdicts& verdicts) {
  struct Seen {
    const Call* prepared = nullptr;
    bool aborted = false, gone = false;
  };
  std::map<std::string_view, Seen> seen;  // by provider
  for (const Call* call : session.providers) {
    Seen& provider = seen[run.actor_name(*call)];
    if (call->name == Ev::end_prepare_snapshots) provider.prepared = call;
    provider.aborted |= call->name == Ev::abort_snapshots;
    provider.gone |= !call->returned();
  }
  for (const auto& [name, provider] : seen) {
    if (provider.prepared == nullptr || provider.gone) continue;
    const ProviderInfo* info = run.find_provider(name);
    if (info != nullptr && info->calls.has(Ev::process_exit)) continue;
    verdicts.expect(provider.aborted, fmt::format("AbortSnapshots to {}", name), "it never came",
                    {provider.prepared->seq(), failure.last_seq()});
  }
}

// On a failure of a provider or of VSS after PrepareForSnapshot, writers get Abort and providers
// AbortSnapshots.
void check_all_aborted(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    const Call* failure = broke(run, session);
    if (failure == nullptr) continue;
    if (!run.complete() && session.end == nullptr) {
      verdicts.inconclusive("the journal ends after the failure");
      continue;
    }
    check_writers_aborted(run, session, *failure, verdicts);
    check_providers_aborted(run, session, *failure, verdicts);
  }
}

constexpr Rule kAllAborted{
    {.id = "VSSC-EVENT-004",
     .slug = "all-aborted-on-failure",
     .level = Level::must,
     .title = "When the set fails after PrepareForSnapshot, writers get Abort and providers "
              "AbortSnapshots.",
     .source = "aborting-vss-operations.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-abortsnapshots.md",
     .cause = "The service told the requester of the failure and forgot the other parties.",
     .next_step = "Look at what followed the failure before DoSnapshotSet ended.",
     .fails_on = "1 R DoSnapshotSet enter  1 P EndPrepareSnapshots  2 W1 PrepareForSnapshot\n"
                 "3 W1 Freeze  4 P CommitSnapshots hr=VSS_E_PROVIDER_VETO  4 P AbortSnapshots\n"
                 "5 R DoSnapshotSet leave hr=S_OK async=A1\n"
                 "6 C AsyncFinished async=A1 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO",
     .passes_on = "1 R DoSnapshotSet enter  1 P EndPrepareSnapshots  2 W1 PrepareForSnapshot\n"
                  "3 W1 Freeze  4 P CommitSnapshots hr=VSS_E_PROVIDER_VETO  4 P AbortSnapshots\n"
                  "4 W1 Abort  5 R DoSnapshotSet leave hr=S_OK async=A1\n"
                  "6 C AsyncFinished async=A1 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO",
     .consequences = "VSSW-ORDER-004, VSSW-STATE-002, VSSR-ABORT-006"},
    check_all_aborted};

// Errors of requesters, writers, the default provider and the service go to the Application log.
void check_logged(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    const auto end = make ? run.async_end(*make) : std::nullopt;
    if (!end || succeeded(end->hr)) continue;
    const bool logged = session.service.next(Ev::event_log, make->seq()) != nullptr;
    verdicts.expect(logged, "an entry in the Application log about the failed DoSnapshotSet",
                    "none", {make->seq(), end->seq});
  }
}

constexpr Rule kFailureInLog{
    {.id = "VSSC-EVENT-006",
     .slug = "failed-set-is-logged",
     .level = Level::must,
     .title = "When DoSnapshotSet fails, the service writes to the Application log.",
     .source = "vss-error-logging.md",
     .cause = "The failure was told to the requester alone.",
     .next_step = "Look for EventLog of the service after DoSnapshotSet.",
     .fails_on = "1 R DoSnapshotSet enter  2 R DoSnapshotSet leave async=A1\n"
                 "3 C AsyncFinished async=A1 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO",
     .passes_on = "1 R DoSnapshotSet enter  2 R DoSnapshotSet leave async=A1\n"
                  "3 C EventLog source=VSS type=error id=12293\n"
                  "3 C AsyncFinished async=A1 op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO"},
    check_logged};

}  // namespace

RuleSpan coordinator_event_rules() {
  static constexpr const Rule* kRules[] = {&kShutdownAfterCrash, &kNoCompleteAfterCrash,
                                           &kAllAborted, &kFailureInLog};
  return kRules;
}

}  // namespace vsslab::rules
