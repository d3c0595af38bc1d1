#include "service/component_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "service/restore_target.h"
#include "service/wm_objects.h"

namespace vsslab {

namespace {

using metadata::ComponentFailure;

constexpr std::uint32_t at(WriterEvent event) { return 1u << static_cast<unsigned>(event); }

// The handlers in which a setter works (spec: state machines, section 3.2).
constexpr std::uint32_t kBackupWrites =
    at(WriterEvent::prepare_for_backup) | at(WriterEvent::post_snapshot);
constexpr std::uint32_t kPreRestore = at(WriterEvent::pre_restore);

class Component final : public ComObject<IVssComponentEx2> {
 public:
  Component(LabVss::Impl& service, std::shared_ptr<BackupSession> session, std::size_t writer,
            std::size_t index, HandlerFrame* frame)
      : service_(service),
        session_(std::move(session)),
        writer_index_(writer),
        index_(index),
        frame_(frame),
        writer_(frame != nullptr ? frame->in->writer : nullptr),
        enter_(frame != nullptr ? frame->enter : 0) {}

  // ---- what the requester and the document say ----
  HRESULT STDMETHODCALLTYPE GetLogicalPath(BSTR* out) override {
    return give(entry().logical_path, out);
  }
  HRESULT STDMETHODCALLTYPE GetComponentType(VSS_COMPONENT_TYPE* out) override {
    if (out == nullptr) return E_INVALIDARG;
    *out = static_cast<VSS_COMPONENT_TYPE>(entry().type);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetComponentName(BSTR* out) override {
    return give_bstr(entry().name, out) ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetBackupSucceeded(bool* out) override {
    if (out == nullptr) return E_INVALIDARG;
    *out = entry().backup_succeeded.value_or(false);
    return told("GetBackupSucceeded", hr::ok, {{"succeeded", journal_bool(*out)}});
  }
  HRESULT STDMETHODCALLTYPE GetAlternateLocationMappingCount(UINT* out) override {
    return number(entry().alternate_locations.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetAlternateLocationMapping(UINT index, IVssWMFiledesc** out) override {
    return mapping(entry().alternate_locations, index, out);
  }
  HRESULT STDMETHODCALLTYPE GetBackupMetadata(BSTR* out) override {
    const auto& data = entry().backup_metadata;
    return give(data ? data->metadata : std::string(), out);
  }
  HRESULT STDMETHODCALLTYPE GetPartialFileCount(UINT* out) override {
    return number(entry().partial_files.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetPartialFile(UINT index, BSTR* path, BSTR* filename, BSTR* ranges,
                                           BSTR* data) override {
    if (index >= entry().partial_files.size()) return hr::object_not_found;
    const metadata::PartialFile& file = entry().partial_files[index];
    const bool given = give_bstr(file.path, path) && give_bstr(file.filename, filename) &&
                       give_bstr(file.ranges, ranges) && give_bstr_or_null(file.metadata, data);
    return given ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE IsSelectedForRestore(bool* out) override {
    // A component that goes to another instance of the class is not this one's.
    const bool another = writer_ != nullptr && session_->for_restore &&
                         restored_to(service_, *session_, session_->document.writers[writer_index_],
                                     entry()) != writer_;
    return flag(entry().selected_for_restore && !another, out);
  }
  HRESULT STDMETHODCALLTYPE GetAdditionalRestores(bool* out) override {
    return flag(entry().additional_restores, out);
  }
  HRESULT STDMETHODCALLTYPE GetNewTargetCount(UINT* out) override {
    return number(entry().new_targets.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetNewTarget(UINT index, IVssWMFiledesc** out) override {
    return mapping(entry().new_targets, index, out);
  }
  HRESULT STDMETHODCALLTYPE GetDirectedTargetCount(UINT* out) override {
    return number(entry().directed_targets.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetDirectedTarget(UINT index, BSTR* source_path, BSTR* source_file,
                                              BSTR* source_ranges, BSTR* path, BSTR* file,
                                              BSTR* ranges) override {
    if (index >= entry().directed_targets.size()) return hr::object_not_found;
    const metadata::DirectedTarget& target = entry().directed_targets[index];
    const bool given = give_bstr(target.source_path, source_path) &&
                       give_bstr(target.source_filename, source_file) &&
                       give_bstr(target.source_ranges, source_ranges) &&
                       give_bstr(target.destination_path, path) &&
                       give_bstr(target.destination_filename, file) &&
                       give_bstr(target.destination_ranges, ranges);
    return given ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetRestoreMetadata(BSTR* out) override {
    const auto& data = entry().restore_metadata;
    return give(data ? data->metadata : std::string(), out);
  }
  HRESULT STDMETHODCALLTYPE GetRestoreTarget(VSS_RESTORE_TARGET* out) override {
    if (out == nullptr) return E_INVALIDARG;
    *out = static_cast<VSS_RESTORE_TARGET>(entry().restore_target);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetPreRestoreFailureMsg(BSTR* out) override {
    return give(entry().pre_restore_failure_msg, out);
  }
  HRESULT STDMETHODCALLTYPE GetPostRestoreFailureMsg(BSTR* out) override {
    return give(entry().post_restore_failure_msg, out);
  }
  HRESULT STDMETHODCALLTYPE GetBackupStamp(BSTR* out) override {
    return give(entry().backup_stamp, out);
  }
  HRESULT STDMETHODCALLTYPE GetPreviousBackupStamp(BSTR* out) override {
    return give(entry().previous_backup_stamp, out);
  }
  HRESULT STDMETHODCALLTYPE GetBackupOptions(BSTR* out) override {
    return give(entry().backup_options, out);
  }
  HRESULT STDMETHODCALLTYPE GetRestoreOptions(BSTR* out) override {
    return give(entry().restore_options, out);
  }
  HRESULT STDMETHODCALLTYPE GetRestoreSubcomponentCount(UINT* out) override {
    return number(entry().restore_subcomponents.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetRestoreSubcomponent(UINT index, BSTR* path, BSTR* name,
                                                   bool* repair) override {
    if (index >= entry().restore_subcomponents.size()) return hr::object_not_found;
    if (repair == nullptr) return E_INVALIDARG;
    const metadata::RestoreSubcomponent& sub = entry().restore_subcomponents[index];
    *repair = sub.repair;
    const bool given = give_bstr(sub.logical_path, path) && give_bstr(sub.component_name, name);
    return given ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetFileRestoreStatus(VSS_FILE_RESTORE_STATUS* out) override {
    if (out == nullptr) return E_INVALIDARG;
    *out = static_cast<VSS_FILE_RESTORE_STATUS>(entry().file_restore_status);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetDifferencedFilesCount(UINT* out) override {
    return number(entry().differenced_files.size(), out);
  }
  HRESULT STDMETHODCALLTYPE GetDifferencedFile(UINT index, BSTR* path, BSTR* filespec,
                                               BOOL* recursive, BSTR* lsn,
                                               FILETIME* modified) override {
    if (index >= entry().differenced_files.size()) return hr::object_not_found;
    if (recursive == nullptr || modified == nullptr) return E_INVALIDARG;
    const metadata::DifferencedFile& file = entry().differenced_files[index];
    *recursive = file.recursive ? TRUE : FALSE;
    modified->dwLowDateTime = static_cast<DWORD>(file.last_modify_time);
    modified->dwHighDateTime = static_cast<DWORD>(file.last_modify_time >> 32);
    const bool given = give_bstr(file.path, path) && give_bstr(file.filespec, filespec) &&
                       give_bstr_or_null(file.lsn, lsn);
    return given ? S_OK : E_INVALIDARG;
  }
  HRESULT STDMETHODCALLTYPE GetPrepareForBackupFailureMsg(BSTR* out) override {
    return give(entry().prepare_for_backup_failure_msg, out);
  }
  HRESULT STDMETHODCALLTYPE GetPostSnapshotFailureMsg(BSTR* out) override {
    return give(entry().post_snapshot_failure_msg, out);
  }
  HRESULT STDMETHODCALLTYPE GetAuthoritativeRestore(bool* out) override {
    return flag(entry().authoritative_restore, out);
  }
  HRESULT STDMETHODCALLTYPE GetRollForward(VSS_ROLLFORWARD_TYPE* type, BSTR* point) override {
    if (type == nullptr) return E_INVALIDARG;
    *type = static_cast<VSS_ROLLFORWARD_TYPE>(entry().roll_forward_type);
    return give(entry().roll_forward_point, point);
  }
  HRESULT STDMETHODCALLTYPE GetRestoreName(BSTR* out) override {
    return give(entry().restore_name, out);
  }
  HRESULT STDMETHODCALLTYPE GetFailure(HRESULT* result, HRESULT* application, BSTR* text,
                                       DWORD* reserved) override {
    if (result == nullptr) return E_INVALIDARG;
    const ComponentFailure failure = entry().failure.value_or(ComponentFailure{});
    *result = failure.hr;
    if (application != nullptr) *application = failure.application_hr;
    if (text != nullptr) give_bstr_or_null(failure.message, text);
    if (reserved != nullptr) *reserved = 0;
    return S_OK;
  }

  // ---- what the writer says ----
  HRESULT STDMETHODCALLTYPE SetBackupMetadata(LPCWSTR data) override {
    Hr result = admitted(kBackupWrites);
    if (succeeded(result) && data == nullptr) result = hr::invalid_arg;
    if (succeeded(result) && entry().backup_metadata) result = hr::object_already_exists;
    if (succeeded(result)) entry().backup_metadata = {text_of(data), {}};
    return told("SetBackupMetadata", result);
  }
  HRESULT STDMETHODCALLTYPE SetBackupStamp(LPCWSTR stamp) override {
    Hr result = admitted(kBackupWrites);
    if (succeeded(result) && stamp == nullptr) result = hr::invalid_arg;
    if (succeeded(result)) entry().backup_stamp = text_of(stamp);
    return told("SetBackupStamp", result);
  }
  HRESULT STDMETHODCALLTYPE AddPartialFile(LPCWSTR path, LPCWSTR filename, LPCWSTR ranges,
                                           LPCWSTR data) override {
    Hr result = admitted(kBackupWrites);
    if (succeeded(result) && (path == nullptr || filename == nullptr || ranges == nullptr)) {
      result = hr::invalid_arg;
    }
    if (succeeded(result)) {
      metadata::PartialFile file;
      file.path = text_of(path);
      file.filename = text_of(filename);
      file.ranges = text_of(ranges);
      file.metadata = text_of(data);
      entry().partial_files.push_back(std::move(file));
    }
    return told("AddPartialFile", result,
                {{"file_path", text_of(path)},
                 {"filename", text_of(filename)},
                 {"ranges", text_of(ranges)},
                 {"supported", journal_bool(session_->document.partial_file_support)}});
  }
  HRESULT STDMETHODCALLTYPE AddDirectedTarget(LPCWSTR source_path, LPCWSTR source_file,
                                              LPCWSTR source_ranges, LPCWSTR path, LPCWSTR file,
                                              LPCWSTR ranges) override {
    const Hr result = admitted(kPreRestore);
    if (succeeded(result)) {
      metadata::DirectedTarget target;
      target.source_path = text_of(source_path);
      target.source_filename = text_of(source_file);
      target.source_ranges = text_of(source_ranges);
      target.destination_path = text_of(path);
      target.destination_filename = text_of(file);
      target.destination_ranges = text_of(ranges);
      entry().directed_targets.push_back(std::move(target));
    }
    return told("AddDirectedTarget", result,
                {{"file_path", text_of(source_path)},
                 {"filename", text_of(source_file)},
                 {"ranges", text_of(source_ranges)},
                 {"to_path", text_of(path)},
                 {"to_filename", text_of(file)},
                 {"to_ranges", text_of(ranges)}});
  }
  HRESULT STDMETHODCALLTYPE SetRestoreMetadata(LPCWSTR data) override {
    Hr result = admitted(kPreRestore);
    if (succeeded(result) && data == nullptr) result = hr::invalid_arg;
    if (succeeded(result) && entry().restore_metadata) result = hr::object_already_exists;
    if (succeeded(result)) entry().restore_metadata = {text_of(data), {}};
    return told("SetRestoreMetadata", result);
  }
  HRESULT STDMETHODCALLTYPE SetRestoreTarget(VSS_RESTORE_TARGET target) override {
    Hr result = admitted(kPreRestore);
    if (succeeded(result) && target == VSS_RT_UNDEFINED) result = hr::invalid_arg;
    if (succeeded(result)) entry().restore_target = static_cast<metadata::RestoreTarget>(target);
    return told("SetRestoreTarget", result, {{"target", std::to_string(target)}});
  }
  HRESULT STDMETHODCALLTYPE SetPreRestoreFailureMsg(LPCWSTR text) override {
    return message("SetPreRestoreFailureMsg", kPreRestore, entry().pre_restore_failure_msg, text);
  }
  HRESULT STDMETHODCALLTYPE SetPostRestoreFailureMsg(LPCWSTR text) override {
    return message("SetPostRestoreFailureMsg", at(WriterEvent::post_restore),
                   entry().post_restore_failure_msg, text);
  }
  HRESULT STDMETHODCALLTYPE AddDifferencedFilesByLastModifyTime(LPCWSTR path, LPCWSTR filespec,
                                                                BOOL recursive,
                                                                FILETIME modified) override {
    return differenced(
        "AddDifferencedFilesByLastModifyTime", path, filespec, recursive,
        static_cast<std::uint64_t>(modified.dwHighDateTime) << 32 | modified.dwLowDateTime, {});
  }
  HRESULT STDMETHODCALLTYPE AddDifferencedFilesByLastModifyLSN(LPCWSTR path, LPCWSTR filespec,
                                                               BOOL recursive, BSTR lsn) override {
    return differenced("AddDifferencedFilesByLastModifyLSN", path, filespec, recursive, 0,
                       text_of(lsn));
  }
  HRESULT STDMETHODCALLTYPE SetPrepareForBackupFailureMsg(LPCWSTR text) override {
    return message("SetPrepareForBackupFailureMsg", at(WriterEvent::prepare_for_backup),
                   entry().prepare_for_backup_failure_msg, text);
  }
  HRESULT STDMETHODCALLTYPE SetPostSnapshotFailureMsg(LPCWSTR text) override {
    return message("SetPostSnapshotFailureMsg", at(WriterEvent::post_snapshot),
                   entry().post_snapshot_failure_msg, text);
  }
  HRESULT STDMETHODCALLTYPE SetFailure(HRESULT code, HRESULT application, LPCWSTR text,
                                       DWORD reserved) override {
    Hr result = admitted(~at(WriterEvent::identify));
    if (succeeded(result) && reserved != 0) result = hr::invalid_arg;
    if (succeeded(result)) {
      ComponentFailure failure;
      failure.hr = code;
      failure.application_hr = application;
      failure.message = text_of(text);
      entry().failure = std::move(failure);
    }
    return told("SetFailure", result,
                {{"code", hresult_name(code)},
                 {"app", hresult_name(application)},
                 {"reserved", std::to_string(reserved)}});
  }

 protected:
  void* query(const Guid& iid) override {
    const Guid mine[] = {Guid::from(__uuidof(IUnknown)), Guid::from(__uuidof(IVssComponent)),
                         Guid::from(__uuidof(IVssComponentEx)),
                         Guid::from(__uuidof(IVssComponentEx2))};
    const bool known = std::find(std::begin(mine), std::end(mine), iid) != std::end(mine);
    return known ? static_cast<IVssComponentEx2*>(this) : nullptr;
  }

 private:
  ComponentEntry& entry() { return session_->document.writers[writer_index_].components[index_]; }

  // The handler that the calling thread runs, or null.
  const HandlerFrame* running() const {
    if (writer_ == nullptr) return nullptr;
    const TaskId task = service_.scheduler.current();
    for (const HandlerFrame* frame : writer_->frames) {
      if (frame->task == task) return frame;
    }
    return nullptr;
  }
  // A setter works only in the handler that the object was handed to.
  Hr admitted(std::uint32_t handlers) const {
    const HandlerFrame* frame = running();
    if (frame == nullptr || frame->enter != enter_) return hr::bad_state;
    return (at(frame->event) & handlers) != 0 ? hr::ok : hr::bad_state;
  }

  // Only a writer's calls are journalled; the requester reads.
  HRESULT told(std::string_view call, Hr result, std::initializer_list<ArgText> more = {}) {
    if (frame_ == nullptr && succeeded(result)) return result;
    const HandlerFrame* const frame = running();
    ArgText args[12];
    std::size_t count = 0;
    const ComponentEntry& component = entry();
    args[count++] = {"path", component.logical_path};
    args[count++] = {"component", component.name};
    args[count++] = {"in", frame != nullptr ? info(frame->event).name : std::string_view("none")};
    for (const ArgText& arg : more) args[count++] = arg;
    const ActorId actor = frame != nullptr ? frame->in->writer->actor : writer_actor();
    service_.wire.instant({session_->number, actor, call, frame != nullptr ? frame->enter : 0},
                          result, std::span<const ArgText>(args, count));
    return result;
  }
  ActorId writer_actor() const { return writer_ != nullptr ? writer_->actor : session_->actor; }

  static HRESULT give(std::string_view text, BSTR* out) {
    if (!give_bstr_or_null(text, out)) return E_INVALIDARG;
    return text.empty() ? S_FALSE : S_OK;
  }
  static HRESULT number(std::size_t value, UINT* out) {
    if (out == nullptr) return E_INVALIDARG;
    *out = static_cast<UINT>(value);
    return S_OK;
  }
  static HRESULT flag(bool value, bool* out) {
    if (out == nullptr) return E_INVALIDARG;
    *out = value;
    return S_OK;
  }
  static HRESULT mapping(const std::vector<metadata::AlternateLocationMapping>& list, UINT index,
                         IVssWMFiledesc** out) {
    if (out == nullptr) return E_INVALIDARG;
    *out = nullptr;
    if (index >= list.size()) return hr::object_not_found;
    *out = make_file_description({list[index].path, list[index].filespec, list[index].recursive,
                                  list[index].alternate_path, 0x0F0F});
    return S_OK;
  }
  HRESULT message(std::string_view call, std::uint32_t handlers, std::string& target,
                  LPCWSTR text) {
    const Hr result = admitted(handlers);
    if (succeeded(result)) target = text_of(text);
    return told(call, result, {{"text", text_of(text)}});
  }
  HRESULT differenced(std::string_view call, LPCWSTR path, LPCWSTR filespec, BOOL recursive,
                      std::uint64_t modified, std::string lsn) {
    Hr result = admitted(kBackupWrites);
    if (succeeded(result) && (path == nullptr || filespec == nullptr)) result = hr::invalid_arg;
    if (succeeded(result)) {
      metadata::DifferencedFile file;
      file.path = text_of(path);
      file.filespec = text_of(filespec);
      file.recursive = recursive != FALSE;
      file.last_modify_time = modified;
      file.lsn = std::move(lsn);
      entry().differenced_files.push_back(std::move(file));
    }
    return told(call, result,
                {{"file_path", text_of(path)},
                 {"filespec", text_of(filespec)},
                 {"recursive", journal_bool(recursive != FALSE)},
                 {"modified", std::to_string(modified)}});
  }

  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  std::size_t writer_index_;
  std::size_t index_;
  HandlerFrame* frame_;
  const WriterRecord* writer_;  // null for the requester
  Seq enter_;
};

}  // namespace

WriterComponentsObject::WriterComponentsObject(LabVss::Impl& service,
                                               std::shared_ptr<BackupSession> session,
                                               std::size_t writer_index, HandlerFrame* frame)
    : service_(service), session_(std::move(session)), writer_index_(writer_index), frame_(frame) {}

HRESULT WriterComponentsObject::GetComponentCount(UINT* count) {
  if (count == nullptr) return E_INVALIDARG;
  *count = static_cast<UINT>(session_->document.writers[writer_index_].components.size());
  return S_OK;
}

HRESULT WriterComponentsObject::GetWriterInfo(VSS_ID* instance, VSS_ID* writer) {
  if (instance == nullptr || writer == nullptr) return E_INVALIDARG;
  *instance = session_->document.writers[writer_index_].instance_id.to<VSS_ID>();
  *writer = session_->document.writers[writer_index_].writer_id.to<VSS_ID>();
  return S_OK;
}

HRESULT WriterComponentsObject::GetComponent(UINT index, IVssComponent** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (index >= session_->document.writers[writer_index_].components.size()) {
    return hr::object_not_found;
  }
  *out = new Component(service_, session_, writer_index_, index, frame_);
  return S_OK;
}

HRESULT WriterComponentsObject::QueryInterface(REFIID iid, void** out) {
  if (out == nullptr) return E_POINTER;
  const Guid id = Guid::from(iid);
  *out = nullptr;
  if (id == Guid::from(__uuidof(IUnknown))) {
    *out = static_cast<IVssWriterComponentsExt*>(this);
    AddRef();
  }
  return *out != nullptr ? S_OK : E_NOINTERFACE;
}

ULONG WriterComponentsObject::Release() {
  const ULONG left = --references_;
  if (left == 0) delete this;
  return left;
}

}  // namespace vsslab
