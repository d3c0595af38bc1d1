// Requester: PrepareForBackup and DoSnapshotSet (spec: rules 2.8).
#include <fmt/format.h>

#include <algorithm>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/requester_status.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// PrepareForBackup needs SetBackupState and (in snapshot backups) StartSnapshotSet.
void check_prepare_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::prep_001, "the writers are told which set they prepare for");
}

constinit const Rule kPrepareOrder{
    {.id = "VSSR-PREP-001",
     .slug = "set-before-prepare",
     .level = Level::must,
     .title = "In a backup with a shadow copy PrepareForBackup comes after the gather and after "
              "StartSnapshotSet.",
     .source = "nf-vsbackup-ivssbackupcomponents-prepareforbackup.md, "
               "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md",
     .cause = "The writers were prepared first and the set opened afterwards.",
     .next_step = "Start the set and add its volumes, then call PrepareForBackup.",
     .fails_on = VSSLAB_EX_GATHERED "2 R PrepareForBackup  3 R StartSnapshotSet",
     .passes_on = VSSLAB_EX_PREPARED},
    check_prepare_order};

// Per-writer options and previous stamps are set before PrepareForBackup.
void check_options_first(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::prep_002, "writers read options and stamps in PrepareForBackup");
}

constinit const Rule kOptionsFirst{
    {.id = "VSSR-PREP-002",
     .slug = "options-before-prepare",
     .level = Level::must,
     .title = "SetBackupOptions and SetPreviousBackupStamp are called before PrepareForBackup.",
     .source = "overview-of-pre-backup-tasks.md, "
               "nf-vsbackup-ivssbackupcomponents-setpreviousbackupstamp.md",
     .cause = "Stamps of the base backup are looked up too late.",
     .next_step = "Set options and stamps right after the components were added.",
     .fails_on = VSSLAB_EX_PREPARED "4 R SetPreviousBackupStamp component=Orders value=17",
     .passes_on = VSSLAB_EX_GATHERED "2 R SetPreviousBackupStamp component=Orders value=17"},
    check_options_first};

// It should be called even when no component is selected.
void check_prepare_called(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::prep_003,
              "writers take part in the shadow copy and have to be told");
}

constinit const Rule kPrepareCalled{
    {.id = "VSSR-PREP-003",
     .slug = "prepare-for-backup-called",
     .level = Level::should,
     .title = "In a context with writers PrepareForBackup precedes DoSnapshotSet, also when no "
              "component was added.",
     .source = "shadow-copy-creation-details.md",
     .cause = "The program adds no components and skips the call.",
     .next_step = "Call PrepareForBackup in every backup with writers.",
     .fails_on = VSSLAB_EX_SET "3 R DoSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED},
    check_prepare_called};

// Writer status is checked after its async ends.
void check_status_after_prepare(const RunView& run, Findings& out) {
  check_status_after(run, out, Ev::prepare_for_backup, StatusDepth::each_writer);
}

constinit const Rule kStatusAfterPrepare{
    {.id = "VSSR-PREP-004",
     .slug = "status-after-prepare",
     .level = Level::should,
     .title = "The status of every writer is checked after PrepareForBackup.",
     .source = "determining-writer-status.md, writer-errors-and-vetoes.md",
     .cause = "Only the result of PrepareForBackup was looked at, which is S_OK although a writer "
              "failed.",
     .next_step = "Call GatherWriterStatus, wait, and read GetWriterStatus of each writer.",
     .fails_on = VSSLAB_EX_SNAPPED,
     .passes_on = VSSLAB_EX_PREPARED
     "4 R GatherWriterStatus  4 R GetWriterStatusCount count=1  4 R GetWriterStatus index=0 "
     "writer=W1 state=VSS_WS_STABLE  4 R FreeWriterStatus  5 R DoSnapshotSet"},
    check_status_after_prepare};

// DoSnapshotSet without its prerequisites for the context gives VSS_E_BAD_STATE.
void check_make_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::snap_001, "there is no set that could be made");
}

constinit const Rule kMakeOrder{
    {.id = "VSSR-SNAP-001",
     .slug = "prerequisites-of-do-snapshot-set",
     .level = Level::must,
     .title =
         "DoSnapshotSet is called only with a set, and VSS answers VSS_E_BAD_STATE without one.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md, shadow-copy-creation-details.md",
     .cause = "StartSnapshotSet failed or was left out.",
     .next_step = "Stop when a call of the sequence fails.",
     .fails_on = VSSLAB_EX_GATHERED "2 R DoSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED},
    check_make_order};

// It starts only after PrepareForBackup has finished.
void check_prepared_first(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::snap_002, "the writers were still preparing");
}

constinit const Rule kPreparedFirst{
    {.id = "VSSR-SNAP-002",
     .slug = "prepared-before-copy",
     .level = Level::must,
     .title = "DoSnapshotSet is called after PrepareForBackup has finished.",
     .source = "overview-of-pre-backup-tasks.md",
     .cause = "The IVssAsync of PrepareForBackup was not awaited.",
     .next_step = "Wait for PrepareForBackup and read QueryStatus before DoSnapshotSet.",
     .fails_on = VSSLAB_EX_SET "3 R PrepareForBackup async=A1  3 R DoSnapshotSet "
                               "hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET "3 R PrepareForBackup async=A1  4 R QueryStatus async=A1 "
                                "status=VSS_S_ASYNC_FINISHED  5 R DoSnapshotSet"},
    check_prepared_first};

// Writer status is checked after it.
void check_status_after_copy(const RunView& run, Findings& out) {
  check_status_after(run, out, Ev::do_snapshot_set, StatusDepth::each_writer);
}

constinit const Rule kStatusAfterCopy{
    {.id = "VSSR-SNAP-003",
     .slug = "status-after-do-snapshot-set",
     .level = Level::should,
     .title = "The status of every writer is checked after DoSnapshotSet.",
     .source = "determining-writer-status.md",
     .cause = "Only the result of DoSnapshotSet was looked at; a writer may have failed in "
              "PostSnapshot and its data be of no use.",
     .next_step = "Call GatherWriterStatus, wait, and read GetWriterStatus of each writer.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R BackupComplete",
     .passes_on = VSSLAB_EX_SNAPPED
     "5 R GatherWriterStatus  5 R GetWriterStatusCount count=1  5 R GetWriterStatus index=0 "
     "writer=W1 state=VSS_WS_WAITING_FOR_BACKUP_COMPLETE  5 R FreeWriterStatus  6 R "
     "BackupComplete"},
    check_status_after_copy};

// INSUFFICIENT_STORAGE, PROVIDER_VETO and UNEXPECTED_PROVIDER_ERROR arrive only through
// QueryStatus.
void check_codes_by_status(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Call* call : run.all(Ev::do_snapshot_set)) {
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    const Hr code = call->hr();
    service.expect(code != hr::insufficient_storage && code != hr::provider_veto &&
                       code != hr::unexpected_provider_error,
                   "the provider's error by QueryStatus",
                   mention(run, *call) + " returned " + hresult_name(code), {call->last_seq()});
  }
}

constinit const Rule kCodesByStatus{
    {.id = "VSSR-SNAP-004",
     .slug = "provider-errors-by-status",
     .level = Level::must,
     .title = "DoSnapshotSet itself never returns a provider's error; QueryStatus tells it.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md",
     .cause = "The service waited for the providers before it returned.",
     .next_step = "Compare the result of DoSnapshotSet with AsyncFinished.",
     .fails_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet hr=VSS_E_PROVIDER_VETO",
     .passes_on = VSSLAB_EX_SNAPPED},
    check_codes_by_status};

bool wants_ten_minutes(Hr code) {
  return code == hr::flush_writes_timeout || code == hr::hold_writes_timeout ||
         code == hr::provider_veto || code == hr::unexpected_provider_error;
}

// FLUSH_WRITES_TIMEOUT, HOLD_WRITES_TIMEOUT, PROVIDER_VETO, UNEXPECTED_PROVIDER_ERROR: wait ten
// minutes, retry, up to three times.
void check_copy_retry(const RunView& run, Findings& out) {
  check_retries(run, out, [&](const Session&, const Call& make) {
    const auto code = outcome(run, make);
    return code && wants_ten_minutes(*code);
  });
}

constinit const Rule kCopyRetry{
    {.id = "VSSR-SNAP-005",
     .slug = "retry-after-ten-minutes",
     .level = Level::should,
     .title = "A shadow copy that failed by a time-out or by its provider is tried again after ten "
              "minutes, three times at most.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md",
     .cause = "The program tries again at once, or for ever.",
     .next_step = "Wait ten minutes between attempts and give up after the third.",
     .fails_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                    "status=VSS_E_PROVIDER_VETO\n60 s2 R InitializeForBackup  61 "
                                    "s2 R StartSnapshotSet  62 s2 R DoSnapshotSet",
     .passes_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                     "status=VSS_E_PROVIDER_VETO\n660 s2 R InitializeForBackup  "
                                     "661 s2 R StartSnapshotSet  662 s2 R DoSnapshotSet"},
    check_copy_retry};

// TRANSACTION_FREEZE_TIMEOUT and TRANSACTION_THAW_TIMEOUT: the creation must be retried.
void check_transaction_retry(const RunView& run, Findings& out) {
  const Attempts attempts(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* make : session.calls) {
      if (make->name != Ev::do_snapshot_set) continue;
      const auto end = over(run, *make);
      if (!end ||
          (end->hr != hr::transaction_freeze_timeout && end->hr != hr::transaction_thaw_timeout)) {
        continue;
      }
      const Call* again = attempts.next(session, *make);
      if (again != nullptr) {
        verdicts.saw();
      } else if (run.complete()) {
        verdicts.fail("the shadow copy is tried again",
                      fmt::format("{} ended with {} and was the last attempt", mention(run, *make),
                                  hresult_name(end->hr)),
                      {make->seq(), end->seq});
      } else {
        verdicts.inconclusive("the journal ends before another attempt");
      }
    }
  }
}

constinit const Rule kTransactionRetry{
    {.id = "VSSR-SNAP-006",
     .slug = "retry-after-transaction-timeout",
     .level = Level::must,
     .title = "A shadow copy that failed by a transaction time-out is tried again.",
     .source = "working-with-file-system-and-security-features.md",
     .cause = "The code is treated like any other failure.",
     .next_step = "Release the object and repeat the backup.",
     .fails_on = "vsslab-journal 1\n! ended=quiet\n#1 0 s1 requester:R InitializeForBackup -\n#2 1 "
                 "s1 requester:R StartSnapshotSet -\n#3 2 s1 requester:R DoSnapshotSet - "
                 "hr=VSS_E_TRANSACTION_FREEZE_TIMEOUT\n",
     .passes_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                     "status=VSS_E_TRANSACTION_FREEZE_TIMEOUT\n60 s2 R "
                                     "InitializeForBackup  61 s2 R StartSnapshotSet  62 s2 R "
                                     "DoSnapshotSet"},
    check_transaction_retry};

// After failure the requester calls AbortBackup even if it cannot tell whether Abort was already
// sent.
void check_abort_after_failure(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* make = session.calls.last(Ev::do_snapshot_set);
    if (make == nullptr || !make->ok() || session.crashed) continue;
    const auto end = run.async_end(*make);
    if (!end || (succeeded(end->hr) && end->hr != hr::async_cancelled)) continue;
    if (session.calls.next(Ev::abort_backup, make->seq()) != nullptr) {
      verdicts.saw();
    } else if (closed(run, session)) {
      verdicts.fail("AbortBackup after the failed DoSnapshotSet", "it never came",
                    {make->seq(), end->seq});
    } else {
      verdicts.inconclusive("the journal ends before the object is released");
    }
  }
}

constinit const Rule kAbortAfterFailure{
    {.id = "VSSR-SNAP-007",
     .slug = "abort-after-failed-copy",
     .level = Level::should,
     .title = "After a failed DoSnapshotSet the requester calls AbortBackup.",
     .source = "aborting-vss-operations.md",
     .cause = "The error path only releases the object.",
     .next_step = "Call AbortBackup on every way out after DoSnapshotSet has failed.",
     .fails_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                    "status=VSS_E_PROVIDER_VETO  6 R Release",
     .passes_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                     "status=VSS_E_PROVIDER_VETO  6 R AbortBackup  6 R Release"},
    check_abort_after_failure};

// After failure neither SetBackupSucceeded nor BackupComplete is called.
void check_no_end_after_failure(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::snap_008, "there is no shadow copy that could have been saved");
}

constinit const Rule kNoEndAfterFailure{
    {.id = "VSSR-SNAP-008",
     .slug = "no-success-after-failed-copy",
     .level = Level::must,
     .title =
         "After a failed DoSnapshotSet neither SetBackupSucceeded nor BackupComplete is called.",
     .source = "nf-vsbackup-ivssbackupcomponents-backupcomplete.md, "
               "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause = "The result of DoSnapshotSet was not read, so the backup went on.",
     .next_step = "Read QueryStatus after DoSnapshotSet and abort when it failed.",
     .fails_on = VSSLAB_EX_PREPARED "4 R DoSnapshotSet async=A1  5 R QueryStatus async=A1 "
                                    "status=VSS_E_PROVIDER_VETO  6 R BackupComplete "
                                    "hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED "5 R BackupComplete"},
    check_no_end_after_failure};

constexpr const Rule* kRules[] = {&kPrepareOrder,       &kOptionsFirst,      &kPrepareCalled,
                                  &kStatusAfterPrepare, &kMakeOrder,         &kPreparedFirst,
                                  &kStatusAfterCopy,    &kCodesByStatus,     &kCopyRetry,
                                  &kTransactionRetry,   &kAbortAfterFailure, &kNoEndAfterFailure};

}  // namespace

RuleSpan requester_prepare_rules() { return kRules; }

}  // namespace vsslab::rules
