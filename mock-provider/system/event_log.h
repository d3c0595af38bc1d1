// The Application log, where a provider says why it refused something.
#pragma once

#include <windows.h>

#include <string_view>

#include "mock-provider/system/text.h"

namespace vsslab {

inline void report_event(std::string_view text) {
  const HANDLE log = RegisterEventSourceW(nullptr, L"vsslab system provider");
  if (log == nullptr) return;
  const std::wstring wide = widen(text);
  const WCHAR* strings[] = {wide.c_str()};
  ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, 1, nullptr, 1, 0, strings, nullptr);
  DeregisterEventSource(log);
}

}  // namespace vsslab
