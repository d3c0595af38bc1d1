// Text conversion as ATL names it: USES_CONVERSION; W2A(text), and the classes CW2A and CA2W. The
// lab's ANSI code page is UTF-8.
#ifndef VSSLAB_WIN_ATLCONV_H
#define VSSLAB_WIN_ATLCONV_H

#include <string>

#include <windows.h>

namespace ATL {

class CW2A {
 public:
  CW2A(LPCWSTR text, UINT page = CP_ACP) : null_(text == NULL) {
    const int size = null_ ? 0 : ::WideCharToMultiByte(page, 0, text, -1, NULL, 0, NULL, NULL);
    if (size <= 0) return;
    text_.resize(static_cast<size_t>(size));
    ::WideCharToMultiByte(page, 0, text, -1, &text_[0], size, NULL, NULL);
  }
  operator LPSTR() const { return null_ ? NULL : const_cast<LPSTR>(text_.c_str()); }

 private:
  std::string text_;
  bool null_;
};

class CA2W {
 public:
  CA2W(LPCSTR text, UINT page = CP_ACP) : null_(text == NULL) {
    const int size = null_ ? 0 : ::MultiByteToWideChar(page, 0, text, -1, NULL, 0);
    if (size <= 0) return;
    text_.resize(static_cast<size_t>(size));
    ::MultiByteToWideChar(page, 0, text, -1, &text_[0], size);
  }
  operator LPWSTR() const { return null_ ? NULL : const_cast<LPWSTR>(text_.c_str()); }

 private:
  std::wstring text_;
  bool null_;
};

}  // namespace ATL

// A conversion lives to the end of the full expression, which is shorter than ATL's: to the end of
// the function. The text that must live longer is kept per thread.
EXTERN_C LPSTR vsslab_keep_narrow(LPCWSTR text);
EXTERN_C LPWSTR vsslab_keep_wide(LPCSTR text);
#define USES_CONVERSION
#define W2A(text) vsslab_keep_narrow(text)
#define A2W(text) vsslab_keep_wide(text)
#define W2CA(text) const_cast<LPCSTR>(W2A(text))
#define A2CW(text) const_cast<LPCWSTR>(A2W(text))
#define W2OLE(text) (text)
#define OLE2W(text) (text)
#define OLE2CW(text) (text)
#define W2COLE(text) (text)
#define A2OLE A2W
#define OLE2A W2A
#define OLE2CA W2CA
#ifdef UNICODE
#define T2OLE(text) (text)
#define OLE2T(text) (text)
#define OLE2CT(text) (text)
#define T2W(text) (text)
#define W2T(text) (text)
#define T2A W2A
#define A2T A2W
#define CT2A CW2A
#define CA2T CA2W
#else
#define T2OLE A2W
#define OLE2T W2A
#define T2W A2W
#define W2T W2A
#define T2A(text) (text)
#define A2T(text) (text)
#endif
#define CW2AEX CW2A
#define CA2WEX CA2W

#ifndef _ATL_NO_AUTOMATIC_NAMESPACE
using namespace ATL;
#endif

#endif
