#include "metadata/fields.h"

#include <algorithm>
#include <iterator>

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

namespace {

// What may stand in either document.
constexpr std::string_view kElements[] = {"IDENTIFICATION",
                                          "RESTORE_METHOD",
                                          "ALTERNATE_LOCATION_MAPPING",
                                          "BACKUP_LOCATIONS",
                                          "FILE_GROUP",
                                          "DATABASE",
                                          "FILE_LIST",
                                          "DATABASE_FILES",
                                          "DATABASE_LOGFILES",
                                          "DEPENDENCY",
                                          "EXCLUDE_FILES",
                                          "EXCLUDE_FILES_FROM_SNAPSHOT",
                                          "WRITER_COMPONENTS",
                                          "COMPONENT",
                                          "BACKUP_METADATA",
                                          "RESTORE_METADATA",
                                          "FAILURE",
                                          "NEW_TARGET",
                                          "DIRECTED_TARGET",
                                          "PARTIAL_FILE",
                                          "DIFFERENCED_FILE",
                                          "RESTORE_SUBCOMPONENT",
                                          "SNAPSHOT_SET_DESCRIPTION",
                                          "SNAPSHOT_DESCRIPTION"};

// Whether there is room to word one more.
bool worth_a_word(UnknownParts& unknown, bool slip) {
  if (unknown.slips_only && !slip) return false;
  if (unknown.shown.size() < kUnknownPartsMax) return true;
  ++unknown.more;
  return false;
}

}  // namespace

void note_unknown_attribute(const ReadContext& context, const xml::Element& element,
                            std::string_view name, std::span<const std::string_view> known) {
  if (name.starts_with("xmlns")) return;
  if (!worth_a_word(*context.unknown, !nearest(name, known).empty())) return;
  context.unknown->shown.push_back(context.document.attribute_error(
      element, name,
      fmt::format("unknown attribute '{}' of '{}'", xml::shortened(name, 60), element.name()),
      did_you_mean(name, known)));
}

void note_unknown_word(const ReadContext& context, const xml::Element& element,
                       std::string_view attribute, std::string_view word,
                       std::span<const std::string_view> known) {
  if (!worth_a_word(*context.unknown, true)) return;
  context.unknown->shown.push_back(
      context.document.attribute_error(element, attribute,
                                       fmt::format("unknown word in {}='{}' of '{}'", attribute,
                                                   xml::shortened(word, 60), element.name()),
                                       did_you_mean(word, known)));
}

void note_unknown_element(const ReadContext& context, const xml::Element& element) {
  const std::string_view name = element.name();
  const bool elsewhere =
      std::find(std::begin(kElements), std::end(kElements), name) != std::end(kElements);
  const std::string_view meant = nearest(name, kElements);
  if (!worth_a_word(*context.unknown, elsewhere || !meant.empty())) return;
  const std::string shown = xml::shortened(name, 60);
  const std::string_view parent = element.parent().name();
  std::string message = elsewhere
                            ? fmt::format("element '{}' does not belong in '{}'", shown, parent)
                            : fmt::format("unknown element '{}' in '{}'", shown, parent);
  std::string hint;
  if (!elsewhere && !meant.empty()) hint = fmt::format("did you mean '{}'?", meant);
  context.unknown->shown.push_back(context.document.error(
      element, std::move(message), std::move(hint), fmt::format("<{}", name)));
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
