// The Backup Components Document: what a requester keeps of a backup. Confirmed by a real document:
// BACKUP_COMPONENTS, WRITER_COMPONENTS, COMPONENT with logicalPath, componentName, componentType
// and backupStamp, BACKUP_METADATA. By programs that read one: SNAPSHOT_SET_DESCRIPTION
// snapshotSetId and SNAPSHOT_DESCRIPTION snapshotId. Everything else is inferred from the API: the
// names are those of the methods' parameters, other spellings are kept as unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "metadata/enums.h"
#include "metadata/kept.h"
#include "metadata/unknown.h"
#include "metadata/writer_metadata.h"
#include "xml/document.h"

namespace vsslab::metadata {

struct PartialFile {  // PARTIAL_FILE, inferred: AddPartialFile
  std::string path{}, filename{};
  std::string ranges{};    // "offset:length,…" or the path of a ranges file
  std::string metadata{};  // the writer's own
  KeptPtr kept{};
  friend bool operator==(const PartialFile&, const PartialFile&) = default;
};

struct DifferencedFile {  // DIFFERENCED_FILE, inferred: AddDifferencedFilesByLastModifyTime / …LSN
  std::string path{}, filespec{};
  bool recursive = false;
  std::uint64_t last_modify_time = 0;  // FILETIME, 100 ns since 1601, UTC; 0: none
  std::string lsn{};                   // empty: by time
  KeptPtr kept{};
  friend bool operator==(const DifferencedFile&, const DifferencedFile&) = default;
};

struct DirectedTarget {  // DIRECTED_TARGET, inferred: AddDirectedTarget
  std::string source_path{}, source_filename{}, source_ranges{};
  std::string destination_path{}, destination_filename{}, destination_ranges{};
  KeptPtr kept{};
  friend bool operator==(const DirectedTarget&, const DirectedTarget&) = default;
};

struct RestoreSubcomponent {  // RESTORE_SUBCOMPONENT, inferred: AddRestoreSubcomponent
  std::string logical_path{}, component_name{};
  bool repair = false;
  KeptPtr kept{};
  friend bool operator==(const RestoreSubcomponent&, const RestoreSubcomponent&) = default;
};

// A text of the writer's that only it understands: byte for byte.
struct PrivateMetadata {  // BACKUP_METADATA (confirmed), RESTORE_METADATA (inferred)
  std::string metadata{};
  KeptPtr kept{};
  friend bool operator==(const PrivateMetadata&, const PrivateMetadata&) = default;
};

struct ComponentFailure {  // FAILURE, inferred: IVssComponentEx2::SetFailure
  Hr hr = 0;
  Hr application_hr = 0;
  std::string message{};
  KeptPtr kept{};
  friend bool operator==(const ComponentFailure&, const ComponentFailure&) = default;
};

struct ComponentEntry {
  std::string logical_path{};
  std::string name{};
  ComponentType type = ComponentType::filegroup;
  std::string backup_stamp{};  // the writer's own, byte for byte
  // Inferred from here on.
  std::optional<bool> backup_succeeded{};  // none: SetBackupSucceeded was not called
  std::string previous_backup_stamp{};
  std::string backup_options{};
  std::string restore_options{};
  bool selected_for_restore = false;
  Guid restore_instance_id{};  // SetSelectedForRestoreEx; null: the writer's own instance
  bool additional_restores = false;
  RestoreTarget restore_target = RestoreTarget::original;  // the documented default
  FileRestoreStatus file_restore_status = FileRestoreStatus::undefined;
  std::string prepare_for_backup_failure_msg{};
  std::string post_snapshot_failure_msg{};
  std::string pre_restore_failure_msg{};
  std::string post_restore_failure_msg{};
  bool authoritative_restore = false;
  RollForwardType roll_forward_type = RollForwardType::undefined;
  std::string roll_forward_point{};
  std::string restore_name{};
  // BACKUP_METADATA is confirmed.
  std::optional<PrivateMetadata> backup_metadata{};
  std::optional<PrivateMetadata> restore_metadata{};
  std::optional<ComponentFailure> failure{};
  std::vector<AlternateLocationMapping> alternate_locations{};  // mappings used by the requester
  std::vector<AlternateLocationMapping> new_targets{};          // NEW_TARGET
  std::vector<DirectedTarget> directed_targets{};
  std::vector<PartialFile> partial_files{};
  std::vector<DifferencedFile> differenced_files{};
  std::vector<RestoreSubcomponent> restore_subcomponents{};
  KeptPtr kept{};
  friend bool operator==(const ComponentEntry&, const ComponentEntry&) = default;
};

struct WriterComponents {
  Guid instance_id{};
  Guid writer_id{};
  std::string instance_name{};      // empty: none
  std::uint32_t backup_schema = 0;  // VSS_BACKUP_SCHEMA mask
  std::vector<ComponentEntry> components{};
  KeptPtr kept{};

  const ComponentEntry* find(std::string_view logical_path, std::string_view name) const;
  ComponentEntry* find(std::string_view logical_path, std::string_view name);
  friend bool operator==(const WriterComponents&, const WriterComponents&) = default;
};

// Names confirmed only as far as the ids; the other attributes are inferred from VSS_SNAPSHOT_PROP.
struct SnapshotDescription {
  Guid snapshot_id{};
  std::string original_volume{};  // originalVolume
  std::string device{};           // snapshotDevice
  std::string originating_machine{}, service_machine{};
  Guid provider_id{};
  std::uint32_t attributes = 0;  // snapshotAttributes, VSS_VOLUME_SNAPSHOT_ATTRIBUTES
  KeptPtr kept{};                // LUN_MAPPING and everything else
  friend bool operator==(const SnapshotDescription&, const SnapshotDescription&) = default;
};

struct SnapshotSetDescription {
  Guid snapshot_set_id{};
  std::uint32_t context = 0;  // VSS_SNAPSHOT_CONTEXT, inferred
  std::vector<SnapshotDescription> snapshots{};
  KeptPtr kept{};
  friend bool operator==(const SnapshotSetDescription&, const SnapshotSetDescription&) = default;
};

struct BackupComponents {
  std::string version = "1.2";
  bool bootable_system_state_backup = false;
  bool select_components = false;
  BackupType backup_type = BackupType::undefined;
  RestoreType restore_type = RestoreType::undefined;  // restoreType, inferred
  bool partial_file_support = false;
  Guid snapshot_set_id{};  // null: no set was made
  std::vector<WriterComponents> writers{};
  std::optional<SnapshotSetDescription> snapshot_set{};
  KeptPtr kept{};

  const WriterComponents* find(const Guid& writer_id, const Guid& instance_id) const;
  WriterComponents* find(const Guid& writer_id, const Guid& instance_id);
  friend bool operator==(const BackupComponents&, const BackupComponents&) = default;
};

// As for writer metadata: structure is checked, the unknown is kept.
Result<BackupComponents> parse_backup_components(std::string_view bytes,
                                                 std::string_view file_name);
Result<BackupComponents> read_backup_components(const xml::Document& document,
                                                UnknownParts* unknown = nullptr);

std::string emit(const BackupComponents& components);

// What the root element says a document is.
enum class DocumentKind { writer_metadata, backup_components, other };
DocumentKind kind_of(const xml::Document& document);

}  // namespace vsslab::metadata
