// Requester: copying files (spec: rules 2.6, 2.10, 2.15), as FileRead tells of it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/copying.h"
#include "rules/families.h"

namespace vsslab::rules {
namespace {

void check_excludes(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    const bool lists =
        std::any_of(copying.added.begin(), copying.added.end(),
                    [](const AddedFiles& files) { return !files.writer->excludes.empty(); });
    if (!lists) return;
    for (const ReadFile& file : copying.read) {
      if (!file.from_copy) continue;
      verdicts.saw();
      const AddedFiles* against = nullptr;
      bool wanted = false;
      for (const Copying::Set& at : copying.sets_at(file.path)) {
        if (!at.set->alternate_path.empty()) continue;
        const bool excluded = at.files->writer->excluded(file.path);
        wanted = wanted || !excluded;
        if (excluded) against = at.files;
      }
      if (against == nullptr || wanted) continue;
      verdicts.fail("files of the exclude list left out",
                    fmt::format("{} of {} was copied", file.path, run.writer(*against->part).name),
                    {file.call->seq()});
    }
  });
}

constinit const Rule kExcludes{
    {.id = "VSSR-COMP-016",
     .slug = "excluded-files-win",
     .level = Level::must,
     .title = "A file on its writer's exclude list is not copied, though a file set names it.",
     .source = "overview-of-actual-backup-of-files.md, writer-metadata-document-contents.md",
     .cause = "GetExcludeFile was not asked, or matched against the wrong path.",
     .next_step = "Match each file's default path against all exclude sets of its writer.",
     .fails_on =
         VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\x.tmp"),
     .passes_on =
         VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\x.txt")},
    check_excludes};

void check_named_files(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    if (!full_backup(*copying.session)) return;
    std::vector<bool> found(copying.sets.size());
    for (const ReadFile& file : copying.read) {
      for (const std::uint32_t number : copying.index.at(file.path)) found[number] = true;
    }
    const auto succeeded = succeeded_in(run, *copying.session);
    for (std::size_t i = 0; i < copying.sets.size(); ++i) {
      const auto& [files, set] = copying.sets[i];
      const auto said = succeeded.find({index_of(run, *files->part), files->path, files->name});
      if (said == succeeded.end()) continue;
      const bool pattern = set->filespec.find_first_of("*?") != std::string::npos;
      if (pattern || (set->backup_type & kFullRequired) == 0) continue;
      const FilePlace home = home_of(*set);
      if (files->writer->excluded(home.path + "\\" + home.filespec)) continue;
      const FilePlace place = read_place_of(*set);
      verdicts.expect(
          found[i],
          fmt::format("{}\\{} copied, or the component not successful", place.path, place.filespec),
          "it was not read, and SetBackupSucceeded says yes",
          {files->call->seq(), said->second->seq()});
    }
  });
}

constinit const Rule kNamedFiles{
    {.id = "VSSR-COPY-006",
     .slug = "named-file-is-copied",
     .level = Level::must,
     .title = "A component is successful only if every file that a file set names was copied.",
     .source = "definition-of-components-by-writers.md, overview-of-actual-backup-of-files.md",
     .cause = "A missing file was taken for a pattern that matches nothing.",
     .next_step = "Call SetBackupSucceeded with false when a named file cannot be copied.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\b.txt") VSSLAB_EX_SUCCEEDED("yes"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_SUCCEEDED("yes"),
     .consequences = "VSSR-COPY-014"},
    check_named_files};

// Read from a volume that has a copy instead of from it, once the copy is made: until
// BackupComplete, or for as long as the object lives when nothing comes from the copy at all.
void check_from_copy(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::anywhere, [&](const Copying& copying, Verdicts& verdicts) {
    const Session& session = *copying.session;
    const std::uint32_t mask = snapshot_required(session);
    const Call* const made = session.calls.first_ok(Ev::do_snapshot_set);
    const Call* const complete = session.calls.first(Ev::backup_complete);
    if (made == nullptr || mask == 0) return;
    const std::string_view why = copying.copies ? "" : ", and nothing from its shadow copy";
    for (const ReadFile& file : copying.read) {
      if (file.call->seq() < made->seq()) continue;
      const bool over = complete != nullptr && file.call->seq() > complete->seq();
      if (over && copying.copies) break;
      if (file.from_copy) {
        verdicts.saw();
        continue;
      }
      if (!file.volume_has_copy) continue;
      const auto sets = copying.sets_at(file.path);
      const bool required = std::any_of(sets.begin(), sets.end(), [&](const Copying::Set& at) {
        return (at.set->backup_type & mask) != 0;
      });
      if (!required) continue;
      verdicts.fail("files that need the shadow copy read from it",
                    fmt::format("{} was read from the volume{}", file.path, why),
                    {made->seq(), file.call->seq()});
    }
  });
}

constinit const Rule kFromCopy{
    {.id = "VSSR-COPY-008",
     .slug = "files-come-from-the-copy",
     .level = Level::must,
     .title = "Files of sets that are marked snapshot-required are read from the shadow copy.",
     .source = "ne-vss-vss_file_spec_backup_type.md",
     .cause = "The path was not turned into one of the copy's device.",
     .next_step = "Read device object, backslash, and the path below the volume's root.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ("C:\\data\\b.txt"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(
         VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\b.txt"),
     .consequences = "VSSR-COPY-014"},
    check_from_copy};

// What was listed of a directory of file sets.
struct Listed {
  const Call* live = nullptr;  // of the volume
  const Call* copy = nullptr;
};

void check_listed_from_copy(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    const Session& session = *copying.session;
    const Call* const made = session.calls.first_ok(Ev::do_snapshot_set);
    const std::uint32_t mask = snapshot_required(session);
    if (mask == 0 || made == nullptr) return;
    std::map<std::string, Listed> directories;
    for (std::size_t i = 0; i < copying.sets.size(); ++i) {
      const Copying::Set& at = copying.sets[i];
      const bool pattern = at.set->filespec.find_first_of("*?") != std::string::npos;
      if (pattern && (at.set->backup_type & mask) != 0) {
        directories.try_emplace(copying.places[i].path);
      }
    }
    for (const ReadFile& directory : copying.listed) {
      const auto found = directories.find(directory.path);
      if (found == directories.end()) continue;
      if (directory.from_copy) {
        found->second.copy = directory.call;
      } else if (directory.volume_has_copy) {
        found->second.live = directory.call;
      }
    }
    for (const auto& [path, listed] : directories) {
      if (listed.copy != nullptr) verdicts.saw();
      if (listed.copy != nullptr || listed.live == nullptr) continue;
      const bool early = listed.live->seq() < made->seq();
      verdicts.fail("the files of a directory looked up in the shadow copy",
                    fmt::format("{} was listed on the volume{}, and not in the copy", path,
                                early ? ", before there was one" : ""),
                    {listed.live->seq(), made->seq()});
    }
  });
}

constinit const Rule kListedFromCopy{
    {.id = "VSSR-COPY-001",
     .slug = "file-list-from-the-copy",
     .level = Level::must,
     .title = "The list of the files to copy is made from the shadow copy, not from the volume "
              "before it.",
     .source = "generating-a-backup-set.md, overview-of-the-backup-discovery-phase.md",
     .cause = "Files that came or went until the freeze are missing from the list or the copy.",
     .next_step = "Resolve wildcards under the copy's device after DoSnapshotSet.",
     .fails_on = "0 R DirectoryRead path=C:\\data\n" VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_LISTED(VSSLAB_EX_COPY "\\data")
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt"),
     .consequences = "VSSR-COPY-014"},
    check_listed_from_copy};

// The folders that a requester looked into, by the folder that they are in.
class LookedInto {
 public:
  void add(std::string_view folder) {
    while (true) {
      const std::size_t cut = folder.rfind('\\');
      if (cut == std::string_view::npos) return;
      auto& children = in_[std::string(folder.substr(0, cut))];
      if (!children.emplace(folder.substr(cut + 1)).second) return;
      folder = folder.substr(0, cut);
    }
  }
  std::size_t below(const std::string& folder) const {
    const auto found = in_.find(folder);
    return found == in_.end() ? 0 : found->second.size();
  }

 private:
  std::map<std::string, std::set<std::string, std::less<>>> in_;
};

// Folders directly below one whose whole content the writer excludes: nobody has to look there.
std::size_t excluded_below(const WriterFiles& writer, std::string_view folder) {
  const auto whole = [&](const metadata::ExcludeSet& set) {
    const FilePlace place = place_of(set.path, set.filespec, set.recursive);
    const bool all = place.recursive && (place.filespec == "*" || place.filespec == "*.*");
    return all && place.path.size() > folder.size() && place.path.starts_with(folder) &&
           place.path.rfind('\\') == folder.size();
  };
  const auto& sets = writer.document->exclude_files;
  return static_cast<std::size_t>(std::count_if(sets.begin(), sets.end(), whole));
}

std::size_t count_of(const RunView& run, const Call& listing) {
  const std::string_view text = run.arg(listing, "folders").value_or("0");
  std::size_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

void check_folders(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    if (!full_backup(*copying.session)) return;
    std::map<std::string, const Call*, std::less<>> listed;  // folders of copies
    LookedInto looked;
    for (const ReadFile& folder : copying.listed) {
      if (!folder.from_copy) continue;
      listed.insert_or_assign(folder.path, folder.call);
      looked.add(folder.path);
    }
    for (const ReadFile& file : copying.read) {
      if (file.from_copy) looked.add(file.path.substr(0, file.path.rfind('\\')));
    }
    const auto succeeded = succeeded_in(run, *copying.session);
    std::set<std::string> done;  // by the set's folder
    for (std::size_t i = 0; i < copying.sets.size(); ++i) {
      const auto& [files, set] = copying.sets[i];
      const std::string& top = copying.places[i].path;
      if (!set->recursive || (set->backup_type & kFullRequired) == 0) continue;
      const auto said = succeeded.find({index_of(run, *files->part), files->path, files->name});
      if (said == succeeded.end() || !done.insert(top).second) continue;
      for (auto at = listed.lower_bound(top); at != listed.end(); ++at) {
        const auto& [folder, call] = *at;
        if (!folder.starts_with(top)) break;
        if (folder.size() > top.size() && folder[top.size()] != '\\') continue;
        const std::size_t there = count_of(run, *call);
        if (there == 0) continue;
        const std::size_t seen = looked.below(folder) + excluded_below(*files->writer, folder);
        verdicts.expect(
            seen >= there,
            fmt::format("every folder in {} looked through, or the component not "
                        "successful",
                        folder),
            fmt::format("{} of {}, and SetBackupSucceeded says yes", looked.below(folder), there),
            {files->call->seq(), call->seq(), said->second->seq()});
      }
    }
  });
}

#define VSSLAB_EX_TREE \
  "<FILE_LIST path='C:\\\\data' filespec='*' recursive='yes' filespecBackupType='3855'/>"

constinit const Rule kFolders{
    {.id = "VSSR-COPY-013",
     .slug = "recursive-sets-to-the-bottom",
     .level = Level::must,
     .title =
         "A component is successful only if every folder of its recursive file sets was looked "
         "through.",
     .source = "definition-of-components-by-writers.md, overview-of-actual-backup-of-files.md",
     .cause = "GetRecursive was not asked, so that only the top folder of the set was copied.",
     .next_step = "Go down into every folder below the path of a recursive file set, links and "
                  "mounted folders apart.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_TREE) "5 R DirectoryRead path=" VSSLAB_EX_COPY
                                                   "\\data folders=1\n" VSSLAB_EX_READ(
                                                       VSSLAB_EX_COPY "\\data\\a.txt")
                                                       VSSLAB_EX_SUCCEEDED("yes"),
     .passes_on = VSSLAB_EX_COPYING(
         VSSLAB_EX_TREE) "5 R DirectoryRead path=" VSSLAB_EX_COPY
                         "\\data folders=1\n" VSSLAB_EX_LISTED(VSSLAB_EX_COPY "\\data\\sub")
                             VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt")
                                 VSSLAB_EX_SUCCEEDED("yes"),
     .consequences = "VSSR-COPY-014"},
    check_folders};

}  // namespace

RuleSpan requester_copy_rules() {
  static constexpr const Rule* kRules[] = {&kListedFromCopy, &kExcludes, &kNamedFiles, &kFromCopy,
                                           &kFolders};
  return kRules;
}

}  // namespace vsslab::rules
