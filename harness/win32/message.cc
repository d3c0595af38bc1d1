// FormatMessage: the texts of the codes that the lab itself gives, VSS's among them, and texts of
// the caller's with inserts.

#include <windows.h>

#include <algorithm>
#include <cstdarg>
#include <string>

#include "core/hresult.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr DWORD kMessageNotFound = 317;  // ERROR_MR_MID_NOT_FOUND
constexpr int kInsertsMax = 99;          // %1 to %99

// The inserts of a message: an array, or a va_list, which is read from the start for each.
class Inserts {
 public:
  Inserts(DWORD flags, void* arguments)
      : array_((flags & FORMAT_MESSAGE_ARGUMENT_ARRAY) != 0), arguments_(arguments) {}

  std::uintptr_t at(int number) const {
    if (arguments_ == nullptr || number < 1 || number > kInsertsMax) return 0;
    if (array_) return static_cast<std::uintptr_t*>(arguments_)[number - 1];
    va_list list;
    va_copy(list, *static_cast<va_list*>(arguments_));
    std::uintptr_t value = 0;
    for (int i = 0; i < number; ++i) value = va_arg(list, std::uintptr_t);
    va_end(list);
    return value;
  }

 private:
  bool array_;
  void* arguments_;
};

// "%1", "%1!d!", "%n", "%%"; a wide function's text insert is wide, a narrow one's narrow.
std::wstring expand(const std::wstring& text, const Inserts& inserts, bool narrow) {
  std::wstring out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != L'%' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const wchar_t next = text[++i];
    if (next == L'n') {
      out += L"\r\n";
    } else if (next == L'0') {
      break;  // the message ends here, without a line end
    } else if (next < L'1' || next > L'9') {
      out += next;
    } else {
      int number = static_cast<int>(next - L'0');
      if (i + 1 < text.size() && text[i + 1] >= L'0' && text[i + 1] <= L'9') {
        number = number * 10 + static_cast<int>(text[++i] - L'0');
      }
      std::wstring format = narrow ? L"S" : L"s";
      if (i + 1 < text.size() && text[i + 1] == L'!') {
        const std::size_t end = text.find(L'!', i + 2);
        if (end != std::wstring::npos) {
          format = text.substr(i + 2, end - i - 2);
          if (narrow && format == L"s") format = L"S";
          i = end;
        }
      }
      WCHAR buffer[1024];
      _snwprintf_s(buffer, ARRAYSIZE(buffer), _TRUNCATE, (L"%" + format).c_str(),
                   inserts.at(number));
      out += buffer;
    }
  }
  return out;
}

// False: there is no such message.
bool find_text(DWORD flags, const std::wstring& source, DWORD id, std::wstring& text) {
  if ((flags & FORMAT_MESSAGE_FROM_STRING) != 0) {
    text = source;
    return true;
  }
  const auto table = hresult_table();
  const auto hr = static_cast<Hr>(id > 0xFFFF ? id : HRESULT_FROM_WIN32(id));
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const HresultInfo& info) { return info.value == hr; });
  if (found == table.end()) return false;
  text = to_wide(found->meaning) + L"\r\n";
  return true;
}

template <class Char>
DWORD give_message(const std::basic_string<Char>& text, DWORD flags, Char* out, DWORD size) {
  if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
    const std::size_t room = std::max<std::size_t>(size, text.size() + 1);
    auto* made = static_cast<Char*>(LocalAlloc(LMEM_FIXED, room * sizeof(Char)));
    if (made == nullptr) return fail_with<DWORD>(ERROR_NOT_ENOUGH_MEMORY, 0);
    std::copy_n(text.c_str(), text.size() + 1, made);
    *reinterpret_cast<Char**>(out) = made;
  } else if (text.size() + 1 > size) {
    return fail_with<DWORD>(ERROR_INSUFFICIENT_BUFFER, 0);
  } else {
    std::copy_n(text.c_str(), text.size() + 1, out);
  }
  return static_cast<DWORD>(text.size());
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD, LPWSTR out, DWORD size,
                              void* arguments) {
  const bool given = (flags & FORMAT_MESSAGE_FROM_STRING) != 0 && source != nullptr;
  std::wstring text;
  if (!find_text(flags, given ? static_cast<LPCWSTR>(source) : L"", id, text)) {
    return fail_with<DWORD>(kMessageNotFound, 0);
  }
  if ((flags & FORMAT_MESSAGE_IGNORE_INSERTS) == 0 && given) {
    text = expand(text, Inserts(flags, arguments), false);
  }
  return give_message(text, flags, out, size);
}

EXTERN_C DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD, LPSTR out, DWORD size,
                              void* arguments) {
  const bool given = (flags & FORMAT_MESSAGE_FROM_STRING) != 0 && source != nullptr;
  std::wstring text;
  if (!find_text(flags, given ? to_wide(static_cast<LPCSTR>(source)) : L"", id, text)) {
    return fail_with<DWORD>(kMessageNotFound, 0);
  }
  if ((flags & FORMAT_MESSAGE_IGNORE_INSERTS) == 0 && given) {
    text = expand(text, Inserts(flags, arguments), true);
  }
  return give_message(to_utf8(text), flags, out, size);
}
