#include "mock-writers/process.h"

#include <map>

namespace vsslab::mock {

namespace {

// Several writers' processes may share this module's globals, so each has an entry of its own.
std::map<DWORD, HANDLE>& stop_events() {
  static std::map<DWORD, HANDLE> events;
  return events;
}

BOOL WINAPI on_control(DWORD) {
  const auto stop = stop_events().find(GetCurrentProcessId());
  if (stop == stop_events().end()) return FALSE;
  SetEvent(stop->second);
  return TRUE;
}

}  // namespace

int run_until_stopped(const std::function<HRESULT()>& start, const std::function<void()>& stop) {
  const HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  if (FAILED(com)) return 1;
  const DWORD process = GetCurrentProcessId();
  const HANDLE stopped = CreateEventW(NULL, TRUE, FALSE, NULL);
  stop_events()[process] = stopped;
  SetConsoleCtrlHandler(on_control, TRUE);

  int code = 1;
  if (SUCCEEDED(start())) {
    WaitForSingleObject(stopped, INFINITE);
    stop();
    code = 0;
  }

  SetConsoleCtrlHandler(on_control, FALSE);
  stop_events().erase(process);
  CloseHandle(stopped);
  CoUninitialize();
  return code;
}

}  // namespace vsslab::mock
