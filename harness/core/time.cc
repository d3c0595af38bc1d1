#include "core/time.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace vsslab {

std::string seconds(Duration duration) {
  const auto ns = duration.count();
  const auto ms = (ns < 0 ? -ns : ns) / 1'000'000;
  return fmt::format("{}{}.{:03} s", ns < 0 ? "-" : "", ms / 1000, ms % 1000);
}

std::string exact_seconds(Duration duration) {
  const auto ns = duration.count();
  const auto size = ns < 0 ? -ns : ns;
  return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::int64_t scale = 0;
  if (unit == "ns") scale = 1;
  if (unit == "us") scale = 1'000;
  if (unit == "ms") scale = 1'000'000;
  if (unit == "s") scale = 1'000'000'000;
  if (unit == "m") scale = 60'000'000'000;
  if (unit == "h") scale = 3'600'000'000'000;
  if (scale == 0) return std::nullopt;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(number, scale, &product)) return std::nullopt;
  return Duration(product);
}

}  // namespace vsslab
