// Condition variables, one-time initialisation, thread-local slots, named objects, work items,
// modules, the environment.

#include <windows.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/win32/lab_fixture.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

using Objects = LabTest;

struct Shared {
  CRITICAL_SECTION section;
  SRWLOCK lock = SRWLOCK_INIT;
  CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;
  int items = 0;
  int taken = 0;
};

TEST_F(Objects, a_condition_variable_wakes_one_or_all_and_lets_the_lock_go_meanwhile) {
  run([] {
    Shared shared;
    InitializeCriticalSection(&shared.section);
    std::vector<HANDLE> threads;
    const auto consumer = [](LPVOID argument) -> DWORD {
      auto& shared = *static_cast<Shared*>(argument);
      EnterCriticalSection(&shared.section);
      while (shared.items == 0) {
        EXPECT_TRUE(SleepConditionVariableCS(&shared.condition, &shared.section, INFINITE));
      }
      --shared.items;
      ++shared.taken;
      LeaveCriticalSection(&shared.section);
      return 0;
    };
    for (int i = 0; i < 3; ++i) {
      threads.push_back(CreateThread(nullptr, 0, consumer, &shared, 0, nullptr));
    }
    Sleep(10);
    EnterCriticalSection(&shared.section);  // the sleepers do not hold it
    shared.items = 1;
    LeaveCriticalSection(&shared.section);
    WakeConditionVariable(&shared.condition);
    Sleep(10);
    EXPECT_EQ(shared.taken, 1);
    EnterCriticalSection(&shared.section);
    shared.items = 2;
    LeaveCriticalSection(&shared.section);
    WakeAllConditionVariable(&shared.condition);
    EXPECT_EQ(WaitForMultipleObjects(3, threads.data(), TRUE, 1000), WAIT_OBJECT_0);
    EXPECT_EQ(shared.taken, 3);
    EXPECT_EQ(shared.condition.Ptr, nullptr) << "nothing is left behind when nobody waits";
    DeleteCriticalSection(&shared.section);
    return 0;
  });
  EXPECT_EQ(end_, RunEnd::quiet);
}

TEST_F(Objects, a_condition_variable_times_out_with_the_lock_held_again) {
  run([this] {
    Shared shared;
    AcquireSRWLockExclusive(&shared.lock);
    EXPECT_FALSE(SleepConditionVariableSRW(&shared.condition, &shared.lock, 250, 0));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_TIMEOUT));
    EXPECT_EQ(now_ms(), 250);
    EXPECT_FALSE(TryAcquireSRWLockShared(&shared.lock)) << "held exclusively";
    ReleaseSRWLockExclusive(&shared.lock);
    EXPECT_TRUE(TryAcquireSRWLockShared(&shared.lock));
    EXPECT_TRUE(TryAcquireSRWLockShared(&shared.lock));
    EXPECT_FALSE(TryAcquireSRWLockExclusive(&shared.lock));
    ReleaseSRWLockShared(&shared.lock);
    ReleaseSRWLockShared(&shared.lock);
    WakeAllConditionVariable(&shared.condition);  // nobody waits: nothing happens
    return 0;
  });
}

int once_runs = 0;
BOOL CALLBACK initialise(PINIT_ONCE, PVOID parameter, PVOID* context) {
  ++once_runs;
  Sleep(50);
  if (once_runs == 1) return FALSE;
  *context = parameter;
  return TRUE;
}

TEST_F(Objects, one_thread_initialises_and_a_failed_attempt_is_made_again) {
  once_runs = 0;
  static INIT_ONCE once;
  once = INIT_ONCE_STATIC_INIT;
  static int value = 7;
  run([] {
    PVOID context = nullptr;
    EXPECT_FALSE(InitOnceExecuteOnce(&once, initialise, &value, &context));
    HANDLE threads[4];
    for (HANDLE& thread : threads) {
      thread = CreateThread(
          nullptr, 0,
          [](LPVOID) -> DWORD {
            PVOID context = nullptr;
            EXPECT_TRUE(InitOnceExecuteOnce(&once, initialise, &value, &context));
            EXPECT_EQ(context, &value);
            return 0;
          },
          nullptr, 0, nullptr);
    }
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    return 0;
  });
  EXPECT_EQ(once_runs, 2);
}

TEST_F(Objects, thread_local_slots_are_one_a_thread_and_null_at_first) {
  run([] {
    static DWORD slot = 0;
    slot = TlsAlloc();
    EXPECT_NE(slot, TLS_OUT_OF_INDEXES);
    int mine = 0;
    EXPECT_TRUE(TlsSetValue(slot, &mine));
    const HANDLE other = CreateThread(
        nullptr, 0,
        [](LPVOID) -> DWORD {
          EXPECT_EQ(TlsGetValue(slot), nullptr);
          EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_SUCCESS));
          EXPECT_TRUE(TlsSetValue(slot, &slot));
          return 0;
        },
        nullptr, 0, nullptr);
    WaitForSingleObject(other, INFINITE);
    EXPECT_EQ(TlsGetValue(slot), &mine);
    EXPECT_TRUE(TlsFree(slot));
    EXPECT_FALSE(TlsFree(slot));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_EQ(TlsGetValue(slot), nullptr);
    EXPECT_EQ(TlsAlloc(), slot) << "a freed slot is used again";
    EXPECT_EQ(TlsGetValue(slot), nullptr) << "and is empty";
    return 0;
  });
}

TEST_F(Objects, named_objects_open_by_their_kind_only) {
  run([] {
    const HANDLE event = CreateEventA(nullptr, TRUE, FALSE, "Global\\lab-event");
    const HANDLE opened = OpenEventA(EVENT_ALL_ACCESS, FALSE, "Global\\lab-event");
    EXPECT_NE(opened, nullptr);
    SetEvent(opened);
    EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    EXPECT_EQ(OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "Global\\lab-event"), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    EXPECT_EQ(OpenMutexW(MUTEX_ALL_ACCESS, FALSE, L"no such"), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_FILE_NOT_FOUND));

    HANDLE copy = nullptr;
    EXPECT_TRUE(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    EXPECT_TRUE(CloseHandle(event));
    EXPECT_EQ(WaitForSingleObject(copy, 0), WAIT_OBJECT_0) << "the copy keeps the object";

    const HANDLE mutex = CreateMutexW(nullptr, TRUE, nullptr);
    EXPECT_EQ(SignalObjectAndWait(mutex, copy, 0, FALSE), WAIT_OBJECT_0);
    EXPECT_FALSE(ReleaseMutex(mutex)) << "it was released";
    return 0;
  });
}

TEST_F(Objects, a_work_item_runs_in_a_thread_of_its_own) {
  run([] {
    static DWORD thread = 0;
    thread = 0;
    EXPECT_TRUE(QueueUserWorkItem(
        [](LPVOID) -> DWORD {
          thread = GetCurrentThreadId();
          return 0;
        },
        nullptr, WT_EXECUTEDEFAULT));
    Sleep(1);
    EXPECT_NE(thread, 0u);
    EXPECT_NE(thread, GetCurrentThreadId());
    return 0;
  });
}

TEST_F(Objects, system_libraries_are_there_and_others_are_not) {
  lab_.vssapi_exports["VssFreeSnapshotProperties"] = [] {};
  run([] {
    const HMODULE kernel = GetModuleHandleA("KERNEL32");
    EXPECT_NE(kernel, nullptr);
    EXPECT_EQ(kernel, LoadLibraryW(L"C:\\Windows\\system32\\kernel32.dll"));
    using Get = DWORD(WINAPI*)(LPCWSTR);
    const auto get = reinterpret_cast<Get>(
        reinterpret_cast<void (*)()>(GetProcAddress(kernel, "GetFileAttributesW")));
    EXPECT_EQ(get, &GetFileAttributesW);
    EXPECT_EQ(GetProcAddress(kernel, "NoSuchFunction"), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_PROC_NOT_FOUND));
    EXPECT_NE(GetProcAddress(LoadLibraryA("vssapi.dll"), "VssFreeSnapshotProperties"), nullptr);
    EXPECT_EQ(GetProcAddress(LoadLibraryA("vssapi.dll"), "GetFileAttributesW"), nullptr);
    EXPECT_EQ(LoadLibraryW(L"customer.dll"), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_MOD_NOT_FOUND));
    EXPECT_TRUE(FreeLibrary(kernel));
    EXPECT_FALSE(FreeLibrary(nullptr));
    return 0;
  });
}

TEST_F(Objects, each_process_has_an_environment_of_its_own) {
  run([] {
    WCHAR text[64];
    EXPECT_EQ(GetEnvironmentVariableW(L"systemdrive", text, 64), 2u);
    EXPECT_EQ(to_utf8(text), "C:");
    EXPECT_TRUE(SetEnvironmentVariableW(L"MODE", L"fast"));
    EXPECT_TRUE(SetEnvironmentVariableA("SystemDrive", nullptr));
    EXPECT_EQ(ExpandEnvironmentStringsW(L"%mode%, %SystemDrive%", text, 64), 20u);
    EXPECT_EQ(to_utf8(text), "fast, %SystemDrive%");
    EXPECT_EQ(GetEnvironmentVariableW(L"SystemDrive", text, 64), 0u);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_ENVVAR_NOT_FOUND));
    EXPECT_FALSE(SetEnvironmentVariableW(L"a=b", L"x"));
    return 0;
  });
  run([] {
    char text[64];
    EXPECT_EQ(GetEnvironmentVariableA("MODE", text, 64), 0u);
    EXPECT_EQ(GetEnvironmentVariableA("SystemDrive", text, 64), 2u);
    return 0;
  });
}

TEST_F(Objects, a_command_line_is_split_by_microsofts_rules) {
  const auto split = [](LPCWSTR line) {
    int count = 0;
    LPWSTR* const words = CommandLineToArgvW(line, &count);
    std::string joined;
    for (int i = 0; i < count; ++i) joined += "<" + to_utf8(words[i]) + ">";
    LocalFree(words);
    return joined;
  };
  EXPECT_EQ(split(L"a.exe  b \"c d\" e"), "<a.exe><b><c d><e>");
  EXPECT_EQ(split(L"x \"a\\\\\" b\\\"c d\\e"), "<x><a\\><b\"c><d\\e>");
  EXPECT_EQ(split(L"x \"\" \"a\"\"b\""), "<x><><a\"b>");
}

}  // namespace
}  // namespace vsslab::test
