// What the virtual scheduler costs: timers, sleeping tasks, new tasks, waits.
#include "core/scheduler.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <vector>

namespace vsslab {
namespace {

// Timer functions that arm themselves again, with `range(0)` timers pending at any moment.
void BM_Timers(benchmark::State& state) {
  const auto pending = state.range(0);
  constexpr std::int64_t kEvents = 1'000'000;
  for (auto _ : state) {
    const auto scheduler = make_virtual_scheduler();
    std::int64_t left = kEvents - pending;
    std::vector<std::function<void()>> again(static_cast<std::size_t>(pending));
    for (std::size_t i = 0; i < again.size(); ++i) {
      std::function<void()>* const self = &again[i];
      *self = [&left, &again, &scheduler, i] {
        if (left-- <= 0) return;
        scheduler->at(scheduler->now() + Duration(1000 + i), [&again, i] { again[i](); });
      };
      scheduler->at(Time(static_cast<std::int64_t>(i)), [self] { (*self)(); });
    }
    scheduler->run({});
  }
  state.SetItemsProcessed(state.iterations() * kEvents);
}
BENCHMARK(BM_Timers)->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// Tasks that sleep: two fiber switches and a timer for each event.
void BM_Sleeps(benchmark::State& state) {
  const auto tasks = state.range(0);
  const std::int64_t rounds = 500'000 / tasks;
  for (auto _ : state) {
    const auto scheduler = make_virtual_scheduler();
    for (std::int64_t i = 0; i < tasks; ++i) {
      scheduler->spawn("sleeper", {}, [&scheduler, rounds, i] {
        for (std::int64_t k = 0; k < rounds; ++k) scheduler->sleep_for(Duration(100 + i));
      });
    }
    scheduler->run({});
  }
  state.SetItemsProcessed(state.iterations() * tasks * rounds);
}
BENCHMARK(BM_Sleeps)->Arg(1)->Arg(34)->Arg(10'000)->Unit(benchmark::kMillisecond);

// A backup's shape: 34 short tasks at a time, ties broken by seed.
void BM_Spawns(benchmark::State& state) {
  constexpr std::int64_t kRounds = 5'000;
  for (auto _ : state) {
    const auto scheduler = make_virtual_scheduler({TieBreak::Kind::seeded, 1, {}});
    std::int64_t ran = 0;
    scheduler->spawn("backup", {}, [&] {
      for (std::int64_t k = 0; k < kRounds; ++k) {
        for (int i = 0; i < 34; ++i) scheduler->spawn("writer", {}, [&ran] { ++ran; });
        scheduler->sleep_for(Duration(1));
      }
    });
    scheduler->run({});
    benchmark::DoNotOptimize(ran);
  }
  state.SetItemsProcessed(state.iterations() * kRounds * 34);
}
BENCHMARK(BM_Spawns)->Unit(benchmark::kMillisecond);

// One task wakes another and waits for its answer.
void BM_WaitAndNotify(benchmark::State& state) {
  constexpr std::int64_t kRounds = 200'000;
  for (auto _ : state) {
    const auto scheduler = make_virtual_scheduler();
    WaitQueue ping, pong;
    scheduler->spawn("ping", {}, [&] {
      for (std::int64_t k = 0; k < kRounds; ++k) {
        scheduler->notify_one(pong);
        scheduler->wait(ping);
      }
      scheduler->notify_one(pong);
    });
    scheduler->spawn("pong", {}, [&] {
      for (std::int64_t k = 0; k < kRounds; ++k) {
        scheduler->notify_one(ping);
        scheduler->wait(pong, std::chrono::seconds(60));
      }
      scheduler->notify_one(ping);
    });
    scheduler->run({});
  }
  state.SetItemsProcessed(state.iterations() * kRounds * 2);
}
BENCHMARK(BM_WaitAndNotify)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vsslab

BENCHMARK_MAIN();
