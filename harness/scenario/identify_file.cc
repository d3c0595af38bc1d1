#include "scenario/identify_file.h"

#include "scenario/inputs.h"
#include "xml/document.h"

namespace vsslab::scenario {

namespace {

FileKind kind_of_root(std::string_view root) {
  if (root == "Scenario") return FileKind::scenario;
  if (root == "Machine") return FileKind::machine;
  if (root == "TestWriter") return FileKind::test_writer;
  if (root == "BETest") return FileKind::betest;
  if (root == "Provider") return FileKind::provider;
  // The pages print the components of a writer's document alone.
  if (root == "WRITER_METADATA" || root == "BACKUP_LOCATIONS") return FileKind::writer_metadata;
  if (root == "BACKUP_COMPONENTS") return FileKind::backup_components;
  if (root == "Manifest") return FileKind::manifest;
  return FileKind::unknown;
}

bool looks_like_xml(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return true;
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  if (bytes.starts_with(std::string_view("<\0", 2))) return true;
  if (bytes.starts_with(std::string_view("\0<", 2))) return true;
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '<';
}

}  // namespace

std::string_view file_kind_name(FileKind kind) {
  switch (kind) {
    case FileKind::unknown:
      return "unknown file";
    case FileKind::scenario:
      return "scenario";
    case FileKind::machine:
      return "lab machine";
    case FileKind::test_writer:
      return "Test Writer configuration";
    case FileKind::betest:
      return "BETest configuration";
    case FileKind::provider:
      return "provider configuration";
    case FileKind::writer_metadata:
      return "Writer Metadata Document";
    case FileKind::backup_components:
      return "Backup Components Document";
    case FileKind::manifest:
      return "DiskShadow manifest";
    case FileKind::journal:
      return "journal";
    case FileKind::inputs:
      return "inputs of a run";
  }
  return "unknown file";
}

Result<FileKind> identify_file(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("vsslab-journal ")) return FileKind::journal;
  if (is_inputs(bytes)) return FileKind::inputs;
  if (bytes.starts_with("{") &&
      bytes.substr(0, 200).find("vsslab-journal") != std::string_view::npos) {
    return FileKind::journal;
  }
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  // A writer id in quotes begins the text form.
  if (first != std::string_view::npos && bytes[first] == '"') return FileKind::betest;
  if (!looks_like_xml(bytes)) return FileKind::unknown;
  auto document = xml::parse_borrowed(bytes, file);
  if (!document) return tl::make_unexpected(std::move(document.error()));
  return kind_of_root(document->root().local_name());
}

}  // namespace vsslab::scenario
