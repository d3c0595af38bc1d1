#include "rules/restored_files.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "metadata/normal_path.h"

namespace vsslab::rules {

namespace {

// What a number of an index stands for.
struct SetOfComponent {
  std::uint32_t component = 0;
  std::uint32_t set = 0;
};

struct MappingOfComponent {
  std::uint32_t component = 0;
  const metadata::AlternateLocationMapping* mapping = nullptr;
};

template <class Meaning>
class Numbered {
 public:
  void add(const FilePlace& place, Meaning meaning) {
    index_.add(place, static_cast<std::uint32_t>(meanings_.size()));
    meanings_.push_back(meaning);
  }
  std::vector<Meaning> at(std::string_view file) const {
    std::vector<Meaning> found;
    for (const std::uint32_t number : index_.at(file)) found.push_back(meanings_[number]);
    return found;
  }

 private:
  PlaceIndex index_;
  std::vector<Meaning> meanings_;
};

// The directory to which the requester said that it moved a file set.
std::map<FilePlace, std::string> moves_of(const RestoredComponent& component) {
  std::map<FilePlace, std::string> moves;
  if (component.entry == nullptr) return moves;
  for (const auto* list : {&component.entry->alternate_locations, &component.entry->new_targets}) {
    for (const metadata::AlternateLocationMapping& to : *list) {
      moves.try_emplace(place_of(to.path, to.filespec, to.recursive),
                        place_of(to.alternate_path, "*", false).path);
    }
  }
  return moves;
}

// The file sets that a restore of the component has to bring back: those of its selected
// subcomponents when there are any.
std::unordered_set<const metadata::FileSet*> sets_asked_for(const RestoredComponent& component) {
  const bool partly = component.entry != nullptr && !component.entry->restore_subcomponents.empty();
  if (!partly || component.writer == nullptr) {
    return {component.sets.begin(), component.sets.end()};
  }
  std::unordered_set<const metadata::FileSet*> sets;
  for (const metadata::RestoreSubcomponent& sub : component.entry->restore_subcomponents) {
    const auto its = component.writer->sets_of(sub.logical_path, sub.component_name);
    sets.insert(its.begin(), its.end());
  }
  return sets;
}

bool writes(const Call& call) {
  return call.name == Ev::file_written || call.name == Ev::file_moved;
}

std::string written_path(const RunView& run, const Call& call) {
  const std::string_view path =
      run.arg(call, call.name == Ev::file_moved ? "to" : "path").value_or("");
  return lower(metadata::normal_path(path));
}

}  // namespace

RestoreView::Key RestoreView::key_of(const RunView& run, const Call& call) {
  return {guid_text(run.arg(call, "writer_id").value_or("")), run.arg(call, "path").value_or(""),
          run.arg(call, "component").value_or("")};
}

RestoredFiles::RestoredFiles(const RunView& run) : run_(run), paths_(run), writer_files_(run) {
  const bool any = std::any_of(run.sessions().begin(), run.sessions().end(),
                               [](const Session& session) { return session.restore; });
  if (!any) return;
  for (const Session& session : run.sessions()) {
    if (!session.requester.empty() && !session.restore && is_backup(session)) read_backup(session);
  }
  for (const Session& session : run.sessions()) {
    if (!session.requester.empty() && session.restore) read_restore(session);
  }
}

void RestoredFiles::read_backup(const Session& session) {
  BackedUp backup{&session, {}};
  for (const Call* call : session.calls) {
    if (call->name != Ev::file_read || call->refused()) continue;
    const auto path = run_.arg(*call, "path");
    if (!path || !paths_.on_copy(*path)) continue;
    backup.files.push_back({call, paths_.live(*path), run_.arg(*call, "digest").value_or("")});
  }
  const metadata::BackupComponents* const made = document_of(run_, session);
  if (made != nullptr && !made->snapshot_set_id.is_null()) {
    backup_of_set_[made->snapshot_set_id.to_string()] = backups_.size();
  }
  backups_.push_back(std::move(backup));
}

void RestoredFiles::read_restore(const Session& session) {
  RestoreView restore;
  restore.session = &session;
  restore.pre = session.calls.first_ok(Ev::pre_restore);
  restore.post = session.calls.first_ok(Ev::post_restore);
  if (const metadata::BackupComponents* const document = document_of(run_, session)) {
    const auto found = backup_of_set_.find(document->snapshot_set_id.to_string());
    if (found != backup_of_set_.end()) restore.backup = &backups_[found->second];
  }
  read_components(session, restore);
  read_written(session, restore);
  read_expected(restore);
  restores_.push_back(std::move(restore));
}

// Of several instances of a class, the first whose document has the component.
std::map<RestoreView::Key, const Participation*> RestoredFiles::parts_by_component(
    const Session& session) const {
  std::map<RestoreView::Key, const Participation*> parts;
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run_.participations()[index];
    const metadata::WriterMetadata* const document = document_of(run_, part);
    if (document == nullptr) continue;
    const std::string id = guid_text(run_.writer(part).writer_id);
    for (const metadata::Component& component : document->components) {
      parts.try_emplace({id, component.logical_path, component.name}, &part);
    }
  }
  return parts;
}

// The selected components with what the calls and the documents say of each.
void RestoredFiles::read_components(const Session& session, RestoreView& restore) {
  std::optional<std::map<RestoreView::Key, const Participation*>> parts;
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_selected_for_restore || !call->ok() ||
        !run_.arg_is(*call, "selected", "yes")) {
      continue;
    }
    RestoreView::Key key = RestoreView::key_of(run_, *call);
    RestoredComponent component;
    component.selected = call;
    component.path = std::get<1>(key);
    component.name = std::get<2>(key);
    if (!parts) parts = parts_by_component(session);
    const auto part = parts->find(key);
    component.part =
        part != parts->end() ? part->second : run_.find_participation(session, std::get<0>(key));
    if (component.part != nullptr) component.writer = writer_files_(*component.part);
    if (component.writer != nullptr) {
      component.sets = component.writer->sets_of(component.path, component.name);
    }
    if (restore.by_key.try_emplace(std::move(key), restore.components.size()).second) {
      restore.components.push_back(std::move(component));
    }
  }
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_file_restore_status || !call->ok()) continue;
    const auto found = restore.by_key.find(RestoreView::key_of(run_, *call));
    if (found != restore.by_key.end()) restore.components[found->second].status = call;
  }
  const metadata::BackupComponents* const document = document_of(run_, session);
  if (document == nullptr) return;
  for (const metadata::WriterComponents& writer : document->writers) {
    for (const metadata::ComponentEntry& entry : writer.components) {
      const auto found =
          restore.by_key.find({writer.writer_id.to_string(), entry.logical_path, entry.name});
      if (found != restore.by_key.end()) restore.components[found->second].entry = &entry;
    }
  }
}

void RestoredFiles::read_written(const Session& session, RestoreView& restore) {
  Numbered<SetOfComponent> homes;
  Numbered<MappingOfComponent> mappings;
  for (std::uint32_t i = 0; i < restore.components.size(); ++i) {
    const RestoredComponent& component = restore.components[i];
    std::uint32_t number = 0;
    for (const metadata::FileSet* set : component.sets) {
      const FilePlace home = home_of(*set);
      homes.add(home, {i, number++});
      const auto found = component.writer->mappings.find(home);
      if (found == component.writer->mappings.end()) continue;
      for (const metadata::AlternateLocationMapping* mapping : found->second) {
        mappings.add(place_of(mapping->alternate_path, mapping->filespec, mapping->recursive),
                     {i, mapping});
      }
    }
  }
  for (const Call* call : session.calls) {
    if (!writes(*call)) continue;
    const std::string path = written_path(run_, *call);
    if (call->refused()) {
      for (const SetOfComponent at : homes.at(path)) {
        RestoredComponent& component = restore.components[at.component];
        if (component.refused_home == nullptr) component.refused_home = call;
      }
      continue;
    }
    restore.written.push_back(call);
    restore.written_to[path].push_back(call);
    const auto seen = [&](std::uint32_t component) -> WrittenFile& {
      std::vector<WrittenFile>& written = restore.components[component].written;
      if (written.empty() || written.back().call != call) {
        written.push_back({call, path, false, nullptr});
      }
      return written.back();
    };
    for (const SetOfComponent at : homes.at(path)) seen(at.component).home = true;
    for (const MappingOfComponent& at : mappings.at(path)) {
      WrittenFile& written = seen(at.component);
      if (written.mapping == nullptr) written.mapping = at.mapping;
    }
  }
}

// The files of the backup, component by component.
void RestoredFiles::read_expected(RestoreView& restore) {
  if (restore.backup == nullptr) return;
  Numbered<SetOfComponent> sets;
  std::vector<std::map<FilePlace, std::string>> moves;
  for (std::uint32_t i = 0; i < restore.components.size(); ++i) {
    const RestoredComponent& component = restore.components[i];
    moves.push_back(moves_of(component));
    const std::unordered_set<const metadata::FileSet*> asked = sets_asked_for(component);
    std::uint32_t number = 0;
    for (const metadata::FileSet* set : component.sets) {
      if (asked.contains(set)) sets.add(read_place_of(*set), {i, number});
      ++number;
    }
  }
  for (const BackedUpFile& file : restore.backup->files) {
    for (const SetOfComponent at : sets.at(file.path)) {
      RestoredComponent& component = restore.components[at.component];
      // The first set that names the file decides.
      if (!component.files.empty() && component.files.back().file == &file) continue;
      if (component.writer->excluded(file.path)) continue;
      const metadata::FileSet& set = *component.sets[at.set];
      const FilePlace home = home_of(set);
      const auto move = moves[at.component].find(home);
      const std::string& directory = move != moves[at.component].end() ? move->second : home.path;
      component.files.push_back(
          {&file, directory + "\\" + read_place_of(set).rest_of(file.path).value_or("")});
    }
  }
}

}  // namespace vsslab::rules
