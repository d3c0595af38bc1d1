// Metadata: file sets, excludes and alternate locations (spec: rules 5.3).
#include <fmt/format.h>

#include <set>
#include <unordered_map>

#include "metadata/component_path.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/file_overlap.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::AlternateLocationMapping;
using metadata::Component;
using metadata::FileKind;
using metadata::FileSet;
using metadata::WriterMetadata;

std::string file_text(const FileSet& set) {
  return set.path + (set.path.ends_with('\\') ? "" : "\\") + set.filespec;
}

// Two searches for one character beat one search for a set of them.
bool has_either(std::string_view text, char a, char b) {
  return text.find(a) != std::string_view::npos || text.find(b) != std::string_view::npos;
}

// What a check gives for a file set that it cannot judge.
constexpr std::string_view kUnjudged = "unjudged";

// Looks at every file set of every document; `fault` is empty for a good one.
template <class Fault>
void check_file_sets(const RunView& run, Findings& out, std::string_view expected, Fault fault) {
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        for (const Component& component : document.components) {
          for (const FileSet& set : component.files) {
            const std::string_view what = fault(set);
            if (what == kUnjudged) continue;
            verdicts.saw();
            if (what.empty()) continue;
            verdicts.fail(
                std::string(expected),
                fmt::format("{} of {}: {}", file_text(set), component_text(component), what),
                {part.metadata->seq});
            return;
          }
        }
      });
}

// The path may hold environment variables, no wildcards; a trailing backslash is optional.
void check_path(const RunView& run, Findings& out) {
  check_file_sets(run, out, "a path without wildcards", [](const FileSet& set) {
    std::string_view path = set.path;
    if (path.starts_with("\\\\?\\")) path.remove_prefix(4);
    return std::string_view(has_either(path, '*', '?') ? "a wildcard in the path" : "");
  });
}

constinit const Rule kPath{{.id = "VSSM-FILE-002",
                            .slug = "no-wildcard-in-path",
                            .level = Level::must,
                            .title = "The path of a file set has no wildcard.",
                            .source = "vssgloss-f.md",
                            .cause = "Path and file spec were split in the wrong place.",
                            .next_step = "Put the wildcard into the file spec, or use recursion.",
                            .fails_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP(
                                "componentName='Data'", VSSLAB_EX_FILES("C:\\\\Da*", "a.dat"))),
                            .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP(
                                "componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "a.dat")))},
                           check_path};

// The file spec has no directory part; ? and * are allowed.
void check_spec(const RunView& run, Findings& out) {
  check_file_sets(run, out, "a file spec without a directory", [](const FileSet& set) {
    if (set.filespec.empty()) return std::string_view("no file spec");
    return std::string_view(has_either(set.filespec, '\\', '/') ? "a directory in the file spec"
                                                                : "");
  });
}

constinit const Rule kSpec{
    {.id = "VSSM-FILE-003",
     .slug = "no-directory-in-filespec",
     .level = Level::must,
     .title = "The file spec of a file set names files only, no directory.",
     .source = "vssgloss-f.md",
     .cause = "A relative path was passed as the file spec.",
     .next_step = "Add the directory to the path.",
     .fails_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "sub\\\\a.dat"))),
     .passes_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "a.dat")))},
    check_spec};

// The path after its variables are expanded; nothing when one is unknown here.
std::optional<std::string> expanded(std::string_view path) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  return metadata::expand_environment(path, kEnvironment);
}

bool has_volume(std::string_view path) {
  if (path.size() >= 3 && path[1] == ':' && path[2] == '\\') return true;  // nearly always
  if (path.find('%') == std::string_view::npos) return metadata::volume_root(path).has_value();
  const auto whole = expanded(path);
  return !whole || metadata::volume_root(*whole).has_value();  // unknown: not judged
}

// After expansion the path starts with a local volume (UNC allowed from Windows 8/2012). (Variables
// that only the writer's machine knows are not judged; nor is the Windows version: X48.)
void check_volume(const RunView& run, Findings& out) {
  check_file_sets(run, out, "a path that starts with a volume", [](const FileSet& set) {
    if (!has_volume(set.path)) return std::string_view("no volume");
    const bool variable = set.path.find('%') != std::string::npos;
    return variable && !expanded(set.path) ? kUnjudged : std::string_view();
  });
}

constinit const Rule kVolume{
    {.id = "VSSM-FILE-004",
     .slug = "path-starts-with-volume",
     .level = Level::must,
     .title = "The path of a file set starts with a volume once its variables are expanded.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addfilestofilegroup.md, usage-conventions.md",
     .cause = "A relative path was passed.",
     .next_step = "Pass the full path, or a variable that holds one.",
     .fails_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("Data\\\\sub", "a.dat"))),
     .passes_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("%WinDir%\\\\Tasks", "a.dat")))},
    check_volume};

// Recursion and alternate path exist for file groups only, not for database components.
void check_database(const RunView& run, Findings& out) {
  check_file_sets(run, out, "database files without recursion and alternate path",
                  [](const FileSet& set) {
                    if (set.kind == FileKind::filegroup) return std::string_view();
                    if (set.recursive) return std::string_view("recursive");
                    return std::string_view(set.alternate_path.empty() ? "" : "an alternate path");
                  });
}

constinit const Rule kDatabase{
    {.id = "VSSM-FILE-005",
     .slug = "plain-database-files",
     .level = Level::must,
     .title = "Database files are neither recursive nor do they have an alternate path.",
     .source = "component-types.md",
     .cause = "A document was put together by hand.",
     .next_step = "Use a file group where recursion or an alternate path is wanted.",
     .fails_on = VSSLAB_EX_WMD_WITH(
         "<DATABASE componentName='Data' restoreMetadata='no' notifyOnBackupComplete='no' "
         "selectable='yes' selectableForRestore='no' componentFlags='0'><DATABASE_FILES "
         "path='C:\\\\Data' filespec='a.mdf' recursive='yes' "
         "filespecBackupType='3855'/></DATABASE>"),
     .passes_on = VSSLAB_EX_WMD_WITH(
         "<DATABASE componentName='Data' restoreMetadata='no' notifyOnBackupComplete='no' "
         "selectable='yes' selectableForRestore='no' componentFlags='0'><DATABASE_FILES "
         "path='C:\\\\Data' filespec='a.mdf' filespecBackupType='3855'/></DATABASE>")},
    check_database};

// File-group files only in file-group components (else E_INVALIDARG); the component must exist
// (VSS_E_OBJECT_NOT_FOUND).
void check_group_calls(const RunView& run, Findings& out) {
  check_building_call(run, out, {Ev::add_files_to_file_group},
                      {hr::invalid_arg, hr::object_not_found},
                      "AddFilesToFileGroup for a file group that was added before");
}

constinit const Rule kGroupCalls{
    {.id = "VSSM-FILE-006",
     .slug = "group-files-in-groups",
     .level = Level::must,
     .title = "AddFilesToFileGroup is called for a file group that the writer has added.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addfilestofilegroup.md",
     .cause = "The component is a database, is not there yet, or has another logical path.",
     .next_step = "Call AddComponent first and pass the same logical path and name.",
     .fails_on = "1 W1 AddFilesToFileGroup component=Data hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_group_calls};

// Database files and log files are added to database components only (else E_INVALIDARG), and the
// component must be there first (else VSS_E_OBJECT_NOT_FOUND).
void check_database_calls(const RunView& run, Findings& out) {
  check_building_call(run, out, {Ev::add_database_files, Ev::add_database_log_files},
                      {hr::invalid_arg, hr::object_not_found},
                      "database files for a database that was added before");
}

constinit const Rule kDatabaseCalls{
    {.id = "VSSM-FILE-013",
     .slug = "database-files-in-databases",
     .level = Level::must,
     .title = "AddDatabaseFiles and AddDatabaseLogFiles are called for a database that the writer "
              "has added.",
     .source = "nf-vswriter-ivsscreatewritermetadata-adddatabasefiles.md, "
               "nf-vswriter-ivsscreatewritermetadata-adddatabaselogfiles.md",
     .cause = "The component is a file group, is not there yet, or has another logical path.",
     .next_step = "Call AddComponent with VSS_CT_DATABASE first and pass the same path and name.",
     .fails_on = "1 W1 AddDatabaseFiles component=Data hr=E_INVALIDARG",
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_database_calls};

using Overlaps = std::unordered_map<const WriterMetadata*, FileOverlaps>;

// Of the documents in which something overlaps, or may do so.
Overlaps overlaps_of_documents(const RunView& run) {
  Overlaps overlaps;
  for (const Participation& part : run.participations()) {
    const WriterMetadata* document = document_of(run, part);
    if (document == nullptr || overlaps.contains(document)) continue;
    FileOverlaps found = find_file_overlaps(*document);
    if (!found.found.empty() || !found.complete) overlaps.emplace(document, std::move(found));
  }
  return overlaps;
}

void check_overlaps(const RunView& run, Findings& out, bool inside, std::string_view expected) {
  const Overlaps& known = run.derived(overlaps_of_documents);
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.file_set_count() == 0) return;
        verdicts.saw();
        const auto own = known.find(&document);
        if (own == known.end()) return;
        const FileOverlaps& overlaps = own->second;
        for (const FileOverlap& overlap : overlaps.found) {
          if (overlap.same_component() != inside) continue;
          const Component& a = document.components[overlap.component_a];
          const Component& b = document.components[overlap.component_b];
          verdicts.fail(std::string(expected),
                        fmt::format("{} of {} and {} of {} name the same files",
                                    file_text(a.files[overlap.file_a]), component_text(a),
                                    file_text(b.files[overlap.file_b]), component_text(b)),
                        {part.metadata->seq});
          return;
        }
        if (!overlaps.complete) {
          verdicts.inconclusive("too many patterns to compare (pattern_steps_max)");
        }
      });
}

// File sets of a component do not overlap; no file is named twice.
void check_inside(const RunView& run, Findings& out) {
  check_overlaps(run, out, true, "file sets of a component that do not overlap");
}

constinit const Rule kInside{
    {.id = "VSSM-FILE-007",
     .slug = "file-sets-do-not-overlap",
     .level = Level::must,
     .title = "No two file sets of a component name the same file.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addfilestofilegroup.md, "
               "vss-test-writer-tool.md",
     .cause = "A set with a wildcard covers one that names a file.",
     .next_step = "Keep the wider one only.",
     .fails_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "a?.dat")
                                                     VSSLAB_EX_FILES("c:\\\\data\\\\", "AB.dat"))),
     .passes_on = VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'",
                                                     VSSLAB_EX_FILES("C:\\\\Data", "a?.dat")
                                                         VSSLAB_EX_FILES("C:\\\\Data", "b?.dat")))},
    check_inside};

// Each file is in one component only.
void check_across(const RunView& run, Findings& out) {
  check_overlaps(run, out, false, "each file in one component only");
}

constinit const Rule kAcross{
    {.id = "VSSM-FILE-008",
     .slug = "file-in-one-component",
     .level = Level::must,
     .title = "No file belongs to two components of a writer.",
     .source = "vss-test-writer-tool.md",
     .cause = "Shared files were added to each component that uses them.",
     .next_step = "Give shared files a component of their own, which is not selectable.",
     .fails_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='A'", VSSLAB_EX_FILES("C:\\\\Data", "a.dat"))
             VSSLAB_EX_GROUP("componentName='B'", VSSLAB_EX_FILES("C:\\\\Data", "*"))),
     .passes_on = VSSLAB_EX_WMD_WITH(
         VSSLAB_EX_GROUP("componentName='A'", VSSLAB_EX_FILES("C:\\\\Data", "a.dat"))
             VSSLAB_EX_GROUP("componentName='B'", VSSLAB_EX_FILES("C:\\\\Data", "b.dat")))},
    check_across};

std::string triple(std::string_view path, std::string_view filespec, bool recursive) {
  while (path.ends_with('\\')) path.remove_suffix(1);
  return lower(path) + "|" + lower(filespec) + (recursive ? "|r" : "|");
}

// Leaving a file out of the shadow copy does not leave it out of the backup: that needs an exclude
// entry of its own. (A writer without components backs nothing up: it does not apply, as for
// Windows' own Shadow Copy Optimization writer.)
void check_excluded_twice(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.components.empty() || document.exclude_files_from_snapshot.empty()) return;
        std::set<std::string> excluded;
        for (const metadata::ExcludeSet& set : document.exclude_files) {
          excluded.insert(triple(set.path, set.filespec, set.recursive));
        }
        verdicts.saw();
        for (const metadata::ExcludeSet& set : document.exclude_files_from_snapshot) {
          if (excluded.count(triple(set.path, set.filespec, set.recursive)) != 0) continue;
          verdicts.fail("an exclude entry for what is left out of the shadow copy",
                        fmt::format("there is none for {}\\{}", set.path, set.filespec),
                        {part.metadata->seq}, "a requester finds no such file on the shadow copy");
          return;
        }
      });
}

#define VSSLAB_EX_NOT_IN_COPY \
  "<EXCLUDE_FILES_FROM_SNAPSHOT path='C:\\\\Cache' filespec='*.tmp' recursive='no'/>"

constinit const Rule kExcludedTwice{
    {.id = "VSSM-EXCL-002",
     .slug = "excluded-from-copy-and-backup",
     .level = Level::must,
     .title = "What a writer leaves out of the shadow copy it excludes from the backup too.",
     .source = "nf-vswriter-ivsscreatewritermetadataex-addexcludefilesfromsnapshot.md",
     .cause = "AddExcludeFilesFromSnapshot was taken for AddExcludeFiles.",
     .next_step = "Call AddExcludeFiles with the same arguments as well.",
     .fails_on =
         VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", "") VSSLAB_EX_NOT_IN_COPY),
     .passes_on =
         VSSLAB_EX_WMD_WITH(VSSLAB_EX_GROUP("componentName='Data'", "") VSSLAB_EX_NOT_IN_COPY
                            "<EXCLUDE_FILES path='C:\\\\Cache' filespec='*.tmp' "
                            "recursive='no'/>")},
    check_excluded_twice};

template <class Look>
void for_each_mapping(const RunView& run, Findings& out, Look look) {
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (!document.restore_method) return;
        for (const AlternateLocationMapping& mapping :
             document.restore_method->alternate_locations) {
          verdicts.saw();
          look(document, mapping, part, verdicts);
        }
      });
}

std::set<std::string> triples_of(const WriterMetadata& document) {
  std::set<std::string> sets;
  for (const Component& component : document.components) {
    for (const FileSet& set : component.files) {
      sets.insert(triple(set.path, set.filespec, set.recursive));
    }
  }
  return sets;
}

// Alternate location mappings are writer-level and repeat exactly one of the writer's file sets.
void check_mapping(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (!document.restore_method || document.restore_method->alternate_locations.empty())
          return;
        const std::set<std::string> sets = triples_of(document);
        for (const AlternateLocationMapping& mapping :
             document.restore_method->alternate_locations) {
          verdicts.expect(
              sets.count(triple(mapping.path, mapping.filespec, mapping.recursive)) != 0,
              "a file set with the same path, file spec and recursion",
              fmt::format("there is none like {}\\{}", mapping.path, mapping.filespec),
              {part.metadata->seq});
        }
      });
}

#define VSSLAB_EX_MAPPED(method, path, target)                                   \
  VSSLAB_EX_WMD(                                                                 \
      "", VSSLAB_EX_IDENTIFICATION                                               \
      "<RESTORE_METHOD method='" method                                          \
      "' writerRestore='never' rebootRequired='no'><ALTERNATE_LOCATION_MAPPING " \
      "path='" path "' filespec='*.dat' alternatePath='" target                  \
      "'/></RESTORE_METHOD><BACKUP_LOCATIONS>" VSSLAB_EX_GROUP(                  \
          "componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "*.dat")) "</BACKUP_LOCATIONS>")

constinit const Rule kMapping{
    {.id = "VSSM-ALT-001",
     .slug = "mapping-of-a-file-set",
     .level = Level::must,
     .title = "An alternate location mapping repeats one of the writer's file sets.",
     .source = "semantic-changes-to-the-current-release.md, "
               "nf-vswriter-ivsscreatewritermetadata-addalternatelocationmapping.md",
     .cause = "File spec or recursion differ from those of the component's files.",
     .next_step = "Pass the same path, file spec and recursion as in AddFilesToFileGroup.",
     .fails_on = VSSLAB_EX_MAPPED("RESTORE_IF_CAN_BE_REPLACED", "C:\\\\Other", "D:\\\\New"),
     .passes_on = VSSLAB_EX_MAPPED("RESTORE_IF_CAN_BE_REPLACED", "C:\\\\Data", "D:\\\\New")},
    check_mapping};

// They are added after SetRestoreMethod (else VSS_E_OBJECT_NOT_FOUND).
void check_mapping_order(const RunView& run, Findings& out) {
  check_building_call(run, out, {Ev::add_alternate_location_mapping}, {hr::object_not_found},
                      "AddAlternateLocationMapping after SetRestoreMethod");
}

constinit const Rule kMappingOrder{
    {.id = "VSSM-ALT-002",
     .slug = "mapping-after-restore-method",
     .level = Level::must,
     .title = "Alternate locations are mapped after SetRestoreMethod.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addalternatelocationmapping.md",
     .cause = "The calls of OnIdentify are in another order.",
     .next_step = "Call SetRestoreMethod first.",
     .fails_on = "1 W1 AddAlternateLocationMapping hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = VSSLAB_EX_WMD_WITH("")},
    check_mapping_order};

// The destination is a full path.
void check_destination(const RunView& run, Findings& out) {
  for_each_mapping(run, out,
                   [](const WriterMetadata&, const AlternateLocationMapping& mapping,
                      const Participation& part, Verdicts& verdicts) {
                     verdicts.expect(has_volume(mapping.alternate_path),
                                     "a full path as destination",
                                     "'" + mapping.alternate_path + "'", {part.metadata->seq});
                   });
}

constinit const Rule kDestination{
    {.id = "VSSM-ALT-003",
     .slug = "full-alternate-path",
     .level = Level::must,
     .title = "The destination of an alternate location mapping is a full path.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addalternatelocationmapping.md",
     .cause = "A path relative to the original place was passed.",
     .next_step = "Pass the full path of the destination directory.",
     .fails_on = VSSLAB_EX_MAPPED("RESTORE_IF_CAN_BE_REPLACED", "C:\\\\Data", "New"),
     .passes_on = VSSLAB_EX_MAPPED("RESTORE_IF_CAN_BE_REPLACED", "C:\\\\Data", "D:\\\\New")},
    check_destination};

// TO_ALTERNATE_LOCATION needs a mapping for every file set.
void check_all_mapped(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (!document.restore_method ||
            document.restore_method->method !=
                metadata::RestoreMethodType::restore_to_alternate_location) {
          return;
        }
        std::set<std::string> mapped;
        for (const AlternateLocationMapping& mapping :
             document.restore_method->alternate_locations) {
          mapped.insert(triple(mapping.path, mapping.filespec, mapping.recursive));
        }
        for (const Component& component : document.components) {
          for (const FileSet& set : component.files) {
            verdicts.expect(mapped.count(triple(set.path, set.filespec, set.recursive)) != 0,
                            "an alternate location for every file set",
                            "there is none for " + file_text(set), {part.metadata->seq});
          }
        }
      });
}

constinit const Rule kAllMapped{
    {.id = "VSSM-ALT-004",
     .slug = "every-file-set-mapped",
     .level = Level::must,
     .title = "A writer that restores to alternate locations maps every file set.",
     .source = "ne-vswriter-vss_restoremethod_enum.md",
     .cause = "AddAlternateLocationMapping was left out for some files.",
     .next_step = "Map each file set, or choose another restore method.",
     .fails_on = VSSLAB_EX_MAPPED("RESTORE_TO_ALTERNATE_LOCATION", "C:\\\\Other", "D:\\\\New"),
     .passes_on = VSSLAB_EX_MAPPED("RESTORE_TO_ALTERNATE_LOCATION", "C:\\\\Data", "D:\\\\New")},
    check_all_mapped};

constexpr const Rule* kRules[] = {&kPath,          &kSpec,    &kVolume,       &kDatabase,
                                  &kGroupCalls,    &kInside,  &kAcross,       &kDatabaseCalls,
                                  &kExcludedTwice, &kMapping, &kMappingOrder, &kDestination,
                                  &kAllMapped};

}  // namespace

RuleSpan metadata_files_rules() { return kRules; }

}  // namespace vsslab::rules
