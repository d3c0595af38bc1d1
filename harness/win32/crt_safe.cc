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

// How the caller counts, and what the functions with Ex give back and ask for.
template <class Char>
struct Ex {
  std::size_t unit = 1;  // that a character counts as, in sizes from and to the caller
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
  if (ex.left != nullptr) *ex.left = (size - end) * ex.unit;
  return fits ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

template <class Char>
HRESULT put(Char* out, std::size_t size, const Char* source, std::size_t limit, bool append,
            const Ex<Char>& ex) {
  size /= ex.unit;
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
  size /= ex.unit;
  if (out == nullptr || format == nullptr || size == 0 || size > STRSAFE_MAX_CCH) {
    return STRSAFE_E_INVALID_PARAMETER;
  }
  const std::basic_string<Char> text = format_text(format, args);
  return finish(out, size, 0, text.data(), text.size(), ex);
}

template <class Char>
HRESULT measure(const Char* text, std::size_t most, std::size_t* length, std::size_t unit) {
  most /= unit;
  if (length != nullptr) *length = 0;
  if (text == nullptr || most > STRSAFE_MAX_CCH) return STRSAFE_E_INVALID_PARAMETER;
  const std::size_t found = length_of(text, most);
  if (found == most) return STRSAFE_E_INVALID_PARAMETER;
  if (length != nullptr) *length = found * unit;
  return S_OK;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

#define STRSAFE_NAME(name) StringCch##name##W
#define STRSAFE_CHAR wchar_t
#define STRSAFE_UNIT 1
#include "win32/crt_safe.inc"

#define STRSAFE_NAME(name) StringCb##name##W
#define STRSAFE_CHAR wchar_t
#define STRSAFE_UNIT sizeof(wchar_t)
#include "win32/crt_safe.inc"

#define STRSAFE_NAME(name) StringCch##name##A
#define STRSAFE_CHAR char
#define STRSAFE_UNIT 1
#include "win32/crt_safe.inc"

#define STRSAFE_NAME(name) StringCb##name##A
#define STRSAFE_CHAR char
#define STRSAFE_UNIT 1
#include "win32/crt_safe.inc"
