// The table of step_calls.h: each call with its arguments.

#include <algorithm>
#include <iterator>

#include "plan/step_calls.h"

namespace vsslab::plan {

namespace {

constexpr Word kExitWays[] = {{"exit", 0}, {"crash", 1}};
Words exit_ways() { return kExitWays; }

// What every call that makes an IVssAsync takes.
#define VSSLAB_ASYNC_ARGS                                           \
  {.name = "wait",                                                  \
   .type = ArgType::yes_no,                                         \
   .default_value = "yes",                                          \
   .meaning = "call IVssAsync::Wait at once"},                      \
      {.name = "timeout",                                           \
       .type = ArgType::duration,                                   \
       .default_value = "infinite",                                 \
       .meaning = "of that Wait"},                                  \
      {.name = "status",                                            \
       .type = ArgType::yes_no,                                     \
       .default_value = "yes",                                      \
       .meaning = "call IVssAsync::QueryStatus after the Wait"},    \
      {.name = "release",                                           \
       .type = ArgType::yes_no,                                     \
       .default_value = "yes",                                      \
       .meaning = "release the IVssAsync after the Wait"},          \
  {                                                                 \
    .name = "null", .type = ArgType::yes_no, .default_value = "no", \
    .meaning = "hand in a NULL pointer for the IVssAsync"           \
  }

// How calls name a component.
#define VSSLAB_COMPONENT_ARGS                                                                 \
  {.name = "writer", .type = ArgType::writer, .required = true},                              \
      {.name = "type",                                                                        \
       .type = ArgType::word,                                                                 \
       .default_value = "filegroup",                                                          \
       .words = component_types},                                                             \
      {.name = "path", .type = ArgType::text, .meaning = "logical path"}, {                   \
    .name = "component", .type = ArgType::text, .required = true, .meaning = "component name" \
  }

#define VSSLAB_INSTANCE_ARG                                                                \
  {                                                                                        \
    .name = "instance", .type = ArgType::number, .default_value = "1",                     \
    .meaning = "which of several instances of the writer, in the order they were gathered" \
  }

constexpr ArgSpec kAsync[] = {VSSLAB_ASYNC_ARGS};

constexpr ArgSpec kInstanceComponent[] = {VSSLAB_COMPONENT_ARGS, VSSLAB_INSTANCE_ARG};
constexpr ArgSpec kIndex[] = {{.name = "index",
                               .type = ArgType::number,
                               .default_value = "all",
                               .meaning = "one index; without it every index below the count"}};
constexpr ArgSpec kBackupDocument[] = {
    {.name = "document", .type = ArgType::document, .meaning = "none: a new backup"}};
constexpr ArgSpec kRestoreDocument[] = {
    {.name = "document", .type = ArgType::document, .required = true}};
constexpr ArgSpec kBackupState[] = {
    {.name = "components", .type = ArgType::yes_no, .default_value = "yes"},
    {.name = "bootable", .type = ArgType::yes_no, .default_value = "no"},
    {.name = "type", .type = ArgType::word, .default_value = "FULL", .words = backup_types},
    {.name = "partial", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kRestoreState[] = {
    {.name = "type", .type = ArgType::word, .required = true, .words = restore_types}};
constexpr ArgSpec kContext[] = {
    {.name = "context", .type = ArgType::mask, .required = true, .words = snapshot_contexts}};
constexpr ArgSpec kWriterClasses[] = {
    {.name = "writers", .type = ArgType::writers, .required = true}};
constexpr ArgSpec kSucceeded[] = {
    VSSLAB_COMPONENT_ARGS,
    VSSLAB_INSTANCE_ARG,
    {.name = "succeeded", .type = ArgType::yes_no, .default_value = "yes"}};
constexpr ArgSpec kOptions[] = {VSSLAB_COMPONENT_ARGS,
                                {.name = "options", .type = ArgType::text, .required = true}};
constexpr ArgSpec kStamp[] = {VSSLAB_COMPONENT_ARGS,
                              {.name = "stamp", .type = ArgType::text, .required = true}};
constexpr ArgSpec kSelected[] = {
    VSSLAB_COMPONENT_ARGS, {.name = "selected", .type = ArgType::yes_no, .default_value = "yes"}};
constexpr ArgSpec kSelectedEx[] = {
    VSSLAB_COMPONENT_ARGS,
    VSSLAB_INSTANCE_ARG,
    {.name = "selected", .type = ArgType::yes_no, .default_value = "yes"}};
constexpr ArgSpec kAdditional[] = {
    VSSLAB_COMPONENT_ARGS, {.name = "additional", .type = ArgType::yes_no, .default_value = "yes"}};
constexpr ArgSpec kSubcomponent[] = {
    VSSLAB_COMPONENT_ARGS,
    {.name = "subPath", .type = ArgType::text},
    {.name = "subComponent", .type = ArgType::text, .required = true},
    {.name = "repair", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kFileStatus[] = {VSSLAB_COMPONENT_ARGS,
                                   {.name = "status",
                                    .type = ArgType::word,
                                    .default_value = "VSS_RS_ALL",
                                    .words = file_restore_statuses}};
constexpr ArgSpec kNewTarget[] = {
    VSSLAB_COMPONENT_ARGS,
    {.name = "filePath", .type = ArgType::text, .required = true},
    {.name = "fileName", .type = ArgType::text, .required = true},
    {.name = "recursive", .type = ArgType::yes_no, .default_value = "no"},
    {.name = "alternatePath", .type = ArgType::text, .required = true}};
constexpr ArgSpec kMapping[] = {
    VSSLAB_COMPONENT_ARGS,
    {.name = "filePath", .type = ArgType::text, .required = true},
    {.name = "filespec", .type = ArgType::text, .required = true},
    {.name = "recursive", .type = ArgType::yes_no, .default_value = "no"},
    {.name = "destination", .type = ArgType::text, .required = true}};
constexpr ArgSpec kRanges[] = {VSSLAB_COMPONENT_ARGS,
                               {.name = "index", .type = ArgType::number, .required = true},
                               {.name = "rangesFile", .type = ArgType::text, .required = true}};
constexpr ArgSpec kAuthoritative[] = {
    VSSLAB_COMPONENT_ARGS,
    {.name = "authoritative", .type = ArgType::yes_no, .default_value = "yes"}};
constexpr ArgSpec kRollForward[] = {VSSLAB_COMPONENT_ARGS,
                                    {.name = "rollType",
                                     .type = ArgType::word,
                                     .default_value = "VSS_RF_ALL",
                                     .words = rollforward_types},
                                    {.name = "point", .type = ArgType::text}};
constexpr ArgSpec kRestoreName[] = {
    VSSLAB_COMPONENT_ARGS, {.name = "restoreName", .type = ArgType::text, .required = true}};
constexpr ArgSpec kVolumeProvider[] = {
    {.name = "volume", .type = ArgType::volume, .required = true},
    {.name = "provider", .type = ArgType::provider}};
constexpr ArgSpec kVolumeAsync[] = {{.name = "volume", .type = ArgType::volume, .required = true},
                                    VSSLAB_ASYNC_ARGS};
constexpr ArgSpec kDelete[] = {{.name = "id", .type = ArgType::snapshot, .default_value = "set"},
                               {.name = "type",
                                .type = ArgType::word,
                                .default_value = "VSS_OBJECT_SNAPSHOT_SET",
                                .words = object_types},
                               {.name = "force", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kSet[] = {{.name = "id", .type = ArgType::snapshot, .default_value = "set"}};
constexpr ArgSpec kSnapshot[] = {{.name = "id", .type = ArgType::snapshot, .required = true}};
constexpr ArgSpec kBreakEx[] = {
    {.name = "id", .type = ArgType::snapshot, .default_value = "set"},
    {.name = "flags", .type = ArgType::mask, .default_value = "0x0", .words = hardware_options},
    VSSLAB_ASYNC_ARGS};
constexpr ArgSpec kExpose[] = {{.name = "id", .type = ArgType::snapshot, .required = true},
                               {.name = "pathFromRoot", .type = ArgType::text},
                               {.name = "attributes",
                                .type = ArgType::mask,
                                .default_value = "VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY",
                                .words = snapshot_attributes},
                               {.name = "expose", .type = ArgType::text}};
constexpr ArgSpec kRevert[] = {{.name = "id", .type = ArgType::snapshot, .required = true},
                               {.name = "force", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kQuery[] = {{.name = "id", .type = ArgType::snapshot},
                              {.name = "type",
                               .type = ArgType::word,
                               .default_value = "VSS_OBJECT_NONE",
                               .words = object_types},
                              {.name = "returned",
                               .type = ArgType::word,
                               .default_value = "VSS_OBJECT_SNAPSHOT",
                               .words = object_types}};
constexpr ArgSpec kRecovery[] = {
    {.name = "id", .type = ArgType::snapshot, .required = true},
    {.name = "flags", .type = ArgType::mask, .default_value = "0x0", .words = recovery_options},
    {.name = "destination", .type = ArgType::text}};
constexpr ArgSpec kRecoverSet[] = {
    {.name = "flags", .type = ArgType::mask, .default_value = "0x0", .words = recovery_options},
    VSSLAB_ASYNC_ARGS};
constexpr ArgSpec kFilePath[] = {
    {.name = "path", .type = ArgType::text, .required = true},
    {.name = "normalize", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kSave[] = {{.name = "as",
                              .type = ArgType::text,
                              .default_value = "saved",
                              .meaning = "name by which later steps find the document"}};
constexpr ArgSpec kOf[] = {
    {.name = "of",
     .type = ArgType::text,
     .meaning = "the call that made the IVssAsync; without it the object's latest"}};
constexpr ArgSpec kWait[] = {
    {.name = "of",
     .type = ArgType::text,
     .meaning = "the call that made the IVssAsync; without it the object's latest"},
    {.name = "timeout", .type = ArgType::duration, .default_value = "infinite"}};
constexpr Word kControls[] = {{"stop", 0}, {"start", 1}};
Words service_controls() { return kControls; }
constexpr ArgSpec kControlService[] = {
    {.name = "service", .required = true},
    {.name = "control", .type = ArgType::word, .required = true, .words = service_controls}};
constexpr ArgSpec kCopyFile[] = {{.name = "from", .required = true},
                                 {.name = "to", .required = true}};
constexpr ArgSpec kMoveFile[] = {
    {.name = "from", .required = true},
    {.name = "to", .required = true},
    {.name = "atReboot", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kDeleteFile[] = {{.name = "path", .required = true}};
constexpr ArgSpec kListDirectory[] = {{.name = "path", .required = true}};
constexpr ArgSpec kLoadDocument[] = {{.name = "from", .required = true},
                                     {.name = "as", .default_value = "saved"}};
constexpr ArgSpec kSleep[] = {{.name = "for", .type = ArgType::duration, .required = true}};
constexpr ArgSpec kExit[] = {
    {.name = "how", .type = ArgType::word, .default_value = "exit", .words = exit_ways},
    {.name = "code", .type = ArgType::number, .default_value = "0"}};

constexpr ArgSpec kDiffArea[] = {{.name = "volume", .type = ArgType::volume, .required = true},
                                 {.name = "storage",
                                  .type = ArgType::volume,
                                  .required = true,
                                  .meaning = "the volume that keeps the differences"},
                                 {.name = "maximum",
                                  .type = ArgType::size,
                                  .default_value = "unbounded",
                                  .meaning = "remove: 0, ends the association"}};
constexpr ArgSpec kDiffAreaEx[] = {
    {.name = "volume", .type = ArgType::volume, .required = true},
    {.name = "storage", .type = ArgType::volume, .required = true},
    {.name = "maximum", .type = ArgType::size, .default_value = "unbounded"},
    {.name = "volatile", .type = ArgType::yes_no, .default_value = "no"}};
constexpr ArgSpec kManagedVolume[] = {
    {.name = "volume", .type = ArgType::volume, .required = true}};
constexpr ArgSpec kStorage[] = {{.name = "storage", .type = ArgType::volume, .required = true}};
constexpr Word kLevels[] = {{"VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME", 0},
                            {"VSS_PROTECTION_LEVEL_SNAPSHOT", 1}};
Words protection_levels() { return kLevels; }
constexpr ArgSpec kProtect[] = {
    {.name = "volume", .type = ArgType::volume, .required = true},
    {.name = "level", .type = ArgType::word, .required = true, .words = protection_levels}};

constexpr std::string_view kBase = "IVssBackupComponents";
constexpr std::string_view kEx = "IVssBackupComponentsEx";
constexpr std::string_view kEx2 = "IVssBackupComponentsEx2";
constexpr std::string_view kEx3 = "IVssBackupComponentsEx3";
constexpr std::string_view kEx4 = "IVssBackupComponentsEx4";
constexpr std::string_view kAsyncInterface = "IVssAsync";
constexpr std::string_view kMgmt2 = "IVssSnapshotMgmt2";
constexpr std::string_view kDiff = "IVssDifferentialSoftwareSnapshotMgmt";
constexpr std::string_view kDiff2 = "IVssDifferentialSoftwareSnapshotMgmt2";
constexpr std::string_view kDiff3 = "IVssDifferentialSoftwareSnapshotMgmt3";
constexpr std::string_view kUnknown = "IUnknown";
constexpr std::string_view kOurs = "";

constexpr auto call = CallKind::call;
constexpr auto async = CallKind::async;
constexpr auto waiting = CallKind::waiting;
constexpr auto lab = CallKind::lab;
constexpr auto management = CallKind::management;

constexpr CallSpec kCalls[] = {
    {"AbortBackup", kBase, call, {}, "ends the backup; writers get Abort"},
    {"AddAlternativeLocationMapping", kBase, call, kMapping, "tells where files were restored to"},
    {"AddComponent", kBase, call, kInstanceComponent, "takes a component into the backup"},
    {"AddDiffArea", kDiff, management, kDiffArea, "gives a volume's copies a storage area"},
    {"AddNewTarget", kBase, call, kNewTarget, "restores files to a new place"},
    {"AddRestoreSubcomponent", kBase, call, kSubcomponent, "restores a part of a component"},
    {"AddSnapshotToRecoverySet", kEx3, call, kRecovery, "adds a copy to a LUN resync"},
    {"AddToSnapshotSet", kBase, call, kVolumeProvider, "adds a volume to the set"},
    {"BackupComplete", kBase, async, kAsync, "tells the writers that the backup is done"},
    {"BreakSnapshotSet", kBase, call, kSet, "makes plain volumes of hardware copies"},
    {"BreakSnapshotSetEx", kEx2, async, kBreakEx, "the same with options"},
    {"Cancel", kAsyncInterface, waiting, kOf, "asks an operation to end"},
    {"ChangeDiffAreaMaximumSize", kDiff, management, kDiffArea, "how large it may grow"},
    {"ChangeDiffAreaMaximumSizeEx", kDiff2, management, kDiffAreaEx, "the same, volatile"},
    {"ClearVolumeProtectFault", kDiff3, management, kManagedVolume, "lets the volume go on"},
    {"ControlService", kOurs, lab, kControlService, "stops or starts a service"},
    {"CopyFile", kOurs, lab, kCopyFile, "copies a file of the machine, with folders where needed"},
    {"CreateVssBackupComponents", kOurs, call, {}, "makes the object; else its first use does"},
    {"DeleteFile", kOurs, lab, kDeleteFile, "removes a file"},
    {"DeleteSnapshots", kBase, call, kDelete, "deletes copies"},
    {"DeleteUnusedDiffAreas", kDiff3, management, kStorage, "removes areas without copies"},
    {"DisableWriterClasses", kBase, call, kWriterClasses, "leaves writers out"},
    {"DisableWriterInstances", kBase, call, kWriterClasses,
     "leaves single instances out; known from an object that gathered before"},
    {"DoSnapshotSet", kBase, async, kAsync, "makes the set"},
    {"EnableWriterClasses", kBase, call, kWriterClasses, "takes only these writers"},
    {"Exit", kOurs, lab, kExit, "the requester's process ends"},
    {"ExposeSnapshot", kBase, call, kExpose, "gives a copy a drive letter, folder or share"},
    {"FastRecovery", kEx2, async, kBreakEx, "swaps LUNs"},
    {"FreeWriterMetadata", kBase, call, {}, "frees what GatherWriterMetadata brought"},
    {"FreeWriterStatus", kBase, call, {}, "frees what GatherWriterStatus brought"},
    {"GatherWriterMetadata", kBase, async, kAsync, "asks the writers to identify themselves"},
    {"GatherWriterStatus", kBase, async, kAsync, "asks the writers for their state"},
    {"GetMinDiffAreaSize", kMgmt2, management, {}, "the least size of a storage area"},
    {"GetRootAndLogicalPrefixPaths", kEx4, call, kFilePath, "parts a path"},
    {"GetSessionId", kEx3, call, {}, "the session's id"},
    {"GetSnapshotProperties", kBase, call, kSnapshot, "a copy's properties"},
    {"GetVolumeProtectLevel", kDiff3, management, kManagedVolume, "level and fault"},
    {"GetWriterComponents", kBase, call, kIndex, "a writer's part of the document"},
    {"GetWriterComponentsCount", kBase, call, {}, "number of writers in the document"},
    {"GetWriterMetadata", kBase, call, kIndex, "a writer's metadata document"},
    {"GetWriterMetadataCount", kBase, call, {}, "number of writers that identified themselves"},
    {"GetWriterMetadataEx", kEx, call, kIndex, "a writer's metadata document"},
    {"GetWriterStatus", kBase, call, kIndex, "a writer's state"},
    {"GetWriterStatusCount", kBase, call, {}, "number of writers with a state"},
    {"GetWriterStatusEx", kEx3, call, kIndex, "a writer's state with its own code and text"},
    {"ImportSnapshots", kBase, async, kAsync, "brings a transported set in"},
    {"InitializeForBackup", kBase, call, kBackupDocument, "makes the object one for a backup"},
    {"InitializeForRestore", kBase, call, kRestoreDocument, "makes the object one for a restore"},
    {"IsVolumeSupported", kBase, call, kVolumeProvider, "can the volume be copied?"},
    {"ListDirectory", kOurs, lab, kListDirectory, "reads the names in a folder"},
    {"LoadDocument", kOurs, lab, kLoadDocument, "reads a document from a file of the machine"},
    {"MoveFile", kOurs, lab, kMoveFile, "moves a file, now or when the machine restarts"},
    {"PostRestore", kBase, async, kAsync, "tells the writers that files were restored"},
    {"PreFastRecovery", kEx2, async, kBreakEx, "prepares to swap LUNs"},
    {"PreRestore", kBase, async, kAsync, "tells the writers that a restore comes"},
    {"PrepareForBackup", kBase, async, kAsync, "tells the writers that a backup comes"},
    {"Query", kBase, call, kQuery, "lists copies or providers"},
    {"QueryDiffAreasForSnapshot", kDiff, management, kSnapshot, "the storage areas of a copy"},
    {"QueryDiffAreasForVolume", kDiff, management, kManagedVolume, "those of a volume"},
    {"QueryDiffAreasOnVolume", kDiff, management, kManagedVolume, "those that it keeps"},
    {"QueryRevertStatus", kBase, async, kVolumeAsync, "how far a revert is"},
    {"QueryStatus", kAsyncInterface, waiting, kOf, "an operation's state or result"},
    {"QueryVolumesSupportedForDiffAreas", kDiff, management, kManagedVolume, "where they can be"},
    {"RecoverSet", kEx3, async, kRecoverSet, "starts a LUN resync"},
    {"Release", kUnknown, call, {}, "lets the backup object go"},
    {"ReleaseAsync", kAsyncInterface, waiting, kOf, "lets an IVssAsync go"},
    {"RevertToSnapshot", kBase, call, kRevert, "takes a volume back to a copy"},
    {"SaveAsXML", kBase, call, kSave, "the Backup Components Document"},
    {"SetAdditionalRestores", kBase, call, kAdditional, "more restores of a component follow"},
    {"SetAuthoritativeRestore", kEx2, call, kAuthoritative, "marks a restore authoritative"},
    {"SetBackupOptions", kBase, call, kOptions, "hands a private text to a writer"},
    {"SetBackupState", kBase, call, kBackupState, "component mode, type, system state"},
    {"SetBackupSucceeded", kBase, call, kSucceeded, "says how a component's backup went"},
    {"SetContext", kBase, call, kContext, "what kind of copy"},
    {"SetFileRestoreStatus", kBase, call, kFileStatus, "says how a component's restore went"},
    {"SetPreviousBackupStamp", kBase, call, kStamp, "the base backup's stamp"},
    {"SetRangesFilePath", kBase, call, kRanges, "where partial file ranges lie"},
    {"SetRestoreName", kEx2, call, kRestoreName, "restores under a new name"},
    {"SetRestoreOptions", kBase, call, kOptions, "hands a private text to a writer"},
    {"SetRestoreState", kBase, call, kRestoreState, "by copy or by import"},
    {"SetRollForward", kEx2, call, kRollForward, "how far logs are applied"},
    {"SetSelectedForRestore", kBase, call, kSelected, "takes a component into the restore"},
    {"SetSelectedForRestoreEx", kEx, call, kSelectedEx, "the same for one instance"},
    {"SetVolumeProtectLevel", kDiff3, management, kProtect, "what is kept when storage fails"},
    {"Sleep", kOurs, lab, kSleep, "the requester does something else for a while"},
    {"StartSnapshotSet", kBase, call, {}, "opens a set"},
    {"UnexposeSnapshot", kEx2, call, kSnapshot, "takes an exposure back"},
    {"Wait", kAsyncInterface, waiting, kWait, "waits for an operation"},
};

static_assert(std::is_sorted(std::begin(kCalls), std::end(kCalls),
                             [](const CallSpec& a, const CallSpec& b) { return a.name < b.name; }),
              "step_calls() is sorted by name");

}  // namespace

std::span<const CallSpec> step_calls() { return kCalls; }

}  // namespace vsslab::plan
