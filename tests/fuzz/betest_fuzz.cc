// BETest files from anybody, in both forms.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenario/betest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto selection = vsslab::scenario::parse_betest(bytes, "fuzz.txt");
  if (!selection && selection.error().message.empty()) std::abort();
  return 0;
}
