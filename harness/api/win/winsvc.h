// Services (learn.microsoft.com, winsvc.h). A program that the lab starts as a service gets its
// ServiceMain called by StartServiceCtrlDispatcher, in a thread of its own, and
// SERVICE_CONTROL_STOP when the lab is done with it. In any other program
// StartServiceCtrlDispatcher fails with ERROR_FAILED_SERVICE_CONTROLLER_CONNECT, as on a console.
// The lab has no service control manager to open.
#ifndef VSSLAB_WIN_WINSVC_H
#define VSSLAB_WIN_WINSVC_H

#include <winbase.h>

typedef HANDLE SERVICE_STATUS_HANDLE;
typedef struct _SERVICE_STATUS {
  DWORD dwServiceType;
  DWORD dwCurrentState;
  DWORD dwControlsAccepted;
  DWORD dwWin32ExitCode;
  DWORD dwServiceSpecificExitCode;
  DWORD dwCheckPoint;
  DWORD dwWaitHint;
} SERVICE_STATUS, *LPSERVICE_STATUS;
typedef void(WINAPI* LPSERVICE_MAIN_FUNCTIONW)(DWORD dwNumServicesArgs,
                                               LPWSTR* lpServiceArgVectors);
typedef struct _SERVICE_TABLE_ENTRYW {
  LPWSTR lpServiceName;
  LPSERVICE_MAIN_FUNCTIONW lpServiceProc;
} SERVICE_TABLE_ENTRYW, *LPSERVICE_TABLE_ENTRYW;
typedef void(WINAPI* LPSERVICE_MAIN_FUNCTIONA)(DWORD dwNumServicesArgs, LPSTR* lpServiceArgVectors);
typedef struct _SERVICE_TABLE_ENTRYA {
  LPSTR lpServiceName;
  LPSERVICE_MAIN_FUNCTIONA lpServiceProc;
} SERVICE_TABLE_ENTRYA, *LPSERVICE_TABLE_ENTRYA;
#define SERVICE_TABLE_ENTRY VSSLAB_AW(SERVICE_TABLE_ENTRY)
#define LPSERVICE_TABLE_ENTRY VSSLAB_AW(LPSERVICE_TABLE_ENTRY)
#define LPSERVICE_MAIN_FUNCTION VSSLAB_AW(LPSERVICE_MAIN_FUNCTION)
typedef void(WINAPI* LPHANDLER_FUNCTION)(DWORD dwControl);
typedef DWORD(WINAPI* LPHANDLER_FUNCTION_EX)(DWORD dwControl, DWORD dwEventType, LPVOID lpEventData,
                                             LPVOID lpContext);
#define SERVICE_WIN32_OWN_PROCESS 0x10
#define SERVICE_WIN32_SHARE_PROCESS 0x20
#define SERVICE_STOPPED 1
#define SERVICE_START_PENDING 2
#define SERVICE_STOP_PENDING 3
#define SERVICE_RUNNING 4
#define SERVICE_CONTINUE_PENDING 5
#define SERVICE_PAUSE_PENDING 6
#define SERVICE_PAUSED 7
#define SERVICE_CONTROL_STOP 1
#define SERVICE_CONTROL_PAUSE 2
#define SERVICE_CONTROL_CONTINUE 3
#define SERVICE_CONTROL_INTERROGATE 4
#define SERVICE_CONTROL_SHUTDOWN 5
#define SERVICE_CONTROL_PRESHUTDOWN 15
#define SERVICE_ACCEPT_STOP 1
#define SERVICE_ACCEPT_PAUSE_CONTINUE 2
#define SERVICE_ACCEPT_SHUTDOWN 4

EXTERN_C BOOL StartServiceCtrlDispatcherW(const SERVICE_TABLE_ENTRYW* lpServiceStartTable);
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerW(LPCWSTR lpServiceName,
                                                           LPHANDLER_FUNCTION lpHandlerProc);
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExW(LPCWSTR lpServiceName,
                                                             LPHANDLER_FUNCTION_EX lpHandlerProc,
                                                             LPVOID lpContext);
EXTERN_C BOOL StartServiceCtrlDispatcherA(const SERVICE_TABLE_ENTRYA* lpServiceStartTable);
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerA(LPCSTR lpServiceName,
                                                           LPHANDLER_FUNCTION lpHandlerProc);
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExA(LPCSTR lpServiceName,
                                                             LPHANDLER_FUNCTION_EX lpHandlerProc,
                                                             LPVOID lpContext);
EXTERN_C BOOL SetServiceStatus(SERVICE_STATUS_HANDLE hServiceStatus,
                               LPSERVICE_STATUS lpServiceStatus);

// --- The service control manager: the services of the lab machine are those that its description
// names; none can be added (ERROR_ACCESS_DENIED) ---
#define SC_MANAGER_CONNECT 0x1
#define SC_MANAGER_CREATE_SERVICE 0x2
#define SC_MANAGER_ALL_ACCESS 0xF003F
#define SERVICE_QUERY_STATUS 0x4
#define SERVICE_START 0x10
#define SERVICE_STOP 0x20
#define SERVICE_ALL_ACCESS 0xF01FF
#define SERVICE_AUTO_START 2
#define SERVICE_DEMAND_START 3
#define SERVICE_ERROR_NORMAL 1
EXTERN_C SC_HANDLE OpenSCManagerW(LPCWSTR lpMachineName, LPCWSTR lpDatabaseName,
                                  DWORD dwDesiredAccess);
EXTERN_C SC_HANDLE OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName,
                                  DWORD dwDesiredAccess);
EXTERN_C SC_HANDLE OpenServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, DWORD dwDesiredAccess);
EXTERN_C SC_HANDLE OpenServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, DWORD dwDesiredAccess);
EXTERN_C SC_HANDLE CreateServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName,
                                  LPCWSTR lpDisplayName, DWORD dwDesiredAccess, DWORD dwServiceType,
                                  DWORD dwStartType, DWORD dwErrorControl, LPCWSTR lpBinaryPathName,
                                  LPCWSTR lpLoadOrderGroup, LPDWORD lpdwTagId,
                                  LPCWSTR lpDependencies, LPCWSTR lpServiceStartName,
                                  LPCWSTR lpPassword);
EXTERN_C BOOL StartServiceW(SC_HANDLE hService, DWORD dwNumServiceArgs,
                            LPCWSTR* lpServiceArgVectors);
EXTERN_C BOOL ControlService(SC_HANDLE hService, DWORD dwControl, LPSERVICE_STATUS lpServiceStatus);
EXTERN_C BOOL QueryServiceStatus(SC_HANDLE hService, LPSERVICE_STATUS lpServiceStatus);
EXTERN_C BOOL DeleteService(SC_HANDLE hService);
EXTERN_C BOOL CloseServiceHandle(SC_HANDLE hSCObject);
#define OpenSCManager VSSLAB_AW(OpenSCManager)
#define OpenService VSSLAB_AW(OpenService)
#define CreateService CreateServiceW
#define StartService StartServiceW

#define StartServiceCtrlDispatcher VSSLAB_AW(StartServiceCtrlDispatcher)
#define RegisterServiceCtrlHandler VSSLAB_AW(RegisterServiceCtrlHandler)
#define RegisterServiceCtrlHandlerEx VSSLAB_AW(RegisterServiceCtrlHandlerEx)

#endif
