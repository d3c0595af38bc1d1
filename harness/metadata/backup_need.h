// What a backup of some type needs of a writer's file sets: the one reading that VSS and requesters
// share, so that they agree on which backup may do without a shadow copy.
#pragma once

#include <cstdint>

#include "metadata/writer_metadata.h"

namespace vsslab::metadata {

// The bit of VSS_BACKUP_SCHEMA that a writer needs for a VSS_BACKUP_TYPE; 0: every writer takes
// part in such a backup.
std::uint32_t schema_bit(std::uint32_t backup_type);

// What a backup of type `asked` is for a writer with this VSS_BACKUP_SCHEMA: a full one where the
// writer does not support the type (VSSR-INCR-005).
std::uint32_t effective_type(std::uint32_t asked, std::uint32_t schema);

// Whether the set has to be copied (of a log backup logs alone are), whether what is read has to be
// the shadow copy, and both.
bool backup_required(const FileSet& set, std::uint32_t backup_type);
bool snapshot_required(const FileSet& set, std::uint32_t backup_type);
bool copy_required(const FileSet& set, std::uint32_t backup_type);

}  // namespace vsslab::metadata
