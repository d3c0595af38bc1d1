// The files of a machine after its making: changes by its own programs, restarts, what is there at
// the end.
#include <fmt/format.h>

#include "core/digest.h"
#include "run/machine.h"
#include "volume/path.h"

namespace vsslab {

namespace {

using Kind = plan::FileChange::Kind;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::write:
      return "write";
    case Kind::append:
      return "append";
    case Kind::remove:
      return "delete";
    case Kind::remove_directory:
      return "delete-directory";
    case Kind::move:
      return "move";
    case Kind::set:
      return "set";
  }
  return {};
}

FileResult<void> remove_tree(Volume& volume, const std::string& path) {
  const auto entries = volume.list(path);
  if (!entries) return tl::make_unexpected(entries.error());
  for (const FileInfo& entry : *entries) {
    if (!entry.directory) (void)volume.set_attributes(entry.path, 0);
    const auto removed =
        entry.directory ? remove_tree(volume, entry.path) : volume.remove(entry.path);
    if (!removed) return removed;
  }
  return path.empty() ? FileResult<void>() : volume.remove_directory(path);
}

}  // namespace

Result<void> Machine::change_files(const plan::ChangePlan& plan) {
  const TaskContext before = scheduler_->context();
  scheduler_->set_context(TaskContext{});
  const ActorId actor = journal_->actor(ActorKind::lab, "lab");
  Result<void> result;
  for (const plan::FileChange& change : plan.changes) {
    const plan::FilePlan& file = change.file;
    const auto at = volumes_.resolve(file.path);
    FileResult<void> done = tl::make_unexpected(FileError::path_not_found);
    if (at && at->volume != nullptr) {
      Volume& volume = *at->volume;
      switch (change.kind) {
        case Kind::write:
          done = volume.write_file(at->path, content_of(file, ++changes_));
          break;
        case Kind::append:
          done = volume.append(at->path, file.content);
          break;
        case Kind::remove:
          done = volume.remove(at->path);
          break;
        case Kind::remove_directory:
          done = remove_tree(volume, at->path);
          break;
        case Kind::move: {
          const auto to = volumes_.resolve(change.to);
          if (to && to->volume == &volume) done = volume.rename(at->path, to->path, true);
          break;
        }
        case Kind::set:
          done = volume.set_attributes(at->path, file.attributes);
          break;
      }
      if (done && file.modified) done = volume.set_times(at->path, {{}, file.modified, {}});
      if (done && change.kind == Kind::write && file.attributes != 0) {
        done = volume.set_attributes(at->path, file.attributes);
      }
      if (done && !file.in_use.empty()) {
        if (file.in_use == "no") {
          lab_->sharing.restart();
        } else {
          lab_->sharing.hold(volume, at->path, file.in_use == "yes" ? "" : fold_case(file.in_use));
        }
      }
    }
    journal_->append({.t = scheduler_->now(), .actor = actor, .name = "FileChanged"},
                     {{"path", file.path}, {"change", kind_name(change.kind)}});
    if (done) continue;
    result = fail(Error{fmt::format("'{}' cannot be changed ({}): {}", file.path,
                                    kind_name(change.kind), describe(done.error())),
                        plan_.file,
                        file.line,
                        {},
                        {}});
    break;
  }
  scheduler_->set_context(before);
  return result;
}

void Machine::come_up() {
  lab_->sharing.restart();
  for (auto& [key, service] : lab_->services) {
    service.running = service.automatic;
    lab_->sharing.set_running(key, service.running);
  }
  const ActorId actor = journal_->actor(ActorKind::lab, "lab");
  const std::vector<PendingMove> moves = std::move(lab_->pending_moves);
  lab_->pending_moves.clear();
  for (const PendingMove& move : moves) {
    const auto from = volumes_.resolve(move.from);
    const auto to = volumes_.resolve(move.to);
    FileResult<void> done = tl::make_unexpected(FileError::path_not_found);
    bool replaced = false;
    if (from && move.to.empty()) {
      done = from->volume->remove(from->path);
    } else if (from && to && from->volume == to->volume) {
      replaced = to->volume->stat(to->path).has_value();
      if (replaced && move.replace) (void)to->volume->set_attributes(to->path, 0);
      done = from->volume->rename(from->path, to->path, move.replace);
    }
    NewEvent event{.t = scheduler_->now(), .actor = actor, .name = "FileMoved"};
    if (!done) {
      event.hr = static_cast<Hr>(0x80070000U | static_cast<std::uint32_t>(done.error()));
    }
    journal_->append(event,
                     {{"path", move.from}, {"to", move.to}, {"replaced", replaced ? "yes" : "no"}});
  }
}

void Machine::compare_files(ScenarioResult& result) {
  for (const plan::ExpectFile& expected : plan_.expect.files) {
    ExpectationResult item;
    item.line = expected.line;
    item.verdict = Verdict::fail;
    const auto at = volumes_.resolve(expected.path);
    const auto content =
        at && at->volume != nullptr
            ? at->volume->read_file(at->path)
            : FileResult<std::string>(tl::make_unexpected(FileError::path_not_found));
    if (!expected.exists) {
      const bool there = at && at->volume != nullptr && at->volume->stat(at->path);
      item.text = fmt::format("{} is not there", expected.path);
      item.actual = there ? "it is there" : "it is not there";
      if (!there) item.verdict = Verdict::pass;
    } else if (!content) {
      item.text = fmt::format("{} is there", expected.path);
      item.actual = std::string(describe(content.error()));
    } else if (expected.content) {
      item.text = fmt::format("{} holds '{}'", expected.path, *expected.content);
      item.actual = fmt::format("it holds '{}'", content->substr(0, 80));
      if (*content == *expected.content) item.verdict = Verdict::pass;
    } else if (expected.size) {
      item.text = fmt::format("{} has {} bytes", expected.path, *expected.size);
      item.actual = fmt::format("it has {}", content->size());
      if (content->size() == *expected.size) item.verdict = Verdict::pass;
    } else if (!expected.same_as.empty()) {
      const auto made = made_.find(fold_case(expected.same_as));
      item.text = fmt::format("{} is as {} was at the start", expected.path, expected.same_as);
      item.actual = made == made_.end() ? "the scenario makes no such file" : "it differs";
      if (made != made_.end() && made->second == digest64(*content)) {
        item.verdict = Verdict::pass;
        item.actual = "it is the same";
      }
    } else {
      item.text = fmt::format("{} is there", expected.path);
      item.actual = "it is there";
      item.verdict = Verdict::pass;
    }
    result.expectations.push_back(std::move(item));
  }
}

}  // namespace vsslab
