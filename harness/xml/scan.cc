#include "xml/scan.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <fmt/format.h>
#include <boost/locale/utf.hpp>

#include "core/ascii.h"
#include "core/suggest.h"
#include "xml/names.h"

namespace vsslab::xml {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The first byte of [p, end) that a value's walk must look at: `quote`, '<', '&' or white space
// other than a blank.
const char* value_stop(const char* p, const char* end, char quote) {
#if defined(__SSE2__)
  const __m128i quotes = _mm_set1_epi8(quote), less = _mm_set1_epi8('<');
  const __m128i ampersands = _mm_set1_epi8('&'), controls = _mm_set1_epi8(0x1F);
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, less)),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, ampersands),
                                  _mm_cmpeq_epi8(_mm_min_epu8(bytes, controls), bytes)));
    if (const int mask = _mm_movemask_epi8(found); mask != 0) {
      return p + std::countr_zero(static_cast<unsigned>(mask));
    }
  }
#endif
  while (p != end && *p != quote && *p != '<' && *p != '&' &&
         static_cast<unsigned char>(*p) >= 0x20) {
    ++p;
  }
  return p;
}

// A name, shortened for a message.
std::string shown(std::string_view name) { return shortened(name, 60); }

// The character of a reference that was found well-formed, without '&' and ';'.
void append_reference(std::string& out, std::string_view entity) {
  if (entity.front() == '#') {
    const bool hexadecimal = entity[1] == 'x';
    const std::string_view digits = entity.substr(hexadecimal ? 2 : 1);
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
    boost::locale::utf::utf_traits<char>::encode(value, std::back_inserter(out));
    return;
  }
  out += entity == "amp"    ? '&'
         : entity == "lt"   ? '<'
         : entity == "gt"   ? '>'
         : entity == "quot" ? '"'
                            : '\'';
}

// What a checked attribute value means: references resolved, raw white space turned into blanks, a
// line end of two characters into one.
std::string decoded_value(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '&') {
      const std::size_t end = raw.find(';', i);
      append_reference(out, raw.substr(i + 1, end - i - 1));
      i = end;
    } else if (is_space(raw[i])) {
      if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') ++i;
      out += ' ';
    } else {
      out += raw[i];
    }
  }
  return out;
}

class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits, bool duplicates)
      : begin_(text.data()),
        end_(text.data() + text.size()),
        p_(text.data()),
        limits_(limits),
        duplicates_(duplicates) {
    open_.reserve(16);
    // Untouched room costs nothing; real documents have an attribute in every 30 to 60 bytes.
    result_.records.reserve(text.size() / 32 + 16);
  }

  ScanResult run() {
    if (declaration()) {
      while (content()) {
      }
    }
    if (!result_.fault) check_end();
    return std::move(result_);
  }

 private:
  bool fault(const char* at, std::string message, std::string hint = {}) {
    if (!result_.fault) {
      result_.fault =
          Fault{static_cast<std::size_t>(at - begin_), std::move(message), std::move(hint)};
    }
    return false;
  }

  std::string_view rest() const { return {p_, static_cast<std::size_t>(end_ - p_)}; }
  bool at_literal(std::string_view literal) const { return rest().starts_with(literal); }

  // The end of the next `literal`, or nullptr.
  const char* find_after(std::string_view literal) const {
    const std::size_t at = rest().find(literal);
    return at == std::string_view::npos ? nullptr : p_ + at + literal.size();
  }

  void skip_space() {
    while (p_ != end_ && is_space(*p_)) ++p_;
  }

  std::string_view name() {
    const char* const start = p_;
    if (p_ != end_ && starts_name(*p_)) {
      do ++p_;
      while (p_ != end_ && continues_name(*p_));
    }
    return {start, static_cast<std::size_t>(p_ - start)};
  }

  // --- the prolog ---

  bool declaration() {
    if (!at_literal("<?xml") || rest().size() < 6 || !is_space(p_[5])) return true;
    const char* const start = p_;
    const char* const after = find_after("?>");
    if (after == nullptr)
      return fault(start, "the XML declaration does not end", "close it with ?>");
    p_ += 5;
    const char* const stop = after - 2;
    while (true) {
      skip_space();
      if (p_ >= stop) break;
      const char* const pair = p_;
      const std::string_view key = name();
      const std::string_view value = quoted_before(stop);
      if (key.empty() || value.data() == nullptr) {
        return fault(pair, "the XML declaration is malformed",
                     R"(write <?xml version="1.0" encoding="UTF-8"?>)");
      }
      if (!declared(pair, key, value)) return false;
    }
    p_ = after;
    return true;
  }

  // `= "value"`; a view without data when it is not there.
  std::string_view quoted_before(const char* stop) {
    skip_space();
    if (p_ >= stop || *p_ != '=') return {};
    ++p_;
    skip_space();
    if (p_ >= stop || (*p_ != '"' && *p_ != '\'')) return {};
    const char quote = *p_++;
    const char* const start = p_;
    while (p_ < stop && *p_ != quote) ++p_;
    if (p_ >= stop) return {};
    ++p_;
    return {start, static_cast<std::size_t>(p_ - 1 - start)};
  }

  bool declared(const char* at, std::string_view key, std::string_view value) {
    if (key == "version") {
      if (value == "1.0") return true;
      return fault(at, fmt::format("XML version '{}'", shown(value)), "only XML 1.0 is read");
    }
    if (key == "standalone") return true;
    if (key != "encoding") {
      return fault(at, fmt::format("unknown '{}' in the XML declaration", shown(key)),
                   did_you_mean(key, {"version", "encoding", "standalone"}));
    }
    // Text that reached us as UTF-8 may still carry the declaration of the UTF-16 it came from.
    for (const char* known : {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii"}) {
      if (ascii::equal_ignoring_case(value, known)) return true;
    }
    return fault(at, fmt::format("the declaration claims the encoding '{}'", shown(value)),
                 "only UTF-8 and UTF-16 are read; save the file as UTF-8");
  }

  // --- content ---

  // One piece of text and the markup after it. False at the end or on a fault.
  bool content() {
    const auto* lt = static_cast<const char*>(
        p_ == end_ ? nullptr : std::memchr(p_, '<', static_cast<std::size_t>(end_ - p_)));
    const char* const text_end = lt == nullptr ? end_ : lt;
    if (text_end != p_ && !text(text_end)) return false;
    if (lt == nullptr) return false;
    p_ = lt + 1;
    if (p_ == end_) return fault(lt, "the document ends after '<'");
    if (*p_ == '/') return end_tag(lt);
    if (*p_ == '!') return exclamation(lt);
    if (*p_ == '?') {
      return fault(lt,
                   at_literal("?xml ") ? "an XML declaration that is not at the very beginning"
                                       : "a processing instruction",
                   "remove it");
    }
    return start_tag(lt);
  }

  bool text(const char* text_end) {
    const char* q = p_;
    while (q != text_end && is_space(*q)) ++q;
    if (q == text_end) return true;
    if (open_.empty()) {
      return fault(q, root_seen_ ? "text after the root element" : "text before the root element",
                   root_seen_ ? "" : "an XML document begins with '<'");
    }
    ++loose_;
    if (too_many_nodes(q)) return false;
    const auto size = static_cast<std::size_t>(text_end - q);
    if (const auto found = std::string_view(q, size).find("]]>"); found != std::string_view::npos) {
      return fault(q + found, "']]>' in text", "write ]]&gt;");
    }
    while ((q = static_cast<const char*>(
                std::memchr(q, '&', static_cast<std::size_t>(text_end - q)))) != nullptr) {
      p_ = q;
      if (!reference(text_end)) return false;
      q = p_;
    }
    return true;
  }

  // At '&'. Leaves p_ after the ';'.
  bool reference(const char* stop) {
    const char* const start = p_++;
    const char* const body = p_;
    while (p_ != stop && p_ - body < 12 && *p_ != ';') ++p_;
    if (p_ == stop || *p_ != ';') {
      return fault(start, "'&' without an entity", "write &amp; for the character itself");
    }
    const std::string_view entity(body, static_cast<std::size_t>(p_ - body));
    ++p_;
    if (!entity.empty() && entity.front() == '#') {
      return character_reference(start, entity.substr(1));
    }
    for (const char* known : {"amp", "lt", "gt", "quot", "apos"}) {
      if (entity == known) return true;
    }
    return fault(start, fmt::format("undeclared entity '&{};'", entity),
                 "XML knows &amp; &lt; &gt; &quot; &apos;; write &amp; for the character itself");
  }

  bool character_reference(const char* start, std::string_view digits) {
    const bool hexadecimal = !digits.empty() && digits.front() == 'x';
    if (hexadecimal) digits.remove_prefix(1);
    std::uint32_t value = 0;
    bool well_formed = !digits.empty() && digits.size() <= 8;
    for (const char c : digits) {
      const int digit = c >= '0' && c <= '9'                  ? c - '0'
                        : hexadecimal && c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : hexadecimal && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                              : -1;
      if (digit < 0) well_formed = false;
      if (!well_formed || value > 0x10FFFF) break;
      value = value * (hexadecimal ? 16 : 10) + static_cast<std::uint32_t>(digit);
    }
    const bool allowed = value < 0x20 ? value == '\t' || value == '\n' || value == '\r'
                                      : value <= 0x10FFFF && value != 0xFFFE && value != 0xFFFF &&
                                            (value < 0xD800 || value > 0xDFFF);
    if (!well_formed || !allowed) {
      return fault(start,
                   fmt::format("the character reference '{}' names no character that XML allows",
                               std::string_view(start, static_cast<std::size_t>(p_ - start))));
    }
    return true;
  }

  bool exclamation(const char* lt) {
    if (at_literal("!--")) {
      p_ += 3;
      const char* const dashes = find_after("--");
      if (dashes == nullptr) return fault(lt, "a comment that does not end", "close it with -->");
      if (dashes == end_ || *dashes != '>') {
        return fault(dashes - 2, "'--' inside a comment", "XML allows it only at the end, as -->");
      }
      p_ = dashes + 1;
      ++loose_;
      return !too_many_nodes(lt);
    }
    if (at_literal("![CDATA[")) {
      if (open_.empty()) return fault(lt, "text outside the root element");
      const char* const after = find_after("]]>");
      if (after == nullptr) {
        return fault(lt, "a CDATA section that does not end", "close it with ]]>");
      }
      p_ = after;
      ++loose_;
      return !too_many_nodes(lt);
    }
    if (at_literal("!DOCTYPE")) {
      return fault(lt, "a document type declaration (DOCTYPE)", "it is not accepted; remove it");
    }
    return fault(lt, "malformed markup after '<!'", "write &lt; for the character itself");
  }

  // Each costs memory in the tree, whatever its length: a document of millions of empty comments is
  // as large as one of millions of elements.
  bool too_many_nodes(const char* at) {
    if (result_.records.size() + loose_ <= limits_.nodes_max) return false;
    fault(at, fmt::format("more nodes than xml_nodes_max ({})", limits_.nodes_max),
          "elements, attributes, texts and comments count");
    return true;
  }

  bool end_tag(const char* lt) {
    ++p_;
    const std::string_view closed = name();
    skip_space();
    if (closed.empty() || p_ == end_ || *p_ != '>') return fault(lt, "a malformed end tag");
    ++p_;
    if (open_.empty()) return fault(lt, fmt::format("'</{}>' closes nothing", shown(closed)));
    if (open_.back() != closed) {
      return fault(lt, fmt::format("'</{}>' where '</{}>' should close the element of line {}",
                                   shown(closed), shown(open_.back()), line(open_.back().data())));
    }
    open_.pop_back();
    return true;
  }

  bool start_tag(const char* lt) {
    const std::string_view element = name();
    if (element.empty()) {
      return fault(lt, "'<' that begins no element", "write &lt; for the character itself");
    }
    if (open_.empty() && root_seen_) {
      return fault(lt, fmt::format("a second root element '{}'", shown(element)),
                   "an XML document has exactly one");
    }
    root_seen_ = true;
    if (static_cast<int>(open_.size()) >= limits_.depth_max) {
      return fault(
          lt, fmt::format("elements nested deeper than xml_depth_max ({})", limits_.depth_max));
    }
    seen_.clear();
    const std::size_t record = result_.records.size();
    result_.records.push_back({element, {}});
    for (std::size_t count = 0;; ++count) {
      const char* const before = p_;
      skip_space();
      if (p_ == end_) return fault(lt, fmt::format("the element '{}' is cut off", shown(element)));
      if (*p_ == '>') {
        ++p_;
        open_.push_back(element);
        result_.records[record].value = {element.data(), count};
        return !too_many_nodes(lt);
      }
      if (*p_ == '/') {
        if (p_ + 1 == end_ || p_[1] != '>') return fault(p_, "'/' without '>'");
        p_ += 2;
        result_.records[record].value = {element.data(), count};
        return !too_many_nodes(lt);
      }
      if (count == limits_.attributes_max) {
        return fault(p_, fmt::format("more attributes than xml_attributes_max ({})",
                                     limits_.attributes_max));
      }
      if (before == p_) return fault(p_, "no white space before an attribute");
      if (!attribute(element)) return false;
    }
  }

  bool attribute(std::string_view element) {
    const char* const start = p_;
    const std::string_view attribute_name = name();
    if (attribute_name.empty()) {
      return fault(start, fmt::format("malformed start tag of '{}'", shown(element)),
                   R"(attributes are written name="value")");
    }
    skip_space();
    if (p_ == end_ || *p_ != '=') {
      return fault(start, fmt::format("attribute '{}' without a value", shown(attribute_name)),
                   R"(attributes are written name="value")");
    }
    ++p_;
    skip_space();
    if (p_ == end_ || (*p_ != '"' && *p_ != '\'')) {
      return fault(start, fmt::format("attribute '{}' without quotes", shown(attribute_name)),
                   R"(attributes are written name="value")");
    }
    if (duplicates_) {
      if (std::find(seen_.begin(), seen_.end(), attribute_name) != seen_.end()) {
        return fault(start, fmt::format("attribute '{}' twice in '{}'", shown(attribute_name),
                                        shown(element)));
      }
      seen_.push_back(attribute_name);
    }
    return value(start, attribute_name);
  }

  bool value(const char* start, std::string_view attribute_name) {
    const char quote = *p_++;
    const char* const first = p_;
    bool plain = true;
    while (true) {
      p_ = value_stop(p_, end_, quote);
      if (p_ == end_) {
        return fault(start, fmt::format("the value of '{}' does not end", shown(attribute_name)),
                     "a closing quote is missing");
      }
      if (*p_ == quote) break;
      if (*p_ == '<') {
        return fault(p_, fmt::format("'<' in the value of '{}'", shown(attribute_name)),
                     "write &lt;, or close the quotes before it");
      }
      plain = false;
      if (*p_ != '&') {
        ++p_;
      } else if (!reference(end_)) {
        return false;
      }
    }
    std::string_view meaning(first, static_cast<std::size_t>(p_ - first));
    if (!plain) meaning = result_.decoded_values.emplace_back(decoded_value(meaning));
    result_.records.push_back({attribute_name, meaning});
    ++p_;
    return true;
  }

  void check_end() {
    if (!open_.empty()) {
      fault(end_,
            fmt::format("the element '{}' of line {} is never closed", shown(open_.back()),
                        line(open_.back().data())),
            fmt::format("the file may be cut off; </{}> is missing", shown(open_.back())));
    } else if (!root_seen_) {
      fault(begin_, "no element at all", "this is no XML document");
    }
  }

  int line(const char* at) const {
    return line_of({begin_, static_cast<std::size_t>(end_ - begin_)},
                   static_cast<std::size_t>(at - begin_));
  }

  const char* const begin_;
  const char* const end_;
  const char* p_;
  const Limits& limits_;
  const bool duplicates_;
  std::vector<std::string_view> open_;  // at most depth_max
  std::vector<std::string_view> seen_;  // attributes of the element at hand
  std::size_t loose_ = 0;               // texts, CDATA sections, comments
  bool root_seen_ = false;
  ScanResult result_;
};

}  // namespace

ScanResult scan(std::string_view text, const Limits& limits) {
  return Scanner(text, limits, false).run();
}

ScanResult scan_with_duplicates(std::string_view text, const Limits& limits) {
  return Scanner(text, limits, true).run();
}

}  // namespace vsslab::xml
