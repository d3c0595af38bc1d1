// A restore: which components, and what is wished for them.

#include <algorithm>

#include "metadata/backup_expiry.h"
#include "requester/com_text.h"
#include "requester/restore_one.h"
#include "requester/restore_parts.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

// When the backup of a directory database expired; empty when it has not
// (in-box-vss-writers.md: requesters look at the backup metadata for that).
std::string expiry_passed(const Guid& writer_class, const metadata::ComponentEntry& entry) {
  if (!metadata::backups_expire(writer_class) || !entry.backup_metadata) return {};
  const auto expires = metadata::parse_expiry(entry.backup_metadata->metadata);
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  const std::uint64_t ticks =
      static_cast<std::uint64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
  return expires && *expires < ticks ? metadata::moment_text(*expires) : std::string();
}

}  // namespace

bool Restore::named(const std::string& name, const Writer& writer) const {
  const auto id = Guid::parse(name);
  if (id) return *id == writer.identity.class_id;
  if (same_name(writer.stored.identification.friendly_name, name)) return true;
  return observer_.class_id_of(name) == writer.identity.class_id;
}

const plan::ComponentRestore* Restore::wishes_for(const Writer& writer,
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

std::string Restore::why_unmet(const plan::ComponentRestore& wish) const {
  const std::string title = metadata::full_path(wish.logical_path, wish.name);
  for (const Writer& writer : writers_) {
    if (!named(wish.writer, writer)) continue;
    for (const metadata::WriterComponents& said : said_) {
      if (said.writer_id != writer.identity.class_id ||
          said.instance_id != writer.identity.instance_id) {
        continue;
      }
      const auto part =
          find_part(writer.stored, said.components, {wish.logical_path, wish.name}, wish.any_path);
      if (!part) continue;
      const std::string whole = metadata::full_path(part->whole.logical_path, part->whole.name);
      if (!part->selectable) {
        return fmt::format(
            "{} of {} was backed up as a part of {}, and is not selectable for "
            "restore: {} is restored as a whole",
            title, wish.writer, whole, whole);
      }
      return fmt::format(
          "{} of {} was backed up as a part of {}: name {}, and in it "
          "<Subcomponent path=\"{}\" component=\"{}\"/>",
          title, wish.writer, whole, whole, part->part.logical_path, part->part.name);
    }
  }
  return fmt::format("{} of {} was not backed up: it cannot be restored", title, wish.writer);
}

bool Restore::select() {
  for (std::size_t w = 0; w < writers_.size(); ++w) {
    Writer& writer = writers_[w];
    const bool excluded = std::any_of(plan_.exclude_writers.begin(), plan_.exclude_writers.end(),
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
    note(why_unmet(wish));
    complete_ = false;
  }
  if (!components_.empty()) return has_authority();
  if (!reason_.empty()) return did("GetBackupMetadata", E_FAIL);  // every one has expired
  return refuse("SetSelectedForRestore", plan_.components.size() == 1
                                             ? why_unmet(plan_.components.front())
                                             : "nothing of what is asked for is in the backup");
}

// A wish that nobody can grant is not one to be passed over.
bool Restore::has_authority() {
  if (!plan_.authoritative) return true;
  const bool any = std::any_of(components_.begin(), components_.end(), [&](const Component& c) {
    return (writers_[c.writer].stored.backup_schema & VSS_BS_AUTHORITATIVE_RESTORE) != 0;
  });
  return any || refuse("SetAuthoritativeRestore",
                       "no writer of what is in the backup supports an authoritative restore");
}

bool Restore::select_one(std::size_t w, const metadata::ComponentEntry& entry,
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
  if (const std::string expired = expiry_passed(writer.identity.class_id, entry);
      !expired.empty()) {
    note(fmt::format("{} of {} expired on {}: an expired database cannot be restored", title,
                     writer.stored.identification.friendly_name, expired));
    reason_ = fmt::format("the backup of {} expired on {}", title, expired);
    complete_ = false;
    return true;
  }
  const bool never = writer.method().writer_restore == metadata::WriterRestore::never;
  if (writer.live == nullptr && !never) {
    note(fmt::format("writer {} is not there: {} comes back without it",
                     writer.stored.identification.friendly_name, title));
  }
  if (component.selected && !tell_wishes(component)) return false;
  components_.push_back(std::move(component));
  return true;
}

bool Restore::select(const Component& c) {
  IVssBackupComponentsEx4& vss = *vss_.get();
  const plan::ComponentRestore* const wishes = c.wishes;
  const LPCWSTR path = or_null(c.path);
  const LPCWSTR name = c.name.c_str();
  if (wishes != nullptr && !wishes->instance.empty()) {
    if (!select_elsewhere(c)) return false;
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

const GatheredWriter* Restore::instance_named(const std::string& name, const Writer& writer) const {
  const auto id = Guid::parse(name);
  const GatheredWriter* by_name = nullptr;
  for (const GatheredWriter& live : vss_.writers()) {
    const metadata::Identification& identity = live.metadata.identification;
    if (identity.writer_id != writer.identity.class_id) continue;
    const Guid instance = Guid::from(live.instance);
    const auto instance_name = instance_names_.find(instance);
    if ((id && *id == instance) ||
        (instance_name != instance_names_.end() && same_name(instance_name->second, name))) {
      return &live;
    }
    if (by_name == nullptr && same_name(identity.friendly_name, name)) by_name = &live;
  }
  return by_name;
}

// To another instance of the class: only where its writer can do that (VSSR-REST-029).
bool Restore::select_elsewhere(const Component& c) {
  Writer& writer = writers_[c.writer];
  const std::string& wanted = c.wishes->instance;
  const GatheredWriter* const other = instance_named(wanted, writer);
  if (other == nullptr) {
    return refuse("SetSelectedForRestoreEx",
                  fmt::format("{} of {} is not there: {} cannot be moved to it", wanted,
                              writer.stored.identification.friendly_name, narrow(c.name.c_str())),
                  VSS_E_OBJECT_NOT_FOUND);
  }
  if ((other->metadata.backup_schema & VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE) == 0) {
    return refuse("SetSelectedForRestoreEx",
                  fmt::format("{} cannot be moved to {}: its writer does not support it "
                              "(VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE)",
                              narrow(c.name.c_str()), wanted),
                  E_INVALIDARG);
  }
  writer.moved_to.push_back(Guid::from(other->instance));
  return did("SetSelectedForRestoreEx",
             vss_.get()->SetSelectedForRestoreEx(c.class_id, c.type, or_null(c.path),
                                                 c.name.c_str(), true, other->instance));
}

bool Restore::tell_wishes(const Component& c) {
  IVssBackupComponentsEx4& vss = *vss_.get();
  const plan::ComponentRestore* const wishes = c.wishes;
  const LPCWSTR path = or_null(c.path);
  const LPCWSTR name = c.name.c_str();
  if (!select(c)) return false;
  if (wishes == nullptr) return true;
  if (!wishes->options.empty() &&
      !did("SetRestoreOptions",
           vss.SetRestoreOptions(c.class_id, c.type, path, name, wide(wishes->options).c_str()))) {
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

}  // namespace vsslab::requester
