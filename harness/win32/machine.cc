// What a program asks about the machine and its own rights: programs, modules, privileges,
// accounts, environment, version, locale, services, cluster.

#include <windows.h>

#include <atlconv.h>
#include <resapi.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/registry.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr LCID kEnglishUnitedStates = 0x409;
constexpr std::size_t kKeptTextsMax = 256;  // of W2A and A2W, per thread

using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array<Pair, 11> kEnvironment = {{{"COMPUTERNAME", "LAB"},
                                                {"ProgramData", "C:\\ProgramData"},
                                                {"ProgramFiles", "C:\\Program Files"},
                                                {"PUBLIC", "C:\\Users\\Public"},
                                                {"SystemDrive", "C:"},
                                                {"SystemRoot", "C:\\Windows"},
                                                {"TEMP", "C:\\Windows\\Temp"},
                                                {"TMP", "C:\\Windows\\Temp"},
                                                {"USERNAME", "lab"},
                                                {"USERPROFILE", "C:\\Users\\lab"},
                                                {"windir", "C:\\Windows"}}};

const Pair* variable(std::string_view name) {
  const auto* at = std::find_if(kEnvironment.begin(), kEnvironment.end(),
                                [&](const Pair& pair) { return same_name(pair.first, name); });
  return at == kEnvironment.end() ? nullptr : at;
}

// As Windows' functions give text: its length, or the room that it needs with its end.
DWORD give_text(const std::wstring& text, LPWSTR out, DWORD size) {
  if (text.size() + 1 > size) return static_cast<DWORD>(text.size() + 1);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<DWORD>(text.size());
}

// Those of dates and times: the length with the end; 0 for too little room.
int give_time(const std::string& text, LPWSTR out, int size) {
  const std::wstring wide = to_wide(text);
  const int needed = static_cast<int>(wide.size()) + 1;
  if (size == 0) return needed;
  if (size < needed) return fail_with<int>(ERROR_INSUFFICIENT_BUFFER, 0);
  std::copy_n(wide.c_str(), wide.size() + 1, out);
  return needed;
}

class TokenObject final : public KernelObject {
 public:
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
};

template <class Text>
typename Text::value_type* keep(Text text) {
  thread_local std::deque<Text> kept;
  if (kept.size() == kKeptTextsMax) kept.pop_front();
  kept.push_back(std::move(text));
  return kept.back().data();
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

// --- Programs and modules ---

EXTERN_C BOOL CreateProcessW(LPCWSTR, LPWSTR, LPSECURITY_ATTRIBUTES, LPSECURITY_ATTRIBUTES, BOOL,
                             DWORD, LPVOID, LPCWSTR, LPSTARTUPINFOW, LPPROCESS_INFORMATION) {
  return fail_with<BOOL>(ERROR_FILE_NOT_FOUND, FALSE);
}

EXTERN_C BOOL GetExitCodeProcess(HANDLE handle, LPDWORD code) {
  const auto object = object_as<ProcessObject>(handle);
  if (object == nullptr || code == nullptr) return FALSE;
  *code = object->process.exit_code().value_or(STILL_ACTIVE);
  return TRUE;
}

EXTERN_C HMODULE GetModuleHandleW(LPCWSTR name) {
  static char program[] = "MZ";
  if (name == nullptr) return program;
  return fail_with<HMODULE>(ERROR_MOD_NOT_FOUND, nullptr);
}
EXTERN_C HMODULE LoadLibraryW(LPCWSTR) { return fail_with<HMODULE>(ERROR_MOD_NOT_FOUND, nullptr); }
EXTERN_C HMODULE LoadLibraryExW(LPCWSTR name, HANDLE, DWORD) { return LoadLibraryW(name); }
EXTERN_C BOOL FreeLibrary(HMODULE) { return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE); }
EXTERN_C FARPROC GetProcAddress(HMODULE, LPCSTR) {
  return fail_with<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
}
EXTERN_C DWORD GetModuleFileNameW(HMODULE, LPWSTR out, DWORD size) {
  const LabProcess* const process = current_process();
  const std::wstring text = to_wide(
      "C:\\Windows\\" + (process != nullptr ? process->name : std::string("party")) + ".exe");
  const DWORD length = give_text(text, out, size);
  return length > text.size() ? fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0) : length;
}

// --- Rights and accounts ---

EXTERN_C BOOL OpenProcessToken(HANDLE process, DWORD, PHANDLE out) {
  if (out == nullptr || object_of(process) == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
  }
  *out = open_handle(std::make_shared<TokenObject>());
  return *out != nullptr ? TRUE : FALSE;
}
EXTERN_C BOOL LookupPrivilegeValueW(LPCWSTR, LPCWSTR name, PLUID luid) {
  if (name == nullptr || luid == nullptr) return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  *luid = {1, 0};
  return TRUE;
}
EXTERN_C BOOL AdjustTokenPrivileges(HANDLE token, BOOL, PTOKEN_PRIVILEGES, DWORD, PTOKEN_PRIVILEGES,
                                    PDWORD) {
  if (object_as<TokenObject>(token) == nullptr) return FALSE;
  return fail_with<BOOL>(ERROR_SUCCESS, TRUE);
}

EXTERN_C BOOL LookupAccountSidW(LPCWSTR, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                                LPDWORD domain_size, PSID_NAME_USE use) {
  const auto known = lab_user_sid();
  if (sid == nullptr || name_size == nullptr || domain_size == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  // The second byte is the number of the sub-authorities, which gives the length.
  const auto* const bytes = static_cast<const BYTE*>(sid);
  if (bytes[0] != known[0] || bytes[1] != known[1] ||
      !std::equal(known.begin(), known.end(), bytes)) {
    return fail_with<BOOL>(ERROR_NONE_MAPPED, FALSE);
  }
  const std::wstring user = L"lab";
  const Lab* const lab = current_lab();
  const std::wstring machine = to_wide(lab != nullptr ? lab->computer_name : "LAB");
  const bool fits = *name_size > user.size() && *domain_size > machine.size();
  *name_size = static_cast<DWORD>(user.size() + (fits ? 0 : 1));
  *domain_size = static_cast<DWORD>(machine.size() + (fits ? 0 : 1));
  if (!fits) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::copy_n(user.c_str(), user.size() + 1, name);
  std::copy_n(machine.c_str(), machine.size() + 1, domain);
  if (use != nullptr) *use = SidTypeUser;
  return TRUE;
}

// --- Environment and version ---

EXTERN_C DWORD GetEnvironmentVariableW(LPCWSTR name, LPWSTR out, DWORD size) {
  const Pair* const found = variable(to_utf8(name));
  if (found == nullptr) return fail_with<DWORD>(ERROR_ENVVAR_NOT_FOUND, 0);
  return give_text(to_wide(found->second), out, size);
}

EXTERN_C DWORD ExpandEnvironmentStringsW(LPCWSTR source, LPWSTR out, DWORD size) {
  const std::string text = to_utf8(source);
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : std::string::npos;
    const Pair* const found =
        end != std::string::npos ? variable(text.substr(at + 1, end - at - 1)) : nullptr;
    if (found == nullptr) {
      expanded += text[at++];
      continue;
    }
    expanded += found->second;
    at = end + 1;
  }
  const std::wstring wide = to_wide(expanded);
  if (out != nullptr) give_text(wide, out, size);
  return static_cast<DWORD>(wide.size() + 1);
}

EXTERN_C BOOL GetVersionExW(LPOSVERSIONINFOW out) {
  if (out == nullptr || out->dwOSVersionInfoSize < sizeof(OSVERSIONINFOW)) {
    return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  }
  out->dwMajorVersion = 10;
  out->dwMinorVersion = 0;
  out->dwBuildNumber = 20348;
  out->dwPlatformId = 2;
  out->szCSDVersion[0] = 0;
  if (out->dwOSVersionInfoSize >= sizeof(OSVERSIONINFOEXW)) {
    auto* const more = reinterpret_cast<LPOSVERSIONINFOEXW>(out);
    more->wServicePackMajor = more->wServicePackMinor = more->wSuiteMask = 0;
    more->wProductType = VER_NT_SERVER;
  }
  return TRUE;
}

// --- Locale ---

EXTERN_C LCID GetThreadLocale() { return kEnglishUnitedStates; }
EXTERN_C LCID GetUserDefaultLCID() { return kEnglishUnitedStates; }
EXTERN_C LCID GetSystemDefaultLCID() { return kEnglishUnitedStates; }
EXTERN_C UINT GetACP() { return CP_UTF8; }

// A caller's own format is not followed.
EXTERN_C int GetDateFormatW(LCID, DWORD, const SYSTEMTIME* time, LPCWSTR, LPWSTR out, int size) {
  SYSTEMTIME now;
  if (time == nullptr) {
    GetLocalTime(&now);
    time = &now;
  }
  return give_time(fmt::format("{}/{}/{}", time->wMonth, time->wDay, time->wYear), out, size);
}
EXTERN_C int GetTimeFormatW(LCID, DWORD, const SYSTEMTIME* time, LPCWSTR, LPWSTR out, int size) {
  SYSTEMTIME now;
  if (time == nullptr) {
    GetLocalTime(&now);
    time = &now;
  }
  const int hour = time->wHour % 12 == 0 ? 12 : time->wHour % 12;
  return give_time(fmt::format("{}:{:02}:{:02} {}", hour, time->wMinute, time->wSecond,
                               time->wHour < 12 ? "AM" : "PM"),
                   out, size);
}

// --- Services ---

EXTERN_C BOOL StartServiceCtrlDispatcherW(const SERVICE_TABLE_ENTRYW*) {
  return fail_with<BOOL>(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT, FALSE);
}
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerW(LPCWSTR, LPHANDLER_FUNCTION) {
  return fail_with<SERVICE_STATUS_HANDLE>(ERROR_SERVICE_DOES_NOT_EXIST, nullptr);
}
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExW(LPCWSTR, LPHANDLER_FUNCTION_EX,
                                                             LPVOID) {
  return fail_with<SERVICE_STATUS_HANDLE>(ERROR_SERVICE_DOES_NOT_EXIST, nullptr);
}
EXTERN_C BOOL SetServiceStatus(SERVICE_STATUS_HANDLE, LPSERVICE_STATUS) {
  return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
}

// --- Cluster ---

EXTERN_C BOOL ClusterIsPathOnSharedVolume(LPCWSTR) { return FALSE; }
EXTERN_C BOOL ClusterGetVolumePathName(LPCWSTR, LPWSTR, DWORD) {
  return fail_with<BOOL>(ERROR_INVALID_FUNCTION, FALSE);
}
EXTERN_C BOOL ClusterGetVolumeNameForVolumeMountPoint(LPCWSTR, LPWSTR, DWORD) {
  return fail_with<BOOL>(ERROR_INVALID_FUNCTION, FALSE);
}
EXTERN_C DWORD ClusterPrepareSharedVolumeForBackup(LPCWSTR, LPWSTR, LPDWORD, LPWSTR, LPDWORD) {
  return ERROR_INVALID_FUNCTION;
}
EXTERN_C DWORD ClusterClearBackupStateForSharedVolume(LPCWSTR) { return ERROR_INVALID_FUNCTION; }

// --- Behind the headers ---

EXTERN_C LPSTR vsslab_keep_narrow(LPCWSTR text) {
  return text == nullptr ? nullptr : keep(to_utf8(text));
}
EXTERN_C LPWSTR vsslab_keep_wide(LPCSTR text) {
  return text == nullptr ? nullptr : keep(to_wide(text));
}

EXTERN_C const wchar_t* vsslab_wide_name(const char* name) {
  static std::mutex mutex;
  static std::map<std::string, std::wstring> names;
  const std::lock_guard lock(mutex);
  auto& wide = names[name];
  if (wide.empty()) wide = to_wide(name);
  return wide.c_str();
}
