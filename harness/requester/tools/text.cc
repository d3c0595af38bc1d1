#include "requester/tools/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/limits.h"
#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

constexpr DWORD kNameUnits = 260;

std::string us_time_of(const FILETIME& time) {
  SYSTEMTIME at{};
  FileTimeToSystemTime(&time, &at);
  const int hour = at.wHour % 12 == 0 ? 12 : at.wHour % 12;
  return fmt::format("{}/{}/{} {}:{:02}:{:02} {}", at.wMonth, at.wDay, at.wYear, hour, at.wMinute,
                     at.wSecond, at.wHour < 12 ? "AM" : "PM");
}

Error file_error(std::string_view what, const std::string& path) {
  const DWORD error = GetLastError();
  return Error{fmt::format("file '{}' cannot be {}: error {} (0x{:08x})", path, what, error,
                           0x80070000U | error),
               {},
               0,
               {},
               {}};
}

// A file handle of one function.
class LabFile {
 public:
  LabFile(const std::string& path, DWORD access, DWORD disposition)
      : handle_(CreateFileW(wide(path).c_str(), access, FILE_SHARE_READ, NULL, disposition,
                            FILE_ATTRIBUTE_NORMAL, NULL)) {}
  ~LabFile() {
    if (ok()) CloseHandle(handle_);
  }
  LabFile(const LabFile&) = delete;
  LabFile& operator=(const LabFile&) = delete;
  bool ok() const { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

Result<std::string> read_lab(const std::string& path) {
  const LabFile file(path, GENERIC_READ, OPEN_EXISTING);
  if (!file.ok()) return fail(file_error("opened", path));
  std::string content;
  std::array<char, 65536> part;
  for (DWORD got = 0;;) {
    if (!ReadFile(file.get(), part.data(), static_cast<DWORD>(part.size()), &got, NULL)) {
      return fail(file_error("read", path));
    }
    if (got == 0) return content;
    content.append(part.data(), got);
    if (content.size() > limits::kInputBytesMax) {
      return fail(fmt::format("file '{}' has more than {} bytes (input_bytes_max)", path,
                              limits::kInputBytesMax));
    }
  }
}

// Whole or not at all: on a full volume what was there before stays.
Result<void> write_lab(const std::string& path, std::string_view bytes) {
  const std::string unfinished = path + ".new";
  std::optional<Error> problem;
  {
    const LabFile file(unfinished, GENERIC_WRITE, CREATE_ALWAYS);
    if (!file.ok()) return fail(file_error("made", path));
    DWORD written = 0;
    if (!WriteFile(file.get(), bytes.data(), static_cast<DWORD>(bytes.size()), &written, NULL) ||
        written != bytes.size()) {
      problem = file_error("written", path);
    }
  }
  if (!problem &&
      !MoveFileExW(wide(unfinished).c_str(), wide(path).c_str(), MOVEFILE_REPLACE_EXISTING)) {
    problem = file_error("written", path);
  }
  if (!problem) return {};
  DeleteFileW(wide(unfinished).c_str());
  return fail(std::move(*problem));
}

// Walks what Query found.
Hr for_each_object(IVssBackupComponents& vss, VSS_OBJECT_TYPE type,
                   const std::function<void(VSS_OBJECT_PROP&)>& use) {
  Held<IVssEnumObject> list;
  const HRESULT asked = vss.Query(GUID_NULL, VSS_OBJECT_NONE, type, list.out());
  if (asked == S_FALSE || FAILED(asked)) return asked;
  for (;;) {
    VSS_OBJECT_PROP object{};
    ULONG fetched = 0;
    const HRESULT next = list->Next(1, &object, &fetched);
    if (FAILED(next)) return next;
    if (fetched == 0) return hr::ok;
    use(object);
  }
}

}  // namespace

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string braced(const VSS_ID& id) { return "{" + Guid::from(id).to_string() + "}"; }

std::optional<VSS_ID> parse_id(std::string_view text) {
  const auto id = Guid::parse(text);
  if (!id) return std::nullopt;
  return id->to<VSS_ID>();
}

std::string us_time(VSS_TIMESTAMP time) {
  const auto ticks = static_cast<std::uint64_t>(time);
  return us_time_of(FILETIME{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)});
}

std::string us_time_now() {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  return us_time_of(now);
}

bool on_client() {
  OSVERSIONINFOEXW version{};
  version.dwOSVersionInfoSize = sizeof(version);
  return GetVersionExW(reinterpret_cast<LPOSVERSIONINFOW>(&version)) &&
         version.wProductType == VER_NT_WORKSTATION;
}

std::string computer_name() {
  WCHAR name[kNameUnits] = {};
  DWORD units = kNameUnits;
  return GetComputerNameW(name, &units) ? narrow(name) : std::string();
}

std::string volume_name_of(std::string_view spec) {
  std::string root = trimmed(spec);
  if (root.empty()) return {};
  if (!root.ends_with('\\')) root += '\\';
  WCHAR name[kNameUnits] = {};
  if (!GetVolumeNameForVolumeMountPointW(wide(root).c_str(), name, kNameUnits)) return {};
  return narrow(name);
}

std::string drive_of(const std::string& volume_name) {
  WCHAR names[kNameUnits] = {};
  DWORD units = 0;
  if (!GetVolumePathNamesForVolumeNameW(wide(volume_name).c_str(), names, kNameUnits, &units)) {
    return {};
  }
  return narrow(names);
}

std::optional<bool> folder_is_empty(const std::string& path) {
  const DWORD attributes = GetFileAttributesW(wide(path).c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
    return std::nullopt;
  }
  WIN32_FIND_DATAW found{};
  const std::string all = path + (path.ends_with('\\') ? "*" : "\\*");
  const HANDLE search = FindFirstFileW(wide(all).c_str(), &found);
  bool empty = true;
  for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
    const std::string name = narrow(found.cFileName);
    empty = empty && (name == "." || name == "..");
  }
  if (search != INVALID_HANDLE_VALUE) FindClose(search);
  return empty;
}

bool same_place(std::string_view a, std::string_view b) {
  if (a.ends_with('\\')) a.remove_suffix(1);
  if (b.ends_with('\\')) b.remove_suffix(1);
  return equal_words(a, b);
}

CopyInfo take_properties(VSS_SNAPSHOT_PROP& from) {
  CopyInfo copy;
  copy.id = from.m_SnapshotId;
  copy.set = from.m_SnapshotSetId;
  copy.provider = from.m_ProviderId;
  copy.count = from.m_lSnapshotsCount;
  copy.attributes = from.m_lSnapshotAttributes;
  copy.created = from.m_tsCreationTimestamp;
  copy.device = narrow(from.m_pwszSnapshotDeviceObject);
  copy.volume = narrow(from.m_pwszOriginalVolumeName);
  copy.originating_machine = narrow(from.m_pwszOriginatingMachine);
  copy.service_machine = narrow(from.m_pwszServiceMachine);
  copy.exposed_name = narrow(from.m_pwszExposedName);
  copy.exposed_path = narrow(from.m_pwszExposedPath);
  VssFreeSnapshotProperties(&from);
  return copy;
}

Hr query_copies(IVssBackupComponents& vss, std::vector<CopyInfo>& out) {
  const Hr result = for_each_object(vss, VSS_OBJECT_SNAPSHOT, [&](VSS_OBJECT_PROP& object) {
    out.push_back(take_properties(object.Obj.Snap));
  });
  std::stable_sort(out.begin(), out.end(),
                   [](const CopyInfo& a, const CopyInfo& b) { return a.created < b.created; });
  return result;
}

Hr query_providers(IVssBackupComponents& vss, std::vector<ProviderInfo>& out) {
  return for_each_object(vss, VSS_OBJECT_PROVIDER, [&](VSS_OBJECT_PROP& object) {
    VSS_PROVIDER_PROP& from = object.Obj.Prov;
    out.push_back({from.m_ProviderId, narrow(from.m_pwszProviderName),
                   narrow(from.m_pwszProviderVersion), from.m_eProviderType, from.m_ClassId});
    CoTaskMemFree(from.m_pwszProviderName);
    CoTaskMemFree(from.m_pwszProviderVersion);
  });
}

Hr query_writers(BackupObject& vss, std::vector<WriterInfo>& out) {
  out.clear();
  const Hr gathered = vss.run("GatherWriterStatus", [&](IVssAsync** async) {
    return vss.get()->GatherWriterStatus(async);
  });
  if (failed(gathered)) return gathered;
  UINT count = 0;
  if (const HRESULT counted = vss.get()->GetWriterStatusCount(&count); FAILED(counted)) {
    return counted;
  }
  for (UINT i = 0; i < count; ++i) {
    WriterInfo writer;
    BSTR name = NULL;
    HRESULT failure = S_OK;
    const HRESULT got =
        vss.get()->GetWriterStatus(i, &writer.instance, &writer.id, &name, &writer.state, &failure);
    writer.name = take(name);
    writer.failure = failure;
    if (FAILED(got)) return got;
    out.push_back(std::move(writer));
  }
  return vss.get()->FreeWriterStatus();
}

bool is_lab_path(std::string_view path) {
  const auto letter = path.empty() ? '\0' : ascii::lower(path[0]);
  const bool drive = path.size() > 2 && letter >= 'a' && letter <= 'z' && path[1] == ':';
  return drive || path.starts_with("\\\\");
}

Result<std::string> read_any(ToolHost& host, const std::string& path) {
  return is_lab_path(path) ? read_lab(path) : host.read_file(path);
}

Result<void> write_any(ToolHost& host, const std::string& path, std::string_view bytes) {
  return is_lab_path(path) ? write_lab(path, bytes) : host.write_file(path, bytes);
}

}  // namespace vsslab::requester
