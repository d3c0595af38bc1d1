#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>

#include "core/error.h"
#include "core/guid.h"
#include "core/prng.h"
#include "core/time.h"

namespace vsslab {
namespace {

TEST(Prng, TheNumbersOfASeedNeverChange) {
  // A stored journal replays only as long as these hold.
  Prng prng(42);
  const std::uint64_t first = prng.next();
  Prng again(42);
  EXPECT_EQ(again.next(), first);
  EXPECT_EQ(first, 1546998764402558742ULL);
  EXPECT_EQ(prng.next(), 6990951692964543102ULL);
  EXPECT_NE(Prng(43).next(), first);
}

TEST(Prng, RangesAreKeptAndAllOfThemIsReached) {
  Prng prng(7);
  std::map<std::int64_t, int> seen;
  for (int i = 0; i < 3000; ++i) {
    EXPECT_LT(prng.below(3), 3U);
    ++seen[prng.between(-2, 2)];
  }
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen.begin()->first, -2);
  for (const auto& [value, times] : seen) EXPECT_GT(times, 400) << value;
  EXPECT_EQ(prng.below(1), 0U);
  EXPECT_EQ(prng.between(5, 5), 5);
  const auto low = std::numeric_limits<std::int64_t>::min();
  const auto high = std::numeric_limits<std::int64_t>::max();
  static_cast<void>(prng.between(low, high));  // the whole range does not overflow
  EXPECT_FALSE(prng.chance(0, 10));
  EXPECT_TRUE(prng.chance(10, 10));
}

TEST(Prng, ForksAreIndependentOfOneAnother) {
  const Prng prng(1);
  EXPECT_EQ(prng.fork(5).next(), prng.fork(5).next());
  EXPECT_NE(prng.fork(5).next(), prng.fork(6).next());
}

TEST(Time, Texts) {
  EXPECT_EQ(seconds(std::chrono::milliseconds(12'000)), "12.000 s");
  EXPECT_EQ(seconds(std::chrono::nanoseconds(-1'999'999)), "-0.001 s");
  EXPECT_EQ(exact_seconds(std::chrono::nanoseconds(12'000'000'007)), "12.000000007");
}

TEST(Time, DurationsAreAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("20s"), std::chrono::seconds(20));
  EXPECT_EQ(parse_duration("250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(parse_duration("1h"), std::chrono::hours(1));
  EXPECT_EQ(parse_duration("5m"), std::chrono::minutes(5));
  EXPECT_EQ(parse_duration("7ns"), std::chrono::nanoseconds(7));
  for (const char* bad : {"", "s", "20", "20 s", "-1s", "1.5s", "20x", "9999999999999h", "1s "}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(GuidText, ParsesOneFormWithOrWithoutBraces) {
  const auto guid = Guid::parse("5AFFB034-969f-4919-8875-88f830d0ef89");
  ASSERT_TRUE(guid);
  EXPECT_EQ(guid->to_string(), "5affb034-969f-4919-8875-88f830d0ef89");
  EXPECT_EQ(Guid::parse("{5affb034-969f-4919-8875-88f830d0ef89}"), guid);
  for (const char* bad :
       {"", "{}", "5affb034969f4919887588f830d0ef89", "5affb034-969f-4919-8875-88f830d0ef8",
        "{5affb034-969f-4919-8875-88f830d0ef89", "5affb034-969f-4919-8875-88f830d0ef8g",
        "5affb034-969f-4919-8875-88f830d0ef89 "}) {
    EXPECT_EQ(Guid::parse(bad), std::nullopt) << bad;
  }
  EXPECT_TRUE(Guid{}.is_null());
}

TEST(GuidText, RandomOnesSayTheirVersion) {
  Prng prng(3);
  const Guid guid = Guid::random(prng);
  EXPECT_EQ(guid.to_string()[14], '4');
  EXPECT_NE(guid, Guid::random(prng));
}

TEST(ErrorText, SaysWhereWhatAndWhatWouldBeRight) {
  Error error{"unknown element 'Freze'", {}, 0, "  <Freze/>", {}};
  error = std::move(error).at("a.xml", 14);
  error = std::move(error).with_hint("did you mean 'Freeze'?");
  EXPECT_EQ(error.to_text(),
            "a.xml:14: error: unknown element 'Freze'\n      <Freze/>\n    did you mean 'Freeze'?");
  EXPECT_EQ((Error{"no such file", "b", 0, {}, {}}.to_text()), "b: error: no such file");
}

}  // namespace
}  // namespace vsslab
