#include "win32/wide.h"

#include <cstdint>

namespace vsslab {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

bool is_high(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool is_low(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

// Decodes one character at `i` and moves past it; kReplacement with `bad` for what is none.
char32_t decode(std::string_view text, std::size_t& i, bool& bad) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte(i);
  bad = false;
  if (lead < 0x80) return text[i++];
  const int length = lead >= 0xC2 && lead < 0xE0   ? 2
                     : lead >= 0xE0 && lead < 0xF0 ? 3
                     : lead >= 0xF0 && lead < 0xF5 ? 4
                                                   : 1;
  char32_t c = lead & (0xFFu >> (length + 1));
  std::size_t at = i + 1;
  for (int left = length - 1; left > 0; --left, ++at) {
    if (at >= text.size() || (byte(at) & 0xC0) != 0x80) break;
    c = (c << 6) | (byte(at) & 0x3F);
  }
  const bool whole = length > 1 && at == i + static_cast<std::size_t>(length);
  const bool shortest = length == 2 || (length == 3 && c >= 0x800) || (length == 4 && c >= 0x10000);
  if (whole && shortest && c <= 0x10FFFF && !is_high(c) && !is_low(c)) {
    i = at;
    return c;
  }
  ++i;
  bad = true;
  return kReplacement;
}

}  // namespace

std::string to_utf8(std::wstring_view text, int* replaced) {
  // Nearly all names are ASCII: one pass then does.
  std::string out(text.size(), 0);
  std::size_t plain = 0;
  while (plain < text.size() && static_cast<char32_t>(text[plain]) < 0x80) {
    out[plain] = static_cast<char>(text[plain]);
    ++plain;
  }
  out.resize(plain);
  for (std::size_t i = plain; i < text.size(); ++i) {
    auto c = static_cast<char32_t>(text[i]);
    if (is_high(c) && i + 1 < text.size() && is_low(static_cast<char32_t>(text[i + 1]))) {
      c = 0x10000 + ((c - 0xD800) << 10) + (static_cast<char32_t>(text[++i]) - 0xDC00);
    } else if (is_high(c) || is_low(c) || c > 0x10FFFF) {
      c = kReplacement;
      if (replaced != nullptr) ++*replaced;
    }
    append_utf8(out, c);
  }
  return out;
}

std::string to_utf8(const wchar_t* text) {
  return text == nullptr ? std::string() : to_utf8(std::wstring_view(text));
}

std::wstring to_wide(std::string_view utf8, int* replaced) {
  std::wstring out(utf8.size(), 0);
  std::size_t plain = 0;
  while (plain < utf8.size() && static_cast<unsigned char>(utf8[plain]) < 0x80) {
    out[plain] = static_cast<wchar_t>(utf8[plain]);
    ++plain;
  }
  out.resize(plain);
  for (std::size_t i = plain; i < utf8.size();) {
    bool bad = false;
    out += static_cast<wchar_t>(decode(utf8, i, bad));
    if (bad && replaced != nullptr) ++*replaced;
  }
  return out;
}

}  // namespace vsslab
