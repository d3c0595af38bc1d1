#include "cli/meanings.h"

namespace vsslab::cli {
namespace {

constexpr std::string_view kStates = "ne-vss-vss_writer_state.md";
constexpr std::string_view kFailed =
    "Ask GatherWriterStatus for the writer's own code, read the Application event log of that "
    "time, "
    "and retry when the code is retryable; else restart the service that hosts the writer.";

constexpr Meaning kWriterStates[] = {
    {"VSS_WS_UNKNOWN", "The writer's state is not known: it answered no question about it.",
     "Check that the writer's service runs; the writer may have gone or may be hung.", kStates},
    {"VSS_WS_STABLE", "The writer has done what was asked and waits for the next event.", "",
     kStates},
    {"VSS_WS_WAITING_FOR_FREEZE", "The writer is through PrepareForSnapshot and waits for Freeze.",
     "A writer that stays here has never been told how the backup ended.", kStates},
    {"VSS_WS_WAITING_FOR_THAW", "The writer is frozen and waits for Thaw or Abort.",
     "Its application does not write now; more than its freeze limit ends in Abort.", kStates},
    {"VSS_WS_WAITING_FOR_POST_SNAPSHOT", "The writer is thawed and waits for PostSnapshot.", "",
     kStates},
    {"VSS_WS_WAITING_FOR_BACKUP_COMPLETE",
     "The shadow copy exists; the writer waits to hear that the backup is complete.",
     "Normal until the requester calls BackupComplete. A requester that never does leaves it here.",
     kStates},
    {"VSS_WS_FAILED_AT_IDENTIFY", "The writer failed while it described its data (Identify).",
     kFailed, kStates},
    {"VSS_WS_FAILED_AT_PREPARE_BACKUP", "The writer vetoed or failed PrepareForBackup.", kFailed,
     kStates},
    {"VSS_WS_FAILED_AT_PREPARE_SNAPSHOT", "The writer vetoed or failed PrepareForSnapshot.",
     kFailed, kStates},
    {"VSS_WS_FAILED_AT_FREEZE",
     "The writer failed Freeze, or did not come back from it within its freeze limit.",
     "VSS_E_WRITERERROR_TIMEOUT beside it means time: less load at backup time, or a longer limit "
     "in "
     "the writer. Another code: see the writer's own log.",
     kStates},
    {"VSS_WS_FAILED_AT_THAW", "The writer failed Thaw; the shadow copy may hold unusable data.",
     kFailed, kStates},
    {"VSS_WS_FAILED_AT_POST_SNAPSHOT", "The writer failed PostSnapshot.", kFailed, kStates},
    {"VSS_WS_FAILED_AT_BACKUP_COMPLETE",
     "The writer failed BackupComplete: the backup exists, but the writer could not finish it.",
     kFailed, kStates},
    {"VSS_WS_FAILED_AT_PRE_RESTORE", "The writer vetoed or failed PreRestore.", kFailed, kStates},
    {"VSS_WS_FAILED_AT_POST_RESTORE", "The writer failed PostRestore.", kFailed, kStates},
    {"VSS_WS_FAILED_AT_BACKUPSHUTDOWN", "The writer failed BackupShutdown.", kFailed, kStates},
};

constexpr Meaning kEvents[] = {
    {"Identify", "VSS asks the writer to describe its data: components, files, restore method.", "",
     "nf-vswriter-cvsswriter-onidentify.md"},
    {"PrepareForBackup",
     "The requester has chosen components; the writer checks that it can go on.", "",
     "nf-vswriter-cvsswriter-onpreparebackup.md"},
    {"PrepareForSnapshot", "Last moment before the freeze: long work belongs here.", "",
     "nf-vswriter-cvsswriter-onpreparesnapshot.md"},
    {"Freeze", "The writer stops changing its data, within its freeze limit (60 s by default).", "",
     "nf-vswriter-cvsswriter-onfreeze.md"},
    {"Thaw", "The shadow copy is taken; the writer goes on with its work.", "",
     "nf-vswriter-cvsswriter-onthaw.md"},
    {"PostSnapshot", "After the thaw: the writer may change its files in the shadow copy.", "",
     "nf-vswriter-cvsswriter-onpostsnapshot.md"},
    {"Abort", "The backup was given up; the writer undoes what it prepared.", "",
     "nf-vswriter-cvsswriter-onabort.md"},
    {"BackupComplete", "The requester has saved the data and says which components succeeded.", "",
     "nf-vswriter-cvsswriter-onbackupcomplete.md"},
    {"BackupShutdown", "The requester's backup object is gone, at whatever moment.", "",
     "nf-vswriter-cvsswriter-onbackupshutdown.md"},
    {"PreRestore", "Files will be restored: the writer takes its data offline.", "",
     "nf-vswriter-cvsswriter-onprerestore.md"},
    {"PostRestore", "Files were restored: the writer takes its data online.", "",
     "nf-vswriter-cvsswriter-onpostrestore.md"},
    {"BeginPrepareSnapshot", "The provider is told of one volume of the set.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-endpreparesnapshots.md"},
    {"EndPrepareSnapshots", "The provider finishes all that takes long before the freeze.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-endpreparesnapshots.md"},
    {"PreCommitSnapshots", "Just before the commit; the writers are frozen.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-precommitsnapshots.md"},
    {"CommitSnapshots", "The provider makes the shadow copies; writes to the volumes are held.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-commitsnapshots.md"},
    {"PostCommitSnapshots", "The shadow copies exist; the writers thaw after this.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-postcommitsnapshots.md"},
    {"AbortSnapshots", "The set in creation is given up.", "",
     "nf-vsprov-ivssprovidercreatesnapshotset-abortsnapshots.md"},
};

}  // namespace

std::span<const Meaning> writer_state_meanings() { return kWriterStates; }
std::span<const Meaning> event_meanings() { return kEvents; }

}  // namespace vsslab::cli
