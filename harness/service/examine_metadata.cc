#include "service/examine_metadata.h"

#include "core/hresult.h"
#include "service/wm_objects.h"

namespace vsslab {

namespace {

using metadata::FileKind;
using metadata::WriterMetadata;

FileDescription describe(const metadata::FileSet& file) {
  return {file.path, file.filespec, file.recursive, file.alternate_path, file.backup_type};
}

FileDescription describe(const metadata::ExcludeSet& set) {
  return {set.path, set.filespec, set.recursive, {}, 0x0F0F};
}

// VSS_COMPONENTINFO owns its strings; FreeComponentInfo gives them back.
class ComponentObject final : public ComObject<IVssWMComponent> {
 public:
  ComponentObject(std::shared_ptr<const WriterMetadata> document, std::size_t index)
      : document_(std::move(document)), component_(document_->components[index]) {}

  HRESULT STDMETHODCALLTYPE GetComponentInfo(PVSSCOMPONENTINFO* out) override {
    if (out == nullptr) return E_INVALIDARG;
    auto* info = new VSS_COMPONENTINFO{};
    info->type = static_cast<VSS_COMPONENT_TYPE>(component_.type);
    give_bstr_or_null(component_.logical_path, &info->bstrLogicalPath);
    give_bstr(component_.name, &info->bstrComponentName);
    give_bstr_or_null(component_.caption, &info->bstrCaption);
    info->pbIcon = nullptr;
    info->cbIcon = 0;
    info->bRestoreMetadata = component_.restore_metadata;
    info->bNotifyOnBackupComplete = component_.notify_on_backup_complete;
    info->bSelectable = component_.selectable;
    info->bSelectableForRestore = component_.selectable_for_restore;
    info->dwComponentFlags = component_.flags;
    info->cFileCount = count(FileKind::filegroup);
    info->cDatabases = count(FileKind::database);
    info->cLogFiles = count(FileKind::database_log);
    info->cDependencies = static_cast<UINT>(component_.dependencies.size());
    *out = info;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE FreeComponentInfo(PVSSCOMPONENTINFO info) override {
    if (info == nullptr) return S_OK;
    SysFreeString(info->bstrLogicalPath);
    SysFreeString(info->bstrComponentName);
    SysFreeString(info->bstrCaption);
    delete info;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetFile(UINT index, IVssWMFiledesc** out) override {
    return file(FileKind::filegroup, index, out);
  }
  HRESULT STDMETHODCALLTYPE GetDatabaseFile(UINT index, IVssWMFiledesc** out) override {
    return file(FileKind::database, index, out);
  }
  HRESULT STDMETHODCALLTYPE GetDatabaseLogFile(UINT index, IVssWMFiledesc** out) override {
    return file(FileKind::database_log, index, out);
  }
  HRESULT STDMETHODCALLTYPE GetDependency(UINT index, IVssWMDependency** out) override {
    if (out == nullptr) return E_INVALIDARG;
    *out = nullptr;
    if (index >= component_.dependencies.size()) return hr::object_not_found;
    const metadata::Dependency& dependency = component_.dependencies[index];
    *out =
        make_dependency({dependency.writer_id, dependency.logical_path, dependency.component_name});
    return S_OK;
  }

 protected:
  void* query(const Guid& iid) override {
    return iid == Guid::from(__uuidof(IUnknown)) ? static_cast<IVssWMComponent*>(this) : nullptr;
  }

 private:
  UINT count(FileKind kind) const {
    UINT number = 0;
    for (const metadata::FileSet& file : component_.files) number += file.kind == kind ? 1 : 0;
    return number;
  }
  // Requesters read the files in order: the position of the last one is kept, so that reading
  // thousands is linear.
  HRESULT file(FileKind kind, UINT index, IVssWMFiledesc** out) {
    if (out == nullptr) return E_INVALIDARG;
    *out = nullptr;
    if (kind != last_kind_ || index < last_index_) {
      last_kind_ = kind;
      last_index_ = 0;
      position_ = 0;
    }
    for (; position_ < component_.files.size(); ++position_) {
      const metadata::FileSet& set = component_.files[position_];
      if (set.kind != kind) continue;
      if (last_index_ == index) {
        *out = make_file_description(describe(set));
        return S_OK;
      }
      ++last_index_;
    }
    last_kind_ = kind;
    last_index_ = 0;
    position_ = 0;
    return hr::object_not_found;
  }

  std::shared_ptr<const WriterMetadata> document_;
  const metadata::Component& component_;
  FileKind last_kind_ = FileKind::filegroup;
  UINT last_index_ = 0;
  std::size_t position_ = 0;
};

}  // namespace

void* ExamineMetadata::query(const Guid& iid) {
  const Guid mine[] = {Guid::from(__uuidof(IUnknown)),
                       Guid::from(__uuidof(IVssExamineWriterMetadata)),
                       Guid::from(__uuidof(IVssExamineWriterMetadataEx)),
                       Guid::from(__uuidof(IVssExamineWriterMetadataEx2))};
  for (const Guid& id : mine) {
    if (id == iid) return static_cast<IVssExamineWriterMetadataEx2*>(this);
  }
  return nullptr;
}

HRESULT ExamineMetadata::GetIdentity(VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                     VSS_USAGE_TYPE* usage, VSS_SOURCE_TYPE* source) {
  if (instance == nullptr || writer == nullptr || name == nullptr || usage == nullptr ||
      source == nullptr) {
    return E_INVALIDARG;
  }
  const metadata::Identification& id = document_->identification;
  *instance = id.instance_id.to<VSS_ID>();
  *writer = id.writer_id.to<VSS_ID>();
  give_bstr(id.friendly_name, name);
  *usage = static_cast<VSS_USAGE_TYPE>(id.usage);
  *source = static_cast<VSS_SOURCE_TYPE>(id.data_source);
  return S_OK;
}

HRESULT ExamineMetadata::GetIdentityEx(VSS_ID* instance, VSS_ID* writer, BSTR* name,
                                       BSTR* instance_name, VSS_USAGE_TYPE* usage,
                                       VSS_SOURCE_TYPE* source) {
  if (!give_bstr_or_null(document_->identification.instance_name, instance_name)) {
    return E_INVALIDARG;
  }
  return GetIdentity(instance, writer, name, usage, source);
}

HRESULT ExamineMetadata::GetFileCounts(UINT* includes, UINT* excludes, UINT* components) {
  if (includes == nullptr || excludes == nullptr || components == nullptr) return E_INVALIDARG;
  *includes = 0;  // include lists are gone since Server 2003 (X46)
  *excludes = static_cast<UINT>(document_->exclude_files.size());
  *components = static_cast<UINT>(document_->components.size());
  return S_OK;
}

HRESULT ExamineMetadata::GetIncludeFile(UINT, IVssWMFiledesc** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  return hr::object_not_found;
}

HRESULT ExamineMetadata::GetExcludeFile(UINT index, IVssWMFiledesc** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (index >= document_->exclude_files.size()) return hr::object_not_found;
  *out = make_file_description(describe(document_->exclude_files[index]));
  return S_OK;
}

HRESULT ExamineMetadata::GetComponent(UINT index, IVssWMComponent** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (index >= document_->components.size()) return hr::object_not_found;
  *out = new ComponentObject(document_, index);
  return S_OK;
}

HRESULT ExamineMetadata::GetRestoreMethod(VSS_RESTOREMETHOD_ENUM* method, BSTR* service,
                                          BSTR* user_procedure,
                                          VSS_WRITERRESTORE_ENUM* writer_restore,
                                          bool* reboot_required, UINT* mappings) {
  if (method == nullptr || service == nullptr || user_procedure == nullptr ||
      writer_restore == nullptr || reboot_required == nullptr || mappings == nullptr) {
    return E_INVALIDARG;
  }
  *method = VSS_RME_UNDEFINED;
  *service = nullptr;
  *user_procedure = nullptr;
  *writer_restore = VSS_WRE_UNDEFINED;
  *reboot_required = false;
  *mappings = 0;
  if (!document_->restore_method) return S_FALSE;
  const metadata::RestoreMethod& restore = *document_->restore_method;
  *method = static_cast<VSS_RESTOREMETHOD_ENUM>(restore.method);
  give_bstr_or_null(restore.service, service);
  give_bstr_or_null(restore.user_procedure, user_procedure);
  *writer_restore = static_cast<VSS_WRITERRESTORE_ENUM>(restore.writer_restore);
  *reboot_required = restore.reboot_required;
  *mappings = static_cast<UINT>(restore.alternate_locations.size());
  return S_OK;
}

HRESULT ExamineMetadata::GetAlternateLocationMapping(UINT index, IVssWMFiledesc** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (!document_->restore_method ||
      index >= document_->restore_method->alternate_locations.size()) {
    return hr::object_not_found;
  }
  const auto& mapping = document_->restore_method->alternate_locations[index];
  *out = make_file_description(
      {mapping.path, mapping.filespec, mapping.recursive, mapping.alternate_path, 0x0F0F});
  return S_OK;
}

HRESULT ExamineMetadata::GetBackupSchema(DWORD* schema) {
  if (schema == nullptr) return E_INVALIDARG;
  *schema = document_->backup_schema;
  return S_OK;
}

// Microsoft's DOM is not part of the lab; programs that read the text use SaveAsXML.
HRESULT ExamineMetadata::GetDocument(IXMLDOMDocument** document) {
  if (document == nullptr) return E_INVALIDARG;
  *document = nullptr;
  return E_NOTIMPL;
}

HRESULT ExamineMetadata::SaveAsXML(BSTR* xml) { return give_bstr(xml_, xml) ? S_OK : E_INVALIDARG; }

HRESULT ExamineMetadata::LoadFromXML(BSTR xml) {
  if (xml == nullptr) return E_INVALIDARG;
  std::string text = text_of(xml);
  auto parsed = metadata::parse_writer_metadata(text, "writer metadata document");
  if (!parsed) return hr::invalid_xml_document;
  document_ = std::make_shared<const WriterMetadata>(std::move(*parsed));
  xml_ = std::move(text);
  return S_OK;
}

HRESULT ExamineMetadata::GetVersion(DWORD* major, DWORD* minor) {
  if (major == nullptr || minor == nullptr) return E_INVALIDARG;
  *major = document_->identification.major_version;
  *minor = document_->identification.minor_version;
  return S_OK;
}

HRESULT ExamineMetadata::GetExcludeFromSnapshotCount(UINT* count) {
  if (count == nullptr) return E_INVALIDARG;
  *count = static_cast<UINT>(document_->exclude_files_from_snapshot.size());
  return S_OK;
}

HRESULT ExamineMetadata::GetExcludeFromSnapshotFile(UINT index, IVssWMFiledesc** out) {
  if (out == nullptr) return E_INVALIDARG;
  *out = nullptr;
  if (index >= document_->exclude_files_from_snapshot.size()) return hr::object_not_found;
  *out = make_file_description(describe(document_->exclude_files_from_snapshot[index]));
  return S_OK;
}

}  // namespace vsslab
