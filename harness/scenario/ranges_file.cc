// What a scenario writes into a file: text, so many bytes, or a ranges file.

#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

constexpr std::uint64_t kFillBytesMax = 16ULL << 20;  // fill_bytes_max: of one file filled by seed

void add_word(std::uint64_t word, std::string& bytes) {
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(word >> (8 * i) & 0xFF);
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "4:3,8:2" as Windows' ranges files have it: the number of ranges, then offset and length of each,
// as 64-bit integers (nf-vswriter-ivsscomponent-addpartialfile.md).
std::string ranges_file(const Source& source, const xml::Element& element) {
  const std::string written = required_text(source, element, "ranges");
  std::string_view left = written;
  std::string pairs;
  std::uint64_t count = 0;
  const auto bad = [&] {
    refuse_attribute(source, element, "ranges", fmt::format("'{}' are no ranges", written),
                     "write offset:length pairs with commas: ranges=\"0:512,4096:512\"");
  };
  do {
    if (count > 0) left.remove_prefix(1);  // the comma
    const auto offset = take_number(left);
    if (!offset || !left.starts_with(':')) bad();
    left.remove_prefix(1);
    const auto length = take_number(left);
    if (!length) bad();
    add_word(*offset, pairs);
    add_word(*length, pairs);
    ++count;
  } while (left.starts_with(','));
  if (!left.empty()) bad();
  std::string bytes;
  add_word(count, bytes);
  return bytes + pairs;
}

}  // namespace

void read_content(const Source& source, const xml::Element& element, plan::FilePlan& file) {
  const int said = has(element, "content") + has(element, "size") + has(element, "ranges");
  if (said > 1) {
    refuse(source, element, "a file has one of content, size and ranges");
  }
  file.content = text(element, "content");
  file.size = bytes(source, element, "size").value_or(0);
  if (file.size > kFillBytesMax) {
    refuse_attribute(source, element, "size",
                     fmt::format("a file filled by the seed has at most {} bytes (fill_bytes_max)",
                                 kFillBytesMax));
  }
  if (has(element, "ranges")) file.content = ranges_file(source, element);
}

}  // namespace vsslab::scenario
