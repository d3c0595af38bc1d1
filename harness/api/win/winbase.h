// Processes, threads, waits, time, console, event log (learn.microsoft.com, winbase.h, synchapi.h,
// processthreadsapi.h, sysinfoapi.h, consoleapi.h).
#ifndef VSSLAB_WIN_WINBASE_H
#define VSSLAB_WIN_WINBASE_H

#include <winerror.h>

#define INFINITE 0xFFFFFFFF
#define WAIT_OBJECT_0 0u
#define WAIT_ABANDONED 0x80u
#define WAIT_ABANDONED_0 0x80u
#define WAIT_IO_COMPLETION 0xC0u
#define WAIT_TIMEOUT 258u
#define WAIT_FAILED 0xFFFFFFFFu
#define MAXIMUM_WAIT_OBJECTS 64
#define STILL_ACTIVE 259u
#define CREATE_SUSPENDED 0x4
#define SYNCHRONIZE 0x00100000
#define EVENT_MODIFY_STATE 0x0002
#define EVENT_ALL_ACCESS 0x1F0003
#define MUTEX_ALL_ACCESS 0x1F0001

typedef struct _SECURITY_ATTRIBUTES {
  DWORD nLength;
  LPVOID lpSecurityDescriptor;
  BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef DWORD(WINAPI* LPTHREAD_START_ROUTINE)(LPVOID);

// --- Sleeping, events, mutexes, semaphores ---
EXTERN_C void Sleep(DWORD dwMilliseconds);
EXTERN_C DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable);
EXTERN_C BOOL SwitchToThread();
EXTERN_C HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                             BOOL bInitialState, LPCWSTR lpName);
EXTERN_C HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                             BOOL bInitialState, LPCSTR lpName);
EXTERN_C HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
EXTERN_C BOOL SetEvent(HANDLE hEvent);
EXTERN_C BOOL ResetEvent(HANDLE hEvent);
EXTERN_C BOOL PulseEvent(HANDLE hEvent);
EXTERN_C HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                             LPCWSTR lpName);
EXTERN_C BOOL ReleaseMutex(HANDLE hMutex);
EXTERN_C HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                                 LONG lMaximumCount, LPCWSTR lpName);
EXTERN_C BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LONG* lpPreviousCount);
EXTERN_C DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
EXTERN_C DWORD WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable);
EXTERN_C DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE* lpHandles, BOOL bWaitAll,
                                      DWORD dwMilliseconds);
EXTERN_C BOOL CloseHandle(HANDLE hObject);

// --- Critical sections and slim locks ---
typedef struct _RTL_CRITICAL_SECTION {
  PVOID LockImplementation;
  LONG RecursionCount;
  DWORD OwningThread;
  PVOID Reserved[3];
} CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;
EXTERN_C void InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
EXTERN_C BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection,
                                                    DWORD dwSpinCount);
EXTERN_C BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
                                          DWORD Flags);
EXTERN_C void EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
EXTERN_C BOOL TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
EXTERN_C void LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
EXTERN_C void DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection);

typedef struct _RTL_SRWLOCK {
  PVOID Ptr;
} SRWLOCK, *PSRWLOCK;
#define SRWLOCK_INIT \
  { 0 }
EXTERN_C void InitializeSRWLock(PSRWLOCK SRWLock);
EXTERN_C void AcquireSRWLockExclusive(PSRWLOCK SRWLock);
EXTERN_C void ReleaseSRWLockExclusive(PSRWLOCK SRWLock);
EXTERN_C void AcquireSRWLockShared(PSRWLOCK SRWLock);
EXTERN_C void ReleaseSRWLockShared(PSRWLOCK SRWLock);

// --- Threads and processes ---
EXTERN_C HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                             LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                             DWORD dwCreationFlags, LPDWORD lpThreadId);
EXTERN_C DWORD ResumeThread(HANDLE hThread);
EXTERN_C [[noreturn]] void ExitThread(DWORD dwExitCode);
EXTERN_C BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);
EXTERN_C DWORD GetCurrentThreadId();
EXTERN_C HANDLE GetCurrentThread();
EXTERN_C HANDLE GetCurrentProcess();
EXTERN_C DWORD GetCurrentProcessId();
EXTERN_C [[noreturn]] void ExitProcess(UINT uExitCode);
EXTERN_C BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode);
EXTERN_C DWORD GetLastError();
EXTERN_C void SetLastError(DWORD dwErrCode);
EXTERN_C LPWSTR GetCommandLineW();

// --- Interlocked ---
inline LONG InterlockedIncrement(LONG volatile* Addend) { return __sync_add_and_fetch(Addend, 1); }
inline LONG InterlockedDecrement(LONG volatile* Addend) { return __sync_sub_and_fetch(Addend, 1); }
inline LONG InterlockedExchange(LONG volatile* Target, LONG Value) {
  return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
inline LONG InterlockedExchangeAdd(LONG volatile* Addend, LONG Value) {
  return __sync_fetch_and_add(Addend, Value);
}
inline LONG InterlockedCompareExchange(LONG volatile* Destination, LONG ExChange, LONG Comperand) {
  return __sync_val_compare_and_swap(Destination, Comperand, ExChange);
}
inline LONGLONG InterlockedIncrement64(LONGLONG volatile* Addend) {
  return __sync_add_and_fetch(Addend, 1);
}
inline LONGLONG InterlockedDecrement64(LONGLONG volatile* Addend) {
  return __sync_sub_and_fetch(Addend, 1);
}
inline PVOID InterlockedExchangePointer(PVOID volatile* Target, PVOID Value) {
  return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
inline PVOID InterlockedCompareExchangePointer(PVOID volatile* Destination, PVOID Exchange,
                                               PVOID Comperand) {
  return __sync_val_compare_and_swap(Destination, Comperand, Exchange);
}
// The SDK has these for ULONG counters too.
inline ULONG InterlockedIncrement(ULONG volatile* Addend) {
  return __sync_add_and_fetch(Addend, 1u);
}
inline ULONG InterlockedDecrement(ULONG volatile* Addend) {
  return __sync_sub_and_fetch(Addend, 1u);
}

// --- Time ---
EXTERN_C DWORD GetTickCount();
EXTERN_C ULONGLONG GetTickCount64();
EXTERN_C BOOL QueryPerformanceCounter(LARGE_INTEGER* lpPerformanceCount);
EXTERN_C BOOL QueryPerformanceFrequency(LARGE_INTEGER* lpFrequency);
EXTERN_C void GetSystemTime(LPSYSTEMTIME lpSystemTime);
EXTERN_C void GetLocalTime(LPSYSTEMTIME lpSystemTime);
EXTERN_C void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime);
EXTERN_C BOOL FileTimeToSystemTime(const FILETIME* lpFileTime, LPSYSTEMTIME lpSystemTime);
EXTERN_C BOOL SystemTimeToFileTime(const SYSTEMTIME* lpSystemTime, LPFILETIME lpFileTime);
EXTERN_C BOOL FileTimeToLocalFileTime(const FILETIME* lpFileTime, LPFILETIME lpLocalFileTime);
EXTERN_C LONG CompareFileTime(const FILETIME* lpFileTime1, const FILETIME* lpFileTime2);

// --- Console ---
#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6
typedef BOOL(WINAPI* PHANDLER_ROUTINE)(DWORD CtrlType);
EXTERN_C BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);
EXTERN_C void OutputDebugStringW(LPCWSTR lpOutputString);
EXTERN_C void OutputDebugStringA(LPCSTR lpOutputString);

// --- Event log ---
#define EVENTLOG_SUCCESS 0x0000
#define EVENTLOG_ERROR_TYPE 0x0001
#define EVENTLOG_WARNING_TYPE 0x0002
#define EVENTLOG_INFORMATION_TYPE 0x0004
EXTERN_C HANDLE RegisterEventSourceW(LPCWSTR lpUNCServerName, LPCWSTR lpSourceName);
EXTERN_C BOOL DeregisterEventSource(HANDLE hEventLog);
EXTERN_C BOOL ReportEventW(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID,
                           PVOID lpUserSid, WORD wNumStrings, DWORD dwDataSize, LPCWSTR* lpStrings,
                           LPVOID lpRawData);

// --- Memory and text ---
#define LMEM_FIXED 0
#define LMEM_ZEROINIT 0x40
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define HEAP_ZERO_MEMORY 0x8
EXTERN_C HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes);
EXTERN_C HLOCAL LocalFree(HLOCAL hMem);
EXTERN_C HANDLE GetProcessHeap();
EXTERN_C LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
EXTERN_C BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

#define CP_ACP 0
#define CP_UTF8 65001
#define WC_ERR_INVALID_CHARS 0x80
#define MB_ERR_INVALID_CHARS 0x8
EXTERN_C int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr,
                                 int cbMultiByte, LPWSTR lpWideCharStr, int cchWideChar);
EXTERN_C int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr,
                                 int cchWideChar, LPSTR lpMultiByteStr, int cbMultiByte,
                                 LPCSTR lpDefaultChar, BOOL* lpUsedDefaultChar);

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x200
#define FORMAT_MESSAGE_FROM_STRING 0x400
#define FORMAT_MESSAGE_FROM_HMODULE 0x800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x1000
#define LANG_NEUTRAL 0
#define SUBLANG_DEFAULT 1
#define MAKELANGID(primary, sub) ((WORD)(((WORD)(sub) << 10) | (WORD)(primary)))
EXTERN_C DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                              DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize, void* Arguments);

EXTERN_C LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2);
EXTERN_C LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength);
EXTERN_C LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrlenW(LPCWSTR lpString);
EXTERN_C int lstrlenA(LPCSTR lpString);

EXTERN_C BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize);

#ifdef UNICODE
#define CreateEvent CreateEventW
#define lstrcmpi lstrcmpiW
#else
#define CreateEvent CreateEventA
#endif
#define OpenEvent OpenEventW
#define CreateMutex CreateMutexW
#define CreateSemaphore CreateSemaphoreW
#define OutputDebugString OutputDebugStringW
#define RegisterEventSource RegisterEventSourceW
#define ReportEvent ReportEventW
#define FormatMessage FormatMessageW
#define GetCommandLine GetCommandLineW
#define GetComputerName GetComputerNameW
#define lstrcpy lstrcpyW
#define lstrlen lstrlenW

#endif
