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

namespace {

BOOL write_console(HANDLE handle, std::string_view utf8, DWORD count, LPDWORD written) {
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    const auto console = object_as<ConsoleObject>(handle);
    LabProcess* const process = current_process();
    if (console == nullptr || process == nullptr) return FALSE;
    if (console->input) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    process->append_output(utf8);
    if (written != nullptr) *written = count;
    return TRUE;
  });
}

}  // namespace

EXTERN_C BOOL WriteConsoleW(HANDLE handle, const void* text, DWORD count, LPDWORD written, LPVOID) {
  const std::wstring_view wide(static_cast<LPCWSTR>(text), count);
  return write_console(handle, to_utf8(wide), count, written);
}
EXTERN_C BOOL WriteConsoleA(HANDLE handle, const void* text, DWORD count, LPDWORD written, LPVOID) {
  return write_console(handle, {static_cast<LPCSTR>(text), count}, count, written);
}
EXTERN_C BOOL ReadConsoleW(HANDLE handle, LPVOID, DWORD, LPDWORD read, LPVOID) {
  if (read != nullptr) *read = 0;
  return object_as<ConsoleObject>(handle) != nullptr ? TRUE : FALSE;
}
EXTERN_C BOOL ReadConsoleA(HANDLE handle, LPVOID, DWORD, LPDWORD read, LPVOID) {
  return ReadConsoleW(handle, nullptr, 0, read, nullptr);
}
EXTERN_C BOOL GetConsoleMode(HANDLE handle, LPDWORD mode) {
  if (object_as<ConsoleObject>(handle) == nullptr) return FALSE;
  if (mode != nullptr) *mode = 0x3;  // processed output, wrapped lines
  return TRUE;
}
EXTERN_C BOOL SetConsoleMode(HANDLE handle, DWORD) {
  return object_as<ConsoleObject>(handle) != nullptr ? TRUE : FALSE;
}
EXTERN_C UINT GetConsoleOutputCP() { return CP_UTF8; }

namespace {

constexpr SHORT kScreenWidth = 80;
constexpr SHORT kScreenHeight = 25;
constexpr WORD kWhite = FOREGROUND_RED | FOREGROUND_GREEN | FOREGROUND_BLUE;

bool on_screen(HANDLE handle, COORD place) {
  if (object_as<ConsoleObject>(handle) == nullptr) return false;
  const bool inside =
      place.X >= 0 && place.X < kScreenWidth && place.Y >= 0 && place.Y < kScreenHeight;
  if (!inside) SetLastError(ERROR_INVALID_PARAMETER);
  return inside;
}

}  // namespace

EXTERN_C BOOL GetConsoleScreenBufferInfo(HANDLE handle, PCONSOLE_SCREEN_BUFFER_INFO info) {
  if (object_as<ConsoleObject>(handle) == nullptr) return FALSE;
  if (info == nullptr) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  *info = {{kScreenWidth, kScreenHeight},
           {0, 0},
           kWhite,
           {0, 0, kScreenWidth - 1, kScreenHeight - 1},
           {kScreenWidth, kScreenHeight}};
  return TRUE;
}
EXTERN_C BOOL SetConsoleCursorPosition(HANDLE handle, COORD place) {
  return on_screen(handle, place) ? TRUE : FALSE;
}
EXTERN_C BOOL SetConsoleTextAttribute(HANDLE handle, WORD) {
  return object_as<ConsoleObject>(handle) != nullptr ? TRUE : FALSE;
}
EXTERN_C BOOL FillConsoleOutputCharacterW(HANDLE handle, WCHAR, DWORD length, COORD place,
                                          LPDWORD written) {
  if (!on_screen(handle, place)) return FALSE;
  if (written != nullptr) *written = length;
  return TRUE;
}
EXTERN_C BOOL FillConsoleOutputAttribute(HANDLE handle, WORD, DWORD length, COORD place,
                                         LPDWORD written) {
  return FillConsoleOutputCharacterW(handle, L' ', length, place, written);
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
