// The end of a backup: success per component, completion, abort, the saved document.

#include "service/backup_object.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

#include "metadata/backup_need.h"
#include "service/component_files.h"

namespace vsslab {

// What the shadow copies hold for a component that is said to be backed up.
std::optional<BackupObject::Noted> BackupObject::note_files(const WriterSession& writer,
                                                            const ComponentEntry& entry) {
  const VolumeSet* const volumes = service_.lab.volumes;
  const std::uint32_t type = session_->backup_type;
  const bool full = type == VSS_BT_FULL || type == VSS_BT_COPY;
  const bool part = type == VSS_BT_INCREMENTAL || type == VSS_BT_DIFFERENTIAL;
  if ((!full && !part) || !session_->set || !session_->snapshot_made) {
    return std::nullopt;
  }
  if (writer.metadata == nullptr || volumes == nullptr) return std::nullopt;
  // A writer that knows nothing of the type is backed up whole.
  const bool whole = full || (writer.metadata->backup_schema & metadata::schema_bit(type)) == 0;
  if (!whole && entry.differenced_files.empty()) return std::nullopt;
  const auto tree = trees_.try_emplace(writer.instance_id, *writer.metadata).first;
  const auto component = tree->second.index_of({entry.logical_path, entry.name});
  if (!component) return std::nullopt;
  const CopyOf copy_of = [&](const Volume& volume) -> const Volume* {
    for (const SnapshotRecord& record : service_.snapshots) {
      if (record.set_id != session_->set->id) continue;
      if (volumes->find_volume(record.volume) == &volume) {
        return volumes->find_device(record.device);
      }
    }
    return nullptr;
  };
  if (whole) {
    const auto files = files_on_copies(*volumes, copy_of, tree->second, *component);
    if (!files) return std::nullopt;
    return Noted{"files", std::to_string(*files)};
  }
  const auto changed = changed_on_copies(*volumes, copy_of, tree->second, *component,
                                         entry.differenced_files, service_.lab.start);
  if (!changed || changed->empty()) return std::nullopt;
  return Noted{"changed", fmt::format("{}", fmt::join(*changed, "|"))};
}

HRESULT BackupObject::SetBackupSucceeded(VSS_ID instance_in, VSS_ID writer_in, VSS_COMPONENT_TYPE,
                                         LPCWSTR path_in, LPCWSTR name_in, bool succeeded) {
  RequesterCall call(*this, "SetBackupSucceeded");
  const Guid instance = Guid::from(instance_in);
  const std::string path = text_of(path_in);
  const std::string name = text_of(name_in);
  const WriterSession* writer = find_writer(instance);
  const std::string writer_name = writer != nullptr ? writer->writer->name : std::string();
  Hr result = hr::ok;
  std::optional<Noted> noted;
  const bool copyless = !session_->set.has_value();
  if (!call.admitted()) {
    result = call.refusal() == hr::ok ? hr::ok : hr::bad_state;
  } else if ((session_->state == ObjectState::prepared && !copyless)) {
    result = hr::bad_state;
  } else if (name_in == nullptr) {
    result = hr::invalid_arg;
  } else if (ComponentEntry* entry =
                 writer != nullptr && writer->writer->class_id == Guid::from(writer_in)
                     ? find_component(*writer, path, name)
                     : nullptr) {
    entry->backup_succeeded = succeeded;
    if (succeeded) noted = note_files(*writer, *entry);
  } else {
    result = hr::object_not_found;
  }
  if (noted) {
    return call.done(result, {{"instance", instance.to_string()},
                              {"writer", writer_name},
                              {"path", path},
                              {"component", name},
                              {"succeeded", journal_bool(succeeded)},
                              {noted->key, noted->value}});
  }
  return call.done(result, {{"instance", instance.to_string()},
                            {"writer", writer_name},
                            {"path", path},
                            {"component", name},
                            {"succeeded", journal_bool(succeeded)}});
}

HRESULT BackupObject::BackupComplete(IVssAsync** async) {
  return async_call(
      "BackupComplete", async,
      {ObjectState::completing, ObjectState::completed, ObjectState::completed},
      [this](Seq enter) {
        const auto session = session_;
        LabVss::Impl& service = service_;
        service.let_go_before(session, "BackupComplete", enter);
        service.deliver_all(session, WriterEvent::backup_complete, enter,
                            [&](const WriterSession& writer) {
                              return writer.active && writer.in_operation && !writer.aborted;
                            });
        service.let_go_after(session, "BackupComplete");
        return hr::ok;
      },
      [this]() -> Hr {
        const bool copyless = !session_->set.has_value();
        return session_->state == ObjectState::snapped || copyless ? hr::ok : hr::bad_state;
      });
}

HRESULT BackupObject::AbortBackup() {
  RequesterCall call(*this, "AbortBackup");
  const Seq enter = call.enter();
  if (call.admitted()) {
    const auto session = session_;
    service_.abort_backup(session, enter);
    return call.done(hr::ok);
  }
  return call.done(call.refusal());
}

HRESULT BackupObject::SaveAsXML(BSTR* xml) {
  RequesterCall call(*this, "SaveAsXML");
  if (!call.admitted()) return call.done(call.refusal());
  if (xml == nullptr) return call.done(hr::invalid_arg);
  const std::string text = metadata::emit(session_->document);
  give_bstr(text, xml);
  return call.done(hr::ok, {}, service_.keep_document(session_->document, text));
}

}  // namespace vsslab
