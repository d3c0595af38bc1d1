#include "journal/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "core/ascii.h"

namespace vsslab {
namespace {

constexpr std::array<bool, 256> bare_characters() {
  std::array<bool, 256> bare{};
  for (int c = 0x21; c < 256; ++c) bare[static_cast<std::size_t>(c)] = c != '"' && c != 0x7F;
  return bare;
}
constexpr auto kBare = bare_characters();
constexpr char kHex[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The escape after a backslash; false when there is no such escape.
bool read_escape(std::string_view text, std::size_t& position, Escapes escapes, std::string& out) {
  if (position >= text.size()) return false;
  const char c = text[position++];
  switch (c) {
    case '"':
    case '\\':
      out += c;
      return true;
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'x': {
      if (position + 2 > text.size()) return false;
      const int high = hex_value(text[position]), low = hex_value(text[position + 1]);
      if (high < 0 || low < 0) return false;
      // Only what append_word writes: a byte above 0x7f would be no character.
      if (escapes == Escapes::text && high > 7) return false;
      out += static_cast<char>(high * 16 + low);
      position += 2;
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

namespace {

constexpr std::uint64_t in_each_byte(unsigned char byte) { return byte * 0x0101010101010101ULL; }

// Some byte of the eight is zero. (The usual trick; it may see more beside a true one, never
// without.)
constexpr bool has_zero_byte(std::uint64_t bytes) {
  return ((bytes - in_each_byte(0x01)) & ~bytes & in_each_byte(0x80)) != 0;
}

// Some byte is a control character, a blank, a quote or DEL.
constexpr bool has_special_byte(std::uint64_t bytes) {
  const bool low = ((bytes - in_each_byte(0x21)) & ~bytes & in_each_byte(0x80)) != 0;
  return low || has_zero_byte(bytes ^ in_each_byte('"')) ||
         has_zero_byte(bytes ^ in_each_byte(0x7F));
}

}  // namespace

bool is_bare_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    if (has_special_byte(bytes)) return false;
  }
  for (; at < text.size(); ++at) {
    if (!kBare[static_cast<unsigned char>(text[at])]) return false;
  }
  return true;
}

namespace {

void append_hex_escape(std::string& out, unsigned char byte) {
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// What stands between the quotes.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      append_hex_escape(out, byte);
    } else {
      out += c;
    }
  }
}

}  // namespace

void append_word(std::string& out, std::string_view text) {
  if (is_bare_word(text)) {
    out += text;
    return;
  }
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_bytes(std::string& out, std::string_view bytes) {
  std::size_t bad = find_invalid_utf8(bytes);
  if (bad == std::string_view::npos) return append_word(out, bytes);
  out += '"';
  for (; bad != std::string_view::npos; bad = find_invalid_utf8(bytes)) {
    append_escaped(out, bytes.substr(0, bad));
    append_hex_escape(out, static_cast<unsigned char>(bytes[bad]));
    bytes.remove_prefix(bad + 1);
  }
  append_escaped(out, bytes);
  out += '"';
}

std::optional<std::string> read_quoted(std::string_view text, std::size_t& position,
                                       Escapes escapes) {
  std::string out;
  ++position;
  while (position < text.size()) {
    const char c = text[position++];
    if (c == '"') return out;
    if (c != '\\') {
      out += c;
    } else if (!read_escape(text, position, escapes, out)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

void append_seconds(std::string& out, Duration duration) {
  std::int64_t count = duration.count();
  if (count < 0) {
    out += '-';
    count = -count;
  }
  append_number(out, static_cast<std::uint64_t>(count / 1'000'000'000));
  char fraction[10];
  fraction[0] = '.';
  std::int64_t rest = count % 1'000'000'000;
  for (int i = 9; i > 0; --i, rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
  out.append(fraction, sizeof fraction);
}

std::optional<Duration> parse_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = parse_number(text.substr(0, point));
  if (!whole || *whole > 3'200'000'000) return std::nullopt;
  std::int64_t nanoseconds = static_cast<std::int64_t>(*whole) * 1'000'000'000;
  if (point == std::string_view::npos) return Duration(nanoseconds);
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.empty() || fraction.size() > 9) return std::nullopt;
  std::int64_t unit = 100'000'000;
  for (const char digit : fraction) {
    if (digit < '0' || digit > '9') return std::nullopt;
    nanoseconds += (digit - '0') * unit;
    unit /= 10;
  }
  return Duration(nanoseconds);
}

namespace {

// Bytes of the character that begins at `text[at]`, 0 when it is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

bool parse_hex(std::string_view text, std::vector<std::uint8_t>& out) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return true;
}

bool is_argument_key(std::string_view text) {
  if (text.empty() || text == "hr" || text == "doc") return false;
  if (text[0] >= '0' && text[0] <= '9') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_letter_or_digit(c) || c == '_'; });
}

}  // namespace vsslab
