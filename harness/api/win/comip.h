// _com_ptr_t (learn.microsoft.com, "_com_ptr_t class"): errors are thrown as _com_error.
#ifndef VSSLAB_WIN_COMIP_H
#define VSSLAB_WIN_COMIP_H

#include <cstddef>
#include <type_traits>

#include <windows.h>

[[noreturn]] inline void _com_issue_error(HRESULT hr);

template <class T, const IID* piid = &__uuidof(T)>
class _com_IIID {
 public:
  typedef T Interface;
  static T* GetInterfacePtr() noexcept { return NULL; }
  static T*& GetInterfacePtr(T*& pointer) noexcept { return pointer; }
  static const IID& GetIID() noexcept { return *piid; }
};

template <class Iiid>
class _com_ptr_t {
 public:
  typedef Iiid ThisIIID;
  typedef typename Iiid::Interface Interface;
  static const IID& GetIID() noexcept { return Iiid::GetIID(); }

  _com_ptr_t() noexcept : p_(NULL) {}
  _com_ptr_t(std::nullptr_t) noexcept : p_(NULL) {}
  _com_ptr_t(const _com_ptr_t& other) noexcept : p_(other.p_) { AddRefHeld(); }
  _com_ptr_t(_com_ptr_t&& other) noexcept : p_(other.Detach()) {}
  _com_ptr_t(Interface* other) noexcept : p_(other) { AddRefHeld(); }
  _com_ptr_t(Interface* other, bool add) noexcept : p_(other) {
    if (add) AddRefHeld();
  }
  template <class Other>
  _com_ptr_t(const _com_ptr_t<Other>& other) : p_(NULL) {
    Ask(other.GetInterfacePtr());
  }
  template <class Other>
  _com_ptr_t(Other* other) : p_(NULL) {
    Ask(other);
  }
  explicit _com_ptr_t(const CLSID& clsid, IUnknown* outer = NULL, DWORD context = CLSCTX_ALL)
      : p_(NULL) {
    const HRESULT hr = CreateInstance(clsid, outer, context);
    if (FAILED(hr) && hr != E_NOINTERFACE) _com_issue_error(hr);
  }
  ~_com_ptr_t() {
    if (p_ != NULL) p_->Release();
  }

  _com_ptr_t& operator=(const _com_ptr_t& other) { return *this = other.p_; }
  _com_ptr_t& operator=(Interface* other) {
    if (p_ != other) {
      if (other != NULL) other->AddRef();
      Attach(other);
    }
    return *this;
  }
  _com_ptr_t& operator=(std::nullptr_t) {
    Attach(NULL);
    return *this;
  }
  // NULL and 0.
  template <class Null, class = typename std::enable_if<std::is_integral<Null>::value>::type>
  _com_ptr_t& operator=(Null) {
    Attach(NULL);
    return *this;
  }
  template <class Other>
  _com_ptr_t& operator=(const _com_ptr_t<Other>& other) {
    return *this = _com_ptr_t(other);
  }

  void Attach(Interface* other) noexcept {
    if (p_ != NULL) p_->Release();
    p_ = other;
  }
  void Attach(Interface* other, bool add) noexcept {
    if (add && other != NULL) other->AddRef();
    Attach(other);
  }
  Interface* Detach() noexcept {
    Interface* held = p_;
    p_ = NULL;
    return held;
  }
  Interface* GetInterfacePtr() const noexcept { return p_; }
  Interface*& GetInterfacePtr() noexcept { return p_; }

  operator Interface*() const noexcept { return p_; }
  operator Interface&() const { return *Checked(); }
  Interface& operator*() const { return *Checked(); }
  Interface* operator->() const { return Checked(); }
  // What it held is released: the pointer is about to be filled.
  Interface** operator&() {
    Attach(NULL);
    return &p_;
  }
  operator bool() const noexcept { return p_ != NULL; }
  bool operator!() const noexcept { return p_ == NULL; }
  bool operator==(std::nullptr_t) const noexcept { return p_ == NULL; }
  bool operator!=(std::nullptr_t) const noexcept { return p_ != NULL; }

  void AddRef() { Checked()->AddRef(); }
  // The pointer is empty afterwards.
  void Release() {
    Checked();
    Attach(NULL);
  }

  HRESULT CreateInstance(const CLSID& clsid, IUnknown* outer = NULL,
                         DWORD context = CLSCTX_ALL) noexcept {
    Attach(NULL);
    return ::CoCreateInstance(clsid, outer, context, GetIID(), reinterpret_cast<void**>(&p_));
  }
  template <class Other>
  HRESULT QueryInterface(const IID& iid, Other*& other) const noexcept {
    if (p_ == NULL) return E_POINTER;
    return p_->QueryInterface(iid, reinterpret_cast<void**>(&other));
  }
  template <class Other>
  HRESULT QueryInterface(const IID& iid, Other** other) const noexcept {
    return QueryInterface(iid, *other);
  }

 private:
  void AddRefHeld() {
    if (p_ != NULL) p_->AddRef();
  }
  Interface* Checked() const {
    if (p_ == NULL) _com_issue_error(E_POINTER);
    return p_;
  }
  void Ask(IUnknown* other) {
    if (other == NULL) return;
    const HRESULT hr = other->QueryInterface(GetIID(), reinterpret_cast<void**>(&p_));
    if (FAILED(hr)) {
      p_ = NULL;
      if (hr != E_NOINTERFACE) _com_issue_error(hr);
    }
  }

  Interface* p_;
};

#define _COM_SMARTPTR _com_ptr_t
#define _COM_SMARTPTR_LEVEL2 _com_IIID
#define _COM_SMARTPTR_TYPEDEF(Interface, IID) \
  typedef _COM_SMARTPTR<_COM_SMARTPTR_LEVEL2<Interface, &IID>> Interface##Ptr

#include <comdef.h>

#endif
