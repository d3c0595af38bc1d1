// Whole backups in virtual time, with the journal recorded and every rule judged: what a suite of
// thousands of scenarios costs.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "core/os/memory.h"
#include "plan/plan.h"
#include "rules/rule.h"
#include "run/run_scenario.h"
#include "sdk/party_factory.h"

namespace {

using namespace vsslab;
using sdk::party_factory;

// `count` writers whose documents are of about 1.5 KB each.
plan::ScenarioPlan machine_with(std::size_t count) {
  plan::ScenarioPlan scenario;
  scenario.name = "bench";
  for (std::size_t i = 0; i < count; ++i) {
    plan::WriterPlan writer;
    writer.name = "writer-" + std::to_string(i);
    writer.instance_name = writer.name;
    writer.test.has_restore_method = true;
    writer.test.restore_method = 2;
    writer.test.writer_restore = 3;
    plan::TestComponent component;
    component.name = "Files" + std::to_string(i);
    for (int file = 0; file < 12; ++file) {
      plan::ComponentFile set;
      set.path = "C:\\ProgramData\\Writer" + std::to_string(i) + "\\Part" + std::to_string(file);
      set.filespec = "*.dat";
      component.files.push_back(std::move(set));
    }
    writer.test.components.push_back(std::move(component));
    scenario.writers.push_back(std::move(writer));
  }
  plan::RequesterPlan requester;
  requester.operations.emplace_back(plan::BackupPlan{});
  scenario.requesters.push_back(std::move(requester));
  return scenario;
}

ScenarioOptions all_rules() {
  ScenarioOptions options;
  options.rules.assign(catalogue().begin(), catalogue().end());
  return options;
}

void full_backup(benchmark::State& state) {
  const plan::ScenarioPlan scenario = machine_with(static_cast<std::size_t>(state.range(0)));
  const ScenarioOptions options = all_rules();
  std::size_t events = 0;
  for (auto _ : state) {
    const ScenarioResult result = run_scenario(scenario, options, party_factory());
    if (!result.toolkit_error.empty()) {
      state.SkipWithError(result.toolkit_error.c_str());
      break;
    }
    events = result.journal->events().size();
  }
  state.counters["backups"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["events"] = static_cast<double>(events);
}
BENCHMARK(full_backup)->Arg(34)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace

// As the program does it.
int main(int argc, char** argv) {
  vsslab::os::keep_freed_memory();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
