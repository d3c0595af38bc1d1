// The registry (learn.microsoft.com, winreg.h). The lab machine's registry is in memory: it begins
// with the profile of one user, and holds what programs write to it.
#ifndef VSSLAB_WIN_WINREG_H
#define VSSLAB_WIN_WINREG_H

#include <winbase.h>

typedef HKEY* PHKEY;
typedef LONG LSTATUS;
typedef DWORD REGSAM;
#define HKEY_CLASSES_ROOT ((HKEY)(ULONG_PTR)((LONG)0x80000000))
#define HKEY_CURRENT_USER ((HKEY)(ULONG_PTR)((LONG)0x80000001))
#define HKEY_LOCAL_MACHINE ((HKEY)(ULONG_PTR)((LONG)0x80000002))
#define HKEY_USERS ((HKEY)(ULONG_PTR)((LONG)0x80000003))
#define KEY_QUERY_VALUE 0x1
#define KEY_SET_VALUE 0x2
#define KEY_READ 0x20019
#define KEY_WRITE 0x20006
#define KEY_ALL_ACCESS 0xF003F
#define KEY_WOW64_64KEY 0x100
#define REG_NONE 0
#define REG_SZ 1
#define REG_EXPAND_SZ 2
#define REG_BINARY 3
#define REG_DWORD 4
#define REG_MULTI_SZ 7
#define REG_QWORD 11
#define REG_OPTION_NON_VOLATILE 0
#define REG_OPTION_VOLATILE 1
#define REG_CREATED_NEW_KEY 1
#define REG_OPENED_EXISTING_KEY 2
#define KEY_ENUMERATE_SUB_KEYS 0x8
#define KEY_CREATE_SUB_KEY 0x4
#define KEY_WOW64_32KEY 0x200

EXTERN_C LSTATUS RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                               PHKEY phkResult);
EXTERN_C LSTATUS RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass,
                                 DWORD dwOptions, REGSAM samDesired,
                                 LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
                                 LPDWORD lpdwDisposition);
EXTERN_C LSTATUS RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved,
                                  LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
EXTERN_C LSTATUS RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType,
                                const BYTE* lpData, DWORD cbData);
EXTERN_C LSTATUS RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
                               LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass,
                               FILETIME* lpftLastWriteTime);
EXTERN_C LSTATUS RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName);
EXTERN_C LSTATUS RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey);
EXTERN_C LSTATUS RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName);
EXTERN_C LSTATUS RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey);
EXTERN_C LSTATUS RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
                               LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
EXTERN_C LSTATUS RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
                                  LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen,
                                  LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
                                  LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
                                  LPDWORD lpcbSecurityDescriptor, FILETIME* lpftLastWriteTime);
#define RRF_RT_REG_SZ 0x2
#define RRF_RT_REG_EXPAND_SZ 0x4
#define RRF_RT_REG_BINARY 0x8
#define RRF_RT_REG_DWORD 0x10
#define RRF_RT_REG_MULTI_SZ 0x20
#define RRF_RT_REG_QWORD 0x40
#define RRF_RT_DWORD (RRF_RT_REG_BINARY | RRF_RT_REG_DWORD)
#define RRF_RT_ANY 0xFFFF
#define RRF_NOEXPAND 0x10000000
EXTERN_C LSTATUS RegGetValueW(HKEY hkey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags,
                              LPDWORD pdwType, PVOID pvData, LPDWORD pcbData);
EXTERN_C LSTATUS RegSetKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD dwType,
                                 LPCVOID lpData, DWORD cbData);
EXTERN_C LSTATUS RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
EXTERN_C LSTATUS RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
EXTERN_C LSTATUS RegFlushKey(HKEY hKey);

// Text is kept wide: the functions for char convert REG_SZ, REG_EXPAND_SZ and REG_MULTI_SZ.
EXTERN_C LSTATUS RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
EXTERN_C LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                               PHKEY phkResult);
EXTERN_C LSTATUS RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
EXTERN_C LSTATUS RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass,
                                 DWORD dwOptions, REGSAM samDesired,
                                 LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
                                 LPDWORD lpdwDisposition);
EXTERN_C LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
                                  LPBYTE lpData, LPDWORD lpcbData);
EXTERN_C LSTATUS RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType,
                                const BYTE* lpData, DWORD cbData);
EXTERN_C LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName,
                               LPDWORD lpReserved, LPSTR lpClass, LPDWORD lpcchClass,
                               FILETIME* lpftLastWriteTime);
EXTERN_C LSTATUS RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey);
EXTERN_C LSTATUS RegDeleteValueA(HKEY hKey, LPCSTR lpValueName);
EXTERN_C LSTATUS RegCloseKey(HKEY hKey);

#define RegOpenKey VSSLAB_AW(RegOpenKey)
#define RegCreateKey VSSLAB_AW(RegCreateKey)
#define RegDeleteTree RegDeleteTreeW
#define RegEnumValue RegEnumValueW
#define RegQueryInfoKey RegQueryInfoKeyW
#define RegGetValue RegGetValueW
#define RegSetKeyValue RegSetKeyValueW

#define RegOpenKeyEx VSSLAB_AW(RegOpenKeyEx)
#define RegCreateKeyEx VSSLAB_AW(RegCreateKeyEx)
#define RegQueryValueEx VSSLAB_AW(RegQueryValueEx)
#define RegSetValueEx VSSLAB_AW(RegSetValueEx)
#define RegEnumKeyEx VSSLAB_AW(RegEnumKeyEx)
#define RegEnumKey RegEnumKeyW
#define RegDeleteKey VSSLAB_AW(RegDeleteKey)
#define RegDeleteValue VSSLAB_AW(RegDeleteValue)

#endif
