// Metadata: components (spec: rules 5.2).
#include <fmt/format.h>

#include <map>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::Component;
using metadata::WriterMetadata;

constexpr std::uint32_t kComponentFlags = 0x7;

template <class Good>
void check_components(const RunView& run, Findings& out, std::string_view expected, Good good) {
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        for (const Component& component : document.components) {
          const std::string fault = good(component);
          if (fault.empty()) {
            verdicts.saw();
          } else {
            verdicts.fail(std::string(expected), fault, {part.metadata->seq});
            return;
          }
        }
      });
}

// AddComponent calls of writers that were refused with a code.
template <class Match>
void fail_refused(const RunView& run, Findings& out, Hr code, std::string_view expected,
                  Match match) {
  for (const Call* call : run.all(Ev::add_component)) {
    if (call->kind != ActorKind::writer || !call->returned() || call->hr() != code) continue;
    if (!match(*call)) continue;
    out.fail({run.actor_name(*call),
              std::string(expected),
              fmt::format("{} of {}: {}", mention(run, *call),
                          component_text(run.arg(*call, "path").value_or(""),
                                         run.arg(*call, "component").value_or("")),
                          hresult_name(code)),
              {call->seq()}});
  }
}

// Type is database or file group; UNDEFINED is an error. (E_INVALIDARG for a component that has a
// name says that its type was wrong.)
void check_type(const RunView& run, Findings& out) {
  fail_refused(run, out, hr::invalid_arg, "a component of type database or file group",
               [&](const Call& call) { return !run.arg(call, "component").value_or("").empty(); });
  check_components(run, out, "a component of type database or file group",
                   [](const Component& component) {
                     return component.type == metadata::ComponentType::undefined
                                ? component_text(component) + " is of none"
                                : std::string();
                   });
}

constinit const Rule kType{
    {.id = "VSSM-COMP-001",
     .slug = "component-type",
     .level = Level::must,
     .title = "A component is a database or a file group.",
     .source = "component-types.md, ne-vswriter-vss_component_type.md",
     .cause = "VSS_CT_UNDEFINED was passed to AddComponent.",
     .next_step = "Pass VSS_CT_DATABASE or VSS_CT_FILEGROUP.",
     .fails_on = "1 W1 AddComponent component=Data hr=E_INVALIDARG",
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", "")),
     .consequences = "VSSM-FILE-006, VSSM-FILE-013, VSSM-DEP-002"},
    check_type};

// Name is not empty and has no backslash.
void check_name(const RunView& run, Findings& out) {
  fail_refused(run, out, hr::invalid_arg, "a component's name",
               [&](const Call& call) { return run.arg(call, "component").value_or("").empty(); });
  check_components(run, out, "a name without a backslash", [](const Component& component) {
    if (component.name.empty()) return std::string("a component has none");
    return component.name.find('\\') == std::string::npos ? std::string()
                                                          : "'" + component.name + "'";
  });
}

constinit const Rule kName{
    {.id = "VSSM-COMP-002",
     .slug = "component-name",
     .level = Level::must,
     .title = "A component has a name, and no backslash in it.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponent.md",
     .cause = "Logical path and name were passed in one.",
     .next_step = "Pass what stands before the last backslash as the logical path.",
     .fails_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='a\\\\b'", "")),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='b'", "")),
     .consequences = "VSSM-FILE-006, VSSM-FILE-013, VSSM-DEP-002"},
    check_name};

// Logical path plus name is unique over all instances of the class. (X15: the pair.)
void check_unique(const RunView& run, Findings& out) {
  fail_refused(run, out, hr::object_already_exists, "a pair of logical path and name used once",
               [](const Call&) { return true; });
  for (const Session& session : run.sessions()) {
    std::map<std::pair<Guid, std::string>, const Participation*> seen;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const WriterMetadata* document = document_of(run, part);
      if (document == nullptr) continue;
      Verdicts verdicts(out, run.writer(part).name);
      for (const Component& component : document->components) {
        verdicts.saw();
        const std::string text = component_text(component);
        const auto [entry, made] =
            seen.emplace(std::pair(document->identification.writer_id, text), &part);
        if (made) continue;
        verdicts.fail("a pair of logical path and name used once in the writer class",
                      text + " stands twice", {entry->second->metadata->seq, part.metadata->seq});
      }
    }
  }
}

constinit const Rule kUnique{
    {.id = "VSSM-COMP-003",
     .slug = "component-pair-unique",
     .level = Level::must,
     .title = "No two components of a writer class have the same logical path and name.",
     .source = "logical-pathing-of-components.md, "
               "nf-vswriter-ivsscreatewritermetadata-addcomponent.md",
     .cause = "Several instances describe the same data, or one adds it twice.",
     .next_step = "Put what tells the instances apart into the logical path.",
     .fails_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", "")
                                        VSSLAB_EX_GROUP("componentName='Data'", "")),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", "") VSSLAB_EX_GROUP(
         "logicalPath='Old' componentName='Data'", "")),
     .consequences = "VSSM-COMP-004"},
    check_unique};

// A duplicate pair is VSS_E_OBJECT_ALREADY_EXISTS.
void check_duplicate(const RunView& run, Findings& out) {
  fail_refused(run, out, hr::object_already_exists, "AddComponent for a pair not used before",
               [](const Call&) { return true; });
  ServiceVerdicts service(out);
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.components.empty()) return;
        verdicts.saw();
        if (run.writer(part).calls.empty()) return;  // the document was not built here
        std::map<std::string, int> seen;
        for (const Component& component : document.components) {
          if (++seen[component_text(component)] != 2) continue;
          service.fail("VSS_E_OBJECT_ALREADY_EXISTS for the second of a pair",
                       fmt::format("the document of {} holds {} twice", run.writer(part).name,
                                   component_text(component)),
                       {part.metadata->seq});
        }
      });
}

constinit const Rule kDuplicate{
    {.id = "VSSM-COMP-004",
     .slug = "duplicate-component-refused",
     .level = Level::must,
     .title = "A second component of the same logical path and name is not added: AddComponent "
              "answers VSS_E_OBJECT_ALREADY_EXISTS.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponent.md",
     .cause = "The same data are found twice.",
     .next_step = "Look for the pair before AddComponent.",
     .fails_on = "1 W1 AddComponent component=Data hr=VSS_E_OBJECT_ALREADY_EXISTS",
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", ""))},
    check_duplicate};

bool is_logical_path(std::string_view path) {
  return path.empty() || (path.front() != '\\' && path.back() != '\\' &&
                          path.find("\\\\") == std::string_view::npos);
}

// Logical path elements are split by backslash; the root is NULL/empty, not a backslash; any other
// character is allowed. (X44: no leading backslash.)
void check_path(const RunView& run, Findings& out) {
  check_components(run, out, "a logical path of elements split by single backslashes",
                   [](const Component& component) {
                     return is_logical_path(component.logical_path)
                                ? std::string()
                                : fmt::format("'{}' of {}", component.logical_path, component.name);
                   });
}

constinit const Rule kPath{
    {.id = "VSSM-COMP-005",
     .slug = "logical-path-form",
     .level = Level::must,
     .title = "A logical path neither begins nor ends with a backslash; that of the root is empty.",
     .source = "logical-pathing-of-components.md",
     .cause = "The path was built like a directory.",
     .next_step = "Pass NULL for the root and \"A\\B\" below it.",
     .fails_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("logicalPath='\\\\' componentName='Data'", "")),
     .passes_on =
         VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("logicalPath='A\\\\B' componentName='Data'", ""))},
    check_path};

// restoreMetadata and notifyOnBackupComplete are reserved and false. (X18: warn; SQL Server's
// writer sets the latter.)
void check_reserved(const RunView& run, Findings& out) {
  check_components(
      run, out, "restoreMetadata and notifyOnBackupComplete false", [](const Component& component) {
        if (component.restore_metadata) {
          return "restoreMetadata of " + component_text(component) + " is true";
        }
        return component.notify_on_backup_complete
                   ? "notifyOnBackupComplete of " + component_text(component) + " is true"
                   : std::string();
      });
}

constinit const Rule kReserved{
    {.id = "VSSM-COMP-010",
     .slug = "reserved-component-flags",
     .level = Level::should,
     .title = "restoreMetadata and notifyOnBackupComplete are false, for both are reserved.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponent.md, "
               "definition-of-components-by-writers.md",
     .cause = "An older sample sets them.",
     .next_step = "Pass false for both; writers get BackupComplete in any case.",
     .fails_on = VSSLAB_EX_WMD_WITH("<FILE_GROUP componentName='Data' restoreMetadata='no' "
                                    "notifyOnBackupComplete='yes' selectable='yes' "
                                    "selectableForRestore='no' componentFlags='0'/>"),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", ""))},
    check_reserved};

// Component flags are a subset of 0x7.
void check_flags(const RunView& run, Findings& out) {
  check_components(
      run, out, "component flags out of 0x1, 0x2 and 0x4", [](const Component& component) {
        return (component.flags & ~kComponentFlags) == 0
                   ? std::string()
                   : fmt::format("0x{:x} of {}", component.flags, component_text(component));
      });
}

constinit const Rule kFlags{
    {.id = "VSSM-COMP-013",
     .slug = "component-flags-known",
     .level = Level::must,
     .title = "A component has only flags that VSS_COMPONENT_FLAGS names.",
     .source = "ne-vswriter-vss_component_flags.md",
     .cause = "A mask of another enumeration was passed.",
     .next_step = "Use VSS_CF_BACKUP_RECOVERY, VSS_CF_APP_ROLLBACK_RECOVERY and "
                  "VSS_CF_NOT_SYSTEM_STATE only.",
     .fails_on = VSSLAB_EX_WMD_WITH("<FILE_GROUP componentName='Data' restoreMetadata='no' "
                                    "notifyOnBackupComplete='no' selectable='yes' "
                                    "selectableForRestore='no' componentFlags='16'/>"),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", ""))},
    check_flags};

constexpr const Rule* kRules[] = {&kType, &kName,     &kUnique, &kDuplicate,
                                  &kPath, &kReserved, &kFlags};

}  // namespace

RuleSpan metadata_components_rules() { return kRules; }

}  // namespace vsslab::rules
