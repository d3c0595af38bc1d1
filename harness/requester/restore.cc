#include "requester/restore.h"

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metadata/component_path.h"
#include "requester/backup_object.h"
#include "requester/catalogue.h"
#include "requester/com_text.h"
#include "requester/component_state.h"
#include "requester/examine.h"
#include "requester/file_sets.h"
#include "requester/restore_files.h"
#include "requester/service_control.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

using metadata::FileRestoreStatus;
using Method = metadata::RestoreMethodType;

// The restore of one backup.
class Restore {
 public:
  Restore(const plan::RestorePlan& plan, std::string folder, bool more_follow,
          RequesterObserver& observer)
      : plan_(plan),
        folder_(std::move(folder)),
        more_follow_(more_follow),
        observer_(observer),
        files_(folder_, [this](std::string line) { note(std::move(line)); }) {}

  bool run() {
    const bool done = load() && begin() && select() && pre_restore();
    if (done) put_everything_back();
    const bool ended = done && post_restore();
    vss_.release();
    if (ended) restart_services();
    return ended && complete_;
  }

  const std::string& last_call() const { return last_call_; }
  Hr last_hr() const { return last_hr_; }
  const std::string& reason() const { return reason_; }

 private:
  struct Writer {
    const GatheredWriter* live = nullptr;  // null: it is not there
    Catalogue::Writer identity;
    metadata::WriterMetadata stored;  // as of the backup
    std::optional<metadata::ComponentTree> tree;
    bool events = true;   // its components are selected
    bool failed = false;  // in PreRestore
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

  // ---- the backup ----

  std::optional<std::string> text(std::string_view name) {
    auto read = read_file(join(folder_, name));
    if (!read) {
      refuse("reading the backup", read.error().text(),
             static_cast<Hr>(0x80070000U | read.error().error));
      return std::nullopt;
    }
    return std::move(*read);
  }

  bool load() {
    const auto catalogue = text(kCatalogueFile);
    if (!catalogue) return false;
    auto parsed = parse_catalogue(*catalogue, join(folder_, kCatalogueFile));
    if (!parsed) return refuse("reading the backup", parsed.error().to_text());
    catalogue_ = std::move(*parsed);
    const auto document = text(kDocumentFile);
    if (!document) return false;
    document_ = *document;
    for (const Catalogue::Writer& identity : catalogue_.writers) {
      const auto xml = text(identity.document);
      if (!xml) return false;
      const Bstr handed(*xml);
      Held<IVssExamineWriterMetadata> examined;
      if (!did("CreateVssExamineWriterMetadata",
               CreateVssExamineWriterMetadata(handed.get(), examined.out()))) {
        reason_ =
            fmt::format("{} is no Writer Metadata Document", join(folder_, identity.document));
        note(reason_);
        return false;
      }
      auto metadata = examine(*examined.get(), Depth::files);
      if (!metadata) return refuse("IVssExamineWriterMetadata", metadata.error().to_text());
      Writer writer;
      writer.identity = identity;
      writer.stored = std::move(*metadata);
      writers_.push_back(std::move(writer));
    }
    for (Writer& writer : writers_) writer.tree.emplace(writer.stored);
    return true;
  }

  bool begin() {
    if (!did("CreateVssBackupComponents", vss_.create())) return false;
    const Bstr document(document_);
    if (!did("InitializeForRestore", vss_.get()->InitializeForRestore(document.get()))) {
      reason_ = fmt::format("{} is no Backup Components Document", join(folder_, kDocumentFile));
      note(reason_);
      return false;
    }
    if (plan_.type != 0 &&
        !did("SetRestoreState",
             vss_.get()->SetRestoreState(static_cast<VSS_RESTORE_TYPE>(plan_.type)))) {
      return false;
    }
    if (!did("GatherWriterMetadata", vss_.run("GatherWriterMetadata", [&](IVssAsync** out) {
          return vss_.get()->GatherWriterMetadata(out);
        }))) {
      return false;
    }
    if (!did("GetWriterMetadata", vss_.read_writers())) return false;
    if (!did("FreeWriterMetadata", vss_.get()->FreeWriterMetadata())) return false;
    for (Writer& writer : writers_) {
      writer.live = vss_.find(writer.identity.class_id.to_string());
      const Method method = writer.method().method;
      const bool never = writer.method().writer_restore == metadata::WriterRestore::never;
      writer.events =
          writer.live != nullptr && !never && (method != Method::custom || plan_.custom);
    }
    return did("GetWriterComponents", read_components(*vss_.get(), said_));
  }

  // ---- what is restored ----

  bool named(const std::string& name, const Writer& writer) const {
    const auto id = Guid::parse(name);
    if (id) return *id == writer.identity.class_id;
    if (same_name(writer.stored.identification.friendly_name, name)) return true;
    return observer_.class_id_of(name) == writer.identity.class_id;
  }

  const plan::ComponentRestore* wishes_for(const Writer& writer,
                                           const metadata::ComponentEntry& entry) {
    if (met_.empty()) {
      met_.resize(plan_.components.size());
      for (std::size_t i = 0; i < plan_.components.size(); ++i) {
        wishes_[plan_.components[i].name].push_back(i);
      }
    }
    const auto same = wishes_.find(entry.name);
    if (same == wishes_.end()) return nullptr;
    for (const std::size_t i : same->second) {
      const plan::ComponentRestore& wish = plan_.components[i];
      if (!named(wish.writer, writer)) continue;
      if (!wish.any_path && wish.logical_path != entry.logical_path) continue;
      met_[i] = true;
      return &wish;
    }
    return nullptr;
  }

  // Components that were added explicitly at backup, those that the plan names of them.
  bool select() {
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      Writer& writer = writers_[w];
      const bool excluded =
          std::any_of(plan_.exclude_writers.begin(), plan_.exclude_writers.end(),
                      [&](const std::string& name) { return named(name, writer); });
      if (excluded) continue;
      for (const metadata::WriterComponents& said : said_) {
        if (said.writer_id != writer.identity.class_id ||
            said.instance_id != writer.identity.instance_id) {
          continue;
        }
        for (const metadata::ComponentEntry& entry : said.components) {
          const plan::ComponentRestore* const wishes = wishes_for(writer, entry);
          if (wishes == nullptr && !plan_.components.empty()) continue;
          if (!select_one(w, entry, wishes)) return false;
        }
      }
    }
    for (std::size_t i = 0; i < plan_.components.size(); ++i) {
      const plan::ComponentRestore& wish = plan_.components[i];
      if (i < met_.size() && met_[i]) continue;
      note(fmt::format("{} of {} was not backed up: it cannot be restored",
                       metadata::full_path(wish.logical_path, wish.name), wish.writer));
      complete_ = false;
    }
    if (!components_.empty()) return true;
    return refuse("SetSelectedForRestore",
                  plan_.components.size() == 1
                      ? fmt::format("{} of {} is not in the backup",
                                    metadata::full_path(plan_.components.front().logical_path,
                                                        plan_.components.front().name),
                                    plan_.components.front().writer)
                      : "nothing of what is asked for is in the backup");
  }

  bool select_one(std::size_t w, const metadata::ComponentEntry& entry,
                  const plan::ComponentRestore* wishes) {
    Writer& writer = writers_[w];
    const auto index = writer.tree->index_of({entry.logical_path, entry.name});
    const std::string title = metadata::full_path(entry.logical_path, entry.name);
    if (!index) {
      note(fmt::format("{} is not in the writer's document", title));
      complete_ = false;
      return true;
    }
    if (writer.method().method == Method::custom && !plan_.custom) {
      note(fmt::format("{} restores by a method of its own and is left to it",
                       writer.stored.identification.friendly_name));
      return true;
    }
    Component component{w,
                        *index,
                        wishes,
                        writer.events,
                        wide(entry.logical_path),
                        wide(entry.name),
                        writer.identity.class_id.to<VSS_ID>(),
                        static_cast<VSS_COMPONENT_TYPE>(entry.type)};
    const bool never = writer.method().writer_restore == metadata::WriterRestore::never;
    if (writer.live == nullptr && !never) {
      note(fmt::format("writer {} is not there: {} comes back without it",
                       writer.stored.identification.friendly_name, title));
    }
    if (component.selected && !tell_wishes(component)) return false;
    components_.push_back(std::move(component));
    return true;
  }

  bool select(const Component& c) {
    IVssBackupComponentsEx4& vss = *vss_.get();
    const plan::ComponentRestore* const wishes = c.wishes;
    const LPCWSTR path = or_null(c.path);
    const LPCWSTR name = c.name.c_str();
    if (wishes != nullptr && !wishes->instance.empty()) {
      const GatheredWriter* const other = vss_.find(wishes->instance);
      if (!did("SetSelectedForRestoreEx",
               vss.SetSelectedForRestoreEx(c.class_id, c.type, path, name, true,
                                           other != nullptr ? other->instance : VSS_ID{}))) {
        return false;
      }
    } else if (!did("SetSelectedForRestore",
                    vss.SetSelectedForRestore(c.class_id, c.type, path, name, true))) {
      return false;
    }
    if (more_follow_ && !did("SetAdditionalRestores",
                             vss.SetAdditionalRestores(c.class_id, c.type, path, name, true))) {
      return false;
    }
    // For the whole restore it is asked where it can be; for one component it is asked.
    const bool can = (writers_[c.writer].stored.backup_schema & VSS_BS_AUTHORITATIVE_RESTORE) != 0;
    if (plan_.authoritative && !can) {
      note(fmt::format("{} is restored without authority: its writer does not support it",
                       narrow(c.name.c_str())));
    }
    const bool authoritative =
        (plan_.authoritative && can) || (wishes != nullptr && wishes->authoritative);
    return !authoritative || did("SetAuthoritativeRestore",
                                 vss.SetAuthoritativeRestore(c.class_id, c.type, path, name, true));
  }

  bool tell_wishes(const Component& c) {
    IVssBackupComponentsEx4& vss = *vss_.get();
    const plan::ComponentRestore* const wishes = c.wishes;
    const LPCWSTR path = or_null(c.path);
    const LPCWSTR name = c.name.c_str();
    if (!select(c)) return false;
    if (wishes == nullptr) return true;
    if (!wishes->options.empty() &&
        !did("SetRestoreOptions", vss.SetRestoreOptions(c.class_id, c.type, path, name,
                                                        wide(wishes->options).c_str()))) {
      return false;
    }
    if (!wishes->restore_name.empty() &&
        !did("SetRestoreName", vss.SetRestoreName(c.class_id, c.type, path, name,
                                                  wide(wishes->restore_name).c_str()))) {
      return false;
    }
    if (wishes->roll_forward) {
      const std::wstring point = wide(wishes->roll_forward_point);
      if (!did("SetRollForward",
               vss.SetRollForward(c.class_id, c.type, path, name,
                                  static_cast<VSS_ROLLFORWARD_TYPE>(*wishes->roll_forward),
                                  or_null(point)))) {
        return false;
      }
    }
    for (const plan::AlternateMapping& target : wishes->new_targets) {
      if (!did("AddNewTarget",
               vss.AddNewTarget(c.class_id, c.type, path, name, wide(target.path).c_str(),
                                wide(target.filespec).c_str(), target.recursive,
                                wide(target.alternate_path).c_str()))) {
        return false;
      }
    }
    for (const auto& sub : wishes->subcomponents) {
      const metadata::WriterMetadata& stored = writers_[c.writer].stored;
      const metadata::Component* const part = stored.find(sub.logical_path, sub.name);
      if (part == nullptr || !part->selectable_for_restore) {
        return refuse("AddRestoreSubcomponent",
                      fmt::format("{} is not selectable for restore",
                                  metadata::full_path(sub.logical_path, sub.name)));
      }
      const std::wstring sub_path = wide(sub.logical_path);
      if (!did("AddRestoreSubcomponent",
               vss.AddRestoreSubcomponent(c.class_id, c.type, path, name, sub_path.c_str(),
                                          wide(sub.name).c_str(), false))) {
        return false;
      }
    }
    return true;
  }

  // ---- the restore ----

  bool takes_part() const {
    return std::any_of(components_.begin(), components_.end(),
                       [](const Component& component) { return component.selected; });
  }

  bool pre_restore() {
    if (!takes_part()) return true;  // a restore without writers
    if (!did("PreRestore", vss_.run("PreRestore", [&](IVssAsync** out) {
          return vss_.get()->PreRestore(out);
        }))) {
      return false;
    }
    pre_restored_ = true;
    if (!check_status()) return false;
    // Only now the writers have said where the files are to go (VSSR-REST-008).
    return did("GetWriterComponents", read_components(*vss_.get(), said_));
  }

  bool check_status() {
    if (!plan_.check_status) return true;
    std::vector<WriterStatus> all;
    if (!did("GatherWriterStatus", vss_.read_status(all))) return false;
    bool failed = false;
    for (const WriterStatus& status : all) {
      if (succeeded(status.failure)) continue;
      for (Writer& writer : writers_) {
        if (writer.live == nullptr || !writer.events ||
            Guid::from(writer.live->instance) != Guid::from(status.instance)) {
          continue;
        }
        if (!writer.failed) {
          note(fmt::format("writer {} reports {}", writer.stored.identification.friendly_name,
                           hresult_name(status.failure)));
        }
        writer.failed = failed = true;
        complete_ = false;
      }
    }
    return !failed || !plan_.stop_error;
  }

  void put_everything_back() {
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      Writer& writer = writers_[w];
      std::vector<const Component*> mine;
      for (const Component& component : components_) {
        if (component.writer == w) mine.push_back(&component);
      }
      if (mine.empty()) continue;
      const bool stop = writer.method().method == Method::stop_restore_start && !writer.failed;
      bool ready = !writer.failed;
      if (stop) ready = stop_for(writer);
      for (const Component* component : mine) put_component(writer, *component, ready);
      if (writer.stopped) start_for(writer);
    }
  }

  bool stop_for(Writer& writer) {
    const std::string service = writer.method().service;
    const std::uint32_t error = stop_service(service);
    if (error == 0) return writer.stopped = true;
    note(fmt::format("service '{}' cannot be stopped: 0x{:08X}", service, 0x80070000U | error));
    return false;
  }

  void start_for(const Writer& writer) {
    const std::string service = writer.method().service;
    const std::uint32_t error = start_service(service);
    if (error == 0) return;
    note(fmt::format("service '{}' cannot be started: 0x{:08X}", service, 0x80070000U | error));
    complete_ = false;
  }

  ComponentFiles files_of(const Writer& writer, const Component& component) const {
    std::set<std::size_t> parts;
    const auto add = [&](std::size_t index) {
      for (const std::size_t part : parts_of(*writer.tree, index)) parts.insert(part);
    };
    const bool partly = component.wishes != nullptr && !component.wishes->subcomponents.empty();
    if (!partly) add(component.index);
    if (partly) {
      for (const auto& sub : component.wishes->subcomponents) {
        const auto index = writer.tree->index_of({sub.logical_path, sub.name});
        if (index) add(*index);
      }
    }
    ComponentFiles files;
    for (const StoredFile& file : catalogue_.files) {
      if (file.writer != component.writer) continue;
      const auto owner = writer.tree->index_of({file.logical_path, file.component});
      if (owner && parts.count(*owner) != 0) files.files.push_back(&file);
    }
    const metadata::Component& document = writer.stored.components[component.index];
    files.method = writer.method();
    files.entry = find_component(said_, writer.identity.class_id, writer.identity.instance_id,
                                 document.logical_path, document.name);
    files.ranges_folder = plan_.ranges_folder;
    return files;
  }

  void put_component(const Writer& writer, const Component& component, bool ready) {
    PutBack put;
    if (ready) put = files_.put_back(files_of(writer, component));
    const std::string title = metadata::full_path(writer.stored.components[component.index]);
    if (put.status != FileRestoreStatus::all) {
      complete_ = false;
      note(fmt::format("{} {}", title,
                       put.status == FileRestoreStatus::none ? "was not restored: nothing changed"
                                                             : "came back in part only"));
    }
    if (put.reboot) note(fmt::format("{} comes back when the machine starts again", title));
    if (!component.selected) return;
    IVssBackupComponentsEx4& vss = *vss_.get();
    const LPCWSTR path = or_null(component.path);
    const LPCWSTR name = component.name.c_str();
    for (const auto& mapping : put.mappings) {
      did("AddAlternativeLocationMapping",
          vss.AddAlternativeLocationMapping(component.class_id, component.type, path, name,
                                            wide(mapping.path).c_str(),
                                            wide(mapping.filespec).c_str(), mapping.recursive,
                                            wide(mapping.alternate_path).c_str()));
    }
    for (const auto& [index, ranges] : put.moved_ranges) {
      did("SetRangesFilePath",
          vss.SetRangesFilePath(component.class_id, component.type, path, name,
                                static_cast<UINT>(index), wide(ranges).c_str()));
    }
    const Hr told = vss.SetFileRestoreStatus(component.class_id, component.type, path, name,
                                             static_cast<VSS_FILE_RESTORE_STATUS>(put.status));
    if (!did("SetFileRestoreStatus", told)) complete_ = false;
  }

  bool post_restore() {
    if (!pre_restored_) return true;
    if (!did("PostRestore", vss_.run("PostRestore", [&](IVssAsync** out) {
          return vss_.get()->PostRestore(out);
        }))) {
      return false;
    }
    return check_status();
  }

  // RESTORE_STOP_START: the writer takes the files over when its service starts anew.
  void restart_services() {
    std::set<std::string> done;
    for (const Component& component : components_) {
      Writer& writer = writers_[component.writer];
      if (writer.method().method != Method::restore_stop_start || writer.failed) continue;
      if (!done.insert(writer.method().service).second) continue;
      if (stop_for(writer)) {
        start_for(writer);
      } else {
        complete_ = false;
      }
    }
  }

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

}  // namespace

bool run_restore(const plan::RestorePlan& plan, RequesterObserver& observer) {
  bool all = !plan.from.empty();
  std::string last_call = "reading the backup";
  std::string reason = plan.from.empty() ? "it names no backup" : "";
  Hr last_hr = plan.from.empty() ? hr::invalid_arg : hr::ok;
  for (std::size_t i = 0; i < plan.from.size() && all; ++i) {
    Restore restore(plan, expand(plan.from[i]), i + 1 < plan.from.size(), observer);
    all = restore.run();
    last_call = restore.last_call();
    last_hr = restore.last_hr();
    reason = restore.reason();
  }
  observer.operation_done({"restore", plan.name, all, last_call, last_hr, reason});
  return all;
}

}  // namespace vsslab::requester
