// A restore: files put back, services stopped and started around that.

#include <algorithm>
#include <functional>
#include <set>

#include "requester/com_text.h"
#include "requester/restore_one.h"
#include "requester/service_control.h"

namespace vsslab::requester {

using metadata::FileRestoreStatus;

void Restore::put_everything_back() {
  for (std::size_t w = 0; w < writers_.size(); ++w) {
    Writer& writer = writers_[w];
    std::vector<const Component*> mine;
    for (const Component& component : components_) {
      if (component.writer == w) mine.push_back(&component);
    }
    if (mine.empty()) continue;
    const bool stop =
        writer.method().method == Method::stop_restore_start && !writer.failed && !given_up_;
    bool ready = !writer.failed && !given_up_;
    if (stop) ready = stop_for(writer);
    for (const Component* component : mine) put_component(writer, *component, ready);
    if (writer.stopped) start_for(writer);
  }
}

bool Restore::stop_for(Writer& writer) {
  const std::string service = writer.method().service;
  const std::uint32_t error = stop_service(service);
  if (error == 0) return writer.stopped = true;
  note(fmt::format("service '{}' cannot be stopped: 0x{:08X}", service, 0x80070000U | error));
  return false;
}

void Restore::start_for(const Writer& writer) {
  const std::string service = writer.method().service;
  const std::uint32_t error = start_service(service);
  if (error == 0) return;
  note(fmt::format("service '{}' cannot be started: 0x{:08X}", service, 0x80070000U | error));
  complete_ = false;
}

ComponentFiles Restore::files_of(const Writer& writer, const Component& component) const {
  std::set<std::size_t> parts;
  const auto add = [&](std::size_t index) {
    for (const std::size_t part : writer.tree->parts(index)) parts.insert(part);
  };
  const bool partly = component.wishes != nullptr && !component.wishes->subcomponents.empty();
  if (!partly) add(component.index);
  if (partly) {
    for (const auto& sub : component.wishes->subcomponents) {
      const auto index = writer.tree->index_of({sub.logical_path, sub.name});
      if (index) add(*index);
    }
  }
  ComponentFiles files;
  for (const std::size_t part : parts) {
    const auto [first, last] = writer.files.equal_range(part);
    for (auto file = first; file != last; ++file) files.files.push_back(file->second);
  }
  // As the catalogue has them.
  std::sort(files.files.begin(), files.files.end(), std::less<const StoredFile*>());
  const metadata::Component& document = writer.stored.components[component.index];
  files.method = writer.method();
  files.entry = find_component(said_, writer.identity.class_id, writer.identity.instance_id,
                               document.logical_path, document.name);
  files.ranges_folder = plan_.ranges_folder;
  return files;
}

void Restore::put_component(const Writer& writer, const Component& component, bool ready) {
  PutBack put;
  if (ready && !imports()) put = files_.put_back(files_of(writer, component));
  const std::string title = metadata::full_path(writer.stored.components[component.index]);
  if (detailed_) {
    detail(fmt::format(
        "  Component {} of writer {}: {}", title, writer.stored.identification.friendly_name,
        put.status == FileRestoreStatus::all ? "restored" : "not restored, or in part"));
  }
  if (put.status != FileRestoreStatus::all && !imports()) {
    complete_ = false;
    note(fmt::format("{} {}", title,
                     put.status == FileRestoreStatus::none ? "was not restored: nothing changed"
                                                           : "came back in part only"));
  }
  if (put.reboot) note(fmt::format("{} comes back when the machine starts again", title));
  if (!component.selected) return;
  IVssBackupComponentsEx4& vss = *vss_.get();
  const LPCWSTR path = or_null(component.path);
  const LPCWSTR name = component.name.c_str();
  for (const auto& mapping : put.mappings) {
    did("AddAlternativeLocationMapping",
        vss.AddAlternativeLocationMapping(component.class_id, component.type, path, name,
                                          wide(mapping.path).c_str(),
                                          wide(mapping.filespec).c_str(), mapping.recursive,
                                          wide(mapping.alternate_path).c_str()));
  }
  for (const auto& [index, ranges] : put.moved_ranges) {
    did("SetRangesFilePath", vss.SetRangesFilePath(component.class_id, component.type, path, name,
                                                   static_cast<UINT>(index), wide(ranges).c_str()));
  }
  const Hr told = vss.SetFileRestoreStatus(component.class_id, component.type, path, name,
                                           static_cast<VSS_FILE_RESTORE_STATUS>(put.status));
  if (!did("SetFileRestoreStatus", told)) complete_ = false;
}

void Restore::restart_services() {
  std::set<std::string> done;
  for (const Component& component : components_) {
    Writer& writer = writers_[component.writer];
    if (writer.method().method != Method::restore_stop_start || writer.failed) continue;
    if (given_up_) continue;
    if (!done.insert(writer.method().service).second) continue;
    if (stop_for(writer)) {
      start_for(writer);
    } else {
      complete_ = false;
    }
  }
}

}  // namespace vsslab::requester
