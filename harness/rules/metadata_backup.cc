// Metadata: the Backup Components Document and its ranges (spec: rules 5.5).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "metadata/component_path.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::ComponentId;

const metadata::BackupComponents* final_document(const RunView& run, const Session& session,
                                                 Seq& seq) {
  const Call* call = session.service.last(Ev::backup_components);
  if (call == nullptr || call->enter->document < 0) return nullptr;
  seq = call->seq();
  return run.backup_components(call->enter->document);
}

// Only explicitly included components are in it, never implied ones.
void check_explicit(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    Seq seq = 0;
    const auto* document = session.restore ? nullptr : final_document(run, session, seq);
    if (document == nullptr) continue;
    // An object made from a stored document, as for an import, has that one's components.
    const Call* const made = session.calls.first_ok(Ev::initialize_for_backup);
    if (made != nullptr && run.arg_is(*made, "document", "yes")) continue;
    std::multiset<ComponentId> added;  // two instances of one class have the same components
    bool known = true;
    for (const Added& one : added_components(run, session)) {
      const auto id = Guid::parse(one.writer_id);
      known &= id.has_value();
      if (id) added.insert({*id, {std::string(one.path), std::string(one.name)}});
    }
    if (!known) continue;
    for (const metadata::WriterComponents& writer : document->writers) {
      for (const metadata::ComponentEntry& entry : writer.components) {
        const ComponentId id{writer.writer_id, {entry.logical_path, entry.name}};
        const auto one = added.find(id);
        const bool asked_for = one != added.end();
        if (asked_for) added.erase(one);
        service.expect(
            asked_for, "components that AddComponent took",
            fmt::format("{} of {} was not added", component_text(entry.logical_path, entry.name),
                        writer.writer_id.to_string()),
            {seq});
      }
    }
    for (const ComponentId& lost : added) {
      service.fail("every component that AddComponent took",
                   fmt::format("{} of {} is not in the document",
                               component_text(lost.key.logical_path, lost.key.name),
                               lost.writer_id.to_string()),
                   {seq});
    }
  }
}

#define VSSLAB_EX_BCD(name, inside)                                                      \
  "0 R InitializeForBackup  1 R GatherWriterMetadata  2 R AddComponent "                 \
  "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 component=Data\n9 C BackupComponents " \
  "doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' version='1.2' "       \
  "bootableSystemStateBackup='no' selectComponents='yes' backupType='full' "             \
  "partialFileSupport='no'><WRITER_COMPONENTS "                                          \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                   \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' backupSchema='0'><COMPONENT "         \
  "componentName='" name "' componentType='filegroup'>" inside                           \
  "</COMPONENT></WRITER_COMPONENTS></BACKUP_COMPONENTS>\""

constinit const Rule kExplicit{
    {.id = "VSSM-BCD-001",
     .slug = "explicit-components-only",
     .level = Level::must,
     .title = "The Backup Components Document holds exactly the components that were added.",
     .source = "backup-components-document-contents.md",
     .cause = "The service added implied components, or lost one.",
     .next_step = "Compare the document with the AddComponent calls.",
     .fails_on = VSSLAB_EX_BCD("Other", ""),
     .passes_on = VSSLAB_EX_BCD("Data", "")},
    check_explicit};

bool has_file_set(const metadata::Kept* kept) {
  if (kept == nullptr) return false;
  for (const xml::Tree& node : kept->nodes) {
    if (node.name == "FILE_LIST" || node.name == "DATABASE_FILES" ||
        node.name == "DATABASE_LOGFILES") {
      return true;
    }
  }
  return false;
}

// It holds no file sets.
void check_no_files(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    Seq seq = 0;
    const auto* document = final_document(run, session, seq);
    if (document == nullptr) continue;
    service.saw();
    for (const metadata::WriterComponents& writer : document->writers) {
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (!has_file_set(entry.kept.get())) continue;
        service.fail("no file sets in the Backup Components Document",
                     component_text(entry.logical_path, entry.name) + " has one", {seq});
      }
    }
  }
}

constinit const Rule kNoFiles{
    {.id = "VSSM-BCD-002",
     .slug = "no-file-sets-in-backup-document",
     .level = Level::must,
     .title = "The Backup Components Document holds no file sets.",
     .source = "vss-metadata-components.md",
     .cause = "The service copied them from the Writer Metadata Document.",
     .next_step = "Read file sets from the writer's own document.",
     .fails_on = VSSLAB_EX_BCD("Data", VSSLAB_EX_FILES("C:\\\\Data", "a.dat")),
     .passes_on = VSSLAB_EX_BCD("Data", "")},
    check_no_files};

bool is_setter(Ev name) {
  switch (name) {
    case Ev::set_backup_metadata:
    case Ev::set_backup_stamp:
    case Ev::set_restore_metadata:
    case Ev::add_partial_file:
    case Ev::add_differenced_files_by_last_modify_time:
    case Ev::add_differenced_files_by_last_modify_lsn:
    case Ev::set_restore_target:
    case Ev::add_directed_target:
    case Ev::set_prepare_for_backup_failure_msg:
    case Ev::set_post_snapshot_failure_msg:
    case Ev::set_pre_restore_failure_msg:
    case Ev::set_post_restore_failure_msg:
      return true;
    default:
      return false;
  }
}

// Writers can change it until PostSnapshot ends (backup) and until PostRestore (restore); it is
// read-only from BackupComplete and PostRestore. (X04; X05: the failure message of PostRestore is
// accepted.)
void check_read_only(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    if (part.calls.has(Ev::backup_complete) || part.calls.has(Ev::post_restore)) verdicts.saw();
    for (const Call* call : part.calls) {
      if (!is_setter(call->name)) continue;
      const Call* around = run.handler_around(*call);
      if (around == nullptr) continue;
      const bool closed_for =
          around->name == Ev::backup_complete ||
          (around->name == Ev::post_restore && call->name != Ev::set_post_restore_failure_msg);
      if (!closed_for) continue;
      verdicts.fail("the component is only read in " + std::string(event_name(around->name)),
                    mention(run, *call), {around->seq(), call->seq()});
      if (call->returned()) {
        service.expect(call->refused(), "the call is refused, for the document is read-only",
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      }
    }
  }
}

constinit const Rule kReadOnly{
    {.id = "VSSM-BCD-004",
     .slug = "read-only-from-backup-complete",
     .level = Level::must,
     .title = "A writer changes its components no more in BackupComplete and PostRestore, and VSS "
              "refuses it.",
     .source =
         "backup-components-document-life-cycle.md, "
         "nf-vswriter-cvsswriter-onbackupcomplete.md, nf-vswriter-cvsswriter-onpostrestore.md",
     .cause = "Stamps or metadata are set when the backup is known to be good.",
     .next_step = "Set them in PostSnapshot.",
     .fails_on = "1 W1 BackupComplete enter  1 W1 SetBackupStamp in=BackupComplete "
                 "hr=VSS_E_BAD_STATE  1 W1 BackupComplete leave ret=true",
     .passes_on = "1 W1 BackupComplete enter  1 W1 BackupComplete leave ret=true"},
    check_read_only};

bool is_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    return !text.empty() && text.size() <= 16 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  }
  return !text.empty() && text.size() <= 20 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "offset:length" pairs parted by commas; or the full path of a ranges file (X28: also after
// "File=").
bool are_ranges(std::string_view text) {
  if (text.starts_with("File=")) text.remove_prefix(5);
  if (metadata::volume_root(text)) return true;
  std::size_t ranges = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view range = text.substr(0, comma);
    while (range.starts_with(' ')) range.remove_prefix(1);
    while (range.ends_with(' ')) range.remove_suffix(1);
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos || !is_number(range.substr(0, colon)) ||
        !is_number(range.substr(colon + 1))) {
      return false;
    }
    ++ranges;
    if (comma == std::string_view::npos) return ranges > 0;
    text.remove_prefix(comma + 1);
  }
}

template <class Good>
void check_partial_files(const RunView& run, Findings& out, std::string_view key,
                         std::string_view expected, Good good) {
  for (const Call* call : run.all(Ev::add_partial_file)) {
    if (call->kind != ActorKind::writer) continue;
    const auto value = run.arg(*call, key);
    if (!value) continue;
    const std::string name(run.actor_name(*call));
    if (good(*value)) {
      out.pass(name);
    } else {
      out.fail({name,
                std::string(expected),
                fmt::format("{}: '{}'", mention(run, *call), *value),
                {call->seq()}});
    }
  }
}

// Ranges are "offset:length" pairs parted by commas, 64-bit, decimal or hex; or the full path of a
// ranges file (one page adds a "File=" prefix).
void check_ranges(const RunView& run, Findings& out) {
  check_partial_files(run, out, "ranges", "offset:length pairs, or the path of a ranges file",
                      are_ranges);
}

constinit const Rule kRanges{
    {.id = "VSSM-RANGE-001",
     .slug = "ranges-grammar",
     .level = Level::must,
     .title = "The ranges of a partial file are offset:length pairs, or the path of a ranges file.",
     .source = "nf-vswriter-ivsscomponent-addpartialfile.md, "
               "requestor-role-in-backing-up-complex-stores.md",
     .cause = "Ranges were written as begin and end, or with a unit.",
     .next_step = "Write 64-bit numbers, decimal or 0x…, as offset:length parted by commas.",
     .fails_on = "1 W1 AddPartialFile filename=a.dat ranges=0-4096",
     .passes_on = "1 W1 AddPartialFile filename=a.dat ranges=0:4096,0x2000:512"},
    check_ranges};

// File names in partial and directed entries have no wildcards.
void check_plain_name(const RunView& run, Findings& out) {
  check_partial_files(run, out, "filename", "a file name without wildcards",
                      [](std::string_view name) {
                        return !name.empty() && name.find_first_of("*?") == std::string_view::npos;
                      });
}

constinit const Rule kPlainName{{.id = "VSSM-RANGE-004",
                                 .slug = "partial-file-named",
                                 .level = Level::must,
                                 .title = "A partial file is one file: its name has no wildcard.",
                                 .source = "nf-vswriter-ivsscomponent-addpartialfile.md",
                                 .cause = "The file spec of the component was passed on.",
                                 .next_step = "Call AddPartialFile for each file.",
                                 .fails_on = "1 W1 AddPartialFile filename=*.dat ranges=0:4096",
                                 .passes_on = "1 W1 AddPartialFile filename=a.dat ranges=0:4096"},
                                check_plain_name};

constexpr const Rule* kRules[] = {&kExplicit, &kNoFiles, &kReadOnly, &kRanges, &kPlainName};

}  // namespace

RuleSpan metadata_backup_rules() { return kRules; }

}  // namespace vsslab::rules
