// Provider: support and preparation (spec: rules 3.2).
#include <fmt/format.h>

#include <map>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// BeginPrepareSnapshot is called once per volume added, with unique LUNs inside a call; the same
// LUN may come again for another volume and must be handled.
void check_once_per_volume(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const ProviderInfo& provider : run.providers()) {
    for (const ProviderSet& set : sets_of(run, provider)) {
      std::map<std::string, const Call*> seen;
      for (const Call* call : set.calls) {
        if (call->name != Ev::begin_prepare_snapshot) continue;
        const auto volume = run.arg(*call, "volume");
        if (!volume) continue;
        service.saw();
        const auto entry = seen.find(lower(*volume));
        if (entry == seen.end()) {  // one that was refused may come again
          if (call->ok()) seen.emplace(lower(*volume), call);
          continue;
        }
        service.fail(fmt::format("BeginPrepareSnapshot once for {}", *volume),
                     mention(run, *call) + " is the second one in the set",
                     {entry->second->seq(), call->seq()});
      }
    }
  }
}

constinit const Rule kOncePerVolume{
    {.id = "VSSP-PREP-001",
     .slug = "begin-prepare-once-per-volume",
     .level = Level::must,
     .title = "BeginPrepareSnapshot is called once for each volume of a set.",
     .source = "the-shadow-copy-creation-process.md",
     .cause = "The service, or a layer between, called the provider twice.",
     .next_step = "Compare AddToSnapshotSet with the provider's calls.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P BeginPrepareSnapshot set=aa "
                 "volume=C:\\",
     .passes_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P BeginPrepareSnapshot set=aa "
                  "volume=D:\\"},
    check_once_per_volume};

// The page gives no number; what takes longer than this was not only started.
constexpr Duration kQuickly = std::chrono::seconds(30);

// BeginPrepareSnapshot starts the long work and returns quickly.
void check_begin_quick(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    for (const Call* call : provider.calls) {
      if (call->name == Ev::begin_prepare_snapshot) {
        require_within(run, out, provider.name, *call, kQuickly);
      }
    }
  }
}

constinit const Rule kBeginQuick{
    {.id = "VSSP-PREP-002",
     .slug = "begin-prepare-quick",
     .level = Level::must,
     .title = "BeginPrepareSnapshot only starts the work: it returns within 30 seconds.",
     .source = "required-behaviors-for-shadow-copy-providers.md, "
               "shadow-copy-creation-for-providers.md",
     .cause = "The provider synchronises or allocates before it returns.",
     .next_step = "Start the work, and wait for it in EndPrepareSnapshots.",
     .fails_on = "1 P BeginPrepareSnapshot enter set=aa  91 P BeginPrepareSnapshot leave set=aa",
     .passes_on = "1 P BeginPrepareSnapshot enter set=aa  2 P BeginPrepareSnapshot leave set=aa"},
    check_begin_quick};

// EndPrepareSnapshots waits for all preparation of the set; all time-critical work is done when it
// returns. (Seen by what the provider writes between it and CommitSnapshots.)
void check_end_waits(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    const Call* prepared = nullptr;  // EndPrepareSnapshots, until CommitSnapshots
    for (const Call* call : provider.calls) {
      if (call->name == Ev::end_prepare_snapshots && call->ok()) {
        verdicts.saw();
        prepared = call;
      } else if (call->name == Ev::commit_snapshots || call->name == Ev::abort_snapshots ||
                 call->name == Ev::begin_prepare_snapshot) {
        prepared = nullptr;
      }
      if (call->name != Ev::write || prepared == nullptr) continue;
      if (call->seq() < prepared->last_seq()) continue;
      verdicts.fail(
          "no work on the set after EndPrepareSnapshots",
          fmt::format(
              "a write to {}",
              run.arg(*call, "path").value_or(run.arg(*call, "volume").value_or("a volume"))),
          {prepared->last_seq(), call->seq()});
    }
  }
}

constinit const Rule kEndWaits{
    {.id = "VSSP-END-001",
     .slug = "prepared-when-end-prepare-returns",
     .level = Level::must,
     .title = "A provider writes nothing more for a set between EndPrepareSnapshots and "
              "CommitSnapshots.",
     .source = "shadow-copy-creation-for-providers.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-endpreparesnapshots.md",
     .cause = "A thread of the provider is still preparing.",
     .next_step = "Wait for every thread of the set before EndPrepareSnapshots returns.",
     .fails_on = "1 P EndPrepareSnapshots set=aa  2 P Write volume=C:\\ path=C:\\area  3 P "
                 "CommitSnapshots set=aa",
     .passes_on = "1 P Write volume=C:\\ path=C:\\area  1 P EndPrepareSnapshots set=aa  3 P "
                  "CommitSnapshots set=aa"},
    check_end_waits};

// The codes of BeginPrepareSnapshot that speak about the volume or the context, not about order.
bool speaks_of_volume(Hr code) {
  return code != hr::provider_veto && may_return(Ev::begin_prepare_snapshot, code);
}

// An out-of-sequence BeginPrepareSnapshot with a new set id at any point means the old set is dead
// and a new one begins.
void check_new_set_accepted(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    std::string open;  // the set that was begun last and not finished
    const Call* begun = nullptr;
    for (const Call* call : provider.calls) {
      const std::string set = guid_text(run.arg(*call, "set").value_or(""));
      if (call->name == Ev::begin_prepare_snapshot) {
        if (begun != nullptr && set != open && call->returned() &&
            !is_lost_connection(call->hr())) {
          verdicts.expect(speaks_of_volume(call->hr()),
                          "the unfinished set is dropped and the new one accepted",
                          mention(run, *call) + ": " + hresult_name(call->hr()),
                          {begun->seq(), call->last_seq()});
        }
        if (!call->ok()) continue;
        open = set;
        begun = call;
      } else if ((call->name == Ev::post_final_commit_snapshots && call->ok()) ||
                 call->name == Ev::abort_snapshots) {
        if (set == open) begun = nullptr;
      }
    }
  }
}

constinit const Rule kNewSetAccepted{
    {.id = "VSSP-PREP-003",
     .slug = "new-set-drops-the-old",
     .level = Level::must,
     .title =
         "A provider that is asked to prepare a new set gives up an unfinished one and accepts.",
     .source = "state-transitions-in-shadow-copy-providers.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-abortsnapshots.md",
     .cause = "The provider waits for AbortSnapshots, which does not come before DoSnapshotSet.",
     .next_step = "Free what belongs to the old set when BeginPrepareSnapshot names a new one.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P BeginPrepareSnapshot set=bb "
                 "volume=C:\\ hr=VSS_E_BAD_STATE",
     .passes_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\  2 P BeginPrepareSnapshot set=bb "
                  "volume=C:\\"},
    check_new_set_accepted};

// Results allowed: S_OK, E_OUTOFMEMORY, E_INVALIDARG, MAXIMUM_NUMBER_OF_VOLUMES_REACHED,
// NESTED_VOLUME_LIMIT, PROVIDER_VETO, VOLUME_NOT_SUPPORTED_BY_PROVIDER, UNSUPPORTED_CONTEXT. (And
// MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED, which the closed list and AddToSnapshotSet's page have.)
void check_begin_codes(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::begin_prepare_snapshot || !call->returned()) continue;
      if (is_lost_connection(call->hr())) continue;
      verdicts.expect(may_return(call->name, call->hr()), "a code that the method's page lists",
                      mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kBeginCodes{
    {.id = "VSSP-PREP-004",
     .slug = "begin-prepare-codes",
     .level = Level::must,
     .title = "BeginPrepareSnapshot returns only codes that its page lists.",
     .source = "nf-vsprov-ivsshardwaresnapshotprovider-beginpreparesnapshot.md, "
               "nf-vsprov-ivsssoftwaresnapshotprovider-beginpreparesnapshot.md",
     .cause = "The provider hands on the code of a call it made.",
     .next_step = "Write an event-log entry and return VSS_E_PROVIDER_VETO.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\ hr=E_FAIL",
     .passes_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\ hr=VSS_E_PROVIDER_VETO"},
    check_begin_codes};

// The page says "at once"; a second is more than any provider needs to stop waiting.
constexpr Duration kAtOnce = std::chrono::seconds(1);

// It may be long, so an AbortSnapshots arriving meanwhile must end it at once.
void check_abort_ends_wait(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const ProviderSet& set : sets_of(run, provider)) {
      const Call* waits = set.first(Ev::end_prepare_snapshots);
      const Call* abort = set.first(Ev::abort_snapshots);
      if (waits == nullptr || abort == nullptr || abort->seq() < waits->seq()) continue;
      if (waits->before(*abort)) continue;
      const Time end = waits->returned() ? waits->end() : run.end_time();
      const Duration late = end - abort->begin();
      if (late <= kAtOnce && !waits->returned() && !run.complete()) {
        verdicts.inconclusive("the journal ends before EndPrepareSnapshots returns");
        continue;
      }
      verdicts.expect(late <= kAtOnce && waits->returned(),
                      "EndPrepareSnapshots returns at once when the set is aborted",
                      waits->returned() ? seconds(late) + " later" : std::string("it did not"),
                      {waits->seq(), abort->seq(), waits->last_seq()});
    }
  }
}

constinit const Rule kAbortEndsWait{
    {.id = "VSSP-END-002",
     .slug = "abort-ends-preparation",
     .level = Level::must,
     .title = "AbortSnapshots ends an EndPrepareSnapshots that still waits.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-endpreparesnapshots.md",
     .cause = "EndPrepareSnapshots waits for the array without looking whether it was aborted.",
     .next_step = "Wait for the work and for the abort at once, and return when either is there.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa  2 P EndPrepareSnapshots enter set=aa  3 P "
                 "AbortSnapshots enter set=aa  3 P AbortSnapshots leave set=aa  90 P "
                 "EndPrepareSnapshots leave set=aa",
     .passes_on = "1 P BeginPrepareSnapshot set=aa  2 P EndPrepareSnapshots enter set=aa  3 P "
                  "AbortSnapshots enter set=aa  3 P EndPrepareSnapshots leave set=aa  3 P "
                  "AbortSnapshots leave set=aa"},
    check_abort_ends_wait};

constexpr const Rule* kRules[] = {&kEndWaits,      &kBeginQuick,     &kAbortEndsWait,
                                  &kOncePerVolume, &kNewSetAccepted, &kBeginCodes};

}  // namespace

RuleSpan provider_prepare_rules() { return kRules; }

}  // namespace vsslab::rules
