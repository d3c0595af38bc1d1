// printf as Microsoft's, strings, GUID text, BSTR, code pages.

#define VSSLAB_WINDOWS_SOURCE
#include <windows.h>

#include <oleauto.h>
#include <strsafe.h>

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "unit/win32/lab_fixture.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

template <class... Args>
std::string wide(const wchar_t* format, Args... args) {
  wchar_t buffer[512];
  const int length = swprintf_s(buffer, format, args...);
  EXPECT_EQ(length, static_cast<int>(std::wcslen(buffer)));
  return to_utf8(buffer);
}

template <class... Args>
std::string narrow(const char* format, Args... args) {
  char buffer[512];
  const int length = sprintf_s(buffer, format, args...);
  EXPECT_EQ(length, static_cast<int>(std::strlen(buffer)));
  return buffer;
}

TEST(Format, s_is_the_functions_own_kind_of_text) {
  EXPECT_EQ(wide(L"[%s] [%S] [%hs] [%ls] [%ws]", L"wide", "narrow", "h", L"l", L"w"),
            "[wide] [narrow] [h] [l] [w]");
  EXPECT_EQ(narrow("[%s] [%S] [%hs] [%ls]", "narrow", L"wide", "h", L"gr\u00fcn"),
            "[narrow] [wide] [h] [grün]");
  EXPECT_EQ(wide(L"%c%C%hc%lc", L'a', 'b', 'c', L'\u20ac'), "abc€");
  EXPECT_EQ(wide(L"%s", static_cast<const wchar_t*>(nullptr)), "(null)");
  EXPECT_EQ(wide(L"%5s|%-5s|%.2s|%5.1s", L"ab", L"ab", L"abc", L"xyz"), "   ab|ab   |ab|    x");
  EXPECT_EQ(wide(L"100%% %d", 1), "100% 1");
}

TEST(Format, a_long_has_32_bits) {
  // The neighbours show that each argument takes one place.
  EXPECT_EQ(wide(L"%ld %lu 0x%08lx %d", LONG{-1}, ULONG{0xFFFFFFFF}, E_FAIL, 7),
            "-1 4294967295 0x80004005 7");
  EXPECT_EQ(wide(L"%lx", 0x1234'5678'9abcULL), "56789abc") << "only the low half is read";
  EXPECT_EQ(wide(L"%I64d %lld %I32u %Iu", LONGLONG{-5'000'000'000}, LONGLONG{1} << 40, UINT32{9},
                 SIZE_T{10}),
            "-5000000000 1099511627776 9 10");
  EXPECT_EQ(wide(L"%hd %hhu %hu", 65'537, 257, -1), "1 1 65535");
}

TEST(Format, numbers_are_padded_and_prefixed) {
  EXPECT_EQ(wide(L"%5d|%-5d|%05d|%+d|% d|%.3d", 42, 42, -42, 42, 42, 7),
            "   42|42   |-0042|+42| 42|007");
  EXPECT_EQ(wide(L"%#x %#X %#o %x", 255, 255, 8, 0), "0xff 0XFF 010 0");
  EXPECT_EQ(wide(L"%*d|%-*d|%.*s", 4, 1, 4, 2, 2, L"xyz"), "   1|2   |xy");
  EXPECT_EQ(wide(L"%.0d|", 0), "|");
  EXPECT_EQ(wide(L"%p", reinterpret_cast<void*>(0xABCDEF)), "0000000000ABCDEF");
  EXPECT_EQ(wide(L"%d %d", INT32_MIN, INT32_MAX), "-2147483648 2147483647");
}

TEST(Format, floating_point_follows_the_flags) {
  EXPECT_EQ(narrow("%.2f|%8.3f|%-8.1f|%08.2f|%e|%g", 3.14159, 2.5, 2.5, -1.5, 12345.678, 0.0001),
            "3.14|   2.500|2.5     |-0001.50|1.234568e+04|0.0001");
  EXPECT_EQ(wide(L"%d %.1f %s", 1, 2.5, L"after"), "1 2.5 after");
}

TEST(Format, buffers_that_are_too_small_end_as_documented) {
  wchar_t buffer[5];
  EXPECT_EQ(swprintf_s(buffer, 5, L"%s", L"12345"), -1);
  EXPECT_STREQ(buffer, L"");
  EXPECT_EQ(_snwprintf_s(buffer, 5, _TRUNCATE, L"%s", L"12345"), -1);
  EXPECT_STREQ(buffer, L"1234");
  EXPECT_EQ(_snwprintf_s(buffer, 5, 2, L"%s", L"12345"), -1);
  EXPECT_STREQ(buffer, L"12");
  EXPECT_EQ(_snwprintf_s(buffer, 5, 4, L"%s", L"1234"), 4);
  wchar_t bare[4] = {L'x', L'x', L'x', L'x'};
  EXPECT_EQ(_snwprintf(bare, 3, L"%s", L"abcd"), -1);
  EXPECT_EQ(std::wstring(bare, 4), L"abcx") << "no terminator";
  EXPECT_EQ(_snwprintf(bare, 4, L"%s", L"abcd"), 4) << "it fills the buffer";
  EXPECT_EQ(_scwprintf(L"%d", 12345), 5);
  char small[4];
  EXPECT_EQ(snprintf(small, 4, "%s", "abcdef"), 6);
  EXPECT_STREQ(small, "abc");
  EXPECT_EQ(StringCchPrintfW(buffer, 5, L"%d", 123456), STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_STREQ(buffer, L"1234");
  EXPECT_EQ(StringCchPrintfW(buffer, 0, L"x"), STRSAFE_E_INVALID_PARAMETER);
  EXPECT_EQ(StringCchPrintfW(buffer, 5, L"%d", 12), S_OK);
}

using Output = LabTest;

TEST_F(Output, is_kept_with_the_process) {
  LabProcess& party = run([] {
    wprintf(L"%s: 0x%08lx\n", L"gr\u00fc\u00df", E_ACCESSDENIED);
    printf("%s %S\n", "narrow", L"wide");
    fwprintf(stderr, L"err %d\n", 3);
    std::wprintf(L"%ls\n", L"std");
    puts("line");
    _putws(L"wide line");
    return 0;
  });
  EXPECT_EQ(party.output(), "grüß: 0x80070005\nnarrow wide\nerr 3\nstd\nline\nwide line\n");
}

TEST(Strings, secure_copies_report_what_does_not_fit) {
  wchar_t buffer[6] = L"abc";
  EXPECT_EQ(wcscat_s(buffer, L"de"), 0);
  EXPECT_STREQ(buffer, L"abcde");
  EXPECT_EQ(wcscat_s(buffer, L"f"), ERANGE);
  EXPECT_STREQ(buffer, L"");
  EXPECT_EQ(wcscpy_s(buffer, 6, nullptr), EINVAL);
  EXPECT_EQ(wcsncpy_s(buffer, 6, L"abcdefgh", 3), 0);
  EXPECT_STREQ(buffer, L"abc");
  EXPECT_EQ(wcsncpy_s(buffer, 6, L"abcdefgh", _TRUNCATE), 80);
  EXPECT_STREQ(buffer, L"abcde");
  EXPECT_EQ(StringCchCopyW(buffer, 6, L"abcdefgh"), STRSAFE_E_INSUFFICIENT_BUFFER);
  EXPECT_STREQ(buffer, L"abcde");
  EXPECT_EQ(StringCchCatW(buffer, 6, L"f"), STRSAFE_E_INSUFFICIENT_BUFFER);
  size_t length = 0;
  EXPECT_EQ(StringCchLengthW(L"abc", 10, &length), S_OK);
  EXPECT_EQ(length, 3u);
  EXPECT_EQ(StringCchLengthW(L"abc", 3, &length), STRSAFE_E_INVALID_PARAMETER);
  EXPECT_EQ(_wcsicmp(L"Orders", L"ORDERS"), 0);
  EXPECT_LT(_wcsicmp(L"a", L"B"), 0);
  EXPECT_EQ(_wcsnicmp(L"abcX", L"ABCy", 3), 0);
  EXPECT_EQ(lstrcmpiW(L"x", L"X"), 0);
  EXPECT_EQ(_itow_s(-255, buffer, 6, 10), 0);
  EXPECT_STREQ(buffer, L"-255");
  EXPECT_EQ(_ultow_s(0xBEEF, buffer, 6, 16), 0);
  EXPECT_STREQ(buffer, L"beef");
}

TEST(Guids, text_is_that_of_windows) {
  const GUID id = {0x5affb034, 0x969f, 0x4919, {0x88, 0x75, 0x88, 0xf8, 0x30, 0xd0, 0xef, 0x89}};
  WCHAR text[39];
  EXPECT_EQ(StringFromGUID2(id, text, 39), 39);
  EXPECT_STREQ(text, L"{5AFFB034-969F-4919-8875-88F830D0EF89}");
  EXPECT_EQ(StringFromGUID2(id, text, 38), 0);
  GUID back{};
  EXPECT_EQ(CLSIDFromString(L"{5affb034-969f-4919-8875-88f830d0ef89}", &back), S_OK);
  EXPECT_TRUE(IsEqualGUID(id, back));
  EXPECT_EQ(CLSIDFromString(L"5affb034-969f-4919-8875-88f830d0ef89", &back), CO_E_CLASSSTRING);
  EXPECT_TRUE(IsEqualGUID(back, GUID_NULL));
  EXPECT_EQ(IIDFromString(L"{5affb034-969f-4919-8875-88f830d0ef8g}", &back), CO_E_IIDSTRING);
  WCHAR bare[] = L"5affb034-969f-4919-8875-88f830d0ef89";
  EXPECT_EQ(UuidFromStringW(bare, &back), RPC_S_OK);
  EXPECT_TRUE(IsEqualGUID(id, back));
}

TEST(Bstr, keeps_its_length) {
  BSTR text = SysAllocStringLen(L"a\0b", 3);
  EXPECT_EQ(SysStringLen(text), 3u);
  EXPECT_EQ(SysStringByteLen(text), 3 * sizeof(WCHAR));
  EXPECT_EQ(text[3], 0);
  EXPECT_TRUE(SysReAllocString(&text, L"longer text"));
  EXPECT_EQ(SysStringLen(text), 11u);
  SysFreeString(text);
  EXPECT_EQ(SysAllocString(nullptr), nullptr);
  EXPECT_EQ(SysStringLen(nullptr), 0u);
  SysFreeString(nullptr);
  VARIANT from{};
  from.vt = VT_BSTR;
  from.bstrVal = SysAllocString(L"value");
  VARIANT to{};
  EXPECT_EQ(VariantCopy(&to, &from), S_OK);
  EXPECT_NE(to.bstrVal, from.bstrVal);
  EXPECT_STREQ(to.bstrVal, L"value");
  VariantClear(&from);
  VariantClear(&to);
  EXPECT_EQ(to.vt, VT_EMPTY);
}

TEST(Wide, converts_both_ways_and_marks_what_is_no_character) {
  const std::string text = "a\u00e4\u20ac\U0001F600";
  EXPECT_EQ(to_utf8(to_wide(text)), text);
  int replaced = 0;
  EXPECT_EQ(to_utf8(to_wide("x\xff\xc0\x80y", &replaced)), "x\ufffd\ufffd\ufffdy");
  EXPECT_EQ(replaced, 3);
  EXPECT_EQ(to_wide("\xe2\x82"), L"\ufffd\ufffd") << "cut off";
  EXPECT_EQ(to_wide("\xed\xa0\x80").front(), L'\ufffd') << "a surrogate is no character";
  const wchar_t pair[] = {static_cast<wchar_t>(0xD83D), static_cast<wchar_t>(0xDE00), 0};
  EXPECT_EQ(to_utf8(pair), "\U0001F600");
  const wchar_t lone[] = {static_cast<wchar_t>(0xD83D), L'x', 0};
  EXPECT_EQ(to_utf8(lone), "\ufffdx");
}

TEST(CodePages, are_utf_8) {
  WCHAR wide_text[8];
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "\u00e4b", -1, nullptr, 0), 3);
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "\u00e4b", -1, wide_text, 8), 3);
  EXPECT_STREQ(wide_text, L"\u00e4b");
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, 0, "abc", 3, wide_text, 2), 0);
  EXPECT_EQ(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xff", 1, wide_text, 8), 0);
  char text[8];
  EXPECT_EQ(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac", -1, text, 8, nullptr, nullptr), 4);
  EXPECT_STREQ(text, "\u20ac");
}

TEST(Times, convert_both_ways) {
  const SYSTEMTIME time = {2024, 2, 4, 29, 23, 59, 58, 997};
  FILETIME ticks{};
  EXPECT_TRUE(SystemTimeToFileTime(&time, &ticks));
  SYSTEMTIME back{};
  EXPECT_TRUE(FileTimeToSystemTime(&ticks, &back));
  EXPECT_EQ(std::memcmp(&time, &back, sizeof(time)), 0);
  const FILETIME epoch{};
  EXPECT_TRUE(FileTimeToSystemTime(&epoch, &back));
  EXPECT_EQ(back.wYear, 1601);
  EXPECT_EQ(back.wDayOfWeek, 1) << "a Monday";
  const SYSTEMTIME wrong = {2023, 2, 0, 29, 0, 0, 0, 0};
  EXPECT_FALSE(SystemTimeToFileTime(&wrong, &ticks));
}

}  // namespace
}  // namespace vsslab::test
