// Requester: that the files which a component's sets name, and the ranges which its writer names,
// are what was copied (spec: rules 2.10, 2.15).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/copying.h"
#include "rules/families.h"
#include "rules/ranges_text.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

SucceededKey key_of(const RunView& run, const AddedFiles& files) {
  return {index_of(run, *files.part), files.path, files.name};
}

// ---- alternate paths ----

void check_alternate_paths(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    PlaceIndex homes;
    std::vector<const Copying::Set*> spit;
    for (const Copying::Set& set : copying.sets) {
      if (set.set->alternate_path.empty()) continue;
      homes.add(home_of(*set.set), static_cast<std::uint32_t>(spit.size()));
      spit.push_back(&set);
    }
    if (spit.empty()) return;
    for (const ReadFile& file : copying.read) {
      if (!file.from_copy) continue;
      verdicts.saw();
      const auto at = homes.at(file.path);
      if (at.empty() || !copying.index.at(file.path).empty()) continue;
      // The pages do not say where the parts of such a file are read.
      if (run.arg_is(*file.call, "digest", "partial")) continue;
      const metadata::FileSet& set = *spit[at.front()]->set;
      verdicts.fail(
          fmt::format("files of {} {} read from {}", set.path, set.filespec, set.alternate_path),
          fmt::format("{} was read", file.path), {file.call->seq()});
    }
  });
}

#define VSSLAB_EX_SPIT                                                    \
  "<FILE_LIST path='C:\\\\data' filespec='*' alternatePath='C:\\\\spit' " \
  "filespecBackupType='3855'/>"

constinit const Rule kAlternatePaths{
    {.id = "VSSR-COPY-003",
     .slug = "alternate-path-is-the-source",
     .level = Level::must,
     .title = "Files of a set with an alternate path are copied from there, not from their own "
              "place.",
     .source = "working-with-alternate-paths-during-backup.md",
     .cause = "GetAlternateLocation of the file set was not asked; what lies at the path itself is "
              "not what the writer made ready.",
     .next_step =
         "When GetAlternateLocation of an IVssWMFiledesc of a component gives a path, read "
         "there, with the set's file specification and recursion.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_SPIT) VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_SPIT) VSSLAB_EX_READ(VSSLAB_EX_COPY "\\spit\\a.txt"),
     .consequences = "VSSR-COPY-006, VSSR-COPY-014"},
    check_alternate_paths};

// ---- every file of the sets ----

std::optional<std::size_t> count_in(const RunView& run, const Call& call) {
  const auto text = run.arg(call, "files");
  if (!text) return std::nullopt;
  std::size_t count = 0;
  std::from_chars(text->data(), text->data() + text->size(), count);
  return count;
}

// The sets that name a file whose parts were read, by its own place.
PlaceIndex homes_of(const Copying& copying) {
  PlaceIndex homes;
  for (const Copying::Set& at : copying.sets) {
    if (at.set->alternate_path.empty()) continue;
    homes.add(home_of(*at.set), static_cast<std::uint32_t>(at.files - copying.added.data()));
  }
  return homes;
}

// The files that were read from the copy, by place in `added`. Each file once.
std::vector<std::set<std::string_view>> read_of_components(const RunView& run,
                                                           const Copying& copying) {
  std::vector<std::set<std::string_view>> all(copying.added.size());
  const PlaceIndex homes = homes_of(copying);
  for (const ReadFile& file : copying.read) {
    if (!file.from_copy) continue;
    if (!homes.empty() && run.arg_is(*file.call, "digest", "partial")) {
      for (const std::uint32_t added : homes.at(file.path)) all[added].insert(file.path);
    }
    for (const Copying::Set& at : copying.sets_at(file.path)) {
      if ((at.set->backup_type & kFullRequired) == 0) continue;
      const bool home = at.set->alternate_path.empty();
      if (home && at.files->writer->excluded(file.path)) continue;
      all[static_cast<std::size_t>(at.files - copying.added.data())].insert(file.path);
    }
  }
  return all;
}

// In a redacted journal a wildcard need not cover the token of a file that it covered: there every
// file below a set's folder counts.
std::vector<std::set<std::string_view>> read_below_sets(const Copying& copying) {
  std::map<std::string, std::set<std::size_t>> of_folder;  // places in `added`
  for (std::size_t i = 0; i < copying.sets.size(); ++i) {
    const auto added = static_cast<std::size_t>(copying.sets[i].files - copying.added.data());
    of_folder[copying.places[i].path].insert(added);
  }
  std::vector<std::set<std::string_view>> all(copying.added.size());
  for (const ReadFile& file : copying.read) {
    if (!file.from_copy) continue;
    for (std::size_t end = file.path.rfind('\\'); end != std::string::npos && end != 0;
         end = file.path.rfind('\\', end - 1)) {
      const auto found = of_folder.find(file.path.substr(0, end));
      if (found == of_folder.end()) continue;
      for (const std::size_t added : found->second) all[added].insert(file.path);
    }
  }
  return all;
}

std::string some_of(const std::set<std::string_view>& files) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  std::size_t named = 0;
  for (const std::string_view file : files) {
    if (named == kNamed) return text + ", …";
    text += named++ == 0 ? ": " : ", ";
    text += file;
  }
  return text;
}

// What was read of each component against what VSS noted that there is.
void judge_counts(const RunView& run, const Copying& copying, Verdicts& verdicts) {
  const auto succeeded = succeeded_in(run, *copying.session);
  const auto read =
      run.journal().meta.redacted ? read_below_sets(copying) : read_of_components(run, copying);
  for (std::size_t i = 0; i < copying.added.size(); ++i) {
    const AddedFiles& files = copying.added[i];
    const auto said = succeeded.find(key_of(run, files));
    if (said == succeeded.end()) continue;
    const auto there = count_in(run, *said->second);
    if (!there) continue;
    verdicts.expect(read[i].size() >= *there,
                    fmt::format("all {} files of {} copied, or the component not successful",
                                *there, component_text(files.path, files.name)),
                    fmt::format("{} of them were read from the shadow copy{}", read[i].size(),
                                some_of(read[i])),
                    {files.call->seq(), said->second->seq()});
  }
}

void check_every_file(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::anywhere, [&](const Copying& copying, Verdicts& verdicts) {
    if (full_backup(*copying.session)) judge_counts(run, copying, verdicts);
  });
}

#define VSSLAB_EX_SUCCEEDED_WITH(files) \
  "6 R SetBackupSucceeded writer=W1 path=\"\" component=Data succeeded=yes files=" files "\n"

constinit const Rule kEveryFile{
    {.id = "VSSR-COPY-014",
     .slug = "every-file-of-the-sets-is-copied",
     .level = Level::must,
     .title = "A component is successful only if every file that its file sets name on the shadow "
              "copy was copied.",
     .source = "definition-of-components-by-writers.md, overview-of-actual-backup-of-files.md, "
               "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause = "A wildcard was resolved on the volume, in the top folder alone, or not at all.",
     .next_step =
         "Resolve each file set under the shadow copy's device and copy every file that it "
         "names; say false when one could not be read.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_SUCCEEDED_WITH("2"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_SUCCEEDED_WITH("1")},
    check_every_file};

// ---- writers that know nothing of the type ----

void check_unsupported_type(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::anywhere, [&](const Copying& copying, Verdicts& verdicts) {
    // VSS notes the files of such writers alone.
    if (full_backup(*copying.session)) return;
    judge_counts(run, copying, verdicts);
  });
}

#define VSSLAB_EX_OTHER_TYPE \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n" VSSLAB_EX_INIT \
  "0 R SetBackupState components=yes bootable=no type=VSS_BT_INCREMENTAL partial=no\n"          \
  "1 R GatherWriterMetadata\n" VSSLAB_EX_WMD_WITH(                                              \
      VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_ALL_FILES)) "\n1 R AddComponent "       \
  "writer=W1 writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data\n"         \
  "2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                                                  \
  "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n4 R DoSnapshotSet\n"    \
  "4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n"

constinit const Rule kUnsupportedType{
    {.id = "VSSR-INCR-005",
     .slug = "unsupported-type-is-full",
     .level = Level::should,
     .title = "A component whose writer does not support the backup's type is backed up whole, or "
              "left out.",
     .source = "ne-vss-vss_backup_type.md, "
               "requestor-role-in-vss-incremental-and-differential-backups.md",
     .cause = "The schema was not looked at: the writer names no changed files, and nothing was "
              "taken for it.",
     .next_step = "Look at GetBackupSchema, and copy every file of the writers without the type's "
                  "bit, or do not add their components and tell the user.",
     .fails_on = VSSLAB_EX_OTHER_TYPE VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt")
         VSSLAB_EX_SUCCEEDED_WITH("2"),
     .passes_on = VSSLAB_EX_OTHER_TYPE VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt")
         VSSLAB_EX_SUCCEEDED_WITH("1")},
    check_unsupported_type};

// ---- partial files ----

struct Partial {
  const Call* call = nullptr;  // AddPartialFile
  std::string_view ranges;
};

// By component and place, what the writers of a session said of partial files.
std::map<std::pair<SucceededKey, std::string>, Partial> partial_files(const RunView& run,
                                                                      const Session& session) {
  std::map<std::pair<SucceededKey, std::string>, Partial> all;
  for (const std::uint32_t index : session.writers) {
    const CallList& calls = run.participations()[index].calls;
    // A file that is both follows the differenced entry.
    PlaceIndex differenced;
    for (const Call* call : calls.all(Ev::add_differenced_files_by_last_modify_time)) {
      differenced.add(
          place_of(run.arg(*call, "file_path").value_or(""),
                   run.arg(*call, "filespec").value_or(""), run.arg_is(*call, "recursive", "yes")),
          0);
    }
    for (const Call* call : calls.all(Ev::add_partial_file)) {
      if (!call->ok() || !run.arg_is(*call, "supported", "yes")) continue;
      const SucceededKey key{index, run.arg(*call, "path").value_or(""),
                             run.arg(*call, "component").value_or("")};
      const std::string place =
          place_of(run.arg(*call, "file_path").value_or(""), "*", false).path + "\\" +
          lower(run.arg(*call, "filename").value_or(""));
      if (!differenced.at(place).empty()) continue;
      all[{key, place}] = {call, run.arg(*call, "ranges").value_or("")};
    }
  }
  return all;
}

struct ReadBytes {
  std::uint64_t bytes = 0;
  const Call* whole = nullptr;  // the file was read as one piece
};

std::map<std::string_view, ReadBytes> bytes_read(const RunView& run, const Copying& copying) {
  std::map<std::string_view, ReadBytes> all;
  for (const ReadFile& file : copying.read) {
    if (!file.from_copy) continue;
    ReadBytes& read = all[file.path];
    read.bytes += range_number(run.arg(*file.call, "bytes").value_or("")).value_or(0);
    if (!run.arg_is(*file.call, "digest", "partial")) read.whole = file.call;
  }
  return all;
}

// Where the parts of a file may have been read: at its own place, and at the alternate one of a set
// that names it.
std::vector<std::string> places_of_parts(const Copying& copying, const std::string& file) {
  std::vector<std::string> places{file};
  for (const Copying::Set& at : copying.sets) {
    if (at.set->alternate_path.empty()) continue;
    const auto rest = home_of(*at.set).rest_of(file);
    if (rest) places.push_back(read_place_of(*at.set).path + "\\" + *rest);
  }
  return places;
}

const ReadBytes* parts_read(const std::map<std::string_view, ReadBytes>& read,
                            const Copying& copying, const std::string& file) {
  for (const std::string& place : places_of_parts(copying, file)) {
    const auto found = read.find(place);
    if (found != read.end()) return &found->second;
  }
  return nullptr;
}

void check_partial(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    const auto partial = partial_files(run, *copying.session);
    if (partial.empty()) return;
    const auto succeeded = succeeded_in(run, *copying.session);
    const auto read = bytes_read(run, copying);
    for (const auto& [key, file] : partial) {
      const auto said = succeeded.find(key.first);
      if (said == succeeded.end()) continue;
      const ReadBytes* const own = parts_read(read, copying, key.second);
      const auto wanted = range_bytes(file.ranges);
      const std::string expected = fmt::format(
          "ranges {} of {} copied, or the component not successful", file.ranges, key.second);
      if (own == nullptr) {
        verdicts.fail(expected, "nothing of it was read, and SetBackupSucceeded says yes",
                      {file.call->seq(), said->second->seq()});
        continue;
      }
      const ReadBytes& bytes = *own;
      verdicts.expect(bytes.whole != nullptr || !wanted || bytes.bytes >= *wanted, expected,
                      fmt::format("{} bytes of it were read", bytes.bytes),
                      {file.call->seq(), said->second->seq()});
    }
  });
}

#define VSSLAB_EX_RANGES                                                            \
  VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES)                                            \
  "4 W1 AddPartialFile path=\"\" component=Data file_path=C:\\data filename=a.txt " \
  "ranges=0:2 supported=yes hr=S_OK\n"

constinit const Rule kPartial{
    {.id = "VSSR-INCR-011",
     .slug = "partial-files-are-copied",
     .level = Level::must,
     .title = "A component is successful only if the ranges of all its partial files were copied.",
     .source = "working-with-partial-files.md, "
               "requestor-role-in-vss-incremental-and-differential-backups.md",
     .cause = "The requester said that it supports partial files and did not ask for them.",
     .next_step = "Walk GetPartialFileCount and GetPartialFile of every component after "
                  "DoSnapshotSet, or say no to partial files in SetBackupState.",
     .fails_on =
         VSSLAB_EX_RANGES VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\b.txt") VSSLAB_EX_SUCCEEDED("yes"),
     .passes_on =
         VSSLAB_EX_RANGES "5 R FileRead path=" VSSLAB_EX_COPY
                          "\\data\\a.txt bytes=2 digest=partial\n" VSSLAB_EX_SUCCEEDED("yes"),
     .consequences = "VSSR-COPY-014"},
    check_partial};

void check_partial_whole(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    const auto partial = partial_files(run, *copying.session);
    if (partial.empty()) return;
    const auto read = bytes_read(run, copying);
    for (const auto& [key, file] : partial) {
      const ReadBytes* const own = parts_read(read, copying, key.second);
      const auto wanted = range_bytes(file.ranges);
      if (own == nullptr || !wanted) continue;
      const ReadBytes& bytes = *own;
      const bool more = bytes.whole != nullptr && bytes.bytes > *wanted;
      verdicts.expect(!more, fmt::format("ranges {} of {} alone", file.ranges, key.second),
                      fmt::format("it was read whole, {} bytes", bytes.bytes),
                      {file.call->seq(), more ? bytes.whole->seq() : file.call->seq()});
    }
  });
}

constinit const Rule kPartialWhole{
    {.id = "VSSR-INCR-012",
     .slug = "partial-files-by-ranges-alone",
     .level = Level::must,
     .title = "A requester that supports partial files copies the ranges that the writer names, "
              "not the file.",
     .source = "working-with-partial-files.md, "
               "requestor-role-in-vss-incremental-and-differential-backups.md",
     .cause = "The file was taken with the file set that names it too; the document says that only "
              "ranges were saved, and a restore goes by the document.",
     .next_step = "Take partial files before the file sets and leave them out there.",
     .fails_on = VSSLAB_EX_RANGES VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt"),
     .passes_on = VSSLAB_EX_RANGES "5 R FileRead path=" VSSLAB_EX_COPY
                                   "\\data\\a.txt bytes=2 digest=partial\n"},
    check_partial_whole};

// ---- log backups ----

constexpr std::uint32_t kSchemaLog = 0x8;

void check_logs_only(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    if (copying.session->backup_type != "VSS_BT_LOG") return;
    for (const ReadFile& file : copying.read) {
      if (!file.from_copy) continue;
      const auto sets = copying.sets_at(file.path);
      // A writer without log backups is backed up whole.
      const bool logs_only = std::any_of(sets.begin(), sets.end(), [](const Copying::Set& at) {
        return (at.files->writer->document->backup_schema & kSchemaLog) != 0;
      });
      if (!logs_only) continue;
      const bool log = std::any_of(sets.begin(), sets.end(), [](const Copying::Set& at) {
        return at.set->kind == metadata::FileKind::database_log;
      });
      verdicts.expect(log, "log files alone in a VSS_BT_LOG backup",
                      fmt::format("{} is none, and was copied", file.path), {file.call->seq()});
    }
  });
}

#define VSSLAB_EX_LOG_BACKUP \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n" VSSLAB_EX_INIT  \
  "0 R SetBackupState components=yes bootable=no type=VSS_BT_LOG partial=no\n"                   \
  "1 R GatherWriterMetadata\n" VSSLAB_EX_WMD(                                                    \
      " backupSchema='8'",                                                                       \
      VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD                                          \
      "<BACKUP_LOCATIONS><DATABASE componentName='Data' restoreMetadata='no' "                   \
      "notifyOnBackupComplete='no' selectable='yes' selectableForRestore='no' "                  \
      "componentFlags='0'><DATABASE_FILES path='C:\\\\data' filespec='a.db' "                    \
      "filespecBackupType='3855'/><DATABASE_LOGFILES path='C:\\\\data' filespec='a.log' "        \
      "filespecBackupType='3855'/></DATABASE></BACKUP_LOCATIONS>") "\n1 R AddComponent "         \
  "writer=W1 writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data\n"          \
  "2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                                                   \
  "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n4 R DoSnapshotSet\n"     \
  "4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n"

constinit const Rule kLogsOnly{
    {.id = "VSSR-INCR-009",
     .slug = "log-backup-copies-logs",
     .level = Level::must,
     .title = "A log backup copies only files that the writer added with AddDatabaseLogFiles.",
     .source = "vss-backup-state.md, nf-vsbackup-ivsswmcomponent-getdatabaselogfile.md",
     .cause = "The backup type was set, and the files were taken as in a full backup.",
     .next_step = "In a VSS_BT_LOG backup copy what GetDatabaseLogFile names and nothing else.",
     .fails_on = VSSLAB_EX_LOG_BACKUP VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.db"),
     .passes_on = VSSLAB_EX_LOG_BACKUP VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.log")},
    check_logs_only};

}  // namespace

RuleSpan requester_copy_set_rules() {
  static constexpr const Rule* kRules[] = {&kAlternatePaths, &kEveryFile,    &kUnsupportedType,
                                           &kPartial,        &kPartialWhole, &kLogsOnly};
  return kRules;
}

}  // namespace vsslab::rules
