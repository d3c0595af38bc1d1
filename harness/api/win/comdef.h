// _com_error (learn.microsoft.com, "_com_error class"), and what goes with it.
#ifndef VSSLAB_WIN_COMDEF_H
#define VSSLAB_WIN_COMDEF_H

#include <cwchar>
#include <string>

#include <comip.h>
#include <comutil.h>
#include <windows.h>

class _com_error {
 public:
  _com_error(HRESULT hr, IErrorInfo* info = NULL, bool add = false) noexcept
      : hr_(hr), info_(info) {
    if (info_ != NULL && add) info_->AddRef();
  }
  _com_error(const _com_error& other) noexcept
      : hr_(other.hr_), info_(other.info_), message_(other.message_) {
    if (info_ != NULL) info_->AddRef();
  }
  virtual ~_com_error() noexcept {
    if (info_ != NULL) info_->Release();
  }
  _com_error& operator=(const _com_error& other) noexcept {
    if (other.info_ != NULL) other.info_->AddRef();
    if (info_ != NULL) info_->Release();
    hr_ = other.hr_;
    info_ = other.info_;
    message_ = other.message_;
    return *this;
  }

  HRESULT Error() const noexcept { return hr_; }
  // The code of an HRESULT that was made from a WORD; else 0.
  WORD WCode() const noexcept {
    const DWORD code = static_cast<DWORD>(hr_);
    return code >= 0x80040200u && code < 0x80050200u ? static_cast<WORD>(code - 0x80040200u) : 0;
  }
  static HRESULT WCodeToHRESULT(WORD code) noexcept {
    return static_cast<HRESULT>(0x80040200u + code);
  }
  static WORD HRESULTToWCode(HRESULT hr) noexcept { return _com_error(hr).WCode(); }

  // The system's text, or "Unknown error 0x…".
  const TCHAR* ErrorMessage() const {
    if (!message_.empty()) return message_.c_str();
    LPTSTR text = NULL;
    ::FormatMessage(
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
        NULL, static_cast<DWORD>(hr_), MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT),
        reinterpret_cast<LPTSTR>(&text), 0, NULL);
    if (text != NULL) {
      message_ = text;
      ::LocalFree(text);
      while (!message_.empty() && (message_.back() == '\n' || message_.back() == '\r')) {
        message_.pop_back();
      }
    }
    if (message_.empty()) {
      TCHAR unknown[32];
      ::wsprintf(unknown, TEXT("Unknown error 0x%0lX"), static_cast<DWORD>(hr_));
      message_ = unknown;
    }
    return message_.c_str();
  }

  IErrorInfo* ErrorInfo() const noexcept {
    if (info_ != NULL) info_->AddRef();
    return info_;
  }
  _bstr_t Description() const { return Ask(&IErrorInfo::GetDescription); }
  _bstr_t Source() const { return Ask(&IErrorInfo::GetSource); }
  _bstr_t HelpFile() const { return Ask(&IErrorInfo::GetHelpFile); }
  DWORD HelpContext() const noexcept {
    DWORD context = 0;
    if (info_ != NULL) info_->GetHelpContext(&context);
    return context;
  }

 private:
  _bstr_t Ask(HRESULT (STDMETHODCALLTYPE IErrorInfo::*what)(BSTR*)) const {
    BSTR text = NULL;
    if (info_ == NULL || FAILED((info_->*what)(&text)) || text == NULL) return _bstr_t();
    return _bstr_t(text, false);
  }

  HRESULT hr_;
  IErrorInfo* info_;
  mutable std::basic_string<TCHAR> message_;
};

[[noreturn]] inline void _com_raise_error(HRESULT hr, IErrorInfo* info = NULL) {
  throw _com_error(hr, info);
}
[[noreturn]] inline void _com_issue_error(HRESULT hr) { _com_raise_error(hr); }
[[noreturn]] inline void _com_issue_errorex(HRESULT hr, IUnknown*, REFIID) { _com_raise_error(hr); }

_COM_SMARTPTR_TYPEDEF(IUnknown, __uuidof(IUnknown));
_COM_SMARTPTR_TYPEDEF(IDispatch, __uuidof(IDispatch));
_COM_SMARTPTR_TYPEDEF(IErrorInfo, __uuidof(IErrorInfo));

#endif
