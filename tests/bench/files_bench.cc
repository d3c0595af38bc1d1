// Copying lab files through Windows' file calls, as a requester does, against memcpy of the same
// bytes into fresh memory.

#include <windows.h>

#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "volume/volume_set.h"
#include "win32/lab.h"
#include "win32/process.h"

namespace vsslab {
namespace {

constexpr std::size_t kBytes = 64 << 20;

void plain_memcpy(benchmark::State& state) {
  const std::vector<char> source(kBytes, 'x');
  for (auto _ : state) {
    const std::unique_ptr<char[]> target(new char[kBytes]);
    std::memcpy(target.get(), source.data(), kBytes);
    benchmark::DoNotOptimize(target.get());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBytes));
}
BENCHMARK(plain_memcpy)->Unit(benchmark::kMillisecond);

class Watcher : public LabObserver {
 public:
  bool watches_files(const LabProcess&) override { return true; }
};

// From a volume to a folder of another, with the digests that the journal gets of both.
void copy_file(benchmark::State& state) {
  const std::unique_ptr<Scheduler> scheduler = make_virtual_scheduler();
  Lab lab(*scheduler);
  Watcher watcher;
  lab.observers.push_back(&watcher);
  VolumeSet volumes(scheduler.get());
  lab.volumes = &volumes;
  Volume* const c = *volumes.add({.root = "C:\\", .guid = {1, 1, 1, {}}});
  Volume* const d = *volumes.add({.root = "D:\\", .guid = {2, 2, 2, {}}});
  if (!c->write_file("big", std::string(kBytes, 'x'))) state.SkipWithError("no source");
  spawn_process(lab, "requester", [&]() -> int {
    for (auto _ : state) {
      if (!CopyFileW(L"C:\\big", L"D:\\big", FALSE)) state.SkipWithError("the copy failed");
      state.PauseTiming();
      (void)d->remove("big");
      state.ResumeTiming();
    }
    return 0;
  });
  scheduler->run({});
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBytes));
}
BENCHMARK(copy_file)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vsslab

BENCHMARK_MAIN();
