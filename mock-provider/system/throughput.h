// What the reference provider's shadow copies cost, measured beside the same work without them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab {

struct ThroughputOptions {
  std::uint64_t region_bytes = 64ULL << 20;  // written and read in each measurement
  int rounds = 7;                            // the median counts; at least 1
};

struct ThroughputRow {
  std::string name;            // "first write under 1 shadow copy"
  std::uint64_t io_bytes = 0;  // of one write or read; 0 for taking a copy
  std::string plain;           // what it is measured against: "plain write", "1 GiB volume"
  double plain_seconds = 0;    // median, for the whole region or for one copy
  double seconds = 0;          // median
  double ratio = 0;            // median over the rounds of plain / measured: 1 is as fast as plain
  double ratio_least = 0;      // of all rounds
  double ratio_most = 0;
  double mib_per_second = 0;  // measured; 0 for taking a copy
};

// `progress` is told each measurement's name before it starts, with how many are done of how many.
std::vector<ThroughputRow> measure_throughput(
    const ThroughputOptions& options,
    const std::function<void(std::string_view name, int done, int of)>& progress = {});

}  // namespace vsslab
