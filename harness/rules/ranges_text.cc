#include "rules/ranges_text.h"

#include <charconv>
#include <limits>

#include "rules/support.h"

namespace vsslab::rules {

std::optional<std::uint64_t> range_number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> range_bytes(std::string_view ranges) {
  std::uint64_t bytes = 0;
  for (const std::string_view range : split_list(ranges)) {
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto length = range_number(range.substr(colon + 1));
    if (!range_number(range.substr(0, colon)) || !length) return std::nullopt;
    if (*length > std::numeric_limits<std::uint64_t>::max() - bytes) return std::nullopt;
    bytes += *length;
  }
  return bytes;
}

}  // namespace vsslab::rules
