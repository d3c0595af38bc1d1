#include "service/writer_event.h"

namespace vsslab {

std::string_view writer_state_name(VSS_WRITER_STATE state) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "VSS_WS_UNKNOWN",
      "VSS_WS_STABLE",
      "VSS_WS_WAITING_FOR_FREEZE",
      "VSS_WS_WAITING_FOR_THAW",
      "VSS_WS_WAITING_FOR_POST_SNAPSHOT",
      "VSS_WS_WAITING_FOR_BACKUP_COMPLETE",
      "VSS_WS_FAILED_AT_IDENTIFY",
      "VSS_WS_FAILED_AT_PREPARE_BACKUP",
      "VSS_WS_FAILED_AT_PREPARE_SNAPSHOT",
      "VSS_WS_FAILED_AT_FREEZE",
      "VSS_WS_FAILED_AT_THAW",
      "VSS_WS_FAILED_AT_POST_SNAPSHOT",
      "VSS_WS_FAILED_AT_BACKUP_COMPLETE",
      "VSS_WS_FAILED_AT_PRE_RESTORE",
      "VSS_WS_FAILED_AT_POST_RESTORE",
      "VSS_WS_FAILED_AT_BACKUPSHUTDOWN",
  };
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

}  // namespace vsslab
