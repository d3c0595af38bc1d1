// What the journal tells of the files of a backup and of its restore: which files of which
// component were read from shadow copies, and where they were put back. Built once per rule and
// run, in time that grows with the files and not with files times components.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "rules/file_places.h"
#include "rules/support.h"

namespace vsslab::rules {

struct BackedUpFile {
  const Call* read = nullptr;
  std::string path;         // of the volume, lower case
  std::string_view digest;  // "partial": only parts of it
};

// A backup session and what was read from its copies.
struct BackedUp {
  const Session* session = nullptr;
  std::vector<BackedUpFile> files;
};

// A file of the backup that a component's sets name and that no exclude list does.
struct ExpectedFile {
  const BackedUpFile* file = nullptr;
  // Where it belongs: by new targets, by mappings that the requester says it used, or where it was.
  std::string place;
};

// A file that a restore wrote, as one component sees it.
struct WrittenFile {
  const Call* call = nullptr;  // FileWritten, or FileMoved to `path`
  std::string path;            // lower case
  bool home = false;           // at one of the component's own places
  // At the place of an alternate location of one of its file sets.
  const metadata::AlternateLocationMapping* mapping = nullptr;
};

struct RestoredComponent {
  const Call* selected = nullptr;  // SetSelectedForRestore
  const Call* status = nullptr;    // SetFileRestoreStatus, the last; null: none
  const Participation* part = nullptr;
  const WriterFiles* writer = nullptr;              // null: its document is not in the journal
  const metadata::ComponentEntry* entry = nullptr;  // of the restore's document; may be null
  std::string_view path, name;
  std::vector<const metadata::FileSet*> sets;  // of the component and what comes along
  std::vector<ExpectedFile> files;
  std::vector<WrittenFile> written;    // without an error
  const Call* refused_home = nullptr;  // the first write at home that failed

  const metadata::WriterMetadata& document() const { return *writer->document; }
};

struct RestoreView {
  const Session* session = nullptr;
  const Call* pre = nullptr;         // PreRestore, when it was called
  const Call* post = nullptr;        // PostRestore
  const BackedUp* backup = nullptr;  // the backup it restores, when the journal has it
  std::vector<RestoredComponent> components;
  std::vector<const Call*> written;  // FileWritten, FileMoved without an error
  // The same by where they went.
  std::map<std::string, std::vector<const Call*>, std::less<>> written_to;

  // Components by the arguments writer_id, path and component of a requester's call.
  using Key = std::tuple<std::string, std::string_view, std::string_view>;
  static Key key_of(const RunView& run, const Call& call);
  std::map<Key, std::size_t> by_key;
};

class RestoredFiles {
 public:
  explicit RestoredFiles(const RunView& run);
  static const RestoredFiles& of(const RunView& run) { return run.derived(make); }
  const std::vector<RestoreView>& restores() const { return restores_; }
  const std::vector<BackedUp>& backups() const { return backups_; }

 private:
  static RestoredFiles make(const RunView& run) { return RestoredFiles(run); }
  void read_backup(const Session& session);
  void read_restore(const Session& session);
  std::map<RestoreView::Key, const Participation*> parts_by_component(const Session& session) const;
  void read_components(const Session& session, RestoreView& restore);
  void read_written(const Session& session, RestoreView& restore);
  void read_expected(RestoreView& restore);

  const RunView& run_;
  FilePaths paths_;
  WriterFilesOf writer_files_;
  std::vector<BackedUp> backups_;
  std::map<std::string, std::size_t> backup_of_set_;
  std::vector<RestoreView> restores_;
};

inline metadata::RestoreMethodType method_of(const RestoredComponent& component) {
  const bool known = component.writer != nullptr && component.document().restore_method;
  return known ? component.document().restore_method->method
               : metadata::RestoreMethodType::undefined;
}

// Calls look(restore, verdicts) for each restore of the run.
template <class Look>
void for_each_restore(const RunView& run, Findings& out, Look look) {
  for (const RestoreView& restore : RestoredFiles::of(run).restores()) {
    Verdicts verdicts(out, restore.session->requester);
    look(restore, verdicts);
  }
}

// Calls look(restore, component, verdicts) for each selected component whose writer's document is
// known.
template <class Look>
void for_each_component(const RunView& run, Findings& out, Look look) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    for (const RestoredComponent& component : restore.components) {
      if (component.writer != nullptr) look(restore, component, verdicts);
    }
  });
}

}  // namespace vsslab::rules
