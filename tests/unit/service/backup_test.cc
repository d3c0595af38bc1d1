// Whole backups against the service: the sequence, and what happens when a party breaks it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "fake_provider.h"
#include "lab_fixture.h"

namespace vsslab::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Guid kProvider{
    0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};

class Backup : public ::testing::Test, public LabFixture {
 protected:
  Backup() : provider(*scheduler) { add_provider("system", kProvider, provider.unknown()); }
  FakeProvider provider;
};

void whole_backup(Requester& requester) {
  requester.up_to_prepared();
  EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
  requester.succeed_all();
  EXPECT_EQ(requester.complete(), VSS_S_ASYNC_FINISHED);
}

TEST_F(Backup, GivesAWriterTheDocumentedSequence) {
  TestWriter& writer = add_writer("files", 1);
  add_requester(whole_backup);
  run();
  EXPECT_THAT(writer.events,
              ElementsAre("Identify", "PrepareForBackup", "PrepareForSnapshot", "Freeze", "Thaw",
                          "PostSnapshot", "BackupComplete", "BackupShutdown"));
}

TEST_F(Backup, FollowsTheMergedCreationSequence) {
  add_writer("files", 1);
  add_requester(whole_backup);
  run();
  const std::vector<std::vector<std::string>> order = {
      {"BeginPrepareSnapshot enter"},
      {"PrepareForBackup enter", "writer:"},
      {"EndPrepareSnapshots enter"},
      {"PrepareForSnapshot enter"},
      {"Freeze enter"},
      {"PreCommitSnapshots enter"},
      {"FlushVolume enter"},
      {"HoldWrites enter"},
      {"CommitSnapshots enter", "provider:system C"},
      {"ReleaseWrites enter"},
      {"PostCommitSnapshots enter"},
      {"Thaw enter"},
      {"PreFinalCommitSnapshots enter"},
      {"PostSnapshot enter"},
      {"PostFinalCommitSnapshots enter"},
      {"SnapshotCreated"}};
  int last = 0;
  for (const auto& step : order) {
    const int here = at(step);
    EXPECT_GT(here, last) << step.front();
    last = here;
  }
}

TEST_F(Backup, FreezesFrontEndThenBackEndThenSystem) {
  add_writer("sys", 1, VSS_APP_SYSTEM).on_freeze = [this](TestWriter&) {
    scheduler->sleep_for(seconds(1));
    return true;
  };
  add_writer("back", 2, VSS_APP_BACK_END).on_freeze = [this](TestWriter&) {
    scheduler->sleep_for(seconds(1));
    return true;
  };
  add_writer("front", 3, VSS_APP_FRONT_END).on_freeze = [this](TestWriter&) {
    scheduler->sleep_for(seconds(1));
    return true;
  };
  add_requester(whole_backup);
  run();
  EXPECT_LT(at({"writer:front Freeze leave"}), at({"writer:back Freeze enter"}));
  EXPECT_LT(at({"writer:back Freeze leave"}), at({"writer:sys Freeze enter"}));
}

TEST_F(Backup, AWriterPastItsFreezeLimitFailsAndGetsAbortWhenItsHandlerReturns) {
  TestWriter& slow = add_writer("db", 1, VSS_APP_FRONT_END, 20000);
  slow.on_freeze = [this](TestWriter&) {
    scheduler->sleep_for(seconds(75));
    return true;
  };
  TestWriter& other = add_writer("files", 2);
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
    status = requester.status(L"db");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_FREEZE);
  EXPECT_EQ(status.failure, VSS_E_WRITERERROR_TIMEOUT);
  EXPECT_THAT(lines({"FreezeLimitPassed"}), ElementsAre(HasSubstr("21.000000000")));
  EXPECT_THAT(lines({"writer:db Abort enter"}), ElementsAre(HasSubstr("76.000000000")));
  EXPECT_THAT(slow.events, ElementsAre("Identify", "PrepareForBackup", "PrepareForSnapshot",
                                       "Freeze", "Abort", "BackupShutdown"));
  EXPECT_THAT(other.events, ::testing::Contains("Thaw"));
}

TEST_F(Backup, AWriterThatWaitsTooLongForThawFailsAtThaw) {
  add_writer("db", 1, VSS_APP_FRONT_END, 5000);
  provider.takes["PreCommitSnapshots"] = seconds(7);
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    requester.snap();
    status = requester.status(L"db");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_THAW);
  EXPECT_EQ(status.failure, VSS_E_WRITERERROR_TIMEOUT);
}

TEST_F(Backup, FalseFromFreezeSendsAbortToThatWriterOnly) {
  TestWriter& bad = add_writer("bad", 1);
  bad.on_freeze = [](TestWriter& writer) {
    writer.SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE);
    return false;
  };
  TestWriter& good = add_writer("good", 2);
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    requester.snap();
    status = requester.status(L"bad");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_FREEZE);
  EXPECT_EQ(status.failure, VSS_E_WRITERERROR_RETRYABLE);
  EXPECT_THAT(bad.events, ::testing::Contains("Abort"));
  EXPECT_THAT(good.events, ::testing::Not(::testing::Contains("Abort")));
}

TEST_F(Backup, ACodeWithTrueFailsTheWriterButItIsStillThawed) {
  TestWriter& writer = add_writer("veto", 1);
  writer.on_freeze = [](TestWriter& self) {
    self.SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
    return true;
  };
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    requester.snap();
    status = requester.status(L"veto");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_FREEZE);
  EXPECT_THAT(writer.events, ::testing::Contains("Thaw"));
  EXPECT_THAT(writer.events, ::testing::Not(::testing::Contains("Abort")));
}

TEST_F(Backup, AFailedPrepareForSnapshotSendsNoAbort) {
  TestWriter& writer = add_writer("bad", 1);
  writer.on_prepare_snapshot = [](TestWriter& self) {
    self.SetWriterFailure(VSS_E_WRITERERROR_OUTOFRESOURCES);
    return false;
  };
  add_requester(whole_backup);
  run();
  EXPECT_THAT(writer.events,
              ElementsAre("Identify", "PrepareForBackup", "PrepareForSnapshot", "BackupShutdown"));
}

TEST_F(Backup, AnExceptionOutOfAHandlerIsAFailureOfTheWriter) {
  TestWriter& writer = add_writer("thrower", 1);
  writer.on_thaw = [](TestWriter&) -> bool { throw std::runtime_error("boom"); };
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    requester.snap();
    status = requester.status(L"thrower");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_THAW);
  EXPECT_EQ(status.failure, VSS_E_WRITERERROR_NONRETRYABLE);
  EXPECT_THAT(lines({"Thaw leave", "boom"}), SizeIs(1));
}

TEST_F(Backup, AWriterThatDiesInFreezeHoldsNobodyUp) {
  TestWriter& writer = add_writer("dead", 1);
  writer.on_freeze = [](TestWriter&) {
    current_process()->end("crash", 5);
    return true;
  };
  TestWriter& other = add_writer("files", 2);
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
    status = requester.status(L"dead");
  });
  run();
  EXPECT_EQ(status.failure, VSS_E_WRITER_NOT_RESPONDING);
  EXPECT_THAT(other.events, ::testing::Contains("PostSnapshot"));
  EXPECT_THAT(lines({"WriterGone", "dead"}), SizeIs(1));
}

TEST_F(Backup, HoldingWritesForMoreThanTenSecondsFailsTheSet) {
  TestWriter& writer = add_writer("files", 1);
  provider.takes["CommitSnapshots"] = seconds(12);
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    EXPECT_EQ(requester.snap(), VSS_E_HOLD_WRITES_TIMEOUT);
    requester.base->AbortBackup();
  });
  run();
  EXPECT_THAT(writer.events, ::testing::Contains("Abort"));
  EXPECT_THAT(lines({"AbortSnapshots enter"}), SizeIs(1));
  EXPECT_THAT(lines({"ReleaseWrites enter"}), ElementsAre(HasSubstr("11.000000000")));
  EXPECT_THAT(
      lines({"BackupShutdown enter", std::string("set=00000000-0000-0000-0000-000000000000")}),
      SizeIs(1));
}

TEST_F(Backup, AnUnlistedProviderCodeIsTranslated) {
  add_writer("files", 1);
  provider.answers["EndPrepareSnapshots"] = static_cast<HRESULT>(0x80071234);
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    EXPECT_EQ(requester.snap(), VSS_E_UNEXPECTED_PROVIDER_ERROR);
  });
  run();
  EXPECT_THAT(lines({"EventLog", "12293"}), SizeIs(1));
}

TEST_F(Backup, ARequesterThatDiesGivesBackupShutdownAndFreesTheSlot) {
  TestWriter& writer = add_writer("files", 1);
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    current_process()->end("crash", 5);
  });
  HRESULT second = E_FAIL;
  add_requester(
      [&](Requester& requester) {
        requester.create();
        requester.base->InitializeForBackup();
        requester.gather();
        VSS_ID set;
        second = requester.base->StartSnapshotSet(&set);
      },
      "second", seconds(5));
  run();
  EXPECT_THAT(writer.events,
              ElementsAre("Identify", "PrepareForBackup", "BackupShutdown", "Identify"));
  EXPECT_EQ(second, S_OK);
}

TEST_F(Backup, ARequesterThatDiesDuringTheSnapshotThawsNobodyButAborts) {
  TestWriter& writer = add_writer("files", 1);
  provider.takes["PreCommitSnapshots"] = seconds(5);
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    scheduler->at(scheduler->now() + seconds(2),
                  [process = current_process()] { process->end("crash", 5); });
    requester.snap();
  });
  run();
  EXPECT_THAT(writer.events, ElementsAre("Identify", "PrepareForBackup", "PrepareForSnapshot",
                                         "Freeze", "Abort", "BackupShutdown"));
  EXPECT_THAT(lines({"SnapshotSetEnded", "result=aborted"}), SizeIs(1));
}

TEST_F(Backup, OnlyOneSetIsMadeAtATime) {
  add_writer("files", 1);
  HRESULT second = S_OK;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    scheduler->sleep_for(seconds(10));
    requester.snap();
  });
  add_requester(
      [&](Requester& requester) {
        requester.create();
        requester.base->InitializeForBackup();
        requester.gather();
        VSS_ID set;
        second = requester.base->StartSnapshotSet(&set);
      },
      "second", seconds(3));
  run();
  EXPECT_EQ(second, VSS_E_SNAPSHOT_SET_IN_PROGRESS);
}

TEST_F(Backup, AWriterThatFailsIdentifyIsNotThere) {
  add_writer("shy", 1).on_identify = [](TestWriter&, IVssCreateWriterMetadata*) { return false; };
  add_writer("files", 2);
  UINT count = 99;
  add_requester([&](Requester& requester) {
    requester.create();
    requester.base->InitializeForBackup();
    requester.gather();
    requester.base->GetWriterMetadataCount(&count);
  });
  run();
  EXPECT_EQ(count, 1u);
}

TEST_F(Backup, AnUnselectedWriterGetsNothingButIdentify) {
  TestWriter& left_out = add_writer("left-out", 1);
  left_out.on_identify = [](TestWriter&, IVssCreateWriterMetadata* metadata) {
    metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, nullptr, nullptr, VSS_WRE_NEVER,
                               false);
    return true;  // no component: nothing to select
  };
  add_writer("files", 2);
  add_requester(whole_backup);
  run();
  EXPECT_THAT(left_out.events, ElementsAre("Identify"));
}

TEST_F(Backup, AContextWithoutWritersLeavesThemAlone) {
  TestWriter& writer = add_writer("files", 1);
  add_requester([&](Requester& requester) {
    requester.create();
    requester.base->InitializeForBackup();
    EXPECT_EQ(requester.base->SetContext(VSS_CTX_FILE_SHARE_BACKUP), S_OK);
    EXPECT_EQ(requester.base->SetContext(VSS_CTX_FILE_SHARE_BACKUP), VSS_E_BAD_STATE);
    VSS_ID set, snapshot;
    EXPECT_EQ(requester.base->StartSnapshotSet(&set), S_OK);
    WCHAR volume[] = L"C:\\";
    EXPECT_EQ(requester.base->AddToSnapshotSet(volume, VSS_ID{}, &snapshot), S_OK);
    EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
  });
  run();
  EXPECT_THAT(writer.events, IsEmpty());
}

TEST_F(Backup, SettersWorkOnlyInTheirHandlers) {
  TestWriter& writer = add_writer("files", 1);
  HRESULT first = E_FAIL, second = E_FAIL, late = S_OK;
  writer.on_prepare_backup = [&](TestWriter&, IVssWriterComponents* components) {
    IVssComponent* component = nullptr;
    components->GetComponent(0, &component);
    first = component->SetBackupMetadata(L"mine");
    second = component->SetBackupMetadata(L"again");
    component->Release();
    return true;
  };
  writer.on_backup_complete = [&](TestWriter&, IVssWriterComponents* components) {
    IVssComponent* component = nullptr;
    components->GetComponent(0, &component);
    late = component->SetBackupStamp(L"late");
    component->Release();
    return true;
  };
  add_requester(whole_backup);
  run();
  EXPECT_EQ(first, S_OK);
  EXPECT_EQ(second, VSS_E_OBJECT_ALREADY_EXISTS);
  EXPECT_EQ(late, VSS_E_BAD_STATE);
}

TEST_F(Backup, AHandlerThatNeverReturnsIsGivenUp) {
  TestWriter& writer = add_writer("stuck", 1);
  writer.on_prepare_snapshot = [this](TestWriter&) {
    scheduler->park_forever();
    return true;
  };
  Requester::Status status;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
    status = requester.status(L"stuck");
  });
  run();
  EXPECT_EQ(status.state, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
  EXPECT_EQ(status.failure, VSS_E_WRITER_NOT_RESPONDING);
}

TEST_F(Backup, CancelDuringTheSnapshotAbortsIt) {
  TestWriter& writer = add_writer("files", 1);
  provider.takes["EndPrepareSnapshots"] = seconds(5);
  HRESULT status = S_OK;
  add_requester([&](Requester& requester) {
    requester.up_to_prepared();
    IVssAsync* async = nullptr;
    requester.base->DoSnapshotSet(&async);
    scheduler->sleep_for(seconds(1));
    EXPECT_EQ(async->Cancel(), S_OK);
    async->Wait();
    async->QueryStatus(&status, nullptr);
    EXPECT_EQ(async->Cancel(), VSS_S_ASYNC_CANCELLED);
    async->Release();
  });
  run();
  EXPECT_EQ(status, VSS_S_ASYNC_CANCELLED);
  EXPECT_THAT(writer.events, ::testing::Not(::testing::Contains("Freeze")));
}

TEST_F(Backup, UnloadsAProviderAlsoWhenNoTaskAsksForIt) {
  provider.wants_notifications = true;
  provider.takes["OnUnload"] = seconds(2);
  const Guid id = *Guid::parse("7d0f4a1c-3b5e-4c8f-9a2d-6e1b8f0c5d42");
  ASSERT_EQ(add_provider("loaded", id, provider.unknown()), S_OK);
  add_writer("files", 1);
  add_requester([&](Requester& requester) { requester.up_to_prepared(); });
  run();  // the machine goes down outside of any task
  EXPECT_THAT(lines({"provider:loaded", "OnUnload leave", "hr=S_OK"}), SizeIs(1));
}

TEST_F(Backup, ACallBeforeInitializeIsRefusedAndSeen) {
  spawn_process(lab, "early", [] {
    TestWriter writer;
    EXPECT_EQ(writer.SetWriterFailure(VSS_E_WRITERERROR_RETRYABLE), VSS_E_BAD_STATE);
    EXPECT_EQ(writer.SetWriterFailureEx(VSS_E_WRITERERROR_RETRYABLE, E_FAIL, L"why"),
              VSS_E_BAD_STATE);
    EXPECT_EQ(writer.Subscribe(), VSS_E_BAD_STATE);
    EXPECT_EQ(writer.Initialize(writer_class(9), L"Early", VSS_UT_USERDATA, VSS_ST_OTHER), S_OK);
    EXPECT_EQ(writer.Subscribe(), S_OK);
    EXPECT_EQ(writer.Unsubscribe(), S_OK);
    return 0;
  });
  run();
  EXPECT_EQ(lines({"writer:early SetWriterFailure -", "hr=VSS_E_BAD_STATE", "in=none",
                   "code=VSS_E_WRITERERROR_RETRYABLE"})
                .size(),
            1u);
  EXPECT_EQ(lines({"writer:early SetWriterFailureEx -", "hr=VSS_E_BAD_STATE"}).size(), 1u);
  EXPECT_EQ(lines({"writer:early Subscribe -", "hr=VSS_E_BAD_STATE"}).size(), 1u);
  EXPECT_EQ(lines({"writer:early Initialize -", "hr=S_OK"}).size(), 1u)
      << "it has the name of its process, as if nothing had been";
  EXPECT_TRUE(lines({"early#2"}).empty());
}

}  // namespace
}  // namespace vsslab::test
