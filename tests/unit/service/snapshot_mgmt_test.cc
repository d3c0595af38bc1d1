// CLSID_VssSnapshotMgmt, and what programs look up in vssapi.dll.

#include <windows.h>

#include <atlcom.h>
#include <vsadmin.h>
#include <vsmgmt.h>

#include <gtest/gtest.h>

#include "unit/service/fake_provider.h"
#include "unit/service/lab_fixture.h"

namespace vsslab::test {
namespace {

const Guid kSystem = *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5");

// The provider's own management interface: the first one alone, which adds no area twice.
class Areas : public IVssDifferentialSoftwareSnapshotMgmt {
 public:
  virtual ~Areas() = default;
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    *out = nullptr;
    if (!IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt))) return E_NOINTERFACE;
    *out = this;
    ++references;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references; }
  ULONG STDMETHODCALLTYPE Release() override { return --references; }
  HRESULT STDMETHODCALLTYPE AddDiffArea(VSS_PWSZ, VSS_PWSZ, LONGLONG) override {
    owner = current_process();
    return VSS_E_OBJECT_ALREADY_EXISTS;
  }
  HRESULT STDMETHODCALLTYPE ChangeDiffAreaMaximumSize(VSS_PWSZ, VSS_PWSZ, LONGLONG) override {
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForDiffAreas(VSS_PWSZ,
                                                              IVssEnumMgmtObject**) override {
    return E_FAIL;
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForVolume(VSS_PWSZ, IVssEnumMgmtObject** out) override {
    using List = CComObject<CComEnum<IVssEnumMgmtObject, &IID_IVssEnumMgmtObject,
                                     VSS_MGMT_OBJECT_PROP, _Copy<VSS_MGMT_OBJECT_PROP>>>;
    List* made = nullptr;
    List::CreateInstance(&made);
    made->AddRef();
    made->Init(listed, listed + 2, nullptr, AtlFlagCopy);
    *out = made;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasOnVolume(VSS_PWSZ, IVssEnumMgmtObject**) override {
    return E_FAIL;
  }
  HRESULT STDMETHODCALLTYPE QueryDiffAreasForSnapshot(VSS_ID, IVssEnumMgmtObject**) override {
    return E_FAIL;
  }

  int references = 0;
  LabProcess* owner = nullptr;
  VSS_MGMT_OBJECT_PROP listed[2] = {};
};

class ManagedProvider : public FakeProvider {
 public:
  explicit ManagedProvider(Scheduler& scheduler) : FakeProvider(scheduler) {
    for (int i = 0; i < 2; ++i) {
      areas.listed[i].Type = VSS_MGMT_OBJECT_DIFF_AREA;
      areas.listed[i].Obj.DiffArea = {volume_, volume_, 500LL << 20, 320LL << 20, i};
    }
  }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    if (IsEqualIID(iid, __uuidof(IVssDifferentialSoftwareSnapshotMgmt))) {
      return areas.QueryInterface(iid, out);
    }
    return FakeProvider::QueryInterface(iid, out);
  }

  Areas areas;

 private:
  WCHAR volume_[4] = L"C:\\";
};

class SnapshotMgmtTest : public testing::Test {
 protected:
  SnapshotMgmtTest() : provider_(*lab_.scheduler), vendor_(*lab_.scheduler) {}
  void run(std::function<void()> body) {
    spawn_process(lab_.lab, "manager", [body = std::move(body)] {
      body();
      return 0;
    });
    lab_.run();
  }
  LabFixture lab_;
  ManagedProvider provider_;
  FakeProvider vendor_;
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
    CComPtr<IVssDifferentialSoftwareSnapshotMgmt> areas;
    EXPECT_EQ(found->QueryInterface(&areas), S_OK);
    CComPtr<IVssDifferentialSoftwareSnapshotMgmt3> later;
    EXPECT_EQ(found->QueryInterface(&later), E_NOINTERFACE) << "the provider has none";
    EXPECT_EQ(found->Release(), 1u);
    EXPECT_EQ(GetProviderMgmtInterfaceInternal(kSystem.to<VSS_ID>(), wanted, &found), S_OK);
    found->Release();
    EXPECT_EQ(management->GetProviderMgmtInterface(kSystem.to<VSS_ID>(), IID_IVssAsync, &found),
              E_NOINTERFACE);
    IVssEnumMgmtObject* volumes = nullptr;
    EXPECT_EQ(management->QueryVolumesSupportedForSnapshots(GUID_NULL, 0, &volumes), E_NOTIMPL);
    IVssEnumObject* copies = nullptr;
    EXPECT_EQ(management->QuerySnapshotsByVolume(nullptr, GUID_NULL, &copies), E_NOTIMPL);
  });
  EXPECT_EQ(provider_.areas.references, 0);
  EXPECT_EQ(lab_.lines({"requester:manager GetProviderMgmtInterface", "hr=E_INVALIDARG"}).size(),
            2u);
  EXPECT_EQ(lab_.lines({"GetProviderMgmtInterface", "hr=VSS_E_PROVIDER_NOT_REGISTERED",
                        "interface=IVssDifferentialSoftwareSnapshotMgmt"})
                .size(),
            1u);
  EXPECT_EQ(lab_.lines({"QuerySnapshotsByVolume", "hr=E_NOTIMPL"}).size(), 1u);
}

TEST_F(SnapshotMgmtTest, calls_are_journalled_with_arguments_and_results) {
  lab_.add_provider("system", kSystem, provider_.unknown());
  run([&] {
    CComPtr<IVssDifferentialSoftwareSnapshotMgmt> areas;
    IUnknown* found = nullptr;
    ASSERT_EQ(GetProviderMgmtInterfaceInternal(
                  kSystem.to<VSS_ID>(), __uuidof(IVssDifferentialSoftwareSnapshotMgmt), &found),
              S_OK);
    areas.Attach(static_cast<IVssDifferentialSoftwareSnapshotMgmt*>(found));
    WCHAR volume[] = L"C:\\";
    WCHAR storage[] = L"D:\\";
    EXPECT_EQ(areas->AddDiffArea(volume, storage, VSS_ASSOC_NO_MAX_SPACE),
              VSS_E_OBJECT_ALREADY_EXISTS);
    EXPECT_EQ(areas->ChangeDiffAreaMaximumSize(volume, nullptr, 5LL << 40), S_OK);
    CComPtr<IVssEnumMgmtObject> list;
    EXPECT_EQ(areas->QueryDiffAreasForVolume(volume, &list), S_OK);
    CComPtr<IVssEnumMgmtObject> again;
    EXPECT_EQ(list->Clone(&again), S_OK);
    VSS_MGMT_OBJECT_PROP objects[3] = {};
    ULONG fetched = 9;
    EXPECT_EQ(list->Next(3, objects, nullptr), E_POINTER);
    EXPECT_EQ(list->Next(1, objects, nullptr), S_OK) << "one object may be asked for so";
    EXPECT_EQ(again->Skip(1), S_OK);
    EXPECT_EQ(again->Next(3, objects, &fetched), S_FALSE);
    EXPECT_EQ(fetched, 1u);
    EXPECT_EQ(objects[0].Obj.DiffArea.m_llUsedDiffSpace, 1);
  });
  EXPECT_EQ(provider_.areas.references, 0);
  EXPECT_NE(provider_.areas.owner, nullptr);
  EXPECT_EQ(lab_.lines({"s0 requester:manager AddDiffArea enter", "volume=C:\\", "storage=D:\\",
                        "maximum=-1"})
                .size(),
            1u);
  EXPECT_EQ(lab_.lines({"AddDiffArea leave", "hr=VSS_E_OBJECT_ALREADY_EXISTS"}).size(), 1u);
  EXPECT_EQ(lab_.lines({"ChangeDiffAreaMaximumSize enter", "storage=\"\"", "maximum=5497558138880"})
                .size(),
            1u);
  const int query = lab_.at({"QueryDiffAreasForVolume -", "hr=S_OK", "volume=C:\\"});
  ASSERT_GE(query, 0);
  const std::string cause = "^" + std::to_string(query) + " ";
  EXPECT_EQ(lab_.lines({"DiffArea -", cause, "maximum=524288000", "allocated=335544320", "used=0"})
                .size(),
            1u);
  EXPECT_EQ(lab_.lines({"DiffArea -", cause, "used=1"}).size(), 1u);
}

// A provider that a program of the machine offers as a class.
class ProviderClass final : public IClassFactory {
 public:
  explicit ProviderClass(FakeProvider& provider) : provider_(provider) {}
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID, void** out) override {
    *out = this;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown*, REFIID, void** out) override {
    *out = provider_.unknown();
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

 private:
  FakeProvider& provider_;
};

constexpr CLSID kClass = {0x1, 0x2, 0x3, {4, 5, 6, 7, 8, 9, 10, 11}};
constexpr VSS_ID kVendor = {0x77, 0x2, 0x3, {4, 5, 6, 7, 8, 9, 10, 11}};

TEST_F(SnapshotMgmtTest, a_setup_program_registers_lists_and_unregisters_a_provider) {
  lab_.add_provider("system", kSystem, provider_.unknown());
  run([] {
    CComPtr<IVssAdmin> admin;
    ASSERT_EQ(admin.CoCreateInstance(CLSID_VSSCoordinator), S_OK);
    WCHAR name[] = L"Vendor";
    WCHAR version[] = L"2.5";
    const auto add = [&](VSS_ID id, VSS_PROVIDER_TYPE type) {
      return admin->RegisterProvider(id, kClass, name, type, version, kVendor);
    };
    EXPECT_EQ(add(GUID_NULL, VSS_PROV_SOFTWARE), E_INVALIDARG);
    EXPECT_EQ(add(kVendor, VSS_PROV_UNKNOWN), E_INVALIDARG);
    EXPECT_EQ(admin->UnregisterProvider(kVendor), VSS_E_PROVIDER_NOT_REGISTERED);
    EXPECT_EQ(add(kSystem.to<VSS_ID>(), VSS_PROV_SOFTWARE), VSS_E_PROVIDER_ALREADY_REGISTERED);
    EXPECT_EQ(add(kVendor, VSS_PROV_SOFTWARE), S_OK);
    EXPECT_EQ(add(kVendor, VSS_PROV_SOFTWARE), VSS_E_PROVIDER_ALREADY_REGISTERED);
    CComPtr<IVssEnumObject> list;
    EXPECT_EQ(admin->QueryProviders(nullptr), E_INVALIDARG);
    ASSERT_EQ(admin->QueryProviders(&list), S_OK);
    VSS_OBJECT_PROP objects[3] = {};
    ULONG fetched = 0;
    EXPECT_EQ(list->Next(3, objects, &fetched), S_FALSE);
    ASSERT_EQ(fetched, 2u);
    EXPECT_STREQ(objects[1].Obj.Prov.m_pwszProviderName, L"Vendor");
    EXPECT_STREQ(objects[1].Obj.Prov.m_pwszProviderVersion, L"2.5");
    EXPECT_TRUE(IsEqualGUID(objects[1].Obj.Prov.m_ClassId, kClass));
    for (ULONG i = 0; i < fetched; ++i) {
      CoTaskMemFree(objects[i].Obj.Prov.m_pwszProviderName);
      CoTaskMemFree(objects[i].Obj.Prov.m_pwszProviderVersion);
    }
    EXPECT_EQ(admin->AbortAllSnapshotsInProgress(), E_NOTIMPL);
    EXPECT_EQ(admin->UnregisterProvider(kVendor), S_OK);
    EXPECT_EQ(admin->UnregisterProvider(kVendor), VSS_E_PROVIDER_NOT_REGISTERED);
  });
  EXPECT_EQ(lab_.lines({"requester:manager RegisterProvider -", "hr=S_OK", "name=Vendor",
                        "type=VSS_PROV_SOFTWARE", "version=2.5"})
                .size(),
            1u);
  EXPECT_EQ(lab_.lines({"UnregisterProvider leave", "hr=VSS_E_PROVIDER_NOT_REGISTERED"}).size(),
            2u);
  EXPECT_TRUE(lab_.lines({"provider:Vendor"}).empty()) << "it was never made";
}

TEST_F(SnapshotMgmtTest, a_registered_class_is_made_when_a_volume_is_to_be_copied) {
  vendor_.wants_notifications = true;
  ProviderClass offered(vendor_);
  lab_.add_provider("system", kSystem, provider_.unknown());
  run([&] {
    CComPtr<IVssAdmin> admin;
    ASSERT_EQ(admin.CoCreateInstance(CLSID_VSSCoordinator), S_OK);
    WCHAR name[] = L"Vendor";
    WCHAR version[] = L"1";
    WCHAR volume[] = L"C:\\";
    ASSERT_EQ(admin->RegisterProvider(kVendor, kClass, name, VSS_PROV_SOFTWARE, version, kVendor),
              S_OK);
    CComPtr<IVssBackupComponents> backup;
    ASSERT_EQ(CreateVssBackupComponents(&backup), S_OK);
    ASSERT_EQ(backup->InitializeForBackup(), S_OK);
    BOOL supported = FALSE;
    EXPECT_EQ(backup->IsVolumeSupported(kVendor, volume, &supported),
              VSS_E_UNEXPECTED_PROVIDER_ERROR)
        << "nobody offers the class yet";
    DWORD cookie = 0;
    ASSERT_EQ(
        CoRegisterClassObject(kClass, &offered, CLSCTX_LOCAL_SERVER, REGCLS_MULTIPLEUSE, &cookie),
        S_OK);
    EXPECT_EQ(backup->IsVolumeSupported(kVendor, volume, &supported), S_OK);
    EXPECT_TRUE(supported);
    EXPECT_EQ(admin->UnregisterProvider(kVendor), S_OK);
    EXPECT_EQ(backup->IsVolumeSupported(kVendor, volume, &supported),
              VSS_E_PROVIDER_NOT_REGISTERED);
    CoRevokeClassObject(cookie);
  });
  EXPECT_EQ(lab_.lines({"provider:Vendor Register -", "type=VSS_PROV_SOFTWARE"}).size(), 1u);
  EXPECT_EQ(lab_.lines({"provider:Vendor IsVolumeSupported leave", "supported=yes"}).size(), 1u);
  EXPECT_EQ(lab_.lines({"provider:Vendor OnUnload leave"}).size(), 1u);
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
