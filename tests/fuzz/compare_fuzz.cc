// A result.json from anybody, compared with itself: nothing has changed.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "reports/compare.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vsslab::reports;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto run = read_result_json(bytes, "fuzz.json");
  if (!run) {
    if (run.error().message.empty()) std::abort();
    return 0;
  }
  const Comparison same = compare_runs(*run, *run);
  if (!same.differences.empty() || same.regressed(true)) std::abort();
  if (comparison_text(same, {}).empty()) std::abort();
  return 0;
}
