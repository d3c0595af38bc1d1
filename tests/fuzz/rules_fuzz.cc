// No journal, however odd, makes the index or a rule crash or hang; and judging is a pure function.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/error.h"
#include "journal/text.h"
#include "rules/rule.h"
#include "rules/view.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vsslab;
  const auto journal = parse_text({reinterpret_cast<const char*>(data), size});
  if (!journal) return 0;
  const RunView run(*journal);
  const auto once = judge(run, catalogue());
  const auto twice = judge(run, catalogue());
  VSSLAB_ASSERT(once.size() == twice.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    VSSLAB_ASSERT(once[i].rule_id == twice[i].rule_id && once[i].subject == twice[i].subject &&
                  once[i].verdict == twice[i].verdict);
    for (const Seq seq : once[i].evidence) {
      VSSLAB_ASSERT(seq >= 1 && seq <= journal->events().size());
    }
  }
  return 0;
}
