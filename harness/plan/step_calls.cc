#include "plan/step_calls.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/hresult.h"
#include "core/suggest.h"

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

constexpr std::string_view kBase = "IVssBackupComponents";
constexpr std::string_view kEx = "IVssBackupComponentsEx";
constexpr std::string_view kEx2 = "IVssBackupComponentsEx2";
constexpr std::string_view kEx3 = "IVssBackupComponentsEx3";
constexpr std::string_view kEx4 = "IVssBackupComponentsEx4";
constexpr std::string_view kAsyncInterface = "IVssAsync";
constexpr std::string_view kUnknown = "IUnknown";
constexpr std::string_view kOurs = "";

constexpr auto call = CallKind::call;
constexpr auto async = CallKind::async;
constexpr auto waiting = CallKind::waiting;
constexpr auto lab = CallKind::lab;

constexpr CallSpec kCalls[] = {
    {"AbortBackup", kBase, call, {}, "ends the backup; writers get Abort"},
    {"AddAlternativeLocationMapping", kBase, call, kMapping, "tells where files were restored to"},
    {"AddComponent", kBase, call, kInstanceComponent, "takes a component into the backup"},
    {"AddNewTarget", kBase, call, kNewTarget, "restores files to a new place"},
    {"AddRestoreSubcomponent", kBase, call, kSubcomponent, "restores a part of a component"},
    {"AddSnapshotToRecoverySet", kEx3, call, kRecovery, "adds a copy to a LUN resync"},
    {"AddToSnapshotSet", kBase, call, kVolumeProvider, "adds a volume to the set"},
    {"BackupComplete", kBase, async, kAsync, "tells the writers that the backup is done"},
    {"BreakSnapshotSet", kBase, call, kSet, "makes plain volumes of hardware copies"},
    {"BreakSnapshotSetEx", kEx2, async, kBreakEx, "the same with options"},
    {"Cancel", kAsyncInterface, waiting, kOf, "asks an operation to end"},
    {"ControlService", kOurs, lab, kControlService, "stops or starts a service"},
    {"CopyFile", kOurs, lab, kCopyFile, "copies a file of the machine, with folders where needed"},
    {"CreateVssBackupComponents", kOurs, call, {}, "makes the object; else its first use does"},
    {"DeleteFile", kOurs, lab, kDeleteFile, "removes a file"},
    {"DeleteSnapshots", kBase, call, kDelete, "deletes copies"},
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
    {"GetRootAndLogicalPrefixPaths", kEx4, call, kFilePath, "parts a path"},
    {"GetSessionId", kEx3, call, {}, "the session's id"},
    {"GetSnapshotProperties", kBase, call, kSnapshot, "a copy's properties"},
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
    {"QueryRevertStatus", kBase, async, kVolumeAsync, "how far a revert is"},
    {"QueryStatus", kAsyncInterface, waiting, kOf, "an operation's state or result"},
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
    {"Sleep", kOurs, lab, kSleep, "the requester does something else for a while"},
    {"StartSnapshotSet", kBase, call, {}, "opens a set"},
    {"UnexposeSnapshot", kEx2, call, kSnapshot, "takes an exposure back"},
    {"Wait", kAsyncInterface, waiting, kWait, "waits for an operation"},
};

static_assert(std::is_sorted(std::begin(kCalls), std::end(kCalls),
                             [](const CallSpec& a, const CallSpec& b) { return a.name < b.name; }),
              "step_calls() is sorted by name");

std::optional<std::uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool well_typed(const ArgSpec& spec, std::string_view value) {
  switch (spec.type) {
    case ArgType::yes_no:
      return value == "yes" || value == "no";
    case ArgType::number:
      return parse_number(value).has_value();
    case ArgType::duration:
      return value == "infinite" || parse_duration(value).has_value();
    case ArgType::guid:
      return Guid::parse(value).has_value();
    case ArgType::provider:
      return value.empty() || Guid::parse(value).has_value();
    case ArgType::hresult:
      return parse_hresult(value).has_value();
    default:
      return true;
  }
}

Result<void> check_value(const CallSpec& call, const ArgSpec& spec, std::string_view value) {
  if (spec.type == ArgType::word || spec.type == ArgType::mask) {
    auto parsed = spec.type == ArgType::word ? parse_word(spec.words(), value)
                                             : parse_mask(spec.words(), value);
    if (parsed) return {};
    parsed.error().message =
        fmt::format("{} in attribute '{}' of {}", parsed.error().message, spec.name, call.name);
    return tl::make_unexpected(std::move(parsed.error()));
  }
  if (well_typed(spec, value)) return {};
  return fail(fmt::format("attribute '{}' of {} is '{}', but has to be {}", spec.name, call.name,
                          value, arg_type_name(spec.type)));
}

const ArgSpec* find_arg(const CallSpec& call, std::string_view name) {
  for (const ArgSpec& spec : call.args) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

Error unknown_argument(const CallSpec& call, std::string_view name) {
  std::vector<std::string_view> names{"object", "expect"};
  for (const ArgSpec& spec : call.args) names.push_back(spec.name);
  return Error{.message = fmt::format("step {} has no attribute '{}'", call.name, name),
               .hint = did_you_mean(name, names)};
}

}  // namespace

std::string_view arg_type_name(ArgType type) {
  switch (type) {
    case ArgType::text:
      return "text";
    case ArgType::yes_no:
      return "yes or no";
    case ArgType::number:
      return "a number";
    case ArgType::duration:
      return "a duration with a unit (250ms, 5s, 2m) or 'infinite'";
    case ArgType::guid:
      return "a GUID";
    case ArgType::writer:
      return "a writer's name or class id";
    case ArgType::writers:
      return "a comma-separated list of writers' names or class ids";
    case ArgType::provider:
      return "a provider's id, or empty for VSS to choose";
    case ArgType::volume:
      return "a volume (\"C:\\\")";
    case ArgType::snapshot:
      return "a shadow copy's id, a volume of the set, or 'set'";
    case ArgType::word:
      return "one of the known words";
    case ArgType::mask:
      return "known words joined by '|'";
    case ArgType::hresult:
      return "an HRESULT's name or 0x…";
    case ArgType::document:
      return "a document's name or file";
  }
  return "text";
}

std::span<const CallSpec> step_calls() { return kCalls; }

const CallSpec* find_step_call(std::string_view name) {
  const auto* const at = std::lower_bound(
      std::begin(kCalls), std::end(kCalls), name,
      [](const CallSpec& call, std::string_view wanted) { return call.name < wanted; });
  return at != std::end(kCalls) && at->name == name ? at : nullptr;
}

bool is_common_step_attribute(std::string_view name) {
  return name == "object" || name == "expect";
}

Result<void> check_step(const Step& step) {
  const CallSpec* const call = find_step_call(step.call);
  if (call == nullptr) {
    std::vector<std::string_view> names;
    for (const CallSpec& known : kCalls) names.push_back(known.name);
    return fail(Error{.message = fmt::format("unknown step '{}'", step.call),
                      .hint = did_you_mean(step.call, names)});
  }
  for (const auto& [name, value] : step.args) {
    const ArgSpec* const spec = find_arg(*call, name);
    if (spec == nullptr) return fail(unknown_argument(*call, name));
    if (auto checked = check_value(*call, *spec, value); !checked) return checked;
  }
  for (const ArgSpec& spec : call->args) {
    const bool is_given = std::any_of(step.args.begin(), step.args.end(),
                                      [&](const auto& arg) { return arg.first == spec.name; });
    if (spec.required && !is_given) {
      return fail(fmt::format("step {} lacks its attribute '{}'", call->name, spec.name));
    }
  }
  return {};
}

StepArgs::StepArgs(const Step& step) : call_(find_step_call(step.call)), step_(step) {
  VSSLAB_ASSERT(call_ != nullptr);
}

const ArgSpec& StepArgs::spec(std::string_view name) const {
  const ArgSpec* const found = find_arg(*call_, name);
  VSSLAB_ASSERT(found != nullptr);
  return *found;
}

std::string_view StepArgs::value(std::string_view name) const {
  for (const auto& [key, text] : step_.args) {
    if (key == name) return text;
  }
  return spec(name).default_value;
}

bool StepArgs::given(std::string_view name) const {
  VSSLAB_ASSERT(find_arg(*call_, name) != nullptr);
  return std::any_of(step_.args.begin(), step_.args.end(),
                     [&](const auto& arg) { return arg.first == name; });
}

std::string StepArgs::text(std::string_view name) const { return std::string(value(name)); }

bool StepArgs::flag(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::yes_no);
  return value(name) == "yes";
}

std::uint64_t StepArgs::number(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::number);
  return parse_number(value(name)).value_or(0);
}

std::optional<Duration> StepArgs::duration(std::string_view name) const {
  VSSLAB_ASSERT(spec(name).type == ArgType::duration);
  return parse_duration(value(name));
}

Guid StepArgs::guid(std::string_view name) const {
  return Guid::parse(value(name)).value_or(Guid{});
}

std::uint32_t StepArgs::word(std::string_view name) const {
  const ArgSpec& arg = spec(name);
  VSSLAB_ASSERT(arg.words != nullptr);
  const auto parsed = arg.type == ArgType::mask ? parse_mask(arg.words(), value(name))
                                                : parse_word(arg.words(), value(name));
  VSSLAB_ASSERT(parsed.has_value());
  return *parsed;
}

Hr StepArgs::hresult(std::string_view name) const {
  const auto parsed = parse_hresult(value(name));
  VSSLAB_ASSERT(parsed.has_value());
  return *parsed;
}

std::vector<std::string> StepArgs::list(std::string_view name) const {
  std::vector<std::string> items;
  std::string_view rest = value(name);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return items;
}

}  // namespace vsslab::plan
