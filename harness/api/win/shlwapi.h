// Paths (learn.microsoft.com, shlwapi.h).
#ifndef VSSLAB_WIN_SHLWAPI_H
#define VSSLAB_WIN_SHLWAPI_H

#include <winbase.h>

EXTERN_C BOOL PathFileExistsW(LPCWSTR pszPath);
EXTERN_C BOOL PathFileExistsA(LPCSTR pszPath);
#define PathFileExists VSSLAB_AW(PathFileExists)

#endif
