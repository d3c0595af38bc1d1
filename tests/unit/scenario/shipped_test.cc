// Every scenario that the project ships loads, says what it shows, and is in @all.
#include <cstdlib>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "scenario/scenario.h"
#include "scenario/suites.h"

namespace vsslab::scenario {
namespace {

std::string folder() { return std::string(VSSLAB_SOURCE_DIR) + "/scenarios"; }

TEST(ShippedScenarios, LoadWithADescriptionAndAnExpectation) {
  const std::vector<std::string> files = find_scenarios(folder());
  EXPECT_GE(files.size(), 60u);
  std::set<std::string> names;
  for (const std::string& file : files) {
    const auto plan = load_scenario(file);
    ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
    EXPECT_GE(plan->description.size(), 20u) << file;
    EXPECT_TRUE(plan->expect.other_rules.has_value()) << file;
    EXPECT_TRUE(names.insert(plan->name).second) << file;
  }
}

TEST(ShippedScenarios, SuitesReadAndAllAreInOne) {
  std::set<std::string> selected;
  for (const std::string& suite : suite_names(folder())) {
    const auto files = read_suite("@" + suite, folder());
    ASSERT_TRUE(files.has_value()) << files.error().to_text();
    selected.insert(files->begin(), files->end());
  }
  for (const std::string& file : find_scenarios(folder())) {
    EXPECT_TRUE(selected.contains(file)) << file << " is in no suite";
  }
  for (const char* const wanted : {"all", "conformance", "demo", "smoke"}) {
    EXPECT_TRUE(read_suite(wanted, folder()).has_value()) << wanted;
  }
}

TEST(ShippedScenarios, HoldAgainstTheSchema) {
  if (std::system("command -v xmllint >/dev/null") != 0) {
    GTEST_SKIP() << "NO xmllint: the schema is not tested (libxml2-utils)";
  }
  const std::string schema = folder() + "/schema/scenario.xsd";
  std::string command = "xmllint --noout --schema '" + schema + "'";
  for (const std::string& file : find_scenarios(folder())) command += " '" + file + "'";
  EXPECT_EQ(std::system((command + " 2>/dev/null").c_str()), 0) << command;
}

}  // namespace
}  // namespace vsslab::scenario
