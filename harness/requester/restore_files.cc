#include "requester/restore_files.h"

#include <algorithm>
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

// All or nothing for the component, after PreRestore (VSSR-REST-019).
PlaceFacts RestoreFiles::look(const std::vector<Placed>& files) {
  PlaceFacts facts;
  facts.full_mapping = true;  // also when there is no file at all: nothing is in the way
  for (const Placed& placed : files) {
    if (placed.file->kind == StoredFile::Kind::directory || placed.done) continue;
    if (find_file(placed.original)) {
      facts.any_present = true;
      facts.present_replaceable = facts.present_replaceable && replaceable(placed.original);
    } else {
      facts.absent_creatable = facts.absent_creatable && creatable(placed.original);
    }
    if (placed.alternate.empty()) {
      facts.full_mapping = false;
    } else if (find_file(placed.alternate)) {
      facts.alternate_present = true;
      facts.alternate_usable = facts.alternate_usable && replaceable(placed.alternate);
    } else {
      facts.alternate_usable = facts.alternate_usable && creatable(placed.alternate);
    }
  }
  return facts;
}

// Ranges of a file that was backed up go to ranges of another (VSSR-REST-025).
bool RestoreFiles::put_directed(const ComponentFiles& component, std::vector<Placed>& files,
                                bool& any) {
  bool good = true;
  for (const metadata::DirectedTarget& target : component.entry->directed_targets) {
    const std::string source = join(expand(target.source_path), target.source_filename);
    const std::string to = join(expand(target.destination_path), target.destination_filename);
    const auto from_ranges = parse_ranges(target.source_ranges);
    const auto to_ranges = parse_ranges(target.destination_ranges);
    const auto placed = std::find_if(files.begin(), files.end(), [&](const Placed& candidate) {
      return candidate.file->kind == StoredFile::Kind::file &&
             same_name(candidate.file->path, source);
    });
    if (placed == files.end() || !from_ranges || !to_ranges) {
      note_(placed == files.end()
                ? fmt::format("the directed target names {}, which was not backed up", source)
                : fmt::format("the ranges of the directed target of {} cannot be read", source));
      good = false;
      continue;
    }
    const auto copied =
        copy_ranges(join(folder_, placed->file->stored), *from_ranges, to, *to_ranges, true);
    placed->done = true;
    any = any || copied.has_value();
    if (copied) continue;
    note_(copied.error().text());
    good = false;
  }
  return good;
}

Done<void> RestoreFiles::put(const Placed& placed, const std::string& to,
                             const ComponentFiles& component, PutBack& result) {
  const StoredFile& file = *placed.file;
  const std::string stored = join(folder_, file.stored);
  if (file.kind == StoredFile::Kind::directory) return make_folder(to);
  if (file.kind == StoredFile::Kind::file) {
    const bool ranges =
        !component.ranges_folder.empty() &&
        std::any_of(component.files.begin(), component.files.end(), [&](const StoredFile* other) {
          return same_name(other->ranges_file, file.path);
        });
    return copy_file(stored, ranges ? join(component.ranges_folder, file_name(file.path)) : to);
  }
  const auto ranges = parse_ranges(file.ranges);
  if (!ranges) {
    return tl::make_unexpected(FileFailure{
        fmt::format("the ranges of {} cannot be read", file.path), ERROR_INVALID_PARAMETER});
  }
  std::vector<Range> from;
  std::uint64_t at = 0;
  for (const Range& range : *ranges) {
    from.push_back({at, range.length});
    at += range.length;
  }
  if (!file.ranges_file.empty() && !component.ranges_folder.empty() && component.entry != nullptr) {
    const auto& partial = component.entry->partial_files;
    for (std::size_t i = 0; i < partial.size(); ++i) {
      if (!same_name(join(expand(partial[i].path), partial[i].filename), file.path)) continue;
      result.moved_ranges.emplace_back(i,
                                       join(component.ranges_folder, file_name(file.ranges_file)));
    }
  }
  // Parts of a file need the file, unless they begin it.
  const bool begins = !ranges->empty() && ranges->front().offset == 0;
  return copy_ranges(stored, from, to, *ranges, begins);
}

// Beside the file, because a delayed move stays on its volume; the move is made before anything
// opens the file again.
Done<void> RestoreFiles::put_at_reboot(const Placed& placed) {
  const StoredFile& file = *placed.file;
  if (file.kind == StoredFile::Kind::directory) return make_folder(placed.original);
  const std::string stage = fmt::format("{}.restore{}", placed.original, ++staged_);
  if (file.kind == StoredFile::Kind::partial) {
    if (const auto base = copy_file(placed.original, stage); !base) return base;
    PutBack ignored;
    Placed staged = placed;
    if (auto put_there = put(staged, stage, {}, ignored); !put_there) return put_there;
  } else if (auto copied = copy_file(join(folder_, file.stored), stage); !copied) {
    return copied;
  }
  if (MoveFileExW(wide(stage).c_str(), wide(placed.original).c_str(),
                  MOVEFILE_DELAY_UNTIL_REBOOT | MOVEFILE_REPLACE_EXISTING)) {
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
    if (placed.file->kind != StoredFile::Kind::directory) any = true;
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
