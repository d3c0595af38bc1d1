// The project's own tests of its writer, with GoogleTest.
#include <vsslab/gtest.h>

#include "ledger_writer.h"

TEST(LedgerWriter, Conforms) {
  const auto run = vsslab::lab::run_writer<LedgerWriter>();
  EXPECT_CONFORMS(run);
  EXPECT_RULE_HOLDS(run, "VSSW-TIME-009");
  const auto writer = run.journal().of(run.subject());
  EXPECT_EVENT_ORDER(writer, "Identify", "PrepareForBackup", "PrepareForSnapshot", "Freeze", "Thaw",
                     "PostSnapshot", "BackupComplete", "BackupShutdown");
  EXPECT_EVENT_ORDER(run.journal(), "subject Freeze", "subject Thaw", "vss SnapshotCreated");
  EXPECT_EQ(writer.last_state(), "VSS_WS_STABLE");
  EXPECT_EQ(writer.count("Freeze"), 1U);
  ASSERT_NE(writer.first("Freeze"), nullptr);
  EXPECT_EQ(writer.first("Freeze")->arg("limit"), "60.000000000");
}

TEST(LedgerWriter, ServesTwoBackups) {
  const auto run = vsslab::lab::run_writer<LedgerWriter>({.scenario = "two-in-a-row"});
  EXPECT_CONFORMS(run);
  EXPECT_EQ(run.journal().of(run.subject()).count("Thaw"), 2U);
}

TEST(SlowLedgerWriter, IsCaught) {
  const auto run = vsslab::lab::run_writer<SlowLedgerWriter>();
  EXPECT_RULE_BROKEN(run, "VSSW-TIME-009");
  const auto writer = run.journal().of(run.subject());
  EXPECT_EQ(writer.last_state(), "VSS_WS_FAILED_AT_FREEZE");
  EXPECT_EQ(writer.last_code(), "VSS_E_WRITERERROR_TIMEOUT");
  EXPECT_FALSE(vsslab::lab::conforms(run));
  EXPECT_FALSE(vsslab::lab::in_order(writer, {"Freeze", "Thaw"}));
}

TEST(Lab, SaysWhatIsWrongWithTheQuestion) {
  const auto run = vsslab::lab::run_writer<LedgerWriter>({.scenario = "ful"});
  EXPECT_NE(run.error().find("conform/writer/full"), std::string::npos) << run.error();
  EXPECT_FALSE(vsslab::lab::conforms(run));
}

// A misspelt name is no "never".
TEST(Lab, RefusesNamesThatNoJournalHas) {
  const auto run = vsslab::lab::run_writer<LedgerWriter>();
  EXPECT_THROW(run.journal().of("nobody"), std::invalid_argument);
  EXPECT_THROW(run.journal().of(run.subject()).count("Abrot"), std::invalid_argument);
  EXPECT_THROW(run.journal().first("Freze"), std::invalid_argument);
  EXPECT_THROW(run.journal().last("Freze"), std::invalid_argument);
  EXPECT_EQ(run.journal().of(run.subject()).count("Abort"), 0U);
  EXPECT_EQ(run.journal().of(run.subject()).last("PreRestore"), nullptr);
}

TEST(Lab, TakesTheSlugOfARule) {
  const auto run = vsslab::lab::run_writer<LedgerWriter>();
  EXPECT_RULE_HOLDS(run, "freeze-returns");
  EXPECT_FALSE(vsslab::lab::rule_holds(run, "freeze-retruns"));
}
