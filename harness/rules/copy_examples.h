// Parts of the examples of the rules on copying files.
#pragma once

#include "rules/examples.h"

#define VSSLAB_EX_COPY "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"
#define VSSLAB_EX_COPYING(files) \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 " \
  "name=Orders\n"                \
  VSSLAB_EX_GATHERED VSSLAB_EX_WMD_WITH(                                                        \
      "<EXCLUDE_FILES path='C:\\\\data' filespec='*.tmp'/>" VSSLAB_EX_GROUP(                    \
          "componentName='Data'", files))                                                       \
      "\n1 R AddComponent writer=W1 writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" "  \
      "component=Data\n2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                              \
      "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n4 R "                \
      "DoSnapshotSet\n4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n"
#define VSSLAB_EX_READ(path) "5 R FileRead path=" path " bytes=3 digest=aa\n"
#define VSSLAB_EX_SUCCEEDED(succeeded) \
  "6 R SetBackupSucceeded writer=W1 path=\"\" component=Data succeeded=" succeeded "\n"
#define VSSLAB_EX_ALL_FILES "<FILE_LIST path='C:\\\\data' filespec='*' filespecBackupType='3855'/>"
