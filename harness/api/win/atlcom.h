// The part of ATL with which providers are written as COM classes (learn.microsoft.com,
// "Fundamentals of ATL COM Objects"): CComObjectRootEx, CComObject, CComEnum, CComCoClass,
// interface maps, object maps, CAtlDllModuleT. Registration writes nothing: the lab loads a class
// from its library.
#ifndef VSSLAB_WIN_ATLCOM_H
#define VSSLAB_WIN_ATLCOM_H

#include <vector>

#include <atlbase.h>

namespace ATL {

class CComSingleThreadModel {
 public:
  static ULONG Increment(LPLONG counter) { return static_cast<ULONG>(++*counter); }
  static ULONG Decrement(LPLONG counter) { return static_cast<ULONG>(--*counter); }
  class CriticalSection {
   public:
    void Lock() {}
    void Unlock() {}
  };
};
class CComMultiThreadModel {
 public:
  static ULONG Increment(LPLONG counter) {
    return static_cast<ULONG>(::InterlockedIncrement(counter));
  }
  static ULONG Decrement(LPLONG counter) {
    return static_cast<ULONG>(::InterlockedDecrement(counter));
  }
  class CriticalSection {
   public:
    CriticalSection() { ::InitializeCriticalSection(&section_); }
    ~CriticalSection() { ::DeleteCriticalSection(&section_); }
    CriticalSection(const CriticalSection&) = delete;
    CriticalSection& operator=(const CriticalSection&) = delete;
    void Lock() { ::EnterCriticalSection(&section_); }
    void Unlock() { ::LeaveCriticalSection(&section_); }

   private:
    CRITICAL_SECTION section_;
  };
};
#if defined(_ATL_SINGLE_THREADED) || defined(_ATL_APARTMENT_THREADED)
typedef CComSingleThreadModel CComObjectThreadModel;
#else
typedef CComMultiThreadModel CComObjectThreadModel;
#endif

class CAtlModule;
// The one module of a library or program; null before it is made.
inline CAtlModule*& AtlModule() {
  static CAtlModule* module = NULL;
  return module;
}

class CAtlModule {
 public:
  CAtlModule() { AtlModule() = this; }
  virtual ~CAtlModule() {
    if (AtlModule() == this) AtlModule() = NULL;
  }
  LONG Lock() { return ::InterlockedIncrement(&locks_); }
  LONG Unlock() { return ::InterlockedDecrement(&locks_); }
  LONG GetLockCount() const { return locks_; }

 private:
  LONG locks_ = 0;
};
#define _pAtlModule (::ATL::AtlModule())

// One line of an interface map: where the interface lies in the object.
struct _ATL_INTMAP_ENTRY {
  const IID* piid;
  IUnknown* (*at)(void* object);
};

template <class ThreadModel>
class CComObjectRootEx {
 public:
  typedef ThreadModel _ThreadModel;
  CComObjectRootEx() {}
  CComObjectRootEx(const CComObjectRootEx&) = delete;
  CComObjectRootEx& operator=(const CComObjectRootEx&) = delete;

  HRESULT FinalConstruct() { return S_OK; }
  void FinalRelease() {}
  void SetVoid(void*) {}
  void InternalFinalConstructAddRef() {}
  void InternalFinalConstructRelease() {}
  ULONG InternalAddRef() { return ThreadModel::Increment(&m_dwRef); }
  ULONG InternalRelease() { return ThreadModel::Decrement(&m_dwRef); }
  void Lock() { section_.Lock(); }
  void Unlock() { section_.Unlock(); }

  static HRESULT InternalQueryInterface(void* object, const _ATL_INTMAP_ENTRY* entries, REFIID iid,
                                        void** out) {
    if (out == NULL) return E_POINTER;
    *out = NULL;
    for (const _ATL_INTMAP_ENTRY* entry = entries; entry->piid != NULL; ++entry) {
      // The first line is the object's identity.
      if (!::IsEqualGUID(iid, *entry->piid) &&
          !(entry == entries && ::IsEqualGUID(iid, IID_IUnknown))) {
        continue;
      }
      IUnknown* found = entry->at(object);
      found->AddRef();
      *out = found;
      return S_OK;
    }
    return E_NOINTERFACE;
  }

  LONG m_dwRef = 0;

 private:
  typename ThreadModel::CriticalSection section_;
};
typedef CComObjectRootEx<CComObjectThreadModel> CComObjectRoot;

#define BEGIN_COM_MAP(x)                                                \
 public:                                                                \
  typedef x _ComMapClass;                                               \
  IUnknown* _GetRawUnknown() { return _GetEntries()->at(this); }        \
  IUnknown* GetUnknown() { return _GetRawUnknown(); }                   \
  HRESULT _InternalQueryInterface(REFIID iid, void** out) {             \
    return this->InternalQueryInterface(this, _GetEntries(), iid, out); \
  }                                                                     \
  static const ::ATL::_ATL_INTMAP_ENTRY* _GetEntries() {                \
    static const ::ATL::_ATL_INTMAP_ENTRY entries[] = {
#define VSSLAB_COM_ENTRY(iid, x)                                                              \
  {&iid, [](void* object) -> IUnknown* {                                                      \
     return reinterpret_cast<IUnknown*>(static_cast<x*>(static_cast<_ComMapClass*>(object))); \
   }},
#define COM_INTERFACE_ENTRY(x) VSSLAB_COM_ENTRY(__uuidof(x), x)
#define COM_INTERFACE_ENTRY_IID(iid, x) VSSLAB_COM_ENTRY(iid, x)
#define COM_INTERFACE_ENTRY2(x, x2)                                              \
  {&__uuidof(x), [](void* object) -> IUnknown* {                                 \
     return reinterpret_cast<IUnknown*>(                                         \
         static_cast<x*>(static_cast<x2*>(static_cast<_ComMapClass*>(object)))); \
   }},
#define END_COM_MAP()                             \
  { NULL, NULL }                                  \
  }                                               \
  ;                                               \
  return entries;                                 \
  }                                               \
  ULONG STDMETHODCALLTYPE AddRef() override = 0;  \
  ULONG STDMETHODCALLTYPE Release() override = 0; \
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID, void**) override = 0;

// The whole object: a class with an interface map, its references and its end.
template <class Base>
class CComObject final : public Base {
 public:
  typedef Base _BaseClass;
  CComObject(void* = NULL) {
    if (AtlModule() != NULL) AtlModule()->Lock();
  }
  virtual ~CComObject() {
    this->m_dwRef = -(LONG{1} << 30);  // so that a late Release deletes nothing again
    this->FinalRelease();
    if (AtlModule() != NULL) AtlModule()->Unlock();
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return this->InternalAddRef(); }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = this->InternalRelease();
    if (left == 0) delete this;
    return left;
  }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    return this->_InternalQueryInterface(iid, out);
  }
  template <class Q>
  HRESULT QueryInterface(Q** out) {
    return QueryInterface(__uuidof(Q), reinterpret_cast<void**>(out));
  }

  // Without a reference: the caller takes the first.
  static HRESULT CreateInstance(CComObject<Base>** out) {
    if (out == NULL) return E_POINTER;
    *out = new CComObject<Base>();
    (*out)->InternalAddRef();  // held while it is constructed
    const HRESULT hr = (*out)->FinalConstruct();
    (*out)->InternalRelease();
    if (FAILED(hr)) {
      delete *out;
      *out = NULL;
    }
    return hr;
  }
};

template <class T>
class CComCreator {
 public:
  static HRESULT CreateInstance(void*, REFIID iid, LPVOID* out) {
    if (out == NULL) return E_POINTER;
    *out = NULL;
    T* made = NULL;
    HRESULT hr = T::CreateInstance(&made);
    if (FAILED(hr)) return hr;
    made->AddRef();
    hr = made->QueryInterface(iid, out);
    made->Release();
    return hr;
  }
};

// How an enumerator copies its items: as they are, with their text, with a reference.
template <class T>
class _Copy {
 public:
  static HRESULT copy(T* to, const T* from) {
    *to = *from;
    return S_OK;
  }
  static void init(T*) {}
  static void destroy(T*) {}
};
template <>
class _Copy<LPOLESTR> {
 public:
  static HRESULT copy(LPOLESTR* to, LPCOLESTR const* from) {
    *to = NULL;
    if (*from == NULL) return S_OK;
    const SIZE_T bytes = (wcslen(*from) + 1) * sizeof(OLECHAR);
    *to = static_cast<LPOLESTR>(::CoTaskMemAlloc(bytes));
    if (*to == NULL) return E_OUTOFMEMORY;
    memcpy(*to, *from, bytes);
    return S_OK;
  }
  static void init(LPOLESTR* text) { *text = NULL; }
  static void destroy(LPOLESTR* text) { ::CoTaskMemFree(*text); }
};
template <class T>
class _CopyInterface {
 public:
  static HRESULT copy(T** to, T* const* from) {
    *to = *from;
    if (*to != NULL) (*to)->AddRef();
    return S_OK;
  }
  static void init(T** held) { *held = NULL; }
  static void destroy(T** held) {
    if (*held != NULL) (*held)->Release();
  }
};

// What Init does with the items: reads the caller's, takes the caller's array (made with new[]), or
// copies it.
enum CComEnumFlags { AtlFlagNoCopy = 0, AtlFlagTakeOwnership = 2, AtlFlagCopy = 3 };

// The four methods that every enumerator of COM has, over an array.
template <class Base, const IID* piid, class T, class Copy>
class CComEnumImpl : public Base {
 public:
  CComEnumImpl() {}
  CComEnumImpl(const CComEnumImpl&) = delete;
  CComEnumImpl& operator=(const CComEnumImpl&) = delete;
  virtual ~CComEnumImpl() {
    if (owns_) {
      for (T* item = begin_; item != end_; ++item) Copy::destroy(item);
      delete[] begin_;
    }
    if (keeps_ != NULL) keeps_->Release();
  }

  // `keeps`: what has to live as long as the array; may be NULL.
  HRESULT Init(T* begin, T* end, IUnknown* keeps, CComEnumFlags flags = AtlFlagNoCopy) {
    if (begin == NULL && end != NULL) return E_INVALIDARG;
    if (flags == AtlFlagCopy) {
      T* const copy = new T[static_cast<SIZE_T>(end - begin)];
      T* to = copy;
      for (const T* from = begin; from != end; ++from, ++to) {
        Copy::init(to);
        const HRESULT hr = Copy::copy(to, from);
        if (SUCCEEDED(hr)) continue;
        while (to != copy) Copy::destroy(--to);
        delete[] copy;
        return hr;
      }
      begin = copy;
      end = to;
    }
    begin_ = at_ = begin;
    end_ = end;
    owns_ = flags != AtlFlagNoCopy;
    keeps_ = keeps;
    if (keeps_ != NULL) keeps_->AddRef();
    return S_OK;
  }

  // `fetched` may be NULL when one item is asked for.
  HRESULT STDMETHODCALLTYPE Next(ULONG wanted, T* items, ULONG* fetched) override {
    if (items == NULL || (fetched == NULL && wanted != 1)) return E_POINTER;
    if (fetched != NULL) *fetched = 0;
    ULONG given = 0;
    for (; given < wanted && at_ != end_; ++given, ++at_) {
      const HRESULT hr = Copy::copy(&items[given], at_);
      if (SUCCEEDED(hr)) continue;
      while (given > 0) {
        Copy::destroy(&items[--given]);
        --at_;
      }
      return hr;
    }
    if (fetched != NULL) *fetched = given;
    return given == wanted ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    const SIZE_T left = static_cast<SIZE_T>(end_ - at_);
    at_ += count < left ? count : left;
    return count <= left ? S_OK : S_FALSE;
  }
  HRESULT STDMETHODCALLTYPE Reset() override {
    at_ = begin_;
    return S_OK;
  }

 protected:
  // A clone reads this one's array, and keeps it.
  HRESULT InitClone(CComEnumImpl& clone, IUnknown* self) {
    const HRESULT hr = clone.Init(begin_, end_, self);
    clone.at_ = at_;
    return hr;
  }

 private:
  T* begin_ = NULL;
  T* end_ = NULL;
  T* at_ = NULL;
  bool owns_ = false;
  IUnknown* keeps_ = NULL;
};

template <class Base, const IID* piid, class T, class Copy,
          class ThreadModel = CComObjectThreadModel>
class CComEnum : public CComEnumImpl<Base, piid, T, Copy>, public CComObjectRootEx<ThreadModel> {
  typedef CComEnumImpl<Base, piid, T, Copy> Enumerator;

 public:
  BEGIN_COM_MAP(CComEnum)
  COM_INTERFACE_ENTRY_IID(*piid, Base)
  END_COM_MAP()

  HRESULT STDMETHODCALLTYPE Clone(Base** out) override {
    if (out == NULL) return E_POINTER;
    *out = NULL;
    CComObject<CComEnum>* clone = NULL;
    HRESULT hr = CComObject<CComEnum>::CreateInstance(&clone);
    if (FAILED(hr)) return hr;
    clone->AddRef();
    hr = this->InitClone(*clone, this->_GetRawUnknown());
    if (SUCCEEDED(hr)) hr = clone->QueryInterface(*piid, reinterpret_cast<void**>(out));
    clone->Release();
    return hr;
  }
};

typedef HRESULT (*_ATL_CREATORFUNC)(void*, REFIID, LPVOID*);

class CComClassFactory : public CComObjectRootEx<CComMultiThreadModel>, public IClassFactory {
 public:
  BEGIN_COM_MAP(CComClassFactory)
  COM_INTERFACE_ENTRY(IClassFactory)
  END_COM_MAP()

  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** out) override {
    if (out == NULL) return E_POINTER;
    *out = NULL;
    if (outer != NULL) return CLASS_E_NOAGGREGATION;
    return create(NULL, iid, out);
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL lock) override {
    if (AtlModule() == NULL) return E_FAIL;
    if (lock) {
      AtlModule()->Lock();
    } else {
      AtlModule()->Unlock();
    }
    return S_OK;
  }
  _ATL_CREATORFUNC create = NULL;
};

template <class T, const CLSID* pclsid = &CLSID_NULL>
class CComCoClass {
 public:
  static const CLSID& GetObjectCLSID() { return *pclsid; }
  static LPCTSTR GetObjectDescription() { return NULL; }
  template <class Q>
  static HRESULT CreateInstance(Q** out) {
    return CComCreator<CComObject<T>>::CreateInstance(NULL, __uuidof(Q),
                                                      reinterpret_cast<void**>(out));
  }
  static HRESULT Error(LPCOLESTR, REFIID = GUID_NULL, HRESULT hr = 0) {
    return hr == 0 ? static_cast<HRESULT>(0x80020009) : hr;  // DISP_E_EXCEPTION
  }
};

#define DECLARE_NOT_AGGREGATABLE(x)
#define DECLARE_AGGREGATABLE(x)
#define DECLARE_ONLY_AGGREGATABLE(x)
#define DECLARE_PROTECT_FINAL_CONSTRUCT()
#define DECLARE_GET_CONTROLLING_UNKNOWN()
#define DECLARE_CLASSFACTORY()
#define DECLARE_REGISTRY_RESOURCEID(x) \
  static HRESULT UpdateRegistry(BOOL) { return S_OK; }
#define DECLARE_REGISTRY_APPID_RESOURCEID(resource, appid) \
  static HRESULT UpdateRegistryAppId(BOOL) { return S_OK; }
#define DECLARE_NO_REGISTRY() \
  static HRESULT UpdateRegistry(BOOL) { return S_OK; }
#define DECLARE_LIBID(x)

struct _ATL_OBJMAP_ENTRY {
  const CLSID* pclsid;
  _ATL_CREATORFUNC pfnCreateInstance;
  HRESULT (*pfnUpdateRegistry)(BOOL);
};

// The classes of this library, in the order in which their files were initialised.
inline std::vector<_ATL_OBJMAP_ENTRY>& AtlObjectMap() {
  static std::vector<_ATL_OBJMAP_ENTRY> map;
  return map;
}
class AtlObjectEntry {
 public:
  explicit AtlObjectEntry(const _ATL_OBJMAP_ENTRY& entry) { AtlObjectMap().push_back(entry); }
};
#define OBJECT_ENTRY_AUTO(clsid, class)                                       \
  static const ::ATL::AtlObjectEntry vsslab_object_entry_##class(             \
      {&clsid, &::ATL::CComCreator<::ATL::CComObject<class>>::CreateInstance, \
       &class ::UpdateRegistry});
#define OBJECT_ENTRY_NON_CREATEABLE_EX_AUTO(clsid, class)

template <class T>
class CAtlModuleT : public CAtlModule {
 public:
  HRESULT RegisterServer(BOOL = FALSE, const CLSID* = NULL) { return Update(TRUE); }
  HRESULT UnregisterServer(BOOL = FALSE, const CLSID* = NULL) { return Update(FALSE); }
  static HRESULT UpdateRegistryAppId(BOOL) { return S_OK; }

 private:
  static HRESULT Update(BOOL registers) {
    const HRESULT own = T::UpdateRegistryAppId(registers);
    if (FAILED(own)) return own;
    for (const _ATL_OBJMAP_ENTRY& entry : AtlObjectMap()) {
      const HRESULT hr = entry.pfnUpdateRegistry(registers);
      if (FAILED(hr)) return hr;
    }
    return S_OK;
  }
};

template <class T>
class CAtlDllModuleT : public CAtlModuleT<T> {
 public:
  BOOL DllMain(DWORD, LPVOID) { return TRUE; }
  HRESULT DllCanUnloadNow() { return this->GetLockCount() == 0 ? S_OK : S_FALSE; }
  HRESULT DllGetClassObject(REFCLSID clsid, REFIID iid, LPVOID* out) {
    if (out == NULL) return E_POINTER;
    *out = NULL;
    for (const _ATL_OBJMAP_ENTRY& entry : AtlObjectMap()) {
      if (!::IsEqualGUID(clsid, *entry.pclsid)) continue;
      CComObject<CComClassFactory>* factory = NULL;
      HRESULT hr = CComObject<CComClassFactory>::CreateInstance(&factory);
      if (FAILED(hr)) return hr;
      factory->create = entry.pfnCreateInstance;
      factory->AddRef();
      hr = factory->QueryInterface(iid, out);
      factory->Release();
      return hr;
    }
    return CLASS_E_CLASSNOTAVAILABLE;
  }
  HRESULT DllRegisterServer(BOOL = TRUE) { return this->RegisterServer(); }
  HRESULT DllUnregisterServer(BOOL = TRUE) { return this->UnregisterServer(); }
};

inline void AtlSetPerUserRegistration(bool) {}

}  // namespace ATL

#ifndef _ATL_NO_AUTOMATIC_NAMESPACE
using namespace ATL;
#endif

#endif
