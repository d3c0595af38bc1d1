// The names of volumes and mounted folders.

#include <windows.h>

#include <algorithm>
#include <string>
#include <vector>

#include "volume/path.h"
#include "win32/file_objects.h"

using namespace vsslab;

EXTERN_C BOOL GetVolumePathNameW(LPCWSTR name, LPWSTR out, DWORD size) {
  if (name == nullptr) return fail_with<BOOL>(ERROR_PATH_NOT_FOUND, FALSE);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const std::string text = to_utf8(name);
    const auto at = locate(lab, text);
    const auto path = at ? lab.volumes->mount_path_of(full_name(text)) : std::nullopt;
    if (!path) return fail_with<BOOL>(ERROR_PATH_NOT_FOUND, FALSE);
    return give_name(*path, out, size);
  });
}

EXTERN_C BOOL GetVolumeNameForVolumeMountPointW(LPCWSTR mount, LPWSTR out, DWORD size) {
  const std::string name = to_utf8(mount);
  if (name.empty() || name.back() != '\\') return fail_with<BOOL>(ERROR_INVALID_NAME, FALSE);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const Volume* volume = lab.volumes != nullptr ? lab.volumes->find_volume(name) : nullptr;
    if (volume == nullptr) return fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
    return give_name(volume->guid_path(), out, size);
  });
}

EXTERN_C BOOL GetVolumePathNamesForVolumeNameW(LPCWSTR name, LPWCH out, DWORD size,
                                               LPDWORD needed) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const Volume* volume =
        lab.volumes != nullptr ? lab.volumes->find_volume(to_utf8(name)) : nullptr;
    if (volume == nullptr) return fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
    // Each path and the list ended by a NUL.
    std::wstring list;
    for (const std::string& path : lab.volumes->paths_of(*volume)) list += to_wide(path) + L'\0';
    if (needed != nullptr) *needed = static_cast<DWORD>(list.size() + 1);
    if (list.size() + 1 > size) return fail_with<BOOL>(ERROR_MORE_DATA, FALSE);
    std::copy_n(list.c_str(), list.size() + 1, out);
    return TRUE;
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

EXTERN_C BOOL SetVolumeMountPointW(LPCWSTR folder, LPCWSTR volume) {
  if (folder == nullptr || volume == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const std::string name = to_utf8(volume);
    const std::string path = full_name(to_utf8(folder));
    const Volume* const target = lab.volumes != nullptr ? lab.volumes->find_volume(name) : nullptr;
    const bool own_name = target != nullptr && same_name(target->guid_path(), name);
    if (!own_name || !path.ends_with('\\')) return fail_with<BOOL>(ERROR_INVALID_NAME, FALSE);
    return finish(lab.volumes->mount(*target, path));
  });
}

EXTERN_C BOOL DeleteVolumeMountPointW(LPCWSTR folder) {
  return at_path<BOOL>(FALSE, folder, false, [](Lab&, const VolumeSet::Location& at) {
    return finish(at.volume->set_mounted(at.path, ""));
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
  return give_name(object->names[object->next++], out, size);
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
