// The house rules over the project itself.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock-writers/defects/defects.h"
#include "mock-writers/requesters/defects.h"
#include "plan/step_calls.h"
#include "rules/names.h"
#include "rules/rule.h"
#include "scenario/suites.h"
#include "tidy/checks.h"

namespace vsslab::tidy {
namespace {

using testing::IsEmpty;

const std::string kRoot = VSSLAB_SOURCE_DIR;

std::vector<SourceFile> product() {
  return read_tree(kRoot, {"harness", "mock-writers", "mock-provider", "reports"},
                   {".h", ".cc", ".cpp"});
}

std::vector<SourceFile> tests() { return read_tree(kRoot, {"tests"}, {".h", ".cc", ".cpp"}); }

std::string text_of(const std::string& path) {
  std::ifstream in(kRoot + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The published interfaces keep Microsoft's own shape.
bool published(const SourceFile& file) { return file.path.starts_with("harness/api/"); }

template <class Check>
std::vector<Complaint> over(const std::vector<SourceFile>& files, Check check) {
  std::vector<Complaint> all;
  for (const SourceFile& file : files) {
    for (const Complaint& complaint : check(file)) all.push_back(complaint);
  }
  return all;
}

TEST(Tree, IncludesFollowTheTable) {
  const auto layers = read_layers(text_of("docs/architecture.md"));
  ASSERT_GE(layers.size(), 15U) << "the table of docs/architecture.md was not found";
  std::set<std::string> api;
  for (const SourceFile& file : read_tree(kRoot, {"harness/api"}, {".h"})) {
    std::string name = file.path.substr(file.path.rfind('/') + 1);
    // One that adds to the system's header of that name: elsewhere the name is the system's.
    if (file.text.find("#include_next <" + name + ">") != std::string::npos) continue;
    api.insert(std::move(name));
  }
  const auto files = product();
  ASSERT_GT(files.size(), 100U);
  const auto complaints = check_layers(layers, files, api);
  EXPECT_TRUE(complaints.empty()) << to_text(complaints);
}

TEST(Tree, NothingBannedIsUsed) {
  const auto complaints = over(product(), check_banned);
  EXPECT_TRUE(complaints.empty()) << to_text(complaints);
}

TEST(Tree, LinesHaveAtMost100Columns) {
  auto files = product();
  const auto more = tests();
  files.insert(files.end(), more.begin(), more.end());
  std::erase_if(files, published);
  const auto complaints =
      over(files, [](const SourceFile& file) { return check_columns(file, 100); });
  EXPECT_TRUE(complaints.empty()) << to_text(complaints);
}

TEST(Tree, FunctionsHaveAtMost70Lines) {
  const auto complaints =
      over(product(), [](const SourceFile& file) { return check_function_lengths(file, 70); });
  EXPECT_TRUE(complaints.empty()) << to_text(complaints);
}

TEST(Tree, NoNotesToOneself) {
  auto files = product();
  for (const auto& more : {tests(), read_tree(kRoot, {"scenarios", "docs", "README.md"},
                                              {".xml", ".md", ".txt", ".xsd"})}) {
    files.insert(files.end(), more.begin(), more.end());
  }
  const auto complaints = over(files, check_leftovers);
  EXPECT_TRUE(complaints.empty()) << to_text(complaints);
}

TEST(Complete, EveryScenarioIsInASuite) {
  const std::string folder = kRoot + "/scenarios";
  std::set<std::string> listed;
  for (const std::string& suite : scenario::suite_names(folder)) {
    const auto files = scenario::read_suite(suite, folder);
    ASSERT_TRUE(files) << files.error().to_text();
    listed.insert(files->begin(), files->end());
  }
  std::vector<std::string> alone;
  const auto all = scenario::find_scenarios(folder);
  ASSERT_GE(all.size(), 60U);
  for (const std::string& file : all) {
    if (!listed.contains(file)) alone.push_back(file);
  }
  EXPECT_THAT(alone, IsEmpty());
}

TEST(Complete, EveryScenarioSaysWhatItShows) {
  std::vector<std::string> silent;
  for (const SourceFile& file : read_tree(kRoot, {"scenarios"}, {".xml"})) {
    if (!scenario::is_scenario_file(kRoot + "/" + file.path)) continue;
    const std::size_t comment = file.text.find("<!--");
    const std::size_t root = file.text.find("<Scenario");
    if (comment == std::string::npos || comment > root) silent.push_back(file.path);
  }
  EXPECT_THAT(silent, IsEmpty());
}

// Configurations, documents and scripts that no scenario names would be dead weight.
TEST(Complete, EveryOtherFileOfTheScenariosIsNamed) {
  std::vector<std::string> names;
  for (const SourceFile& file : read_tree(kRoot, {"scenarios"}, {".xml", ".txt", ".dsh"})) {
    if (file.path.starts_with("scenarios/suites/")) continue;
    if (scenario::is_scenario_file(kRoot + "/" + file.path)) continue;
    names.push_back(file.path.substr(file.path.rfind('/') + 1));
  }
  const auto users = read_tree(kRoot, {"scenarios", "tests"}, {".xml", ".cc", ".sh", ".txt"});
  EXPECT_THAT(unreferenced(names, users), IsEmpty());
}

TEST(Complete, EveryGoldenIsUsed) {
  std::vector<std::string> names;
  for (const SourceFile& file : read_tree(kRoot, {"tests/golden"}, {".txt", ".xml", ".json"})) {
    names.push_back(file.path.substr(file.path.rfind('/') + 1));
  }
  ASSERT_FALSE(names.empty());
  EXPECT_THAT(unreferenced(names, tests()), IsEmpty());
}

TEST(Complete, EveryRuleIsDescribed) {
  ASSERT_GE(catalogue().size(), 80U);
  std::set<std::string_view> ids;
  for (const Rule* rule : catalogue()) {
    const Card& card = rule->card;
    EXPECT_TRUE(ids.insert(card.id).second) << card.id << " is there twice";
    EXPECT_FALSE(card.title.empty()) << card.id;
    EXPECT_FALSE(card.source.empty()) << card.id;
    EXPECT_FALSE(card.cause.empty()) << card.id;
    EXPECT_FALSE(card.next_step.empty()) << card.id;
    EXPECT_FALSE(card.fails_on.empty()) << card.id;
    EXPECT_FALSE(card.passes_on.empty()) << card.id;
  }
}

// A step without a row cannot be written by who reads the page, nor an event be understood.
TEST(Complete, EveryStepAndEventIsOnItsPage) {
  const std::string steps = text_of("docs/scenario-format.md");
  const std::string events = text_of("docs/journal.md");
  std::vector<std::string> missing;
  for (const plan::CallSpec& call : plan::step_calls()) {
    const std::string row = "| `" + std::string(call.name) + "`";
    if (steps.find("\n" + row) == std::string::npos) missing.push_back(row);
  }
  for (std::size_t i = 1; i < rules::kEventNames; ++i) {
    const std::string name = "`" + std::string(rules::event_name(static_cast<rules::Ev>(i))) + "`";
    if (events.find(name) == std::string::npos) missing.push_back(name);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST(Complete, EveryDefectIsRun) {
  std::vector<std::string> names;
  for (const mock::Defect& defect : mock::defects()) {
    names.push_back("\"" + std::string(defect.name) + "\"");
  }
  for (const mock::RequesterDefect& defect : mock::requester_defects()) {
    names.push_back("\"" + std::string(defect.name) + "\"");
  }
  ASSERT_FALSE(names.empty());
  const auto users = read_tree(kRoot, {"scenarios", "tests"}, {".xml", ".cc"});
  EXPECT_THAT(unreferenced(names, users), IsEmpty());
}

TEST(Complete, EveryPageCanBeReached) {
  const auto pages = read_tree(kRoot, {"README.md", "docs"}, {".md"});
  ASSERT_GE(pages.size(), 4U);
  EXPECT_THAT(unreachable_pages(pages), IsEmpty());
}

TEST(Complete, EveryTestFolderIsBuilt) {
  const std::string cmake = text_of("tests/CMakeLists.txt");
  for (const SourceFile& file : read_tree(kRoot, {"tests/unit"}, {"_test.cc"})) {
    const std::string folder = file.path.substr(11, file.path.find('/', 11) - 11);
    EXPECT_NE(cmake.find("vsslab_unit(" + folder + " "), std::string::npos) << file.path;
  }
}

}  // namespace
}  // namespace vsslab::tidy
