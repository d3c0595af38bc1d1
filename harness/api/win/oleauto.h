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
  VT_ERROR = 10,
  VT_BOOL = 11,
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

EXTERN_C void VariantInit(VARIANTARG* pvarg);
EXTERN_C HRESULT VariantClear(VARIANTARG* pvarg);
EXTERN_C HRESULT VariantCopy(VARIANTARG* pvargDest, const VARIANTARG* pvargSrc);

#endif
