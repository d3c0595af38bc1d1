#include "plan/words.h"

#include <charconv>

#include <fmt/format.h>

#include "core/suggest.h"

namespace vsslab::plan {

namespace {

constexpr Word kBackupTypes[] = {
    {"FULL", 1},
    {"INCREMENTAL", 2},
    {"DIFFERENTIAL", 3},
    {"LOG", 4},
    {"COPY", 5},
    {"OTHER", 6},
    {"UNDEFINED", 0},
    {"VSS_BT_FULL", 1},
    {"VSS_BT_LOG", 4},
    {"VSS_BT_INCREMENTAL", 2},
    {"VSS_BT_DIFFERENTIAL", 3},
    {"VSS_BT_COPY", 5},
    {"VSS_BT_OTHER", 6},
    {"VSS_BT_UNDEFINED", 0},
};
constexpr Word kRestoreTypes[] = {
    {"VSS_RTYPE_UNDEFINED", 0},
    {"VSS_RTYPE_BY_COPY", 1},
    {"VSS_RTYPE_IMPORT", 2},
    {"VSS_RTYPE_OTHER", 3},
};
constexpr Word kRollforwardTypes[] = {
    {"VSS_RF_UNDEFINED", 0},
    {"VSS_RF_NONE", 1},
    {"VSS_RF_ALL", 2},
    {"VSS_RF_PARTIAL", 3},
};
constexpr Word kContexts[] = {
    {"VSS_CTX_BACKUP", 0x00},
    {"VSS_CTX_APP_ROLLBACK", 0x09},
    {"VSS_CTX_CLIENT_ACCESSIBLE_WRITERS", 0x0D},
    {"VSS_CTX_FILE_SHARE_BACKUP", 0x10},
    {"VSS_CTX_NAS_ROLLBACK", 0x19},
    {"VSS_CTX_CLIENT_ACCESSIBLE", 0x1D},
    {"VSS_CTX_ALL", 0xFFFFFFFF},
    {"VSS_VOLSNAP_ATTR_PERSISTENT", 0x1},
    {"VSS_VOLSNAP_ATTR_NO_AUTORECOVERY", 0x2},
    {"VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE", 0x4},
    {"VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE", 0x8},
    {"VSS_VOLSNAP_ATTR_NO_WRITERS", 0x10},
    {"VSS_VOLSNAP_ATTR_TRANSPORTABLE", 0x20},
    {"VSS_VOLSNAP_ATTR_NOT_SURFACED", 0x40},
    {"VSS_VOLSNAP_ATTR_NOT_TRANSACTED", 0x80},
    {"VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED", 0x10000},
    {"VSS_VOLSNAP_ATTR_DIFFERENTIAL", 0x20000},
    {"VSS_VOLSNAP_ATTR_PLEX", 0x40000},
    {"VSS_VOLSNAP_ATTR_IMPORTED", 0x80000},
    {"VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY", 0x100000},
    {"VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY", 0x200000},
    {"VSS_VOLSNAP_ATTR_AUTORECOVER", 0x400000},
    {"VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY", 0x800000},
    {"VSS_VOLSNAP_ATTR_DELAYED_POSTSNAPSHOT", 0x1000000},
    {"VSS_VOLSNAP_ATTR_TXF_RECOVERY", 0x2000000},
    {"VSS_VOLSNAP_ATTR_FILE_SHARE", 0x4000000},
};
constexpr Word kObjectTypes[] = {
    {"VSS_OBJECT_UNKNOWN", 0},  {"VSS_OBJECT_NONE", 1},     {"VSS_OBJECT_SNAPSHOT_SET", 2},
    {"VSS_OBJECT_SNAPSHOT", 3}, {"VSS_OBJECT_PROVIDER", 4}, {"VSS_OBJECT_TYPE_COUNT", 5},
};
constexpr Word kWriterStates[] = {
    {"VSS_WS_UNKNOWN", 0},
    {"VSS_WS_STABLE", 1},
    {"VSS_WS_WAITING_FOR_FREEZE", 2},
    {"VSS_WS_WAITING_FOR_THAW", 3},
    {"VSS_WS_WAITING_FOR_POST_SNAPSHOT", 4},
    {"VSS_WS_WAITING_FOR_BACKUP_COMPLETE", 5},
    {"VSS_WS_FAILED_AT_IDENTIFY", 6},
    {"VSS_WS_FAILED_AT_PREPARE_BACKUP", 7},
    {"VSS_WS_FAILED_AT_PREPARE_SNAPSHOT", 8},
    {"VSS_WS_FAILED_AT_FREEZE", 9},
    {"VSS_WS_FAILED_AT_THAW", 10},
    {"VSS_WS_FAILED_AT_POST_SNAPSHOT", 11},
    {"VSS_WS_FAILED_AT_BACKUP_COMPLETE", 12},
    {"VSS_WS_FAILED_AT_PRE_RESTORE", 13},
    {"VSS_WS_FAILED_AT_POST_RESTORE", 14},
    {"VSS_WS_FAILED_AT_BACKUPSHUTDOWN", 15},
};
constexpr Word kApplicationLevels[] = {
    {"VSS_APP_UNKNOWN", 0},   {"VSS_APP_SYSTEM", 1},    {"VSS_APP_BACK_END", 2},
    {"VSS_APP_FRONT_END", 3}, {"VSS_APP_SYSTEM_RM", 4}, {"VSS_APP_AUTO", 0xFFFFFFFF},
};
constexpr Word kHardwareOptions[] = {
    {"VSS_BREAKEX_FLAG_MASK_LUNS", 0x1},
    {"VSS_BREAKEX_FLAG_MAKE_READ_WRITE", 0x2},
    {"VSS_BREAKEX_FLAG_REVERT_IDENTITY_ALL", 0x4},
    {"VSS_BREAKEX_FLAG_REVERT_IDENTITY_NONE", 0x8},
};
constexpr Word kRecoveryOptions[] = {
    {"VSS_RECOVERY_REVERT_IDENTITY_ALL", 0x100},
    {"VSS_RECOVERY_NO_VOLUME_CHECK", 0x200},
};
constexpr Word kUsageTypes[] = {
    {"USER_DATA", 3},
    {"BOOTABLE_SYSTEM_STATE", 1},
    {"SYSTEM_SERVICE", 2},
    {"OTHER", 4},
    {"UNDEFINED", 0},
    {"VSS_UT_USERDATA", 3},
    {"VSS_UT_OTHER", 4},
    {"VSS_UT_SYSTEMSERVICE", 2},
    {"VSS_UT_BOOTABLESYSTEMSTATE", 1},
    {"VSS_UT_UNDEFINED", 0},
};
constexpr Word kSourceTypes[] = {
    {"OTHER", 3},        {"TRANSACTION_DB", 1},      {"NONTRANSACTION_DB", 2},
    {"UNDEFINED", 0},    {"VSS_ST_TRANSACTEDDB", 1}, {"VSS_ST_NONTRANSACTEDDB", 2},
    {"VSS_ST_OTHER", 3}, {"VSS_ST_UNDEFINED", 0},
};
// The Test Writer page spells one method RESTORE_IF_CAN_REPLACE and RESTORE_IF_CAN_BE_REPLACED; the
// documents of real writers say REPLACE_AT_REBOOT where the enumeration says RESTORE_AT_REBOOT.
constexpr Word kRestoreMethods[] = {
    {"RESTORE_IF_NOT_THERE", 1},
    {"RESTORE_IF_CAN_BE_REPLACED", 2},
    {"RESTORE_IF_CAN_REPLACE", 2},
    {"STOP_RESTORE_START", 3},
    {"RESTORE_TO_ALTERNATE_LOCATION", 4},
    {"RESTORE_AT_REBOOT", 5},
    {"REPLACE_AT_REBOOT", 5},
    {"RESTORE_AT_REBOOT_IF_CANNOT_REPLACE", 6},
    {"REPLACE_AT_REBOOT_IF_CANNOT_REPLACE", 6},
    {"CUSTOM", 7},
    {"RESTORE_STOP_START", 8},
    {"UNDEFINED", 0},
};
constexpr Word kWriterRestores[] = {
    {"always", 3},
    {"never", 1},
    {"replaceFails", 2},
    {"undefined", 0},
    {"VSS_WRE_ALWAYS", 3},
    {"VSS_WRE_NEVER", 1},
    {"VSS_WRE_IF_REPLACE_FAILS", 2},
    {"VSS_WRE_UNDEFINED", 0},
};
constexpr Word kComponentTypes[] = {
    {"filegroup", 2},        {"database", 1},        {"undefined", 0},
    {"VSS_CT_FILEGROUP", 2}, {"VSS_CT_DATABASE", 1}, {"VSS_CT_UNDEFINED", 0},
};
constexpr Word kComponentFlags[] = {
    {"VSS_CF_BACKUP_RECOVERY", 0x1},
    {"VSS_CF_APP_ROLLBACK_RECOVERY", 0x2},
    {"VSS_CF_NOT_SYSTEM_STATE", 0x4},
};
constexpr Word kFileRestoreStatuses[] = {
    {"VSS_RS_UNDEFINED", 0},
    {"VSS_RS_NONE", 1},
    {"VSS_RS_ALL", 2},
    {"VSS_RS_FAILED", 3},
};
constexpr Word kSubscribeMasks[] = {
    {"VSS_SM_POST_SNAPSHOT_FLAG", 0x1},  {"VSS_SM_BACKUP_EVENTS_FLAG", 0x2},
    {"VSS_SM_RESTORE_EVENTS_FLAG", 0x4}, {"VSS_SM_IO_THROTTLING_FLAG", 0x8},
    {"VSS_SM_ALL_FLAGS", 0xFFFFFFFF},
};

constexpr Word kRestoreTargets[] = {
    {"VSS_RT_UNDEFINED", 0}, {"VSS_RT_ORIGINAL", 1},          {"VSS_RT_ALTERNATE", 2},
    {"VSS_RT_DIRECTED", 3},  {"VSS_RT_ORIGINAL_LOCATION", 4},
};
constexpr Word kBackupSchemas[] = {
    {"VSS_BS_DIFFERENTIAL", 0x1},
    {"VSS_BS_INCREMENTAL", 0x2},
    {"VSS_BS_EXCLUSIVE_INCREMENTAL_DIFFERENTIAL", 0x4},
    {"VSS_BS_LOG", 0x8},
    {"VSS_BS_COPY", 0x10},
    {"VSS_BS_TIMESTAMPED", 0x20},
    {"VSS_BS_LAST_MODIFY", 0x40},
    {"VSS_BS_LSN", 0x80},
    {"VSS_BS_WRITER_SUPPORTS_NEW_TARGET", 0x100},
    {"VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE", 0x200},
    {"VSS_BS_INDEPENDENT_SYSTEM_STATE", 0x400},
    {"VSS_BS_ROLLFORWARD_RESTORE", 0x1000},
    {"VSS_BS_RESTORE_RENAME", 0x2000},
    {"VSS_BS_AUTHORITATIVE_RESTORE", 0x4000},
    {"VSS_BS_WRITER_SUPPORTS_PARALLEL_RESTORES", 0x8000},
};

std::optional<std::uint32_t> parse_hex(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Words backup_types() { return kBackupTypes; }
Words restore_types() { return kRestoreTypes; }
Words rollforward_types() { return kRollforwardTypes; }
Words snapshot_contexts() { return kContexts; }
Words snapshot_attributes() { return Words(kContexts).subspan(7); }
Words object_types() { return kObjectTypes; }
Words writer_states() { return kWriterStates; }
Words application_levels() { return kApplicationLevels; }
Words hardware_options() { return kHardwareOptions; }
Words recovery_options() { return kRecoveryOptions; }
Words usage_types() { return kUsageTypes; }
Words source_types() { return kSourceTypes; }
Words restore_methods() { return kRestoreMethods; }
Words writer_restores() { return kWriterRestores; }
Words restore_targets() { return kRestoreTargets; }
Words backup_schemas() { return kBackupSchemas; }
Words component_types() { return kComponentTypes; }
Words component_flags() { return kComponentFlags; }
Words file_restore_statuses() { return kFileRestoreStatuses; }
Words subscribe_masks() { return kSubscribeMasks; }

std::optional<std::uint32_t> value_of(Words words, std::string_view word) {
  for (const Word& known : words) {
    if (known.word == word) return known.value;
  }
  return std::nullopt;
}

std::string_view word_of(Words words, std::uint32_t value) {
  for (const Word& known : words) {
    if (known.value == value) return known.word;
  }
  return {};
}

std::string list_words(Words words) {
  std::string text;
  for (const Word& known : words) {
    if (!text.empty()) text += ", ";
    text += known.word;
  }
  return text;
}

Result<std::uint32_t> parse_word(Words words, std::string_view text) {
  if (const auto value = value_of(words, text)) return *value;
  if (const auto value = parse_hex(text)) return *value;
  std::vector<std::string_view> names;
  names.reserve(words.size());
  for (const Word& known : words) names.push_back(known.word);
  std::string hint = did_you_mean(text, names);
  if (hint.empty()) hint = "known: " + list_words(words);
  return fail(Error{.message = fmt::format("unknown value '{}'", text), .hint = std::move(hint)});
}

Result<std::uint32_t> parse_mask(Words words, std::string_view text) {
  std::uint32_t mask = 0;
  for (;;) {
    const std::size_t bar = text.find('|');
    auto value = parse_word(words, trim(text.substr(0, bar)));
    if (!value) return value;
    mask |= *value;
    if (bar == std::string_view::npos) return mask;
    text.remove_prefix(bar + 1);
  }
}

std::string_view fault_action_name(FaultAction action) {
  static constexpr std::string_view kNames[] = {"fail",  "veto",      "silent",     "hang", "late",
                                                "crash", "exception", "wrong-code", "drop", "twice",
                                                "early", "after",     "result"};
  return kNames[static_cast<std::size_t>(action)];
}

}  // namespace vsslab::plan
