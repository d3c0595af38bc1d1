// Parties that go down and backups that do not come about.
#include <gtest/gtest.h>

#include "journal/text.h"
#include "run/endings.h"
#include "run/run_scenario.h"

namespace vsslab {
namespace {

ScenarioResult judged(std::string_view text, const plan::Expectations& expect = {}) {
  ScenarioResult result;
  auto journal = parse_text(text, "test");
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().to_text());
  if (!journal) return result;
  judge_journal(result, std::make_shared<const Journal>(std::move(*journal)), {});
  compare_ends(expect, {}, result);
  return result;
}

constexpr std::string_view kCrash =
    "1 R GetSessionId\n1 W1 Freeze enter\n2 W1 ProcessExit reason=crash code=0xc0000005\n";

TEST(Endings, ACrashIsAFailureAndShownBesideTheParty) {
  const ScenarioResult result = judged(kCrash);
  EXPECT_EQ(result.worst(), Verdict::fail);
  ASSERT_EQ(result.parties.size(), 2U);
  EXPECT_EQ(result.parties[1].end, "crashed in Freeze (0xc0000005)");
  EXPECT_EQ(result.parties[1].end_evidence, (std::vector<Seq>{2, 3}));
}

TEST(Endings, AnExpectedCrashIsNone) {
  plan::Expectations expect;
  expect.parties = {{"writer:W1", "crash", 7}};
  EXPECT_EQ(judged(kCrash, expect).worst(), Verdict::pass);
  EXPECT_EQ(judged("1 R GetSessionId\n1 W1 Freeze\n", expect).worst(), Verdict::fail);
  expect.parties = {{"writer:W1", "hang", 7}};
  EXPECT_EQ(judged(kCrash, expect).worst(), Verdict::fail);
}

TEST(Endings, ThePartyThatIsExpectedHasToTakePart) {
  plan::Expectations expect;
  expect.parties = {{"writer:W2", "crash", 7}, {"writer:W1", "crash", 8}};
  EXPECT_EQ(judged(kCrash, expect).worst(), Verdict::fail);
}

TEST(Endings, AWriterMayLeaveWhenTheLastRequesterIsDone) {
  EXPECT_EQ(judged("1 R Release\n2 W1 ProcessExit reason=exit code=0x00000000\n").worst(),
            Verdict::pass);
  EXPECT_EQ(judged("1 W1 ProcessExit reason=exit code=0x00000000\n2 R Release\n").worst(),
            Verdict::fail);
}

}  // namespace
}  // namespace vsslab
