#include "run/redact.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/text.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedactWords, OneNameHasOneToken) {
  RedactWords words;
  EXPECT_EQ(words.name(TokenKind::writer, "Orders"), "writer-1");
  EXPECT_EQ(words.name(TokenKind::component, "Payroll"), "component-1");
  EXPECT_EQ(words.name(TokenKind::component, "Orders"), "writer-1");
  EXPECT_EQ(words.name(TokenKind::writer, ""), "");
  EXPECT_EQ(words.name(TokenKind::provider, "system"), "system");
}

TEST(RedactWords, CaseDiffersWhereItDiffered) {
  RedactWords words;
  const std::string a = words.name(TokenKind::writer, "orders");
  const std::string b = words.name(TokenKind::writer, "ORDERS");
  const std::string c = words.name(TokenKind::writer, "Orders");
  EXPECT_EQ(a, "writer-1");
  EXPECT_EQ(b, "Writer-1");
  EXPECT_EQ(c, "wRiter-1");
  EXPECT_EQ(words.name(TokenKind::writer, "ORDERS"), b);
}

TEST(RedactWords, PathsKeepTheirForm) {
  RedactWords words;
  EXPECT_EQ(words.path("C:\\Users\\jane\\plans.mdf"), "C:\\Users\\folder-1\\file-1.mdf");
  EXPECT_EQ(words.path("c:\\users\\jane"), "c:\\users\\folder-1");
  EXPECT_EQ(words.path("%SystemRoot%\\System32"), "%SystemRoot%\\System32");
  EXPECT_EQ(words.path("%CONTOSO%\\x"), "folder-2\\file-2");
  EXPECT_EQ(words.path("\\\\server9\\share"), "\\\\machine-1\\file-3");
  EXPECT_EQ(words.path("\\\\?\\Volume{7c1f2f7e-52a4-4a43-9d0c-31d7a55f8e10}\\"),
            "\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\");
  EXPECT_EQ(words.path("\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"),
            "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1");
  EXPECT_EQ(words.filespec("*.*"), "*.*");
  EXPECT_EQ(words.filespec("*.secret"), "*.file-4");
  EXPECT_EQ(words.path("\\\\?\\C:\\Ledger"), "\\\\?\\C:\\" + words.path("Ledger"));
}

TEST(RedactWords, WildcardsGoOnCoveringWhatTheyCovered) {
  RedactWords words;
  words.learn_filespec("orders*.dat");
  const std::string pattern = words.filespec("orders*.dat");
  const std::string name = words.filespec("orders1.dat");
  const std::string prefix = pattern.substr(0, pattern.find('*'));
  EXPECT_TRUE(name.starts_with(prefix)) << pattern << " " << name;
  EXPECT_THAT(name, Not(HasSubstr("orders")));
}

TEST(RedactWords, ProseLosesNamesAsWholeWords) {
  RedactWords words;
  words.name(TokenKind::writer, "Sales");
  words.name(TokenKind::writer, "Sales DB");
  words.name(TokenKind::component, "a");
  EXPECT_EQ(words.prose("Sales DB froze; SALES did not, salesman neither"),
            "writer-2 froze; writer-1 did not, salesman neither");
  EXPECT_EQ(words.prose("a (a) aa"), "component-1 (component-1) aa");
}

TEST(RedactWords, ProseKeepsTheReportsOwnWords) {
  RedactWords words;
  words.name(TokenKind::folder, "Freeze");
  words.name(TokenKind::file, "s");
  EXPECT_EQ(words.prose("30.000 s or less in Freeze"), "30.000 s or less in Freeze");
  EXPECT_EQ(words.prose("s was read from freeze"), "file-1 was read from folder-1");
}

TEST(RedactWords, WhatNamesNothingStays) {
  for (const char* value : {"", "0:4096,0x2000:512", "yes", "0x00000004", "VSS_WS_STABLE", "S_OK",
                            "1.000000000", "-3", "5affb034-969f-4919-8875-88f830d0ef89"}) {
    EXPECT_TRUE(RedactWords::is_harmless(value)) << value;
  }
  for (const char* value : {"Contoso", "C:\\x", "VSS_contoso", "0xyz", "yes sir", "1:x"}) {
    EXPECT_FALSE(RedactWords::is_harmless(value)) << value;
  }
}

Journal sample() {
  auto journal = parse_text(
      "0 writer:Contoso Initialize - name=\"Zurich Ledger\" instance_name=Seven "
      "usage=VSS_UT_USERDATA\n"
      "1 requester:nightly AddComponent - writer=Contoso path=Fabrikam component=Secret\n"
      "2 writer:Contoso Freeze enter set=4ad2e8b1-0000-4000-8000-000000000001\n"
      "3 writer:Contoso Freeze leave exception=\"jane's file C:\\\\x is locked\"\n"
      "4 writer:Contoso Write - volume=C:\\ path=C:\\Users\\jane\\plan.doc bytes=5\n"
      "5 service:vss WriterMetadata - writer=Contoso doc=\"<WRITER_METADATA version='1.2'>"
      "<IDENTIFICATION friendlyName='Zurich Ledger' unknown='Contoso'/><!-- jane "
      "--></WRITER_METADATA>\"");
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().to_text());
  return std::move(*journal);
}

TEST(Redactor, LeavesNoNameInAJournal) {
  const Journal original = sample();
  Redactor redactor;
  redactor.learn(original);
  const std::string text = write_text(Redactor::Scenario(redactor, 1).journal(original));
  for (const char* name :
       {"Contoso", "Zurich", "Seven", "nightly", "Fabrikam", "Secret", "jane", "plan", "locked"}) {
    EXPECT_THAT(write_text(original), HasSubstr(name));
    EXPECT_THAT(text, Not(HasSubstr(name)));
  }
  EXPECT_THAT(text, HasSubstr("! redacted=yes"));
  EXPECT_THAT(text,
              HasSubstr("writer:writer-1 Freeze enter set=4ad2e8b1-0000-4000-8000-000000000001"));
  const auto again = parse_text(text);
  ASSERT_TRUE(again) << again.error().to_text();
  EXPECT_EQ(again->events().size(), original.events().size());
}

TEST(Redactor, GivesTheSameTokensInEveryProcess) {
  const Journal original = sample();
  Redactor redactor;
  redactor.learn(original);
  EXPECT_EQ(write_text(Redactor::Scenario(redactor, 3).journal(original)),
            write_text(Redactor::Scenario(redactor, 3).journal(original)));
}

// "VSSW-TIME-009 fail" of every finding, in an order that does not depend on names.
std::vector<std::string> verdicts(const Journal& journal) {
  std::vector<std::string> lines;
  for (const Finding& finding : judge(RunView(journal), catalogue())) {
    lines.push_back(finding.rule_id + " " + std::string(verdict_name(finding.verdict)));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// Whatever a rule's own examples are, it says of the redacted journal what it said of the plain
// one.
TEST(Redactor, RulesSeeWhatTheySaw) {
  std::size_t compared = 0;
  for (const Rule* rule : catalogue()) {
    for (const std::string_view example : {rule->card.fails_on, rule->card.passes_on}) {
      const auto plain = parse_text(example);
      ASSERT_TRUE(plain) << rule->card.id;
      Redactor redactor;
      redactor.learn(*plain);
      const Journal tokens = Redactor::Scenario(redactor, 1).journal(*plain);
      const std::vector<std::string> before = verdicts(*plain);
      EXPECT_EQ(before, verdicts(tokens)) << rule->card.id << "\n"
                                          << example << "\n"
                                          << write_text(tokens);
      compared += before.size();
    }
  }
  EXPECT_GT(compared, 10'000U);
}

}  // namespace
}  // namespace vsslab
