// Scenario files from anybody: the reader accepts or refuses with a message, nothing else. Files
// that a scenario names come from the same bytes, so that every parser behind it is reached too.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenario/identify_file.h"
#include "scenario/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto inner = [&](const std::string&) -> vsslab::Result<std::string> {
    const std::size_t cut = bytes.find("</Scenario>");
    return cut == std::string::npos ? std::string() : bytes.substr(cut + 11);
  };
  const std::size_t cut = bytes.find("</Scenario>");
  const std::string outer = cut == std::string::npos ? bytes : bytes.substr(0, cut + 11);
  const auto plan = vsslab::scenario::load_scenario(outer, "fuzz.xml", inner);
  if (!plan && plan.error().message.empty()) std::abort();
  if (plan && (plan->description.empty() || plan->requesters.empty())) std::abort();
  (void)vsslab::scenario::identify_file(bytes, "fuzz.xml");
  return 0;
}
