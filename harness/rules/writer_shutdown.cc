// VSSW-ORDER: BackupShutdown, the last event of a backup.
#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// BackupShutdown is delivered when the requester's object is released, with or without
// BackupComplete before it, and not earlier. (A requester that dies is VSSC-EVENT-002.)
void check_shutdown(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    const Session& session = run.session(part);
    Verdicts verdicts(out, run.writer(part).name);
    const Call* shutdown = part.calls.first(Ev::backup_shutdown);
    if (session.restore || session.crashed) continue;
    if (shutdown != nullptr) {
      const bool after = session.end != nullptr && session.end->seq() < shutdown->seq();
      verdicts.expect(after, "BackupShutdown after the requester's object is released",
                      "it came before", {shutdown->seq()});
      continue;
    }
    if (session.end == nullptr || !took_part(part) || part.gone != nullptr || hangs(part)) continue;
    if (run.complete()) {
      verdicts.fail("BackupShutdown after Release", "it never came", {session.end->seq()},
                    "the writer frees there what the backup still holds");
    } else {
      verdicts.inconclusive("the journal ends after Release");
    }
  }
}

constexpr Rule kShutdownAtRelease{
    {.id = "VSSW-ORDER-007",
     .slug = "shutdown-at-release",
     .level = Level::must,
     .title = "BackupShutdown is delivered when the requester's object is released.",
     .source = "handling-backupshutdown-events.md, nf-vswriter-cvsswriter-onbackupshutdown.md",
     .cause = "The event was lost, or was sent while the requester's object still lived.",
     .next_step = "Look at the requester's Release and what it led to.",
     .fails_on = "1 W1 PrepareForBackup  2 R Release",
     .passes_on = "1 W1 PrepareForBackup  2 R Release  3 W1 BackupShutdown"},
    check_shutdown};

// In a normal run BackupComplete comes before BackupShutdown.
void check_complete_before_shutdown(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    const Call* complete = session.calls.last(Ev::backup_complete);
    const bool normal = complete != nullptr && ended_well(run, *complete);
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      Verdicts verdicts(out, run.writer(part).name);
      const Call* shutdown = part.calls.first(Ev::backup_shutdown);
      if (!normal || shutdown == nullptr || !all_well(run, part) || !took_part(part)) continue;
      const Call* own = part.calls.first(Ev::backup_complete);
      verdicts.expect(own != nullptr && own->before(*shutdown),
                      "BackupComplete before BackupShutdown",
                      own ? "BackupComplete was not over" : "BackupComplete never came",
                      {complete->seq(), shutdown->seq()});
    }
  }
}

constexpr Rule kCompleteBeforeShutdown{
    {.id = "VSSW-ORDER-008",
     .slug = "complete-before-shutdown",
     .level = Level::must,
     .title = "In a backup that was completed, BackupComplete comes before BackupShutdown.",
     .source = "handling-backupshutdown-events.md, vssgloss-b.md",
     .cause = "The requester completed the backup, but the event did not reach the writer in time.",
     .next_step = "Look at the requester's BackupComplete and what it led to.",
     .fails_on = "1 W1 PrepareForBackup  2 R BackupComplete  3 R Release  4 W1 BackupShutdown",
     .passes_on = "1 W1 PrepareForBackup  2 R BackupComplete  2 W1 BackupComplete  3 R Release\n"
                  "4 W1 BackupShutdown",
     .consequences = "VSSW-STATE-001, VSSW-STATE-002"},
    check_complete_before_shutdown};

// If no shadow copy was made in the session, the set id handed to BackupShutdown is null.
void check_shutdown_set(const RunView& run, Findings& out) {
  std::vector<bool> made(run.sessions().size());
  for (const SnapshotSet& set : run.sets()) {
    if (set.result == "created") made[set.session] = true;
  }
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* shutdown = part.calls.first(Ev::backup_shutdown);
    const auto set = shutdown ? run.arg(*shutdown, "set") : std::nullopt;
    if (!set) continue;
    if (made[part.session]) continue;
    verdicts.expect(is_null_guid(*set), "the null id, for no shadow copy was made", *set,
                    {shutdown->seq()});
  }
}

constexpr Rule kNullSetAtShutdown{
    {.id = "VSSW-ORDER-009",
     .slug = "null-set-at-shutdown",
     .level = Level::must,
     .title = "Without a shadow copy, BackupShutdown gets the null set id.",
     .source = "nf-vswriter-cvsswriter-onbackupshutdown.md",
     .cause = "The id of a set that was never made, or of another backup, was handed on.",
     .next_step = "Look at the session's SnapshotSetEnded event.",
     .fails_on = "1 W1 BackupShutdown set=4ad2e8b1-0000-4000-8000-000000000001",
     .passes_on = "1 W1 BackupShutdown set=00000000-0000-0000-0000-000000000000"},
    check_shutdown_set};

}  // namespace

RuleSpan writer_shutdown_rules() {
  static constexpr const Rule* kRules[] = {&kShutdownAtRelease, &kCompleteBeforeShutdown,
                                           &kNullSetAtShutdown};
  return kRules;
}

}  // namespace vsslab::rules
