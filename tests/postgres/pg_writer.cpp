// A writer for a PostgreSQL cluster, as a Windows developer writes it: an online backup begins
// before the shadow copy and ends after it, and the log that belongs to it is archived.
//
//   pg_writer postgresql:///postgres?host=/tmp/socket P:\pgdata P:\archive REPORT
//
// REPORT is a file of the host: what was committed before each Freeze.

#include <libpq-fe.h>

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <string>

static const GUID PG_WRITER_ID = {
    0x2c7fbb0e, 0x51f4, 0x4f0d, {0xa3, 0x3d, 0x86, 0x01, 0x75, 0x2e, 0x4b, 0x19}};

static HANDLE g_stop = NULL;

static std::wstring Wide(const std::string& text) { return std::wstring(text.begin(), text.end()); }
static std::string Narrow(const wchar_t* text) {
  const std::wstring wide(text);
  return std::string(wide.begin(), wide.end());
}

class PostgresWriter : public CVssWriter {
 public:
  PostgresWriter(const std::string& where, LPCWSTR data, LPCWSTR archive, const std::string& report)
      : m_where(where), m_data(data), m_archive(archive), m_report(report), m_connection(NULL) {}
  ~PostgresWriter() { Close(); }

  HRESULT Start() {
    HRESULT hr =
        Initialize(PG_WRITER_ID, L"PostgreSQL Writer", VSS_UT_USERDATA, VSS_ST_TRANSACTEDDB);
    if (hr != S_OK) return FAILED(hr) ? hr : E_FAIL;
    return Subscribe();
  }

  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* metadata) override {
    // The cluster comes from the shadow copy, the archived log from the volume itself.
    return SUCCEEDED(metadata->AddComponent(VSS_CT_FILEGROUP, NULL, L"cluster",
                                            L"A PostgreSQL cluster", NULL, 0, false, false, true,
                                            true)) &&
           SUCCEEDED(
               metadata->AddFilesToFileGroup(NULL, L"cluster", m_data.c_str(), L"*", true, NULL)) &&
           SUCCEEDED(metadata->AddFilesToFileGroup(NULL, L"cluster", m_archive.c_str(), L"*", false,
                                                   NULL, VSS_FSBT_ALL_BACKUP_REQUIRED)) &&
           SUCCEEDED(metadata->AddExcludeFiles(m_data.c_str(), L"postmaster.*", false)) &&
           SUCCEEDED(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_NOT_THERE, NULL, NULL,
                                                VSS_WRE_NEVER, false));
  }

  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents*) override {
    Close();
    m_connection = PQconnectdb(m_where.c_str());
    if (PQstatus(m_connection) == CONNECTION_OK) return true;
    return Fail(VSS_E_WRITERERROR_RETRYABLE);
  }

  // The checkpoint takes its time: here, not while frozen.
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    return Ask("SELECT pg_backup_start('vss', fast => true)").first ||
           Fail(VSS_E_WRITERERROR_RETRYABLE);
  }

  bool STDMETHODCALLTYPE OnFreeze() override {
    const std::pair<bool, std::string> last = Ask("SELECT coalesce(max(id), 0) FROM ledger");
    if (!last.first) return Fail(VSS_E_WRITERERROR_RETRYABLE);
    FILE* report = fopen(m_report.c_str(), "w");
    if (report == NULL) return Fail(VSS_E_WRITERERROR_OUTOFRESOURCES);
    fprintf(report, "%s\n", last.second.c_str());
    return fclose(report) == 0;
  }

  bool STDMETHODCALLTYPE OnThaw() override { return true; }

  bool STDMETHODCALLTYPE OnAbort() override {
    Close();  // ends the backup mode
    return true;
  }

  // What the cluster needs to be consistent is archived when this returns.
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    const std::pair<bool, std::string> label =
        Ask("SELECT labelfile FROM pg_backup_stop(wait_for_archive => true)");
    if (!label.first) return Fail(VSS_E_WRITERERROR_NONRETRYABLE);
    IVssComponent* component = NULL;
    if (FAILED(components->GetComponent(0, &component))) return Fail(VSS_E_WRITERERROR_RETRYABLE);
    BSTR text = SysAllocString(Wide(label.second).c_str());
    const HRESULT hr = component->SetBackupMetadata(text);
    SysFreeString(text);
    component->Release();
    return SUCCEEDED(hr) || Fail(VSS_E_WRITERERROR_NONRETRYABLE);
  }

  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents*) override { return true; }

  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID) override {
    Close();
    return true;
  }

 private:
  // The one value of a query; false when there is none.
  std::pair<bool, std::string> Ask(const char* query) {
    std::pair<bool, std::string> answer(false, "");
    if (m_connection == NULL) return answer;
    PGresult* result = PQexec(m_connection, query);
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1) {
      answer = std::make_pair(true, std::string(PQgetvalue(result, 0, 0)));
    } else {
      fprintf(stderr, "%s: %s", query, PQerrorMessage(m_connection));
    }
    PQclear(result);
    return answer;
  }

  bool Fail(HRESULT code) {
    SetWriterFailure(code);
    return false;
  }

  void Close() {
    if (m_connection != NULL) PQfinish(m_connection);
    m_connection = NULL;
  }

  std::string m_where;
  std::wstring m_data, m_archive;
  std::string m_report;
  PGconn* m_connection;
};

static BOOL WINAPI OnConsoleEvent(DWORD) {
  SetEvent(g_stop);
  return TRUE;
}

int wmain(int argc, wchar_t* argv[]) {
  if (argc != 5) {
    fprintf(stderr, "usage: pg_writer CONNECTION DATA ARCHIVE REPORT\n");
    return 2;
  }
  g_stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  SetConsoleCtrlHandler(OnConsoleEvent, TRUE);
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (SUCCEEDED(hr)) {
    hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                              RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  }
  if (FAILED(hr)) return 1;
  PostgresWriter writer(Narrow(argv[1]), argv[2], argv[3], Narrow(argv[4]));
  hr = writer.Start();
  if (FAILED(hr)) {
    fprintf(stderr, "the writer cannot be started: 0x%08lx\n", static_cast<unsigned long>(hr));
    return 1;
  }
  WaitForSingleObject(g_stop, INFINITE);
  writer.Unsubscribe();
  CoUninitialize();
  return 0;
}
