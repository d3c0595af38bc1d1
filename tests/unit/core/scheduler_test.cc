#include "core/scheduler.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/os/sanitizers.h"

namespace vsslab {
namespace {

using std::chrono::milliseconds;

// The same bodies run on both clocks; the real one waits milliseconds, so only order is asserted.
class BothClocks : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    scheduler = GetParam() ? make_virtual_scheduler() : make_real_scheduler();
  }
  void go(std::string name, std::function<void()> body) {
    scheduler->spawn(name, {}, std::move(body));
  }
  void note(std::string what) { log += what + " "; }

  std::unique_ptr<Scheduler> scheduler;
  std::string log;
};

INSTANTIATE_TEST_SUITE_P(Clock, BothClocks, testing::Values(true, false),
                         [](const auto& info) { return info.param ? "Virtual" : "Real"; });

TEST_P(BothClocks, TasksRunInTheOrderOfTheirTimes) {
  go("late", [&] {
    scheduler->sleep_for(milliseconds(30));
    note("late");
  });
  go("early", [&] {
    scheduler->sleep_for(milliseconds(5));
    note("early");
  });
  go("now", [&] { note("now"); });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(log, "now early late ");
}

TEST_P(BothClocks, EqualTimesFireInTheOrderOfArming) {
  const Time when = scheduler->now() + milliseconds(5);
  for (int i = 0; i < 20; ++i) scheduler->at(when, [this, i] { note(std::to_string(i)); });
  scheduler->run({});
  EXPECT_EQ(log, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ");
}

TEST_P(BothClocks, ACancelledTimerDoesNotFire) {
  const TimerId first = scheduler->at(scheduler->now() + milliseconds(2), [&] { note("first"); });
  const TimerId second = scheduler->at(scheduler->now() + milliseconds(3), [&] { note("second"); });
  EXPECT_TRUE(scheduler->cancel(first));
  EXPECT_FALSE(scheduler->cancel(first));
  EXPECT_FALSE(scheduler->cancel(0));
  EXPECT_FALSE(scheduler->cancel(12345));
  scheduler->run({});
  EXPECT_EQ(log, "second ");
  EXPECT_FALSE(scheduler->cancel(second));
}

TEST_P(BothClocks, WaitIsEndedByNotifyOrByTheTimeOut) {
  WaitQueue queue;
  go("patient", [&] { note(scheduler->wait(queue) ? "notified" : "timeout"); });
  go("hasty", [&] {
    note(scheduler->wait(queue, milliseconds(2)) ? "notified" : "timeout");
    scheduler->notify_one(queue);
  });
  scheduler->run({});
  EXPECT_EQ(log, "timeout notified ");
  EXPECT_TRUE(queue.empty());
}

TEST_P(BothClocks, NotifyOneWakesTheFirstAndNotifyAllTheRest) {
  WaitQueue queue;
  for (int i = 0; i < 4; ++i) {
    go("waiter", [&, i] {
      scheduler->wait(queue, milliseconds(10'000));
      note(std::to_string(i));
    });
  }
  go("notifier", [&] {
    scheduler->notify_one(queue);
    scheduler->yield();
    note("|");
    scheduler->notify_all(queue);
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);  // the time-outs were cancelled with the waits
  EXPECT_EQ(log, "0 | 1 2 3 ");
}

TEST_P(BothClocks, AKilledTaskNeverRunsAgain) {
  WaitQueue queue;
  const TaskId waiter = scheduler->spawn("waiter", {}, [&] {
    scheduler->wait(queue);
    note("waiter");
  });
  const TaskId sleeper = scheduler->spawn("sleeper", {}, [&] {
    scheduler->sleep_for(milliseconds(3));
    note("sleeper");
  });
  const TaskId unborn = scheduler->spawn("unborn", {}, [&] { note("unborn"); });
  scheduler->kill(unborn);
  go("killer", [&] {
    EXPECT_TRUE(scheduler->alive(waiter));
    scheduler->kill(waiter);
    scheduler->kill(sleeper);
    scheduler->kill(sleeper);  // again: nothing
    EXPECT_FALSE(scheduler->alive(waiter));
    scheduler->notify_all(queue);
    const TaskId self = scheduler->current();
    scheduler->at(scheduler->now(), [&, self] { note(scheduler->alive(self) ? "alive" : "dead"); });
    scheduler->kill(self);
    note("killer");
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(log, "dead ");
  EXPECT_TRUE(scheduler->blocked_tasks().empty());
}

struct Flag {
  ~Flag() { *destroyed = true; }
  bool* destroyed;
};

TEST_P(BothClocks, AParkedTaskIsNotUnwound) {
  bool destroyed = false;
  bool caught = false;
  const TaskId task = scheduler->spawn("parked", {}, [&] {
    const Flag flag{&destroyed};
    const auto owned = std::make_unique<std::string>(1000, 'x');  // no leak either
    try {
      scheduler->park_forever();
    } catch (...) {
      caught = true;
    }
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_FALSE(scheduler->alive(task));
  scheduler.reset();
  EXPECT_FALSE(destroyed);
  EXPECT_FALSE(caught);
}

TEST_P(BothClocks, TasksSpawnTasksAndHandTheirContextOn) {
  int owner = 0;
  scheduler->spawn("outer", {&owner}, [&] {
    EXPECT_EQ(current_task_context()->owner, &owner);
    scheduler->spawn("inner", scheduler->context(), [&] {
      EXPECT_EQ(scheduler->context().owner, &owner);
      note("inner");
    });
    scheduler->spawn("stranger", {}, [&] {
      EXPECT_EQ(current_task_context()->owner, nullptr);
      scheduler->set_context({&log});
      scheduler->yield();
      EXPECT_EQ(current_task_context()->owner, &log);
      note("stranger");
    });
    scheduler->sleep_for(milliseconds(1));
    EXPECT_EQ(current_task_context()->owner, &owner);
    EXPECT_EQ(current_scheduler(), scheduler.get());
    note("outer");
  });
  scheduler->at(scheduler->now(), [&] {
    EXPECT_EQ(current_task_context()->owner, nullptr);
    EXPECT_EQ(scheduler->current(), 0U);
  });
  scheduler->run({});
  EXPECT_EQ(log, "inner stranger outer ");
  EXPECT_EQ(current_scheduler(), nullptr);
}

TEST_P(BothClocks, ATaskMaySwitchInsideACatchBlock) {
  for (int i = 0; i < 3; ++i) {
    go("thrower", [&, i] {
      try {
        throw std::runtime_error("error " + std::to_string(i));
      } catch (const std::exception& error) {
        for (int turns = i; turns < 3; ++turns) scheduler->yield();  // the last is back first
        try {
          throw;
        } catch (const std::exception& again) {
          note(again.what());
        }
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    });
  }
  scheduler->run({});
  EXPECT_EQ(log, "error 2 error 1 error 0 ");
}

TEST_P(BothClocks, StopEndsTheRun) {
  go("worker", [&] {
    note("before");
    scheduler->stop();
    scheduler->yield();
    note("after");
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::stopped);
  EXPECT_EQ(log, "before ");
}

TEST_P(BothClocks, ATimerThatArmsItselfDoesNotStarveTasks) {
  int rounds = 0;
  bool task_ran = false;
  std::function<void()> again = [&] {
    ++rounds;
    if (!task_ran) scheduler->at(scheduler->now(), again);
  };
  scheduler->at(scheduler->now(), again);
  go("task", [&] { task_ran = true; });
  EXPECT_EQ(scheduler->run({.events = 1000}), RunEnd::quiet);
  EXPECT_LE(rounds, 3);
}

TEST_P(BothClocks, BlockedTasksAreNamedInTheOrderOfTheirStart) {
  WaitQueue queue;
  for (const char* name : {"b", "a", "c"}) go(name, [&] { scheduler->wait(queue); });
  scheduler->run({});
  EXPECT_EQ(scheduler->blocked_tasks(), (std::vector<std::string>{"b", "a", "c"}));
  scheduler.reset();
  EXPECT_TRUE(queue.empty());
}

TEST_P(BothClocks, AQueueMayDieBeforeItsWaiters) {
  auto queue = std::make_unique<WaitQueue>();
  go("waiter", [&] { note(scheduler->wait(*queue, milliseconds(2)) ? "notified" : "timeout"); });
  go("destroyer", [&] { queue.reset(); });
  scheduler->run({});
  EXPECT_EQ(log, "timeout ");
}

TEST_P(BothClocks, TenThousandTasksMayBlockAtOnce) {
  const int count = os::kThreadSanitized ? 1'000 : 10'000;  // its own limit is some 8,000 fibers
  WaitQueue queue;
  int woken = 0;
  for (int i = 0; i < count; ++i) {
    go("waiter", [&] {
      scheduler->wait(queue);
      ++woken;
    });
  }
  go("notifier", [&] {
    EXPECT_EQ(scheduler->blocked_tasks().size(), static_cast<std::size_t>(count));
    scheduler->notify_all(queue);
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(woken, count);
}

TEST(VirtualScheduler, JumpsToTheNextTimerAndMeasuresExactly) {
  const auto scheduler = make_virtual_scheduler();
  scheduler->spawn("sleeper", {}, [&] {
    scheduler->sleep_for(std::chrono::hours(5));
    EXPECT_EQ(scheduler->now(), std::chrono::hours(5));
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(scheduler->now(), std::chrono::hours(5));
  EXPECT_TRUE(scheduler->is_virtual());
  EXPECT_TRUE(scheduler->decisions().empty());
}

TEST(VirtualScheduler, EndsAtTheBudgetOfTimeAndOfEvents) {
  const auto scheduler = make_virtual_scheduler();
  scheduler->spawn("sleeper", {}, [&] { scheduler->sleep_for(std::chrono::hours(25)); });
  EXPECT_EQ(scheduler->run({}), RunEnd::budget);
  EXPECT_EQ(scheduler->now(), std::chrono::hours(24));

  const auto busy = make_virtual_scheduler();
  busy->spawn("busy", {}, [&] {
    for (;;) busy->yield();
  });
  EXPECT_EQ(busy->run({.events = 100}), RunEnd::budget);
  EXPECT_EQ(busy->events_run(), 100U);
}

TEST(VirtualScheduler, FibersAreUsedAgain) {
  const auto scheduler = make_virtual_scheduler();
  std::vector<const void*> stacks;
  scheduler->spawn("spawner", {}, [&] {
    for (int i = 0; i < 3; ++i) {
      scheduler->spawn("short", {}, [&] {
        const int local = 0;
        stacks.push_back(__builtin_frame_address(0));
        EXPECT_EQ(local, 0);
      });
      scheduler->sleep_for(milliseconds(1));
    }
  });
  scheduler->run({});
  ASSERT_EQ(stacks.size(), 3U);
  EXPECT_EQ(stacks[0], stacks[1]);
  EXPECT_EQ(stacks[1], stacks[2]);
}

// Runs 20 tasks that each yield twice; returns the order in which they ran.
std::pair<std::string, std::vector<std::uint8_t>> order(TieBreak ties) {
  const auto scheduler = make_virtual_scheduler(std::move(ties));
  std::string log;
  for (int i = 0; i < 20; ++i) {
    scheduler->spawn("task", {}, [&, i] {
      for (int round = 0; round < 2; ++round) {
        log += static_cast<char>('a' + i);
        scheduler->yield();
      }
    });
  }
  scheduler->run({});
  return {log, scheduler->decisions()};
}

TEST(TieBreak, TheSameSeedGivesTheSameOrderAndAnotherSeedAnother) {
  const auto first = order({TieBreak::Kind::seeded, 1, {}});
  EXPECT_EQ(first, order({TieBreak::Kind::seeded, 1, {}}));
  EXPECT_NE(first.first, order({TieBreak::Kind::seeded, 2, {}}).first);
  EXPECT_EQ(order({}).first, "abcdefghijklmnopqrstabcdefghijklmnopqrst");
  EXPECT_FALSE(first.second.empty());
  for (const std::uint8_t choice : first.second) EXPECT_LT(choice, 8);
}

TEST(TieBreak, RecordedChoicesReplayTheOrder) {
  const auto first = order({TieBreak::Kind::seeded, 7, {}});
  EXPECT_EQ(order({TieBreak::Kind::replay, 0, first.second}), first);
  // Used up or out of range: first come, and no crash.
  const auto shortened = order({TieBreak::Kind::replay, 0, {200, 3}});
  EXPECT_EQ(shortened.second, (std::vector<std::uint8_t>{7, 3}));
  EXPECT_EQ(shortened.first.size(), 40U);
}

TEST(TimerOrder, RandomTimersWithCancellationsFireSorted) {
  const auto scheduler = make_virtual_scheduler();
  std::uint64_t state = 88172645463325252ULL;
  const auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  };
  std::vector<TimerId> ids;
  std::vector<std::pair<Time, int>> fired;
  std::size_t cancelled = 0;
  for (int i = 0; i < 5000; ++i) {
    const Time when(static_cast<std::int64_t>(next() % 500));
    ids.push_back(scheduler->at(when, [&, i, when] {
      EXPECT_EQ(scheduler->now(), when);
      fired.emplace_back(when, i);
    }));
    if (next() % 3 != 0) cancelled += scheduler->cancel(ids[next() % ids.size()]) ? 1 : 0;
  }
  scheduler->run({});
  EXPECT_EQ(fired.size() + cancelled, 5000U);
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
}

TEST(RealScheduler, WaitsForForeignThreadsAndRunsTheirPosts) {
  const auto scheduler = make_real_scheduler();
  WaitQueue queue;
  std::string log;
  bool told = false;
  scheduler->spawn("waiter", {}, [&] {
    while (!told) scheduler->wait(queue);
    log += "woken";
  });
  scheduler->expect_foreign(1);
  std::thread foreign([&] {
    for (int i = 0; i < 100; ++i) scheduler->post_foreign([&log] { log += '.'; });
    scheduler->post_foreign([&] {
      told = true;
      scheduler->notify_all(queue);
    });
    scheduler->expect_foreign(-1);
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  foreign.join();
  EXPECT_EQ(log, std::string(100, '.') + "woken");
}

TEST(RealScheduler, EndsAtItsBudgetOfTime) {
  const auto scheduler = make_real_scheduler();
  scheduler->spawn("sleeper", {}, [&] { scheduler->sleep_for(std::chrono::hours(1)); });
  EXPECT_EQ(scheduler->run({.time = milliseconds(10)}), RunEnd::budget);
  EXPECT_GE(scheduler->now(), milliseconds(10));
  EXPECT_EQ(scheduler->blocked_tasks(), std::vector<std::string>{"sleeper"});
}

TEST(SchedulerDeathTest, AnExceptionThatLeavesATaskEndsTheProcessWithItsName) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        const auto scheduler = make_virtual_scheduler();
        scheduler->spawn("culprit", {}, [] { throw std::runtime_error("oops"); });
        scheduler->run({});
      },
      "an exception left task 'culprit': oops");
}

}  // namespace
}  // namespace vsslab
