// Selection, expectations, waivers, exit codes: from findings to a verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/progress.h"
#include "cli/run_flags.h"
#include "journal/text.h"
#include "run/expect.h"
#include "run/run_all.h"
#include "run/selection.h"
#include "run/waivers.h"

namespace vsslab {
namespace {

using testing::HasSubstr;

constexpr std::string_view kId = "VSSW-TIME-009";

Finding finding(Verdict verdict, std::string subject = "orders-db") {
  Finding result;
  result.rule_id = kId;
  result.subject = std::move(subject);
  result.verdict = verdict;
  return result;
}

ScenarioResult scenario(std::vector<Finding> findings) {
  ScenarioResult result;
  result.name = "timing/x";
  result.findings = std::move(findings);
  return result;
}

const std::vector<const Rule*>& rules() {
  static const std::vector<const Rule*> all(catalogue().begin(), catalogue().end());
  return all;
}

int code_of(Verdict verdict, bool strict = false) {
  RunResult run;
  run.strict = strict;
  run.scenarios = {scenario({finding(verdict)})};
  return run.exit_code();
}

TEST(ExitCode, FollowsTheWorstVerdict) {
  EXPECT_EQ(code_of(Verdict::error), 3);
  EXPECT_EQ(code_of(Verdict::fail), 1);
  EXPECT_EQ(code_of(Verdict::unexpected_pass), 1);
  EXPECT_EQ(code_of(Verdict::inconclusive), 3);
  EXPECT_EQ(code_of(Verdict::warning), 0);
  EXPECT_EQ(code_of(Verdict::warning, true), 1);
  EXPECT_EQ(code_of(Verdict::waived), 0);
  EXPECT_EQ(code_of(Verdict::not_applicable), 0);
  EXPECT_EQ(code_of(Verdict::pass), 0);
}

TEST(ExitCode, AFailureOutweighsAnInconclusiveVerdict) {
  RunResult run;
  run.scenarios = {scenario({finding(Verdict::inconclusive), finding(Verdict::fail, "b")})};
  EXPECT_EQ(run.exit_code(), 1);
  run.scenarios[0].toolkit_error = "broken";
  EXPECT_EQ(run.exit_code(), 3);
  run.interrupted = true;
  EXPECT_EQ(run.exit_code(), 130);
}

TEST(Expect, AnExpectedFailureDoesNotCount) {
  plan::Expectations expect;
  expect.rules = {{std::string(kId), "orders-db", "fail", 5}};
  ScenarioResult result = scenario({finding(Verdict::fail), finding(Verdict::pass, "files")});
  compare_with_expectations(expect, rules(), result);
  EXPECT_TRUE(result.findings[0].expected_by_scenario);
  EXPECT_EQ(result.worst(), Verdict::pass);
}

TEST(Expect, TheSameFailureOfAnotherPartyCounts) {
  plan::Expectations expect;
  expect.rules = {{std::string(kId), "orders-db", "fail", 5}};
  ScenarioResult result = scenario({finding(Verdict::fail), finding(Verdict::fail, "files")});
  compare_with_expectations(expect, rules(), result);
  EXPECT_EQ(result.worst(), Verdict::fail);
}

TEST(Expect, AnExpectedFailureThatDoesNotComeIsAnUnexpectedPass) {
  plan::Expectations expect;
  expect.rules = {{std::string(kId), "orders-db", "fail", 5}};
  ScenarioResult passed = scenario({finding(Verdict::pass)});
  compare_with_expectations(expect, rules(), passed);
  EXPECT_EQ(passed.worst(), Verdict::unexpected_pass);
  ScenarioResult silent = scenario({});
  compare_with_expectations(expect, rules(), silent);
  EXPECT_EQ(silent.worst(), Verdict::unexpected_pass);
}

TEST(Expect, LinesAboutRulesThatAreNotSelectedArePassedOver) {
  plan::Expectations expect;
  expect.rules = {{std::string(kId), "orders-db", "fail", 5}};
  ScenarioResult result = scenario({});
  compare_with_expectations(expect, {}, result);
  EXPECT_EQ(result.worst(), Verdict::pass);
}

TEST(Expect, AnyLetsOtherRulesFail) {
  plan::Expectations expect;
  expect.other_rules = "any";
  ScenarioResult result = scenario({finding(Verdict::fail)});
  compare_with_expectations(expect, rules(), result);
  EXPECT_EQ(result.worst(), Verdict::pass);
}

ScenarioResult with_journal(std::string_view text) {
  auto journal = parse_text(text);
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().to_text());
  ScenarioResult result = scenario({});
  if (journal) result.journal = std::make_shared<const Journal>(std::move(*journal));
  return result;
}

TEST(Expect, EventsAreCountedTimedAndMissed) {
  const ScenarioResult base = with_journal(
      "#1 1.000000000 s1 writer:a Freeze enter ^0 @1\n"
      "#2 2.000000000 s1 writer:a Freeze leave ^1 @1 ret=true\n"
      "#3 9.000000000 s1 writer:a Thaw enter ^0 @1\n");
  const auto verdict = [&](auto change) {
    plan::ExpectEvent event;
    event.actor = "writer:a";
    change(event);
    plan::Expectations expect;
    expect.events = {event};
    ScenarioResult result = base;
    compare_with_expectations(expect, rules(), result);
    return result.expectations.at(0).verdict;
  };
  EXPECT_EQ(verdict([](auto& event) { event.name = "Freeze"; }), Verdict::pass);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Abort"; }), Verdict::fail);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Abort", event.absent = true; }), Verdict::pass);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Freeze", event.absent = true; }),
            Verdict::fail);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Freeze", event.count = 1; }), Verdict::pass);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Freeze", event.count = 2; }), Verdict::fail);
  EXPECT_EQ(verdict([](auto& event) {
              event.name = "Thaw", event.of = "Freeze", event.within = std::chrono::seconds(8);
            }),
            Verdict::pass);
  EXPECT_EQ(verdict([](auto& event) {
              event.name = "Thaw", event.of = "Freeze", event.within = std::chrono::seconds(7);
            }),
            Verdict::fail);
  EXPECT_EQ(verdict([](auto& event) { event.name = "Freeze", event.actor = "writer:b"; }),
            Verdict::fail);
}

TEST(Expect, ArgumentsNarrowAnEvent) {
  const ScenarioResult base = with_journal(
      "#1 1.000000000 s1 requester:r AddToSnapshotSet enter volume=C:\\\n"
      "#2 2.000000000 s1 requester:r AddToSnapshotSet leave hr=S_OK ^1 snapshot=a1\n"
      "#3 3.000000000 s1 requester:r AddToSnapshotSet enter volume=D:\\\n"
      "#4 4.000000000 s1 requester:r AddToSnapshotSet leave hr=VSS_E_VOLUME_NOT_SUPPORTED ^3\n");
  const auto result_of = [&](std::vector<plan::ExpectArgument> arguments, auto change) {
    plan::ExpectEvent event;
    event.actor = "requester:r";
    event.name = "AddToSnapshotSet";
    event.arguments = std::move(arguments);
    change(event);
    plan::Expectations expect;
    expect.events = {event};
    ScenarioResult result = base;
    compare_with_expectations(expect, rules(), result);
    return result.expectations.at(0);
  };
  const auto verdict = [&](std::vector<plan::ExpectArgument> arguments, auto change) {
    return result_of(std::move(arguments), change).verdict;
  };
  const auto once = [](auto& event) { event.count = 1; };
  const auto never = [](auto& event) { event.absent = true; };
  EXPECT_EQ(verdict({{"volume", "D:\\"}}, once), Verdict::pass);
  EXPECT_EQ(verdict({{"volume", "d:\\"}}, once), Verdict::fail);
  EXPECT_EQ(verdict({{"volume", ":", true}}, once), Verdict::fail);
  EXPECT_EQ(verdict({{"volume", ":", true}}, [](auto& event) { event.count = 2; }), Verdict::pass);
  EXPECT_EQ(verdict({{"volume", "C:\\"}, {"snapshot", "a1"}}, once),
            Verdict::pass);  // of the leave
  EXPECT_EQ(verdict({{"volume", "D:\\"}, {"snapshot", "a1"}}, never), Verdict::pass);
  EXPECT_EQ(verdict({{"volume", "D:\\"}}, [](auto& event) { event.hr = hr::volume_not_supported; }),
            Verdict::pass);
  EXPECT_EQ(verdict({{"volume", "C:\\"}}, [](auto& event) { event.hr = hr::volume_not_supported; }),
            Verdict::fail);
  EXPECT_EQ(verdict({{"volume", "E:\\"}}, never), Verdict::pass);
  // A slip in the argument's name does not pass for an event that is absent.
  const auto slip = result_of({{"volum", "E:\\"}}, never);
  EXPECT_EQ(slip.verdict, Verdict::fail);
  EXPECT_THAT(slip.actual, HasSubstr("has an argument 'volum'"));
}

TEST(Expect, StatusIsTheOneAfterTheCall) {
  ScenarioResult result = with_journal(
      "#1 1.000000000 s1 requester:r GetWriterStatus - hr=S_OK writer=a state=VSS_WS_STABLE\n"
      "#2 2.000000000 s1 requester:r DoSnapshotSet enter\n"
      "#3 3.000000000 s1 requester:r DoSnapshotSet leave hr=S_OK ^2\n"
      "#4 4.000000000 s1 requester:r GetWriterStatus - hr=S_OK writer=a "
      "state=VSS_WS_FAILED_AT_FREEZE code=VSS_E_WRITERERROR_TIMEOUT\n");
  plan::Expectations expect;
  expect.writer_status = {{"a", "DoSnapshotSet", 9, hr::writererror_timeout, 1},
                          {"a", "DoSnapshotSet", 1, {}, 2},
                          {"b", "DoSnapshotSet", 1, {}, 3}};
  compare_with_expectations(expect, rules(), result);
  ASSERT_EQ(result.expectations.size(), 3U);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::pass);
  EXPECT_EQ(result.expectations[1].verdict, Verdict::fail);
  EXPECT_EQ(result.expectations[2].verdict, Verdict::fail);
}

std::string waiver(std::string_view attributes) {
  return "<Waivers format=\"1\"><Waiver " + std::string(attributes) + "/></Waivers>";
}
constexpr std::string_view kWaiver =
    "rule=\"VSSW-TIME-009\" until=\"2027-01-31\" reason=\"r\" link=\"l\"";

TEST(Waivers, HoldUntilTheirLastDay) {
  const auto waivers = Waivers::parse(waiver(kWaiver), "w.xml");
  ASSERT_TRUE(waivers) << waivers.error().to_text();
  ScenarioResult in_time = scenario({finding(Verdict::fail)});
  waivers->apply(in_time, "2027-01-31");
  EXPECT_EQ(in_time.worst(), Verdict::waived);
  ScenarioResult late = scenario({finding(Verdict::fail)});
  waivers->apply(late, "2027-02-01");
  EXPECT_EQ(late.worst(), Verdict::fail);
  EXPECT_THAT(late.findings[0].note, HasSubstr("ended on 2027-01-31"));
}

TEST(Waivers, OneThatIsNotNeededTurnsTheRunRed) {
  const auto waivers = Waivers::parse(waiver(kWaiver), "w.xml");
  ASSERT_TRUE(waivers);
  RunResult run;
  run.scenarios = {scenario({finding(Verdict::pass)})};
  waivers->finish(run, "2026-01-01");
  EXPECT_EQ(run.exit_code(), 1);
  RunResult needed;
  needed.scenarios = {scenario({finding(Verdict::fail)}), scenario({finding(Verdict::pass)})};
  for (ScenarioResult& item : needed.scenarios) waivers->apply(item, "2026-01-01");
  waivers->finish(needed, "2026-01-01");
  EXPECT_EQ(needed.exit_code(), 0);
}

TEST(Waivers, BadOnesAreRefusedWithTheirLine) {
  const auto message = [](const std::string& text) {
    const auto waivers = Waivers::parse(text, "w.xml");
    return waivers ? std::string("accepted") : waivers.error().to_text();
  };
  EXPECT_THAT(message(waiver("rule=\"VSSW-TIME-009\" until=\"2027-01-31\" reason=\"r\"")),
              HasSubstr("needs 'link'"));
  EXPECT_THAT(message(waiver("rule=\"VSSW-TIME-999\" until=\"2027-01-31\" reason=\"r\" "
                             "link=\"l\"")),
              HasSubstr("VSSW-TIME-999"));
  EXPECT_THAT(message(waiver("rule=\"VSSW-TIME-009\" until=\"soon\" reason=\"r\" link=\"l\"")),
              HasSubstr("2027-03-31"));
  EXPECT_THAT(message("<Waivers format=\"1\"><Waver/></Waivers>"), HasSubstr("w.xml:1"));
  EXPECT_THAT(message("<Waivers format=\"2\"/>"), HasSubstr("format"));
}

TEST(Selection, GlobsSeedsAndShards) {
  EXPECT_TRUE(glob_match("VSSW-TIME-*", "VSSW-TIME-009"));
  EXPECT_TRUE(glob_match("vssw-*-00?", "VSSW-TIME-009"));
  EXPECT_FALSE(glob_match("VSSW-TIME", "VSSW-TIME-009"));
  EXPECT_TRUE(glob_match("**a*", "bca"));
  EXPECT_EQ(parse_seeds("3..5"), (std::vector<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(parse_seeds("3"), (std::vector<std::uint64_t>{3}));
  for (const char* bad : {"", "a", "5..3", "1..", "..2", "1..2..3", "0..99999999", "-1"}) {
    EXPECT_FALSE(parse_seeds(bad)) << bad;
  }
  std::size_t taken = 0;
  for (std::size_t part = 1; part <= 3; ++part) {
    const auto shard = parse_shard(std::to_string(part) + "/3");
    ASSERT_TRUE(shard);
    for (std::size_t item = 0; item < 10; ++item) taken += shard->has(item) ? 1 : 0;
  }
  EXPECT_EQ(taken, 10U);
  for (const char* bad : {"0/3", "4/3", "1", "/", "a/b", "1/0"}) EXPECT_FALSE(parse_shard(bad));
}

TEST(Selection, EmptyOnesAreErrors) {
  EXPECT_FALSE(select_rules({{"NOPE-*"}, {}, Level::info}));
  EXPECT_FALSE(select_rules({{}, {"*"}, Level::info}));
  const auto must = select_rules({{}, {}, Level::must});
  ASSERT_TRUE(must);
  for (const Rule* rule : *must) EXPECT_EQ(rule->card.level, Level::must);
  EXPECT_EQ(select_rules({{"freeze-returns"}, {}, Level::info})->size(), 1U);
}

TEST(ProgressText, CutsTheMiddleOut) {
  const std::string text =
      cli::progress_text(37, 120, 2, "timing/freeze-hang", std::chrono::seconds(4), 200);
  EXPECT_EQ(text, "[37/120] 2 failed  timing/freeze-hang  eta 4 s");
  const std::string narrow =
      cli::progress_text(37, 120, 2, "timing/freeze-hang", std::chrono::seconds(4), 30);
  EXPECT_EQ(narrow.size(), 30U);
  EXPECT_THAT(narrow, HasSubstr("..."));
  EXPECT_TRUE(narrow.starts_with("[37/120]"));
  EXPECT_TRUE(narrow.ends_with("eta 4 s"));
}

TEST(ShellWord, QuotesWhatAShellWouldChange) {
  EXPECT_EQ(cli::shell_word("a/b-c.xml"), "a/b-c.xml");
  EXPECT_EQ(cli::shell_word("a b"), "'a b'");
  EXPECT_EQ(cli::shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(cli::shell_word(""), "''");
}

TEST(JournalFileName, IsPlain) {
  plan::ScenarioPlan plan;
  plan.name = "timing/../freeze hang";
  EXPECT_EQ(journal_file_name(plan, 7), "timing----freeze-hang-7.journal");
}

}  // namespace
}  // namespace vsslab
