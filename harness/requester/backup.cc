#include "requester/backup.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "requester/backup_base.h"
#include "requester/backup_files.h"
#include "requester/backup_object.h"
#include "requester/backup_volumes.h"
#include "requester/catalogue.h"
#include "requester/com_text.h"
#include "requester/component_state.h"
#include "requester/files.h"
#include "requester/selection.h"

namespace vsslab::requester {

namespace {

// Another requester may hold the one creation slot: wait and try again (VSSR-SET-002).
constexpr DWORD kSlotRetryMs = 30'000;
constexpr int kSlotTriesMax = 20;

class Backup {
 public:
  Backup(const plan::BackupPlan& plan, const plan::BetestSelection* selection,
         RequesterObserver& observer)
      : plan_(plan),
        betest_(selection),
        folder_(plan.to.empty() ? std::string() : expand(plan.to)),
        observer_(observer),
        with_writers_((plan_.context & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0) {}

  bool run() {
    const bool made = make();
    if (!made) give_up();
    vss_.release();
    if (reason_.empty()) reason_ = failed_writers();
    const bool asked = betest_ != nullptr || volumes_.empty();
    const bool took_nothing = asked && component_mode() && taken_.empty();
    observer_.operation_done(
        {"backup", plan_.name, made, last_call_, last_hr_, reason_, made && took_nothing, missed_});
    return made;
  }

 private:
  struct Taken {
    VSS_ID instance{};
    VSS_ID writer{};
    VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
    std::wstring path, name;
    ChosenComponent place;
    bool incomplete = false;  // a file of it could not be copied
  };

  // The result of a call; false ends the backup.
  bool did(std::string_view call, Hr hr) {
    last_call_ = call;
    last_hr_ = hr;
    if (detailed_) detail(fmt::format("{}: {}", call, hresult_name(hr)));
    if (hr == VSS_S_ASYNC_CANCELLED) return false;
    if (succeeded(hr) && call == plan_.dies_in) die();
    return succeeded(hr) && call != plan_.aborts_after;
  }

  void detail(std::string_view line) { observer_.detail(line); }

  bool refuse(std::string_view call, std::string line, Hr hr) {
    observer_.note(line);
    reason_ = std::move(line);
    return did(call, hr);
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
    return read_base() && initialize() && (!with_writers_ || gather()) && choose() && make_set() &&
           finish();
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

  bool read_base() {
    if (plan_.base.empty()) return true;
    const auto read = base_.read(expand(plan_.base));
    return read || refuse("reading the base backup", read.error().text, read.error().hr);
  }

  bool component_mode() const { return plan_.component_mode && with_writers_; }

  // ---- writers and components ----

  bool gather() {
    if (!enable_writers() || !disable_writers()) return false;
    const Hr gathered = run_async("GatherWriterMetadata", [&](IVssAsync** out) {
      return vss_.get()->GatherWriterMetadata(out);
    });
    if (!did("GatherWriterMetadata", gathered)) return false;
    const Depth depth = copies() ? Depth::files : Depth::selection;
    if (!did("GetWriterMetadata", vss_.read_writers(std::nullopt, depth))) return false;
    for (const GatheredWriter& writer : vss_.writers()) {
      if (!detailed_) break;
      const metadata::WriterMetadata& document = writer.metadata;
      detail(fmt::format("  Writer {} {{{}}}, instance {{{}}}: {} component(s)",
                         document.identification.friendly_name,
                         document.identification.writer_id.to_string(),
                         Guid::from(writer.instance).to_string(), document.components.size()));
    }
    return did("FreeWriterMetadata", vss_.get()->FreeWriterMetadata());
  }

  bool copies() const { return !folder_.empty(); }

  std::vector<VSS_ID> class_ids(const std::vector<std::string>& names,
                                std::string_view consequence) {
    std::vector<VSS_ID> ids;
    for (const std::string& name : names) {
      std::optional<Guid> id = Guid::parse(name);
      if (!id) id = observer_.class_id_of(name);
      if (id) {
        ids.push_back(id->to<VSS_ID>());
      } else {
        observer_.note(fmt::format("no writer is called '{}': it cannot be {}", name, consequence));
      }
    }
    return ids;
  }

  bool enable_writers() {
    const std::vector<VSS_ID> ids = class_ids(plan_.only_writers, "taken alone");
    return ids.empty() ||
           did("EnableWriterClasses",
               vss_.get()->EnableWriterClasses(ids.data(), static_cast<UINT>(ids.size())));
  }

  bool disable_writers() {
    const std::vector<VSS_ID> ids = class_ids(plan_.exclude_writers, "left out");
    return ids.empty() ||
           did("DisableWriterClasses",
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
      missed_ = true;
      observer_.note(fmt::format("BETest: {} {}: {}", refused.writer_id.to_string(),
                                 metadata::full_path(refused.logical_path, refused.name),
                                 refused.reason));
    }
    volumes_ = selection.volumes;
    if (plan_.volumes.empty()) add_mounted_volumes(volumes_, documents, selection.components);
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
      taken.place = chosen;
      if (detailed_) {
        detail(fmt::format("  Component {} of writer {}", metadata::full_path(component),
                           writer.metadata.identification.friendly_name));
      }
      if (!tell_wishes(taken, writer.metadata, component)) return false;
      taken_instances_.insert(Guid::from(taken.instance));
      taken_.push_back(std::move(taken));
    }
    return true;
  }

  bool tell_wishes(const Taken& taken, const metadata::WriterMetadata& writer,
                   const metadata::Component& component) {
    if (!plan_.options.empty() &&
        !did("SetBackupOptions",
             vss_.get()->SetBackupOptions(taken.writer, taken.type, or_null(taken.path),
                                          taken.name.c_str(), wide(plan_.options).c_str()))) {
      return false;
    }
    const std::string stamp = base_.stamp(writer, component);
    return stamp.empty() ||
           did("SetPreviousBackupStamp",
               vss_.get()->SetPreviousBackupStamp(taken.writer, taken.type, or_null(taken.path),
                                                  taken.name.c_str(), wide(stamp).c_str()));
  }

  // ---- the set ----

  // No file set asks for a shadow copy in a backup of this type, and nobody else does.
  bool copy_less() const {
    if (taken_.empty() || !plan_.volumes.empty() || plan_.snapshot_only ||
        plan_.context != VSS_CTX_BACKUP || !plan_.check_database.empty()) {
      return false;
    }
    std::vector<const metadata::WriterMetadata*> documents;
    for (const GatheredWriter& writer : vss_.writers()) documents.push_back(&writer.metadata);
    std::vector<ChosenComponent> components;
    for (const Taken& taken : taken_) components.push_back(taken.place);
    return !any_needs_copy(documents, components, plan_.type);
  }

  bool prepare_writers() {
    const Hr prepared = run_async(
        "PrepareForBackup", [&](IVssAsync** out) { return vss_.get()->PrepareForBackup(out); });
    prepared_ = true;
    return did("PrepareForBackup", prepared) && check_writers();
  }

  bool make_set() {
    if (copy_less()) return prepare_writers();
    if (!start_set()) return false;
    for (const std::string& volume : volumes_) {
      std::wstring name = wide(volume);
      VSS_ID copy{};
      if (!did("AddToSnapshotSet", vss_.get()->AddToSnapshotSet(name.data(), VSS_ID{}, &copy))) {
        return false;
      }
      vss_.remember_copy(volume, copy);
      if (detailed_) detail(fmt::format("  Volume {}", volume));
    }
    if (with_writers_ && !prepare_writers()) return false;
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
    SourceMap sources;
    for (const auto& [volume, copy] : vss_.copies()) {
      VSS_SNAPSHOT_PROP properties{};
      if (!did("GetSnapshotProperties", vss_.get()->GetSnapshotProperties(copy, &properties))) {
        return false;
      }
      if (detailed_) {
        detail(fmt::format("  Shadow copy {{{}}} of {}: {}", Guid::from(copy).to_string(), volume,
                           narrow(properties.m_pwszSnapshotDeviceObject)));
      }
      if (copies() || !plan_.check_database.empty()) {
        sources.add(volume, narrow(properties.m_pwszSnapshotDeviceObject));
      }
      VssFreeSnapshotProperties(&properties);
    }
    if (reads_components() && !did("GetWriterComponents", read_components(*vss_.get(), said_))) {
      return false;
    }
    if (!plan_.check_database.empty()) check_database(sources);
    if (copies() && component_mode()) copy_files(std::move(sources));
    if (plan_.copy_time > Duration(0)) Sleep(milliseconds(plan_.copy_time));
    set_open_ = false;  // from here on BackupComplete ends the backup
    if (!with_writers_) return true;
    for (const Taken& taken : taken_) {
      const bool succeeded = failed_.count(Guid::from(taken.instance)) == 0 && !taken.incomplete;
      if (!did("SetBackupSucceeded", vss_.get()->SetBackupSucceeded(
                                         taken.instance, taken.writer, taken.type,
                                         or_null(taken.path), taken.name.c_str(), succeeded))) {
        return false;
      }
      if (detailed_) {
        detail(
            fmt::format("  Component {}: backup {}",
                        metadata::full_path(narrow(taken.path.c_str()), narrow(taken.name.c_str())),
                        succeeded ? "succeeded" : "failed"));
      }
    }
    return complete() && save();
  }

  void check_database(const SourceMap& sources) {
    const std::string path = expand(plan_.check_database);
    const auto on_copy = sources.on_copy(path);
    if (on_copy) return observer_.check_database(plan_.name, *on_copy);
    observer_.note(fmt::format("{} lies on a volume that has no copy", path));
  }

  // Writers say in the document which files changed, and which parts of files to copy.
  bool reads_components() const {
    return component_mode() &&
           (copies() || plan_.partial_file_support || plan_.type == VSS_BT_INCREMENTAL ||
            plan_.type == VSS_BT_DIFFERENTIAL);
  }

  void copy_files(SourceMap sources) {
    files_.emplace(folder_, plan_.type, base_.made(), std::move(sources),
                   [this](std::string line) { observer_.note(std::move(line)); });
    if (detailed_) files_->tell_files([this](const std::string& line) { detail(line); });
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    files_->catalogue().made =
        static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
    for (std::size_t w = 0; w < vss_.writers().size(); ++w) {
      std::vector<std::size_t> components;
      for (const Taken& taken : taken_) {
        if (taken.place.writer == w) components.push_back(taken.place.component);
      }
      if (components.empty()) continue;
      const GatheredWriter& writer = vss_.writers()[w];
      Catalogue::Writer identity{writer.metadata.identification.writer_id,
                                 Guid::from(writer.instance),
                                 fmt::format("writer-{}.xml", files_->catalogue().writers.size())};
      keep(identity.document, writer.document);
      const metadata::WriterComponents* said = nullptr;
      for (const metadata::WriterComponents& candidate : said_) {
        if (candidate.instance_id == identity.instance_id) said = &candidate;
      }
      const std::set<std::size_t> failed =
          files_->copy_writer(identity, writer.metadata, components, said);
      for (Taken& taken : taken_) {
        if (taken.place.writer == w && failed.count(taken.place.component) != 0) {
          taken.incomplete = true;
          stored_ = false;
        }
      }
    }
  }

  void keep(std::string_view name, std::string_view content) {
    if (const auto written = write_file(join(folder_, name), content); !written) {
      observer_.note(written.error().text());
      stored_ = false;
      if (store_error_ == 0) store_error_ = written.error().error;
    }
  }

  bool complete() {
    if (plan_.skip_backup_complete) return true;
    const Hr completed = run_async(
        "BackupComplete", [&](IVssAsync** out) { return vss_.get()->BackupComplete(out); });
    if (!did("BackupComplete", completed)) return false;
    prepared_ = false;  // it is over, whatever the writers say of it
    return check_writers();
  }

  bool save() {
    BSTR xml = NULL;
    const HRESULT hr = vss_.get()->SaveAsXML(&xml);
    const std::string document = take(xml);
    if (!did("SaveAsXML", hr)) return false;
    if (!files_) return true;
    keep(kDocumentFile, document);
    keep(kCatalogueFile, emit(files_->catalogue()));
    if (stored_) return true;
    const std::uint32_t error = store_error_ != 0 ? store_error_ : files_->first_error();
    return did("copying files", error != 0 ? static_cast<Hr>(0x80070000U | error) : Hr{E_FAIL});
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
    std::vector<WriterStatus> all;
    std::string call;
    const Hr read = vss_.fetch_status(all, &call);
    if (!did(call, read)) return false;
    for (const WriterStatus& status : all) {
      if (detailed_ && takes_part(status.instance)) {
        detail(fmt::format("  Writer {}: state {}, {}", status.name, static_cast<int>(status.state),
                           hresult_name(status.failure)));
      }
      if (!FAILED(status.failure) || !takes_part(status.instance)) continue;
      if (!failed_.insert(Guid::from(status.instance)).second) continue;
      observer_.note(
          fmt::format("writer {} reports {}", status.name, hresult_name(status.failure)));
      failed_names_.push_back(status.name);
    }
    return true;
  }

  // "orders failed"; of many their number.
  std::string failed_writers() const {
    constexpr std::size_t kNamedMax = 2;
    if (failed_names_.empty()) return {};
    if (failed_names_.size() > kNamedMax) {
      return fmt::format("{} writers failed", failed_names_.size());
    }
    return fmt::format("{} failed", fmt::join(failed_names_, " and "));
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

  const plan::BackupPlan& plan_;
  const plan::BetestSelection* betest_;
  std::string folder_;  // for the files; empty: nothing is copied
  RequesterObserver& observer_;
  bool with_writers_;
  BackupObject vss_;
  std::vector<std::string> volumes_;
  std::vector<Taken> taken_;
  BaseBackup base_;
  std::vector<metadata::WriterComponents> said_;
  std::optional<BackupFiles> files_;
  bool detailed_ = observer_.wants_details();
  bool missed_ = false;             // of the BETest selection
  std::uint32_t store_error_ = 0;   // Windows' first error of a document
  bool stored_ = true;              // everything that was to be kept is in the folder
  std::set<Guid> taken_instances_;  // of taken_
  std::set<Guid> failed_;           // instances that reported a failure
  std::vector<std::string> failed_names_;
  bool set_open_ = false;
  bool prepared_ = false;
  std::string last_call_;
  Hr last_hr_ = hr::ok;
  std::string reason_;  // in words: writers that failed, or what said no and was no call
};

}  // namespace

bool run_backup(const plan::BackupPlan& plan, const plan::BetestSelection* selection,
                RequesterObserver& observer) {
  return Backup(plan, selection, observer).run();
}

}  // namespace vsslab::requester
