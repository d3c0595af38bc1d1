// The enumerations that the two documents hold. Values are those of vss.h and vswriter.h, so a
// static_cast takes one to the other. Each has two spellings: that of the XML documents and that of
// the SDK.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/ascii.h"

namespace vsslab::metadata {

enum class UsageType : std::uint32_t {  // VSS_USAGE_TYPE
  undefined = 0,
  bootable_system_state = 1,
  system_service = 2,
  user_data = 3,
  other = 4,
};

enum class SourceType : std::uint32_t {  // VSS_SOURCE_TYPE
  undefined = 0,
  transacted_db = 1,
  nontransacted_db = 2,
  other = 3,
};

enum class RestoreMethodType : std::uint32_t {  // VSS_RESTOREMETHOD_ENUM
  undefined = 0,
  restore_if_not_there = 1,
  restore_if_can_replace = 2,
  stop_restore_start = 3,
  restore_to_alternate_location = 4,
  restore_at_reboot = 5,
  restore_at_reboot_if_cannot_replace = 6,
  custom = 7,
  restore_stop_start = 8,
};

enum class WriterRestore : std::uint32_t {  // VSS_WRITERRESTORE_ENUM
  undefined = 0,
  never = 1,
  if_replace_fails = 2,
  always = 3,
};

enum class ComponentType : std::uint32_t {  // VSS_COMPONENT_TYPE
  undefined = 0,
  database = 1,
  filegroup = 2,
};

enum class BackupType : std::uint32_t {  // VSS_BACKUP_TYPE
  undefined = 0,
  full = 1,
  incremental = 2,
  differential = 3,
  log = 4,
  copy = 5,
  other = 6,
};

enum class RestoreType : std::uint32_t {  // VSS_RESTORE_TYPE
  undefined = 0,
  by_copy = 1,
  import = 2,
  other = 3,
};

enum class RestoreTarget : std::uint32_t {  // VSS_RESTORE_TARGET
  undefined = 0,
  original = 1,
  alternate = 2,
  directed = 3,
  original_location = 4,
};

enum class FileRestoreStatus : std::uint32_t {  // VSS_FILE_RESTORE_STATUS
  undefined = 0,
  none = 1,
  all = 2,
  failed = 3,
};

enum class RollForwardType : std::uint32_t {  // VSS_ROLLFORWARD_TYPE
  undefined = 0,
  none = 1,
  all = 2,
  partial = 3,
};

// VSS_FILE_SPEC_BACKUP_TYPE: what a file set gets when the writer names no mask (3855).
inline constexpr std::uint32_t kFileSpecBackupTypeDefault = 0x0F0F;

template <class E>
struct EnumName {
  E value;
  std::string_view xml;  // as the documents spell it
  std::string_view sdk;  // VSS_UT_USERDATA
  bool inferred;         // no public document shows the XML spelling
};

// Every spelling that is accepted; the first of a value is the one that is written.
template <class E>
std::span<const EnumName<E>> names_of();

template <>
std::span<const EnumName<UsageType>> names_of();
template <>
std::span<const EnumName<SourceType>> names_of();
template <>
std::span<const EnumName<RestoreMethodType>> names_of();
template <>
std::span<const EnumName<WriterRestore>> names_of();
template <>
std::span<const EnumName<ComponentType>> names_of();
template <>
std::span<const EnumName<BackupType>> names_of();
template <>
std::span<const EnumName<RestoreType>> names_of();
template <>
std::span<const EnumName<RestoreTarget>> names_of();
template <>
std::span<const EnumName<FileRestoreStatus>> names_of();
template <>
std::span<const EnumName<RollForwardType>> names_of();

// "USER_DATA"; "UNDEFINED" for a value outside the enumeration.
template <class E>
std::string_view xml_name(E value) {
  for (const EnumName<E>& name : names_of<E>()) {
    if (name.value == value) return name.xml;
  }
  return "UNDEFINED";
}

// "VSS_UT_USERDATA"; "?" for a value outside the enumeration.
template <class E>
std::string_view sdk_name(E value) {
  for (const EnumName<E>& name : names_of<E>()) {
    if (name.value == value) return name.sdk;
  }
  return "?";
}

using ascii::equal_ignoring_case;

// The XML or the SDK spelling, ASCII case ignored.
template <class E>
std::optional<E> parse_name(std::string_view text) {
  for (const EnumName<E>& name : names_of<E>()) {
    if (name.xml == text) return name.value;
  }
  for (const EnumName<E>& name : names_of<E>()) {
    if (equal_ignoring_case(name.xml, text) || equal_ignoring_case(name.sdk, text)) {
      return name.value;
    }
  }
  return std::nullopt;
}

}  // namespace vsslab::metadata
