// Writes XML that any parser reads back to the same infoset. TinyXML-2's printer is not used: it
// writes control characters and a raw "]]>" as they are.
//
// In attribute values tab, line feed and carriage return become character references, because a
// parser turns the raw characters into spaces. Characters that XML 1.0 cannot hold and malformed
// UTF-8 become U+FFFD, and `scrubbed()` counts them, so that a caller may refuse instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab::xml {

enum class Layout {
  one_line,  // as Windows writes its documents
  indented,  // two spaces a level, for people
};

class Writer {
 public:
  explicit Writer(Layout layout = Layout::one_line, std::size_t reserve_bytes = 0);

  void declaration();  // <?xml version="1.0" encoding="UTF-8"?>, first of all
  void open(std::string_view name);
  void attribute(std::string_view name, std::string_view value);  // right after open()
  void text(std::string_view value);
  void comment(std::string_view value);  // "--" inside is written "- -"
  void close();                          // the innermost open element

  std::size_t scrubbed() const { return scrubbed_; }
  std::size_t size() const { return out_.size(); }

  // The document. Every element must be closed.
  std::string take() &&;

 private:
  void finish_start_tag();
  void new_line();
  void escape(std::string_view value, bool in_attribute);
  void replacement();

  Layout layout_;
  std::string out_;
  struct Open {
    std::size_t name_at, name_size;
    bool has_elements, has_text;
  };
  std::vector<Open> open_;
  bool in_start_tag_ = false;
  std::size_t scrubbed_ = 0;
};

// A name that XML allows for elements and attributes.
bool is_name(std::string_view name);

}  // namespace vsslab::xml
