// Sleeping, events, waits with time-outs, mutexes, threads: in virtual time.

#include <windows.h>

#include <process.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/win32/lab_fixture.h"

namespace vsslab::test {
namespace {

using Waits = LabTest;

TEST_F(Waits, sleep_passes_virtual_time_and_every_clock_agrees) {
  run([&] {
    const ULONGLONG ticks = GetTickCount64();
    LARGE_INTEGER before{}, after{}, frequency{};
    QueryPerformanceCounter(&before);
    QueryPerformanceFrequency(&frequency);
    Sleep(90'000);
    QueryPerformanceCounter(&after);
    EXPECT_EQ(GetTickCount64() - ticks, 90'000u);
    EXPECT_EQ((after.QuadPart - before.QuadPart) / frequency.QuadPart, 90);
    SYSTEMTIME time{};
    GetSystemTime(&time);
    EXPECT_EQ(time.wYear, 2026);
    EXPECT_EQ(time.wMonth, 1);
    EXPECT_EQ(time.wDay, 1);
    EXPECT_EQ(time.wDayOfWeek, 4) << "a Thursday";
    EXPECT_EQ(time.wMinute, 1);
    EXPECT_EQ(time.wSecond, 30);
    return 0;
  });
  EXPECT_EQ(now_ms(), 90'000);
  EXPECT_EQ(end_, RunEnd::quiet);
}

TEST_F(Waits, a_wait_times_out_at_its_time) {
  run([&] {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    EXPECT_NE(event, nullptr);
    EXPECT_EQ(WaitForSingleObject(event, 1500), WAIT_TIMEOUT);
    EXPECT_EQ(now_ms(), 1500);
    EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    EXPECT_EQ(now_ms(), 1500) << "a look takes no time";
    SetEvent(event);
    EXPECT_EQ(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_OBJECT_0) << "a manual event stays set";
    ResetEvent(event);
    EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    EXPECT_TRUE(CloseHandle(event));
    EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_FALSE(CloseHandle(event));
    return 0;
  });
}

struct Worker {
  HANDLE event;
  std::vector<int>* order;
  int number;
};

DWORD WINAPI wait_and_note(LPVOID parameter) {
  auto* worker = static_cast<Worker*>(parameter);
  WaitForSingleObject(worker->event, INFINITE);
  worker->order->push_back(worker->number);
  return 40 + static_cast<DWORD>(worker->number);
}

TEST_F(Waits, an_automatic_event_lets_one_thread_through_first_come_first_served) {
  run([&] {
    std::vector<int> order;
    const HANDLE event = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    Worker first{event, &order, 1};
    Worker second{event, &order, 2};
    HANDLE threads[] = {CreateThread(nullptr, 0, wait_and_note, &first, 0, nullptr),
                        CreateThread(nullptr, 0, wait_and_note, &second, 0, nullptr)};
    EXPECT_EQ(WaitForMultipleObjects(2, threads, TRUE, 10), WAIT_TIMEOUT);
    SetEvent(event);
    EXPECT_EQ(WaitForMultipleObjects(2, threads, FALSE, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQ(order, std::vector<int>{1});
    DWORD code = 0;
    EXPECT_TRUE(GetExitCodeThread(threads[0], &code));
    EXPECT_EQ(code, 41u);
    EXPECT_TRUE(GetExitCodeThread(threads[1], &code));
    EXPECT_EQ(code, STILL_ACTIVE);
    SetEvent(event);
    EXPECT_EQ(WaitForMultipleObjects(2, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
    return 0;
  });
  EXPECT_EQ(now_ms(), 10);
}

TEST_F(Waits, waiting_for_all_takes_nothing_until_all_are_there) {
  run([&] {
    HANDLE events[] = {CreateEventW(nullptr, FALSE, TRUE, nullptr),
                       CreateEventW(nullptr, FALSE, FALSE, nullptr)};
    EXPECT_EQ(WaitForMultipleObjects(2, events, TRUE, 100), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(events[0], 0), WAIT_OBJECT_0) << "the first was not consumed";
    SetEvent(events[1]);
    EXPECT_EQ(WaitForMultipleObjects(2, events, FALSE, 0), WAIT_OBJECT_0 + 1);
    return 0;
  });
}

TEST_F(Waits, an_event_that_is_set_before_the_limit_ends_the_wait_then) {
  run([&] {
    static HANDLE event;
    event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    const auto later = [](void*) -> unsigned {
      Sleep(700);
      SetEvent(event);
      return 0;
    };
    const auto thread =
        reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, later, nullptr, 0, nullptr));
    EXPECT_EQ(WaitForSingleObject(event, 60'000), WAIT_OBJECT_0);
    EXPECT_EQ(now_ms(), 700);
    EXPECT_EQ(WaitForSingleObject(thread, 1000), WAIT_OBJECT_0);
    return 0;
  });
  EXPECT_EQ(now_ms(), 700) << "the limits that were not used leave no trace";
}

TEST_F(Waits, a_mutex_belongs_to_one_thread_and_is_abandoned_with_it) {
  run([&] {
    static HANDLE mutex;
    mutex = CreateMutexW(nullptr, FALSE, nullptr);
    const auto die_with_it = [](LPVOID) -> DWORD {
      WaitForSingleObject(mutex, INFINITE);
      Sleep(50);
      ExitThread(3);
    };
    const HANDLE thread = CreateThread(nullptr, 0, die_with_it, nullptr, 0, nullptr);
    Sleep(10);
    EXPECT_FALSE(ReleaseMutex(mutex));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_OWNER});
    EXPECT_EQ(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
    EXPECT_EQ(now_ms(), 50);
    EXPECT_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0) << "recursive";
    DWORD code = 0;
    GetExitCodeThread(thread, &code);
    EXPECT_EQ(code, 3u);
    return 0;
  });
}

TEST_F(Waits, a_suspended_thread_runs_when_it_is_resumed) {
  run([&] {
    static int runs;
    runs = 0;
    const auto count = [](LPVOID) -> DWORD { return static_cast<DWORD>(++runs); };
    const HANDLE thread = CreateThread(nullptr, 0, count, nullptr, CREATE_SUSPENDED, nullptr);
    EXPECT_EQ(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(ResumeThread(thread), 1u);
    EXPECT_EQ(WaitForSingleObject(thread, 20), WAIT_OBJECT_0);
    EXPECT_EQ(runs, 1);
    return 0;
  });
}

TEST_F(Waits, a_critical_section_is_recursive_and_keeps_the_others_out) {
  run([&] {
    static CRITICAL_SECTION section;
    static std::int64_t entered;
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    EXPECT_TRUE(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    const auto enter = [](LPVOID) -> DWORD {
      EXPECT_FALSE(TryEnterCriticalSection(&section));
      EnterCriticalSection(&section);
      entered = static_cast<std::int64_t>(GetTickCount64());
      LeaveCriticalSection(&section);
      return 0;
    };
    const auto begin = static_cast<std::int64_t>(GetTickCount64());
    const HANDLE thread = CreateThread(nullptr, 0, enter, nullptr, 0, nullptr);
    Sleep(250);
    LeaveCriticalSection(&section);
    WaitForSingleObject(thread, INFINITE);
    EXPECT_EQ(entered - begin, 250);
    DeleteCriticalSection(&section);
    return 0;
  });
}

TEST_F(Waits, named_events_are_one_across_processes) {
  spawn_process(lab_, "other", [] {
    Sleep(30);
    const HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, L"Global\\ready");
    EXPECT_NE(event, nullptr);
    SetEvent(event);
    return 0;
  });
  run([&] {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, L"Global\\ready");
    EXPECT_EQ(GetLastError(), 0u);
    EXPECT_EQ(WaitForSingleObject(event, 1000), WAIT_OBJECT_0);
    EXPECT_EQ(now_ms(), 30);
    const HANDLE again = CreateEventW(nullptr, TRUE, FALSE, L"Global\\ready");
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    EXPECT_NE(again, event);
    return 0;
  });
}

TEST_F(Waits, last_errors_belong_to_threads) {
  run([&] {
    SetLastError(77);
    const auto other = [](LPVOID) -> DWORD {
      EXPECT_EQ(GetLastError(), 0u);
      SetLastError(88);
      return 0;
    };
    WaitForSingleObject(CreateThread(nullptr, 0, other, nullptr, 0, nullptr), INFINITE);
    EXPECT_EQ(GetLastError(), 77u);
    return 0;
  });
}

}  // namespace
}  // namespace vsslab::test
