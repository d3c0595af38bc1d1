// Parts of files: the ranges that writers name, ranges files on their way into a backup and back
// (spec: rules 2.12, 2.14, 5.5).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "metadata/component_path.h"
#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// The ranges file that `ranges` of AddPartialFile names (X28: also after "File="), expanded and in
// lower case; nothing when the ranges stand there themselves.
std::optional<std::string> ranges_file(std::string_view ranges) {
  if (ranges.starts_with("File=")) ranges.remove_prefix(5);
  std::string path = place_of(ranges, "*", false).path;
  if (!metadata::volume_root(path)) return std::nullopt;
  return path;
}

std::string whole_path(std::string_view directory, std::string_view name) {
  return place_of(directory, "*", false).path + "\\" + lower(name);
}

// ---- ranges files in a backup ----

// What is known of one backup once, however many partial files it has.
struct BackupOfRanges {
  // The first whole read of each file, by its place on the volume.
  std::map<std::string, const Call*, std::less<>> read;
  // Components that the requester itself calls not backed up: participation, path, name.
  std::set<std::tuple<std::size_t, std::string_view, std::string_view>> given_up;
};

BackupOfRanges backup_of(const RunView& run, const FilePaths& paths, const Session& session) {
  BackupOfRanges backup;
  for (const Call* call : session.calls.all(Ev::file_read)) {
    if (!call->ok() || run.arg_is(*call, "digest", "partial")) continue;
    backup.read.try_emplace(paths.live(run.arg(*call, "path").value_or("")), call);
  }
  for (const Call* told : session.calls.all(Ev::set_backup_succeeded)) {
    if (!run.arg_is(*told, "succeeded", "no")) continue;
    const Participation* const part = participation_named(run, session, *told);
    if (part == nullptr) continue;
    backup.given_up.emplace(index_of(run, *part), run.arg(*told, "path").value_or(""),
                            run.arg(*told, "component").value_or(""));
  }
  return backup;
}

// Calls look(session, backup, participation, AddPartialFile, ranges file) for the partial files of
// backups that read files, whose ranges lie in a file.
template <class Look>
void for_each_ranges_file(const RunView& run, Look look) {
  std::optional<FilePaths> paths;
  std::map<std::uint32_t, BackupOfRanges> backups;  // by place in sessions()
  for (const Call* call : run.all(Ev::add_partial_file)) {
    if (call->kind != ActorKind::writer || call->session == kNone || call->writer == kNone)
      continue;
    if (!call->ok() || run.arg_is(*call, "supported", "no")) continue;
    const auto ranges = ranges_file(run.arg(*call, "ranges").value_or(""));
    const Session& session = run.sessions()[call->session];
    if (!ranges || session.requester.empty() || session.restore) continue;
    if (!session.calls.has(Ev::file_read)) continue;
    const Participation* const part = run.find_participation(run.writers()[call->writer], session);
    if (part == nullptr) continue;
    if (!paths) paths.emplace(run);
    auto known = backups.find(call->session);
    if (known == backups.end()) {
      known = backups.emplace(call->session, backup_of(run, *paths, session)).first;
    }
    look(session, known->second, *part, *call, *ranges);
  }
}

// A ranges file is binary: 64-bit count, then count pairs of 64-bit offset and length.
void check_form(const RunView& run, Findings& out) {
  for_each_ranges_file(
      run, [&](const Session&, const BackupOfRanges& backup, const Participation& part,
               const Call& call, const std::string& path) {
        const auto found = backup.read.find(path);
        if (found == backup.read.end()) return;
        std::uint64_t bytes = 0;
        const std::string_view text = run.arg(*found->second, "bytes").value_or("");
        std::from_chars(text.data(), text.data() + text.size(), bytes);
        Verdicts verdicts(out, run.writer(part).name);
        verdicts.expect(bytes >= 8 && bytes % 16 == 8, "8 bytes and 16 more for each range",
                        fmt::format("{} has {} bytes", path, bytes),
                        {call.seq(), found->second->seq()});
      });
}

#define VSSLAB_EX_RANGES_READ(bytes)                                                               \
  "4 W1 AddPartialFile component=Data path=\"\" file_path=C:\\data filename=big.dat "              \
  "ranges=C:\\data\\big.rng supported=yes\n4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY \
  "\n5 R FileRead path=" VSSLAB_EX_COPY "\\data\\big.rng bytes=" bytes " digest=bb\n"

constinit const Rule kForm{
    {.id = "VSSM-RANGE-002",
     .slug = "form-of-a-ranges-file",
     .level = Level::must,
     .title = "A ranges file is binary: a 64-bit count, then offset and length of each range.",
     .source = "nf-vswriter-ivsscomponent-addpartialfile.md, working-with-partial-files.md",
     .cause = "The ranges were written as text, or the count was left out.",
     .next_step = "Write the number of ranges and the pairs as 64-bit integers, nothing else.",
     .fails_on = VSSLAB_EX_SNAPPED VSSLAB_EX_RANGES_READ("7"),
     .passes_on = VSSLAB_EX_SNAPPED VSSLAB_EX_RANGES_READ("24")},
    check_form};

// Ranges files named by partial-file entries are backed up or their content kept otherwise: for
// both they have to be read.
void check_kept(const RunView& run, Findings& out) {
  for_each_ranges_file(run, [&](const Session& session, const BackupOfRanges& backup,
                                const Participation& part, const Call& call,
                                const std::string& path) {
    if (!closed(run, session)) return;
    // It says itself that this component is not backed up.
    if (backup.given_up.count({index_of(run, part), run.arg(call, "path").value_or(""),
                               run.arg(call, "component").value_or("")}) != 0) {
      return;
    }
    Verdicts verdicts(out, session.requester);
    verdicts.expect(backup.read.count(path) != 0, fmt::format("the ranges file {} is read", path),
                    "it was left out, and the partial file cannot be restored", {call.seq()});
  });
}

constinit const Rule kKept{
    {.id = "VSSR-BCD-005",
     .slug = "ranges-files-backed-up",
     .level = Level::must,
     .title = "A ranges file that a partial file names is backed up, or what it says is kept.",
     .source = "working-with-partial-files.md",
     .cause = "The ranges file belongs to no file set, so copying the file sets leaves it out.",
     .next_step = "Go through GetPartialFile; where the ranges name a file, copy that too.",
     .fails_on = VSSLAB_EX_SNAPPED
     "4 W1 AddPartialFile component=Data path=\"\" file_path=C:\\data filename=big.dat "
     "ranges=C:\\data\\big.rng supported=yes\n4 C SnapshotCreated volume=C:\\ "
     "device=" VSSLAB_EX_COPY "\n5 R FileRead path=" VSSLAB_EX_COPY
     "\\data\\big.dat bytes=3 digest=partial\n6 R Release\n",
     .passes_on = VSSLAB_EX_SNAPPED VSSLAB_EX_RANGES_READ("24") "6 R Release\n"},
    check_kept};

// ---- ranges files in a restore ----

// What SetRangesFilePath said, by component and number of the partial file.
using Moves = std::map<std::pair<RestoreView::Key, std::string_view>, std::string>;

Moves moves_of(const RunView& run, const Session& session) {
  Moves moves;
  for (const Call* call : session.calls.all(Ev::set_ranges_file_path)) {
    if (!call->ok()) continue;
    moves[{RestoreView::key_of(run, *call), run.arg(*call, "index").value_or("")}] =
        ranges_file(run.arg(*call, "value").value_or("")).value_or("");
  }
  return moves;
}

const Call* written_at(const RestoreView& restore, const std::string& path) {
  const auto found = restore.written_to.find(path);
  return found == restore.written_to.end() ? nullptr : found->second.front();
}

class RangesOrder {
 public:
  RangesOrder(const RunView& run, const RestoreView& restore, Verdicts& verdicts)
      : run_(run), restore_(restore), verdicts_(verdicts), moves_(moves_of(run, *restore.session)) {
    for (const Call* call : restore.written) {
      by_digest_.emplace(run.arg(*call, "digest").value_or(""), call);
    }
    for (const BackedUpFile& file : restore.backup->files) digest_of_[file.path] = file.digest;
  }

  void look(const RestoreView::Key& key, const metadata::ComponentEntry& entry) const {
    for (std::size_t i = 0; i < entry.partial_files.size(); ++i) {
      const metadata::PartialFile& file = entry.partial_files[i];
      const auto home = ranges_file(file.ranges);
      const Call* const part = written_at(restore_, whole_path(file.path, file.filename));
      if (!home || part == nullptr || digest_of_.count(*home) == 0) continue;
      const auto move = moves_.find({key, std::to_string(i)});
      one(*home, move != moves_.end() ? move->second : *home, *part);
    }
  }

 private:
  void one(const std::string& home, const std::string& place, const Call& part) const {
    const Call* const written = written_at(restore_, place);
    if (written == nullptr) {
      const auto elsewhere = by_digest_.find(digest_of_.at(home));
      const bool moved = elsewhere != by_digest_.end();
      verdicts_.fail(fmt::format("the ranges file at {} before the parts that it tells of", place),
                     moved ? fmt::format("it was put to {}, and SetRangesFilePath does not say so",
                                         run_.arg(*elsewhere->second, "path").value_or(""))
                           : "it was not restored",
                     {moved ? elsewhere->second->seq() : part.seq(), part.seq()});
      return;
    }
    verdicts_.expect(written->seq() < part.seq(),
                     fmt::format("the ranges file {} before the parts that it tells of", place),
                     "it came after them", {part.seq(), written->seq()});
  }

  const RunView& run_;
  const RestoreView& restore_;
  Verdicts& verdicts_;
  Moves moves_;
  std::map<std::string_view, const Call*> by_digest_;
  std::map<std::string_view, std::string_view> digest_of_;  // of the backup's files, by path
};

void check_restored_first(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    if (restore.backup == nullptr) return;
    // As the backup left it: SetRangesFilePath changes the restore's own document.
    const metadata::BackupComponents* const made = document_of(run, *restore.backup->session);
    if (made == nullptr) return;
    const RangesOrder order(run, restore, verdicts);
    for (const metadata::WriterComponents& writer : made->writers) {
      for (const metadata::ComponentEntry& entry : writer.components) {
        if (entry.partial_files.empty()) continue;
        const RestoreView::Key key{writer.writer_id.to_string(), entry.logical_path, entry.name};
        if (restore.by_key.count(key) != 0) order.look(key, entry);
      }
    }
  });
}

#define VSSLAB_EX_PARTS_DOC                                  \
  VSSLAB_EX_RESTORE_DOC(                                     \
      "><PARTIAL_FILE path='C:\\\\data' filename='big.dat' " \
      "ranges='C:\\\\data\\\\big.rng'/></COMPONENT>")
#define VSSLAB_EX_PARTS                                                                            \
  "0 W1 Initialize writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 name=Orders\n" VSSLAB_EX_SNAPPED \
  "4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n5 R FileRead path=" VSSLAB_EX_COPY   \
  "\\data\\big.rng bytes=24 digest=bb\n6 C BackupComponents " VSSLAB_EX_PARTS_DOC                  \
  "\n10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD(       \
      "RESTORE_IF_CAN_BE_REPLACED", "") "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA            \
                                        " selected=yes\n13 s2 R PreRestore\n"
#define VSSLAB_EX_PART_BACK "15 s2 R FileWritten path=C:\\data\\big.dat digest=partial\n"
#define VSSLAB_EX_PARTS_END "17 s2 R Release\n17 s2 C BackupComponents " VSSLAB_EX_PARTS_DOC "\n"

constinit const Rule kRestoredFirst{
    {.id = "VSSR-REST-026",
     .slug = "ranges-file-before-its-parts",
     .level = Level::must,
     .title =
         "A ranges file is restored before the parts of the file that it tells of; when it went "
         "elsewhere, SetRangesFilePath says where.",
     .source = "working-with-partial-files.md, "
               "nf-vsbackup-ivssbackupcomponents-setrangesfilepath.md",
     .cause = "The ranges file was put into a work folder, or restored with the other files at the "
              "end.",
     .next_step = "Restore ranges files first; call SetRangesFilePath for each that moved.",
     .fails_on = VSSLAB_EX_PARTS
     "14 s2 R FileWritten path=D:\\work\\big.rng digest=bb\n" VSSLAB_EX_PART_BACK
         VSSLAB_EX_PARTS_END,
     .passes_on = VSSLAB_EX_PARTS
     "14 s2 R FileWritten path=D:\\work\\big.rng digest=bb\n" VSSLAB_EX_PART_BACK
     "16 s2 R SetRangesFilePath " VSSLAB_EX_DATA
     " index=0 value=D:\\work\\big.rng\n" VSSLAB_EX_PARTS_END},
    check_restored_first};

// ---- directed targets ----

// The lengths in "0:512,0x1000:64"; nothing when it is not of that form.
std::optional<std::vector<std::uint64_t>> lengths_of(std::string_view text) {
  std::vector<std::uint64_t> lengths;
  for (const std::string_view range : split_list(text)) {
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::uint64_t numbers[2] = {};
    std::string_view parts[2] = {range.substr(0, colon), range.substr(colon + 1)};
    for (std::size_t i = 0; i < 2; ++i) {
      const bool hex = parts[i].starts_with("0x") || parts[i].starts_with("0X");
      if (hex) parts[i].remove_prefix(2);
      const char* const end = parts[i].data() + parts[i].size();
      const auto [at, error] = std::from_chars(parts[i].data(), end, numbers[i], hex ? 16 : 10);
      if (error != std::errc() || at != end) return std::nullopt;
    }
    lengths.push_back(numbers[1]);
  }
  return lengths;
}

void check_pairs(const RunView& run, Findings& out) {
  for (const Call* call : run.all(Ev::add_directed_target)) {
    const auto from = run.arg(*call, "ranges");
    const auto to = run.arg(*call, "to_ranges");
    if (call->kind != ActorKind::writer || !from || !to) continue;
    const auto lengths = lengths_of(*from);
    Verdicts verdicts(out, run.actor_name(*call));
    verdicts.expect(lengths && lengths == lengths_of(*to),
                    "as many ranges at the source as at the destination, of the same lengths",
                    fmt::format("'{}' to '{}'", *from, *to), {call->seq()});
  }
}

constinit const Rule kPairs{
    {.id = "VSSM-RANGE-003",
     .slug = "directed-ranges-match",
     .level = Level::must,
     .title = "The ranges of a directed target match: as many at the source as at the destination, "
              "each as long.",
     .source = "nf-vswriter-ivsscomponent-adddirectedtarget.md",
     .cause = "Several source ranges were given one destination, or an end was taken for a length.",
     .next_step = "Give each source range a destination range of its own, of the same length.",
     .fails_on = "1 W1 AddDirectedTarget ranges=2:3,8:2 to_ranges=0:5",
     .passes_on = "1 W1 AddDirectedTarget ranges=2:3,8:2 to_ranges=0:3,3:2"},
    check_pairs};

constexpr const Rule* kRules[] = {&kForm, &kKept, &kRestoredFirst, &kPairs};

}  // namespace

RuleSpan file_range_rules() { return kRules; }

}  // namespace vsslab::rules
