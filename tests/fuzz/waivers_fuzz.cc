// Any bytes: an error or waivers whose dates and rules are good.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "run/waivers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto waivers =
      vsslab::Waivers::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz.xml");
  if (!waivers) {
    if (waivers.error().message.empty()) std::abort();
    return 0;
  }
  for (const vsslab::Waiver& waiver : waivers->all()) {
    if (waiver.until.size() != 10 || waiver.reason.empty()) std::abort();
  }
  return 0;
}
