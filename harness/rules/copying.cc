#include "rules/copying.h"

#include <optional>
#include <utility>

namespace vsslab::rules {
namespace {

void add_sets(const RunView& run, WriterFilesOf& writers, const FilePaths& paths,
              Copying& copying) {
  for (const Call* call : copying.session->calls) {
    if (call->name != Ev::add_component || !call->ok()) continue;
    const Participation* const part = participation_named(run, *copying.session, *call);
    const WriterFiles* const files = part != nullptr ? writers(*part) : nullptr;
    if (files == nullptr) continue;
    const std::string_view path = run.arg(*call, "path").value_or("");
    const std::string_view name = run.arg(*call, "component").value_or("");
    copying.added.push_back({call, part, files, path, name, files->sets_of(path, name)});
  }
  for (const AddedFiles& files : copying.added) {
    for (const metadata::FileSet* set : files.sets) {
      copying.places.push_back(paths.real(read_place_of(*set)));
      copying.index.add(copying.places.back(), static_cast<std::uint32_t>(copying.sets.size()));
      copying.sets.push_back({&files, set});
    }
  }
}

}  // namespace

std::vector<Copying> backups_that_read(const RunView& run, ReadFrom from, WriterFilesOf& writers) {
  std::vector<Copying> all;
  std::optional<FilePaths> paths;
  for (const Session& session : run.sessions()) {
    const bool uses_files =
        session.calls.has(Ev::file_read) || session.calls.has(Ev::directory_read);
    if (session.requester.empty() || session.restore || !uses_files) continue;
    if (!paths) paths.emplace(run);
    Copying copying;
    copying.session = &session;
    bool tried = false;  // to read a copy, in vain
    for (const Call* call : session.calls) {
      const bool lists = call->name == Ev::directory_read;
      if (call->name != Ev::file_read && !lists) continue;
      const std::string_view path = run.arg(*call, "path").value_or("");
      std::string place = paths->live(path);
      while (lists && place.ends_with('\\')) place.pop_back();  // a root, as file sets name it
      ReadFile file{call, std::move(place), paths->on_copy(path), paths->has_copy(path)};
      if (call->refused()) {
        tried = tried || (from == ReadFrom::anywhere && file.from_copy);
        if (lists) continue;
        copying.unreadable.push_back(std::move(file));
        continue;
      }
      copying.copies = copying.copies || (!lists && file.from_copy);
      (lists ? copying.listed : copying.read).push_back(std::move(file));
    }
    if (!copying.copies && from == ReadFrom::copies) continue;
    // One that looks at the folders of a copy and reads no file may keep the copy itself.
    if (copying.read.empty() && !session.calls.has(Ev::file_read) && !tried) continue;
    add_sets(run, writers, *paths, copying);
    all.push_back(std::move(copying));
  }
  return all;
}

bool full_backup(const Session& session) {
  return session.backup_type == "VSS_BT_FULL" || session.backup_type == "VSS_BT_COPY";
}

std::uint32_t snapshot_required(const Session& session) {
  if (full_backup(session)) return 0x100;
  if (session.backup_type == "VSS_BT_DIFFERENTIAL") return 0x200;
  if (session.backup_type == "VSS_BT_INCREMENTAL") return 0x400;
  return session.backup_type == "VSS_BT_LOG" ? 0x800 : 0;
}

std::map<SucceededKey, const Call*> succeeded_in(const RunView& run, const Session& session) {
  std::map<SucceededKey, const Call*> all;
  for (const Call* call : session.calls) {
    if (call->name != Ev::set_backup_succeeded || !call->ok()) continue;
    if (!run.arg_is(*call, "succeeded", "yes")) continue;
    const Participation* const part = participation_named(run, session, *call);
    if (part == nullptr) continue;
    all[{index_of(run, *part), run.arg(*call, "path").value_or(""),
         run.arg(*call, "component").value_or("")}] = call;
  }
  return all;
}

}  // namespace vsslab::rules
