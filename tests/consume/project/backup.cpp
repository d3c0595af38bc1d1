// A requester of some other project. Its shadow copies are made; it forgets BackupComplete.
#include "backup.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#define CHECK(call)                      \
  do {                                   \
    const HRESULT checked = (call);      \
    if (FAILED(checked)) return checked; \
  } while (0)

static HRESULT Finish(IVssAsync* async) {
  HRESULT result = S_OK;
  HRESULT hr = async->Wait();
  if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
  async->Release();
  return FAILED(hr) ? hr : result;
}

static HRESULT Run(IVssBackupComponents* backup) {
  IVssAsync* async = NULL;
  CHECK(backup->InitializeForBackup());
  CHECK(backup->SetBackupState(false, false, VSS_BT_FULL, false));
  CHECK(backup->GatherWriterMetadata(&async));
  CHECK(Finish(async));
  VSS_ID set, snapshot;
  WCHAR volume[] = L"C:\\";
  CHECK(backup->StartSnapshotSet(&set));
  CHECK(backup->AddToSnapshotSet(volume, GUID_NULL, &snapshot));
  CHECK(backup->PrepareForBackup(&async));
  CHECK(Finish(async));
  CHECK(backup->DoSnapshotSet(&async));
  return Finish(async);
}

int Backup() {
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(hr)) return hr;
  CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                       RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  IVssBackupComponents* backup = NULL;
  hr = CreateVssBackupComponents(&backup);
  if (SUCCEEDED(hr)) {
    hr = Run(backup);
    backup->Release();
  }
  CoUninitialize();
  return hr;
}
