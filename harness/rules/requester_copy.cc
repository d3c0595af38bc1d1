// Requester: copying files (spec: rules 2.6, 2.10, 2.15), as FileRead tells of it.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/file_places.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

#define VSSLAB_EX_COPY "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"
#define VSSLAB_EX_COPYING(files) \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 " \
  "name=Orders\n"                \
  VSSLAB_EX_GATHERED VSSLAB_EX_WMD_WITH(                                                        \
      "<EXCLUDE_FILES path='C:\\\\data' filespec='*.tmp'/>" VSSLAB_EX_GROUP(                    \
          "componentName='Data'", files))                                                       \
      "\n1 R AddComponent writer=W1 writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" "  \
      "component=Data\n2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                              \
      "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n4 R "                \
      "DoSnapshotSet\n4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n"
#define VSSLAB_EX_READ(path) "5 R FileRead path=" path " bytes=3 digest=aa\n"
#define VSSLAB_EX_SUCCEEDED(succeeded) \
  "6 R SetBackupSucceeded writer=W1 path=\"\" component=Data succeeded=" succeeded "\n"

// A component that was added to a backup, with the file sets that come along.
struct AddedFiles {
  const Call* call = nullptr;
  const Participation* part = nullptr;
  const WriterFiles* writer = nullptr;
  std::string_view path, name;
  std::vector<const metadata::FileSet*> sets;
};

struct ReadFile {
  const Call* call = nullptr;
  std::string path;  // of the volume, lower case
  bool from_copy = false;
};

// A backup whose requester reads files from its copies.
struct Copying {
  const Session* session = nullptr;
  std::vector<AddedFiles> added;
  std::vector<ReadFile> read;
  std::vector<ReadFile> listed;  // directories
  // The file sets by where they are read; the numbers are places in `sets`.
  struct Set {
    const AddedFiles* files = nullptr;
    const metadata::FileSet* set = nullptr;
  };
  PlaceIndex index;
  std::vector<Set> sets;

  std::vector<Set> sets_at(std::string_view file) const {
    std::vector<Set> found;
    for (const std::uint32_t number : index.at(file)) found.push_back(sets[number]);
    return found;
  }
};

void add_sets(const RunView& run, WriterFilesOf& writers, Copying& copying) {
  for (const Call* call : copying.session->calls) {
    if (call->name != Ev::add_component || !call->ok()) continue;
    const Participation* const part = participation_named(run, *copying.session, *call);
    const WriterFiles* const files = part != nullptr ? writers(*part) : nullptr;
    if (files == nullptr) continue;
    const std::string_view path = run.arg(*call, "path").value_or("");
    const std::string_view name = run.arg(*call, "component").value_or("");
    copying.added.push_back({call, part, files, path, name, files->sets_of(path, name)});
  }
  for (const AddedFiles& files : copying.added) {
    for (const metadata::FileSet* set : files.sets) {
      copying.index.add(read_place_of(*set), static_cast<std::uint32_t>(copying.sets.size()));
      copying.sets.push_back({&files, set});
    }
  }
}

template <class Look>
void for_each_copying(const RunView& run, Findings& out, Look look) {
  std::optional<FilePaths> paths;
  WriterFilesOf writers(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore || !session.calls.has(Ev::file_read)) continue;
    if (!paths) paths.emplace(run);
    Copying copying;
    copying.session = &session;
    bool copies = false;
    for (const Call* call : session.calls) {
      const bool lists = call->name == Ev::directory_read;
      if ((call->name != Ev::file_read && !lists) || call->refused()) continue;
      const std::string_view path = run.arg(*call, "path").value_or("");
      (lists ? copying.listed : copying.read)
          .push_back({call, paths->live(path), paths->on_copy(path)});
      copies = copies || (!lists && copying.read.back().from_copy);
    }
    if (!copies) continue;
    add_sets(run, writers, copying);
    Verdicts verdicts(out, session.requester);
    look(copying, verdicts);
  }
}

void check_excludes(const RunView& run, Findings& out) {
  for_each_copying(run, out, [&](const Copying& copying, Verdicts& verdicts) {
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

#define VSSLAB_EX_ALL_FILES "<FILE_LIST path='C:\\\\data' filespec='*' filespecBackupType='3855'/>"

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

constexpr std::uint32_t kFullRequired = 0x1;
constexpr std::uint32_t kFullSnapshotRequired = 0x100;

bool full_backup(const Session& session) {
  return session.backup_type == "VSS_BT_FULL" || session.backup_type == "VSS_BT_COPY";
}

// Of components: SetBackupSucceeded with yes, the last; by writer, path and name.
using SucceededKey = std::tuple<std::size_t, std::string_view, std::string_view>;

std::map<SucceededKey, const Call*> succeeded_in(const RunView& run, const Session& session) {
  std::map<SucceededKey, const Call*> all;
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_backup_succeeded || !call->ok()) continue;
    if (!run.arg_is(*call, "succeeded", "yes")) continue;
    const Participation* const part = participation_named(run, session, *call);
    if (part == nullptr) continue;
    all[{index_of(run, *part), run.arg(*call, "path").value_or(""),
         run.arg(*call, "component").value_or("")}] = call;
  }
  return all;
}

void check_named_files(const RunView& run, Findings& out) {
  for_each_copying(run, out, [&](const Copying& copying, Verdicts& verdicts) {
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

#define VSSLAB_EX_ONE_FILE \
  "<FILE_LIST path='C:\\\\data' filespec='a.txt' filespecBackupType='3855'/>"

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
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_SUCCEEDED("yes")},
    check_named_files};

// Read from the volume instead of its copy, between the copy's making and BackupComplete.
void check_from_copy(const RunView& run, Findings& out) {
  for_each_copying(run, out, [&](const Copying& copying, Verdicts& verdicts) {
    const Session& session = *copying.session;
    if (!full_backup(session)) return;
    const Call* const made = session.calls.first_ok(Ev::do_snapshot_set);
    const Call* const complete = session.calls.first(Ev::backup_complete);
    if (made == nullptr) return;
    for (const ReadFile& file : copying.read) {
      if (file.call->seq() < made->seq()) continue;
      if (complete != nullptr && file.call->seq() > complete->seq()) break;
      if (file.from_copy) {
        verdicts.saw();
        continue;
      }
      const auto sets = copying.sets_at(file.path);
      const bool required = std::any_of(sets.begin(), sets.end(), [](const Copying::Set& at) {
        return (at.set->backup_type & kFullSnapshotRequired) != 0;
      });
      if (!required) continue;
      verdicts.fail("files that need the shadow copy read from it",
                    fmt::format("{} was read from the volume", file.path), {file.call->seq()});
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
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_READ("C:\\data\\b.txt"),
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ALL_FILES) VSSLAB_EX_READ(
         VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\b.txt")},
    check_from_copy};

// What was listed of a directory of file sets.
struct Listed {
  const Call* live = nullptr;  // of the volume, before the copy was made
  const Call* copy = nullptr;
};

void check_listed_from_copy(const RunView& run, Findings& out) {
  for_each_copying(run, out, [&](const Copying& copying, Verdicts& verdicts) {
    const Session& session = *copying.session;
    const Call* const made = session.calls.first_ok(Ev::do_snapshot_set);
    if (!full_backup(session) || made == nullptr) return;
    std::map<std::string, Listed> directories;
    for (const Copying::Set& at : copying.sets) {
      const bool pattern = at.set->filespec.find_first_of("*?") != std::string::npos;
      if (pattern && (at.set->backup_type & kFullSnapshotRequired) != 0) {
        directories.try_emplace(read_place_of(*at.set).path);
      }
    }
    for (const ReadFile& directory : copying.listed) {
      const auto found = directories.find(directory.path);
      if (found == directories.end()) continue;
      if (directory.from_copy) {
        found->second.copy = directory.call;
      } else if (directory.call->seq() < made->seq()) {
        found->second.live = directory.call;
      }
    }
    for (const auto& [path, listed] : directories) {
      if (listed.copy != nullptr) verdicts.saw();
      if (listed.copy != nullptr || listed.live == nullptr) continue;
      verdicts.fail("the files of a directory looked up in the shadow copy",
                    fmt::format("{} was listed before there was one, and not again", path),
                    {listed.live->seq(), made->seq()});
    }
  });
}

#define VSSLAB_EX_LISTED(path) "5 R DirectoryRead path=" path "\n"

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
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt")},
    check_listed_from_copy};

// The stamps that writers set in the backups so far, by writer, path and name.
class Stamps {
 public:
  using Key = std::tuple<std::string, std::string, std::string>;
  void add(const metadata::BackupComponents& document) {
    for (const metadata::WriterComponents& writer : document.writers) {
      const std::string id = writer.writer_id.to_string();
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (entry.backup_stamp.empty()) continue;
        all_[{id, entry.logical_path, entry.name}].insert(entry.backup_stamp);
      }
    }
  }
  // Null: no backup of the component in the journal has a stamp.
  const std::set<std::string, std::less<>>* of(const Key& key) const {
    const auto found = all_.find(key);
    return found == all_.end() ? nullptr : &found->second;
  }

 private:
  std::map<Key, std::set<std::string, std::less<>>> all_;
};

void judge_stamps(const RunView& run, const Session& session, const Stamps& stamps,
                  Verdicts& verdicts) {
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_previous_backup_stamp || !call->ok()) continue;
    const auto* const known = stamps.of({guid_text(run.arg(*call, "writer_id").value_or("")),
                                         std::string(run.arg(*call, "path").value_or("")),
                                         std::string(run.arg(*call, "component").value_or(""))});
    if (known == nullptr) continue;  // the base was made elsewhere
    const std::string_view value = run.arg(*call, "value").value_or("");
    verdicts.expect(known->contains(value),
                    "a stamp that a writer set in an earlier backup of the component",
                    fmt::format("'{}' is none", value), {call->seq()});
  }
}

void check_stamps(const RunView& run, Findings& out) {
  if (run.all(Ev::set_previous_backup_stamp).empty()) return;
  std::map<std::uint32_t, const Session*> backups;  // by number, which is their order
  for (const Session& session : run.sessions()) {
    if (!session.requester.empty() && !session.restore) backups.emplace(session.number, &session);
  }
  Stamps stamps;
  for (const auto& [number, session] : backups) {
    if (session->calls.has(Ev::set_previous_backup_stamp)) {
      Verdicts verdicts(out, session->requester);
      judge_stamps(run, *session, stamps, verdicts);
    }
    if (const auto* document = document_of(run, *session)) stamps.add(*document);
  }
}

#define VSSLAB_EX_STAMPED                                                                      \
  VSSLAB_EX_SNAPPED                                                                            \
  "6 C BackupComponents doc=\"<BACKUP_COMPONENTS "                                             \
  "xmlns='x-schema:#VssComponentMetadata' version='1.2' bootableSystemStateBackup='no' "       \
  "selectComponents='yes' backupType='full' partialFileSupport='no'><WRITER_COMPONENTS "       \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "                                         \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124'><COMPONENT componentName='Data' "           \
  "componentType='filegroup' backupStamp='one'/></WRITER_COMPONENTS></BACKUP_COMPONENTS>\"\n"  \
  "10 s2 R InitializeForBackup\n11 s2 R GatherWriterMetadata\n12 s2 R SetPreviousBackupStamp " \
  "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=Data value="

constinit const Rule kStamps{
    {.id = "VSSR-INCR-001",
     .slug = "previous-stamp-unchanged",
     .level = Level::must,
     .title = "The previous backup stamp is one that the writer set, unchanged.",
     .source = "nf-vsbackup-ivssbackupcomponents-setpreviousbackupstamp.md",
     .cause = "The stamp was taken from another component, or edited on its way.",
     .next_step = "Hand on GetBackupStamp of the base backup's document as it is.",
     .fails_on = VSSLAB_EX_STAMPED "two\n",
     .passes_on = VSSLAB_EX_STAMPED "one\n"},
    check_stamps};

}  // namespace

RuleSpan requester_copy_rules() {
  static constexpr const Rule* kRules[] = {&kListedFromCopy, &kExcludes, &kNamedFiles, &kFromCopy,
                                           &kStamps};
  return kRules;
}

}  // namespace vsslab::rules
