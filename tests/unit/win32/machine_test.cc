// The registry, accounts and security, volumes and drives, file attributes, messages, variants,
// strsafe: what a program asks of the machine.

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <sddl.h>
#include <strsafe.h>
#include <winternl.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/guid.h"
#include "unit/win32/lab_fixture.h"
#include "volume/volume_set.h"
#include "win32/registry.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

class Machine : public LabTest {
 protected:
  Machine() {
    Volume::Options options;
    options.guid = *Guid::parse("11111111-2222-3333-4444-555555555555");
    options.label = "System";
    EXPECT_TRUE(volumes_.add(options));
    options.root = "D:\\";
    options.guid = *Guid::parse("11111111-2222-3333-4444-666666666666");
    options.file_system = "ReFS";
    EXPECT_TRUE(volumes_.add(options));
    options.guid = *Guid::parse("11111111-2222-3333-4444-777777777777");
    options.root = "\\\\?\\Volume{11111111-2222-3333-4444-777777777777}\\";
    EXPECT_TRUE(volumes_.add(options));
    lab_.volumes = &volumes_;
  }
  VolumeSet volumes_{scheduler_.get()};
};

// ---- The registry ----

TEST_F(Machine, registry_keys_are_made_found_listed_and_deleted_without_regard_to_case) {
  run([] {
    HKEY key = nullptr;
    DWORD disposition = 0;
    EXPECT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Vendor\\Product", 0, nullptr, 0,
                              KEY_ALL_ACCESS, nullptr, &key, &disposition),
              ERROR_SUCCESS);
    EXPECT_EQ(disposition, static_cast<DWORD>(REG_CREATED_NEW_KEY));
    HKEY again = nullptr;
    EXPECT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\VENDOR\\product", 0, nullptr, 0,
                              KEY_ALL_ACCESS, nullptr, &again, &disposition),
              ERROR_SUCCESS);
    EXPECT_EQ(disposition, static_cast<DWORD>(REG_OPENED_EXISTING_KEY));
    EXPECT_EQ(RegCreateKeyW(key, L"B", &again), ERROR_SUCCESS);
    EXPECT_EQ(RegCreateKeyW(key, L"a", &again), ERROR_SUCCESS);
    WCHAR name[8];
    DWORD size = 8;
    EXPECT_EQ(RegEnumKeyExW(key, 0, name, &size, nullptr, nullptr, nullptr, nullptr),
              ERROR_SUCCESS);
    EXPECT_EQ(to_utf8(name), "a");
    EXPECT_EQ(size, 1u);
    EXPECT_EQ(RegEnumKeyW(key, 1, name, 8), ERROR_SUCCESS);
    EXPECT_EQ(to_utf8(name), "B") << "as it was written";
    EXPECT_EQ(RegEnumKeyW(key, 1, name, 1), ERROR_MORE_DATA);
    EXPECT_EQ(RegEnumKeyW(key, 2, name, 8), ERROR_NO_MORE_ITEMS);

    HKEY vendor = nullptr;
    EXPECT_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Vendor", 0, KEY_READ, &vendor),
              ERROR_SUCCESS);
    EXPECT_EQ(RegDeleteKeyW(vendor, L"Product"), ERROR_ACCESS_DENIED) << "keys are below it";
    EXPECT_EQ(RegDeleteKeyW(vendor, L"None"), ERROR_FILE_NOT_FOUND);
    EXPECT_EQ(RegDeleteTreeW(vendor, L"Product"), ERROR_SUCCESS);
    EXPECT_EQ(RegOpenKeyExW(vendor, L"Product", 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);
    EXPECT_EQ(key, nullptr);
    EXPECT_EQ(RegCloseKey(vendor), ERROR_SUCCESS);
    EXPECT_EQ(RegCloseKey(vendor), ERROR_INVALID_HANDLE);
    EXPECT_EQ(RegCloseKey(HKEY_LOCAL_MACHINE), ERROR_SUCCESS);
    return 0;
  });
}

TEST_F(Machine, registry_values_keep_their_type_and_bytes) {
  run([] {
    HKEY key = nullptr;
    RegCreateKeyW(HKEY_CURRENT_USER, L"Values", &key);
    const DWORD number = 42;
    EXPECT_EQ(RegSetValueExW(key, L"Number", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&number),
                             sizeof(number)),
              ERROR_SUCCESS);
    DWORD type = 0;
    DWORD read = 0;
    DWORD size = 2;
    EXPECT_EQ(
        RegQueryValueExW(key, L"NUMBER", nullptr, &type, reinterpret_cast<LPBYTE>(&read), &size),
        ERROR_MORE_DATA);
    EXPECT_EQ(size, 4u) << "the room that it needs";
    EXPECT_EQ(
        RegQueryValueExW(key, L"NUMBER", nullptr, &type, reinterpret_cast<LPBYTE>(&read), &size),
        ERROR_SUCCESS);
    EXPECT_EQ(type, static_cast<DWORD>(REG_DWORD));
    EXPECT_EQ(read, 42u);
    EXPECT_EQ(
        RegGetValueW(HKEY_CURRENT_USER, L"Values", L"Number", RRF_RT_REG_SZ, nullptr, &read, &size),
        1630)
        << "ERROR_UNSUPPORTED_TYPE";
    EXPECT_EQ(
        RegGetValueW(HKEY_CURRENT_USER, L"Values", L"Number", RRF_RT_DWORD, nullptr, &read, &size),
        ERROR_SUCCESS);

    const WCHAR text[] = L"gr\u00fcn";
    EXPECT_EQ(RegSetKeyValueW(HKEY_CURRENT_USER, L"Values", L"Text", REG_SZ, text, sizeof(text)),
              ERROR_SUCCESS);
    char narrow[16] = {0};
    size = sizeof(narrow);
    EXPECT_EQ(
        RegQueryValueExA(key, "text", nullptr, &type, reinterpret_cast<LPBYTE>(narrow), &size),
        ERROR_SUCCESS);
    EXPECT_STREQ(narrow, "grün");
    EXPECT_EQ(size, 6u) << "with its end";
    EXPECT_EQ(RegSetValueExA(key, "narrow", 0, REG_SZ, reinterpret_cast<const BYTE*>("ab"), 3),
              ERROR_SUCCESS);
    WCHAR wide[8];
    size = sizeof(wide);
    EXPECT_EQ(
        RegQueryValueExW(key, L"narrow", nullptr, nullptr, reinterpret_cast<LPBYTE>(wide), &size),
        ERROR_SUCCESS);
    EXPECT_EQ(to_utf8(wide), "ab");

    DWORD values = 0;
    DWORD longest = 0;
    EXPECT_EQ(RegQueryInfoKeyW(key, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, &values,
                               &longest, nullptr, nullptr, nullptr),
              ERROR_SUCCESS);
    EXPECT_EQ(values, 3u);
    EXPECT_EQ(longest, 6u);
    WCHAR name[16];
    DWORD name_size = 16;
    EXPECT_EQ(RegEnumValueW(key, 1, name, &name_size, nullptr, &type, nullptr, nullptr),
              ERROR_SUCCESS);
    EXPECT_EQ(to_utf8(name), "Number");
    EXPECT_EQ(RegEnumValueW(key, 3, name, &name_size, nullptr, &type, nullptr, nullptr),
              ERROR_NO_MORE_ITEMS);
    EXPECT_EQ(RegDeleteValueW(key, L"text"), ERROR_SUCCESS);
    EXPECT_EQ(RegDeleteValueA(key, "text"), ERROR_FILE_NOT_FOUND);
    EXPECT_EQ(RegQueryValueExW(GetCurrentProcess(), L"x", nullptr, nullptr, nullptr, nullptr),
              ERROR_INVALID_HANDLE);
    return 0;
  });
}

TEST_F(Machine, the_registry_begins_with_the_users_profile) {
  run([] {
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(sid);
    EXPECT_EQ(RegGetValueW(HKEY_LOCAL_MACHINE,
                           L"Software\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\"
                           L"S-1-5-21-1-2-3-1001",
                           L"Sid", RRF_RT_REG_BINARY, nullptr, sid, &size),
              ERROR_SUCCESS);
    WCHAR name[16];
    WCHAR domain[16];
    DWORD name_size = 16;
    DWORD domain_size = 16;
    SID_NAME_USE use = SidTypeUnknown;
    EXPECT_TRUE(LookupAccountSidW(nullptr, sid, name, &name_size, domain, &domain_size, &use));
    EXPECT_EQ(to_utf8(domain) + "\\" + to_utf8(name), "LAB\\lab");
    EXPECT_EQ(use, SidTypeUser);
    return 0;
  });
}

// ---- Accounts and security ----

TEST_F(Machine, well_known_accounts_have_names_both_ways) {
  run([] {
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD size = 4;
    EXPECT_FALSE(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, sid, &size));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
    EXPECT_EQ(size, 16u);
    EXPECT_TRUE(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, sid, &size));
    LPWSTR text = nullptr;
    EXPECT_TRUE(ConvertSidToStringSidW(sid, &text));
    EXPECT_EQ(to_utf8(text), "S-1-5-32-544");
    PSID parsed = nullptr;
    EXPECT_TRUE(ConvertStringSidToSidW(text, &parsed));
    EXPECT_TRUE(EqualSid(sid, parsed));
    LocalFree(text);
    LocalFree(parsed);
    EXPECT_FALSE(ConvertStringSidToSidW(L"S-1-5-", &parsed));
    EXPECT_FALSE(ConvertStringSidToSidW(L"S-1-5-4294967296", &parsed)) << "more than 32 bits";

    char name[4];
    char domain[16];
    DWORD name_size = sizeof(name);
    DWORD domain_size = sizeof(domain);
    SID_NAME_USE use = SidTypeUnknown;
    EXPECT_FALSE(LookupAccountSidA(nullptr, sid, name, &name_size, domain, &domain_size, &use));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));
    EXPECT_EQ(name_size, 15u);

    BYTE found[SECURITY_MAX_SID_SIZE];
    WCHAR found_domain[32];
    DWORD found_size = sizeof(found);
    DWORD found_domain_size = 32;
    EXPECT_TRUE(LookupAccountNameW(nullptr, L"BUILTIN\\administrators", found, &found_size,
                                   found_domain, &found_domain_size, &use));
    EXPECT_TRUE(EqualSid(sid, found));
    EXPECT_FALSE(LookupAccountNameW(nullptr, L"nobody", found, &found_size, found_domain,
                                    &found_domain_size, &use));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NONE_MAPPED));
    BOOL member = FALSE;
    EXPECT_TRUE(CheckTokenMembership(nullptr, sid, &member));
    EXPECT_TRUE(member) << "programs run elevated";
    return 0;
  });
}

TEST_F(Machine, security_for_com_is_built_as_the_writer_pages_build_it) {
  run([] {
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    PSID system = nullptr;
    EXPECT_TRUE(AllocateAndInitializeSid(&authority, 1, SECURITY_LOCAL_SYSTEM_RID, 0, 0, 0, 0, 0, 0,
                                         0, &system));
    EXPECT_TRUE(IsValidSid(system));
    EXPECT_EQ(GetLengthSid(system), 12u);
    EXPLICIT_ACCESS_W entry{};
    entry.grfAccessPermissions = COM_RIGHTS_EXECUTE | COM_RIGHTS_EXECUTE_LOCAL;
    entry.grfAccessMode = SET_ACCESS;
    entry.Trustee.TrusteeForm = TRUSTEE_IS_SID;
    entry.Trustee.ptstrName = reinterpret_cast<LPWSTR>(system);
    PACL acl = nullptr;
    EXPECT_EQ(SetEntriesInAclW(1, &entry, nullptr, &acl), static_cast<DWORD>(ERROR_SUCCESS));
    void* ace = nullptr;
    EXPECT_TRUE(GetAce(acl, 0, &ace));
    EXPECT_EQ(static_cast<ACCESS_ALLOWED_ACE*>(ace)->Mask, entry.grfAccessPermissions);
    EXPECT_TRUE(EqualSid(&static_cast<ACCESS_ALLOWED_ACE*>(ace)->SidStart, system));
    EXPECT_FALSE(GetAce(acl, 1, &ace));

    SECURITY_DESCRIPTOR descriptor;
    EXPECT_FALSE(InitializeSecurityDescriptor(&descriptor, 2));
    EXPECT_TRUE(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    EXPECT_TRUE(SetSecurityDescriptorDacl(&descriptor, TRUE, acl, FALSE));
    EXPECT_TRUE(SetSecurityDescriptorOwner(&descriptor, system, FALSE));
    EXPECT_EQ(descriptor.Control & SE_DACL_PRESENT, SE_DACL_PRESENT);
    EXPECT_TRUE(IsValidSecurityDescriptor(&descriptor));
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    EXPECT_EQ(CoInitializeSecurity(&descriptor, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                   RPC_C_IMP_LEVEL_IDENTIFY, nullptr, EOAC_NONE, nullptr),
              S_OK);
    CoUninitialize();
    BYTE room[sizeof(ACL)];
    auto* const full = reinterpret_cast<PACL>(room);
    EXPECT_TRUE(InitializeAcl(full, sizeof(room), ACL_REVISION));
    EXPECT_FALSE(AddAccessAllowedAce(full, ACL_REVISION, 1, system)) << "there is no room";
    LocalFree(acl);
    FreeSid(system);
    return 0;
  });
  ASSERT_EQ(security_.size(), 1u);
  EXPECT_EQ(security_[0].authentication_level,
            static_cast<std::uint32_t>(RPC_C_AUTHN_LEVEL_PKT_PRIVACY));
}

// ---- Volumes ----

TEST_F(Machine, volumes_have_names_letters_sizes_and_labels) {
  run([] {
    WCHAR name[64];
    EXPECT_TRUE(GetVolumeNameForVolumeMountPointW(L"d:\\", name, 64));
    EXPECT_EQ(to_utf8(name), "\\\\?\\Volume{11111111-2222-3333-4444-666666666666}\\");
    EXPECT_FALSE(GetVolumeNameForVolumeMountPointW(L"d:", name, 64)) << "the backslash is needed";
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_NAME));
    EXPECT_FALSE(GetVolumeNameForVolumeMountPointW(L"d:\\", name, 10));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INSUFFICIENT_BUFFER));

    char path[32];
    EXPECT_TRUE(GetVolumePathNameA("D:\\some\\file", path, sizeof(path)));
    EXPECT_STREQ(path, "D:\\");
    EXPECT_FALSE(GetVolumePathNameA("X:\\some\\file", path, sizeof(path)));

    DWORD length = 0;
    EXPECT_TRUE(GetVolumePathNamesForVolumeNameA(
        "\\\\?\\Volume{11111111-2222-3333-4444-666666666666}\\", path, sizeof(path), &length));
    EXPECT_EQ(std::string(path, length), std::string("D:\\\0\0", 5));
    EXPECT_TRUE(GetVolumePathNamesForVolumeNameA(
        "\\\\?\\Volume{11111111-2222-3333-4444-777777777777}\\", path, sizeof(path), &length));
    EXPECT_EQ(length, 1u) << "a volume without a letter: an empty list";

    EXPECT_EQ(GetLogicalDrives(), 0b1100u);
    EXPECT_EQ(GetLogicalDriveStringsA(sizeof(path), path), 8u);
    EXPECT_EQ(std::string(path, 9), std::string("C:\\\0D:\\\0\0", 9));
    EXPECT_EQ(GetLogicalDriveStringsA(3, path), 9u) << "the room that it needs";
    EXPECT_EQ(GetDriveTypeA("D:\\"), static_cast<UINT>(DRIVE_FIXED));
    EXPECT_EQ(GetDriveTypeW(L"E:\\"), static_cast<UINT>(DRIVE_NO_ROOT_DIR));
    EXPECT_EQ(QueryDosDeviceA("D:", path, sizeof(path)), 25u);
    EXPECT_STREQ(path, "\\Device\\HarddiskVolume2");
    EXPECT_EQ(QueryDosDeviceA("E:", path, sizeof(path)), 0u);

    WCHAR label[16];
    WCHAR system[16];
    DWORD serial = 0;
    EXPECT_TRUE(GetVolumeInformationW(L"D:\\", label, 16, &serial, nullptr, nullptr, system, 16));
    EXPECT_EQ(to_utf8(label) + " " + to_utf8(system), "System ReFS");
    EXPECT_NE(serial, 0u);
    ULARGE_INTEGER free{};
    ULARGE_INTEGER total{};
    EXPECT_TRUE(GetDiskFreeSpaceExA("D:\\", &free, &total, nullptr));
    EXPECT_EQ(total.QuadPart, 1ULL << 40);
    EXPECT_LE(free.QuadPart, total.QuadPart);

    std::vector<std::string> all;
    char volume[64];
    const HANDLE find = FindFirstVolumeA(volume, sizeof(volume));
    do all.push_back(volume);
    while (FindNextVolumeA(find, volume, sizeof(volume)));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NO_MORE_FILES));
    EXPECT_EQ(all.size(), 3u);
    EXPECT_TRUE(FindVolumeClose(find));
    return 0;
  });
}

TEST_F(Machine, a_drive_letter_can_stand_for_a_shadow_copy) {
  FileSystemState state = volumes_.find_volume("C:\\")->state();
  struct Zeros final : BlockSource {
    void read(std::uint64_t, std::span<std::byte> out) const override {
      std::fill(out.begin(), out.end(), std::byte{0});
    }
  };
  const std::string device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  (void)volumes_.find_volume("C:\\")->write_file("a.txt", "");
  state = volumes_.find_volume("C:\\")->state();
  Volume::Options options;
  options.root.clear();
  volumes_.add_device(std::make_shared<Volume>(options, device, state, std::make_shared<Zeros>(),
                                               scheduler_.get()));
  run([&] {
    EXPECT_FALSE(DefineDosDeviceA(0, "C:", device.c_str())) << "the letter is taken";
    EXPECT_FALSE(DefineDosDeviceA(0, "X:", "\\Device\\None"));
    EXPECT_TRUE(DefineDosDeviceA(0, "X:", device.c_str()));
    EXPECT_NE(GetFileAttributesA("x:\\a.txt"), INVALID_FILE_ATTRIBUTES);
    EXPECT_FALSE(DefineDosDeviceW(0, L"X:", L"\\Device\\HarddiskVolumeShadowCopy1"));
    EXPECT_TRUE(DefineDosDeviceA(DDD_REMOVE_DEFINITION, "X:", nullptr));
    EXPECT_EQ(GetFileAttributesA("x:\\a.txt"), INVALID_FILE_ATTRIBUTES);
    EXPECT_FALSE(DefineDosDeviceA(DDD_REMOVE_DEFINITION, "X:", nullptr));
    EXPECT_TRUE(
        DefineDosDeviceW(DDD_RAW_TARGET_PATH, L"X:", L"\\Device\\HarddiskVolumeShadowCopy1"))
        << "the same device by its bare name";
    return 0;
  });
}

// ---- Files ----

TEST_F(Machine, files_have_attributes_times_and_ends_that_can_be_set) {
  run([] {
    const HANDLE file = CreateFileA("C:\\t.bin", GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                    CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    DWORD done = 0;
    EXPECT_TRUE(WriteFile(file, "0123456789", 10, &done, nullptr));
    LONG high = 0;
    EXPECT_EQ(SetFilePointer(file, -4, &high, FILE_END), 6u);
    EXPECT_EQ(high, 1) << "with a high half the low one is unsigned: 4 GiB on";
    EXPECT_EQ(SetFilePointer(file, -4, nullptr, FILE_END), 6u);
    EXPECT_TRUE(SetEndOfFile(file));
    EXPECT_EQ(GetFileSize(file, nullptr), 6u);
    FILETIME set{0x1234'5600, 30'000'000};
    EXPECT_TRUE(SetFileTime(file, nullptr, nullptr, &set));
    FILETIME written{};
    EXPECT_TRUE(GetFileTime(file, nullptr, nullptr, &written));
    EXPECT_EQ(CompareFileTime(&set, &written), 0);
    BY_HANDLE_FILE_INFORMATION info;
    EXPECT_TRUE(GetFileInformationByHandle(file, &info));
    EXPECT_EQ(info.nFileSizeLow, 6u);
    EXPECT_EQ(GetFileType(file), static_cast<DWORD>(FILE_TYPE_DISK));
    DWORD bytes = 9;
    EXPECT_FALSE(DeviceIoControl(file, 0x2d1400, nullptr, 0, nullptr, 0, &bytes, nullptr));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_FUNCTION));
    EXPECT_EQ(bytes, 0u);

    OVERLAPPED overlapped{};
    overlapped.Offset = 2;
    overlapped.hEvent = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    char buffer[8];
    EXPECT_TRUE(ReadFile(file, buffer, sizeof(buffer), nullptr, &overlapped));
    EXPECT_EQ(WaitForSingleObject(overlapped.hEvent, 0), WAIT_OBJECT_0);
    EXPECT_TRUE(GetOverlappedResult(file, &overlapped, &bytes, TRUE));
    EXPECT_EQ(std::string(buffer, bytes), "2345");
    overlapped.Offset = 6;
    EXPECT_FALSE(ReadFile(file, buffer, sizeof(buffer), nullptr, &overlapped));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_HANDLE_EOF));
    CloseHandle(file);

    EXPECT_TRUE(SetFileAttributesA("C:\\t.bin", FILE_ATTRIBUTE_READONLY));
    WIN32_FILE_ATTRIBUTE_DATA data;
    EXPECT_TRUE(GetFileAttributesExA("C:\\t.bin", GetFileExInfoStandard, &data));
    EXPECT_EQ(data.dwFileAttributes, static_cast<DWORD>(FILE_ATTRIBUTE_READONLY));
    EXPECT_TRUE(SetFileAttributesA("C:\\t.bin", FILE_ATTRIBUTE_NORMAL));
    EXPECT_TRUE(MoveFileA("C:\\t.bin", "C:\\u.bin"));
    EXPECT_TRUE(CopyFileA("C:\\u.bin", "C:\\t.bin", TRUE));
    EXPECT_FALSE(MoveFileA("C:\\t.bin", "C:\\u.bin"));
    EXPECT_TRUE(MoveFileExA("C:\\t.bin", "C:\\u.bin", MOVEFILE_REPLACE_EXISTING));
    EXPECT_FALSE(MoveFileExA("C:\\u.bin", "D:\\u.bin", 0)) << "another volume";
    EXPECT_TRUE(MoveFileExA("C:\\u.bin", "D:\\u.bin", MOVEFILE_COPY_ALLOWED));
    WIN32_FIND_DATAA found;
    const HANDLE find = FindFirstFileA("D:\\*.bin", &found);
    EXPECT_STREQ(found.cFileName, "u.bin");
    EXPECT_FALSE(FindNextFileA(find, &found));
    FindClose(find);
    EXPECT_TRUE(DeleteFileA("D:\\u.bin"));
    return 0;
  });
}

// ---- Console, messages, variants, strsafe ----

TEST_F(Machine, a_console_is_a_screen_on_which_nothing_moves) {
  run([] {
    const HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info = {};
    EXPECT_TRUE(GetConsoleScreenBufferInfo(out, &info));
    EXPECT_EQ(info.dwSize.X, 80);
    EXPECT_EQ(info.srWindow.Bottom, 24);
    EXPECT_FALSE(GetConsoleScreenBufferInfo(out, nullptr));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_TRUE(SetConsoleCursorPosition(out, info.dwCursorPosition));
    EXPECT_FALSE(SetConsoleCursorPosition(out, {80, 0}));
    DWORD written = 0;
    EXPECT_TRUE(FillConsoleOutputCharacterW(out, L' ', 9, {0, 0}, &written));
    EXPECT_EQ(written, 9u);
    EXPECT_TRUE(SetConsoleTextAttribute(out, FOREGROUND_RED | FOREGROUND_INTENSITY));
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    EXPECT_FALSE(GetConsoleScreenBufferInfo(event, &info));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    CloseHandle(event);
    EXPECT_EQ(_setmode(_fileno(stdout), _O_U16TEXT), _O_TEXT);
    EXPECT_EQ(_setmode(7, _O_BINARY), -1);
    EXPECT_EQ(_setmode(1, 3), -1);
    EXPECT_NE(_isatty(_fileno(stdout)), 0);
    EXPECT_EQ(_waccess(L"C:\\no-such-file", 0), -1);
    EXPECT_EQ(_access("C:\\", 6), 0);
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, L"ab");
    EXPECT_EQ(text.Length, 2 * sizeof(WCHAR));
    EXPECT_EQ(text.MaximumLength, 3 * sizeof(WCHAR));
    return 0;
  });
}

TEST_F(Machine, what_is_written_to_the_standard_handles_is_the_processs_output) {
  const LabProcess& process = run([] {
    DWORD done = 0;
    const HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
    EXPECT_TRUE(WriteConsoleW(out, L"gr\u00fcn ", 5, &done, nullptr));
    EXPECT_EQ(done, 5u);
    EXPECT_TRUE(WriteFile(out, "blau", 4, &done, nullptr));
    EXPECT_FALSE(WriteConsoleA(GetStdHandle(STD_INPUT_HANDLE), "x", 1, &done, nullptr));
    EXPECT_EQ(GetFileType(out), static_cast<DWORD>(FILE_TYPE_CHAR));
    return 0;
  });
  EXPECT_EQ(process.output(), "grün blau");
}

std::string format_message(LPCWSTR format, ...) {
  va_list arguments;
  va_start(arguments, format);
  WCHAR buffer[128];
  const DWORD length =
      FormatMessageW(FORMAT_MESSAGE_FROM_STRING, format, 0, 0, buffer, 128, &arguments);
  va_end(arguments);
  return to_utf8(std::wstring_view(buffer, length));
}

TEST_F(Machine, messages_have_texts_and_inserts) {
  WCHAR buffer[256];
  const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                      nullptr, 0x80042301u, 0, buffer, 256, nullptr);
  EXPECT_GT(length, 2u);
  EXPECT_TRUE(to_utf8(buffer).ends_with("\r\n"));
  char* made = nullptr;
  EXPECT_GT(
      FormatMessageA(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                         FORMAT_MESSAGE_IGNORE_INSERTS,
                     nullptr, ERROR_ACCESS_DENIED, 0, reinterpret_cast<LPSTR>(&made), 0, nullptr),
      0u);
  ASSERT_NE(made, nullptr);
  LocalFree(made);
  EXPECT_EQ(
      FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, nullptr, 0x81234567u, 0, buffer, 256, nullptr),
      0u);
  EXPECT_EQ(format_message(L"%2 before %1, %3!u! %%%n", L"one", L"two", 3u),
            "two before one, 3 %\r\n");
  EXPECT_EQ(format_message(L"up to here%0 and no further"), "up to here");
}

TEST_F(Machine, variants_change_between_numbers_and_text) {
  VARIANT from{};
  VARIANT to{};
  from.vt = VT_BSTR;
  from.bstrVal = SysAllocString(L"-12");
  EXPECT_EQ(VariantChangeType(&to, &from, 0, VT_I4), S_OK);
  EXPECT_EQ(to.lVal, -12);
  EXPECT_EQ(VariantChangeType(&to, &from, 0, VT_UI4), static_cast<HRESULT>(0x8002000A));
  VariantClear(&from);
  from.vt = VT_BOOL;
  from.boolVal = VARIANT_TRUE;
  EXPECT_EQ(VariantChangeType(&to, &from, VARIANT_ALPHABOOL, VT_BSTR), S_OK);
  EXPECT_EQ(to_utf8(to.bstrVal), "True");
  EXPECT_EQ(VariantChangeType(&to, &to, 0, VT_BOOL), S_OK) << "in place";
  EXPECT_EQ(to.boolVal, VARIANT_TRUE);
  from.vt = VT_UNKNOWN;
  from.punkVal = nullptr;
  EXPECT_EQ(VariantChangeType(&to, &from, 0, VT_I4), DISP_E_TYPEMISMATCH);
  VariantClear(&to);
}

TEST_F(Machine, strsafe_cuts_terminates_and_says_what_is_left) {
  WCHAR text[8];
  EXPECT_EQ(StringCchCopyW(text, 8, L"0123456789"), STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(to_utf8(text), "0123456");
  EXPECT_EQ(StringCbCopyW(text, 4 * sizeof(WCHAR), L"0123456789"), STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(to_utf8(text), "012") << "a size in bytes";
  LPWSTR end = nullptr;
  size_t left = 0;
  EXPECT_EQ(StringCchCatExW(text, 8, L"ab", &end, &left, STRSAFE_FILL_BYTE(0x11)), S_OK);
  EXPECT_EQ(end, text + 5);
  EXPECT_EQ(left, 3u);
  EXPECT_EQ(text[6], static_cast<WCHAR>(0x11111111)) << "filled behind the end";
  EXPECT_EQ(StringCbPrintfExW(text, sizeof(text), &end, &left, 0, L"%d", 42), S_OK);
  EXPECT_EQ(left, 6 * sizeof(WCHAR));
  EXPECT_EQ(StringCbCopyExW(nullptr, sizeof(text), L"x", &end, &left, 0),
            STRSAFE_E_INVALID_PARAMETER);
  EXPECT_EQ(left, 6 * sizeof(WCHAR)) << "nothing is given back of a call that is refused";
  EXPECT_EQ(StringCchCopyExW(text, 8, L"0123456789", nullptr, nullptr, STRSAFE_NO_TRUNCATION),
            STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(to_utf8(text), "");
  EXPECT_EQ(StringCchCopyNW(text, 8, L"abcdef", 3), S_OK);
  EXPECT_EQ(to_utf8(text), "abc");
  EXPECT_EQ(StringCchCopyExW(nullptr, 0, nullptr, nullptr, nullptr, STRSAFE_IGNORE_NULLS), S_OK);
  EXPECT_EQ(StringCchCopyW(nullptr, 0, L""), STRSAFE_E_INVALID_PARAMETER);
  char narrow[4];
  EXPECT_EQ(StringCbPrintfA(narrow, sizeof(narrow), "%s", "abcdef"), STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_STREQ(narrow, "abc");
  size_t length = 9;
  EXPECT_EQ(StringCchLengthA(narrow, 3, &length), STRSAFE_E_INVALID_PARAMETER);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(StringCbLengthW(L"ab", 64, &length), S_OK);
  EXPECT_EQ(length, 2 * sizeof(WCHAR));
}

}  // namespace
}  // namespace vsslab::test
