// Locales, dates and times as text (learn.microsoft.com, winnls.h). The lab speaks one language,
// US English.
#ifndef VSSLAB_WIN_WINNLS_H
#define VSSLAB_WIN_WINNLS_H

#include <winbase.h>

#define LOCALE_INVARIANT 0x7f
#define LOCALE_USER_DEFAULT 0x400
#define LOCALE_SYSTEM_DEFAULT 0x800
#define DATE_SHORTDATE 0x1
#define DATE_LONGDATE 0x2
#define TIME_NOSECONDS 0x2
#define TIME_FORCE24HOURFORMAT 0x8

EXTERN_C LCID GetThreadLocale();
EXTERN_C LCID GetUserDefaultLCID();
EXTERN_C LCID GetSystemDefaultLCID();
EXTERN_C UINT GetACP();
EXTERN_C int GetDateFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME* lpDate, LPCWSTR lpFormat,
                            LPWSTR lpDateStr, int cchDate);
EXTERN_C int GetTimeFormatW(LCID Locale, DWORD dwFlags, const SYSTEMTIME* lpTime, LPCWSTR lpFormat,
                            LPWSTR lpTimeStr, int cchTime);

#define GetDateFormat VSSLAB_AW(GetDateFormat)
#define GetTimeFormat VSSLAB_AW(GetTimeFormat)

#endif
