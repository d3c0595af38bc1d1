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
