// A gibibyte of lab files backed up from a shadow copy into a folder, and restored: by a scripted
// requester with a writer, the journal and the digests that it gets. As a share of the speed of
// memcpy, measured in the same run: into fresh memory, as the lab's disk is, and into memory that
// was written before.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "requester/requester.h"
#include "rules/rule.h"
#include "run/run_scenario.h"
#include "sdk/party_factory.h"

namespace {

using namespace vsslab;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFiles = 64;
constexpr std::size_t kFileBytes = 16 << 20;
constexpr double kBytes = static_cast<double>(kFiles * kFileBytes);

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Memcpy {
  double fresh = 1e9, again = 1e9;  // seconds of a gibibyte, file by file; the best of three
};

Memcpy measure_memcpy() {
  std::vector<std::unique_ptr<char[]>> sources(kFiles);
  for (std::unique_ptr<char[]>& source : sources) {
    source.reset(new char[kFileBytes]);
    std::memset(source.get(), 'x', kFileBytes);
  }
  Memcpy best;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<char[]>> files(kFiles);
    const auto copy = [&](bool fresh) {
      const Clock::time_point begin = Clock::now();
      for (std::size_t i = 0; i < kFiles; ++i) {
        if (fresh) files[i].reset(new char[kFileBytes]);
        std::memcpy(files[i].get(), sources[i].get(), kFileBytes);
        benchmark::DoNotOptimize(files[i].get());
      }
      return seconds_since(begin);
    };
    best.fresh = std::min(best.fresh, copy(true));
    best.again = std::min(best.again, copy(false));
  }
  return best;
}

plan::ScenarioPlan machine() {
  plan::ScenarioPlan scenario;
  scenario.name = "gigabyte";
  scenario.volumes.emplace_back().root = "C:\\";
  plan::VolumePlan& data = scenario.volumes.emplace_back();
  data.root = "D:\\";
  for (std::size_t file = 0; file < kFiles; ++file) {
    plan::FilePlan& made = data.files.emplace_back();
    made.path = "D:\\data\\" + std::to_string(file) + ".dat";
    made.size = kFileBytes;
  }
  plan::WriterPlan& writer = scenario.writers.emplace_back();
  writer.name = "files";
  writer.test.has_restore_method = true;
  writer.test.restore_method = 2;  // if it can be replaced
  writer.test.writer_restore = 3;
  plan::TestComponent& component = writer.test.components.emplace_back();
  component.name = "Data";
  plan::ComponentFile& set = component.files.emplace_back();
  set.path = "D:\\data";
  set.filespec = "*";
  scenario.requesters.emplace_back().class_name = "measured";
  return scenario;
}

struct Times {
  double backup = 0, restore = 0;
  bool done = false;
};

class Observer : public requester::RequesterObserver {
 public:
  explicit Observer(Times& times) : times_(times) {}
  void operation_done(const requester::OperationResult& result) override {
    (result.what == "backup" ? times_.backup : times_.restore) = seconds_since(begin_);
    times_.done = result.succeeded;
    begin_ = Clock::now();
  }

 private:
  Times& times_;
  Clock::time_point begin_ = Clock::now();
};

Times run_once() {
  Times times;
  plan::RequesterPlan plan;
  plan::BackupPlan backup;
  backup.to = "C:\\backup";
  plan::RestorePlan restore;
  restore.from = {backup.to};
  plan.operations = {backup, restore};
  Parties parties = sdk::party_factory();
  parties.requester = [&](const plan::RequesterPlan&) -> Result<PartyMain> {
    return PartyMain([&] {
      Observer observer(times);
      return requester::run_requester(plan, observer);
    });
  };
  ScenarioOptions options;
  options.rules.assign(catalogue().begin(), catalogue().end());
  const plan::ScenarioPlan scenario = machine();
  const ScenarioResult result = run_scenario(scenario, options, parties);
  times.done = times.done && result.toolkit_error.empty();
  return times;
}

void measure(benchmark::State& state, double Times::*part) {
  static const Memcpy plain = measure_memcpy();
  double best = 1e9, first = 0;
  for (auto _ : state) {
    const Times times = run_once();
    if (!times.done) {
      state.SkipWithError("the restore failed");
      return;
    }
    state.SetIterationTime(times.*part);
    best = std::min(best, times.*part);
    if (first == 0) first = times.*part;
  }
  state.counters["of_memcpy"] = plain.fresh / best;
  // The process's first takes its memory from the system, as memcpy does each time.
  state.counters["first_of_memcpy"] = plain.fresh / first;
  state.counters["of_memcpy_again"] = plain.again / best;
  state.counters["memcpy_again"] =
      benchmark::Counter(kBytes / plain.again, {}, benchmark::Counter::OneK::kIs1024);
  state.SetBytesProcessed(static_cast<std::int64_t>(kBytes) * state.iterations());
}

void backup(benchmark::State& state) { measure(state, &Times::backup); }
void restore(benchmark::State& state) { measure(state, &Times::restore); }
BENCHMARK(backup)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(restore)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
