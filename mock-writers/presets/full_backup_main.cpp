// A requester program as a Windows developer writes it: a full backup of every component, of which
// it adds those that do not come along with a selectable one above them, on the volumes that are
// named on the command line (when none is, on those that its files are on).
//
//   cl /EHsc /DUNICODE full_backup_main.cpp vssapi.lib ole32.lib oleaut32.lib

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <wchar.h>

static const UINT MAX_SET = 64;
static const UINT MAX_COMPONENTS = 4096;
static const int MAX_TRIES = 3;
static const DWORD RETRY_AFTER_MS = 10 * 60 * 1000;

static volatile LONG g_cancelled = 0;  // Ctrl-C

#define CHECK(call)                              \
  do {                                           \
    HRESULT checked = (call);                    \
    if (FAILED(checked)) {                       \
      wprintf(L"%S: 0x%08lx\n", #call, checked); \
      return checked;                            \
    }                                            \
  } while (0)

struct Selected {
  VSS_ID instance;
  VSS_ID writer;
  VSS_COMPONENT_TYPE type;
  BSTR path;
  BSTR name;
};

class FullBackup {
 public:
  FullBackup()
      : m_backup(NULL),
        m_components(NULL),
        m_count(0),
        m_volumes(0),
        m_rootCount(0),
        m_retry(false) {
    m_components = new Selected[MAX_COMPONENTS];
    m_roots = new WCHAR[MAX_SET][MAX_PATH];
  }
  ~FullBackup() {
    for (UINT i = 0; i < m_count; ++i) {
      SysFreeString(m_components[i].path);
      SysFreeString(m_components[i].name);
    }
    delete[] m_components;
    delete[] m_roots;
    if (m_backup != NULL) m_backup->Release();
  }

  bool WorthRepeating() const { return m_retry; }

  HRESULT Run(int volumes, WCHAR* names[]) {
    CHECK(CreateVssBackupComponents(&m_backup));
    CHECK(m_backup->InitializeForBackup());
    CHECK(m_backup->SetContext(VSS_CTX_BACKUP));
    CHECK(m_backup->SetBackupState(true, false, VSS_BT_FULL, false));
    CHECK(Gather());
    HRESULT hr = TakeSnapshots(volumes, names);
    if (SUCCEEDED(hr)) hr = CopyFiles();
    if (FAILED(hr)) {
      m_backup->AbortBackup();
      return hr;
    }
    return Finish();
  }

 private:
  // Waits for an operation, asks for its result, and releases it.
  HRESULT Complete(IVssAsync* async, LPCWSTR what) {
    HRESULT result = S_OK;
    HRESULT hr = S_OK;
    for (;;) {
      hr = async->Wait(500);
      if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
      if (FAILED(hr) || result != VSS_S_ASYNC_PENDING) break;
      if (g_cancelled) async->Cancel();
    }
    async->Release();
    if (SUCCEEDED(hr)) hr = result == VSS_S_ASYNC_CANCELLED ? E_ABORT : result;
    if (FAILED(hr)) wprintf(L"%s: 0x%08lx\n", what, hr);
    return FAILED(hr) ? hr : S_OK;
  }

  HRESULT Gather() {
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterMetadata(&async));
    CHECK(Complete(async, L"GatherWriterMetadata"));
    UINT writers = 0;
    CHECK(m_backup->GetWriterMetadataCount(&writers));
    for (UINT i = 0; i < writers; ++i) {
      VSS_ID instance;
      IVssExamineWriterMetadata* metadata = NULL;
      CHECK(m_backup->GetWriterMetadata(i, &instance, &metadata));
      HRESULT hr = SelectComponents(metadata);
      metadata->Release();
      if (FAILED(hr)) return hr;
    }
    return S_OK;
  }

  HRESULT SelectComponents(IVssExamineWriterMetadata* metadata) {
    VSS_ID instance;
    VSS_ID writer;
    BSTR name = NULL;
    VSS_USAGE_TYPE usage;
    VSS_SOURCE_TYPE source;
    CHECK(metadata->GetIdentity(&instance, &writer, &name, &usage, &source));
    wprintf(L"writer %s\n", name);
    SysFreeString(name);
    UINT includes = 0;
    UINT excludes = 0;
    UINT components = 0;
    CHECK(metadata->GetFileCounts(&includes, &excludes, &components));
    for (UINT i = 0; i < components; ++i) {
      IVssWMComponent* component = NULL;
      CHECK(metadata->GetComponent(i, &component));
      PVSSCOMPONENTINFO info = NULL;
      HRESULT hr = component->GetComponentInfo(&info);
      if (SUCCEEDED(hr)) {
        bool implied = false;
        hr = ComesAlong(metadata, components, info->bstrLogicalPath, &implied);
        if (SUCCEEDED(hr) && !implied) hr = Select(instance, writer, info);
        if (SUCCEEDED(hr)) hr = NoteVolumes(component, info);
        component->FreeComponentInfo(info);
      }
      component->Release();
      if (FAILED(hr)) return hr;
    }
    return S_OK;
  }

  // Is there a selectable component on the way to a logical path?
  HRESULT ComesAlong(IVssExamineWriterMetadata* metadata, UINT components, LPCWSTR path,
                     bool* implied) {
    if (path == NULL || *path == 0) return S_OK;
    for (UINT i = 0; i < components && !*implied; ++i) {
      IVssWMComponent* component = NULL;
      CHECK(metadata->GetComponent(i, &component));
      PVSSCOMPONENTINFO info = NULL;
      HRESULT hr = component->GetComponentInfo(&info);
      if (SUCCEEDED(hr)) {
        *implied = info->bSelectable && IsAbove(info, path);
        component->FreeComponentInfo(info);
      }
      component->Release();
      if (FAILED(hr)) return hr;
    }
    return S_OK;
  }

  // "Top" is above what has the logical path "Top" or "Top\Middle".
  static bool IsAbove(PVSSCOMPONENTINFO info, LPCWSTR path) {
    size_t length = 0;
    if (info->bstrLogicalPath != NULL && *info->bstrLogicalPath != 0) {
      length = wcslen(info->bstrLogicalPath);
      if (wcsncmp(path, info->bstrLogicalPath, length) != 0 || path[length] != L'\\') return false;
      ++length;
    }
    const size_t name = wcslen(info->bstrComponentName);
    if (wcsncmp(path + length, info->bstrComponentName, name) != 0) return false;
    length += name;
    return path[length] == 0 || path[length] == L'\\';
  }

  HRESULT Select(VSS_ID instance, VSS_ID writer, PVSSCOMPONENTINFO info) {
    if (m_count == MAX_COMPONENTS) return E_OUTOFMEMORY;
    CHECK(m_backup->AddComponent(instance, writer, info->type, info->bstrLogicalPath,
                                 info->bstrComponentName));
    Selected& selected = m_components[m_count++];
    selected.instance = instance;
    selected.writer = writer;
    selected.type = info->type;
    selected.path = SysAllocString(info->bstrLogicalPath);
    selected.name = SysAllocString(info->bstrComponentName);
    wprintf(L"  component %s\n", selected.name);
    return S_OK;
  }

  // The volumes that the component's files are on.
  HRESULT NoteVolumes(IVssWMComponent* component, PVSSCOMPONENTINFO info) {
    UINT files = info->cFileCount;
    UINT databases = info->cDatabases;
    UINT all = files + databases + info->cLogFiles;
    for (UINT i = 0; i < all; ++i) {
      IVssWMFiledesc* described = NULL;
      if (i < files) {
        CHECK(component->GetFile(i, &described));
      } else if (i < files + databases) {
        CHECK(component->GetDatabaseFile(i - files, &described));
      } else {
        CHECK(component->GetDatabaseLogFile(i - files - databases, &described));
      }
      HRESULT hr = NoteVolume(described);
      described->Release();
      if (FAILED(hr)) return hr;
    }
    return S_OK;
  }

  HRESULT NoteVolume(IVssWMFiledesc* described) {
    BSTR path = NULL;
    BSTR alternate = NULL;
    CHECK(described->GetPath(&path));
    HRESULT hr = described->GetAlternateLocation(&alternate);
    if (SUCCEEDED(hr)) {
      const bool elsewhere = alternate != NULL && *alternate != 0;
      WCHAR expanded[MAX_PATH];
      WCHAR root[MAX_PATH];
      if (ExpandEnvironmentStringsW(elsewhere ? alternate : path, expanded, ARRAYSIZE(expanded)) &&
          GetVolumePathNameW(expanded, root, ARRAYSIZE(root))) {
        NoteRoot(root);
      }
    }
    SysFreeString(path);
    SysFreeString(alternate);
    return hr;
  }

  void NoteRoot(const WCHAR* root) {
    for (UINT i = 0; i < m_rootCount; ++i) {
      if (wcscmp(m_roots[i], root) == 0) return;
    }
    if (m_rootCount == MAX_SET) return;
    wcscpy(m_roots[m_rootCount], root);
    m_rootNames[m_rootCount] = m_roots[m_rootCount];
    ++m_rootCount;
  }

  HRESULT TakeSnapshots(int volumes, WCHAR* names[]) {
    WCHAR system[] = L"C:\\";
    WCHAR* standard[] = {system};
    if (volumes == 0 && m_rootCount > 0) {
      volumes = (int)m_rootCount;
      names = m_rootNames;
    } else if (volumes == 0) {
      volumes = 1;
      names = standard;
    }
    VSS_ID set;
    CHECK(m_backup->StartSnapshotSet(&set));
    for (int i = 0; i < volumes && m_volumes < MAX_SET; ++i) {
      WCHAR root[MAX_PATH];
      WCHAR volume[MAX_PATH];
      if (!GetVolumePathNameW(names[i], root, ARRAYSIZE(root)) ||
          !GetVolumeNameForVolumeMountPointW(root, volume, ARRAYSIZE(volume))) {
        wprintf(L"%s: no volume (%lu)\n", names[i], GetLastError());
        return HRESULT_FROM_WIN32(GetLastError());
      }
      BOOL supported = FALSE;
      CHECK(m_backup->IsVolumeSupported(GUID_NULL, volume, &supported));
      if (!supported) return VSS_E_VOLUME_NOT_SUPPORTED;
      CHECK(m_backup->AddToSnapshotSet(volume, GUID_NULL, &m_snapshots[m_volumes]));
      ++m_volumes;
    }
    IVssAsync* async = NULL;
    CHECK(m_backup->PrepareForBackup(&async));
    CHECK(Complete(async, L"PrepareForBackup"));
    CHECK(CheckWriters(L"PrepareForBackup"));
    CHECK(m_backup->DoSnapshotSet(&async));
    HRESULT hr = Complete(async, L"DoSnapshotSet");
    HRESULT writers = CheckWriters(L"DoSnapshotSet");
    return FAILED(hr) ? hr : writers;
  }

  // Every writer's state; a failed writer fails the backup.
  HRESULT CheckWriters(LPCWSTR after) {
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterStatus(&async));
    CHECK(Complete(async, L"GatherWriterStatus"));
    UINT writers = 0;
    CHECK(m_backup->GetWriterStatusCount(&writers));
    HRESULT worst = S_OK;
    for (UINT i = 0; i < writers; ++i) {
      VSS_ID instance;
      VSS_ID writer;
      BSTR name = NULL;
      VSS_WRITER_STATE state;
      HRESULT failure = S_OK;
      CHECK(m_backup->GetWriterStatus(i, &instance, &writer, &name, &state, &failure));
      if (FAILED(failure)) {
        wprintf(L"%s after %s: state %d, 0x%08lx\n", name, after, state, failure);
        worst = failure;
        m_retry = failure == VSS_E_WRITERERROR_RETRYABLE || failure == VSS_E_WRITERERROR_TIMEOUT ||
                  failure == VSS_E_WRITERERROR_OUTOFRESOURCES;
      }
      SysFreeString(name);
    }
    CHECK(m_backup->FreeWriterStatus());
    return worst;
  }

  // Lists the top of each shadow copy in place of copying it to a medium.
  HRESULT CopyFiles() {
    for (UINT i = 0; i < m_volumes; ++i) {
      VSS_SNAPSHOT_PROP properties;
      CHECK(m_backup->GetSnapshotProperties(m_snapshots[i], &properties));
      WCHAR pattern[MAX_PATH];
      swprintf_s(pattern, L"%s\\*", properties.m_pwszSnapshotDeviceObject);
      wprintf(L"%s is %s\n", properties.m_pwszOriginalVolumeName,
              properties.m_pwszSnapshotDeviceObject);
      VssFreeSnapshotProperties(&properties);
      WIN32_FIND_DATAW found;
      HANDLE find = FindFirstFileW(pattern, &found);
      if (find == INVALID_HANDLE_VALUE) continue;  // an empty volume
      do {
        wprintf(L"  %s\n", found.cFileName);
      } while (FindNextFileW(find, &found));
      FindClose(find);
    }
    return S_OK;
  }

  HRESULT Finish() {
    for (UINT i = 0; i < m_count; ++i) {
      const Selected& selected = m_components[i];
      CHECK(m_backup->SetBackupSucceeded(selected.instance, selected.writer, selected.type,
                                         selected.path, selected.name, true));
    }
    IVssAsync* async = NULL;
    CHECK(m_backup->BackupComplete(&async));
    CHECK(Complete(async, L"BackupComplete"));
    HRESULT writers = CheckWriters(L"BackupComplete");
    CHECK(m_backup->FreeWriterMetadata());
    BSTR document = NULL;
    CHECK(m_backup->SaveAsXML(&document));
    wprintf(L"backup document: %u characters\n", SysStringLen(document));
    SysFreeString(document);
    return writers;
  }

  IVssBackupComponents* m_backup;
  Selected* m_components;
  UINT m_count;
  VSS_ID m_snapshots[MAX_SET];
  UINT m_volumes;
  WCHAR (*m_roots)[MAX_PATH];
  WCHAR* m_rootNames[MAX_SET];
  UINT m_rootCount;
  bool m_retry;
};

static BOOL WINAPI OnConsoleEvent(DWORD type) {
  if (type != CTRL_C_EVENT) return FALSE;
  InterlockedExchange(&g_cancelled, 1);
  return TRUE;
}

// As documented: ten minutes later, up to three times, when the writers say that it may help.
static HRESULT BackUp(int volumes, WCHAR* names[]) {
  HRESULT hr = E_FAIL;
  for (int i = 0; i <= MAX_TRIES; ++i) {
    FullBackup backup;
    hr = backup.Run(volumes, names);
    if (SUCCEEDED(hr) || !backup.WorthRepeating() || g_cancelled || i == MAX_TRIES) break;
    wprintf(L"trying again in ten minutes\n");
    Sleep(RETRY_AFTER_MS);
  }
  return hr;
}

int wmain(int argc, WCHAR* argv[]) {
  g_cancelled = 0;
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(hr)) return 1;
  hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                            RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  SetConsoleCtrlHandler(OnConsoleEvent, TRUE);
  if (SUCCEEDED(hr)) {
    hr = BackUp(argc - 1, argv + 1);
  }
  wprintf(SUCCEEDED(hr) ? L"The backup is complete.\n" : L"The backup FAILED: 0x%08lx\n", hr);
  SetConsoleCtrlHandler(OnConsoleEvent, FALSE);
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}
