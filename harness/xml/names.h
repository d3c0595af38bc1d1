// Characters of XML names, as TinyXML-2 reads them: ASCII exactly, everything beyond ASCII allowed.
#pragma once

#include <array>

namespace vsslab::xml {

enum NameClass : unsigned char { kNoName = 0, kInsideName = 1, kStartsName = 2 };

inline constexpr std::array<unsigned char, 256> kNameClasses = [] {
  std::array<unsigned char, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || c >= 0x80) {
      classes[static_cast<unsigned>(c)] = kStartsName;
    } else if ((c >= '0' && c <= '9') || c == '-' || c == '.') {
      classes[static_cast<unsigned>(c)] = kInsideName;
    }
  }
  return classes;
}();

inline bool starts_name(char c) {
  return kNameClasses[static_cast<unsigned char>(c)] == kStartsName;
}
inline bool continues_name(char c) {
  return kNameClasses[static_cast<unsigned char>(c)] != kNoName;
}

}  // namespace vsslab::xml
