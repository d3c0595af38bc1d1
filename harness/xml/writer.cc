#include "xml/writer.h"

#include <array>

#include <fmt/format.h>
#include <boost/locale/utf.hpp>

#include "core/error.h"
#include "xml/names.h"

namespace vsslab::xml {
namespace {

namespace utf = boost::locale::utf;

// Bytes that go out as they are, in text and in attribute values alike.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x80; ++c) {
    plain[c] = c != '&' && c != '<' && c != '>' && c != '"';
  }
  return plain;
}();

}  // namespace

bool is_name(std::string_view name) {
  if (name.empty() || !starts_name(name.front())) return false;
  for (const char c : name) {
    if (!continues_name(c)) return false;
  }
  return true;
}

Writer::Writer(Layout layout, std::size_t reserve_bytes) : layout_(layout) {
  out_.reserve(reserve_bytes);
}

void Writer::declaration() {
  VSSLAB_ASSERT(out_.empty());
  out_ += R"(<?xml version="1.0" encoding="UTF-8"?>)";
  if (layout_ == Layout::indented) out_ += '\n';
}

void Writer::finish_start_tag() {
  if (!in_start_tag_) return;
  out_ += '>';
  in_start_tag_ = false;
}

void Writer::new_line() {
  if (layout_ == Layout::one_line || out_.empty() || out_.back() == '\n') return;
  out_ += '\n';
}

void Writer::open(std::string_view name) {
  VSSLAB_ASSERT(is_name(name));
  finish_start_tag();
  const bool beside_text = !open_.empty() && open_.back().has_text;
  if (!open_.empty()) open_.back().has_elements = true;
  if (layout_ == Layout::indented && !beside_text) {
    new_line();
    out_.append(open_.size() * 2, ' ');
  }
  out_ += '<';
  open_.push_back({out_.size(), name.size(), false, beside_text});
  out_ += name;
  in_start_tag_ = true;
}

void Writer::attribute(std::string_view name, std::string_view value) {
  VSSLAB_ASSERT(in_start_tag_ && is_name(name));
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  escape(value, true);
  out_ += '"';
}

void Writer::text(std::string_view value) {
  VSSLAB_ASSERT(!open_.empty());
  if (value.empty()) return;
  finish_start_tag();
  open_.back().has_text = true;  // white space would change the text, so no lines from here on
  escape(value, false);
}

void Writer::comment(std::string_view value) {
  finish_start_tag();
  const bool beside_text = !open_.empty() && open_.back().has_text;
  if (!open_.empty()) open_.back().has_elements = true;
  if (layout_ == Layout::indented && !beside_text) {
    new_line();
    out_.append(open_.size() * 2, ' ');
  }
  out_ += "<!--";
  const std::size_t begin = out_.size();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '-' && out_.size() > begin && out_.back() == '-') out_ += ' ';
    const char* p = value.data() + i;
    const char* const end = value.data() + value.size();
    const utf::code_point c = utf::utf_traits<char>::decode(p, end);
    if (c == utf::illegal || c == utf::incomplete ||
        (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF) {
      replacement();
      if (c == 0xFFFE || c == 0xFFFF) i += 2;
      continue;
    }
    out_.append(value.data() + i, p);
    i = static_cast<std::size_t>(p - value.data()) - 1;
  }
  if (out_.back() == '-' && out_.size() > begin) out_ += ' ';
  out_ += "-->";
}

void Writer::close() {
  VSSLAB_ASSERT(!open_.empty());
  const Open element = open_.back();
  open_.pop_back();
  if (in_start_tag_) {
    out_ += "/>";
    in_start_tag_ = false;
  } else {
    if (layout_ == Layout::indented && element.has_elements && !element.has_text) {
      new_line();
      out_.append(open_.size() * 2, ' ');
    }
    out_ += "</";
    const std::string name = out_.substr(element.name_at, element.name_size);
    out_ += name;
    out_ += '>';
  }
  if (open_.empty()) new_line();
}

void Writer::replacement() {
  out_ += "\xEF\xBF\xBD";
  ++scrubbed_;
}

void Writer::escape(std::string_view value, bool in_attribute) {
  const char* p = value.data();
  const char* const end = p + value.size();
  while (p != end) {
    const char* const run = p;
    while (p != end && kPlain[static_cast<unsigned char>(*p)]) ++p;
    out_.append(run, p);
    if (p == end) return;
    const char* next = p;
    const utf::code_point c = utf::utf_traits<char>::decode(next, end);
    if (c == utf::illegal || c == utf::incomplete) {
      replacement();
      ++p;  // one mark for each stray byte
      continue;
    }
    if (c == '&') {
      out_ += "&amp;";
    } else if (c == '<') {
      out_ += "&lt;";
    } else if (c == '>') {
      out_ += "&gt;";
    } else if (c == '"') {
      out_ += in_attribute ? "&quot;" : "\"";
    } else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t'))) {
      out_ += fmt::format("&#{};", static_cast<unsigned>(c));
    } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0xFFFE || c == 0xFFFF) {
      replacement();
    } else {
      out_.append(p, next);
    }
    p = next;
  }
}

std::string Writer::take() && {
  VSSLAB_ASSERT(open_.empty());
  return std::move(out_);
}

}  // namespace vsslab::xml
