// Processes, threads, waits, time, console, event log (learn.microsoft.com, winbase.h, synchapi.h,
// processthreadsapi.h, sysinfoapi.h, consoleapi.h).
#ifndef VSSLAB_WIN_WINBASE_H
#define VSSLAB_WIN_WINBASE_H

#include <cstdarg>

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
#define MUTEX_MODIFY_STATE 0x0001
#define SEMAPHORE_ALL_ACCESS 0x1F0003
#define SEMAPHORE_MODIFY_STATE 0x0002
#define DELETE 0x00010000
#define READ_CONTROL 0x00020000
#define WRITE_DAC 0x00040000
#define WRITE_OWNER 0x00080000
#define STANDARD_RIGHTS_REQUIRED 0x000F0000
#define STANDARD_RIGHTS_ALL 0x001F0000
#define SPECIFIC_RIGHTS_ALL 0x0000FFFF
#define MAXIMUM_ALLOWED 0x02000000

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
EXTERN_C DWORD WaitForMultipleObjectsEx(DWORD nCount, const HANDLE* lpHandles, BOOL bWaitAll,
                                        DWORD dwMilliseconds, BOOL bAlertable);
EXTERN_C DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn,
                                   DWORD dwMilliseconds, BOOL bAlertable);
EXTERN_C HANDLE OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
EXTERN_C HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
EXTERN_C HANDLE OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
EXTERN_C HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
EXTERN_C HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner,
                             LPCSTR lpName);
EXTERN_C HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                                 LONG lMaximumCount, LPCSTR lpName);
EXTERN_C BOOL CloseHandle(HANDLE hObject);
#define DUPLICATE_CLOSE_SOURCE 0x1
#define DUPLICATE_SAME_ACCESS 0x2
// Within the caller's process.
EXTERN_C BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
                              HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle,
                              DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions);
#define HANDLE_FLAG_INHERIT 0x1
inline BOOL SetHandleInformation(HANDLE, DWORD, DWORD) { return TRUE; }

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
EXTERN_C BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock);
EXTERN_C BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock);

typedef struct _RTL_CONDITION_VARIABLE {
  PVOID Ptr;
} CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define CONDITION_VARIABLE_INIT \
  { 0 }
#define CONDITION_VARIABLE_LOCKMODE_SHARED 0x1
EXTERN_C void InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
EXTERN_C BOOL SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
                                       PCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds);
EXTERN_C BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
                                        DWORD dwMilliseconds, ULONG Flags);
EXTERN_C void WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
EXTERN_C void WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable);

typedef union _RTL_RUN_ONCE {
  PVOID Ptr;
} INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;
#define INIT_ONCE_STATIC_INIT \
  { 0 }
typedef BOOL(CALLBACK* PINIT_ONCE_FN)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID* Context);
// One thread runs the function; others wait until it is done.
EXTERN_C BOOL InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
                                  LPVOID* Context);

// --- Thread-local storage: one slot a thread, null at first ---
#define TLS_OUT_OF_INDEXES 0xFFFFFFFFu
EXTERN_C DWORD TlsAlloc();
EXTERN_C LPVOID TlsGetValue(DWORD dwTlsIndex);
EXTERN_C BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue);
EXTERN_C BOOL TlsFree(DWORD dwTlsIndex);

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
// Runs `Function` in a thread of the process.
EXTERN_C BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags);
#define WT_EXECUTEDEFAULT 0x0
#define WT_EXECUTEONLYONCE 0x8
#define WT_EXECUTELONGFUNCTION 0x10
EXTERN_C DWORD GetThreadId(HANDLE Thread);
EXTERN_C DWORD GetProcessId(HANDLE Process);
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_HIGHEST 2
#define THREAD_PRIORITY_LOWEST (-2)
// The scheduler has no priorities: nothing changes.
inline BOOL SetThreadPriority(HANDLE, int) { return TRUE; }
#define SEM_FAILCRITICALERRORS 0x1
#define SEM_NOGPFAULTERRORBOX 0x2
inline UINT SetErrorMode(UINT) { return 0; }
EXTERN_C DWORD GetLastError();
EXTERN_C void SetLastError(DWORD dwErrCode);
EXTERN_C LPWSTR GetCommandLineW();
EXTERN_C LPSTR GetCommandLineA();

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
inline LONG InterlockedAnd(LONG volatile* Destination, LONG Value) {
  return __sync_fetch_and_and(Destination, Value);
}
inline LONG InterlockedOr(LONG volatile* Destination, LONG Value) {
  return __sync_fetch_and_or(Destination, Value);
}
inline LONGLONG InterlockedExchange64(LONGLONG volatile* Target, LONGLONG Value) {
  return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
inline LONGLONG InterlockedExchangeAdd64(LONGLONG volatile* Addend, LONGLONG Value) {
  return __sync_fetch_and_add(Addend, Value);
}
inline LONGLONG InterlockedCompareExchange64(LONGLONG volatile* Destination, LONGLONG ExChange,
                                             LONGLONG Comperand) {
  return __sync_val_compare_and_swap(Destination, Comperand, ExChange);
}
// A source that counts in "long", which has 64 bits here, gives that; the SDK's LONG is "long".
inline long InterlockedIncrement(long volatile* Addend) { return __sync_add_and_fetch(Addend, 1L); }
inline long InterlockedDecrement(long volatile* Addend) { return __sync_sub_and_fetch(Addend, 1L); }
inline long InterlockedExchange(long volatile* Target, long Value) {
  return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
inline long InterlockedExchangeAdd(long volatile* Addend, long Value) {
  return __sync_fetch_and_add(Addend, Value);
}
inline long InterlockedCompareExchange(long volatile* Destination, long ExChange, long Comperand) {
  return __sync_val_compare_and_swap(Destination, Comperand, ExChange);
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
EXTERN_C BOOL LocalFileTimeToFileTime(const FILETIME* lpLocalFileTime, LPFILETIME lpFileTime);
// The lab's local time is UTC.
typedef struct _TIME_ZONE_INFORMATION {
  LONG Bias;
  WCHAR StandardName[32];
  SYSTEMTIME StandardDate;
  LONG StandardBias;
  WCHAR DaylightName[32];
  SYSTEMTIME DaylightDate;
  LONG DaylightBias;
} TIME_ZONE_INFORMATION, *PTIME_ZONE_INFORMATION, *LPTIME_ZONE_INFORMATION;
#define TIME_ZONE_ID_UNKNOWN 0
EXTERN_C DWORD GetTimeZoneInformation(LPTIME_ZONE_INFORMATION lpTimeZoneInformation);
EXTERN_C BOOL SystemTimeToTzSpecificLocalTime(const TIME_ZONE_INFORMATION* lpTimeZoneInformation,
                                              const SYSTEMTIME* lpUniversalTime,
                                              LPSYSTEMTIME lpLocalTime);
EXTERN_C LONG CompareFileTime(const FILETIME* lpFileTime1, const FILETIME* lpFileTime2);

// --- Console ---
#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6
typedef BOOL(WINAPI* PHANDLER_ROUTINE)(DWORD CtrlType);
EXTERN_C BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);
// The standard streams are the process's output in the lab; nothing is ever typed.
#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)
EXTERN_C HANDLE GetStdHandle(DWORD nStdHandle);
EXTERN_C BOOL WriteConsoleW(HANDLE hConsoleOutput, const void* lpBuffer,
                            DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                            LPVOID lpReserved);
EXTERN_C BOOL WriteConsoleA(HANDLE hConsoleOutput, const void* lpBuffer,
                            DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                            LPVOID lpReserved);
EXTERN_C BOOL ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                           LPDWORD lpNumberOfCharsRead, LPVOID pInputControl);
EXTERN_C BOOL ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                           LPDWORD lpNumberOfCharsRead, LPVOID pInputControl);
EXTERN_C BOOL GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode);
EXTERN_C BOOL SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode);
typedef struct _COORD {
  SHORT X, Y;
} COORD, *PCOORD;
typedef struct _SMALL_RECT {
  SHORT Left, Top, Right, Bottom;
} SMALL_RECT, *PSMALL_RECT;
typedef struct _CONSOLE_SCREEN_BUFFER_INFO {
  COORD dwSize;
  COORD dwCursorPosition;
  WORD wAttributes;
  SMALL_RECT srWindow;
  COORD dwMaximumWindowSize;
} CONSOLE_SCREEN_BUFFER_INFO, *PCONSOLE_SCREEN_BUFFER_INFO;
#define FOREGROUND_BLUE 0x0001
#define FOREGROUND_GREEN 0x0002
#define FOREGROUND_RED 0x0004
#define FOREGROUND_INTENSITY 0x0008
#define BACKGROUND_BLUE 0x0010
#define BACKGROUND_GREEN 0x0020
#define BACKGROUND_RED 0x0040
#define BACKGROUND_INTENSITY 0x0080
// A party's console keeps what is printed, in its order: it is a screen of 80 by 25 whose cursor is
// at the beginning, and colours and places have no effect.
EXTERN_C BOOL GetConsoleScreenBufferInfo(HANDLE hConsoleOutput, PCONSOLE_SCREEN_BUFFER_INFO lpInfo);
EXTERN_C BOOL SetConsoleCursorPosition(HANDLE hConsoleOutput, COORD dwCursorPosition);
EXTERN_C BOOL SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes);
EXTERN_C BOOL FillConsoleOutputCharacterW(HANDLE hConsoleOutput, WCHAR cCharacter, DWORD nLength,
                                          COORD dwWriteCoord, LPDWORD lpNumberOfCharsWritten);
EXTERN_C BOOL FillConsoleOutputAttribute(HANDLE hConsoleOutput, WORD wAttribute, DWORD nLength,
                                         COORD dwWriteCoord, LPDWORD lpNumberOfAttrsWritten);
#define FillConsoleOutputCharacter FillConsoleOutputCharacterW
EXTERN_C UINT GetConsoleOutputCP();
inline BOOL SetConsoleOutputCP(UINT) { return TRUE; }
inline BOOL SetConsoleTitleW(LPCWSTR) { return TRUE; }
inline BOOL IsDebuggerPresent() { return FALSE; }
inline void DebugBreak() { __builtin_trap(); }
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
EXTERN_C HANDLE RegisterEventSourceA(LPCSTR lpUNCServerName, LPCSTR lpSourceName);
EXTERN_C BOOL ReportEventA(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID,
                           PVOID lpUserSid, WORD wNumStrings, DWORD dwDataSize, LPCSTR* lpStrings,
                           LPVOID lpRawData);
#define EVENTLOG_AUDIT_SUCCESS 0x0008
#define EVENTLOG_AUDIT_FAILURE 0x0010

// --- Memory and text ---
#define LMEM_FIXED 0
#define LMEM_ZEROINIT 0x40
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define HEAP_ZERO_MEMORY 0x8
EXTERN_C HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes);
EXTERN_C HLOCAL LocalFree(HLOCAL hMem);
EXTERN_C HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags);
#define GMEM_FIXED 0
#define GMEM_ZEROINIT 0x40
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)
#define GlobalAlloc(flags, bytes) LocalAlloc(flags, bytes)
#define GlobalFree(memory) LocalFree(memory)
EXTERN_C HANDLE GetProcessHeap();
EXTERN_C LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);
EXTERN_C LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
EXTERN_C BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);

#define CP_ACP 0
#define CP_OEMCP 1
#define CP_THREAD_ACP 3
#define CP_UTF7 65000
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
EXTERN_C DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                              DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize, void* Arguments);

EXTERN_C DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                              DWORD dwLanguageId, LPSTR lpBuffer, DWORD nSize, void* Arguments);
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x2000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0xFF

EXTERN_C LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2);
EXTERN_C LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength);
EXTERN_C LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2);
EXTERN_C int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
EXTERN_C int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
EXTERN_C int wsprintfW(LPWSTR out, LPCWSTR format, ...);
EXTERN_C int wsprintfA(LPSTR out, LPCSTR format, ...);
EXTERN_C int wvsprintfW(LPWSTR out, LPCWSTR format, va_list arglist);
EXTERN_C int wvsprintfA(LPSTR out, LPCSTR format, va_list arglist);
EXTERN_C LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2);
EXTERN_C LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength);
EXTERN_C LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);
EXTERN_C int lstrlenW(LPCWSTR lpString);
EXTERN_C int lstrlenA(LPCSTR lpString);

EXTERN_C BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize);
EXTERN_C BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize);
typedef enum _COMPUTER_NAME_FORMAT {
  ComputerNameNetBIOS,
  ComputerNameDnsHostname,
  ComputerNameDnsDomain,
  ComputerNameDnsFullyQualified,
  ComputerNamePhysicalNetBIOS,
  ComputerNamePhysicalDnsHostname,
  ComputerNamePhysicalDnsDomain,
  ComputerNamePhysicalDnsFullyQualified
} COMPUTER_NAME_FORMAT;
// The machine has one name and no domain.
EXTERN_C BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT NameType, LPWSTR lpBuffer, LPDWORD nSize);

#define CreateEvent VSSLAB_AW(CreateEvent)
#define lstrcmpi VSSLAB_AW(lstrcmpi)
#define OpenEvent VSSLAB_AW(OpenEvent)
#define CreateMutex VSSLAB_AW(CreateMutex)
#define CreateSemaphore VSSLAB_AW(CreateSemaphore)
#define OutputDebugString VSSLAB_AW(OutputDebugString)
#define RegisterEventSource VSSLAB_AW(RegisterEventSource)
#define ReportEvent VSSLAB_AW(ReportEvent)
#define FormatMessage VSSLAB_AW(FormatMessage)
#define GetCommandLine VSSLAB_AW(GetCommandLine)
#define GetComputerName VSSLAB_AW(GetComputerName)
#define lstrcpy VSSLAB_AW(lstrcpy)
#define lstrlen VSSLAB_AW(lstrlen)
#define lstrcpyn VSSLAB_AW(lstrcpyn)
#define lstrcat VSSLAB_AW(lstrcat)
#define lstrcmp VSSLAB_AW(lstrcmp)
#define wsprintf VSSLAB_AW(wsprintf)
#define WriteConsole VSSLAB_AW(WriteConsole)
#define ReadConsole VSSLAB_AW(ReadConsole)
#define wvsprintf VSSLAB_AW(wvsprintf)
#define OpenMutex VSSLAB_AW(OpenMutex)
#define GetComputerNameEx VSSLAB_AW(GetComputerNameEx)

#endif
