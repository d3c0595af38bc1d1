#include "service/create_metadata.h"

#include <utility>

#include "service/com.h"

namespace vsslab {

using metadata::ComponentType;
using metadata::FileKind;

CreateMetadata::CreateMetadata(LabVss::Impl& service, HandlerFrame& frame,
                               const WriterRecord& writer)
    : service_(service), frame_(&frame), writer_(writer) {
  metadata::Identification& id = document_.identification;
  id.writer_id = writer.class_id;
  id.instance_id = writer.instance_id;
  id.instance_name = writer.instance_name;
  id.friendly_name = writer.friendly_name;
  id.usage = static_cast<metadata::UsageType>(writer.usage);
  id.data_source = static_cast<metadata::SourceType>(writer.source);
  id.major_version = writer.major_version;
  id.minor_version = writer.minor_version;
}

metadata::WriterMetadata CreateMetadata::finish() {
  frame_ = nullptr;
  return std::move(document_);
}

HRESULT CreateMetadata::told(std::string_view call, Hr result, LPCWSTR path, LPCWSTR name,
                             std::string_view file_path, std::string_view filespec) {
  if (succeeded(result)) return result;
  const std::uint32_t session = frame_ != nullptr ? frame_->session->number : 0;
  service_.wire.instant({session, writer_.actor, call, frame_ != nullptr ? frame_->enter : 0},
                        result,
                        {{"path", text_of(path)},
                         {"component", text_of(name)},
                         {"file_path", file_path},
                         {"filespec", filespec},
                         {"in", frame_ != nullptr ? "Identify" : "none"}});
  return result;
}

metadata::Component* CreateMetadata::find(LPCWSTR path, LPCWSTR name) {
  const auto place = places_.find({text_of(path), text_of(name)});
  return place == places_.end() ? nullptr : &document_.components[place->second];
}

HRESULT CreateMetadata::AddIncludeFiles(LPCWSTR path, LPCWSTR filespec, bool, LPCWSTR) {
  // Gone since Server 2003 (VSSM-WMD-009).
  return told("AddIncludeFiles", hr::not_impl, nullptr, nullptr, text_of(path), text_of(filespec));
}

HRESULT CreateMetadata::AddExcludeFiles(LPCWSTR path, LPCWSTR filespec, bool recursive) {
  if (frame_ == nullptr) return told("AddExcludeFiles", hr::bad_state, nullptr, nullptr);
  if (path == nullptr || filespec == nullptr) {
    return told("AddExcludeFiles", hr::invalid_arg, nullptr, nullptr);
  }
  metadata::ExcludeSet set;
  set.path = text_of(path);
  set.filespec = text_of(filespec);
  set.recursive = recursive;
  document_.add_exclude_files(std::move(set));
  return S_OK;
}

HRESULT CreateMetadata::AddExcludeFilesFromSnapshot(LPCWSTR path, LPCWSTR filespec,
                                                    bool recursive) {
  if (frame_ == nullptr)
    return told("AddExcludeFilesFromSnapshot", hr::bad_state, nullptr, nullptr);
  if (path == nullptr || filespec == nullptr) {
    return told("AddExcludeFilesFromSnapshot", hr::invalid_arg, nullptr, nullptr);
  }
  metadata::ExcludeSet set;
  set.path = text_of(path);
  set.filespec = text_of(filespec);
  set.recursive = recursive;
  document_.add_exclude_files_from_snapshot(std::move(set));
  return S_OK;
}

HRESULT CreateMetadata::AddComponent(VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                     LPCWSTR caption, const BYTE*, UINT, bool restore_metadata,
                                     bool notify, bool selectable, bool selectable_for_restore,
                                     DWORD flags) {
  Hr result = hr::ok;
  if (frame_ == nullptr) {
    result = hr::bad_state;
  } else if (name == nullptr || *name == 0 ||
             (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP)) {
    result = hr::invalid_arg;
  } else if (find(path, name) != nullptr) {
    result = hr::object_already_exists;
  }
  if (failed(result)) return told("AddComponent", result, path, name);
  metadata::Component component;
  component.type = static_cast<ComponentType>(type);
  component.logical_path = text_of(path);
  component.name = text_of(name);
  component.caption = text_of(caption);
  component.restore_metadata = restore_metadata;
  component.notify_on_backup_complete = notify;
  component.selectable = selectable;
  component.selectable_for_restore = selectable_for_restore;
  component.flags = flags;
  places_.emplace(std::pair(component.logical_path, component.name), document_.components.size());
  document_.add_component(std::move(component));
  return S_OK;
}

HRESULT CreateMetadata::add_file(std::string_view call, FileKind kind, LPCWSTR path, LPCWSTR name,
                                 LPCWSTR file_path, LPCWSTR filespec, bool recursive,
                                 LPCWSTR alternate, DWORD backup_type) {
  Hr result = hr::ok;
  metadata::Component* component = nullptr;
  if (frame_ == nullptr) {
    result = hr::bad_state;
  } else if (name == nullptr || file_path == nullptr || filespec == nullptr) {
    result = hr::invalid_arg;
  } else if (component = find(path, name); component == nullptr) {
    result = hr::object_not_found;
  } else if ((kind == FileKind::filegroup) != (component->type == ComponentType::filegroup)) {
    result = hr::invalid_arg;
  }
  if (failed(result)) return told(call, result, path, name, text_of(file_path), text_of(filespec));
  metadata::FileSet set;
  set.path = text_of(file_path);
  set.filespec = text_of(filespec);
  set.alternate_path = text_of(alternate);
  set.backup_type = backup_type;
  set.kind = kind;
  set.recursive = recursive;
  component->files.push_back(std::move(set));
  return S_OK;
}

HRESULT CreateMetadata::AddDatabaseFiles(LPCWSTR path, LPCWSTR database, LPCWSTR file_path,
                                         LPCWSTR filespec, DWORD backup_type) {
  return add_file("AddDatabaseFiles", FileKind::database, path, database, file_path, filespec,
                  false, nullptr, backup_type);
}

HRESULT CreateMetadata::AddDatabaseLogFiles(LPCWSTR path, LPCWSTR database, LPCWSTR file_path,
                                            LPCWSTR filespec, DWORD backup_type) {
  return add_file("AddDatabaseLogFiles", FileKind::database_log, path, database, file_path,
                  filespec, false, nullptr, backup_type);
}

HRESULT CreateMetadata::AddFilesToFileGroup(LPCWSTR path, LPCWSTR group, LPCWSTR file_path,
                                            LPCWSTR filespec, bool recursive, LPCWSTR alternate,
                                            DWORD backup_type) {
  return add_file("AddFilesToFileGroup", FileKind::filegroup, path, group, file_path, filespec,
                  recursive, alternate, backup_type);
}

HRESULT CreateMetadata::SetRestoreMethod(VSS_RESTOREMETHOD_ENUM method, LPCWSTR service,
                                         LPCWSTR user_procedure,
                                         VSS_WRITERRESTORE_ENUM writer_restore,
                                         bool reboot_required) {
  if (frame_ == nullptr) return told("SetRestoreMethod", hr::bad_state, nullptr, nullptr);
  metadata::RestoreMethod restore;
  restore.method = static_cast<metadata::RestoreMethodType>(method);
  restore.service = text_of(service);
  restore.user_procedure = text_of(user_procedure);
  restore.writer_restore = static_cast<metadata::WriterRestore>(writer_restore);
  restore.reboot_required = reboot_required;
  document_.set_restore_method(std::move(restore));
  return S_OK;
}

HRESULT CreateMetadata::AddAlternateLocationMapping(LPCWSTR path, LPCWSTR filespec, bool recursive,
                                                    LPCWSTR destination) {
  Hr result = hr::ok;
  if (frame_ == nullptr) {
    result = hr::bad_state;
  } else if (path == nullptr || filespec == nullptr || destination == nullptr) {
    result = hr::invalid_arg;
  } else if (!document_.restore_method) {
    result = hr::object_not_found;  // SetRestoreMethod comes first
  }
  if (failed(result)) {
    return told("AddAlternateLocationMapping", result, nullptr, nullptr, text_of(path),
                text_of(filespec));
  }
  metadata::AlternateLocationMapping mapping;
  mapping.path = text_of(path);
  mapping.filespec = text_of(filespec);
  mapping.recursive = recursive;
  mapping.alternate_path = text_of(destination);
  document_.restore_method->alternate_locations.push_back(std::move(mapping));
  return S_OK;
}

HRESULT CreateMetadata::AddComponentDependency(LPCWSTR path, LPCWSTR name, VSS_ID on_writer,
                                               LPCWSTR on_path, LPCWSTR on_name) {
  Hr result = hr::ok;
  metadata::Component* component = nullptr;
  if (frame_ == nullptr) {
    result = hr::bad_state;
  } else if (name == nullptr || on_name == nullptr) {
    result = hr::invalid_arg;
  } else if (component = find(path, name); component == nullptr) {
    result = hr::object_not_found;
  }
  if (failed(result)) return told("AddComponentDependency", result, path, name);
  metadata::Dependency dependency;
  dependency.writer_id = Guid::from(on_writer);
  dependency.logical_path = text_of(on_path);
  dependency.component_name = text_of(on_name);
  component->dependencies.push_back(std::move(dependency));
  return S_OK;
}

HRESULT CreateMetadata::SetBackupSchema(DWORD schema) {
  if (frame_ == nullptr) return told("SetBackupSchema", hr::bad_state, nullptr, nullptr);
  document_.backup_schema = schema;
  return S_OK;
}

HRESULT CreateMetadata::GetDocument(IXMLDOMDocument** document) {
  if (document == nullptr) return E_INVALIDARG;
  *document = nullptr;
  return E_NOTIMPL;
}

HRESULT CreateMetadata::SaveAsXML(BSTR* xml) {
  return give_bstr(metadata::emit(document_), xml) ? S_OK : E_INVALIDARG;
}

HRESULT CreateMetadata::QueryInterface(REFIID iid, void** out) {
  if (out == nullptr) return E_POINTER;
  const Guid id = Guid::from(iid);
  *out = nullptr;
  if (id == Guid::from(__uuidof(IVssCreateWriterMetadataEx))) {
    *out = static_cast<IVssCreateWriterMetadataEx*>(this);
  } else if (id == Guid::from(__uuidof(IUnknown))) {
    *out = static_cast<IUnknown*>(this);
  }
  return *out != nullptr ? S_OK : E_NOINTERFACE;
}

}  // namespace vsslab
