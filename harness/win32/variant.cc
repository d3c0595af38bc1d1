// VARIANT: copies and changes of type.

#include <windows.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr HRESULT kOverflow = static_cast<HRESULT>(0x8002000A);  // DISP_E_OVERFLOW

// What a variant is worth as a number; nothing for what is none.
std::optional<long double> number_of(const VARIANT& from) {
  switch (from.vt) {
    case VT_EMPTY:
      return 0;
    case VT_I1:
      return from.cVal;
    case VT_UI1:
      return from.bVal;
    case VT_I2:
      return from.iVal;
    case VT_UI2:
      return from.uiVal;
    case VT_I4:
    case VT_INT:
    case VT_ERROR:
      return from.lVal;
    case VT_UI4:
    case VT_UINT:
      return from.ulVal;
    case VT_I8:
      return from.llVal;
    case VT_UI8:
      return from.ullVal;
    case VT_R4:
      return from.fltVal;
    case VT_R8:
      return from.dblVal;
    case VT_BOOL:
      return from.boolVal;
    case VT_BSTR: {
      const std::string text = to_utf8(from.bstrVal);
      if (_stricmp(text.c_str(), "true") == 0) return -1;
      if (_stricmp(text.c_str(), "false") == 0) return 0;
      char* end = nullptr;
      const long double value = std::strtold(text.c_str(), &end);
      if (text.empty() || *end != 0) return std::nullopt;
      return value;
    }
    default:
      return std::nullopt;
  }
}

template <class T>
HRESULT put(long double value, T& out) {
  const long double whole = std::nearbyint(value);
  if (!(whole >= static_cast<long double>(std::numeric_limits<T>::min()) &&
        whole <= static_cast<long double>(std::numeric_limits<T>::max()))) {
    return kOverflow;
  }
  out = static_cast<T>(whole);
  return S_OK;
}

std::wstring text_of(const VARIANT& from, USHORT flags) {
  if (from.vt == VT_BOOL) {
    if ((flags & VARIANT_ALPHABOOL) != 0) return from.boolVal != VARIANT_FALSE ? L"True" : L"False";
    return from.boolVal != VARIANT_FALSE ? L"-1" : L"0";
  }
  WCHAR buffer[64];
  switch (from.vt) {
    case VT_UI8:
      swprintf_s(buffer, L"%llu", from.ullVal);
      break;
    case VT_R4:
      swprintf_s(buffer, L"%.7g", static_cast<double>(from.fltVal));
      break;
    case VT_R8:
      swprintf_s(buffer, L"%.15g", from.dblVal);
      break;
    default:
      swprintf_s(buffer, L"%lld", static_cast<LONGLONG>(*number_of(from)));
  }
  return buffer;
}

HRESULT change(const VARIANT& from, USHORT flags, VARTYPE type, VARIANT& to) {
  const auto number = number_of(from);
  if (!number) return DISP_E_TYPEMISMATCH;
  switch (type) {
    case VT_I1:
      return put(*number, to.cVal);
    case VT_UI1:
      return put(*number, to.bVal);
    case VT_I2:
      return put(*number, to.iVal);
    case VT_UI2:
      return put(*number, to.uiVal);
    case VT_I4:
    case VT_INT:
      return put(*number, to.lVal);
    case VT_UI4:
    case VT_UINT:
      return put(*number, to.ulVal);
    case VT_I8:
      return put(*number, to.llVal);
    case VT_UI8:
      return put(*number, to.ullVal);
    case VT_R4:
      to.fltVal = static_cast<FLOAT>(*number);
      return S_OK;
    case VT_R8:
      to.dblVal = static_cast<DOUBLE>(*number);
      return S_OK;
    case VT_BOOL:
      to.boolVal = *number != 0 ? VARIANT_TRUE : VARIANT_FALSE;
      return S_OK;
    case VT_BSTR:
      if (from.vt == VT_EMPTY) {
        to.bstrVal = SysAllocString(L"");
      } else {
        to.bstrVal = SysAllocString(text_of(from, flags).c_str());
      }
      return to.bstrVal != nullptr ? S_OK : E_OUTOFMEMORY;
    default:
      return DISP_E_TYPEMISMATCH;
  }
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C void VariantInit(VARIANTARG* variant) { *variant = VARIANTARG{}; }

EXTERN_C HRESULT VariantClear(VARIANTARG* variant) {
  if (variant->vt == VT_BSTR) SysFreeString(variant->bstrVal);
  const bool object = variant->vt == VT_UNKNOWN || variant->vt == VT_DISPATCH;
  if (object && variant->punkVal != nullptr) variant->punkVal->Release();
  VariantInit(variant);
  return S_OK;
}

EXTERN_C HRESULT VariantCopy(VARIANTARG* to, const VARIANTARG* from) {
  if (to == from) return S_OK;
  VariantClear(to);
  *to = *from;
  const bool object = to->vt == VT_UNKNOWN || to->vt == VT_DISPATCH;
  if (object && to->punkVal != nullptr) to->punkVal->AddRef();
  if (to->vt == VT_BSTR && from->bstrVal != nullptr) {
    to->bstrVal = SysAllocStringByteLen(reinterpret_cast<LPCSTR>(from->bstrVal),
                                        SysStringByteLen(from->bstrVal));
    if (to->bstrVal == nullptr) {
      VariantInit(to);
      return E_OUTOFMEMORY;
    }
  }
  return S_OK;
}

EXTERN_C HRESULT VariantChangeType(VARIANTARG* to, const VARIANTARG* from, USHORT flags,
                                   VARTYPE type) {
  if (to == nullptr || from == nullptr) return E_INVALIDARG;
  VARIANT made{};
  if (from->vt == type) {
    if (to == from) return S_OK;
    return VariantCopy(to, from);
  }
  const HRESULT hr = change(*from, flags, type, made);
  if (FAILED(hr)) return hr;
  made.vt = type;
  VariantClear(to);
  *to = made;
  return S_OK;
}
