// A writer that calls into VSS while it is called: in PrepareForSnapshot it asks all writers,
// itself among them, to identify themselves; in Freeze it tries to make a shadow copy of its own;
// threads that it makes ask about the set while its handler runs. None of it is forbidden, none of
// it may hold anybody up. It fails when VSS told it something else than it has to.

#include <windows.h>

#include <stdio.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

static const GUID REENTRANT_WRITER_ID = {
    0x1f3c9a70, 0x52de, 0x4b18, {0x86, 0x4d, 0x0c, 0x95, 0xe1, 0x27, 0xfa, 0x3b}};

static HANDLE g_stop = NULL;
static LONG g_wrong = 0;

static void Expect(bool right, const char* what) {
  if (right) return;
  printf("ReentrantWriter: %s\n", what);
  InterlockedIncrement(&g_wrong);
}

class ReentrantWriter : public CVssWriter {
 public:
  HRESULT Start() {
    HRESULT hr =
        Initialize(REENTRANT_WRITER_ID, L"Reentrant Writer", VSS_UT_USERDATA, VSS_ST_OTHER);
    return FAILED(hr) ? hr : Subscribe();
  }
  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* metadata) override {
    InterlockedIncrement(&m_identified);
    return SUCCEEDED(metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Data", NULL, NULL, 0, false,
                                            false, true, true)) &&
           SUCCEEDED(metadata->AddFilesToFileGroup(NULL, L"Data", L"C:\\data", L"*", true, NULL)) &&
           SUCCEEDED(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL,
                                                VSS_WRE_NEVER, false));
  }
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    LONG before = m_identified;
    IVssBackupComponents* backup = NULL;
    IVssAsync* async = NULL;
    HRESULT hr = CreateVssBackupComponents(&backup);
    if (SUCCEEDED(hr)) hr = backup->InitializeForBackup();
    if (SUCCEEDED(hr)) hr = backup->SetBackupState(false, false, VSS_BT_COPY, false);
    if (SUCCEEDED(hr)) hr = backup->GatherWriterMetadata(&async);
    if (SUCCEEDED(hr)) hr = async->Wait();
    HRESULT result = S_OK;
    if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
    if (SUCCEEDED(hr) && result != VSS_S_ASYNC_FINISHED) hr = E_FAIL;
    UINT writers = 0;
    if (SUCCEEDED(hr)) hr = backup->GetWriterMetadataCount(&writers);
    if (SUCCEEDED(hr)) hr = backup->FreeWriterMetadata();
    Expect(hr == S_OK && writers > 0, "it could not gather in PrepareForSnapshot");
    Expect(m_identified == before + 1, "it was not identified while it prepared");
    if (async != NULL) async->Release();
    if (backup != NULL) backup->Release();
    Enter();
    Leave();
    return Right();
  }
  bool STDMETHODCALLTYPE OnFreeze() override {
    Enter();
    IVssBackupComponents* backup = NULL;
    VSS_ID set = {};
    HRESULT hr = CreateVssBackupComponents(&backup);
    if (SUCCEEDED(hr)) hr = backup->InitializeForBackup();
    if (SUCCEEDED(hr)) hr = backup->SetContext(VSS_CTX_FILE_SHARE_BACKUP);
    if (SUCCEEDED(hr)) hr = backup->StartSnapshotSet(&set);
    Expect(hr == VSS_E_SNAPSHOT_SET_IN_PROGRESS, "a second set was begun in Freeze");
    if (backup != NULL) backup->Release();
    m_done = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, AskOnThread, this, 0, NULL);
    Expect(thread != NULL && WaitForSingleObject(m_done, INFINITE) == WAIT_OBJECT_0,
           "its thread did not come back");
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(m_done);
    Leave();
    return Right();
  }
  bool STDMETHODCALLTYPE OnThaw() override {
    Enter();
    Leave();
    return Right();
  }
  bool STDMETHODCALLTYPE OnAbort() override { return true; }

 private:
  // Two of its handlers at a time, Identify apart, would be VSS's mistake.
  void Enter() { Expect(InterlockedIncrement(&m_inside) == 1, "handlers were re-entered"); }
  void Leave() { InterlockedDecrement(&m_inside); }
  // What was wrong shows in the journal, as a writer's failure does.
  bool Right() {
    if (g_wrong == 0) return true;
    SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
    return false;
  }

  static DWORD WINAPI AskOnThread(void* self) {
    ReentrantWriter* writer = static_cast<ReentrantWriter*>(self);
    // Another thread is in no handler: it is told nothing of the set.
    Expect(!writer->IsPathAffected(L"C:\\data"), "a thread in no handler was told of the set");
    Expect(writer->GetCurrentVolumeCount() == 0, "a thread in no handler was told the volumes");
    SetEvent(writer->m_done);
    return 0;
  }

  volatile LONG m_identified = 0;
  volatile LONG m_inside = 0;
  HANDLE m_done = NULL;
};

static BOOL WINAPI OnConsoleEvent(DWORD) {
  SetEvent(g_stop);
  return TRUE;
}

int wmain() {
  g_stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  SetConsoleCtrlHandler(OnConsoleEvent, TRUE);
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (SUCCEEDED(hr)) {
    hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                              RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  }
  if (FAILED(hr)) return 1;
  ReentrantWriter writer;
  hr = writer.Start();
  if (SUCCEEDED(hr)) {
    WaitForSingleObject(g_stop, INFINITE);
    writer.Unsubscribe();
  }
  CoUninitialize();
  return FAILED(hr) || g_wrong != 0 ? 1 : 0;
}
