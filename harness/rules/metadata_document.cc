// Metadata: the Writer Metadata Document as a whole (spec: rules 5.1).
#include <fmt/format.h>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::RestoreMethodType;
using metadata::WriterMetadata;
using metadata::WriterRestore;

Seq seq_of(const Participation& part) { return part.metadata->seq; }

// It states writer name, class id, instance id, usage type and source type. (The types are what
// VSSW-INIT-003 judges.)
void check_identified(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    if (part.metadata == nullptr || part.metadata->document < 0) continue;
    Verdicts verdicts(out, run.writer(part).name);
    const WriterMetadata* document = document_of(run, part);
    if (document == nullptr) {
      verdicts.fail("a document that reads", "it does not", {seq_of(part)});
      continue;
    }
    if (document->fragment) continue;
    const metadata::Identification& id = document->identification;
    verdicts.expect(!id.friendly_name.empty(), "a writer name", "there is none", {seq_of(part)});
    verdicts.expect(!id.writer_id.is_null(), "a writer class id", "it is GUID_NULL",
                    {seq_of(part)});
    verdicts.expect(!id.instance_id.is_null(), "a writer instance id", "it is GUID_NULL",
                    {seq_of(part)});
  }
}

constinit const Rule kIdentified{
    {.id = "VSSM-WMD-002",
     .slug = "document-identifies-writer",
     .level = Level::must,
     .title = "A Writer Metadata Document names its writer, the writer's class and its instance.",
     .source = "writer-metadata-document-contents.md",
     .cause = "An empty name or class id was handed to Initialize.",
     .next_step = "Give CVssWriter::Initialize the writer's class id and a name.",
     .fails_on = VSSLAB_EX_WMD("",
                               "<IDENTIFICATION "
                               "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "
                               "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "
                               "friendlyName='' usage='USER_DATA' dataSource='OTHER'/>"),
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_identified};

// It has exactly one restore method, writer-wide. (A writer without components has nothing to
// restore and needs none, as Windows' own BITS and Shadow Copy Optimization writers show. Two do
// not read as one document.)
void check_restore_method(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.fragment || document.components.empty()) return;
        verdicts.expect(document.restore_method.has_value(), "a restore method", "there is none",
                        {seq_of(part)});
      });
}

constinit const Rule kRestoreMethod{
    {.id = "VSSM-WMD-003",
     .slug = "one-restore-method",
     .level = Level::must,
     .title = "A writer with components has one restore method.",
     .source = "setting-vss-restore-methods.md, "
               "nf-vswriter-ivsscreatewritermetadata-setrestoremethod.md",
     .cause = "SetRestoreMethod was left out.",
     .next_step = "Call SetRestoreMethod once in OnIdentify.",
     .fails_on = VSSLAB_EX_WMD("", VSSLAB_EX_IDENTIFICATION "<BACKUP_LOCATIONS>" VSSLAB_EX_GROUP(
                                       "componentName='Data'", "") "</BACKUP_LOCATIONS>"),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", ""))},
    check_restore_method};

// Method UNDEFINED and writerRestore UNDEFINED are writer errors.
void check_defined(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (!document.restore_method) return;
        verdicts.expect(document.restore_method->method != RestoreMethodType::undefined,
                        "a restore method other than VSS_RME_UNDEFINED", "it is undefined",
                        {seq_of(part)});
        verdicts.expect(document.restore_method->writer_restore != WriterRestore::undefined,
                        "a writerRestore other than VSS_WRE_UNDEFINED", "it is undefined",
                        {seq_of(part)});
      });
}

constinit const Rule kDefined{
    {.id = "VSSM-WMD-004",
     .slug = "restore-method-defined",
     .level = Level::must,
     .title = "Restore method and writer participation in restore are never undefined.",
     .source = "setting-vss-restore-methods.md, ne-vswriter-vss_writerrestore_enum.md",
     .cause = "A variable that was never set.",
     .next_step = "Pass a member of each enumeration other than the first.",
     .fails_on = VSSLAB_EX_WMD("", VSSLAB_EX_IDENTIFICATION
                               "<RESTORE_METHOD method='UNDEFINED' writerRestore='never' "
                               "rebootRequired='no'/>"),
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_defined};

// A service name is given if and only if the method is STOP_RESTORE_START or RESTORE_STOP_START;
// the user-procedure field is empty.
void check_service(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (!document.restore_method) return;
        const metadata::RestoreMethod& method = *document.restore_method;
        const bool stops = method.method == RestoreMethodType::stop_restore_start ||
                           method.method == RestoreMethodType::restore_stop_start;
        verdicts.expect(stops != method.service.empty(),
                        stops ? "the name of the service to be stopped" : "no name of a service",
                        method.service.empty() ? "there is none" : "'" + method.service + "'",
                        {seq_of(part)});
        verdicts.expect(method.user_procedure.empty(), "no user procedure",
                        "'" + method.user_procedure + "'", {seq_of(part)});
      });
}

constinit const Rule kService{
    {.id = "VSSM-WMD-005",
     .slug = "service-when-stopped",
     .level = Level::must,
     .title = "A restore method names a service exactly when it stops one, and no user procedure.",
     .source = "nf-vswriter-ivsscreatewritermetadata-setrestoremethod.md",
     .cause = "The argument belongs to another restore method.",
     .next_step = "Name the service for STOP_RESTORE_START and RESTORE_STOP_START, else pass NULL.",
     .fails_on = VSSLAB_EX_WMD("", VSSLAB_EX_IDENTIFICATION
                               "<RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' "
                               "service='Spooler' writerRestore='never' rebootRequired='no'/>"),
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_service};

// It has at least one component. (A writer that only keeps files out of backups has none, as
// Windows' own BITS and Shadow Copy Optimization writers show: it does not apply.)
void check_component(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        const bool only_excludes =
            document.components.empty() &&
            (!document.exclude_files.empty() || !document.exclude_files_from_snapshot.empty());
        if (only_excludes) return;
        verdicts.expect(!document.components.empty(), "a component", "there is none",
                        {seq_of(part)});
      });
}

constinit const Rule kComponent{
    {.id = "VSSM-WMD-006",
     .slug = "has-a-component",
     .level = Level::should,
     .title = "A writer has at least one component.",
     .source = "overview-of-backup-initialization.md",
     .cause = "AddComponent failed, or its data were not found.",
     .next_step = "Check the results of AddComponent in OnIdentify.",
     .fails_on = VSSLAB_EX_WMD_WITH(""),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", ""))},
    check_component};

// Include-file lists are no longer supported (Server 2003 on).
void check_no_include(const RunView& run, Findings& out) {
  check_building_call(run, out, {Ev::add_include_files},
                      {hr::not_impl, hr::bad_state, hr::invalid_arg, hr::not_supported},
                      "file sets of components instead of include lists");
}

constinit const Rule kNoInclude{
    {.id = "VSSM-WMD-009",
     .slug = "no-include-lists",
     .level = Level::must,
     .title = "A writer does not use include-file lists.",
     .source = "functionality-removed-from-the-current-release.md",
     .cause = "Code from the time of Windows XP.",
     .next_step = "Add the files to a component with AddFilesToFileGroup.",
     .fails_on = "1 W1 AddIncludeFiles hr=E_NOTIMPL",
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_no_include};

constexpr const Rule* kRules[] = {&kIdentified, &kRestoreMethod, &kDefined,
                                  &kService,    &kComponent,     &kNoInclude};

}  // namespace

RuleSpan metadata_document_rules() { return kRules; }

}  // namespace vsslab::rules
