// A GUID: same bytes as Windows' GUID structure, compared by value, never by spelling.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vsslab {

class Prng;

struct Guid {
  std::uint32_t data1 = 0;
  std::uint16_t data2 = 0;
  std::uint16_t data3 = 0;
  std::array<std::uint8_t, 8> data4{};

  friend auto operator<=>(const Guid&, const Guid&) = default;

  bool is_null() const { return *this == Guid{}; }

  // "5affb034-969f-4919-8875-88f830d0ef89": lower case, no braces.
  std::string to_string() const;

  // Takes 8-4-4-4-12 hexadecimal digits in any case, with or without one pair of braces; nothing
  // else.
  static std::optional<Guid> parse(std::string_view text);

  // Version 4, from the lab's own generator.
  static Guid random(Prng& prng);

  // Layout-compatible foreign GUID (Windows' GUID, VSS_ID, IID) to ours and back.
  template <class Foreign>
  static Guid from(const Foreign& foreign) {
    static_assert(sizeof(Foreign) == 16);
    Guid guid;
    std::memcpy(static_cast<void*>(&guid), &foreign, 16);
    return guid;
  }
  template <class Foreign>
  Foreign to() const {
    static_assert(sizeof(Foreign) == 16);
    Foreign foreign;
    std::memcpy(&foreign, static_cast<const void*>(this), 16);
    return foreign;
  }
};
static_assert(sizeof(Guid) == 16);

}  // namespace vsslab

template <>
struct std::hash<vsslab::Guid> {
  std::size_t operator()(const vsslab::Guid& guid) const noexcept {
    std::uint64_t half[2];
    std::memcpy(half, &guid, 16);
    return static_cast<std::size_t>(half[0] ^ (half[1] * 0x9e3779b97f4a7c15ULL));
  }
};
