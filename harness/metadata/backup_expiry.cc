#include "metadata/backup_expiry.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace vsslab::metadata {

namespace {

constexpr std::string_view kKey = "expires=";
constexpr std::string_view kNtds = "b2014c9e-8711-4c5c-a5a9-3cf384484757";
constexpr std::string_view kAdLds = "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd";

}  // namespace

bool backups_expire(const Guid& writer_class) {
  return writer_class == Guid::parse(kNtds) || writer_class == Guid::parse(kAdLds);
}

std::string expiry_text(std::uint64_t filetime) { return fmt::format("{}{}", kKey, filetime); }

std::optional<std::uint64_t> parse_expiry(std::string_view metadata) {
  if (!metadata.starts_with(kKey)) return std::nullopt;
  metadata.remove_prefix(kKey.size());
  std::uint64_t filetime = 0;
  const char* const end = metadata.data() + metadata.size();
  const auto [at, error] = std::from_chars(metadata.data(), end, filetime);
  if (error != std::errc() || at != end) return std::nullopt;
  return filetime;
}

std::string moment_text(std::uint64_t filetime) {
  using namespace std::chrono;
  constexpr sys_days kBegin = year_month_day(year(1601), January, day(1));
  const auto seconds_since = static_cast<std::int64_t>(filetime / 10'000'000);
  const sys_seconds moment = kBegin + std::chrono::seconds(seconds_since);
  const sys_days date = floor<days>(moment);
  const year_month_day calendar(date);
  const hh_mm_ss clock(moment - date);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(calendar.year()),
                     static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace vsslab::metadata
