// vsslab.toml from anybody: a value that is read is read the same from what --print-config makes
// of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vsslab::cli;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto file = parse_config(bytes, "fuzz.toml");
  if (!file) {
    if (file.error().message.empty() || file.error().line == 0) std::abort();
    return 0;
  }
  for (const ConfigItem& item : file->items) {
    for (const std::string& value : item.values) {
      const auto again = parse_config("key = " + config_text(value) + "\n", "again.toml");
      if (!again || again->items.size() != 1 || again->items[0].values[0] != value) std::abort();
    }
  }
  return 0;
}
