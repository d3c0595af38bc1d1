// Modules: the program, and the system's libraries, whose functions programs look up by name.

#include <windows.h>

#include <resapi.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

// The first is the program itself.
constexpr std::array<std::string_view, 10> kModules = {
    "",           "vssapi.dll",    "kernel32.dll", "advapi32.dll",
    "ole32.dll",  "oleaut32.dll",  "shlwapi.dll",  "resutils.dll",
    "rpcrt4.dll", "kernelbase.dll"};
char module_images[kModules.size()][4] = {"MZ", "MZ", "MZ", "MZ", "MZ",
                                          "MZ", "MZ", "MZ", "MZ", "MZ"};
constexpr std::size_t kVssApi = 1;

struct Export {
  std::string_view name;
  void (*function)();
};

template <class Function>
void (*address(Function* function))() {
  return reinterpret_cast<void (*)()>(function);
}

// Those that programs look up because not every Windows has them.
const Export* find_export(std::string_view name) {
#define VSSLAB_EXPORT(function) \
  { #function, address(&function) }
  static const std::array kExports = std::to_array<Export>({
      VSSLAB_EXPORT(AdjustTokenPrivileges),
      VSSLAB_EXPORT(ClusterClearBackupStateForSharedVolume),
      VSSLAB_EXPORT(ClusterGetVolumeNameForVolumeMountPoint),
      VSSLAB_EXPORT(ClusterGetVolumePathName),
      VSSLAB_EXPORT(ClusterIsPathOnSharedVolume),
      VSSLAB_EXPORT(ClusterPrepareSharedVolumeForBackup),
      VSSLAB_EXPORT(CoInitializeEx),
      VSSLAB_EXPORT(CoInitializeSecurity),
      VSSLAB_EXPORT(CoUninitialize),
      VSSLAB_EXPORT(CopyFileW),
      VSSLAB_EXPORT(CreateDirectoryW),
      VSSLAB_EXPORT(CreateFileA),
      VSSLAB_EXPORT(CreateFileW),
      VSSLAB_EXPORT(DeleteFileW),
      VSSLAB_EXPORT(FindFirstFileA),
      VSSLAB_EXPORT(FindFirstFileW),
      VSSLAB_EXPORT(FindFirstVolumeW),
      VSSLAB_EXPORT(FindNextFileA),
      VSSLAB_EXPORT(FindNextFileW),
      VSSLAB_EXPORT(FindNextVolumeW),
      VSSLAB_EXPORT(FindVolumeClose),
      VSSLAB_EXPORT(GetFileAttributesA),
      VSSLAB_EXPORT(GetFileAttributesExA),
      VSSLAB_EXPORT(GetFileAttributesExW),
      VSSLAB_EXPORT(GetFileAttributesW),
      VSSLAB_EXPORT(GetLogicalDriveStringsW),
      VSSLAB_EXPORT(GetNativeSystemInfo),
      VSSLAB_EXPORT(GetTickCount64),
      VSSLAB_EXPORT(GetVolumeNameForVolumeMountPointW),
      VSSLAB_EXPORT(GetVolumePathNameW),
      VSSLAB_EXPORT(GetVolumePathNamesForVolumeNameW),
      VSSLAB_EXPORT(IsWow64Process),
      VSSLAB_EXPORT(LookupPrivilegeValueW),
      VSSLAB_EXPORT(MoveFileW),
      VSSLAB_EXPORT(MultiByteToWideChar),
      VSSLAB_EXPORT(OpenProcessToken),
      VSSLAB_EXPORT(QueryDosDeviceW),
      VSSLAB_EXPORT(RemoveDirectoryW),
      VSSLAB_EXPORT(SetFileAttributesA),
      VSSLAB_EXPORT(SetFileAttributesW),
      VSSLAB_EXPORT(WideCharToMultiByte),
  });
#undef VSSLAB_EXPORT
  const auto* at = std::find_if(kExports.begin(), kExports.end(),
                                [&](const Export& known) { return known.name == name; });
  return at == kExports.end() ? nullptr : at;
}

HMODULE find_module(std::string_view name) {
  const std::size_t slash = name.find_last_of("\\/");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string file(name);
  if (!file.empty() && file.find('.') == std::string::npos) file += ".dll";
  const auto* at = std::find_if(kModules.begin() + 1, kModules.end(),
                                [&](std::string_view known) { return same_name(known, file); });
  if (at == kModules.end()) return fail_with<HMODULE>(ERROR_MOD_NOT_FOUND, nullptr);
  return module_images[at - kModules.begin()];
}

// kModules.size() for what is no module.
std::size_t index_of(HMODULE module) {
  for (std::size_t i = 0; i < kModules.size(); ++i) {
    if (module == module_images[i]) return i;
  }
  return kModules.size();
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HMODULE GetModuleHandleW(LPCWSTR name) {
  return name == nullptr ? module_images[0] : find_module(to_utf8(name));
}
EXTERN_C HMODULE GetModuleHandleA(LPCSTR name) {
  return name == nullptr ? module_images[0] : find_module(name);
}
EXTERN_C HMODULE LoadLibraryW(LPCWSTR name) { return find_module(to_utf8(name)); }
EXTERN_C HMODULE LoadLibraryA(LPCSTR name) { return find_module(name == nullptr ? "" : name); }
EXTERN_C HMODULE LoadLibraryExW(LPCWSTR name, HANDLE, DWORD) { return LoadLibraryW(name); }
EXTERN_C HMODULE LoadLibraryExA(LPCSTR name, HANDLE, DWORD) { return LoadLibraryA(name); }

EXTERN_C BOOL FreeLibrary(HMODULE module) {
  if (index_of(module) == kModules.size()) return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
  return TRUE;
}

EXTERN_C FARPROC GetProcAddress(HMODULE module, LPCSTR name) {
  const std::size_t index = module == nullptr ? 0 : index_of(module);
  // A number in place of a name is an ordinal: the lab's libraries have none.
  const bool named = reinterpret_cast<std::uintptr_t>(name) > 0xFFFF;
  if (index == kModules.size() || index == 0 || !named) {
    return fail_with<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
  }
  if (index == kVssApi) {
    const Lab* const lab = current_lab();
    if (lab == nullptr) return fail_with<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
    const auto found = lab->vssapi_exports.find(name);
    if (found != lab->vssapi_exports.end()) return reinterpret_cast<FARPROC>(found->second);
    return fail_with<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
  }
  const Export* const known = find_export(name);
  if (known == nullptr) return fail_with<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
  return reinterpret_cast<FARPROC>(known->function);
}
