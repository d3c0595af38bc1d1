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
