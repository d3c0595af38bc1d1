// The functions for char that are not about files.

#include <windows.h>

#include <atlconv.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "win32/narrow.h"

using namespace vsslab;

// --- Objects ---

EXTERN_C HANDLE OpenEventA(DWORD access, BOOL inherit, LPCSTR name) {
  return OpenEventW(access, inherit, WideArgument(name));
}
EXTERN_C HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCSTR name) {
  return CreateMutexW(security, owned, WideArgument(name));
}
EXTERN_C HANDLE OpenMutexA(DWORD access, BOOL inherit, LPCSTR name) {
  return OpenMutexW(access, inherit, WideArgument(name));
}
EXTERN_C HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum,
                                 LPCSTR name) {
  return CreateSemaphoreW(security, initial, maximum, WideArgument(name));
}

// --- Programs ---

EXTERN_C BOOL CreateProcessA(LPCSTR, LPSTR, LPSECURITY_ATTRIBUTES, LPSECURITY_ATTRIBUTES, BOOL,
                             DWORD, LPVOID, LPCSTR, LPSTARTUPINFOA, LPPROCESS_INFORMATION process) {
  return CreateProcessW(nullptr, nullptr, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr,
                        process);
}
EXTERN_C LPSTR GetCommandLineA() { return vsslab_keep_narrow(GetCommandLineW()); }
EXTERN_C DWORD GetModuleFileNameA(HMODULE module, LPSTR out, DWORD size) {
  const DWORD length = give_narrow_length(
      out, size, [&](LPWSTR wide, DWORD room) { return GetModuleFileNameW(module, wide, room); });
  return length >= size ? fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0) : length;
}
EXTERN_C DWORD GetEnvironmentVariableA(LPCSTR name, LPSTR out, DWORD size) {
  return give_narrow_length(out, size, [&](LPWSTR wide, DWORD room) {
    return GetEnvironmentVariableW(WideArgument(name), wide, room);
  });
}
EXTERN_C BOOL SetEnvironmentVariableA(LPCSTR name, LPCSTR value) {
  return SetEnvironmentVariableW(WideArgument(name), WideArgument(value));
}
EXTERN_C DWORD ExpandEnvironmentStringsA(LPCSTR source, LPSTR out, DWORD size) {
  std::wstring wide(kNarrowBufferMax, L'\0');
  ExpandEnvironmentStringsW(WideArgument(source), wide.data(), kNarrowBufferMax);
  const std::string text = to_utf8(wide.c_str());
  if (out != nullptr && text.size() + 1 <= size) std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<DWORD>(text.size() + 1);
}

// --- The machine ---

EXTERN_C BOOL GetComputerNameA(LPSTR out, LPDWORD size) {
  const BOOL given = give_narrow(
      out, *size, [](LPWSTR wide, DWORD room) { return GetComputerNameW(wide, &room); });
  if (given) *size = static_cast<DWORD>(std::string_view(out).size());
  return given;
}
EXTERN_C BOOL GetVersionExA(LPOSVERSIONINFOA out) {
  if (out == nullptr || out->dwOSVersionInfoSize < sizeof(OSVERSIONINFOA)) {
    return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  }
  OSVERSIONINFOEXW wide{};
  wide.dwOSVersionInfoSize = sizeof(wide);
  if (!GetVersionExW(reinterpret_cast<LPOSVERSIONINFOW>(&wide))) return FALSE;
  out->dwMajorVersion = wide.dwMajorVersion;
  out->dwMinorVersion = wide.dwMinorVersion;
  out->dwBuildNumber = wide.dwBuildNumber;
  out->dwPlatformId = wide.dwPlatformId;
  out->szCSDVersion[0] = 0;
  if (out->dwOSVersionInfoSize >= sizeof(OSVERSIONINFOEXA)) {
    auto* const more = reinterpret_cast<LPOSVERSIONINFOEXA>(out);
    more->wServicePackMajor = more->wServicePackMinor = more->wSuiteMask = 0;
    more->wProductType = wide.wProductType;
    more->wReserved = 0;
  }
  return TRUE;
}
EXTERN_C BOOL LookupPrivilegeValueA(LPCSTR system, LPCSTR name, PLUID luid) {
  return LookupPrivilegeValueW(WideArgument(system), WideArgument(name), luid);
}
EXTERN_C BOOL LookupAccountSidA(LPCSTR, PSID sid, LPSTR name, LPDWORD name_size, LPSTR domain,
                                LPDWORD domain_size, PSID_NAME_USE use) {
  if (name_size == nullptr || domain_size == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  WCHAR wide[256];
  WCHAR wide_domain[256];
  DWORD length = ARRAYSIZE(wide);
  DWORD domain_length = ARRAYSIZE(wide_domain);
  if (!LookupAccountSidW(nullptr, sid, wide, &length, wide_domain, &domain_length, use)) {
    return FALSE;
  }
  const std::string found = to_utf8(static_cast<LPCWSTR>(wide));
  const std::string found_domain = to_utf8(static_cast<LPCWSTR>(wide_domain));
  const bool fits = *name_size > found.size() && *domain_size > found_domain.size();
  *name_size = static_cast<DWORD>(found.size() + (fits ? 0 : 1));
  *domain_size = static_cast<DWORD>(found_domain.size() + (fits ? 0 : 1));
  if (!fits) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::copy_n(found.c_str(), found.size() + 1, name);
  std::copy_n(found_domain.c_str(), found_domain.size() + 1, domain);
  return TRUE;
}

// --- Event log ---

EXTERN_C HANDLE RegisterEventSourceA(LPCSTR server, LPCSTR source) {
  return RegisterEventSourceW(WideArgument(server), WideArgument(source));
}
EXTERN_C BOOL ReportEventA(HANDLE log, WORD type, WORD category, DWORD id, PVOID sid, WORD count,
                           DWORD data_size, LPCSTR* strings, LPVOID data) {
  std::vector<std::wstring> texts;
  for (WORD i = 0; i < count && strings != nullptr; ++i) {
    texts.push_back(strings[i] == nullptr ? std::wstring() : to_wide(strings[i]));
  }
  std::vector<LPCWSTR> pointers;
  for (const std::wstring& text : texts) pointers.push_back(text.c_str());
  return ReportEventW(log, type, category, id, sid, static_cast<WORD>(pointers.size()), data_size,
                      pointers.data(), data);
}

// --- GUID text ---

EXTERN_C RPC_STATUS UuidFromStringA(RPC_CSTR text, UUID* out) {
  WideArgument wide(reinterpret_cast<LPCSTR>(text));
  return UuidFromStringW(wide.buffer(), out);
}
EXTERN_C RPC_STATUS UuidToStringA(const UUID* uuid, RPC_CSTR* out) {
  RPC_WSTR wide = nullptr;
  const RPC_STATUS status = UuidToStringW(uuid, &wide);
  if (status != RPC_S_OK) return status;
  *out = reinterpret_cast<RPC_CSTR>(_strdup(to_utf8(wide).c_str()));
  RpcStringFreeW(&wide);
  return *out != nullptr ? RPC_S_OK : static_cast<RPC_STATUS>(ERROR_OUTOFMEMORY);
}
EXTERN_C RPC_STATUS RpcStringFreeA(RPC_CSTR* text) {
  std::free(*text);
  *text = nullptr;
  return RPC_S_OK;
}
