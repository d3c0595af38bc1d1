// VShadow's -r and -rs.
#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/shadow_client.h"

namespace vsslab::requester {

void ShadowClient::select_for_restore(const Names& excluded, const Names& included) {
  line("Initializing writer components for restore ...");
  check(read_restorable(
            *vss_.get(), writers_,
            [&](const VSS_ID& id) {
              line(fmt::format("- Writer with ID {} is not present in the system! Ignoring ...",
                               braced(id)));
            },
            restorable_),
        "m_pVssObject->GetWriterComponents");
  for (const ShownWriter& writer : restorable_) {
    line(
        fmt::format("- Writer {} is present in the Backup Components document and on the system. "
                    "Considering for restore ...",
                    writer.name));
    for (const ShownComponent& component : writer.components) {
      line(fmt::format("- Found component available for restore: \"{}\"", component.full));
    }
  }
  exclude_named(excluded, restorable_);
  line("Exclude writers that do not support restore events ...");
  for (ShownWriter& writer : restorable_) {
    if (writer.excluded || writer.supports_restore()) continue;
    line(fmt::format("- Excluding writer '{}' since it does not support restore events.",
                     writer.name));
    writer.excluded = true;
  }
  verify_included(included, restorable_);
  line("Select components for restore...");
  for (ShownWriter& writer : restorable_) {
    for (ShownComponent& component : writer.components) {
      component.included = !writer.excluded && !component.excluded;
    }
  }
  each_included([&](ShownWriter& writer, ShownComponent& component) {
    line(fmt::format("   - Select component {}", component.full));
    check(
        vss_.get()->SetSelectedForRestore(writer.id, component.type, or_null(wide(component.path)),
                                          wide(component.name).c_str(), true),
        "m_pVssObject->SetSelectedForRestore");
  });
}

void ShadowClient::restore(const std::string& command) {
  const auto post_restore = [&](VSS_FILE_RESTORE_STATUS status) {
    line("Set restore status for all components components for restore...");
    each_included([&](ShownWriter& writer, ShownComponent& component) {
      line(fmt::format("   - Select component {}", component.full));
      check(
          vss_.get()->SetFileRestoreStatus(writer.id, component.type, or_null(wide(component.path)),
                                           wide(component.name).c_str(), status),
          "m_pVssObject->SetFileRestoreStatus");
    });
    line("\nSending the PostRestore event ... \n");
    wait("PostRestore", [&](IVssAsync** out) { return vss_.get()->PostRestore(out); });
  };
  line("\nSending the PreRestore event ... \n");
  wait("PreRestore", [&](IVssAsync** out) { return vss_.get()->PreRestore(out); });
  try {
    check_status();
    if (!command.empty()) execute(command);
  } catch (const ToolFailed&) {
    post_restore(VSS_RS_NONE);
    throw;
  }
  post_restore(VSS_RS_ALL);
  check_status();
  line("\nRestore done.");
}

}  // namespace vsslab::requester
