// Requester: which shadow copy is read, and what is said before the files are read (spec:
// rules 2.6, 2.10).
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/copying.h"
#include "rules/families.h"

namespace vsslab::rules {
namespace {

// ---- the copies of its own set ----

// "…\device\harddiskvolumeshadowcopy2" of a path on that device, in lower case; "" of any other.
std::string device_of(std::string_view path) {
  constexpr std::string_view kDevice = "\\device\\harddiskvolumeshadowcopy";
  std::string text = lower(path);
  const std::size_t at = text.find(kDevice);
  if (at == std::string::npos) return {};
  text.resize(std::min(text.find('\\', at + kDevice.size()), text.size()));
  return text;
}

// What is known of the copies that a session made itself.
struct OwnCopies {
  std::set<std::string> devices;  // by device_of
  std::vector<std::string_view> roots;
  std::vector<std::string> volumes;  // as paths of files begin: "c:\"
};

OwnCopies copies_of(const RunView& run, const Session& session) {
  OwnCopies own;
  for (const Call* call : session.service.all(Ev::snapshot_created)) {
    const std::string_view root = run.arg(*call, "device").value_or("");
    std::string device = device_of(root);
    if (device.empty()) continue;
    own.devices.insert(std::move(device));
    own.roots.push_back(root);
  }
  return own;
}

void name_volumes(const RunView& run, OwnCopies& own) {
  const FilePaths paths(run);
  for (const std::string_view root : own.roots) {
    own.volumes.push_back(paths.live(std::string(root) + "\\"));
  }
}

// Files of the backup that were read from another set's copies, and never from its own ones.
std::vector<const ReadFile*> read_elsewhere(const RunView& run, const Copying& copying,
                                            const OwnCopies& own) {
  std::vector<const ReadFile*> elsewhere;
  std::set<std::string_view> read;  // from its own copies
  for (const ReadFile& file : copying.read) {
    if (!file.from_copy) continue;
    const bool mine = own.devices.contains(device_of(run.arg(*file.call, "path").value_or("")));
    if (mine) {
      read.insert(file.path);
    } else {
      elsewhere.push_back(&file);
    }
  }
  std::erase_if(elsewhere, [&](const ReadFile* file) { return read.contains(file->path); });
  return elsewhere;
}

void check_own_copies(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    OwnCopies own = copies_of(run, *copying.session);
    if (own.devices.empty()) return;
    verdicts.saw();
    const auto elsewhere = read_elsewhere(run, copying, own);
    if (elsewhere.empty()) return;
    name_volumes(run, own);
    for (const ReadFile* file : elsewhere) {
      const bool copied =
          std::any_of(own.volumes.begin(), own.volumes.end(),
                      [&](const std::string& volume) { return file->path.starts_with(volume); });
      if (!copied || copying.index.at(file->path).empty()) continue;
      verdicts.fail("files of the backup read from the shadow copy that it made",
                    fmt::format("{} was read from a copy of another set: {}", file->path,
                                run.arg(*file->call, "path").value_or("")),
                    {copying.session->calls.first(Ev::do_snapshot_set)->seq(), file->call->seq()},
                    "what another copy holds is of another time, and no writer made it ready for "
                    "this backup");
      return;
    }
  });
}

#define VSSLAB_EX_OLD_COPY "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy7"

constinit const Rule kOwnCopies{
    {.id = "VSSR-COPY-015",
     .slug = "copies-of-its-own-set",
     .level = Level::must,
     .title = "A backup reads the shadow copies of its own set, and not older ones of the volume.",
     .source = "overview-of-actual-backup-of-files.md, requestor-access-to-shadow-copied-data.md",
     .cause = "The device's name was guessed, remembered, or taken from the first copy that Query "
              "returned.",
     .next_step = "Ask GetSnapshotProperties for the device object of the id that AddToSnapshotSet "
                  "returned.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE) VSSLAB_EX_READ(
         VSSLAB_EX_COPY "\\data\\b.txt") "5 s2 C SnapshotCreated volume=C:\\ "
                                         "device=" VSSLAB_EX_OLD_COPY
                                         "\n" VSSLAB_EX_READ(VSSLAB_EX_OLD_COPY "\\data\\a.txt"),
     .passes_on =
         VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE) VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt")},
    check_own_copies};

// ---- success is said of what was copied ----

// VSS_FSBT_…_BACKUP_REQUIRED of the backup's type.
std::uint32_t backup_required(const Session& session) { return snapshot_required(session) >> 8; }

void check_said_after(const RunView& run, Findings& out) {
  for_each_copying(run, out, ReadFrom::copies, [&](const Copying& copying, Verdicts& verdicts) {
    const std::uint32_t mask = backup_required(*copying.session);
    const auto succeeded = succeeded_in(run, *copying.session);
    if (mask == 0 || succeeded.empty()) return;
    verdicts.saw();
    Seq first_said = succeeded.begin()->second->seq();
    for (const auto& [key, call] : succeeded) first_said = std::min(first_said, call->seq());
    std::set<std::string_view> read;
    for (const ReadFile& file : copying.read) {
      if (!file.from_copy || !read.insert(file.path).second) continue;
      if (file.call->seq() < first_said) continue;
      for (const Copying::Set& at : copying.sets_at(file.path)) {
        if ((at.set->backup_type & mask) == 0) continue;
        if (at.set->alternate_path.empty() && at.files->writer->excluded(file.path)) continue;
        const auto said =
            succeeded.find({index_of(run, *at.files->part), at.files->path, at.files->name});
        if (said == succeeded.end() || file.call->seq() < said->second->seq()) continue;
        verdicts.fail(
            fmt::format("the files of {} copied before SetBackupSucceeded says yes",
                        component_text(at.files->path, at.files->name)),
            fmt::format("{} was read for the first time after it", file.path),
            {said->second->seq(), file.call->seq()},
            "a writer may throw away its logs in BackupComplete by what SetBackupSucceeded says");
        break;
      }
    }
  });
}

constinit const Rule kSaidAfter{
    {.id = "VSSR-DONE-011",
     .slug = "success-after-the-copy",
     .level = Level::must,
     .title =
         "SetBackupSucceeded says yes when the component's files have been copied, not before.",
     .source = "overview-of-actual-backup-of-files.md, "
               "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause = "The copying runs in the background or from a list, and the VSS calls went on.",
     .next_step = "Copy the files, then SetBackupSucceeded, then BackupComplete.",
     .fails_on = VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE) VSSLAB_EX_SUCCEEDED(
         "yes") "7 R FileRead path=" VSSLAB_EX_COPY "\\data\\a.txt bytes=3 digest=aa\n",
     .passes_on = VSSLAB_EX_COPYING(VSSLAB_EX_ONE_FILE)
         VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt") VSSLAB_EX_SUCCEEDED("yes")},
    check_said_after};

}  // namespace

RuleSpan requester_copy_own_rules() {
  static constexpr const Rule* kRules[] = {&kOwnCopies, &kSaidAfter};
  return kRules;
}

}  // namespace vsslab::rules
