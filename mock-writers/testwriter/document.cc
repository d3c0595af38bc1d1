// The Writer Metadata Document of a Test Writer's configuration.

#include <algorithm>

#include "mock-writers/testwriter/test_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

class Builder {
 public:
  Builder(IVssCreateWriterMetadataEx& metadata, bool keep_going)
      : metadata_(metadata), keep_going_(keep_going) {}

  HRESULT build(const plan::TestWriterConfig& config) {
    add_restore_method(config);
    for (const plan::FileSpec& file : config.exclude_files) {
      call([&] {
        return metadata_.AddExcludeFiles(wide(file.path).c_str(), wide(file.filespec).c_str(),
                                         file.recursive);
      });
    }
    for (const plan::FileSpec& file : config.exclude_files_from_snapshot) {
      call([&] {
        return metadata_.AddExcludeFilesFromSnapshot(wide(file.path).c_str(),
                                                     wide(file.filespec).c_str(), file.recursive);
      });
    }
    for (const plan::TestComponent& component : config.components) add_component(component);
    for (const plan::TestComponent& component : config.components) add_dependencies(component);
    call([&] { return metadata_.SetBackupSchema(schema_of(config)); });
    return result_;
  }

 private:
  // After the first refusal nothing more is asked for, unless the writer does not care.
  template <class Call>
  void call(Call one) {
    if (FAILED(result_) && !keep_going_) return;
    const HRESULT hr = one();
    if (FAILED(hr) && SUCCEEDED(result_)) result_ = hr;
  }

  void add_restore_method(const plan::TestWriterConfig& config) {
    if (!config.has_restore_method) return;
    const std::wstring service = wide(config.service);
    call([&] {
      return metadata_.SetRestoreMethod(
          static_cast<VSS_RESTOREMETHOD_ENUM>(config.restore_method), or_null(service), NULL,
          static_cast<VSS_WRITERRESTORE_ENUM>(config.writer_restore), config.reboot_required);
    });
    for (const plan::AlternateMapping& mapping : config.alternate_mappings) {
      call([&] {
        return metadata_.AddAlternateLocationMapping(
            wide(mapping.path).c_str(), wide(mapping.filespec).c_str(), mapping.recursive,
            wide(mapping.alternate_path).c_str());
      });
    }
  }

  void add_component(const plan::TestComponent& component) {
    const std::wstring path = wide(component.logical_path);
    const std::wstring name = wide(component.name);
    const std::wstring caption = wide(component.caption);
    call([&] {
      return metadata_.AddComponent(static_cast<VSS_COMPONENT_TYPE>(component.type), or_null(path),
                                    name.c_str(), or_null(caption), NULL, 0,
                                    component.restore_metadata, component.notify_on_backup_complete,
                                    component.selectable, component.selectable_for_restore,
                                    component.flags);
    });
    for (const plan::ComponentFile& file : component.files) {
      call([&] { return add_file(component, path, name, file); });
    }
  }

  HRESULT add_file(const plan::TestComponent& component, const std::wstring& path,
                   const std::wstring& name, const plan::ComponentFile& file) {
    const std::wstring directory = wide(file.path);
    const std::wstring filespec = wide(file.filespec);
    const DWORD mask = file.backup_type_mask;
    if (component.type == VSS_CT_DATABASE && file.log_file) {
      return metadata_.AddDatabaseLogFiles(or_null(path), name.c_str(), directory.c_str(),
                                           filespec.c_str(), mask);
    }
    if (component.type == VSS_CT_DATABASE) {
      return metadata_.AddDatabaseFiles(or_null(path), name.c_str(), directory.c_str(),
                                        filespec.c_str(), mask);
    }
    const std::wstring alternate = wide(file.alternate_path);
    return metadata_.AddFilesToFileGroup(or_null(path), name.c_str(), directory.c_str(),
                                         filespec.c_str(), file.recursive, or_null(alternate),
                                         mask);
  }

  void add_dependencies(const plan::TestComponent& component) {
    const std::wstring path = wide(component.logical_path);
    for (const plan::Dependency& on : component.dependencies) {
      const std::wstring on_path = wide(on.logical_path);
      call([&] {
        return metadata_.AddComponentDependency(or_null(path), wide(component.name).c_str(),
                                                on.writer_id.to<VSS_ID>(), or_null(on_path),
                                                wide(on.component_name).c_str());
      });
    }
  }

  IVssCreateWriterMetadataEx& metadata_;
  bool keep_going_;
  HRESULT result_ = S_OK;
};

}  // namespace

DWORD schema_of(const plan::TestWriterConfig& config) {
  DWORD schema = config.backup_schema;
  if (config.supports_copy) schema |= VSS_BS_COPY;
  if (config.supports_differential) schema |= VSS_BS_DIFFERENTIAL;
  if (config.supports_incremental) schema |= VSS_BS_INCREMENTAL;
  if (config.supports_log) schema |= VSS_BS_LOG;
  if (config.supports_new_target) schema |= VSS_BS_WRITER_SUPPORTS_NEW_TARGET;
  if (config.supports_differential || config.supports_incremental) {
    schema |= VSS_BS_TIMESTAMPED;
    const bool differenced = std::any_of(
        config.components.begin(), config.components.end(),
        [](const plan::TestComponent& component) { return !component.differenced_files.empty(); });
    if (differenced) schema |= VSS_BS_LAST_MODIFY;
  }
  return schema;
}

HRESULT build_document(IVssCreateWriterMetadataEx& metadata, const plan::TestWriterConfig& config,
                       bool keep_going) {
  return Builder(metadata, keep_going).build(config);
}

}  // namespace vsslab::mock
