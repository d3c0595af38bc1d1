// _bstr_t and _variant_t (learn.microsoft.com, "_bstr_t class", "_variant_t class").
#ifndef VSSLAB_WIN_COMUTIL_H
#define VSSLAB_WIN_COMUTIL_H

#include <memory>
#include <string>

#include <windows.h>

[[noreturn]] inline void _com_issue_error(HRESULT hr);

namespace _com_util {

inline void CheckError(HRESULT hr) {
  if (FAILED(hr)) _com_issue_error(hr);
}

inline BSTR ConvertStringToBSTR(const char* text) {
  if (text == NULL) return NULL;
  const int size = ::MultiByteToWideChar(CP_ACP, 0, text, -1, NULL, 0);
  BSTR made = ::SysAllocStringLen(NULL, static_cast<UINT>(size > 0 ? size - 1 : 0));
  if (made == NULL) _com_issue_error(E_OUTOFMEMORY);
  if (size > 0) ::MultiByteToWideChar(CP_ACP, 0, text, -1, made, size);
  return made;
}

// Freed with delete[].
inline char* ConvertBSTRToString(BSTR text) {
  if (text == NULL) return NULL;
  const int size = ::WideCharToMultiByte(CP_ACP, 0, text, -1, NULL, 0, NULL, NULL);
  char* made = new char[static_cast<size_t>(size > 0 ? size : 1)]();
  if (size > 0) ::WideCharToMultiByte(CP_ACP, 0, text, -1, made, size, NULL, NULL);
  return made;
}

}  // namespace _com_util

class _variant_t;

// Copies share one BSTR.
class _bstr_t {
 public:
  _bstr_t() noexcept {}
  _bstr_t(const _bstr_t& other) noexcept : data_(other.data_) {}
  _bstr_t(const wchar_t* text) { Take(::SysAllocString(text), text != NULL); }
  _bstr_t(const char* text) { Take(_com_util::ConvertStringToBSTR(text), text != NULL); }
  _bstr_t(BSTR text, bool copy) {
    if (copy && text != NULL) text = ::SysAllocStringLen(text, ::SysStringLen(text));
    Take(text, text != NULL);
  }
  _bstr_t(const _variant_t& value);

  _bstr_t& operator=(const _bstr_t& other) noexcept {
    data_ = other.data_;
    return *this;
  }
  _bstr_t& operator=(const wchar_t* text) { return *this = _bstr_t(text); }
  _bstr_t& operator=(const char* text) { return *this = _bstr_t(text); }
  _bstr_t& operator=(const _variant_t& value);

  operator const wchar_t*() const noexcept { return Wide(); }
  operator wchar_t*() const noexcept { return Wide(); }
  operator const char*() const { return Narrow(); }
  operator char*() const { return Narrow(); }
  bool operator!() const noexcept { return Wide() == NULL; }

  unsigned int length() const noexcept { return ::SysStringLen(Wide()); }
  BSTR copy(bool copy = true) const {
    if (!copy || Wide() == NULL) return Wide();
    return ::SysAllocStringLen(Wide(), length());
  }
  BSTR& GetBSTR() {
    if (!data_) data_ = std::make_shared<Data>();
    return data_->wide;
  }
  BSTR* GetAddress() {
    Attach(NULL);
    return &GetBSTR();
  }
  void Attach(BSTR text) {
    data_.reset();
    Take(text, true);
  }
  BSTR Detach() {
    if (!data_) _com_issue_error(E_POINTER);
    BSTR held = data_->wide;
    data_->wide = NULL;
    data_.reset();
    return held;
  }
  void Assign(BSTR text) { *this = _bstr_t(text, true); }

  _bstr_t& operator+=(const _bstr_t& other) { return *this = *this + other; }
  _bstr_t operator+(const _bstr_t& other) const {
    const std::wstring joined = Text() + other.Text();
    return _bstr_t(::SysAllocStringLen(joined.data(), static_cast<UINT>(joined.size())), false);
  }
  _bstr_t operator+(const wchar_t* other) const { return *this + _bstr_t(other); }
  _bstr_t operator+(const char* other) const { return *this + _bstr_t(other); }
  friend _bstr_t operator+(const wchar_t* left, const _bstr_t& right) {
    return _bstr_t(left) + right;
  }
  friend _bstr_t operator+(const char* left, const _bstr_t& right) { return _bstr_t(left) + right; }

  bool operator==(const _bstr_t& other) const noexcept { return Text() == other.Text(); }
  bool operator!=(const _bstr_t& other) const noexcept { return Text() != other.Text(); }
  bool operator<(const _bstr_t& other) const noexcept { return Text() < other.Text(); }
  bool operator>(const _bstr_t& other) const noexcept { return Text() > other.Text(); }
  bool operator<=(const _bstr_t& other) const noexcept { return Text() <= other.Text(); }
  bool operator>=(const _bstr_t& other) const noexcept { return Text() >= other.Text(); }
  bool operator==(const wchar_t* other) const noexcept {
    return Text() == (other == NULL ? std::wstring() : std::wstring(other));
  }
  bool operator!=(const wchar_t* other) const noexcept { return !(*this == other); }

 private:
  struct Data {
    Data() {}
    Data(const Data&) = delete;
    Data& operator=(const Data&) = delete;
    ~Data() {
      ::SysFreeString(wide);
      delete[] narrow;
    }
    BSTR wide = NULL;
    char* narrow = NULL;
  };
  void Take(BSTR text, bool wanted) {
    if (!wanted) return;
    if (text == NULL && data_) _com_issue_error(E_OUTOFMEMORY);
    data_ = std::make_shared<Data>();
    data_->wide = text;
  }
  wchar_t* Wide() const noexcept { return data_ ? data_->wide : NULL; }
  char* Narrow() const {
    if (Wide() == NULL) return NULL;
    if (data_->narrow == NULL) data_->narrow = _com_util::ConvertBSTRToString(data_->wide);
    return data_->narrow;
  }
  std::wstring Text() const {
    return Wide() == NULL ? std::wstring() : std::wstring(Wide(), length());
  }

  std::shared_ptr<Data> data_;
};

class _variant_t : public tagVARIANT {
 public:
  _variant_t() noexcept { ::VariantInit(this); }
  _variant_t(const VARIANT& other) {
    ::VariantInit(this);
    _com_util::CheckError(::VariantCopy(this, &other));
  }
  _variant_t(const VARIANT* other) : _variant_t(*other) {}
  _variant_t(const _variant_t& other) : _variant_t(static_cast<const VARIANT&>(other)) {}
  _variant_t(VARIANT& other, bool copy) {
    ::VariantInit(this);
    if (copy) {
      _com_util::CheckError(::VariantCopy(this, &other));
    } else {
      static_cast<VARIANT&>(*this) = other;
      other.vt = VT_EMPTY;
    }
  }
  _variant_t(short value, VARTYPE type = VT_I2) noexcept : _variant_t() {
    vt = type;
    if (type == VT_BOOL) {
      boolVal = value ? VARIANT_TRUE : VARIANT_FALSE;
    } else {
      iVal = value;
    }
  }
  _variant_t(int value, VARTYPE type = VT_I4) noexcept : _variant_t() {
    vt = type;
    lVal = value;
  }
  _variant_t(long value, VARTYPE type = VT_I4) noexcept : _variant_t() {
    vt = type;
    lVal = static_cast<LONG>(value);
  }
  _variant_t(unsigned int value) noexcept : _variant_t() {
    vt = VT_UI4;
    ulVal = value;
  }
  _variant_t(unsigned long value) noexcept : _variant_t() {
    vt = VT_UI4;
    ulVal = static_cast<ULONG>(value);
  }
  _variant_t(long long value) noexcept : _variant_t() {
    vt = VT_I8;
    llVal = value;
  }
  _variant_t(unsigned long long value) noexcept : _variant_t() {
    vt = VT_UI8;
    ullVal = value;
  }
  _variant_t(double value) noexcept : _variant_t() {
    vt = VT_R8;
    dblVal = value;
  }
  _variant_t(bool value) noexcept : _variant_t() {
    vt = VT_BOOL;
    boolVal = value ? VARIANT_TRUE : VARIANT_FALSE;
  }
  _variant_t(const _bstr_t& text) : _variant_t() {
    vt = VT_BSTR;
    bstrVal = text.copy();
  }
  _variant_t(const wchar_t* text) : _variant_t(_bstr_t(text)) {}
  _variant_t(const char* text) : _variant_t(_bstr_t(text)) {}
  _variant_t(IUnknown* object, bool add = true) noexcept : _variant_t() {
    vt = VT_UNKNOWN;
    punkVal = object;
    if (object != NULL && add) object->AddRef();
  }
  ~_variant_t() { ::VariantClear(this); }

  _variant_t& operator=(const _variant_t& other) {
    _com_util::CheckError(::VariantCopy(this, &other));
    return *this;
  }
  template <class T>
  _variant_t& operator=(const T& value) {
    return *this = _variant_t(value);
  }

  operator short() const { return As(VT_I2).iVal; }
  operator int() const { return As(VT_I4).lVal; }
  operator long() const { return As(VT_I4).lVal; }
  operator unsigned int() const { return As(VT_UI4).ulVal; }
  operator unsigned long() const { return As(VT_UI4).ulVal; }
  operator long long() const { return As(VT_I8).llVal; }
  operator unsigned long long() const { return As(VT_UI8).ullVal; }
  operator double() const { return As(VT_R8).dblVal; }
  operator bool() const { return As(VT_BOOL).boolVal != VARIANT_FALSE; }
  operator _bstr_t() const { return _bstr_t(*this); }
  operator IUnknown*() const {
    if (vt != VT_UNKNOWN) _com_issue_error(DISP_E_TYPEMISMATCH);
    if (punkVal != NULL) punkVal->AddRef();
    return punkVal;
  }

  void Clear() { _com_util::CheckError(::VariantClear(this)); }
  void Attach(VARIANT& other) {
    Clear();
    static_cast<VARIANT&>(*this) = other;
    other.vt = VT_EMPTY;
  }
  VARIANT Detach() {
    VARIANT held = *this;
    vt = VT_EMPTY;
    return held;
  }
  VARIANT& GetVARIANT() noexcept { return *this; }
  VARIANT* GetAddress() {
    Clear();
    return this;
  }
  void ChangeType(VARTYPE type, const _variant_t* from = NULL) {
    if (from == NULL) from = this;
    _com_util::CheckError(::VariantChangeType(this, from, 0, type));
  }

 private:
  _variant_t As(VARTYPE type) const {
    _variant_t changed;
    _com_util::CheckError(::VariantChangeType(&changed, this, 0, type));
    return changed;
  }
};

inline _bstr_t::_bstr_t(const _variant_t& value) {
  _variant_t text;
  _com_util::CheckError(::VariantChangeType(&text, &value, 0, VT_BSTR));
  Take(text.bstrVal, true);
  text.vt = VT_EMPTY;
}
inline _bstr_t& _bstr_t::operator=(const _variant_t& value) { return *this = _bstr_t(value); }

static const _variant_t vtMissing(static_cast<long>(0x80020004), VT_ERROR);

#include <comdef.h>

#endif
