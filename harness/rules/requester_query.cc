// Requester: query, delete, break (spec: rules 2.13).
#include <fmt/format.h>

#include <map>
#include <utility>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// Query takes GUID_NULL and asks for snapshots or providers only.
void check_query_arguments(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::query) continue;
      verdicts.saw();
      const std::string_view type = run.arg(*call, "type").value_or("VSS_OBJECT_NONE");
      const std::string_view returned = run.arg(*call, "returned").value_or("");
      const bool good = is_null_guid(run.arg(*call, "queried").value_or("")) &&
                        type == "VSS_OBJECT_NONE" &&
                        (returned.empty() || returned == "VSS_OBJECT_SNAPSHOT" ||
                         returned == "VSS_OBJECT_PROVIDER");
      if (good) continue;
      verdicts.fail("GUID_NULL, VSS_OBJECT_NONE, and snapshots or providers to be returned",
                    fmt::format("{}: {}, {}, {}", mention(run, *call),
                                run.arg(*call, "queried").value_or("GUID_NULL"), type, returned),
                    {call->seq()});
      if (call->returned() && expected_state(run, *call)) {
        service.expect(call->hr() == hr::invalid_arg, "E_INVALIDARG",
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      }
    }
  }
}

constinit const Rule kQueryArguments{
    {.id = "VSSR-QUERY-001",
     .slug = "query-arguments",
     .level = Level::must,
     .title =
         "Query asks with GUID_NULL for snapshots or providers, and VSS answers E_INVALIDARG to "
         "anything else.",
     .source = "nf-vsbackup-ivssbackupcomponents-query.md",
     .cause = "The program asks for one set or one snapshot by its id.",
     .next_step = "Query all, then pick by id; or use GetSnapshotProperties.",
     .fails_on = VSSLAB_EX_INIT "1 R Query queried=" VSSLAB_EX_SET_ID
                                " type=VSS_OBJECT_SNAPSHOT_SET returned=VSS_OBJECT_SNAPSHOT "
                                "hr=E_INVALIDARG",
     .passes_on = VSSLAB_EX_INIT "1 R Query type=VSS_OBJECT_NONE returned=VSS_OBJECT_SNAPSHOT"},
    check_query_arguments};

// It is legal only in backup mode after InitializeForBackup (and SetContext).
void check_query_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::query_002, "shadow copies are queried by a backup object");
}

constinit const Rule kQueryOrder{
    {.id = "VSSR-QUERY-002",
     .slug = "query-in-backup-mode",
     .level = Level::must,
     .title = "Query is not called in a restore, and VSS answers VSS_E_BAD_STATE to it.",
     .source = "nf-vsbackup-ivssbackupcomponents-query.md",
     .cause = "The restore looks for shadow copies with its own object.",
     .next_step = "Use a second object with InitializeForBackup and SetContext.",
     .fails_on = "0 R InitializeForRestore  1 R Query hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_INIT "1 R Query type=VSS_OBJECT_NONE returned=VSS_OBJECT_SNAPSHOT"},
    check_query_order};

// Every state seen is CREATED. (X23)
void check_created(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Call* call : run.all(Ev::get_snapshot_properties)) {
    if (call->kind != ActorKind::requester || !call->ok()) continue;
    const auto state = run.arg(*call, "state");
    if (!state) continue;
    service.expect(*state == "VSS_SS_CREATED", "VSS_SS_CREATED",
                   fmt::format("{}: {}", mention(run, *call), *state), {call->seq()});
  }
}

constinit const Rule kCreated{
    {.id = "VSSR-QUERY-004",
     .slug = "only-created-copies-seen",
     .level = Level::must,
     .title = "A requester sees shadow copies in the state VSS_SS_CREATED only.",
     .source = "ne-vss-vss_snapshot_state.md",
     .cause = "The service, or a provider, showed a copy that is not finished.",
     .next_step = "Look which provider answered.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R GetSnapshotProperties snapshot=1 state=VSS_SS_COMMITTED",
     .passes_on = VSSLAB_EX_SNAPPED "5 R GetSnapshotProperties snapshot=1 state=VSS_SS_CREATED"},
    check_created};

bool in_creation(RequesterState state) {
  switch (state) {
    case RequesterState::set_open:
    case RequesterState::preparing:
    case RequesterState::prepared:
    case RequesterState::snapping:
      return true;
    default:
      return false;
  }
}

// GetSnapshotProperties during creation gives VSS_E_OBJECT_NOT_FOUND.
void check_not_during_creation(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::pair<std::uint32_t, std::string>, const Call*> added;  // by session and copy
  for (const SnapshotSet& set : run.sets()) {
    for (const VolumeInSet& volume : set.volumes) {
      if (!volume.snapshot.empty())
        added.emplace(std::pair(set.session, lower(volume.snapshot)), volume.add);
    }
  }
  for (const Call* call : run.all(Ev::get_snapshot_properties)) {
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    if (run.session(*call) == nullptr || !in_creation(run.before(*call).state)) continue;
    const auto add = added.find({call->session, lower(run.arg(*call, "snapshot").value_or(""))});
    if (add == added.end()) continue;
    service.expect(call->hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                   mention(run, *call) + ": " + hresult_name(call->hr()),
                   {add->second->seq(), call->seq()});
  }
}

constinit const Rule kNotDuringCreation{
    {.id = "VSSR-QUERY-005",
     .slug = "no-properties-in-creation",
     .level = Level::must,
     .title = "GetSnapshotProperties of a copy that is being made gives VSS_E_OBJECT_NOT_FOUND.",
     .source = "ne-vss-vss_snapshot_state.md",
     .cause = "The service showed a copy before it was made.",
     .next_step = "Ask after DoSnapshotSet has finished.",
     .fails_on = VSSLAB_EX_SET "3 R GetSnapshotProperties snapshot=1 hr=S_OK",
     .passes_on = VSSLAB_EX_SET "3 R GetSnapshotProperties snapshot=1 hr=VSS_E_OBJECT_NOT_FOUND"},
    check_not_during_creation};

// DeleteSnapshots deletes one by one, stops at the first failure and returns that id and the count
// done.
void check_delete_result(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Call* call : run.all(Ev::delete_snapshots)) {
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    const auto failed_id = run.arg(*call, "failed");
    if (!failed_id || !expected_state(run, *call)) continue;
    if (call->ok()) {
      service.expect(is_null_guid(*failed_id), "no id of a copy that could not be deleted",
                     fmt::format("{} succeeded and named {}", mention(run, *call), *failed_id),
                     {call->last_seq()});
    } else {
      service.expect(!is_null_guid(*failed_id) || call->hr() == hr::object_not_found,
                     "the id of the copy that could not be deleted",
                     fmt::format("{} failed ({}) and named none", mention(run, *call),
                                 hresult_name(call->hr())),
                     {call->last_seq()});
    }
  }
}

constinit const Rule kDeleteResult{
    {.id = "VSSR-DEL-001",
     .slug = "delete-names-the-failure",
     .level = Level::must,
     .title = "DeleteSnapshots names the copy that it could not delete, and none when it succeeds.",
     .source = "nf-vsbackup-ivssbackupcomponents-deletesnapshots.md",
     .cause = "The service, or a provider, left its outputs as they were.",
     .next_step = "Compare the outputs with the provider's DeleteSnapshots.",
     .fails_on = VSSLAB_EX_INIT "1 R DeleteSnapshots failed=00000000-0000-0000-0000-000000000000 "
                                "deleted=0 hr=VSS_E_PROVIDER_VETO",
     .passes_on = VSSLAB_EX_INIT "1 R DeleteSnapshots failed=00000000-0000-0000-0000-000000000000 "
                                 "deleted=1 hr=S_OK"},
    check_delete_result};

// The requester serialises deletes.
void check_delete_serial(const RunView& run, Findings& out) {
  std::map<std::string_view, const Call*> last;  // by requester
  for (const Call* call : run.all(Ev::delete_snapshots)) {
    if (call->kind != ActorKind::requester) continue;
    const std::string_view name = run.actor_name(*call);
    const Call* const before = std::exchange(last[name], call);
    if (before != nullptr && !before->before(*call)) {
      out.fail({name,
                "one DeleteSnapshots at a time",
                mention(run, *call) + " began while another ran",
                {before->seq(), call->seq()}});
    } else {
      out.pass(name);
    }
  }
}

constinit const Rule kDeleteSerial{
    {.id = "VSSR-DEL-002",
     .slug = "deletes-one-by-one",
     .level = Level::must,
     .title = "A requester calls DeleteSnapshots again only after the last one returned.",
     .source = "nf-vsbackup-ivssbackupcomponents-deletesnapshots.md",
     .cause = "Several threads delete at once.",
     .next_step = "Put a lock around DeleteSnapshots.",
     .fails_on = VSSLAB_EX_INIT "1 R DeleteSnapshots enter @1  1 R DeleteSnapshots enter @2  2 R "
                                "DeleteSnapshots leave @1  2 R DeleteSnapshots leave @2",
     .passes_on = VSSLAB_EX_INIT "1 R DeleteSnapshots enter  2 R DeleteSnapshots leave  3 R "
                                 "DeleteSnapshots enter  4 R DeleteSnapshots leave"},
    check_delete_serial};

// A provider of each set's copies, a software or system one before a hardware one; none where the
// journal does not tell its type.
using ProviderOfSet = std::map<std::string, const ProviderInfo*>;  // by id, lower case

ProviderOfSet providers_of_sets(const RunView& run) {
  std::vector<const ProviderInfo*> of_session(run.sessions().size());
  for (const Call* call : run.all(Ev::provider_chosen)) {
    if (call->session == kNone) continue;
    const ProviderInfo* provider = run.find_provider(run.arg(*call, "provider").value_or(""));
    const ProviderInfo*& found = of_session[call->session];
    if (provider == nullptr || provider->type.empty()) continue;
    if (found == nullptr || provider->type != "VSS_PROV_HARDWARE") found = provider;
  }
  ProviderOfSet of_set;
  for (const SnapshotSet& set : run.sets()) {
    const ProviderInfo* provider = of_session[set.session];
    if (provider == nullptr || set.id.empty()) continue;
    const ProviderInfo*& found = of_set[lower(set.id)];
    if (found == nullptr || provider->type != "VSS_PROV_HARDWARE") found = provider;
  }
  return of_set;
}

// Breaking applies to hardware-provider copies only; software copies give VSS_E_PROVIDER_VETO.
bool made_before(const RunView& run, std::string_view id, Seq at) {
  return std::any_of(run.sets().begin(), run.sets().end(), [&](const SnapshotSet& set) {
    return same_text(set.id, id) && set.end && set.end->seq < at && set.result == "created";
  });
}

void check_break(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const ProviderOfSet providers = providers_of_sets(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::break_snapshot_set) continue;
      const auto known = providers.find(lower(run.arg(*call, "id").value_or("")));
      if (known == providers.end()) continue;
      const ProviderInfo* provider = known->second;
      verdicts.saw();
      if (provider->type == "VSS_PROV_HARDWARE") continue;
      verdicts.fail("shadow copies of a hardware provider are broken off",
                    fmt::format("{} for copies of {} ({})", mention(run, *call), provider->name,
                                provider->type),
                    {call->seq()});
      if (call->returned() && expected_state(run, *call)) {
        // A set that is still to be made is not there yet.
        service.expect(call->hr() == hr::provider_veto ||
                           (call->hr() == hr::object_not_found &&
                            !made_before(run, run.arg(*call, "id").value_or(""), call->seq())),
                       "VSS_E_PROVIDER_VETO", mention(run, *call) + ": " + hresult_name(call->hr()),
                       {call->last_seq()});
      }
    }
  }
}

#define VSSLAB_EX_BY_PROVIDER(type)                   \
  "0 P1 Register id=aa type=" type "\n" VSSLAB_EX_SET \
  "2 C ProviderChosen volume=C:\\ provider=aa\n3 R PrepareForBackup\n4 R DoSnapshotSet\n"

constinit const Rule kBreak{
    {.id = "VSSR-BREAK-001",
     .slug = "break-hardware-copies-only",
     .level = Level::must,
     .title = "Only shadow copies of a hardware provider are broken off, and VSS answers "
              "VSS_E_PROVIDER_VETO for others.",
     .source = "nf-vsbackup-ivssbackupcomponents-breaksnapshotset.md",
     .cause = "The copy was made by the system provider.",
     .next_step = "Copy the data off the shadow copy, or use a hardware provider.",
     .fails_on = VSSLAB_EX_BY_PROVIDER(
         "VSS_PROV_SYSTEM") "5 R BreakSnapshotSet id=" VSSLAB_EX_SET_ID " hr=VSS_E_PROVIDER_VETO",
     .passes_on =
         VSSLAB_EX_BY_PROVIDER("VSS_PROV_HARDWARE") "5 R BreakSnapshotSet id=" VSSLAB_EX_SET_ID},
    check_break};

// Import needs an object initialised with the creating side's document.
void check_import(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::import_001,
              "what is to be imported stands in the document of the backup that made it");
}

constinit const Rule kImport{
    {.id = "VSSR-IMPORT-001",
     .slug = "import-from-a-document",
     .level = Level::must,
     .title = "ImportSnapshots is called on an object that InitializeForBackup gave the creating "
              "side's document, and VSS answers VSS_E_BAD_STATE on others.",
     .source = "importing-transportable-shadow-copied-volumes.md, "
               "nf-vsbackup-ivssbackupcomponents-importsnapshots.md",
     .cause = "InitializeForBackup got NULL, or the object was initialised for a restore.",
     .next_step = "Hand the document that the creating requester saved to InitializeForBackup.",
     .fails_on = VSSLAB_EX_INIT "1 R ImportSnapshots hr=VSS_E_BAD_STATE",
     .passes_on = "0 R InitializeForBackup document=yes  1 R ImportSnapshots"},
    check_import};

constexpr const Rule* kRules[] = {&kQueryArguments, &kQueryOrder,   &kCreated, &kNotDuringCreation,
                                  &kDeleteResult,   &kDeleteSerial, &kBreak,   &kImport};

}  // namespace

RuleSpan requester_query_rules() { return kRules; }

}  // namespace vsslab::rules
