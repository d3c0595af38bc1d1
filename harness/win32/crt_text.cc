// Strings: Microsoft's C run-time library, lstr…, code pages, memory.

#include <windows.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/hresult.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

template <class Char>
std::size_t length_of(const Char* text, std::size_t most) {
  std::size_t length = 0;
  while (length < most && text[length] != 0) ++length;
  return length;
}

// The _s family: EINVAL for null pointers, ERANGE and an empty text when it does not fit. `limit`
// is the number of characters to take, or _TRUNCATE.
template <class Char>
errno_t put(Char* out, std::size_t size, const Char* source, std::size_t limit, bool append) {
  if (out == nullptr || size == 0) return EINVAL;
  const std::size_t begin = append ? length_of(out, size) : 0;
  if (source == nullptr || begin == size) {
    *out = 0;
    return EINVAL;
  }
  const std::size_t length = length_of(source, limit == _TRUNCATE ? size : limit);
  const std::size_t room = size - begin - 1;
  if (length > room && limit != _TRUNCATE) {
    *out = 0;
    return ERANGE;
  }
  const std::size_t taken = std::min(length, room);
  std::copy_n(source, taken, out + begin);
  out[begin + taken] = 0;
  return length > room ? 80 : 0;  // STRUNCATE
}

constexpr std::size_t kNoLimit = static_cast<std::size_t>(-2);

wchar_t lower(wchar_t c) { return static_cast<wchar_t>(std::towlower(static_cast<wint_t>(c))); }
wchar_t upper(wchar_t c) { return static_cast<wchar_t>(std::towupper(static_cast<wint_t>(c))); }

int compare_folded(const wchar_t* a, const wchar_t* b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const wchar_t left = lower(a[i]);
    const wchar_t right = lower(b[i]);
    if (left != right) return left < right ? -1 : 1;
    if (left == 0) break;
  }
  return 0;
}

template <class Char>
errno_t put_digits(ULONG value, bool negative, Char* out, size_t size, int radix) {
  if (out == nullptr || size == 0) return EINVAL;
  *out = 0;
  if (radix < 2 || radix > 36) return EINVAL;
  std::basic_string<Char> text;
  do {
    text += static_cast<Char>(
        "0123456789abcdefghijklmnopqrstuvwxyz"[value % static_cast<ULONG>(radix)]);
    value /= static_cast<ULONG>(radix);
  } while (value != 0);
  if (negative) text += static_cast<Char>('-');
  std::reverse(text.begin(), text.end());
  return put(out, size, text.c_str(), kNoLimit, false);
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C errno_t wcscpy_s(wchar_t* out, rsize_t size, const wchar_t* source) {
  return put(out, size, source, kNoLimit, false);
}
EXTERN_C errno_t wcscat_s(wchar_t* out, rsize_t size, const wchar_t* source) {
  return put(out, size, source, kNoLimit, true);
}
EXTERN_C errno_t wcsncpy_s(wchar_t* out, rsize_t size, const wchar_t* source, rsize_t count) {
  return put(out, size, source, count, false);
}
EXTERN_C errno_t wcsncat_s(wchar_t* out, rsize_t size, const wchar_t* source, rsize_t count) {
  return put(out, size, source, count, true);
}
EXTERN_C errno_t strcpy_s(char* out, rsize_t size, const char* source) {
  return put(out, size, source, kNoLimit, false);
}
EXTERN_C errno_t strcat_s(char* out, rsize_t size, const char* source) {
  return put(out, size, source, kNoLimit, true);
}
EXTERN_C errno_t strncpy_s(char* out, rsize_t size, const char* source, rsize_t count) {
  return put(out, size, source, count, false);
}

EXTERN_C errno_t memcpy_s(void* out, rsize_t size, const void* source, rsize_t count) {
  if (count == 0) return 0;
  if (out == nullptr) return EINVAL;
  if (source == nullptr || count > size) {
    std::memset(out, 0, size);
    return source == nullptr ? EINVAL : ERANGE;
  }
  std::memmove(out, source, count);
  return 0;
}
EXTERN_C errno_t memmove_s(void* out, rsize_t size, const void* source, rsize_t count) {
  if (count == 0) return 0;
  if (out == nullptr || source == nullptr) return EINVAL;
  if (count > size) return ERANGE;
  std::memmove(out, source, count);
  return 0;
}

EXTERN_C int _wcsicmp(const wchar_t* a, const wchar_t* b) {
  return compare_folded(a, b, static_cast<std::size_t>(-1));
}
EXTERN_C int _wcsnicmp(const wchar_t* a, const wchar_t* b, size_t count) {
  return compare_folded(a, b, count);
}
EXTERN_C int _stricmp(const char* a, const char* b) { return ::strcasecmp(a, b); }
EXTERN_C int _strnicmp(const char* a, const char* b, size_t count) {
  return ::strncasecmp(a, b, count);
}
EXTERN_C wchar_t* _wcsdup(const wchar_t* text) {
  return text == nullptr ? nullptr : ::wcsdup(text);
}
EXTERN_C char* _strdup(const char* text) { return text == nullptr ? nullptr : ::strdup(text); }

EXTERN_C wchar_t* _wcslwr(wchar_t* text) {
  for (wchar_t* at = text; *at != 0; ++at) *at = lower(*at);
  return text;
}
EXTERN_C wchar_t* _wcsupr(wchar_t* text) {
  for (wchar_t* at = text; *at != 0; ++at) *at = upper(*at);
  return text;
}
EXTERN_C errno_t _wcslwr_s(wchar_t* text, size_t size) {
  if (text == nullptr || length_of(text, size) == size) return EINVAL;
  _wcslwr(text);
  return 0;
}
EXTERN_C errno_t _wcsupr_s(wchar_t* text, size_t size) {
  if (text == nullptr || length_of(text, size) == size) return EINVAL;
  _wcsupr(text);
  return 0;
}

EXTERN_C int _wtoi(const wchar_t* text) { return static_cast<int>(std::wcstol(text, nullptr, 10)); }
EXTERN_C LONG _wtol(const wchar_t* text) { return _wtoi(text); }
EXTERN_C LONGLONG _wtoi64(const wchar_t* text) { return std::wcstoll(text, nullptr, 10); }
EXTERN_C ULONGLONG _wcstoui64(const wchar_t* text, wchar_t** end, int base) {
  return std::wcstoull(text, end, base);
}
EXTERN_C errno_t _itow_s(int value, wchar_t* out, size_t size, int radix) {
  const bool negative = value < 0 && radix == 10;
  const ULONG magnitude = negative ? 0u - static_cast<ULONG>(value) : static_cast<ULONG>(value);
  return put_digits(magnitude, negative, out, size, radix);
}
EXTERN_C errno_t _itoa_s(int value, char* out, size_t size, int radix) {
  const bool negative = value < 0 && radix == 10;
  const ULONG magnitude = negative ? 0u - static_cast<ULONG>(value) : static_cast<ULONG>(value);
  return put_digits(magnitude, negative, out, size, radix);
}
EXTERN_C errno_t _ultoa_s(ULONG value, char* out, size_t size, int radix) {
  return put_digits(value, false, out, size, radix);
}
EXTERN_C char* _strlwr(char* text) {
  for (char* at = text; *at != 0; ++at) {
    if (*at >= 'A' && *at <= 'Z') *at = static_cast<char>(*at + 32);
  }
  return text;
}
EXTERN_C char* _strupr(char* text) {
  for (char* at = text; *at != 0; ++at) {
    if (*at >= 'a' && *at <= 'z') *at = static_cast<char>(*at - 32);
  }
  return text;
}
EXTERN_C errno_t _strlwr_s(char* text, size_t size) {
  if (text == nullptr || length_of(text, size) == size) return EINVAL;
  _strlwr(text);
  return 0;
}
EXTERN_C errno_t _strupr_s(char* text, size_t size) {
  if (text == nullptr || length_of(text, size) == size) return EINVAL;
  _strupr(text);
  return 0;
}
EXTERN_C errno_t strncat_s(char* out, rsize_t size, const char* source, rsize_t count) {
  return put(out, size, source, count, true);
}
EXTERN_C char* strtok_s(char* text, const char* delimiters, char** context) {
  return ::strtok_r(text, delimiters, context);
}
EXTERN_C wchar_t* wcstok_s(wchar_t* text, const wchar_t* delimiters, wchar_t** context) {
  return std::wcstok(text, delimiters, context);
}
EXTERN_C LONGLONG _atoi64(const char* text) { return std::strtoll(text, nullptr, 10); }
EXTERN_C ULONGLONG _strtoui64(const char* text, char** end, int base) {
  return std::strtoull(text, end, base);
}
EXTERN_C errno_t _ultow_s(ULONG value, wchar_t* out, size_t size, int radix) {
  return put_digits(value, false, out, size, radix);
}

// --- lstr… ---

EXTERN_C LPWSTR lstrcpyW(LPWSTR out, LPCWSTR text) { return std::wcscpy(out, text); }
EXTERN_C LPWSTR lstrcatW(LPWSTR out, LPCWSTR text) { return std::wcscat(out, text); }
EXTERN_C LPWSTR lstrcpynW(LPWSTR out, LPCWSTR text, int size) {
  if (out == nullptr || size <= 0) return out;
  put(out, static_cast<std::size_t>(size), text, _TRUNCATE, false);
  return out;
}
EXTERN_C int lstrcmpW(LPCWSTR a, LPCWSTR b) {
  const int order = std::wcscmp(a == nullptr ? L"" : a, b == nullptr ? L"" : b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}
EXTERN_C int lstrcmpiW(LPCWSTR a, LPCWSTR b) {
  return _wcsicmp(a == nullptr ? L"" : a, b == nullptr ? L"" : b);
}
EXTERN_C int lstrlenW(LPCWSTR text) {
  return text == nullptr ? 0 : static_cast<int>(std::wcslen(text));
}
EXTERN_C LPSTR lstrcpyA(LPSTR out, LPCSTR text) { return std::strcpy(out, text); }
EXTERN_C LPSTR lstrcatA(LPSTR out, LPCSTR text) { return std::strcat(out, text); }
EXTERN_C LPSTR lstrcpynA(LPSTR out, LPCSTR text, int size) {
  if (out == nullptr || size <= 0) return out;
  put(out, static_cast<std::size_t>(size), text, _TRUNCATE, false);
  return out;
}
EXTERN_C int lstrcmpA(LPCSTR a, LPCSTR b) {
  const int order = std::strcmp(a == nullptr ? "" : a, b == nullptr ? "" : b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}
EXTERN_C int lstrcmpiA(LPCSTR a, LPCSTR b) {
  return _stricmp(a == nullptr ? "" : a, b == nullptr ? "" : b);
}
EXTERN_C int lstrlenA(LPCSTR text) {
  return text == nullptr ? 0 : static_cast<int>(std::strlen(text));
}

// --- Code pages: the lab's is UTF-8 ---

EXTERN_C int MultiByteToWideChar(UINT, DWORD flags, LPCSTR text, int bytes, LPWSTR out, int size) {
  if (text == nullptr || bytes == 0 || bytes < -1 || size < 0) {
    return fail_with<int>(ERROR_INVALID_PARAMETER, 0);
  }
  int replaced = 0;
  const std::size_t length = bytes < 0 ? std::strlen(text) + 1 : static_cast<std::size_t>(bytes);
  const std::wstring wide = to_wide(std::string_view(text, length), &replaced);
  if (replaced > 0 && (flags & MB_ERR_INVALID_CHARS) != 0) {
    return fail_with<int>(ERROR_NO_UNICODE_TRANSLATION, 0);
  }
  if (size == 0) return static_cast<int>(wide.size());
  if (wide.size() > static_cast<std::size_t>(size)) {
    return fail_with<int>(ERROR_INSUFFICIENT_BUFFER, 0);
  }
  std::copy(wide.begin(), wide.end(), out);
  return static_cast<int>(wide.size());
}

EXTERN_C int WideCharToMultiByte(UINT, DWORD flags, LPCWSTR text, int count, LPSTR out, int size,
                                 LPCSTR, BOOL* used_default) {
  if (text == nullptr || count == 0 || count < -1 || size < 0) {
    return fail_with<int>(ERROR_INVALID_PARAMETER, 0);
  }
  if (used_default != nullptr) *used_default = FALSE;
  int replaced = 0;
  const std::size_t length = count < 0 ? std::wcslen(text) + 1 : static_cast<std::size_t>(count);
  const std::string utf8 = to_utf8(std::wstring_view(text, length), &replaced);
  if (replaced > 0 && (flags & WC_ERR_INVALID_CHARS) != 0) {
    return fail_with<int>(ERROR_NO_UNICODE_TRANSLATION, 0);
  }
  if (size == 0) return static_cast<int>(utf8.size());
  if (utf8.size() > static_cast<std::size_t>(size)) {
    return fail_with<int>(ERROR_INSUFFICIENT_BUFFER, 0);
  }
  std::copy(utf8.begin(), utf8.end(), out);
  return static_cast<int>(utf8.size());
}

// --- Memory ---

EXTERN_C HLOCAL LocalAlloc(UINT flags, SIZE_T bytes) {
  return (flags & LMEM_ZEROINIT) != 0 ? std::calloc(1, bytes) : std::malloc(bytes);
}
EXTERN_C HLOCAL LocalFree(HLOCAL memory) {
  std::free(memory);
  return nullptr;
}
EXTERN_C HLOCAL LocalReAlloc(HLOCAL memory, SIZE_T bytes, UINT) {
  return std::realloc(memory, bytes);
}
EXTERN_C LPVOID HeapReAlloc(HANDLE, DWORD, LPVOID memory, SIZE_T bytes) {
  return std::realloc(memory, bytes);
}
EXTERN_C HANDLE GetProcessHeap() { return handle_of(8); }
EXTERN_C LPVOID HeapAlloc(HANDLE, DWORD flags, SIZE_T bytes) {
  return (flags & HEAP_ZERO_MEMORY) != 0 ? std::calloc(1, bytes) : std::malloc(bytes);
}
EXTERN_C BOOL HeapFree(HANDLE, DWORD, LPVOID memory) {
  std::free(memory);
  return TRUE;
}

EXTERN_C BOOL GetComputerNameW(LPWSTR out, LPDWORD size) {
  const Lab* lab = current_lab();
  const std::wstring name = to_wide(lab != nullptr ? lab->computer_name : "LAB");
  if (*size < name.size() + 1) {
    *size = static_cast<DWORD>(name.size() + 1);
    return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  }
  std::copy_n(name.c_str(), name.size() + 1, out);
  *size = static_cast<DWORD>(name.size());
  return TRUE;
}

EXTERN_C BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT format, LPWSTR out, LPDWORD size) {
  const bool domain = format == ComputerNameDnsDomain || format == ComputerNamePhysicalDnsDomain;
  if (!domain) return GetComputerNameW(out, size);
  if (out != nullptr && *size > 0) *out = 0;
  *size = 0;
  return TRUE;
}
