// Provider: order of calls (spec: rules 3.3, VSSP-ORDER).
#include <fmt/format.h>

#include <algorithm>
#include <limits>

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
  const SetsById sets(run);
  for (const ProviderInfo& provider : run.providers()) {
    for (const ProviderSet& set : sets_of(run, provider)) {
      check_steps(run, set, service);
      if (set.prepared() == 0) continue;
      const Call* last = set.first(Ev::post_final_commit_snapshots);
      for (const SnapshotSet* made : sets.of(set.id)) {
        if (made->result != "created") continue;
        service.expect(last != nullptr && last->seq() < made->end->seq,
                       "PostFinalCommitSnapshots before the set is finished",
                       fmt::format("{} did not get it", provider.name),
                       {set.calls.back()->seq(), made->end->seq});
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

constexpr Seq kNever = std::numeric_limits<Seq>::max();

// From when on nobody waits for the writer: its freeze limit has passed, it is gone, or it has not
// answered for too long.
Seq given_up_at(const Participation& part) {
  const auto at = [](const auto* event) { return event != nullptr ? event->seq : kNever; };
  return std::min({at(part.gone), at(part.limit_passed), at(part.not_responding)});
}

// The handlers of one name in a session.
struct Handler {
  const Participation* part = nullptr;
  const Call* call = nullptr;
};
std::vector<Handler> handlers_of(const RunView& run, const Session& session, Ev name) {
  std::vector<Handler> handlers;
  for (const std::uint32_t index : session.writers) {
    const Participation& part = run.participations()[index];
    for (const Call* call : part.calls.all(name)) handlers.push_back({&part, call});
  }
  return handlers;
}

// The first handler for which a step of a provider that begins at `at` has to wait.
template <class Until>
const Call* not_over(const std::vector<Handler>& handlers, Seq at, Until until) {
  const auto found = std::find_if(handlers.begin(), handlers.end(), [&](const Handler& handler) {
    return at <= std::min(until(*handler.call), given_up_at(*handler.part));
  });
  return found == handlers.end() ? nullptr : found->call;
}

Seq over_at(const Call& call) { return call.returned() ? call.last_seq() : kNever; }

void check_pre_commit(const RunView& run, const Session& session,
                      const std::vector<const Call*>& pre_commits, ServiceVerdicts& service) {
  if (pre_commits.empty()) return;
  service.saw();
  const Call& earliest = *pre_commits.front();
  const auto freezes = handlers_of(run, session, Ev::freeze);
  if (const Call* freeze = not_over(freezes, earliest.seq(), over_at)) {
    service.fail(fmt::format("{} is over before {}", mention(run, *freeze), mention(run, earliest)),
                 "it was not", {freeze->seq(), earliest.seq()},
                 "PreCommitSnapshots is called when the writers are frozen");
  }
  const Call* hold = nullptr;  // the first of both kinds
  for (const Ev name : {Ev::hold_writes, Ev::flush_volume}) {
    const Call* first = session.service.first(name);
    if (first != nullptr && (hold == nullptr || first->began_before(*hold))) hold = first;
  }
  if (hold == nullptr) return;
  for (const Call* call : pre_commits) {
    if (call->before(*hold)) continue;
    service.fail(fmt::format("{} is over before {}", mention(run, *call), mention(run, *hold)),
                 "it was not", {hold->seq(), call->seq()},
                 "PreCommitSnapshots comes before writes are flushed and held");
    return;
  }
}

void check_post_commit(const RunView& run, const Session& session,
                       const std::vector<const Call*>& post_commits, ServiceVerdicts& service) {
  if (post_commits.empty()) return;
  service.saw();
  for (const Call* release : session.service.all(Ev::release_writes)) {
    const Call& call = *post_commits.front();
    if (release->before(call)) continue;
    service.fail(fmt::format("{} is over before {}", mention(run, *release), mention(run, call)),
                 "it was not", {release->seq(), call.seq()},
                 "PostCommitSnapshots comes after writes are released");
    break;
  }
  const auto thaws = handlers_of(run, session, Ev::thaw);
  Seq first_thaw = kNever;
  for (const Handler& thaw : thaws) first_thaw = std::min(first_thaw, thaw.call->seq());
  for (const Call* call : post_commits) {
    if (over_at(*call) < first_thaw) continue;
    for (const Handler& thaw : thaws) {
      if (call->before(*thaw.call)) continue;
      service.fail(
          fmt::format("{} is over before {}", mention(run, *call), mention(run, *thaw.call)),
          "it was not", {thaw.call->seq(), call->seq()},
          "VSS calls PostCommitSnapshots for the providers, then Thaw for the writers");
      return;
    }
  }
}

// PreCommit happens after writers froze and before flush-and-hold; PostCommit after release of
// writes and before thaw.
void check_around_commit(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    check_pre_commit(run, session, session.providers.all(Ev::pre_commit_snapshots), service);
    check_post_commit(run, session, session.providers.all(Ev::post_commit_snapshots), service);
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
    for (const Ev step : {Ev::pre_final_commit_snapshots, Ev::post_final_commit_snapshots}) {
      const bool pre = step == Ev::pre_final_commit_snapshots;
      const std::vector<const Call*> calls = session.providers.all(step);
      if (calls.empty()) continue;
      service.saw();
      const Call& earliest = *calls.front();
      const auto handlers = handlers_of(run, session, pre ? Ev::thaw : Ev::post_snapshot);
      // Nobody waits for one that hangs, only for its turn.
      const Call* handler = not_over(handlers, earliest.seq(), [](const Call& call) {
        return call.returned() ? call.last_seq() : call.seq();
      });
      if (handler == nullptr) continue;
      service.fail(
          fmt::format("{} is over before {}", mention(run, *handler), mention(run, earliest)),
          "it was not", {handler->seq(), earliest.seq()},
          pre ? "PreFinalCommitSnapshots comes after thaw, so that writers can recover the copy"
              : "writers change the copy in PostSnapshot, and it may be read-only afterwards");
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
