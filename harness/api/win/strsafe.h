// Safe string functions (learn.microsoft.com, strsafe.h): S_OK, STRSAFE_E_INSUFFICIENT_BUFFER with
// the text cut and terminated, or STRSAFE_E_INVALID_PARAMETER. Sizes are in characters (Cch) or
// bytes (Cb).
#ifndef VSSLAB_WIN_STRSAFE_H
#define VSSLAB_WIN_STRSAFE_H

#include <cstdarg>

#include <winerror.h>

typedef LPWSTR STRSAFE_LPWSTR;
typedef LPCWSTR STRSAFE_LPCWSTR;
typedef LPSTR STRSAFE_LPSTR;
typedef LPCSTR STRSAFE_LPCSTR;
#define STRSAFE_MAX_CCH 2147483647

EXTERN_C HRESULT StringCchCopyW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCchCopyNW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc, size_t cchToCopy);
EXTERN_C HRESULT StringCchCatW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCchCatNW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc, size_t cchToAppend);
EXTERN_C HRESULT StringCchPrintfW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCchVPrintfW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszFormat,
                                   va_list argList);
EXTERN_C HRESULT StringCchLengthW(LPCWSTR psz, size_t cchMax, size_t* pcchLength);
EXTERN_C HRESULT StringCbCopyW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCbCatW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCbPrintfW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCbLengthW(LPCWSTR psz, size_t cbMax, size_t* pcbLength);
EXTERN_C HRESULT StringCchCopyA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCchCatA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCchPrintfA(LPSTR pszDest, size_t cchDest, LPCSTR pszFormat, ...);
EXTERN_C HRESULT StringCchLengthA(LPCSTR psz, size_t cchMax, size_t* pcchLength);

#ifdef UNICODE
#define StringCchCopy StringCchCopyW
#define StringCchCat StringCchCatW
#define StringCchPrintf StringCchPrintfW
#define StringCchLength StringCchLengthW
#define StringCbCopy StringCbCopyW
#define StringCbCat StringCbCatW
#define StringCbPrintf StringCbPrintfW
#define StringCbLength StringCbLengthW
#else
#define StringCchCopy StringCchCopyA
#define StringCchCat StringCchCatA
#define StringCchPrintf StringCchPrintfA
#define StringCchLength StringCchLengthA
#endif

#endif
