// A document as text for people: what `vsslab metadata FILE` prints.
#pragma once

#include <string>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"

namespace vsslab::metadata {

struct DescribeOptions {
  std::size_t file_sets_max = 20;  // of one component; the rest is counted. 0: all
};

std::string describe(const WriterMetadata& metadata, const DescribeOptions& options = {});
std::string describe(const BackupComponents& components, const DescribeOptions& options = {});

// "FULL_BACKUP_REQUIRED …": names of the bits of a VSS_BACKUP_SCHEMA, VSS_COMPONENT_FLAGS and
// VSS_FILE_SPEC_BACKUP_TYPE mask, unknown bits in hexadecimal; "none" for zero.
std::string backup_schema_names(std::uint32_t mask);
std::string component_flag_names(std::uint32_t mask);
std::string file_backup_type_names(std::uint32_t mask);

}  // namespace vsslab::metadata
