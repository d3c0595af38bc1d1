// Microsoft's own files, read in place; skipped loudly where the corpus is absent.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "scenario/betest.h"
#include "scenario/identify_file.h"
#include "scenario/scenario.h"
#include "scenario/test_writer.h"

namespace vsslab::scenario {
namespace {

std::filesystem::path corpus() {
  return std::filesystem::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus";
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(corpus() / "betest")) {
      GTEST_SKIP() << "NO CORPUS: Microsoft's files are not tested";
    }
  }
};

TEST_F(Corpus, EveryWholeTestWriterFileLoads) {
  for (const char* const name : {"02-VswriterSample.xml", "03-vswriter_config.xml"}) {
    const auto config = parse_test_writer(bytes_of(corpus() / "betest" / name), name);
    ASSERT_TRUE(config.has_value()) << config.error().to_text();
    EXPECT_EQ(config->usage, 3u);
    EXPECT_EQ(config->restore_method, 2u);
    EXPECT_EQ(config->writer_restore, 3u);
    ASSERT_EQ(config->components.size(), 1u);
    EXPECT_EQ(config->components[0].name, "TestFiles");
    EXPECT_EQ(config->components[0].files.size(), 1u);
    EXPECT_EQ(config->components[0].files[0].backup_type_mask, 0x0F0Fu);
  }
}

// The page's fragments, put where the page says they belong.
TEST_F(Corpus, FragmentsLoadInsideAFile) {
  const auto fragment = [](const char* name) { return bytes_of(corpus() / "betest" / name); };
  const std::string file =
      "<TestWriter usage=\"USER_DATA\">" +
      fragment("04-RestoreMethod-AlternateLocationMapping.xml") + fragment("05-ExcludeFile.xml") +
      "<Component componentType=\"filegroup\" componentName=\"Spit\">" +
      fragment("06-ComponentFile-alternatePath.xml") + "</Component>" +
      fragment("08-FailEvent-nonretryable.xml") + fragment("09-FailEvent-retryable.xml") +
      fragment("10-PartialFile.xml") + fragment("11-DifferencedFile.xml") + "</TestWriter>";
  const auto config = parse_test_writer(file, "fragments");
  ASSERT_TRUE(config.has_value()) << config.error().to_text();
  EXPECT_EQ(config->alternate_mappings.at(0).alternate_path, "c:\\altfiles");
  EXPECT_EQ(config->components.at(0).files.at(0).alternate_path, "c:\\files\\spit");
  ASSERT_EQ(config->fail_events.size(), 2u);
  EXPECT_FALSE(config->fail_events[0].retryable);
  EXPECT_EQ(config->fail_events[0].failures_max, 0u);
  EXPECT_TRUE(config->fail_events[1].retryable);
  EXPECT_EQ(config->fail_events[1].failures_max, 2u);
  EXPECT_EQ(config->components.at(1).partial_files.at(0).ranges, "0:5,100:20");
  // 2007-01-22 12:44:17 UTC
  EXPECT_EQ(config->components.at(2).differenced_files.at(1).last_modified_100ns,
            128139434570000000);
}

TEST_F(Corpus, ThePairMakesAPlan) {
  const std::string writer = (corpus() / "betest" / "02-VswriterSample.xml").string();
  const std::string betest = (corpus() / "betest" / "01-BetestSample.xml").string();
  const auto plan = make_plan_from_pair(writer, betest);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->writers.at(0).writer_id->to_string(), "5affb034-969f-4919-8875-88f830d0ef89");
  EXPECT_EQ(plan->requesters.at(0).betest->writers.at(0).components.at(0).name, "TestFiles");
  ASSERT_EQ(plan->volumes.size(), 1u);
  EXPECT_EQ(plan->volumes[0].root, "C:\\");
  EXPECT_EQ(plan->volumes[0].files.at(0).path, "C:\\TestPath\\data");
}

TEST_F(Corpus, KindsOfFilesAreKnown) {
  const auto kind = [](const std::filesystem::path& path) {
    return identify_file(bytes_of(path), path.string()).value();
  };
  EXPECT_EQ(kind(corpus() / "betest" / "01-BetestSample.xml"), FileKind::betest);
  EXPECT_EQ(kind(corpus() / "betest" / "02-VswriterSample.xml"), FileKind::test_writer);
  EXPECT_EQ(kind(corpus() / "wm" / "22-with_sql-wmi-writer.xml"), FileKind::writer_metadata);
  EXPECT_EQ(kind(corpus() / "bcd" / "02-with_sql-BCDocument.xml"), FileKind::backup_components);
  EXPECT_EQ(kind(corpus() / "diskshadow" / "02-with_sql-Manifest.xml"), FileKind::manifest);
  EXPECT_EQ(kind(corpus() / "diskshadow" / "03-vsseg.dsh"), FileKind::unknown);
}

}  // namespace
}  // namespace vsslab::scenario
