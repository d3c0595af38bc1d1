#include <vsprov.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/prng.h"
#include "unit/mock_provider/provider_fixture.h"

namespace vsslab {
namespace {

class SystemProviderTest : public ProviderFixture {};

TEST_F(SystemProviderTest, ACopyShowsTheVolumeAtTheCommit) {
  ASSERT_TRUE(c->write_file("data\\a.txt", "before"));
  ASSERT_EQ(begin(1, 10), S_OK);
  ASSERT_TRUE(c->write_file("data\\b.txt", "before the commit"));
  commit(1);
  ASSERT_TRUE(c->write_file("data\\a.txt", "after"));
  ASSERT_TRUE(c->remove("data\\b.txt"));
  finish(1);
  EXPECT_EQ(device(10), "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1");
  EXPECT_EQ(read(10, "data\\a.txt"), "before");
  EXPECT_EQ(read(10, "DATA\\B.TXT"), "before the commit");
  EXPECT_EQ(c->read_file("data\\a.txt"), "after");
}

TEST_F(SystemProviderTest, WritersMayRecoverTheirDataUntilThePostFinalCommit) {
  ASSERT_TRUE(c->write_file("db", "torn"));
  ASSERT_EQ(begin(1, 10), S_OK);
  commit(1);
  ASSERT_EQ(create->PostCommitSnapshots(id_of(1), 1), S_OK);
  ASSERT_EQ(create->PreFinalCommitSnapshots(id_of(1)), S_OK);
  Volume* const copy = volumes.find_device(device(10));
  ASSERT_TRUE(copy->write_file("db", "recovered"));
  ASSERT_EQ(create->PostFinalCommitSnapshots(id_of(1)), S_OK);
  EXPECT_EQ(copy->write_file("db", "x").error(), FileError::write_protect);
  EXPECT_EQ(copy->read_file("db"), "recovered");
  EXPECT_EQ(c->read_file("db"), "torn");
}

TEST_F(SystemProviderTest, Properties) {
  ASSERT_EQ(begin(1, 10, "C:\\", VSS_CTX_APP_ROLLBACK), S_OK);
  ASSERT_EQ(begin(1, 11, d->guid_path(), VSS_CTX_APP_ROLLBACK), S_OK);
  Properties none;
  EXPECT_EQ(software->GetSnapshotProperties(id_of(10), &none), VSS_E_OBJECT_NOT_FOUND);
  commit(1);
  finish(1, 2);
  Properties first, second;
  ASSERT_EQ(software->GetSnapshotProperties(id_of(10), &first), S_OK);
  ASSERT_EQ(software->GetSnapshotProperties(id_of(11), &second), S_OK);
  EXPECT_EQ(first.m_eStatus, VSS_SS_CREATED);
  EXPECT_EQ(first.m_lSnapshotsCount, 2);
  EXPECT_EQ(narrow(first.m_pwszOriginalVolumeName), c->guid_path());
  EXPECT_EQ(first.m_lSnapshotAttributes, LONG{VSS_CTX_APP_ROLLBACK} |
                                             VSS_VOLSNAP_ATTR_DIFFERENTIAL |
                                             VSS_VOLSNAP_ATTR_AUTORECOVER);
  EXPECT_EQ(Guid::from(first.m_ProviderId).to_string(), "b5946137-7b9f-4925-af80-51abd60b20d5");
  EXPECT_EQ(first.m_tsCreationTimestamp, second.m_tsCreationTimestamp);
  EXPECT_GT(first.m_tsCreationTimestamp, 0);
  EXPECT_EQ(first.m_pwszExposedName, nullptr);
  EXPECT_EQ(remove(11), S_OK);
  Properties again;
  ASSERT_EQ(software->GetSnapshotProperties(id_of(10), &again), S_OK);
  EXPECT_EQ(again.m_lSnapshotsCount, 2);  // the original number, also after deletions

  VARIANT value{};
  value.vt = VT_BSTR;
  value.bstrVal = SysAllocString(L"Z:\\");
  EXPECT_EQ(software->SetSnapshotProperty(id_of(10), VSS_SPROPID_EXPOSED_NAME, value), S_OK);
  EXPECT_EQ(software->SetSnapshotProperty(id_of(10), VSS_SPROPID_SNAPSHOT_ID, value), E_INVALIDARG);
  EXPECT_EQ(software->SetSnapshotProperty(id_of(10), VSS_SPROPID_SNAPSHOT_ATTRIBUTES, value),
            E_INVALIDARG);
  EXPECT_EQ(software->SetSnapshotProperty(id_of(11), VSS_SPROPID_EXPOSED_NAME, value),
            VSS_E_OBJECT_NOT_FOUND);
  SysFreeString(value.bstrVal);
  Properties exposed;
  ASSERT_EQ(software->GetSnapshotProperties(id_of(10), &exposed), S_OK);
  EXPECT_EQ(narrow(exposed.m_pwszExposedName), "Z:\\");
}

// The rows of the state table: each step in each state.
TEST_F(SystemProviderTest, StateTable) {
  using Call = HRESULT (*)(IVssProviderCreateSnapshotSet&, const VSS_ID&);
  static constexpr Call kSteps[] = {
      [](auto& p, const VSS_ID& s) { return p.EndPrepareSnapshots(s); },
      [](auto& p, const VSS_ID& s) { return p.PreCommitSnapshots(s); },
      [](auto& p, const VSS_ID& s) { return p.CommitSnapshots(s); },
      [](auto& p, const VSS_ID& s) { return p.PostCommitSnapshots(s, 1); },
      [](auto& p, const VSS_ID& s) { return p.PreFinalCommitSnapshots(s); },
      [](auto& p, const VSS_ID& s) { return p.PostFinalCommitSnapshots(s); }};
  for (std::size_t done = 0; done <= 6; ++done) {
    for (std::size_t call = 0; call < 6; ++call) {
      const auto set = static_cast<std::uint32_t>(100 + done * 10 + call);
      ASSERT_EQ(begin(set, set + 1000), S_OK);
      for (std::size_t i = 0; i < done; ++i) ASSERT_EQ(kSteps[i](*create, id_of(set)), S_OK);
      const HRESULT result = kSteps[call](*create, id_of(set));
      const bool final_step = call >= 4;
      HRESULT expected = S_OK;
      if (done == 6) {
        expected = final_step ? E_INVALIDARG : VSS_E_OBJECT_NOT_FOUND;
      } else if (call != done && call + 1 != done) {
        expected = final_step ? E_INVALIDARG : VSS_E_BAD_STATE;
      }
      EXPECT_EQ(result, expected) << "after " << done << " steps, call " << call;
      // In every state Abort is taken; of a finished set it knows nothing.
      const bool finished = done == 6 || (done == 5 && call == 5);
      EXPECT_EQ(create->AbortSnapshots(id_of(set)), finished ? VSS_E_OBJECT_NOT_FOUND : S_OK);
      EXPECT_EQ(create->AbortSnapshots(id_of(set)), VSS_E_OBJECT_NOT_FOUND);
      EXPECT_EQ(!device(set + 1000).empty(), finished);
    }
  }
}

TEST_F(SystemProviderTest, UnknownSetsAndBadArguments) {
  EXPECT_EQ(create->EndPrepareSnapshots(id_of(9)), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(create->PreCommitSnapshots(id_of(9)), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(create->CommitSnapshots(id_of(9)), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(create->PostCommitSnapshots(id_of(9), 1), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(create->AbortSnapshots(id_of(9)), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(create->EndPrepareSnapshots(VSS_ID{}), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(begin(1, 10, "C:"), E_INVALIDARG);
  EXPECT_EQ(begin(1, 10, "Q:\\"), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(begin(1, 10, "C:\\", VSS_VOLSNAP_ATTR_TRANSPORTABLE), VSS_E_UNSUPPORTED_CONTEXT);
  EXPECT_EQ(begin(1, 10, "C:\\", VSS_VOLSNAP_ATTR_PLEX), VSS_E_UNSUPPORTED_CONTEXT);
  EXPECT_EQ(begin(1, 10, "C:\\", LONG{VSS_CTX_CLIENT_ACCESSIBLE} | VSS_VOLSNAP_ATTR_DIFFERENTIAL),
            VSS_E_UNSUPPORTED_CONTEXT);
  EXPECT_EQ(begin(1, 10, "C:\\", 0x40000000), VSS_E_UNSUPPORTED_CONTEXT);
  EXPECT_EQ(software->BeginPrepareSnapshot(id_of(1), id_of(2), nullptr, 0), E_INVALIDARG);
  ASSERT_EQ(begin(1, 10), S_OK);
  EXPECT_EQ(begin(1, 11), E_INVALIDARG);  // the same volume again
  ASSERT_EQ(create->EndPrepareSnapshots(id_of(1)), S_OK);
  EXPECT_EQ(begin(1, 12, "D:\\"), E_INVALIDARG);  // too late for this set
  EXPECT_EQ(software->SetContext(VSS_CTX_APP_ROLLBACK), VSS_E_BAD_STATE);
}

TEST_F(SystemProviderTest, ANewSetOutOfSequenceDropsTheOldOne) {
  ASSERT_TRUE(c->write_file("f", "1"));
  ASSERT_EQ(begin(1, 10), S_OK);
  commit(1);
  ASSERT_EQ(begin(2, 20), S_OK);
  EXPECT_EQ(create->PostCommitSnapshots(id_of(1), 1), VSS_E_OBJECT_NOT_FOUND);
  commit(2);
  finish(2);
  EXPECT_EQ(device(10), "");
  EXPECT_EQ(read(20, "f"), "1");
}

TEST_F(SystemProviderTest, TheNumberOfCopiesOfAVolumeIsLimited) {
  use(make_system_provider(volumes, {.copies_per_volume_max = 3}));
  for (std::uint32_t i = 0; i < 3; ++i) take(i + 1, i + 10);
  EXPECT_EQ(begin(9, 90), VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED);
  EXPECT_EQ(begin(9, 90, "D:\\"), S_OK);
  EXPECT_EQ(remove(11), S_OK);
  EXPECT_EQ(begin(10, 90), S_OK);
  EXPECT_EQ(SystemProviderOptions{}.copies_per_volume_max, 512U);
}

TEST_F(SystemProviderTest, AVolumeHas64ClientAccessibleCopiesAtMost) {
  for (std::uint32_t i = 0; i < 64; ++i) {
    ASSERT_EQ(begin(i + 1, i + 100, "C:\\", VSS_CTX_CLIENT_ACCESSIBLE), S_OK) << i;
    commit(i + 1);
    finish(i + 1);
  }
  EXPECT_EQ(begin(90, 900, "C:\\", VSS_CTX_CLIENT_ACCESSIBLE),
            VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED);
  EXPECT_EQ(begin(91, 910, "D:\\", VSS_CTX_CLIENT_ACCESSIBLE), S_OK);
  EXPECT_EQ(begin(92, 920, "C:\\", VSS_CTX_NAS_ROLLBACK), S_OK);
  EXPECT_EQ(remove(100), S_OK);
  EXPECT_EQ(begin(93, 930, "C:\\", VSS_CTX_CLIENT_ACCESSIBLE), S_OK);
}

TEST_F(SystemProviderTest, SupportedVolumes) {
  ASSERT_TRUE(volumes.add({.root = "E:\\", .guid = {0xe, 0, 0, {}}, .removable = true}));
  const auto supported = [&](std::wstring name) {
    BOOL answer = FALSE;
    const HRESULT result = software->IsVolumeSupported(name.data(), &answer);
    return SUCCEEDED(result) ? (answer ? "yes" : "no") : "error";
  };
  EXPECT_STREQ(supported(L"C:\\"), "yes");
  EXPECT_STREQ(supported(L"E:\\"), "no");
  EXPECT_STREQ(supported(L"F:\\"), "error");
  EXPECT_EQ(begin(1, 1, "E:\\"), VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER);
  use(make_system_provider(volumes, {.volumes = {"d:"}}));
  EXPECT_STREQ(supported(L"C:\\"), "no");
  EXPECT_STREQ(supported(L"D:\\"), "yes");
}

TEST_F(SystemProviderTest, DeletionsStopNothingElseAndReportWhatTheyDid) {
  ASSERT_EQ(begin(1, 10), S_OK);
  ASSERT_EQ(begin(1, 11, "D:\\"), S_OK);
  commit(1);
  finish(1, 2);
  BOOL present = FALSE;
  LONG compatibility = -1;
  std::wstring name = L"C:\\";
  EXPECT_EQ(software->IsVolumeSnapshotted(name.data(), &present, &compatibility), S_OK);
  EXPECT_TRUE(present);
  EXPECT_EQ(compatibility, 0);
  const std::string gone = device(10);
  Volume* const held = volumes.find_device(gone);
  LONG deleted = -1;
  VSS_ID left = id_of(3);
  EXPECT_EQ(software->DeleteSnapshots(id_of(1), VSS_OBJECT_SNAPSHOT_SET, FALSE, &deleted, &left),
            S_OK);
  EXPECT_EQ(deleted, 2);
  EXPECT_TRUE(Guid::from(left).is_null());
  EXPECT_EQ(software->DeleteSnapshots(id_of(1), VSS_OBJECT_SNAPSHOT_SET, FALSE, &deleted, &left),
            VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(deleted, 0);
  // One that it never had is named as the one that it could not delete.
  EXPECT_EQ(software->DeleteSnapshots(id_of(9), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &left),
            VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(Guid::from(left), Guid::from(id_of(9)));
  EXPECT_EQ(software->DeleteSnapshots(id_of(1), VSS_OBJECT_PROVIDER, FALSE, &deleted, &left),
            E_INVALIDARG);
  EXPECT_EQ(volumes.find_device(gone), nullptr);
  EXPECT_TRUE(held->list("")->empty());  // also by an old handle
  EXPECT_EQ(software->IsVolumeSnapshotted(name.data(), &present, &compatibility), S_OK);
  EXPECT_FALSE(present);
}

TEST_F(SystemProviderTest, QueryEnumeratesTheFinishedCopies) {
  take(1, 10);
  take(2, 20);
  ASSERT_EQ(begin(3, 30), S_OK);
  commit(3);
  IVssEnumObject* all = nullptr;
  ASSERT_EQ(software->Query(VSS_ID{}, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT, &all), S_OK);
  ASSERT_EQ(remove(10), S_OK);  // passed over
  VSS_OBJECT_PROP objects[3];
  ULONG fetched = 0;
  EXPECT_EQ(all->Next(3, objects, &fetched), S_FALSE);
  ASSERT_EQ(fetched, 1U);
  EXPECT_EQ(objects[0].Type, VSS_OBJECT_SNAPSHOT);
  EXPECT_EQ(Guid::from(objects[0].Obj.Snap.m_SnapshotId), Guid::from(id_of(20)));
  Properties freed;
  static_cast<VSS_SNAPSHOT_PROP&>(freed) = objects[0].Obj.Snap;
  IVssEnumObject* clone = nullptr;
  ASSERT_EQ(all->Reset(), S_OK);
  ASSERT_EQ(all->Skip(1), S_OK);
  ASSERT_EQ(all->Clone(&clone), S_OK);
  EXPECT_EQ(clone->Next(1, objects, &fetched), S_OK);
  Properties freed_too;
  static_cast<VSS_SNAPSHOT_PROP&>(freed_too) = objects[0].Obj.Snap;
  EXPECT_EQ(clone->Next(1, objects, &fetched), S_FALSE);
  clone->Release();
  all->Release();
  EXPECT_EQ(software->Query(id_of(1), VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT, &all), E_INVALIDARG);
  EXPECT_EQ(software->Query(VSS_ID{}, VSS_OBJECT_NONE, VSS_OBJECT_PROVIDER, &all), E_INVALIDARG);
}

TEST_F(SystemProviderTest, RevertPutsTheVolumeBackAndKeepsTheOtherCopies) {
  ASSERT_TRUE(c->write_file("dir\\f", std::string(50'000, '1')));
  take(1, 10);
  ASSERT_TRUE(c->write_file("dir\\f", std::string(60'000, '2')));
  ASSERT_TRUE(c->write_file("dir\\g", "second"));
  take(2, 20);
  ASSERT_TRUE(c->remove("dir\\g"));
  ASSERT_TRUE(c->write_file("h", std::string(90'000, '3')));
  ASSERT_EQ(software->RevertToSnapshot(id_of(10)), S_OK);
  EXPECT_EQ(c->read_file("dir\\f"), std::string(50'000, '1'));
  EXPECT_FALSE(c->stat("dir\\g"));
  EXPECT_FALSE(c->stat("h"));
  EXPECT_EQ(read(20, "dir\\f"), std::string(60'000, '2'));
  EXPECT_EQ(read(20, "dir\\g"), "second");
  ASSERT_TRUE(c->write_file("dir\\f", "changed after the revert"));
  EXPECT_EQ(read(10, "dir\\f"), std::string(50'000, '1'));
  EXPECT_EQ(software->RevertToSnapshot(id_of(99)), VSS_E_OBJECT_NOT_FOUND);
  take(3, 30, "C:\\", VSS_CTX_BACKUP);
  EXPECT_EQ(software->RevertToSnapshot(id_of(30)), VSS_E_UNSUPPORTED_CONTEXT);
}

TEST_F(SystemProviderTest, ARevertRunsAloneCannotBeCancelledAndEnds) {
  use(make_system_provider(volumes, {.revert_time = std::chrono::seconds(30)}));
  take(1, 10);
  std::wstring name = L"C:\\";
  IVssAsync* async = nullptr;
  EXPECT_EQ(software->QueryRevertStatus(name.data(), &async), VSS_E_OBJECT_NOT_FOUND);
  scheduler->spawn("requester", {}, [&] {
    ASSERT_EQ(software->RevertToSnapshot(id_of(10)), S_OK);
    EXPECT_EQ(software->RevertToSnapshot(id_of(10)), VSS_E_REVERT_IN_PROGRESS);
    EXPECT_EQ(remove(10), VSS_E_PROVIDER_VETO);  // still read
    ASSERT_EQ(software->QueryRevertStatus(name.data(), &async), S_OK);
    HRESULT status = S_OK;
    EXPECT_EQ(async->QueryStatus(&status, nullptr), S_OK);
    EXPECT_EQ(status, VSS_S_ASYNC_PENDING);
    EXPECT_EQ(async->Cancel(), VSS_E_BAD_STATE);
    EXPECT_EQ(async->Wait(1000), S_OK);
    EXPECT_EQ(scheduler->now(), std::chrono::seconds(1));
    EXPECT_EQ(async->Wait(INFINITE), S_OK);
    EXPECT_EQ(scheduler->now(), std::chrono::seconds(30));
    EXPECT_EQ(async->QueryStatus(&status, nullptr), S_OK);
    EXPECT_EQ(status, VSS_S_ASYNC_FINISHED);
    async->Release();
    EXPECT_EQ(remove(10), S_OK);
  });
  EXPECT_EQ(scheduler->run({}), RunEnd::quiet);
  EXPECT_EQ(scheduler->now(), std::chrono::seconds(30));
}

TEST_F(SystemProviderTest, UnloadingIsRefusedOnlyWhenBusyAndNotForced) {
  EXPECT_EQ(notifications->OnLoad(nullptr), S_OK);
  EXPECT_EQ(notifications->OnUnload(FALSE), S_OK);
  ASSERT_EQ(begin(1, 10), S_OK);
  EXPECT_EQ(notifications->OnUnload(FALSE), S_FALSE);
  EXPECT_EQ(notifications->OnUnload(TRUE), S_OK);
  EXPECT_EQ(create->EndPrepareSnapshots(id_of(1)), VSS_E_OBJECT_NOT_FOUND);
}

// Many copies, random writes, deletions in any order: every copy shows its own moment.
TEST_F(SystemProviderTest, ManyCopiesEachShowTheirOwnMoment) {
  Prng prng(3);
  std::map<std::string, std::string> live;
  std::map<std::uint32_t, std::map<std::string, std::string>> moments;
  std::uint32_t next = 1;
  for (int round = 0; round < 400; ++round) {
    const std::string path = "dir\\" + std::to_string(prng.below(12));
    std::string& content = live[path];
    if (prng.below(4) == 0 || content.empty()) {
      content.assign(prng.below(80'000) + 1, static_cast<char>('a' + round % 26));
      ASSERT_TRUE(c->write_file(path, content));
    } else {
      const std::uint64_t at = prng.below(content.size());
      const std::string bytes(prng.below(9'000), static_cast<char>('A' + round % 26));
      if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
      content.replace(at, bytes.size(), bytes);
      ASSERT_TRUE(c->write_at(path, at, bytes));
    }
    if (prng.below(8) == 0) {
      take(next, next + 10'000);
      moments[next + 10'000] = live;
      ++next;
    }
    if (prng.below(16) == 0 && !moments.empty()) {
      auto victim = moments.begin();
      std::advance(victim, static_cast<long>(prng.below(moments.size())));
      ASSERT_EQ(remove(victim->first), S_OK);
      moments.erase(victim);
    }
  }
  ASSERT_GT(moments.size(), 10U);
  for (const auto& [copy, files] : moments) {
    for (const auto& [path, content] : files) ASSERT_EQ(read(copy, path), content) << copy;
  }
}

}  // namespace
}  // namespace vsslab
