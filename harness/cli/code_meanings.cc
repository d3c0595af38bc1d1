// What to do about the HRESULTs and the entries of the event logs that backups end with, for
// `vsslab explain`.
#include "cli/meanings.h"

namespace vsslab::cli {
namespace {

constexpr std::string_view kStatus = "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md";
constexpr std::string_view kDoSet = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md";
constexpr std::string_view kAdd = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md";
constexpr std::string_view kProviders = "error-handling-in-shadow-copy-providers.md";
constexpr std::string_view kErrors = "event-and-error-handling-under-vss.md";
constexpr std::string_view kVetoes = "writer-errors-and-vetoes.md";
constexpr std::string_view kLogging = "vss-error-logging.md";

// Names are those of the HRESULT table.
constexpr Meaning kCodes[] = {
    {"VSS_E_BAD_STATE", "",
     "Look for the call before it that failed, or that still runs: an asynchronous call is done "
     "after Wait or a QueryStatus of VSS_S_ASYNC_FINISHED.",
     kErrors},
    {"VSS_E_UNEXPECTED", "",
     "The Application log of that moment has the reason (source VSS, 8193 or 12289).", kLogging},
    {"E_UNEXPECTED", "",
     "The Application log of that moment has the reason (source VSS, 8193 or 12289).", kLogging},
    {"VSS_E_PROVIDER_VETO", "",
     "Read the Application and System logs of that moment: VSS 12293, volsnap, disk, Ntfs, the "
     "provider's own events. With Windows' own provider it is mostly the storage: no room for the "
     "storage area, a slow or failing disk. The writers are innocent.",
     kProviders},
    {"VSS_E_UNEXPECTED_PROVIDER_ERROR", "",
     "Read the Application log (VSS 12292, 12293, 12294): the provider is not there, could not be "
     "started, or is faulty. 'vssadmin list providers' shows who is asked; a vendor's hardware "
     "provider comes before Windows' own.",
     kProviders},
    {"VSS_E_PROVIDER_NOT_REGISTERED", "",
     "Ask for a provider that 'vssadmin list providers' shows, or for none (GUID_NULL).", kAdd},
    {"VSS_E_OBJECT_NOT_FOUND", "",
     "Compare the name or id with what exists at that moment: 'vssadmin list volumes', 'list "
     "shadows', the components of GetWriterMetadata.",
     kAdd},
    {"VSS_E_VOLUME_NOT_SUPPORTED", "",
     "Check the file system ('fsutil fsinfo volumeinfo'): FAT, RAW and volumes that are not ready "
     "have no shadow copies; leave the volume out of the set.",
     kAdd},
    {"VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER", "", "Let VSS choose the provider (GUID_NULL).",
     kAdd},
    {"VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED", "",
     "'vssadmin list shadows' counts them: 512 of a volume, 64 that are client-accessible. Find "
     "who "
     "leaves persistent copies behind before you delete any.",
     kAdd},
    {"VSS_E_FLUSH_WRITES_TIMEOUT", "",
     "The volume took too long to write what was in its caches: less load at backup time, fewer "
     "volumes in a set; disk and volsnap events in the System log.",
     kDoSet},
    {"VSS_E_HOLD_WRITES_TIMEOUT", "",
     "The provider needed more than 10 seconds between flush and release: too many volumes in one "
     "set, a slow array, another backup at that time. volsnap 8 in the System log is the same from "
     "the driver's side.",
     kDoSet},
    {"VSS_E_SNAPSHOT_SET_IN_PROGRESS", "",
     "Another backup is in its creation: wait and start again, or move one of the two jobs.",
     kDoSet},
    {"VSS_E_INSUFFICIENT_STORAGE", "",
     "'vssadmin list shadowstorage': raise the maximum, or give the storage a volume with room.",
     kDoSet},
    {"VSS_E_WRITER_INFRASTRUCTURE", "",
     "Check that the services VSS, COM+ Event System and the writers' services run, and that the "
     "requester's COM security lets writers call back (VSS 8194).",
     kErrors},
    {"VSS_E_WRITER_NOT_RESPONDING", "",
     "Find the writer's process ('vssadmin list writers', its service): hung, gone, or out of "
     "threads.",
     kStatus},
    {"VSS_E_UNSUPPORTED_CONTEXT", "",
     "The call or the provider does not go with SetContext's context.", kAdd},
    {"VSS_E_TRANSACTION_FREEZE_TIMEOUT", "",
     "Look for transactions that do not end (KTM, TxF), or leave the transaction freeze out.",
     kDoSet},
    {"VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT", "",
     "Put every volume of the writer's selected components into one set: 'vsslab metadata' of its "
     "document shows them, databases and logs included.",
     kStatus},
    {"VSS_E_WRITERERROR_OUTOFRESOURCES", "",
     "Look at the writer's process: memory, threads, connections. It may pass on a retry.",
     kStatus},
    {"VSS_E_WRITERERROR_TIMEOUT", "",
     "Find out what the writer waited for: its own Freeze handler, or the whole set (a slow "
     "provider, another writer, many volumes) while it was frozen. Its own log and VSS 12298 tell "
     "the two apart. Then: less load, fewer volumes, a longer limit at Initialize.",
     kStatus},
    {"VSS_E_WRITERERROR_RETRYABLE", "",
     "Run the backup again. When it comes back, the writer's own events of the first failure say "
     "why; after a failure of another party it is a mere consequence.",
     kStatus},
    {"VSS_E_WRITERERROR_NONRETRYABLE", "",
     "Read the writer's own events in the Application log (SQLWRITER, MSExchange…, its service): "
     "VSS "
     "knows no more than this. Save 'vssadmin list writers' before anything is restarted; a "
     "restart "
     "of the writer's service clears the state, not the cause.",
     kStatus},
    {"VSS_E_WRITERERROR_PARTIAL_FAILURE", "", "Ask each component: IVssComponentEx2::GetFailure.",
     kStatus},
    {"VSS_E_AUTORECOVERY_FAILED", "",
     "A writer's work on the new shadow copy (PostSnapshot) failed: see its status.", kDoSet},
    {"E_ACCESSDENIED", "",
     "Run the requester as an administrator or backup operator; a writer's service account needs "
     "access by CoInitializeSecurity or VssAccessControl.",
     "security-considerations-for-requestors.md"},
    {"E_OUTOFMEMORY", "", "Look at the process that returned it, not at the machine alone.",
     kErrors},
    {"RPC_E_SERVERFAULT", "",
     "The code called ended in an exception: a debugger or a crash dump of that process shows "
     "where.",
     kErrors},
    {"HRESULT_FROM_WIN32(RPC_S_CALL_FAILED)", "",
     "The process that was called died: Windows Error Reporting and the System log (7031, 7034) "
     "name it.",
     kErrors},
};

// The logs of Windows Vista and later; before, some numbers meant other things.
constexpr Meaning kLogEntries[] = {
    {"VSS 8193", "VSS: a routine that VSS called failed; text and hr name it.",
     "Explain the hr; look for the entry's operation and context, which name the party.", kLogging},
    {"VSS 8194",
     "VSS: a writer could not be asked for IVssWriterCallback, mostly because COM security "
     "refused it (hr 0x80070005).",
     "Give the account of the requester or the writer access by CoInitializeSecurity or "
     "VssAccessControl. A backup that succeeds in spite of it may ignore it.",
     "security-considerations-for-requestors.md"},
    {"VSS 8229", "VSS: a writer rejected an event; the entry has its code.",
     "The entry's writer name and operation say who and when; the reason is in the writer's own "
     "events just before.",
     kVetoes},
    {"VSS 12289", "VSS: an unexpected error in the service or Windows' own provider.",
     "The routine in its text decides: DeviceIoControl and CreateFileW point to the disk or to a "
     "filter driver.",
     kLogging},
    {"VSS 12292", "VSS: a shadow copy provider's COM class could not be made.",
     "The CLSID names the provider: is its service disabled, its product half removed? 'vssadmin "
     "list providers'.",
     kProviders},
    {"VSS 12293", "VSS: a provider's routine failed; provider, routine and hr are in the text.",
     "Look at that provider and its own events. Writers that fail beside it are consequences.",
     kProviders},
    {"VSS 12294", "VSS: a provider's routine returned E_INVALIDARG.", "The provider's vendor.",
     kProviders},
    {"VSS 12297", "VSS: the writes of a volume could not be flushed in time.",
     "The volume is in the text: load, caches, a failing disk.", kDoSet},
    {"VSS 12298", "VSS: the writes of a volume could not be held until the copies were committed.",
     "More than 10 seconds passed between flush and release: the provider, or too many volumes.",
     kDoSet},
    {"VSS 12305", "VSS: a volume or disk is not connected or was not found.",
     "Did it go away during the backup (removable, iSCSI, cluster)?", kProviders},
    {"VSS 12310", "VSS: the copies could not be committed in time.",
     "As for 12298: storage speed, number of volumes, other backups at that time.", kDoSet},
    {"volsnap 8", "volsnap: flush and hold ran out of time waiting for the release.",
     "As for VSS 12298.", kDoSet},
    {"volsnap 14", "volsnap: the copies of a volume were lost to an I/O error.",
     "The disk, the controller, the path to it: disk and Ntfs entries beside it.", kProviders},
    {"volsnap 25",
     "volsnap: the copies of a volume were deleted, because their storage could not grow in time.",
     "Move the storage area to a volume with less load and room: 'vssadmin add shadowstorage'.",
     kProviders},
    {"volsnap 27", "volsnap: the copies of a volume were given up, a control file did not open.",
     "What keeps System Volume Information: a filter driver, damage; see Ntfs entries.",
     kProviders},
    {"volsnap 36",
     "volsnap: the copies of a volume were given up at the limit that a user set for the storage.",
     "'vssadmin resize shadowstorage' raises it.", kProviders},
};

}  // namespace

std::span<const Meaning> code_meanings() { return kCodes; }
std::span<const Meaning> log_entry_meanings() { return kLogEntries; }

}  // namespace vsslab::cli
