#include "requester/com_text.h"

namespace vsslab::requester {

std::wstring wide(std::string_view utf8) {
  if (utf8.empty()) return {};
  const int bytes = static_cast<int>(utf8.size());
  std::wstring text(utf8.size(), L'\0');
  const int length = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, text.data(), bytes);
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string narrow(const WCHAR* text) {
  if (text == NULL || *text == L'\0') return {};
  const int needed = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  if (needed <= 1) return {};
  std::string utf8(static_cast<std::size_t>(needed), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8.data(), needed, NULL, NULL);
  utf8.pop_back();  // the terminating NUL that was converted too
  return utf8;
}

std::string take(BSTR text) {
  std::string copy = narrow(text);
  SysFreeString(text);
  return copy;
}

DWORD milliseconds(std::optional<Duration> duration) {
  if (!duration) return INFINITE;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
  return ms >= INFINITE ? INFINITE : static_cast<DWORD>(ms);
}

}  // namespace vsslab::requester
