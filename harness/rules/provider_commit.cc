// Provider: commit (spec: rules 3.3, VSSP-COMMIT, -POST, -FINAL).
#include <fmt/format.h>

#include <map>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// It starts no I/O on a volume of the set, writes no logs or traces, and avoids Win32 calls. (Event
// log entries are VSSP-TIME-003.)
void check_no_io(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    const Call* commit = nullptr;
    for (const Call* call : provider.calls) {
      if (call->name == Ev::commit_snapshots) {
        verdicts.saw();
        commit = call;
      }
      if (call->name != Ev::write || commit == nullptr) continue;
      if (commit->returned() && commit->last_seq() < call->seq()) continue;
      verdicts.fail(
          "no I/O during CommitSnapshots",
          fmt::format(
              "a write to {}",
              run.arg(*call, "path").value_or(run.arg(*call, "volume").value_or("a volume"))),
          {commit->seq(), call->seq()},
          "writes are held, so the write waits for the commit and the commit for it");
    }
  }
}

constinit const Rule kNoIo{
    {.id = "VSSP-COMMIT-002",
     .slug = "no-io-in-commit",
     .level = Level::must,
     .title = "A provider writes to no volume during CommitSnapshots.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-commitsnapshots.md, "
               "required-behaviors-for-shadow-copy-providers.md",
     .cause = "Log files or databases of the provider are written while writes are held.",
     .next_step = "Keep traces in memory during CommitSnapshots and write them afterwards.",
     .fails_on = "1 P CommitSnapshots enter set=aa  2 P Write volume=C:\\ path=C:\\log.txt  3 P "
                 "CommitSnapshots leave set=aa",
     .passes_on = "1 P CommitSnapshots enter set=aa  3 P CommitSnapshots leave set=aa  4 P Write "
                  "volume=C:\\ path=C:\\log.txt"},
    check_no_io};

// No partial commit: one failing volume or LUN fails the whole set.
void check_all_or_nothing(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const SetsById sets(run);
  for (const Session& session : run.sessions()) {
    std::map<std::string, const Call*> failed_commits;  // the first, by set
    for (const Call* call : session.providers) {
      if (call->name != Ev::commit_snapshots || !call->returned()) continue;
      service.saw();
      if (call->ok()) continue;
      failed_commits.emplace(guid_text(run.arg(*call, "set").value_or("")), call);
    }
    for (const auto& [id, call] : failed_commits) {
      for (const SnapshotSet* set : sets.of(id)) {
        if (set->result != "created") continue;
        service.fail("the whole set fails with the provider",
                     mention(run, *call) + " failed and the set was created",
                     {call->last_seq(), set->end->seq});
      }
    }
    if (failed_commits.empty()) continue;
    for (const Call* made : session.service) {
      if (made->name != Ev::snapshot_created) continue;
      const auto commit = failed_commits.find(guid_text(run.arg(*made, "set").value_or("")));
      if (commit == failed_commits.end() || made->seq() < commit->second->seq()) continue;
      service.fail("no shadow copy of a set whose provider failed", mention(run, *made),
                   {commit->second->last_seq(), made->seq()});
    }
  }
}

constinit const Rule kAllOrNothing{
    {.id = "VSSP-COMMIT-005",
     .slug = "commit-all-or-nothing",
     .level = Level::must,
     .title = "When a provider's CommitSnapshots fails, no shadow copy of the set is made.",
     .source = "error-handling-in-shadow-copy-providers.md",
     .cause = "The service went on with the copies of other providers.",
     .next_step = "Compare CommitSnapshots with the end of the set.",
     .fails_on = "1 P CommitSnapshots set=aa hr=VSS_E_PROVIDER_VETO  2 C SnapshotCreated set=aa "
                 "snapshot=1",
     .passes_on = "1 P CommitSnapshots set=aa hr=VSS_E_PROVIDER_VETO"},
    check_all_or_nothing};

// PostCommitSnapshots gets the number of copies of the set and does clean-up. (Of the set, or of
// the provider's part of it: the page says both.)
void check_count(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const SetsById sets(run);
  for (const ProviderInfo& provider : run.providers()) {
    for (const ProviderSet& set : sets_of(run, provider)) {
      const Call* post = set.first(Ev::post_commit_snapshots);
      const auto count = post ? run.arg_mask(*post, "count") : std::nullopt;
      if (!count || set.prepared() == 0) continue;
      const auto made = sets.of(set.id);
      const std::size_t whole = made.empty() ? 0 : made.back()->volumes.size();
      service.expect(*count == set.prepared() || (whole != 0 && *count == whole),
                     fmt::format("count {}", set.prepared()),
                     fmt::format("{}: {}", mention(run, *post), *count), {post->seq()});
    }
  }
}

constinit const Rule kCount{
    {.id = "VSSP-POST-001",
     .slug = "post-commit-count",
     .level = Level::must,
     .title = "PostCommitSnapshots is told how many shadow copies the set has.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-postcommitsnapshots.md",
     .cause = "The service counts wrongly.",
     .next_step = "Compare the count with the BeginPrepareSnapshot calls of the set.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P PostCommitSnapshots set=aa "
                 "count=2",
     .passes_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P PostCommitSnapshots set=aa "
                  "count=1"},
    check_count};

// A provider without auto-recovery implements both final-commit methods as plain S_OK.
void check_final_implemented(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::pre_final_commit_snapshots &&
          call->name != Ev::post_final_commit_snapshots) {
        continue;
      }
      verdicts.expect(!call->returned() || call->hr() != hr::not_impl,
                      "S_OK from a provider that has nothing to do",
                      mention(run, *call) + ": E_NOTIMPL", {call->last_seq()});
    }
  }
}

constinit const Rule kFinalImplemented{
    {.id = "VSSP-FINAL-001",
     .slug = "final-commit-implemented",
     .level = Level::should,
     .title = "PreFinalCommitSnapshots and PostFinalCommitSnapshots are implemented, as plain S_OK "
              "where there is nothing to do.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-prefinalcommitsnapshots.md",
     .cause = "The methods were left as E_NOTIMPL.",
     .next_step = "Return S_OK from both.",
     .fails_on = "1 P PreFinalCommitSnapshots set=aa hr=E_NOTIMPL",
     .passes_on = "1 P PreFinalCommitSnapshots set=aa hr=S_OK",
     .consequences = "VSSP-ERR-006"},
    check_final_implemented};

constexpr const Rule* kRules[] = {&kNoIo, &kAllOrNothing, &kCount, &kFinalImplemented};

}  // namespace

RuleSpan provider_commit_rules() { return kRules; }

}  // namespace vsslab::rules
