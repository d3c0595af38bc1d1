#include "xml/decode.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <boost/locale/utf.hpp>

#include "core/limits.h"

namespace vsslab::xml {
namespace {

namespace utf = boost::locale::utf;

// Where checking stopped, and why; `what` is empty when the text is clean.
struct Stop {
  std::size_t at = 0;
  std::string what;
  std::string hint;
};

bool is_xml_character(std::uint32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c != 0xFFFE && c != 0xFFFF;
}

Stop stop_at_character(std::size_t at, std::uint32_t c) {
  if (c == 0) {
    return {at, "a NUL character inside the text",
            "one NUL at the very end is tolerated; this one cuts the document"};
  }
  return {at, fmt::format("the character U+{:04X}, which XML does not allow", c),
          "remove it; XML 1.0 knows no control characters but tab and line ends"};
}

// Eight bytes at once: none above 0x7F, none below 0x20.
bool plain_ascii(std::uint64_t word) {
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  constexpr std::uint64_t kSpaces = 0x2020202020202020ULL;
  return ((word | (word - kSpaces)) & kHigh) == 0;
}

Stop check_utf8(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* p = begin;
  while (p != end) {
    while (end - p >= 8) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      if (!plain_ascii(word)) break;
      p += 8;
    }
    if (p == end) break;
    const auto byte = static_cast<unsigned char>(*p);
    if (byte < 0x80) {
      if (byte < 0x20 && !is_xml_character(byte)) {
        return stop_at_character(static_cast<std::size_t>(p - begin), byte);
      }
      ++p;
      continue;
    }
    const char* next = p;
    const utf::code_point c = utf::utf_traits<char>::decode(next, end);
    const auto at = static_cast<std::size_t>(p - begin);
    if (c == utf::illegal || c == utf::incomplete) {
      return {at, fmt::format("the byte 0x{:02X}, which is no UTF-8 here", byte),
              "save the file as UTF-8 or UTF-16"};
    }
    if (!is_xml_character(c)) return stop_at_character(at, c);
    p = next;
  }
  return {};
}

std::uint16_t unit_at(std::string_view bytes, std::size_t at, bool big_endian) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::uint16_t>(big_endian ? first << 8 | second : second << 8 | first);
}

// Appends the text of `bytes` to `out`. Stop::at is an offset into `out`.
Stop convert_utf16(std::string_view bytes, bool big_endian, std::string& out) {
  out.reserve(bytes.size() / 2 + bytes.size() / 16);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    std::uint32_t c = unit_at(bytes, i, big_endian);
    if (c < 0x80) {
      if (!is_xml_character(c)) return stop_at_character(out.size(), c);
      out += static_cast<char>(c);
      continue;
    }
    if (c >= 0xD800 && c <= 0xDFFF) {
      const std::uint32_t low = i + 3 < bytes.size() ? unit_at(bytes, i + 2, big_endian) : 0;
      if (c >= 0xDC00 || low < 0xDC00 || low > 0xDFFF) {
        return {out.size(), fmt::format("the surrogate U+{:04X} without its other half", c),
                "the file is damaged, or is no UTF-16"};
      }
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      i += 2;
    }
    if (!is_xml_character(c)) return stop_at_character(out.size(), c);
    utf::utf_traits<char>::encode(c, std::back_inserter(out));
  }
  return {};
}

bool starts_with_bytes(std::string_view bytes, std::initializer_list<int> expected) {
  if (bytes.size() < expected.size()) return false;
  return std::equal(expected.begin(), expected.end(), bytes.begin(),
                    [](int want, char have) { return want == static_cast<unsigned char>(have); });
}

// '<', or white space before it: with a NUL beside it that is UTF-16, for UTF-8 holds no NUL.
bool begins_xml(char c) { return c == '<' || c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

tl::unexpected<Error> failure(std::string_view file_name, std::string_view text, Stop stop) {
  Error error;
  error.message = std::move(stop.what);
  error.file = file_name;
  error.line = line_of(text, stop.at);
  error.source_line = excerpt(text, stop.at);
  error.hint = std::move(stop.hint);
  return fail(std::move(error));
}

tl::unexpected<Error> plain_failure(std::string_view file_name, std::string message,
                                    std::string hint = {}) {
  return fail(Error{std::move(message), std::string(file_name), 0, {}, std::move(hint)});
}

Result<Decoded> decode_utf8(std::string_view bytes, Decoded decoded, std::string_view file_name) {
  decoded.borrowed_begin = decoded.byte_order_mark ? 3 : 0;
  decoded.borrowed_size = bytes.size() - decoded.borrowed_begin;
  if (decoded.borrowed_size > 0 && bytes.back() == '\0') {
    decoded.trailing_nul = true;
    --decoded.borrowed_size;
  }
  const std::string_view text = decoded.text(bytes);
  if (text.empty()) return plain_failure(file_name, "the file is empty");
  if (Stop stop = check_utf8(text); !stop.what.empty()) {
    return failure(file_name, text, std::move(stop));
  }
  return decoded;
}

Result<Decoded> decode_utf16(std::string_view bytes, Decoded decoded, std::string_view file_name) {
  if (bytes.size() % 2 != 0) {
    return plain_failure(file_name, "UTF-16 text with an odd number of bytes",
                         "the file was cut off, or is no UTF-16");
  }
  const bool big_endian = decoded.encoding == Encoding::utf16_be;
  std::string_view units = bytes.substr(decoded.byte_order_mark ? 2 : 0);
  if (units.size() >= 2 && unit_at(units, units.size() - 2, big_endian) == 0) {
    decoded.trailing_nul = true;
    units.remove_suffix(2);
  }
  if (units.empty()) return plain_failure(file_name, "the file is empty");
  if (Stop stop = convert_utf16(units, big_endian, decoded.owned); !stop.what.empty()) {
    return failure(file_name, decoded.owned, std::move(stop));
  }
  return decoded;
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return "UTF-8";
    case Encoding::utf16_le:
      return "UTF-16LE";
    case Encoding::utf16_be:
      return "UTF-16BE";
  }
  return "?";
}

Result<Decoded> decode(std::string_view bytes, std::string_view file_name) {
  if (bytes.empty()) return plain_failure(file_name, "the file is empty");
  if (bytes.size() > limits::kInputBytesMax) {
    return plain_failure(file_name, fmt::format("{} bytes are more than input_bytes_max ({})",
                                                bytes.size(), limits::kInputBytesMax));
  }
  Decoded decoded;
  if (starts_with_bytes(bytes, {0xEF, 0xBB, 0xBF})) {
    decoded.byte_order_mark = true;
    return decode_utf8(bytes, std::move(decoded), file_name);
  }
  if (starts_with_bytes(bytes, {0xFF, 0xFE, 0, 0}) ||
      starts_with_bytes(bytes, {0, 0, 0xFE, 0xFF})) {
    return plain_failure(file_name, "the file is UTF-32", "save it as UTF-8 or UTF-16");
  }
  const bool le_mark = starts_with_bytes(bytes, {0xFF, 0xFE});
  const bool be_mark = starts_with_bytes(bytes, {0xFE, 0xFF});
  const bool two_bytes = bytes.size() >= 2;
  if (le_mark || (two_bytes && begins_xml(bytes[0]) && bytes[1] == 0)) {
    decoded.encoding = Encoding::utf16_le;
  } else if (be_mark || (two_bytes && bytes[0] == 0 && begins_xml(bytes[1]))) {
    decoded.encoding = Encoding::utf16_be;
  } else {
    return decode_utf8(bytes, std::move(decoded), file_name);
  }
  decoded.byte_order_mark = le_mark || be_mark;
  return decode_utf16(bytes, std::move(decoded), file_name);
}

int line_of(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

std::string printable(std::string_view text) {
  std::string out;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const char* next = p;
    const utf::code_point c = utf::utf_traits<char>::decode(next, end);
    if (c == '\t') {
      out += ' ';
      ++p;
    } else if (c == utf::illegal || c == utf::incomplete) {
      out += "\xEF\xBF\xBD";
      ++p;
    } else if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      out += "\xEF\xBF\xBD";
      p = next;
    } else {
      out.append(p, next);
      p = next;
    }
  }
  return out;
}

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string excerpt(std::string_view text, std::size_t offset) {
  constexpr std::size_t kBefore = 40, kAfter = 60;
  if (text.empty()) return {};
  offset = std::min(offset, text.size() - 1);
  std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
  std::size_t end = std::min(text.find('\n', offset), text.size());
  const bool short_line = end - begin <= kBefore + kAfter;
  const bool cut_before = !short_line && offset - begin > kBefore;
  const bool cut_after = !short_line && end - offset > kAfter;
  if (cut_before) begin = offset - kBefore;
  if (cut_after) end = offset + kAfter;
  while (begin < offset && continues_character(text[begin])) ++begin;
  while (end > offset && end < text.size() && continues_character(text[end])) --end;
  std::string_view part = text.substr(begin, end - begin);
  while (!part.empty() && (part.back() == '\r' || part.back() == ' ')) part.remove_suffix(1);
  if (!cut_before) {
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
  }
  return (cut_before ? "…" : "") + printable(part) + (cut_after ? "…" : "");
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && continues_character(text[bytes_max])) --bytes_max;
  return std::string(text.substr(0, bytes_max)) + "…";
}

bool is_clean_text(std::string_view text) { return check_utf8(text).what.empty(); }

}  // namespace vsslab::xml
