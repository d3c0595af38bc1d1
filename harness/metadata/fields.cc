#include "metadata/fields.h"

namespace vsslab::metadata {

std::optional<bool> parse_yes_no(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  for (const std::string_view word : {"yes", "true", "1"}) {
    if (equal_ignoring_case(text, word)) return true;
  }
  for (const std::string_view word : {"no", "false", "0"}) {
    if (equal_ignoring_case(text, word)) return false;
  }
  return std::nullopt;
}

Error wrong_root(const xml::Document& document, std::string_view expected) {
  const std::string_view name = document.root().name();
  std::string hint = fmt::format("expected <{}>", expected);
  if (name == "WRITER_METADATA") hint += "; this is a Writer Metadata Document";
  if (name == "BACKUP_COMPONENTS") hint += "; this is a Backup Components Document";
  if (name == "Manifest") hint += "; this is the manifest of a DiskShadow cabinet";
  return document.error(document.root(), fmt::format("the root element is '{}'", name),
                        std::move(hint), fmt::format("<{}", name));
}

}  // namespace vsslab::metadata
