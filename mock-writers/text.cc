#include "mock-writers/text.h"

#include "metadata/component_path.h"

namespace vsslab::mock {

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

std::wstring expand(const std::wstring& path) {
  if (path.find(L'%') == std::wstring::npos) return path;
  const auto expanded =
      metadata::expand_environment(narrow(path.c_str()), metadata::standard_environment());
  return expanded ? wide(*expanded) : path;
}

void say(std::string_view line) {
  const std::wstring text = wide(line) + L"\r\n";
  DWORD written = 0;
  WriteConsoleW(GetStdHandle(STD_OUTPUT_HANDLE), text.data(), static_cast<DWORD>(text.size()),
                &written, NULL);
}

namespace {

void log_entry(std::string_view source, WORD type, DWORD id, std::string_view text) {
  const HANDLE log = RegisterEventSourceW(NULL, wide(source).c_str());
  if (log == NULL) return;
  const std::wstring message = wide(text);
  LPCWSTR strings[] = {message.c_str()};
  ReportEventW(log, type, 0, id, NULL, 1, 0, strings, NULL);
  DeregisterEventSource(log);
}

}  // namespace

void log_error(std::string_view source, std::string_view text) {
  log_entry(source, EVENTLOG_ERROR_TYPE, 1, text);
}

void log_warning(std::string_view source, std::string_view text, unsigned long id) {
  log_entry(source, EVENTLOG_WARNING_TYPE, static_cast<DWORD>(id), text);
}

}  // namespace vsslab::mock
