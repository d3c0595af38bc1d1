// How the functions of harness/api/win reach the scheduler from wherever they are called.
#pragma once

#include <windows.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "win32/kernel_object.h"
#include "win32/process.h"

namespace vsslab {

inline HANDLE handle_of(std::uintptr_t value) {
  return reinterpret_cast<HANDLE>(value);  // NOLINT: a handle is a number
}
inline std::uintptr_t number_of(HANDLE handle) { return reinterpret_cast<std::uintptr_t>(handle); }

inline std::optional<Duration> timeout_of(DWORD milliseconds) {
  if (milliseconds == INFINITE) return std::nullopt;
  return std::chrono::milliseconds(milliseconds);
}

// The caller's own.
DWORD last_error();
void set_last_error(DWORD code);
template <class T>
T fail_with(DWORD code, T result) {
  set_last_error(code);
  return result;
}

// Runs `body(lab)` where it may use the scheduler: here, or, called on a thread that a party made
// for itself, in a task of the scheduler's thread while this one waits. Such threads are known by
// the default process. `otherwise` is the result when there is no lab.
template <class F, class T = std::invoke_result_t<F, Lab&>>
T on_lab(T otherwise, F&& body) {
  Lab* lab = current_lab();
  if (lab == nullptr) return otherwise;
  const bool foreign = current_scheduler() == nullptr && !lab->scheduler.is_virtual() &&
                       current_process() != nullptr;
  if (!foreign) return body(*lab);
  std::mutex mutex;
  std::condition_variable ready;
  std::optional<T> result;
  DWORD error = last_error();
  const TaskContext context{current_process()};
  lab->scheduler.post_foreign([&] {
    lab->scheduler.spawn("a call from a foreign thread", context, [&] {
      set_last_error(error);
      T value = body(*lab);
      const std::lock_guard lock(mutex);
      error = last_error();
      result = std::move(value);
      ready.notify_one();
    });
  });
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return result.has_value(); });
  set_last_error(error);
  return *result;
}

// The object of the caller's process, or null with ERROR_INVALID_HANDLE. Knows the pseudo handles
// of GetCurrentProcess and GetCurrentThread.
std::shared_ptr<KernelObject> object_of(HANDLE handle);
template <class T>
std::shared_ptr<T> object_as(HANDLE handle) {
  auto object = std::dynamic_pointer_cast<T>(object_of(handle));
  if (object == nullptr) set_last_error(ERROR_INVALID_HANDLE);
  return object;
}
// A handle in the caller's process; null with the last error set when it cannot be had.
HANDLE open_handle(std::shared_ptr<KernelObject> object);

}  // namespace vsslab
