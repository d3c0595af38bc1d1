// What volumes are like, drive letters for shadow copies, and the machine's folders.

#include <windows.h>

#include <algorithm>
#include <string>

#include "volume/volume.h"
#include "volume/volume_set.h"
#include "win32/file_objects.h"
#include "win32/give.h"

namespace vsslab {

namespace {

DWORD serial_number(const Volume& volume) {
  DWORD number = 0;  // any that stays the same
  for (const char c : volume.guid_path()) number = number * 31 + static_cast<unsigned char>(c);
  return number;
}

// A name for a caller that may not want it.
bool give_optional(const std::string& text, LPWSTR out, DWORD size) {
  return out == nullptr || size == 0 || give_name(text, out, size) != FALSE;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

// "X:" for a shadow copy's device, by its own path or as "\\Device\\HarddiskVolumeShadowCopy1".
EXTERN_C BOOL DefineDosDeviceW(DWORD flags, LPCWSTR name, LPCWSTR target) {
  const std::string drive = to_utf8(name);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    if (lab.volumes == nullptr || drive.size() != 2 || drive[1] != ':') {
      return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
    }
    if ((flags & DDD_REMOVE_DEFINITION) != 0) {
      const bool gone = lab.volumes->remove_drive(drive[0]);
      return gone ? TRUE : fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
    }
    std::string device = to_utf8(target);
    if (device.starts_with("\\??\\")) device.erase(0, 4);
    if (!device.starts_with("\\\\?\\")) {
      if (device.starts_with("GLOBALROOT")) device.insert(0, "\\");
      if (!device.starts_with("\\GLOBALROOT")) device.insert(0, "\\GLOBALROOT");
      device.insert(0, "\\\\?");
    }
    const bool made = lab.volumes->define_drive(drive[0], device);
    return made ? TRUE : fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
  });
}

EXTERN_C DWORD GetLogicalDriveStringsW(DWORD size, LPWSTR out) {
  std::wstring list;
  const DWORD drives = GetLogicalDrives();
  for (int letter = 0; letter < 26; ++letter) {
    if ((drives >> letter & 1) == 0) continue;
    list += static_cast<wchar_t>(L'A' + letter);
    list += L":\\";
    list += L'\0';
  }
  if (out == nullptr || size < list.size() + 1) return static_cast<DWORD>(list.size() + 1);
  std::copy_n(list.c_str(), list.size() + 1, out);
  return static_cast<DWORD>(list.size());
}

EXTERN_C BOOL GetDiskFreeSpaceExW(LPCWSTR directory, ULARGE_INTEGER* available,
                                  ULARGE_INTEGER* total, ULARGE_INTEGER* free) {
  const WCHAR* const path = directory != nullptr ? directory : L"C:\\";
  return at_path<BOOL>(FALSE, path, true, [&](Lab&, const VolumeSet::Location& at) -> BOOL {
    if (available != nullptr) available->QuadPart = at.volume->free_bytes();
    if (total != nullptr) total->QuadPart = at.volume->options().size;
    if (free != nullptr) free->QuadPart = at.volume->free_bytes();
    return TRUE;
  });
}

EXTERN_C BOOL GetVolumeInformationW(LPCWSTR root, LPWSTR label, DWORD label_size, LPDWORD serial,
                                    LPDWORD component, LPDWORD flags, LPWSTR system,
                                    DWORD system_size) {
  const WCHAR* const path = root != nullptr ? root : L"C:\\";
  return at_path<BOOL>(FALSE, path, true, [&](Lab&, const VolumeSet::Location& at) -> BOOL {
    const Volume& volume = *at.volume;
    if (!give_optional(volume.options().label, label, label_size) ||
        !give_optional(volume.options().file_system, system, system_size)) {
      return FALSE;
    }
    if (serial != nullptr) *serial = serial_number(volume);
    if (component != nullptr) *component = 255;
    // FILE_CASE_PRESERVED_NAMES, FILE_UNICODE_ON_DISK; FILE_READ_ONLY_VOLUME
    if (flags != nullptr) *flags = 0x6u | (volume.read_only() ? 0x80000u : 0u);
    return TRUE;
  });
}

EXTERN_C DWORD GetCurrentDirectoryW(DWORD size, LPWSTR out) {
  return give_text(L"C:\\", out, size);
}

EXTERN_C DWORD GetTempPathW(DWORD size, LPWSTR out) {
  return give_text(L"C:\\Windows\\Temp\\", out, size);
}

EXTERN_C UINT GetWindowsDirectoryW(LPWSTR out, UINT size) {
  return give_text(L"C:\\Windows", out, size);
}

EXTERN_C UINT GetSystemDirectoryW(LPWSTR out, UINT size) {
  return give_text(L"C:\\Windows\\system32", out, size);
}
