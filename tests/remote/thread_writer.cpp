// A writer that does in Freeze what the documents forbid: a thread of its own, that the lab knows
// nothing of, reports the failure. Its other threads use the API all the time, as they may.

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <atomic>
#include <thread>

static const GUID THREAD_WRITER_ID = {
    0x5d8a2f31, 0x64c9, 0x4d7e, {0xb1, 0x0a, 0x2e, 0x77, 0x90, 0xc4, 0x1d, 0x05}};

static HANDLE g_stop = NULL;

class ThreadWriter : public CVssWriter {
 public:
  HRESULT Start() {
    HRESULT hr =
        Initialize(THREAD_WRITER_ID, L"Thread Writer", VSS_UT_USERDATA, VSS_ST_TRANSACTEDDB);
    if (hr != S_OK) return FAILED(hr) ? hr : E_FAIL;
    return Subscribe();
  }
  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* metadata) override {
    return SUCCEEDED(metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Data", NULL, NULL, 0, false,
                                            false, true, true)) &&
           SUCCEEDED(metadata->AddFilesToFileGroup(NULL, L"Data", L"C:\\data", L"*", true, NULL)) &&
           SUCCEEDED(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL,
                                                VSS_WRE_NEVER, false));
  }
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override { return true; }
  bool STDMETHODCALLTYPE OnFreeze() override {
    HANDLE said = CreateEventW(NULL, TRUE, FALSE, NULL);
    std::thread worker([this, said] {
      SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE);
      SetEvent(said);
    });
    WaitForSingleObject(said, INFINITE);
    worker.join();
    CloseHandle(said);
    return true;
  }
  bool STDMETHODCALLTYPE OnThaw() override { return true; }
  bool STDMETHODCALLTYPE OnAbort() override { return true; }
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
  std::atomic<bool> over(false);
  std::atomic<int> rounds(0);
  std::thread readers[3];
  for (std::thread& reader : readers) {
    reader = std::thread([&over, &rounds] {
      while (!over) {
        WIN32_FIND_DATAW found;
        HANDLE find = FindFirstFileW(L"C:\\data\\*", &found);
        if (find != INVALID_HANDLE_VALUE) FindClose(find);
        ++rounds;
      }
    });
  }
  ThreadWriter writer;
  hr = writer.Start();
  if (SUCCEEDED(hr)) WaitForSingleObject(g_stop, INFINITE);
  over = true;
  // A reader's call is answered on this thread: wait for it as the lab waits.
  HANDLE gone = CreateEventW(NULL, TRUE, FALSE, NULL);
  std::thread joiner([&readers, gone] {
    for (std::thread& reader : readers) reader.join();
    SetEvent(gone);
  });
  WaitForSingleObject(gone, INFINITE);
  joiner.join();
  if (SUCCEEDED(hr)) writer.Unsubscribe();
  CoUninitialize();
  return FAILED(hr) || rounds == 0 ? 1 : 0;
}
