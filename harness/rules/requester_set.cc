// Requester: the shadow copy set (spec: rules 2.7).
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// StartSnapshotSet makes an empty set and a new id.
void check_new_id(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::string, const Call*> seen;
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.calls) {
      if (call->name != Ev::start_snapshot_set || !call->ok()) continue;
      const auto id = run.arg(*call, "set");
      if (!id) continue;
      service.saw();
      if (is_null_guid(*id)) {
        service.fail("a new id", mention(run, *call) + " gave GUID_NULL", {call->seq()});
      } else if (const auto [entry, made] = seen.emplace(guid_text(*id), call); !made) {
        service.fail("a new id", mention(run, *call) + " gave an id that was used before",
                     {entry->second->seq(), call->seq()});
      }
    }
  }
}

constinit const Rule kNewId{
    {.id = "VSSR-SET-001",
     .slug = "new-set-id",
     .level = Level::must,
     .title = "StartSnapshotSet gives every set an id that no other set has.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md",
     .cause = "The service, or a layer between, answered with an old id.",
     .next_step = "Compare the ids that StartSnapshotSet returned.",
     .fails_on = VSSLAB_EX_SET "5 s2 R InitializeForBackup  5 s2 R GatherWriterMetadata  5 s2 R "
                               "StartSnapshotSet set=" VSSLAB_EX_SET_ID,
     .passes_on = VSSLAB_EX_SET},
    check_new_id};

// Which sets were in creation at a moment.
class OpenSets {
 public:
  explicit OpenSets(const RunView& run) {
    for (const SnapshotSet& set : run.sets()) {
      if (set.start != nullptr) by_start_.push_back({&set, {}, {}});
    }
    std::sort(by_start_.begin(), by_start_.end(), [](const Entry& a, const Entry& b) {
      return a.set->start->seq() < b.set->start->seq();
    });
    Latest ends, lingering;
    for (Entry& entry : by_start_) {
      const Session& session = run.sessions()[entry.set->session];
      ends.add({entry.set, entry.set->end ? entry.set->end->seq : kForever});
      // A failed set may hold the slot until its object goes.
      if (entry.set->result != "created") {
        lingering.add({entry.set, session.end ? session.end->last_seq() : kForever});
      }
      entry.ends = ends;
      entry.lingering = lingering;
    }
  }
  struct Beside {
    const SnapshotSet* open = nullptr;  // of another session, in creation until the call was over
    bool lingers = false;
  };
  Beside beside(std::uint32_t own, const Call& call) const {
    const auto later = std::partition_point(
        by_start_.begin(), by_start_.end(),
        [&](const Entry& entry) { return entry.set->start->seq() <= call.seq(); });
    if (later == by_start_.begin()) return {};
    const Entry& entry = *std::prev(later);
    const Until open = entry.ends.beside(own), held = entry.lingering.beside(own);
    return {open.seq > call.last_seq() ? open.set : nullptr, held.seq > call.seq()};
  }

 private:
  static constexpr Seq kForever = std::numeric_limits<Seq>::max();
  struct Until {
    const SnapshotSet* set = nullptr;
    Seq seq = 0;
  };
  // What lasts longest, and what lasts longest of the other sessions.
  struct Latest {
    Until first, second;
    void add(Until until) {
      if (first.set == nullptr || first.set->session == until.set->session) {
        if (until.seq > first.seq) first = until;
      } else if (until.seq > first.seq) {
        second = first;
        first = until;
      } else if (until.seq > second.seq) {
        second = until;
      }
    }
    Until beside(std::uint32_t session) const {
      return first.set != nullptr && first.set->session == session ? second : first;
    }
  };
  struct Entry {
    const SnapshotSet* set;
    Latest ends, lingering;  // of all up to here
  };
  std::vector<Entry> by_start_;
};

// It returns VSS_E_SNAPSHOT_SET_IN_PROGRESS while any other set is being made.
void check_one_at_a_time(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const OpenSets open_sets(run);
  for (const Session& session : run.sessions()) {
    const auto own = static_cast<std::uint32_t>(&session - run.sessions().data());
    for (const Call* call : session.calls) {
      if (call->name != Ev::start_snapshot_set || !call->returned()) continue;
      const auto [open, lingers] = open_sets.beside(own, *call);
      const bool busy = call->hr() == hr::snapshot_set_in_progress;
      if (open != nullptr && expected_state(run, *call)) {
        service.expect(busy, "VSS_E_SNAPSHOT_SET_IN_PROGRESS, for another set is being made",
                       mention(run, *call) + ": " + hresult_name(call->hr()),
                       {open->start->seq(), call->seq()});
      } else if (busy && !lingers) {
        service.fail("no VSS_E_SNAPSHOT_SET_IN_PROGRESS, for no other set is being made",
                     mention(run, *call), {call->seq()});
      } else if (!busy) {
        service.saw();
      }
    }
  }
}

constinit const Rule kOneAtATime{
    {.id = "VSSR-SET-002",
     .slug = "one-set-at-a-time",
     .level = Level::must,
     .title =
         "StartSnapshotSet answers VSS_E_SNAPSHOT_SET_IN_PROGRESS exactly while another set is "
         "being made.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md, "
               "state-transitions-in-shadow-copy-providers.md",
     .cause = "The service let two sets be made at once, or refused without reason.",
     .next_step = "Look which sets were open; a requester waits and tries again.",
     .fails_on = VSSLAB_EX_SET "3 s2 R2 InitializeForBackup  3 s2 R2 GatherWriterMetadata  3 s2 R2 "
                               "StartSnapshotSet set=5 hr=S_OK",
     .passes_on =
         VSSLAB_EX_SET "3 s2 R2 InitializeForBackup  3 s2 R2 GatherWriterMetadata  3 s2 R2 "
                       "StartSnapshotSet hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS"},
    check_one_at_a_time};

// It returns VSS_E_BAD_STATE uninitialised, in restore or out of order.
void check_start_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_003, "an object opens one set, and only in a backup");
}

constinit const Rule kStartOrder{
    {.id = "VSSR-SET-003",
     .slug = "start-set-in-order",
     .level = Level::must,
     .title = "StartSnapshotSet is not called while the object's set is open nor in a restore, and "
              "VSS answers VSS_E_BAD_STATE there.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md, "
               "state-transitions-in-shadow-copy-providers.md",
     .cause = "A set is started per volume instead of one for all volumes.",
     .next_step = "Start one set, add every volume to it, and make it with one DoSnapshotSet.",
     .fails_on = VSSLAB_EX_SET "3 R StartSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET},
    check_start_order};

// AddToSnapshotSet needs a started set.
void check_add_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_004, "there is no set to which the volume could be added");
}

constinit const Rule kAddOrder{
    {.id = "VSSR-SET-004",
     .slug = "add-volume-to-a-started-set",
     .level = Level::must,
     .title = "AddToSnapshotSet comes after StartSnapshotSet, and VSS answers VSS_E_BAD_STATE "
              "before.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "StartSnapshotSet failed or was left out.",
     .next_step = "Check the result of StartSnapshotSet before volumes are added.",
     .fails_on = VSSLAB_EX_GATHERED "2 R AddToSnapshotSet volume=C:\\ hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET},
    check_add_order};

// Nothing can be added once DoSnapshotSet has been called.
void check_set_is_fixed(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_016, "the set is fixed when DoSnapshotSet begins");
}

constinit const Rule kSetIsFixed{
    {.id = "VSSR-SET-016",
     .slug = "set-fixed-by-do-snapshot-set",
     .level = Level::must,
     .title = "No volume is added after DoSnapshotSet was called, and VSS answers VSS_E_BAD_STATE "
              "to it.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "A volume is found late, while files are copied.",
     .next_step = "Add every volume before PrepareForBackup; a late one needs a new backup.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R AddToSnapshotSet volume=D:\\ hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED},
    check_set_is_fixed};

constexpr const Rule* kRules[] = {&kNewId, &kOneAtATime, &kStartOrder, &kAddOrder, &kSetIsFixed};

}  // namespace

RuleSpan requester_set_rules() { return kRules; }

}  // namespace vsslab::rules
