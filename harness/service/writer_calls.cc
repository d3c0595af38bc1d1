#include "service/writer_calls.h"

#include "service/restore_target.h"

namespace vsslab {

ComponentsForWriter::ComponentsForWriter(const std::shared_ptr<BackupSession>& session,
                                         WriterSession& writer, WriterEvent event,
                                         HandlerFrame& frame, LabVss::Impl& service)
    : writer_(writer) {
  if (event == WriterEvent::identify) {
    metadata_ = std::make_shared<CreateMetadata>(service, frame, *writer.writer);
    return;
  }
  const bool handed = event == WriterEvent::prepare_for_backup ||
                      event == WriterEvent::post_snapshot ||
                      event == WriterEvent::backup_complete || event == WriterEvent::pre_restore ||
                      event == WriterEvent::post_restore;
  if (!handed || (!session->document.select_components && !session->for_restore)) return;
  std::optional<std::size_t> entry = writer.document_entry;
  // The document is of another time: the class tells which entry is meant, and what was selected.
  if (session->for_restore && !entry) entry = restore_entry_of(service, *session, *writer.writer);
  if (entry) components_ = new WriterComponentsObject(service, session, *entry, &frame);
}

ComponentsForWriter::~ComponentsForWriter() {
  if (components_ != nullptr) components_->Release();
}

void ComponentsForWriter::take_document(bool accepted) {
  metadata::WriterMetadata document = metadata_->finish();
  // A writer that keeps the object is refused by it, for as long as the session lives.
  writer_.create_metadata = metadata_;
  if (!accepted) return;
  writer_.metadata_xml = metadata::emit(document);
  writer_.metadata = std::make_shared<const metadata::WriterMetadata>(std::move(document));
}

bool call_handler(CVssWriter& writer, WriterEvent event, ComponentsForWriter& components,
                  const Guid& shutdown_set, bool extended) {
  switch (event) {
    case WriterEvent::identify:
      return extended ? static_cast<CVssWriterEx&>(writer).OnIdentifyEx(components.metadata())
                      : writer.OnIdentify(components.metadata());
    case WriterEvent::prepare_for_backup:
      return writer.OnPrepareBackup(components.get());
    case WriterEvent::prepare_for_snapshot:
      return writer.OnPrepareSnapshot();
    case WriterEvent::freeze:
      return writer.OnFreeze();
    case WriterEvent::thaw:
      return writer.OnThaw();
    case WriterEvent::post_snapshot:
      return writer.OnPostSnapshot(components.get());
    case WriterEvent::abort:
      return writer.OnAbort();
    case WriterEvent::backup_complete:
      return writer.OnBackupComplete(components.get());
    case WriterEvent::backup_shutdown:
      return writer.OnBackupShutdown(shutdown_set.to<VSS_ID>());
    case WriterEvent::pre_restore:
      return writer.OnPreRestore(components.get());
    case WriterEvent::post_restore:
      return writer.OnPostRestore(components.get());
  }
  return false;
}

}  // namespace vsslab
