#include "requester/backup.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "requester/backup_object.h"
#include "requester/com_text.h"
#include "requester/selection.h"

namespace vsslab::requester {

namespace {

// Another requester may hold the one creation slot: wait and try again (VSSR-SET-002).
constexpr DWORD kSlotRetryMs = 30'000;
constexpr int kSlotTriesMax = 20;

// Names the volume by its GUID path where Windows knows it, so that "C:\" and "\\?\Volume{…}\" are
// one volume.
std::string volume_identity(std::string_view volume) {
  std::string root(volume);
  if (!root.ends_with('\\')) root += '\\';
  WCHAR name[64] = {};
  if (GetVolumeNameForVolumeMountPointW(wide(root).c_str(), name,
                                        static_cast<DWORD>(std::size(name)))) {
    root = narrow(name);
  }
  std::transform(root.begin(), root.end(), root.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  });
  return root;
}

class Backup {
 public:
  Backup(const plan::RequesterPlan& plan, RequesterObserver& observer)
      : plan_(*plan.backup),
        betest_(plan.betest ? &*plan.betest : nullptr),
        observer_(observer),
        with_writers_((plan_.context & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0) {}

  int run() {
    const bool made = make();
    if (!made) give_up();
    vss_.release();
    observer_.backup_done(made, last_call_, last_hr_);
    return made ? 0 : 1;
  }

 private:
  // The result of a call; false ends the backup.
  bool did(std::string_view call, Hr hr) {
    last_call_ = call;
    last_hr_ = hr;
    if (hr == VSS_S_ASYNC_CANCELLED) return false;
    if (succeeded(hr) && call == plan_.dies_in) die();
    return succeeded(hr) && call != plan_.aborts_after;
  }

  // The process is gone in the middle of things, as when a user ends it or it crashes.
  void die() const {
    if (plan_.dies_later > Duration(0)) Sleep(milliseconds(plan_.dies_later));
    TerminateProcess(GetCurrentProcess(), 0xC0000005);
  }

  // An asynchronous call; the one that the process dies in is not waited for.
  Hr run_async(std::string_view call, const BackupObject::AsyncMethod& method) {
    return vss_.run(call, method, {.wait = call != plan_.dies_in});
  }

  bool make() {
    if (!did("CreateVssBackupComponents", vss_.create())) return false;
    return initialize() && (!with_writers_ || gather()) && choose() && make_set() &&
           (plan_.snapshot_only || finish());
  }

  bool initialize() {
    if (!did("InitializeForBackup", vss_.get()->InitializeForBackup(NULL))) return false;
    if (plan_.context != VSS_CTX_BACKUP &&
        !did("SetContext", vss_.get()->SetContext(static_cast<LONG>(plan_.context)))) {
      return false;
    }
    return did("SetBackupState",
               vss_.get()->SetBackupState(component_mode(), plan_.bootable_system_state,
                                          static_cast<VSS_BACKUP_TYPE>(plan_.type),
                                          plan_.partial_file_support));
  }

  bool component_mode() const { return plan_.component_mode && with_writers_; }

  // ---- writers and components ----

  bool gather() {
    if (!disable_writers()) return false;
    const Hr gathered = run_async("GatherWriterMetadata", [&](IVssAsync** out) {
      return vss_.get()->GatherWriterMetadata(out);
    });
    if (!did("GatherWriterMetadata", gathered)) return false;
    if (!did("GetWriterMetadata", vss_.read_writers())) return false;
    return did("FreeWriterMetadata", vss_.get()->FreeWriterMetadata());
  }

  bool disable_writers() {
    std::vector<VSS_ID> ids;
    for (const std::string& name : plan_.exclude_writers) {
      std::optional<Guid> id = Guid::parse(name);
      if (!id) id = observer_.class_id_of(name);
      if (id) {
        ids.push_back(id->to<VSS_ID>());
      } else {
        observer_.note(fmt::format("no writer is called '{}': it cannot be left out", name));
      }
    }
    if (ids.empty()) return true;
    return did("DisableWriterClasses",
               vss_.get()->DisableWriterClasses(ids.data(), static_cast<UINT>(ids.size())));
  }

  bool choose() {
    volumes_ = plan_.volumes;
    if (!component_mode()) return true;
    std::vector<const metadata::WriterMetadata*> documents;
    for (const GatheredWriter& writer : vss_.writers()) documents.push_back(&writer.metadata);
    const BackupSelection selection = select_for_backup(
        documents,
        {.betest = betest_, .volumes = plan_.volumes, .volume_identity = volume_identity});
    for (const LeftOutComponent& out : selection.left_out) {
      const metadata::WriterMetadata& of = *documents[out.writer];
      observer_.component_left_out(of.identification.friendly_name,
                                   of.components[out.component].logical_path,
                                   of.components[out.component].name, out.volume);
    }
    for (const RefusedRequest& refused : selection.refused) {
      observer_.note(fmt::format("BETest: {} {}: {}", refused.writer_id.to_string(),
                                 metadata::full_path(refused.logical_path, refused.name),
                                 refused.reason));
    }
    volumes_ = selection.volumes;
    return add_components(selection);
  }

  bool add_components(const BackupSelection& selection) {
    for (const ChosenComponent& chosen : selection.components) {
      const GatheredWriter& writer = vss_.writers()[chosen.writer];
      Taken taken;
      taken.instance = writer.instance;
      taken.writer = writer.metadata.identification.writer_id.to<VSS_ID>();
      const metadata::Component& component = writer.metadata.components[chosen.component];
      taken.type = static_cast<VSS_COMPONENT_TYPE>(component.type);
      taken.path = wide(component.logical_path);
      taken.name = wide(component.name);
      if (!did("AddComponent", vss_.get()->AddComponent(taken.instance, taken.writer, taken.type,
                                                        or_null(taken.path), taken.name.c_str()))) {
        return false;
      }
      taken_instances_.insert(Guid::from(taken.instance));
      taken_.push_back(std::move(taken));
    }
    return true;
  }

  // ---- the set ----

  bool make_set() {
    if (!start_set()) return false;
    for (const std::string& volume : volumes_) {
      std::wstring name = wide(volume);
      VSS_ID copy{};
      if (!did("AddToSnapshotSet", vss_.get()->AddToSnapshotSet(name.data(), VSS_ID{}, &copy))) {
        return false;
      }
      vss_.remember_copy(volume, copy);
    }
    if (with_writers_) {
      const Hr prepared = run_async(
          "PrepareForBackup", [&](IVssAsync** out) { return vss_.get()->PrepareForBackup(out); });
      prepared_ = true;
      if (!did("PrepareForBackup", prepared) || !check_writers()) return false;
    }
    const Hr made =
        run_async("DoSnapshotSet", [&](IVssAsync** out) { return vss_.get()->DoSnapshotSet(out); });
    if (!did("DoSnapshotSet", made)) {
      // The writers' side of the failure is still worth knowing.
      if (with_writers_ && plan_.check_status) read_status();
      last_call_ = "DoSnapshotSet";
      last_hr_ = made;
      return false;
    }
    return !with_writers_ || check_writers();
  }

  bool start_set() {
    for (int attempt = 1;; ++attempt) {
      const HRESULT hr = vss_.get()->StartSnapshotSet(&vss_.set);
      if (hr == VSS_E_SNAPSHOT_SET_IN_PROGRESS && attempt < kSlotTriesMax) {
        Sleep(kSlotRetryMs);
        continue;
      }
      set_open_ = SUCCEEDED(hr);
      return did("StartSnapshotSet", hr);
    }
  }

  // ---- after the copies are made ----

  bool finish() {
    for (const auto& [volume, copy] : vss_.copies()) {
      VSS_SNAPSHOT_PROP properties{};
      if (!did("GetSnapshotProperties", vss_.get()->GetSnapshotProperties(copy, &properties))) {
        return false;
      }
      VssFreeSnapshotProperties(&properties);
    }
    if (reads_components() && !read_components()) return false;
    if (plan_.copy_time > Duration(0)) Sleep(milliseconds(plan_.copy_time));
    set_open_ = false;  // from here on BackupComplete ends the backup
    if (!with_writers_) return true;
    for (const Taken& taken : taken_) {
      const bool succeeded = failed_.count(Guid::from(taken.instance)) == 0;
      if (!did("SetBackupSucceeded", vss_.get()->SetBackupSucceeded(
                                         taken.instance, taken.writer, taken.type,
                                         or_null(taken.path), taken.name.c_str(), succeeded))) {
        return false;
      }
    }
    return complete() && save();
  }

  // Writers say in the document which files changed, and which parts of files to copy.
  bool reads_components() const {
    return component_mode() && (plan_.partial_file_support || plan_.type == VSS_BT_INCREMENTAL ||
                                plan_.type == VSS_BT_DIFFERENTIAL);
  }

  bool read_components() {
    UINT count = 0;
    if (!did("GetWriterComponentsCount", vss_.get()->GetWriterComponentsCount(&count))) {
      return false;
    }
    for (UINT i = 0; i < count; ++i) {
      Held<IVssWriterComponentsExt> components;
      if (!did("GetWriterComponents", vss_.get()->GetWriterComponents(i, components.out()))) {
        return false;
      }
    }
    return true;
  }

  bool complete() {
    if (plan_.skip_backup_complete) return true;
    const Hr completed = run_async(
        "BackupComplete", [&](IVssAsync** out) { return vss_.get()->BackupComplete(out); });
    return did("BackupComplete", completed) && check_writers();
  }

  bool save() {
    BSTR xml = NULL;
    const HRESULT hr = vss_.get()->SaveAsXML(&xml);
    SysFreeString(xml);
    return did("SaveAsXML", hr);
  }

  // ---- status ----

  // False when a writer failed and the backup is to end at the first error (BETest /StopError).
  bool check_writers() {
    if (!plan_.check_status) return true;
    if (!read_status()) return false;
    return failed_.empty() || !plan_.stop_error;
  }

  bool read_status() {
    const Hr gathered = run_async(
        "GatherWriterStatus", [&](IVssAsync** out) { return vss_.get()->GatherWriterStatus(out); });
    if (!did("GatherWriterStatus", gathered)) return false;
    UINT count = 0;
    if (!did("GetWriterStatusCount", vss_.get()->GetWriterStatusCount(&count))) return false;
    for (UINT i = 0; i < count; ++i) {
      VSS_ID instance{};
      VSS_ID writer{};
      BSTR name = NULL;
      VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
      HRESULT failure = S_OK;
      const HRESULT hr =
          vss_.get()->GetWriterStatus(i, &instance, &writer, &name, &state, &failure);
      SysFreeString(name);
      if (!did("GetWriterStatus", hr)) return false;
      if (FAILED(failure) && takes_part(instance)) failed_.insert(Guid::from(instance));
    }
    return did("FreeWriterStatus", vss_.get()->FreeWriterStatus());
  }

  // Without components every writer does.
  bool takes_part(const VSS_ID& instance) const {
    return !component_mode() || taken_instances_.count(Guid::from(instance)) != 0;
  }

  // A backup that stops between StartSnapshotSet and its end is aborted, so that writers and
  // providers let go; before that releasing the object is enough.
  void give_up() {
    if (vss_.exists() && (set_open_ || prepared_)) vss_.get()->AbortBackup();
  }

  struct Taken {
    VSS_ID instance{};
    VSS_ID writer{};
    VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
    std::wstring path, name;
  };

  const plan::BackupPlan& plan_;
  const plan::BetestSelection* betest_;
  RequesterObserver& observer_;
  bool with_writers_;
  BackupObject vss_;
  std::vector<std::string> volumes_;
  std::vector<Taken> taken_;
  std::set<Guid> taken_instances_;  // of taken_
  std::set<Guid> failed_;           // instances that reported a failure
  bool set_open_ = false;
  bool prepared_ = false;
  std::string last_call_;
  Hr last_hr_ = hr::ok;
};

}  // namespace

int run_backup(const plan::RequesterPlan& plan, RequesterObserver& observer) {
  return Backup(plan, observer).run();
}

}  // namespace vsslab::requester
