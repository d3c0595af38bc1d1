// What the wire adds to a call inside one process, its record in the journal included: calls of a
// requester that do nothing else.
#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>

#include "core/scheduler.h"
#include "journal/journal.h"
#include "service/lab_vss.h"
#include "win32/process.h"

namespace vsslab {
namespace {

constexpr int kCalls = 100'000;  // with one journal

// Runs `body` as a requester's process, with a backup object of its own.
void with_backup(const std::function<void(IVssBackupComponents&)>& body) {
  const auto scheduler = make_virtual_scheduler();
  Lab lab(*scheduler);
  Journal journal;
  LabVss service(lab, journal, {});
  lab.vss = &service;
  spawn_process(lab, "requester", [&]() -> int {
    IVssBackupComponents* backup = nullptr;
    CreateVssBackupComponents(&backup);
    backup->InitializeForBackup();
    body(*backup);
    backup->Release();
    return 0;
  });
  scheduler->run({});
  lab.vss = nullptr;
}

void measure(benchmark::State& state, const std::function<void(IVssBackupComponents&)>& call) {
  for (auto _ : state) {
    with_backup([&](IVssBackupComponents& backup) {
      for (int i = 0; i < kCalls; ++i) call(backup);
    });
  }
  // Of processor time; making the lab and the object is in it, and does not show.
  state.counters["per_call"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kCalls,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Refused, because there is nothing to free: the bare record of a call.
void BM_CallWithoutArguments(benchmark::State& state) {
  measure(state, [](IVssBackupComponents& backup) { backup.FreeWriterStatus(); });
}
BENCHMARK(BM_CallWithoutArguments)->Unit(benchmark::kMillisecond);

// With a list of ids, which is empty, in the record.
void BM_CallWithAnArgument(benchmark::State& state) {
  measure(state, [](IVssBackupComponents& backup) {
    VSS_ID id;
    static_cast<void>(backup.DisableWriterClasses(&id, 0));
  });
}
BENCHMARK(BM_CallWithAnArgument)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vsslab

BENCHMARK_MAIN();
