// Requester: calls that VSS refused and that no rule about their place or arguments speaks of.
#include <algorithm>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// Wait and Cancel hand out the operation's result, which is no answer to the call.
bool of_the_object(Ev name) {
  return name >= Ev::initialize_for_backup && name <= Ev::set_ranges_file_path &&
         !(name >= Ev::wait && name <= Ev::release_async);
}

// The call names a shadow copy, or a set, of which its own object has still to make the copies.
bool names_what_is_not_made(const RunView& run, const Session& session, const Call& call) {
  std::string_view id = run.arg(call, "id").value_or("");
  if (id.empty()) id = run.arg(call, "snapshot").value_or("");
  return std::any_of(session.sets.begin(), session.sets.end(), [&](std::uint32_t place) {
    const SnapshotSet& set = run.sets()[place];
    if (set.start == nullptr || set.start->seq() > call.seq()) return false;
    if (set.end != nullptr && set.end->seq < call.seq()) return false;
    return same_text(set.id, id) ||
           std::any_of(set.volumes.begin(), set.volumes.end(), [&](const VolumeInSet& volume) {
             return volume.add->seq() < call.seq() && same_text(volume.snapshot, id);
           });
  });
}

// What the answer says of the caller. A volume or context that no provider supports, a shadow copy
// that somebody deleted or a writer that is not there is what the caller asked for, or could not
// know.
bool callers_mistake(const RunView& run, const Session& session, const Call& call) {
  switch (call.hr()) {
    case hr::bad_state:
    case hr::invalid_arg:
    case hr::pointer:
    case hr::object_already_exists:
      return true;
    case hr::object_not_found:
      if (call.name == Ev::set_selected_for_restore) return false;
      return run.arg(call, "component") || names_what_is_not_made(run, session, call);
    default:
      return false;
  }
}

void check_refused(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (!of_the_object(call->name)) continue;
      verdicts.saw();
      if (!call->refused() || !callers_mistake(run, session, *call)) continue;
      verdicts.fail("a call that VSS takes",
                    mention(run, *call) + " in " +
                        std::string(requester_state_name(run.before(*call).state)) + ", answered " +
                        hresult_name(call->hr()),
                    {call->seq(), call->last_seq()});
    }
  }
}

constinit const Rule kRefused{
    {.id = "VSSR-INIT-011",
     .slug = "no-refused-call",
     .level = Level::should,
     .title = "No call is made that VSS refuses for its arguments or for the state of the object.",
     .source = "overview-of-backup-initialization.md, overview-of-pre-backup-tasks.md",
     .cause = "The same volume was added twice, a component's property was set before the "
              "component was added, a shadow copy was used before it was made, or the like.",
     .next_step = "Read the page of the call and of the code that it answered; leave the call out "
                  "or make it where it belongs.",
     .fails_on = VSSLAB_EX_SET "3 R AddToSnapshotSet volume=C:\\ hr=VSS_E_OBJECT_ALREADY_EXISTS",
     .passes_on = VSSLAB_EX_SET "3 R AddToSnapshotSet volume=D:\\ hr=VSS_E_VOLUME_NOT_SUPPORTED",
     .unless_said = true},
    check_refused};

}  // namespace

RuleSpan requester_refused_rules() {
  static constexpr const Rule* kRules[] = {&kRefused};
  return kRules;
}

}  // namespace vsslab::rules
