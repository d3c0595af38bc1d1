// The files of a machine after its making: changes by its own programs, restarts, what is there at
// the end.
#include <chrono>
#include <initializer_list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/digest.h"
#include "metadata/backup_expiry.h"
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

namespace {

constexpr std::uint32_t kComparedAttributes = 0x27;  // R, H, S and A

// One thing that a file is expected to be, and what it is instead.
struct Claim {
  std::string text, actual;
  bool holds = false;
};

std::string letters_of(std::uint32_t attributes) {
  std::string letters;
  for (const auto& [letter, bit] : std::initializer_list<std::pair<char, std::uint32_t>>{
           {'R', 1}, {'H', 2}, {'S', 4}, {'A', 32}}) {
    if ((attributes & bit) != 0) letters += letter;
  }
  return letters.empty() ? "none" : letters;
}

// The whole seconds that scenarios write.
std::string moment_of(Time time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  constexpr std::uint64_t kTicksPerSecond = 10'000'000;
  return metadata::moment_text(kLabStart +
                               static_cast<std::uint64_t>(second.count()) * kTicksPerSecond);
}

void claim_content(const plan::ExpectFile& expected, const FileResult<std::string>& content,
                   const std::map<std::string, std::uint64_t>& made, std::vector<Claim>& claims) {
  if (!content) {
    claims.push_back({"is there", std::string(describe(content.error())), false});
  } else if (expected.content) {
    claims.push_back({fmt::format("holds '{}'", *expected.content),
                      fmt::format("it holds '{}'", content->substr(0, 80)),
                      *content == *expected.content});
  } else if (expected.size) {
    claims.push_back({fmt::format("has {} bytes", *expected.size),
                      fmt::format("it has {}", content->size()),
                      content->size() == *expected.size});
  } else if (!expected.same_as.empty()) {
    const auto first = made.find(fold_case(expected.same_as));
    const bool same = first != made.end() && first->second == digest64(*content);
    claims.push_back({fmt::format("is as {} was at the start", expected.same_as),
                      first == made.end() ? "the scenario makes no such file"
                      : same              ? "it is the same"
                                          : "it differs",
                      same});
  }
}

void claim_properties(const plan::ExpectFile& expected, const FileInfo& info,
                      std::vector<Claim>& claims) {
  if (expected.attributes) {
    const std::uint32_t actual = info.attributes & kComparedAttributes;
    claims.push_back({fmt::format("has the attributes {}", letters_of(*expected.attributes)),
                      fmt::format("it has the attributes {}", letters_of(actual)),
                      actual == *expected.attributes});
  }
  if (expected.modified) {
    claims.push_back({fmt::format("was changed last on {}", moment_of(*expected.modified)),
                      fmt::format("it was changed last on {}", moment_of(info.modified)),
                      moment_of(info.modified) == moment_of(*expected.modified)});
  }
}

}  // namespace

void Machine::compare_files(ScenarioResult& result) {
  for (const plan::ExpectFile& expected : plan_.expect.files) {
    const auto at = volumes_.resolve(expected.path);
    const auto info = at && at->volume != nullptr
                          ? at->volume->stat(at->path)
                          : FileResult<FileInfo>(tl::make_unexpected(FileError::path_not_found));
    std::vector<Claim> claims;
    if (!expected.exists) {
      claims.push_back({"is not there", info ? "it is there" : "it is not there", !info});
    } else if (!info) {
      claims.push_back({"is there", std::string(describe(info.error())), false});
    } else if (info->directory != expected.directory) {
      claims.push_back({expected.directory ? "is a directory" : "is a file",
                        info->directory ? "it is a directory" : "it is a file", false});
    } else {
      if (!expected.directory) {
        claim_content(expected, at->volume->read_file(at->path), made_, claims);
      }
      claim_properties(expected, *info, claims);
      if (claims.empty()) claims.push_back({"is there", "it is there", true});
    }
    ExpectationResult item;
    item.line = expected.line;
    item.verdict = Verdict::pass;
    item.text = expected.path;
    for (const Claim& claim : claims) {
      item.text += (&claim == claims.data() ? " " : " and ") + claim.text;
      if (claim.holds && item.verdict == Verdict::fail) continue;
      if (!claim.holds && item.verdict == Verdict::pass) item.actual.clear();
      if (!claim.holds) item.verdict = Verdict::fail;
      item.actual += (item.actual.empty() ? "" : ", ") + claim.actual;
    }
    result.expectations.push_back(std::move(item));
  }
}

}  // namespace vsslab
