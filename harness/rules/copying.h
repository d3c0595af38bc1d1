// A backup whose requester reads files, as FileRead and DirectoryRead tell of it (spec: rules 2.6,
// 2.10, 2.15). What the rules on copying share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/examples.h"
#include "rules/file_places.h"
#include "rules/support.h"

namespace vsslab::rules {

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
#define VSSLAB_EX_LISTED(path) "5 R DirectoryRead path=" path "\n"
#define VSSLAB_EX_ONE_FILE \
  "<FILE_LIST path='C:\\\\data' filespec='a.txt' filespecBackupType='3855'/>"
#define VSSLAB_EX_ALL_FILES "<FILE_LIST path='C:\\\\data' filespec='*' filespecBackupType='3855'/>"

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
  bool volume_has_copy = false;
};

// A backup whose requester reads files.
struct Copying {
  const Session* session = nullptr;
  bool copies = false;  // some of them from a shadow copy
  std::vector<AddedFiles> added;
  std::vector<ReadFile> read;
  std::vector<ReadFile> unreadable;  // that could not be opened
  std::vector<ReadFile> listed;      // directories
  // The file sets by where they are read; the numbers are places in `sets`.
  struct Set {
    const AddedFiles* files = nullptr;
    const metadata::FileSet* set = nullptr;
  };
  PlaceIndex index;
  std::vector<Set> sets;
  std::vector<FilePlace> places;  // of the sets, on the volumes themselves

  std::vector<Set> sets_at(std::string_view file) const {
    std::vector<Set> found;
    for (const std::uint32_t number : index.at(file)) found.push_back(sets[number]);
    return found;
  }
};

// Which backups a rule looks at: those that read from a shadow copy, or that read or tried at all.
enum class ReadFrom { copies, anywhere };

// Those of the run, each with what it read.
std::vector<Copying> backups_that_read(const RunView& run, ReadFrom from, WriterFilesOf& writers);

template <class Look>
void for_each_copying(const RunView& run, Findings& out, ReadFrom from, Look look) {
  WriterFilesOf writers(run);
  for (const Copying& copying : backups_that_read(run, from, writers)) {
    Verdicts verdicts(out, copying.session->requester);
    look(copying, verdicts);
  }
}

constexpr std::uint32_t kFullRequired = 0x1;

bool full_backup(const Session& session);

// VSS_FSBT_…_SNAPSHOT_REQUIRED of the backup's type; 0 for types that have none.
std::uint32_t snapshot_required(const Session& session);

// Of components: SetBackupSucceeded with yes, the last; by writer, path and name.
using SucceededKey = std::tuple<std::size_t, std::string_view, std::string_view>;

std::map<SucceededKey, const Call*> succeeded_in(const RunView& run, const Session& session);

}  // namespace vsslab::rules
