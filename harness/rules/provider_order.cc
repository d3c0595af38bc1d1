// Provider: order of calls (spec: rules 3.3, VSSP-ORDER).
#include <fmt/format.h>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

constexpr Ev kStages[] = {Ev::unknown,
                          Ev::begin_prepare_snapshot,
                          Ev::end_prepare_snapshots,
                          Ev::pre_commit_snapshots,
                          Ev::commit_snapshots,
                          Ev::post_commit_snapshots,
                          Ev::pre_final_commit_snapshots,
                          Ev::post_final_commit_snapshots};

// One set of one provider: each step begins after the one before it succeeded.
void check_steps(const RunView& run, const ProviderSet& set, ServiceVerdicts& service) {
  const Call* last = nullptr;
  for (const Call* call : set.calls) {
    const int stage = stage_of(call->name);
    if (stage == 0) return;  // AbortSnapshots: what follows is another rule's business
    const int before = last ? stage_of(last->name) : 0;
    const bool again = stage == 1 && before == 1;
    const bool next = stage == before + 1 && (last == nullptr || last->before(*call));
    if (again || next) {
      service.saw();
    } else {
      service.fail(
          fmt::format("{} before {}", event_name(kStages[stage > 1 ? stage - 1 : 1]),
                      mention(run, *call)),
          last ? fmt::format("the last call was {}{}", mention(run, *last),
                             last->returned() ? "" : ", which had not returned")
               : std::string("no call of the set came before"),
          last ? std::vector<Seq>{last->seq(), call->seq()} : std::vector<Seq>{call->seq()},
          "VSS prepares, commits and finishes a set in one order for every provider");
    }
    if (last == nullptr || stage >= before) last = call;
  }
}

// Order per set: BeginPrepareSnapshot (1..n), EndPrepareSnapshots, PreCommitSnapshots,
// CommitSnapshots, PostCommitSnapshots, PreFinalCommitSnapshots, PostFinalCommitSnapshots.
void check_sequence(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const ProviderInfo& provider : run.providers()) {
    for (const ProviderSet& set : sets_of(run, provider)) {
      check_steps(run, set, service);
      for (const SnapshotSet& made : run.sets()) {
        if (set.prepared() == 0 || set.id.empty()) break;
        if (made.result != "created" || guid_text(made.id) != set.id) continue;
        const Call* last = set.first(Ev::post_final_commit_snapshots);
        service.expect(last != nullptr && last->seq() < made.end->seq,
                       "PostFinalCommitSnapshots before the set is finished",
                       fmt::format("{} did not get it", provider.name),
                       {set.calls.back()->seq(), made.end->seq});
      }
    }
  }
}

#define VSSLAB_EX_PROVIDER_PREPARED \
  "1 P BeginPrepareSnapshot set=aa volume=C:\\ hr=S_OK\n2 P EndPrepareSnapshots set=aa\n"
#define VSSLAB_EX_PROVIDER_COMMITTED                                                           \
  VSSLAB_EX_PROVIDER_PREPARED                                                                  \
  "3 P PreCommitSnapshots set=aa\n4 P CommitSnapshots set=aa\n5 P PostCommitSnapshots set=aa " \
  "count=1\n"

constinit const Rule kSequence{
    {.id = "VSSP-ORDER-001",
     .slug = "provider-sequence",
     .level = Level::must,
     .title = "A provider is called in the order BeginPrepareSnapshot, EndPrepareSnapshots, "
              "PreCommitSnapshots, CommitSnapshots, PostCommitSnapshots, PreFinalCommitSnapshots, "
              "PostFinalCommitSnapshots.",
     .source = "the-shadow-copy-creation-process.md, nn-vsprov-ivssprovidercreatesnapshotset.md",
     .cause = "The service left a step out or sent it early.",
     .next_step = "Compare the provider's calls of the set with the published sequence.",
     .fails_on = VSSLAB_EX_PROVIDER_PREPARED "4 P CommitSnapshots set=aa",
     .passes_on = VSSLAB_EX_PROVIDER_COMMITTED
     "6 P PreFinalCommitSnapshots set=aa  7 P PostFinalCommitSnapshots set=aa"},
    check_sequence};

// The writer is beyond help: its freeze limit has passed, or it is gone.
bool given_up(const RunView& run, const Session& session, const Participation& part, Seq at) {
  if (part.gone != nullptr && part.gone->seq < at) return true;
  for (const Call* call : session.service) {
    if (call->name == Ev::freeze_limit_passed && call->seq() < at &&
        run.arg_is(*call, "writer", run.writer(part).name)) {
      return true;
    }
  }
  return false;
}

// Looks at every handler of one name in the session of a provider's call.
template <class Look>
void for_each_handler(const RunView& run, const Session& session, Ev name, Look look) {
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run.participations()[index];
    for (const Call* call : part.calls) {
      if (call->name == name) look(part, *call);
    }
  }
}

void check_pre_commit(const RunView& run, const Session& session, const Call& call,
                      ServiceVerdicts& service) {
  service.saw();
  for_each_handler(run, session, Ev::freeze, [&](const Participation& part, const Call& freeze) {
    if (freeze.before(call) || given_up(run, session, part, call.seq())) return;
    service.fail(fmt::format("{} is over before {}", mention(run, freeze), mention(run, call)),
                 "it was not", {freeze.seq(), call.seq()},
                 "PreCommitSnapshots is called when the writers are frozen");
  });
  for (const Call* hold : session.service) {
    if (hold->name != Ev::hold_writes && hold->name != Ev::flush_volume) continue;
    if (call.before(*hold)) continue;
    service.fail(fmt::format("{} is over before {}", mention(run, call), mention(run, *hold)),
                 "it was not", {hold->seq(), call.seq()},
                 "PreCommitSnapshots comes before writes are flushed and held");
    return;
  }
}

void check_post_commit(const RunView& run, const Session& session, const Call& call,
                       ServiceVerdicts& service) {
  service.saw();
  for (const Call* release : session.service) {
    if (release->name != Ev::release_writes || release->before(call)) continue;
    service.fail(fmt::format("{} is over before {}", mention(run, *release), mention(run, call)),
                 "it was not", {release->seq(), call.seq()},
                 "PostCommitSnapshots comes after writes are released");
    return;
  }
  for_each_handler(run, session, Ev::thaw, [&](const Participation&, const Call& thaw) {
    if (call.before(thaw)) return;
    service.fail(fmt::format("{} is over before {}", mention(run, call), mention(run, thaw)),
                 "it was not", {thaw.seq(), call.seq()},
                 "VSS calls PostCommitSnapshots for the providers, then Thaw for the writers");
  });
}

// PreCommit happens after writers froze and before flush-and-hold; PostCommit after release of
// writes and before thaw.
void check_around_commit(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.providers) {
      if (call->name == Ev::pre_commit_snapshots) check_pre_commit(run, session, *call, service);
      if (call->name == Ev::post_commit_snapshots) check_post_commit(run, session, *call, service);
    }
  }
}

constinit const Rule kAroundCommit{
    {.id = "VSSP-ORDER-003",
     .slug = "commit-between-freeze-and-thaw",
     .level = Level::must,
     .title = "PreCommitSnapshots lies between the writers' Freeze and the hold of writes, "
              "PostCommitSnapshots between the release of writes and Thaw.",
     .source = "nn-vsprov-ivssprovidercreatesnapshotset.md",
     .cause = "The service called the provider early or late.",
     .next_step = "Compare the provider's calls with Freeze, HoldWrites, ReleaseWrites and Thaw.",
     .fails_on = "1 P PostCommitSnapshots enter set=aa  2 W1 Thaw enter  3 W1 Thaw leave  4 P "
                 "PostCommitSnapshots leave set=aa",
     .passes_on = "1 W1 Freeze enter  1 W1 Freeze leave  2 P PreCommitSnapshots set=aa  3 C "
                  "HoldWrites enter  3 C HoldWrites leave  4 C ReleaseWrites  5 P "
                  "PostCommitSnapshots set=aa  6 W1 Thaw enter  6 W1 Thaw leave"},
    check_around_commit};

// PreFinalCommit comes after thaw so that writers can auto-recover; PostFinalCommit after that,
// when volumes may be made read-only.
void check_around_final(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.providers) {
      const bool pre = call->name == Ev::pre_final_commit_snapshots;
      if (!pre && call->name != Ev::post_final_commit_snapshots) continue;
      service.saw();
      const Ev name = pre ? Ev::thaw : Ev::post_snapshot;
      for_each_handler(run, session, name, [&](const Participation& part, const Call& handler) {
        if (handler.before(*call) || given_up(run, session, part, call->seq())) return;
        if (!handler.returned() && handler.seq() < call->seq()) return;  // it hangs
        service.fail(
            fmt::format("{} is over before {}", mention(run, handler), mention(run, *call)),
            "it was not", {handler.seq(), call->seq()},
            pre ? "PreFinalCommitSnapshots comes after thaw, so that writers can recover the copy"
                : "writers change the copy in PostSnapshot, and it may be read-only afterwards");
      });
    }
  }
}

constinit const Rule kAroundFinal{
    {.id = "VSSP-ORDER-004",
     .slug = "final-commit-around-post-snapshot",
     .level = Level::must,
     .title = "PreFinalCommitSnapshots comes after Thaw, and PostFinalCommitSnapshots after "
              "PostSnapshot.",
     .source = "nn-vsprov-ivssprovidercreatesnapshotset.md",
     .cause = "The service called the provider early.",
     .next_step = "Compare the provider's calls with Thaw and PostSnapshot.",
     .fails_on = "1 P PreFinalCommitSnapshots set=aa  2 P PostFinalCommitSnapshots set=aa  3 W1 "
                 "PostSnapshot enter  3 W1 PostSnapshot leave",
     .passes_on = "1 P PreFinalCommitSnapshots set=aa  2 W1 PostSnapshot enter  3 W1 PostSnapshot "
                  "leave  4 P PostFinalCommitSnapshots set=aa"},
    check_around_final};

constexpr const Rule* kRules[] = {&kSequence, &kAroundCommit, &kAroundFinal};

}  // namespace

RuleSpan provider_order_rules() { return kRules; }

}  // namespace vsslab::rules
