// What of a scenario's result counts for the party under test, and what comes of a whole run.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/text.h"
#include "run/run_scenario.h"
#include "sdk/conform.h"

namespace vsslab::sdk {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<const Rule*> kAll{catalogue().begin(), catalogue().end()};

ScenarioResult played(std::string_view text) {
  ScenarioResult result;
  auto journal = parse_text(text, "test");
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().to_text());
  if (!journal) return result;
  judge_journal(result, std::make_shared<const Journal>(std::move(*journal)), {});
  result.findings.clear();
  return result;
}

constexpr std::string_view kTookPart = "0 W1 Subscribe\n1 R GetSessionId\n1 W1 Freeze\n";

Finding finding(std::string_view rule, std::string_view subject, Verdict verdict) {
  Finding item;
  item.rule_id = rule;
  item.subject = subject;
  item.verdict = verdict;
  item.expected = "this";
  item.actual = "that";
  return item;
}

ExpectationResult expectation(Verdict verdict) { return {3, "Thaw", verdict, "none came", {}}; }

TEST(Conform, RulesBelongToRoles) {
  EXPECT_TRUE(rule_is_for(Role::writer, "VSSW-TIME-009"));
  EXPECT_TRUE(rule_is_for(Role::writer, "VSSM-FILE-002"));
  EXPECT_FALSE(rule_is_for(Role::writer, "VSSM-BCD-001"));
  EXPECT_FALSE(rule_is_for(Role::writer, "VSSW-REST-001"));  // what VSS does with its wish
  EXPECT_TRUE(rule_is_for(Role::writer, "VSSW-REST-004"));
  EXPECT_TRUE(rule_is_for(Role::requester, "VSSM-BCD-001"));
  EXPECT_TRUE(rule_is_for(Role::provider, "VSSP-ERR-001"));
  EXPECT_FALSE(rule_is_for(Role::provider, "VSSC-LIFE-001"));
  EXPECT_EQ(family_of("VSSW-TIME-009"), "VSSW-TIME");
}

TEST(Conform, KeepsWhatIsAboutTheSubject) {
  ScenarioResult result = played(kTookPart);
  result.findings = {finding("VSSW-TIME-009", "W1", Verdict::pass),
                     finding("VSSW-TIME-009", "W1#2", Verdict::fail),
                     finding("VSSW-TIME-009", "W12", Verdict::pass),
                     finding("VSSR-META-004", "R", Verdict::pass)};
  keep_subject(result, Role::writer, "W1", kAll);
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.findings[1].subject, "W1#2");
  EXPECT_EQ(result.toolkit_error, "");
}

TEST(Conform, ABrokenRuleOfAnotherPartyBesideASoundSubjectIsTheToolkitsFault) {
  ScenarioResult result = played(kTookPart);
  result.findings = {finding("VSSW-TIME-009", "W1", Verdict::pass),
                     finding("VSSR-META-004", "R", Verdict::fail)};
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_THAT(result.toolkit_error, HasSubstr("VSSR-META-004 R: expected this, actual that"));
}

TEST(Conform, BesideABrokenSubjectItIsAConsequence) {
  ScenarioResult result = played(kTookPart);
  result.findings = {finding("VSSW-TIME-009", "W1", Verdict::fail),
                     finding("VSSR-META-004", "R", Verdict::fail)};
  result.expectations = {expectation(Verdict::fail)};
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_EQ(result.toolkit_error, "");
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_THAT(result.notes[0], HasSubstr("VSSR-META-004"));
  EXPECT_THAT(result.expectations, IsEmpty());
}

TEST(Conform, WarningsAndExpectedFailuresOfOthersAreNoReasonForDoubt) {
  ScenarioResult result = played(kTookPart);
  result.findings = {finding("VSSR-META-004", "R", Verdict::warning),
                     finding("VSSR-META-004", "R", Verdict::fail)};
  result.findings[1].expected_by_scenario = true;
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_EQ(result.toolkit_error, "");
}

TEST(Conform, AScenarioThatDidNotGetToItsPointBesideASoundSubjectIsInconclusive) {
  ScenarioResult result = played(kTookPart);
  result.expectations = {expectation(Verdict::fail), expectation(Verdict::pass)};
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_EQ(result.worst(), Verdict::inconclusive);
}

TEST(Conform, ARequesterThatWasRefusedByItsOwnFaultAndWentNoFurtherHasFailed) {
  ScenarioResult result = played(
      "0 R InitializeForBackup hr=S_OK\n1 R DoSnapshotSet enter\n1 R DoSnapshotSet leave hr=S_OK "
      "async=A4\n2 R GatherWriterStatus hr=VSS_E_BAD_STATE\n"
      "3 C AsyncFinished async=A4 op=DoSnapshotSet hr=S_OK\n4 R Release\n");
  result.expectations = {expectation(Verdict::fail)};
  Finding missed = finding("VSSW-TIME-009", "files", Verdict::unexpected_pass);
  result.findings = {missed};
  keep_subject(result, Role::requester, "R", kAll);
  EXPECT_EQ(result.toolkit_error, "");
  ASSERT_EQ(result.expectations.size(), 2U);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::fail);
  EXPECT_EQ(result.expectations[0].actual,
            "none came; GatherWriterStatus of R gave VSS_E_BAD_STATE (#4); DoSnapshotSet (#3) was "
            "still running then");
  EXPECT_THAT(result.expectations[1].text, HasSubstr("VSSW-TIME-009 of files"));
}

TEST(Conform, ARequesterThatWasRefusedByAnothersFaultGivesNoVerdict) {
  ScenarioResult result = played(
      "0 R InitializeForBackup hr=S_OK\n1 R AddToSnapshotSet hr=VSS_E_PROVIDER_VETO\n4 R "
      "Release\n");
  result.expectations = {expectation(Verdict::fail)};
  keep_subject(result, Role::requester, "R", kAll);
  EXPECT_EQ(result.worst(), Verdict::inconclusive);
}

TEST(Conform, FilesThatAWriterNamesAndTheLabLacksAreNoReasonForDoubt) {
  ScenarioResult result = played(kTookPart);
  ExpectationResult made{0, "R makes its backup", Verdict::fail, "ended by copying files", {}};
  result.expectations = {made};
  result.operations.resize(1);
  result.operations[0].requester = "R";
  result.operations[0].last_call = "copying files";
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_THAT(result.expectations, IsEmpty());
  EXPECT_THAT(result.notes, testing::SizeIs(1));

  result.expectations = {made};
  result.operations[0].last_call = "DoSnapshotSet";
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_EQ(result.worst(), Verdict::inconclusive);
}

TEST(Conform, ARequesterWithoutWritersIsNotAskedForThem) {
  static constexpr char kText[] =
      "0 R InitializeForBackup hr=S_OK\n0 R SetContext context={}\n4 R Release\n";
  ScenarioResult result = played(fmt::format(kText, "0x00000010"));
  result.expectations = {expectation(Verdict::fail)};
  keep_subject(result, Role::requester, "R", kAll);
  EXPECT_THAT(result.expectations, IsEmpty());
  result = played(fmt::format(kText, "0x00000000"));
  result.expectations = {expectation(Verdict::fail)};
  keep_subject(result, Role::requester, "R", kAll);
  EXPECT_EQ(result.worst(), Verdict::inconclusive);
}

TEST(Conform, ASubjectThatTookNoPartGivesNoVerdict) {
  ScenarioResult result = played("1 R GetSessionId\n2 W1 Initialize hr=E_ACCESSDENIED\n");
  result.expectations = {expectation(Verdict::fail)};
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_THAT(result.toolkit_error, HasSubstr("never called Subscribe"));
  EXPECT_THAT(result.toolkit_error, HasSubstr("Initialize gave it E_ACCESSDENIED"));
  EXPECT_THAT(result.expectations, IsEmpty());
}

TEST(Conform, ASubjectThatGoesDownIsAFailure) {
  ScenarioResult result = played(
      "0 W1 Subscribe\n1 R GetSessionId\n1 W1 Freeze enter\n"
      "2 W1 ProcessExit reason=crash code=0xe06d7363 exception=full\n3 R Release\n");
  result.expectations = {expectation(Verdict::fail)};
  result.toolkit_error = "the budget is used up";
  keep_subject(result, Role::writer, "W1", kAll);
  EXPECT_EQ(result.toolkit_error, "");
  ASSERT_EQ(result.expectations.size(), 1U);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::fail);
  EXPECT_EQ(result.expectations[0].actual, "it crashed in Freeze (uncaught exception: full)");
}

TEST(Conform, AProcessThatIsLostInTheSubjectsCodeIsTheSubjectsFault) {
  ScenarioResult result;
  result.toolkit_error = "crashed with SIGSEGV";
  result.lost_in = "mail";
  blame_subject(result, Role::writer, "W1");
  EXPECT_EQ(result.worst(), Verdict::error);
  result.lost_in = "W1";
  blame_subject(result, Role::writer, "W1");
  EXPECT_EQ(result.worst(), Verdict::fail);
  EXPECT_EQ(result.toolkit_error, "");
}

RunResult run_of(std::vector<Finding> findings, std::vector<ExpectationResult> expectations = {}) {
  RunResult run;
  run.scenarios.resize(1);
  run.scenarios[0].name = "one";
  run.scenarios[0].findings = std::move(findings);
  run.scenarios[0].expectations = std::move(expectations);
  return run;
}

TEST(Conform, CountsScenariosAndNotWriters) {
  const RunResult run = run_of({finding("VSSW-TIME-009", "W", Verdict::fail),
                                finding("VSSW-TIME-009", "W#2", Verdict::pass),
                                finding("VSSW-TIME-009", "W#3", Verdict::fail)});
  const Conformance sum = conformance_of(run, Role::writer, "W", kAll, false);
  const auto rule = std::find_if(sum.rules.begin(), sum.rules.end(),
                                 [](const auto& each) { return each.id == "VSSW-TIME-009"; });
  ASSERT_NE(rule, sum.rules.end());
  EXPECT_EQ(rule->applied, 1U);
  EXPECT_EQ(rule->broken_in, std::vector<std::string>{"one"});
}

std::string sentence(const RunResult& run, bool narrowed = false) {
  return conformance_of(run, Role::writer, "W", kAll, narrowed).sentence();
}

TEST(Conform, TheSentenceCountsRulesAndNotFindings) {
  const auto pass = finding("VSSW-TIME-009", "W1", Verdict::pass);
  EXPECT_THAT(sentence(run_of({pass, pass})),
              HasSubstr("CONFORMANT: 1 must rule applied, 0 broken"));
  EXPECT_EQ(sentence(run_of({pass})).find("NOT"), std::string::npos);
  EXPECT_THAT(sentence(run_of({pass, finding("VSSW-TIME-009", "W1", Verdict::fail)})),
              HasSubstr("NOT CONFORMANT: 1 must rule applied, 1 broken"));
  EXPECT_THAT(sentence(run_of({})), HasSubstr("NO CONCLUSION"));
  EXPECT_THAT(sentence(run_of({}), true), HasSubstr("NOT APPLICABLE"));
  EXPECT_THAT(sentence(run_of({finding("VSSW-TIME-003", "W1", Verdict::warning)}), true),
              HasSubstr("CONFORMANT: 0 must rules applied, 0 broken; 1 should rule applied, 1"));
}

TEST(Conform, APartOfTheSuiteProvesOnlyWhatItBroke) {
  RunResult part = run_of({finding("VSSW-TIME-009", "W1", Verdict::pass)});
  part.interrupted = true;
  EXPECT_THAT(sentence(part), HasSubstr("NO CONCLUSION: 1 must rule applied, 0 broken"));
  EXPECT_THAT(sentence(part), HasSubstr("; interrupted after 1 scenario"));
  EXPECT_THAT(sentence(part, true), HasSubstr("NO CONCLUSION"));
  part.scenarios[0].findings = {finding("VSSW-TIME-009", "W1", Verdict::fail)};
  EXPECT_THAT(sentence(part), HasSubstr("NOT CONFORMANT: 1 must rule applied, 1 broken"));
  EXPECT_THAT(sentence(part), HasSubstr("; interrupted after 1 scenario"));
}

TEST(Conform, StrictTakesShouldRulesForMustRules) {
  RunResult run = run_of({finding("VSSW-TIME-009", "W1", Verdict::pass),
                          finding("VSSW-TIME-003", "W1", Verdict::warning)});
  EXPECT_EQ(sentence(run).find("NOT CONFORMANT"), std::string::npos);
  run.strict = true;
  EXPECT_THAT(sentence(run), HasSubstr("NOT CONFORMANT"));
  EXPECT_THAT(sentence(run), HasSubstr("; --strict"));
}

TEST(Conform, TheSentenceTellsOfScenariosWithoutAnEnd) {
  const auto pass = finding("VSSW-TIME-009", "W1", Verdict::pass);
  EXPECT_THAT(sentence(run_of({pass}, {expectation(Verdict::inconclusive)})),
              HasSubstr("NO CONCLUSION"));
  const std::string down = sentence(run_of({pass}, {expectation(Verdict::fail)}));
  EXPECT_THAT(down, HasSubstr("NOT CONFORMANT"));
  EXPECT_THAT(down, HasSubstr("it went down or gave up in 1 of 1 scenarios"));
}

}  // namespace
}  // namespace vsslab::sdk
