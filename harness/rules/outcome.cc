#include "rules/outcome.h"

#include <algorithm>
#include <limits>

namespace vsslab::rules {

const Call* failure_set_in(const RunView& run, const Participation& part, const Call& handler) {
  return run.failure_set_in(part, handler);
}

Outcome outcome_of(const RunView& run, const Participation& part, const Call& handler) {
  if (!handler.returned()) return Outcome::open;
  if (returned_false(handler)) return Outcome::refused;
  if (blew_up(handler)) return Outcome::blew_up;
  if (handler.instant()) return Outcome::good;
  return failure_set_in(run, part, handler) ? Outcome::vetoed : Outcome::good;
}

bool given_up_before(const Participation& part, Seq seq) {
  return (part.limit_passed != nullptr && part.limit_passed->seq < seq) ||
         (part.gone != nullptr && part.gone->seq < seq) ||
         (part.not_responding != nullptr && part.not_responding->seq < seq);
}

bool hangs(const Participation& part) {
  return std::any_of(part.calls.begin(), part.calls.end(), [](const Call* call) {
    return is_writer_handler(call->name) && !call->returned();
  });
}

bool took_part(const Participation& part) {
  return part.calls.has(Ev::prepare_for_backup) || part.calls.has(Ev::prepare_for_snapshot);
}

bool all_well(const RunView& run, const Participation& part) {
  if (given_up_before(part, std::numeric_limits<Seq>::max())) return false;
  for (const Call* call : part.calls) {
    if (!is_writer_handler(call->name)) continue;
    if (call->name == Ev::abort || failed_in(run, part, *call)) return false;
  }
  return true;
}

Ev made_in(const RunView& run, const Call& call) {
  const auto in = run.arg(call, "in");
  if (in && *in != "none") return find_event(*in);
  // An object that outlived its handler belongs to none; the thread tells where it was used.
  const Call* handler = run.handler_around(call);
  if (handler == nullptr || (in && handler->thread() != call.thread())) return Ev::unknown;
  return handler->name;
}

}  // namespace vsslab::rules
