// What kind of file is this? For `validate` and for messages about a file in the wrong place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"

namespace vsslab::scenario {

enum class FileKind : std::uint8_t {
  unknown,
  scenario,           // <Scenario>
  machine,            // <Machine> of the tools
  test_writer,        // <TestWriter>
  betest,             // <BETest>, or BETest's old text form
  provider,           // <Provider>, named by a scenario
  writer_metadata,    // <WRITER_METADATA>
  backup_components,  // <BACKUP_COMPONENTS>
  manifest,           // <Manifest> of a DiskShadow cabinet
  journal,            // text or JSON form
  inputs,             // what a run was read from, stored beside its journal
};
std::string_view file_kind_name(FileKind kind);  // "Test Writer configuration"

// By the first characters and the root element's name. XML that is not well-formed is an Error.
Result<FileKind> identify_file(std::string_view bytes, const std::string& file);

}  // namespace vsslab::scenario
