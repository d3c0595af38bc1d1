#include <utility>

#include "metadata/kept.h"
#include "mock-writers/mirror/mirror.h"
#include "mock-writers/text.h"
#include "xml/document.h"

namespace vsslab::mock {

namespace {

// Says file sets of one component; neighbours mostly share their directory.
class FileReplay {
 public:
  FileReplay(IVssCreateWriterMetadataEx& to, const metadata::Component& component)
      : to_(to), path_(wide(component.logical_path)), name_(wide(component.name)) {}

  HRESULT say(const metadata::FileSet& files) {
    if (directory_utf8_ == nullptr || *directory_utf8_ != files.path) {
      directory_ = wide(files.path);
      directory_utf8_ = &files.path;
    }
    const std::wstring filespec = wide(files.filespec);
    switch (files.kind) {
      case metadata::FileKind::database:
        return to_.AddDatabaseFiles(or_null(path_), name_.c_str(), directory_.c_str(),
                                    filespec.c_str(), files.backup_type);
      case metadata::FileKind::database_log:
        return to_.AddDatabaseLogFiles(or_null(path_), name_.c_str(), directory_.c_str(),
                                       filespec.c_str(), files.backup_type);
      default:
        return to_.AddFilesToFileGroup(or_null(path_), name_.c_str(), directory_.c_str(),
                                       filespec.c_str(), files.recursive,
                                       or_null(wide(files.alternate_path)), files.backup_type);
    }
  }

 private:
  IVssCreateWriterMetadataEx& to_;
  std::wstring path_, name_, directory_;
  const std::string* directory_utf8_ = nullptr;
};

class Replay {
 public:
  explicit Replay(IVssCreateWriterMetadataEx& to) : to_(to) {}
  HRESULT result() const { return result_; }

  void note(HRESULT hr) {
    if (FAILED(hr) && SUCCEEDED(result_)) result_ = hr;
  }

  void restore_method(const metadata::RestoreMethod& method) {
    const std::wstring service = wide(method.service);
    const std::wstring procedure = wide(method.user_procedure);
    note(to_.SetRestoreMethod(
        static_cast<VSS_RESTOREMETHOD_ENUM>(method.method), or_null(service), or_null(procedure),
        static_cast<VSS_WRITERRESTORE_ENUM>(method.writer_restore), method.reboot_required));
    for (const metadata::AlternateLocationMapping& mapping : method.alternate_locations) {
      note(to_.AddAlternateLocationMapping(wide(mapping.path).c_str(),
                                           wide(mapping.filespec).c_str(), mapping.recursive,
                                           wide(mapping.alternate_path).c_str()));
    }
  }

  void component(const metadata::Component& component) {
    const std::wstring path = wide(component.logical_path);
    const std::wstring name = wide(component.name);
    const std::wstring caption = wide(component.caption);
    note(to_.AddComponent(static_cast<VSS_COMPONENT_TYPE>(component.type), or_null(path),
                          name.c_str(), or_null(caption), NULL, 0, component.restore_metadata,
                          component.notify_on_backup_complete, component.selectable,
                          component.selectable_for_restore, component.flags));
    FileReplay files(to_, component);
    for (const metadata::FileSet& set : component.files) note(files.say(set));
  }

  // After all components: the target may be any of them, the depending one has to be there.
  void dependencies(const metadata::Component& component) {
    const std::wstring path = wide(component.logical_path);
    for (const metadata::Dependency& on : component.dependencies) {
      const std::wstring on_path = wide(on.logical_path);
      note(to_.AddComponentDependency(or_null(path), wide(component.name).c_str(),
                                      on.writer_id.to<VSS_ID>(), or_null(on_path),
                                      wide(on.component_name).c_str()));
    }
  }

 private:
  IVssCreateWriterMetadataEx& to_;
  HRESULT result_ = S_OK;
};

}  // namespace

Result<DocumentReplay> DocumentReplay::parse(std::string_view xml, std::string_view file_name) {
  const Result<xml::Document> document = xml::parse_borrowed(xml, file_name);
  if (!document) return tl::make_unexpected(document.error());
  Result<metadata::WriterMetadata> model = metadata::read_writer_metadata(*document);
  if (!model) return tl::make_unexpected(std::move(model.error()));

  DocumentReplay replay;
  replay.metadata_ = std::move(*model);
  std::size_t components = 0;
  std::size_t excludes = 0;
  std::size_t excludes_from_snapshot = 0;
  const auto read_locations = [&](const xml::Element& locations) {
    for (const xml::Element& child : locations.children()) {
      const std::string_view name = child.name();
      if (name == "FILE_GROUP" || name == "DATABASE") {
        replay.entries_.push_back({Part::component, components++});
      } else if (name == "EXCLUDE_FILES") {
        replay.entries_.push_back({Part::exclude, excludes++});
      } else if (name == "EXCLUDE_FILES_FROM_SNAPSHOT") {
        replay.entries_.push_back({Part::exclude_from_snapshot, excludes_from_snapshot++});
      }
    }
  };
  const xml::Element root = document->root();
  if (replay.metadata_.fragment) {
    read_locations(root);
    return replay;
  }
  for (const xml::Element& child : root.children()) {
    if (child.name() == "RESTORE_METHOD") replay.entries_.push_back({Part::restore_method, 0});
    if (child.name() == "BACKUP_LOCATIONS") read_locations(child);
  }
  return replay;
}

HRESULT DocumentReplay::play(IVssCreateWriterMetadataEx& to) const {
  Replay replay(to);
  for (const Entry& entry : entries_) {
    switch (entry.part) {
      case Part::restore_method:
        replay.restore_method(*metadata_.restore_method);
        break;
      case Part::component:
        replay.component(metadata_.components[entry.index]);
        break;
      case Part::exclude: {
        const metadata::ExcludeSet& set = metadata_.exclude_files[entry.index];
        replay.note(
            to.AddExcludeFiles(wide(set.path).c_str(), wide(set.filespec).c_str(), set.recursive));
        break;
      }
      case Part::exclude_from_snapshot: {
        const metadata::ExcludeSet& set = metadata_.exclude_files_from_snapshot[entry.index];
        replay.note(to.AddExcludeFilesFromSnapshot(wide(set.path).c_str(),
                                                   wide(set.filespec).c_str(), set.recursive));
        break;
      }
    }
  }
  for (const metadata::Component& component : metadata_.components) replay.dependencies(component);
  if (metadata_.backup_schema != 0) replay.note(to.SetBackupSchema(metadata_.backup_schema));
  return replay.result();
}

}  // namespace vsslab::mock
