#include "plan/falsified.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "core/guid.h"

namespace vsslab::plan {

namespace {

constexpr Falsified kFalsified[] = {
    {"AddToSnapshotSet", "snapshot", FalsifiedType::guid, "the copy's id, told to the requester"},
    {"BackupShutdown", "set", FalsifiedType::guid, "the set's id, handed to the writer"},
    {"BeginPrepareSnapshot", "context", FalsifiedType::mask, "the context, handed to the provider"},
    {"BeginPrepareSnapshot", "volume", FalsifiedType::text, "the volume, handed to the provider"},
    {"DeleteSnapshots", "deleted", FalsifiedType::number, "copies deleted, told to the requester"},
    {"DeleteSnapshots", "failed", FalsifiedType::guid,
     "the copy that is left, told to the requester"},
    {"DiffArea", "allocated", FalsifiedType::size,
     "bytes of a storage area, told to the requester"},
    {"DiffArea", "maximum", FalsifiedType::size, "bytes of a storage area, told to the requester"},
    {"DiffArea", "used", FalsifiedType::size, "bytes of a storage area, told to the requester"},
    {"GetMinDiffAreaSize", "bytes", FalsifiedType::size, "the answer, told to the requester"},
    {"GetSnapshotProperties", "count", FalsifiedType::number,
     "copies of the set, told to the requester"},
    {"GetWriterStatusCount", "count", FalsifiedType::number, "writers, told to the requester"},
    {"IsVolumeSupported", "supported", FalsifiedType::yes_no,
     "the answer, told to the requester or heard from the provider"},
    {"PostCommitSnapshots", "count", FalsifiedType::number, "copies, told to the provider"},
    {"PostRestore", "wanted", FalsifiedType::yes_no,
     "whether the writer wants the event, as the service reads its document"},
    {"PreRestore", "wanted", FalsifiedType::yes_no,
     "whether the writer wants the event, as the service reads its document"},
    {"StartSnapshotSet", "set", FalsifiedType::guid, "the set's id, told to the requester"},
};

std::optional<std::uint32_t> number_of(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

std::span<const Falsified> falsified() { return kFalsified; }

const Falsified* find_falsified(std::string_view event, std::string_view argument) {
  for (const Falsified& one : kFalsified) {
    if (one.event == event && one.argument == argument) return &one;
  }
  return nullptr;
}

std::string falsified_value(const Falsified& what, std::string_view written) {
  switch (what.type) {
    case FalsifiedType::guid: {
      const auto guid = Guid::parse(written);
      return guid ? guid->to_string() : std::string();
    }
    case FalsifiedType::number: {
      const auto number = number_of(written);
      return number ? std::to_string(*number) : std::string();
    }
    case FalsifiedType::size: {
      std::int64_t size = 0;
      const char* const end = written.data() + written.size();
      const auto [rest, error] = std::from_chars(written.data(), end, size);
      const bool whole = error == std::errc() && rest == end && !written.empty();
      return whole ? std::to_string(size) : std::string();
    }
    case FalsifiedType::mask: {
      const auto number = number_of(written);
      return number ? fmt::format("0x{:08x}", *number) : std::string();
    }
    case FalsifiedType::yes_no:
      return written == "yes" || written == "no" ? std::string(written) : std::string();
    case FalsifiedType::text:
      break;
  }
  return std::string(written);
}

std::string_view falsified_type_name(FalsifiedType type) {
  switch (type) {
    case FalsifiedType::guid:
      return "a GUID";
    case FalsifiedType::number:
      return "a number";
    case FalsifiedType::size:
      return "a number of bytes, -1 for no limit";
    case FalsifiedType::mask:
      return "a number, or one in hexadecimal with 0x";
    case FalsifiedType::yes_no:
      return "yes or no";
    case FalsifiedType::text:
      break;
  }
  return "a text";
}

}  // namespace vsslab::plan
