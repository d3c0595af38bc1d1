// Safe string functions (learn.microsoft.com, strsafe.h): S_OK, STRSAFE_E_INSUFFICIENT_BUFFER with
// the text cut and terminated, or STRSAFE_E_INVALID_PARAMETER. Sizes are in characters (Cch) or
// bytes (Cb).
#ifndef VSSLAB_WIN_STRSAFE_H
#define VSSLAB_WIN_STRSAFE_H

#include <cstdarg>

#include <winerror.h>

typedef LPWSTR STRSAFE_LPWSTR;
typedef LPCWSTR STRSAFE_LPCWSTR, STRSAFE_PCNZWCH;
typedef LPSTR STRSAFE_LPSTR;
typedef LPCSTR STRSAFE_LPCSTR, STRSAFE_PCNZCH;
#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_MAX_LENGTH (STRSAFE_MAX_CCH - 1)
// For the functions with Ex.
#define STRSAFE_IGNORE_NULLS 0x00000100
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_FILL_ON_FAILURE 0x00000400
#define STRSAFE_NULL_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION 0x00001000
#define STRSAFE_FILL_BYTE(x) ((DWORD)((x & 0x000000FF) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(x) ((DWORD)((x & 0x000000FF) | STRSAFE_FILL_ON_FAILURE))

EXTERN_C HRESULT StringCchCopyW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCchCopyExW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc,
                                  LPWSTR* ppszDestEnd, size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCopyNW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc, size_t cchToCopy);
EXTERN_C HRESULT StringCchCopyNExW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc, size_t cchToCopy,
                                   LPWSTR* ppszDestEnd, size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCatW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCchCatExW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc,
                                 LPWSTR* ppszDestEnd, size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCatNW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc, size_t cchToAppend);
EXTERN_C HRESULT StringCchCatNExW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszSrc,
                                  size_t cchToAppend, LPWSTR* ppszDestEnd, size_t* pcchRemaining,
                                  DWORD dwFlags);
EXTERN_C HRESULT StringCchVPrintfW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszFormat,
                                   va_list argList);
EXTERN_C HRESULT StringCchPrintfW(LPWSTR pszDest, size_t cchDest, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCchPrintfExW(LPWSTR pszDest, size_t cchDest, LPWSTR* ppszDestEnd,
                                    size_t* pcchRemaining, DWORD dwFlags, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCchLengthW(LPCWSTR psz, size_t cchMax, size_t* pcchLength);

EXTERN_C HRESULT StringCbCopyW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCbCopyExW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, LPWSTR* ppszDestEnd,
                                 size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCopyNW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, size_t cbToCopy);
EXTERN_C HRESULT StringCbCopyNExW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, size_t cbToCopy,
                                  LPWSTR* ppszDestEnd, size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCatW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc);
EXTERN_C HRESULT StringCbCatExW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, LPWSTR* ppszDestEnd,
                                size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCatNW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, size_t cbToAppend);
EXTERN_C HRESULT StringCbCatNExW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszSrc, size_t cbToAppend,
                                 LPWSTR* ppszDestEnd, size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbVPrintfW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszFormat,
                                  va_list argList);
EXTERN_C HRESULT StringCbPrintfW(LPWSTR pszDest, size_t cbDest, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCbPrintfExW(LPWSTR pszDest, size_t cbDest, LPWSTR* ppszDestEnd,
                                   size_t* pcbRemaining, DWORD dwFlags, LPCWSTR pszFormat, ...);
EXTERN_C HRESULT StringCbLengthW(LPCWSTR psz, size_t cbMax, size_t* pcbLength);

EXTERN_C HRESULT StringCchCopyA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCchCopyExA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, LPSTR* ppszDestEnd,
                                  size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCopyNA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, size_t cchToCopy);
EXTERN_C HRESULT StringCchCopyNExA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, size_t cchToCopy,
                                   LPSTR* ppszDestEnd, size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCatA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCchCatExA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, LPSTR* ppszDestEnd,
                                 size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchCatNA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, size_t cchToAppend);
EXTERN_C HRESULT StringCchCatNExA(LPSTR pszDest, size_t cchDest, LPCSTR pszSrc, size_t cchToAppend,
                                  LPSTR* ppszDestEnd, size_t* pcchRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCchVPrintfA(LPSTR pszDest, size_t cchDest, LPCSTR pszFormat,
                                   va_list argList);
EXTERN_C HRESULT StringCchPrintfA(LPSTR pszDest, size_t cchDest, LPCSTR pszFormat, ...);
EXTERN_C HRESULT StringCchPrintfExA(LPSTR pszDest, size_t cchDest, LPSTR* ppszDestEnd,
                                    size_t* pcchRemaining, DWORD dwFlags, LPCSTR pszFormat, ...);
EXTERN_C HRESULT StringCchLengthA(LPCSTR psz, size_t cchMax, size_t* pcchLength);

EXTERN_C HRESULT StringCbCopyA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCbCopyExA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, LPSTR* ppszDestEnd,
                                 size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCopyNA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, size_t cbToCopy);
EXTERN_C HRESULT StringCbCopyNExA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, size_t cbToCopy,
                                  LPSTR* ppszDestEnd, size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCatA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc);
EXTERN_C HRESULT StringCbCatExA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, LPSTR* ppszDestEnd,
                                size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbCatNA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, size_t cbToAppend);
EXTERN_C HRESULT StringCbCatNExA(LPSTR pszDest, size_t cbDest, LPCSTR pszSrc, size_t cbToAppend,
                                 LPSTR* ppszDestEnd, size_t* pcbRemaining, DWORD dwFlags);
EXTERN_C HRESULT StringCbVPrintfA(LPSTR pszDest, size_t cbDest, LPCSTR pszFormat, va_list argList);
EXTERN_C HRESULT StringCbPrintfA(LPSTR pszDest, size_t cbDest, LPCSTR pszFormat, ...);
EXTERN_C HRESULT StringCbPrintfExA(LPSTR pszDest, size_t cbDest, LPSTR* ppszDestEnd,
                                   size_t* pcbRemaining, DWORD dwFlags, LPCSTR pszFormat, ...);
EXTERN_C HRESULT StringCbLengthA(LPCSTR psz, size_t cbMax, size_t* pcbLength);

#define StringCchCopy VSSLAB_AW(StringCchCopy)
#define StringCchCopyEx VSSLAB_AW(StringCchCopyEx)
#define StringCchCopyN VSSLAB_AW(StringCchCopyN)
#define StringCchCopyNEx VSSLAB_AW(StringCchCopyNEx)
#define StringCchCat VSSLAB_AW(StringCchCat)
#define StringCchCatEx VSSLAB_AW(StringCchCatEx)
#define StringCchCatN VSSLAB_AW(StringCchCatN)
#define StringCchCatNEx VSSLAB_AW(StringCchCatNEx)
#define StringCchPrintf VSSLAB_AW(StringCchPrintf)
#define StringCchPrintfEx VSSLAB_AW(StringCchPrintfEx)
#define StringCchVPrintf VSSLAB_AW(StringCchVPrintf)
#define StringCchLength VSSLAB_AW(StringCchLength)
#define StringCbCopy VSSLAB_AW(StringCbCopy)
#define StringCbCopyEx VSSLAB_AW(StringCbCopyEx)
#define StringCbCopyN VSSLAB_AW(StringCbCopyN)
#define StringCbCopyNEx VSSLAB_AW(StringCbCopyNEx)
#define StringCbCat VSSLAB_AW(StringCbCat)
#define StringCbCatEx VSSLAB_AW(StringCbCatEx)
#define StringCbCatN VSSLAB_AW(StringCbCatN)
#define StringCbCatNEx VSSLAB_AW(StringCbCatNEx)
#define StringCbPrintf VSSLAB_AW(StringCbPrintf)
#define StringCbPrintfEx VSSLAB_AW(StringCbPrintfEx)
#define StringCbVPrintf VSSLAB_AW(StringCbVPrintf)
#define StringCbLength VSSLAB_AW(StringCbLength)

#endif
