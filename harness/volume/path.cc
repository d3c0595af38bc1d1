#include "volume/path.h"

#include <algorithm>
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

char upper_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

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
  return std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == ':' || c == '"' ||
           c == '|' || c == '?' || c == '*';
  });
}

}  // namespace

std::string fold_case(std::string_view name) {
  // Nearly all names are ASCII: one pass then does.
  std::string folded(name.size(), '\0');
  std::size_t plain = 0;
  while (plain < name.size() && static_cast<std::uint8_t>(name[plain]) < 0x80) {
    folded[plain] = upper_ascii(name[plain]);
    ++plain;
  }
  folded.resize(plain);
  for (std::size_t at = plain; at < name.size();) {
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

bool same_name(std::string_view a, std::string_view b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t at = 0; at < both; ++at) {
    const bool plain =
        ((static_cast<std::uint8_t>(a[at]) | static_cast<std::uint8_t>(b[at])) & 0x80) == 0;
    if (!plain) return fold_case(a.substr(at)) == fold_case(b.substr(at));
    if (upper_ascii(a[at]) != upper_ascii(b[at])) return false;
  }
  return a.size() == b.size();
}

namespace {

std::u32string characters(std::string_view text) {
  const std::string folded = fold_case(text);
  std::u32string out;
  out.reserve(folded.size());
  for (std::size_t at = 0; at < folded.size();) {
    char32_t c = 0;
    for (const std::size_t end = at + character_bytes(folded, at); at < end; ++at) {
      c = c << 8 | static_cast<std::uint8_t>(folded[at]);  // any injective number will do
    }
    out += c;
  }
  return out;
}

// FindFirstFile's pattern in the words of the file system, where three more wildcards exist:
//   '<'  any characters, but not the last period       made of the '*' in a final "*."
//   '>'  one character, none before a period or at the end   made of every '?'
//   '"'  a period, or nothing at the end               made of a '.' before '?' or '*'
// None of the three can be part of a name.
std::u32string win32_pattern(std::u32string pattern) {
  const std::size_t size = pattern.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (pattern[i] == U'?') pattern[i] = U'>';
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (pattern[i] != U'.') continue;
    if (i + 1 < size && (pattern[i + 1] == U'>' || pattern[i + 1] == U'*')) pattern[i] = U'"';
    if (i + 1 == size && i > 0 && pattern[i - 1] == U'*') {
      pattern[i - 1] = U'<';
      pattern.pop_back();
    }
  }
  return pattern;
}

// The states that can be reached without taking a character; `next` is the one to come, or 0.
void close_over(const std::u32string& pattern, std::vector<bool>& states, char32_t next) {
  for (std::size_t s = 0; s < pattern.size(); ++s) {
    if (!states[s]) continue;
    const char32_t p = pattern[s];
    const bool skips = p == U'*' || p == U'<' || (p == U'>' && (next == 0 || next == U'.')) ||
                       (p == U'"' && next == 0);
    if (skips) states[s + 1] = true;
  }
}

}  // namespace

bool matches_wildcard(std::string_view pattern, std::string_view name) {
  if (pattern == "*" || pattern == "*.*") return true;
  if (pattern.find_first_of("*?") == std::string_view::npos) return same_name(pattern, name);
  const std::u32string n = characters(name);
  const std::u32string p = win32_pattern(characters(pattern));
  const std::size_t last_period = n.rfind(U'.');
  std::vector<bool> states(p.size() + 1), reached(p.size() + 1);
  states[0] = true;
  for (std::size_t i = 0; i < n.size(); ++i) {
    close_over(p, states, n[i]);
    std::fill(reached.begin(), reached.end(), false);
    bool any = false;
    for (std::size_t s = 0; s < p.size(); ++s) {
      if (!states[s]) continue;
      const bool stays = p[s] == U'*' || (p[s] == U'<' && i != last_period);
      const bool takes =
          p[s] == n[i] || (p[s] == U'>' && n[i] != U'.') || (p[s] == U'"' && n[i] == U'.');
      if (stays) reached[s] = true;
      if (takes) reached[s + 1] = true;
      any = any || stays || takes;
    }
    if (!any) return false;
    std::swap(states, reached);
  }
  close_over(p, states, 0);
  return states[p.size()];
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  if (path.size() > limits::kPathBytesMax) return std::nullopt;
  std::vector<std::string> names;
  std::size_t at = 0;
  while (at <= path.size()) {
    std::size_t end = at;
    while (end < path.size() && path[end] != '\\' && path[end] != '/') ++end;
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
