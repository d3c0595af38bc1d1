#include "service/express_writer.h"

#include <algorithm>

#include "service/impl.h"

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

HRESULT ExpressMetadata::AddExcludeFiles(LPCWSTR path, LPCWSTR filespec, bool recursive) {
  if (path == nullptr || filespec == nullptr) return E_INVALIDARG;
  metadata::ExcludeSet set;
  set.path = text_of(path);
  set.filespec = text_of(filespec);
  set.recursive = recursive;
  document_->add_exclude_files(std::move(set));
  return S_OK;
}

HRESULT ExpressMetadata::AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                      LPCWSTR caption, const BYTE*, UINT, bool restore_metadata,
                                      bool notify, bool selectable, bool selectable_for_restore,
                                      DWORD flags) {
  if (name == nullptr || *name == 0) return E_INVALIDARG;
  if (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP) return E_INVALIDARG;
  if ((flags & kRefusedFlags) != 0) return VSS_E_NOT_SUPPORTED;
  if (document_->find(text_of(path), text_of(name)) != nullptr) {
    return VSS_E_OBJECT_ALREADY_EXISTS;
  }
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
  return S_OK;
}

HRESULT ExpressMetadata::AddFilesToFileGroup(LPCWSTR path, LPCWSTR group, LPCWSTR file_path,
                                             LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                                             DWORD backup_type) {
  if (group == nullptr || file_path == nullptr || filespec == nullptr) return E_INVALIDARG;
  if (alternate != nullptr && *alternate != 0) return VSS_E_NOT_SUPPORTED;
  if (backup_type != kDefaultMask && (backup_type & kRefusedBackupTypes) != 0) {
    return VSS_E_NOT_SUPPORTED;
  }
  metadata::Component* const component = document_->find(text_of(path), text_of(group));
  if (component == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  if (component->type != metadata::ComponentType::filegroup) return E_INVALIDARG;
  metadata::FileSet set;
  set.path = text_of(file_path);
  set.filespec = text_of(filespec);
  set.backup_type = backup_type;
  set.recursive = recursive;
  component->files.push_back(std::move(set));
  return S_OK;
}

HRESULT ExpressMetadata::SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                          LPCWSTR user_procedure,
                                          VSS_WRITERRESTORE_ENUM writer_restore,
                                          bool reboot_required) {
  // No event reaches an express writer, so it can do nothing in a restore.
  if (refused_method(method) || writer_restore != VSS_WRE_NEVER) return VSS_E_NOT_SUPPORTED;
  metadata::RestoreMethod restore;
  restore.method = static_cast<metadata::RestoreMethodType>(method);
  restore.service = text_of(service);
  restore.user_procedure = text_of(user_procedure);
  restore.writer_restore = metadata::WriterRestore::never;
  restore.reboot_required = reboot_required;
  document_->set_restore_method(std::move(restore));
  return S_OK;
}

HRESULT ExpressMetadata::AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on_writer,
                                                LPCWSTR on_path, LPCWSTR on_name) {
  if (name == nullptr || on_name == nullptr) return E_INVALIDARG;
  metadata::Component* const component = document_->find(text_of(path), text_of(name));
  if (component == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  metadata::Dependency dependency;
  dependency.writer_id = Guid::from(on_writer);
  dependency.logical_path = text_of(on_path);
  dependency.component_name = text_of(on_name);
  component->dependencies.push_back(std::move(dependency));
  return S_OK;
}

HRESULT ExpressMetadata::SetBackupSchema(DWORD schema) {
  if ((schema & kRefusedSchemas) != 0) return VSS_E_NOT_SUPPORTED;
  document_->backup_schema = schema;
  return S_OK;
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

HRESULT ExpressWriter::CreateMetadata(VSS_ID writer, LPCWSTR name, VSS_USAGE_TYPE usage,
                                      DWORD major, DWORD minor, DWORD reserved,
                                      IVssCreateExpressWriterMetadata** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (name == nullptr || *name == 0 || reserved != 0 || !allowed_usage(usage)) return E_INVALIDARG;
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
  *out = new ExpressMetadata(document_);
  return S_OK;
}

HRESULT ExpressWriter::LoadMetadata(LPCWSTR xml, DWORD reserved) {
  if (xml == nullptr || reserved != 0) return E_INVALIDARG;
  auto document = metadata::parse_writer_metadata(text_of(xml), "LoadMetadata");
  if (!document || document->fragment) return VSS_E_INVALID_XML_DOCUMENT;
  document_ = std::make_shared<metadata::WriterMetadata>(std::move(*document));
  return S_OK;
}

HRESULT ExpressWriter::Register() {
  if (document_ == nullptr) return VSS_E_BAD_STATE;
  return service_.register_express(*document_);
}

HRESULT ExpressWriter::Unregister(VSS_ID writer) {
  return service_.unregister_express(Guid::from(writer));
}

Hr LabVss::Impl::register_express(const metadata::WriterMetadata& document) {
  const metadata::Identification& id = document.identification;
  const auto same = [&](const auto& record) {
    return !record->gone && record->class_id == id.writer_id;
  };
  if (std::any_of(express.begin(), express.end(), same)) return hr::object_already_exists;
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
  fact(nullptr, "ExpressWriter", 0, {{"writer", record->name}, {"registered", "yes"}});
  express.push_back(std::move(record));
  return hr::ok;
}

Hr LabVss::Impl::unregister_express(const Guid& writer) {
  for (const auto& record : express) {
    if (record->gone || record->class_id != writer) continue;
    record->gone = true;  // sessions that gathered it keep what they saw
    fact(nullptr, "ExpressWriter", 0, {{"writer", record->name}, {"registered", "no"}});
    return hr::ok;
  }
  return hr::object_not_found;
}

}  // namespace vsslab
