// A requester that copies what the writers' components name to a folder of the host: from the
// shadow copy where they ask for one, from the volume where they do not. What the writers left in
// the document goes beside it.
//
//   pg_backup P:\ /path/of/the/backup

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <sys/stat.h>
#include <string>

#define CHECK(call)                                                                 \
  do {                                                                              \
    const HRESULT checked = (call);                                                 \
    if (FAILED(checked)) {                                                          \
      fprintf(stderr, "%s: 0x%08lx\n", #call, static_cast<unsigned long>(checked)); \
      return checked;                                                               \
    }                                                                               \
  } while (0)

static std::string Narrow(const std::wstring& wide) {
  return std::string(wide.begin(), wide.end());
}

class Backup {
 public:
  Backup(LPCWSTR volume, const std::string& target) : m_volume(volume), m_target(target) {}

  HRESULT Run() {
    CHECK(CreateVssBackupComponents(&m_backup));
    CHECK(m_backup->InitializeForBackup());
    CHECK(m_backup->SetContext(VSS_CTX_BACKUP));
    CHECK(m_backup->SetBackupState(true, false, VSS_BT_FULL, false));
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterMetadata(&async));
    CHECK(Complete(async));
    CHECK(Select(false));
    VSS_ID set;
    CHECK(m_backup->StartSnapshotSet(&set));
    CHECK(m_backup->AddToSnapshotSet(&m_volume[0], GUID_NULL, &m_snapshot));
    CHECK(m_backup->PrepareForBackup(&async));
    CHECK(Complete(async));
    CHECK(CheckWriters());
    CHECK(m_backup->DoSnapshotSet(&async));
    CHECK(Complete(async));
    CHECK(CheckWriters());
    VSS_SNAPSHOT_PROP properties;
    CHECK(m_backup->GetSnapshotProperties(m_snapshot, &properties));
    m_device = properties.m_pwszSnapshotDeviceObject;
    VssFreeSnapshotProperties(&properties);
    CHECK(Select(true));
    CHECK(KeepMetadata());
    BSTR document = NULL;
    CHECK(m_backup->SaveAsXML(&document));
    CHECK(Save("backup.xml", document));
    CHECK(m_backup->BackupComplete(&async));
    CHECK(Complete(async));
    CHECK(CheckWriters());
    return S_OK;
  }
  ~Backup() {
    if (m_backup != NULL) m_backup->Release();
  }

 private:
  static HRESULT Complete(IVssAsync* async) {
    HRESULT result = S_OK;
    HRESULT hr = async->Wait();
    if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
    async->Release();
    return FAILED(hr) ? hr : FAILED(result) ? result : S_OK;
  }

  HRESULT CheckWriters() {
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterStatus(&async));
    CHECK(Complete(async));
    UINT count = 0;
    CHECK(m_backup->GetWriterStatusCount(&count));
    HRESULT worst = S_OK;
    for (UINT i = 0; i < count; ++i) {
      VSS_ID instance, writer;
      BSTR name = NULL;
      VSS_WRITER_STATE state;
      HRESULT failure = S_OK;
      CHECK(m_backup->GetWriterStatus(i, &instance, &writer, &name, &state, &failure));
      SysFreeString(name);
      if (FAILED(failure)) worst = failure;
    }
    CHECK(m_backup->FreeWriterStatus());
    return worst;
  }

  // Adds every component of every writer, or copies it.
  HRESULT Select(bool copy) {
    UINT writers = 0;
    CHECK(m_backup->GetWriterMetadataCount(&writers));
    for (UINT i = 0; i < writers; ++i) {
      VSS_ID instance, writer;
      IVssExamineWriterMetadata* metadata = NULL;
      CHECK(m_backup->GetWriterMetadata(i, &instance, &metadata));
      BSTR name = NULL;
      VSS_USAGE_TYPE usage;
      VSS_SOURCE_TYPE source;
      CHECK(metadata->GetIdentity(&instance, &writer, &name, &usage, &source));
      SysFreeString(name);
      UINT includes = 0, excludes = 0, components = 0;
      CHECK(metadata->GetFileCounts(&includes, &excludes, &components));
      for (UINT k = 0; k < components; ++k) {
        IVssWMComponent* component = NULL;
        CHECK(metadata->GetComponent(k, &component));
        PVSSCOMPONENTINFO info = NULL;
        CHECK(component->GetComponentInfo(&info));
        HRESULT hr;
        if (copy) {
          hr = CopyComponent(component, info);
          CHECK(m_backup->SetBackupSucceeded(instance, writer, info->type, info->bstrLogicalPath,
                                             info->bstrComponentName, SUCCEEDED(hr)));
        } else {
          hr = m_backup->AddComponent(instance, writer, info->type, info->bstrLogicalPath,
                                      info->bstrComponentName);
        }
        component->FreeComponentInfo(info);
        component->Release();
        CHECK(hr);
      }
      if (copy) {
        BSTR document = NULL;
        CHECK(metadata->SaveAsXML(&document));
        CHECK(Save(("writer-" + std::to_string(i) + ".xml").c_str(), document));
      }
      metadata->Release();
    }
    return S_OK;
  }

  HRESULT CopyComponent(IVssWMComponent* component, PVSSCOMPONENTINFO info) {
    for (UINT i = 0; i < info->cFileCount; ++i) {
      IVssWMFiledesc* file = NULL;
      CHECK(component->GetFile(i, &file));
      BSTR path = NULL;
      bool recursive = false;
      DWORD mask = 0;
      CHECK(file->GetPath(&path));
      CHECK(file->GetRecursive(&recursive));
      CHECK(file->GetBackupTypeMask(&mask));
      file->Release();
      std::wstring from(path);
      SysFreeString(path);
      const std::wstring below = from.substr(m_volume.size());
      if (mask & VSS_FSBT_FULL_SNAPSHOT_REQUIRED) from = m_device + L"\\" + below;
      CHECK(CopyTree(from, m_target + "/" + Narrow(below), recursive));
    }
    return S_OK;
  }

  static HRESULT CopyTree(const std::wstring& from, const std::string& to, bool recursive) {
    mkdir(to.c_str(), 0700);
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW((from + L"\\*").c_str(), &found);
    if (find == INVALID_HANDLE_VALUE) return S_OK;  // empty
    HRESULT hr = S_OK;
    do {
      const std::wstring name = found.cFileName;
      if (name == L"." || name == L".." || name.compare(0, 11, L"postmaster.") == 0) continue;
      const std::string target = to + "/" + Narrow(name);
      if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
        if (recursive) hr = CopyTree(from + L"\\" + name, target, true);
      } else {
        hr = CopyOne(from + L"\\" + name, target);
      }
    } while (SUCCEEDED(hr) && FindNextFileW(find, &found));
    FindClose(find);
    return hr;
  }

  static HRESULT CopyOne(const std::wstring& from, const std::string& to) {
    HANDLE in = CreateFileW(from.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                            OPEN_EXISTING, 0, NULL);
    if (in == INVALID_HANDLE_VALUE) return HRESULT_FROM_WIN32(GetLastError());
    FILE* out = fopen(to.c_str(), "wb");
    HRESULT hr = out != NULL ? S_OK : E_ACCESSDENIED;
    std::string piece(1 << 20, '\0');
    DWORD count = 0;
    while (SUCCEEDED(hr)) {
      if (!ReadFile(in, &piece[0], static_cast<DWORD>(piece.size()), &count, NULL)) {
        hr = HRESULT_FROM_WIN32(GetLastError());
      } else if (count == 0) {
        break;
      } else if (fwrite(piece.data(), 1, count, out) != count) {
        hr = E_FAIL;
      }
    }
    if (out != NULL && fclose(out) != 0) hr = E_FAIL;
    CloseHandle(in);
    return hr;
  }

  // A file beside the copies; takes the text over.
  HRESULT Save(const char* name, BSTR text) const {
    FILE* out = fopen((m_target + "/" + name).c_str(), "wb");
    const std::string bytes = text != NULL ? Narrow(text) : "";
    SysFreeString(text);
    if (out == NULL) return E_ACCESSDENIED;
    const bool whole = fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size();
    return fclose(out) == 0 && whole ? S_OK : E_FAIL;
  }

  HRESULT KeepMetadata() {
    UINT writers = 0;
    CHECK(m_backup->GetWriterComponentsCount(&writers));
    for (UINT i = 0; i < writers; ++i) {
      IVssWriterComponentsExt* components = NULL;
      CHECK(m_backup->GetWriterComponents(i, &components));
      IVssComponent* component = NULL;
      CHECK(components->GetComponent(0, &component));
      BSTR text = NULL;
      CHECK(component->GetBackupMetadata(&text));
      CHECK(Save("backup_label", text));
      component->Release();
      components->Release();
    }
    return S_OK;
  }

  std::wstring m_volume;
  std::string m_target;
  std::wstring m_device;
  IVssBackupComponents* m_backup = NULL;
  VSS_ID m_snapshot = GUID_NULL;
};

int wmain(int argc, wchar_t* argv[]) {
  if (argc != 3) {
    fprintf(stderr, "usage: pg_backup VOLUME TARGET\n");
    return 2;
  }
  HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (SUCCEEDED(hr)) {
    hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                              RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  }
  if (SUCCEEDED(hr)) hr = Backup(argv[1], Narrow(argv[2])).Run();
  CoUninitialize();
  printf(SUCCEEDED(hr) ? "The backup is complete.\n" : "The backup FAILED.\n");
  return SUCCEEDED(hr) ? 0 : 1;
}
