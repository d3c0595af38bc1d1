// The same calls in real time, also from threads that a party makes for itself.

#include <windows.h>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "core/scheduler.h"
#include "win32/lab.h"
#include "win32/process.h"

namespace vsslab::test {
namespace {

class RealTime : public testing::Test {
 protected:
  ~RealTime() override { set_default_process(nullptr); }

  std::unique_ptr<Scheduler> scheduler_ = make_real_scheduler();
  Lab lab_{*scheduler_};
};

TEST_F(RealTime, sleep_and_time_outs_take_their_time) {
  spawn_process(lab_, "party", [&] {
    const ULONGLONG begin = GetTickCount64();
    Sleep(30);
    EXPECT_GE(GetTickCount64() - begin, 29u);
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    EXPECT_EQ(WaitForSingleObject(event, 20), WAIT_TIMEOUT);
    EXPECT_GE(GetTickCount64() - begin, 49u);
    return 0;
  });
  EXPECT_EQ(scheduler_->run({}), RunEnd::quiet);
}

TEST_F(RealTime, a_foreign_thread_waits_and_signals_through_the_scheduler) {
  LabProcess& party = create_process(lab_, "party");
  set_default_process(&party);
  std::atomic<int> steps{0};
  HANDLE to_thread = nullptr;
  HANDLE to_task = nullptr;
  std::thread foreign;
  party.start_thread("main", [&]() -> std::uint32_t {
    to_thread = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    to_task = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    scheduler_->expect_foreign(1);
    foreign = std::thread([&] {
      SetLastError(5);
      EXPECT_EQ(WaitForSingleObject(to_thread, 10'000), WAIT_OBJECT_0);
      ++steps;
      EXPECT_EQ(GetLastError(), 5u);
      EXPECT_EQ(WaitForSingleObject(nullptr, 0), WAIT_FAILED);
      EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
      Sleep(10);
      EXPECT_TRUE(SetEvent(to_task));
      scheduler_->expect_foreign(-1);
    });
    Sleep(10);
    EXPECT_EQ(steps, 0);
    SetEvent(to_thread);
    EXPECT_EQ(WaitForSingleObject(to_task, 10'000), WAIT_OBJECT_0);
    EXPECT_EQ(steps, 1);
    return 0;
  });
  scheduler_->run({});
  foreign.join();
  EXPECT_EQ(steps, 1);
}

TEST_F(RealTime, a_critical_section_holds_between_a_task_and_a_foreign_thread) {
  LabProcess& party = create_process(lab_, "party");
  set_default_process(&party);
  CRITICAL_SECTION section;
  InitializeCriticalSection(&section);
  std::atomic<bool> inside{false};
  std::thread foreign;
  party.start_thread("main", [&]() -> std::uint32_t {
    const HANDLE done = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    EnterCriticalSection(&section);
    scheduler_->expect_foreign(1);
    foreign = std::thread([&, done] {
      EnterCriticalSection(&section);
      inside = true;
      EnterCriticalSection(&section);  // recursive on a foreign thread, too
      LeaveCriticalSection(&section);
      LeaveCriticalSection(&section);
      SetEvent(done);
      scheduler_->expect_foreign(-1);
    });
    Sleep(30);
    EXPECT_FALSE(inside);
    LeaveCriticalSection(&section);
    // A process whose main function returns takes its threads along.
    EXPECT_EQ(WaitForSingleObject(done, 10'000), WAIT_OBJECT_0);
    return 0;
  });
  scheduler_->run({});
  foreign.join();
  EXPECT_TRUE(inside);
  DeleteCriticalSection(&section);
}

}  // namespace
}  // namespace vsslab::test
