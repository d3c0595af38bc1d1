// Files and volumes of the lab through the Windows calls.

#include <windows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/win32/lab_fixture.h"
#include "volume/volume_set.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

class Files : public LabTest {
 protected:
  Files() {
    Volume::Options options;
    options.guid = *Guid::parse("11111111-2222-3333-4444-555555555555");
    volume_ = *volumes_.add(options);
    lab_.volumes = &volumes_;
  }

  VolumeSet volumes_{scheduler_.get()};
  Volume* volume_ = nullptr;
};

std::string read_all(LPCWSTR path) {
  const HANDLE file = CreateFileW(path, GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  if (file == INVALID_HANDLE_VALUE) return "error " + std::to_string(GetLastError());
  char buffer[64];
  DWORD read = 0;
  EXPECT_TRUE(ReadFile(file, buffer, sizeof(buffer), &read, nullptr));
  CloseHandle(file);
  return std::string(buffer, read);
}

TEST_F(Files, are_created_written_and_read) {
  run([&] {
    EXPECT_TRUE(CreateDirectoryW(L"C:\\Data", nullptr));
    EXPECT_FALSE(CreateDirectoryW(L"C:\\Data", nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    const HANDLE file = CreateFileW(L"c:\\data\\a.txt", GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                    CREATE_NEW, 0, nullptr);
    EXPECT_NE(file, INVALID_HANDLE_VALUE);
    DWORD written = 0;
    EXPECT_TRUE(WriteFile(file, "hello", 5, &written, nullptr));
    EXPECT_EQ(written, 5u);
    LARGE_INTEGER size{};
    EXPECT_TRUE(GetFileSizeEx(file, &size));
    EXPECT_EQ(size.QuadPart, 5);
    LARGE_INTEGER back{};
    back.QuadPart = -3;
    EXPECT_TRUE(SetFilePointerEx(file, back, nullptr, FILE_END));
    char rest[4] = {};
    DWORD read = 0;
    EXPECT_TRUE(ReadFile(file, rest, 3, &read, nullptr));
    EXPECT_STREQ(rest, "llo");
    EXPECT_TRUE(CloseHandle(file));
    EXPECT_EQ(read_all(L"C:\\Data\\A.TXT"), "hello");
    EXPECT_TRUE(CopyFileW(L"C:\\Data\\a.txt", L"C:\\Data\\b.txt", TRUE));
    EXPECT_EQ(read_all(L"C:\\Data\\b.txt"), "hello");
    EXPECT_FALSE(CopyFileW(L"C:\\Data\\a.txt", L"C:\\Data\\b.txt", TRUE));
    return 0;
  });
}

TEST_F(Files, have_full_names_without_detours) {
  run([&] {
    const auto full = [](const WCHAR* name) {
      WCHAR out[MAX_PATH] = {};
      EXPECT_GT(GetFullPathNameW(name, MAX_PATH, out, nullptr), 0u);
      return std::wstring(out);
    };
    EXPECT_EQ(full(L"C:/data//a.txt"), L"C:\\data\\a.txt");
    EXPECT_EQ(full(L"C:\\.\\data\\..\\last\\c.txt"), L"C:\\last\\c.txt");
    EXPECT_EQ(full(L"C:\\..\\.hidden\\"), L"C:\\.hidden\\");
    EXPECT_EQ(full(L"\\\\server\\share\\..\\x"), L"\\\\server\\share\\..\\x");
    return 0;
  });
}

TEST_F(Files, give_windows_errors) {
  run([&] {
    EXPECT_EQ(read_all(L"C:\\none.txt"), "error 2");
    EXPECT_EQ(read_all(L"X:\\none.txt"), "error 3");
    EXPECT_EQ(GetFileAttributesW(L"C:\\none"), INVALID_FILE_ATTRIBUTES);
    EXPECT_FALSE(DeleteFileW(L"C:\\none"));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    CreateDirectoryW(L"C:\\dir", nullptr);
    EXPECT_EQ(GetFileAttributesW(L"C:\\dir"), DWORD{FILE_ATTRIBUTE_DIRECTORY});
    EXPECT_EQ(read_all(L"C:\\dir"), "error 5");
    return 0;
  });
}

HANDLE open(LPCWSTR path, DWORD access, DWORD share, DWORD disposition = OPEN_EXISTING) {
  return CreateFileW(path, access, share, nullptr, disposition, 0, nullptr);
}

TEST_F(Files, are_shared_as_their_openers_say) {
  ASSERT_TRUE(volume_->write_file("db", "pages"));
  run([&] {
    const HANDLE mine = open(L"C:\\db", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ);
    EXPECT_EQ(open(L"C:\\db", GENERIC_READ, FILE_SHARE_READ), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SHARING_VIOLATION});
    const HANDLE reader = open(L"C:\\DB", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE);
    EXPECT_NE(reader, INVALID_HANDLE_VALUE);
    EXPECT_FALSE(DeleteFileW(L"C:\\db"));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SHARING_VIOLATION});
    EXPECT_FALSE(CopyFileW(L"C:\\db", L"C:\\db", FALSE));
    CloseHandle(reader);
    CloseHandle(mine);
    EXPECT_TRUE(DeleteFileW(L"C:\\db"));
    return 0;
  });
}

TEST_F(Files, of_a_running_service_cannot_be_replaced) {
  ASSERT_TRUE(volume_->write_file("db", "pages"));
  lab_.services["ORDERS"] = {"Orders", "Orders"};
  lab_.services["RIGID"] = {"Rigid", "Rigid", true, false};
  lab_.sharing.hold(*volume_, "db", "ORDERS");
  run([&] {
    EXPECT_EQ(open(L"C:\\db", GENERIC_WRITE, 0), INVALID_HANDLE_VALUE);
    const HANDLE reader = open(L"C:\\db", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE);
    EXPECT_NE(reader, INVALID_HANDLE_VALUE);
    CloseHandle(reader);
    const SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
    EXPECT_EQ(OpenServiceW(manager, L"none", SERVICE_STOP), nullptr);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SERVICE_DOES_NOT_EXIST});
    const SC_HANDLE rigid = OpenServiceW(manager, L"rigid", SERVICE_STOP);
    SERVICE_STATUS status{};
    EXPECT_FALSE(ControlService(rigid, SERVICE_CONTROL_STOP, &status));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_SERVICE_CONTROL});
    const SC_HANDLE orders = OpenServiceW(manager, L"orders", SERVICE_STOP | SERVICE_START);
    EXPECT_FALSE(StartServiceW(orders, 0, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_SERVICE_ALREADY_RUNNING});
    EXPECT_TRUE(ControlService(orders, SERVICE_CONTROL_STOP, &status));
    EXPECT_EQ(status.dwCurrentState, DWORD{SERVICE_STOPPED});
    const HANDLE writer = open(L"C:\\db", GENERIC_WRITE, 0);
    EXPECT_NE(writer, INVALID_HANDLE_VALUE);
    CloseHandle(writer);
    EXPECT_TRUE(StartServiceW(orders, 0, nullptr));
    EXPECT_EQ(open(L"C:\\db", GENERIC_WRITE, 0), INVALID_HANDLE_VALUE);
    CloseServiceHandle(orders);
    CloseServiceHandle(rigid);
    CloseServiceHandle(manager);
    return 0;
  });
}

TEST_F(Files, keep_times_and_attributes_in_copies) {
  ASSERT_TRUE(volume_->write_file("a", "old"));
  ASSERT_TRUE(volume_->set_times("a", {{}, std::chrono::hours(-24), {}}));
  ASSERT_TRUE(volume_->set_attributes("a", FILE_ATTRIBUTE_READONLY));
  run([&] {
    EXPECT_TRUE(CopyFileW(L"C:\\a", L"C:\\b", TRUE));
    WIN32_FILE_ATTRIBUTE_DATA a{}, b{};
    EXPECT_TRUE(GetFileAttributesExW(L"C:\\a", GetFileExInfoStandard, &a));
    EXPECT_TRUE(GetFileAttributesExW(L"C:\\b", GetFileExInfoStandard, &b));
    EXPECT_EQ(CompareFileTime(&a.ftLastWriteTime, &b.ftLastWriteTime), 0);
    EXPECT_EQ(b.dwFileAttributes, DWORD{FILE_ATTRIBUTE_READONLY});
    EXPECT_EQ(b.nFileSizeLow, DWORD{3});
    EXPECT_EQ(open(L"C:\\b", GENERIC_WRITE, 0, CREATE_ALWAYS), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ACCESS_DENIED});
    EXPECT_TRUE(SetFileAttributesW(L"C:\\b", FILE_ATTRIBUTE_NORMAL));
    const HANDLE file = open(L"C:\\b", GENERIC_WRITE, 0);
    LARGE_INTEGER one{};
    one.QuadPart = 1;
    EXPECT_TRUE(SetFilePointerEx(file, one, nullptr, FILE_BEGIN));
    EXPECT_TRUE(SetEndOfFile(file));
    CloseHandle(file);
    EXPECT_EQ(read_all(L"C:\\b"), "o");
    return 0;
  });
}

TEST_F(Files, move_now_or_at_the_next_start) {
  ASSERT_TRUE(volume_->write_file("a", "new"));
  ASSERT_TRUE(volume_->write_file("b", "old"));
  run([&] {
    EXPECT_FALSE(MoveFileExW(L"C:\\a", L"C:\\b", 0));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_ALREADY_EXISTS});
    EXPECT_TRUE(
        MoveFileExW(L"C:\\a", L"C:\\b", MOVEFILE_DELAY_UNTIL_REBOOT | MOVEFILE_REPLACE_EXISTING));
    EXPECT_EQ(read_all(L"C:\\b"), "old");
    EXPECT_TRUE(MoveFileExW(L"C:\\b", nullptr, MOVEFILE_DELAY_UNTIL_REBOOT));
    EXPECT_FALSE(MoveFileExW(L"C:\\none", L"C:\\x", MOVEFILE_DELAY_UNTIL_REBOOT));
    EXPECT_TRUE(MoveFileExW(L"C:\\a", L"C:\\b", MOVEFILE_REPLACE_EXISTING));
    EXPECT_EQ(read_all(L"C:\\b"), "new");
    return 0;
  });
  ASSERT_EQ(lab_.pending_moves.size(), 2U);
  EXPECT_EQ(lab_.pending_moves[0].to, "C:\\b");
  EXPECT_TRUE(lab_.pending_moves[0].replace);
  EXPECT_EQ(lab_.pending_moves[1].to, "");
}

TEST_F(Files, of_a_shadow_copy_are_frozen_and_read_only) {
  ASSERT_TRUE(volume_->write_file("dir\\f", "then"));
  const std::string device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  volumes_.add_device(std::make_shared<Volume>(Volume::Options{.root = ""}, device,
                                               volume_->state(), nullptr, scheduler_.get()));
  volumes_.find_device(device)->set_read_only(true);
  ASSERT_TRUE(volume_->remove("dir\\f"));
  run([&] {
    const std::wstring f = to_wide(device) + L"\\dir\\f";
    EXPECT_EQ(open(f.c_str(), GENERIC_WRITE, 0), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_WRITE_PROTECT});
    EXPECT_FALSE(DeleteFileW(f.c_str()));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_WRITE_PROTECT});
    WIN32_FIND_DATAW data{};
    const HANDLE find = FindFirstFileW((to_wide(device) + L"\\dir\\*").c_str(), &data);
    EXPECT_STREQ(data.cFileName, L".");
    EXPECT_TRUE(FindNextFileW(find, &data));
    EXPECT_TRUE(FindNextFileW(find, &data));
    EXPECT_STREQ(data.cFileName, L"f");
    EXPECT_EQ(data.nFileSizeLow, DWORD{4});
    FindClose(find);
    return 0;
  });
}

TEST_F(Files, are_found_by_pattern) {
  run([&] {
    for (const wchar_t* name : {L"C:\\b.log", L"C:\\a.log", L"C:\\c.txt"}) {
      CloseHandle(CreateFileW(name, GENERIC_WRITE, 0, nullptr, CREATE_NEW, 0, nullptr));
    }
    std::vector<std::string> names;
    WIN32_FIND_DATAW data{};
    const HANDLE find = FindFirstFileW(L"C:\\*.LOG", &data);
    EXPECT_NE(find, INVALID_HANDLE_VALUE);
    do {
      names.push_back(to_utf8(data.cFileName));
    } while (FindNextFileW(find, &data));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_MORE_FILES});
    EXPECT_TRUE(FindClose(find));
    EXPECT_THAT(names, testing::ElementsAre("a.log", "b.log"));
    EXPECT_EQ(FindFirstFileW(L"C:\\*.none", &data), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_FILE_NOT_FOUND});
    return 0;
  });
}

TEST_F(Files, volumes_have_their_names) {
  run([&] {
    WCHAR text[MAX_PATH];
    EXPECT_TRUE(GetVolumePathNameW(L"C:\\Data\\deep\\file", text, MAX_PATH));
    EXPECT_STREQ(text, L"C:\\");
    EXPECT_TRUE(GetVolumeNameForVolumeMountPointW(L"C:\\", text, MAX_PATH));
    EXPECT_STREQ(text, L"\\\\?\\Volume{11111111-2222-3333-4444-555555555555}\\");
    EXPECT_FALSE(GetVolumeNameForVolumeMountPointW(L"C:", text, MAX_PATH));
    EXPECT_FALSE(GetVolumeNameForVolumeMountPointW(L"D:\\", text, MAX_PATH));
    EXPECT_FALSE(GetVolumePathNameW(L"C:\\x", text, 2));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    return 0;
  });
}

TEST_F(Files, a_write_waits_while_the_volume_holds_writes) {
  scheduler_->at(std::chrono::seconds(1), [&] { volume_->hold_writes(); });
  scheduler_->at(std::chrono::seconds(4), [&] { volume_->release_writes(); });
  run([&] {
    const HANDLE file =
        CreateFileW(L"C:\\log", GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr);
    Sleep(2000);
    DWORD written = 0;
    EXPECT_TRUE(WriteFile(file, "x", 1, &written, nullptr));
    EXPECT_EQ(now_ms(), 4000);
    return 0;
  });
}

}  // namespace
}  // namespace vsslab::test
