// Programs, modules, tokens, environment (learn.microsoft.com, processthreadsapi.h,
// libloaderapi.h, securitybaseapi.h, processenv.h).
#ifndef VSSLAB_WIN_WINPROC_H
#define VSSLAB_WIN_WINPROC_H

#include <winbase.h>
#include <winsec.h>

typedef struct _STARTUPINFOW {
  DWORD cb;
  LPWSTR lpReserved;
  LPWSTR lpDesktop;
  LPWSTR lpTitle;
  DWORD dwX;
  DWORD dwY;
  DWORD dwXSize;
  DWORD dwYSize;
  DWORD dwXCountChars;
  DWORD dwYCountChars;
  DWORD dwFillAttribute;
  DWORD dwFlags;
  WORD wShowWindow;
  WORD cbReserved2;
  LPBYTE lpReserved2;
  HANDLE hStdInput;
  HANDLE hStdOutput;
  HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;
typedef struct _STARTUPINFOA {
  DWORD cb;
  LPSTR lpReserved;
  LPSTR lpDesktop;
  LPSTR lpTitle;
  DWORD dwX;
  DWORD dwY;
  DWORD dwXSize;
  DWORD dwYSize;
  DWORD dwXCountChars;
  DWORD dwYCountChars;
  DWORD dwFillAttribute;
  DWORD dwFlags;
  WORD wShowWindow;
  WORD cbReserved2;
  LPBYTE lpReserved2;
  HANDLE hStdInput;
  HANDLE hStdOutput;
  HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;
#define STARTUPINFO VSSLAB_AW(STARTUPINFO)
#define LPSTARTUPINFO VSSLAB_AW(LPSTARTUPINFO)
typedef struct _PROCESS_INFORMATION {
  HANDLE hProcess;
  HANDLE hThread;
  DWORD dwProcessId;
  DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;
#define STARTF_USESHOWWINDOW 0x1
#define STARTF_USESTDHANDLES 0x100
#define CREATE_NEW_CONSOLE 0x10
#define CREATE_NO_WINDOW 0x08000000
#define NORMAL_PRIORITY_CLASS 0x20

// The lab has no other programs to start: FALSE, ERROR_FILE_NOT_FOUND.
EXTERN_C BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                             LPSECURITY_ATTRIBUTES lpProcessAttributes,
                             LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                             DWORD dwCreationFlags, LPVOID lpEnvironment,
                             LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                             LPPROCESS_INFORMATION lpProcessInformation);
EXTERN_C BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                             LPSECURITY_ATTRIBUTES lpProcessAttributes,
                             LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                             DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                             LPSTARTUPINFOA lpStartupInfo,
                             LPPROCESS_INFORMATION lpProcessInformation);
EXTERN_C BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);

// Modules: the program itself, and the system's libraries, of which GetProcAddress knows what
// programs look up by name (vssapi.dll with its decorated names too). Others cannot be loaded:
// NULL, ERROR_MOD_NOT_FOUND.
EXTERN_C HMODULE GetModuleHandleW(LPCWSTR lpModuleName);
EXTERN_C HMODULE LoadLibraryW(LPCWSTR lpLibFileName);
EXTERN_C HMODULE LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
EXTERN_C BOOL FreeLibrary(HMODULE hLibModule);
EXTERN_C FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName);
EXTERN_C DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
EXTERN_C HMODULE GetModuleHandleA(LPCSTR lpModuleName);
EXTERN_C HMODULE LoadLibraryA(LPCSTR lpLibFileName);
EXTERN_C HMODULE LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
EXTERN_C DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
#define DLL_PROCESS_DETACH 0
#define DLL_PROCESS_ATTACH 1
#define DLL_THREAD_ATTACH 2
#define DLL_THREAD_DETACH 3
inline BOOL DisableThreadLibraryCalls(HMODULE) { return TRUE; }
#define LOAD_LIBRARY_AS_DATAFILE 0x2
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x800

// Every program of the lab runs elevated, with all privileges.
#define TOKEN_QUERY 0x8
#define TOKEN_ADJUST_PRIVILEGES 0x20
#define SE_PRIVILEGE_ENABLED 0x2
#define TOKEN_ALL_ACCESS 0xF01FF
#define SE_BACKUP_NAME TEXT("SeBackupPrivilege")
#define SE_RESTORE_NAME TEXT("SeRestorePrivilege")
#define SE_SECURITY_NAME TEXT("SeSecurityPrivilege")
#define SE_TAKE_OWNERSHIP_NAME TEXT("SeTakeOwnershipPrivilege")
#define SE_SHUTDOWN_NAME TEXT("SeShutdownPrivilege")
#define SE_TCB_NAME TEXT("SeTcbPrivilege")
#define SE_ASSIGNPRIMARYTOKEN_NAME TEXT("SeAssignPrimaryTokenPrivilege")
#define SE_SYSTEM_ENVIRONMENT_NAME TEXT("SeSystemEnvironmentPrivilege")
#define SE_CREATE_TOKEN_NAME TEXT("SeCreateTokenPrivilege")
#define SE_MACHINE_ACCOUNT_NAME TEXT("SeMachineAccountPrivilege")
#define SE_CREATE_PERMANENT_NAME TEXT("SeCreatePermanentPrivilege")
#define SE_CREATE_SYMBOLIC_LINK_NAME TEXT("SeCreateSymbolicLinkPrivilege")
#define SE_CHANGE_NOTIFY_NAME TEXT("SeChangeNotifyPrivilege")
#define SE_DEBUG_NAME TEXT("SeDebugPrivilege")
#define SE_MANAGE_VOLUME_NAME TEXT("SeManageVolumePrivilege")
typedef struct _LUID {
  DWORD LowPart;
  LONG HighPart;
} LUID, *PLUID;
typedef struct _LUID_AND_ATTRIBUTES {
  LUID Luid;
  DWORD Attributes;
} LUID_AND_ATTRIBUTES, *PLUID_AND_ATTRIBUTES;
typedef struct _TOKEN_PRIVILEGES {
  DWORD PrivilegeCount;
  LUID_AND_ATTRIBUTES Privileges[1];
} TOKEN_PRIVILEGES, *PTOKEN_PRIVILEGES;
EXTERN_C BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle);
EXTERN_C BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid);
EXTERN_C BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                                    PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                                    PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength);

EXTERN_C BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid);
EXTERN_C BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
                              PHANDLE TokenHandle);

// The accounts of the lab machine: one user, LAB\lab, and the well-known ones.
typedef enum _SID_NAME_USE {
  SidTypeUser = 1,
  SidTypeGroup,
  SidTypeDomain,
  SidTypeAlias,
  SidTypeWellKnownGroup,
  SidTypeDeletedAccount,
  SidTypeInvalid,
  SidTypeUnknown,
  SidTypeComputer,
  SidTypeLabel
} SID_NAME_USE,
    *PSID_NAME_USE;
EXTERN_C BOOL LookupAccountSidW(LPCWSTR lpSystemName, PSID Sid, LPWSTR Name, LPDWORD cchName,
                                LPWSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                                PSID_NAME_USE peUse);

EXTERN_C BOOL LookupAccountSidA(LPCSTR lpSystemName, PSID Sid, LPSTR Name, LPDWORD cchName,
                                LPSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                                PSID_NAME_USE peUse);
EXTERN_C BOOL LookupAccountNameW(LPCWSTR lpSystemName, LPCWSTR lpAccountName, PSID Sid,
                                 LPDWORD cbSid, LPWSTR ReferencedDomainName,
                                 LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);

// A corrupt heap ends the process in the lab anyway.
typedef enum _HEAP_INFORMATION_CLASS {
  HeapCompatibilityInformation = 0,
  HeapEnableTerminationOnCorruption = 1
} HEAP_INFORMATION_CLASS;
inline BOOL HeapSetInformation(HANDLE, HEAP_INFORMATION_CLASS, PVOID, SIZE_T) { return TRUE; }

EXTERN_C DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize);
EXTERN_C DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize);
EXTERN_C BOOL SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue);
EXTERN_C DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize);
EXTERN_C BOOL SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue);
EXTERN_C DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize);
EXTERN_C LPWSTR* CommandLineToArgvW(LPCWSTR lpCmdLine, int* pNumArgs);

typedef struct _SYSTEM_INFO {
  union {
    DWORD dwOemId;
    struct {
      WORD wProcessorArchitecture;
      WORD wReserved;
    };
  };
  DWORD dwPageSize;
  LPVOID lpMinimumApplicationAddress;
  LPVOID lpMaximumApplicationAddress;
  DWORD_PTR dwActiveProcessorMask;
  DWORD dwNumberOfProcessors;
  DWORD dwProcessorType;
  DWORD dwAllocationGranularity;
  WORD wProcessorLevel;
  WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;
#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_IA64 6
#define PROCESSOR_ARCHITECTURE_AMD64 9
EXTERN_C void GetSystemInfo(LPSYSTEM_INFO lpSystemInfo);
EXTERN_C void GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo);
EXTERN_C BOOL IsWow64Process(HANDLE hProcess, BOOL* Wow64Process);

typedef struct _OSVERSIONINFOEXW {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  WCHAR szCSDVersion[128];
  WORD wServicePackMajor;
  WORD wServicePackMinor;
  WORD wSuiteMask;
  BYTE wProductType;
  BYTE wReserved;
} OSVERSIONINFOEXW, *LPOSVERSIONINFOEXW;
typedef struct _OSVERSIONINFOEXA {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  CHAR szCSDVersion[128];
  WORD wServicePackMajor;
  WORD wServicePackMinor;
  WORD wSuiteMask;
  BYTE wProductType;
  BYTE wReserved;
} OSVERSIONINFOEXA, *LPOSVERSIONINFOEXA;
typedef struct _OSVERSIONINFOA {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  CHAR szCSDVersion[128];
} OSVERSIONINFOA, *LPOSVERSIONINFOA;
#define OSVERSIONINFOEX VSSLAB_AW(OSVERSIONINFOEX)
#define OSVERSIONINFO VSSLAB_AW(OSVERSIONINFO)
#define LPOSVERSIONINFO VSSLAB_AW(LPOSVERSIONINFO)
#define VER_PLATFORM_WIN32_NT 2
typedef struct _OSVERSIONINFOW {
  DWORD dwOSVersionInfoSize;
  DWORD dwMajorVersion;
  DWORD dwMinorVersion;
  DWORD dwBuildNumber;
  DWORD dwPlatformId;
  WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *LPOSVERSIONINFOW;
#define VER_NT_WORKSTATION 1
#define VER_NT_SERVER 3
EXTERN_C BOOL GetVersionExW(LPOSVERSIONINFOW lpVersionInformation);
EXTERN_C BOOL GetVersionExA(LPOSVERSIONINFOA lpVersionInformation);
EXTERN_C DWORD GetVersion();
#define SetEnvironmentVariable VSSLAB_AW(SetEnvironmentVariable)

#define CreateProcess VSSLAB_AW(CreateProcess)
#define GetModuleHandle VSSLAB_AW(GetModuleHandle)
#define LoadLibrary VSSLAB_AW(LoadLibrary)
#define LoadLibraryEx VSSLAB_AW(LoadLibraryEx)
#define GetModuleFileName VSSLAB_AW(GetModuleFileName)
#define LookupPrivilegeValue VSSLAB_AW(LookupPrivilegeValue)
#define GetEnvironmentVariable VSSLAB_AW(GetEnvironmentVariable)
#define ExpandEnvironmentStrings VSSLAB_AW(ExpandEnvironmentStrings)
#define LookupAccountSid VSSLAB_AW(LookupAccountSid)
#define GetVersionEx VSSLAB_AW(GetVersionEx)

#endif
