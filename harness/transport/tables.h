// One line for each method of each interface that crosses: its number of parameters, its interface,
// its name. The order is the protocol's: lines are appended, never moved.
#pragma once

#define VSSLAB_TABLE_ASYNC(X) \
  X(0, IVssAsync, Cancel)     \
  X(1, IVssAsync, Wait)       \
  X(2, IVssAsync, QueryStatus)

#define VSSLAB_TABLE_ENUM(X)  \
  X(3, IVssEnumObject, Next)  \
  X(1, IVssEnumObject, Skip)  \
  X(0, IVssEnumObject, Reset) \
  X(1, IVssEnumObject, Clone)

#define VSSLAB_TABLE_FILEDESC(X)             \
  X(1, IVssWMFiledesc, GetPath)              \
  X(1, IVssWMFiledesc, GetFilespec)          \
  X(1, IVssWMFiledesc, GetRecursive)         \
  X(1, IVssWMFiledesc, GetAlternateLocation) \
  X(1, IVssWMFiledesc, GetBackupTypeMask)

#define VSSLAB_TABLE_COMPONENTS(X)              \
  X(1, IVssWriterComponents, GetComponentCount) \
  X(2, IVssWriterComponents, GetWriterInfo)     \
  X(2, IVssWriterComponents, GetComponent)

#define VSSLAB_TABLE_SOFTWARE(X)                            \
  X(1, IVssSoftwareSnapshotProvider, SetContext)            \
  X(2, IVssSoftwareSnapshotProvider, GetSnapshotProperties) \
  X(4, IVssSoftwareSnapshotProvider, Query)                 \
  X(5, IVssSoftwareSnapshotProvider, DeleteSnapshots)       \
  X(4, IVssSoftwareSnapshotProvider, BeginPrepareSnapshot)  \
  X(2, IVssSoftwareSnapshotProvider, IsVolumeSupported)     \
  X(3, IVssSoftwareSnapshotProvider, IsVolumeSnapshotted)   \
  X(3, IVssSoftwareSnapshotProvider, SetSnapshotProperty)   \
  X(1, IVssSoftwareSnapshotProvider, RevertToSnapshot)      \
  X(2, IVssSoftwareSnapshotProvider, QueryRevertStatus)

#define VSSLAB_TABLE_CREATE_SET(X)                              \
  X(1, IVssProviderCreateSnapshotSet, EndPrepareSnapshots)      \
  X(1, IVssProviderCreateSnapshotSet, PreCommitSnapshots)       \
  X(1, IVssProviderCreateSnapshotSet, CommitSnapshots)          \
  X(2, IVssProviderCreateSnapshotSet, PostCommitSnapshots)      \
  X(1, IVssProviderCreateSnapshotSet, PreFinalCommitSnapshots)  \
  X(1, IVssProviderCreateSnapshotSet, PostFinalCommitSnapshots) \
  X(1, IVssProviderCreateSnapshotSet, AbortSnapshots)

#define VSSLAB_TABLE_NOTIFICATIONS(X)     \
  X(1, IVssProviderNotifications, OnLoad) \
  X(1, IVssProviderNotifications, OnUnload)

// What a writer's program is asked.
#define VSSLAB_TABLE_WRITER(X)        \
  X(1, CVssWriterEx, OnIdentifyEx)    \
  X(1, CVssWriter, OnIdentify)        \
  X(1, CVssWriter, OnPrepareBackup)   \
  X(0, CVssWriter, OnPrepareSnapshot) \
  X(0, CVssWriter, OnFreeze)          \
  X(0, CVssWriter, OnThaw)            \
  X(0, CVssWriter, OnAbort)           \
  X(1, CVssWriter, OnBackupComplete)  \
  X(1, CVssWriter, OnBackupShutdown)  \
  X(1, CVssWriter, OnPreRestore)      \
  X(1, CVssWriter, OnPostRestore)     \
  X(1, CVssWriter, OnPostSnapshot)

#define VSSLAB_TABLE_COMPONENT(X)                             \
  X(1, IVssComponentEx2, GetLogicalPath)                      \
  X(1, IVssComponentEx2, GetComponentType)                    \
  X(1, IVssComponentEx2, GetComponentName)                    \
  X(1, IVssComponentEx2, GetBackupSucceeded)                  \
  X(1, IVssComponentEx2, GetAlternateLocationMappingCount)    \
  X(2, IVssComponentEx2, GetAlternateLocationMapping)         \
  X(1, IVssComponentEx2, SetBackupMetadata)                   \
  X(1, IVssComponentEx2, GetBackupMetadata)                   \
  X(4, IVssComponentEx2, AddPartialFile)                      \
  X(1, IVssComponentEx2, GetPartialFileCount)                 \
  X(5, IVssComponentEx2, GetPartialFile)                      \
  X(1, IVssComponentEx2, IsSelectedForRestore)                \
  X(1, IVssComponentEx2, GetAdditionalRestores)               \
  X(1, IVssComponentEx2, GetNewTargetCount)                   \
  X(2, IVssComponentEx2, GetNewTarget)                        \
  X(6, IVssComponentEx2, AddDirectedTarget)                   \
  X(1, IVssComponentEx2, GetDirectedTargetCount)              \
  X(7, IVssComponentEx2, GetDirectedTarget)                   \
  X(1, IVssComponentEx2, SetRestoreMetadata)                  \
  X(1, IVssComponentEx2, GetRestoreMetadata)                  \
  X(1, IVssComponentEx2, SetRestoreTarget)                    \
  X(1, IVssComponentEx2, GetRestoreTarget)                    \
  X(1, IVssComponentEx2, SetPreRestoreFailureMsg)             \
  X(1, IVssComponentEx2, GetPreRestoreFailureMsg)             \
  X(1, IVssComponentEx2, SetPostRestoreFailureMsg)            \
  X(1, IVssComponentEx2, GetPostRestoreFailureMsg)            \
  X(1, IVssComponentEx2, SetBackupStamp)                      \
  X(1, IVssComponentEx2, GetBackupStamp)                      \
  X(1, IVssComponentEx2, GetPreviousBackupStamp)              \
  X(1, IVssComponentEx2, GetBackupOptions)                    \
  X(1, IVssComponentEx2, GetRestoreOptions)                   \
  X(1, IVssComponentEx2, GetRestoreSubcomponentCount)         \
  X(4, IVssComponentEx2, GetRestoreSubcomponent)              \
  X(1, IVssComponentEx2, GetFileRestoreStatus)                \
  X(4, IVssComponentEx2, AddDifferencedFilesByLastModifyTime) \
  X(4, IVssComponentEx2, AddDifferencedFilesByLastModifyLSN)  \
  X(1, IVssComponentEx2, GetDifferencedFilesCount)            \
  X(6, IVssComponentEx2, GetDifferencedFile)                  \
  X(1, IVssComponentEx2, SetPrepareForBackupFailureMsg)       \
  X(1, IVssComponentEx2, SetPostSnapshotFailureMsg)           \
  X(1, IVssComponentEx2, GetPrepareForBackupFailureMsg)       \
  X(1, IVssComponentEx2, GetPostSnapshotFailureMsg)           \
  X(1, IVssComponentEx2, GetAuthoritativeRestore)             \
  X(2, IVssComponentEx2, GetRollForward)                      \
  X(1, IVssComponentEx2, GetRestoreName)                      \
  X(4, IVssComponentEx2, SetFailure)                          \
  X(4, IVssComponentEx2, GetFailure)

#define VSSLAB_TABLE_CREATE_METADATA(X)                         \
  X(4, IVssCreateWriterMetadataEx, AddIncludeFiles)             \
  X(3, IVssCreateWriterMetadataEx, AddExcludeFiles)             \
  X(11, IVssCreateWriterMetadataEx, AddComponent)               \
  X(5, IVssCreateWriterMetadataEx, AddDatabaseFiles)            \
  X(5, IVssCreateWriterMetadataEx, AddDatabaseLogFiles)         \
  X(7, IVssCreateWriterMetadataEx, AddFilesToFileGroup)         \
  X(5, IVssCreateWriterMetadataEx, SetRestoreMethod)            \
  X(4, IVssCreateWriterMetadataEx, AddAlternateLocationMapping) \
  X(5, IVssCreateWriterMetadataEx, AddComponentDependency)      \
  X(1, IVssCreateWriterMetadataEx, SetBackupSchema)             \
  X(1, IVssCreateWriterMetadataEx, GetDocument)                 \
  X(1, IVssCreateWriterMetadataEx, SaveAsXML)                   \
  X(3, IVssCreateWriterMetadataEx, AddExcludeFilesFromSnapshot)

#define VSSLAB_TABLE_WRITER_IMPL(X)                   \
  X(11, IVssWriterImpl, Initialize)                   \
  X(2, IVssWriterImpl, Subscribe)                     \
  X(0, IVssWriterImpl, Unsubscribe)                   \
  X(0, IVssWriterImpl, Uninitialize)                  \
  X(0, IVssWriterImpl, GetCurrentVolumeArray)         \
  X(0, IVssWriterImpl, GetCurrentVolumeCount)         \
  X(2, IVssWriterImpl, GetSnapshotDeviceName)         \
  X(0, IVssWriterImpl, GetCurrentSnapshotSetId)       \
  X(0, IVssWriterImpl, GetContext)                    \
  X(0, IVssWriterImpl, GetCurrentLevel)               \
  X(1, IVssWriterImpl, IsPathAffected)                \
  X(0, IVssWriterImpl, IsBootableSystemStateBackedUp) \
  X(0, IVssWriterImpl, AreComponentsSelected)         \
  X(0, IVssWriterImpl, GetBackupType)                 \
  X(0, IVssWriterImpl, GetRestoreType)                \
  X(1, IVssWriterImpl, SetWriterFailure)              \
  X(0, IVssWriterImpl, IsPartialFileSupportEnabled)   \
  X(2, IVssWriterImpl, InstallAlternateWriter)        \
  X(0, IVssWriterImpl, GetIdentityInformation)        \
  X(3, IVssWriterImpl, SetWriterFailureEx)            \
  X(1, IVssWriterImpl, GetSessionId)                  \
  X(0, IVssWriterImpl, IsWriterShuttingDown)

// IVssBackupComponents to Ex4.
#define VSSLAB_TABLE_BACKUP(X)                                 \
  X(1, IVssBackupComponentsEx4, GetWriterComponentsCount)      \
  X(2, IVssBackupComponentsEx4, GetWriterComponents)           \
  X(1, IVssBackupComponentsEx4, InitializeForBackup)           \
  X(4, IVssBackupComponentsEx4, SetBackupState)                \
  X(1, IVssBackupComponentsEx4, InitializeForRestore)          \
  X(1, IVssBackupComponentsEx4, SetRestoreState)               \
  X(1, IVssBackupComponentsEx4, GatherWriterMetadata)          \
  X(1, IVssBackupComponentsEx4, GetWriterMetadataCount)        \
  X(3, IVssBackupComponentsEx4, GetWriterMetadata)             \
  X(0, IVssBackupComponentsEx4, FreeWriterMetadata)            \
  X(5, IVssBackupComponentsEx4, AddComponent)                  \
  X(1, IVssBackupComponentsEx4, PrepareForBackup)              \
  X(0, IVssBackupComponentsEx4, AbortBackup)                   \
  X(1, IVssBackupComponentsEx4, GatherWriterStatus)            \
  X(1, IVssBackupComponentsEx4, GetWriterStatusCount)          \
  X(0, IVssBackupComponentsEx4, FreeWriterStatus)              \
  X(6, IVssBackupComponentsEx4, GetWriterStatus)               \
  X(6, IVssBackupComponentsEx4, SetBackupSucceeded)            \
  X(5, IVssBackupComponentsEx4, SetBackupOptions)              \
  X(5, IVssBackupComponentsEx4, SetSelectedForRestore)         \
  X(5, IVssBackupComponentsEx4, SetRestoreOptions)             \
  X(5, IVssBackupComponentsEx4, SetAdditionalRestores)         \
  X(5, IVssBackupComponentsEx4, SetPreviousBackupStamp)        \
  X(1, IVssBackupComponentsEx4, SaveAsXML)                     \
  X(1, IVssBackupComponentsEx4, BackupComplete)                \
  X(8, IVssBackupComponentsEx4, AddAlternativeLocationMapping) \
  X(7, IVssBackupComponentsEx4, AddRestoreSubcomponent)        \
  X(5, IVssBackupComponentsEx4, SetFileRestoreStatus)          \
  X(8, IVssBackupComponentsEx4, AddNewTarget)                  \
  X(6, IVssBackupComponentsEx4, SetRangesFilePath)             \
  X(1, IVssBackupComponentsEx4, PreRestore)                    \
  X(1, IVssBackupComponentsEx4, PostRestore)                   \
  X(1, IVssBackupComponentsEx4, SetContext)                    \
  X(1, IVssBackupComponentsEx4, StartSnapshotSet)              \
  X(3, IVssBackupComponentsEx4, AddToSnapshotSet)              \
  X(1, IVssBackupComponentsEx4, DoSnapshotSet)                 \
  X(5, IVssBackupComponentsEx4, DeleteSnapshots)               \
  X(1, IVssBackupComponentsEx4, ImportSnapshots)               \
  X(1, IVssBackupComponentsEx4, BreakSnapshotSet)              \
  X(2, IVssBackupComponentsEx4, GetSnapshotProperties)         \
  X(4, IVssBackupComponentsEx4, Query)                         \
  X(3, IVssBackupComponentsEx4, IsVolumeSupported)             \
  X(2, IVssBackupComponentsEx4, DisableWriterClasses)          \
  X(2, IVssBackupComponentsEx4, EnableWriterClasses)           \
  X(2, IVssBackupComponentsEx4, DisableWriterInstances)        \
  X(5, IVssBackupComponentsEx4, ExposeSnapshot)                \
  X(2, IVssBackupComponentsEx4, RevertToSnapshot)              \
  X(2, IVssBackupComponentsEx4, QueryRevertStatus)             \
  X(3, IVssBackupComponentsEx4, GetWriterMetadataEx)           \
  X(6, IVssBackupComponentsEx4, SetSelectedForRestoreEx)       \
  X(1, IVssBackupComponentsEx4, UnexposeSnapshot)              \
  X(5, IVssBackupComponentsEx4, SetAuthoritativeRestore)       \
  X(6, IVssBackupComponentsEx4, SetRollForward)                \
  X(5, IVssBackupComponentsEx4, SetRestoreName)                \
  X(3, IVssBackupComponentsEx4, BreakSnapshotSetEx)            \
  X(3, IVssBackupComponentsEx4, PreFastRecovery)               \
  X(3, IVssBackupComponentsEx4, FastRecovery)                  \
  X(8, IVssBackupComponentsEx4, GetWriterStatusEx)             \
  X(3, IVssBackupComponentsEx4, AddSnapshotToRecoverySet)      \
  X(2, IVssBackupComponentsEx4, RecoverSet)                    \
  X(1, IVssBackupComponentsEx4, GetSessionId)                  \
  X(4, IVssBackupComponentsEx4, GetRootAndLogicalPrefixPaths)

#define VSSLAB_TABLE_EXPRESS(X)           \
  X(7, IVssExpressWriter, CreateMetadata) \
  X(2, IVssExpressWriter, LoadMetadata)   \
  X(0, IVssExpressWriter, Register)       \
  X(1, IVssExpressWriter, Unregister)

#define VSSLAB_TABLE_EXPRESS_METADATA(X)                        \
  X(3, IVssCreateExpressWriterMetadata, AddExcludeFiles)        \
  X(11, IVssCreateExpressWriterMetadata, AddComponent)          \
  X(7, IVssCreateExpressWriterMetadata, AddFilesToFileGroup)    \
  X(5, IVssCreateExpressWriterMetadata, SetRestoreMethod)       \
  X(5, IVssCreateExpressWriterMetadata, AddComponentDependency) \
  X(1, IVssCreateExpressWriterMetadata, SetBackupSchema)        \
  X(1, IVssCreateExpressWriterMetadata, SaveAsXML)

// IVssDifferentialSoftwareSnapshotMgmt to 3.
#define VSSLAB_TABLE_MANAGEMENT(X)                                               \
  X(3, IVssDifferentialSoftwareSnapshotMgmt3, AddDiffArea)                       \
  X(3, IVssDifferentialSoftwareSnapshotMgmt3, ChangeDiffAreaMaximumSize)         \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, QueryVolumesSupportedForDiffAreas) \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, QueryDiffAreasForVolume)           \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, QueryDiffAreasOnVolume)            \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, QueryDiffAreasForSnapshot)         \
  X(4, IVssDifferentialSoftwareSnapshotMgmt3, ChangeDiffAreaMaximumSizeEx)       \
  X(3, IVssDifferentialSoftwareSnapshotMgmt3, MigrateDiffAreas)                  \
  X(3, IVssDifferentialSoftwareSnapshotMgmt3, QueryMigrationStatus)              \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, SetSnapshotPriority)               \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, SetVolumeProtectLevel)             \
  X(2, IVssDifferentialSoftwareSnapshotMgmt3, GetVolumeProtectLevel)             \
  X(1, IVssDifferentialSoftwareSnapshotMgmt3, ClearVolumeProtectFault)           \
  X(1, IVssDifferentialSoftwareSnapshotMgmt3, DeleteUnusedDiffAreas)             \
  X(5, IVssDifferentialSoftwareSnapshotMgmt3, QuerySnapshotDeltaBitmap)

#define VSSLAB_TABLE_MANAGED(X)   \
  X(3, IVssEnumMgmtObject, Next)  \
  X(1, IVssEnumMgmtObject, Skip)  \
  X(0, IVssEnumMgmtObject, Reset) \
  X(1, IVssEnumMgmtObject, Clone)

#define VSSLAB_TABLE_ADMIN(X)         \
  X(6, IVssAdmin, RegisterProvider)   \
  X(1, IVssAdmin, UnregisterProvider) \
  X(1, IVssAdmin, QueryProviders)     \
  X(0, IVssAdmin, AbortAllSnapshotsInProgress)

// What a program asks of the service itself: the functions behind the headers.
#define VSSLAB_TABLE_ROOT(X)                           \
  X(3, RootService, CreateWriter)                      \
  X(1, RootService, CreateBackupComponents)            \
  X(3, RootService, IsVolumeSnapshotted)               \
  X(6, RootService, RegisterProvider)                  \
  X(3, RootService, ComSecurity)                       \
  X(4, RootService, EventLog)                          \
  X(3, RootService, File)                              \
  X(1, RootService, CreateExpressWriter)               \
  X(1, RootService, CreateAdmin)                       \
  X(3, RootService, OpenManagement)                    \
  X(1, RootService, GetMinDiffAreaSize)                \
  X(3, RootService, QueryVolumesSupportedForSnapshots) \
  X(3, RootService, QuerySnapshotsByVolume)
