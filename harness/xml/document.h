// A checked XML document, read-only. Everything that TinyXML-2 would let pass (a DTD, two roots,
// undeclared entities, control characters, …) is refused before TinyXML-2 sees it; sizes, nesting
// and attribute counts are limited by name (core/limits.h).
//
// Elements and attributes are light handles into the Document and die with it. Attribute values are
// those of the XML infoset: a raw tab or line break inside a value reads as one space, a character
// reference (&#10;) as the character itself.
#pragma once

#include <cstddef>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/limits.h"
#include "xml/decode.h"

namespace tinyxml2 {
class XMLDocument;
class XMLElement;
class XMLNode;
}  // namespace tinyxml2

namespace vsslab::xml {

struct Limits {
  std::size_t bytes_max = limits::kInputBytesMax;
  std::string_view bytes_max_name = "input_bytes_max";
  int depth_max = limits::kXmlDepthMax;
  std::size_t attributes_max = limits::kXmlAttributesMax;  // of one element
  std::size_t nodes_max = limits::kXmlNodesMax;
};

struct Attribute {
  std::string_view name;
  std::string_view value;
};

class Element;

class ChildIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Element;
  using difference_type = std::ptrdiff_t;
  using pointer = const Element*;
  using reference = Element;

  ChildIterator() = default;
  explicit ChildIterator(const tinyxml2::XMLElement* at) : at_(at) {}
  Element operator*() const;
  ChildIterator& operator++();
  ChildIterator operator++(int) {
    ChildIterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(ChildIterator, ChildIterator) = default;

 private:
  const tinyxml2::XMLElement* at_ = nullptr;
};

template <class Iterator>
class Range {
 public:
  Range() = default;
  explicit Range(Iterator first) : first_(first) {}
  Iterator begin() const { return first_; }
  Iterator end() const { return {}; }
  bool empty() const { return first_ == Iterator{}; }

 private:
  Iterator first_;
};

// May be empty (a child that is not there): test with `if (element)`. Reading an empty one is a
// broken promise of the caller.
class Element {
 public:
  Element() = default;
  explicit Element(const tinyxml2::XMLElement* at) : at_(at) {}
  explicit operator bool() const { return at_ != nullptr; }
  friend bool operator==(Element, Element) = default;

  std::string_view name() const;        // as written, with its prefix
  std::string_view local_name() const;  // after the prefix
  int line() const;                     // 1-based, of the start tag

  std::span<const Attribute> attributes() const;  // in document order
  std::optional<std::string_view> attribute(std::string_view name) const;
  std::string_view attribute_or(std::string_view name, std::string_view otherwise) const;
  int attribute_line(std::string_view name) const;  // the element's line when it is not there

  Range<ChildIterator> children() const;              // elements only, in document order
  Element child(std::string_view name) const;         // the first of that name, or empty
  Element next_sibling(std::string_view name) const;  // the next of that name, or empty
  Element parent() const;                             // empty for the root

  // Text and CDATA directly inside, joined; comments and child elements left out.
  std::string text() const;
  bool has_text() const;  // something else than white space
  bool is_empty() const;  // neither elements nor text nor comments inside

  const tinyxml2::XMLElement* handle() const { return at_; }

 private:
  const tinyxml2::XMLElement* at_ = nullptr;
};

class Document {
 public:
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Element root() const;
  const std::string& file_name() const { return file_name_; }
  Encoding encoding() const { return encoding_; }

  // The text of the first comment before or inside the root, trimmed; scenarios say there what they
  // show. Empty when there is none.
  std::string first_comment() const;

  // An error about `element`: file, line and the line itself around `fault`, a piece of text that
  // stands on or after that line (an attribute's name or value). Without `fault` the element's
  // name.
  Error error(const Element& element, std::string message, std::string hint = {},
              std::string_view fault = {}) const;

  // An error about one attribute of `element`; points at the attribute's own line.
  Error attribute_error(const Element& element, std::string_view attribute, std::string message,
                        std::string hint = {}) const;

  // The decoded text of the input.
  std::string_view text() const;

 private:
  friend Result<Document> parse_parts(std::string owned, std::string_view bytes,
                                      std::string_view file_name, const Limits& limits);
  Document();

  // Names and attributes of all elements, in document order: for each element its name with the
  // number of its attributes, then these. TinyXML-2 holds the tree, each node of it points here.
  std::vector<Attribute> records_;
  std::deque<std::string> decoded_values_;  // those that differ from the text of the document
  std::unique_ptr<tinyxml2::XMLDocument> tree_;
  std::string file_name_;
  std::unique_ptr<std::string> owned_;  // the bytes, or the re-encoded text; stable when moved
  std::string_view text_;
  Encoding encoding_ = Encoding::utf8;
};

// Takes the bytes over.
Result<Document> parse(std::string bytes, std::string_view file_name, const Limits& limits = {});

// Leaves the bytes where they are: they must outlive the Document.
Result<Document> parse_borrowed(std::string_view bytes, std::string_view file_name,
                                const Limits& limits = {});

// Reads and parses a file; "-" is standard input. An unreadable file is an Error that says why.
Result<Document> parse_file(const std::string& path, const Limits& limits = {});

// The bytes of a file, at most `bytes_max` of them.
Result<std::string> read_file(const std::string& path,
                              std::size_t bytes_max = limits::kInputBytesMax,
                              std::string_view limit_name = "input_bytes_max");

// An error when `element` has an attribute (or child element) that is not in the list, with the
// nearest name as a hint.
std::optional<Error> unknown_attribute(const Document& document, const Element& element,
                                       std::span<const std::string_view> known);
std::optional<Error> unknown_child(const Document& document, const Element& element,
                                   std::span<const std::string_view> known);

}  // namespace vsslab::xml
