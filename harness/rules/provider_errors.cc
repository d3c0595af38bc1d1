// Provider: errors (spec: rules 3.5).
#include <fmt/format.h>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// Methods that have a rule of their own for their codes, and what is no method at all.
bool has_own_list(Ev name) {
  switch (name) {
    case Ev::begin_prepare_snapshot:
    case Ev::pre_final_commit_snapshots:
    case Ev::post_final_commit_snapshots:
    case Ev::on_load:
    case Ev::on_unload:
    case Ev::register_provider:
    case Ev::unregister_provider:
    case Ev::process_exit:
    case Ev::write:
    case Ev::event_log:
      return true;
    default:
      return false;
  }
}

// Provider results come from the closed list … (plus what single pages add: X12, the per-method
// list wins).
void check_closed_list(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (has_own_list(call->name) || !call->returned() || is_lost_connection(call->hr())) continue;
      verdicts.expect(may_return(call->name, call->hr()),
                      "a code of the closed list of providers' results",
                      mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kClosedList{
    {.id = "VSSP-ERR-001",
     .slug = "provider-codes",
     .level = Level::must,
     .title = "A provider returns only codes that VSS lists for providers.",
     .source = "error-handling-in-shadow-copy-providers.md",
     .cause = "The provider hands on the code of a call it made.",
     .next_step = "Write an event-log entry and return VSS_E_PROVIDER_VETO.",
     .fails_on = "1 P CommitSnapshots set=aa hr=E_FAIL",
     .passes_on = "1 P CommitSnapshots set=aa hr=VSS_E_PROVIDER_VETO"},
    check_closed_list};

// The requester's call that a provider's call served, and the code it ended with.
struct Served {
  const Call* call = nullptr;
  std::optional<Hr> code;
};

Served served_by(const RunView& run, const Session& session, const Call& provider_call) {
  if (const Call* add = added_by(session, provider_call)) return {add, add->hr()};
  const Call* make = session.calls.previous(Ev::do_snapshot_set, provider_call.seq());
  if (make == nullptr || !make->ok()) return {};
  const auto end = run.async_end(*make);
  if (!end || end->seq < provider_call.seq()) return {};
  return {make, end->hr};
}

// The code is on the closed list, or on that of the method's page: VSS hands it on as it is.
bool is_listed(Ev method, Hr code) {
  return may_return(method, code) || may_return(Ev::commit_snapshots, code);
}

// The steps whose failure is the failure of the requester's call.
bool is_step(Ev name) { return stage_of(name) != 0; }

// Any other value is logged by VSS and given to the requester as VSS_E_UNEXPECTED_PROVIDER_ERROR.
void check_translated(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.providers) {
      if (!is_step(call->name) || !call->returned() || call->hr() == hr::ok) continue;
      if (is_listed(call->name, call->hr()) || is_lost_connection(call->hr())) continue;
      const Served served = served_by(run, session, *call);
      if (served.call == nullptr || !served.code) continue;
      service.expect(*served.code == hr::unexpected_provider_error,
                     "VSS_E_UNEXPECTED_PROVIDER_ERROR for the requester",
                     fmt::format("{} returned {}, {} ended with {}", mention(run, *call),
                                 hresult_name(call->hr()), mention(run, *served.call),
                                 hresult_name(*served.code)),
                     {call->last_seq(), served.call->seq()});
      const Call* log = session.service.next(Ev::event_log, call->seq());
      service.expect(log != nullptr, "an event-log entry of VSS about the provider",
                     "there is none after " + mention(run, *call), {call->last_seq()});
    }
  }
}

constinit const Rule kTranslated{
    {.id = "VSSP-ERR-002",
     .slug = "unknown-codes-translated",
     .level = Level::must,
     .title = "VSS logs a provider's unlisted code and tells the requester "
              "VSS_E_UNEXPECTED_PROVIDER_ERROR.",
     .source = "error-handling-in-shadow-copy-providers.md",
     .cause = "The service handed the code on, or swallowed it.",
     .next_step = "Compare the provider's code with what the requester was told.",
     .fails_on = "0 R InitializeForBackup  1 R AddToSnapshotSet enter volume=C:\\  1 P "
                 "BeginPrepareSnapshot hr=E_FAIL  1 C EventLog source=VSS id=12293  1 R "
                 "AddToSnapshotSet leave hr=E_FAIL",
     .passes_on = "0 R InitializeForBackup  1 R AddToSnapshotSet enter volume=C:\\  1 P "
                  "BeginPrepareSnapshot hr=E_FAIL  1 C EventLog source=VSS id=12293  1 R "
                  "AddToSnapshotSet leave hr=VSS_E_UNEXPECTED_PROVIDER_ERROR"},
    check_translated};

// PROVIDER_VETO comes with an Application-log event that says what to do.
void check_veto_logged(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (!call->returned() || call->hr() != hr::provider_veto) continue;
      const bool logged = provider.calls.next(Ev::event_log, call->seq()) != nullptr;
      const Session* session = run.session(*call);
      if (logged) {
        verdicts.saw();
      } else if (session != nullptr && !closed(run, *session)) {
        verdicts.inconclusive("the journal ends after " + mention(run, *call));
      } else {
        verdicts.fail("an event-log entry of the provider with VSS_E_PROVIDER_VETO",
                      "there is none after " + mention(run, *call), {call->last_seq()},
                      "the requester sees only the veto; the reason stands in the log alone");
      }
    }
  }
}

constinit const Rule kVetoLogged{
    {.id = "VSSP-ERR-003",
     .slug = "veto-with-event-log",
     .level = Level::must,
     .title = "A provider that returns VSS_E_PROVIDER_VETO writes an event-log entry.",
     .source = "error-handling-in-shadow-copy-providers.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-commitsnapshots.md",
     .cause = "The entry was left out, so nobody can tell why the backup failed.",
     .next_step = "Report what failed and what to do with ReportEvent before or after the return "
                  "(not while writes are held).",
     .fails_on =
         "0 R InitializeForBackup  1 P EndPrepareSnapshots set=aa hr=VSS_E_PROVIDER_VETO  2 "
         "R Release",
     .passes_on = "0 R InitializeForBackup  1 P EndPrepareSnapshots enter set=aa  1 P EventLog "
                  "id=7  1 P EndPrepareSnapshots leave set=aa hr=VSS_E_PROVIDER_VETO  2 R Release"},
    check_veto_logged};

// PreCommit/Commit/PostCommit/EndPrepare/Abort with an unknown set id give VSS_E_OBJECT_NOT_FOUND.
// (Abort is VSSP-ABORT-002.)
void check_unknown_set(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const ProviderSet& set : sets_of(run, provider)) {
      const bool known = set.first(Ev::begin_prepare_snapshot) != nullptr;
      for (const Call* call : set.calls) {
        const int stage = stage_of(call->name);
        if (stage < 2 || stage > 5 || !call->returned() || is_lost_connection(call->hr())) continue;
        if (known) {
          verdicts.saw();
          continue;
        }
        verdicts.expect(call->hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                        fmt::format("{} of a set that was never begun: {}", mention(run, *call),
                                    hresult_name(call->hr())),
                        {call->last_seq()});
      }
    }
  }
}

constinit const Rule kUnknownSet{
    {.id = "VSSP-ERR-005",
     .slug = "unknown-set-refused",
     .level = Level::must,
     .title = "A provider answers VSS_E_OBJECT_NOT_FOUND to a step for a set that was never begun.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-precommitsnapshots.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-commitsnapshots.md",
     .cause = "The provider does not look at the id.",
     .next_step = "Compare the id with the set in preparation.",
     .fails_on = "1 P PreCommitSnapshots set=aa hr=S_OK",
     .passes_on = "1 P PreCommitSnapshots set=aa hr=VSS_E_OBJECT_NOT_FOUND"},
    check_unknown_set};

// PreFinalCommit and PostFinalCommit list no OBJECT_NOT_FOUND.
void check_final_codes(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::pre_final_commit_snapshots &&
          call->name != Ev::post_final_commit_snapshots) {
        continue;
      }
      if (!call->returned() || is_lost_connection(call->hr())) continue;
      verdicts.expect(may_return(call->name, call->hr()),
                      "S_OK, E_OUTOFMEMORY, E_INVALIDARG or VSS_E_PROVIDER_VETO",
                      mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kFinalCodes{
    {.id = "VSSP-ERR-006",
     .slug = "final-commit-codes",
     .level = Level::must,
     .title = "The final-commit methods return S_OK, E_OUTOFMEMORY, E_INVALIDARG or "
              "VSS_E_PROVIDER_VETO.",
     .source = "nf-vsprov-ivssprovidercreatesnapshotset-prefinalcommitsnapshots.md, "
               "nf-vsprov-ivssprovidercreatesnapshotset-postfinalcommitsnapshots.md",
     .cause =
         "The provider forgot the set after PostCommitSnapshots and does not find it any more.",
     .next_step = "Keep the set until PostFinalCommitSnapshots.",
     .fails_on = "1 P PreFinalCommitSnapshots set=aa hr=VSS_E_OBJECT_NOT_FOUND",
     .passes_on = "1 P PreFinalCommitSnapshots set=aa hr=S_OK"},
    check_final_codes};

constexpr const Rule* kRules[] = {&kClosedList, &kTranslated, &kVetoLogged, &kUnknownSet,
                                  &kFinalCodes};

}  // namespace

RuleSpan provider_errors_rules() { return kRules; }

}  // namespace vsslab::rules
