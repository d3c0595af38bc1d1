#include "service/express_writer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "win32/process.h"

namespace vsslab {

namespace {

// What a stored document cannot do (ne-vss-vss_backup_schema).
constexpr DWORD kRefusedSchemas =
    VSS_BS_DIFFERENTIAL | VSS_BS_INCREMENTAL | VSS_BS_EXCLUSIVE_INCREMENTAL_DIFFERENTIAL |
    VSS_BS_TIMESTAMPED | VSS_BS_LAST_MODIFY | VSS_BS_WRITER_SUPPORTS_NEW_TARGET |
    VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE | VSS_BS_ROLLFORWARD_RESTORE | VSS_BS_RESTORE_RENAME |
    VSS_BS_AUTHORITATIVE_RESTORE | VSS_BS_WRITER_SUPPORTS_PARALLEL_RESTORES;
constexpr DWORD kRefusedFlags = VSS_CF_BACKUP_RECOVERY | VSS_CF_APP_ROLLBACK_RECOVERY;
constexpr DWORD kRefusedBackupTypes = VSS_FSBT_DIFFERENTIAL_BACKUP_REQUIRED |
                                      VSS_FSBT_INCREMENTAL_BACKUP_REQUIRED |
                                      VSS_FSBT_LOG_BACKUP_REQUIRED;
// The default of AddFilesToFileGroup names every type, and is what a caller gives who leaves the
// mask out.
constexpr DWORD kDefaultMask = VSS_FSBT_ALL_BACKUP_REQUIRED | VSS_FSBT_ALL_SNAPSHOT_REQUIRED;

bool refused_method(VSS_RESTOREMETHOD_ENUM method) {
  return method == VSS_RME_RESTORE_TO_ALTERNATE_LOCATION || method == VSS_RME_CUSTOM;
}

template <std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, std::size_t number) {
  return number < N ? names[number] : names[0];
}
constexpr std::array<std::string_view, 9> kMethodNames = {
    "VSS_RME_UNDEFINED",
    "VSS_RME_RESTORE_IF_NOT_THERE",
    "VSS_RME_RESTORE_IF_CAN_REPLACE",
    "VSS_RME_STOP_RESTORE_START",
    "VSS_RME_RESTORE_TO_ALTERNATE_LOCATION",
    "VSS_RME_RESTORE_AT_REBOOT",
    "VSS_RME_RESTORE_AT_REBOOT_IF_CANNOT_REPLACE",
    "VSS_RME_CUSTOM",
    "VSS_RME_RESTORE_STOP_START"};
constexpr std::array<std::string_view, 4> kWriterRestoreNames = {
    "VSS_WRE_UNDEFINED", "VSS_WRE_NEVER", "VSS_WRE_IF_REPLACE_FAILS", "VSS_WRE_ALWAYS"};
constexpr std::array<std::string_view, 5> kUsageNames = {
    "VSS_UT_UNDEFINED", "VSS_UT_BOOTABLESYSTEMSTATE", "VSS_UT_SYSTEMSERVICE", "VSS_UT_USERDATA",
    "VSS_UT_OTHER"};

// The program that makes the call, as a writer: it is none that runs, but its document is one's.
struct Caller {
  std::string name;
  ActorId actor = 0;
};
Caller caller(LabVss::Impl& service) {
  const LabProcess* const process = current_process();
  const std::string name = process != nullptr ? process->name : "unknown";
  return {name, service.journal.actor(ActorKind::writer, name)};
}

// VSS_UT_OTHER is refused (nf-vswriter-ivssexpresswriter-createmetadata).
bool allowed_usage(VSS_USAGE_TYPE usage) {
  return usage == VSS_UT_BOOTABLESYSTEMSTATE || usage == VSS_UT_SYSTEMSERVICE ||
         usage == VSS_UT_USERDATA;
}

}  // namespace

// --- The document ---

void* ExpressMetadata::query(const Guid& iid) {
  const bool known = iid == Guid::from(__uuidof(IUnknown)) ||
                     iid == Guid::from(__uuidof(IVssCreateExpressWriterMetadata));
  return known ? static_cast<IVssCreateExpressWriterMetadata*>(this) : nullptr;
}

HRESULT ExpressMetadata::told(std::string_view call, Hr result, Args args) {
  const auto [name, actor] = caller(service_);
  const Hr said = service_.wire.told(name, call, result);
  if (failed(result) || failed(said)) service_.wire.instant({0, actor, call, 0}, said, args);
  return said;
}

HRESULT ExpressMetadata::AddExcludeFiles(LPCWSTR path, LPCWSTR filespec, bool recursive) {
  const Hr result = path == nullptr || filespec == nullptr ? hr::invalid_arg : hr::ok;
  if (succeeded(result)) {
    metadata::ExcludeSet set;
    set.path = text_of(path);
    set.filespec = text_of(filespec);
    set.recursive = recursive;
    document_->add_exclude_files(std::move(set));
  }
  return told("AddExcludeFiles", result,
              {{"file_path", text_of(path)},
               {"filespec", text_of(filespec)},
               {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                      LPCWSTR caption, const BYTE*, UINT, bool restore_metadata,
                                      bool notify, bool selectable, bool selectable_for_restore,
                                      DWORD flags) {
  Hr result = hr::ok;
  if (name == nullptr || *name == 0 || (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP)) {
    result = hr::invalid_arg;
  } else if ((flags & kRefusedFlags) != 0) {
    result = VSS_E_NOT_SUPPORTED;
  } else if (document_->find(text_of(path), text_of(name)) != nullptr) {
    result = hr::object_already_exists;
  } else {
    metadata::Component component;
    component.type = static_cast<metadata::ComponentType>(type);
    component.logical_path = text_of(path);
    component.name = text_of(name);
    component.caption = text_of(caption);
    component.restore_metadata = restore_metadata;
    component.notify_on_backup_complete = notify;
    component.selectable = selectable;
    component.selectable_for_restore = selectable_for_restore;
    component.flags = flags;
    document_->add_component(std::move(component));
  }
  return told("AddComponent", result,
              {{"path", text_of(path)},
               {"component", text_of(name)},
               {"flags", journal_hex(flags)},
               {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::AddFilesToFileGroup(LPCWSTR path, LPCWSTR group, LPCWSTR file_path,
                                             LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                                             DWORD backup_type) {
  Hr result = hr::ok;
  metadata::Component* component = nullptr;
  if (group == nullptr || file_path == nullptr || filespec == nullptr) {
    result = hr::invalid_arg;
  } else if (alternate != nullptr && *alternate != 0) {
    result = VSS_E_NOT_SUPPORTED;
  } else if (backup_type != kDefaultMask && (backup_type & kRefusedBackupTypes) != 0) {
    result = VSS_E_NOT_SUPPORTED;
  } else if (component = document_->find(text_of(path), text_of(group)); component == nullptr) {
    result = hr::object_not_found;
  } else if (component->type != metadata::ComponentType::filegroup) {
    result = hr::invalid_arg;
  } else {
    metadata::FileSet set;
    set.path = text_of(file_path);
    set.filespec = text_of(filespec);
    set.backup_type = backup_type;
    set.recursive = recursive;
    component->files.push_back(std::move(set));
  }
  return told("AddFilesToFileGroup", result,
              {{"path", text_of(path)},
               {"component", text_of(group)},
               {"file_path", text_of(file_path)},
               {"filespec", text_of(filespec)},
               {"alternate", text_of(alternate)},
               {"backup_type", journal_hex(backup_type)},
               {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                          LPCWSTR user_procedure,
                                          VSS_WRITERRESTORE_ENUM writer_restore,
                                          bool reboot_required) {
  // No event reaches an express writer, so it can do nothing in a restore.
  const bool refused = refused_method(method) || writer_restore != VSS_WRE_NEVER;
  if (!refused) {
    metadata::RestoreMethod restore;
    restore.method = static_cast<metadata::RestoreMethodType>(method);
    restore.service = text_of(service);
    restore.user_procedure = text_of(user_procedure);
    restore.writer_restore = metadata::WriterRestore::never;
    restore.reboot_required = reboot_required;
    document_->set_restore_method(std::move(restore));
  }
  return told(
      "SetRestoreMethod", refused ? Hr{VSS_E_NOT_SUPPORTED} : hr::ok,
      {{"method", name_of(kMethodNames, static_cast<std::size_t>(method))},
       {"writer_restore", name_of(kWriterRestoreNames, static_cast<std::size_t>(writer_restore))},
       {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on_writer,
                                                LPCWSTR on_path, LPCWSTR on_name) {
  Hr result = hr::ok;
  metadata::Component* component = nullptr;
  if (name == nullptr || on_name == nullptr) {
    result = hr::invalid_arg;
  } else if (component = document_->find(text_of(path), text_of(name)); component == nullptr) {
    result = hr::object_not_found;
  } else {
    metadata::Dependency dependency;
    dependency.writer_id = Guid::from(on_writer);
    dependency.logical_path = text_of(on_path);
    dependency.component_name = text_of(on_name);
    component->dependencies.push_back(std::move(dependency));
  }
  return told("AddComponentDependency", result,
              {{"path", text_of(path)},
               {"component", text_of(name)},
               {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::SetBackupSchema(DWORD schema) {
  const bool refused = (schema & kRefusedSchemas) != 0;
  if (!refused) document_->backup_schema = schema;
  return told("SetBackupSchema", refused ? Hr{VSS_E_NOT_SUPPORTED} : hr::ok,
              {{"schema", journal_hex(schema)},
               {"writer_id", document_->identification.writer_id.to_string()}});
}

HRESULT ExpressMetadata::SaveAsXML(BSTR* xml) {
  return give_bstr(metadata::emit(*document_), xml) ? S_OK : E_INVALIDARG;
}

// --- The store ---

void* ExpressWriter::query(const Guid& iid) {
  const bool known =
      iid == Guid::from(__uuidof(IUnknown)) || iid == Guid::from(__uuidof(IVssExpressWriter));
  return known ? static_cast<IVssExpressWriter*>(this) : nullptr;
}

HRESULT ExpressWriter::told(std::string_view call, Hr result, Args args, bool with_document) {
  const auto [name, actor] = caller(service_);
  const Hr said = service_.wire.told(name, call, result);
  const std::int32_t document =
      with_document && document_ != nullptr
          ? service_.journal.add_document(DocumentKind::writer_metadata, metadata::emit(*document_))
          : -1;
  last_call_ = service_.wire.instant({0, actor, call, 0}, said, args, document);
  return said;
}

HRESULT ExpressWriter::CreateMetadata(VSS_ID writer, LPCWSTR name, VSS_USAGE_TYPE usage,
                                      DWORD major, DWORD minor, DWORD reserved,
                                      IVssCreateExpressWriterMetadata** out) {
  Hr result = hr::ok;
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || name == nullptr || *name == 0 || reserved != 0 || !allowed_usage(usage)) {
    result = hr::invalid_arg;
  } else {
    auto document = std::make_shared<metadata::WriterMetadata>();
    metadata::Identification& id = document->identification;
    id.writer_id = Guid::from(writer);
    id.instance_id = Guid::random(service_.prng);
    id.friendly_name = text_of(name);
    id.usage = static_cast<metadata::UsageType>(usage);
    id.data_source = metadata::SourceType::other;
    id.major_version = major;
    id.minor_version = minor;
    document_ = std::move(document);
    *out = new ExpressMetadata(service_, document_);
  }
  return told("CreateMetadata", result,
              {{"writer_id", Guid::from(writer).to_string()},
               {"name", text_of(name)},
               {"usage", name_of(kUsageNames, static_cast<std::size_t>(usage))},
               {"version", fmt::format("{}.{}", major, minor)}});
}

HRESULT ExpressWriter::LoadMetadata(LPCWSTR xml, DWORD reserved) {
  if (xml == nullptr || reserved != 0) return told("LoadMetadata", hr::invalid_arg, {});
  auto document = metadata::parse_writer_metadata(text_of(xml), "LoadMetadata");
  if (!document || document->fragment) return told("LoadMetadata", hr::invalid_xml_document, {});
  document_ = std::make_shared<metadata::WriterMetadata>(std::move(*document));
  return told("LoadMetadata", hr::ok,
              {{"writer_id", document_->identification.writer_id.to_string()},
               {"name", document_->identification.friendly_name}});
}

HRESULT ExpressWriter::Register() {
  if (document_ == nullptr) return told("Register", hr::bad_state, {});
  const Guid& id = document_->identification.writer_id;
  const Hr result = service_.is_express(id) ? hr::object_already_exists : hr::ok;
  const HRESULT said = told("Register", result, {{"writer_id", id.to_string()}}, true);
  if (succeeded(result)) service_.register_express(*document_, last_call_);
  return said;
}

HRESULT ExpressWriter::Unregister(VSS_ID writer) {
  const Guid id = Guid::from(writer);
  const Hr result = service_.is_express(id) ? hr::ok : hr::object_not_found;
  const HRESULT said = told("Unregister", result, {{"writer_id", id.to_string()}});
  if (succeeded(result)) service_.unregister_express(id, last_call_);
  return said;
}

bool LabVss::Impl::is_express(const Guid& writer) const {
  return std::any_of(express.begin(), express.end(), [&](const auto& record) {
    return !record->gone && record->class_id == writer;
  });
}

void LabVss::Impl::register_express(const metadata::WriterMetadata& document, Seq cause) {
  const metadata::Identification& id = document.identification;
  auto record = std::make_unique<WriterRecord>();
  record->name = id.friendly_name;
  record->actor = journal.actor(ActorKind::writer, record->name);
  record->class_id = id.writer_id;
  record->instance_id = id.instance_id;
  record->friendly_name = id.friendly_name;
  record->usage = static_cast<std::uint32_t>(id.usage);
  record->source = static_cast<std::uint32_t>(id.data_source);
  record->stored = std::make_shared<const metadata::WriterMetadata>(document);
  record->stored_xml = metadata::emit(document);
  fact(nullptr, "ExpressWriter", cause, {{"writer", record->name}, {"registered", "yes"}});
  express.push_back(std::move(record));
}

void LabVss::Impl::unregister_express(const Guid& writer, Seq cause) {
  for (const auto& record : express) {
    if (record->gone || record->class_id != writer) continue;
    record->gone = true;  // sessions that gathered it keep what they saw
    fact(nullptr, "ExpressWriter", cause, {{"writer", record->name}, {"registered", "no"}});
  }
}

}  // namespace vsslab
