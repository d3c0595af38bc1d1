// Metadata: dependencies (spec: rules 5.4, VSSM-DEP).
#include <fmt/format.h>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::Component;
using metadata::Dependency;
using metadata::WriterMetadata;

template <class Look>
void for_each_dependency(const RunView& run, Findings& out, Look look) {
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        for (const Component& component : document.components) {
          for (const Dependency& dependency : component.dependencies) {
            look(document, component, dependency, part.metadata->seq, verdicts);
          }
        }
      });
}

// X27: the computer is declared before the logical path and recognised before the name.
bool is_remote(const Dependency& dependency) {
  return dependency.logical_path.starts_with("\\\\") ||
         dependency.component_name.starts_with("\\\\");
}

// A dependency names a component of another writer; the same writer is not permitted. (On another
// computer the class may be the same.)
void check_other_writer(const RunView& run, Findings& out) {
  for_each_dependency(run, out,
                      [](const WriterMetadata& document, const Component& component,
                         const Dependency& dependency, Seq seq, Verdicts& verdicts) {
                        if (is_remote(dependency)) return;
                        verdicts.expect(
                            dependency.writer_id != document.identification.writer_id,
                            "a component of another writer",
                            fmt::format("{} depends on {} of its own writer",
                                        component_text(component), dependency.component_name),
                            {seq});
                      });
}

#define VSSLAB_EX_DEPENDS(writer, path)                                                     \
  VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'",                                \
                                     "<DEPENDENCY writerId='" writer "' logicalPath='" path \
                                     "' componentName='Master'/>"))
#define VSSLAB_EX_OTHER "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a"

constinit const Rule kOtherWriter{
    {.id = "VSSM-DEP-001",
     .slug = "depends-on-another-writer",
     .level = Level::must,
     .title = "A component depends on components of other writers only.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponentdependency.md",
     .cause = "Dependencies are used to group the writer's own components.",
     .next_step = "Use logical paths for that: a selectable component implies those below it.",
     .fails_on = VSSLAB_EX_DEPENDS("d61d61c8-d73a-4eee-8cdd-f6f9786b7124", ""),
     .passes_on = VSSLAB_EX_DEPENDS(VSSLAB_EX_OTHER, "")},
    check_other_writer};

// The depending component must exist (VSS_E_OBJECT_NOT_FOUND).
void check_exists(const RunView& run, Findings& out) {
  check_building_call(run, out, {Ev::add_component_dependency}, {hr::object_not_found},
                      "AddComponentDependency for a component that was added before");
}

constinit const Rule kExists{
    {.id = "VSSM-DEP-002",
     .slug = "dependent-component-exists",
     .level = Level::must,
     .title = "A dependency is added to a component that the writer has added.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponentdependency.md",
     .cause = "The component is not there yet, or has another logical path.",
     .next_step = "Call AddComponent first and pass the same logical path and name.",
     .fails_on = "1 W1 AddComponentDependency component=Data hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_exists};

// "\\computer" or "\\computer\rest": a name or an address behind two backslashes.
bool names_computer(std::string_view text) {
  const std::string_view rest = text.substr(2);
  const std::string_view computer = rest.substr(0, rest.find('\\'));
  return !computer.empty() && computer.find_first_of(" /") == std::string_view::npos;
}

// A remote dependency prefixes two backslashes, computer name or IP and a backslash to the logical
// path; clusters use the virtual name.
void check_remote(const RunView& run, Findings& out) {
  for_each_dependency(
      run, out,
      [](const WriterMetadata&, const Component& component, const Dependency& dependency, Seq seq,
         Verdicts& verdicts) {
        if (!is_remote(dependency)) return;
        const std::string& text = dependency.logical_path.starts_with("\\\\")
                                      ? dependency.logical_path
                                      : dependency.component_name;
        verdicts.expect(names_computer(text), "two backslashes and the name of a computer",
                        fmt::format("'{}' in a dependency of {}", text, component_text(component)),
                        {seq});
      });
}

constinit const Rule kRemote{
    {.id = "VSSM-DEP-003",
     .slug = "remote-dependency-names-computer",
     .level = Level::must,
     .title = "A remote dependency names the computer after two backslashes.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addcomponentdependency.md, "
               "dependencies-between-components-managed-by-different-writers.md",
     .cause = "The computer's name was empty.",
     .next_step = "Pass \\\\computer\\path as the logical path; in a cluster the virtual name.",
     .fails_on = VSSLAB_EX_DEPENDS(VSSLAB_EX_OTHER, "\\\\\\\\"),
     .passes_on = VSSLAB_EX_DEPENDS(VSSLAB_EX_OTHER, "\\\\\\\\server\\\\Data")},
    check_remote};

constexpr const Rule* kRules[] = {&kOtherWriter, &kExists, &kRemote};

}  // namespace

RuleSpan metadata_dependencies_rules() { return kRules; }

}  // namespace vsslab::rules
