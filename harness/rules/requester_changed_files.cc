// Requester: which files an incremental or differential backup takes (spec: rules 2.15). What the
// copies hold is told by VSS of the lab at SetBackupSucceeded.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/copying.h"
#include "rules/families.h"

namespace vsslab::rules {
namespace {

// ---- the writer's time decides ----

std::set<std::string> paths_read(const RunView& run, const Session& session) {
  std::set<std::string> read;
  for (const Call* call : session.calls.all(Ev::file_read)) {
    if (!call->refused()) read.insert(lower(run.arg(*call, "path").value_or("")));
  }
  return read;
}

void check_changed(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || session.restore) continue;
    if (session.backup_type != "VSS_BT_INCREMENTAL" &&
        session.backup_type != "VSS_BT_DIFFERENTIAL") {
      continue;
    }
    if (!session.calls.has(Ev::file_read)) continue;  // it copies no files at all
    Verdicts verdicts(out, session.requester);
    std::set<std::string> read;
    for (const auto& [key, said] : succeeded_in(run, session)) {
      const auto changed = run.arg(*said, "changed");
      if (!changed) continue;
      if (read.empty()) read = paths_read(run, session);
      for (const std::string_view path : split_list(*changed, '|')) {
        verdicts.expect(
            read.contains(lower(path)),
            fmt::format("every file of {} copied that was changed after the writer's time, or the "
                        "component not successful",
                        component_text(std::get<1>(key), std::get<2>(key))),
            fmt::format("{} was not read, and SetBackupSucceeded says yes", path), {said->seq()});
      }
    }
  }
}

#define VSSLAB_EX_SINCE(reads)                                                                    \
  VSSLAB_EX_INIT                                                                                  \
  "0 R SetBackupState components=yes bootable=no type=VSS_BT_INCREMENTAL partial=no\n"            \
  "1 R GatherWriterMetadata\n1 C WriterMetadata writer=W1\n1 R AddComponent writer=W1 path=\"\" " \
  "component=Data\n2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID                                    \
  "\n2 R AddToSnapshotSet volume=C:\\ snapshot=1\n3 R PrepareForBackup\n4 R DoSnapshotSet\n"      \
  "4 C SnapshotCreated volume=C:\\ device=" VSSLAB_EX_COPY "\n" reads                             \
  "6 R SetBackupSucceeded writer=W1 path=\"\" component=Data succeeded=yes "                      \
  "changed=" VSSLAB_EX_COPY "\\data\\a.txt\n"

constinit const Rule kChanged{
    {.id = "VSSR-INCR-003",
     .slug = "writers-time-decides",
     .level = Level::must,
     .title = "Differenced files that were changed since the time that the writer gives are in an "
              "incremental or differential backup.",
     .source = "requestor-role-in-vss-incremental-and-differential-backups.md, "
               "nf-vswriter-ivsscomponent-getdifferencedfile.md",
     .cause =
         "GetDifferencedFile was not asked, or files were chosen by the requester's own records "
         "or the archive bit.",
     .next_step = "Walk GetDifferencedFilesCount and GetDifferencedFile of every component after "
                  "DoSnapshotSet, and take what was changed since ftLastModifyTime where it is not "
                  "zero.",
     .fails_on = VSSLAB_EX_SINCE(VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\b.txt")),
     .passes_on = VSSLAB_EX_SINCE(VSSLAB_EX_READ(VSSLAB_EX_COPY "\\data\\a.txt"))},
    check_changed};

}  // namespace

RuleSpan requester_changed_file_rules() {
  static constexpr const Rule* kRules[] = {&kChanged};
  return kRules;
}

}  // namespace vsslab::rules
