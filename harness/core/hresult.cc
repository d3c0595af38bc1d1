#include "core/hresult.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include <fmt/format.h>

namespace vsslab {

namespace {

constexpr HresultInfo entry(std::uint32_t value, std::string_view name, std::string_view meaning) {
  return {static_cast<Hr>(value), name, meaning};
}

constexpr auto kUnsorted = std::to_array<HresultInfo>({
    entry(0x00000000, "S_OK", "It worked."),
    entry(0x00000001, "S_FALSE", "It worked, with a 'no' for an answer or nothing more to give."),
    entry(0x00042309, "VSS_S_ASYNC_PENDING", "The asynchronous operation still runs."),
    entry(0x0004230A, "VSS_S_ASYNC_FINISHED", "The asynchronous operation has ended."),
    entry(0x0004230B, "VSS_S_ASYNC_CANCELLED", "The asynchronous operation was cancelled."),
    entry(0x00042321, "VSS_S_SOME_SNAPSHOTS_NOT_IMPORTED",
          "Some shadow copies of the set arrived and others did not."),

    // COM and Windows.
    entry(0x80004001, "E_NOTIMPL", "The callee does not implement this call."),
    entry(0x80004002, "E_NOINTERFACE", "The object does not have the interface asked for."),
    entry(0x80004003, "E_POINTER", "A pointer that must not be null was null."),
    entry(0x80004004, "E_ABORT", "The operation was aborted."),
    entry(0x80004005, "E_FAIL", "It failed, and the callee does not say why."),
    entry(0x8000000A, "E_PENDING", "The data needed is not there yet."),
    entry(0x8000FFFF, "E_UNEXPECTED",
          "Something failed that nobody expected; before Windows Server 2008 R2 VSS says this "
          "where "
          "it now says VSS_E_UNEXPECTED."),
    entry(0x80010001, "RPC_E_CALL_REJECTED", "The process called does not take calls now."),
    entry(0x80010007, "RPC_E_SERVER_DIED", "The process that was called died."),
    entry(0x80010105, "RPC_E_SERVERFAULT",
          "The code called ended in an exception, which COM caught on its side."),
    entry(0x80010106, "RPC_E_CHANGED_MODE",
          "The thread has set up COM already, with another concurrency model."),
    entry(0x80010108, "RPC_E_DISCONNECTED", "The object called has cut its connections."),
    entry(0x8001010E, "RPC_E_WRONG_THREAD",
          "An object of one apartment was called from another without marshalling."),
    entry(0x80010119, "RPC_E_TOO_LATE",
          "Security was set after COM had been used; it must be set before."),
    entry(0x80040110, "CLASS_E_NOAGGREGATION", "The class cannot be part of another object."),
    entry(0x80040111, "CLASS_E_CLASSNOTAVAILABLE",
          "The library does not make objects of the class."),
    entry(0x80040154, "REGDB_E_CLASSNOTREG", "The class is not registered on this machine."),
    entry(0x800401F0, "CO_E_NOTINITIALIZED", "The thread has not called CoInitialize."),
    entry(0x80070002, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)", "The file does not exist."),
    entry(0x80070003, "HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND)", "The folder does not exist."),
    entry(0x80070005, "E_ACCESSDENIED",
          "The caller lacks the right: it is no backup operator, or COM security refused it."),
    entry(0x80070006, "E_HANDLE", "The handle is not valid."),
    entry(0x8007000E, "E_OUTOFMEMORY", "Memory or another resource of the machine ran out."),
    entry(0x80070015, "HRESULT_FROM_WIN32(ERROR_NOT_READY)", "The device is not ready."),
    entry(0x80070020, "HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION)",
          "Another process has the file open in a way that shuts this one out."),
    entry(0x80070057, "E_INVALIDARG", "An argument is wrong."),
    entry(0x80070070, "HRESULT_FROM_WIN32(ERROR_DISK_FULL)", "The disk is full."),
    entry(0x800705B4, "HRESULT_FROM_WIN32(ERROR_TIMEOUT)", "The time allowed has passed."),
    entry(0x800706BA, "HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE)",
          "The process that should answer is not running or cannot be reached."),
    entry(0x800706BE, "HRESULT_FROM_WIN32(RPC_S_CALL_FAILED)",
          "The process that was called died during the call."),
    entry(0x80080005, "CO_E_SERVER_EXEC_FAILURE", "The server process could not be started."),

    // VSS.
    entry(0x80042301, "VSS_E_BAD_STATE",
          "The call does not fit the state: not initialised, out of order, or made twice."),
    entry(0x80042302, "VSS_E_UNEXPECTED",
          "Something failed that VSS did not expect; the event log has the details."),
    entry(0x80042303, "VSS_E_PROVIDER_ALREADY_REGISTERED",
          "A provider with this id is registered already."),
    entry(0x80042304, "VSS_E_PROVIDER_NOT_REGISTERED", "No provider with this id is registered."),
    entry(0x80042306, "VSS_E_PROVIDER_VETO",
          "The provider could not do it and has written why to the event log."),
    entry(0x80042307, "VSS_E_PROVIDER_IN_USE",
          "The provider is at work and cannot be unregistered now."),
    entry(0x80042308, "VSS_E_OBJECT_NOT_FOUND",
          "The volume, component, shadow copy, set or writer named does not exist."),
    entry(0x8004230C, "VSS_E_VOLUME_NOT_SUPPORTED",
          "No provider can make a shadow copy of this volume."),
    entry(0x8004230D, "VSS_E_OBJECT_ALREADY_EXISTS", "The object was added or set before."),
    entry(0x8004230E, "VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER",
          "The provider named cannot make a shadow copy of this volume."),
    entry(0x8004230F, "VSS_E_UNEXPECTED_PROVIDER_ERROR",
          "The provider returned a code that it must not return there."),
    entry(0x80042310, "VSS_E_CORRUPT_XML_DOCUMENT",
          "A document is damaged; an old name of VSS_E_INVALID_XML_DOCUMENT's case."),
    entry(0x80042311, "VSS_E_INVALID_XML_DOCUMENT",
          "The XML does not parse or does not follow VSS's schema."),
    entry(0x80042312, "VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED",
          "The set, or the provider, cannot take one more volume."),
    entry(0x80042313, "VSS_E_FLUSH_WRITES_TIMEOUT",
          "The volumes could not be flushed in the time allowed."),
    entry(0x80042314, "VSS_E_HOLD_WRITES_TIMEOUT",
          "Writes could not be held until the provider had committed: 10 seconds passed."),
    entry(0x80042315, "VSS_E_UNEXPECTED_WRITER_ERROR", "Talking with the writers failed."),
    entry(0x80042316, "VSS_E_SNAPSHOT_SET_IN_PROGRESS",
          "Another shadow copy set is being made; wait and try again."),
    entry(0x80042317, "VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED",
          "The volume has as many shadow copies as it can have."),
    entry(0x80042318, "VSS_E_WRITER_INFRASTRUCTURE",
          "The service or the event system that reaches the writers is down."),
    entry(0x80042319, "VSS_E_WRITER_NOT_RESPONDING",
          "The writer did not answer: it is stuck or gone."),
    entry(0x8004231A, "VSS_E_WRITER_ALREADY_SUBSCRIBED",
          "The writer has called Subscribe before; once is all."),
    entry(0x8004231B, "VSS_E_UNSUPPORTED_CONTEXT",
          "The provider does not make shadow copies of this kind."),
    entry(0x8004231D, "VSS_E_VOLUME_IN_USE",
          "The volume cannot be locked, or the storage area holds shadow copies."),
    entry(0x8004231E, "VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED",
          "The volume has as many storage areas as it can have."),
    entry(0x8004231F, "VSS_E_INSUFFICIENT_STORAGE",
          "There is no room for the shadow copy's storage."),
    entry(0x80042320, "VSS_E_NO_SNAPSHOTS_IMPORTED", "None of the shadow copies arrived."),
    entry(0x80042321, "VSS_E_SOME_SNAPSHOTS_NOT_IMPORTED",
          "Some of the shadow copies did not arrive."),
    entry(0x80042322, "VSS_E_MAXIMUM_NUMBER_OF_REMOTE_MACHINES_REACHED",
          "The operation cannot take one more remote machine."),
    entry(0x80042323, "VSS_E_REMOTE_SERVER_UNAVAILABLE", "The remote machine cannot be reached."),
    entry(0x80042324, "VSS_E_REMOTE_SERVER_UNSUPPORTED",
          "The remote machine's VSS is too old for remote shadow copies."),
    entry(0x80042325, "VSS_E_REVERT_IN_PROGRESS", "The volume is being reverted already."),
    entry(0x80042326, "VSS_E_REVERT_VOLUME_LOST", "The volume went away while it was reverted."),
    entry(0x80042327, "VSS_E_REBOOT_REQUIRED",
          "The operation is complete only after a restart of the machine."),
    entry(0x80042328, "VSS_E_TRANSACTION_FREEZE_TIMEOUT",
          "A transaction manager could not be frozen in time."),
    entry(0x80042329, "VSS_E_TRANSACTION_THAW_TIMEOUT",
          "A transaction manager stayed frozen for too long."),
    entry(0x8004232A, "VSS_E_UNSELECTED_VOLUME",
          "The operation would overwrite a volume that nobody selected."),
    entry(0x8004232B, "VSS_E_SNAPSHOT_NOT_IN_SET",
          "The document of the set does not list this shadow copy."),
    entry(0x8004232C, "VSS_E_NESTED_VOLUME_LIMIT",
          "The volume lies in virtual disks nested too deeply."),
    entry(0x8004232D, "VSS_E_VOLUME_NOT_LOCAL", "The volume is not mounted on this machine."),
    entry(0x8004232E, "VSS_E_CLUSTER_TIMEOUT",
          "Preparing a cluster shared volume took longer than allowed."),
    entry(0x8004232F, "VSS_E_NOT_SUPPORTED", "This party may not use this option."),
    entry(0x80042336, "VSS_E_WRITERERROR_PARTIAL_FAILURE",
          "Some of the writer's components failed; their own results say which."),
    entry(0x800423F0, "VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT",
          "The set lacks volumes that the writer's selected components need."),
    entry(0x800423F1, "VSS_E_WRITERERROR_OUTOFRESOURCES", "The writer ran out of resources."),
    entry(0x800423F2, "VSS_E_WRITERERROR_TIMEOUT",
          "The writer's time between Freeze and Thaw was used up."),
    entry(0x800423F3, "VSS_E_WRITERERROR_RETRYABLE",
          "The writer failed in a way that may not happen again."),
    entry(0x800423F4, "VSS_E_WRITERERROR_NONRETRYABLE",
          "The writer failed in a way that will happen again."),
    entry(0x800423F5, "VSS_E_WRITERERROR_RECOVERY_FAILED",
          "The writer could not recover its data on the shadow copy."),
    entry(0x800423F6, "VSS_E_BREAK_REVERT_ID_FAILED",
          "The set could not be broken, because the disks' ids could not be put back."),
    entry(0x800423F7, "VSS_E_LEGACY_PROVIDER", "The hardware provider is too old for this call."),
    entry(0x800423F8, "VSS_E_MISSING_DISK", "A disk that was expected did not arrive."),
    entry(0x800423F9, "VSS_E_MISSING_HIDDEN_VOLUME",
          "A hidden volume that was expected did not arrive."),
    entry(0x800423FA, "VSS_E_MISSING_VOLUME", "A volume that was expected did not arrive."),
    entry(0x800423FB, "VSS_E_AUTORECOVERY_FAILED",
          "The writers' recovery of the shadow copy did not end well."),
    entry(0x800423FC, "VSS_E_DYNAMIC_DISK_ERROR", "A dynamic disk could not be handled."),
    entry(0x800423FD, "VSS_E_NONTRANSPORTABLE_BCD",
          "The document belongs to a set that is not transportable."),
    entry(0x800423FE, "VSS_E_CANNOT_REVERT_DISKID",
          "A disk's MBR signature or GPT id could not be set."),
    entry(0x800423FF, "VSS_E_RESYNC_IN_PROGRESS", "Another resynchronisation is under way."),
    entry(0x80042400, "VSS_E_CLUSTER_ERROR",
          "The cluster's disks could not be listed or put into maintenance."),
    entry(0x80042401, "VSS_E_ASRERROR_DISK_ASSIGNMENT_FAILED",
          "The machine has too few disks, or they are too small, for the restore."),
    entry(0x80042402, "VSS_E_ASRERROR_DISK_RECREATION_FAILED",
          "A disk that the restore needs could not be laid out again."),
    entry(0x80042403, "VSS_E_ASRERROR_NO_ARCPATH",
          "A disk is ready only after a restart; then run the restore again."),
    entry(0x80042404, "VSS_E_ASRERROR_MISSING_DYNDISK",
          "A disk of a dynamic volume is missing from the backup."),
    entry(0x80042405, "VSS_E_ASRERROR_SHARED_CRIDISK",
          "A critical volume lies on a cluster's shared disk, which is not supported."),
    entry(0x80042406, "VSS_E_ASRERROR_DATADISK_RDISK0",
          "The firmware's boot disk is a data disk of the backup."),
    entry(0x80042407, "VSS_E_ASRERROR_RDISK0_TOOSMALL",
          "The firmware's boot disk is too small for the system disk."),
    entry(0x80042408, "VSS_E_ASRERROR_CRITICAL_DISKS_TOO_SMALL",
          "There are not enough disks of the size that the critical disks had."),
    entry(0x80042409, "VSS_E_WRITER_STATUS_NOT_AVAILABLE",
          "The writer has no status to give: its sessions may be used up."),
    entry(0x8004240A, "VSS_E_ASRERROR_DYNAMIC_VHD_NOT_SUPPORTED",
          "A critical dynamic disk is a virtual hard disk, which is not supported."),
    entry(0x80042411, "VSS_E_CRITICAL_VOLUME_ON_INVALID_DISK",
          "A critical volume lies on a disk that system recovery cannot back up."),
    entry(0x80042412, "VSS_E_ASRERROR_RDISK_FOR_SYSTEM_DISK_NOT_FOUND",
          "No disk was found that could become the system disk."),
    entry(0x80042413, "VSS_E_ASRERROR_NO_PHYSICAL_DISK_AVAILABLE",
          "No fixed disk was found on which to lay out the volumes."),
    entry(0x80042414, "VSS_E_ASRERROR_FIXED_PHYSICAL_DISK_AVAILABLE_AFTER_DISK_EXCLUSION",
          "After the exclusions no disk is left on which to lay out the volumes."),
    entry(0x80042415, "VSS_E_ASRERROR_CRITICAL_DISK_CANNOT_BE_EXCLUDED",
          "A disk that was critical at backup must not be excluded from the restore."),
    entry(0x80042416, "VSS_E_ASRERROR_SYSTEM_PARTITION_HIDDEN",
          "The active partition is hidden or has an unknown file system."),
    entry(0x80042417, "VSS_E_FSS_TIMEOUT",
          "Preparing a file share's shadow copy took longer than allowed."),
});

constexpr auto sorted_table() {
  auto table = kUnsorted;
  std::sort(table.begin(), table.end(),
            [](const HresultInfo& a, const HresultInfo& b) { return a.value < b.value; });
  return table;
}

constexpr auto kTable = sorted_table();

std::unordered_map<std::string_view, Hr> by_name() {
  std::unordered_map<std::string_view, Hr> values;
  for (const HresultInfo& info : kTable) values.emplace(info.name, info.value);
  return values;
}

}  // namespace

std::span<const HresultInfo> hresult_table() { return kTable; }

std::string hresult_name(Hr value) {
  const auto found =
      std::lower_bound(kTable.begin(), kTable.end(), value,
                       [](const HresultInfo& info, Hr wanted) { return info.value < wanted; });
  if (found != kTable.end() && found->value == value) return std::string(found->name);
  return hresult_hex(value);
}

std::optional<Hr> parse_hresult(std::string_view text) {
  static const std::unordered_map<std::string_view, Hr> kByName = by_name();
  if (const auto named = kByName.find(text); named != kByName.end()) return named->second;
  if (text.size() < 3 || text.size() > 10 || text[0] != '0' || (text[1] | 0x20) != 'x') {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return static_cast<Hr>(value);
}

std::string hresult_hex(Hr value) {
  return fmt::format("0x{:08x}", static_cast<std::uint32_t>(value));
}

}  // namespace vsslab
