#include "service/writer_event.h"

#include "plan/words.h"

namespace vsslab {

std::string_view writer_state_name(VSS_WRITER_STATE state) {
  const std::string_view name =
      plan::word_of(plan::writer_states(), static_cast<std::uint32_t>(state));
  return name.empty() ? "VSS_WS_UNKNOWN" : name;
}

}  // namespace vsslab
