// VSSC-ORDER: the order in which the service brings writers, providers and volumes together.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// The calls of one kind that belong to the making of one set, over all parties.
struct Stage {
  std::vector<const Call*> calls;

  bool empty() const { return calls.empty(); }
  const Call* first() const { return calls.empty() ? nullptr : calls.front(); }
};

struct Making {
  const Session* session = nullptr;
  Stage prepare_for_snapshot, freeze, thaw, post_snapshot;  // writers that VSS still waited for
  Stage end_prepare, pre_commit, commit, post_commit, pre_final, post_final;
  Stage flush, hold, release;
};

void collect(const RunView& run, Making& making) {
  for (const std::uint32_t index : making.session->writers) {
    const Participation& part = run.participations()[index];
    for (const Call* call : part.calls) {
      Stage* stage = nullptr;
      if (call->name == Ev::prepare_for_snapshot) stage = &making.prepare_for_snapshot;
      if (call->name == Ev::freeze) stage = &making.freeze;
      if (call->name == Ev::thaw) stage = &making.thaw;
      if (call->name == Ev::post_snapshot) stage = &making.post_snapshot;
      if (stage == nullptr) continue;
      // VSS gives up on a writer at its limit and goes on: then nobody waits for this call.
      const Seq over = call->returned() ? call->leave->seq : std::numeric_limits<Seq>::max();
      if (part.gone != nullptr || given_up_before(part, over)) continue;
      stage->calls.push_back(call);
    }
  }
  for (const Call* call : making.session->providers) {
    Stage* stage = nullptr;
    if (call->name == Ev::end_prepare_snapshots) stage = &making.end_prepare;
    if (call->name == Ev::pre_commit_snapshots) stage = &making.pre_commit;
    if (call->name == Ev::commit_snapshots) stage = &making.commit;
    if (call->name == Ev::post_commit_snapshots) stage = &making.post_commit;
    if (call->name == Ev::pre_final_commit_snapshots) stage = &making.pre_final;
    if (call->name == Ev::post_final_commit_snapshots) stage = &making.post_final;
    if (stage != nullptr) stage->calls.push_back(call);
  }
  for (const Call* call : making.session->service) {
    Stage* stage = nullptr;
    if (call->name == Ev::flush_volume) stage = &making.flush;
    if (call->name == Ev::hold_writes) stage = &making.hold;
    if (call->name == Ev::release_writes) stage = &making.release;
    if (stage != nullptr) stage->calls.push_back(call);
  }
}

// Every session that made one set. One object makes one set; a second is the requester's fault and
// would mix two sequences.
std::vector<Making> makings(const RunView& run) {
  std::vector<Making> all;
  for (const Session& session : run.sessions()) {
    if (session.sets.size() > 1 || session.restore) continue;
    Making making;
    making.session = &session;
    collect(run, making);
    all.push_back(std::move(making));
  }
  return all;
}

// Every call of `earlier` is over before any call of `later` begins.
void check_stages(const RunView& run, const Stage& earlier, const Stage& later,
                  std::string_view because, Verdicts& verdicts) {
  if (earlier.empty() || later.empty()) return;
  const Call* last = earlier.first();
  for (const Call* call : earlier.calls) {
    if (!call->returned() || (last->returned() && call->leave->seq > last->leave->seq)) last = call;
    if (!last->returned()) break;
  }
  const Call* first = later.first();
  for (const Call* call : later.calls) {
    if (call->began_before(*first)) first = call;
  }
  if (last->before(*first)) {
    verdicts.saw();
    return;
  }
  verdicts.fail(
      fmt::format("every {} before the first {}", event_name(last->name), event_name(first->name)),
      fmt::format("{} began before {} was over", mention(run, *first), mention(run, *last)),
      {first->seq(), last->last_seq()}, std::string(because));
}

// DoSnapshotSet runs EndPrepareSnapshots, PrepareForSnapshot, Freeze, PreCommit, flush and hold,
// Commit, release, PostCommit, Thaw, PreFinalCommit, PostSnapshot, PostFinalCommit, completion.
// (Steps that have a rule of their own are left to it.)
void check_sequence(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    constexpr std::string_view kBecause = "the steps of DoSnapshotSet build on one another";
    check_stages(run, making.end_prepare, making.prepare_for_snapshot, kBecause, verdicts);
    check_stages(run, making.prepare_for_snapshot, making.freeze, kBecause, verdicts);
    check_stages(run, making.pre_commit, making.flush, kBecause, verdicts);
    check_stages(run, making.release, making.post_commit, kBecause, verdicts);
    check_stages(run, making.thaw, making.pre_final, kBecause, verdicts);
    check_stages(run, making.pre_final, making.post_snapshot, kBecause, verdicts);
    check_stages(run, making.post_snapshot, making.post_final, kBecause, verdicts);
    const Call* make = making.session->calls.last(Ev::do_snapshot_set);
    const auto end = make ? run.async_end(*make) : std::nullopt;
    // VSS gives a provider up that does not answer; the operation has failed then.
    if (!end || failed(end->hr)) continue;
    for (const Call* call : making.post_final.calls) {
      verdicts.expect(call->returned() && call->leave->seq < end->seq,
                      "PostFinalCommitSnapshots before DoSnapshotSet completes",
                      fmt::format("{} was not over", mention(run, *call)), {call->seq(), end->seq});
    }
  }
}

constexpr Rule kSequence{
    {.id = "VSSC-ORDER-001",
     .slug = "creation-sequence",
     .level = Level::must,
     .title = "The steps of DoSnapshotSet come in the documented order.",
     .source = "vssimpl.png, the-shadow-copy-creation-process.md, "
               "shadow-copy-creation-for-providers.md",
     .cause = "The service sent an event to a writer or a call to a provider out of turn.",
     .next_step = "Compare the two events with the creation sequence; look at what delayed one.",
     .fails_on = "1 W1 PrepareForSnapshot  2 P EndPrepareSnapshots",
     .passes_on = "1 P EndPrepareSnapshots  2 W1 PrepareForSnapshot  3 W1 Freeze",
     .consequences = "VSSP-ORDER-001, VSSP-ORDER-003, VSSP-ORDER-004, VSSW-ORDER-001, "
                     "VSSW-ORDER-006"},
    check_sequence};

int freeze_rank(int level) {  // front end 0, back end 1, system 2; -1: the pages give no place
  if (level == 3) return 0;
  if (level == 2) return 1;
  return level == 1 ? 2 : -1;
}

// Freeze goes to front-end writers first, then to back-end ones, then to those of the system.
void check_levels(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    std::array<Stage, 3> by_level;
    for (const Call* call : making.freeze.calls) {
      const int rank = freeze_rank(run.writers()[call->writer].level);
      if (rank >= 0) by_level[static_cast<std::size_t>(rank)].calls.push_back(call);
    }
    constexpr std::string_view kBecause =
        "a front-end application may still write to its back end while it freezes";
    check_stages(run, by_level[0], by_level[1], kBecause, verdicts);
    check_stages(run, by_level[1], by_level[2], kBecause, verdicts);
    check_stages(run, by_level[0], by_level[2], kBecause, verdicts);
  }
}

constexpr Rule kFreezeByLevel{
    {.id = "VSSC-ORDER-002",
     .slug = "freeze-by-level",
     .level = Level::must,
     .title = "Freeze goes to front-end writers, then to back-end, then to system-level writers.",
     .source = "ne-vss-vss_application_level.md, vssgloss-b.md, vssgloss-f.md, vssgloss-s.md",
     .cause = "The service froze all writers at once, or in another order.",
     .next_step = "Compare the levels given at Initialize with the times of Freeze.",
     .fails_on = "0 W1 Initialize level=VSS_APP_SYSTEM  0 W2 Initialize level=VSS_APP_FRONT_END\n"
                 "1 W1 Freeze  2 W2 Freeze",
     .passes_on = "0 W1 Initialize level=VSS_APP_SYSTEM  0 W2 Initialize level=VSS_APP_FRONT_END\n"
                  "1 W2 Freeze  2 W1 Freeze"},
    check_levels};

// No provider gets PreCommitSnapshots before every writer has finished Freeze.
void check_pre_commit(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    check_stages(run, making.freeze, making.pre_commit, "the copy is made of frozen applications",
                 verdicts);
  }
}

constexpr Rule kPreCommitAfterFreeze{
    {.id = "VSSC-ORDER-003",
     .slug = "pre-commit-after-freeze",
     .level = Level::must,
     .title = "No provider gets PreCommitSnapshots before every writer has finished Freeze.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "The service did not wait for a writer.",
     .next_step = "Look for the writer whose Freeze was still running.",
     .fails_on = "1 W1 Freeze enter  2 P PreCommitSnapshots  3 W1 Freeze leave",
     .passes_on = "1 W1 Freeze enter  2 W1 Freeze leave  3 P PreCommitSnapshots",
     .consequences = "VSSP-ORDER-003"},
    check_pre_commit};

// All volumes are flushed, then all writes are held; only then is Commit called.
void check_hold(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    check_stages(run, making.flush, making.hold, "holding comes after all volumes were flushed",
                 verdicts);
    check_stages(run, making.flush, making.commit, "the copy is made of flushed volumes", verdicts);
    check_stages(run, making.hold, making.commit, "the copy is made while writes are held",
                 verdicts);
    // A volume that is held and was never flushed.
    if (!making.commit.empty()) {
      std::set<std::string_view> flushed;
      for (const Call* flush : making.flush.calls) {
        flushed.insert(run.arg(*flush, "volume").value_or(""));
      }
      for (const Call* hold : making.hold.calls) {
        const auto volume = run.arg(*hold, "volume").value_or("");
        verdicts.expect(flushed.contains(volume),
                        fmt::format("FlushVolume of {} before it is held", volume),
                        "it was not flushed", {hold->seq(), making.commit.first()->seq()});
      }
    }
    if (making.commit.empty() || !making.hold.empty()) continue;
    if (making.flush.empty() && making.release.empty()) continue;
    verdicts.fail("HoldWrites before CommitSnapshots", "writes were not held",
                  {making.commit.first()->seq()});
  }
}

constexpr Rule kHoldBeforeCommit{
    {.id = "VSSC-ORDER-004",
     .slug = "hold-before-commit",
     .level = Level::must,
     .title = "All volumes are flushed and all writes held before CommitSnapshots.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "Commit was called while some volume still took writes.",
     .next_step = "Compare FlushVolume and HoldWrites of each volume with the first Commit.",
     .fails_on = "1 C FlushVolume volume=C:\\  1 P CommitSnapshots  2 C HoldWrites volume=C:\\",
     .passes_on = "1 C FlushVolume volume=C:\\  2 C HoldWrites volume=C:\\  3 P CommitSnapshots"},
    check_hold};

// What a real clock may add to a step that follows at once.
constexpr Duration kAtOnce = std::chrono::seconds(1);

// Writes are released right after the last Commit has returned.
void check_release(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    if (making.hold.empty() || making.commit.empty()) continue;
    const Call* last = making.commit.first();
    for (const Call* call : making.commit.calls) {
      if (!call->returned()) last = nullptr;
      if (last == nullptr) break;
      if (call->leave->seq > last->leave->seq) last = call;
    }
    if (last == nullptr) continue;
    if (making.release.empty()) {
      if (!run.complete()) continue;
      verdicts.fail("ReleaseWrites after the last Commit", "it never came",
                    {making.hold.first()->seq(), last->last_seq()});
      continue;
    }
    // A hold that was cancelled at its limit is VSSC-TIME-002.
    if (making.session->service.has(Ev::hold_limit_passed)) continue;
    // Writes go on when ReleaseWrites is over, not when it begins.
    for (const Call* release : making.release.calls) {
      if (last->leave->seq > release->seq()) {
        verdicts.fail(
            "ReleaseWrites right after the last Commit has returned",
            fmt::format("{} before {} was over", mention(run, *release), mention(run, *last)),
            {last->last_seq(), release->seq()});
      } else if (release->returned()) {
        verdicts.expect(release->end() - last->end() <= kAtOnce,
                        "ReleaseWrites right after the last Commit has returned",
                        fmt::format("{} later", seconds(release->end() - last->end())),
                        {last->last_seq(), release->last_seq()});
      } else if (run.complete()) {
        verdicts.fail("ReleaseWrites right after the last Commit has returned",
                      mention(run, *release) + " never ended", {last->last_seq(), release->seq()});
      }
    }
  }
}

constexpr Rule kReleaseAfterCommit{
    {.id = "VSSC-ORDER-005",
     .slug = "release-after-commit",
     .level = Level::must,
     .title = "Writes are released right after the last CommitSnapshots has returned.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "Writes were let through before the copy was complete, or held longer than needed.",
     .next_step = "Compare ReleaseWrites with the end of the last CommitSnapshots.",
     .fails_on = "1 C HoldWrites volume=C:\\  2 P CommitSnapshots  2 C ReleaseWrites enter "
                 "volume=C:\\  5 C ReleaseWrites leave volume=C:\\",
     .passes_on =
         "1 C HoldWrites volume=C:\\  2 P CommitSnapshots enter  3 P CommitSnapshots "
         "leave  3 C ReleaseWrites enter volume=C:\\  3.1 C ReleaseWrites leave volume=C:\\"},
    check_release};

// Thaw starts after PostCommitSnapshots of all providers.
void check_thaw(const RunView& run, Findings& out) {
  for (const Making& making : makings(run)) {
    Verdicts verdicts(out, kService);
    check_stages(run, making.post_commit, making.thaw,
                 "VSS calls PostCommitSnapshots for the providers, then OnThaw for the writers "
                 "(step 5)",
                 verdicts);
    check_stages(run, making.commit, making.thaw, "the copy is made of frozen applications",
                 verdicts);
  }
}

constexpr Rule kThawAfterPostCommit{
    {.id = "VSSC-ORDER-006",
     .slug = "thaw-after-post-commit",
     .level = Level::must,
     .title = "No writer is thawed before every provider has finished PostCommitSnapshots.",
     .source = "shadow-copy-creation-for-providers.md, "
               "nn-vsprov-ivssprovidercreatesnapshotset.md",
     .cause = "The service thawed writers too early.",
     .next_step = "Look for the provider that was still in PostCommitSnapshots.",
     .fails_on = "1 P PostCommitSnapshots enter  2 W1 Thaw  3 P PostCommitSnapshots leave",
     .passes_on = "1 P PostCommitSnapshots enter  2 P PostCommitSnapshots leave  3 W1 Thaw",
     .consequences = "VSSP-ORDER-003"},
    check_thaw};

}  // namespace

RuleSpan coordinator_order_rules() {
  static constexpr const Rule* kRules[] = {
      &kSequence,         &kFreezeByLevel,      &kPreCommitAfterFreeze,
      &kHoldBeforeCommit, &kReleaseAfterCommit, &kThawAfterPostCommit,
  };
  return kRules;
}

}  // namespace vsslab::rules
