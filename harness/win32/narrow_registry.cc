// The registry functions for char: texts are kept wide.

#include <windows.h>

#include <cstring>
#include <string>
#include <vector>

#include "win32/narrow.h"

namespace vsslab {

namespace {

bool is_text(DWORD type) { return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ; }

// What a wide value looks like to a function for char.
std::string narrow_value(DWORD type, const std::vector<BYTE>& data) {
  if (!is_text(type)) return {data.begin(), data.end()};
  std::wstring wide(data.size() / sizeof(WCHAR), L'\0');
  std::memcpy(wide.data(), data.data(), wide.size() * sizeof(WCHAR));
  return to_utf8(std::wstring_view(wide));
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C LSTATUS RegOpenKeyExA(HKEY key, LPCSTR sub, DWORD options, REGSAM access, PHKEY out) {
  return RegOpenKeyExW(key, WideArgument(sub), options, access, out);
}
EXTERN_C LSTATUS RegOpenKeyA(HKEY key, LPCSTR sub, PHKEY out) {
  return RegOpenKeyW(key, WideArgument(sub), out);
}
EXTERN_C LSTATUS RegCreateKeyA(HKEY key, LPCSTR sub, PHKEY out) {
  return RegCreateKeyW(key, WideArgument(sub), out);
}
EXTERN_C LSTATUS RegCreateKeyExA(HKEY key, LPCSTR sub, DWORD reserved, LPSTR, DWORD options,
                                 REGSAM access, LPSECURITY_ATTRIBUTES security, PHKEY out,
                                 LPDWORD disposition) {
  return RegCreateKeyExW(key, WideArgument(sub), reserved, nullptr, options, access, security, out,
                         disposition);
}

EXTERN_C LSTATUS RegQueryValueExA(HKEY key, LPCSTR name, LPDWORD, LPDWORD type, LPBYTE data,
                                  LPDWORD size) {
  if (data != nullptr && size == nullptr) return ERROR_INVALID_PARAMETER;
  const WideArgument wide(name);
  DWORD kind = REG_NONE;
  DWORD bytes = 0;
  LSTATUS status = RegQueryValueExW(key, wide, nullptr, &kind, nullptr, &bytes);
  if (status != ERROR_SUCCESS) return status;
  std::vector<BYTE> value(bytes);
  status = RegQueryValueExW(key, wide, nullptr, &kind, value.data(), &bytes);
  if (status != ERROR_SUCCESS) return status;
  const std::string text = narrow_value(kind, value);
  if (type != nullptr) *type = kind;
  if (size == nullptr) return ERROR_SUCCESS;
  const DWORD room = *size;
  *size = static_cast<DWORD>(text.size());
  if (data == nullptr) return ERROR_SUCCESS;
  if (room < text.size()) return ERROR_MORE_DATA;
  std::memcpy(data, text.data(), text.size());
  return ERROR_SUCCESS;
}

EXTERN_C LSTATUS RegSetValueExA(HKEY key, LPCSTR name, DWORD reserved, DWORD type, const BYTE* data,
                                DWORD size) {
  const WideArgument wide(name);
  if (!is_text(type) || data == nullptr) {
    return RegSetValueExW(key, wide, reserved, type, data, size);
  }
  const std::wstring text = to_wide(std::string_view(reinterpret_cast<const char*>(data), size));
  return RegSetValueExW(key, wide, reserved, type, reinterpret_cast<const BYTE*>(text.data()),
                        static_cast<DWORD>(text.size() * sizeof(WCHAR)));
}

EXTERN_C LSTATUS RegEnumKeyExA(HKEY key, DWORD index, LPSTR name, LPDWORD size, LPDWORD, LPSTR,
                               LPDWORD, FILETIME* written) {
  if (name == nullptr || size == nullptr) return ERROR_INVALID_PARAMETER;
  WCHAR wide[256];
  DWORD length = ARRAYSIZE(wide);
  const LSTATUS status =
      RegEnumKeyExW(key, index, wide, &length, nullptr, nullptr, nullptr, written);
  if (status != ERROR_SUCCESS) return status;
  const std::string text = to_utf8(static_cast<LPCWSTR>(wide));
  if (text.size() + 1 > *size) return ERROR_MORE_DATA;
  std::copy_n(text.c_str(), text.size() + 1, name);
  *size = static_cast<DWORD>(text.size());
  return ERROR_SUCCESS;
}

EXTERN_C LSTATUS RegDeleteKeyA(HKEY key, LPCSTR sub) {
  return RegDeleteKeyW(key, WideArgument(sub));
}
EXTERN_C LSTATUS RegDeleteValueA(HKEY key, LPCSTR name) {
  return RegDeleteValueW(key, WideArgument(name));
}
