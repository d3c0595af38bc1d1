// Every rule is seen to fail and seen to pass: its card's two examples.
#include <gtest/gtest.h>

#include <string>

#include "journal/text.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab {
namespace {

std::vector<Finding> judge_text(const Rule& rule, std::string_view text) {
  const auto journal = parse_text(text, std::string(rule.card.id));
  if (!journal) {
    ADD_FAILURE() << journal.error().to_text();
    return {};
  }
  const RunView run(*journal);
  const Rule* one[] = {&rule};
  return judge(run, one);
}

std::string described(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += std::string(verdict_name(finding.verdict)) + " [" + finding.subject +
            "] expected: " + finding.expected + "; actual: " + finding.actual + "; " +
            finding.note + "\n";
  }
  return text;
}

class RuleExample : public testing::TestWithParam<const Rule*> {};

TEST_P(RuleExample, FailsOnItsFailingJournal) {
  const Rule& rule = *GetParam();
  const auto findings = judge_text(rule, rule.card.fails_on);
  const Verdict wanted = rule.card.level == Level::must ? Verdict::fail : Verdict::warning;
  bool found = false;
  for (const Finding& finding : findings) {
    if (finding.verdict != wanted) continue;
    found = true;
    EXPECT_FALSE(finding.expected.empty());
    EXPECT_FALSE(finding.actual.empty());
    EXPECT_FALSE(finding.subject.empty());
    EXPECT_FALSE(finding.evidence.empty());
    EXPECT_LE(finding.evidence.size(), 6u);
  }
  EXPECT_TRUE(found) << rule.card.fails_on << "\n" << described(findings);
}

TEST_P(RuleExample, PassesOnItsPassingJournal) {
  const Rule& rule = *GetParam();
  const auto findings = judge_text(rule, rule.card.passes_on);
  bool passed = false;
  for (const Finding& finding : findings) {
    passed |= finding.verdict == Verdict::pass;
    EXPECT_TRUE(finding.verdict == Verdict::pass || finding.verdict == Verdict::not_applicable)
        << described(findings);
  }
  EXPECT_TRUE(passed) << rule.card.passes_on << "\n" << described(findings);
}

std::string test_name(const testing::TestParamInfo<const Rule*>& info) {
  std::string name(info.param->card.id);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RuleExample,
                         testing::ValuesIn(catalogue().begin(), catalogue().end()), test_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RuleExample);

}  // namespace
}  // namespace vsslab
