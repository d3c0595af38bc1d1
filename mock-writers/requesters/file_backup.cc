// Written as for Windows, but for the bugs.
#define VSSLAB_WINDOWS_SOURCE
#define UNICODE
#include "mock-writers/requesters/file_backup.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <stdio.h>
#include <wchar.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace vsslab::mock {
namespace {

#define CHECK(call)                              \
  do {                                           \
    HRESULT checked = (call);                    \
    if (FAILED(checked)) {                       \
      wprintf(L"%S: 0x%08lx\n", #call, checked); \
      return checked;                            \
    }                                            \
  } while (0)

struct FileSpec {
  std::wstring path;  // expanded, without a backslash at its end
  std::wstring spec;
  std::wstring alternate;  // where the files are; empty: in `path`
  bool recursive = false;

  bool named() const { return spec.find_first_of(L"*?") == std::wstring::npos; }
};

struct Component {
  VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  std::wstring path, name;
  bool selectable = false;
  std::vector<FileSpec> files;
  std::vector<std::wstring> needs;  // "{writer}\path\name" of its dependencies
  bool taken = false;               // by AddComponent
  bool implied = false;             // comes along with one that is

  std::wstring full() const { return path.empty() ? name : path + L"\\" + name; }
  bool below(const Component& other) const {
    const std::wstring top = other.full();
    return path == top || path.compare(0, top.size() + 1, top + L"\\") == 0;
  }
};

struct Writer {
  VSS_ID instance = GUID_NULL, id = GUID_NULL;
  std::vector<Component> components;
  std::vector<FileSpec> excludes;
};

std::wstring take(BSTR text) {
  std::wstring taken = text == NULL ? L"" : text;
  SysFreeString(text);
  return taken;
}

std::wstring expanded(const std::wstring& path) {
  WCHAR text[MAX_PATH * 4];
  const DWORD size = ExpandEnvironmentStringsW(path.c_str(), text, ARRAYSIZE(text));
  std::wstring whole = size == 0 || size > ARRAYSIZE(text) ? path : text;
  while (!whole.empty() && whole.back() == L'\\') whole.pop_back();
  return whole;
}

bool same(WCHAR a, WCHAR b) { return towlower(a) == towlower(b); }

bool starts(const std::wstring& text, const std::wstring& with) {
  return text.size() >= with.size() && _wcsnicmp(text.c_str(), with.c_str(), with.size()) == 0;
}

bool matches(const WCHAR* pattern, const WCHAR* name) {
  if (wcscmp(pattern, L"*.*") == 0) return true;
  if (*pattern == 0) return *name == 0;
  if (*pattern == L'*') {
    return matches(pattern + 1, name) || (*name != 0 && matches(pattern, name + 1));
  }
  return *name != 0 && (*pattern == L'?' || same(*pattern, *name)) &&
         matches(pattern + 1, name + 1);
}

class FileBackup {
 public:
  explicit FileBackup(RequesterBug bug) : m_bug(bug) {}
  ~FileBackup() {
    if (m_backup != NULL) m_backup->Release();
  }

  HRESULT Run() {
    CHECK(CreateVssBackupComponents(&m_backup));
    CHECK(m_backup->InitializeForBackup());
    CHECK(m_backup->SetContext(VSS_CTX_BACKUP));
    CHECK(m_backup->SetBackupState(true, false, VSS_BT_FULL, Has(RequesterBug::claims_partial)));
    HRESULT hr = Gather();
    if (SUCCEEDED(hr)) hr = TakeSnapshots();
    if (SUCCEEDED(hr)) hr = CopyAll();
    if (FAILED(hr)) {
      m_backup->AbortBackup();
      return hr;
    }
    return Finish();
  }

 private:
  bool Has(RequesterBug bug) const { return m_bug == bug; }

  HRESULT Complete(IVssAsync* async) {
    HRESULT result = S_OK;
    HRESULT hr = Has(RequesterBug::pending_is_done) ? S_OK : async->Wait();
    if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
    async->Release();
    return FAILED(hr) ? hr : result;
  }

  HRESULT Gather() {
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterMetadata(&async));
    HRESULT result = S_OK;
    HRESULT hr = async->Wait();
    if (SUCCEEDED(hr)) hr = async->QueryStatus(&result, NULL);
    async->Release();
    CHECK(FAILED(hr) ? hr : result);
    UINT writers = 0;
    CHECK(m_backup->GetWriterMetadataCount(&writers));
    for (UINT i = 0; i < writers; ++i) {
      VSS_ID instance;
      IVssExamineWriterMetadata* metadata = NULL;
      CHECK(m_backup->GetWriterMetadata(i, &instance, &metadata));
      hr = ReadWriter(metadata);
      metadata->Release();
      CHECK(hr);
    }
    CHECK(m_backup->FreeWriterMetadata());
    Select();
    return AddComponents();
  }

  HRESULT ReadWriter(IVssExamineWriterMetadata* metadata) {
    Writer writer;
    BSTR name = NULL;
    VSS_USAGE_TYPE usage;
    VSS_SOURCE_TYPE source;
    CHECK(metadata->GetIdentity(&writer.instance, &writer.id, &name, &usage, &source));
    SysFreeString(name);
    UINT includes = 0;
    UINT excludes = 0;
    UINT components = 0;
    CHECK(metadata->GetFileCounts(&includes, &excludes, &components));
    for (UINT i = 0; i < excludes && !Has(RequesterBug::copies_excluded); ++i) {
      IVssWMFiledesc* file = NULL;
      CHECK(metadata->GetExcludeFile(i, &file));
      CHECK(ReadFiles(file, writer.excludes));
    }
    for (UINT i = 0; i < components; ++i) {
      IVssWMComponent* component = NULL;
      CHECK(metadata->GetComponent(i, &component));
      PVSSCOMPONENTINFO info = NULL;
      HRESULT hr = component->GetComponentInfo(&info);
      if (SUCCEEDED(hr)) {
        hr = ReadComponent(component, info, writer);
        component->FreeComponentInfo(info);
      }
      component->Release();
      CHECK(hr);
    }
    m_writers.push_back(writer);
    return S_OK;
  }

  HRESULT ReadComponent(IVssWMComponent* from, PVSSCOMPONENTINFO info, Writer& writer) {
    Component component;
    component.type = info->type;
    component.path = info->bstrLogicalPath == NULL ? L"" : info->bstrLogicalPath;
    component.name = info->bstrComponentName;
    component.selectable = info->bSelectable;
    for (UINT i = 0; i < info->cFileCount + info->cDatabases + info->cLogFiles; ++i) {
      IVssWMFiledesc* file = NULL;
      if (i < info->cFileCount) {
        CHECK(from->GetFile(i, &file));
      } else if (i < info->cFileCount + info->cDatabases) {
        CHECK(from->GetDatabaseFile(i - info->cFileCount, &file));
      } else {
        CHECK(from->GetDatabaseLogFile(i - info->cFileCount - info->cDatabases, &file));
      }
      CHECK(ReadFiles(file, component.files));
    }
    for (UINT i = 0; i < info->cDependencies; ++i) {
      IVssWMDependency* dependency = NULL;
      CHECK(from->GetDependency(i, &dependency));
      VSS_ID id = GUID_NULL;
      BSTR path = NULL;
      BSTR name = NULL;
      dependency->GetWriterId(&id);
      dependency->GetLogicalPath(&path);
      dependency->GetComponentName(&name);
      dependency->Release();
      const std::wstring where = take(path);
      const std::wstring what = take(name);
      component.needs.push_back(Key(id, where.empty() ? what : where + L"\\" + what));
    }
    writer.components.push_back(component);
    return S_OK;
  }

  static HRESULT ReadFiles(IVssWMFiledesc* file, std::vector<FileSpec>& files) {
    FileSpec spec;
    BSTR path = NULL;
    BSTR name = NULL;
    BSTR alternate = NULL;
    bool recursive = false;
    HRESULT hr = file->GetPath(&path);
    if (SUCCEEDED(hr)) hr = file->GetFilespec(&name);
    if (SUCCEEDED(hr)) hr = file->GetRecursive(&recursive);
    if (SUCCEEDED(hr)) hr = file->GetAlternateLocation(&alternate);
    file->Release();
    spec.path = expanded(take(path));
    spec.spec = take(name);
    spec.alternate = expanded(take(alternate));
    spec.recursive = recursive;
    CHECK(hr);
    files.push_back(spec);
    return S_OK;
  }

  static std::wstring Key(const VSS_ID& id, const std::wstring& component) {
    WCHAR text[64];
    StringFromGUID2(id, text, ARRAYSIZE(text));
    return std::wstring(text) + L"\\" + component;
  }

  // Everything: what can be chosen, and what comes along or has to.
  void Select() {
    std::set<std::wstring> needed;
    for (const Writer& writer : m_writers) {
      for (const Component& component : writer.components) {
        needed.insert(component.needs.begin(), component.needs.end());
      }
    }
    for (Writer& writer : m_writers) {
      for (Component& component : writer.components) {
        for (const Component& other : writer.components) {
          if (other.selectable && component.below(other)) component.implied = true;
        }
        component.taken = !component.implied;
        if (Has(RequesterBug::adds_implied) && !component.selectable) component.taken = true;
        if (Has(RequesterBug::adds_selected_twice) && component.selectable) component.taken = true;
        if (Has(RequesterBug::forgets_required) && !component.selectable) component.taken = false;
        if (Has(RequesterBug::forgets_dependency) &&
            needed.count(Key(writer.id, component.full())) != 0) {
          component.taken = false;
        }
      }
    }
  }

  HRESULT AddComponents() {
    for (const Writer& writer : m_writers) {
      for (const Component& component : writer.components) {
        if (!component.taken) continue;
        CHECK(m_backup->AddComponent(writer.instance, writer.id, component.type, Path(component),
                                     component.name.c_str()));
      }
    }
    return S_OK;
  }

  static LPCWSTR Path(const Component& component) {
    return component.path.empty() ? NULL : component.path.c_str();
  }

  const std::wstring& Source(const FileSpec& files) const {
    const bool moved = !files.alternate.empty() && !Has(RequesterBug::ignores_alternate);
    return moved ? files.alternate : files.path;
  }

  // The file sets of a component that was added and of all that comes along.
  std::vector<FileSpec> FilesOf(const Writer& writer, const Component& component) const {
    std::vector<FileSpec> files = component.files;
    for (const Component& other : writer.components) {
      if (!component.selectable || !other.below(component) || other.taken) continue;
      files.insert(files.end(), other.files.begin(), other.files.end());
    }
    return files;
  }

  // The root of the volume that a folder is on: "C:\", or a mounted folder.
  std::wstring Root(const std::wstring& folder) const {
    if (Has(RequesterBug::ignores_mounts)) return folder.substr(0, 2) + L"\\";
    WCHAR root[MAX_PATH];
    if (!GetVolumePathNameW((folder + L"\\").c_str(), root, ARRAYSIZE(root))) return L"";
    return root;
  }

  void NoteVolumes(const std::wstring& folder, bool recursive) {
    const std::wstring root = Root(folder);
    if (root.empty()) return;
    if (m_devices.emplace(root, L"").second) m_roots.push_back(root);
    if (!recursive) return;
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW((folder + L"\\*").c_str(), &found);
    if (find == INVALID_HANDLE_VALUE) return;
    do {
      if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0 || Dots(found)) continue;
      const std::wstring inner = folder + L"\\" + found.cFileName;
      const bool link = (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
      if (!link || Root(inner) != root) NoteVolumes(inner, true);
    } while (FindNextFileW(find, &found));
    FindClose(find);
  }

  static bool Dots(const WIN32_FIND_DATAW& found) {
    return wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0;
  }

  HRESULT TakeSnapshots() {
    for (const Writer& writer : m_writers) {
      for (const Component& component : writer.components) {
        if (!component.taken) continue;
        for (const FileSpec& files : FilesOf(writer, component)) {
          NoteVolumes(Source(files), files.recursive);
          if (Has(RequesterBug::lists_volume)) ListLive(files);
        }
      }
    }
    if (m_roots.empty()) NoteVolumes(L"C:", false);
    if (Has(RequesterBug::one_volume)) m_roots.resize(1);
    VSS_ID set;
    CHECK(m_backup->StartSnapshotSet(&set));
    std::map<std::wstring, VSS_ID> copies;  // by volume: two folders may lead to one
    for (const std::wstring& root : m_roots) {
      WCHAR volume[MAX_PATH];
      if (!GetVolumeNameForVolumeMountPointW(root.c_str(), volume, ARRAYSIZE(volume))) continue;
      BOOL supported = FALSE;
      CHECK(m_backup->IsVolumeSupported(GUID_NULL, volume, &supported));
      if (!supported) continue;
      if (copies.find(volume) == copies.end()) {
        CHECK(m_backup->AddToSnapshotSet(volume, GUID_NULL, &copies[volume]));
      }
      m_copies[root] = copies[volume];
    }
    IVssAsync* async = NULL;
    CHECK(m_backup->PrepareForBackup(&async));
    CHECK(Complete(async));
    CHECK(CheckWriters());
    CHECK(m_backup->DoSnapshotSet(&async));
    const HRESULT hr = Complete(async);
    const HRESULT writers = CheckWriters();
    CHECK(hr);
    CHECK(writers);
    for (const auto& copy : m_copies) {
      VSS_SNAPSHOT_PROP properties;
      CHECK(m_backup->GetSnapshotProperties(copy.second, &properties));
      m_devices[copy.first] = properties.m_pwszSnapshotDeviceObject;
      VssFreeSnapshotProperties(&properties);
    }
    return S_OK;
  }

  HRESULT CheckWriters() {
    if (Has(RequesterBug::asks_no_writer)) return S_OK;
    IVssAsync* async = NULL;
    CHECK(m_backup->GatherWriterStatus(&async));
    CHECK(Complete(async));
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
      SysFreeString(name);
      if (FAILED(failure)) worst = failure;
    }
    CHECK(m_backup->FreeWriterStatus());
    return worst;
  }

  // A folder as it is on the volume's copy; empty when there is none.
  std::wstring OnCopy(const std::wstring& folder) const {
    if (Has(RequesterBug::reads_volume)) return folder;
    const std::wstring root = Root(folder);
    const auto device = m_devices.find(root);
    if (device == m_devices.end() || device->second.empty()) return L"";
    const std::wstring below = folder.size() > root.size() ? folder.substr(root.size()) : L"";
    return below.empty() ? device->second : device->second + L"\\" + below;
  }

  bool Excluded(const Writer& writer, const std::wstring& folder, const WCHAR* name) const {
    for (const FileSpec& exclude : writer.excludes) {
      const bool here = _wcsicmp(folder.c_str(), exclude.path.c_str()) == 0;
      const bool below = exclude.recursive && starts(folder, exclude.path + L"\\");
      if ((here || below) && matches(exclude.spec.c_str(), name)) return true;
    }
    return false;
  }

  void ListLive(const FileSpec& files) {
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW((Source(files) + L"\\" + files.spec).c_str(), &found);
    if (find == INVALID_HANDLE_VALUE) return;
    do {
      if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) continue;
      m_listed[Source(files)].insert(found.cFileName);
    } while (FindNextFileW(find, &found));
    FindClose(find);
  }

  static bool ReadWhole(const std::wstring& path) {
    HANDLE file = CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return false;
    char buffer[16384];
    DWORD got = 0;
    bool good = true;
    while ((good = ReadFile(file, buffer, sizeof buffer, &got, NULL) != FALSE) && got > 0) {
      m_bytes += got;
    }
    CloseHandle(file);
    return good;
  }

  // The files of one folder, and of those in it. `home` is the folder's default place.
  bool CopyFolder(const Writer& writer, const FileSpec& files, const std::wstring& folder,
                  const std::wstring& home, bool& found_any) {
    const std::wstring copy = OnCopy(folder);
    if (copy.empty()) return false;
    if (Has(RequesterBug::lists_volume)) {
      bool good = true;
      for (const std::wstring& name : m_listed[folder]) {
        found_any = true;
        if (!Excluded(writer, home, name.c_str())) good = ReadWhole(copy + L"\\" + name) && good;
      }
      return good;
    }
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW((copy + L"\\*").c_str(), &found);
    if (find == INVALID_HANDLE_VALUE) return !files.named();
    bool good = true;
    std::vector<std::wstring> folders;
    do {
      if (Dots(found)) continue;
      if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        folders.push_back(found.cFileName);
        continue;
      }
      if (!matches(files.spec.c_str(), found.cFileName)) continue;
      if (found_any && Has(RequesterBug::first_of_pattern)) continue;
      found_any = true;
      if (Excluded(writer, home, found.cFileName)) continue;
      good = ReadWhole(copy + L"\\" + found.cFileName) && good;
    } while (FindNextFileW(find, &found));
    FindClose(find);
    if (!files.recursive || Has(RequesterBug::skips_subfolders)) return good;
    for (const std::wstring& name : folders) {
      good =
          CopyFolder(writer, files, folder + L"\\" + name, home + L"\\" + name, found_any) && good;
    }
    return good;
  }

  HRESULT CopyAll() {
    for (const Writer& writer : m_writers) {
      for (const Component& component : writer.components) {
        if (!component.taken) continue;
        bool good = true;
        for (const FileSpec& files : FilesOf(writer, component)) {
          bool found_any = false;
          good = CopyFolder(writer, files, Source(files), files.path, found_any) && good;
          const bool excluded = Excluded(writer, files.path, files.spec.c_str());
          if (files.named() && !found_any && !excluded) good = false;
        }
        if (Has(RequesterBug::hides_missing) || Has(RequesterBug::ignores_alternate) ||
            Has(RequesterBug::one_volume) || Has(RequesterBug::ignores_mounts)) {
          good = true;
        }
        m_good.push_back(good);
      }
    }
    return S_OK;
  }

  HRESULT Finish() {
    std::size_t next = 0;
    for (const Writer& writer : m_writers) {
      for (const Component& component : writer.components) {
        if (!component.taken) continue;
        CHECK(m_backup->SetBackupSucceeded(writer.instance, writer.id, component.type,
                                           Path(component), component.name.c_str(),
                                           m_good[next++]));
      }
    }
    IVssAsync* async = NULL;
    CHECK(m_backup->BackupComplete(&async));
    const HRESULT hr = Complete(async);
    const HRESULT writers = CheckWriters();
    BSTR document = NULL;
    CHECK(m_backup->SaveAsXML(&document));
    SysFreeString(document);
    if (Has(RequesterBug::aborts_at_the_end)) m_backup->AbortBackup();
    wprintf(L"%lu bytes were copied.\n", m_bytes);
    return FAILED(hr) ? hr : writers;
  }

  const RequesterBug m_bug;
  IVssBackupComponents* m_backup = NULL;
  std::vector<Writer> m_writers;
  std::vector<std::wstring> m_roots;               // of the volumes, as they were met
  std::map<std::wstring, VSS_ID> m_copies;         // by root
  std::map<std::wstring, std::wstring> m_devices;  // by root; empty: no copy
  std::map<std::wstring, std::set<std::wstring>> m_listed;
  std::vector<bool> m_good;  // of the components that were added
  static inline thread_local unsigned long m_bytes = 0;
};

}  // namespace

int back_up_files(RequesterBug bug) {
  if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 1;
  HRESULT hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                    RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
  if (SUCCEEDED(hr)) hr = FileBackup(bug).Run();
  CoUninitialize();
  return SUCCEEDED(hr) ? 0 : 1;
}

}  // namespace vsslab::mock
