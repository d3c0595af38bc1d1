// Requester: asynchronous calls (spec: rules 2.2).
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// An operation that an IVssAsync stands for, as the service recorded it.
struct Operation {
  const Call* call = nullptr;      // GatherWriterMetadata, DoSnapshotSet, …
  const Call* finished = nullptr;  // AsyncFinished
  Hr hr = hr::ok;
};
using Operations = std::map<std::string_view, Operation>;  // by the name of the async

Operations operations_of(const RunView& run, const Session& session) {
  Operations operations;
  for (const Call* call : session.calls) {
    if (!is_async_call(call->name) || !call->ok()) continue;
    const auto async = run.arg(*call, "async");
    if (async && *async != "null") operations[*async].call = call;
  }
  if (operations.empty()) return operations;
  for (const Call* call : session.service) {
    if (call->name != Ev::async_finished) continue;
    const auto found = operations.find(run.arg(*call, "async").value_or(""));
    if (found == operations.end()) continue;
    found->second.finished = call;
    found->second.hr = finished_with(run, *call);
  }
  return operations;
}

// GatherWriterMetadata, GatherWriterStatus, PrepareForBackup, DoSnapshotSet, BackupComplete,
// PreRestore, PostRestore, ImportSnapshots … hand back an IVssAsync.
void check_handed_back(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    bool named = false;
    for (const Call* call : session.calls) {
      named |= is_async_call(call->name) && run.arg(*call, "async").has_value();
    }
    if (!named) continue;  // a journal that does not tell
    for (const Call* call : session.calls) {
      if (!is_async_call(call->name) || !call->ok() || run.arg_is(*call, "async", "null")) continue;
      service.expect(run.arg(*call, "async").has_value(), "an IVssAsync",
                     mention(run, *call) + " succeeded without one", {call->last_seq()});
    }
  }
}

constinit const Rule kHandedBack{
    {.id = "VSSR-ASYNC-001",
     .slug = "async-handed-back",
     .level = Level::must,
     .title = "Every call that runs in the background hands back an IVssAsync when it succeeds.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md, "
               "nf-vsbackup-ivssbackupcomponents-gatherwritermetadata.md",
     .cause = "The service, or a layer between, lost the IVssAsync.",
     .next_step = "Look at who returned the call; without the object its end cannot be awaited.",
     .fails_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1  2 R "
                 "GatherWriterStatus hr=S_OK",
     .passes_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1"},
    check_handed_back};

// A NULL async pointer argument gives E_INVALIDARG.
void check_null_pointer(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    Verdicts requester(out, session.requester);
    for (const Call* call : session.calls) {
      if (!is_async_call(call->name)) continue;
      requester.saw();
      if (!run.arg_is(*call, "async", "null")) continue;
      requester.fail("the address of an IVssAsync pointer", mention(run, *call) + " was given NULL",
                     {call->seq()});
      if (!call->returned()) continue;
      const bool out_of_order =
          call->hr() == hr::bad_state && expected(run, *call).expect != Expect::accepted;
      service.expect(call->hr() == hr::invalid_arg || out_of_order, "E_INVALIDARG",
                     mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kNullPointer{
    {.id = "VSSR-ASYNC-002",
     .slug = "async-pointer-not-null",
     .level = Level::must,
     .title =
         "No call is given NULL for its IVssAsync, and VSS answers E_INVALIDARG to one that is.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md, "
               "nf-vsbackup-ivssbackupcomponents-prepareforbackup.md",
     .cause = "The program did not want to wait and passed NULL.",
     .next_step = "Pass the address of a pointer, wait on the object, and release it.",
     .fails_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=null hr=E_INVALIDARG",
     .passes_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1"},
    check_null_pointer};

Hr status_of(const Operation& operation, Seq at) {
  if (operation.finished == nullptr || operation.finished->seq() > at) return hr::async_pending;
  if (operation.hr == hr::async_cancelled) return hr::async_cancelled;
  return succeeded(operation.hr) ? hr::async_finished : operation.hr;
}

template <class Look>
void for_each_async_use(const RunView& run, Ev name, Look look) {
  for (const Session& session : run.sessions()) {
    if (!session.calls.has(name)) continue;
    const Operations operations = operations_of(run, session);
    for (const Call* call : session.calls) {
      if (call->name != name || !call->returned()) continue;
      const auto found = operations.find(run.arg(*call, "async").value_or(""));
      if (found != operations.end()) look(*call, found->second);
    }
  }
}

bool tells_the_end(const RunView& run) { return !run.all(Ev::async_finished).empty(); }

// The operation's result comes from QueryStatus: PENDING, FINISHED, CANCELLED or the failing
// HRESULT.
void check_query_status(const RunView& run, Findings& out) {
  if (!tells_the_end(run)) return;
  ServiceVerdicts service(out);
  for_each_async_use(run, Ev::query_status, [&](const Call& call, const Operation& operation) {
    const auto told = run.arg_hr(call, "status");
    if (!told || call.refused()) return;
    const Hr right = status_of(operation, call.seq());
    service.expect(
        *told == right, hresult_name(right), mention(run, call) + " said " + hresult_name(*told),
        {operation.finished ? operation.finished->seq() : operation.call->seq(), call.seq()});
  });
}

constinit const Rule kQueryStatus{
    {.id = "VSSR-ASYNC-003",
     .slug = "status-is-the-result",
     .level = Level::must,
     .title = "QueryStatus tells the operation's true state: pending, finished, cancelled, or its "
              "error.",
     .source = "nf-vss-ivssasync-querystatus.md",
     .cause = "The service, or a layer between, reports another result than the operation had.",
     .next_step = "Compare AsyncFinished with what the requester was told.",
     .fails_on = "1 R DoSnapshotSet async=A1  2 C AsyncFinished async=A1 op=DoSnapshotSet "
                 "hr=VSS_E_PROVIDER_VETO  3 R QueryStatus async=A1 status=VSS_S_ASYNC_FINISHED",
     .passes_on = "1 R DoSnapshotSet async=A1  2 C AsyncFinished async=A1 op=DoSnapshotSet "
                  "hr=VSS_E_PROVIDER_VETO  3 R QueryStatus async=A1 status=VSS_E_PROVIDER_VETO"},
    check_query_status};

// Wait returning S_OK only says the wait is over; QueryStatus must still be read.
void check_status_read(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    std::map<std::string_view, const Call*> open;  // waits whose result was not read yet
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::wait && call->name != Ev::query_status) continue;
      const std::string_view which =
          run.arg(*call, "async").value_or(run.arg(*call, "op").value_or(""));
      if (call->name == Ev::query_status) {
        open.erase(which);
      } else if (call->ok()) {
        verdicts.saw();
        open[which] = call;
      }
    }
    for (const auto& [which, call] : open) {
      if (!closed(run, session)) {
        verdicts.inconclusive("the journal ends after " + mention(run, *call));
        continue;
      }
      verdicts.fail("QueryStatus after Wait",
                    mention(run, *call) + " succeeded and nobody asked for the result",
                    {call->seq()}, "S_OK from Wait says only that the wait is over");
    }
  }
}

constinit const Rule kStatusRead{
    {.id = "VSSR-ASYNC-004",
     .slug = "query-status-after-wait",
     .level = Level::must,
     .title = "After Wait has returned S_OK the requester reads the result with QueryStatus.",
     .source = "nf-vss-ivssasync-wait.md",
     .cause = "S_OK of Wait was taken for the operation's success, so failed shadow copies go "
              "unnoticed.",
     .next_step = "Call QueryStatus after every Wait and treat anything but "
                  "VSS_S_ASYNC_FINISHED as failure.",
     .fails_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1  2 R Wait async=A1  9 "
                 "R Release",
     .passes_on =
         "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1  2 R Wait async=A1  3 "
         "R QueryStatus async=A1 status=VSS_S_ASYNC_FINISHED  9 R Release"},
    check_status_read};

// Wait returns the operation's error if it fails while being waited on.
void check_wait_error(const RunView& run, Findings& out) {
  if (!tells_the_end(run)) return;
  ServiceVerdicts service(out);
  for_each_async_use(run, Ev::wait, [&](const Call& call, const Operation& operation) {
    if (operation.finished == nullptr || succeeded(operation.hr)) return;
    const Seq end = operation.finished->seq();
    if (end < call.seq() || end > call.last_seq()) return;
    service.expect(call.hr() == operation.hr, hresult_name(operation.hr),
                   mention(run, call) + " returned " + hresult_name(call.hr()),
                   {end, call.last_seq()});
  });
}

constinit const Rule kWaitError{
    {.id = "VSSR-ASYNC-005",
     .slug = "wait-returns-the-error",
     .level = Level::must,
     .title = "Wait returns the error of an operation that fails while it is waited on.",
     .source = "nf-vss-ivssasync-wait.md",
     .cause = "The service, or a layer between, swallowed the error.",
     .next_step = "Compare AsyncFinished with what Wait returned.",
     .fails_on = "1 R DoSnapshotSet async=A1  1 R Wait enter async=A1  2 C AsyncFinished async=A1 "
                 "op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO  2 R Wait leave async=A1 hr=S_OK",
     .passes_on = "1 R DoSnapshotSet async=A1  1 R Wait enter async=A1  2 C AsyncFinished async=A1 "
                  "op=DoSnapshotSet hr=VSS_E_PROVIDER_VETO  2 R Wait leave async=A1 "
                  "hr=VSS_E_PROVIDER_VETO"},
    check_wait_error};

// The requester releases each IVssAsync.
void check_released(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, session.requester);
    if (session.crashed) continue;  // the process took them along
    std::map<std::string_view, const Call*> open;
    for (const Call* call : session.calls) {
      const auto async = run.arg(*call, "async");
      if (!async || *async == "null") continue;
      if (call->name == Ev::release_async) {
        open.erase(*async);
      } else if (is_async_call(call->name) && call->ok()) {
        verdicts.saw();
        open[*async] = call;
      }
    }
    for (const auto& [async, call] : open) {
      if (!closed(run, session)) {
        verdicts.inconclusive("the journal ends before the object is released");
        break;
      }
      verdicts.fail("every IVssAsync is released",
                    "that of " + mention(run, *call) + " was not when the object went",
                    {call->seq()});
    }
  }
}

constinit const Rule kReleased{
    {.id = "VSSR-ASYNC-006",
     .slug = "async-released",
     .level = Level::must,
     .title = "The requester releases every IVssAsync that it was handed.",
     .source = "nf-vsbackup-ivssbackupcomponents-dosnapshotset.md, nn-vss-ivssasync.md",
     .cause = "A missing Release, mostly on the way out after an error.",
     .next_step = "Hold IVssAsync pointers in a smart pointer such as CComPtr.",
     .fails_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1  9 R Release",
     .passes_on = "0 R InitializeForBackup  1 R GatherWriterMetadata async=A1  2 R ReleaseAsync "
                  "async=A1  9 R Release"},
    check_released};

// Calls that use what an operation before them has brought, or that go on from it.
bool goes_on(Ev name) {
  switch (name) {
    case Ev::get_writer_metadata_count:
    case Ev::get_writer_metadata:
    case Ev::add_component:
    case Ev::start_snapshot_set:
    case Ev::add_to_snapshot_set:
    case Ev::prepare_for_backup:
    case Ev::do_snapshot_set:
    case Ev::gather_writer_status:
    case Ev::get_writer_status_count:
    case Ev::get_writer_status:
    case Ev::get_writer_status_ex:
    case Ev::get_snapshot_properties:
    case Ev::expose_snapshot:
    case Ev::break_snapshot_set:
    case Ev::set_backup_succeeded:
    case Ev::backup_complete:
    case Ev::set_selected_for_restore:
    case Ev::pre_restore:
    case Ev::set_file_restore_status:
    case Ev::post_restore:
      return true;
    default:
      return false;
  }
}

// The requester lets an IVssAsync go while the operation runs, so it never learns how that ends,
// and goes on as if it had ended. One that cancels or gives up is in order.
void check_not_let_go(const RunView& run, const Session& session, Findings& out) {
  const Operations operations = operations_of(run, session);
  if (operations.empty()) return;
  struct LetGo {
    const Call* started = nullptr;
    const Call* released = nullptr;
  };
  std::optional<LetGo> open;
  std::set<std::string_view> cancelled;
  for (const Call* call : session.calls) {
    if (call->name == Ev::abort_backup) return;
    const std::string_view async = run.arg(*call, "async").value_or("");
    if (call->name == Ev::cancel) cancelled.insert(async);
    if (call->name == Ev::release_async && !cancelled.contains(async)) {
      const auto found = operations.find(async);
      if (found == operations.end() || found->second.call == nullptr) continue;
      if (status_of(found->second, call->seq()) == hr::async_pending) {
        open = LetGo{found->second.call, call};
      }
    }
    if (!open || !goes_on(call->name)) continue;
    out.fail({.subject = session.requester,
              .expected =
                  fmt::format("{} has ended before the next step", event_name(open->started->name)),
              .actual = fmt::format("its IVssAsync was released while it ran, and {} followed",
                                    mention(run, *call)),
              .evidence = {open->started->seq(), open->released->seq(), call->seq()},
              .because = "VSS_S_ASYNC_PENDING says that the operation is still running"});
    open.reset();
  }
}

// A copy of the set that is being made has no properties yet.
void check_not_in_creation(const RunView& run, const Session& session, Findings& out) {
  if (!session.calls.has(Ev::get_snapshot_properties)) return;
  std::set<std::string> own;
  for (const std::uint32_t number : session.sets) {
    for (const VolumeInSet& volume : run.sets()[number].volumes) {
      own.insert(guid_text(volume.snapshot));
    }
  }
  for (const Call* call : session.calls) {
    if (call->name != Ev::get_snapshot_properties || call->facts == kNone) continue;
    if (run.before(*call).state != RequesterState::snapping) continue;
    if (!own.contains(guid_text(run.arg(*call, "snapshot").value_or("")))) continue;
    out.fail({.subject = session.requester,
              .expected = "the copy's properties once DoSnapshotSet has finished",
              .actual = mention(run, *call) + " while it ran",
              .evidence = {call->seq()},
              .because = "there is no copy before the operation has made it"});
  }
}

// A dependent call is made only after the earlier async has finished.
void check_not_early(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::async_007,
              "the call depends on an operation that was still running");
  const bool ends = tells_the_end(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    if (ends) check_not_let_go(run, session, out);
    check_not_in_creation(run, session, out);
  }
}

constinit const Rule kNotEarly{
    {.id = "VSSR-ASYNC-007",
     .slug = "await-before-dependent-call",
     .level = Level::must,
     .title = "A call that depends on an asynchronous operation is made after the operation has "
              "finished.",
     .source = "nf-vsbackup-ivssbackupcomponents-getwriterstatus.md, "
               "use-of-components-by-the-requestor.md",
     .cause = "Wait was left out or given a time-out that ran out, and VSS_S_ASYNC_PENDING, which "
              "is a success code, was taken for the end.",
     .next_step = "Wait for the IVssAsync until QueryStatus says VSS_S_ASYNC_FINISHED or an error, "
                  "before the next call.",
     .fails_on = VSSLAB_EX_SET "3 R PrepareForBackup async=A1  3 R GatherWriterStatus "
                               "hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET "3 R PrepareForBackup async=A1  3 R QueryStatus async=A1 "
                                "status=VSS_S_ASYNC_FINISHED  4 R GatherWriterStatus"},
    check_not_early};

// Cancel on a finished operation says FINISHED, on a cancelled one CANCELLED, on a failed one its
// error.
void check_cancel(const RunView& run, Findings& out) {
  if (!tells_the_end(run)) return;
  ServiceVerdicts service(out);
  for_each_async_use(run, Ev::cancel, [&](const Call& call, const Operation& operation) {
    const Hr right = status_of(operation, call.seq());
    if (right == hr::async_pending) return;
    service.expect(call.hr() == right, hresult_name(right),
                   mention(run, call) + ": " + hresult_name(call.hr()),
                   {operation.finished->seq(), call.last_seq()});
  });
}

constinit const Rule kCancel{
    {.id = "VSSR-ASYNC-008",
     .slug = "cancel-after-the-end",
     .level = Level::must,
     .title = "Cancel on an operation that is over says how it ended.",
     .source = "nf-vss-ivssasync-cancel.md",
     .cause = "The service, or a layer between, answers S_OK to a late Cancel.",
     .next_step = "Compare AsyncFinished with what Cancel returned.",
     .fails_on = "1 R DoSnapshotSet async=A1  2 C AsyncFinished async=A1 op=DoSnapshotSet hr=S_OK  "
                 "3 R Cancel async=A1 hr=S_OK",
     .passes_on =
         "1 R DoSnapshotSet async=A1  2 C AsyncFinished async=A1 op=DoSnapshotSet hr=S_OK  "
         "3 R Cancel async=A1 hr=VSS_S_ASYNC_FINISHED"},
    check_cancel};

constexpr const Rule* kRules[] = {&kHandedBack, &kNullPointer, &kQueryStatus, &kStatusRead,
                                  &kWaitError,  &kReleased,    &kNotEarly,    &kCancel};

}  // namespace

RuleSpan requester_async_rules() { return kRules; }

}  // namespace vsslab::rules
