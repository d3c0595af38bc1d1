#include "service/event_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace vsslab {

namespace {

constexpr std::string_view kHead = "Volume Shadow Copy Service error: ";

}  // namespace

std::string logged_code(Hr code) {
  const auto table = hresult_table();
  const auto known = std::find_if(table.begin(), table.end(),
                                  [&](const HresultInfo& info) { return info.value == code; });
  if (code == hr::ok) return "0x00000000, The operation completed successfully.";
  if (known == table.end()) return hresult_hex(code);
  return fmt::format("{}, {}", hresult_hex(code), known->meaning);
}

std::string unexpected_error_text(std::string_view routine, Hr code) {
  return fmt::format("{}Unexpected error calling routine {}.  hr = {}", kHead, routine,
                     logged_code(code));
}

std::string unexpected_step_text(std::string_view step, Hr code) {
  return fmt::format("{}Unexpected error {}.  hr = {}", kHead, step, logged_code(code));
}

std::string provider_call_text(std::string_view provider, std::string_view routine, Hr code) {
  return fmt::format(
      "{}Error calling a routine on a Shadow Copy Provider {{{}}}. Routine details {} [hr = {}].",
      kHead, provider, routine, logged_code(code));
}

std::string hold_text(bool flush, std::string_view volume, std::size_t index, Hr code) {
  const std::string fine = logged_code(hr::ok);
  const std::string failed = logged_code(code);
  return fmt::format(
      "{}The I/O writes cannot be {} during the shadow copy creation period on volume {}. The "
      "volume index in the shadow copy set is {}. Error details: Open[{}], Flush[{}], "
      "Release[{}], OnRun[{}].",
      kHead, flush ? "flushed" : "held", volume, index, fine, flush ? failed : fine,
      flush ? fine : failed, fine);
}

}  // namespace vsslab
