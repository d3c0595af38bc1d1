// Backups that may not be restored for ever: the directory services' writers set the expiration
// time in their backup metadata (in-box-vss-writers.md). How the time is written there is private
// to them, and ours here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/guid.h"
#include "core/time.h"

namespace vsslab::metadata {

// "default is 60 days" (vss-backup-and-restore-of-the-active-directory.md)
inline constexpr Duration kTombstoneLifetime = std::chrono::hours(24 * 60);

// NTDS and AD LDS.
bool backups_expire(const Guid& writer_class);

// 100 ns since 1601, as FILETIME counts, and the text in the metadata.
std::string expiry_text(std::uint64_t filetime);
std::optional<std::uint64_t> parse_expiry(std::string_view metadata);

// "2026-03-02 00:00:00 UTC"
std::string moment_text(std::uint64_t filetime);

}  // namespace vsslab::metadata
