// VShadow's -wm, -wm2, -wm3, -ws.
#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/shadow_client.h"

namespace vsslab::requester {

void ShadowClient::gather_metadata(bool with_xml) {
  line("(Gathering writer metadata...)");
  wait("GatherWriterMetadata",
       [&](IVssAsync** out) { return vss_.get()->GatherWriterMetadata(out); });
  line("Initialize writer metadata ...");
  check(read_shown_writers(*vss_.get(), with_xml, writers_), "m_pVssObject->GetWriterMetadata");
}

void ShadowClient::print_metadata_xml() {
  gather_metadata(true);
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    line(fmt::format("\n--[Writer {}]--\n{}", i, writers_[i].xml));
  }
  line("--[end of data]--");
}

void ShadowClient::gather_status() {
  wait("GatherWriterStatus", [&](IVssAsync** out) { return vss_.get()->GatherWriterStatus(out); });
}

void ShadowClient::list_metadata(bool detailed) {
  line("Listing writer metadata ...");
  for (const ShownWriter& writer : writers_) print_writer(writer, detailed);
}

void ShadowClient::print_files(const ShownFiles& files, std::string_view indent) {
  std::string text = fmt::format("{}- {}: Path = {}, Filespec = {}", indent, files.kind, files.path,
                                 files.filespec);
  if (files.recursive) text += ", Recursive";
  if (!files.alternate.empty()) text += ", Alternate Location = " + files.alternate;
  line(text);
}

void ShadowClient::print_writer(const ShownWriter& writer, bool detailed) {
  const auto truth = [](bool value) { return value ? "TRUE" : "FALSE"; };
  line(fmt::format(
      "\n* WRITER \"{}\"\n"
      "    - WriterId   = {}\n"
      "    - InstanceId = {}\n"
      "    - Supports restore events = {}\n"
      "    - Writer restore conditions = {}\n"
      "    - Restore method = {}\n"
      "    - Requires reboot after restore = {}\n",
      writer.name, braced(writer.id), braced(writer.instance), truth(writer.supports_restore()),
      word_of(writer.conditions), word_of(writer.method), truth(writer.reboot)));
  line("    - Excluded files:");
  for (const ShownFiles& files : writer.excludes) print_files(files, "       ");
  for (const ShownComponent& component : writer.components) {
    print_component(writer, component, detailed);
  }
}

void ShadowClient::print_component(const ShownWriter& writer, const ShownComponent& component,
                                   bool detailed) {
  const auto truth = [](bool value) { return value ? "TRUE" : "FALSE"; };
  line(fmt::format(
      "    - Component \"{}:{}\"\n"
      "       - Name: '{}'\n"
      "       - Logical Path: '{}'\n"
      "       - Full Path: '{}'\n"
      "       - Caption: '{}'\n"
      "       - Type: {} [{}]\n"
      "       - Is Selectable: '{}'\n"
      "       - Is top level: '{}'\n"
      "       - Notify on backup complete: '{}'",
      writer.name, component.full, component.name, component.path, component.full,
      component.caption, word_of(component.type), static_cast<int>(component.type),
      truth(component.selectable), truth(component.top_level), truth(component.notify)));
  if (detailed) {
    line("       - Components:");
    for (const ShownFiles& files : component.files) print_files(files, "         ");
  }
  line("       - Affected paths by this component:");
  for (const std::string& path : component.paths) line("         - " + path);
  line("       - Affected volumes by this component:");
  for (const std::string& volume : component.volumes) line("         - " + shown_volume(volume));
  line("       - Component Dependencies:");
  for (const ShownDependency& on : component.dependencies) {
    line(fmt::format("         - Dependency to \"{}:{}{}\"", braced(on.writer),
                     on.path.empty() ? "" : "\\" + on.path, "\\" + on.name));
  }
}

void ShadowClient::list_status() {
  line("Listing writer status ...");
  UINT count = 0;
  check(vss_.get()->GetWriterStatusCount(&count), "m_pVssObject->GetWriterStatusCount(&cWriters)");
  line(fmt::format("- Number of writers that responded: {}", count));
  for (UINT i = 0; i < count; ++i) {
    VSS_ID instance{};
    VSS_ID id{};
    BSTR name = NULL;
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    HRESULT failure = S_OK;
    check(vss_.get()->GetWriterStatus(i, &instance, &id, &name, &state, &failure),
          "m_pVssObject->GetWriterStatus");
    line(fmt::format(
        "\n* WRITER \"{}\"\n"
        "   - Status: {} ({})\n"
        "   - Writer Failure code: 0x{:08x} ({})\n"
        "   - Writer ID: {}\n"
        "   - Instance ID: {}\n",
        take(name), static_cast<int>(state), word_of(state), static_cast<std::uint32_t>(failure),
        hresult_name(failure), braced(id), braced(instance)));
  }
}

// After each phase: a writer that takes part and failed ends the operation.
void ShadowClient::check_status() {
  if ((context_ & VSS_VOLSNAP_ATTR_NO_WRITERS) != 0) return;
  gather_status();
  UINT count = 0;
  check(vss_.get()->GetWriterStatusCount(&count), "m_pVssObject->GetWriterStatusCount(&cWriters)");
  bool any = false;
  for (UINT i = 0; i < count; ++i) {
    VSS_ID instance{};
    VSS_ID id{};
    BSTR text = NULL;
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    HRESULT failure = S_OK;
    check(vss_.get()->GetWriterStatus(i, &instance, &id, &text, &state, &failure),
          "m_pVssObject->GetWriterStatus");
    const std::string name = take(text);
    bool selected = false;
    for (const auto* list : {&writers_, &restorable_}) {
      for (const ShownWriter& writer : *list) {
        if (!IsEqualGUID(writer.instance, instance)) continue;
        for (const ShownComponent& component : writer.components) selected |= component.included;
      }
    }
    if (!selected || state < VSS_WS_FAILED_AT_IDENTIFY) continue;
    any = true;
    line(fmt::format(
        "\nERROR: Selected writer '{}' is in failed state!\n"
        "   - Status: {} ({})\n"
        "   - Writer Failure code: 0x{:08x} ({})\n"
        "   - Writer ID: {}\n"
        "   - Instance ID: {}\n",
        name, static_cast<int>(state), word_of(state), static_cast<std::uint32_t>(failure),
        hresult_name(failure), braced(id), braced(instance)));
  }
  if (any) throw ToolFailed{E_UNEXPECTED};
}

}  // namespace vsslab::requester
