// Text at the API edge: WCHAR outside, UTF-8 inside.
#pragma once

#include <string>
#include <string_view>

namespace vsslab {

// Never fail: what is no character becomes U+FFFD, and is counted in `replaced` when that is given.
// Pairs of surrogates in `text` are one character.
std::string to_utf8(std::wstring_view text, int* replaced = nullptr);
// "" for a null pointer.
std::string to_utf8(const wchar_t* text);
std::wstring to_wide(std::string_view utf8, int* replaced = nullptr);

}  // namespace vsslab
