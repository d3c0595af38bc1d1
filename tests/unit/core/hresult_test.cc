#include "core/hresult.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace vsslab {
namespace {

TEST(Hresult, TheTableIsSortedUniqueAndComplete) {
  std::set<std::string_view> names;
  std::optional<Hr> last;
  for (const HresultInfo& info : hresult_table()) {
    if (last) {
      EXPECT_LT(*last, info.value) << info.name;
    }
    last = info.value;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.meaning.ends_with('.')) << info.name;
    EXPECT_EQ(hresult_name(info.value), info.name);
    EXPECT_EQ(parse_hresult(info.name), info.value);
    EXPECT_EQ(parse_hresult(hresult_hex(info.value)), info.value);
  }
}

TEST(Hresult, NamesOfTheConstants) {
  EXPECT_EQ(hresult_name(hr::ok), "S_OK");
  EXPECT_EQ(hresult_name(hr::writererror_timeout), "VSS_E_WRITERERROR_TIMEOUT");
  EXPECT_EQ(hresult_name(hr::access_denied), "E_ACCESSDENIED");
  EXPECT_EQ(hresult_name(hr::async_cancelled), "VSS_S_ASYNC_CANCELLED");
  EXPECT_EQ(hresult_name(static_cast<Hr>(0x80071234)), "0x80071234");
}

TEST(Hresult, ParsesNamesAndHexadecimalAndNothingElse) {
  EXPECT_EQ(parse_hresult("0x800423f2"), hr::writererror_timeout);
  EXPECT_EQ(parse_hresult("0X800423F2"), hr::writererror_timeout);
  EXPECT_EQ(parse_hresult("0x0"), hr::ok);
  for (const char* bad :
       {"", "0x", "0x1800423f2", "0xg", "0x12 ", "800423f2", "VSS_E_NOPE", "-1"}) {
    EXPECT_EQ(parse_hresult(bad), std::nullopt) << bad;
  }
}

// The list that was read off public bindings; it is not part of the project.
TEST(Hresult, AgreesWithTheCorpus) {
  const std::filesystem::path list =
      std::filesystem::path(VSSLAB_SOURCE_DIR) / "../shared/corpus/vss_error_codes.tsv";
  std::ifstream in(list);
  if (!in) GTEST_SKIP() << "no corpus beside the project";
  std::string line;
  std::getline(in, line);  // the heading
  int count = 0;
  while (std::getline(in, line)) {
    const auto tab = line.find('\t');
    const auto end = line.find('\t', tab + 1);
    const std::string name = line.substr(tab + 1, end - tab - 1);
    EXPECT_EQ(parse_hresult(name), parse_hresult(line.substr(0, tab))) << name;
    ++count;
  }
  EXPECT_EQ(count, 81);
}

}  // namespace
}  // namespace vsslab
