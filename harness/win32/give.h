// Text for a caller's buffer, in the ways that Windows' functions give it.
#pragma once

#include <windows.h>

#include <algorithm>
#include <string>

namespace vsslab {

// The text's length, or, when it does not fit, the room that it needs with its end.
inline DWORD give_text(const std::wstring& text, LPWSTR out, DWORD size) {
  if (out == nullptr || text.size() + 1 > size) return static_cast<DWORD>(text.size() + 1);
  std::copy_n(text.c_str(), text.size() + 1, out);
  return static_cast<DWORD>(text.size());
}

}  // namespace vsslab
