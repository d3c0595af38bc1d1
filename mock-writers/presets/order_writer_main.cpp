// A writer program as a Windows developer writes it: an application that keeps notes in files and
// orders in a small database, and goes on writing while it is backed up.
//
//   cl /EHsc /DUNICODE order_writer_main.cpp vssapi.lib ole32.lib advapi32.lib

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <wchar.h>

static const GUID ORDER_WRITER_ID = {
    0x7a1d8e52, 0x3f0b, 0x4c86, {0x9d, 0x27, 0x51, 0xc4, 0x0e, 0x9b, 0x63, 0xf8}};

static const WCHAR APP_FOLDER[] = L"C:\\ProgramData\\OrderKeeper";
static const WCHAR NOTES_FOLDER[] = L"C:\\ProgramData\\OrderKeeper\\Notes";
static const WCHAR DATA_FOLDER[] = L"C:\\ProgramData\\OrderKeeper\\Data";
static const WCHAR LOG_FILE[] = L"C:\\ProgramData\\OrderKeeper\\Data\\orders.log";
static const WCHAR DATABASE_FILE[] = L"C:\\ProgramData\\OrderKeeper\\Data\\orders.db";
static const DWORD WRITE_EVERY_MS = 5000;

static HANDLE g_stop = NULL;  // set by Ctrl-C

// What the application and the writer share: while frozen, no order is written.
class OrderStore {
 public:
  OrderStore() : m_frozen(false), m_next(1) { InitializeCriticalSection(&m_lock); }
  ~OrderStore() { DeleteCriticalSection(&m_lock); }

  bool Freeze() {
    EnterCriticalSection(&m_lock);  // waits for an order that is being written
    m_frozen = true;
    LeaveCriticalSection(&m_lock);
    return true;
  }

  void Thaw() {
    EnterCriticalSection(&m_lock);
    m_frozen = false;
    LeaveCriticalSection(&m_lock);
  }

  void WriteOrder() {
    EnterCriticalSection(&m_lock);
    if (!m_frozen) {
      char line[64];
      int length = sprintf_s(line, "order %ld\n", m_next++);
      Append(LOG_FILE, line, (DWORD)length);
    }
    LeaveCriticalSection(&m_lock);
  }

 private:
  static void Append(LPCWSTR path, const char* text, DWORD length) {
    HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return;
    LARGE_INTEGER zero = {};
    DWORD written = 0;
    if (SetFilePointerEx(file, zero, NULL, FILE_END)) {
      WriteFile(file, text, length, &written, NULL);
    }
    CloseHandle(file);
  }

  CRITICAL_SECTION m_lock;
  bool m_frozen;
  LONG m_next;
};

class OrderWriter : public CVssWriter {
 public:
  explicit OrderWriter(OrderStore& store) : m_store(store) {}

  HRESULT Start() {
    HRESULT hr = Initialize(ORDER_WRITER_ID, L"OrderKeeper Writer", VSS_UT_USERDATA,
                            VSS_ST_TRANSACTEDDB, VSS_APP_FRONT_END, 20000);
    if (hr != S_OK) return FAILED(hr) ? hr : E_FAIL;
    return Subscribe();
  }

  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* pMetadata) override {
    HRESULT hr = pMetadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"Notes", L"Notes of the orders",
                                         NULL, 0, false, false, true, true);
    if (FAILED(hr)) return Report(L"AddComponent(Notes)", hr);
    hr = pMetadata->AddFilesToFileGroup(NULL, L"Notes", NOTES_FOLDER, L"*.txt", true, NULL);
    if (FAILED(hr)) return Report(L"AddFilesToFileGroup", hr);

    hr = pMetadata->AddComponent(VSS_CT_DATABASE, L"OrderKeeper", L"Orders", L"The order database",
                                 NULL, 0, false, false, true, true);
    if (FAILED(hr)) return Report(L"AddComponent(Orders)", hr);
    hr = pMetadata->AddDatabaseFiles(L"OrderKeeper", L"Orders", DATA_FOLDER, L"orders.db");
    if (FAILED(hr)) return Report(L"AddDatabaseFiles", hr);
    hr = pMetadata->AddDatabaseLogFiles(L"OrderKeeper", L"Orders", DATA_FOLDER, L"orders.log");
    if (FAILED(hr)) return Report(L"AddDatabaseLogFiles", hr);

    hr = pMetadata->AddExcludeFiles(NOTES_FOLDER, L"*.tmp", true);
    if (FAILED(hr)) return Report(L"AddExcludeFiles", hr);
    hr = pMetadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL, VSS_WRE_ALWAYS,
                                     false);
    return FAILED(hr) ? Report(L"SetRestoreMethod", hr) : true;
  }

  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* pComponents) override {
    if (pComponents == NULL) return true;  // a backup without components
    UINT count = 0;
    HRESULT hr = pComponents->GetComponentCount(&count);
    if (FAILED(hr)) return Fail(L"GetComponentCount", hr);
    for (UINT i = 0; i < count; ++i) {
      IVssComponent* component = NULL;
      hr = pComponents->GetComponent(i, &component);
      if (FAILED(hr)) return Fail(L"GetComponent", hr);
      bool prepared = PrepareComponent(component);
      component->Release();
      if (!prepared) return false;
    }
    return true;
  }

  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    if (!IsPathAffected(DATA_FOLDER)) wprintf(L"OrderKeeper: not on the volumes of this set\n");
    return true;
  }

  bool STDMETHODCALLTYPE OnFreeze() override { return m_store.Freeze(); }

  bool STDMETHODCALLTYPE OnThaw() override {
    m_store.Thaw();
    return true;
  }

  bool STDMETHODCALLTYPE OnAbort() override {
    m_store.Thaw();
    return true;
  }

  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* pComponents) override {
    if (pComponents == NULL) return true;  // a backup without components
    UINT count = 0;
    HRESULT hr = pComponents->GetComponentCount(&count);
    if (FAILED(hr)) return Fail(L"GetComponentCount", hr);
    wprintf(L"OrderKeeper: %u components in set %08lX, backup type %d\n", count,
            GetCurrentSnapshotSetId().Data1, GetBackupType());
    return true;
  }

  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents* pComponents) override {
    if (pComponents == NULL) return true;  // a backup without components
    UINT count = 0;
    HRESULT hr = pComponents->GetComponentCount(&count);
    if (FAILED(hr)) return Fail(L"GetComponentCount", hr);
    for (UINT i = 0; i < count; ++i) {
      IVssComponent* component = NULL;
      bool succeeded = false;
      hr = pComponents->GetComponent(i, &component);
      if (FAILED(hr)) return Fail(L"GetComponent", hr);
      hr = component->GetBackupSucceeded(&succeeded);
      component->Release();
      if (FAILED(hr)) return Fail(L"GetBackupSucceeded", hr);
      wprintf(L"OrderKeeper: component %u %s\n", i, succeeded ? L"is safe" : L"was NOT backed up");
    }
    return true;
  }

  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID SnapshotSetId) override {
    WCHAR text[64];
    StringFromGUID2(SnapshotSetId, text, ARRAYSIZE(text));
    wprintf(L"OrderKeeper: backup %s is over\n", text);
    return true;
  }

 private:
  // Notes what kind of backup this is in the component, for the restore to find.
  bool PrepareComponent(IVssComponent* component) {
    BSTR name = NULL;
    HRESULT hr = component->GetComponentName(&name);
    if (FAILED(hr)) return Fail(L"GetComponentName", hr);
    wprintf(L"OrderKeeper: preparing %s\n", name);
    bool database = _wcsicmp(name, L"Orders") == 0;
    SysFreeString(name);
    if (!database) return true;
    hr = component->SetBackupMetadata(L"schema=1");
    return FAILED(hr) ? Fail(L"SetBackupMetadata", hr) : true;
  }

  // In an event handler: the requester learns whether it may try again.
  bool Fail(LPCWSTR call, HRESULT hr) {
    Report(call, hr);
    SetWriterFailure(hr == E_OUTOFMEMORY ? VSS_E_WRITERERROR_OUTOFRESOURCES
                                         : VSS_E_WRITERERROR_NONRETRYABLE);
    return false;
  }

  static bool Report(LPCWSTR call, HRESULT hr) {
    WCHAR text[128];
    swprintf_s(text, L"%s failed with 0x%08lx", call, hr);
    wprintf(L"OrderKeeper: %s\n", text);
    HANDLE log = RegisterEventSourceW(NULL, L"OrderKeeper");
    if (log != NULL) {
      LPCWSTR strings[] = {text};
      ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, 1001, NULL, 1, 0, strings, NULL);
      DeregisterEventSource(log);
    }
    return false;
  }

  OrderStore& m_store;
};

static BOOL WINAPI OnConsoleEvent(DWORD type) {
  if (type != CTRL_C_EVENT && type != CTRL_CLOSE_EVENT) return FALSE;
  SetEvent(g_stop);
  return TRUE;
}

static DWORD WINAPI TakeOrders(LPVOID parameter) {
  OrderStore* store = (OrderStore*)parameter;
  while (WaitForSingleObject(g_stop, WRITE_EVERY_MS) == WAIT_TIMEOUT) store->WriteOrder();
  return 0;
}

static void MakeFile(LPCWSTR path, const char* text) {
  HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return;  // there from the last time
  DWORD written = 0;
  WriteFile(file, text, (DWORD)strlen(text), &written, NULL);
  CloseHandle(file);
}

static void MakeData() {
  CreateDirectoryW(L"C:\\ProgramData", NULL);
  CreateDirectoryW(APP_FOLDER, NULL);
  CreateDirectoryW(NOTES_FOLDER, NULL);
  CreateDirectoryW(DATA_FOLDER, NULL);
  MakeFile(L"C:\\ProgramData\\OrderKeeper\\Notes\\readme.txt", "Notes of the orders.\n");
  MakeFile(DATABASE_FILE, "orders: empty\n");
  MakeFile(LOG_FILE, "log begins\n");
}

static HRESULT Serve() {
  OrderStore store;
  OrderWriter writer(store);
  HRESULT hr = writer.Start();
  if (FAILED(hr)) {
    wprintf(L"OrderKeeper: the writer does not start: 0x%08lx\n", hr);
    return hr;
  }
  HANDLE thread = CreateThread(NULL, 0, TakeOrders, &store, 0, NULL);
  wprintf(L"OrderKeeper: serving, Ctrl-C ends\n");
  WaitForSingleObject(g_stop, INFINITE);
  if (thread != NULL) {
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
  }
  return writer.Unsubscribe();
}

int wmain(int argc, WCHAR* argv[]) {
  (void)argc;
  (void)argv;
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(hr)) return 1;
  hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                            RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  g_stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (SUCCEEDED(hr) && g_stop != NULL && SetConsoleCtrlHandler(OnConsoleEvent, TRUE)) {
    MakeData();
    hr = Serve();
    SetConsoleCtrlHandler(OnConsoleEvent, FALSE);
  }
  if (g_stop != NULL) CloseHandle(g_stop);
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}
