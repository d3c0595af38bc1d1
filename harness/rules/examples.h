// Beginnings of example journals: the requester's calls up to a state of its object (spec: state
// machines 1.1). Only for the cards of the rule files.
#pragma once

#define VSSLAB_EX_SET_ID "4ad2e8b1-faf2-4aca-a010-2c3f939cef62"
#define VSSLAB_EX_INIT "0 R InitializeForBackup\n"
#define VSSLAB_EX_GATHERED                                                      \
  VSSLAB_EX_INIT                                                                \
  "0 R SetBackupState components=yes bootable=no type=VSS_BT_FULL partial=no\n" \
  "1 R GatherWriterMetadata\n"
#define VSSLAB_EX_SET \
  VSSLAB_EX_GATHERED  \
  "2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n"
#define VSSLAB_EX_PREPARED VSSLAB_EX_SET "3 R PrepareForBackup\n"
#define VSSLAB_EX_SNAPPED VSSLAB_EX_PREPARED "4 R DoSnapshotSet\n"
// Without writers: FILE_SHARE_BACKUP.
#define VSSLAB_EX_NO_WRITERS VSSLAB_EX_INIT "0 R SetContext context=0x10\n"

// Writer Metadata Documents as `WriterMetadata` carries them. Attribute values stand in ' quotes.
#define VSSLAB_EX_IDENTIFICATION                                                               \
  "<IDENTIFICATION writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "                           \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' friendlyName='Orders' usage='USER_DATA' " \
  "dataSource='OTHER'/>"
#define VSSLAB_EX_RESTORE_METHOD                                               \
  "<RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' writerRestore='never' " \
  "rebootRequired='no'/>"
// attributes: more of the root element's; body: everything inside it.
#define VSSLAB_EX_WMD(attributes, body)                                       \
  "1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "                      \
  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'" attributes ">" body \
  "</WRITER_METADATA>\""
// A whole document around its components and exclude lists.
#define VSSLAB_EX_WMD_WITH(locations)                                 \
  VSSLAB_EX_WMD("", VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD \
                "<BACKUP_LOCATIONS>" locations "</BACKUP_LOCATIONS>")
#define VSSLAB_EX_GROUP(attributes, files)                                                        \
  "<FILE_GROUP " attributes                                                                       \
  " restoreMetadata='no' notifyOnBackupComplete='no' selectable='yes' selectableForRestore='no' " \
  "componentFlags='0'>" files "</FILE_GROUP>"
// Backslashes count double twice: once for C++, once for the journal's quotes.
#define VSSLAB_EX_FILES(path, spec) \
  "<FILE_LIST path='" path "' filespec='" spec "' filespecBackupType='3855'/>"
