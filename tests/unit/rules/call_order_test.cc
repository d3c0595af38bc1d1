#include "rules/call_order.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <string>

#include "journal/text.h"
#include "rules/view.h"

namespace vsslab::rules {
namespace {

// The last call of the requester R in the text, as the table sees it.
Cell cell_of_last(std::string_view text) {
  const auto journal = parse_text(text, "test");
  if (!journal) {
    ADD_FAILURE() << journal.error().message;
    return {};
  }
  const RunView run(*journal);
  const Session& session = run.sessions()[0];
  return expected(run, session.calls[session.calls.size() - 1]);
}

constexpr std::string_view kInit = "0 R InitializeForBackup\n";
const std::string kGathered =
    std::string(kInit) + "0 R SetBackupState type=VSS_BT_FULL\n1 R GatherWriterMetadata\n";
const std::string kSet = kGathered + "2 R StartSnapshotSet\n2 R AddToSnapshotSet volume=C:\\\n";
const std::string kPrepared = kSet + "3 R PrepareForBackup\n";
const std::string kSnapped = kPrepared + "4 R DoSnapshotSet\n";

struct Case {
  std::string journal;
  Expect expect;
  OrderRule rule;
};

void expect_cells(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    const Cell cell = cell_of_last(one.journal);
    EXPECT_EQ(static_cast<int>(cell.expect), static_cast<int>(one.expect)) << one.journal;
    EXPECT_EQ(static_cast<int>(cell.rule), static_cast<int>(one.rule)) << one.journal;
  }
}

TEST(CallOrder, TheDocumentedSequenceIsInOrder) {
  std::string journal;
  for (const char* call :
       {"InitializeForBackup", "SetContext context=0x0", "SetBackupState", "GatherWriterMetadata",
        "GetWriterMetadataCount", "AddComponent component=a", "StartSnapshotSet",
        "AddToSnapshotSet volume=C:\\", "PrepareForBackup", "GatherWriterStatus",
        "GetWriterStatus index=0", "DoSnapshotSet", "GatherWriterStatus", "GetWriterStatus index=0",
        "GetSnapshotProperties", "SetBackupSucceeded component=a", "SaveAsXML", "BackupComplete",
        "GatherWriterStatus"}) {
    journal += fmt::format("1 R {}\n", call);
    EXPECT_EQ(static_cast<int>(cell_of_last(journal).expect), static_cast<int>(Expect::accepted))
        << journal;
  }
}

TEST(CallOrder, EachWrongPlaceBelongsToOneRule) {
  expect_cells({
      {"0 R StartSnapshotSet", Expect::bad_state, OrderRule::init_002},
      {"0 R AbortBackup", Expect::bad_state, OrderRule::abort_005},
      {std::string(kInit) + "1 R GetWriterMetadata", Expect::any_error, OrderRule::meta_008},
      {std::string(kInit) + "1 R SetContext context=0x0\n1 R SetContext context=0x9",
       Expect::bad_state, OrderRule::ctx_002},
      {kGathered + "2 R GatherWriterMetadata", Expect::bad_state, OrderRule::meta_005},
      {kGathered + "2 R AddToSnapshotSet volume=C:\\", Expect::bad_state, OrderRule::set_004},
      {kGathered + "2 R DoSnapshotSet", Expect::bad_state, OrderRule::snap_001},
      {kGathered + "2 R DisableWriterClasses", Expect::unjudged, OrderRule::meta_001},
      {kSet + "3 R AddComponent component=a", Expect::discouraged, OrderRule::init_010},
      {kSet + "3 R StartSnapshotSet", Expect::bad_state, OrderRule::set_003},
      {kSet + "3 R DoSnapshotSet", Expect::any_error, OrderRule::prep_003},
      {kSet + "3 R GetWriterStatus index=0", Expect::any_error, OrderRule::stat_001},
      {kPrepared + "4 R AddComponent component=a", Expect::any_error, OrderRule::comp_003},
      {kPrepared + "4 R BackupComplete", Expect::unjudged, OrderRule::done_005},
      {kSnapped + "5 R AddToSnapshotSet volume=D:\\", Expect::bad_state, OrderRule::set_016},
      {kSnapped + "5 R DoSnapshotSet", Expect::any_error, OrderRule::init_001},
      {kPrepared + "4 R DoSnapshotSet async=A\n5 R QueryStatus async=A "
                   "status=VSS_E_PROVIDER_VETO\n6 R BackupComplete",
       Expect::unjudged, OrderRule::snap_008},
      {kPrepared + "4 R DoSnapshotSet async=A\n4 R GatherWriterStatus", Expect::unjudged,
       OrderRule::stat_002},
      {"0 R InitializeForRestore\n1 R StartSnapshotSet", Expect::bad_state, OrderRule::set_003},
      {"0 R InitializeForRestore\n1 R AbortBackup", Expect::unjudged, OrderRule::abort_007},
  });
}

TEST(CallOrder, ContextDecides) {
  const std::string no_writers = std::string(kInit) + "0 R SetContext context=0x10\n";
  expect_cells({
      {no_writers + "1 R StartSnapshotSet", Expect::accepted, OrderRule::none},
      {no_writers + "1 R StartSnapshotSet\n2 R PrepareForBackup", Expect::any_error,
       OrderRule::comp_011},
      {no_writers + "1 R StartSnapshotSet\n2 R DoSnapshotSet", Expect::accepted, OrderRule::none},
      {no_writers + "1 R StartSnapshotSet\n2 R SaveAsXML", Expect::accepted, OrderRule::none},
      {std::string(kInit) + "0 R SetContext context=0xffffffff\n1 R StartSnapshotSet",
       Expect::any_error, OrderRule::ctx_004},
  });
}

// A backup that needs no shadow copy prepares and completes without a set.
TEST(CallOrder, CopyLessBackup) {
  expect_cells({
      {kGathered + "2 R PrepareForBackup", Expect::accepted, OrderRule::none},
      {kGathered + "2 R PrepareForBackup\n3 R SetBackupSucceeded component=a", Expect::accepted,
       OrderRule::none},
      {kGathered + "2 R PrepareForBackup\n3 R BackupComplete", Expect::accepted, OrderRule::none},
      {kGathered + "2 R PrepareForBackup\n3 R DoSnapshotSet", Expect::bad_state,
       OrderRule::snap_001},
  });
}

TEST(CallOrder, ServiceIsJudgedByItsAnswer) {
  const auto verdict_of_vss = [](std::string_view hr) {
    const auto journal = parse_text(kSet + fmt::format("3 R StartSnapshotSet hr={}", hr), "test");
    const RunView run(*journal);
    const Rule* rule = find_rule("VSSR-SET-003");
    Findings findings(rule->card);
    rule->check(run, findings);
    for (const Finding& finding : findings.all()) {
      if (finding.subject == "vss") return finding.verdict;
    }
    return Verdict::error;
  };
  EXPECT_EQ(verdict_of_vss("VSS_E_BAD_STATE"), Verdict::pass);
  EXPECT_EQ(verdict_of_vss("S_OK"), Verdict::fail);
  EXPECT_EQ(verdict_of_vss("E_INVALIDARG"), Verdict::fail);
}

}  // namespace
}  // namespace vsslab::rules
