// What a Test Writer does to files and to the backup components document during a backup.

#include <algorithm>
#include <set>
#include <string>

#include "mock-writers/components.h"
#include "mock-writers/files.h"
#include "mock-writers/testwriter/test_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

FILETIME filetime(std::int64_t units_of_100ns) {
  FILETIME time;
  time.dwLowDateTime = static_cast<DWORD>(units_of_100ns & 0xffffffff);
  time.dwHighDateTime = static_cast<DWORD>(static_cast<std::uint64_t>(units_of_100ns) >> 32);
  return time;
}

}  // namespace

// A writer must not let a shadow copy pass that lacks a volume of what is backed up. Without
// components nobody said what is backed up.
bool TestWriter::all_paths_in_set(const Operation& operation) {
  std::set<std::wstring> seen;
  for (const plan::TestComponent* component : operation.components) {
    for (const plan::ComponentFile& file : component->files) {
      const std::wstring path =
          expand(wide(file.alternate_path.empty() ? file.path : file.alternate_path));
      if (seen.insert(path).second && !IsPathAffected(path.c_str())) return false;
    }
  }
  return true;
}

// A spit writer's copies: made just before the shadow copy. With deleteFiles the originals go.
void TestWriter::spit(Operation& operation) {
  for (const plan::TestComponent* component : operation.components) {
    for (const plan::ComponentFile& file : component->files) {
      if (file.alternate_path.empty()) continue;
      const std::wstring from = expand(wide(file.path));
      const std::wstring to = expand(wide(file.alternate_path));
      make_folder(to);
      for (const std::wstring& original :
           matching_files(from, wide(file.filespec), file.recursive)) {
        const std::size_t root = from.size() + (from.back() == L'\\' ? 0 : 1);
        const std::wstring copy = join(to, original.substr(root));
        if (file.recursive) make_folder(copy.substr(0, copy.rfind(L'\\')));
        if (!CopyFileW(original.c_str(), copy.c_str(), FALSE)) {
          note(Verbosity::low, "cannot copy " + narrow(original.c_str()));
          continue;
        }
        operation.spit_files.push_back(copy);
        if (config().delete_files) DeleteFileW(original.c_str());
      }
    }
  }
}

// deleteFiles, deletePartialFiles, deleteDifferencedFiles: the requester has to read the copy.
void TestWriter::delete_after_copy(Operation& operation) {
  if (config().delete_files) {
    for (const std::wstring& copy : operation.spit_files) DeleteFileW(copy.c_str());
    operation.spit_files.clear();
  }
  const auto delete_set = [](const std::string& path, const std::string& filespec, bool recursive) {
    for (const std::wstring& file : matching_files(expand(wide(path)), wide(filespec), recursive)) {
      DeleteFileW(file.c_str());
    }
  };
  for (const plan::TestComponent* component : operation.components) {
    if (config().delete_files) {
      for (const plan::ComponentFile& file : component->files) {
        if (file.alternate_path.empty()) delete_set(file.path, file.filespec, file.recursive);
      }
    }
    if (config().delete_partial_files) {
      for (const auto& file : component->partial_files) delete_set(file.path, file.filespec, false);
    }
    if (config().delete_differenced_files) {
      for (const plan::DifferencedFile& file : component->differenced_files) {
        delete_set(file.path, file.filespec, file.recursive);
      }
    }
  }
}

// Partial and differenced files, each only where the pages allow it, and the backup stamp.
bool TestWriter::describe_changes(IVssComponent& component, const plan::TestComponent& planned,
                                  VSS_BACKUP_TYPE type) {
  const bool by_change =
      (type == VSS_BT_INCREMENTAL || type == VSS_BT_DIFFERENTIAL) && supports(type);
  for (const plan::TestComponent* member : members_of(planned)) {
    if (!describe_parts(component, *member)) return false;
    if (!by_change) continue;
    for (const plan::DifferencedFile& file : member->differenced_files) {
      if (FAILED(component.AddDifferencedFilesByLastModifyTime(
              wide(file.path).c_str(), wide(file.filespec).c_str(), file.recursive,
              filetime(file.last_modified_100ns)))) {
        return false;
      }
    }
  }
  return remember_as(component) && set_stamp(component, type);
}

bool TestWriter::describe_parts(IVssComponent& component, const plan::TestComponent& member) {
  if (!IsPartialFileSupportEnabled()) {
    if (!member.partial_files.empty()) {
      note(Verbosity::medium, "the requester does not support partial files");
    }
    return true;
  }
  for (const plan::PartialFile& file : member.partial_files) {
    if (FAILED(component.AddPartialFile(wide(file.path).c_str(), wide(file.filespec).c_str(),
                                        wide(file.ranges).c_str(), NULL))) {
      return false;
    }
  }
  return true;
}

// The document keeps the name of what this writer knows of the files.
bool TestWriter::remember_as(IVssComponent& component) {
  Operation* const operation = current();
  if (operation == NULL || operation->files.empty()) return true;
  const std::wstring name = stamp_of(GetCurrentSnapshotSetId());
  memories_[narrow(name.c_str())] = operation->files;
  return SUCCEEDED(component.SetBackupMetadata(name.c_str()));
}

// The backup may be made without a shadow copy as far as this writer is concerned, and then has no
// PostSnapshot: no file set is both copied and to be read from one. Where a requester may take a
// writer's word for a type that it does not support, it may be either type.
bool TestWriter::may_lack_copy(const Operation& operation, VSS_BACKUP_TYPE type) const {
  const auto asks = [](const plan::ComponentFile& file, VSS_BACKUP_TYPE of) {
    if (of == VSS_BT_LOG && !file.log_file) return false;
    const DWORD backup = of == VSS_BT_DIFFERENTIAL  ? VSS_FSBT_DIFFERENTIAL_BACKUP_REQUIRED
                         : of == VSS_BT_INCREMENTAL ? VSS_FSBT_INCREMENTAL_BACKUP_REQUIRED
                         : of == VSS_BT_LOG         ? VSS_FSBT_LOG_BACKUP_REQUIRED
                                                    : VSS_FSBT_FULL_BACKUP_REQUIRED;
    const DWORD both = backup | backup << 8;  // and VSS_FSBT_…_SNAPSHOT_REQUIRED
    return (file.backup_type_mask & both) == both;
  };
  for (const plan::TestComponent* component : operation.components) {
    for (const plan::ComponentFile& file : component->files) {
      if (asks(file, type) && (supports(type) || asks(file, VSS_BT_FULL))) return false;
    }
  }
  return true;
}

// The stamp that the next incremental or differential backup gets back. A copy backup leaves the
// history alone.
bool TestWriter::set_stamp(IVssComponent& component, VSS_BACKUP_TYPE type) {
  if ((schema_of(config()) & VSS_BS_TIMESTAMPED) == 0 || type == VSS_BT_COPY) {
    return true;
  }
  VSS_ID of = GetCurrentSnapshotSetId();
  if (key_of(of) == key_of(VSS_ID{})) GetSessionId(&of);  // there is no set, or not yet
  return SUCCEEDED(component.SetBackupStamp(stamp_of(of).c_str()));
}

// The operation is over: temporary files go. Harmless when called again.
void TestWriter::forget() {
  if (operations_.empty()) return;
  const auto operation = operations_.find(session_key());
  if (operation == operations_.end()) return;
  for (const std::wstring& copy : operation->second.spit_files) DeleteFileW(copy.c_str());
  operations_.erase(operation);
}

}  // namespace vsslab::mock
