// A piece of XML that we own: what a typed model does not understand is kept like this and written
// back. Also the comparison that "lossless" means.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "xml/document.h"
#include "xml/writer.h"

namespace vsslab::xml {

struct Tree {
  enum class Kind { element, text, comment };
  Kind kind = Kind::element;
  std::string name;  // element: its name; text and comment: the characters
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Tree> children;

  std::string_view attribute_or(std::string_view attribute, std::string_view otherwise) const;
  friend bool operator==(const Tree&, const Tree&) = default;
};

// Nesting is bounded by xml_depth_max, which the parser has enforced.
Tree copy_of(const Element& element);

// What stands directly inside `element`, in order: elements, and text and comments as trees. White
// space between elements is no content.
void for_each_child(const Element& element, const std::function<void(const Element&)>& on_element,
                    const std::function<void(Tree)>& on_loose);

void write(Writer& writer, const Tree& tree);

// Where two documents differ in their infoset, as one sentence with the path of the element
// ("/WRITER_METADATA/BACKUP_LOCATIONS[1]: …"); nothing when they are the same.
//
// The same infoset: the same elements in the same order, the same attributes in any order, the same
// characters and comments. Encoding, quotes, line ends, empty-element tags, CDATA against text, the
// prolog, and white space between elements do not count. Namespace declarations count as
// attributes.
std::optional<std::string> infoset_difference(const Document& a, const Document& b);
Result<std::optional<std::string>> infoset_difference(std::string_view a, std::string_view b);

// True when both parse and do not differ.
bool same_infoset(std::string_view a, std::string_view b);

}  // namespace vsslab::xml
