#include "metadata/enums.h"

#include <array>

namespace vsslab::metadata {
namespace {

constexpr bool kConfirmed = false;
constexpr bool kInferred = true;

constexpr std::array kUsage = {
    EnumName<UsageType>{UsageType::bootable_system_state, "BOOTABLE_SYSTEM_STATE",
                        "VSS_UT_BOOTABLESYSTEMSTATE", kConfirmed},
    EnumName<UsageType>{UsageType::system_service, "SYSTEM_SERVICE", "VSS_UT_SYSTEMSERVICE",
                        kConfirmed},
    EnumName<UsageType>{UsageType::user_data, "USER_DATA", "VSS_UT_USERDATA", kConfirmed},
    EnumName<UsageType>{UsageType::other, "OTHER", "VSS_UT_OTHER", kInferred},
    EnumName<UsageType>{UsageType::undefined, "UNDEFINED", "VSS_UT_UNDEFINED", kInferred},
};

constexpr std::array kSource = {
    EnumName<SourceType>{SourceType::transacted_db, "TRANSACTION_DB", "VSS_ST_TRANSACTEDDB",
                         kConfirmed},
    EnumName<SourceType>{SourceType::nontransacted_db, "NONTRANSACTIONAL_DB",
                         "VSS_ST_NONTRANSACTEDDB", kInferred},
    EnumName<SourceType>{SourceType::other, "OTHER", "VSS_ST_OTHER", kConfirmed},
    EnumName<SourceType>{SourceType::undefined, "UNDEFINED", "VSS_ST_UNDEFINED", kInferred},
};

// Microsoft's Test Writer page spells the second both ways.
constexpr std::array kRestoreMethod = {
    EnumName<RestoreMethodType>{RestoreMethodType::restore_if_not_there, "RESTORE_IF_NOT_THERE",
                                "VSS_RME_RESTORE_IF_NOT_THERE", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_if_can_replace,
                                "RESTORE_IF_CAN_BE_REPLACED", "VSS_RME_RESTORE_IF_CAN_REPLACE",
                                kConfirmed},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_if_can_replace, "RESTORE_IF_CAN_REPLACE",
                                "VSS_RME_RESTORE_IF_CAN_REPLACE", kConfirmed},
    EnumName<RestoreMethodType>{RestoreMethodType::stop_restore_start, "STOP_RESTORE_START",
                                "VSS_RME_STOP_RESTORE_START", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_to_alternate_location,
                                "RESTORE_TO_ALTERNATE_LOCATION",
                                "VSS_RME_RESTORE_TO_ALTERNATE_LOCATION", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_at_reboot, "REPLACE_AT_REBOOT",
                                "VSS_RME_RESTORE_AT_REBOOT", kConfirmed},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_at_reboot, "RESTORE_AT_REBOOT",
                                "VSS_RME_RESTORE_AT_REBOOT", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_at_reboot_if_cannot_replace,
                                "REPLACE_AT_REBOOT_IF_CANNOT_REPLACE",
                                "VSS_RME_RESTORE_AT_REBOOT_IF_CANNOT_REPLACE", kConfirmed},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_at_reboot_if_cannot_replace,
                                "RESTORE_AT_REBOOT_IF_CANNOT_REPLACE",
                                "VSS_RME_RESTORE_AT_REBOOT_IF_CANNOT_REPLACE", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::custom, "CUSTOM", "VSS_RME_CUSTOM", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::restore_stop_start, "RESTORE_STOP_START",
                                "VSS_RME_RESTORE_STOP_START", kInferred},
    EnumName<RestoreMethodType>{RestoreMethodType::undefined, "UNDEFINED", "VSS_RME_UNDEFINED",
                                kInferred},
};

constexpr std::array kWriterRestore = {
    EnumName<WriterRestore>{WriterRestore::never, "never", "VSS_WRE_NEVER", kConfirmed},
    EnumName<WriterRestore>{WriterRestore::if_replace_fails, "ifReplaceFails",
                            "VSS_WRE_IF_REPLACE_FAILS", kInferred},
    EnumName<WriterRestore>{WriterRestore::always, "always", "VSS_WRE_ALWAYS", kConfirmed},
    EnumName<WriterRestore>{WriterRestore::undefined, "undefined", "VSS_WRE_UNDEFINED", kInferred},
};

constexpr std::array kComponentType = {
    EnumName<ComponentType>{ComponentType::database, "database", "VSS_CT_DATABASE", kInferred},
    EnumName<ComponentType>{ComponentType::filegroup, "filegroup", "VSS_CT_FILEGROUP", kConfirmed},
    EnumName<ComponentType>{ComponentType::undefined, "undefined", "VSS_CT_UNDEFINED", kInferred},
};

constexpr std::array kBackupType = {
    EnumName<BackupType>{BackupType::full, "full", "VSS_BT_FULL", kConfirmed},
    EnumName<BackupType>{BackupType::incremental, "incremental", "VSS_BT_INCREMENTAL", kInferred},
    EnumName<BackupType>{BackupType::differential, "differential", "VSS_BT_DIFFERENTIAL",
                         kInferred},
    EnumName<BackupType>{BackupType::log, "log", "VSS_BT_LOG", kInferred},
    EnumName<BackupType>{BackupType::copy, "copy", "VSS_BT_COPY", kInferred},
    EnumName<BackupType>{BackupType::other, "other", "VSS_BT_OTHER", kInferred},
    EnumName<BackupType>{BackupType::undefined, "undefined", "VSS_BT_UNDEFINED", kInferred},
};

constexpr std::array kRestoreType = {
    EnumName<RestoreType>{RestoreType::by_copy, "byCopy", "VSS_RTYPE_BY_COPY", kInferred},
    EnumName<RestoreType>{RestoreType::import, "import", "VSS_RTYPE_IMPORT", kInferred},
    EnumName<RestoreType>{RestoreType::other, "other", "VSS_RTYPE_OTHER", kInferred},
    EnumName<RestoreType>{RestoreType::undefined, "undefined", "VSS_RTYPE_UNDEFINED", kInferred},
};

constexpr std::array kRestoreTarget = {
    EnumName<RestoreTarget>{RestoreTarget::original, "original", "VSS_RT_ORIGINAL", kInferred},
    EnumName<RestoreTarget>{RestoreTarget::alternate, "alternate", "VSS_RT_ALTERNATE", kInferred},
    EnumName<RestoreTarget>{RestoreTarget::directed, "directed", "VSS_RT_DIRECTED", kInferred},
    EnumName<RestoreTarget>{RestoreTarget::original_location, "originalLocation",
                            "VSS_RT_ORIGINAL_LOCATION", kInferred},
    EnumName<RestoreTarget>{RestoreTarget::undefined, "undefined", "VSS_RT_UNDEFINED", kInferred},
};

constexpr std::array kFileRestoreStatus = {
    EnumName<FileRestoreStatus>{FileRestoreStatus::none, "none", "VSS_RS_NONE", kInferred},
    EnumName<FileRestoreStatus>{FileRestoreStatus::all, "all", "VSS_RS_ALL", kInferred},
    EnumName<FileRestoreStatus>{FileRestoreStatus::failed, "failed", "VSS_RS_FAILED", kInferred},
    EnumName<FileRestoreStatus>{FileRestoreStatus::undefined, "undefined", "VSS_RS_UNDEFINED",
                                kInferred},
};

constexpr std::array kRollForwardType = {
    EnumName<RollForwardType>{RollForwardType::none, "none", "VSS_RF_NONE", kInferred},
    EnumName<RollForwardType>{RollForwardType::all, "all", "VSS_RF_ALL", kInferred},
    EnumName<RollForwardType>{RollForwardType::partial, "partial", "VSS_RF_PARTIAL", kInferred},
    EnumName<RollForwardType>{RollForwardType::undefined, "undefined", "VSS_RF_UNDEFINED",
                              kInferred},
};

}  // namespace

template <>
std::span<const EnumName<UsageType>> names_of() {
  return kUsage;
}
template <>
std::span<const EnumName<SourceType>> names_of() {
  return kSource;
}
template <>
std::span<const EnumName<RestoreMethodType>> names_of() {
  return kRestoreMethod;
}
template <>
std::span<const EnumName<WriterRestore>> names_of() {
  return kWriterRestore;
}
template <>
std::span<const EnumName<ComponentType>> names_of() {
  return kComponentType;
}
template <>
std::span<const EnumName<BackupType>> names_of() {
  return kBackupType;
}
template <>
std::span<const EnumName<RestoreType>> names_of() {
  return kRestoreType;
}
template <>
std::span<const EnumName<RestoreTarget>> names_of() {
  return kRestoreTarget;
}
template <>
std::span<const EnumName<FileRestoreStatus>> names_of() {
  return kFileRestoreStatus;
}
template <>
std::span<const EnumName<RollForwardType>> names_of() {
  return kRollForwardType;
}

}  // namespace vsslab::metadata
