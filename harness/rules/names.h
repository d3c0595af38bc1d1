// Event names of docs/journal.md as small numbers, so that a rule compares integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vsslab::rules {

// X(constant, "Name in the journal"). Names that several kinds of actor use stand once.
#define VSSLAB_EVENT_NAMES(X)                                                         \
  /* requester */                                                                     \
  X(create_backup_components, "CreateVssBackupComponents")                            \
  X(initialize_for_backup, "InitializeForBackup")                                     \
  X(initialize_for_restore, "InitializeForRestore")                                   \
  X(set_context, "SetContext")                                                        \
  X(set_backup_state, "SetBackupState")                                               \
  X(set_restore_state, "SetRestoreState")                                             \
  X(enable_writer_classes, "EnableWriterClasses")                                     \
  X(disable_writer_classes, "DisableWriterClasses")                                   \
  X(disable_writer_instances, "DisableWriterInstances")                               \
  X(gather_writer_metadata, "GatherWriterMetadata")                                   \
  X(gather_writer_status, "GatherWriterStatus")                                       \
  X(prepare_for_backup, "PrepareForBackup")                                           \
  X(do_snapshot_set, "DoSnapshotSet")                                                 \
  X(backup_complete, "BackupComplete")                                                \
  X(pre_restore, "PreRestore")                                                        \
  X(post_restore, "PostRestore")                                                      \
  X(import_snapshots, "ImportSnapshots")                                              \
  X(wait, "Wait")                                                                     \
  X(query_status, "QueryStatus")                                                      \
  X(cancel, "Cancel")                                                                 \
  X(release_async, "ReleaseAsync")                                                    \
  X(get_writer_metadata_count, "GetWriterMetadataCount")                              \
  X(get_writer_metadata, "GetWriterMetadata")                                         \
  X(get_writer_components_count, "GetWriterComponentsCount")                          \
  X(get_writer_components, "GetWriterComponents")                                     \
  X(get_writer_status_count, "GetWriterStatusCount")                                  \
  X(get_writer_status, "GetWriterStatus")                                             \
  X(get_writer_status_ex, "GetWriterStatusEx")                                        \
  X(free_writer_metadata, "FreeWriterMetadata")                                       \
  X(free_writer_status, "FreeWriterStatus")                                           \
  X(add_component, "AddComponent")                                                    \
  X(set_backup_succeeded, "SetBackupSucceeded")                                       \
  X(set_backup_options, "SetBackupOptions")                                           \
  X(set_previous_backup_stamp, "SetPreviousBackupStamp")                              \
  X(start_snapshot_set, "StartSnapshotSet")                                           \
  X(add_to_snapshot_set, "AddToSnapshotSet")                                          \
  X(is_volume_supported, "IsVolumeSupported")                                         \
  X(abort_backup, "AbortBackup")                                                      \
  X(save_as_xml, "SaveAsXML")                                                         \
  X(get_snapshot_properties, "GetSnapshotProperties")                                 \
  X(query, "Query")                                                                   \
  X(delete_snapshots, "DeleteSnapshots")                                              \
  X(break_snapshot_set, "BreakSnapshotSet")                                           \
  X(expose_snapshot, "ExposeSnapshot")                                                \
  X(unexpose_snapshot, "UnexposeSnapshot")                                            \
  X(revert_to_snapshot, "RevertToSnapshot")                                           \
  X(query_revert_status, "QueryRevertStatus")                                         \
  X(set_selected_for_restore, "SetSelectedForRestore")                                \
  X(add_restore_subcomponent, "AddRestoreSubcomponent")                               \
  X(add_new_target, "AddNewTarget")                                                   \
  X(set_restore_options, "SetRestoreOptions")                                         \
  X(set_additional_restores, "SetAdditionalRestores")                                 \
  X(set_file_restore_status, "SetFileRestoreStatus")                                  \
  X(set_roll_forward, "SetRollForward")                                               \
  X(set_restore_name, "SetRestoreName")                                               \
  X(set_authoritative_restore, "SetAuthoritativeRestore")                             \
  X(add_alternative_location_mapping, "AddAlternativeLocationMapping")                \
  X(set_ranges_file_path, "SetRangesFilePath")                                        \
  X(get_session_id, "GetSessionId")                                                   \
  X(release, "Release")                                                               \
  X(process_exit, "ProcessExit")                                                      \
  X(get_provider_mgmt_interface, "GetProviderMgmtInterface")                          \
  X(migrate_diff_areas, "MigrateDiffAreas")                                           \
  X(set_snapshot_priority, "SetSnapshotPriority")                                     \
  X(query_migration_status, "QueryMigrationStatus")                                   \
  X(query_snapshot_delta_bitmap, "QuerySnapshotDeltaBitmap")                          \
  X(query_volumes_supported_for_snapshots, "QueryVolumesSupportedForSnapshots")       \
  X(query_snapshots_by_volume, "QuerySnapshotsByVolume")                              \
  X(register_provider_class, "RegisterProvider")                                      \
  X(unregister_provider_class, "UnregisterProvider")                                  \
  X(query_providers, "QueryProviders")                                                \
  X(abort_all_snapshots_in_progress, "AbortAllSnapshotsInProgress")                   \
  X(get_min_diff_area_size, "GetMinDiffAreaSize")                                     \
  X(add_diff_area, "AddDiffArea")                                                     \
  X(change_diff_area_maximum_size, "ChangeDiffAreaMaximumSize")                       \
  X(change_diff_area_maximum_size_ex, "ChangeDiffAreaMaximumSizeEx")                  \
  X(query_volumes_supported_for_diff_areas, "QueryVolumesSupportedForDiffAreas")      \
  X(query_diff_areas_for_volume, "QueryDiffAreasForVolume")                           \
  X(query_diff_areas_on_volume, "QueryDiffAreasOnVolume")                             \
  X(query_diff_areas_for_snapshot, "QueryDiffAreasForSnapshot")                       \
  X(diff_area, "DiffArea")                                                            \
  X(diff_volume, "DiffVolume")                                                        \
  X(set_volume_protect_level, "SetVolumeProtectLevel")                                \
  X(get_volume_protect_level, "GetVolumeProtectLevel")                                \
  X(clear_volume_protect_fault, "ClearVolumeProtectFault")                            \
  X(delete_unused_diff_areas, "DeleteUnusedDiffAreas")                                \
  /* writer */                                                                        \
  X(initialize, "Initialize")                                                         \
  X(initialize_ex, "InitializeEx")                                                    \
  X(subscribe, "Subscribe")                                                           \
  X(unsubscribe, "Unsubscribe")                                                       \
  X(uninitialize, "Uninitialize")                                                     \
  X(identify, "Identify")                                                             \
  X(prepare_for_snapshot, "PrepareForSnapshot")                                       \
  X(freeze, "Freeze")                                                                 \
  X(thaw, "Thaw")                                                                     \
  X(post_snapshot, "PostSnapshot")                                                    \
  X(abort, "Abort")                                                                   \
  X(backup_shutdown, "BackupShutdown")                                                \
  X(set_writer_failure, "SetWriterFailure")                                           \
  X(set_writer_failure_ex, "SetWriterFailureEx")                                      \
  X(set_failure, "SetFailure")                                                        \
  X(set_backup_metadata, "SetBackupMetadata")                                         \
  X(set_backup_stamp, "SetBackupStamp")                                               \
  X(set_restore_metadata, "SetRestoreMetadata")                                       \
  X(add_partial_file, "AddPartialFile")                                               \
  X(add_differenced_files_by_last_modify_time, "AddDifferencedFilesByLastModifyTime") \
  X(add_differenced_files_by_last_modify_lsn, "AddDifferencedFilesByLastModifyLSN")   \
  X(set_restore_target, "SetRestoreTarget")                                           \
  X(add_directed_target, "AddDirectedTarget")                                         \
  X(set_prepare_for_backup_failure_msg, "SetPrepareForBackupFailureMsg")              \
  X(set_post_snapshot_failure_msg, "SetPostSnapshotFailureMsg")                       \
  X(set_pre_restore_failure_msg, "SetPreRestoreFailureMsg")                           \
  X(set_post_restore_failure_msg, "SetPostRestoreFailureMsg")                         \
  X(get_current_snapshot_set_id, "GetCurrentSnapshotSetId")                           \
  X(get_snapshot_device_name, "GetSnapshotDeviceName")                                \
  X(get_current_volume_count, "GetCurrentVolumeCount")                                \
  X(get_current_volume_array, "GetCurrentVolumeArray")                                \
  X(is_path_affected, "IsPathAffected")                                               \
  X(get_backup_type, "GetBackupType")                                                 \
  X(get_backup_succeeded, "GetBackupSucceeded")                                       \
  X(get_identify_information, "GetIdentifyInformation")                               \
  X(set_restore_method, "SetRestoreMethod")                                           \
  X(add_files_to_file_group, "AddFilesToFileGroup")                                   \
  X(add_database_files, "AddDatabaseFiles")                                           \
  X(add_database_log_files, "AddDatabaseLogFiles")                                    \
  X(add_alternate_location_mapping, "AddAlternateLocationMapping")                    \
  X(add_component_dependency, "AddComponentDependency")                               \
  X(add_include_files, "AddIncludeFiles")                                             \
  X(add_exclude_files, "AddExcludeFiles")                                             \
  X(add_exclude_files_from_snapshot, "AddExcludeFilesFromSnapshot")                   \
  X(set_backup_schema, "SetBackupSchema")                                             \
  X(write, "Write")                                                                   \
  X(event_log, "EventLog")                                                            \
  X(create_metadata, "CreateMetadata")                                                \
  X(load_metadata, "LoadMetadata")                                                    \
  X(printed, "Printed")                                                               \
  /* provider */                                                                      \
  X(on_load, "OnLoad")                                                                \
  X(on_unload, "OnUnload")                                                            \
  X(register_provider, "Register")                                                    \
  X(unregister_provider, "Unregister")                                                \
  X(is_volume_snapshotted, "IsVolumeSnapshotted")                                     \
  X(begin_prepare_snapshot, "BeginPrepareSnapshot")                                   \
  X(end_prepare_snapshots, "EndPrepareSnapshots")                                     \
  X(pre_commit_snapshots, "PreCommitSnapshots")                                       \
  X(commit_snapshots, "CommitSnapshots")                                              \
  X(post_commit_snapshots, "PostCommitSnapshots")                                     \
  X(pre_final_commit_snapshots, "PreFinalCommitSnapshots")                            \
  X(post_final_commit_snapshots, "PostFinalCommitSnapshots")                          \
  X(abort_snapshots, "AbortSnapshots")                                                \
  X(set_snapshot_property, "SetSnapshotProperty")                                     \
  /* service */                                                                       \
  X(writer_state, "WriterState")                                                      \
  X(writer_metadata, "WriterMetadata")                                                \
  X(writer_gone, "WriterGone")                                                        \
  X(express_writer, "ExpressWriter")                                                  \
  X(freeze_limit_passed, "FreezeLimitPassed")                                         \
  X(snapshot_set_started, "SnapshotSetStarted")                                       \
  X(snapshot_set_ended, "SnapshotSetEnded")                                           \
  X(provider_chosen, "ProviderChosen")                                                \
  X(flush_volume, "FlushVolume")                                                      \
  X(hold_writes, "HoldWrites")                                                        \
  X(release_writes, "ReleaseWrites")                                                  \
  X(freeze_transactions, "FreezeTransactions")                                        \
  X(thaw_transactions, "ThawTransactions")                                            \
  X(hold_limit_passed, "HoldLimitPassed")                                             \
  X(snapshot_created, "SnapshotCreated")                                              \
  X(snapshot_deleted, "SnapshotDeleted")                                              \
  X(async_finished, "AsyncFinished")                                                  \
  X(backup_components, "BackupComponents")                                            \
  X(file_read, "FileRead")                                                            \
  X(database_checked, "DatabaseChecked")                                              \
  X(file_written, "FileWritten")                                                      \
  X(file_deleted, "FileDeleted")                                                      \
  X(file_moved, "FileMoved")                                                          \
  X(directory_read, "DirectoryRead")                                                  \
  X(directory_made, "DirectoryMade")                                                  \
  X(service_control, "ServiceControl")                                                \
  X(component_left_out, "ComponentLeftOut")                                           \
  /* lab */                                                                           \
  X(scenario_start, "ScenarioStart")                                                  \
  X(scenario_end, "ScenarioEnd")                                                      \
  X(volume, "Volume")                                                                 \
  X(party_hung, "PartyHung")                                                          \
  X(party_gone, "PartyGone")                                                          \
  X(fault, "Fault")

enum class Ev : std::uint8_t {
  unknown,  // a name that the vocabulary does not have
#define VSSLAB_X(constant, text) constant,
  VSSLAB_EVENT_NAMES(VSSLAB_X)
#undef VSSLAB_X
      count
};
inline constexpr std::size_t kEventNames = static_cast<std::size_t>(Ev::count);

// "Freeze"; "" for unknown.
std::string_view event_name(Ev name);

Ev find_event(std::string_view text);

// Microsoft's name of an event that a writer handles ("Freeze", "BackupShutdown").
constexpr bool is_writer_handler(Ev name) {
  switch (name) {
    case Ev::identify:
    case Ev::prepare_for_backup:
    case Ev::prepare_for_snapshot:
    case Ev::freeze:
    case Ev::thaw:
    case Ev::post_snapshot:
    case Ev::abort:
    case Ev::backup_complete:
    case Ev::backup_shutdown:
    case Ev::pre_restore:
    case Ev::post_restore:
      return true;
    default:
      return false;
  }
}

// A requester's call that hands back an IVssAsync.
constexpr bool is_async_call(Ev name) {
  switch (name) {
    case Ev::gather_writer_metadata:
    case Ev::gather_writer_status:
    case Ev::prepare_for_backup:
    case Ev::do_snapshot_set:
    case Ev::backup_complete:
    case Ev::pre_restore:
    case Ev::post_restore:
    case Ev::import_snapshots:
      return true;
    default:
      return false;
  }
}

}  // namespace vsslab::rules
