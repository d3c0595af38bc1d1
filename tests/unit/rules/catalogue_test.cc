#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "journal/text.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab {
namespace {

TEST(Catalogue, IdsAreUniqueSortedAndWellFormed) {
  const std::regex form("VSS[WRPCM]-[A-Z]{2,9}-[0-9]{3}");
  std::string previous;
  std::set<std::string> slugs;
  for (const Rule* rule : catalogue()) {
    const std::string id(rule->card.id);
    EXPECT_TRUE(std::regex_match(id, form)) << id;
    EXPECT_LT(previous, id);
    previous = id;
    EXPECT_TRUE(slugs.insert(std::string(rule->card.slug)).second) << id << " " << rule->card.slug;
    EXPECT_TRUE(
        std::regex_match(std::string(rule->card.slug), std::regex("[a-z0-9]+(-[a-z0-9]+)*")))
        << id << " " << rule->card.slug;
  }
}

TEST(Catalogue, CardsAreComplete) {
  for (const Rule* rule : catalogue()) {
    const Card& card = rule->card;
    EXPECT_TRUE(card.title.ends_with('.')) << card.id;
    EXPECT_FALSE(card.source.empty()) << card.id;
    EXPECT_FALSE(card.cause.empty()) << card.id;
    EXPECT_FALSE(card.next_step.empty()) << card.id;
    EXPECT_NE(rule->check, nullptr) << card.id;
  }
}

TEST(Catalogue, ConsequencesAreRules) {
  for (const Rule* rule : catalogue()) {
    std::istringstream ids{std::string(rule->card.consequences)};
    for (std::string id; std::getline(ids, id, ',');) {
      id.erase(std::remove(id.begin(), id.end(), ' '), id.end());
      const Rule* other = find_rule(id);
      EXPECT_TRUE(other != nullptr && other != rule) << rule->card.id << " lists '" << id << "'";
    }
  }
}

TEST(Catalogue, FindsByIdAndBySlug) {
  ASSERT_FALSE(catalogue().empty());
  for (const Rule* rule : catalogue()) {
    EXPECT_EQ(find_rule(rule->card.id), rule);
    EXPECT_EQ(find_rule(rule->card.slug), rule);
  }
  EXPECT_EQ(find_rule("VSSW-NONE-001"), nullptr);
}

// A rule that a file defines and the catalogue does not list would quietly never run.
TEST(Catalogue, ListsEveryRuleOfEveryFile) {
  const std::regex definition(R"(^\s*(constexpr|constinit|const)\s+(const\s+)?Rule\s+\w+[{(=\s])");
  std::size_t defined = 0;
  const std::filesystem::path folder = std::filesystem::path(VSSLAB_SOURCE_DIR) / "harness/rules";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, definition)) ++defined;
    }
  }
  EXPECT_EQ(defined, catalogue().size());
}

// No rule may read meaning into nothing, or crash on it.
TEST(Catalogue, AnEmptyJournalNeitherPassesNorFails) {
  const Journal journal;
  const RunView run(journal);
  for (const Finding& finding : judge(run, catalogue())) {
    EXPECT_EQ(finding.verdict, Verdict::not_applicable) << finding.rule_id;
  }
}

}  // namespace
}  // namespace vsslab
