// The end of a backup: success per component, completion, abort, the saved document.

#include "service/backup_object.h"

namespace vsslab {

HRESULT BackupObject::SetBackupSucceeded(VSS_ID instance_in, VSS_ID writer_in, VSS_COMPONENT_TYPE,
                                         LPCWSTR path_in, LPCWSTR name_in, bool succeeded) {
  RequesterCall call(*this, "SetBackupSucceeded");
  const Guid instance = Guid::from(instance_in);
  const std::string path = text_of(path_in);
  const std::string name = text_of(name_in);
  const WriterSession* writer = find_writer(instance);
  const std::string writer_name = writer != nullptr ? writer->writer->name : std::string();
  Hr result = hr::ok;
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
  } else {
    result = hr::object_not_found;
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
  return call.done(hr::ok, {},
                   service_.journal.add_document(DocumentKind::backup_components, text));
}

}  // namespace vsslab
