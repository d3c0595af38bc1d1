// Condition variables, one-time initialisation, thread-local slots, work items.

#include <windows.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include "win32/call.h"
#include "win32/program_state.h"

namespace vsslab {

namespace {

constexpr std::size_t kTlsSlotsMax = 1088;  // Windows' own number: 64 and 1,024 more

// What CONDITION_VARIABLE points to while somebody waits. Nobody deletes one on Windows: ours goes
// with its last waiter.
struct Condition {
  std::deque<std::shared_ptr<bool>> sleepers;  // true: woken
  WaitQueue queue;
  int users = 0;
};

Condition& condition_of(PVOID& slot) {
  if (slot == nullptr) slot = new Condition;
  return *static_cast<Condition*>(slot);
}

// The lock is let go between joining the sleepers and sleeping, so that no wake is lost.
template <class Unlock, class Lock>
BOOL sleep_on(PCONDITION_VARIABLE variable, DWORD milliseconds, Unlock unlock, Lock lock) {
  const auto woken = std::make_shared<bool>(false);
  on_lab<>(0, [&](Lab&) {
    Condition& condition = condition_of(variable->Ptr);
    ++condition.users;
    condition.sleepers.push_back(woken);
    return 0;
  });
  unlock();
  const bool in_time = on_lab<>(true, [&](Lab& lab) {
    Condition& condition = condition_of(variable->Ptr);
    if (lab.scheduler.current() != 0) {
      const BlockedScope blocked(lab.scheduler);
      const auto timeout = timeout_of(milliseconds);
      const Time end = timeout ? lab.scheduler.now() + *timeout : Time::max();
      while (!*woken) {
        const Duration left = timeout ? end - lab.scheduler.now() : Duration::max();
        if (left <= Duration::zero()) break;
        lab.scheduler.wait(condition.queue, timeout ? std::optional(left) : std::nullopt);
      }
    }
    std::erase(condition.sleepers, woken);
    if (--condition.users == 0) {
      delete &condition;
      variable->Ptr = nullptr;
    }
    return *woken;
  });
  lock();
  return in_time ? TRUE : fail_with<BOOL>(ERROR_TIMEOUT, FALSE);
}

void wake(PCONDITION_VARIABLE variable, bool all) {
  on_lab<>(0, [&](Lab& lab) {
    if (variable->Ptr == nullptr) return 0;  // nobody waits
    Condition& condition = condition_of(variable->Ptr);
    while (!condition.sleepers.empty()) {
      *condition.sleepers.front() = true;
      condition.sleepers.pop_front();
      if (!all) break;
    }
    lab.scheduler.notify_all(condition.queue);
    return 0;
  });
}

// What INIT_ONCE points to while its function runs. Afterwards it is the context with kDone in it:
// the two lowest bits of a context are Windows' own.
struct OneTime {
  WaitQueue queue;
};
constexpr std::uintptr_t kDone = 2;

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C void InitializeConditionVariable(PCONDITION_VARIABLE variable) { variable->Ptr = nullptr; }

EXTERN_C BOOL SleepConditionVariableCS(PCONDITION_VARIABLE variable, PCRITICAL_SECTION section,
                                       DWORD milliseconds) {
  return sleep_on(
      variable, milliseconds, [&] { LeaveCriticalSection(section); },
      [&] { EnterCriticalSection(section); });
}

EXTERN_C BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock,
                                        DWORD milliseconds, ULONG flags) {
  const bool shared = (flags & CONDITION_VARIABLE_LOCKMODE_SHARED) != 0;
  return sleep_on(
      variable, milliseconds,
      [&] { shared ? ReleaseSRWLockShared(lock) : ReleaseSRWLockExclusive(lock); },
      [&] { shared ? AcquireSRWLockShared(lock) : AcquireSRWLockExclusive(lock); });
}

EXTERN_C void WakeConditionVariable(PCONDITION_VARIABLE variable) { wake(variable, false); }
EXTERN_C void WakeAllConditionVariable(PCONDITION_VARIABLE variable) { wake(variable, true); }

EXTERN_C BOOL InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN function, PVOID parameter,
                                  LPVOID* context) {
  if (once == nullptr || function == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  const auto value = [once] { return reinterpret_cast<std::uintptr_t>(once->Ptr); };
  const bool first = on_lab<>(true, [&](Lab& lab) {
    while (value() != 0 && (value() & kDone) == 0) {
      auto& running = *static_cast<OneTime*>(once->Ptr);
      if (lab.scheduler.current() == 0) return false;
      const BlockedScope blocked(lab.scheduler);
      lab.scheduler.wait(running.queue);
    }
    if (value() != 0) return false;
    once->Ptr = new OneTime;
    return true;
  });
  if (!first) {
    if (context != nullptr) *context = handle_of(value() & ~std::uintptr_t{3});
    return TRUE;
  }
  PVOID made = nullptr;
  const BOOL done = function(once, parameter, &made);
  on_lab<>(0, [&](Lab& lab) {
    const std::unique_ptr<OneTime> running(static_cast<OneTime*>(once->Ptr));
    // A failed attempt leaves the next caller to try.
    once->Ptr = done ? handle_of(number_of(made) | kDone) : nullptr;
    lab.scheduler.notify_all(running->queue);
    return 0;
  });
  if (context != nullptr) *context = made;
  return done;
}

EXTERN_C DWORD TlsAlloc() {
  return on_lab<>(DWORD{TLS_OUT_OF_INDEXES}, [](Lab&) -> DWORD {
    LabProcess* const process = current_process();
    if (process == nullptr) return TLS_OUT_OF_INDEXES;
    auto& used = program_state(*process).tls_used;
    const auto free = std::find(used.begin(), used.end(), false);
    if (free == used.end() && used.size() == kTlsSlotsMax) {
      return fail_with<DWORD>(ERROR_NO_MORE_ITEMS, TLS_OUT_OF_INDEXES);
    }
    const auto index = static_cast<DWORD>(free - used.begin());
    if (free == used.end()) {
      used.push_back(true);
    } else {
      *free = true;
    }
    return index;
  });
}

EXTERN_C LPVOID TlsGetValue(DWORD index) {
  const ThreadKey me = calling_thread();
  return on_lab<>(LPVOID{nullptr}, [&](Lab&) -> LPVOID {
    LabProcess* const process = current_process();
    if (process == nullptr) return nullptr;
    ProgramState& state = program_state(*process);
    if (index >= state.tls_used.size() || !state.tls_used[index]) {
      return fail_with<LPVOID>(ERROR_INVALID_PARAMETER, nullptr);
    }
    set_last_error(ERROR_SUCCESS);  // so that a null can be told from a failure
    const auto found = state.tls.find({me, index});
    return found == state.tls.end() ? nullptr : found->second;
  });
}

EXTERN_C BOOL TlsSetValue(DWORD index, LPVOID value) {
  const ThreadKey me = calling_thread();
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    LabProcess* const process = current_process();
    if (process == nullptr) return FALSE;
    ProgramState& state = program_state(*process);
    if (index >= state.tls_used.size() || !state.tls_used[index]) {
      return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
    }
    state.tls[{me, index}] = value;
    return TRUE;
  });
}

EXTERN_C BOOL TlsFree(DWORD index) {
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    LabProcess* const process = current_process();
    if (process == nullptr) return FALSE;
    ProgramState& state = program_state(*process);
    if (index >= state.tls_used.size() || !state.tls_used[index]) {
      return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
    }
    state.tls_used[index] = false;
    std::erase_if(state.tls, [&](const auto& slot) { return slot.first.second == index; });
    return TRUE;
  });
}

EXTERN_C BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE function, PVOID context, ULONG) {
  const HANDLE thread = CreateThread(nullptr, 0, function, context, 0, nullptr);
  return thread != nullptr && CloseHandle(thread) ? TRUE : FALSE;
}
