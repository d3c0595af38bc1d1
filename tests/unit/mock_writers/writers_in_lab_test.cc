// The Test Writer and the mirror in a lab with the real service.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metadata/writer_metadata.h"
#include "unit/mock_writers/party_lab.h"

namespace vsslab::mock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using vsslab::test::files_writer;
using vsslab::test::PartyLab;

plan::Fault fail_event(const std::string& event, plan::FaultAction action) {
  plan::Fault fault;
  fault.event = event;
  fault.action = action;
  return fault;
}

plan::RequesterPlan full_backup() {
  plan::RequesterPlan plan;
  plan.operations.emplace_back(plan::BackupPlan{});
  return plan;
}

TEST(TestWriterInLab, TakesPartInAWholeBackupAndLeavesOnCtrlC) {
  PartyLab party;
  LabProcess& writer = party.add_writer(files_writer());
  party.back_up({});
  EXPECT_EQ(party.exit_code, 0);
  for (const char* event : {"Identify", "PrepareForBackup", "PrepareForSnapshot", "Freeze", "Thaw",
                            "PostSnapshot", "BackupComplete", "BackupShutdown"}) {
    EXPECT_THAT(party.lab.lines({"writer:files", std::string(" ") + event + " leave", "ret=true"}),
                SizeIs(1))
        << event;
  }
  EXPECT_THAT(party.lab.lines({"writer:files", "Unsubscribe", "S_OK"}), SizeIs(1));
  EXPECT_EQ(writer.exit_code(), 0u);
}

TEST(TestWriterInLab, FailsTheFirstTimesAndThenSucceeds) {
  plan::WriterPlan plan = files_writer();
  plan.test.fail_events.push_back(fail_event("Freeze", plan::FaultAction::fail));
  plan.test.fail_events.back().failures_max = 2;
  PartyLab party;
  party.add_writer(plan);
  party.run({full_backup(), full_backup(), full_backup()});
  EXPECT_THAT(party.lab.lines({"Freeze leave", "ret=false"}), SizeIs(2));
  EXPECT_THAT(party.lab.lines({"Freeze leave", "ret=true"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"SetWriterFailure", "VSS_E_WRITERERROR_NONRETRYABLE", "in=Freeze"}),
              SizeIs(2));
}

std::vector<std::string> retryable_codes(std::uint64_t seed) {
  plan::WriterPlan plan = files_writer();
  plan.test.fail_events.push_back(fail_event("Freeze", plan::FaultAction::fail));
  plan.test.fail_events.back().retryable = true;
  PartyLab party;
  party.add_writer(plan, seed);
  party.run(std::vector<plan::RequesterPlan>(8, full_backup()));
  std::vector<std::string> codes;
  for (const std::string& line : party.lab.lines({"SetWriterFailure"})) {
    const std::size_t at = line.find("code=") + 5;
    codes.push_back(line.substr(at, line.find(' ', at) - at));
  }
  return codes;
}

TEST(TestWriterInLab, RetryableCodesFollowTheSeed) {
  const std::vector<std::string> codes = retryable_codes(7);
  ASSERT_THAT(codes, SizeIs(8));
  for (const std::string& code : codes) {
    EXPECT_THAT(code,
                testing::AnyOf("VSS_E_WRITERERROR_RETRYABLE", "VSS_E_WRITERERROR_OUTOFRESOURCES",
                               "VSS_E_WRITERERROR_TIMEOUT"));
  }
  EXPECT_EQ(codes, retryable_codes(7));
  EXPECT_NE(codes, retryable_codes(8));
}

TEST(TestWriterInLab, EachActionDoesWhatItsNameSays) {
  struct Case {
    plan::FaultAction action;
    const char* leave;  // of PrepareForSnapshot
    const char* call;   // that crossed, or null
  };
  const Case cases[] = {
      {plan::FaultAction::fail, "ret=false", "SetWriterFailure"},
      {plan::FaultAction::veto, "ret=true", "SetWriterFailure"},
      {plan::FaultAction::silent, "ret=false", nullptr},
      {plan::FaultAction::late, "ret=true", nullptr},
      {plan::FaultAction::exception, "exception=", nullptr},
      {plan::FaultAction::wrong_code, "ret=false", "E_FAIL"},
  };
  for (const Case& one : cases) {
    plan::WriterPlan plan = files_writer();
    plan.test.fail_events.push_back(fail_event("PrepareForSnapshot", one.action));
    if (one.action == plan::FaultAction::late) {
      plan.test.fail_events.back().delay = std::chrono::seconds(3);
    }
    PartyLab party;
    party.add_writer(plan);
    party.back_up({});
    EXPECT_THAT(party.lab.lines({"PrepareForSnapshot leave", one.leave}), SizeIs(1)) << one.leave;
    const auto failures = party.lab.lines({"SetWriterFailure", one.call ? one.call : ""});
    EXPECT_THAT(failures, SizeIs(one.call ? 1 : 0)) << one.leave;
  }
}

TEST(TestWriterInLab, ACrashEndsItsProcess) {
  plan::WriterPlan plan = files_writer();
  plan.test.fail_events.push_back(fail_event("Freeze", plan::FaultAction::crash));
  PartyLab party;
  LabProcess& writer = party.add_writer(plan);
  party.back_up({});
  EXPECT_TRUE(writer.ended());
  EXPECT_EQ(writer.exit_code(), 0xC0000005u);
  EXPECT_THAT(party.lab.lines({"Freeze leave", "ret="}), IsEmpty());
}

TEST(TestWriterInLab, AFailedIdentifySetsNoCode) {
  plan::WriterPlan plan = files_writer();
  plan.test.fail_events.push_back(fail_event("Identify", plan::FaultAction::fail));
  PartyLab party;
  party.add_writer(plan);
  party.back_up({});
  EXPECT_THAT(party.lab.lines({"Identify leave", "ret=false"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"SetWriterFailure"}), IsEmpty());
}

TEST(TestWriterInLab, SaysWhenItDoesNotSupportTheBackupType) {
  PartyLab party;
  LabProcess& writer = party.add_writer(files_writer());
  plan::BackupPlan backup;
  backup.type = VSS_BT_LOG;
  party.back_up(backup);
  EXPECT_THAT(writer.output(), HasSubstr("type log, which this writer does not support"));
  EXPECT_THAT(party.lab.lines({"writer:files Printed", "type log, which this writer does not"}),
              SizeIs(1));
}

TEST(TestWriterInLab, LowVerbosityIsSilentAboutGoodNews) {
  plan::WriterPlan plan = files_writer();
  plan.test.verbosity = "low";
  PartyLab party;
  LabProcess& writer = party.add_writer(plan);
  party.back_up({});
  EXPECT_EQ(writer.output(), "");
  EXPECT_THAT(party.lab.lines({"Printed"}), IsEmpty());
}

TEST(TestWriterInLab, PartialAndDifferencedFilesComeOnlyWhereTheyMay) {
  plan::WriterPlan plan = files_writer();
  plan.test.supports_incremental = true;
  plan.test.components[0].partial_files.push_back({"C:\\data", "big.txt", "0:5,100:20", 0});
  plan.test.components[0].differenced_files.push_back({"C:\\data", "*.txt", false, 5, 0});
  PartyLab plain;
  plain.add_writer(plan);
  plain.back_up({});
  EXPECT_THAT(plain.lab.lines({"AddPartialFile"}), IsEmpty());
  EXPECT_THAT(plain.lab.lines({"AddDifferencedFiles"}), IsEmpty());
  EXPECT_THAT(plain.lab.lines({"SetBackupStamp", "S_OK", "in=PostSnapshot"}), SizeIs(1));

  PartyLab incremental;
  incremental.add_writer(plan);
  plan::BackupPlan backup;
  backup.type = VSS_BT_INCREMENTAL;
  backup.partial_file_support = true;
  incremental.back_up(backup);
  EXPECT_THAT(incremental.lab.lines({"AddPartialFile", "S_OK", "0:5,100:20"}), SizeIs(1));
  EXPECT_THAT(incremental.lab.lines({"AddDifferencedFilesByLastModifyTime", "S_OK"}), SizeIs(1));
}

TEST(TestWriterInLab, SpitFilesAreCopiedBeforeTheShadowCopyAndGoAfterwards) {
  plan::WriterPlan plan = files_writer();
  plan.test.delete_files = true;
  plan.test.components[0].files[0].alternate_path = "C:\\data\\spit";
  PartyLab party;
  Volume& volume = *party.lab.volumes.find_volume("C:\\");
  ASSERT_TRUE(volume.create_directories("data"));
  ASSERT_TRUE(volume.write_file("data\\a.txt", "hello"));
  ASSERT_TRUE(volume.write_file("data\\keep.bin", "stays"));
  party.add_writer(plan);
  party.back_up({});
  const int copied = party.lab.at({" Write ", "spit\\a.txt"});
  ASSERT_GT(copied, 0);
  EXPECT_LT(copied, party.lab.at({"Freeze enter"}));
  EXPECT_FALSE(volume.read_file("data\\a.txt").has_value());
  EXPECT_FALSE(volume.read_file("data\\spit\\a.txt").has_value());
  EXPECT_TRUE(volume.read_file("data\\keep.bin").has_value());
}

TEST(TestWriterInLab, RefusesACopyThatLacksItsVolume) {
  plan::WriterPlan plan = files_writer();
  plan.test.components[0].files[0].path = "D:\\data";
  PartyLab party;
  party.add_writer(plan);
  plan::RequesterPlan script;
  const auto step = [&](std::string call,
                        std::vector<std::pair<std::string, std::string>> args = {}) {
    plan::Step made;
    made.call = std::move(call);
    made.args = std::move(args);
    script.steps.push_back(made);
  };
  step("InitializeForBackup");
  step("SetBackupState");
  step("GatherWriterMetadata");
  step("AddComponent", {{"writer", "files"}, {"component", "Files"}});
  step("StartSnapshotSet");
  step("AddToSnapshotSet", {{"volume", "C:\\"}});
  step("PrepareForBackup");
  step("DoSnapshotSet");
  step("Release");
  party.run({script});
  EXPECT_THAT(party.lab.lines({"SetWriterFailure", "VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT"}),
              SizeIs(1));
}

// ---- the mirror --------------------------------------------------------------------------------

TEST(MirrorInLab, HandsOnTheCapturedDocument) {
  plan::WriterPlan plan;
  plan.name = "Captured Writer";
  plan.kind = plan::WriterKind::mirror;
  plan.metadata_xml =
      "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\" "
      "backupSchema=\"33\"><IDENTIFICATION writerId=\"a6ad56c2-b509-4e6c-bb19-49d8f43532f0\" "
      "instanceId=\"0deae556-4095-407e-86b7-dba663ab1a55\" instanceName=\"one\" "
      "friendlyName=\"Captured Writer\" usage=\"SYSTEM_SERVICE\" dataSource=\"TRANSACTION_DB\" "
      "majorVersion=\"3\" minorVersion=\"4\"/><RESTORE_METHOD "
      "method=\"RESTORE_IF_CAN_BE_REPLACED\" writerRestore=\"never\" rebootRequired=\"no\"/>"
      "<BACKUP_LOCATIONS><FILE_GROUP componentName=\"A\" caption=\"a caption\" "
      "restoreMetadata=\"no\" notifyOnBackupComplete=\"yes\" selectable=\"yes\" "
      "selectableForRestore=\"yes\" componentFlags=\"2\"><FILE_LIST path=\"C:\\data\" "
      "filespec=\"*\" recursive=\"yes\" filespecBackupType=\"3855\"/></FILE_GROUP>"
      "</BACKUP_LOCATIONS></WRITER_METADATA>";
  PartyLab party;
  party.add_writer(plan);
  party.back_up({});
  EXPECT_EQ(party.exit_code, 0);
  const std::vector<std::string> told = party.lab.lines({"WriterMetadata", "accepted=yes"});
  ASSERT_THAT(told, SizeIs(1));
  ASSERT_FALSE(party.lab.journal.documents().empty());
  auto captured = metadata::parse_writer_metadata(plan.metadata_xml, "captured");
  auto handed_on =
      metadata::parse_writer_metadata(party.lab.journal.documents()[0].text, "handed on");
  ASSERT_TRUE(captured && handed_on);
  EXPECT_NE(handed_on->identification.instance_id, captured->identification.instance_id);
  handed_on->identification.instance_id = captured->identification.instance_id;
  EXPECT_EQ(*handed_on, *captured);
  // It promises stamps (TIMESTAMPED), so it stores one.
  EXPECT_THAT(party.lab.lines({"SetBackupStamp", "S_OK"}), SizeIs(1));
}

}  // namespace
}  // namespace vsslab::mock
