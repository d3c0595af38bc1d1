// CLSID_VssSnapshotMgmt, and what programs look up in vssapi.dll.

#include <windows.h>

#include <atlcomcli.h>
#include <vsmgmt.h>

#include <gtest/gtest.h>

#include "unit/service/fake_provider.h"
#include "unit/service/lab_fixture.h"

namespace vsslab::test {
namespace {

const Guid kSystem = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");

// The provider's own management interface, as far as it is asked for.
class ManagedProvider : public FakeProvider {
 public:
  using FakeProvider::FakeProvider;
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt))) {
      *out = unknown();
      return S_OK;
    }
    return FakeProvider::QueryInterface(iid, out);
  }
};

class SnapshotMgmtTest : public testing::Test {
 protected:
  SnapshotMgmtTest() : provider_(*lab_.scheduler) {}
  void run(std::function<void()> body) {
    spawn_process(lab_.lab, "manager", [body = std::move(body)] {
      body();
      return 0;
    });
    lab_.run();
  }
  LabFixture lab_;
  ManagedProvider provider_;
};

TEST_F(SnapshotMgmtTest, the_smallest_area_is_320_mb_unless_the_registry_says_otherwise) {
  run([] {
    CComPtr<IVssSnapshotMgmt> management;
    ASSERT_EQ(management.CoCreateInstance(CLSID_VssSnapshotMgmt), S_OK);
    CComPtr<IVssSnapshotMgmt2> second;
    ASSERT_EQ(management.QueryInterface(&second), S_OK);
    EXPECT_TRUE(second.IsEqualObject(management));
    LONGLONG least = 0;
    EXPECT_EQ(second->GetMinDiffAreaSize(nullptr), E_INVALIDARG);
    EXPECT_EQ(second->GetMinDiffAreaSize(&least), S_OK);
    EXPECT_EQ(least, 320LL << 20);
    const DWORD megabytes = 500;
    EXPECT_EQ(RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\VolSnap",
                              L"MinDiffAreaFileSize", REG_DWORD, &megabytes, sizeof(megabytes)),
              ERROR_SUCCESS);
    EXPECT_EQ(second->GetMinDiffAreaSize(&least), S_OK);
    EXPECT_EQ(least, 500LL << 20);
  });
}

TEST_F(SnapshotMgmtTest, only_the_system_provider_is_managed) {
  run([&] {
    CComPtr<IVssSnapshotMgmt> management;
    ASSERT_EQ(management.CoCreateInstance(CLSID_VssSnapshotMgmt), S_OK);
    IUnknown* found = nullptr;
    const IID wanted = __uuidof(IVssDifferentialSoftwareSnapshotMgmt);
    EXPECT_EQ(management->GetProviderMgmtInterface(kSystem.to<VSS_ID>(), wanted, nullptr),
              E_INVALIDARG);
    EXPECT_EQ(management->GetProviderMgmtInterface(kSystem.to<VSS_ID>(), wanted, &found),
              VSS_E_PROVIDER_NOT_REGISTERED);
    lab_.add_provider("system", kSystem, provider_.unknown());
    EXPECT_EQ(management->GetProviderMgmtInterface(GUID_NULL, wanted, &found), E_INVALIDARG);
    EXPECT_EQ(found, nullptr);
    EXPECT_EQ(management->GetProviderMgmtInterface(kSystem.to<VSS_ID>(), wanted, &found), S_OK);
    EXPECT_EQ(found, provider_.unknown());
    EXPECT_EQ(GetProviderMgmtInterfaceInternal(kSystem.to<VSS_ID>(), wanted, &found), S_OK);
    EXPECT_EQ(management->GetProviderMgmtInterface(kSystem.to<VSS_ID>(), IID_IVssAsync, &found),
              E_NOINTERFACE);
    IVssEnumMgmtObject* volumes = nullptr;
    EXPECT_EQ(management->QueryVolumesSupportedForSnapshots(GUID_NULL, 0, &volumes), E_NOTIMPL);
    IVssEnumObject* copies = nullptr;
    EXPECT_EQ(management->QuerySnapshotsByVolume(nullptr, GUID_NULL, &copies), E_NOTIMPL);
  });
}

TEST_F(SnapshotMgmtTest, vssapi_is_looked_up_by_its_decorated_names) {
  run([] {
    const HMODULE vssapi = LoadLibraryA("VSSAPI.DLL");
    using Create = HRESULT(STDAPICALLTYPE*)(IVssBackupComponents**);
    for (const char* name : {"?CreateVssBackupComponents@@YAJPEAPEAVIVssBackupComponents@@@Z",
                             "?CreateVssBackupComponents@@YGJPAPAVIVssBackupComponents@@@Z",
                             "CreateVssBackupComponentsInternal"}) {
      const auto create =
          reinterpret_cast<Create>(reinterpret_cast<void (*)()>(GetProcAddress(vssapi, name)));
      ASSERT_NE(create, nullptr) << name;
      CComPtr<IVssBackupComponents> backup;
      EXPECT_EQ(create(&backup), S_OK) << name;
    }
    EXPECT_NE(GetProcAddress(vssapi, "VssFreeSnapshotProperties"), nullptr);
    EXPECT_EQ(GetProcAddress(vssapi, "CreateVssSnapshotSetDescription"), nullptr);
  });
}

}  // namespace
}  // namespace vsslab::test
