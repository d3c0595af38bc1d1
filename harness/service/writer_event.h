// The events that a writer gets, with what each does to the writer's state (spec: state machines,
// section 3.1).
#pragma once

#include <windows.h>

#include <vss.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace vsslab {

enum class WriterEvent : std::uint8_t {
  identify,
  prepare_for_backup,
  prepare_for_snapshot,
  freeze,
  thaw,
  post_snapshot,
  abort,
  backup_complete,
  backup_shutdown,
  pre_restore,
  post_restore,
};

struct WriterEventInfo {
  std::string_view name;       // Microsoft's
  VSS_WRITER_STATE succeeded;  // VSS_WS_UNKNOWN: unchanged
  VSS_WRITER_STATE failed;
};

inline constexpr std::array<WriterEventInfo, 11> kWriterEvents = {{
    {"Identify", VSS_WS_UNKNOWN, VSS_WS_FAILED_AT_IDENTIFY},
    {"PrepareForBackup", VSS_WS_STABLE, VSS_WS_FAILED_AT_PREPARE_BACKUP},
    {"PrepareForSnapshot", VSS_WS_WAITING_FOR_FREEZE, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT},
    {"Freeze", VSS_WS_WAITING_FOR_THAW, VSS_WS_FAILED_AT_FREEZE},
    {"Thaw", VSS_WS_WAITING_FOR_POST_SNAPSHOT, VSS_WS_FAILED_AT_THAW},
    {"PostSnapshot", VSS_WS_WAITING_FOR_BACKUP_COMPLETE, VSS_WS_FAILED_AT_POST_SNAPSHOT},
    {"Abort", VSS_WS_STABLE, VSS_WS_UNKNOWN},
    {"BackupComplete", VSS_WS_STABLE, VSS_WS_FAILED_AT_BACKUP_COMPLETE},
    {"BackupShutdown", VSS_WS_UNKNOWN, VSS_WS_FAILED_AT_BACKUPSHUTDOWN},
    {"PreRestore", VSS_WS_STABLE, VSS_WS_FAILED_AT_PRE_RESTORE},
    {"PostRestore", VSS_WS_STABLE, VSS_WS_FAILED_AT_POST_RESTORE},
}};

constexpr const WriterEventInfo& info(WriterEvent event) {
  return kWriterEvents[static_cast<std::size_t>(event)];
}

constexpr std::uint32_t bit(WriterEvent event) { return 1u << static_cast<unsigned>(event); }

// "VSS_WS_WAITING_FOR_THAW"
std::string_view writer_state_name(VSS_WRITER_STATE state);

}  // namespace vsslab
