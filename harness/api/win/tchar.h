// Generic text: wide with UNICODE or _UNICODE, else narrow (learn.microsoft.com, tchar.h).
#ifndef VSSLAB_WIN_TCHAR_H
#define VSSLAB_WIN_TCHAR_H

#include <msvcrt.h>

#if defined(_UNICODE) || defined(UNICODE)
#define _T(text) L##text
#define _TEXT(text) L##text
#define _tmain wmain
#define _tprintf vsslab_ms_wprintf
#define _ftprintf vsslab_ms_fwprintf
#define _stprintf_s swprintf_s
#define _sntprintf_s _snwprintf_s
#define _tcslen wcslen
#define _tcscmp wcscmp
#define _tcsicmp _wcsicmp
#define _tcscpy_s wcscpy_s
#define _tcscat_s wcscat_s
#define _tcsncpy_s wcsncpy_s
#define _tcsdup _wcsdup
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _ttoi _wtoi
typedef wchar_t _TCHAR;
#else
#define _T(text) text
#define _TEXT(text) text
#define _tmain main
#define _tprintf vsslab_ms_printf
#define _ftprintf vsslab_ms_fprintf
#define _stprintf_s sprintf_s
#define _sntprintf_s _snprintf_s
#define _tcslen strlen
#define _tcscmp strcmp
#define _tcsicmp _stricmp
#define _tcscpy_s strcpy_s
#define _tcscat_s strcat_s
#define _tcsdup _strdup
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _ttoi atoi
typedef char _TCHAR;
#endif

#endif
