// Console events, the debugger's output, the event log.

#include <windows.h>

#include <algorithm>
#include <string>

#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

class EventSource final : public KernelObject {
 public:
  explicit EventSource(std::string name_in) : name(std::move(name_in)) {}
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::string name;
};

std::string_view event_type(WORD type) {
  return type == EVENTLOG_ERROR_TYPE     ? "error"
         : type == EVENTLOG_WARNING_TYPE ? "warning"
                                         : "information";
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE handler, BOOL add) {
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    LabProcess* process = current_process();
    if (process == nullptr) return FALSE;
    if (handler == nullptr) {
      process->ignores_ctrl_c = add != FALSE;
      return TRUE;
    }
    auto& handlers = process->console_handlers;
    if (add) {
      handlers.push_back(handler);
      return TRUE;
    }
    const auto last = std::find(handlers.rbegin(), handlers.rend(), handler);
    if (last == handlers.rend()) return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
    handlers.erase(std::next(last).base());
    return TRUE;
  });
}

EXTERN_C void OutputDebugStringW(LPCWSTR text) {
  const std::string utf8 = to_utf8(text);
  OutputDebugStringA(utf8.c_str());
}

EXTERN_C void OutputDebugStringA(LPCSTR text) {
  on_lab<>(0, [&](Lab&) {
    LabProcess* process = current_process();
    if (process != nullptr && text != nullptr) process->append_debug_output(text);
    return 0;
  });
}

EXTERN_C HANDLE RegisterEventSourceW(LPCWSTR, LPCWSTR source) {
  if (source == nullptr) return fail_with<HANDLE>(ERROR_INVALID_PARAMETER, nullptr);
  return on_lab<>(HANDLE{nullptr}, [&](Lab&) {
    return open_handle(std::make_shared<EventSource>(to_utf8(source)));
  });
}

EXTERN_C BOOL DeregisterEventSource(HANDLE log) { return CloseHandle(log); }

EXTERN_C BOOL ReportEventW(HANDLE log, WORD type, WORD, DWORD id, PVOID, WORD count, DWORD,
                           LPCWSTR* strings, LPVOID) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto source = object_as<EventSource>(log);
    LabProcess* process = current_process();
    if (source == nullptr || process == nullptr) return FALSE;
    std::string text;
    for (WORD i = 0; i < count && strings != nullptr; ++i) {
      if (i > 0) text += '\n';
      text += to_utf8(strings[i]);
    }
    for (LabObserver* observer : lab.observers) {
      observer->event_log(*process, source->name, event_type(type), id, text);
    }
    return TRUE;
  });
}
