// Gathering writers, their documents and their status.

#include <fmt/format.h>

#include "service/backup_object.h"
#include "service/component_object.h"
#include "service/examine_metadata.h"

namespace vsslab {

HRESULT BackupObject::GatherWriterMetadata(IVssAsync** async) {
  // A set that was opened before stays open (X03).
  const ObjectState after = session_->for_restore       ? ObjectState::restore_gathered
                            : session_->set.has_value() ? ObjectState::set_open
                                                        : ObjectState::gathered;
  const ObjectState before = session_->state;
  const ObjectState during =
      session_->for_restore ? ObjectState::restore_gathering : ObjectState::gathering;
  return async_call("GatherWriterMetadata", async, {during, after, before}, [this](Seq enter) {
    const auto session = session_;
    service_.gather(session, enter);
    session->gathered = true;
    return hr::ok;
  });
}

HRESULT BackupObject::GetWriterMetadataCount(UINT* count) {
  RequesterCall call(*this, "GetWriterMetadataCount");
  if (!call.admitted()) return call.done(call.refusal());
  if (count == nullptr) return call.done(hr::invalid_arg);
  *count = static_cast<UINT>(session_->identified.size());
  return call.done(hr::ok, {{"count", std::to_string(*count)}});
}

HRESULT BackupObject::GetWriterMetadata(UINT index, VSS_ID* instance,
                                        IVssExamineWriterMetadata** metadata) {
  RequesterCall call(*this, "GetWriterMetadata");
  const std::string at = std::to_string(index);
  if (!call.admitted()) return call.done(call.refusal(), {{"index", at}});
  if (instance == nullptr || metadata == nullptr)
    return call.done(hr::invalid_arg, {{"index", at}});
  *metadata = nullptr;
  if (index < session_->identified.size()) {
    const WriterSession& writer = *session_->identified[index];
    *instance = writer.instance_id.to<VSS_ID>();
    *metadata = new ExamineMetadata(writer.metadata, writer.metadata_xml);
    return call.done(hr::ok, {{"index", at}, {"writer", writer.writer->name}});
  }
  return call.done(hr::object_not_found, {{"index", at}});
}

HRESULT BackupObject::GetWriterMetadataEx(UINT index, VSS_ID* instance,
                                          IVssExamineWriterMetadataEx** metadata) {
  if (metadata == nullptr) return GetWriterMetadata(index, instance, nullptr);
  *metadata = nullptr;
  IVssExamineWriterMetadata* plain = nullptr;
  const HRESULT result = GetWriterMetadata(index, instance, &plain);
  if (plain != nullptr) *metadata = static_cast<ExamineMetadata*>(plain);
  return result;
}

HRESULT BackupObject::FreeWriterMetadata() {
  RequesterCall call(*this, "FreeWriterMetadata");
  return call.done(call.admitted() ? hr::ok : call.refusal());
}

HRESULT BackupObject::GatherWriterStatus(IVssAsync** async) {
  const ObjectState now = session_->state;
  const std::string last = session_->last_operation;
  return async_call("GatherWriterStatus", async, {now, now, now}, [this, last](Seq) {
    const auto session = session_;
    // Outside a backup the registered writers answer too.
    if (!session->gathered) {
      for (const auto& writer : service_.writers) {
        if (!writer->subscribed) continue;
        auto known = std::find_if(session->status_only.begin(), session->status_only.end(),
                                  [&](const auto& in) { return in->writer == writer.get(); });
        if (known == session->status_only.end()) {
          known = session->status_only.insert(known, std::make_unique<WriterSession>());
        }
        WriterSession& in = **known;
        in.writer = writer.get();
        in.instance_id = writer->instance_id;
        in.state = writer->last_state;
        in.code = writer->last_code;
      }
    }
    for (const auto& in : session->status_list()) in->gathered = *in;
    session->status_gathered = true;
    session->status_after = last;
    return hr::ok;
  });
}

HRESULT BackupObject::GetWriterStatusCount(UINT* count) {
  RequesterCall call(*this, "GetWriterStatusCount");
  if (!call.admitted()) return call.done(call.refusal());
  if (!session_->status_gathered) return call.done(hr::bad_state);
  if (count == nullptr) return call.done(hr::invalid_arg);
  const std::string told = call.told_value("count", std::to_string(session_->status_list().size()));
  *count = static_cast<UINT>(std::stoul(told));
  return call.done(hr::ok, {{"count", told}});
}

HRESULT BackupObject::FreeWriterStatus() {
  RequesterCall call(*this, "FreeWriterStatus");
  if (call.admitted()) session_->status_gathered = false;
  return call.done(call.admitted() ? hr::ok : call.refusal());
}

HRESULT BackupObject::status(std::string_view name, UINT index, VSS_ID* instance, VSS_ID* writer,
                             BSTR* writer_name, VSS_WRITER_STATE* state, HRESULT* failure,
                             HRESULT* application, BSTR* application_text) {
  RequesterCall call(*this, name);
  const std::string at = std::to_string(index);
  if (!call.admitted()) return call.done(call.refusal(), {{"index", at}});
  if (!session_->status_gathered) return call.done(hr::bad_state, {{"index", at}});
  const auto& list = session_->status_list();
  if (index >= list.size()) return call.done(hr::object_not_found, {{"index", at}});
  if (instance == nullptr || writer == nullptr || writer_name == nullptr || state == nullptr ||
      failure == nullptr) {
    return call.done(hr::invalid_arg, {{"index", at}});
  }
  const WriterSession& in = *list[index];
  VSS_WRITER_STATE told_state = in.gathered.state;
  Hr told_failure = in.has_slot ? in.gathered.code : hr::writer_status_not_available;
  if (service_.wire.has_faults()) {
    const plan::Fault* lie =
        service_.wire.fault(in.writer->name, "GetWriterStatus", {plan::FaultAction::result});
    if (lie != nullptr) {
      if (lie->state) told_state = static_cast<VSS_WRITER_STATE>(*lie->state);
      if (lie->code) told_failure = *lie->code;
    }
  }
  *instance = in.instance_id.to<VSS_ID>();
  *writer = in.writer->class_id.to<VSS_ID>();
  give_bstr(in.writer->friendly_name, writer_name);
  *state = told_state;
  *failure = told_failure;
  if (application != nullptr) *application = in.gathered.application_code;
  if (application_text != nullptr)
    give_bstr_or_null(in.gathered.application_text, application_text);
  return call.done(hr::ok, {{"index", at},
                            {"writer", in.writer->name},
                            {"state", writer_state_name(told_state)},
                            {"code", hresult_name(told_failure)},
                            {"after", session_->status_after}});
}

HRESULT BackupObject::GetWriterStatus(UINT index, VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                      VSS_WRITER_STATE* state, HRESULT* failure) {
  return status("GetWriterStatus", index, instance, writer, name, state, failure, nullptr, nullptr);
}

HRESULT BackupObject::GetWriterStatusEx(UINT index, VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                        VSS_WRITER_STATE* state, HRESULT* failure,
                                        HRESULT* application, BSTR* application_text) {
  return status("GetWriterStatusEx", index, instance, writer, name, state, failure, application,
                application_text);
}

HRESULT BackupObject::GetWriterComponentsCount(UINT* count) {
  RequesterCall call(*this, "GetWriterComponentsCount");
  if (!call.admitted()) return call.done(call.refusal());
  if (count == nullptr) return call.done(hr::invalid_arg);
  *count = static_cast<UINT>(session_->document.writers.size());
  return call.done(hr::ok, {{"count", std::to_string(*count)}});
}

HRESULT BackupObject::GetWriterComponents(UINT index, IVssWriterComponentsExt** out) {
  RequesterCall call(*this, "GetWriterComponents");
  const std::string at = std::to_string(index);
  if (!call.admitted()) return call.done(call.refusal(), {{"index", at}});
  if (out == nullptr) return call.done(hr::invalid_arg, {{"index", at}});
  *out = nullptr;
  if (index >= session_->document.writers.size()) {
    return call.done(hr::object_not_found, {{"index", at}});
  }
  *out = new WriterComponentsObject(service_, session_, index, nullptr);
  return call.done(hr::ok, {{"index", at}});
}

}  // namespace vsslab
