// The shadow copy storage areas of the system provider, method by method.

#include <vsmgmt.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mock-provider/system/system_provider.h"
#include "unit/mock_provider/provider_fixture.h"

namespace vsslab {
namespace {

constexpr LONGLONG kMegabyte = 1 << 20;

class DiffAreas : public ProviderFixture {
 protected:
  DiffAreas() {
    refs = *volumes.add({.root = "E:\\", .guid = {0xe, 0, 0, {}}, .file_system = "ReFS"});
    EXPECT_EQ(software->QueryInterface(&areas), S_OK);
  }
  ~DiffAreas() override { areas->Release(); }

  HRESULT add(const char* volume, const char* on, LONGLONG maximum) {
    std::wstring source = widen(volume);
    std::wstring storage = widen(on);
    return areas->AddDiffArea(source.data(), storage.data(), maximum);
  }
  HRESULT change(const char* volume, const char* on, LONGLONG maximum) {
    std::wstring source = widen(volume);
    std::wstring storage = widen(on);
    return areas->ChangeDiffAreaMaximumSize(source.data(), storage.data(), maximum);
  }

  using Query = HRESULT (IVssDifferentialSoftwareSnapshotMgmt::*)(VSS_PWSZ, IVssEnumMgmtObject**);
  // "volume on storage max used", or "volume display free of total"; the code when it fails.
  std::vector<std::string> ask(Query query, const char* volume) {
    std::wstring name = widen(volume);
    IVssEnumMgmtObject* list = nullptr;
    const HRESULT hr = (areas->*query)(name.data(), &list);
    if (FAILED(hr)) return {std::to_string(hr)};
    return told(list);
  }
  std::vector<std::string> told(IVssEnumMgmtObject* list) {
    std::vector<std::string> out;
    VSS_MGMT_OBJECT_PROP property{};
    ULONG fetched = 0;
    while (list->Next(1, &property, &fetched) == S_OK) {
      if (property.Type == VSS_MGMT_OBJECT_DIFF_AREA) {
        const VSS_DIFF_AREA_PROP& area = property.Obj.DiffArea;
        EXPECT_LE(area.m_llUsedDiffSpace, area.m_llAllocatedDiffSpace);
        EXPECT_TRUE(area.m_llMaximumDiffSpace == VSS_ASSOC_NO_MAX_SPACE ||
                    area.m_llAllocatedDiffSpace <= area.m_llMaximumDiffSpace);
        out.push_back(letter(area.m_pwszVolumeName) + " on " +
                      letter(area.m_pwszDiffAreaVolumeName) + " " +
                      std::to_string(area.m_llMaximumDiffSpace) + " " +
                      std::to_string(area.m_llUsedDiffSpace));
        CoTaskMemFree(area.m_pwszVolumeName);
        CoTaskMemFree(area.m_pwszDiffAreaVolumeName);
      } else {
        const VSS_DIFF_VOLUME_PROP& volume = property.Obj.DiffVol;
        EXPECT_LE(volume.m_llVolumeFreeSpace, volume.m_llVolumeTotalSpace);
        out.push_back(narrow(volume.m_pwszVolumeDisplayName));
        CoTaskMemFree(volume.m_pwszVolumeName);
        CoTaskMemFree(volume.m_pwszVolumeDisplayName);
      }
    }
    list->Release();
    return out;
  }
  std::string letter(VSS_PWSZ guid_path) { return volumes.find_volume(narrow(guid_path))->root(); }

  Volume* refs = nullptr;
  IVssDifferentialSoftwareSnapshotMgmt3* areas = nullptr;
};

using Mgmt = IVssDifferentialSoftwareSnapshotMgmt;

TEST_F(DiffAreas, every_level_of_the_interface_is_one_object_with_the_providers_identity) {
  Mgmt* first = nullptr;
  IVssDifferentialSoftwareSnapshotMgmt2* second = nullptr;
  IUnknown* provider = nullptr;
  IUnknown* identity = nullptr;
  ASSERT_EQ(areas->QueryInterface(&first), S_OK);
  ASSERT_EQ(areas->QueryInterface(&second), S_OK);
  ASSERT_EQ(areas->QueryInterface(&identity), S_OK);
  ASSERT_EQ(software->QueryInterface(&provider), S_OK);
  EXPECT_EQ(first, static_cast<Mgmt*>(areas));
  EXPECT_EQ(second, static_cast<IVssDifferentialSoftwareSnapshotMgmt2*>(areas));
  EXPECT_EQ(identity, provider);
  for (IUnknown* each : std::initializer_list<IUnknown*>{first, second, provider, identity}) {
    each->Release();
  }
}

TEST_F(DiffAreas, an_area_is_added_once_with_room_on_ntfs) {
  EXPECT_EQ(add("C:\\", "D:\\", 319 * kMegabyte), E_INVALIDARG) << "at least 320 MB";
  EXPECT_EQ(add("C:\\", "D:\\", VSS_ASSOC_REMOVE), E_INVALIDARG);
  EXPECT_EQ(add("C:", "D:\\", 320 * kMegabyte), E_INVALIDARG) << "the last backslash is missing";
  EXPECT_EQ(add("X:\\", "D:\\", 320 * kMegabyte), E_INVALIDARG);
  EXPECT_EQ(add("C:\\", "E:\\", 320 * kMegabyte), VSS_E_VOLUME_NOT_SUPPORTED) << "no NTFS";
  EXPECT_EQ(areas->AddDiffArea(nullptr, nullptr, VSS_ASSOC_NO_MAX_SPACE), E_INVALIDARG);
  EXPECT_EQ(add("C:\\", "D:\\", 320 * kMegabyte), S_OK);
  EXPECT_EQ(add("C:\\", "D:\\", 320 * kMegabyte), VSS_E_OBJECT_ALREADY_EXISTS);
  EXPECT_EQ(add("C:\\", "C:\\", VSS_ASSOC_NO_MAX_SPACE),
            VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED);
  EXPECT_EQ(ask(&Mgmt::QueryDiffAreasForVolume, "C:\\"),
            std::vector<std::string>{"C:\\ on D:\\ 335544320 0"});
  EXPECT_EQ(ask(&Mgmt::QueryDiffAreasOnVolume, "D:\\"),
            std::vector<std::string>{"C:\\ on D:\\ 335544320 0"});
  EXPECT_TRUE(ask(&Mgmt::QueryDiffAreasOnVolume, "C:\\").empty());
  EXPECT_TRUE(ask(&Mgmt::QueryDiffAreasForVolume, "D:\\").empty());
}

TEST_F(DiffAreas, a_volume_without_room_holds_no_area) {
  ASSERT_TRUE(volumes.add({.root = "F:\\", .guid = {0xf, 0, 0, {}}, .size = 100ULL << 20}));
  EXPECT_EQ(add("C:\\", "F:\\", 320 * kMegabyte), VSS_E_VOLUME_NOT_SUPPORTED);
  EXPECT_EQ(change("F:\\", "F:\\", 320 * kMegabyte), VSS_E_INSUFFICIENT_STORAGE);
}

TEST_F(DiffAreas, copies_bring_about_an_area_that_goes_with_them_until_its_size_is_set) {
  take(1, 10);
  (void)c->write_file("a.txt", std::string(40'000, 'x'));
  (void)c->write_at("a.txt", 0, "y");
  const auto found = ask(&Mgmt::QueryDiffAreasForVolume, "C:\\");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].starts_with("C:\\ on C:\\ -1 ")) << found[0];
  EXPECT_FALSE(found[0].ends_with(" 0")) << "it holds blocks: " << found[0];
  EXPECT_EQ(add("C:\\", "D:\\", VSS_ASSOC_NO_MAX_SPACE),
            VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED)
      << "copies exist";
  EXPECT_EQ(change("C:\\", "C:\\", VSS_ASSOC_REMOVE), VSS_E_VOLUME_IN_USE);
  EXPECT_EQ(change("C:\\", "D:\\", 400 * kMegabyte), VSS_E_OBJECT_NOT_FOUND) << "not there";

  IVssEnumMgmtObject* list = nullptr;
  ASSERT_EQ(areas->QueryDiffAreasForSnapshot(id_of(10), &list), S_OK);
  EXPECT_EQ(told(list), found);
  EXPECT_EQ(areas->QueryDiffAreasForSnapshot(id_of(99), &list), E_INVALIDARG);
  EXPECT_EQ(list, nullptr);

  LONG deleted = 0;
  VSS_ID kept{};
  ASSERT_EQ(software->DeleteSnapshots(id_of(10), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &kept),
            S_OK);
  EXPECT_TRUE(ask(&Mgmt::QueryDiffAreasForVolume, "C:\\").empty()) << "it went with its copies";

  take(2, 20);
  EXPECT_EQ(change("C:\\", "C:\\", 400 * kMegabyte), S_OK);
  ASSERT_EQ(software->DeleteSnapshots(id_of(20), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &kept),
            S_OK);
  EXPECT_EQ(ask(&Mgmt::QueryDiffAreasForVolume, "C:\\"),
            std::vector<std::string>{"C:\\ on C:\\ 419430400 0"})
      << "explicit: it stays";
  EXPECT_EQ(change("C:\\", "C:\\", VSS_ASSOC_REMOVE), S_OK);
  EXPECT_EQ(change("C:\\", "C:\\", VSS_ASSOC_REMOVE), VSS_E_OBJECT_NOT_FOUND);
}

TEST_F(DiffAreas, changing_the_size_makes_an_area_that_is_not_there) {
  EXPECT_EQ(change("C:\\", "D:\\", 100 * kMegabyte), E_INVALIDARG);
  EXPECT_EQ(change("C:\\", "E:\\", 400 * kMegabyte), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(change("C:\\", "D:\\", 2LL << 40), VSS_E_INSUFFICIENT_STORAGE);
  EXPECT_EQ(change("C:\\", "D:\\", 400 * kMegabyte), S_OK);
  std::wstring source = L"C:\\";
  std::wstring storage = L"D:\\";
  EXPECT_EQ(
      areas->ChangeDiffAreaMaximumSizeEx(source.data(), storage.data(), VSS_ASSOC_REMOVE, TRUE),
      E_INVALIDARG)
      << "a removal cannot be volatile";
  EXPECT_EQ(areas->ChangeDiffAreaMaximumSizeEx(source.data(), storage.data(),
                                               VSS_ASSOC_NO_MAX_SPACE, TRUE),
            S_OK);
  EXPECT_EQ(ask(&Mgmt::QueryDiffAreasForVolume, "C:\\"),
            std::vector<std::string>{"C:\\ on D:\\ -1 0"});
}

TEST_F(DiffAreas, volumes_that_can_hold_areas_are_the_ntfs_ones) {
  EXPECT_EQ(ask(&Mgmt::QueryVolumesSupportedForDiffAreas, "E:\\"),
            (std::vector<std::string>{"C:\\", "D:\\"}));
  EXPECT_EQ(ask(&Mgmt::QueryVolumesSupportedForDiffAreas, "E:"),
            std::vector<std::string>{std::to_string(E_INVALIDARG)});
  std::wstring name = L"C:\\";
  EXPECT_EQ(areas->QueryVolumesSupportedForDiffAreas(name.data(), nullptr), E_INVALIDARG);
}

TEST_F(DiffAreas, the_enumerator_skips_resets_and_clones) {
  std::wstring name = L"C:\\";
  IVssEnumMgmtObject* list = nullptr;
  ASSERT_EQ(areas->QueryVolumesSupportedForDiffAreas(name.data(), &list), S_OK);
  EXPECT_EQ(list->Skip(1), S_OK);
  IVssEnumMgmtObject* clone = nullptr;
  ASSERT_EQ(list->Clone(&clone), S_OK);
  EXPECT_EQ(told(clone), std::vector<std::string>{"D:\\"}) << "the clone stands where it was made";
  EXPECT_EQ(list->Skip(2), S_FALSE);
  EXPECT_EQ(list->Reset(), S_OK);
  ULONG fetched = 7;
  EXPECT_EQ(list->Next(1, nullptr, &fetched), E_POINTER);
  EXPECT_EQ(told(list), (std::vector<std::string>{"C:\\", "D:\\"}));
}

TEST_F(DiffAreas, methods_reserved_for_future_use_are_not_there) {
  EXPECT_EQ(areas->MigrateDiffAreas(nullptr, nullptr, nullptr), E_NOTIMPL);
  IVssAsync* async = nullptr;
  EXPECT_EQ(areas->QueryMigrationStatus(nullptr, nullptr, &async), E_NOTIMPL);
  EXPECT_EQ(areas->SetSnapshotPriority(id_of(1), 1), E_NOTIMPL);
  EXPECT_EQ(areas->QuerySnapshotDeltaBitmap(id_of(1), id_of(2), nullptr, nullptr, nullptr),
            E_NOTIMPL);
}

TEST_F(DiffAreas, a_protected_volume_stops_at_a_fault_until_it_is_cleared) {
  auto& provider = static_cast<SystemProvider&>(*software);
  std::wstring name = L"C:\\";
  std::wstring unknown = L"X:\\";
  VSS_VOLUME_PROTECTION_INFO info{};
  EXPECT_EQ(areas->GetVolumeProtectLevel(name.data(), &info), S_OK);
  EXPECT_EQ(info.m_protectionLevel, VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME);
  EXPECT_EQ(areas->GetVolumeProtectLevel(unknown.data(), &info), VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(areas->GetVolumeProtectLevel(name.data(), nullptr), E_INVALIDARG);
  EXPECT_EQ(areas->SetVolumeProtectLevel(nullptr, VSS_PROTECTION_LEVEL_SNAPSHOT), E_INVALIDARG);
  EXPECT_EQ(areas->SetVolumeProtectLevel(unknown.data(), VSS_PROTECTION_LEVEL_SNAPSHOT),
            VSS_E_OBJECT_NOT_FOUND);
  EXPECT_EQ(areas->SetVolumeProtectLevel(name.data(), static_cast<VSS_PROTECTION_LEVEL>(2)),
            E_INVALIDARG);

  provider.raise_protection_fault(*c, VSS_PROTECTION_FAULT_DIFF_AREA_FULL, E_FAIL);
  EXPECT_FALSE(c->writes_held()) << "the original volume goes on, its copies are given up";

  EXPECT_EQ(areas->SetVolumeProtectLevel(name.data(), VSS_PROTECTION_LEVEL_SNAPSHOT), S_OK);
  provider.raise_protection_fault(*c, VSS_PROTECTION_FAULT_DIFF_AREA_FULL, E_FAIL);
  EXPECT_TRUE(c->writes_held());
  EXPECT_EQ(areas->GetVolumeProtectLevel(name.data(), &info), S_OK);
  EXPECT_EQ(info.m_protectionLevel, VSS_PROTECTION_LEVEL_SNAPSHOT);
  EXPECT_EQ(info.m_protectionFault, VSS_PROTECTION_FAULT_DIFF_AREA_FULL);
  EXPECT_EQ(info.m_failureStatus, E_FAIL);
  EXPECT_TRUE(info.m_volumeIsOfflineForProtection);
  EXPECT_EQ(areas->SetVolumeProtectLevel(name.data(), VSS_PROTECTION_LEVEL_SNAPSHOT), S_OK);
  EXPECT_TRUE(c->writes_held()) << "the present level: nothing happens";

  EXPECT_EQ(areas->ClearVolumeProtectFault(name.data()), S_OK);
  EXPECT_FALSE(c->writes_held());
  EXPECT_EQ(areas->GetVolumeProtectLevel(name.data(), &info), S_OK);
  EXPECT_EQ(info.m_protectionFault, VSS_PROTECTION_FAULT_NONE);
  EXPECT_EQ(info.m_failureStatus, S_OK) << "zero when there is no fault";
  EXPECT_EQ(areas->ClearVolumeProtectFault(unknown.data()), VSS_E_OBJECT_NOT_FOUND);

  provider.raise_protection_fault(*c, VSS_PROTECTION_FAULT_IO_FAILURE, E_FAIL);
  EXPECT_EQ(areas->SetVolumeProtectLevel(name.data(), VSS_PROTECTION_LEVEL_ORIGINAL_VOLUME), S_OK);
  EXPECT_FALSE(c->writes_held()) << "the volume goes on without its copies";
}

TEST_F(DiffAreas, unused_areas_are_told_and_deleted) {
  std::wstring name = L"D:\\";
  VSS_VOLUME_PROTECTION_INFO info{};
  EXPECT_EQ(add("C:\\", "D:\\", VSS_ASSOC_NO_MAX_SPACE), S_OK);
  EXPECT_EQ(areas->GetVolumeProtectLevel(name.data(), &info), S_OK);
  EXPECT_TRUE(info.m_volumeHasUnusedDiffArea);
  take(1, 10);
  EXPECT_EQ(areas->DeleteUnusedDiffAreas(name.data()), S_OK);
  EXPECT_EQ(ask(&Mgmt::QueryDiffAreasOnVolume, "D:\\").size(), 1u) << "a copy uses it";
  LONG deleted = 0;
  VSS_ID kept{};
  ASSERT_EQ(software->DeleteSnapshots(id_of(10), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &kept),
            S_OK);
  EXPECT_EQ(areas->DeleteUnusedDiffAreas(name.data()), S_OK);
  EXPECT_TRUE(ask(&Mgmt::QueryDiffAreasOnVolume, "D:\\").empty());
  EXPECT_EQ(areas->DeleteUnusedDiffAreas(nullptr), E_INVALIDARG);
}

}  // namespace
}  // namespace vsslab
