// The end of a backup: success per component, completion, abort, the saved document.

#include "service/backup_object.h"

#include "service/component_files.h"

namespace vsslab {

std::optional<std::size_t> BackupObject::count_files(const WriterSession& writer,
                                                     const std::string& path,
                                                     const std::string& name) {
  const bool full = session_->backup_type == VSS_BT_FULL || session_->backup_type == VSS_BT_COPY;
  const VolumeSet* const volumes = service_.lab.volumes;
  if (!full || !session_->set || !session_->snapshot_made || volumes == nullptr) {
    return std::nullopt;
  }
  if (writer.metadata == nullptr) return std::nullopt;
  const auto tree = trees_.try_emplace(writer.instance_id, *writer.metadata).first;
  const auto component = tree->second.index_of({path, name});
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
  return files_on_copies(*volumes, copy_of, tree->second, *component);
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
  std::optional<std::size_t> files;
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
    if (succeeded) files = count_files(*writer, path, name);
  } else {
    result = hr::object_not_found;
  }
  if (files) {
    return call.done(result, {{"instance", instance.to_string()},
                              {"writer", writer_name},
                              {"path", path},
                              {"component", name},
                              {"succeeded", journal_bool(succeeded)},
                              {"files", std::to_string(*files)}});
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
