// Cabinets as DiskShadow keeps its metadata in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "requester/tools/cabinet.h"

namespace vsslab::requester {
namespace {

using testing::HasSubstr;

std::vector<CabinetFile> sample() {
  return {{"Manifest.xml", std::string("<\0M\0", 4)},
          {"empty.xml", ""},
          {"large.xml", std::string(100'000, 'x') + "end"}};
}

TEST(Cabinet, ReadsBackWhatItWrote) {
  const auto read = read_cabinet(write_cabinet(sample()));
  ASSERT_TRUE(read.has_value()) << read.error().to_text();
  ASSERT_EQ(read->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*read)[i].name, sample()[i].name);
    EXPECT_EQ((*read)[i].content, sample()[i].content);
  }
}

TEST(Cabinet, IsRefusedWhenItIsNone) {
  EXPECT_THAT(read_cabinet("PK").error().message, HasSubstr("no cabinet"));
  EXPECT_THAT(read_cabinet("MSCF").error().message, HasSubstr("cut off"));
}

TEST(Cabinet, IsRefusedAtEveryCut) {
  const std::string whole = write_cabinet({{"a.xml", "content"}});
  for (std::size_t length = 4; length < whole.size(); ++length) {
    EXPECT_FALSE(read_cabinet(whole.substr(0, length)).has_value()) << length;
  }
}

TEST(Cabinet, SurvivesEveryChangedByte) {
  const std::string whole = write_cabinet({{"a.xml", "content"}, {"b.xml", "more"}});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char value : {'\0', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = value;
      const auto read = read_cabinet(changed);
      if (!read) {
        EXPECT_FALSE(read.error().message.empty());
      }
    }
  }
}

TEST(Cabinet, SaysThatItReadsNoCompression) {
  std::string compressed = write_cabinet({{"a.xml", "content"}});
  compressed[36 + 6] = 3;
  EXPECT_THAT(read_cabinet(compressed).error().message, HasSubstr("compressed by method 3"));
}

}  // namespace
}  // namespace vsslab::requester
