// Sleeping, events, mutexes, semaphores, waits, critical sections and slim locks.

#include <windows.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

// A named object exists once in the lab, whatever its namespace ("Global\\", "Local\\").
template <class T, class Make>
HANDLE open_named(Lab& lab, LPCWSTR name, Make make) {
  if (name == nullptr || *name == 0) return open_handle(make());
  const std::string key = to_utf8(name);
  if (const auto existing = lab.named_objects[key].lock()) {
    const auto same_kind = std::dynamic_pointer_cast<T>(existing);
    if (same_kind == nullptr) return fail_with<HANDLE>(ERROR_INVALID_HANDLE, nullptr);
    const HANDLE handle = open_handle(existing);
    set_last_error(ERROR_ALREADY_EXISTS);
    return handle;
  }
  std::shared_ptr<T> made = make();
  lab.named_objects[key] = made;
  set_last_error(ERROR_SUCCESS);
  return open_handle(std::move(made));
}

template <class T>
HANDLE open_existing(LPCWSTR name) {
  if (name == nullptr) return fail_with<HANDLE>(ERROR_INVALID_PARAMETER, nullptr);
  return on_lab<>(HANDLE{nullptr}, [&](Lab& lab) -> HANDLE {
    const auto found = lab.named_objects.find(to_utf8(name));
    const auto object = found == lab.named_objects.end() ? nullptr : found->second.lock();
    if (object == nullptr) return fail_with<HANDLE>(ERROR_FILE_NOT_FOUND, nullptr);
    if (std::dynamic_pointer_cast<T>(object) == nullptr) {
      return fail_with<HANDLE>(ERROR_INVALID_HANDLE, nullptr);
    }
    return open_handle(object);
  });
}

DWORD wait_on(const HANDLE* handles, DWORD count, bool all, DWORD milliseconds) {
  if (count == 0 || count > MAXIMUM_WAIT_OBJECTS || handles == nullptr) {
    return fail_with<DWORD>(ERROR_INVALID_PARAMETER, WAIT_FAILED);
  }
  const ThreadKey thread = calling_thread();
  return on_lab<>(DWORD{WAIT_FAILED}, [&](Lab& lab) -> DWORD {
    KernelObjects objects;
    for (DWORD i = 0; i < count; ++i) {
      auto object = object_of(handles[i]);
      if (object == nullptr || !object->waitable()) {
        return fail_with<DWORD>(ERROR_INVALID_HANDLE, WAIT_FAILED);
      }
      objects.push_back(std::move(object));
    }
    // A timer function or the main flow cannot wait; it can only look.
    const bool can_wait = lab.scheduler.current() != 0;
    const WaitResult result = wait_for(lab.scheduler, objects, all, thread,
                                       can_wait ? timeout_of(milliseconds) : Duration::zero());
    if (result.timed_out) return WAIT_TIMEOUT;
    const DWORD base = result.abandoned ? WAIT_ABANDONED_0 : WAIT_OBJECT_0;
    return base + static_cast<DWORD>(result.index);
  });
}

BOOL change_event(HANDLE handle, bool set, bool wake) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto event = object_as<EventObject>(handle);
    if (event == nullptr) return FALSE;
    event->set(set);
    if (wake) event->wake(lab.scheduler);
    return TRUE;
  });
}

// What CRITICAL_SECTION and SRWLOCK point to.
struct Lock {
  ThreadKey owner = 0;
  bool held = false;  // exclusively; thread 0 is the main flow, so the owner alone does not say it
  int count = 0;      // recursion, or readers
  int waiting = 0;    // tasks that will look at it again
  WaitQueue queue;
};

Lock& lock_of(PVOID& slot) {
  if (slot == nullptr) slot = new Lock;
  return *static_cast<Lock*>(slot);
}

template <class Free>
bool take(Lab& lab, Lock& lock, Free is_free) {
  while (!is_free()) {
    if (lab.scheduler.current() == 0) return false;
    const BlockedScope blocked(lab.scheduler);
    ++lock.waiting;
    lab.scheduler.wait(lock.queue);
    --lock.waiting;
  }
  return true;
}

bool enter(LPCRITICAL_SECTION section, bool wait) {
  const ThreadKey me = calling_thread();
  return on_lab<>(true, [&](Lab& lab) {
    Lock& lock = lock_of(section->LockImplementation);
    const auto is_free = [&] { return !lock.held || lock.owner == me; };
    if (!is_free() && (!wait || !take(lab, lock, is_free))) return false;
    lock.held = true;
    lock.owner = me;
    section->RecursionCount = ++lock.count;
    section->OwningThread = static_cast<DWORD>(me);
    return true;
  });
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C void Sleep(DWORD milliseconds) {
  on_lab<>(0, [&](Lab& lab) {
    if (lab.scheduler.current() == 0) return 0;
    const BlockedScope blocked(lab.scheduler);
    if (milliseconds == INFINITE) {
      WaitQueue never;
      lab.scheduler.wait(never);
    } else {
      lab.scheduler.sleep_for(std::chrono::milliseconds(milliseconds));
    }
    return 0;
  });
}

EXTERN_C DWORD SleepEx(DWORD milliseconds, BOOL) {
  Sleep(milliseconds);
  return 0;
}

EXTERN_C BOOL SwitchToThread() {
  Sleep(0);
  return TRUE;
}

EXTERN_C HANDLE CreateEventW(LPSECURITY_ATTRIBUTES, BOOL manual, BOOL initial, LPCWSTR name) {
  return on_lab<>(HANDLE{nullptr}, [&](Lab& lab) {
    return open_named<EventObject>(lab, name, [&] {
      return std::make_shared<EventObject>(manual != FALSE, initial != FALSE);
    });
  });
}

EXTERN_C HANDLE CreateEventA(LPSECURITY_ATTRIBUTES attributes, BOOL manual, BOOL initial,
                             LPCSTR name) {
  const std::wstring wide = name == nullptr ? std::wstring() : to_wide(name);
  return CreateEventW(attributes, manual, initial, name == nullptr ? nullptr : wide.c_str());
}

EXTERN_C HANDLE OpenEventW(DWORD, BOOL, LPCWSTR name) { return open_existing<EventObject>(name); }
EXTERN_C HANDLE OpenMutexW(DWORD, BOOL, LPCWSTR name) { return open_existing<MutexObject>(name); }
EXTERN_C HANDLE OpenSemaphoreW(DWORD, BOOL, LPCWSTR name) {
  return open_existing<SemaphoreObject>(name);
}

EXTERN_C BOOL SetEvent(HANDLE event) { return change_event(event, true, true); }
EXTERN_C BOOL ResetEvent(HANDLE event) { return change_event(event, false, false); }
EXTERN_C BOOL PulseEvent(HANDLE event) {
  return change_event(event, true, true) && change_event(event, false, false);
}

EXTERN_C HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES, BOOL owned, LPCWSTR name) {
  const ThreadKey me = calling_thread();
  return on_lab<>(HANDLE{nullptr}, [&](Lab& lab) {
    return open_named<MutexObject>(lab, name,
                                   [&] { return std::make_shared<MutexObject>(owned ? me : 0); });
  });
}

EXTERN_C BOOL ReleaseMutex(HANDLE handle) {
  const ThreadKey me = calling_thread();
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto mutex = object_as<MutexObject>(handle);
    if (mutex == nullptr) return FALSE;
    if (!mutex->release(me)) return fail_with<BOOL>(ERROR_NOT_OWNER, FALSE);
    mutex->wake(lab.scheduler);
    return TRUE;
  });
}

EXTERN_C HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES, LONG initial, LONG maximum, LPCWSTR name) {
  if (initial < 0 || maximum <= 0 || initial > maximum) {
    return fail_with<HANDLE>(ERROR_INVALID_PARAMETER, nullptr);
  }
  return on_lab<>(HANDLE{nullptr}, [&](Lab& lab) {
    return open_named<SemaphoreObject>(
        lab, name, [&] { return std::make_shared<SemaphoreObject>(initial, maximum); });
  });
}

EXTERN_C BOOL ReleaseSemaphore(HANDLE handle, LONG count, LONG* previous) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto semaphore = object_as<SemaphoreObject>(handle);
    if (semaphore == nullptr) return FALSE;
    const auto before = semaphore->release(count);
    if (!before) return fail_with<BOOL>(ERROR_TOO_MANY_POSTS, FALSE);
    if (previous != nullptr) *previous = *before;
    semaphore->wake(lab.scheduler);
    return TRUE;
  });
}

EXTERN_C DWORD WaitForSingleObject(HANDLE handle, DWORD milliseconds) {
  return wait_on(&handle, 1, false, milliseconds);
}

EXTERN_C DWORD WaitForSingleObjectEx(HANDLE handle, DWORD milliseconds, BOOL) {
  return wait_on(&handle, 1, false, milliseconds);
}

EXTERN_C DWORD WaitForMultipleObjects(DWORD count, const HANDLE* handles, BOOL all,
                                      DWORD milliseconds) {
  return wait_on(handles, count, all != FALSE, milliseconds);
}

EXTERN_C DWORD WaitForMultipleObjectsEx(DWORD count, const HANDLE* handles, BOOL all,
                                        DWORD milliseconds, BOOL) {
  return wait_on(handles, count, all != FALSE, milliseconds);
}

EXTERN_C DWORD SignalObjectAndWait(HANDLE signal, HANDLE wait, DWORD milliseconds, BOOL) {
  const auto object = object_of(signal);
  if (std::dynamic_pointer_cast<EventObject>(object) != nullptr) {
    SetEvent(signal);
  } else if (std::dynamic_pointer_cast<MutexObject>(object) != nullptr) {
    if (!ReleaseMutex(signal)) return WAIT_FAILED;
  } else if (std::dynamic_pointer_cast<SemaphoreObject>(object) != nullptr) {
    if (!ReleaseSemaphore(signal, 1, nullptr)) return WAIT_FAILED;
  } else {
    return fail_with<DWORD>(ERROR_INVALID_HANDLE, WAIT_FAILED);
  }
  return WaitForSingleObject(wait, milliseconds);
}

EXTERN_C BOOL DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process,
                              LPHANDLE target, DWORD, BOOL, DWORD options) {
  const auto own = GetCurrentProcess();
  if (source_process != own || target_process != own) {
    return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
  }
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    auto object = object_of(source);
    if (object == nullptr) return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
    const HANDLE made = open_handle(std::move(object));
    if (made == nullptr) return FALSE;
    if (target != nullptr) *target = made;
    if ((options & DUPLICATE_CLOSE_SOURCE) != 0) CloseHandle(source);
    return TRUE;
  });
}

EXTERN_C BOOL CloseHandle(HANDLE handle) {
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    if (handle == GetCurrentProcess() || handle == GetCurrentThread()) return TRUE;
    if (std::dynamic_pointer_cast<ConsoleObject>(object_of(handle)) != nullptr) return TRUE;
    LabProcess* process = current_process();
    if (process == nullptr || !process->close_handle(number_of(handle))) {
      return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
    }
    return TRUE;
  });
}

EXTERN_C void InitializeCriticalSection(LPCRITICAL_SECTION section) {
  *section = CRITICAL_SECTION{};
  lock_of(section->LockImplementation);
}

EXTERN_C BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD) {
  InitializeCriticalSection(section);
  return TRUE;
}

EXTERN_C BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD, DWORD) {
  InitializeCriticalSection(section);
  return TRUE;
}

EXTERN_C void EnterCriticalSection(LPCRITICAL_SECTION section) { enter(section, true); }
EXTERN_C BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section) {
  return enter(section, false) ? TRUE : FALSE;
}

EXTERN_C void LeaveCriticalSection(LPCRITICAL_SECTION section) {
  on_lab<>(0, [&](Lab& lab) {
    Lock& lock = lock_of(section->LockImplementation);
    if (lock.count > 0) section->RecursionCount = --lock.count;
    if (lock.count == 0) {
      lock.held = false;
      section->OwningThread = 0;
      lab.scheduler.notify_one(lock.queue);
    }
    return 0;
  });
}

EXTERN_C void DeleteCriticalSection(LPCRITICAL_SECTION section) {
  delete static_cast<Lock*>(section->LockImplementation);
  *section = CRITICAL_SECTION{};
}

EXTERN_C void InitializeSRWLock(PSRWLOCK lock) { lock->Ptr = nullptr; }

EXTERN_C void AcquireSRWLockExclusive(PSRWLOCK srw) {
  on_lab<>(0, [&](Lab& lab) {
    Lock& lock = lock_of(srw->Ptr);
    if (take(lab, lock, [&] { return !lock.held && lock.count == 0; })) lock.held = true;
    return 0;
  });
}

EXTERN_C BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK srw) {
  return on_lab<>(BOOLEAN{TRUE}, [&](Lab&) -> BOOLEAN {
    Lock& lock = lock_of(srw->Ptr);
    if (lock.held || lock.count != 0) return FALSE;
    lock.held = true;
    return TRUE;
  });
}

EXTERN_C BOOLEAN TryAcquireSRWLockShared(PSRWLOCK srw) {
  return on_lab<>(BOOLEAN{TRUE}, [&](Lab&) -> BOOLEAN {
    Lock& lock = lock_of(srw->Ptr);
    if (lock.held) return FALSE;
    ++lock.count;
    return TRUE;
  });
}

EXTERN_C void AcquireSRWLockShared(PSRWLOCK srw) {
  on_lab<>(0, [&](Lab& lab) {
    Lock& lock = lock_of(srw->Ptr);
    if (take(lab, lock, [&] { return !lock.held; })) ++lock.count;
    return 0;
  });
}

namespace {

// Nobody deletes a slim lock on Windows: ours goes with its last holder.
void release_slim(Lab& lab, PSRWLOCK srw) {
  Lock& lock = lock_of(srw->Ptr);
  if (lock.held || lock.count > 0) return;
  if (lock.waiting == 0) {
    delete &lock;
    srw->Ptr = nullptr;
  } else {
    lab.scheduler.notify_all(lock.queue);
  }
}

}  // namespace

EXTERN_C void ReleaseSRWLockExclusive(PSRWLOCK srw) {
  on_lab<>(0, [&](Lab& lab) {
    lock_of(srw->Ptr).held = false;
    release_slim(lab, srw);
    return 0;
  });
}

EXTERN_C void ReleaseSRWLockShared(PSRWLOCK srw) {
  on_lab<>(0, [&](Lab& lab) {
    Lock& lock = lock_of(srw->Ptr);
    if (lock.count > 0) --lock.count;
    release_slim(lab, srw);
    return 0;
  });
}
