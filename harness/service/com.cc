#include "service/com.h"

namespace vsslab {

bool give_bstr(std::string_view text, BSTR* out) {
  if (out == nullptr) return false;
  const std::wstring wide = to_wide(text);
  *out = SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size()));
  return true;
}

bool give_bstr_or_null(std::string_view text, BSTR* out) {
  if (out == nullptr) return false;
  if (!text.empty()) return give_bstr(text, out);
  *out = nullptr;
  return true;
}

}  // namespace vsslab
