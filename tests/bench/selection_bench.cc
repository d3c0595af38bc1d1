// Selecting components for a backup, as a ratio to one pass over the same file sets that finds
// their volumes: what no selection can do without.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "requester/selection.h"

namespace vsslab::requester {
namespace {

std::vector<metadata::WriterMetadata> writers(std::size_t components) {
  constexpr std::size_t kOfOne = 100;
  std::vector<metadata::WriterMetadata> all;
  for (std::size_t w = 0; w < components / kOfOne; ++w) {
    metadata::WriterMetadata made;
    made.identification.writer_id.data1 = static_cast<std::uint32_t>(w + 1);
    for (std::size_t c = 0; c < kOfOne; ++c) {
      metadata::Component part;
      part.name = "Data" + std::to_string(c);
      part.logical_path = c % 2 == 0 ? "" : "Data" + std::to_string(c - 1);
      part.selectable = c % 2 == 0;
      for (int f = 0; f < 10; ++f) {
        metadata::FileSet files;
        files.path = "%SystemRoot%\\data\\" + std::to_string(w) + "\\" + std::to_string(f);
        files.filespec = "*";
        part.files.push_back(files);
      }
      made.components.push_back(std::move(part));
    }
    all.push_back(std::move(made));
  }
  return all;
}

void volumes_alone(benchmark::State& state) {
  const auto all = writers(static_cast<std::size_t>(state.range(0)));
  const metadata::Environment environment = metadata::standard_environment();
  for (auto _ : state) {
    for (const auto& writer : all) {
      for (const auto& component : writer.components) {
        benchmark::DoNotOptimize(metadata::volumes_of(component, environment));
      }
    }
  }
}
BENCHMARK(volumes_alone)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void select_everything(benchmark::State& state) {
  const auto all = writers(static_cast<std::size_t>(state.range(0)));
  std::vector<const metadata::WriterMetadata*> documents;
  for (const auto& writer : all) documents.push_back(&writer);
  for (auto _ : state) {
    benchmark::DoNotOptimize(select_for_backup(documents, SelectionRequest{}));
  }
}
BENCHMARK(select_everything)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vsslab::requester

BENCHMARK_MAIN();
