#include "volume/path.h"

#include <cstdint>

#include "core/limits.h"

namespace vsslab {

namespace {

// Windows' upper-case table for the letters that occur in names; a private copy, because towupper
// depends on the locale.
char32_t upper(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c >= 0xE0 && c <= 0xFE && c != 0xF7) return c - 32;
  if (c == 0xFF) return 0x178;
  const bool odd_is_lower = (c >= 0x100 && c <= 0x137 && c != 0x131) ||
                            (c >= 0x14A && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
                            (c >= 0x48A && c <= 0x4BF) || (c >= 0x1E00 && c <= 0x1E95) ||
                            (c >= 0x1EA0 && c <= 0x1EFF);
  if (odd_is_lower) return c & ~char32_t{1};
  const bool even_is_lower = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (even_is_lower) return c % 2 == 0 ? c - 1 : c;
  if (c >= 0x3B1 && c <= 0x3CB && c != 0x3C2) return c - 32;
  if (c >= 0x430 && c <= 0x44F) return c - 32;
  if (c >= 0x450 && c <= 0x45F) return c - 80;
  return c;
}

// One code point of at most two or three bytes; anything else is copied byte by byte, unfolded.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  if ((byte(0) & 0xE0) == 0xC0 && at + 1 < text.size()) {
    const char32_t c = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
    at += 2;
    return c;
  }
  if ((byte(0) & 0xF0) == 0xE0 && at + 2 < text.size()) {
    const char32_t c = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    at += 3;
    return c;
  }
  return 0;
}

void encode(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The length of the character at `at`, so that `?` takes a whole one.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::size_t bytes = 1;
  while (at + bytes < text.size() && (static_cast<std::uint8_t>(text[at + bytes]) & 0xC0) == 0x80) {
    ++bytes;
  }
  return bytes;
}

bool allowed_name(std::string_view name) {
  if (name.size() > limits::kFileNameBytesMax) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (std::string_view("<>:\"|?*").find(c) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

std::string fold_case(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  for (std::size_t at = 0; at < name.size();) {
    const auto byte = static_cast<std::uint8_t>(name[at]);
    if (byte < 0x80) {
      folded += static_cast<char>(upper(byte));
      ++at;
    } else if (const char32_t c = decode(name, at); c != 0) {
      encode(upper(c), folded);
    } else {
      folded += name[at++];
    }
  }
  return folded;
}

bool same_name(std::string_view a, std::string_view b) { return fold_case(a) == fold_case(b); }

bool matches_wildcard(std::string_view pattern, std::string_view name) {
  if (pattern == "*.*") return true;
  const std::string p = fold_case(pattern);
  const std::string n = fold_case(name);
  std::size_t pi = 0, ni = 0, star = std::string::npos, star_name = 0;
  while (ni < n.size()) {
    if (pi < p.size() && p[pi] == '*') {
      star = pi++;
      star_name = ni;
    } else if (pi < p.size() && p[pi] == '?') {
      ++pi;
      ni += character_bytes(n, ni);
    } else if (pi < p.size() && p[pi] == n[ni]) {
      ++pi;
      ++ni;
    } else if (star != std::string::npos) {
      pi = star + 1;
      ni = ++star_name;
    } else {
      return false;
    }
  }
  while (pi < p.size() && p[pi] == '*') ++pi;
  return pi == p.size();
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  if (path.size() > limits::kPathBytesMax) return std::nullopt;
  std::vector<std::string> names;
  std::size_t at = 0;
  while (at <= path.size()) {
    const std::size_t end = std::min(path.find_first_of("\\/", at), path.size());
    std::string_view name = path.substr(at, end - at);
    at = end + 1;
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (names.empty()) return std::nullopt;
      names.pop_back();
      continue;
    }
    // Win32 drops dots and blanks at the end of a name.
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.remove_suffix(1);
    if (name.empty() || !allowed_name(name)) return std::nullopt;
    names.emplace_back(name);
    if (names.size() > limits::kPathDepthMax) return std::nullopt;
  }
  return names;
}

}  // namespace vsslab
