// What a requester of a backup read, and the file sets that it had to copy. Derived once per run.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/file_places.h"
#include "rules/support.h"

namespace vsslab::rules {

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
  std::vector<ReadFile> listed;  // directories
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

class CopiedFiles {
 public:
  static const CopiedFiles& of(const RunView& run) { return run.derived(make); }
  const std::vector<Copying>& backups() const { return backups_; }

 private:
  explicit CopiedFiles(const RunView& run) : writers_(run) {}
  static CopiedFiles make(const RunView& run);

  WriterFilesOf writers_;
  std::vector<Copying> backups_;
};

// Which backups a rule looks at: those that read from a shadow copy, or those that read at all.
enum class ReadFrom { copies, anywhere };

template <class Look>
void for_each_copying(const RunView& run, Findings& out, ReadFrom from, Look look) {
  for (const Copying& copying : CopiedFiles::of(run).backups()) {
    if (!copying.copies && from == ReadFrom::copies) continue;
    Verdicts verdicts(out, copying.session->requester);
    look(copying, verdicts);
  }
}

inline constexpr std::uint32_t kFullRequired = 0x1;

bool full_backup(const Session& session);

// VSS_FSBT_…_SNAPSHOT_REQUIRED of the backup's type; 0 for types that have none.
std::uint32_t snapshot_required(const Session& session);

// Of components: SetBackupSucceeded with yes, the last; by writer, path and name.
using SucceededKey = std::tuple<std::size_t, std::string_view, std::string_view>;

std::map<SucceededKey, const Call*> succeeded_in(const RunView& run, const Session& session);

inline SucceededKey key_of(const RunView& run, const AddedFiles& files) {
  return {index_of(run, *files.part), files.path, files.name};
}

}  // namespace vsslab::rules
