// Provider: abort (spec: rules 3.4).
#include <fmt/format.h>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// AbortSnapshots comes only after DoSnapshotSet was called, i.e. not before EndPrepareSnapshots has
// been called.
void check_not_early(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const ProviderInfo& provider : run.providers()) {
    for (const ProviderSet& set : sets_of(run, provider)) {
      const Call* abort = set.first(Ev::abort_snapshots);
      if (abort == nullptr || set.prepared() == 0) continue;
      const Call* end = set.first(Ev::end_prepare_snapshots);
      service.expect(end != nullptr && end->began_before(*abort),
                     "EndPrepareSnapshots before AbortSnapshots",
                     mention(run, *abort) + " came first", {abort->seq()});
    }
  }
}

constinit const Rule kNotEarly{
    {.id = "VSSP-ABORT-001",
     .slug = "no-abort-before-end-prepare",
     .level = Level::must,
     .title = "AbortSnapshots is not sent before EndPrepareSnapshots was called.",
     .source = "state-transitions-in-shadow-copy-providers.md",
     .cause = "The service announced an abort that providers are not to be told of.",
     .next_step = "Compare AbortBackup with the provider's calls.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa  2 P AbortSnapshots set=aa",
     .passes_on = "1 P BeginPrepareSnapshot set=aa  2 P EndPrepareSnapshots set=aa  3 P "
                  "AbortSnapshots set=aa"},
    check_not_early};

// It ends the prepared copies of the set; an unknown set is VSS_E_OBJECT_NOT_FOUND.
void check_unknown_set(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const ProviderSet& set : sets_of(run, provider)) {
      const Call* abort = set.first(Ev::abort_snapshots);
      if (abort == nullptr || !abort->returned() || is_lost_connection(abort->hr())) continue;
      if (set.first(Ev::begin_prepare_snapshot) != nullptr) continue;
      verdicts.expect(abort->hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                      fmt::format("{} of a set that was never begun: {}", mention(run, *abort),
                                  hresult_name(abort->hr())),
                      {abort->last_seq()});
    }
  }
}

constinit const Rule kUnknownSet{
    {.id = "VSSP-ABORT-002",
     .slug = "abort-of-unknown-set",
     .level = Level::must,
     .title = "AbortSnapshots of a set that the provider does not know gives "
              "VSS_E_OBJECT_NOT_FOUND.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-abortsnapshots.md",
     .cause = "The provider does not look at the id.",
     .next_step = "Compare the id with the set in preparation.",
     .fails_on = "1 P AbortSnapshots set=aa hr=S_OK",
     .passes_on = "1 P AbortSnapshots set=aa hr=VSS_E_OBJECT_NOT_FOUND"},
    check_unknown_set};

// It must be acceptable at any time after that and in any state.
void check_always_accepted(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const ProviderSet& set : sets_of(run, provider)) {
      bool over = false;  // finished or aborted before: the set may be unknown by now
      for (const Call* call : set.calls) {
        if (call->name == Ev::post_final_commit_snapshots && call->ok()) over = true;
        if (call->name != Ev::abort_snapshots) continue;
        if (set.first(Ev::begin_prepare_snapshot) == nullptr || !call->returned() ||
            is_lost_connection(call->hr())) {
          continue;
        }
        verdicts.expect(call->ok() || (over && call->hr() == hr::object_not_found), "S_OK",
                        mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
        over = true;
      }
    }
  }
}

constinit const Rule kAlwaysAccepted{
    {.id = "VSSP-ABORT-004",
     .slug = "abort-accepted-in-any-state",
     .level = Level::must,
     .title = "A provider accepts AbortSnapshots in every state of a set.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-endpreparesnapshots.md",
     .cause = "The provider accepts an abort only in the states that it expects.",
     .next_step = "Free whatever the set holds and return S_OK.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa  2 P EndPrepareSnapshots set=aa  3 P "
                 "AbortSnapshots set=aa hr=VSS_E_BAD_STATE",
     .passes_on = "1 P BeginPrepareSnapshot set=aa  2 P EndPrepareSnapshots set=aa  3 P "
                  "AbortSnapshots set=aa hr=S_OK"},
    check_always_accepted};

constexpr const Rule* kRules[] = {&kNotEarly, &kUnknownSet, &kAlwaysAccepted};

}  // namespace

RuleSpan provider_abort_rules() { return kRules; }

}  // namespace vsslab::rules
