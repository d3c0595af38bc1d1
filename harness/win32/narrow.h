// The functions for char: the lab's ANSI code page is UTF-8, and each calls its wide brother.
#pragma once

#include <windows.h>

#include <algorithm>
#include <string>

#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

// An argument in wide characters; a null pointer stays one.
class WideArgument {
 public:
  explicit WideArgument(LPCSTR text) : null_(text == nullptr) {
    if (!null_) text_ = to_wide(text);
  }
  operator LPCWSTR() const { return null_ ? nullptr : text_.c_str(); }
  LPWSTR buffer() { return null_ ? nullptr : text_.data(); }

 private:
  std::wstring text_;
  bool null_;
};

constexpr DWORD kNarrowBufferMax = 32'768;  // characters; no name of Windows is longer

// For functions that give TRUE and a text in a buffer of `size` bytes.
template <class Call>
BOOL give_narrow(LPSTR out, DWORD size, Call call) {
  std::wstring wide(kNarrowBufferMax, L'\0');
  if (!call(wide.data(), kNarrowBufferMax)) return FALSE;
  const std::string text = to_utf8(wide.c_str());
  if (out == nullptr || text.size() + 1 > size) {
    return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  }
  std::copy_n(text.c_str(), text.size() + 1, out);
  return TRUE;
}

// For functions that give a text's length, or the room that it needs.
template <class Call>
DWORD give_narrow_length(LPSTR out, DWORD size, Call call) {
  std::wstring wide(kNarrowBufferMax, L'\0');
  const DWORD length = call(wide.data(), kNarrowBufferMax);
  if (length == 0) return 0;
  const std::string text = to_utf8(std::wstring_view(wide.data(), length));
  if (out == nullptr || text.size() + 1 > size) return static_cast<DWORD>(text.size() + 1);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<DWORD>(text.size());
}

}  // namespace vsslab
