#include "mock-provider/system/throughput.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace vsslab {
namespace {

TEST(Throughput, EveryRowIsMeasuredAndProgressIsTold) {
  int told = 0, steps = 0;
  const auto rows = measure_throughput({.region_bytes = 1 << 20, .rounds = 1},
                                       [&](std::string_view name, int done, int of) {
                                         EXPECT_FALSE(name.empty());
                                         EXPECT_EQ(done, told++);
                                         steps = of;
                                       });
  EXPECT_EQ(told, steps);
  std::set<std::string> names;
  for (const ThroughputRow& row : rows) {
    EXPECT_TRUE(names.insert(row.name + std::to_string(row.io_bytes)).second) << row.name;
    EXPECT_GT(row.plain_seconds, 0) << row.name;
    EXPECT_GT(row.seconds, 0) << row.name;
    EXPECT_LE(row.ratio_least, row.ratio) << row.name;
    EXPECT_GE(row.ratio_most, row.ratio) << row.name;
    EXPECT_EQ(row.mib_per_second > 0, row.io_bytes > 0) << row.name;
  }
  EXPECT_EQ(rows.size(), 12U);
}

TEST(Throughput, SillyOptionsAreBroughtIntoRange) {
  EXPECT_EQ(measure_throughput({.region_bytes = 0, .rounds = 0}).size(), 12U);
}

}  // namespace
}  // namespace vsslab
