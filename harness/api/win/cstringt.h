// CStringT (learn.microsoft.com, "CStringT Class"), over std::basic_string.
#ifndef VSSLAB_WIN_CSTRINGT_H
#define VSSLAB_WIN_CSTRINGT_H

#include <algorithm>
#include <cstdarg>
#include <cwctype>
#include <string>
#include <type_traits>

#include <windows.h>

namespace ATL {

template <class Char>
class CStringT;

namespace strings {

inline std::wstring convert(const std::string& text, wchar_t) {
  const int bytes = static_cast<int>(text.size());
  const int size = ::MultiByteToWideChar(CP_ACP, 0, text.data(), bytes, NULL, 0);
  std::wstring made(static_cast<size_t>(size), L'\0');
  if (size > 0) ::MultiByteToWideChar(CP_ACP, 0, text.data(), bytes, &made[0], size);
  return made;
}
inline std::string convert(const std::wstring& text, char) {
  const int length = static_cast<int>(text.size());
  const int size = ::WideCharToMultiByte(CP_ACP, 0, text.data(), length, NULL, 0, NULL, NULL);
  std::string made(static_cast<size_t>(size), '\0');
  if (size > 0) {
    ::WideCharToMultiByte(CP_ACP, 0, text.data(), length, &made[0], size, NULL, NULL);
  }
  return made;
}
inline int formatted_length(const wchar_t* format, va_list args) {
  return ::_vscwprintf(format, args);
}
inline int formatted_length(const char* format, va_list args) { return ::_vscprintf(format, args); }
inline void format_into(wchar_t* out, size_t size, const wchar_t* format, va_list args) {
  ::vswprintf_s(out, size, format, args);
}
inline void format_into(char* out, size_t size, const char* format, va_list args) {
  ::vsprintf_s(out, size, format, args);
}
inline int compare_folded(const wchar_t* a, const wchar_t* b) { return ::_wcsicmp(a, b); }
inline int compare_folded(const char* a, const char* b) { return ::_stricmp(a, b); }
inline wchar_t lower(wchar_t c) { return static_cast<wchar_t>(::towlower(static_cast<wint_t>(c))); }
inline wchar_t upper(wchar_t c) { return static_cast<wchar_t>(::towupper(static_cast<wint_t>(c))); }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// What an argument of Format is handed on as: a CString as its text.
template <class T>
T argument(T value) {
  return value;
}
template <class Char>
const Char* argument(const CStringT<Char>& text) {
  return text.GetString();
}

}  // namespace strings

template <class Char>
class CStringT {
 public:
  typedef Char XCHAR;
  typedef Char* PXSTR;
  typedef const Char* PCXSTR;
  typedef typename std::conditional<sizeof(Char) == 1, wchar_t, char>::type YCHAR;
  typedef const YCHAR* PCYSTR;

  CStringT() {}
  CStringT(const CStringT& other) : text_(other.text_) {}
  CStringT(PCXSTR text) {
    if (text != NULL) text_ = text;
  }
  CStringT(PCYSTR text) {
    if (text != NULL) text_ = strings::convert(std::basic_string<YCHAR>(text), Char());
  }
  CStringT(const CStringT<YCHAR>& other)
      : text_(strings::convert(std::basic_string<YCHAR>(other.GetString()), Char())) {}
  CStringT(const std::basic_string<Char>& text) : text_(text) {}
  explicit CStringT(Char character, int count = 1)
      : text_(static_cast<size_t>(count > 0 ? count : 0), character) {}
  CStringT(PCXSTR text, int length) : text_(text, static_cast<size_t>(length > 0 ? length : 0)) {}

  CStringT& operator=(const CStringT& other) {
    text_ = other.text_;
    return *this;
  }
  CStringT& operator=(PCXSTR text) { return *this = CStringT(text); }
  CStringT& operator=(PCYSTR text) { return *this = CStringT(text); }
  CStringT& operator=(Char character) { return *this = CStringT(character); }

  operator PCXSTR() const { return text_.c_str(); }
  PCXSTR GetString() const { return text_.c_str(); }
  int GetLength() const { return static_cast<int>(text_.size()); }
  bool IsEmpty() const { return text_.empty(); }
  void Empty() { text_.clear(); }
  Char GetAt(int index) const { return text_.at(static_cast<size_t>(index)); }
  void SetAt(int index, Char character) { text_.at(static_cast<size_t>(index)) = character; }
  Char operator[](int index) const { return text_.c_str()[index]; }

  CStringT& operator+=(const CStringT& other) {
    text_ += other.text_;
    return *this;
  }
  CStringT& operator+=(PCXSTR text) {
    if (text != NULL) text_ += text;
    return *this;
  }
  CStringT& operator+=(PCYSTR text) { return *this += CStringT(text); }
  CStringT& operator+=(Char character) {
    text_ += character;
    return *this;
  }
  void Append(PCXSTR text) { *this += text; }
  void Append(const CStringT& other) { *this += other; }
  void Append(PCXSTR text, int length) { text_.append(text, static_cast<size_t>(length)); }
  void AppendChar(Char character) { text_ += character; }

  int Compare(PCXSTR other) const { return text_.compare(other); }
  int CompareNoCase(PCXSTR other) const { return strings::compare_folded(text_.c_str(), other); }
  int Collate(PCXSTR other) const { return Compare(other); }
  int CollateNoCase(PCXSTR other) const { return CompareNoCase(other); }

  CStringT Mid(int first) const { return Mid(first, GetLength()); }
  CStringT Mid(int first, int count) const {
    if (first < 0) first = 0;
    if (first >= GetLength() || count <= 0) return CStringT();
    return CStringT(text_.substr(static_cast<size_t>(first), static_cast<size_t>(count)));
  }
  CStringT Left(int count) const { return Mid(0, count); }
  CStringT Right(int count) const {
    return count >= GetLength() ? *this : Mid(GetLength() - (count > 0 ? count : 0));
  }

  CStringT& MakeLower() {
    for (Char& c : text_) c = strings::lower(c);
    return *this;
  }
  CStringT& MakeUpper() {
    for (Char& c : text_) c = strings::upper(c);
    return *this;
  }
  CStringT& MakeReverse() {
    text_.assign(text_.rbegin(), text_.rend());
    return *this;
  }

  CStringT& TrimLeft(PCXSTR targets) {
    text_.erase(0, std::min(text_.find_first_not_of(targets), text_.size()));
    return *this;
  }
  CStringT& TrimRight(PCXSTR targets) {
    text_.erase(text_.find_last_not_of(targets) + 1);
    return *this;
  }
  CStringT& Trim(PCXSTR targets) { return TrimRight(targets).TrimLeft(targets); }
  CStringT& TrimLeft() { return TrimLeft(Blanks()); }
  CStringT& TrimRight() { return TrimRight(Blanks()); }
  CStringT& Trim() { return Trim(Blanks()); }
  CStringT& TrimLeft(Char target) { return TrimLeft(CStringT(target).GetString()); }
  CStringT& TrimRight(Char target) { return TrimRight(CStringT(target).GetString()); }
  CStringT& Trim(Char target) { return Trim(CStringT(target).GetString()); }

  int Find(PCXSTR text, int start = 0) const { return Index(text_.find(text, At(start))); }
  int Find(Char character, int start = 0) const { return Index(text_.find(character, At(start))); }
  int ReverseFind(Char character) const { return Index(text_.rfind(character)); }
  int FindOneOf(PCXSTR characters) const { return Index(text_.find_first_of(characters)); }
  CStringT SpanIncluding(PCXSTR set) const {
    return CStringT(text_.substr(0, text_.find_first_not_of(set)));
  }
  CStringT SpanExcluding(PCXSTR set) const {
    return CStringT(text_.substr(0, text_.find_first_of(set)));
  }
  // "" with `start` -1 at the end.
  CStringT Tokenize(PCXSTR tokens, int& start) const {
    const size_t begin = start < 0 ? std::string::npos : text_.find_first_not_of(tokens, At(start));
    if (begin == std::string::npos) {
      start = -1;
      return CStringT();
    }
    const size_t end = std::min(text_.find_first_of(tokens, begin), text_.size());
    start = static_cast<int>(end) + 1;
    return CStringT(text_.substr(begin, end - begin));
  }

  int Replace(PCXSTR before, PCXSTR after) {
    const std::basic_string<Char> what(before);
    const std::basic_string<Char> with(after != NULL ? after : Blanks() + 6);  // "" for none
    int count = 0;
    if (what.empty()) return 0;
    for (size_t at = 0; (at = text_.find(what, at)) != std::string::npos; at += with.size()) {
      text_.replace(at, what.size(), with);
      ++count;
    }
    return count;
  }
  int Replace(Char before, Char after) {
    return Replace(CStringT(before).GetString(), CStringT(after).GetString());
  }
  int Remove(Char character) {
    const CStringT one(character);
    return Replace(one.GetString(), NULL);
  }
  int Insert(int index, PCXSTR text) {
    text_.insert(std::min(At(index), text_.size()), text);
    return GetLength();
  }
  int Insert(int index, Char character) { return Insert(index, CStringT(character).GetString()); }
  int Delete(int index, int count = 1) {
    if (index < GetLength() && count > 0) text_.erase(At(index), static_cast<size_t>(count));
    return GetLength();
  }

  template <class... Args>
  void Format(PCXSTR format, const Args&... args) {
    Empty();
    Printf(format, strings::argument(args)...);
  }
  template <class... Args>
  void AppendFormat(PCXSTR format, const Args&... args) {
    Printf(format, strings::argument(args)...);
  }
  void FormatV(PCXSTR format, va_list args) {
    Empty();
    AppendFormatV(format, args);
  }
  void AppendFormatV(PCXSTR format, va_list args) {
    va_list again;
    va_copy(again, args);
    const int length = strings::formatted_length(format, again);
    va_end(again);
    if (length < 0) return;
    std::basic_string<Char> made(static_cast<size_t>(length) + 1, Char());
    strings::format_into(&made[0], made.size(), format, args);
    made.resize(static_cast<size_t>(length));
    text_ += made;
  }

  // The buffer is the string's own, until ReleaseBuffer.
  PXSTR GetBuffer() { return &text_[0]; }
  PXSTR GetBuffer(int least) {
    if (least > GetLength()) text_.resize(static_cast<size_t>(least));
    return &text_[0];
  }
  PXSTR GetBufferSetLength(int length) {
    text_.resize(static_cast<size_t>(length));
    return &text_[0];
  }
  void ReleaseBuffer(int length = -1) {
    const size_t end = std::char_traits<Char>::length(text_.c_str());
    text_.resize(length < 0 ? end : static_cast<size_t>(length));
  }
  void ReleaseBufferSetLength(int length) { ReleaseBuffer(length); }
  PXSTR LockBuffer() { return GetBuffer(); }
  void UnlockBuffer() {}
  void Preallocate(int length) { text_.reserve(static_cast<size_t>(length)); }
  void FreeExtra() { text_.shrink_to_fit(); }
  void Truncate(int length) {
    if (length < GetLength()) text_.resize(static_cast<size_t>(length));
  }
  static int StringLength(PCXSTR text) {
    return text == NULL ? 0 : static_cast<int>(std::char_traits<Char>::length(text));
  }

  BSTR AllocSysString() const {
    const CStringT<wchar_t> wide(*this);
    return ::SysAllocStringLen(wide.GetString(), static_cast<UINT>(wide.GetLength()));
  }
  BSTR SetSysString(BSTR* text) const {
    ::SysFreeString(*text);
    return *text = AllocSysString();
  }
  // The lab's programs have no resources.
  BOOL LoadString(UINT) { return FALSE; }

 private:
  static size_t At(int index) { return static_cast<size_t>(index > 0 ? index : 0); }
  static int Index(size_t at) { return at == std::string::npos ? -1 : static_cast<int>(at); }
  static PCXSTR Blanks() {
    static const Char blanks[] = {' ', '\t', '\n', '\r', '\v', '\f', 0};
    return blanks;
  }
  void Printf(PCXSTR format, ...) {
    va_list args;
    va_start(args, format);
    AppendFormatV(format, args);
    va_end(args);
  }

  std::basic_string<Char> text_;
};

template <class Char>
CStringT<Char> operator+(const CStringT<Char>& left, const CStringT<Char>& right) {
  CStringT<Char> joined(left);
  return joined += right;
}
template <class Char>
CStringT<Char> operator+(const CStringT<Char>& left, typename CStringT<Char>::PCXSTR right) {
  CStringT<Char> joined(left);
  return joined += right;
}
template <class Char>
CStringT<Char> operator+(typename CStringT<Char>::PCXSTR left, const CStringT<Char>& right) {
  CStringT<Char> joined(left);
  return joined += right;
}
template <class Char>
CStringT<Char> operator+(const CStringT<Char>& left, Char right) {
  CStringT<Char> joined(left);
  return joined += right;
}
template <class Char>
CStringT<Char> operator+(Char left, const CStringT<Char>& right) {
  CStringT<Char> joined(left);
  return joined += right;
}

#define VSSLAB_CSTRING_COMPARISON(op)                                                   \
  template <class Char>                                                                 \
  bool operator op(const CStringT<Char>& left, const CStringT<Char>& right) {           \
    return left.Compare(right.GetString()) op 0;                                        \
  }                                                                                     \
  template <class Char>                                                                 \
  bool operator op(const CStringT<Char>& left, typename CStringT<Char>::PCXSTR right) { \
    return left.Compare(right) op 0;                                                    \
  }                                                                                     \
  template <class Char>                                                                 \
  bool operator op(typename CStringT<Char>::PCXSTR left, const CStringT<Char>& right) { \
    return 0 op right.Compare(left);                                                    \
  }
VSSLAB_CSTRING_COMPARISON(==)
VSSLAB_CSTRING_COMPARISON(!=)
VSSLAB_CSTRING_COMPARISON(<)
VSSLAB_CSTRING_COMPARISON(>)
VSSLAB_CSTRING_COMPARISON(<=)
VSSLAB_CSTRING_COMPARISON(>=)
#undef VSSLAB_CSTRING_COMPARISON

typedef CStringT<wchar_t> CStringW;
typedef CStringT<char> CStringA;
typedef CStringT<TCHAR> CString;
typedef CStringW CAtlStringW;
typedef CStringA CAtlStringA;
typedef CString CAtlString;

}  // namespace ATL

#ifndef _ATL_NO_AUTOMATIC_NAMESPACE
using namespace ATL;
#endif

#endif
