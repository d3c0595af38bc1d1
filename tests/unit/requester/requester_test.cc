// Scripts and whole backups in a lab with the real service and mock writers.

#include "requester/requester.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "metadata/backup_components.h"
#include "metadata/component_path.h"
#include "plan/step_calls.h"
#include "requester/script.h"
#include "unit/mock_writers/party_lab.h"
#include "xml/document.h"

namespace vsslab::requester {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using vsslab::test::files_writer;
using vsslab::test::PartyLab;

using Args = std::vector<std::pair<std::string, std::string>>;

class ScriptBuilder {
 public:
  ScriptBuilder& step(std::string call, Args args = {}, std::optional<Hr> expect = std::nullopt) {
    plan::Step made;
    made.call = std::move(call);
    made.args = std::move(args);
    made.expect = expect;
    made.object = object_;
    plan.steps.push_back(std::move(made));
    return *this;
  }
  ScriptBuilder& on(std::uint32_t object) {
    object_ = object;
    return *this;
  }
  ScriptBuilder& up_to_prepared() {
    return step("InitializeForBackup")
        .step("SetBackupState")
        .step("GatherWriterMetadata")
        .step("AddComponent", {{"writer", "files"}, {"component", "Files"}})
        .step("StartSnapshotSet")
        .step("AddToSnapshotSet", {{"volume", "C:\\"}})
        .step("PrepareForBackup");
  }
  plan::RequesterPlan plan;

 private:
  std::uint32_t object_ = 1;
};

TEST(Script, HasACallForEveryStepOfTheTable) {
  for (const plan::CallSpec& call : plan::step_calls()) {
    const Script::Entry* const entry = Script::find(call.name);
    ASSERT_NE(entry, nullptr) << call.name;
    EXPECT_EQ(entry->name, call.name);
  }
  EXPECT_EQ(Script::find("NoSuchCall"), nullptr);
}

TEST(Script, RunsAWholeBackupStepByStep) {
  PartyLab party;
  party.add_writer(files_writer());
  ScriptBuilder script;
  script.up_to_prepared()
      .step("GatherWriterStatus")
      .step("GetWriterStatus")
      .step("FreeWriterStatus")
      .step("DoSnapshotSet", {}, hr::ok)
      .step("GetSnapshotProperties", {{"id", "c:\\"}}, hr::ok)
      .step("GetSnapshotProperties", {{"id", "Q:\\"}}, hr::object_not_found)
      .step("SetBackupSucceeded", {{"writer", "files"}, {"component", "Files"}}, hr::ok)
      .step("BackupComplete", {}, hr::ok)
      .step("SaveAsXML")
      .step("Release");
  party.run({script.plan});
  EXPECT_EQ(party.exit_code, 0);
  for (const std::string& step : party.steps) {
    EXPECT_THAT(step, testing::Not(HasSubstr("UNEXPECTED")));
  }
  EXPECT_THAT(party.lab.lines({"GetWriterStatus ", "files", "VSS_WS_STABLE"}), SizeIs(1));
}

TEST(Script, TellsWhichStepsWentOtherwiseThanExpected) {
  PartyLab party;
  ScriptBuilder script;
  script.step("InitializeForBackup", {}, hr::ok)
      .step("InitializeForBackup", {}, hr::ok)
      .step("GetWriterMetadataCount", {}, hr::bad_state)
      .step("Release");
  party.run({script.plan});
  EXPECT_EQ(party.exit_code, 1);
  EXPECT_THAT(party.steps, ElementsAre("InitializeForBackup S_OK",
                                       "InitializeForBackup VSS_E_BAD_STATE UNEXPECTED",
                                       "GetWriterMetadataCount VSS_E_BAD_STATE", "Release S_OK"));
}

TEST(Script, WaitsPollsCancelsAndForgetsAsTold) {
  plan::WriterPlan slow = files_writer();
  plan::Fault late;
  late.event = "PrepareForSnapshot";
  late.action = plan::FaultAction::late;
  late.delay = std::chrono::seconds(30);
  slow.test.fail_events.push_back(late);
  PartyLab party;
  party.add_writer(slow);
  ScriptBuilder script;
  script.up_to_prepared()
      .step("DoSnapshotSet", {{"wait", "no"}})
      .step("QueryStatus", {}, hr::async_pending)
      .step("Wait", {{"timeout", "2s"}})
      .step("QueryStatus", {{"of", "DoSnapshotSet"}}, hr::async_pending)
      .step("Cancel")
      .step("Wait")
      .step("QueryStatus", {}, hr::async_cancelled)
      .step("ReleaseAsync", {}, hr::ok)
      .step("ReleaseAsync", {}, hr::pointer)
      .step("AbortBackup")
      .step("GatherWriterStatus", {{"null", "yes"}}, hr::invalid_arg)
      .step("Release");
  party.run({script.plan});
  EXPECT_EQ(party.exit_code, 0) << testing::PrintToString(party.steps);
}

TEST(Script, SeveralObjectsAndDocumentsBetweenThem) {
  PartyLab party;
  party.add_writer(files_writer());
  ScriptBuilder script;
  script.up_to_prepared()
      .step("DoSnapshotSet")
      .step("BackupComplete")
      .step("SaveAsXML", {{"as", "mine"}})
      .step("Release")
      .on(2)
      .step("InitializeForRestore", {{"document", "mine"}}, hr::ok)
      .step("Release")
      .on(3)
      .step("InitializeForRestore", {{"document", "nobody's"}}, hr::invalid_arg)
      .step("Release");
  party.run({script.plan});
  EXPECT_EQ(party.exit_code, 0) << testing::PrintToString(party.steps);
  EXPECT_THAT(party.mistakes, ElementsAre(HasSubstr("nobody's")));
}

TEST(Script, KnowsAWriterBeforeTheGatherFromTheScenario) {
  PartyLab party;
  party.add_writer(files_writer());
  party.known_writers["files"] = *Guid::parse("5affb034-969f-4919-8875-88f830d0ef89");
  ScriptBuilder script;
  script.step("InitializeForBackup")
      .step("SetBackupState")
      .step("AddComponent", {{"writer", "files"}, {"component", "Files"}}, hr::bad_state)
      .step("DisableWriterClasses", {{"writers", "files, nobody"}}, hr::ok)
      .step("GatherWriterMetadata")
      .step("GetWriterMetadataCount")
      .step("Release");
  party.run({script.plan});
  EXPECT_THAT(party.notes, ElementsAre(HasSubstr("nobody")));
  EXPECT_THAT(party.lab.lines({"GetWriterMetadataCount", "count=0"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"AddComponent", "writer_id=5affb034"}), SizeIs(1));
}

TEST(Script, ExitEndsItThereWithItsCode) {
  PartyLab party;
  ScriptBuilder script;
  script.step("InitializeForBackup").step("Exit", {{"code", "3"}}).step("Release");
  party.run({script.plan});
  EXPECT_EQ(party.exit_code, 3);
  EXPECT_THAT(party.steps, SizeIs(2));
}

// ---- whole backups -----------------------------------------------------------------------------

std::vector<std::string> calls_of(const PartyLab& party) {
  std::vector<std::string> calls;
  for (const Event& event : party.lab.journal.events()) {
    if (party.lab.journal.actor(event.actor).kind != ActorKind::requester) continue;
    if (event.phase == Phase::leave) continue;
    const std::string name(event.name);
    if (name == "Wait" || name == "QueryStatus" || name == "ReleaseAsync") continue;
    calls.push_back(name);
  }
  return calls;
}

TEST(Backup, MakesTheDocumentedCallsInTheDocumentedOrder) {
  PartyLab party;
  party.add_writer(files_writer());
  party.back_up({});
  EXPECT_EQ(party.exit_code, 0);
  EXPECT_EQ(party.backup_succeeded, true);
  EXPECT_THAT(
      calls_of(party),
      ElementsAre("CreateVssBackupComponents", "InitializeForBackup", "SetBackupState",
                  "GatherWriterMetadata", "GetWriterMetadataCount", "GetWriterMetadata",
                  "FreeWriterMetadata", "AddComponent", "StartSnapshotSet", "AddToSnapshotSet",
                  "PrepareForBackup", "GatherWriterStatus", "GetWriterStatusCount",
                  "GetWriterStatus", "FreeWriterStatus", "DoSnapshotSet", "GatherWriterStatus",
                  "GetWriterStatusCount", "GetWriterStatus", "FreeWriterStatus",
                  "GetSnapshotProperties", "SetBackupSucceeded", "BackupComplete",
                  "GatherWriterStatus", "GetWriterStatusCount", "GetWriterStatus",
                  "FreeWriterStatus", "SaveAsXML", "Release"));
}

TEST(Backup, AContextWithoutWritersAsksNoWriter) {
  PartyLab party;
  party.add_writer(files_writer());
  plan::BackupPlan backup;
  backup.context = VSS_CTX_FILE_SHARE_BACKUP;
  backup.volumes = {"C:\\"};
  party.back_up(backup);
  EXPECT_EQ(party.exit_code, 0);
  EXPECT_THAT(calls_of(party),
              ElementsAre("CreateVssBackupComponents", "InitializeForBackup", "SetContext",
                          "SetBackupState", "StartSnapshotSet", "AddToSnapshotSet", "DoSnapshotSet",
                          "GetSnapshotProperties", "Release"));
}

TEST(Backup, AFailedWriterIsNotBackedUpButTheOthersAre) {
  plan::WriterPlan bad = files_writer("bad");
  bad.writer_id = *Guid::parse("11111111-969f-4919-8875-88f830d0ef89");
  plan::Fault fault;
  fault.event = "Freeze";
  bad.test.fail_events.push_back(fault);
  PartyLab party;
  party.add_writer(files_writer());
  party.add_writer(bad);
  party.back_up({});
  EXPECT_EQ(party.exit_code, 0);
  EXPECT_THAT(party.lab.lines({"SetBackupSucceeded", "writer=files", "succeeded=yes"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"SetBackupSucceeded", "writer=bad", "succeeded=no"}), SizeIs(1));
}

TEST(Backup, StopErrorAbortsAtTheFirstWriterError) {
  plan::WriterPlan bad = files_writer();
  plan::Fault fault;
  fault.event = "PrepareForBackup";
  bad.test.fail_events.push_back(fault);
  PartyLab party;
  party.add_writer(bad);
  plan::BackupPlan backup;
  backup.stop_error = true;
  party.back_up(backup);
  EXPECT_EQ(party.exit_code, 1);
  EXPECT_EQ(party.backup_succeeded, false);
  EXPECT_THAT(party.lab.lines({"AbortBackup enter"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"DoSnapshotSet"}), IsEmpty());
}

TEST(Backup, AFailedSetIsAbortedAndNotCompleted) {
  PartyLab party;
  party.add_writer(files_writer());
  plan::BackupPlan backup;
  backup.volumes = {"C:\\", "Q:\\"};
  party.back_up(backup);
  EXPECT_EQ(party.exit_code, 1);
  EXPECT_THAT(party.lab.lines({"AddToSnapshotSet leave", "VSS_E_OBJECT_NOT_FOUND"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"AbortBackup enter"}), SizeIs(1));
  EXPECT_THAT(party.lab.lines({"BackupComplete"}), IsEmpty());
  EXPECT_THAT(party.lab.lines({"Release enter"}), SizeIs(1));
}

TEST(Backup, TellsWhatItLeftOut) {
  plan::WriterPlan elsewhere = files_writer();
  elsewhere.test.components[0].files[0].path = "E:\\data";
  PartyLab party;
  party.add_writer(elsewhere);
  plan::BackupPlan backup;
  backup.volumes = {"C:\\"};
  party.back_up(backup);
  EXPECT_THAT(party.left_out, ElementsAre("files: \\Files (E:\\)"));
  EXPECT_THAT(party.lab.lines({"AddComponent"}), IsEmpty());
}

TEST(Backup, AVolumeHasOneIdentityUnderAllItsNames) {
  plan::WriterPlan by_guid = files_writer();
  PartyLab party;
  const Volume* volume = party.lab.volumes.find_volume("C:\\");
  by_guid.test.components[0].files[0].path =
      "\\\\?\\Volume{" + volume->options().guid.to_string() + "}\\data";
  party.add_writer(by_guid);
  plan::BackupPlan backup;
  backup.volumes = {"C:\\"};
  party.back_up(backup);
  EXPECT_THAT(party.left_out, IsEmpty());
  EXPECT_THAT(party.lab.lines({"AddComponent", "S_OK"}), SizeIs(1));
}

TEST(Backup, WaitsForTheCreationSlot) {
  PartyLab party;
  party.add_writer(files_writer());
  spawn_process(party.lab.lab, "other", [&] {
    ScriptBuilder script;
    RequesterObserver quiet;
    script.step("InitializeForBackup")
        .step("SetContext", {{"context", "VSS_CTX_FILE_SHARE_BACKUP"}})
        .step("StartSnapshotSet")
        .step("Sleep", {{"for", "1m"}})
        .step("AbortBackup")
        .step("Release");
    return run_requester(script.plan, quiet);
  });
  party.back_up({});
  EXPECT_EQ(party.exit_code, 0);
  EXPECT_THAT(party.lab.lines({"StartSnapshotSet", "VSS_E_SNAPSHOT_SET_IN_PROGRESS"}),
              testing::Not(IsEmpty()));
}

// ---- against a real machine --------------------------------------------------------------------

// The writers of a Windows Server 2012 R2 with SQL Server as mirrors, C: alone as DiskShadow took
// it: the Backup Components Document has the same writers and the same components.
TEST(BackupCorpus, MakesTheDocumentThatDiskShadowMade) {
  const char* given = std::getenv("VSSLAB_CORPUS");
  const std::filesystem::path folder =
      given != nullptr && *given != '\0'
          ? std::filesystem::path(given)
          : std::filesystem::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus";
  if (!std::filesystem::exists(folder / "wm")) {
    GTEST_SKIP() << "NOT TESTED: the corpus is not at " << folder << "; set VSSLAB_CORPUS";
  }
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "wm")) {
    if (entry.path().filename().string().find("with_sql") != std::string::npos) {
      files.insert(entry.path());
    }
  }
  PartyLab party;
  for (const std::filesystem::path& file : files) {
    plan::WriterPlan plan;
    plan.name = file.stem().string();
    plan.kind = plan::WriterKind::mirror;
    plan.metadata_file = file.string();
    plan.metadata_xml = *xml::read_file(file.string());
    party.add_writer(plan);
  }
  plan::BackupPlan backup;
  backup.volumes = {"C:\\"};
  backup.bootable_system_state = true;
  party.back_up(backup);
  EXPECT_EQ(party.exit_code, 0);
  EXPECT_THAT(party.left_out, SizeIs(14));  // four databases on E:, ten components of ASR

  using Keys = std::map<Guid, std::set<metadata::ComponentKey>>;
  const auto keys_of = [](const metadata::BackupComponents& document) {
    Keys keys;
    for (const auto& of : document.writers) {
      for (const auto& entry : of.components) {
        keys[of.writer_id].insert({entry.logical_path, entry.name});
      }
    }
    return keys;
  };
  const auto bytes = xml::read_file((folder / "bcd" / "02-with_sql-BCDocument.xml").string());
  ASSERT_TRUE(bytes.has_value());
  const auto real = metadata::parse_backup_components(*bytes, "02-with_sql-BCDocument.xml");
  ASSERT_TRUE(real.has_value());
  std::optional<metadata::BackupComponents> made;
  for (const StoredDocument& document : party.lab.journal.documents()) {
    if (document.kind != DocumentKind::backup_components) continue;
    auto parsed = metadata::parse_backup_components(document.text, "made");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().to_text();
    made = std::move(*parsed);
  }
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(keys_of(*made), keys_of(*real));
  // SQL Server promises stamps: its component carries one, as the real one does.
  const auto stamped = [](const metadata::BackupComponents& document) {
    std::set<std::string> names;
    for (const auto& of : document.writers) {
      for (const auto& entry : of.components) {
        if (!entry.backup_stamp.empty()) names.insert(entry.name);
      }
    }
    return names;
  };
  EXPECT_EQ(stamped(*made), stamped(*real));
}

}  // namespace
}  // namespace vsslab::requester
