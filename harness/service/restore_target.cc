#include "service/restore_target.h"

#include <algorithm>

namespace vsslab {

namespace {

constexpr std::string_view kOneInstanceAlone = "ws2003sp1";

}  // namespace

const WriterRecord* restored_to(const LabVss::Impl& service, const BackupSession& session,
                                const WriterComponents& components, const ComponentEntry& entry) {
  const WriterRecord* first = nullptr;
  const WriterRecord* own = nullptr;
  const WriterRecord* having = nullptr;  // a component of that name
  for (const auto& in : session.writers) {
    const WriterRecord& writer = *in->writer;
    if (writer.class_id != components.writer_id) continue;
    if (!entry.restore_instance_id.is_null() && in->instance_id == entry.restore_instance_id) {
      return &writer;
    }
    if (first == nullptr) first = &writer;
    if (in->instance_id == components.instance_id) own = &writer;
    if (having == nullptr && in->metadata != nullptr &&
        in->metadata->find(entry.logical_path, entry.name) != nullptr) {
      having = &writer;
    }
  }
  if (service.profile == kOneInstanceAlone) return first;
  return own != nullptr ? own : having != nullptr ? having : first;
}

std::optional<std::size_t> restore_entry_of(const LabVss::Impl& service,
                                            const BackupSession& session,
                                            const WriterRecord& writer) {
  const auto& writers = session.document.writers;
  for (std::size_t i = 0; i < writers.size(); ++i) {
    if (writers[i].writer_id != writer.class_id) continue;
    const auto& entries = writers[i].components;
    if (std::any_of(entries.begin(), entries.end(), [&](const ComponentEntry& entry) {
          return entry.selected_for_restore &&
                 restored_to(service, session, writers[i], entry) == &writer;
        })) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace vsslab
