#include "requester/restore_files.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/file_sets.h"
#include "volume/path.h"

namespace vsslab::requester {

namespace {

using metadata::AlternateLocationMapping;
using metadata::FileRestoreStatus;
using metadata::RestoreTarget;

constexpr std::string_view kStageSuffix = ".restore";

const AlternateLocationMapping* mapping_for(const std::vector<AlternateLocationMapping>& mappings,
                                            const StoredFile& file) {
  if (file.set_path.empty()) return nullptr;  // added during the backup: has none (VSSW-INCR-013)
  for (const AlternateLocationMapping& mapping : mappings) {
    if (same_set(mapping.path, mapping.filespec, mapping.recursive, file.set_path, file.set_spec,
                 file.set_recursive)) {
      return &mapping;
    }
  }
  return nullptr;
}

std::string moved(const StoredFile& file, const AlternateLocationMapping& mapping) {
  const auto rest = below(file.path, expand(mapping.path));
  return join(expand(mapping.alternate_path), rest ? *rest : std::string(file_name(file.path)));
}

}  // namespace

std::vector<RestoreFiles::Placed> RestoreFiles::places(const ComponentFiles& component) const {
  static const std::vector<AlternateLocationMapping> kNone;
  const auto& targets = component.entry != nullptr ? component.entry->new_targets : kNone;
  std::vector<Placed> files;
  for (const StoredFile* file : component.files) {
    Placed placed{file, file->path, {}, nullptr, false};
    if (const auto* target = mapping_for(targets, *file)) placed.original = moved(*file, *target);
    placed.mapping = mapping_for(component.method.alternate_locations, *file);
    if (placed.mapping != nullptr) placed.alternate = moved(*file, *placed.mapping);
    files.push_back(std::move(placed));
  }
  return files;
}

// All or nothing for the component, after PreRestore (VSSR-REST-019). A file that this chain of
// restores has put there is in nobody's way.
PlaceFacts RestoreFiles::look(const std::vector<Placed>& files) const {
  PlaceFacts facts;
  facts.full_mapping = true;  // also when there is no file at all: nothing is in the way
  for (const Placed& placed : files) {
    if (placed.file->kind == StoredFile::Kind::directory || placed.done) continue;
    if (find_file(placed.original)) {
      if (ours_.count(fold_case(placed.original)) == 0) facts.any_present = true;
      facts.present_replaceable = facts.present_replaceable && replaceable(placed.original);
    } else {
      facts.absent_creatable = facts.absent_creatable && creatable(placed.original);
    }
    if (placed.alternate.empty()) {
      facts.full_mapping = false;
    } else if (find_file(placed.alternate)) {
      if (ours_.count(fold_case(placed.alternate)) == 0) facts.alternate_present = true;
      facts.alternate_usable = facts.alternate_usable && replaceable(placed.alternate);
    } else {
      facts.alternate_usable = facts.alternate_usable && creatable(placed.alternate);
    }
  }
  return facts;
}

// A whole file lies there as it was; of a partial file only its ranges do, one after the other, and
// these have to be the ones that are asked for (nf-vswriter-ivsscomponent-adddirectedtarget.md).
Done<std::vector<Range>> RestoreFiles::on_medium(const StoredFile& file,
                                                 const std::vector<Range>& ranges) {
  if (file.kind == StoredFile::Kind::file) return ranges;
  const auto stored = parse_ranges(file.ranges);
  if (!stored || *stored != ranges) {
    return tl::make_unexpected(FileFailure{
        fmt::format("of {} other ranges were backed up than the directed target names", file.path),
        ERROR_INVALID_PARAMETER});
  }
  std::vector<Range> packed;
  std::uint64_t at = 0;
  for (const Range& range : ranges) {
    packed.push_back({at, range.length});
    at += range.length;
  }
  return packed;
}

// Ranges of a file that was backed up go to ranges of another (VSSR-REST-025).
Done<void> RestoreFiles::put_directed(const metadata::DirectedTarget& target, Placed& placed) {
  const auto from = parse_ranges(target.source_ranges);
  const auto to = parse_ranges(target.destination_ranges);
  const auto refused = [&](std::string why) {
    return tl::make_unexpected(FileFailure{std::move(why), ERROR_INVALID_PARAMETER});
  };
  if (!from || !to) {
    return refused(
        fmt::format("the ranges of the directed target of {} cannot be read", placed.file->path));
  }
  const bool equal =
      std::equal(from->begin(), from->end(), to->begin(), to->end(),
                 [](const Range& a, const Range& b) { return a.length == b.length; });
  if (!equal) {
    return refused(fmt::format("the ranges of the directed target of {} differ in number or length",
                               placed.file->path));
  }
  const auto packed = on_medium(*placed.file, *from);
  if (!packed) return tl::make_unexpected(packed.error());
  return copy_ranges(join(folder_, placed.file->stored), *packed,
                     join(expand(target.destination_path), target.destination_filename), *to, true);
}

bool RestoreFiles::put_directed(const ComponentFiles& component, std::vector<Placed>& files,
                                bool& any) {
  bool good = true;
  for (const metadata::DirectedTarget& target : component.entry->directed_targets) {
    const std::string source = join(expand(target.source_path), target.source_filename);
    const auto placed = std::find_if(files.begin(), files.end(), [&](const Placed& candidate) {
      return candidate.file->kind != StoredFile::Kind::directory &&
             same_name(candidate.file->path, source);
    });
    if (placed == files.end()) {
      note_(fmt::format("the directed target names {}, which was not backed up", source));
      good = false;
      continue;
    }
    placed->done = true;
    const auto copied = put_directed(target, *placed);
    any = any || copied.has_value();
    if (copied) continue;
    note_(copied.error().text());
    good = false;
  }
  return good;
}

std::string RestoreFiles::ranges_place(const ComponentFiles& component, const StoredFile& file,
                                       const std::string& otherwise) {
  if (component.ranges_folder.empty()) return otherwise;
  // Two ranges files of one name stay two: "C:\a\b.rng" -> "FOLDER\C\a\b.rng".
  std::string below;
  for (const char c : file.path) {
    if (c != ':') below += c;
  }
  return join(component.ranges_folder, below);
}

Done<void> RestoreFiles::put(const Placed& placed, const std::string& to,
                             const ComponentFiles& component, PutBack& result) {
  const StoredFile& file = *placed.file;
  if (file.kind == StoredFile::Kind::directory) return make_folder(to);
  if (file.kind == StoredFile::Kind::partial) return put_ranges(placed, to, component, result);
  const bool ranges = std::any_of(
      component.files.begin(), component.files.end(),
      [&](const StoredFile* other) { return same_name(other->ranges_file, file.path); });
  auto copied =
      copy_file(join(folder_, file.stored), ranges ? ranges_place(component, file, to) : to);
  if (ranges && !copied) lost_ranges_.insert(fold_case(file.path));
  return copied;
}

// The parts of a partial file. The ranges were kept on the medium; the ranges file is the writer's,
// who looks through what came back with it: without it the parts are of no use.
Done<void> RestoreFiles::put_ranges(const Placed& placed, const std::string& to,
                                    const ComponentFiles& component, PutBack& result) {
  const StoredFile& file = *placed.file;
  const auto ranges = parse_ranges(file.ranges);
  if (!ranges) {
    return tl::make_unexpected(FileFailure{
        fmt::format("the ranges of {} cannot be read", file.path), ERROR_INVALID_PARAMETER});
  }
  if (lost_ranges_.count(fold_case(file.ranges_file)) != 0) {
    return tl::make_unexpected(FileFailure{
        fmt::format("the parts of {} are left out: their ranges file {} did not come back",
                    file.path, file.ranges_file),
        ERROR_FILE_NOT_FOUND});
  }
  if (!file.ranges_file.empty() && !component.ranges_folder.empty() && component.entry != nullptr) {
    const auto& partial = component.entry->partial_files;
    for (const StoredFile* other : component.files) {
      if (!same_name(other->path, file.ranges_file)) continue;
      for (std::size_t i = 0; i < partial.size(); ++i) {
        if (!same_name(join(expand(partial[i].path), partial[i].filename), file.path)) continue;
        result.moved_ranges.emplace_back(i, ranges_place(component, *other, {}));
      }
      break;
    }
  }
  // Parts of a file need the file, unless they begin it.
  const bool begins = !ranges->empty() && ranges->front().offset == 0;
  return copy_ranges(join(folder_, file.stored), *on_medium(file, *ranges), to, *ranges, begins);
}

// What will be at the place once the machine has started again, as far as this chain of restores
// has come: the last that it staged, else the file itself.
std::string RestoreFiles::waiting_for(const std::string& original) const {
  const std::string prefix = fold_case(original + std::string(kStageSuffix));
  std::optional<std::uint64_t> last;
  for (auto at = ours_.lower_bound(prefix); at != ours_.end() && at->starts_with(prefix); ++at) {
    std::uint64_t number = 0;
    const char* const end = at->data() + at->size();
    const auto read = std::from_chars(at->data() + prefix.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) last = std::max(last.value_or(0), number);
  }
  return last ? fmt::format("{}{}{}", original, kStageSuffix, *last) : original;
}

// Beside the file, because a delayed move stays on its volume; the move is made before anything
// opens the file again.
Done<void> RestoreFiles::put_at_reboot(const Placed& placed) {
  const StoredFile& file = *placed.file;
  if (file.kind == StoredFile::Kind::directory) return make_folder(placed.original);
  // The name has to be free: what is there is the user's, or waits for the same restart.
  std::string stage;
  do {
    stage = fmt::format("{}{}{}", placed.original, kStageSuffix, ++staged_);
  } while (find_file(stage));
  if (file.kind == StoredFile::Kind::partial) {
    const std::string below = waiting_for(placed.original);
    if (find_file(below)) {
      if (const auto base = copy_file(below, stage); !base) return base;
    }
    PutBack ignored;
    Placed staged = placed;
    if (auto put_there = put(staged, stage, {}, ignored); !put_there) return put_there;
  } else if (auto copied = copy_file(join(folder_, file.stored), stage); !copied) {
    return copied;
  }
  if (MoveFileExW(wide(stage).c_str(), wide(placed.original).c_str(),
                  MOVEFILE_DELAY_UNTIL_REBOOT | MOVEFILE_REPLACE_EXISTING)) {
    ours_.insert(fold_case(stage));
    return {};
  }
  return tl::make_unexpected(
      FileFailure{fmt::format("noting the move of {}", stage), GetLastError()});
}

PutBack RestoreFiles::put_back(const ComponentFiles& component) {
  PutBack result;
  std::vector<Placed> files = places(component);
  const RestoreTarget target =
      component.entry != nullptr ? component.entry->restore_target : RestoreTarget::original;
  bool any = false;
  bool good = true;
  const bool by_targets =
      component.method.method != metadata::RestoreMethodType::restore_at_reboot &&
      component.method.method != metadata::RestoreMethodType::restore_at_reboot_if_cannot_replace;
  if (target == RestoreTarget::directed && by_targets) good = put_directed(component, files, any);
  const Decision decision = decide(component.method.method, target, look(files));
  if (decision.where == Decision::Where::refused || decision.where == Decision::Where::by_writer) {
    note_(decision.where == Decision::Where::refused
              ? std::string(decision.why)
              : std::string("the writer restores by a method of its own"));
    result.status = any ? FileRestoreStatus::failed : FileRestoreStatus::none;
    return result;
  }
  // Folders, then whole files (ranges files among them), then parts of files.
  std::stable_sort(files.begin(), files.end(), [](const Placed& a, const Placed& b) {
    const auto rank = [](const Placed& placed) {
      return placed.file->kind == StoredFile::Kind::directory ? 0
             : placed.file->kind == StoredFile::Kind::file    ? 1
                                                              : 2;
    };
    return rank(a) < rank(b);
  });
  for (const Placed& placed : files) {
    if (placed.done) continue;
    const bool alternate = decision.where == Decision::Where::alternate;
    if (alternate && placed.alternate.empty()) continue;  // a folder without a mapping
    const std::string& to = alternate ? placed.alternate : placed.original;
    const auto done = decision.where == Decision::Where::at_reboot
                          ? put_at_reboot(placed)
                          : put(placed, to, component, result);
    if (!done) {
      note_(done.error().text());
      good = false;
      continue;
    }
    if (placed.file->kind != StoredFile::Kind::directory) {
      any = true;
      ours_.insert(fold_case(to));
    }
    if (detail_) {
      detail_(
          fmt::format("    {}{}", to,
                      decision.where == Decision::Where::at_reboot ? " at the next start" : ""));
    }
    if (!alternate) continue;
    if (std::find(result.mappings.begin(), result.mappings.end(), *placed.mapping) ==
        result.mappings.end()) {
      result.mappings.push_back(*placed.mapping);
    }
  }
  result.reboot = any && decision.where == Decision::Where::at_reboot;
  result.status = good  ? FileRestoreStatus::all
                  : any ? FileRestoreStatus::failed
                        : FileRestoreStatus::none;
  return result;
}

}  // namespace vsslab::requester
