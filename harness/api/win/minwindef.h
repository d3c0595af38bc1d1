// Basic types. They have Windows' widths: LONG, ULONG, DWORD, HRESULT and BOOL are 32 bits wide.
// WCHAR is wchar_t, which is 32 bits wide on Linux.
#ifndef VSSLAB_WIN_MINWINDEF_H
#define VSSLAB_WIN_MINWINDEF_H

#include <cstddef>
#include <cstdint>
#include <cwchar>

#include <declspec.h>
#include <guiddef.h>
#include <sal.h>

#define STDMETHODCALLTYPE
#define STDMETHODVCALLTYPE
#define STDAPICALLTYPE
#define STDAPIVCALLTYPE
#define WINAPI
#define WINAPIV
#define APIENTRY
#define CALLBACK
#define NTAPI
#define APIPRIVATE
#define PASCAL
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifdef VSSLAB_DECLSPEC_UUID
#define DECLSPEC_UUID(text) __declspec(uuid(text))
#else
#define DECLSPEC_UUID(text)
#endif
#define DECLSPEC_NOVTABLE
#define DECLSPEC_IMPORT
#define DECLSPEC_DEPRECATED
#ifndef _MSC_VER
#define __analysis_assume(condition)
#define __assume(condition) ((void)0)
#endif
#define DECLSPEC_NORETURN [[noreturn]]
#define DECLSPEC_SELECTANY __attribute__((weak))
#define FORCEINLINE __forceinline
#define IN
#define OUT
#define OPTIONAL
#define FAR
#define NEAR
#define CONST const
#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif
#define MAX_PATH 260

typedef void VOID, *PVOID, *LPVOID;
typedef const void *LPCVOID, *PCVOID;
typedef char CHAR, *PCHAR, *PSTR, *LPSTR, CCHAR;
typedef const char *PCSTR, *LPCSTR, *PCCH, *LPCCH;
typedef unsigned char UCHAR, *PUCHAR, BYTE, *PBYTE, *LPBYTE, BOOLEAN, *PBOOLEAN, boolean, byte;
typedef wchar_t WCHAR, *PWCHAR, *PWSTR, *LPWSTR, *LPWCH, *NWPSTR;
typedef const wchar_t *PCWSTR, *LPCWSTR, *PCWCH, *LPCWCH;
typedef PCWSTR* PZPCWSTR;
typedef std::int16_t SHORT, *PSHORT, INT16;
typedef std::uint16_t USHORT, *PUSHORT, WORD, *PWORD, *LPWORD, UINT16, ATOM, LANGID;
typedef std::int32_t INT, *PINT, *LPINT, LONG, *PLONG, *LPLONG, INT32, LONG32, BOOL, *PBOOL,
    *LPBOOL, WINBOOL, HRESULT, NTSTATUS;
typedef std::uint32_t UINT, *PUINT, ULONG, *PULONG, *LPULONG, DWORD, *PDWORD, *LPDWORD, UINT32,
    ULONG32, DWORD32, LCID, ACCESS_MASK;
typedef std::int8_t INT8;
typedef std::uint8_t UINT8;
typedef long long LONGLONG, *PLONGLONG, INT64, LONG64;
typedef unsigned long long ULONGLONG, *PULONGLONG, UINT64, ULONG64, DWORD64, *PDWORD64, DWORDLONG;
typedef std::intptr_t INT_PTR, LONG_PTR, SSIZE_T, LPARAM, LRESULT;
typedef std::uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T, *PSIZE_T, WPARAM;
typedef float FLOAT;
typedef double DOUBLE, DATE;
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long

typedef void *HANDLE, **PHANDLE, **LPHANDLE;
typedef HANDLE HMODULE, HINSTANCE, HLOCAL, HGLOBAL, HKEY, HWND, SC_HANDLE;
typedef INT_PTR (*FARPROC)();
#define DECLARE_HANDLE(name) typedef HANDLE name
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

// A function with two versions, in the one that UNICODE chooses.
#ifdef UNICODE
#define VSSLAB_AW(name) name##W
#else
#define VSSLAB_AW(name) name##A
#endif

#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR, *PTSTR, *LPTSTR;
typedef const WCHAR *PCTSTR, *LPCTSTR;
#define __TEXT(quote) L##quote
#else
typedef char TCHAR, *PTCHAR, *PTSTR, *LPTSTR;
typedef const char *PCTSTR, *LPCTSTR;
#define __TEXT(quote) quote
#endif
#define TEXT(quote) __TEXT(quote)

typedef union _LARGE_INTEGER {
  struct {
    DWORD LowPart;
    LONG HighPart;
  };
  struct {
    DWORD LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
  struct {
    DWORD LowPart;
    DWORD HighPart;
  };
  struct {
    DWORD LowPart;
    DWORD HighPart;
  } u;
  ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _FILETIME {
  DWORD dwLowDateTime;
  DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

typedef struct _SYSTEMTIME {
  WORD wYear;
  WORD wMonth;
  WORD wDayOfWeek;
  WORD wDay;
  WORD wHour;
  WORD wMinute;
  WORD wSecond;
  WORD wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))
#define LOBYTE(value) ((BYTE)((DWORD_PTR)(value)&0xff))
#define HIBYTE(value) ((BYTE)(((DWORD_PTR)(value) >> 8) & 0xff))
#define MAKEWORD(low, high) ((WORD)(((BYTE)(low)) | ((WORD)((BYTE)(high))) << 8))
#define MAKELONG(low, high) ((LONG)(((WORD)(low)) | ((DWORD)((WORD)(high))) << 16))
#define UNREFERENCED_PARAMETER(parameter) (void)(parameter)
#define DBG_UNREFERENCED_PARAMETER(parameter) (void)(parameter)
#define MAXDWORD 0xffffffff
#define MAXULONG 0xffffffff
#define MAXLONG 0x7fffffff
#define MAXWORD 0xffff
#define MINLONG ((LONG)0x80000000)
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define CONTAINING_RECORD(address, type, field) \
  ((type*)((char*)(address) - (size_t)FIELD_OFFSET(type, field)))
#define C_ASSERT(condition) static_assert(condition, #condition)
#define Int32x32To64(a, b) ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b) ((ULONGLONG)(DWORD)(a) * (ULONGLONG)(DWORD)(b))
#define PtrToUlong(pointer) ((ULONG)(ULONG_PTR)(pointer))
#define HandleToUlong(handle) ((ULONG)(ULONG_PTR)(handle))
#define LANG_NEUTRAL 0
#define LANG_ENGLISH 9
#define SUBLANG_DEFAULT 1
#define SUBLANG_ENGLISH_US 1
#define MAKELANGID(primary, sub) ((WORD)(((WORD)(sub) << 10) | (WORD)(primary)))
#define MAKELCID(language, sort) ((DWORD)(((DWORD)(WORD)(sort) << 16) | (WORD)(language)))

template <class T, std::size_t N>
char (*vsslab_array_of(T (&)[N]))[N];
#define ARRAYSIZE(array) (sizeof(*vsslab_array_of(array)))
#define _ARRAYSIZE(array) ARRAYSIZE(array)
#define RTL_NUMBER_OF(array) ARRAYSIZE(array)
#define ZeroMemory(destination, length) std::memset((destination), 0, (length))
#define SecureZeroMemory(destination, length) std::memset((destination), 0, (length))
#define CopyMemory(destination, source, length) std::memcpy((destination), (source), (length))
#define MoveMemory(destination, source, length) std::memmove((destination), (source), (length))
#define FillMemory(destination, length, fill) std::memset((destination), (fill), (length))

#endif
