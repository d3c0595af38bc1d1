// Requester: enabling, gathering and reading writers (spec: rules 2.4).
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// EnableWriterClasses, DisableWriterClasses and DisableWriterInstances work only before
// GatherWriterMetadata; later they have no effect.
void check_choose_before_gather(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::meta_001, "after GatherWriterMetadata the call has no effect");
}

constinit const Rule kChooseBeforeGather{
    {.id = "VSSR-META-001",
     .slug = "choose-writers-before-gather",
     .level = Level::must,
     .title = "Writers are enabled and disabled before GatherWriterMetadata.",
     .source = "nf-vsbackup-ivssbackupcomponents-enablewriterclasses.md, "
               "overview-of-backup-initialization.md",
     .cause = "The program looks at the writers first and then disables some on the same object.",
     .next_step = "Learn the writers with a second object that is thrown away, then choose before "
                  "the gather of the real one.",
     .fails_on = VSSLAB_EX_GATHERED "2 R DisableWriterClasses "
                                    "ids=a65faa63-5ea8-4ebc-9dbd-a0c4db26912a",
     .passes_on = VSSLAB_EX_INIT "0 R DisableWriterClasses "
                                 "ids=a65faa63-5ea8-4ebc-9dbd-a0c4db26912a"},
    check_choose_before_gather};

// What the requester asked for with Enable… and Disable… up to its gather.
struct Choice {
  bool any_enable = false, any_disable = false;
  bool enable_after_disable = false;
  std::set<std::string> enabled, disabled, instances;
  const Call* first = nullptr;

  bool allows(const WriterInfo& writer) const {
    const std::string id = guid_text(writer.writer_id);
    if (any_enable && enabled.count(id) == 0) return false;
    return disabled.count(id) == 0 && instances.count(guid_text(writer.instance)) == 0;
  }
};

void add_ids(const RunView& run, const Call& call, std::set<std::string>& ids) {
  for (const std::string_view id : split_list(run.arg(call, "ids").value_or(""))) {
    ids.insert(guid_text(id));
  }
}

Choice choice_of(const RunView& run, const Session& session, const Call& gather) {
  Choice choice;
  for (const Call* call : session.calls) {
    if (call->seq() >= gather.seq()) break;
    if (!call->ok()) continue;
    if (call->name == Ev::enable_writer_classes) {
      if (!choice.any_enable) {
        choice.enable_after_disable = choice.any_disable;
        choice.disabled.clear();
        choice.instances.clear();
      }
      choice.any_enable = true;
      add_ids(run, *call, choice.enabled);
    } else if (call->name == Ev::disable_writer_classes) {
      choice.any_disable = true;
      std::set<std::string> ids;
      add_ids(run, *call, ids);
      for (const std::string& id : ids) choice.enabled.erase(id);
      choice.disabled.insert(ids.begin(), ids.end());
    } else if (call->name == Ev::disable_writer_instances) {
      choice.any_disable = true;
      add_ids(run, *call, choice.instances);
    } else {
      continue;
    }
    if (choice.first == nullptr) choice.first = call;
  }
  return choice;
}

// Was the writer there from before the gather until it was over?
bool was_listening(const RunView& run, const WriterInfo& writer, const Call& gather) {
  const auto end = over(run, gather);
  if (!end || failed(end->hr)) return false;
  const Call* subscribed = writer.calls.first_ok(Ev::subscribe);
  if (subscribed == nullptr || subscribed->seq() > gather.seq()) return false;
  for (const Ev name : {Ev::unsubscribe, Ev::uninitialize, Ev::process_exit}) {
    if (const Call* gone = writer.calls.first(name); gone && gone->seq() < end->seq) return false;
  }
  return true;
}

// How many writers listened at a moment, of all classes and of each.
class Listeners {
 public:
  explicit Listeners(const RunView& run) {
    for (const WriterInfo& writer : run.writers()) {
      if (writer.writer_id.empty()) continue;
      const std::string id = guid_text(writer.writer_id);
      const Call* subscribed = writer.calls.first_ok(Ev::subscribe);
      if (subscribed == nullptr) continue;
      const Seq from = subscribed->seq();
      Seq until = 0;
      for (const Ev name : {Ev::unsubscribe, Ev::uninitialize, Ev::process_exit}) {
        const Call* gone = writer.calls.first(name);
        if (gone != nullptr && (until == 0 || gone->seq() < until)) until = gone->seq();
      }
      for (Counts* counts : {&all_, &by_class_[id]}) {
        counts->came.push_back(from);
        if (until != 0) counts->left.push_back(until);
      }
      if (!writer.instance.empty()) {
        instances_.emplace(guid_text(writer.instance), std::pair(id, &writer));
      }
    }
    for (auto& [id, counts] : by_class_) counts.sort();
    all_.sort();
  }
  // At least so many that the choice allows listened from `from` to `to`. (Who came and left
  // between the two is counted as one that left.)
  std::size_t allowed(const Choice& choice, const RunView& run, const Call& gather, Seq to) const {
    std::ptrdiff_t count = 0;
    const Seq from = gather.seq();
    if (choice.any_enable) {
      for (const std::string& id : choice.enabled) {
        if (choice.disabled.count(id) == 0) count += of_class(id).between(from, to);
      }
    } else {
      count = all_.between(from, to);
      for (const std::string& id : choice.disabled) count -= of_class(id).between(from, to);
    }
    for (const std::string& instance : choice.instances) {
      const auto found = instances_.find(instance);
      if (found == instances_.end()) continue;
      const auto& [id, writer] = found->second;
      const bool in_class =
          choice.disabled.count(id) == 0 && (!choice.any_enable || choice.enabled.count(id) != 0);
      if (in_class && was_listening(run, *writer, gather)) --count;
    }
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

 private:
  struct Counts {
    std::vector<Seq> came, left;
    void sort() {
      std::sort(came.begin(), came.end());
      std::sort(left.begin(), left.end());
    }
    std::ptrdiff_t between(Seq from, Seq to) const {
      return (std::upper_bound(came.begin(), came.end(), from) - came.begin()) -
             (std::lower_bound(left.begin(), left.end(), to) - left.begin());
    }
  };
  const Counts& of_class(const std::string& id) const {
    static const Counts kNone;
    const auto found = by_class_.find(id);
    return found == by_class_.end() ? kNone : found->second;
  }

  Counts all_;
  std::map<std::string, Counts> by_class_;
  std::map<std::string, std::pair<std::string, const WriterInfo*>> instances_;
};

enum class Kind { enable, disable, enable_after_disable };

Kind kind_of(const Choice& choice) {
  if (choice.enable_after_disable) return Kind::enable_after_disable;
  return choice.any_enable ? Kind::enable : Kind::disable;
}

// The first writer that the choice allows, that listened and that got no Identify; null when there
// is none.
const WriterInfo* left_out(const RunView& run, const Session& session, const Choice& choice,
                           const Call& gather) {
  for (const WriterInfo& writer : run.writers()) {
    if (writer.writer_id.empty() || !choice.allows(writer)) continue;
    const Participation* part = run.find_participation(writer, session);
    const bool identified = part != nullptr && part->calls.has(Ev::identify);
    if (!identified && was_listening(run, writer, gather)) return &writer;
  }
  return nullptr;
}

void check_choice(const RunView& run, Findings& out, Kind kind) {
  ServiceVerdicts service(out);
  std::optional<Listeners> listeners;
  for (const Session& session : run.sessions()) {
    const Call* gather = session.calls.first_ok(Ev::gather_writer_metadata);
    if (gather == nullptr) continue;
    const Choice choice = choice_of(run, session, *gather);
    if (choice.first == nullptr || kind_of(choice) != kind) continue;
    service.saw();
    std::size_t identified = 0;  // those allowed that listened
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const WriterInfo& writer = run.writer(part);
      const Call* identify = part.calls.first(Ev::identify);
      if (identify == nullptr || writer.writer_id.empty()) continue;
      if (!choice.allows(writer)) {
        service.fail("no Identify for a writer that is switched off", mention(run, *identify),
                     {choice.first->seq(), identify->seq()});
      } else if (was_listening(run, writer, *gather)) {
        ++identified;
      }
    }
    const auto end = over(run, *gather);
    if (!end || failed(end->hr)) continue;
    if (!listeners) listeners.emplace(run);
    if (identified >= listeners->allowed(choice, run, *gather, end->seq)) continue;
    const WriterInfo* writer = left_out(run, session, choice, *gather);
    if (writer == nullptr) continue;
    service.fail("Identify for " + std::string(writer->name) + ", which is not switched off",
                 "it never came", {choice.first->seq(), gather->seq()});
    return;  // one is enough, and finding it takes a look at every writer
  }
}

// All classes are enabled by default; after the first Enable call only listed ones are; later calls
// add; Disable takes listed ones off.
void check_enabled(const RunView& run, Findings& out) { check_choice(run, out, Kind::enable); }

constinit const Rule kEnabled{
    {.id = "VSSR-META-002",
     .slug = "enabled-classes-only",
     .level = Level::must,
     .title = "After EnableWriterClasses exactly the listed classes get Identify.",
     .source = "nf-vsbackup-ivssbackupcomponents-enablewriterclasses.md",
     .cause = "The service sent Identify to a class that was not enabled, or left an enabled one "
              "out.",
     .next_step = "Compare the ids of the call with the writers that got Identify.",
     .fails_on = "0 W1 Initialize writer_id=aa  0 R InitializeForBackup  1 R EnableWriterClasses "
                 "ids=bb  2 R GatherWriterMetadata enter  2 W1 Identify enter  2 W1 Identify leave "
                 "ret=true  3 R GatherWriterMetadata leave",
     .passes_on =
         "0 W1 Initialize writer_id=aa  0 R InitializeForBackup  1 R EnableWriterClasses "
         "ids=aa  2 R GatherWriterMetadata enter  2 W1 Identify enter  2 W1 Identify leave "
         "ret=true  3 R GatherWriterMetadata leave"},
    check_enabled};

// DisableWriterClasses switches off every instance of a class, DisableWriterInstances single ones.
void check_disabled(const RunView& run, Findings& out) { check_choice(run, out, Kind::disable); }

constinit const Rule kDisabled{
    {.id = "VSSR-META-013",
     .slug = "disabled-writers-left-out",
     .level = Level::must,
     .title = "Exactly the disabled writer classes and instances get no Identify.",
     .source = "nf-vsbackup-ivssbackupcomponents-disablewriterclasses.md, "
               "nf-vsbackup-ivssbackupcomponents-disablewriterinstances.md",
     .cause = "The service sent Identify to a disabled writer, or left another one out.",
     .next_step = "Compare the ids of the calls with the writers that got Identify.",
     .fails_on = "0 W1 Initialize writer_id=aa  0 R InitializeForBackup  1 R DisableWriterClasses "
                 "ids=aa  2 R GatherWriterMetadata enter  2 W1 Identify enter  2 W1 Identify leave "
                 "ret=true  3 R GatherWriterMetadata leave",
     .passes_on =
         "0 W1 Initialize writer_id=aa  0 R InitializeForBackup  1 R DisableWriterClasses "
         "ids=bb  2 R GatherWriterMetadata enter  2 W1 Identify enter  2 W1 Identify leave "
         "ret=true  3 R GatherWriterMetadata leave"},
    check_disabled};

// The first EnableWriterClasses call after disable calls cancels those disables.
void check_enable_cancels(const RunView& run, Findings& out) {
  check_choice(run, out, Kind::enable_after_disable);
}

constinit const Rule kEnableCancels{
    {.id = "VSSR-META-014",
     .slug = "enable-cancels-disable",
     .level = Level::must,
     .title = "The first EnableWriterClasses cancels what was disabled before it.",
     .source = "nf-vsbackup-ivssbackupcomponents-disablewriterclasses.md, "
               "nf-vsbackup-ivssbackupcomponents-enablewriterclasses.md",
     .cause = "The service kept a writer off that was enabled last.",
     .next_step = "Compare the order of the calls with the writers that got Identify.",
     .fails_on =
         "0 W1 Initialize writer_id=aa  0 W1 Subscribe mask=0x6  0 R InitializeForBackup  1 "
         "R DisableWriterClasses ids=aa  1 R EnableWriterClasses ids=aa  2 R "
         "GatherWriterMetadata",
     .passes_on =
         "0 W1 Initialize writer_id=aa  0 W1 Subscribe mask=0x6  0 R InitializeForBackup  1 "
         "R DisableWriterClasses ids=aa  1 R EnableWriterClasses ids=aa  2 R "
         "GatherWriterMetadata enter  2 W1 Identify enter  2 W1 Identify leave ret=true  3 "
         "R GatherWriterMetadata leave"},
    check_enable_cancels};

// GatherWriterMetadata is called in every backup and restore that involves writers.
void check_gather_called(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    if (session.no_writers() || session.context == kContextAll) continue;
    const Call* needs = nullptr;
    for (const Ev name :
         {Ev::add_component, Ev::prepare_for_backup, Ev::do_snapshot_set, Ev::pre_restore}) {
      const Call* call = session.calls.first(name);
      if (call != nullptr && (needs == nullptr || call->seq() < needs->seq())) needs = call;
    }
    if (needs == nullptr) continue;
    const Call* const gather = session.calls.first(Ev::gather_writer_metadata);
    const Call* const make = session.calls.first(Ev::do_snapshot_set);
    if (gather != nullptr && make != nullptr && make->seq() < gather->seq()) {
      verdicts.fail("GatherWriterMetadata before the shadow copy is made",
                    mention(run, *make) + " came first", {make->seq(), gather->seq()});
      continue;
    }
    verdicts.expect(gather != nullptr, "GatherWriterMetadata in an operation with writers",
                    mention(run, *needs) + " came and GatherWriterMetadata never did",
                    {needs->seq()});
  }
}

constinit const Rule kGatherCalled{
    {.id = "VSSR-META-004",
     .slug = "gather-metadata",
     .level = Level::must,
     .title = "A backup or restore with writers calls GatherWriterMetadata, and before it makes a "
              "shadow copy.",
     .source = "overview-of-backup-initialization.md, shadow-copy-creation-details.md",
     .cause = "The call was left out, or comes too late, so no writer takes part.",
     .next_step = "Call GatherWriterMetadata, wait for it, and read every writer's document; or "
                  "choose a context without writers.",
     .fails_on = VSSLAB_EX_INIT "1 R StartSnapshotSet  2 R DoSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED,
     .consequences = "VSSR-INIT-010, VSSR-COMP-002, VSSR-PREP-001, VSSR-SNAP-001"},
    check_gather_called};

// It is called once per object.
void check_gather_once(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::meta_005, "an object gathers the writers' documents once");
}

constinit const Rule kGatherOnce{
    {.id = "VSSR-META-005",
     .slug = "gather-once",
     .level = Level::must,
     .title =
         "GatherWriterMetadata is called once per object, and VSS answers VSS_E_BAD_STATE to a "
         "second call.",
     .source = "nf-vsbackup-ivssbackupcomponents-gatherwritermetadata.md",
     .cause = "The program refreshes its list of writers on the same object.",
     .next_step = "Create a new object for a fresh list.",
     .fails_on = VSSLAB_EX_GATHERED "2 R GatherWriterMetadata hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED},
    check_gather_once};

// With a writer context, DoSnapshotSet without an earlier GatherWriterMetadata fails. (That the
// requester left it out is VSSR-META-004.)
void check_no_copy_without_gather(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::meta_006, "");
}

constinit const Rule kNoCopyWithoutGather{
    {.id = "VSSR-META-006",
     .slug = "no-copy-without-gather",
     .level = Level::must,
     .title = "VSS answers VSS_E_BAD_STATE to DoSnapshotSet in a context with writers when no "
              "metadata was gathered.",
     .source = "shadow-copy-creation-details.md",
     .cause = "The service made a shadow copy that no writer knew of.",
     .next_step = "Compare the calls before DoSnapshotSet with its result.",
     .fails_on = VSSLAB_EX_INIT "1 R StartSnapshotSet  2 R DoSnapshotSet hr=S_OK",
     .passes_on = VSSLAB_EX_INIT "1 R StartSnapshotSet  2 R DoSnapshotSet hr=VSS_E_BAD_STATE"},
    check_no_copy_without_gather};

// GetWriterMetadataCount / GetWriterMetadata only after the gather has finished.
void check_read_after_gather(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::meta_008, "there are no documents before the gather is over");
}

constinit const Rule kReadAfterGather{
    {.id = "VSSR-META-008",
     .slug = "read-metadata-after-gather",
     .level = Level::must,
     .title =
         "Writers' documents are read after GatherWriterMetadata has finished, and VSS refuses "
         "it before.",
     .source = "overview-of-the-backup-discovery-phase.md",
     .cause = "The program did not wait for the gather, or never started it.",
     .next_step = "Wait for the IVssAsync of GatherWriterMetadata and check QueryStatus.",
     .fails_on = VSSLAB_EX_INIT "1 R GetWriterMetadataCount hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R GetWriterMetadataCount count=1"},
    check_read_after_gather};

constexpr const Rule* kRules[] = {
    &kChooseBeforeGather,  &kEnabled,         &kGatherCalled, &kGatherOnce,
    &kNoCopyWithoutGather, &kReadAfterGather, &kDisabled,     &kEnableCancels};

}  // namespace

RuleSpan requester_meta_rules() { return kRules; }

}  // namespace vsslab::rules
