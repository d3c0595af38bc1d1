// VSSC-LIFE: how long shadow copies live, and what holds them together.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "rules/families.h"
#include "rules/kept_copies.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

using Deletions = std::unordered_map<std::string_view, const Call*>;  // the first, by snapshot id

Deletions deletions_of(const RunView& run) {
  Deletions deletions;
  for (const Call* call : run.all(Ev::snapshot_deleted)) {
    deletions.emplace(run.arg(*call, "snapshot").value_or(""), call);
  }
  return deletions;
}

struct Ends {
  Deletions deletions;
  std::unordered_set<std::string> kept;  // by a provider that could not delete them
};

void check_life_of(const RunView& run, const Session& session, const Call& created,
                   const Ends& ends, Verdicts& verdicts) {
  const std::string_view snapshot = run.arg(created, "snapshot").value_or("");
  const bool auto_release = (session.context & kNoAutoRelease) == 0;
  const auto found = ends.deletions.find(snapshot);
  const Call* deleted = found == ends.deletions.end() ? nullptr : found->second;
  const bool by_release = deleted != nullptr && run.arg_is(*deleted, "reason", "auto-release");
  if (!auto_release) {
    verdicts.expect(!by_release, "the copy outlives the requester's object",
                    "it was deleted with it", {created.seq(), deleted ? deleted->seq() : 0});
    return;
  }
  if (deleted != nullptr) {
    const bool early =
        by_release && (session.end == nullptr || deleted->seq() < session.end->seq());
    verdicts.expect(!early, "the copy lives until the requester's object is released",
                    "it was deleted before", {created.seq(), deleted->seq()});
  } else if (ends.kept.contains(guid_text(snapshot))) {
    verdicts.saw();
  } else if (session.end != nullptr && run.complete()) {
    verdicts.fail("the copy dies with the requester's object", "it is still there",
                  {created.seq(), session.end->seq()});
  }
}

// Auto-release copies die with the release of the requester's object; others do not.
void check_auto_release(const RunView& run, Findings& out) {
  const Ends ends{deletions_of(run), copies_kept_by_providers(run)};
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    // Who breaks or imports a set takes its copies out of this rule.
    if (session.calls.has(Ev::break_snapshot_set) || session.calls.has(Ev::import_snapshots)) {
      continue;
    }
    for (const Call* call : session.service) {
      if (call->name == Ev::snapshot_created) check_life_of(run, session, *call, ends, verdicts);
    }
  }
}

constexpr Rule kAutoRelease{
    {.id = "VSSC-LIFE-001",
     .slug = "auto-release",
     .level = Level::must,
     .title = "Auto-release copies die when the requester's object is released, others do not.",
     .source = "nf-vsprov-ivsshardwaresnapshotprovider-onlunempty.md, vssgloss-a.md, vssgloss-p.md",
     .cause = "The service did not look at the context, or not at the release.",
     .next_step = "Compare the context of SetContext with SnapshotDeleted.",
     .fails_on = "1 R DoSnapshotSet  1 C SnapshotCreated snapshot=a set=s volume=C:\\  2 R Release",
     .passes_on =
         "1 R DoSnapshotSet  1 C SnapshotCreated snapshot=a set=s volume=C:\\  2 R Release\n"
         "2 C SnapshotDeleted snapshot=a reason=auto-release"},
    check_auto_release};

// All copies of a set have one point in time and a common set id: each volume of a created set has
// one copy under the set's id, made within one hold of writes.
void check_one_set_id(const RunView& run, Findings& out) {
  std::map<std::string_view, std::vector<const Call*>> copies_of;
  for (const Call* call : run.all(Ev::snapshot_created)) {
    copies_of[run.arg(*call, "set").value_or("")].push_back(call);
  }
  for (const SnapshotSet& set : run.sets()) {
    Verdicts verdicts(out, kService);
    if (set.result != "created" || set.volumes.empty() || set.end == nullptr) continue;
    const auto found = copies_of.find(set.id);
    const std::size_t copies = found == copies_of.end() ? 0 : found->second.size();
    verdicts.expect(copies == set.volumes.size(),
                    fmt::format("{} copies under the id of the set", set.volumes.size()),
                    fmt::format("{}", copies), {set.volumes.front().add->seq(), set.end->seq});
    const CallList service = run.sessions()[set.session].service;
    const CallList providers = run.sessions()[set.session].providers;
    const Call* release = service.first(Ev::release_writes);
    const Call* commit = providers.last(Ev::commit_snapshots);
    if (release == nullptr || commit == nullptr) continue;
    const Call* again = service.next(Ev::hold_writes, release->seq());
    verdicts.expect(again == nullptr || commit->began_before(*again),
                    "one hold of writes for all copies of the set",
                    "a second one before the last Commit",
                    {release->seq(), again ? again->seq() : 0, commit->seq()});
  }
}

constexpr Rule kOneSetId{
    {.id = "VSSC-LIFE-002",
     .slug = "one-set-one-time",
     .level = Level::must,
     .title = "All copies of a set carry its id and are of one point in time.",
     .source = "the-vss-model.md, vssgloss-s.md",
     .cause = "A volume was left out of the set, or its copy was made by itself.",
     .next_step = "Compare AddToSnapshotSet with SnapshotCreated, volume by volume.",
     .fails_on = "1 R StartSnapshotSet set=s  1 R AddToSnapshotSet volume=C:\\\n"
                 "1 R AddToSnapshotSet volume=D:\\  2 C SnapshotCreated snapshot=a set=s\n"
                 "3 R DoSnapshotSet",
     .passes_on = "1 R StartSnapshotSet set=s  1 R AddToSnapshotSet volume=C:\\\n"
                  "2 C SnapshotCreated snapshot=a set=s  3 R DoSnapshotSet"},
    check_one_set_id};

// m_lSnapshotsCount keeps the original number even after single copies are deleted.
void check_count(const RunView& run, Findings& out) {
  std::unordered_map<std::string_view, const SnapshotSet*> made;
  for (const SnapshotSet& set : run.sets()) {
    if (set.result == "created" && !set.volumes.empty()) made.emplace(set.id, &set);
  }
  for (const Call* call : run.all(Ev::get_snapshot_properties)) {
    const auto set_id = run.arg(*call, "set"), count = run.arg(*call, "count");
    if (!set_id || !count || !call->ok() || call->kind != ActorKind::requester) continue;
    const auto set = made.find(*set_id);
    if (set == made.end()) continue;
    const std::size_t volumes = set->second->volumes.size();
    Verdicts verdicts(out, kService);
    verdicts.expect(*count == std::to_string(volumes),
                    fmt::format("{} as m_lSnapshotsCount", volumes), *count, {call->seq()});
  }
}

constexpr Rule kCountIsKept{
    {.id = "VSSC-LIFE-003",
     .slug = "count-is-kept",
     .level = Level::must,
     .title = "A copy's m_lSnapshotsCount is the number of volumes that its set was made of.",
     .source = "ns-vss-vss_snapshot_prop.md",
     .cause = "The number of copies that are left was given.",
     .next_step = "Compare the count with the AddToSnapshotSet calls of the set.",
     .fails_on = "1 R StartSnapshotSet set=s  1 R AddToSnapshotSet volume=C:\\\n"
                 "1 R AddToSnapshotSet volume=D:\\  2 R DoSnapshotSet\n"
                 "3 R GetSnapshotProperties snapshot=a set=s count=1",
     .passes_on = "1 R StartSnapshotSet set=s  1 R AddToSnapshotSet volume=C:\\\n"
                  "1 R AddToSnapshotSet volume=D:\\  2 R DoSnapshotSet\n"
                  "3 R GetSnapshotProperties snapshot=a set=s count=2"},
    check_count};

}  // namespace

RuleSpan coordinator_life_rules() {
  static constexpr const Rule* kRules[] = {&kAutoRelease, &kOneSetId, &kCountIsKept};
  return kRules;
}

}  // namespace vsslab::rules
