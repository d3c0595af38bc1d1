// Clocks: ticks since the machine was started, calendar time from the lab's start.

#include <windows.h>

#include <chrono>
#include <cwchar>

#include "win32/call.h"

namespace vsslab {

namespace {

// The lab machine has been up for an hour when a run begins, so that tick counts are plausible.
constexpr Duration kUpTime = std::chrono::hours(1);
constexpr std::int64_t kTicksPerSecond = 10'000'000;
constexpr std::int64_t kTicksPerDay = kTicksPerSecond * 86'400;
constexpr FileTimeTicks kTicksTo1970 = 116'444'736'000'000'000ULL;

Duration up_time() {
  const Lab* lab = current_lab();
  return lab == nullptr ? kUpTime : kUpTime + lab->scheduler.now();
}

FileTimeTicks now_ticks() {
  const Lab* lab = current_lab();
  if (lab == nullptr) return kLabStart;
  return lab->start + static_cast<FileTimeTicks>(lab->scheduler.now().count() / 100);
}

FILETIME file_time(FileTimeTicks ticks) {
  return FILETIME{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}
FileTimeTicks ticks_of(const FILETIME& time) {
  return (static_cast<FileTimeTicks>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
}

// Whole days since 1970-01-01 of ticks since 1601-01-01.
std::chrono::sys_days day_of(FileTimeTicks ticks) {
  const auto since = static_cast<std::int64_t>(ticks / kTicksPerDay) -
                     static_cast<std::int64_t>(kTicksTo1970 / kTicksPerDay);
  return std::chrono::sys_days(std::chrono::days(since));
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C ULONGLONG GetTickCount64() {
  return static_cast<ULONGLONG>(
      std::chrono::duration_cast<std::chrono::milliseconds>(up_time()).count());
}
EXTERN_C DWORD GetTickCount() { return static_cast<DWORD>(GetTickCount64()); }

EXTERN_C BOOL QueryPerformanceCounter(LARGE_INTEGER* count) {
  count->QuadPart = up_time().count() / 100;
  return TRUE;
}
EXTERN_C BOOL QueryPerformanceFrequency(LARGE_INTEGER* frequency) {
  frequency->QuadPart = kTicksPerSecond;
  return TRUE;
}

EXTERN_C void GetSystemTimeAsFileTime(LPFILETIME time) { *time = file_time(now_ticks()); }

EXTERN_C void GetSystemTime(LPSYSTEMTIME time) {
  const FILETIME now = file_time(now_ticks());
  FileTimeToSystemTime(&now, time);
}

// The lab's machine is set to UTC.
EXTERN_C void GetLocalTime(LPSYSTEMTIME time) { GetSystemTime(time); }

EXTERN_C BOOL FileTimeToLocalFileTime(const FILETIME* time, LPFILETIME local) {
  *local = *time;
  return TRUE;
}

EXTERN_C BOOL LocalFileTimeToFileTime(const FILETIME* local, LPFILETIME time) {
  *time = *local;
  return TRUE;
}

EXTERN_C DWORD GetTimeZoneInformation(LPTIME_ZONE_INFORMATION zone) {
  *zone = TIME_ZONE_INFORMATION{};
  for (WCHAR* name : {zone->StandardName, zone->DaylightName}) std::wcscpy(name, L"UTC");
  return TIME_ZONE_ID_UNKNOWN;
}

EXTERN_C BOOL SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION* zone,
                                              const SYSTEMTIME* universal, LPSYSTEMTIME local) {
  FILETIME time{};
  if (!SystemTimeToFileTime(universal, &time)) return FALSE;
  const std::int64_t bias = zone != nullptr ? zone->Bias : 0;  // minutes; no daylight saving time
  time = file_time(ticks_of(time) - static_cast<FileTimeTicks>(bias * 60 * 10'000'000));
  return FileTimeToSystemTime(&time, local);
}

EXTERN_C BOOL FileTimeToSystemTime(const FILETIME* time, LPSYSTEMTIME out) {
  const FileTimeTicks ticks = ticks_of(*time);
  if (ticks >= 0x8000000000000000ULL) return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  const std::chrono::sys_days day = day_of(ticks);
  const std::chrono::year_month_day date(day);
  const std::uint64_t milliseconds = ticks % kTicksPerDay / 10'000;
  out->wYear = static_cast<WORD>(static_cast<int>(date.year()));
  out->wMonth = static_cast<WORD>(static_cast<unsigned>(date.month()));
  out->wDay = static_cast<WORD>(static_cast<unsigned>(date.day()));
  out->wDayOfWeek = static_cast<WORD>(std::chrono::weekday(day).c_encoding());
  out->wHour = static_cast<WORD>(milliseconds / 3'600'000);
  out->wMinute = static_cast<WORD>(milliseconds / 60'000 % 60);
  out->wSecond = static_cast<WORD>(milliseconds / 1000 % 60);
  out->wMilliseconds = static_cast<WORD>(milliseconds % 1000);
  return TRUE;
}

EXTERN_C BOOL SystemTimeToFileTime(const SYSTEMTIME* time, LPFILETIME out) {
  const std::chrono::year_month_day date{std::chrono::year(time->wYear),
                                         std::chrono::month(time->wMonth),
                                         std::chrono::day(time->wDay)};
  if (!date.ok() || time->wYear < 1601 || time->wHour > 23 || time->wMinute > 59 ||
      time->wSecond > 59 || time->wMilliseconds > 999) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count() +
                            static_cast<std::int64_t>(kTicksTo1970 / kTicksPerDay);
  const std::int64_t milliseconds =
      ((time->wHour * 60LL + time->wMinute) * 60 + time->wSecond) * 1000 + time->wMilliseconds;
  *out = file_time(static_cast<FileTimeTicks>(days * kTicksPerDay + milliseconds * 10'000));
  return TRUE;
}

EXTERN_C LONG CompareFileTime(const FILETIME* a, const FILETIME* b) {
  const FileTimeTicks left = ticks_of(*a);
  const FileTimeTicks right = ticks_of(*b);
  return left < right ? -1 : left > right ? 1 : 0;
}
