// Copy-on-write beside plain writes of the same bytes. `vsslab bench` reports the ratios of one
// run; here each measurement stands alone.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <vector>

#include "mock-provider/store/shadow_storage.h"
#include "volume/volume.h"

namespace vsslab {
namespace {

constexpr std::uint64_t kRegion = 32ULL << 20;

void write_region(Volume& volume, std::size_t bytes) {
  static const std::array<std::byte, kBlockBytes> data{};
  for (std::uint64_t at = 0; at < kRegion; at += kBlockBytes) {
    volume.blocks().write(at, std::span(data).first(bytes));
  }
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kRegion / kBlockBytes * bytes));
}

void BM_PlainWrite(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  Volume volume({.root = "C:\\"});
  write_region(volume, kBlockBytes);
  for (auto _ : state) write_region(volume, bytes);
  count_bytes(state, bytes);
}
BENCHMARK(BM_PlainWrite)->Arg(kBlockBytes)->Arg(kPageBytes)->Unit(benchmark::kMicrosecond);

// range(1): how many copies there are; the newest is taken before each round.
void BM_FirstWrite(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  Volume volume({.root = "C:\\"});
  ShadowStorage storage(volume);
  write_region(volume, kBlockBytes);
  std::vector<std::shared_ptr<CopySource>> older;
  for (std::int64_t i = 1; i < state.range(1); ++i) {
    older.push_back(storage.prepare());
    storage.take(older.back());
    write_region(volume, kPageBytes);
  }
  for (auto _ : state) {
    state.PauseTiming();
    auto copy = storage.prepare();
    storage.take(copy);
    state.ResumeTiming();
    write_region(volume, bytes);
    state.PauseTiming();
    storage.remove(*copy);
    state.ResumeTiming();
  }
  count_bytes(state, bytes);
}
BENCHMARK(BM_FirstWrite)
    ->ArgsProduct({{kBlockBytes, kPageBytes}, {1, 8}})
    ->Unit(benchmark::kMicrosecond);

void BM_LaterWrites(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  Volume volume({.root = "C:\\"});
  ShadowStorage storage(volume);
  write_region(volume, kBlockBytes);
  for (std::int64_t i = 0; i < state.range(1); ++i) {
    storage.take(storage.prepare());
    write_region(volume, kBlockBytes);
  }
  for (auto _ : state) write_region(volume, bytes);
  count_bytes(state, bytes);
}
BENCHMARK(BM_LaterWrites)
    ->ArgsProduct({{kBlockBytes, kPageBytes}, {1, 8}})
    ->Unit(benchmark::kMicrosecond);

// range(0): the volume's size in GiB.
void BM_TakeACopy(benchmark::State& state) {
  Volume volume({.root = "C:\\", .size = static_cast<std::uint64_t>(state.range(0)) << 30});
  ShadowStorage storage(volume);
  write_region(volume, kBlockBytes);
  for (auto _ : state) {
    auto copy = storage.prepare();
    storage.take(copy);
    benchmark::DoNotOptimize(volume.state());
    storage.remove(*copy);
  }
}
BENCHMARK(BM_TakeACopy)->Arg(1)->Arg(1024);

// range(0): how many newer copies are asked before the volume.
void BM_ReadACopy(benchmark::State& state) {
  Volume volume({.root = "C:\\"});
  ShadowStorage storage(volume);
  write_region(volume, kBlockBytes);
  const auto copy = storage.prepare();
  storage.take(copy);
  for (std::int64_t i = 0; i < state.range(0); ++i) storage.take(storage.prepare());
  std::vector<std::byte> block(kBlockBytes);
  for (auto _ : state) {
    for (std::uint64_t at = 0; at < kRegion; at += kBlockBytes) copy->read(at, block);
  }
  count_bytes(state, kBlockBytes);
}
BENCHMARK(BM_ReadACopy)->Arg(0)->Arg(7)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vsslab

BENCHMARK_MAIN();
