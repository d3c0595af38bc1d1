// The restore of one backup: what run_restore() does for each folder. Internal to requester/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <map>
#include <optional>
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
  Restore(const plan::RestorePlan& plan, std::string folder, bool more_follow,
          RequesterObserver& observer)
      : plan_(plan),
        folder_(std::move(folder)),
        more_follow_(more_follow),
        observer_(observer),
        files_(folder_, [this](std::string line) { note(std::move(line)); }) {}

  bool run();

  const std::string& last_call() const { return last_call_; }
  Hr last_hr() const { return last_hr_; }
  const std::string& reason() const { return reason_; }

 private:
  using Method = metadata::RestoreMethodType;

  struct Writer {
    const GatheredWriter* live = nullptr;  // null: it is not there
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
    return hr != VSS_S_ASYNC_CANCELLED && succeeded(hr);
  }
  void note(std::string line) { observer_.note(fmt::format("{}: {}", plan_.name, line)); }
  bool refuse(std::string_view call, std::string line, Hr hr = E_FAIL) {
    reason_ = line;
    note(std::move(line));
    return did(call, hr);
  }

  // ---- the backup: its documents, and VSS made ready (restore.cc) ----
  std::optional<std::string> text(std::string_view name);
  bool load();
  bool begin();

  // ---- what is restored (restore_select.cc) ----
  bool named(const std::string& name, const Writer& writer) const;
  const plan::ComponentRestore* wishes_for(const Writer& writer,
                                           const metadata::ComponentEntry& entry);
  // Components that were added explicitly at backup, those that the plan names of them.
  bool select();
  bool select_one(std::size_t w, const metadata::ComponentEntry& entry,
                  const plan::ComponentRestore* wishes);
  bool select(const Component& c);
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
  RequesterObserver& observer_;
  RestoreFiles files_;
  Catalogue catalogue_;
  std::string document_;
  BackupObject vss_;
  std::vector<Writer> writers_;
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
