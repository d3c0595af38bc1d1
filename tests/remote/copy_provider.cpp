// A software provider as a Windows developer writes it: while writes are held it reads the files of
// the volume into memory, and afterwards puts them into a folder on D:. One set at a time, C: only.

#include <windows.h>

#include <vsprov.h>
#include <vss.h>

#include <wchar.h>
#include <string>
#include <vector>

static const VSS_ID kProviderId = {
    0x1f3a5f0c, 0x7f0e, 0x4c1a, {0x9d, 0x55, 0x3a, 0x61, 0x0e, 0x77, 0x20, 0x01}};

class CopyProvider : public IVssSoftwareSnapshotProvider,
                     public IVssProviderCreateSnapshotSet,
                     public IVssProviderNotifications {
 public:
  // IUnknown
  STDMETHOD(QueryInterface)(REFIID iid, void** out) {
    if (iid == __uuidof(IUnknown) || iid == __uuidof(IVssSoftwareSnapshotProvider)) {
      *out = static_cast<IVssSoftwareSnapshotProvider*>(this);
    } else if (iid == __uuidof(IVssProviderCreateSnapshotSet)) {
      *out = static_cast<IVssProviderCreateSnapshotSet*>(this);
    } else if (iid == __uuidof(IVssProviderNotifications)) {
      *out = static_cast<IVssProviderNotifications*>(this);
    } else {
      *out = NULL;
      return E_NOINTERFACE;
    }
    AddRef();
    return S_OK;
  }
  STDMETHOD_(ULONG, AddRef)() { return InterlockedIncrement(&m_references); }
  STDMETHOD_(ULONG, Release)() {
    const ULONG left = InterlockedDecrement(&m_references);
    if (left == 0) delete this;
    return left;
  }

  // IVssProviderNotifications
  STDMETHOD(OnLoad)(IUnknown*) { return S_OK; }
  STDMETHOD(OnUnload)(BOOL) { return S_OK; }

  // IVssSoftwareSnapshotProvider
  STDMETHOD(SetContext)(LONG context) {
    m_context = context;
    return S_OK;
  }
  STDMETHOD(GetSnapshotProperties)(VSS_ID snapshot, VSS_SNAPSHOT_PROP* out) {
    if (!m_made || snapshot != m_snapshot) return VSS_E_OBJECT_NOT_FOUND;
    ZeroMemory(out, sizeof(*out));
    out->m_SnapshotId = m_snapshot;
    out->m_SnapshotSetId = m_set;
    out->m_lSnapshotsCount = 1;
    out->m_pwszSnapshotDeviceObject = Copy(m_folder);
    out->m_pwszOriginalVolumeName = Copy(m_volume);
    out->m_ProviderId = kProviderId;
    out->m_lSnapshotAttributes = m_context | VSS_VOLSNAP_ATTR_DIFFERENTIAL;
    out->m_eStatus = VSS_SS_CREATED;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    out->m_tsCreationTimestamp = (LONGLONG(now.dwHighDateTime) << 32) | now.dwLowDateTime;
    return S_OK;
  }
  STDMETHOD(Query)(VSS_ID, VSS_OBJECT_TYPE, VSS_OBJECT_TYPE, IVssEnumObject** out) {
    *out = NULL;
    return E_NOTIMPL;
  }
  STDMETHOD(DeleteSnapshots)(VSS_ID, VSS_OBJECT_TYPE, BOOL, LONG* deleted, VSS_ID* kept) {
    *deleted = m_made ? 1 : 0;
    *kept = GUID_NULL;
    m_made = false;
    return S_OK;
  }
  STDMETHOD(BeginPrepareSnapshot)(VSS_ID set, VSS_ID snapshot, VSS_PWSZ volume, LONG context) {
    m_set = set;
    m_snapshot = snapshot;
    m_context = context;
    m_made = false;
    wcscpy_s(m_volume, volume);
    return S_OK;
  }
  STDMETHOD(IsVolumeSupported)(VSS_PWSZ volume, BOOL* supported) {
    WCHAR system[MAX_PATH];
    if (!GetVolumeNameForVolumeMountPointW(L"C:\\", system, ARRAYSIZE(system))) return E_UNEXPECTED;
    *supported = _wcsicmp(volume, system) == 0 || _wcsicmp(volume, L"C:\\") == 0;
    return S_OK;
  }
  STDMETHOD(IsVolumeSnapshotted)(VSS_PWSZ, BOOL* present, LONG* compatibility) {
    *present = m_made;
    *compatibility = 0;
    return S_OK;
  }
  STDMETHOD(SetSnapshotProperty)(VSS_ID, VSS_SNAPSHOT_PROPERTY_ID, VARIANT) { return S_OK; }
  STDMETHOD(RevertToSnapshot)(VSS_ID) { return E_NOTIMPL; }
  STDMETHOD(QueryRevertStatus)(VSS_PWSZ, IVssAsync** out) {
    *out = NULL;
    return E_NOTIMPL;
  }

  // IVssProviderCreateSnapshotSet
  STDMETHOD(EndPrepareSnapshots)(VSS_ID) {
    swprintf_s(m_folder, L"D:\\copy%ld", ++m_copies);
    return CreateDirectoryW(m_folder, NULL) ? S_OK : HRESULT_FROM_WIN32(GetLastError());
  }
  STDMETHOD(PreCommitSnapshots)(VSS_ID) { return S_OK; }
  STDMETHOD(CommitSnapshots)(VSS_ID) {
    m_files.clear();
    return ReadTree(L"C:", L"") ? S_OK : VSS_E_PROVIDER_VETO;
  }
  STDMETHOD(PostCommitSnapshots)(VSS_ID, LONG) {
    m_made = WriteTree();
    m_files.clear();
    return m_made ? S_OK : VSS_E_PROVIDER_VETO;
  }
  STDMETHOD(PreFinalCommitSnapshots)(VSS_ID) { return S_OK; }
  STDMETHOD(PostFinalCommitSnapshots)(VSS_ID) { return S_OK; }
  STDMETHOD(AbortSnapshots)(VSS_ID) {
    m_made = false;
    return S_OK;
  }

 private:
  virtual ~CopyProvider() {}

  static VSS_PWSZ Copy(LPCWSTR text) {
    const size_t bytes = (wcslen(text) + 1) * sizeof(WCHAR);
    VSS_PWSZ copy = static_cast<VSS_PWSZ>(CoTaskMemAlloc(bytes));
    if (copy != NULL) CopyMemory(copy, text, bytes);
    return copy;
  }

  struct File {
    std::wstring path;  // below the volume
    bool directory;
    std::string bytes;
  };

  static bool ReadOne(LPCWSTR path, std::string& bytes) {
    HANDLE in = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                            OPEN_EXISTING, 0, NULL);
    if (in == INVALID_HANDLE_VALUE) return false;
    char piece[4096];
    DWORD count = 0;
    bool good = false;
    while ((good = ReadFile(in, piece, sizeof(piece), &count, NULL)) && count > 0) {
      bytes.append(piece, count);
    }
    CloseHandle(in);
    return good;
  }

  bool ReadTree(const std::wstring& from, const std::wstring& below) {
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW((from + L"\\*").c_str(), &found);
    if (find == INVALID_HANDLE_VALUE) return true;  // empty
    bool good = true;
    do {
      const std::wstring name = found.cFileName;
      if (name == L"." || name == L"..") continue;
      File file = {below + L"\\" + name, (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
                   std::string()};
      const std::wstring path = from + L"\\" + name;
      if (!file.directory) good = ReadOne(path.c_str(), file.bytes);
      m_files.push_back(file);
      if (file.directory) good = ReadTree(path, file.path);
    } while (good && FindNextFileW(find, &found));
    FindClose(find);
    return good;
  }

  bool WriteTree() const {
    for (const File& file : m_files) {
      const std::wstring path = m_folder + file.path;
      if (file.directory) {
        if (!CreateDirectoryW(path.c_str(), NULL)) return false;
        continue;
      }
      HANDLE out = CreateFileW(path.c_str(), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
      if (out == INVALID_HANDLE_VALUE) return false;
      DWORD written = 0;
      const DWORD bytes = static_cast<DWORD>(file.bytes.size());
      const bool good =
          WriteFile(out, file.bytes.data(), bytes, &written, NULL) && written == bytes;
      CloseHandle(out);
      if (!good) return false;
    }
    return true;
  }

  LONG m_references = 1;
  LONG m_context = 0;
  LONG m_copies = 0;
  VSS_ID m_set = GUID_NULL;
  VSS_ID m_snapshot = GUID_NULL;
  WCHAR m_volume[MAX_PATH] = L"";
  WCHAR m_folder[MAX_PATH] = L"";
  std::vector<File> m_files;
  bool m_made = false;
};

extern "C" HRESULT vsslab_provider_main(VSS_ID* id, IUnknown** provider) {
  *id = kProviderId;
  *provider = static_cast<IVssSoftwareSnapshotProvider*>(new CopyProvider);
  return S_OK;
}
