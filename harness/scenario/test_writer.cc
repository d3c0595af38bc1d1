#include "scenario/test_writer.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "scenario/faults.h"
#include "scenario/read.h"

namespace vsslab::scenario {

namespace {

plan::AlternateMapping read_mapping(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"path", "filespec", "recursive", "alternatePath"});
  return {.path = required_text(source, element, "path"),
          .filespec = required_text(source, element, "filespec"),
          .recursive = yes_no(source, element, "recursive", false),
          .alternate_path = required_text(source, element, "alternatePath"),
          .line = element.line()};
}

plan::FileSpec read_exclude(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"path", "filespec", "recursive"});
  return {.path = required_text(source, element, "path"),
          .filespec = required_text(source, element, "filespec"),
          .recursive = yes_no(source, element, "recursive", false),
          .line = element.line()};
}

plan::ComponentFile read_component_file(const Source& source, const xml::Element& element) {
  check_shape(
      source, element,
      {"path", "filespec", "recursive", "alternatePath", "fullBackupRequired", "diffBackupRequired",
       "incBackupRequired", "logBackupRequired", "fullSnapshotRequired", "diffSnapshotRequired",
       "incSnapshotRequired", "logSnapshotRequired", "logFile"});
  plan::ComponentFile file;
  file.line = element.line();
  file.path = required_text(source, element, "path");
  file.filespec = required_text(source, element, "filespec");
  file.recursive = yes_no(source, element, "recursive", false);
  file.alternate_path = text(element, "alternatePath");
  file.log_file = yes_no(source, element, "logFile", false);
  constexpr std::string_view kTypes[] = {"full", "diff", "inc", "log"};  // bits 0x1 to 0x8
  std::uint32_t mask = 0;
  for (std::uint32_t bit = 0; bit < 4; ++bit) {
    const std::string type(kTypes[bit]);
    if (yes_no(source, element, type + "BackupRequired", true)) mask |= 1U << bit;
    if (yes_no(source, element, type + "SnapshotRequired", true)) mask |= 0x100U << bit;
  }
  file.backup_type_mask = mask;
  return file;
}

bool is_ranges(std::string_view text) {
  // "offset:length,offset:length", digits in decimal, or hexadecimal after 0x.
  const auto is_number = [](std::string_view digits) {
    const bool hex = digits.starts_with("0x");
    if (hex) digits.remove_prefix(2);
    if (digits.empty() || digits.size() > 20) return false;
    return std::all_of(digits.begin(), digits.end(), [hex](char c) {
      return (c >= '0' && c <= '9') || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    });
  };
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view range = text.substr(0, comma);
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos) return false;
    if (!is_number(range.substr(0, colon)) || !is_number(range.substr(colon + 1))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// The full path of a ranges file, which one of Microsoft's pages writes after "File=".
bool is_ranges_file(std::string_view text) {
  if (text.starts_with("File=")) text.remove_prefix(5);
  return text.size() > 3 && text.substr(1).starts_with(":\\");
}

plan::PartialFile read_partial_file(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"path", "filespec", "ranges"});
  plan::PartialFile file{.path = required_text(source, element, "path"),
                         .filespec = required_text(source, element, "filespec"),
                         .ranges = required_text(source, element, "ranges"),
                         .line = element.line()};
  if (!is_ranges(file.ranges) && !is_ranges_file(file.ranges)) {
    refuse_attribute(source, element, "ranges",
                     fmt::format("attribute 'ranges' is '{}'", file.ranges),
                     "write offset:length pairs with commas: 0:5,100:20; or the full path of a "
                     "ranges file");
  }
  return file;
}

// FILETIME of the written time; the lab's local time zone is UTC. 0 when no field is written: the
// requester decides by itself.
std::int64_t read_last_modified(const Source& source, const xml::Element& element) {
  constexpr std::string_view kFields[] = {"year", "month", "day", "hour", "minute", "second"};
  if (std::none_of(std::begin(kFields), std::end(kFields),
                   [&](std::string_view field) { return has(element, field); })) {
    return 0;
  }
  required_text(source, element, "year");
  const auto field = [&](std::string_view name, std::uint64_t least, std::uint64_t most,
                         std::uint64_t otherwise) {
    const std::uint64_t value = number(source, element, name, most).value_or(otherwise);
    if (value < least) {
      refuse_attribute(source, element, name, fmt::format("attribute '{}' is '{}'", name, value),
                       fmt::format("write {} to {}", least, most));
    }
    return value;
  };
  const auto year = field("year", 1601, 9999, 1601);
  const auto month = field("month", 1, 12, 1);
  const auto day = field("day", 1, 31, 1);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    refuse_attribute(source, element, "day", "there is no such day",
                     fmt::format("month {} of {} is shorter", month, year));
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const auto hour = field("hour", 0, 23, 0);
  const auto minute = field("minute", 0, 59, 0);
  const auto second = field("second", 0, 59, 0);
  const auto seconds = static_cast<std::int64_t>((hour * 60 + minute) * 60 + second);
  constexpr std::int64_t kDaysFrom1601 = 134'774;
  return ((days + kDaysFrom1601) * 86'400 + seconds) * 10'000'000;
}

plan::DifferencedFile read_differenced_file(const Source& source, const xml::Element& element) {
  check_shape(
      source, element,
      {"path", "filespec", "recursive", "year", "month", "day", "hour", "minute", "second"});
  return {.path = required_text(source, element, "path"),
          .filespec = required_text(source, element, "filespec"),
          .recursive = yes_no(source, element, "recursive", false),
          .last_modified_100ns = read_last_modified(source, element),
          .line = element.line()};
}

plan::Dependency read_dependency(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"writerId", "logicalPath", "componentName"});
  required_text(source, element, "writerId");
  return {.writer_id = *guid(source, element, "writerId"),
          .logical_path = text(element, "logicalPath"),
          .component_name = required_text(source, element, "componentName"),
          .line = element.line()};
}

plan::TestComponent::DirectedTarget read_directed_target(const Source& source,
                                                         const xml::Element& element) {
  check_shape(source, element, {"path", "filespec", "ranges", "toPath", "toFilespec", "toRanges"});
  return {required_text(source, element, "path"),
          required_text(source, element, "filespec"),
          required_text(source, element, "ranges"),
          required_text(source, element, "toPath"),
          text(element, "toFilespec", text(element, "filespec")),
          text(element, "toRanges", text(element, "ranges")),
          element.line()};
}

constexpr std::uint32_t kDatabase = 1;  // VSS_CT_DATABASE

// AddDatabaseFiles and AddDatabaseLogFiles have neither argument: VSS would hear nothing of them.
void refuse_what_databases_lack(const Source& source, const xml::Element& element) {
  const char* attribute = nullptr;
  if (!text(element, "alternatePath").empty()) attribute = "alternatePath";
  if (yes_no(source, element, "recursive", false)) attribute = "recursive";
  if (attribute == nullptr) return;
  refuse(source.document.attribute_error(
      element, attribute,
      fmt::format("a file of a database component has no '{}': AddDatabaseFiles does not take it",
                  attribute),
      "write componentType=\"filegroup\", or name the files of each folder"));
}

plan::TestComponent read_component(const Source& source, const xml::Element& element) {
  check_shape(source, element,
              {"componentType", "logicalPath", "componentName", "selectable", "caption",
               "selectableForRestore", "restoreMetadata", "notifyOnBackupComplete",
               "componentFlags", "restoreTarget"},
              {"ComponentFile", "PartialFile", "DifferencedFile", "Dependency", "DirectedTarget"});
  plan::TestComponent component;
  component.line = element.line();
  required_text(source, element, "componentType");
  component.type = *word(source, element, "componentType", plan::component_types());
  component.logical_path = text(element, "logicalPath");
  component.name = required_text(source, element, "componentName");
  component.caption = text(element, "caption");
  component.selectable = yes_no(source, element, "selectable", true);
  component.selectable_for_restore = yes_no(source, element, "selectableForRestore", false);
  component.restore_metadata = yes_no(source, element, "restoreMetadata", false);
  component.notify_on_backup_complete = yes_no(source, element, "notifyOnBackupComplete", false);
  component.flags = mask(source, element, "componentFlags", plan::component_flags()).value_or(0);
  component.restore_target =
      word(source, element, "restoreTarget", plan::restore_targets()).value_or(0);
  for (const xml::Element& child : element.children()) {
    if (child.name() == "DirectedTarget") {
      component.directed_targets.push_back(read_directed_target(source, child));
    } else if (child.name() == "ComponentFile") {
      component.files.push_back(read_component_file(source, child));
      if (component.type == kDatabase) refuse_what_databases_lack(source, child);
    } else if (child.name() == "PartialFile") {
      component.partial_files.push_back(read_partial_file(source, child));
    } else if (child.name() == "DifferencedFile") {
      component.differenced_files.push_back(read_differenced_file(source, child));
    } else {
      component.dependencies.push_back(read_dependency(source, child));
    }
  }
  return component;
}

void read_restore_method(const Source& source, const xml::Element& element,
                         plan::TestWriterConfig& config) {
  check_shape(source, element, {"method", "writerRestore", "rebootRequired", "service"},
              {"AlternateLocationMapping"});
  config.has_restore_method = true;
  required_text(source, element, "method");
  config.restore_method = *word(source, element, "method", plan::restore_methods());
  config.writer_restore =
      word(source, element, "writerRestore", plan::writer_restores()).value_or(3);
  config.reboot_required = yes_no(source, element, "rebootRequired", false);
  config.service = text(element, "service");
  for (const xml::Element& child : element.children()) {
    config.alternate_mappings.push_back(read_mapping(source, child));
  }
}

void read_settings(const Source& source, const xml::Element& element,
                   plan::TestWriterConfig& config) {
  config.usage = word(source, element, "usage", plan::usage_types()).value_or(config.usage);
  config.data_source =
      word(source, element, "dataSource", plan::source_types()).value_or(config.data_source);
  config.verbosity = one_of(source, element, "verbosity", {"low", "medium", "high"}, "medium");
  const auto flag = [&](std::string_view name, bool& value) {
    value = yes_no(source, element, name, value);
  };
  flag("deleteFiles", config.delete_files);
  flag("deletePartialFiles", config.delete_partial_files);
  flag("deleteDifferencedFiles", config.delete_differenced_files);
  flag("checkIncludes", config.check_includes);
  flag("checkExcludes", config.check_excludes);
  flag("supportsCopy", config.supports_copy);
  flag("supportsDifferential", config.supports_differential);
  flag("supportsIncremental", config.supports_incremental);
  flag("supportsLog", config.supports_log);
  flag("supportsNewTarget", config.supports_new_target);
  config.backup_schema = mask(source, element, "backupSchema", plan::backup_schemas()).value_or(0);
}

}  // namespace

std::string matching_name(std::string_view filespec) {
  std::string name;
  for (const char c : filespec) {
    if (c == '*') {
      name += "data";
    } else {
      name += c == '?' ? '1' : c;
    }
  }
  return name;
}

plan::TestWriterConfig read_test_writer(const Source& source, const xml::Element& element) {
  check_shape(
      source, element,
      {"usage", "dataSource", "verbosity", "deleteFiles", "deletePartialFiles",
       "deleteDifferencedFiles", "checkIncludes", "checkExcludes", "supportsCopy",
       "supportsDifferential", "supportsIncremental", "supportsLog", "supportsNewTarget",
       "backupSchema"},
      {"RestoreMethod", "ExcludeFile", "ExcludeFileFromSnapshot", "Component", "FailEvent"});
  plan::TestWriterConfig config;
  read_settings(source, element, config);
  bool first = true;
  for (const xml::Element& child : element.children()) {
    const std::string_view name = child.name();
    if (first != (name == "RestoreMethod")) {
      refuse(source, child,
             first ? "the first child of TestWriter has to be RestoreMethod"
                   : "RestoreMethod has to be the first child of TestWriter, and the only one",
             "the Test Writer's page asks for it: RestoreMethod first, then the rest");
    }
    first = false;
    if (name == "RestoreMethod") read_restore_method(source, child, config);
    if (name == "ExcludeFile") config.exclude_files.push_back(read_exclude(source, child));
    if (name == "ExcludeFileFromSnapshot") {
      config.exclude_files_from_snapshot.push_back(read_exclude(source, child));
    }
    if (name == "Component") config.components.push_back(read_component(source, child));
    if (name == "FailEvent") config.fail_events.push_back(read_fail_event(source, child));
  }
  if (first) {
    refuse(source, element, "TestWriter lacks its first child, RestoreMethod",
           "write <RestoreMethod method=\"RESTORE_IF_CAN_BE_REPLACED\" writerRestore=\"always\" "
           "rebootRequired=\"no\"/>");
  }
  return config;
}

Result<plan::TestWriterConfig> parse_test_writer(std::string bytes, const std::string& file) {
  auto document =
      xml::parse(std::move(bytes), file,
                 {.bytes_max = limits::kScenarioBytesMax, .bytes_max_name = "scenario_bytes_max"});
  if (!document) return tl::make_unexpected(std::move(document.error()));
  int files_left = 0;
  const ReadFile no_files = [](const std::string&) { return fail("no files are read here"); };
  const Source source{*document, {}, no_files, &files_left};
  try {
    const xml::Element root = document->root();
    if (root.name() != "TestWriter") {
      refuse(source, root, fmt::format("the root element is '{}', not TestWriter", root.name()));
    }
    return read_test_writer(source, root);
  } catch (Refused& refused) {
    return tl::make_unexpected(std::move(refused.error));
  }
}

void add_volumes_for(const plan::TestWriterConfig& config, std::vector<plan::VolumePlan>& volumes) {
  const auto add = [&](std::string_view path, std::string_view filespec) {
    if (path.size() < 2 || path[1] != ':') return;  // no drive: a variable or a volume name
    const auto letter = static_cast<char>(path[0] & ~0x20);
    if (letter < 'A' || letter > 'Z') return;
    const std::string root = std::string(1, letter) + ":\\";
    auto volume = std::find_if(volumes.begin(), volumes.end(),
                               [&](const plan::VolumePlan& known) { return known.root == root; });
    if (volume == volumes.end()) {
      volume = volumes.emplace(volumes.end());
      volume->root = root;
    }
    std::string folder = root + std::string(path.substr(std::min<std::size_t>(3, path.size())));
    if (!folder.ends_with('\\')) folder += '\\';
    std::string name = folder + matching_name(filespec);
    if (name.find_first_of("*?\"<>|") != std::string::npos) return;  // a rule tells
    for (const plan::FilePlan& file : volume->files) {
      if (file.path == name) return;
    }
    plan::FilePlan& made = volume->files.emplace_back();
    made.path = std::move(name);
    made.size = 64ULL << 10;
  };
  for (const plan::TestComponent& component : config.components) {
    for (const plan::ComponentFile& file : component.files) add(file.path, file.filespec);
    for (const plan::PartialFile& file : component.partial_files) add(file.path, file.filespec);
    for (const plan::DifferencedFile& file : component.differenced_files) {
      add(file.path, file.filespec);
    }
  }
}

}  // namespace vsslab::scenario
