// What a program of its own learns of mounted folders is what a library in the lab learns.

#include <windows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "transport/files.h"
#include "unit/win32/lab_fixture.h"
#include "volume/volume_set.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

// The service's side without a connection between.
class FilesOnly final : public transport::RootService {
 public:
  explicit FilesOnly(VolumeSet& volumes) : volumes_(volumes) {}
  HRESULT File(UINT operation, const std::string* request, std::string* reply) override {
    return transport::serve_file(volumes_, operation, *request, *reply);
  }
  HRESULT CreateWriter(bool, CVssWriter*, IVssWriterImpl**) override { return E_NOTIMPL; }
  HRESULT CreateBackupComponents(IVssBackupComponents**) override { return E_NOTIMPL; }
  HRESULT IsVolumeSnapshotted(VSS_PWSZ, BOOL*, LONG*) override { return E_NOTIMPL; }
  HRESULT RegisterProvider(VSS_ID, LPCWSTR, UINT, IVssSoftwareSnapshotProvider*,
                           IVssProviderCreateSnapshotSet*, IVssProviderNotifications*) override {
    return E_NOTIMPL;
  }
  HRESULT ComSecurity(DWORD, DWORD, DWORD) override { return E_NOTIMPL; }
  HRESULT EventLog(LPCWSTR, LPCWSTR, UINT, LPCWSTR) override { return E_NOTIMPL; }
  HRESULT CreateExpressWriter(IVssExpressWriter**) override { return E_NOTIMPL; }
  HRESULT CreateAdmin(IVssAdmin**) override { return E_NOTIMPL; }
  HRESULT OpenManagement(VSS_ID, IID, IVssDifferentialSoftwareSnapshotMgmt3**) override {
    return E_NOTIMPL;
  }
  HRESULT GetMinDiffAreaSize(LONGLONG*) override { return E_NOTIMPL; }
  HRESULT QueryVolumesSupportedForSnapshots(VSS_ID, LONG, IVssEnumMgmtObject**) override {
    return E_NOTIMPL;
  }
  HRESULT QuerySnapshotsByVolume(VSS_PWSZ, VSS_ID, IVssEnumObject**) override { return E_NOTIMPL; }

 private:
  VolumeSet& volumes_;
};

enum class Place { library, program };

class MountedFolders : public LabTest, public testing::WithParamInterface<Place> {
 protected:
  MountedFolders() {
    Volume::Options c;
    c.guid = *Guid::parse("11111111-2222-3333-4444-555555555555");
    Volume::Options e = c;
    e.root = "E:\\";
    e.guid = *Guid::parse("11111111-2222-3333-4444-666666666666");
    Volume& first = **machine_.add(c);
    Volume& second = **machine_.add(e);
    EXPECT_TRUE(first.create_directories("Data\\mnt"));
    EXPECT_TRUE(second.write_file("Archive\\b.txt", "b"));
    EXPECT_TRUE(machine_.mount(second, "C:\\Data\\mnt"));
    if (GetParam() == Place::library) {
      lab_.volumes = &machine_;
    } else {
      EXPECT_TRUE(transport::fetch_volumes(root_, far_));
      lab_.volumes = &far_;
    }
  }
  // What a call wrote, or its error.
  static std::string told(BOOL result, LPCWSTR text) {
    return result ? to_utf8(text) : "error " + std::to_string(GetLastError());
  }
  static std::string path_of(LPCWSTR path) {
    WCHAR out[300] = L"";
    const BOOL result = GetVolumePathNameW(path, out, 300);
    return told(result, out);
  }
  static std::string volume_at(LPCWSTR folder) {
    WCHAR out[300] = L"";
    const BOOL result = GetVolumeNameForVolumeMountPointW(folder, out, 300);
    return told(result, out);
  }
  static std::string paths_of(LPCWSTR volume) {
    WCHAR out[300] = L"";
    DWORD length = 0;
    if (!GetVolumePathNamesForVolumeNameW(volume, out, 300, &length)) return told(FALSE, out);
    std::string list;
    for (const WCHAR* path = out; *path != 0; path += wcslen(path) + 1) list += to_utf8(path) + " ";
    return list;
  }
  static std::string names_in(LPCWSTR pattern) {
    WIN32_FIND_DATAW found;
    const HANDLE search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) return told(FALSE, L"");
    std::string list;
    do list += to_utf8(found.cFileName) + " ";
    while (FindNextFileW(search, &found));
    FindClose(search);
    return list;
  }

  VolumeSet machine_{scheduler_.get()};
  FilesOnly root_{machine_};
  VolumeSet far_{scheduler_.get()};
};

constexpr char kSecond[] = R"(\\?\Volume{11111111-2222-3333-4444-666666666666}\)";
constexpr WCHAR kSecondWide[] = L"\\\\?\\Volume{11111111-2222-3333-4444-666666666666}\\";

TEST_P(MountedFolders, are_volumes_paths) {
  run([&] {
    EXPECT_EQ(path_of(L"C:\\Data\\mnt\\Archive"), "C:\\Data\\mnt\\");
    EXPECT_EQ(path_of(L"C:\\Data\\mnt"), "C:\\Data\\mnt\\");
    EXPECT_EQ(path_of(L"C:\\Data"), "C:\\");
    EXPECT_EQ(path_of(L"E:\\Archive"), "E:\\");
    EXPECT_EQ(path_of(L"Q:\\x"), "error 3");
    return 0;
  });
  EXPECT_EQ(endings_.at(0).code, 0u);
}

TEST_P(MountedFolders, name_the_volume_behind_them) {
  run([&] {
    EXPECT_EQ(volume_at(L"C:\\Data\\mnt\\"), kSecond);
    EXPECT_EQ(volume_at(L"E:\\"), kSecond);
    EXPECT_EQ(volume_at(L"C:\\Data\\"), "error 2");
    EXPECT_EQ(GetDriveTypeW(L"C:\\Data\\mnt\\"), UINT{DRIVE_FIXED});
    EXPECT_EQ(paths_of(kSecondWide), "E:\\ C:\\Data\\mnt\\ ");
    return 0;
  });
  EXPECT_EQ(endings_.at(0).code, 0u);
}

TEST_P(MountedFolders, show_the_files_behind_them) {
  run([&] {
    EXPECT_EQ(GetFileAttributesW(L"C:\\Data\\mnt"),
              DWORD{FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT});
    EXPECT_EQ(GetFileAttributesW(L"C:\\Data"), DWORD{FILE_ATTRIBUTE_DIRECTORY});
    EXPECT_EQ(names_in(L"C:\\Data\\mnt\\*"), names_in(L"E:\\*"));
    EXPECT_EQ(names_in(L"C:\\Data\\mnt\\Archive\\*"), ". .. b.txt ");
    const HANDLE file =
        CreateFileW(L"C:\\Data\\mnt\\new.txt", GENERIC_WRITE, 0, nullptr, CREATE_NEW, 0, nullptr);
    EXPECT_NE(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
    return 0;
  });
  EXPECT_EQ(endings_.at(0).code, 0u);
  EXPECT_TRUE(machine_.find_volume("E:")->stat("new.txt"));
}

TEST_P(MountedFolders, are_made_and_taken_away) {
  run([&] {
    EXPECT_TRUE(CreateDirectoryW(L"C:\\other", nullptr));
    EXPECT_TRUE(SetVolumeMountPointW(L"C:\\other\\", kSecondWide));
    EXPECT_EQ(paths_of(kSecondWide), "E:\\ C:\\Data\\mnt\\ C:\\other\\ ");
    EXPECT_EQ(path_of(L"C:\\other\\Archive"), "C:\\other\\");
    EXPECT_TRUE(DeleteVolumeMountPointW(L"C:\\Data\\mnt\\"));
    EXPECT_EQ(path_of(L"C:\\Data\\mnt"), "C:\\");
    EXPECT_FALSE(DeleteVolumeMountPointW(L"C:\\Data\\mnt\\"));
    EXPECT_EQ(paths_of(kSecondWide), "E:\\ C:\\other\\ ");
    return 0;
  });
  EXPECT_EQ(endings_.at(0).code, 0u);
  EXPECT_THAT(machine_.paths_of(*machine_.find_volume("E:")),
              testing::ElementsAre("E:\\", "C:\\other\\"));
}

INSTANTIATE_TEST_SUITE_P(Both, MountedFolders, testing::Values(Place::library, Place::program),
                         [](const testing::TestParamInfo<Place>& info) {
                           return info.param == Place::library ? "library" : "program";
                         });

}  // namespace
}  // namespace vsslab::test
