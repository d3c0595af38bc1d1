// What Microsoft's C run-time library has beyond the C standard, and its printf family: in wide
// functions %s is a wide string, a long has 32 bits, %I64d has 64.
//
// A source that defines VSSLAB_WINDOWS_SOURCE (vsscc and the CMake functions do) also has the
// standard names wprintf, printf, swprintf and their kin mean Microsoft's; what they print is kept
// with the party's process in the lab.
#ifndef VSSLAB_WIN_MSVCRT_H
#define VSSLAB_WIN_MSVCRT_H

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <cwctype>

#include <minwindef.h>

#include <alloca.h>
#define _alloca(size) alloca(size)
#define _malloca(size) alloca(size)
#define _freea(memory) ((void)(memory))

typedef int errno_t;
typedef size_t rsize_t;
#define _TRUNCATE ((size_t)-1)
#ifndef _countof
#define _countof(array) ARRAYSIZE(array)
#endif

// --- Formatting. The results are those of Microsoft's functions of the same name. ---
EXTERN_C int vsslab_ms_vwprintf(const wchar_t* format, va_list args);
EXTERN_C int vsslab_ms_wprintf(const wchar_t* format, ...);
EXTERN_C int vsslab_ms_vfwprintf(FILE* stream, const wchar_t* format, va_list args);
EXTERN_C int vsslab_ms_fwprintf(FILE* stream, const wchar_t* format, ...);
EXTERN_C int vsslab_ms_vswprintf(wchar_t* buffer, size_t count, const wchar_t* format,
                                 va_list args);
EXTERN_C int vsslab_ms_swprintf(wchar_t* buffer, size_t count, const wchar_t* format, ...);
EXTERN_C int vsslab_ms_vprintf(const char* format, va_list args);
EXTERN_C int vsslab_ms_printf(const char* format, ...);
EXTERN_C int vsslab_ms_vfprintf(FILE* stream, const char* format, va_list args);
EXTERN_C int vsslab_ms_fprintf(FILE* stream, const char* format, ...);
EXTERN_C int vsslab_ms_vsnprintf(char* buffer, size_t count, const char* format, va_list args);
EXTERN_C int vsslab_ms_snprintf(char* buffer, size_t count, const char* format, ...);
EXTERN_C int vsslab_ms_vsprintf(char* buffer, const char* format, va_list args);
EXTERN_C int vsslab_ms_sprintf(char* buffer, const char* format, ...);
EXTERN_C int vsslab_ms_puts(const char* text);
EXTERN_C int vsslab_ms_fputs(const char* text, FILE* stream);
EXTERN_C int vsslab_ms_fputws(const wchar_t* text, FILE* stream);
EXTERN_C int _putws(const wchar_t* text);

EXTERN_C int _vsnwprintf(wchar_t* buffer, size_t count, const wchar_t* format, va_list args);
EXTERN_C int _snwprintf(wchar_t* buffer, size_t count, const wchar_t* format, ...);
EXTERN_C int vswprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, va_list args);
EXTERN_C int swprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, ...);
EXTERN_C int _vsnwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format,
                           va_list args);
EXTERN_C int _snwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format, ...);
EXTERN_C int _vscwprintf(const wchar_t* format, va_list args);
EXTERN_C int _scwprintf(const wchar_t* format, ...);
EXTERN_C int _vsnprintf(char* buffer, size_t count, const char* format, va_list args);
EXTERN_C int _snprintf(char* buffer, size_t count, const char* format, ...);
EXTERN_C int vsprintf_s(char* buffer, size_t size, const char* format, va_list args);
EXTERN_C int sprintf_s(char* buffer, size_t size, const char* format, ...);
EXTERN_C int _vsnprintf_s(char* buffer, size_t size, size_t count, const char* format,
                          va_list args);
EXTERN_C int _snprintf_s(char* buffer, size_t size, size_t count, const char* format, ...);
EXTERN_C int _vscprintf(const char* format, va_list args);
EXTERN_C int _scprintf(const char* format, ...);

// --- Strings ---
EXTERN_C errno_t wcscpy_s(wchar_t* destination, rsize_t size, const wchar_t* source);
EXTERN_C errno_t wcscat_s(wchar_t* destination, rsize_t size, const wchar_t* source);
EXTERN_C errno_t wcsncpy_s(wchar_t* destination, rsize_t size, const wchar_t* source,
                           rsize_t count);
EXTERN_C errno_t wcsncat_s(wchar_t* destination, rsize_t size, const wchar_t* source,
                           rsize_t count);
EXTERN_C errno_t strcpy_s(char* destination, rsize_t size, const char* source);
EXTERN_C errno_t strcat_s(char* destination, rsize_t size, const char* source);
EXTERN_C errno_t strncpy_s(char* destination, rsize_t size, const char* source, rsize_t count);
EXTERN_C errno_t memcpy_s(void* destination, rsize_t size, const void* source, rsize_t count);
EXTERN_C errno_t memmove_s(void* destination, rsize_t size, const void* source, rsize_t count);
EXTERN_C int _wcsicmp(const wchar_t* a, const wchar_t* b);
EXTERN_C int _wcsnicmp(const wchar_t* a, const wchar_t* b, size_t count);
EXTERN_C wchar_t* _wcsdup(const wchar_t* text);
EXTERN_C wchar_t* _wcslwr(wchar_t* text);
EXTERN_C wchar_t* _wcsupr(wchar_t* text);
EXTERN_C errno_t _wcslwr_s(wchar_t* text, size_t size);
EXTERN_C errno_t _wcsupr_s(wchar_t* text, size_t size);
EXTERN_C int _stricmp(const char* a, const char* b);
EXTERN_C int _strnicmp(const char* a, const char* b, size_t count);
EXTERN_C char* _strdup(const char* text);
EXTERN_C int _wtoi(const wchar_t* text);
EXTERN_C LONG _wtol(const wchar_t* text);
EXTERN_C LONGLONG _wtoi64(const wchar_t* text);
EXTERN_C ULONGLONG _wcstoui64(const wchar_t* text, wchar_t** end, int base);
EXTERN_C char* _strlwr(char* text);
EXTERN_C char* _strupr(char* text);
EXTERN_C errno_t _strlwr_s(char* text, size_t size);
EXTERN_C errno_t _strupr_s(char* text, size_t size);
EXTERN_C errno_t strncat_s(char* destination, rsize_t size, const char* source, rsize_t count);
EXTERN_C char* strtok_s(char* text, const char* delimiters, char** context);
EXTERN_C wchar_t* wcstok_s(wchar_t* text, const wchar_t* delimiters, wchar_t** context);
EXTERN_C LONGLONG _atoi64(const char* text);
EXTERN_C ULONGLONG _strtoui64(const char* text, char** end, int base);
EXTERN_C errno_t _itoa_s(int value, char* buffer, size_t size, int radix);
EXTERN_C errno_t _ultoa_s(ULONG value, char* buffer, size_t size, int radix);
EXTERN_C errno_t _itow_s(int value, wchar_t* buffer, size_t size, int radix);
EXTERN_C errno_t _ultow_s(ULONG value, wchar_t* buffer, size_t size, int radix);

// Microsoft's overloads that take the size from the array.
template <size_t N>
errno_t wcscpy_s(wchar_t (&destination)[N], const wchar_t* source) {
  return wcscpy_s(destination, N, source);
}
template <size_t N>
errno_t wcscat_s(wchar_t (&destination)[N], const wchar_t* source) {
  return wcscat_s(destination, N, source);
}
template <size_t N>
errno_t wcsncpy_s(wchar_t (&destination)[N], const wchar_t* source, rsize_t count) {
  return wcsncpy_s(destination, N, source, count);
}
template <size_t N>
errno_t strcpy_s(char (&destination)[N], const char* source) {
  return strcpy_s(destination, N, source);
}
template <size_t N>
errno_t strcat_s(char (&destination)[N], const char* source) {
  return strcat_s(destination, N, source);
}
template <size_t N>
errno_t wcsncat_s(wchar_t (&destination)[N], const wchar_t* source, rsize_t count) {
  return wcsncat_s(destination, N, source, count);
}
template <size_t N>
errno_t strncpy_s(char (&destination)[N], const char* source, rsize_t count) {
  return strncpy_s(destination, N, source, count);
}
template <size_t N>
errno_t strncat_s(char (&destination)[N], const char* source, rsize_t count) {
  return strncat_s(destination, N, source, count);
}
template <size_t N, class... Args>
int _snwprintf_s(wchar_t (&buffer)[N], size_t count, const wchar_t* format, Args... args) {
  return _snwprintf_s(static_cast<wchar_t*>(buffer), N, count, format, args...);
}
template <size_t N, class... Args>
int _snprintf_s(char (&buffer)[N], size_t count, const char* format, Args... args) {
  return _snprintf_s(static_cast<char*>(buffer), N, count, format, args...);
}
template <size_t N>
int vswprintf_s(wchar_t (&buffer)[N], const wchar_t* format, va_list args) {
  return vswprintf_s(static_cast<wchar_t*>(buffer), N, format, args);
}
template <size_t N, class... Args>
int swprintf_s(wchar_t (&buffer)[N], const wchar_t* format, Args... args) {
  return swprintf_s(static_cast<wchar_t*>(buffer), N, format, args...);
}
template <size_t N, class... Args>
int sprintf_s(char (&buffer)[N], const char* format, Args... args) {
  return sprintf_s(static_cast<char*>(buffer), N, format, args...);
}

// L##__FUNCTION__ is a wide string to Microsoft's compiler, and to clang with its extensions.
EXTERN_C const wchar_t* vsslab_wide_name(const char* name);
#if defined(__GNUC__) && !defined(__clang__)
#define L__FUNCTION__ vsslab_wide_name(__func__)
#define L__FUNCSIG__ vsslab_wide_name(__PRETTY_FUNCTION__)
#endif
#ifndef __FUNCSIG__
#define __FUNCSIG__ __PRETTY_FUNCTION__
#endif

#ifdef VSSLAB_WINDOWS_SOURCE
namespace std {
using ::vsslab_ms_fprintf;
using ::vsslab_ms_fputs;
using ::vsslab_ms_fwprintf;
using ::vsslab_ms_printf;
using ::vsslab_ms_puts;
using ::vsslab_ms_snprintf;
using ::vsslab_ms_sprintf;
using ::vsslab_ms_swprintf;
using ::vsslab_ms_vfprintf;
using ::vsslab_ms_vfwprintf;
using ::vsslab_ms_vprintf;
using ::vsslab_ms_vsnprintf;
using ::vsslab_ms_vsprintf;
using ::vsslab_ms_vswprintf;
using ::vsslab_ms_vwprintf;
using ::vsslab_ms_wprintf;
}  // namespace std
// With parameters, so that __attribute__((format(printf, ...))) stays what it is.
// An empty list of arguments takes its comma along, as Microsoft's preprocessor has it.
#define wprintf(first, ...) vsslab_ms_wprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define wprintf_s(first, ...) vsslab_ms_wprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vwprintf(...) vsslab_ms_vwprintf(__VA_ARGS__)
#define vwprintf_s(...) vsslab_ms_vwprintf(__VA_ARGS__)
#define fwprintf(first, ...) vsslab_ms_fwprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define fwprintf_s(first, ...) vsslab_ms_fwprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vfwprintf(...) vsslab_ms_vfwprintf(__VA_ARGS__)
#define swprintf(first, ...) vsslab_ms_swprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vswprintf(...) vsslab_ms_vswprintf(__VA_ARGS__)
#define printf(first, ...) vsslab_ms_printf(first __VA_OPT__(, ) __VA_ARGS__)
#define printf_s(first, ...) vsslab_ms_printf(first __VA_OPT__(, ) __VA_ARGS__)
#define vprintf(...) vsslab_ms_vprintf(__VA_ARGS__)
#define fprintf(first, ...) vsslab_ms_fprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define fprintf_s(first, ...) vsslab_ms_fprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vfprintf(...) vsslab_ms_vfprintf(__VA_ARGS__)
#define snprintf(first, ...) vsslab_ms_snprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vsnprintf(...) vsslab_ms_vsnprintf(__VA_ARGS__)
#define sprintf(first, ...) vsslab_ms_sprintf(first __VA_OPT__(, ) __VA_ARGS__)
#define vsprintf(...) vsslab_ms_vsprintf(__VA_ARGS__)
#define puts(...) vsslab_ms_puts(__VA_ARGS__)
#define fputs(first, ...) vsslab_ms_fputs(first __VA_OPT__(, ) __VA_ARGS__)
#define fputws(first, ...) vsslab_ms_fputws(first __VA_OPT__(, ) __VA_ARGS__)
#endif

#endif
