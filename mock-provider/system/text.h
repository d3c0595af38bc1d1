// Text at the API edge, as any provider converts it.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

namespace vsslab {

inline std::string narrow(const WCHAR* text) {
  if (text == nullptr) return {};
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  if (bytes <= 1) return {};
  std::string out(static_cast<std::size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text, -1, out.data(), bytes, nullptr, nullptr);
  out.pop_back();  // the NUL
  return out;
}

inline std::wstring widen(std::string_view text) {
  if (text.empty()) return {};
  const int bytes = static_cast<int>(text.size());
  const int units = MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, nullptr, 0);
  std::wstring out(static_cast<std::size_t>(units), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, out.data(), units);
  return out;
}

// A string that the caller frees with CoTaskMemFree; null for an empty text or without memory.
inline WCHAR* task_string(std::string_view text) {
  if (text.empty()) return nullptr;
  const std::wstring wide = widen(text);
  auto* const out = static_cast<WCHAR*>(CoTaskMemAlloc((wide.size() + 1) * sizeof(WCHAR)));
  if (out != nullptr) wide.copy(out, wide.size()), out[wide.size()] = L'\0';
  return out;
}

}  // namespace vsslab
