#include "journal/quote.h"

#include <array>

namespace vsslab {
namespace {

constexpr std::array<bool, 256> bare_characters() {
  std::array<bool, 256> bare{};
  for (int c = 0x21; c < 256; ++c) bare[static_cast<std::size_t>(c)] = c != '"' && c != 0x7F;
  return bare;
}
constexpr auto kBare = bare_characters();
constexpr char kHex[] = "0123456789abcdef";

bool is_bare(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!kBare[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The escape after a backslash; false when there is no such escape.
bool read_escape(std::string_view text, std::size_t& position, std::string& out) {
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
      out += static_cast<char>(high * 16 + low);
      position += 2;
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

void append_word(std::string& out, std::string_view text) {
  if (is_bare(text)) {
    out += text;
    return;
  }
  out += '"';
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
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::optional<std::string> read_quoted(std::string_view text, std::size_t& position) {
  std::string out;
  ++position;
  while (position < text.size()) {
    const char c = text[position++];
    if (c == '"') return out;
    if (c != '\\') {
      out += c;
    } else if (!read_escape(text, position, out)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace vsslab
