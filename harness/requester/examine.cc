#include "requester/examine.h"

#include <string>
#include <utility>

#include "core/hresult.h"
#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

// Leaves the getters at the first that fails; caught in examine().
struct GetterFailed {
  std::string message;
};

void must(HRESULT hr, const char* getter) {
  if (FAILED(hr)) throw GetterFailed{std::string(getter) + " gave " + hresult_name(hr)};
}

metadata::FileSet read_file(IVssWMFiledesc& file, metadata::FileKind kind) {
  metadata::FileSet files;
  files.kind = kind;
  BSTR path = NULL;
  must(file.GetPath(&path), "IVssWMFiledesc::GetPath");
  files.path = take(path);
  BSTR alternate = NULL;
  must(file.GetAlternateLocation(&alternate), "IVssWMFiledesc::GetAlternateLocation");
  files.alternate_path = take(alternate);
  BSTR spec = NULL;
  must(file.GetFilespec(&spec), "IVssWMFiledesc::GetFilespec");
  files.filespec = take(spec);
  must(file.GetRecursive(&files.recursive), "IVssWMFiledesc::GetRecursive");
  DWORD mask = 0;
  must(file.GetBackupTypeMask(&mask), "IVssWMFiledesc::GetBackupTypeMask");
  files.backup_type = mask;
  return files;
}

metadata::ExcludeSet read_exclude(IVssWMFiledesc& file) {
  metadata::FileSet files = read_file(file, metadata::FileKind::filegroup);
  return {std::move(files.path), std::move(files.filespec), files.recursive, {}};
}

void read_restore_method(IVssExamineWriterMetadata& document, metadata::WriterMetadata& metadata) {
  VSS_RESTOREMETHOD_ENUM method = VSS_RME_UNDEFINED;
  VSS_WRITERRESTORE_ENUM events = VSS_WRE_UNDEFINED;
  BSTR service = NULL;
  BSTR procedure = NULL;
  bool reboot = false;
  UINT mappings = 0;
  const HRESULT got =
      document.GetRestoreMethod(&method, &service, &procedure, &events, &reboot, &mappings);
  must(got, "GetRestoreMethod");
  metadata::RestoreMethod restore;
  restore.service = take(service);
  restore.user_procedure = take(procedure);
  if (got == S_FALSE) return;  // the writer named none
  restore.method = static_cast<metadata::RestoreMethodType>(method);
  restore.writer_restore = static_cast<metadata::WriterRestore>(events);
  restore.reboot_required = reboot;
  for (UINT i = 0; i < mappings; ++i) {
    Held<IVssWMFiledesc> file;
    must(document.GetAlternateLocationMapping(i, file.out()), "GetAlternateLocationMapping");
    metadata::FileSet files = read_file(*file.get(), metadata::FileKind::filegroup);
    restore.alternate_locations.push_back({std::move(files.path),
                                           std::move(files.filespec),
                                           files.recursive,
                                           std::move(files.alternate_path),
                                           {}});
  }
  metadata.restore_method = std::move(restore);
}

void read_excludes(IVssExamineWriterMetadata& document, UINT count,
                   metadata::WriterMetadata& metadata) {
  for (UINT i = 0; i < count; ++i) {
    Held<IVssWMFiledesc> file;
    must(document.GetExcludeFile(i, file.out()), "GetExcludeFile");
    metadata.exclude_files.push_back(read_exclude(*file.get()));
  }
  Held<IVssExamineWriterMetadataEx2> newer;
  void* found = NULL;
  if (FAILED(document.QueryInterface(__uuidof(IVssExamineWriterMetadataEx2), &found))) return;
  *newer.out() = static_cast<IVssExamineWriterMetadataEx2*>(found);
  UINT left_out = 0;
  must(newer->GetExcludeFromSnapshotCount(&left_out), "GetExcludeFromSnapshotCount");
  for (UINT i = 0; i < left_out; ++i) {
    Held<IVssWMFiledesc> file;
    must(newer->GetExcludeFromSnapshotFile(i, file.out()), "GetExcludeFromSnapshotFile");
    metadata.exclude_files_from_snapshot.push_back(read_exclude(*file.get()));
  }
}

void read_dependency(IVssWMComponent& from, UINT index, metadata::Component& component) {
  Held<IVssWMDependency> on;
  must(from.GetDependency(index, on.out()), "IVssWMComponent::GetDependency");
  metadata::Dependency dependency;
  VSS_ID id{};
  must(on->GetWriterId(&id), "IVssWMDependency::GetWriterId");
  dependency.writer_id = Guid::from(id);
  BSTR path = NULL;
  must(on->GetLogicalPath(&path), "IVssWMDependency::GetLogicalPath");
  dependency.logical_path = take(path);
  BSTR name = NULL;
  must(on->GetComponentName(&name), "IVssWMDependency::GetComponentName");
  dependency.component_name = take(name);
  component.dependencies.push_back(std::move(dependency));
}

using FileGetter = HRESULT (STDMETHODCALLTYPE IVssWMComponent::*)(UINT, IVssWMFiledesc**);

void read_files(IVssWMComponent& from, UINT count, FileGetter getter, metadata::FileKind kind,
                metadata::Component& component) {
  for (UINT i = 0; i < count; ++i) {
    Held<IVssWMFiledesc> file;
    must((from.*getter)(i, file.out()), "IVssWMComponent::GetFile");
    component.files.push_back(read_file(*file.get(), kind));
  }
}

metadata::Component read_component(IVssWMComponent& from) {
  PVSSCOMPONENTINFO info = NULL;
  must(from.GetComponentInfo(&info), "IVssWMComponent::GetComponentInfo");
  metadata::Component component;
  component.type = static_cast<metadata::ComponentType>(info->type);
  component.logical_path = narrow(info->bstrLogicalPath);
  component.name = narrow(info->bstrComponentName);
  component.selectable = info->bSelectable;
  component.selectable_for_restore = info->bSelectableForRestore;
  component.notify_on_backup_complete = info->bNotifyOnBackupComplete;
  component.flags = info->dwComponentFlags;
  const UINT files = info->cFileCount;
  const UINT databases = info->cDatabases;
  const UINT logs = info->cLogFiles;
  const UINT dependencies = info->cDependencies;
  from.FreeComponentInfo(info);

  component.files.reserve(files + databases + logs);
  read_files(from, files, &IVssWMComponent::GetFile, metadata::FileKind::filegroup, component);
  read_files(from, databases, &IVssWMComponent::GetDatabaseFile, metadata::FileKind::database,
             component);
  read_files(from, logs, &IVssWMComponent::GetDatabaseLogFile, metadata::FileKind::database_log,
             component);
  for (UINT i = 0; i < dependencies; ++i) read_dependency(from, i, component);
  return component;
}

}  // namespace

Result<metadata::WriterMetadata> examine(IVssExamineWriterMetadata& document, Depth depth) {
  try {
    metadata::WriterMetadata metadata;
    VSS_ID instance{};
    VSS_ID writer{};
    BSTR name = NULL;
    VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
    VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;
    must(document.GetIdentity(&instance, &writer, &name, &usage, &source), "GetIdentity");
    metadata.identification.friendly_name = take(name);
    metadata.identification.writer_id = Guid::from(writer);
    metadata.identification.instance_id = Guid::from(instance);
    metadata.identification.usage = static_cast<metadata::UsageType>(usage);
    metadata.identification.data_source = static_cast<metadata::SourceType>(source);
    UINT includes = 0;
    UINT excludes = 0;
    UINT components = 0;
    must(document.GetFileCounts(&includes, &excludes, &components), "GetFileCounts");
    for (UINT i = 0; i < components; ++i) {
      Held<IVssWMComponent> component;
      must(document.GetComponent(i, component.out()), "GetComponent");
      metadata.components.push_back(read_component(*component.get()));
    }
    if (depth == Depth::files) {
      read_restore_method(document, metadata);
      read_excludes(document, excludes, metadata);
    }
    DWORD schema = 0;
    if (SUCCEEDED(document.GetBackupSchema(&schema))) metadata.backup_schema = schema;
    return metadata;
  } catch (GetterFailed& failed) {
    return fail(std::move(failed.message));
  }
}

}  // namespace vsslab::requester
