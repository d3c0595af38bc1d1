// Threads, processes, handles and last errors.

#include <windows.h>

#include <process.h>

#include <string>
#include <utility>

#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr LONG_PTR kCurrentProcess = -1;  // the pseudo handles' values on Windows
constexpr LONG_PTR kCurrentThread = -2;
// The standard streams': no handle of a table, which are multiples of four.
constexpr std::uintptr_t kConsoleInput = 3;
constexpr std::uintptr_t kConsoleOutput = 7;
constexpr std::uintptr_t kConsoleError = 11;

}  // namespace

namespace {

// Of a thread that is no task: the process's table belongs to the scheduler's thread.
thread_local DWORD foreign_error = 0;

DWORD& error_slot() {
  LabProcess* process = current_process();
  const bool task = process != nullptr && current_scheduler() != nullptr;
  return task ? process->last_error(calling_thread()) : foreign_error;
}

}  // namespace

DWORD last_error() { return error_slot(); }
void set_last_error(DWORD code) { error_slot() = code; }

std::shared_ptr<KernelObject> object_of(HANDLE handle) {
  LabProcess* process = current_process();
  if (process == nullptr) return nullptr;
  if (handle == GetCurrentProcess()) return std::make_shared<ProcessObject>(*process);
  if (handle == GetCurrentThread()) return process->thread(calling_thread());
  const std::uintptr_t number = number_of(handle);
  if (number == kConsoleInput || number == kConsoleOutput || number == kConsoleError) {
    return std::make_shared<ConsoleObject>(number == kConsoleInput);
  }
  return process->object_of(number);
}

HANDLE open_handle(std::shared_ptr<KernelObject> object) {
  LabProcess* process = current_process();
  if (process == nullptr) return nullptr;
  const std::uintptr_t handle = process->open_handle(std::move(object));
  if (handle == 0) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
  return handle_of(handle);
}

namespace {

template <class Body>
HANDLE create_thread(Body body, DWORD flags, DWORD* id) {
  return on_lab<>(HANDLE{nullptr}, [&](Lab&) -> HANDLE {
    LabProcess* process = current_process();
    if (process == nullptr || process->ended()) return nullptr;
    std::shared_ptr<ThreadObject> thread;
    const std::string name = process->name + " thread";
    if ((flags & CREATE_SUSPENDED) != 0) {
      thread = std::make_shared<ThreadObject>();
      const std::weak_ptr<ThreadObject> self = thread;
      thread->suspended = [process, name, body, self] {
        process->start_thread(name, body, self.lock());
      };
    } else {
      thread = process->start_thread(name, body);
      if (thread == nullptr) return fail_with<HANDLE>(ERROR_NOT_ENOUGH_MEMORY, nullptr);
      if (id != nullptr) *id = static_cast<DWORD>(thread->task);
    }
    return open_handle(thread);
  });
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C HANDLE CreateThread(LPSECURITY_ATTRIBUTES, SIZE_T, LPTHREAD_START_ROUTINE start,
                             LPVOID parameter, DWORD flags, LPDWORD id) {
  if (start == nullptr) return fail_with<HANDLE>(ERROR_INVALID_PARAMETER, nullptr);
  return create_thread([start, parameter] { return start(parameter); }, flags, id);
}

EXTERN_C uintptr_t _beginthreadex(void*, unsigned, unsigned (*start)(void*), void* argument,
                                  unsigned flags, unsigned* id) {
  DWORD made = 0;
  const HANDLE handle = create_thread([start, argument] { return start(argument); }, flags, &made);
  if (id != nullptr) *id = made;
  return number_of(handle);
}

EXTERN_C uintptr_t _beginthread(void (*start)(void*), unsigned, void* argument) {
  const auto body = [start, argument]() -> std::uint32_t {
    start(argument);
    return 0;
  };
  return number_of(create_thread(body, 0, nullptr));
}

EXTERN_C void _endthreadex(unsigned code) { ExitThread(code); }
EXTERN_C void _endthread() { ExitThread(0); }

EXTERN_C DWORD ResumeThread(HANDLE handle) {
  return on_lab<>(DWORD(-1), [&](Lab&) -> DWORD {
    const auto thread = object_as<ThreadObject>(handle);
    if (thread == nullptr) return DWORD(-1);
    if (!thread->suspended) return 0;
    std::exchange(thread->suspended, nullptr)();
    return 1;
  });
}

EXTERN_C void ExitThread(DWORD code) {
  LabProcess* process = current_process();
  Scheduler* scheduler = current_scheduler();
  if (process != nullptr && scheduler != nullptr && scheduler->current() != 0) {
    process->exit_thread(scheduler->current(), code);
  }
  std::abort();  // no thread of the lab
}

EXTERN_C BOOL GetExitCodeThread(HANDLE handle, LPDWORD code) {
  const auto thread = object_as<ThreadObject>(handle);
  if (thread == nullptr || code == nullptr) return FALSE;
  *code = thread->exit_code.value_or(STILL_ACTIVE);
  return TRUE;
}

EXTERN_C DWORD GetCurrentThreadId() { return static_cast<DWORD>(calling_thread()); }
EXTERN_C DWORD GetThreadId(HANDLE handle) {
  const auto thread = object_as<ThreadObject>(handle);
  return thread == nullptr ? 0 : static_cast<DWORD>(thread->task);
}
EXTERN_C DWORD GetProcessId(HANDLE handle) {
  const auto process = object_as<ProcessObject>(handle);
  return process == nullptr ? 0 : process->process.id;
}
EXTERN_C HANDLE GetCurrentThread() { return handle_of(static_cast<uintptr_t>(kCurrentThread)); }
EXTERN_C HANDLE GetStdHandle(DWORD which) {
  switch (which) {
    case STD_INPUT_HANDLE:
      return handle_of(kConsoleInput);
    case STD_OUTPUT_HANDLE:
      return handle_of(kConsoleOutput);
    case STD_ERROR_HANDLE:
      return handle_of(kConsoleError);
    default:
      return fail_with<HANDLE>(ERROR_INVALID_HANDLE, INVALID_HANDLE_VALUE);
  }
}
EXTERN_C HANDLE GetCurrentProcess() { return handle_of(static_cast<uintptr_t>(kCurrentProcess)); }

EXTERN_C DWORD GetCurrentProcessId() {
  LabProcess* process = current_process();
  return process != nullptr ? process->id : 0;
}

EXTERN_C void ExitProcess(UINT code) {
  on_lab<>(0, [&](Lab&) {
    if (LabProcess* process = current_process()) process->end("exit", code);
    return 0;
  });
  std::abort();  // no process of the lab
}

EXTERN_C BOOL TerminateProcess(HANDLE handle, UINT code) {
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    const auto process = object_as<ProcessObject>(handle);
    if (process == nullptr) return FALSE;
    process->process.end("terminate", code);
    return TRUE;
  });
}

EXTERN_C DWORD GetLastError() { return last_error(); }
EXTERN_C void SetLastError(DWORD code) { set_last_error(code); }

EXTERN_C LPWSTR GetCommandLineW() {
  LabProcess* process = current_process();
  static WCHAR none[] = L"";
  return process != nullptr ? process->command_line.data() : none;
}
