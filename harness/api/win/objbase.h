// COM initialisation, security, memory and GUID text (learn.microsoft.com, combaseapi.h,
// objbase.h).
#ifndef VSSLAB_WIN_OBJBASE_H
#define VSSLAB_WIN_OBJBASE_H

#include <oleauto.h>
#include <winsec.h>

typedef enum tagCOINIT {
  COINIT_MULTITHREADED = 0x0,
  COINIT_APARTMENTTHREADED = 0x2,
  COINIT_DISABLE_OLE1DDE = 0x4,
  COINIT_SPEED_OVER_MEMORY = 0x8
} COINIT;

typedef enum tagEOLE_AUTHENTICATION_CAPABILITIES {
  EOAC_NONE = 0,
  EOAC_MUTUAL_AUTH = 0x1,
  EOAC_SECURE_REFS = 0x2,
  EOAC_ACCESS_CONTROL = 0x4,
  EOAC_APPID = 0x8,
  EOAC_DYNAMIC = 0x10,
  EOAC_STATIC_CLOAKING = 0x20,
  EOAC_DYNAMIC_CLOAKING = 0x40,
  EOAC_ANY_AUTHORITY = 0x80,
  EOAC_MAKE_FULLSIC = 0x100,
  EOAC_REQUIRE_FULLSIC = 0x200,
  EOAC_AUTO_IMPERSONATE = 0x400,
  EOAC_DEFAULT = 0x800,
  EOAC_DISABLE_AAA = 0x1000,
  EOAC_NO_CUSTOM_MARSHAL = 0x2000
} EOLE_AUTHENTICATION_CAPABILITIES;

#define RPC_C_AUTHN_LEVEL_DEFAULT 0
#define RPC_C_AUTHN_LEVEL_NONE 1
#define RPC_C_AUTHN_LEVEL_CONNECT 2
#define RPC_C_AUTHN_LEVEL_CALL 3
#define RPC_C_AUTHN_LEVEL_PKT 4
#define RPC_C_AUTHN_LEVEL_PKT_INTEGRITY 5
#define RPC_C_AUTHN_LEVEL_PKT_PRIVACY 6
#define RPC_C_IMP_LEVEL_DEFAULT 0
#define RPC_C_IMP_LEVEL_ANONYMOUS 1
#define RPC_C_IMP_LEVEL_IDENTIFY 2
#define RPC_C_IMP_LEVEL_IMPERSONATE 3
#define RPC_C_IMP_LEVEL_DELEGATE 4

typedef struct tagSOLE_AUTHENTICATION_SERVICE {
  DWORD dwAuthnSvc;
  DWORD dwAuthzSvc;
  OLECHAR* pPrincipalName;
  HRESULT hr;
} SOLE_AUTHENTICATION_SERVICE;

typedef enum tagCLSCTX {
  CLSCTX_INPROC_SERVER = 0x1,
  CLSCTX_INPROC_HANDLER = 0x2,
  CLSCTX_LOCAL_SERVER = 0x4,
  CLSCTX_REMOTE_SERVER = 0x10
} CLSCTX;
#define CLSCTX_ALL \
  (CLSCTX_INPROC_SERVER | CLSCTX_INPROC_HANDLER | CLSCTX_LOCAL_SERVER | CLSCTX_REMOTE_SERVER)
#define CLSCTX_SERVER (CLSCTX_INPROC_SERVER | CLSCTX_LOCAL_SERVER | CLSCTX_REMOTE_SERVER)

EXTERN_C HRESULT CoInitialize(LPVOID pvReserved);
EXTERN_C HRESULT CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit);
EXTERN_C void CoUninitialize();
EXTERN_C HRESULT CoInitializeSecurity(PSECURITY_DESCRIPTOR pSecDesc, LONG cAuthSvc,
                                      SOLE_AUTHENTICATION_SERVICE* asAuthSvc, void* pReserved1,
                                      DWORD dwAuthnLevel, DWORD dwImpLevel, void* pAuthList,
                                      DWORD dwCapabilities, void* pReserved3);
EXTERN_C LPVOID CoTaskMemAlloc(SIZE_T cb);
EXTERN_C LPVOID CoTaskMemRealloc(LPVOID pv, SIZE_T cb);
EXTERN_C void CoTaskMemFree(LPVOID pv);
EXTERN_C HRESULT CoCreateGuid(GUID* pguid);
EXTERN_C HRESULT CoCreateInstance(REFCLSID rclsid, IUnknown* pUnkOuter, DWORD dwClsContext,
                                  REFIID riid, LPVOID* ppv);
EXTERN_C void CoFreeUnusedLibraries();
EXTERN_C HRESULT CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID pvReserved,
                                  REFIID riid, LPVOID* ppv);
// What the process offers of its own; CoCreateInstance of the same process finds it.
#define REGCLS_SINGLEUSE 0
#define REGCLS_MULTIPLEUSE 1
#define REGCLS_SUSPENDED 4
EXTERN_C HRESULT CoRegisterClassObject(REFCLSID rclsid, IUnknown* pUnk, DWORD dwClsContext,
                                       DWORD flags, LPDWORD lpdwRegister);
EXTERN_C HRESULT CoRevokeClassObject(DWORD dwRegister);
EXTERN_C HRESULT CoResumeClassObjects();
// Calls in the lab cross no security boundary: nothing to set.
#define RPC_C_AUTHN_WINNT 10
#define RPC_C_AUTHN_DEFAULT 0xFFFFFFFF
#define RPC_C_AUTHZ_NONE 0
#define RPC_C_AUTHZ_DEFAULT 0xFFFFFFFF
#define COLE_DEFAULT_PRINCIPAL ((OLECHAR*)(INT_PTR)-1)
inline HRESULT CoSetProxyBlanket(IUnknown* proxy, DWORD, DWORD, OLECHAR*, DWORD, DWORD, void*,
                                 DWORD) {
  return proxy == NULL ? E_INVALIDARG : S_OK;
}

EXTERN_C int StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, int cchMax);
EXTERN_C HRESULT StringFromCLSID(REFCLSID rclsid, LPOLESTR* lplpsz);
EXTERN_C HRESULT StringFromIID(REFIID rclsid, LPOLESTR* lplpsz);
EXTERN_C HRESULT CLSIDFromString(LPCOLESTR lpsz, CLSID* pclsid);
EXTERN_C HRESULT IIDFromString(LPCOLESTR lpsz, IID* lpiid);

typedef LONG RPC_STATUS;
#define RPC_S_OK 0L
#define RPC_S_INVALID_STRING_UUID 1705L
typedef WCHAR* RPC_WSTR;
typedef unsigned char* RPC_CSTR;
EXTERN_C RPC_STATUS UuidFromStringA(RPC_CSTR StringUuid, UUID* Uuid);
EXTERN_C RPC_STATUS UuidToStringA(const UUID* Uuid, RPC_CSTR* StringUuid);
EXTERN_C RPC_STATUS RpcStringFreeA(RPC_CSTR* String);
EXTERN_C RPC_STATUS UuidCreate(UUID* Uuid);
EXTERN_C RPC_STATUS UuidFromStringW(RPC_WSTR StringUuid, UUID* Uuid);
EXTERN_C RPC_STATUS UuidToStringW(const UUID* Uuid, RPC_WSTR* StringUuid);
EXTERN_C RPC_STATUS RpcStringFreeW(RPC_WSTR* String);
#define UuidFromString VSSLAB_AW(UuidFromString)
#define UuidToString VSSLAB_AW(UuidToString)
#define RpcStringFree VSSLAB_AW(RpcStringFree)

#endif
