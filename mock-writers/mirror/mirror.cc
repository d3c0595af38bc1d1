#include "mock-writers/mirror/mirror.h"

#include <vsserror.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "metadata/backup_expiry.h"
#include "metadata/component_path.h"
#include "mock-writers/components.h"
#include "mock-writers/process.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

constexpr DWORD kFreezeDefaultMs = 60000;

// One directory on each volume that a component reads from: enough to ask whether the shadow copy
// set holds all of its volumes, without asking for 19,000 paths.
void add_directories(const metadata::Component& component, std::vector<std::wstring>& directories) {
  const metadata::Environment environment = metadata::standard_environment();
  std::vector<std::string> roots;
  for (const std::wstring& known : directories) {
    if (auto root = metadata::volume_root(narrow(known.c_str()))) roots.push_back(*root);
  }
  const std::string* last = nullptr;
  for (const metadata::FileSet& files : component.files) {
    const std::string& path = files.alternate_path.empty() ? files.path : files.alternate_path;
    if (last != nullptr && *last == path) continue;
    last = &path;
    const auto expanded = metadata::expand_environment(path, environment);
    const auto root = metadata::volume_root(expanded ? *expanded : path);
    if (!root || std::find(roots.begin(), roots.end(), *root) != roots.end()) continue;
    roots.push_back(*root);
    directories.push_back(wide(expanded ? *expanded : path));
  }
}

std::uint64_t filetime_now() {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  return static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
}

}  // namespace

MirrorWriter::MirrorWriter(const plan::WriterPlan& plan, const DocumentReplay& document)
    : plan_(plan), document_(document) {}

HRESULT MirrorWriter::start() {
  const metadata::Identification& captured = document_.metadata().identification;
  const Guid id = plan_.writer_id.value_or(captured.writer_id);
  const std::wstring name =
      wide(plan_.friendly_name.empty() ? captured.friendly_name : plan_.friendly_name);
  const std::wstring instance =
      wide(plan_.instance_name.empty() ? captured.instance_name : plan_.instance_name);
  DWORD freeze_ms = kFreezeDefaultMs;
  if (plan_.freeze_limit) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*plan_.freeze_limit);
    freeze_ms = static_cast<DWORD>(ms.count());
  }
  const HRESULT hr =
      InitializeEx(id.to<VSS_ID>(), name.c_str(), captured.major_version, captured.minor_version,
                   static_cast<VSS_USAGE_TYPE>(captured.usage),
                   static_cast<VSS_SOURCE_TYPE>(captured.data_source),
                   static_cast<VSS_APPLICATION_LEVEL>(plan_.application_level), freeze_ms,
                   VSS_AWS_NO_ALTERNATE_WRITER, false, or_null(instance));
  if (hr != S_OK) return FAILED(hr) ? hr : E_FAIL;
  return Subscribe();
}

void MirrorWriter::leave() { Unsubscribe(); }

std::string MirrorWriter::session_key() const {
  VSS_ID id{};
  GetSessionId(&id);
  return key_of(id);
}

bool STDMETHODCALLTYPE MirrorWriter::OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) {
  document_.play(*metadata);
  return true;
}

bool STDMETHODCALLTYPE MirrorWriter::OnPrepareBackup(IVssWriterComponents* components) {
  const metadata::ComponentTree tree(document_.metadata());
  std::vector<std::wstring> directories;
  for_each_component(components,
                     [&](IVssComponent&, const std::string& path, const std::string& name) {
                       const auto index = tree.index_of({path, name});
                       if (index)
                         add_directories(document_.metadata().components[*index], directories);
                       return true;
                     });
  if (!directories.empty()) directories_[session_key()] = std::move(directories);
  return set_expiry(components);
}

// "At backup time, the writer sets the backup expiration time in the writer's backup metadata."
bool MirrorWriter::set_expiry(IVssWriterComponents* components) {
  if (!plan_.backup_lifetime) return true;
  const std::uint64_t lifetime = static_cast<std::uint64_t>(plan_.backup_lifetime->count()) / 100;
  const std::wstring expiry = wide(metadata::expiry_text(filetime_now() + lifetime));
  const bool set = for_each_component(
      components, [&](IVssComponent& component, const std::string&, const std::string&) {
        return SUCCEEDED(component.SetBackupMetadata(expiry.c_str()));
      });
  if (!set) SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
  return set;
}

// "Expired databases cannot be restored."
bool STDMETHODCALLTYPE MirrorWriter::OnPreRestore(IVssWriterComponents* components) {
  if (!plan_.backup_lifetime) return true;
  std::string expired;
  for_each_component(
      components, [&](IVssComponent& component, const std::string& path, const std::string& name) {
        bool selected = false;
        BSTR data = NULL;
        if (FAILED(component.IsSelectedForRestore(&selected)) || !selected) return true;
        if (FAILED(component.GetBackupMetadata(&data))) return true;
        const auto expires = metadata::parse_expiry(take(data));
        if (!expires || *expires >= filetime_now()) return true;
        expired = (path.empty() ? name : path + "\\" + name) + " expired on " +
                  metadata::moment_text(*expires);
        return false;
      });
  if (expired.empty()) return true;
  SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
  log_error(plan_.name, "the backup of " + expired + " and cannot be restored");
  return false;
}

bool STDMETHODCALLTYPE MirrorWriter::OnPrepareSnapshot() {
  if (directories_.empty()) return true;
  const auto directories = directories_.find(session_key());
  if (directories == directories_.end()) return true;
  for (const std::wstring& directory : directories->second) {
    if (IsPathAffected(directory.c_str())) continue;
    SetWriterFailure(VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT);
    log_error(plan_.name, "the shadow copy set lacks the volume of " + narrow(directory.c_str()));
    return false;
  }
  return true;
}

bool STDMETHODCALLTYPE MirrorWriter::OnPostSnapshot(IVssWriterComponents* components) {
  if ((document_.metadata().backup_schema & VSS_BS_TIMESTAMPED) == 0) return true;
  if (components == NULL || GetBackupType() == VSS_BT_COPY) return true;
  const std::wstring stamp = stamp_of(GetCurrentSnapshotSetId());
  const bool stamped = for_each_component(
      components, [&](IVssComponent& component, const std::string&, const std::string&) {
        return SUCCEEDED(component.SetBackupStamp(stamp.c_str()));
      });
  if (stamped) return true;
  SetWriterFailure(VSS_E_WRITERERROR_NONRETRYABLE);
  log_error(plan_.name, "the backup stamp was not taken");
  return false;
}

bool STDMETHODCALLTYPE MirrorWriter::OnAbort() {
  if (!directories_.empty()) directories_.erase(session_key());
  return true;
}

bool STDMETHODCALLTYPE MirrorWriter::OnBackupComplete(IVssWriterComponents* components) {
  return for_each_component(components,
                            [](IVssComponent& component, const std::string&, const std::string&) {
                              bool succeeded = false;
                              component.GetBackupSucceeded(&succeeded);
                              return true;
                            });
}

bool STDMETHODCALLTYPE MirrorWriter::OnBackupShutdown(VSS_ID) {
  if (!directories_.empty()) directories_.erase(session_key());
  return true;
}

int run_mirror(const plan::WriterPlan& plan, const DocumentReplay& document) {
  MirrorWriter writer(plan, document);
  return run_until_stopped([&] { return writer.start(); }, [&] { writer.leave(); });
}

}  // namespace vsslab::mock
