// One fast pass over a document before TinyXML-2 sees it: well-formedness that TinyXML-2 does not
// check, and the limits.
#pragma once

#include <cstddef>
#include <deque>
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

struct ScanResult {
  std::optional<Fault> fault;
  // For each element its name with the number of its attributes as the size of the value, then the
  // attributes, all in document order. Views into the text or into `decoded_values`.
  std::vector<Attribute> records;
  std::deque<std::string> decoded_values;  // attribute values that held references or white space
};

inline std::size_t attribute_count(const Attribute& element_record) {
  return element_record.value.size();
}

ScanResult scan(std::string_view text, const Limits& limits);

// The same, and duplicate attributes too, which TinyXML-2 finds but cannot name.
ScanResult scan_with_duplicates(std::string_view text, const Limits& limits);

}  // namespace vsslab::xml
