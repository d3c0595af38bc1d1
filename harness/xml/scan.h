// One fast pass over a document before TinyXML-2 sees it: well-formedness that TinyXML-2 does not
// check, and the limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xml/document.h"

namespace vsslab::xml {

struct Fault {
  std::size_t at = 0;  // offset into the text
  std::string message;
  std::string hint;
};

// A character reference to tab, line feed or carriage return inside an attribute value.
struct WhiteSpaceReference {
  std::size_t at, size;
  char character;
};

struct ScanResult {
  std::optional<Fault> fault;
  bool raw_white_space = false;  // some attribute value holds a raw tab or line break
  std::vector<WhiteSpaceReference> white_space_references;
};

ScanResult scan(std::string_view text, const Limits& limits);

// The same, and duplicate attributes too, which TinyXML-2 finds but cannot name.
ScanResult scan_with_duplicates(std::string_view text, const Limits& limits);

}  // namespace vsslab::xml
