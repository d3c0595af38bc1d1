#include "rules/templates.h"

#include <fmt/format.h>

namespace vsslab::rules {

std::string mention(const RunView& run, const Call& call) {
  return fmt::format("{}({}) #{}", event_name(call.name), run.actor_name(call), call.seq());
}

void require_before(const RunView& run, Findings& out, std::string_view subject, const Call* first,
                    Ev first_name, const Call& second, std::string_view because) {
  if (first != nullptr && first->before(second)) {
    out.pass(subject);
    return;
  }
  const std::string name(event_name(first_name));
  Findings::Details details;
  details.subject = subject;
  details.expected = fmt::format("{} before {}", name, mention(run, second));
  details.because = because;
  if (first == nullptr) {
    details.actual = fmt::format("{} never came", name);
    details.evidence = {second.seq()};
  } else if (first->seq() > second.seq()) {
    details.actual = fmt::format("{} ({}) came after it ({})", mention(run, *first),
                                 seconds(first->begin()), seconds(second.begin()));
    details.evidence = {second.seq(), first->seq()};
  } else {
    details.actual = fmt::format("{} was not over when it began", mention(run, *first));
    details.evidence = {first->seq(), second.seq()};
  }
  out.fail(std::move(details));
}

void require_within(const RunView& run, Findings& out, std::string_view subject, const Call& call,
                    Duration limit) {
  if (call.returned() && call.end() - call.begin() <= limit) {
    out.pass(subject);
    return;
  }
  const std::string expected =
      fmt::format("{} or less in {}", seconds(limit), event_name(call.name));
  if (call.returned()) {
    out.fail(
        {subject, expected, seconds(call.end() - call.begin()), {call.seq(), call.leave->seq}});
    return;
  }
  const Duration seen = run.end_time() - call.begin();
  if (seen > limit || run.complete()) {
    out.fail({subject,
              expected,
              fmt::format("it did not return; the journal ends {} later", seconds(seen)),
              {call.seq()}});
  } else {
    out.inconclusive(subject,
                     fmt::format("the journal ends {} after {} began, before the limit of {}",
                                 seconds(seen), mention(run, call), seconds(limit)));
  }
}

void Verdicts::fail(std::string expected, std::string actual, std::vector<Seq> evidence,
                    std::string because) {
  spoke_ = true;
  out_.fail(
      {subject_, std::move(expected), std::move(actual), std::move(evidence), std::move(because)});
}

void Verdicts::inconclusive(std::string why) {
  spoke_ = true;
  out_.inconclusive(subject_, std::move(why));
}

void Verdicts::done() {
  if (done_) return;
  done_ = true;
  if (spoke_) return;
  if (looked_) {
    out_.pass(subject_);
  } else {
    out_.na(subject_);
  }
}

const Call* FreezeWindow::closed_by() const {
  if (thaw == nullptr) return abort;
  if (abort == nullptr) return thaw;
  return thaw->seq() < abort->seq() ? thaw : abort;
}

std::vector<FreezeWindow> freeze_windows(const Participation& part) {
  std::vector<FreezeWindow> windows;
  for (const Call* call : part.calls) {
    if (call->name == Ev::freeze) {
      windows.push_back({call, nullptr, nullptr});
    } else if (windows.empty()) {
      continue;
    } else if (call->name == Ev::thaw && windows.back().thaw == nullptr) {
      windows.back().thaw = call;
    } else if (call->name == Ev::abort && windows.back().abort == nullptr) {
      windows.back().abort = call;
    }
  }
  return windows;
}

bool context_has_writers(const Session& session) { return !session.no_writers(); }

}  // namespace vsslab::rules
