#include "mock-provider/system/throughput.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/wall_clock.h"
#include "mock-provider/store/shadow_storage.h"
#include "volume/volume.h"

namespace vsslab {

namespace {

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// A volume whose first `region` bytes are written, and copies of it.
class Bench {
 public:
  Bench(std::uint64_t region, std::uint64_t size)
      : region_(region), volume_({.root = "C:\\", .size = size}), storage_(volume_) {
    for (std::size_t i = 0; i < data_.size(); ++i) data_[i] = static_cast<std::byte>(i * 31);
    write(kBlockBytes);
  }

  // The time to write `bytes` at the start of every block of the region.
  double write(std::size_t bytes) {
    const Stopwatch watch;
    const std::span<const std::byte> data(data_.data(), bytes);
    for (std::uint64_t at = 0; at < region_; at += kBlockBytes) volume_.blocks().write(at, data);
    return seconds_of(watch.elapsed());
  }

  double read(const BlockSource& source, std::size_t bytes) {
    const Stopwatch watch;
    const std::span<std::byte> data(data_.data(), bytes);
    for (std::uint64_t at = 0; at < region_; at += bytes) source.read(at, data);
    return seconds_of(watch.elapsed());
  }

  const CopySource& take() {
    copies_.push_back(storage_.prepare());
    storage_.take(copies_.back());
    return *copies_.back();
  }
  // The time to take one copy, out of many taken one after the other.
  double take_timed() {
    constexpr int kCopies = 64;
    for (int i = 0; i < kCopies; ++i) copies_.push_back(storage_.prepare());
    const Stopwatch watch;
    for (const auto& copy : copies_) {
      storage_.take(copy);
      files_ = volume_.state();
    }
    const double taken = seconds_of(watch.elapsed()) / kCopies;
    remove_all();
    return taken;
  }
  void remove_all() {
    for (const auto& copy : copies_) storage_.remove(*copy);
    copies_.clear();
  }
  const BlockStore& blocks() const { return volume_.blocks(); }

 private:
  std::uint64_t region_;
  Volume volume_;
  ShadowStorage storage_;
  std::vector<std::shared_ptr<CopySource>> copies_;
  FileSystemState files_;
  std::array<std::byte, kBlockBytes> data_{};
};

struct Samples {
  std::vector<double> plain, measured, ratios;
  void add(double plain_seconds, double seconds) {
    plain.push_back(plain_seconds);
    measured.push_back(seconds);
    ratios.push_back(plain_seconds / seconds);
  }
};

ThroughputRow row_of(std::string name, std::string plain, std::size_t io_bytes, double mib,
                     const Samples& samples) {
  ThroughputRow row;
  row.name = std::move(name);
  row.plain = std::move(plain);
  row.io_bytes = io_bytes;
  row.plain_seconds = median(samples.plain);
  row.seconds = median(samples.measured);
  row.ratio = median(samples.ratios);
  row.ratio_least = *std::min_element(samples.ratios.begin(), samples.ratios.end());
  row.ratio_most = *std::max_element(samples.ratios.begin(), samples.ratios.end());
  if (mib > 0) row.mib_per_second = mib / row.seconds;
  return row;
}

double mib_of(std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

// The first copies of a process: preparing gets the memory for the differences from the system. The
// copies stay, so that no page is used again.
void measure_new_memory(const ThroughputOptions& options, std::vector<ThroughputRow>& rows) {
  const std::uint64_t region =
      std::max(options.region_bytes / kBlockBytes / 4, std::uint64_t{1}) * kBlockBytes;
  Bench bench(region, 1ULL << 40);
  Samples samples;
  for (int round = 0; round < options.rounds; ++round) {
    const double plain = bench.write(kBlockBytes);
    bench.take();
    samples.add(plain, bench.write(kBlockBytes));
  }
  rows.push_back(row_of("first write, storage just prepared", "plain write", kBlockBytes,
                        mib_of(region), samples));
}

// First and later writes under `copies` copies, the newest of them taken just before.
void measure_writes(const ThroughputOptions& options, std::size_t io_bytes, int copies,
                    std::vector<ThroughputRow>& rows) {
  Bench bench(options.region_bytes, 1ULL << 40);
  Samples first, later;
  // Round -1 gets the memory that the others use again, and does not count.
  for (int round = -1; round < options.rounds; ++round) {
    const double plain = bench.write(io_bytes);
    for (int i = 0; i < copies; ++i) {
      bench.take();
      if (i + 1 < copies) bench.write(io_bytes);  // every copy has something of its own
    }
    const double first_write = bench.write(io_bytes);
    const double later_write = bench.write(io_bytes);
    bench.remove_all();
    bench.write(kBlockBytes);
    const double plain_again = bench.write(io_bytes);
    if (round < 0) continue;
    first.add((plain + plain_again) / 2, first_write);
    later.add((plain + plain_again) / 2, later_write);
  }
  const std::string under =
      " under " + std::to_string(copies) + (copies == 1 ? " shadow copy" : " shadow copies");
  const double mib = mib_of(options.region_bytes / kBlockBytes * io_bytes);
  rows.push_back(row_of("first write" + under, "plain write", io_bytes, mib, first));
  rows.push_back(row_of("later writes" + under, "plain write", io_bytes, mib, later));
}

void measure_reads(const ThroughputOptions& options, std::vector<ThroughputRow>& rows) {
  Bench bench(options.region_bytes, 1ULL << 40);
  Samples unchanged, changed;
  for (int round = -1; round < options.rounds; ++round) {
    const CopySource& copy = bench.take();
    const double plain = bench.read(bench.blocks(), kBlockBytes);
    const double same = bench.read(copy, kBlockBytes);
    bench.write(kBlockBytes);
    const double kept = bench.read(copy, kBlockBytes);
    bench.remove_all();
    if (round < 0) continue;
    unchanged.add(plain, same);
    changed.add(plain, kept);
  }
  const double mib = mib_of(options.region_bytes);
  rows.push_back(
      row_of("reading a shadow copy, volume unchanged", "plain read", kBlockBytes, mib, unchanged));
  rows.push_back(
      row_of("reading a shadow copy, volume rewritten", "plain read", kBlockBytes, mib, changed));
}

void measure_taking(const ThroughputOptions& options, std::vector<ThroughputRow>& rows) {
  Bench small(options.region_bytes, 1ULL << 30);
  Bench large(options.region_bytes, 1ULL << 40);
  Samples samples;
  for (int round = 0; round < options.rounds; ++round) {
    std::vector<double> one, other;
    for (int i = 0; i < 25; ++i) {
      one.push_back(small.take_timed());
      other.push_back(large.take_timed());
    }
    samples.add(median(one), median(other));
  }
  rows.push_back(
      row_of("taking a shadow copy of a 1 TiB volume", "of a 1 GiB volume", 0, 0, samples));
}

}  // namespace

std::vector<ThroughputRow> measure_throughput(
    const ThroughputOptions& asked,
    const std::function<void(std::string_view name, int done, int of)>& progress) {
  ThroughputOptions options = asked;
  options.rounds = std::max(options.rounds, 1);
  const std::uint64_t blocks =
      std::clamp<std::uint64_t>(asked.region_bytes / kBlockBytes, 1, 1U << 18);
  options.region_bytes = blocks * kBlockBytes;
  constexpr int kSteps = 7;
  int done = 0;
  const auto tell = [&](std::string_view name) {
    if (progress) progress(name, done, kSteps);
    ++done;
  };
  std::vector<ThroughputRow> rows;
  tell("writes into storage just prepared");
  measure_new_memory(options, rows);
  for (const int copies : {1, 8}) {
    for (const std::size_t io_bytes : {kBlockBytes, kPageBytes}) {
      tell(copies == 1 ? "writes under one shadow copy" : "writes under eight shadow copies");
      measure_writes(options, io_bytes, copies, rows);
    }
  }
  tell("reading a shadow copy");
  measure_reads(options, rows);
  tell("taking a shadow copy");
  measure_taking(options, rows);
  return rows;
}

}  // namespace vsslab
