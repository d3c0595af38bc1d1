// Parts of the examples of the rules on restoring.
#pragma once

#include "rules/examples.h"

// A backup of C:\data\*.txt with its document, and the beginning of its restore in session 2.
#define VSSLAB_EX_COPY "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"
#define VSSLAB_EX_RESTORE_DOC(component)                                           \
  "doc=\"<BACKUP_COMPONENTS xmlns='x-schema:#VssComponentMetadata' version='1.2' " \
  "bootableSystemStateBackup='no' selectComponents='yes' backupType='full' "       \
  "partialFileSupport='no' snapshotSetId='" VSSLAB_EX_SET_ID                       \
  "'><WRITER_COMPONENTS "                                                          \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                             \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT logicalPath='' "     \
  "componentName='Data' componentType='filegroup'" component                       \
  "</WRITER_COMPONENTS></BACKUP_COMPONENTS>\""
#define VSSLAB_EX_RESTORE_WMD_OF(method, restore, more)                             \
  "s2 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "                           \
  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2' "                          \
  "backupSchema='4352'>" VSSLAB_EX_IDENTIFICATION "<RESTORE_METHOD method='" method \
  "' writerRestore='" restore                                                       \
  "' "                                                                              \
  "rebootRequired='no'>" more                                                       \
  "</RESTORE_METHOD><BACKUP_LOCATIONS><EXCLUDE_FILES "                              \
  "path='C:\\\\data' filespec='*.tmp'/>" VSSLAB_EX_GROUP(                           \
      "componentName='Data'",                                                       \
      "<FILE_LIST path='C:\\\\data' filespec='*.t*' "                               \
      "filespecBackupType='3855'/>") "</BACKUP_LOCATIONS></WRITER_METADATA>\"\n"
#define VSSLAB_EX_RESTORE_WMD(method, more) VSSLAB_EX_RESTORE_WMD_OF(method, "always", more)
#define VSSLAB_EX_BACKED_UP                                                                        \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n" VSSLAB_EX_SNAPPED \
  "4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n5 R FileRead path=" VSSLAB_EX_COPY   \
  "\\data\\a.txt bytes=3 digest=aa\n"                                                              \
  "6 C BackupComponents " VSSLAB_EX_RESTORE_DOC("/>") "\n"
#define VSSLAB_EX_DATA "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data"
#define VSSLAB_EX_PRE_RESTORED(method, more)                                               \
  VSSLAB_EX_BACKED_UP                                                                      \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD( \
      method, more) "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA                        \
                    " selected=yes\n13 s2 R PreRestore\n"
#define VSSLAB_EX_IN_PLACE VSSLAB_EX_PRE_RESTORED("RESTORE_IF_CAN_BE_REPLACED", "")
#define VSSLAB_EX_WRITTEN(path, more) "14 s2 R FileWritten path=" path " " more "\n"
#define VSSLAB_EX_ALL "15 s2 R SetFileRestoreStatus " VSSLAB_EX_DATA " status=2\n"
#define VSSLAB_EX_POST "16 s2 R PostRestore\n"
#define VSSLAB_EX_DONE(component) \
  VSSLAB_EX_ALL VSSLAB_EX_POST    \
      "17 s2 R Release\n17 s2 C BackupComponents " VSSLAB_EX_RESTORE_DOC(component) "\n"
#define VSSLAB_EX_MAPPING                                                         \
  "<ALTERNATE_LOCATION_MAPPING path='C:\\\\data' filespec='*.t*' recursive='no' " \
  "alternatePath='C:\\\\other'/>"
