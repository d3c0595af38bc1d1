// Test Writer files from anybody.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "scenario/test_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto config = vsslab::scenario::parse_test_writer(bytes, "fuzz.xml");
  if (!config) {
    if (config.error().message.empty()) std::abort();
    return 0;
  }
  if (!config->has_restore_method) std::abort();
  std::vector<vsslab::plan::VolumePlan> volumes;
  vsslab::scenario::add_volumes_for(*config, volumes);
  if (volumes.size() > 26) std::abort();
  return 0;
}
