// A backup of SQLite under transactions: the writer's freeze, the copy, the look at the database on
// the shadow copy, every rule.

#include <benchmark/benchmark.h>

#include "plan/plan.h"
#include "rules/rule.h"
#include "run/run_scenario.h"
#include "scenario/scenario.h"
#include "sdk/party_factory.h"

namespace {

using namespace vsslab;

void scenario(benchmark::State& state, const char* name) {
  const auto plan =
      scenario::load_scenario(std::string(VSSLAB_SOURCE_DIR "/scenarios/sqlite/") + name + ".xml");
  if (!plan) {
    state.SkipWithError(plan.error().to_text().c_str());
    return;
  }
  ScenarioOptions options;
  options.rules.assign(catalogue().begin(), catalogue().end());
  for (auto _ : state) {
    const ScenarioResult result = run_scenario(*plan, options, sdk::party_factory());
    if (!result.toolkit_error.empty()) {
      state.SkipWithError(result.toolkit_error.c_str());
      return;
    }
  }
  state.counters["scenarios"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(scenario, frozen, "frozen")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, restored, "restored")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, reordering_disk, "frozen-on-a-reordering-disk")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, write_ahead_log, "frozen-write-ahead-log")
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
