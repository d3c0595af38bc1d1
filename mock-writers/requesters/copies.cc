// Written as for Windows, but for the bugs.
#define VSSLAB_WINDOWS_SOURCE
#define UNICODE
#include "mock-writers/requesters/copies.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <wchar.h>

namespace vsslab::mock {
namespace {

// One copy of C:\ that outlives its object.
HRESULT MakeCopy(IVssBackupComponents* backup, LONG context, VSS_ID* copy) {
  WCHAR volume[] = L"C:\\";
  VSS_ID set;
  HRESULT hr = backup->InitializeForBackup();
  if (SUCCEEDED(hr)) hr = backup->SetContext(context);
  if (SUCCEEDED(hr)) hr = backup->StartSnapshotSet(&set);
  if (SUCCEEDED(hr)) hr = backup->AddToSnapshotSet(volume, GUID_NULL, copy);
  if (FAILED(hr)) return hr;
  IVssAsync* async = NULL;
  hr = backup->DoSnapshotSet(&async);
  if (FAILED(hr)) return hr;
  HRESULT result = S_OK;
  hr = async->Wait();
  if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
  async->Release();
  return FAILED(hr) ? hr : result;
}

HRESULT MakeOneCopy(LONG context, VSS_ID* copy) {
  IVssBackupComponents* backup = NULL;
  HRESULT hr = CreateVssBackupComponents(&backup);
  if (FAILED(hr)) return hr;
  hr = MakeCopy(backup, context, copy);
  if (FAILED(hr)) backup->AbortBackup();
  backup->Release();
  return FAILED(hr) ? hr : S_OK;
}

int KeepCopies(LONG context, unsigned most) {
  for (unsigned made = 0; made < most; ++made) {
    VSS_ID copy;
    const HRESULT hr = MakeOneCopy(context, &copy);
    if (SUCCEEDED(hr)) continue;
    wprintf(L"after %u shadow copies: 0x%08lx\n", made, hr);
    return hr == VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED ? 0 : 1;
  }
  wprintf(L"%u shadow copies were made, and VSS would make more.\n", most);
  return 0;
}

DWORD WINAPI DeleteOne(void* copy) {
  IVssBackupComponents* backup = NULL;
  HRESULT hr = CreateVssBackupComponents(&backup);
  if (FAILED(hr)) return 1;
  hr = backup->InitializeForBackup();
  if (SUCCEEDED(hr)) hr = backup->SetContext(VSS_CTX_ALL);
  LONG deleted = 0;
  VSS_ID failed = GUID_NULL;
  if (SUCCEEDED(hr)) {
    hr = backup->DeleteSnapshots(*static_cast<VSS_ID*>(copy), VSS_OBJECT_SNAPSHOT, TRUE, &deleted,
                                 &failed);
  }
  backup->Release();
  return SUCCEEDED(hr) ? 0 : 1;
}

template <class Work>
int WithCom(Work work) {
  if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 1;
  const HRESULT hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                          RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  const int code = SUCCEEDED(hr) ? work() : 1;
  CoUninitialize();
  return code;
}

int DeleteAtOnce() {
  VSS_ID copies[2];
  HANDLE threads[2] = {NULL, NULL};
  for (VSS_ID& copy : copies) {
    if (FAILED(MakeOneCopy(VSS_CTX_NAS_ROLLBACK, &copy))) return 1;
  }
  for (int i = 0; i < 2; ++i) {
    threads[i] = CreateThread(NULL, 0, DeleteOne, &copies[i], 0, NULL);
    if (threads[i] == NULL) return 1;
  }
  int code = 0;
  for (HANDLE thread : threads) {
    WaitForSingleObject(thread, INFINITE);
    DWORD one = 0;
    if (!GetExitCodeThread(thread, &one) || one != 0) code = 1;
    CloseHandle(thread);
  }
  return code;
}

}  // namespace

int delete_copies_at_once() { return WithCom(DeleteAtOnce); }

}  // namespace vsslab::mock

int vsslab_preset_keeps_copies(int, wchar_t**) {
  return vsslab::mock::WithCom([] { return vsslab::mock::KeepCopies(VSS_CTX_NAS_ROLLBACK, 520); });
}

int vsslab_preset_keeps_shared_copies(int, wchar_t**) {
  return vsslab::mock::WithCom(
      [] { return vsslab::mock::KeepCopies(VSS_CTX_CLIENT_ACCESSIBLE, 70); });
}
