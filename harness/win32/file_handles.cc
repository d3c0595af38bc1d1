// Calls on a file's handle that are not reading and writing.

#include <windows.h>

#include "volume/volume.h"
#include "win32/file_objects.h"

using namespace vsslab;

EXTERN_C BOOL GetFileInformationByHandle(HANDLE handle, LPBY_HANDLE_FILE_INFORMATION out) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto file = object_as<FileObject>(handle);
    if (file == nullptr) return FALSE;
    const auto at = locate(lab, file->path);
    if (!at) return fail_with<BOOL>(ERROR_NOT_READY, FALSE);
    const auto info = at->volume->stat(at->path);
    if (!info) return finish(info);
    *out = BY_HANDLE_FILE_INFORMATION{};
    out->dwFileAttributes = attributes_of(*info);
    out->ftCreationTime = file_time(lab, info->created);
    out->ftLastAccessTime = file_time(lab, info->accessed);
    out->ftLastWriteTime = file_time(lab, info->modified);
    out->nFileSizeHigh = static_cast<DWORD>(info->size >> 32);
    out->nFileSizeLow = static_cast<DWORD>(info->size);
    out->nNumberOfLinks = 1;
    return TRUE;
  });
}

EXTERN_C DWORD SetFilePointer(HANDLE handle, LONG low, PLONG high, DWORD method) {
  LARGE_INTEGER distance;
  distance.QuadPart = low;
  if (high != nullptr) {
    distance.LowPart = static_cast<DWORD>(low);
    distance.HighPart = *high;
  }
  LARGE_INTEGER now{};
  if (!SetFilePointerEx(handle, distance, &now, method)) return INVALID_SET_FILE_POINTER;
  if (high != nullptr) *high = now.HighPart;
  set_last_error(ERROR_SUCCESS);  // 0xFFFFFFFF may be a position
  return now.LowPart;
}

EXTERN_C DWORD GetFileType(HANDLE handle) {
  const auto object = object_of(handle);
  if (std::dynamic_pointer_cast<ConsoleObject>(object) != nullptr) return FILE_TYPE_CHAR;
  if (std::dynamic_pointer_cast<FileObject>(object) != nullptr) return FILE_TYPE_DISK;
  return fail_with<DWORD>(ERROR_INVALID_HANDLE, FILE_TYPE_UNKNOWN);
}

EXTERN_C BOOL GetOverlappedResult(HANDLE, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL) {
  if (overlapped == nullptr || bytes == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  *bytes = static_cast<DWORD>(overlapped->InternalHigh);
  return TRUE;
}

EXTERN_C BOOL DeviceIoControl(HANDLE handle, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD bytes,
                              LPOVERLAPPED) {
  if (bytes != nullptr) *bytes = 0;
  if (object_as<FileObject>(handle) == nullptr) return FALSE;
  return fail_with<BOOL>(ERROR_INVALID_FUNCTION, FALSE);
}
