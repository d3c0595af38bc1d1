// VSSW-IDENT: what a writer does in Identify, and the document that comes out of it.
#include <fmt/format.h>

#include <algorithm>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// What of the document is no live fact: the writer's identity, its restore method, its schema.
std::string first_difference(const metadata::WriterMetadata& a, const metadata::WriterMetadata& b) {
  const metadata::Identification &x = a.identification, &y = b.identification;
  if (x.writer_id != y.writer_id) return "writer id";
  if (x.friendly_name != y.friendly_name) return "friendly name";
  if (x.usage != y.usage) return "usage";
  if (x.data_source != y.data_source) return "data source";
  if (a.backup_schema != b.backup_schema) return "backup schema";
  if (a.restore_method.has_value() != b.restore_method.has_value()) return "restore method";
  if (a.restore_method && (a.restore_method->method != b.restore_method->method ||
                           a.restore_method->writer_restore != b.restore_method->writer_restore)) {
    return "restore method";
  }
  return {};
}

// Identify builds the document by the same steps every time: two documents of one running writer
// differ at most in live facts.
void check_same_document(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    if (writer.sessions.size() < 2) continue;
    const Event* first = nullptr;
    for (const std::uint32_t index : writer.sessions) {
      const Event* event = run.participations()[index].metadata;
      if (event == nullptr || run.writer_metadata(event->document) == nullptr) continue;
      if (first == nullptr) {
        first = event;
        continue;
      }
      const std::string difference = first_difference(*run.writer_metadata(first->document),
                                                      *run.writer_metadata(event->document));
      verdicts.expect(difference.empty(), "the same identity, restore method and schema each time",
                      "another " + difference, {first->seq, event->seq});
    }
  }
}

constexpr Rule kSameDocument{
    {.id = "VSSW-IDENT-001",
     .slug = "same-document-each-time",
     .level = Level::must,
     .title = "A writer's documents of one run agree on identity, restore method and schema.",
     .source = "overview-of-backup-initialization.md, overview-of-restore-initialization.md",
     .cause = "Identify depends on state that an operation left behind.",
     .next_step = "Build the document from configuration and live facts alone.",
     .fails_on =
         "1 s1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><BACKUP_LOCATIONS/></WRITER_METADATA>\"\n"
         "2 s2 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='b' usage='USER_DATA' "
         "dataSource='OTHER'/><BACKUP_LOCATIONS/></WRITER_METADATA>\"",
     .passes_on =
         "1 s1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><BACKUP_LOCATIONS/></WRITER_METADATA>\"\n"
         "2 s2 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><BACKUP_LOCATIONS/></WRITER_METADATA>\""},
    check_same_document};

// A writer must set a restore method. One that names no components has nothing to restore: real
// ones of that kind (Shadow Copy Optimization, BITS) set none.
void check_restore_method(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const auto* document = document_of(run, part);
    if (document == nullptr || document->components.empty()) continue;
    verdicts.expect(document->restore_method.has_value(), "SetRestoreMethod in Identify",
                    fmt::format("{} components and no restore method", document->components.size()),
                    {part.metadata->seq});
  }
}

constexpr Rule kRestoreMethodSet{
    {.id = "VSSW-IDENT-005",
     .slug = "restore-method-is-set",
     .level = Level::must,
     .title = "A writer that names components sets a restore method.",
     .source = "overview-of-backup-initialization.md, writer-metadata-document-life-cycle.md",
     .cause = "Identify does not call SetRestoreMethod, or the call failed and went unnoticed.",
     .next_step = "Call SetRestoreMethod in Identify and look at its result.",
     .fails_on = "1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
                 "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
                 "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
                 "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' "
                 "usage='USER_DATA' dataSource='OTHER'/><BACKUP_LOCATIONS><FILE_GROUP "
                 "componentName='c' restoreMetadata='no' notifyOnBackupComplete='no' "
                 "selectable='yes' selectableForRestore='no' componentFlags='0'/>"
                 "</BACKUP_LOCATIONS></WRITER_METADATA>\"",
     .passes_on = "1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
                  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
                  "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
                  "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' "
                  "usage='USER_DATA' dataSource='OTHER'/><BACKUP_LOCATIONS><FILE_GROUP "
                  "componentName='c' restoreMetadata='no' notifyOnBackupComplete='no' "
                  "selectable='yes' selectableForRestore='no' componentFlags='0'/>"
                  "</BACKUP_LOCATIONS><RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' "
                  "writerRestore='never' rebootRequired='no'/></WRITER_METADATA>\""},
    check_restore_method};

bool builds_metadata(Ev name) {
  switch (name) {
    case Ev::set_restore_method:
    case Ev::add_component:
    case Ev::add_files_to_file_group:
    case Ev::add_database_files:
    case Ev::add_database_log_files:
    case Ev::add_alternate_location_mapping:
    case Ev::add_component_dependency:
    case Ev::add_exclude_files:
    case Ev::add_exclude_files_from_snapshot:
    case Ev::set_backup_schema:
      return true;
    default:
      return false;
  }
}

// IVssCreateWriterMetadata belongs to VSS: the writer does not use it after Identify.
void check_metadata_not_kept(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    if (writer.calls.has(Ev::identify)) verdicts.saw();
    for (const Call* call : writer.calls) {
      if (!builds_metadata(call->name) || made_in(run, *call) == Ev::identify) continue;
      // On an express writer's metadata, which is its program's own.
      if (run.arg(*call, "writer_id")) continue;
      verdicts.fail("IVssCreateWriterMetadata is used in Identify alone",
                    fmt::format("{} outside of it", mention(run, *call)), {call->seq()});
    }
  }
}

constexpr Rule kMetadataNotKept{
    {.id = "VSSW-IDENT-007",
     .slug = "metadata-object-not-kept",
     .level = Level::must,
     .title = "A writer does not use the IVssCreateWriterMetadata object after Identify.",
     .source = "nf-vswriter-cvsswriter-onidentify.md",
     .cause = "The pointer was stored in a member and used in a later handler.",
     .next_step = "Build the whole document in Identify; keep no pointer to it.",
     .fails_on = "1 W1 Identify enter  2 W1 Identify leave ret=true\n"
                 "3 W1 PrepareForBackup enter  4 W1 AddComponent component=a hr=VSS_E_BAD_STATE\n"
                 "5 W1 PrepareForBackup leave ret=true",
     .passes_on = "1 W1 Identify enter  1 W1 AddComponent component=a hr=E_INVALIDARG\n"
                  "2 W1 Identify leave ret=true\n"
                  "3 W1 SetBackupSchema writer_id=a hr=VSS_E_NOT_SUPPORTED schema=0x00000002"},
    check_metadata_not_kept};

}  // namespace

RuleSpan writer_ident_rules() {
  static constexpr const Rule* kRules[] = {&kSameDocument, &kRestoreMethodSet, &kMetadataNotKept};
  return kRules;
}

}  // namespace vsslab::rules
