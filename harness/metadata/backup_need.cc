#include "metadata/backup_need.h"

#include <vss.h>
#include <vswriter.h>

namespace vsslab::metadata {

namespace {

// VSS_FSBT_…_BACKUP_REQUIRED; VSS_FSBT_…_SNAPSHOT_REQUIRED stands a byte above it.
constexpr std::uint32_t backup_bit(std::uint32_t backup_type) {
  switch (backup_type) {
    case VSS_BT_DIFFERENTIAL:
      return VSS_FSBT_DIFFERENTIAL_BACKUP_REQUIRED;
    case VSS_BT_INCREMENTAL:
      return VSS_FSBT_INCREMENTAL_BACKUP_REQUIRED;
    case VSS_BT_LOG:
      return VSS_FSBT_LOG_BACKUP_REQUIRED;
    default:
      return VSS_FSBT_FULL_BACKUP_REQUIRED;
  }
}

}  // namespace

std::uint32_t schema_bit(std::uint32_t backup_type) {
  switch (backup_type) {
    case VSS_BT_DIFFERENTIAL:
      return VSS_BS_DIFFERENTIAL;
    case VSS_BT_INCREMENTAL:
      return VSS_BS_INCREMENTAL;
    case VSS_BT_LOG:
      return VSS_BS_LOG;
    case VSS_BT_COPY:
      return VSS_BS_COPY;
    default:
      return 0;
  }
}

std::uint32_t effective_type(std::uint32_t asked, std::uint32_t schema) {
  const bool supported = (schema & schema_bit(asked)) != 0;
  return supported ? asked : static_cast<std::uint32_t>(VSS_BT_FULL);
}

bool backup_required(const FileSet& set, std::uint32_t backup_type) {
  if (backup_type == VSS_BT_LOG && set.kind != FileKind::database_log) return false;
  return (set.backup_type & backup_bit(backup_type)) != 0;
}

bool snapshot_required(const FileSet& set, std::uint32_t backup_type) {
  return (set.backup_type & backup_bit(backup_type) << 8) != 0;
}

bool copy_required(const FileSet& set, std::uint32_t backup_type) {
  return backup_required(set, backup_type) && snapshot_required(set, backup_type);
}

}  // namespace vsslab::metadata
