// strsafe.h: the functions for each kind of character and each way to count.

#include <windows.h>

#include <strsafe.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "win32/format.h"

namespace vsslab {

namespace {

constexpr std::size_t kNoLimit = static_cast<std::size_t>(-2);

template <class Char>
std::size_t length_of(const Char* text, std::size_t most) {
  std::size_t length = 0;
  while (length < most && text[length] != 0) ++length;
  return length;
}

// What the functions with Ex give back and ask for; sizes in characters.
template <class Char>
struct Ex {
  Char** end = nullptr;
  std::size_t* left = nullptr;
  DWORD flags = 0;
};

// Appends at `begin`; `out` may have no room at all under STRSAFE_IGNORE_NULLS.
template <class Char>
HRESULT finish(Char* out, std::size_t size, std::size_t begin, const Char* text, std::size_t length,
               const Ex<Char>& ex) {
  const bool fits = length < size - begin;
  const bool failed = !fits && (ex.flags & STRSAFE_NO_TRUNCATION) != 0;
  const std::size_t taken = fits ? length : failed ? 0 : size - begin - 1;
  std::copy_n(text, taken, out + begin);
  std::size_t end = begin + taken;
  out[end] = 0;
  const auto fill = [&](std::size_t from) {
    std::memset(out + from, static_cast<int>(ex.flags & 0xFF), (size - from) * sizeof(Char));
  };
  if (fits && (ex.flags & STRSAFE_FILL_BEHIND_NULL) != 0 && end + 1 < size) fill(end + 1);
  if (!fits && (ex.flags & STRSAFE_FILL_ON_FAILURE) != 0) {
    fill(0);
    end = (ex.flags & 0xFF) == 0 ? 0 : size - 1;
    out[end] = 0;
  }
  if (!fits && (ex.flags & STRSAFE_NULL_ON_FAILURE) != 0) out[end = 0] = 0;
  if (ex.end != nullptr) *ex.end = out + end;
  if (ex.left != nullptr) *ex.left = size - end;
  return fits ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

template <class Char>
HRESULT put(Char* out, std::size_t size, const Char* source, std::size_t limit, bool append,
            const Ex<Char>& ex) {
  static const Char kNothing[1] = {0};
  const bool nulls = (ex.flags & STRSAFE_IGNORE_NULLS) != 0;
  if (source == nullptr && nulls) source = kNothing;
  if (out == nullptr && size == 0 && nulls) {
    return *source == 0 ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
  }
  if (out == nullptr || source == nullptr || size == 0 || size > STRSAFE_MAX_CCH) {
    return STRSAFE_E_INVALID_PARAMETER;
  }
  const std::size_t begin = append ? length_of(out, size) : 0;
  if (begin == size) return STRSAFE_E_INVALID_PARAMETER;
  return finish(out, size, begin, source, length_of(source, std::min(limit, size)), ex);
}

std::wstring format_text(const wchar_t* format, va_list args) { return format_wide(format, args); }
std::string format_text(const char* format, va_list args) { return format_narrow(format, args); }

template <class Char>
HRESULT print(Char* out, std::size_t size, const Char* format, va_list args, const Ex<Char>& ex) {
  if (out == nullptr || format == nullptr || size == 0 || size > STRSAFE_MAX_CCH) {
    return STRSAFE_E_INVALID_PARAMETER;
  }
  const std::basic_string<Char> text = format_text(format, args);
  return finish(out, size, 0, text.data(), text.size(), ex);
}

template <class Char>
HRESULT measure(const Char* text, std::size_t most, std::size_t* length) {
  if (length != nullptr) *length = 0;
  if (text == nullptr || most > STRSAFE_MAX_CCH) return STRSAFE_E_INVALID_PARAMETER;
  const std::size_t found = length_of(text, most);
  if (found == most) return STRSAFE_E_INVALID_PARAMETER;
  if (length != nullptr) *length = found;
  return S_OK;
}

// A size that is given back, in bytes.
void to_bytes(std::size_t* count, std::size_t bytes) {
  if (count != nullptr) *count *= bytes;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

// --- wide, characters ---

EXTERN_C HRESULT StringCchCopyW(LPWSTR out, size_t size, LPCWSTR source) {
  return put(out, size, source, kNoLimit, false, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCchCopyExW(LPWSTR out, size_t size, LPCWSTR source, LPWSTR* end,
                                  size_t* left, DWORD flags) {
  return put(out, size, source, kNoLimit, false, Ex<wchar_t>{end, left, flags});
}
EXTERN_C HRESULT StringCchCopyNW(LPWSTR out, size_t size, LPCWSTR source, size_t count) {
  return put(out, size, source, count, false, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCchCopyNExW(LPWSTR out, size_t size, LPCWSTR source, size_t count,
                                   LPWSTR* end, size_t* left, DWORD flags) {
  return put(out, size, source, count, false, Ex<wchar_t>{end, left, flags});
}
EXTERN_C HRESULT StringCchCatW(LPWSTR out, size_t size, LPCWSTR source) {
  return put(out, size, source, kNoLimit, true, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCchCatExW(LPWSTR out, size_t size, LPCWSTR source, LPWSTR* end, size_t* left,
                                 DWORD flags) {
  return put(out, size, source, kNoLimit, true, Ex<wchar_t>{end, left, flags});
}
EXTERN_C HRESULT StringCchCatNW(LPWSTR out, size_t size, LPCWSTR source, size_t count) {
  return put(out, size, source, count, true, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCchCatNExW(LPWSTR out, size_t size, LPCWSTR source, size_t count,
                                  LPWSTR* end, size_t* left, DWORD flags) {
  return put(out, size, source, count, true, Ex<wchar_t>{end, left, flags});
}
EXTERN_C HRESULT StringCchVPrintfW(LPWSTR out, size_t size, LPCWSTR format, va_list args) {
  return print(out, size, format, args, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCchPrintfW(LPWSTR out, size_t size, LPCWSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<wchar_t>{});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCchPrintfExW(LPWSTR out, size_t size, LPWSTR* end, size_t* left, DWORD flags,
                                    LPCWSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<wchar_t>{end, left, flags});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCchLengthW(LPCWSTR text, size_t most, size_t* length) {
  return measure(text, most, length);
}

// --- wide, bytes ---

EXTERN_C HRESULT StringCbCopyW(LPWSTR out, size_t size, LPCWSTR source) {
  return put(out, size / sizeof(WCHAR), source, kNoLimit, false, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCbCopyExW(LPWSTR out, size_t size, LPCWSTR source, LPWSTR* end, size_t* left,
                                 DWORD flags) {
  const HRESULT hr =
      put(out, size / sizeof(WCHAR), source, kNoLimit, false, Ex<wchar_t>{end, left, flags});
  to_bytes(left, sizeof(WCHAR));
  return hr;
}
EXTERN_C HRESULT StringCbCopyNW(LPWSTR out, size_t size, LPCWSTR source, size_t count) {
  return put(out, size / sizeof(WCHAR), source, count / sizeof(WCHAR), false, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCbCopyNExW(LPWSTR out, size_t size, LPCWSTR source, size_t count,
                                  LPWSTR* end, size_t* left, DWORD flags) {
  const HRESULT hr = put(out, size / sizeof(WCHAR), source, count / sizeof(WCHAR), false,
                         Ex<wchar_t>{end, left, flags});
  to_bytes(left, sizeof(WCHAR));
  return hr;
}
EXTERN_C HRESULT StringCbCatW(LPWSTR out, size_t size, LPCWSTR source) {
  return put(out, size / sizeof(WCHAR), source, kNoLimit, true, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCbCatExW(LPWSTR out, size_t size, LPCWSTR source, LPWSTR* end, size_t* left,
                                DWORD flags) {
  const HRESULT hr =
      put(out, size / sizeof(WCHAR), source, kNoLimit, true, Ex<wchar_t>{end, left, flags});
  to_bytes(left, sizeof(WCHAR));
  return hr;
}
EXTERN_C HRESULT StringCbCatNW(LPWSTR out, size_t size, LPCWSTR source, size_t count) {
  return put(out, size / sizeof(WCHAR), source, count / sizeof(WCHAR), true, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCbCatNExW(LPWSTR out, size_t size, LPCWSTR source, size_t count, LPWSTR* end,
                                 size_t* left, DWORD flags) {
  const HRESULT hr = put(out, size / sizeof(WCHAR), source, count / sizeof(WCHAR), true,
                         Ex<wchar_t>{end, left, flags});
  to_bytes(left, sizeof(WCHAR));
  return hr;
}
EXTERN_C HRESULT StringCbVPrintfW(LPWSTR out, size_t size, LPCWSTR format, va_list args) {
  return print(out, size / sizeof(WCHAR), format, args, Ex<wchar_t>{});
}
EXTERN_C HRESULT StringCbPrintfW(LPWSTR out, size_t size, LPCWSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size / sizeof(WCHAR), format, args, Ex<wchar_t>{});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCbPrintfExW(LPWSTR out, size_t size, LPWSTR* end, size_t* left, DWORD flags,
                                   LPCWSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size / sizeof(WCHAR), format, args, Ex<wchar_t>{end, left, flags});
  va_end(args);
  to_bytes(left, sizeof(WCHAR));
  return hr;
}
EXTERN_C HRESULT StringCbLengthW(LPCWSTR text, size_t most, size_t* length) {
  const HRESULT hr = measure(text, most / sizeof(WCHAR), length);
  to_bytes(length, sizeof(WCHAR));
  return hr;
}

// --- narrow, characters ---

EXTERN_C HRESULT StringCchCopyA(LPSTR out, size_t size, LPCSTR source) {
  return put(out, size, source, kNoLimit, false, Ex<char>{});
}
EXTERN_C HRESULT StringCchCopyExA(LPSTR out, size_t size, LPCSTR source, LPSTR* end, size_t* left,
                                  DWORD flags) {
  return put(out, size, source, kNoLimit, false, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCchCopyNA(LPSTR out, size_t size, LPCSTR source, size_t count) {
  return put(out, size, source, count, false, Ex<char>{});
}
EXTERN_C HRESULT StringCchCopyNExA(LPSTR out, size_t size, LPCSTR source, size_t count, LPSTR* end,
                                   size_t* left, DWORD flags) {
  return put(out, size, source, count, false, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCchCatA(LPSTR out, size_t size, LPCSTR source) {
  return put(out, size, source, kNoLimit, true, Ex<char>{});
}
EXTERN_C HRESULT StringCchCatExA(LPSTR out, size_t size, LPCSTR source, LPSTR* end, size_t* left,
                                 DWORD flags) {
  return put(out, size, source, kNoLimit, true, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCchCatNA(LPSTR out, size_t size, LPCSTR source, size_t count) {
  return put(out, size, source, count, true, Ex<char>{});
}
EXTERN_C HRESULT StringCchCatNExA(LPSTR out, size_t size, LPCSTR source, size_t count, LPSTR* end,
                                  size_t* left, DWORD flags) {
  return put(out, size, source, count, true, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCchVPrintfA(LPSTR out, size_t size, LPCSTR format, va_list args) {
  return print(out, size, format, args, Ex<char>{});
}
EXTERN_C HRESULT StringCchPrintfA(LPSTR out, size_t size, LPCSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<char>{});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCchPrintfExA(LPSTR out, size_t size, LPSTR* end, size_t* left, DWORD flags,
                                    LPCSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<char>{end, left, flags});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCchLengthA(LPCSTR text, size_t most, size_t* length) {
  return measure(text, most, length);
}

// --- narrow, bytes ---

EXTERN_C HRESULT StringCbCopyA(LPSTR out, size_t size, LPCSTR source) {
  return put(out, size, source, kNoLimit, false, Ex<char>{});
}
EXTERN_C HRESULT StringCbCopyExA(LPSTR out, size_t size, LPCSTR source, LPSTR* end, size_t* left,
                                 DWORD flags) {
  return put(out, size, source, kNoLimit, false, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCbCopyNA(LPSTR out, size_t size, LPCSTR source, size_t count) {
  return put(out, size, source, count, false, Ex<char>{});
}
EXTERN_C HRESULT StringCbCopyNExA(LPSTR out, size_t size, LPCSTR source, size_t count, LPSTR* end,
                                  size_t* left, DWORD flags) {
  return put(out, size, source, count, false, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCbCatA(LPSTR out, size_t size, LPCSTR source) {
  return put(out, size, source, kNoLimit, true, Ex<char>{});
}
EXTERN_C HRESULT StringCbCatExA(LPSTR out, size_t size, LPCSTR source, LPSTR* end, size_t* left,
                                DWORD flags) {
  return put(out, size, source, kNoLimit, true, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCbCatNA(LPSTR out, size_t size, LPCSTR source, size_t count) {
  return put(out, size, source, count, true, Ex<char>{});
}
EXTERN_C HRESULT StringCbCatNExA(LPSTR out, size_t size, LPCSTR source, size_t count, LPSTR* end,
                                 size_t* left, DWORD flags) {
  return put(out, size, source, count, true, Ex<char>{end, left, flags});
}
EXTERN_C HRESULT StringCbVPrintfA(LPSTR out, size_t size, LPCSTR format, va_list args) {
  return print(out, size, format, args, Ex<char>{});
}
EXTERN_C HRESULT StringCbPrintfA(LPSTR out, size_t size, LPCSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<char>{});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCbPrintfExA(LPSTR out, size_t size, LPSTR* end, size_t* left, DWORD flags,
                                   LPCSTR format, ...) {
  va_list args;
  va_start(args, format);
  const HRESULT hr = print(out, size, format, args, Ex<char>{end, left, flags});
  va_end(args);
  return hr;
}
EXTERN_C HRESULT StringCbLengthA(LPCSTR text, size_t most, size_t* length) {
  return measure(text, most, length);
}
