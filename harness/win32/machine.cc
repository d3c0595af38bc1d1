// What a program asks about the machine and its own rights: programs, privileges, version, locale,
// cluster.

#include <windows.h>

#include <atlconv.h>
#include <resapi.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "win32/call.h"
#include "win32/give.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr LCID kEnglishUnitedStates = 0x409;
constexpr std::size_t kKeptTextsMax = 256;  // of W2A and A2W, per thread

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

EXTERN_C DWORD GetModuleFileNameW(HMODULE, LPWSTR out, DWORD size) {
  const LabProcess* const process = current_process();
  const std::wstring text = to_wide(
      "C:\\Windows\\" + (process != nullptr ? process->name : std::string("party")) + ".exe");
  const DWORD length = give_text(text, out, size);
  return length > text.size() ? fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0) : length;
}

// --- Rights ---

EXTERN_C BOOL OpenProcessToken(HANDLE process, DWORD, PHANDLE out) {
  if (out == nullptr || object_of(process) == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
  }
  *out = open_handle(std::make_shared<TokenObject>());
  return *out != nullptr ? TRUE : FALSE;
}
// No thread of the lab impersonates anybody.
EXTERN_C BOOL OpenThreadToken(HANDLE, DWORD, BOOL, PHANDLE) {
  return fail_with<BOOL>(ERROR_NO_TOKEN, FALSE);
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

// --- Version ---

EXTERN_C void GetSystemInfo(LPSYSTEM_INFO out) {
  *out = SYSTEM_INFO{};
  out->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64;
  out->dwPageSize = 4096;
  out->dwActiveProcessorMask = 1;
  out->dwNumberOfProcessors = 1;
  out->dwProcessorType = 8664;
  out->dwAllocationGranularity = 65'536;
}
EXTERN_C void GetNativeSystemInfo(LPSYSTEM_INFO out) { GetSystemInfo(out); }
EXTERN_C BOOL IsWow64Process(HANDLE process, BOOL* wow64) {
  if (wow64 == nullptr || object_of(process) == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
  }
  *wow64 = FALSE;
  return TRUE;
}

EXTERN_C DWORD GetVersion() { return 10u | 20'348u << 16; }

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
    const Lab* const lab = current_lab();
    more->wProductType = lab != nullptr && lab->client ? VER_NT_WORKSTATION : VER_NT_SERVER;
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
