// Writers: registration, their helper calls, and the state that status requests show.

#include <vsbackup.h>
#include <vsprov.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "metadata/component_path.h"
#include "service/examine_metadata.h"
#include "service/writer_object.h"
#include "volume/volume.h"
#include "volume/volume_set.h"
#include "win32/process.h"

namespace vsslab {

namespace {

std::string_view usage_name(VSS_USAGE_TYPE usage) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "VSS_UT_UNDEFINED", "VSS_UT_BOOTABLESYSTEMSTATE", "VSS_UT_SYSTEMSERVICE", "VSS_UT_USERDATA",
      "VSS_UT_OTHER"};
  const auto index = static_cast<std::size_t>(usage);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::string_view source_name(VSS_SOURCE_TYPE source) {
  static constexpr std::array<std::string_view, 4> kNames = {
      "VSS_ST_UNDEFINED", "VSS_ST_TRANSACTEDDB", "VSS_ST_NONTRANSACTEDDB", "VSS_ST_OTHER"};
  const auto index = static_cast<std::size_t>(source);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::string level_name(VSS_APPLICATION_LEVEL level) {
  static constexpr std::array<std::string_view, 5> kNames = {
      "VSS_APP_UNKNOWN", "VSS_APP_SYSTEM", "VSS_APP_BACK_END", "VSS_APP_FRONT_END",
      "VSS_APP_SYSTEM_RM"};
  const auto index = static_cast<std::size_t>(level);
  if (index < kNames.size()) return std::string(kNames[index]);
  return level == VSS_APP_AUTO ? "VSS_APP_AUTO" : std::to_string(static_cast<int>(level));
}

std::string alternate_name(VSS_ALTERNATE_WRITER_STATE state) {
  static constexpr std::array<std::string_view, 4> kNames = {
      "VSS_AWS_UNDEFINED", "VSS_AWS_NO_ALTERNATE_WRITER", "VSS_AWS_ALTERNATE_WRITER_EXISTS",
      "VSS_AWS_THIS_IS_ALTERNATE_WRITER"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? std::string(kNames[index])
                               : std::to_string(static_cast<int>(state));
}

// The handlers in which the writer may ask about the set (section 3.2).
bool knows_set(WriterEvent event) {
  return event == WriterEvent::prepare_for_snapshot || event == WriterEvent::freeze ||
         event == WriterEvent::thaw || event == WriterEvent::post_snapshot;
}

}  // namespace

WriterRecord* LabVss::Impl::find_writer(const Guid& instance) {
  for (const auto& writer : writers) {
    if (writer->instance_id == instance) return writer.get();
  }
  return nullptr;
}

void LabVss::Impl::record_state(BackupSession& session, WriterSession& writer, Seq cause) {
  fact(&session, "WriterState", cause,
       {{"writer", writer.writer->name},
        {"state", writer_state_name(writer.state)},
        {"code", hresult_name(writer.code)}});
}

HRESULT LabVss::create_writer(CVssWriter* writer, IVssWriterImpl** out, bool extended) {
  if (writer == nullptr || out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  LabProcess* process = current_process();
  if (process == nullptr || impl_->down) return E_UNEXPECTED;
  auto record = std::make_unique<WriterRecord>();
  record->object = writer;
  record->process = process;
  record->context = impl_->scheduler.context();
  record->extended = extended;
  record->name = impl_->actor_name_for(*process, ActorKind::writer);
  record->actor = impl_->journal.actor(ActorKind::writer, record->name);
  *out = new WriterObject(*impl_, *record);
  impl_->writers_of[process].push_back(record.get());
  impl_->writers.push_back(std::move(record));
  return S_OK;
}

WriterObject::~WriterObject() {
  // The writer object goes: nothing may be delivered to it any more.
  if (record_.subscribed) Unsubscribe();
  record_.gone = true;
  if (record_.introduced) return;
  // It was there for a call before Initialize: the writer itself has its name.
  std::vector<WriterRecord*>& of_process = service_.writers_of[record_.process];
  std::erase(of_process, &record_);
  if (of_process.empty()) service_.writers_of.erase(record_.process);
}

void* WriterObject::query(const Guid& iid) {
  return iid == Guid::from(__uuidof(IUnknown)) ? static_cast<IVssWriterImpl*>(this) : nullptr;
}

HandlerFrame* WriterObject::frame() const {
  const TaskId task = service_.scheduler.current();
  for (HandlerFrame* frame : record_.frames) {
    if (frame->task == task) return frame;
  }
  return nullptr;
}

bool WriterObject::in_set(const HandlerFrame* frame) const {
  return frame != nullptr && knows_set(frame->event) && frame->session->set.has_value();
}

HRESULT WriterObject::told(std::string_view call, Hr result, Args args) const {
  const HandlerFrame* running = frame();
  std::array<ArgText, 12> all;
  std::size_t count = 0;
  all[count++] = {"in", running != nullptr ? info(running->event).name : std::string_view("none")};
  for (const ArgText& arg : args.span()) all[count++] = arg;
  service_.wire.instant({running != nullptr ? running->session->number : 0, record_.actor, call,
                         running != nullptr ? running->enter : 0},
                        result, std::span<const ArgText>(all.data(), count));
  return result;
}

HRESULT WriterObject::Initialize(VSS_ID writer_id, LPCWSTR name, LPCWSTR instance_name, DWORD major,
                                 DWORD minor, VSS_USAGE_TYPE usage, VSS_SOURCE_TYPE source,
                                 VSS_APPLICATION_LEVEL level, DWORD timeout,
                                 VSS_ALTERNATE_WRITER_STATE alternate, bool throttling) {
  record_.introduced = true;
  const bool again = record_.initialized;
  Hr result = hr::ok;
  if (again) {
    result = hr::bad_state;
  } else if (name == nullptr) {
    result = hr::invalid_arg;
  }
  result = service_.wire.told(record_.name, "Initialize", result);
  const std::chrono::milliseconds limit(timeout);
  // A second call changes nothing.
  if (!again) {
    record_.class_id = Guid::from(writer_id);
    record_.friendly_name = text_of(name);
    record_.instance_name = text_of(instance_name);
    record_.major_version = major;
    record_.minor_version = minor;
    record_.usage = static_cast<std::uint32_t>(usage);
    record_.source = static_cast<std::uint32_t>(source);
    record_.level = level;
    record_.freeze_limit = limit;
    if (result == hr::ok) {
      record_.initialized = true;
      record_.instance_id = instance_for(record_);
    }
  }
  // CVssWriterEx::Initialize is InitializeEx with version 0.0: the version tells them apart.
  const bool with_version = major != 0 || minor != 0;
  const bool kept = record_.initialized && kept_instance_of(record_) != nullptr;
  const auto text = [](std::string_view shown) { return std::string(shown); };
  const std::array<std::pair<std::string_view, std::string>, 11> texts{
      {{"writer_id", Guid::from(writer_id).to_string()},
       {"name", text_of(name)},
       {"usage", text(usage_name(usage))},
       {"source", text(source_name(source))},
       {"level", text(level_name(level))},
       {"timeout", exact_seconds(limit)},
       {"alternate", text(alternate_name(alternate))},
       {"throttling", journal_bool(throttling)},
       {"instance_name", text_of(instance_name)},
       {"instance", record_.instance_id.to_string()},
       {"instance_kept", kept ? "true" : ""}}};
  std::array<ArgText, 11> all;
  std::size_t count = 0;
  for (const auto& [key, value] : texts) {
    if (key != "instance_kept" || kept) all[count++] = {key, value};
  }
  service_.wire.instant({0, record_.actor, with_version ? "InitializeEx" : "Initialize", 0}, result,
                        std::span<const ArgText>(all.data(), count));
  return result;
}

// The id that the scenario keeps from a captured document; null for a writer that gets a fresh one
// at every start.
const Guid* WriterObject::kept_instance_of(const WriterRecord& record) const {
  for (const auto& [name, id] : service_.kept_instance_ids) {
    if (name == record.name) return &id;
  }
  return nullptr;
}

Guid WriterObject::instance_for(const WriterRecord& record) {
  const Guid* const kept = kept_instance_of(record);
  return kept != nullptr ? *kept : Guid::random(service_.prng);
}

HRESULT WriterObject::Subscribe(DWORD, DWORD mask) {
  Hr result = hr::ok;
  if (!record_.initialized) {
    result = hr::bad_state;
  } else if (record_.subscribed) {
    result = hr::writer_already_subscribed;
  } else {
    record_.subscribed = true;
  }
  service_.wire.instant({0, record_.actor, "Subscribe", 0}, result, {{"mask", journal_hex(mask)}});
  return result;
}

HRESULT WriterObject::Unsubscribe() {
  const Hr result = record_.subscribed ? hr::ok : hr::bad_state;
  record_.subscribed = false;
  service_.wire.instant({0, record_.actor, "Unsubscribe", 0}, result);
  return result;
}

void WriterObject::Uninitialize() {
  record_.initialized = false;
  service_.wire.instant({0, record_.actor, "Uninitialize", 0}, std::nullopt);
}

UINT WriterObject::GetCurrentVolumeCount() {
  const HandlerFrame* running = frame();
  const auto count = in_set(running) ? static_cast<UINT>(running->session->set->entries.size()) : 0;
  told("GetCurrentVolumeCount", hr::ok, {{"count", std::to_string(count)}});
  return count;
}

LPCWSTR* WriterObject::GetCurrentVolumeArray() {
  const HandlerFrame* running = frame();
  told("GetCurrentVolumeArray", hr::ok);
  volume_names_.clear();
  volumes_.clear();
  if (!in_set(running)) return nullptr;
  for (const SnapshotEntry& entry : running->session->set->entries) {
    volume_names_.push_back(to_wide(entry.volume));
  }
  for (const std::wstring& name : volume_names_) volumes_.push_back(name.c_str());
  return volumes_.data();
}

HRESULT WriterObject::GetSnapshotDeviceName(LPCWSTR volume, LPCWSTR* device) {
  const HandlerFrame* running = frame();
  const std::string name = text_of(volume);
  if (device == nullptr || volume == nullptr) {
    return told("GetSnapshotDeviceName", hr::invalid_arg, {{"volume", name}});
  }
  *device = nullptr;
  if (running == nullptr || running->event != WriterEvent::post_snapshot) {
    return told("GetSnapshotDeviceName", hr::bad_state, {{"volume", name}});
  }
  const Volume* wanted = service_.volume(name);
  for (const SnapshotEntry& entry : running->session->set->entries) {
    if (wanted == nullptr || service_.volume(entry.volume) != wanted) continue;
    VSS_SNAPSHOT_PROP properties{};
    if (failed(entry.provider->software->GetSnapshotProperties(entry.snapshot_id.to<VSS_ID>(),
                                                               &properties))) {
      break;
    }
    device_ = properties.m_pwszSnapshotDeviceObject;
    VssFreeSnapshotProperties(&properties);
    *device = device_.c_str();
    return told("GetSnapshotDeviceName", hr::ok, {{"volume", name}, {"device", to_utf8(device_)}});
  }
  return told("GetSnapshotDeviceName", hr::object_not_found, {{"volume", name}});
}

VSS_ID WriterObject::GetCurrentSnapshotSetId() {
  const HandlerFrame* running = frame();
  const Guid id = in_set(running) ? running->session->set->id : Guid{};
  told("GetCurrentSnapshotSetId", hr::ok, {{"set", id.to_string()}});
  return id.to<VSS_ID>();
}

LONG WriterObject::GetContext() {
  const HandlerFrame* running = frame();
  return running != nullptr ? static_cast<LONG>(running->session->context) : 0;
}

VSS_APPLICATION_LEVEL WriterObject::GetCurrentLevel() { return record_.level; }

bool WriterObject::IsPathAffected(LPCWSTR path) {
  const HandlerFrame* running = frame();
  const std::string text = text_of(path);
  bool affected = false;
  if (in_set(running)) {
    static const metadata::Environment kEnvironment = metadata::standard_environment();
    const std::string expanded = metadata::expand_environment(text, kEnvironment).value_or(text);
    // A mounted folder on the way leads to another volume than the drive letter's.
    const auto place = service_.lab.volumes->resolve(expanded);
    const auto root = place ? std::nullopt : metadata::volume_root(expanded);
    const Volume* wanted = place ? place->volume : root ? service_.volume(*root) : nullptr;
    const auto& entries = running->session->set->entries;
    affected = wanted != nullptr &&
               std::any_of(entries.begin(), entries.end(), [&](const SnapshotEntry& entry) {
                 return service_.volume(entry.volume) == wanted;
               });
  }
  told("IsPathAffected", hr::ok, {{"path", text}, {"affected", journal_bool(affected)}});
  return affected;
}

bool WriterObject::IsBootableSystemStateBackedUp() {
  const HandlerFrame* running = frame();
  return running != nullptr && running->session->document.bootable_system_state_backup;
}

bool WriterObject::AreComponentsSelected() {
  const HandlerFrame* running = frame();
  return running != nullptr && running->session->document.select_components;
}

VSS_BACKUP_TYPE WriterObject::GetBackupType() {
  const HandlerFrame* running = frame();
  // Readable from PrepareForBackup on.
  const bool known = running != nullptr && running->event != WriterEvent::identify &&
                     !running->session->for_restore;
  const auto type =
      known ? static_cast<VSS_BACKUP_TYPE>(running->session->backup_type) : VSS_BT_UNDEFINED;
  told("GetBackupType", hr::ok, {{"type", std::to_string(static_cast<int>(type))}});
  return type;
}

VSS_RESTORE_TYPE WriterObject::GetRestoreType() {
  const HandlerFrame* running = frame();
  return running != nullptr ? static_cast<VSS_RESTORE_TYPE>(running->session->restore_type)
                            : VSS_RTYPE_UNDEFINED;
}

bool WriterObject::IsPartialFileSupportEnabled() {
  const HandlerFrame* running = frame();
  return running != nullptr && running->session->document.partial_file_support;
}

HRESULT WriterObject::failure(std::string_view call, Hr code, Hr application,
                              std::string_view text) {
  HandlerFrame* running = frame();
  // Never in Identify, and only on the thread that runs the handler.
  const bool refused = running == nullptr || running->event == WriterEvent::identify;
  if (!refused) {
    running->code_set = true;
    running->code = code;
    running->application_code = application;
    running->application_text = text;
  }
  const Hr result = refused ? hr::bad_state : hr::ok;
  if (call == "SetWriterFailure") return told(call, result, {{"code", hresult_name(code)}});
  return told(call, result,
              {{"code", hresult_name(code)}, {"app", hresult_name(application)}, {"text", text}});
}

HRESULT WriterObject::SetWriterFailure(HRESULT code) {
  return failure("SetWriterFailure", code, hr::ok, {});
}

HRESULT WriterObject::SetWriterFailureEx(HRESULT code, HRESULT application, LPCWSTR text) {
  return failure("SetWriterFailureEx", code, application, text_of(text));
}

HRESULT WriterObject::InstallAlternateWriter(VSS_ID, CLSID) {
  return told("InstallAlternateWriter", hr::not_impl);  // reserved
}

IVssExamineWriterMetadata* WriterObject::GetIdentityInformation() {
  const HandlerFrame* running = frame();
  const bool known = running != nullptr && running->in->metadata != nullptr;
  told("GetIdentifyInformation", known ? hr::ok : hr::object_not_found);
  if (!known) return nullptr;
  // The writer does not release it: the service keeps the one reference.
  identity_ = ComRef<IVssExamineWriterMetadata>(
      new ExamineMetadata(running->in->metadata, running->in->metadata_xml));
  return identity_.get();
}

HRESULT WriterObject::GetSessionId(VSS_ID* id) {
  const HandlerFrame* running = frame();
  if (id == nullptr) return told("GetSessionId", hr::invalid_arg);
  if (running == nullptr) return told("GetSessionId", hr::bad_state);
  *id = running->session->session_id.to<VSS_ID>();
  return told("GetSessionId", hr::ok, {{"id", running->session->session_id.to_string()}});
}

bool WriterObject::IsWriterShuttingDown() { return record_.gone || !record_.subscribed; }

}  // namespace vsslab
