// BSTR and VARIANT (learn.microsoft.com, oleauto.h, oaidl.h, wtypes.h). A BSTR is preceded by its
// length in bytes, 4 bytes wide; a character has sizeof(WCHAR) bytes.
#ifndef VSSLAB_WIN_OLEAUTO_H
#define VSSLAB_WIN_OLEAUTO_H

#include <unknwn.h>

typedef WCHAR OLECHAR, *LPOLESTR, *BSTR, **LPBSTR;
typedef const OLECHAR* LPCOLESTR;
#define OLESTR(text) L##text

EXTERN_C BSTR SysAllocString(const OLECHAR* psz);
EXTERN_C BSTR SysAllocStringLen(const OLECHAR* strIn, UINT ui);
EXTERN_C BSTR SysAllocStringByteLen(LPCSTR psz, UINT len);
EXTERN_C INT SysReAllocString(BSTR* pbstr, const OLECHAR* psz);
EXTERN_C INT SysReAllocStringLen(BSTR* pbstr, const OLECHAR* psz, UINT len);
EXTERN_C void SysFreeString(BSTR bstrString);
EXTERN_C UINT SysStringLen(BSTR pbstr);
EXTERN_C UINT SysStringByteLen(BSTR bstr);

typedef SHORT VARIANT_BOOL;
#define VARIANT_TRUE ((VARIANT_BOOL)-1)
#define VARIANT_FALSE ((VARIANT_BOOL)0)

typedef USHORT VARTYPE;
enum VARENUM {
  VT_EMPTY = 0,
  VT_NULL = 1,
  VT_I2 = 2,
  VT_I4 = 3,
  VT_R4 = 4,
  VT_R8 = 5,
  VT_DATE = 7,
  VT_BSTR = 8,
  VT_DISPATCH = 9,
  VT_ERROR = 10,
  VT_BOOL = 11,
  VT_VARIANT = 12,
  VT_UNKNOWN = 13,
  VT_I1 = 16,
  VT_UI1 = 17,
  VT_UI2 = 18,
  VT_UI4 = 19,
  VT_I8 = 20,
  VT_UI8 = 21,
  VT_INT = 22,
  VT_UINT = 23,
  VT_HRESULT = 25,
  VT_LPWSTR = 31,
  VT_FILETIME = 64,
  VT_CLSID = 72,
  VT_ARRAY = 0x2000,
  VT_BYREF = 0x4000
};

class IDispatch;

typedef struct tagVARIANT {
  VARTYPE vt;
  WORD wReserved1;
  WORD wReserved2;
  WORD wReserved3;
  union {
    LONGLONG llVal;
    ULONGLONG ullVal;
    LONG lVal;
    ULONG ulVal;
    SHORT iVal;
    USHORT uiVal;
    BYTE bVal;
    CHAR cVal;
    INT intVal;
    UINT uintVal;
    FLOAT fltVal;
    DOUBLE dblVal;
    DATE date;
    VARIANT_BOOL boolVal;
    HRESULT scode;
    BSTR bstrVal;
    IUnknown* punkVal;
    IDispatch* pdispVal;
    PVOID byref;
    struct {
      PVOID pvRecord;
      IUnknown* pRecInfo;
    } record;
  };
} VARIANT, *LPVARIANT, VARIANTARG;
static_assert(sizeof(VARIANT) == 24, "as on 64-bit Windows");
#define V_VT(variant) ((variant)->vt)
#define V_BSTR(variant) ((variant)->bstrVal)
#define V_I4(variant) ((variant)->lVal)
#define V_UI4(variant) ((variant)->ulVal)
#define V_I8(variant) ((variant)->llVal)
#define V_BOOL(variant) ((variant)->boolVal)
#define V_UNKNOWN(variant) ((variant)->punkVal)
#define V_DISPATCH(variant) ((variant)->pdispVal)

EXTERN_C void VariantInit(VARIANTARG* pvarg);
EXTERN_C HRESULT VariantClear(VARIANTARG* pvarg);
EXTERN_C HRESULT VariantCopy(VARIANTARG* pvargDest, const VARIANTARG* pvargSrc);
#define VARIANT_ALPHABOOL 0x2
// Between the integers, the floating-point numbers, VT_BOOL and VT_BSTR; else DISP_E_TYPEMISMATCH.
EXTERN_C HRESULT VariantChangeType(VARIANTARG* pvargDest, const VARIANTARG* pvarSrc, USHORT wFlags,
                                   VARTYPE vt);

// --- Automation: what ATL and comdef.h name ---
typedef LONG DISPID;
typedef struct tagDISPPARAMS {
  VARIANTARG* rgvarg;
  DISPID* rgdispidNamedArgs;
  UINT cArgs;
  UINT cNamedArgs;
} DISPPARAMS;
struct tagEXCEPINFO;
typedef struct tagEXCEPINFO EXCEPINFO;
class ITypeInfo;

class IDispatch : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* pctinfo) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT iTInfo, LCID lcid, ITypeInfo** ppTInfo) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID riid, LPOLESTR* rgszNames, UINT cNames,
                                                  LCID lcid, DISPID* rgDispId) = 0;
  virtual HRESULT STDMETHODCALLTYPE Invoke(DISPID dispIdMember, REFIID riid, LCID lcid, WORD wFlags,
                                           DISPPARAMS* pDispParams, VARIANT* pVarResult,
                                           EXCEPINFO* pExcepInfo, UINT* puArgErr) = 0;
};
VSSLAB_GUID(IID_IDispatch, 0x20400, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)
VSSLAB_ATTACH_UUID(IDispatch, 0x20400, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46)

class IErrorInfo : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetGUID(GUID* pGUID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSource(BSTR* pBstrSource) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetDescription(BSTR* pBstrDescription) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetHelpFile(BSTR* pBstrHelpFile) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetHelpContext(DWORD* pdwHelpContext) = 0;
};
VSSLAB_GUID(IID_IErrorInfo, 0x1cf2b120, 0x547d, 0x101b, 0x8e, 0x65, 0x08, 0x00, 0x2b, 0x2b, 0xd1,
            0x19)
VSSLAB_ATTACH_UUID(IErrorInfo, 0x1cf2b120, 0x547d, 0x101b, 0x8e, 0x65, 0x08, 0x00, 0x2b, 0x2b, 0xd1,
                   0x19)

class ISupportErrorInfo : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE InterfaceSupportsErrorInfo(REFIID riid) = 0;
};
VSSLAB_GUID(IID_ISupportErrorInfo, 0xdf0b3d60, 0x548f, 0x101b, 0x8e, 0x65, 0x08, 0x00, 0x2b, 0x2b,
            0xd1, 0x19)
VSSLAB_ATTACH_UUID(ISupportErrorInfo, 0xdf0b3d60, 0x548f, 0x101b, 0x8e, 0x65, 0x08, 0x00, 0x2b,
                   0x2b, 0xd1, 0x19)

// No interface of the lab hands over an error object: S_FALSE.
inline HRESULT GetErrorInfo(ULONG, IErrorInfo** error) {
  if (error == NULL) return E_INVALIDARG;
  *error = NULL;
  return S_FALSE;
}
inline HRESULT SetErrorInfo(ULONG, IErrorInfo*) { return S_OK; }

#endif
