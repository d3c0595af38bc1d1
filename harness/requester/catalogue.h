// What a backup folder holds: "backup.xml", the Backup Components Document; "writer-N.xml", the
// Writer Metadata Documents of the writers that took part; "files\", the content; and
// "catalogue.xml", which file of the writers lies where. Internal to requester/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "requester/files.h"

namespace vsslab::requester {

struct StoredFile {
  enum class Kind { file, directory, partial };
  Kind kind = Kind::file;
  std::string path;    // where the writer has it: "C:\\data\\a.txt"
  std::string stored;  // below the backup folder; empty for a directory
  std::uint64_t size = 0;
  std::uint64_t modified = 0;  // FILETIME
  std::string ranges;          // partial: in the writer's file, in the order they are stored in
  std::string ranges_file;     // partial: the ranges came from this file, which is stored too
  // The file set that brought it, in the words of the writer's document; empty for files that the
  // writer added during the backup.
  std::size_t writer = 0;  // index into Catalogue::writers
  std::string logical_path, component;
  std::string set_path, set_spec;
  bool set_recursive = false;
};

struct Catalogue {
  struct Writer {
    Guid class_id, instance_id;
    std::string document;  // "writer-0.xml"
  };
  std::vector<Writer> writers;
  std::uint32_t backup_type = 1;  // VSS_BACKUP_TYPE
  std::uint64_t made = 0;         // FILETIME: when the copies were made
  std::vector<StoredFile> files;
};

inline constexpr std::string_view kCatalogueFile = "catalogue.xml";
inline constexpr std::string_view kDocumentFile = "backup.xml";

std::string emit(const Catalogue& catalogue);
// An Error with the line; names of files that would lead out of the folder are refused.
Result<Catalogue> parse_catalogue(std::string_view bytes, std::string_view file_name);

}  // namespace vsslab::requester
