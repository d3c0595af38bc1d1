// The Writer Metadata Document: what a writer answers to Identify. Spellings of elements and
// attributes are those read off real documents; a comment says "inferred" where no public document
// shows one and the name follows the API's parameter (or the Test Writer's configuration file).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "metadata/enums.h"
#include "metadata/kept.h"
#include "metadata/unknown.h"
#include "xml/document.h"

namespace vsslab::metadata {

struct Identification {
  Guid writer_id{};
  Guid instance_id{};
  std::string instance_name{};  // empty: none
  std::string friendly_name{};
  UsageType usage = UsageType::undefined;
  SourceType data_source = SourceType::undefined;
  std::uint32_t major_version = 0;
  std::uint32_t minor_version = 0;
  KeptPtr kept{};
  friend bool operator==(const Identification&, const Identification&) = default;
};

// What a file set is for. The element name says it.
enum class FileKind : std::uint8_t {
  filegroup,     // FILE_LIST
  database,      // DATABASE_FILES
  database_log,  // DATABASE_LOGFILES
};

// Path and file spec as the writer gave them: environment variables are not expanded.
struct FileSet {
  std::string path{};
  std::string filespec{};
  std::string alternate_path{};                            // alternatePath, inferred; empty: none
  std::uint32_t backup_type = kFileSpecBackupTypeDefault;  // VSS_FILE_SPEC_BACKUP_TYPE mask
  FileKind kind = FileKind::filegroup;
  bool recursive = false;
  KeptPtr kept{};
  friend bool operator==(const FileSet&, const FileSet&) = default;
};

// ALTERNATE_LOCATION_MAPPING inside RESTORE_METHOD, inferred.
struct AlternateLocationMapping {
  std::string path{};
  std::string filespec{};
  bool recursive = false;
  std::string alternate_path{};
  KeptPtr kept{};
  friend bool operator==(const AlternateLocationMapping&,
                         const AlternateLocationMapping&) = default;
};

struct RestoreMethod {
  RestoreMethodType method = RestoreMethodType::undefined;
  std::string service{};         // inferred
  std::string user_procedure{};  // userProcedure, inferred
  WriterRestore writer_restore = WriterRestore::undefined;
  bool reboot_required = false;
  std::vector<AlternateLocationMapping> alternate_locations{};
  KeptPtr kept{};
  friend bool operator==(const RestoreMethod&, const RestoreMethod&) = default;
};

// DEPENDENCY inside a component, inferred.
struct Dependency {
  Guid writer_id{};
  std::string logical_path{};
  std::string component_name{};
  KeptPtr kept{};
  friend bool operator==(const Dependency&, const Dependency&) = default;
};

struct Component {
  ComponentType type = ComponentType::filegroup;  // FILE_GROUP or DATABASE
  std::string logical_path{};                     // empty: the root
  std::string name{};
  std::string caption{};
  std::string icon{};  // base64, inferred; empty: none
  bool restore_metadata = false;
  bool notify_on_backup_complete = false;
  bool selectable = false;
  bool selectable_for_restore = false;
  std::uint32_t flags = 0;       // VSS_COMPONENT_FLAGS
  std::vector<FileSet> files{};  // of all kinds, in document order
  std::vector<Dependency> dependencies{};
  KeptPtr kept{};
  friend bool operator==(const Component&, const Component&) = default;
};

// EXCLUDE_FILES and EXCLUDE_FILES_FROM_SNAPSHOT.
struct ExcludeSet {
  std::string path{};
  std::string filespec{};
  bool recursive = false;
  KeptPtr kept{};
  friend bool operator==(const ExcludeSet&, const ExcludeSet&) = default;
};

struct WriterMetadata {
  // The corpus has documents that are a lone BACKUP_LOCATIONS (Microsoft's published fragments);
  // they have neither version nor identification.
  bool fragment = false;
  std::string version = "1.2";
  std::uint32_t backup_schema = 0;  // VSS_BACKUP_SCHEMA mask
  Identification identification{};
  std::optional<RestoreMethod> restore_method{};
  bool has_backup_locations = true;
  std::vector<Component> components{};
  std::vector<ExcludeSet> exclude_files{};
  std::vector<ExcludeSet> exclude_files_from_snapshot{};
  KeptPtr kept{};            // of WRITER_METADATA
  KeptPtr kept_locations{};  // of BACKUP_LOCATIONS

  // A document that is built call by call keeps the order of the calls, as Windows does.
  void set_restore_method(RestoreMethod method);  // a second call replaces the first
  Component& add_component(Component component);
  void add_exclude_files(ExcludeSet set);
  void add_exclude_files_from_snapshot(ExcludeSet set);

  const Component* find(std::string_view logical_path, std::string_view name) const;
  Component* find(std::string_view logical_path, std::string_view name);
  std::size_t file_set_count() const;

  friend bool operator==(const WriterMetadata&, const WriterMetadata&) = default;
};

// An ill-formed document, a wrong root, a bad GUID, number or yes/no is an Error with its line.
// Unknown elements and attributes and unknown words of an enumeration are kept, not refused: the
// value reads as `undefined` then.
Result<WriterMetadata> parse_writer_metadata(std::string_view bytes, std::string_view file_name);
Result<WriterMetadata> read_writer_metadata(const xml::Document& document,
                                            UnknownParts* unknown = nullptr);

// One line, in the shape of real documents; reads back to an equal model.
std::string emit(const WriterMetadata& metadata);

}  // namespace vsslab::metadata
