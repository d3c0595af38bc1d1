// CComPtr, CComQIPtr, CComBSTR, CComVariant (learn.microsoft.com, "CComPtr Class" and its like).
#ifndef VSSLAB_WIN_ATLCOMCLI_H
#define VSSLAB_WIN_ATLCOMCLI_H

#include <cassert>
#include <cstdlib>

#include <windows.h>

#ifndef ATLASSERT
#define ATLASSERT(condition) assert(condition)
#endif
#ifndef _ASSERTE
#define _ASSERTE(condition) ATLASSERT(condition)
#endif
#define ATL_NO_VTABLE

namespace ATL {

[[noreturn]] inline void AtlThrow(HRESULT hr) { throw hr; }

template <class T>
class CComPtrBase {
 public:
  ~CComPtrBase() {
    if (p != NULL) p->Release();
  }
  operator T*() const { return p; }
  T& operator*() const {
    ATLASSERT(p != NULL);
    return *p;
  }
  // The pointer has to be empty: what it held would be lost.
  T** operator&() {
    ATLASSERT(p == NULL);
    return &p;
  }
  T* operator->() const {
    ATLASSERT(p != NULL);
    return p;
  }
  bool operator!() const { return p == NULL; }
  bool operator<(T* other) const { return p < other; }
  bool operator==(T* other) const { return p == other; }
  bool operator!=(T* other) const { return p != other; }

  void Release() {
    T* held = p;
    p = NULL;
    if (held != NULL) held->Release();
  }
  bool IsEqualObject(IUnknown* other) const {
    if (p == NULL || other == NULL) return p == NULL && other == NULL;
    IUnknown* mine = NULL;
    IUnknown* theirs = NULL;
    p->QueryInterface(__uuidof(IUnknown), reinterpret_cast<void**>(&mine));
    other->QueryInterface(__uuidof(IUnknown), reinterpret_cast<void**>(&theirs));
    const bool same = mine == theirs;
    if (mine != NULL) mine->Release();
    if (theirs != NULL) theirs->Release();
    return same;
  }
  void Attach(T* other) {
    if (p != NULL) p->Release();
    p = other;
  }
  T* Detach() {
    T* held = p;
    p = NULL;
    return held;
  }
  HRESULT CopyTo(T** other) const {
    if (other == NULL) return E_POINTER;
    *other = p;
    if (p != NULL) p->AddRef();
    return S_OK;
  }
  HRESULT CoCreateInstance(REFCLSID clsid, IUnknown* outer = NULL, DWORD context = CLSCTX_ALL) {
    ATLASSERT(p == NULL);
    return ::CoCreateInstance(clsid, outer, context, __uuidof(T), reinterpret_cast<void**>(&p));
  }
  template <class Q>
  HRESULT QueryInterface(Q** other) const {
    ATLASSERT(other != NULL);
    return p->QueryInterface(__uuidof(Q), reinterpret_cast<void**>(other));
  }

  T* p;

 protected:
  CComPtrBase() : p(NULL) {}
  explicit CComPtrBase(T* other) : p(other) {
    if (p != NULL) p->AddRef();
  }
  void Assign(T* other) {
    if (other != NULL) other->AddRef();
    Attach(other);
  }
};

template <class T>
class CComPtr : public CComPtrBase<T> {
 public:
  CComPtr() {}
  CComPtr(T* other) : CComPtrBase<T>(other) {}
  CComPtr(const CComPtr& other) : CComPtrBase<T>(other.p) {}
  CComPtr(CComPtr&& other) { this->p = other.Detach(); }
  T* operator=(T* other) {
    this->Assign(other);
    return this->p;
  }
  CComPtr& operator=(const CComPtr& other) {
    this->Assign(other.p);
    return *this;
  }
  CComPtr& operator=(CComPtr&& other) {
    T* taken = other.Detach();
    this->Attach(taken);
    return *this;
  }
};

template <class T, const IID* piid = nullptr>
class CComQIPtr : public CComPtr<T> {
 public:
  CComQIPtr() {}
  CComQIPtr(T* other) : CComPtr<T>(other) {}
  CComQIPtr(const CComQIPtr& other) : CComPtr<T>(other.p) {}
  CComQIPtr(IUnknown* other) { Ask(other); }
  template <class Q>
  CComQIPtr(const CComPtrBase<Q>& other) {
    Ask(other.p);
  }
  T* operator=(T* other) {
    this->Assign(other);
    return this->p;
  }
  CComQIPtr& operator=(const CComQIPtr& other) {
    this->Assign(other.p);
    return *this;
  }
  T* operator=(IUnknown* other) {
    this->Release();
    Ask(other);
    return this->p;
  }

 private:
  void Ask(IUnknown* other) {
    if (other == NULL) return;
    const IID* iid = piid;
    if (iid == NULL) iid = &__uuidof(T);
    if (FAILED(other->QueryInterface(*iid, reinterpret_cast<void**>(&this->p)))) this->p = NULL;
  }
};
// Every interface is an IUnknown already.
template <>
class CComQIPtr<IUnknown, nullptr> : public CComPtr<IUnknown> {
 public:
  CComQIPtr() {}
  CComQIPtr(IUnknown* other) {
    if (other != NULL) other->QueryInterface(&this->p);
  }
};

class CComBSTR {
 public:
  CComBSTR() : m_str(NULL) {}
  CComBSTR(LPCOLESTR text) : m_str(NULL) { Set(::SysAllocString(text), text != NULL); }
  CComBSTR(LPCSTR text) : m_str(NULL) {
    if (text == NULL) return;
    const int size = ::MultiByteToWideChar(CP_ACP, 0, text, -1, NULL, 0);
    Set(::SysAllocStringLen(NULL, static_cast<UINT>(size > 0 ? size - 1 : 0)), true);
    ::MultiByteToWideChar(CP_ACP, 0, text, -1, m_str, size);
  }
  CComBSTR(int length) : m_str(NULL) {
    if (length != 0) Set(::SysAllocStringLen(NULL, static_cast<UINT>(length)), true);
  }
  CComBSTR(int length, LPCOLESTR text) : m_str(NULL) {
    if (length != 0) Set(::SysAllocStringLen(text, static_cast<UINT>(length)), true);
  }
  CComBSTR(REFGUID guid) : m_str(NULL) {
    OLECHAR text[64];
    ::StringFromGUID2(guid, text, 64);
    Set(::SysAllocString(text), true);
  }
  CComBSTR(const CComBSTR& other) : m_str(NULL) { Set(other.Copy(), other.m_str != NULL); }
  CComBSTR(CComBSTR&& other) : m_str(other.m_str) { other.m_str = NULL; }
  ~CComBSTR() { ::SysFreeString(m_str); }

  CComBSTR& operator=(const CComBSTR& other) {
    if (m_str != other.m_str) Attach(other.Copy());
    return *this;
  }
  CComBSTR& operator=(CComBSTR&& other) {
    if (m_str != other.m_str) Attach(other.Detach());
    return *this;
  }
  CComBSTR& operator=(LPCOLESTR text) {
    if (text != m_str) Attach(::SysAllocString(text));
    return *this;
  }

  operator BSTR() const { return m_str; }
  BSTR* operator&() { return &m_str; }
  bool operator!() const { return m_str == NULL; }
  unsigned int Length() const { return ::SysStringLen(m_str); }
  unsigned int ByteLength() const { return ::SysStringByteLen(m_str); }
  BSTR Copy() const { return m_str == NULL ? NULL : ::SysAllocStringLen(m_str, Length()); }
  HRESULT CopyTo(BSTR* other) const {
    if (other == NULL) return E_POINTER;
    *other = Copy();
    return *other == NULL && m_str != NULL ? E_OUTOFMEMORY : S_OK;
  }
  void Attach(BSTR other) {
    if (m_str != other) {
      ::SysFreeString(m_str);
      m_str = other;
    }
  }
  BSTR Detach() {
    BSTR held = m_str;
    m_str = NULL;
    return held;
  }
  void Empty() { Attach(NULL); }
  HRESULT AssignBSTR(const BSTR other) {
    Attach(other == NULL ? NULL : ::SysAllocStringLen(other, ::SysStringLen(other)));
    return S_OK;
  }
  HRESULT Append(LPCOLESTR text, int length) {
    if (text == NULL || length < 0) return length == 0 ? S_OK : E_INVALIDARG;
    const unsigned int before = Length();
    BSTR joined = ::SysAllocStringLen(NULL, before + static_cast<unsigned int>(length));
    if (joined == NULL) return E_OUTOFMEMORY;
    if (before != 0) ::wmemcpy(joined, m_str, before);
    ::wmemcpy(joined + before, text, static_cast<size_t>(length));
    Attach(joined);
    return S_OK;
  }
  HRESULT Append(LPCOLESTR text) {
    return text == NULL ? S_OK : Append(text, static_cast<int>(::wcslen(text)));
  }
  HRESULT Append(const CComBSTR& other) {
    return Append(other.m_str, static_cast<int>(other.Length()));
  }
  HRESULT Append(WCHAR character) { return Append(&character, 1); }
  HRESULT AppendBSTR(BSTR other) { return Append(other, static_cast<int>(::SysStringLen(other))); }
  CComBSTR& operator+=(LPCOLESTR text) {
    if (FAILED(Append(text))) AtlThrow(E_OUTOFMEMORY);
    return *this;
  }
  CComBSTR& operator+=(const CComBSTR& other) {
    if (FAILED(Append(other))) AtlThrow(E_OUTOFMEMORY);
    return *this;
  }
  bool operator==(LPCOLESTR text) const { return Compare(text) == 0; }
  bool operator!=(LPCOLESTR text) const { return Compare(text) != 0; }
  bool operator==(const CComBSTR& other) const { return Compare(other.m_str) == 0; }
  bool operator!=(const CComBSTR& other) const { return Compare(other.m_str) != 0; }
  bool operator<(const CComBSTR& other) const { return Compare(other.m_str) < 0; }
  HRESULT ToLower() {
    if (m_str != NULL) _wcslwr(m_str);
    return S_OK;
  }
  HRESULT ToUpper() {
    if (m_str != NULL) _wcsupr(m_str);
    return S_OK;
  }

  BSTR m_str;

 private:
  void Set(BSTR made, bool wanted) {
    m_str = made;
    if (made == NULL && wanted) AtlThrow(E_OUTOFMEMORY);
  }
  int Compare(LPCOLESTR text) const {
    return ::wcscmp(m_str != NULL ? m_str : L"", text != NULL ? text : L"");
  }
};

class CComVariant : public tagVARIANT {
 public:
  CComVariant() { ::VariantInit(this); }
  CComVariant(const VARIANT& other) {
    ::VariantInit(this);
    ::VariantCopy(this, &other);
  }
  CComVariant(const CComVariant& other) : CComVariant(static_cast<const VARIANT&>(other)) {}
  CComVariant(LPCOLESTR text) {
    ::VariantInit(this);
    vt = VT_BSTR;
    bstrVal = ::SysAllocString(text);
  }
  CComVariant(bool value) {
    ::VariantInit(this);
    vt = VT_BOOL;
    boolVal = value ? VARIANT_TRUE : VARIANT_FALSE;
  }
  CComVariant(int value) {
    ::VariantInit(this);
    vt = VT_I4;
    lVal = value;
  }
  CComVariant(IUnknown* value) {
    ::VariantInit(this);
    vt = VT_UNKNOWN;
    punkVal = value;
    if (value != NULL) value->AddRef();
  }
  ~CComVariant() { ::VariantClear(this); }
  CComVariant& operator=(const VARIANT& other) {
    ::VariantCopy(this, &other);
    return *this;
  }
  CComVariant& operator=(const CComVariant& other) {
    return *this = static_cast<const VARIANT&>(other);
  }
  HRESULT Clear() { return ::VariantClear(this); }
};

// Frees with CoTaskMemFree.
template <class T>
class CComHeapPtr {
 public:
  CComHeapPtr() : m_pData(NULL) {}
  explicit CComHeapPtr(T* data) : m_pData(data) {}
  ~CComHeapPtr() { Free(); }
  CComHeapPtr(const CComHeapPtr&) = delete;
  CComHeapPtr& operator=(const CComHeapPtr&) = delete;
  operator T*() const { return m_pData; }
  T* operator->() const { return m_pData; }
  T** operator&() { return &m_pData; }
  bool Allocate(size_t count = 1) {
    Free();
    m_pData = static_cast<T*>(::CoTaskMemAlloc(count * sizeof(T)));
    return m_pData != NULL;
  }
  void Free() {
    ::CoTaskMemFree(m_pData);
    m_pData = NULL;
  }
  void Attach(T* data) {
    Free();
    m_pData = data;
  }
  T* Detach() {
    T* held = m_pData;
    m_pData = NULL;
    return held;
  }
  T* m_pData;
};

// Closes with CloseHandle.
class CHandle {
 public:
  CHandle() : m_h(NULL) {}
  explicit CHandle(HANDLE handle) : m_h(handle) {}
  ~CHandle() { Close(); }
  CHandle(const CHandle&) = delete;
  CHandle& operator=(const CHandle&) = delete;
  operator HANDLE() const { return m_h; }
  void Attach(HANDLE handle) {
    Close();
    m_h = handle;
  }
  HANDLE Detach() {
    HANDLE held = m_h;
    m_h = NULL;
    return held;
  }
  void Close() {
    if (m_h != NULL) ::CloseHandle(m_h);
    m_h = NULL;
  }
  HANDLE m_h;
};

}  // namespace ATL

#ifndef _ATL_NO_AUTOMATIC_NAMESPACE
using namespace ATL;
#endif

#endif
