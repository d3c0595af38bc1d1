// The call-order table on the real object: each call in the states that refuse it.

#include <gtest/gtest.h>

#include "fake_provider.h"
#include "lab_fixture.h"
#include "service/call_order.h"

namespace vsslab::test {
namespace {

TEST(CallOrder, NothingButInitialisingIsLegalAtFirst) {
  for (const char* call :
       {"SetContext", "SetBackupState", "GatherWriterMetadata", "AddComponent", "StartSnapshotSet",
        "AddToSnapshotSet", "PrepareForBackup", "DoSnapshotSet", "GatherWriterStatus", "Query",
        "SetBackupSucceeded", "BackupComplete", "SaveAsXML", "AbortBackup", "PreRestore"}) {
    const Admitted admitted = admit(call, {});
    EXPECT_EQ(admitted.admission, Admission::refused) << call;
    EXPECT_EQ(admitted.hr, hr::bad_state) << call;
  }
  EXPECT_EQ(admit("InitializeForBackup", {}).admission, Admission::admitted);
}

TEST(CallOrder, AWriterContextNeedsTheGatherAndThePreparation) {
  OrderFacts facts{ObjectState::set_open, false, false};
  EXPECT_EQ(admit("PrepareForBackup", facts).hr, hr::bad_state);
  facts.gathered = true;
  EXPECT_EQ(admit("PrepareForBackup", facts).admission, Admission::admitted);
  EXPECT_EQ(admit("DoSnapshotSet", facts).hr, hr::bad_state);
  facts.state = ObjectState::prepared;
  EXPECT_EQ(admit("DoSnapshotSet", facts).admission, Admission::admitted);
}

TEST(CallOrder, AContextWithoutWritersGoesStraightToTheSet) {
  const OrderFacts facts{ObjectState::set_open, true, false};
  EXPECT_EQ(admit("DoSnapshotSet", facts).admission, Admission::admitted);
  EXPECT_EQ(admit("PrepareForBackup", facts).admission, Admission::refused);
  EXPECT_EQ(admit("BackupComplete", {ObjectState::snapped, true, false}).admission,
            Admission::refused);
}

TEST(CallOrder, AbortWithNothingUnderWayIsIgnored) {
  EXPECT_EQ(admit("AbortBackup", {ObjectState::gathered, false, true}).admission,
            Admission::ignored);
  EXPECT_EQ(admit("AbortBackup", {ObjectState::completed, false, true}).admission,
            Admission::ignored);
  EXPECT_EQ(admit("AbortBackup", {ObjectState::snap_failed, false, true}).admission,
            Admission::admitted);
}

TEST(CallOrder, TheObjectAnswersByTheTable) {
  LabFixture lab;
  FakeProvider provider(*lab.scheduler);
  lab.add_provider("system", Guid{1, 2, 3, {}}, provider.unknown());
  lab.add_writer("files", 1);
  lab.add_requester([](Requester& requester) {
    requester.create();
    VSS_ID set;
    EXPECT_EQ(requester.base->StartSnapshotSet(&set), VSS_E_BAD_STATE);
    EXPECT_EQ(requester.base->InitializeForBackup(), S_OK);
    EXPECT_EQ(requester.base->InitializeForBackup(), VSS_E_BAD_STATE);
    UINT count;
    EXPECT_EQ(requester.base->GetWriterMetadataCount(&count), VSS_E_BAD_STATE);
    EXPECT_EQ(requester.gather(), VSS_S_ASYNC_FINISHED);
    EXPECT_EQ(requester.gather(), VSS_E_BAD_STATE);
    EXPECT_EQ(requester.prepare(), VSS_E_BAD_STATE);
    VSS_ID snapshot;
    WCHAR volume[] = L"C:\\";
    EXPECT_EQ(requester.base->AddToSnapshotSet(volume, VSS_ID{}, &snapshot), VSS_E_BAD_STATE);
    EXPECT_EQ(requester.base->StartSnapshotSet(&set), S_OK);
    WCHAR unknown[] = L"Q:\\";
    EXPECT_EQ(requester.base->AddToSnapshotSet(unknown, VSS_ID{}, &snapshot),
              VSS_E_OBJECT_NOT_FOUND);
    VSS_ID nobody{};
    nobody.Data1 = 77;
    EXPECT_EQ(requester.base->AddToSnapshotSet(volume, nobody, &snapshot),
              VSS_E_PROVIDER_NOT_REGISTERED);
    EXPECT_EQ(requester.base->GatherWriterMetadata(nullptr), E_INVALIDARG);
    EXPECT_EQ(requester.base->SetBackupState(true, false, VSS_BT_UNDEFINED, false), E_INVALIDARG);
  });
  lab.run();
  // The service holds the provider, which goes first, and the writers hold the service.
  lab.writers.clear();
  lab.vss.reset();
}

}  // namespace
}  // namespace vsslab::test
