// VSSW-INCR: what a writer says about changed files in an incremental or differential backup.
#include <fmt/format.h>

#include <map>
#include <set>

#include "metadata/component_path.h"
#include "metadata/normal_path.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/file_overlap.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

// VSS_BACKUP_SCHEMA
constexpr std::uint32_t kSchemaDifferential = 0x1;
constexpr std::uint32_t kSchemaIncremental = 0x2;
constexpr std::uint32_t kSchemaTimestamped = 0x20;
constexpr std::uint32_t kSchemaLastModify = 0x40;

constexpr std::size_t kSpecStepsMax = 10'000'000;  // spec_steps_max: file sets compared

bool is_differenced(Ev name) { return name == Ev::add_differenced_files_by_last_modify_time; }

// Files as AddPartialFile, AddDifferencedFiles and the document's file sets name them.
struct Spec {
  std::string path;  // expanded, lower case, without a backslash at its end
  std::string_view pattern;
  bool recursive = false;
};

std::string plain_path(std::string_view path) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  const auto expanded = metadata::expand_environment(path, kEnvironment);
  return lower(metadata::normal_path(expanded ? std::string_view(*expanded) : path));
}

std::optional<Spec> spec_of(const RunView& run, const Call& call) {
  const auto path = run.arg(call, "file_path");
  const auto pattern = run.arg(call, is_differenced(call.name) ? "filespec" : "filename");
  if (!path || !pattern) return std::nullopt;
  return Spec{plain_path(*path), *pattern, run.arg_is(call, "recursive", "yes")};
}

bool lies_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '\\';
}

// Can one file belong to both?
bool meet(const Spec& a, const Spec& b) {
  const bool places = a.path == b.path || (a.recursive && lies_below(b.path, a.path)) ||
                      (b.recursive && lies_below(a.path, b.path));
  return places && patterns_meet(a.pattern, b.pattern);
}

std::string text_of(const Spec& spec) {
  return fmt::format("{}\\{}{}", spec.path, spec.pattern, spec.recursive ? " with all below" : "");
}

// A writer with TIMESTAMPED stores a stamp in a backup that a later one can build on. (A copy
// backup is no base; a differential one has the base of the one before.)
void check_stamp_stored(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (!session.component_mode || session.restore) continue;
    if (session.backup_type != "VSS_BT_FULL" && session.backup_type != "VSS_BT_INCREMENTAL") {
      continue;
    }
    std::set<std::size_t> selected;  // places in participations()
    for (const Added& added : added_components(run, session)) {
      const Participation* part = participation_named(run, session, *added.call);
      if (part != nullptr) selected.insert(index_of(run, *part));
    }
    const bool copied = session.calls.has(Ev::do_snapshot_set);
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const metadata::WriterMetadata* document = document_of(run, part);
      if (selected.count(index) == 0 || document == nullptr ||
          (document->backup_schema & kSchemaTimestamped) == 0) {
        continue;
      }
      // A backup without a copy that ended before BackupComplete would perhaps have made one.
      if (!copied && !part.calls.has(Ev::backup_complete)) continue;
      const Call* last = part.calls.first(copied ? Ev::post_snapshot : Ev::prepare_for_backup);
      if (last == nullptr || !last->returned() || failed_in(run, part, *last)) continue;
      Verdicts verdicts(out, run.writer(part).name);
      verdicts.expect(part.calls.first_ok(Ev::set_backup_stamp) != nullptr,
                      fmt::format("SetBackupStamp by the end of {}", event_name(last->name)),
                      "no component got a stamp", {part.metadata->seq, last->last_seq()});
    }
  }
}

#define VSSLAB_EX_INCR(type, mask, body) \
  "0 R InitializeForBackup\n0 R SetBackupState components=yes bootable=no type=" type      \
  " partial=yes\n1 R GatherWriterMetadata enter\n" VSSLAB_EX_WMD(                          \
      " backupSchema='" mask "'", VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD        \
      "<BACKUP_LOCATIONS>" VSSLAB_EX_GROUP("componentName='Data'",                         \
                                           VSSLAB_EX_FILES("C:\\\\Data", "*.dat"))         \
          VSSLAB_EX_GROUP("componentName='Logs'", VSSLAB_EX_FILES("C:\\\\Logs", "*.log"))  \
      "</BACKUP_LOCATIONS>") "\n1 R GatherWriterMetadata leave\n"                          \
  "2 R AddComponent writer=W1 component=Data\n2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID  \
  "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R DoSnapshotSet enter\n" body          \
  "\n9 R DoSnapshotSet leave"

constinit const Rule kStampStored{
    {.id = "VSSW-INCR-002",
     .slug = "stamp-is-stored",
     .level = Level::must,
     .title =
         "A writer whose schema has TIMESTAMPED stores a backup stamp in a full or incremental "
         "backup.",
     .source = "writer-role-in-backing-up-complex-stores.md, writer-backup-schema-support.md",
     .cause = "The schema promises stamps, and no handler calls SetBackupStamp.",
     .next_step = "Call SetBackupStamp in PostSnapshot, or leave TIMESTAMPED out of the schema.",
     .fails_on = VSSLAB_EX_INCR("VSS_BT_FULL", "33", "4 W1 PostSnapshot ret=true"),
     .passes_on = VSSLAB_EX_INCR("VSS_BT_FULL", "33",
                                 "4 W1 PostSnapshot enter\n4 W1 SetBackupStamp component=Data "
                                 "hr=S_OK\n4 W1 PostSnapshot leave ret=true")},
    check_stamp_stored};

// Differenced files need LAST_MODIFY and the schema of the type that runs.
void check_differenced_schema(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call* call = part.calls.first(Ev::add_differenced_files_by_last_modify_time);
    const metadata::WriterMetadata* document = document_of(run, part);
    if (call == nullptr || document == nullptr) continue;
    const std::string_view type = run.session(part).backup_type;
    const std::uint32_t running = type == "VSS_BT_INCREMENTAL"    ? kSchemaIncremental
                                  : type == "VSS_BT_DIFFERENTIAL" ? kSchemaDifferential
                                                                  : 0;
    const std::uint32_t needed = kSchemaLastModify | running;
    verdicts.expect((document->backup_schema & needed) == needed,
                    fmt::format("a schema with 0x{:x} for AddDifferencedFilesByLastModifyTime in "
                                "{}",
                                needed, type.empty() ? "a backup" : type),
                    fmt::format("the schema is 0x{:x}", document->backup_schema),
                    {part.metadata->seq, call->seq()});
  }
}

#define VSSLAB_EX_DIFFERENCED(path, spec)                                                     \
  "4 W1 AddDifferencedFilesByLastModifyTime component=Data file_path=" path " filespec=" spec \
  " recursive=no hr=S_OK"

constinit const Rule kDifferencedSchema{
    {.id = "VSSW-INCR-005",
     .slug = "differenced-files-need-schema",
     .level = Level::must,
     .title = "A writer that adds differenced files declares LAST_MODIFY and the type that runs.",
     .source = "nf-vswriter-ivsscomponent-adddifferencedfilesbylastmodifytime.md",
     .cause = "The schema was not extended when the writer learned to name changed files.",
     .next_step = "Add VSS_BS_LAST_MODIFY, with DIFFERENTIAL or INCREMENTAL, in SetBackupSchema.",
     .fails_on =
         VSSLAB_EX_INCR("VSS_BT_INCREMENTAL", "65", VSSLAB_EX_DIFFERENCED("C:\\Data", "*.dat")),
     .passes_on =
         VSSLAB_EX_INCR("VSS_BT_INCREMENTAL", "66", VSSLAB_EX_DIFFERENCED("C:\\Data", "*.dat"))},
    check_differenced_schema};

// A file is never both differenced and partial.
void check_one_way(const RunView& run, Findings& out) {
  std::size_t steps = 0;
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    std::vector<std::pair<const Call*, Spec>> differenced, partial;
    for (const Call* call : part.calls) {
      if (!call->ok()) continue;
      if (!is_differenced(call->name) && call->name != Ev::add_partial_file) continue;
      auto spec = spec_of(run, *call);
      if (!spec) continue;
      (is_differenced(call->name) ? differenced : partial).emplace_back(call, std::move(*spec));
    }
    if (!differenced.empty() || !partial.empty()) verdicts.saw();
    for (const auto& [by_time, set] : differenced) {
      for (const auto& [by_range, file] : partial) {
        if (++steps > kSpecStepsMax) {
          verdicts.inconclusive("more files than spec_steps_max allows to compare");
          return;
        }
        if (!meet(set, file)) continue;
        verdicts.fail("each file differenced or partial", fmt::format("{} is both", text_of(file)),
                      {by_time->seq(), by_range->seq()});
      }
    }
  }
}

#define VSSLAB_EX_PARTIAL(path, name) \
  "4 W1 AddPartialFile component=Data file_path=" path " filename=" name " ranges=0:10 hr=S_OK"

constinit const Rule kOneWay{
    {.id = "VSSW-INCR-007",
     .slug = "differenced-or-partial",
     .level = Level::must,
     .title = "A writer names no file both as differenced and as partial.",
     .source = "nf-vswriter-ivsscomponent-adddifferencedfilesbylastmodifytime.md, "
               "requestor-role-in-vss-incremental-and-differential-backups.md",
     .cause = "A file set is added as differenced, and single files of it as partial.",
     .next_step = "Choose one way for each file; a requester takes both for a writer's error.",
     .fails_on = VSSLAB_EX_INCR(
         "VSS_BT_INCREMENTAL", "66",
         VSSLAB_EX_DIFFERENCED("C:\\Data", "*.dat") "\n" VSSLAB_EX_PARTIAL("c:\\data\\", "a.dat")),
     .passes_on = VSSLAB_EX_INCR(
         "VSS_BT_INCREMENTAL", "66",
         VSSLAB_EX_DIFFERENCED("C:\\Data", "*.dat") "\n" VSSLAB_EX_PARTIAL("C:\\Logs", "a.log"))},
    check_one_way};

// A file set of the document, and whose it is.
struct OwnedSpec {
  Spec spec;
  const metadata::Component* component;
};

std::vector<OwnedSpec> specs_of(const metadata::WriterMetadata& document) {
  std::vector<OwnedSpec> specs;
  specs.reserve(document.file_set_count());
  for (const metadata::Component& component : document.components) {
    for (const metadata::FileSet& set : component.files) {
      specs.push_back({{plain_path(set.path), set.filespec, set.recursive}, &component});
    }
  }
  return specs;
}

// The component of the call or, for the files of a component set, one below it.
bool belongs_to(const metadata::Component& component, std::string_view path,
                std::string_view name) {
  const metadata::ComponentKey key{std::string(path), std::string(name)};
  const metadata::ComponentKey own = metadata::key_of(component);
  return own == key || metadata::is_ancestor(key, own);
}

// A differenced set is exactly one of the component's file sets, or wholly new.
void check_differenced_overlap(const RunView& run, Findings& out) {
  std::size_t steps = 0;
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const metadata::WriterMetadata* document = document_of(run, part);
    if (document == nullptr || !part.calls.has(Ev::add_differenced_files_by_last_modify_time)) {
      continue;
    }
    const std::vector<OwnedSpec> sets = specs_of(*document);
    for (const Call* call : part.calls) {
      if (!is_differenced(call->name) || !call->ok()) continue;
      const auto spec = spec_of(run, *call);
      if (!spec) continue;
      verdicts.saw();
      steps += sets.size();
      if (steps > kSpecStepsMax) {
        verdicts.inconclusive("more file sets than spec_steps_max allows to compare");
        return;
      }
      const std::string_view path = run.arg(*call, "path").value_or("");
      const std::string_view name = run.arg(*call, "component").value_or("");
      const OwnedSpec* touched = nullptr;
      bool exact = false;
      for (const OwnedSpec& set : sets) {
        if (!meet(*spec, set.spec)) continue;
        touched = &set;
        exact = spec->path == set.spec.path && same_text(spec->pattern, set.spec.pattern) &&
                spec->recursive == set.spec.recursive && belongs_to(*set.component, path, name);
        if (exact) break;
      }
      if (touched == nullptr || exact) continue;
      verdicts.fail(
          "exactly one file set of the component, or files of none",
          fmt::format("{} meets {} of {}", text_of(*spec), text_of(touched->spec),
                      component_text(touched->component->logical_path, touched->component->name)),
          {part.metadata->seq, call->seq()});
    }
  }
}

constinit const Rule kDifferencedOverlap{
    {.id = "VSSW-INCR-008",
     .slug = "differenced-set-is-whole",
     .level = Level::must,
     .title = "A differenced set is exactly one of its component's file sets, or wholly new.",
     .source = "writer-role-in-backing-up-complex-stores.md, vss-test-writer-tool.md",
     .cause = "The set was narrowed to the files that changed, so that it is part of a file set.",
     .next_step = "Repeat path, file specification and recursion of Identify word for word.",
     .fails_on =
         VSSLAB_EX_INCR("VSS_BT_INCREMENTAL", "66", VSSLAB_EX_DIFFERENCED("C:\\Data", "a*.dat")),
     .passes_on = VSSLAB_EX_INCR(
         "VSS_BT_INCREMENTAL", "66",
         VSSLAB_EX_DIFFERENCED("C:\\Data", "*.dat") "\n" VSSLAB_EX_DIFFERENCED("C:\\New", "*"))},
    check_differenced_overlap};

// Where the writer itself said in Identify that it has files: adding those volumes to the set is
// the requester's part (VSSR-SET-015).
std::set<std::string> announced_volumes(const metadata::WriterMetadata& document,
                                        const VolumeNames& names) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  std::set<std::string> announced;
  for (const metadata::Component& component : document.components) {
    for (const std::string& root : metadata::volumes_of(component, kEnvironment).roots) {
      announced.insert(names.key(root));
    }
    // Files of a set that is read elsewhere keep their own names.
    for (const metadata::FileSet& set : component.files) {
      const auto path = metadata::expand_environment(set.path, kEnvironment);
      const auto root = path ? metadata::volume_root(*path) : std::nullopt;
      if (root) announced.insert(names.key(*root));
    }
  }
  return announced;
}

// New files lie on a volume that is in the set.
void check_new_files_in_set(const RunView& run, Findings& out) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  const VolumeNames names(run);
  for (const Session& session : run.sessions()) {
    std::set<std::string> volumes;
    for (const std::uint32_t set : session.sets) {
      for (const VolumeInSet& volume : run.sets()[set].volumes) {
        volumes.insert(names.key(volume.volume));
      }
    }
    if (volumes.empty()) continue;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const metadata::WriterMetadata* document = document_of(run, part);
      if (document == nullptr) continue;
      Verdicts verdicts(out, run.writer(part).name);
      std::optional<std::set<std::string>> announced;
      for (const Call* call : part.calls) {
        if (!is_differenced(call->name) && call->name != Ev::add_partial_file) continue;
        const auto path = run.arg(*call, "file_path");
        if (!call->ok() || !path) continue;
        const auto expanded = metadata::expand_environment(*path, kEnvironment);
        const auto root = expanded ? metadata::volume_root(*expanded) : std::nullopt;
        if (!root) continue;  // a share, or a variable that only the writer's machine knows
        verdicts.saw();
        const std::string volume = names.key(*root);
        if (volumes.count(volume) != 0) continue;
        if (!announced) announced = announced_volumes(*document, names);
        if (announced->count(volume) != 0) continue;
        verdicts.fail("new files on a volume of the set",
                      fmt::format("{}: {} is not in the set", mention(run, *call), *root),
                      {call->seq()});
      }
    }
  }
}

constinit const Rule kNewFilesInSet{
    {.id = "VSSW-INCR-010",
     .slug = "new-files-in-the-set",
     .level = Level::must,
     .title = "Files that a writer adds during the backup lie on volumes of the set.",
     .source = "writer-role-in-backing-up-complex-stores.md, "
               "writer-role-in-vss-incremental-and-differential-backups.md",
     .cause = "Data moved to another volume after Identify; that volume is not copied.",
     .next_step = "Ask IsPathAffected in PostSnapshot before adding files.",
     .fails_on = VSSLAB_EX_INCR("VSS_BT_INCREMENTAL", "66", VSSLAB_EX_PARTIAL("Q:\\New", "a.dat")),
     .passes_on =
         VSSLAB_EX_INCR("VSS_BT_INCREMENTAL", "66", VSSLAB_EX_PARTIAL("C:\\New", "a.dat"))},
    check_new_files_in_set};

}  // namespace

RuleSpan writer_incremental_rules() {
  static constexpr const Rule* kRules[] = {&kStampStored, &kDifferencedSchema, &kOneWay,
                                           &kDifferencedOverlap, &kNewFilesInSet};
  return kRules;
}

}  // namespace vsslab::rules
