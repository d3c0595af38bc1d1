// Stored inputs from anybody: refused with a message, or read back as they were written.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenario/inputs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vsslab::scenario;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto inputs = parse_inputs(bytes, "fuzz.inputs");
  if (!inputs) {
    if (inputs.error().message.empty()) std::abort();
    return 0;
  }
  const std::string text = write_inputs(*inputs);
  const auto again = parse_inputs(text, "again.inputs");
  if (!again || write_inputs(*again) != text) std::abort();
  const auto plan = load_inputs(*inputs);
  if (!plan && plan.error().message.empty()) std::abort();
  return 0;
}
