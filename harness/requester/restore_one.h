// The restore of one backup: what run_restore() does for each folder. Internal to requester/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metadata/component_path.h"
#include "requester/backup_object.h"
#include "requester/catalogue.h"
#include "requester/component_state.h"
#include "requester/requester.h"
#include "requester/restore_files.h"

namespace vsslab::requester {

class Restore {
 public:
  // `ours`: see RestoreFiles. `given_up`: the chain ends here, and the writers are told so: nothing
  // is put back any more.
  Restore(const plan::RestorePlan& plan, std::string folder, bool more_follow, bool given_up,
          std::set<std::string>& ours, RequesterObserver& observer)
      : plan_(plan),
        folder_(std::move(folder)),
        more_follow_(more_follow),
        given_up_(given_up),
        observer_(observer),
        detailed_(observer.wants_details()),
        files_(folder_, ours, [this](std::string line) { note(std::move(line)); }) {
    if (detailed_) files_.tell_files([this](const std::string& line) { detail(line); });
  }

  // The backup's own files; false when they cannot be read. Before run(), which needs them.
  bool load();
  bool run();

  const std::string& last_call() const { return last_call_; }
  Hr last_hr() const { return last_hr_; }
  const std::string& reason() const { return reason_; }
  // Its writers wait for the rest of the chain.
  bool waited_for() const { return more_follow_ && pre_restored_; }

 private:
  using Method = metadata::RestoreMethodType;

  struct Writer {
    const GatheredWriter* live = nullptr;  // null: it is not there
    std::vector<Guid> moved_to;            // other instances that get components of it
    Catalogue::Writer identity;
    metadata::WriterMetadata stored;  // as of the backup
    std::optional<metadata::ComponentTree> tree;
    std::multimap<std::size_t, const StoredFile*> files;  // by component of the stored document
    bool events = true;                                   // its components are selected
    bool failed = false;                                  // in PreRestore
    bool stopped = false;
    metadata::RestoreMethod method() const {
      return stored.restore_method.value_or(metadata::RestoreMethod{});
    }
  };
  struct Component {
    std::size_t writer;
    std::size_t index;  // in the stored document
    const plan::ComponentRestore* wishes = nullptr;
    bool selected = false;
    std::wstring path, name;
    VSS_ID class_id{};
    VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  };

  // The result of a call; false ends the restore.
  bool did(std::string_view call, Hr hr) {
    last_call_ = call;
    last_hr_ = hr;
    if (detailed_) detail(fmt::format("{}: {}", call, hresult_name(hr)));
    return hr != VSS_S_ASYNC_CANCELLED && succeeded(hr);
  }
  void detail(std::string_view line) { observer_.detail(line); }
  void note(std::string line) { observer_.note(fmt::format("{}: {}", plan_.name, line)); }
  bool refuse(std::string_view call, std::string line, Hr hr = E_FAIL) {
    reason_ = line;
    note(std::move(line));
    return did(call, hr);
  }

  // ---- the backup: its documents, and VSS made ready (restore.cc) ----
  std::optional<std::string> text(std::string_view name);
  bool imports() const { return plan_.type == VSS_RTYPE_IMPORT; }
  bool import_copies();
  bool begin();
  bool read_instance_names();

  // ---- what is restored (restore_select.cc) ----
  bool named(const std::string& name, const Writer& writer) const;
  const plan::ComponentRestore* wishes_for(const Writer& writer,
                                           const metadata::ComponentEntry& entry);
  std::string why_unmet(const plan::ComponentRestore& wish) const;
  // Components that were added explicitly at backup, those that the plan names of them.
  bool select();
  bool has_authority();
  bool select_one(std::size_t w, const metadata::ComponentEntry& entry,
                  const plan::ComponentRestore* wishes);
  bool select(const Component& c);
  bool select_elsewhere(const Component& c);
  // An instance of the writer's class by its instance name, its id, or the writer's name.
  const GatheredWriter* instance_named(const std::string& name, const Writer& writer) const;
  bool tell_wishes(const Component& c);

  // ---- the writers' part (restore.cc) ----
  bool takes_part() const;
  bool pre_restore();
  bool check_status();
  bool post_restore();

  // ---- files and services (restore_put.cc) ----
  void put_everything_back();
  bool stop_for(Writer& writer);
  void start_for(const Writer& writer);
  ComponentFiles files_of(const Writer& writer, const Component& component) const;
  void put_component(const Writer& writer, const Component& component, bool ready);
  // RESTORE_STOP_START: the writer takes the files over when its service starts anew.
  void restart_services();

  const plan::RestorePlan& plan_;
  std::string folder_;
  bool more_follow_;
  bool given_up_;
  RequesterObserver& observer_;
  bool detailed_;
  RestoreFiles files_;
  Catalogue catalogue_;
  std::string document_;
  BackupObject vss_;
  BackupObject importer_;  // holds the imported copies until the restore is over
  std::vector<Writer> writers_;
  std::map<Guid, std::string> instance_names_;  // of the live writers, where the plan asks
  std::vector<metadata::WriterComponents> said_;
  std::vector<Component> components_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> wishes_;  // of the plan, by name
  std::vector<bool> met_;  // the wishes that a component of the backup answers
  bool pre_restored_ = false;
  bool complete_ = true;  // everything that was asked for came back
  std::string last_call_;
  Hr last_hr_ = hr::ok;
  std::string reason_;  // in words, where no call said no
};

}  // namespace vsslab::requester
