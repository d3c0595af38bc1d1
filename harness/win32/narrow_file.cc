// The file and volume functions for char.

#include <windows.h>

#include <shlwapi.h>

#include <string>

#include "win32/give.h"
#include "win32/narrow.h"

namespace vsslab {

namespace {

void narrow_data(const WIN32_FIND_DATAW& wide, LPWIN32_FIND_DATAA out) {
  *out = WIN32_FIND_DATAA{};
  out->dwFileAttributes = wide.dwFileAttributes;
  out->ftCreationTime = wide.ftCreationTime;
  out->ftLastAccessTime = wide.ftLastAccessTime;
  out->ftLastWriteTime = wide.ftLastWriteTime;
  out->nFileSizeHigh = wide.nFileSizeHigh;
  out->nFileSizeLow = wide.nFileSizeLow;
  const std::string name = to_utf8(static_cast<LPCWSTR>(wide.cFileName));
  std::copy_n(name.c_str(), std::min<std::size_t>(name.size(), MAX_PATH - 1), out->cFileName);
}

// A list of texts, each ended by a NUL, the list by another.
DWORD give_narrow_list(const std::wstring& list, LPSTR out, DWORD size) {
  const std::string text = to_utf8(std::wstring_view(list));
  if (out == nullptr || size < text.size()) return 0;
  std::copy_n(text.data(), text.size(), out);
  return static_cast<DWORD>(text.size());
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                            DWORD disposition, DWORD flags, HANDLE pattern) {
  return CreateFileW(WideArgument(name), access, share, security, disposition, flags, pattern);
}
EXTERN_C BOOL DeleteFileA(LPCSTR name) { return DeleteFileW(WideArgument(name)); }
EXTERN_C BOOL CopyFileA(LPCSTR from, LPCSTR to, BOOL fail_if_exists) {
  return CopyFileW(WideArgument(from), WideArgument(to), fail_if_exists);
}
EXTERN_C BOOL MoveFileA(LPCSTR from, LPCSTR to) {
  return MoveFileW(WideArgument(from), WideArgument(to));
}
EXTERN_C BOOL MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags) {
  return MoveFileExW(WideArgument(from), WideArgument(to), flags);
}
EXTERN_C BOOL CreateDirectoryA(LPCSTR name, LPSECURITY_ATTRIBUTES security) {
  return CreateDirectoryW(WideArgument(name), security);
}
EXTERN_C BOOL RemoveDirectoryA(LPCSTR name) { return RemoveDirectoryW(WideArgument(name)); }
EXTERN_C DWORD GetFileAttributesA(LPCSTR name) { return GetFileAttributesW(WideArgument(name)); }
EXTERN_C BOOL SetFileAttributesA(LPCSTR name, DWORD attributes) {
  return SetFileAttributesW(WideArgument(name), attributes);
}
EXTERN_C BOOL GetFileAttributesExA(LPCSTR name, GET_FILEEX_INFO_LEVELS level, LPVOID out) {
  return GetFileAttributesExW(WideArgument(name), level, out);
}
EXTERN_C BOOL PathFileExistsA(LPCSTR name) { return PathFileExistsW(WideArgument(name)); }

EXTERN_C HANDLE FindFirstFileA(LPCSTR pattern, LPWIN32_FIND_DATAA out) {
  WIN32_FIND_DATAW wide;
  const HANDLE handle = FindFirstFileW(WideArgument(pattern), &wide);
  if (handle != INVALID_HANDLE_VALUE) narrow_data(wide, out);
  return handle;
}
EXTERN_C BOOL FindNextFileA(HANDLE handle, LPWIN32_FIND_DATAA out) {
  WIN32_FIND_DATAW wide;
  if (!FindNextFileW(handle, &wide)) return FALSE;
  narrow_data(wide, out);
  return TRUE;
}

EXTERN_C BOOL GetVolumePathNameA(LPCSTR name, LPSTR out, DWORD size) {
  return give_narrow(out, size, [&](LPWSTR wide, DWORD room) {
    return GetVolumePathNameW(WideArgument(name), wide, room);
  });
}
EXTERN_C BOOL GetVolumeNameForVolumeMountPointA(LPCSTR mount, LPSTR out, DWORD size) {
  return give_narrow(out, size, [&](LPWSTR wide, DWORD room) {
    return GetVolumeNameForVolumeMountPointW(WideArgument(mount), wide, room);
  });
}
EXTERN_C BOOL GetVolumePathNamesForVolumeNameA(LPCSTR name, LPSTR out, DWORD size, LPDWORD needed) {
  std::wstring wide(kNarrowBufferMax, L'\0');
  DWORD length = 0;
  if (!GetVolumePathNamesForVolumeNameW(WideArgument(name), wide.data(), kNarrowBufferMax,
                                        &length)) {
    return FALSE;
  }
  wide.resize(length);
  const std::string list = to_utf8(std::wstring_view(wide));
  if (needed != nullptr) *needed = static_cast<DWORD>(list.size());
  if (give_narrow_list(wide, out, size) == 0) return fail_with<BOOL>(ERROR_MORE_DATA, FALSE);
  return TRUE;
}
EXTERN_C DWORD QueryDosDeviceA(LPCSTR name, LPSTR out, DWORD size) {
  std::wstring wide(kNarrowBufferMax, L'\0');
  const DWORD length = QueryDosDeviceW(WideArgument(name), wide.data(), kNarrowBufferMax);
  if (length == 0) return 0;
  wide.resize(length);
  const DWORD given = give_narrow_list(wide, out, size);
  return given != 0 ? given : fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0);
}
EXTERN_C BOOL DefineDosDeviceA(DWORD flags, LPCSTR name, LPCSTR target) {
  return DefineDosDeviceW(flags, WideArgument(name), WideArgument(target));
}
EXTERN_C BOOL SetVolumeMountPointA(LPCSTR folder, LPCSTR volume) {
  return SetVolumeMountPointW(WideArgument(folder), WideArgument(volume));
}
EXTERN_C BOOL DeleteVolumeMountPointA(LPCSTR folder) {
  return DeleteVolumeMountPointW(WideArgument(folder));
}
EXTERN_C UINT GetDriveTypeA(LPCSTR root) { return GetDriveTypeW(WideArgument(root)); }
EXTERN_C HANDLE FindFirstVolumeA(LPSTR out, DWORD size) {
  HANDLE handle = INVALID_HANDLE_VALUE;
  const BOOL given = give_narrow(out, size, [&](LPWSTR wide, DWORD room) -> BOOL {
    handle = FindFirstVolumeW(wide, room);
    return handle != INVALID_HANDLE_VALUE;
  });
  if (given || handle == INVALID_HANDLE_VALUE) return handle;
  const DWORD error = GetLastError();
  FindVolumeClose(handle);
  return fail_with<HANDLE>(error, INVALID_HANDLE_VALUE);
}
EXTERN_C BOOL FindNextVolumeA(HANDLE handle, LPSTR out, DWORD size) {
  return give_narrow(out, size,
                     [&](LPWSTR wide, DWORD room) { return FindNextVolumeW(handle, wide, room); });
}

EXTERN_C DWORD GetFullPathNameA(LPCSTR name, DWORD size, LPSTR out, LPSTR* file) {
  const DWORD length = give_narrow_length(out, size, [&](LPWSTR wide, DWORD room) {
    return GetFullPathNameW(WideArgument(name), room, wide, nullptr);
  });
  if (file == nullptr || out == nullptr || length == 0 || length >= size) return length;
  const std::string_view text(out, length);
  const std::size_t slash = text.rfind('\\');
  *file = slash + 1 < length ? out + slash + 1 : nullptr;
  return length;
}
EXTERN_C DWORD GetCurrentDirectoryA(DWORD size, LPSTR out) {
  return give_narrow_length(
      out, size, [](LPWSTR wide, DWORD room) { return GetCurrentDirectoryW(room, wide); });
}
EXTERN_C DWORD GetTempPathA(DWORD size, LPSTR out) {
  return give_narrow_length(out, size,
                            [](LPWSTR wide, DWORD room) { return GetTempPathW(room, wide); });
}
EXTERN_C UINT GetWindowsDirectoryA(LPSTR out, UINT size) {
  return give_narrow_length(
      out, size, [](LPWSTR wide, DWORD room) { return GetWindowsDirectoryW(wide, room); });
}
EXTERN_C UINT GetSystemDirectoryA(LPSTR out, UINT size) {
  return give_narrow_length(
      out, size, [](LPWSTR wide, DWORD room) { return GetSystemDirectoryW(wide, room); });
}
EXTERN_C BOOL GetDiskFreeSpaceExA(LPCSTR directory, ULARGE_INTEGER* available,
                                  ULARGE_INTEGER* total, ULARGE_INTEGER* free) {
  return GetDiskFreeSpaceExW(WideArgument(directory), available, total, free);
}
EXTERN_C BOOL GetVolumeInformationA(LPCSTR root, LPSTR label, DWORD label_size, LPDWORD serial,
                                    LPDWORD component, LPDWORD flags, LPSTR system,
                                    DWORD system_size) {
  WCHAR wide_label[MAX_PATH] = {0};
  WCHAR wide_system[MAX_PATH] = {0};
  if (!GetVolumeInformationW(WideArgument(root), wide_label, MAX_PATH, serial, component, flags,
                             wide_system, MAX_PATH)) {
    return FALSE;
  }
  const auto give_name = [](const WCHAR* wide, LPSTR out, DWORD size) -> BOOL {
    if (out == nullptr || size == 0) return TRUE;
    return give_narrow(out, size, [&](LPWSTR buffer, DWORD room) -> BOOL {
      const std::wstring text = wide;
      return give_text(text, buffer, room) == text.size();
    });
  };
  return give_name(wide_label, label, label_size) && give_name(wide_system, system, system_size);
}
EXTERN_C DWORD GetLogicalDriveStringsA(DWORD size, LPSTR out) {
  WCHAR wide[26 * 4 + 1];
  const DWORD length = GetLogicalDriveStringsW(ARRAYSIZE(wide), wide);
  if (out == nullptr || size < length + 1) return length + 1;
  std::copy_n(to_utf8(std::wstring_view(wide, length + 1)).data(), length + 1, out);
  return length;
}
