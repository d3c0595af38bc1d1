// A Writer Metadata Document of the System Writer's size: bare TinyXML-2 against our way to the
// typed model, in turns over the same bytes, so that the ratio is that of one run. The budget
// is 1.7.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <tinyxml2.h>

#include <chrono>
#include <string>

#include "core/wall_clock.h"
#include "metadata/writer_metadata.h"

namespace {

using namespace vsslab;
using namespace vsslab::metadata;

constexpr int kFileSets = 18'995;

// In the shape and of the size of the real one (2.1 MB).
const std::string& system_writer() {
  static const std::string document = [] {
    WriterMetadata metadata;
    metadata.identification.writer_id = *Guid::parse("e8132975-6f93-4464-a53e-1050253ae220");
    metadata.identification.instance_id = *Guid::parse("00000000-0000-0000-0000-000000000001");
    metadata.identification.friendly_name = "System Writer";
    metadata.identification.usage = UsageType::bootable_system_state;
    metadata.identification.data_source = SourceType::other;
    metadata.set_restore_method({.method = RestoreMethodType::restore_at_reboot_if_cannot_replace,
                                 .writer_restore = WriterRestore::never,
                                 .reboot_required = true});
    Component component;
    component.name = component.caption = "System Files";
    component.selectable = true;
    for (int i = 0; i < kFileSets; ++i) {
      component.files.push_back({.path = fmt::format("C:\\Windows\\system32\\folder-{:04}", i / 10),
                                 .filespec = fmt::format("a-system-file-{:05}.dll", i)});
    }
    metadata.add_component(std::move(component));
    return emit(metadata);
  }();
  return document;
}

void BM_bare_tinyxml2(benchmark::State& state) {
  const std::string& text = system_writer();
  for (auto _ : state) {
    tinyxml2::XMLDocument document;
    document.Parse(text.data(), text.size());
    benchmark::DoNotOptimize(document.RootElement());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_bare_tinyxml2)->Unit(benchmark::kMillisecond);

void BM_parse_to_model(benchmark::State& state) {
  const std::string& text = system_writer();
  for (auto _ : state) {
    const Result<WriterMetadata> metadata = parse_writer_metadata(text, "bench");
    if (!metadata || metadata->file_set_count() != kFileSets) state.SkipWithError("not read");
    benchmark::DoNotOptimize(metadata);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_parse_to_model)->Unit(benchmark::kMillisecond);

// Both in turns; `ratio` is model over bare.
void BM_model_over_bare(benchmark::State& state) {
  const std::string& text = system_writer();
  double bare = 0, model = 0;
  for (auto _ : state) {
    const auto start = wall_now();
    {
      tinyxml2::XMLDocument document;
      document.Parse(text.data(), text.size());
      benchmark::DoNotOptimize(document.RootElement());
    }
    const auto between = wall_now();
    {
      const Result<WriterMetadata> metadata = parse_writer_metadata(text, "bench");
      benchmark::DoNotOptimize(metadata);
    }
    bare += std::chrono::duration<double>(between - start).count();
    model += std::chrono::duration<double>(wall_now() - between).count();
  }
  state.counters["ratio"] = bare > 0 ? model / bare : 0;
  state.counters["file_sets"] = kFileSets;
}
BENCHMARK(BM_model_over_bare)->Unit(benchmark::kMillisecond);

void BM_emit(benchmark::State& state) {
  const Result<WriterMetadata> metadata = parse_writer_metadata(system_writer(), "bench");
  if (!metadata) {
    state.SkipWithError("not read");
    return;
  }
  for (auto _ : state) {
    std::string text = emit(*metadata);
    benchmark::DoNotOptimize(text);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * system_writer().size()));
}
BENCHMARK(BM_emit)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
