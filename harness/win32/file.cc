// Files and volumes of the lab. A path is looked up at every call, so that a handle into a shadow
// copy that was deleted fails instead of dangling.

#include <windows.h>

#include <shlwapi.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "volume/path.h"
#include "volume/volume.h"
#include "volume/volume_set.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

class FileObject final : public KernelObject {
 public:
  bool signaled(ThreadKey) const override { return true; }
  std::string path;  // full
  std::uint64_t offset = 0;
  bool reads = false;
  bool writes = false;
};

class FindObject final : public KernelObject {
 public:
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::vector<FileInfo> found;
  std::size_t next = 0;
};

DWORD error_code(FileError error) { return static_cast<DWORD>(error); }

std::optional<VolumeSet::Location> locate(Lab& lab, std::string_view path) {
  if (lab.volumes == nullptr) return std::nullopt;
  // The current folder of every program is the root of C:.
  const bool full = path.find(':') != std::string_view::npos || path.starts_with('\\');
  auto location = lab.volumes->resolve(full ? std::string(path) : "C:\\" + std::string(path));
  if (location && location->volume == nullptr) return std::nullopt;
  return location;
}

// Runs `body(location)` for a full path. ERROR_PATH_NOT_FOUND when it leads nowhere.
template <class T, class Body>
T at_path(T otherwise, LPCWSTR path, Body body) {
  return on_lab<>(T(otherwise), [&](Lab& lab) -> T {
    const auto location = locate(lab, to_utf8(path));
    if (!location) return fail_with<T>(ERROR_PATH_NOT_FOUND, otherwise);
    return body(*location);
  });
}

template <class T>
BOOL finish(const FileResult<T>& result) {
  if (result) return TRUE;
  return fail_with<BOOL>(error_code(result.error()), FALSE);
}

FILETIME file_time(const Lab& lab, Time time) {
  const auto ticks = lab.start + static_cast<FileTimeTicks>(time.count() / 100);
  return FILETIME{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

DWORD attributes_of(const FileInfo& info) {
  DWORD attributes = info.attributes;
  if (info.directory) attributes |= FILE_ATTRIBUTE_DIRECTORY;
  return attributes == 0 ? FILE_ATTRIBUTE_NORMAL : attributes;
}

void describe(const Lab& lab, const FileInfo& info, LPWIN32_FIND_DATAW data) {
  *data = WIN32_FIND_DATAW{};
  data->dwFileAttributes = attributes_of(info);
  data->ftCreationTime = file_time(lab, info.created);
  data->ftLastAccessTime = file_time(lab, info.accessed);
  data->ftLastWriteTime = file_time(lab, info.modified);
  data->nFileSizeHigh = static_cast<DWORD>(info.size >> 32);
  data->nFileSizeLow = static_cast<DWORD>(info.size);
  const std::wstring name = to_wide(info.name);
  std::copy_n(name.c_str(), std::min<std::size_t>(name.size(), MAX_PATH - 1), data->cFileName);
}

// Makes or empties the file as CreateFile's disposition asks; the error, or 0.
DWORD prepare(Volume& volume, const std::string& path, DWORD disposition, DWORD flags,
              bool writes) {
  const auto info = volume.stat(path);
  if (info && info->directory) {
    const bool allowed = (flags & FILE_FLAG_BACKUP_SEMANTICS) != 0 && disposition == OPEN_EXISTING;
    return allowed ? 0 : ERROR_ACCESS_DENIED;
  }
  const bool must_exist = disposition == OPEN_EXISTING || disposition == TRUNCATE_EXISTING;
  if (!info && must_exist) return error_code(info.error());
  if (info && disposition == CREATE_NEW) return ERROR_FILE_EXISTS;
  if (writes && volume.read_only()) return ERROR_WRITE_PROTECT;
  const bool empties = !info || disposition == CREATE_ALWAYS || disposition == TRUNCATE_EXISTING;
  if (!empties) return 0;
  const auto made = volume.create_file(path, true);
  return made ? 0 : error_code(made.error());
}

// The name that a caller gets back, in a buffer of `size` characters.
BOOL give(const std::string& text, LPWSTR out, DWORD size) {
  const std::wstring wide = to_wide(text);
  if (wide.size() + 1 > size) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::copy_n(wide.c_str(), wide.size() + 1, out);
  return TRUE;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD, LPSECURITY_ATTRIBUTES,
                            DWORD disposition, DWORD flags, HANDLE) {
  return at_path<HANDLE>(INVALID_HANDLE_VALUE, name, [&](const VolumeSet::Location& at) -> HANDLE {
    const bool writes = (access & GENERIC_WRITE) != 0;
    const bool exists = at.volume->stat(at.path).has_value();
    const DWORD error = prepare(*at.volume, at.path, disposition, flags, writes);
    if (error != 0) return fail_with<HANDLE>(error, INVALID_HANDLE_VALUE);
    auto file = std::make_shared<FileObject>();
    file->path = to_utf8(name);
    file->reads = (access & GENERIC_READ) != 0;
    file->writes = writes;
    const HANDLE handle = open_handle(std::move(file));
    const bool told = exists && (disposition == CREATE_ALWAYS || disposition == OPEN_ALWAYS);
    set_last_error(told ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle == nullptr ? INVALID_HANDLE_VALUE : handle;
  });
}

EXTERN_C BOOL ReadFile(HANDLE handle, LPVOID buffer, DWORD bytes, LPDWORD done, LPOVERLAPPED) {
  if (done != nullptr) *done = 0;
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    if (!file->reads) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    const auto read = at->volume->read_at(
        at->path, file->offset, std::span<std::byte>(static_cast<std::byte*>(buffer), bytes));
    if (!read) return finish(read);
    file->offset += *read;
    if (done != nullptr) *done = static_cast<DWORD>(*read);
    return TRUE;
  });
}

EXTERN_C BOOL WriteFile(HANDLE handle, LPCVOID buffer, DWORD bytes, LPDWORD done, LPOVERLAPPED) {
  if (done != nullptr) *done = 0;
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    if (!file->writes) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    const BlockedScope blocked(lab.scheduler);  // writes may be held
    const auto written = at->volume->write_at(
        at->path, file->offset, std::string_view(static_cast<const char*>(buffer), bytes));
    if (!written) return finish(written);
    file->offset += bytes;
    if (done != nullptr) *done = bytes;
    return TRUE;
  });
}

EXTERN_C BOOL FlushFileBuffers(HANDLE handle) { return object_as<FileObject>(handle) != nullptr; }

EXTERN_C BOOL GetFileSizeEx(HANDLE handle, LARGE_INTEGER* size) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    const auto info = at->volume->stat(at->path);
    if (!info) return finish(info);
    size->QuadPart = static_cast<LONGLONG>(info->size);
    return TRUE;
  });
}

EXTERN_C DWORD GetFileSize(HANDLE handle, LPDWORD high) {
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(handle, &size)) return INVALID_FILE_SIZE;
  if (high != nullptr) *high = static_cast<DWORD>(size.QuadPart >> 32);
  return size.LowPart;
}

EXTERN_C BOOL SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance, LARGE_INTEGER* now,
                               DWORD method) {
  const auto file = object_as<FileObject>(handle);
  if (file == nullptr) return FALSE;
  LARGE_INTEGER size{};
  if (method == FILE_END && !GetFileSizeEx(handle, &size)) return FALSE;
  const LONGLONG base = method == FILE_BEGIN     ? 0
                        : method == FILE_CURRENT ? static_cast<LONGLONG>(file->offset)
                                                 : size.QuadPart;
  LONGLONG to = 0;
  if (__builtin_add_overflow(base, distance.QuadPart, &to) || to < 0) {
    return fail_with<BOOL>(131, FALSE);  // ERROR_NEGATIVE_SEEK
  }
  file->offset = static_cast<std::uint64_t>(to);
  if (now != nullptr) now->QuadPart = to;
  return TRUE;
}

EXTERN_C BOOL DeleteFileW(LPCWSTR name) {
  return at_path<BOOL>(FALSE, name, [](auto& at) { return finish(at.volume->remove(at.path)); });
}

EXTERN_C BOOL CreateDirectoryW(LPCWSTR name, LPSECURITY_ATTRIBUTES) {
  return at_path<BOOL>(FALSE, name,
                       [](auto& at) { return finish(at.volume->create_directory(at.path)); });
}

EXTERN_C BOOL RemoveDirectoryW(LPCWSTR name) {
  return at_path<BOOL>(FALSE, name,
                       [](auto& at) { return finish(at.volume->remove_directory(at.path)); });
}

EXTERN_C DWORD GetFileAttributesW(LPCWSTR name) {
  return at_path<DWORD>(INVALID_FILE_ATTRIBUTES, name, [](auto& at) -> DWORD {
    const auto info = at.volume->stat(at.path);
    if (!info) return fail_with<DWORD>(error_code(info.error()), INVALID_FILE_ATTRIBUTES);
    return attributes_of(*info);
  });
}

EXTERN_C BOOL CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fail_if_exists) {
  return at_path<BOOL>(FALSE, from, [&](const VolumeSet::Location& source) -> BOOL {
    const auto content = source.volume->read_file(source.path);
    if (!content) return finish(content);
    return at_path<BOOL>(FALSE, to, [&](const VolumeSet::Location& target) -> BOOL {
      if (fail_if_exists && target.volume->stat(target.path)) {
        return fail_with<BOOL>(ERROR_FILE_EXISTS, FALSE);
      }
      const auto made = target.volume->create_file(target.path, true);
      if (!made) return finish(made);
      return finish(target.volume->write_at(target.path, 0, *content));
    });
  });
}

EXTERN_C HANDLE FindFirstFileW(LPCWSTR pattern, LPWIN32_FIND_DATAW data) {
  const std::string text = to_utf8(pattern);
  const std::size_t cut = text.find_last_of("\\/");
  if (cut == std::string::npos) {
    return fail_with<HANDLE>(ERROR_PATH_NOT_FOUND, INVALID_HANDLE_VALUE);
  }
  const std::wstring directory = to_wide(text.substr(0, cut + 1));
  return at_path<HANDLE>(INVALID_HANDLE_VALUE, directory.c_str(), [&](auto& at) -> HANDLE {
    auto listed = at.volume->list(at.path);
    if (!listed) return fail_with<HANDLE>(error_code(listed.error()), INVALID_HANDLE_VALUE);
    auto find = std::make_shared<FindObject>();
    for (FileInfo& info : *listed) {
      if (matches_wildcard(text.substr(cut + 1), info.name)) find->found.push_back(std::move(info));
    }
    if (find->found.empty()) {
      return fail_with<HANDLE>(ERROR_FILE_NOT_FOUND, INVALID_HANDLE_VALUE);
    }
    describe(*current_lab(), find->found[find->next++], data);
    const HANDLE handle = open_handle(std::move(find));
    return handle == nullptr ? INVALID_HANDLE_VALUE : handle;
  });
}

EXTERN_C BOOL FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto find = object_as<FindObject>(handle);
    if (find == nullptr) return FALSE;
    if (find->next >= find->found.size()) return fail_with<BOOL>(ERROR_NO_MORE_FILES, FALSE);
    describe(lab, find->found[find->next++], data);
    return TRUE;
  });
}

EXTERN_C BOOL FindClose(HANDLE handle) { return CloseHandle(handle); }

EXTERN_C BOOL GetVolumePathNameW(LPCWSTR name, LPWSTR out, DWORD size) {
  return at_path<BOOL>(FALSE, name, [&](auto& at) -> BOOL {
    const Volume& volume = *at.volume;
    return give(volume.device().empty() ? volume.root() : volume.device() + "\\", out, size);
  });
}

EXTERN_C BOOL GetVolumeNameForVolumeMountPointW(LPCWSTR mount, LPWSTR out, DWORD size) {
  const std::string name = to_utf8(mount);
  if (name.empty() || name.back() != '\\') return fail_with<BOOL>(ERROR_INVALID_NAME, FALSE);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const Volume* volume = lab.volumes != nullptr ? lab.volumes->find_volume(name) : nullptr;
    if (volume == nullptr) return fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
    return give(volume->guid_path(), out, size);
  });
}

EXTERN_C BOOL GetVolumePathNamesForVolumeNameW(LPCWSTR name, LPWCH out, DWORD size,
                                               LPDWORD needed) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const Volume* volume =
        lab.volumes != nullptr ? lab.volumes->find_volume(to_utf8(name)) : nullptr;
    if (volume == nullptr) return fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
    // A list of one path, each path and the list ended by a NUL.
    const std::wstring list = to_wide(volume->root()) + L'\0';
    if (needed != nullptr) *needed = static_cast<DWORD>(list.size() + 1);
    if (list.size() + 1 > size) return fail_with<BOOL>(ERROR_MORE_DATA, FALSE);
    std::copy_n(list.c_str(), list.size() + 1, out);
    return TRUE;
  });
}

// --- The names of volumes ---

EXTERN_C BOOL PathFileExistsW(LPCWSTR path) {
  return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES ? TRUE : FALSE;
}

EXTERN_C DWORD GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR out, LPWSTR* file) {
  std::string full = to_utf8(name);
  std::replace(full.begin(), full.end(), '/', '\\');
  const bool rooted = full.size() >= 2 && (full[1] == ':' || full.substr(0, 2) == "\\\\");
  if (!rooted) full = "C:\\" + full;
  const std::wstring wide = to_wide(full);
  if (wide.size() + 1 > size) return static_cast<DWORD>(wide.size() + 1);
  std::copy_n(wide.c_str(), wide.size() + 1, out);
  const std::size_t slash = wide.rfind(L'\\');
  if (file != nullptr) *file = slash + 1 < wide.size() ? out + slash + 1 : nullptr;
  return static_cast<DWORD>(wide.size());
}

EXTERN_C BOOL MoveFileW(LPCWSTR from, LPCWSTR to) {
  return at_path<BOOL>(FALSE, from, [&](auto& source) -> BOOL {
    return at_path<BOOL>(FALSE, to, [&](auto& target) -> BOOL {
      if (source.volume == target.volume) {
        return finish(source.volume->rename(source.path, target.path, false));
      }
      return CopyFileW(from, to, TRUE) && DeleteFileW(from);
    });
  });
}

// A drive letter, or "Volume{…}", both without a backslash. The target is a list of one name.
EXTERN_C DWORD QueryDosDeviceW(LPCWSTR name, LPWSTR out, DWORD size) {
  if (name == nullptr) return fail_with<DWORD>(ERROR_NOT_SUPPORTED, 0);
  return on_lab<>(DWORD{0}, [&](Lab& lab) -> DWORD {
    const std::string asked = to_utf8(name);
    if (lab.volumes == nullptr) return fail_with<DWORD>(ERROR_FILE_NOT_FOUND, 0);
    const Volume* const volume =
        lab.volumes->find_volume(asked.size() > 2 ? "\\\\?\\" + asked + "\\" : asked + "\\");
    const auto all = lab.volumes->volumes();
    const auto at = std::find(all.begin(), all.end(), volume);
    if (volume == nullptr || at == all.end()) return fail_with<DWORD>(ERROR_FILE_NOT_FOUND, 0);
    std::wstring list = to_wide("\\Device\\HarddiskVolume" + std::to_string(at - all.begin() + 1));
    list += L'\0';
    if (list.size() + 1 > size) return fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0);
    std::copy_n(list.c_str(), list.size() + 1, out);
    return static_cast<DWORD>(list.size() + 1);
  });
}

EXTERN_C DWORD GetLogicalDrives() {
  return on_lab<>(DWORD{0}, [](Lab& lab) {
    DWORD drives = 0;
    if (lab.volumes == nullptr) return drives;
    for (const Volume* volume : lab.volumes->volumes()) {
      const char letter = volume->root()[0];
      if (volume->root().size() == 3) drives |= 1u << ((letter & ~0x20) - 'A');
    }
    return drives;
  });
}

EXTERN_C UINT GetDriveTypeW(LPCWSTR root) {
  return on_lab<>(UINT{DRIVE_UNKNOWN}, [&](Lab& lab) -> UINT {
    const std::string name = root == nullptr ? "C:\\" : to_utf8(root);
    const bool known = lab.volumes != nullptr && lab.volumes->find_volume(name) != nullptr;
    return known ? DRIVE_FIXED : DRIVE_NO_ROOT_DIR;
  });
}

namespace {

class FindVolumeObject final : public KernelObject {
 public:
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::vector<std::string> names;
  std::size_t next = 0;
};

}  // namespace

EXTERN_C BOOL FindNextVolumeW(HANDLE handle, LPWSTR out, DWORD size) {
  const auto object = object_as<FindVolumeObject>(handle);
  if (object == nullptr) return FALSE;
  if (object->next == object->names.size()) return fail_with<BOOL>(ERROR_NO_MORE_FILES, FALSE);
  return give(object->names[object->next++], out, size);
}

EXTERN_C HANDLE FindFirstVolumeW(LPWSTR out, DWORD size) {
  return on_lab<>(HANDLE{INVALID_HANDLE_VALUE}, [&](Lab& lab) -> HANDLE {
    auto object = std::make_shared<FindVolumeObject>();
    if (lab.volumes != nullptr) {
      for (const Volume* volume : lab.volumes->volumes()) {
        object->names.push_back(volume->guid_path());
      }
    }
    if (object->names.empty()) {
      return fail_with<HANDLE>(ERROR_NO_MORE_FILES, INVALID_HANDLE_VALUE);
    }
    const HANDLE handle = open_handle(std::move(object));
    if (handle == nullptr) return INVALID_HANDLE_VALUE;
    if (FindNextVolumeW(handle, out, size)) return handle;
    const DWORD error = GetLastError();
    CloseHandle(handle);
    return fail_with<HANDLE>(error, INVALID_HANDLE_VALUE);
  });
}

EXTERN_C BOOL FindVolumeClose(HANDLE handle) { return CloseHandle(handle); }
