// The printf family of harness/api/win/msvcrt.h. What goes to the standard streams is kept with the
// caller's process; without one it goes to the program's own.

#include <windows.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "win32/call.h"
#include "win32/format.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

void write_to(FILE* stream, std::string_view utf8) {
  const bool standard = stream == stdout || stream == stderr;
  const bool kept = standard && on_lab<>(false, [&](Lab&) {
                      LabProcess* process = current_process();
                      if (process == nullptr) return false;
                      process->append_output(utf8);
                      return true;
                    });
  if (!kept) std::fwrite(utf8.data(), 1, utf8.size(), stream);
}

// Copies as much as fits into `size` characters, the terminator included. False when cut.
template <class Char>
bool copy_cut(Char* out, std::size_t size, const std::basic_string<Char>& text) {
  if (size == 0) return false;
  const std::size_t fits = std::min(text.size(), size - 1);
  std::copy_n(text.data(), fits, out);
  out[fits] = 0;
  return fits == text.size();
}

// _snprintf's: -1 when it is cut, and no terminator when it fills the buffer.
template <class Char>
int copy_bare(Char* out, std::size_t size, const std::basic_string<Char>& text) {
  std::copy_n(text.data(), std::min(size, text.size()), out);
  if (text.size() < size) out[text.size()] = 0;
  return text.size() > size ? -1 : static_cast<int>(text.size());
}

// sprintf_s': an empty text and -1 when it does not fit.
template <class Char>
int copy_whole(Char* out, std::size_t size, const std::basic_string<Char>& text) {
  if (out == nullptr || size == 0) return -1;
  if (!copy_cut(out, size, text)) {
    *out = 0;
    return -1;
  }
  return static_cast<int>(text.size());
}

// _snprintf_s': at most `count` characters, cut silently but for the -1.
template <class Char>
int copy_count(Char* out, std::size_t size, std::size_t count,
               const std::basic_string<Char>& text) {
  if (out == nullptr || size == 0) return -1;
  if (count == _TRUNCATE) {
    return copy_cut(out, size, text) ? static_cast<int>(text.size()) : -1;
  }
  if (text.size() <= count) return copy_whole(out, size, text);
  copy_whole(out, size, text.substr(0, count));
  return -1;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

// A function with "..." calls the one with a va_list.
#define VSSLAB_FORWARD(call) \
  va_list args;              \
  va_start(args, format);    \
  const auto result = call;  \
  va_end(args);              \
  return result

EXTERN_C int vsslab_ms_vfwprintf(FILE* stream, const wchar_t* format, va_list args) {
  const std::wstring text = format_wide(format, args);
  write_to(stream, to_utf8(text));
  return static_cast<int>(text.size());
}
EXTERN_C int vsslab_ms_fwprintf(FILE* stream, const wchar_t* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vfwprintf(stream, format, args));
}
EXTERN_C int vsslab_ms_vwprintf(const wchar_t* format, va_list args) {
  return vsslab_ms_vfwprintf(stdout, format, args);
}
EXTERN_C int vsslab_ms_wprintf(const wchar_t* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vfwprintf(stdout, format, args));
}
EXTERN_C int vsslab_ms_vfprintf(FILE* stream, const char* format, va_list args) {
  const std::string text = format_narrow(format, args);
  write_to(stream, text);
  return static_cast<int>(text.size());
}
EXTERN_C int vsslab_ms_fprintf(FILE* stream, const char* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vfprintf(stream, format, args));
}
EXTERN_C int vsslab_ms_vprintf(const char* format, va_list args) {
  return vsslab_ms_vfprintf(stdout, format, args);
}
EXTERN_C int vsslab_ms_printf(const char* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vfprintf(stdout, format, args));
}

EXTERN_C int vsslab_ms_fputs(const char* text, FILE* stream) {
  write_to(stream, text);
  return 0;
}
EXTERN_C int vsslab_ms_fputws(const wchar_t* text, FILE* stream) {
  write_to(stream, to_utf8(text));
  return 0;
}
EXTERN_C int vsslab_ms_puts(const char* text) {
  write_to(stdout, std::string(text) + '\n');
  return 0;
}
EXTERN_C int _putws(const wchar_t* text) {
  write_to(stdout, to_utf8(text) + '\n');
  return 0;
}

EXTERN_C int vsslab_ms_vswprintf(wchar_t* buffer, size_t count, const wchar_t* format,
                                 va_list args) {
  const std::wstring text = format_wide(format, args);
  return copy_cut(buffer, count, text) ? static_cast<int>(text.size()) : -1;
}
EXTERN_C int vsslab_ms_swprintf(wchar_t* buffer, size_t count, const wchar_t* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vswprintf(buffer, count, format, args));
}
EXTERN_C int vsslab_ms_vsnprintf(char* buffer, size_t count, const char* format, va_list args) {
  const std::string text = format_narrow(format, args);
  copy_cut(buffer, count, text);
  return static_cast<int>(text.size());
}
EXTERN_C int vsslab_ms_snprintf(char* buffer, size_t count, const char* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vsnprintf(buffer, count, format, args));
}
EXTERN_C int vsslab_ms_vsprintf(char* buffer, const char* format, va_list args) {
  const std::string text = format_narrow(format, args);
  std::copy_n(text.c_str(), text.size() + 1, buffer);
  return static_cast<int>(text.size());
}
EXTERN_C int vsslab_ms_sprintf(char* buffer, const char* format, ...) {
  VSSLAB_FORWARD(vsslab_ms_vsprintf(buffer, format, args));
}

EXTERN_C int _vsnwprintf(wchar_t* buffer, size_t count, const wchar_t* format, va_list args) {
  return copy_bare(buffer, count, format_wide(format, args));
}
EXTERN_C int _snwprintf(wchar_t* buffer, size_t count, const wchar_t* format, ...) {
  VSSLAB_FORWARD(_vsnwprintf(buffer, count, format, args));
}
EXTERN_C int vswprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, va_list args) {
  return copy_whole(buffer, size, format_wide(format, args));
}
EXTERN_C int swprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
  VSSLAB_FORWARD(vswprintf_s(buffer, size, format, args));
}
EXTERN_C int _vsnwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format,
                           va_list args) {
  return copy_count(buffer, size, count, format_wide(format, args));
}
EXTERN_C int _snwprintf_s(wchar_t* buffer, size_t size, size_t count, const wchar_t* format, ...) {
  VSSLAB_FORWARD(_vsnwprintf_s(buffer, size, count, format, args));
}
EXTERN_C int _vscwprintf(const wchar_t* format, va_list args) {
  return static_cast<int>(format_wide(format, args).size());
}
EXTERN_C int _scwprintf(const wchar_t* format, ...) { VSSLAB_FORWARD(_vscwprintf(format, args)); }
EXTERN_C int _vsnprintf(char* buffer, size_t count, const char* format, va_list args) {
  return copy_bare(buffer, count, format_narrow(format, args));
}
EXTERN_C int _snprintf(char* buffer, size_t count, const char* format, ...) {
  VSSLAB_FORWARD(_vsnprintf(buffer, count, format, args));
}
EXTERN_C int vsprintf_s(char* buffer, size_t size, const char* format, va_list args) {
  return copy_whole(buffer, size, format_narrow(format, args));
}
EXTERN_C int sprintf_s(char* buffer, size_t size, const char* format, ...) {
  VSSLAB_FORWARD(vsprintf_s(buffer, size, format, args));
}
EXTERN_C int _vsnprintf_s(char* buffer, size_t size, size_t count, const char* format,
                          va_list args) {
  return copy_count(buffer, size, count, format_narrow(format, args));
}
EXTERN_C int _snprintf_s(char* buffer, size_t size, size_t count, const char* format, ...) {
  VSSLAB_FORWARD(_vsnprintf_s(buffer, size, count, format, args));
}
EXTERN_C int _vscprintf(const char* format, va_list args) {
  return static_cast<int>(format_narrow(format, args).size());
}
EXTERN_C int _scprintf(const char* format, ...) { VSSLAB_FORWARD(_vscprintf(format, args)); }

// --- wsprintf: Windows' own, at most 1,024 characters ---

EXTERN_C int wvsprintfW(LPWSTR out, LPCWSTR format, va_list args) {
  constexpr std::size_t kLengthMax = 1024;
  const std::wstring text = format_wide(format, args).substr(0, kLengthMax);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<int>(text.size());
}
EXTERN_C int wsprintfW(LPWSTR out, LPCWSTR format, ...) {
  VSSLAB_FORWARD(wvsprintfW(out, format, args));
}
EXTERN_C int wvsprintfA(LPSTR out, LPCSTR format, va_list args) {
  constexpr std::size_t kLengthMax = 1024;
  const std::string text = format_narrow(format, args).substr(0, kLengthMax);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<int>(text.size());
}
EXTERN_C int wsprintfA(LPSTR out, LPCSTR format, ...) {
  VSSLAB_FORWARD(wvsprintfA(out, format, args));
}
