// VSSW-FAIL: how a writer says that something went wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

bool sets_failure(const Call& call) {
  return call.name == Ev::set_writer_failure || call.name == Ev::set_writer_failure_ex;
}

// S_OK, INCONSISTENTSNAPSHOT, OUTOFRESOURCES, TIMEOUT, RETRYABLE, NONRETRYABLE.
bool is_writer_code(Hr code) {
  constexpr std::array kCodes = {
      hr::ok,
      hr::writererror_inconsistentsnapshot,
      hr::writererror_outofresources,
      hr::writererror_timeout,
      hr::writererror_retryable,
      hr::writererror_nonretryable,
  };
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

// A fatal error is reported with SetWriterFailure and the handler returns false (X01: a veto with
// true is as good, false without a code is not). In Identify it is just false.
void check_code_with_false(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    for (const Call* call : part.calls) {
      if (!is_writer_handler(call->name) || call->name == Ev::identify) continue;
      if (!returned_false(*call)) continue;
      verdicts.expect(failure_set_in(run, part, *call) != nullptr,
                      "SetWriterFailure before a handler returns false",
                      fmt::format("{} returned false without it", mention(run, *call)),
                      {call->seq(), call->leave->seq});
    }
  }
}

constexpr Rule kCodeWithFalse{
    {.id = "VSSW-FAIL-001",
     .slug = "code-with-false",
     .level = Level::must,
     .title = "A handler that returns false has called SetWriterFailure.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md and the other handler pages, "
               "writer-errors-and-vetoes.md",
     .cause = "A path out of the handler returns false without saying why.",
     .next_step = "Call SetWriterFailure on every path that returns false; a small guard object at "
                  "the top of the handler does it.",
     .fails_on = "1 W1 Freeze enter  2 W1 Freeze leave ret=false",
     .passes_on = "1 W1 Freeze enter  2 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
                  "3 W1 Freeze leave ret=false"},
    check_code_with_false};

bool is_error_entry(const RunView& run, const Call& call) {
  if (call.name != Ev::event_log) return false;
  const auto type = run.arg(call, "type");
  return type && (same_text(*type, "error") || same_text(*type, "EVENTLOG_ERROR_TYPE"));
}

// A non-fatal error is reported with SetWriterFailure and the handler returns true. The journal
// knows of an error by the event log: an entry of type error in a handler that then claims to be
// well.
void check_code_with_logged_error(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    if (writer.sessions.empty()) continue;
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!is_error_entry(run, *call)) continue;
      const Call* handler = run.handler_around(*call);
      if (handler == nullptr || handler->name == Ev::identify || !handler->returned()) continue;
      const Session* session = run.session(*handler);
      const Participation* part = session ? run.find_participation(writer, *session) : nullptr;
      if (part == nullptr) continue;
      verdicts.expect(
          failed_in(run, *part, *handler), "SetWriterFailure with an error",
          fmt::format("{} logged an error and reported success", mention(run, *handler)),
          {handler->seq(), call->seq(), handler->leave->seq});
    }
  }
}

constexpr Rule kCodeWithLoggedError{
    {.id = "VSSW-FAIL-002",
     .slug = "code-with-logged-error",
     .level = Level::should,
     .title = "A handler that logs an error also reports it with SetWriterFailure.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md and the other handler pages, "
               "writer-errors-and-vetoes.md",
     .cause = "The error was taken for harmless; the requester has no way to learn of it.",
     .next_step = "Call SetWriterFailure and return true for an error that is not fatal.",
     .fails_on = "1 W1 PostSnapshot enter  2 W1 EventLog type=error id=7\n"
                 "3 W1 PostSnapshot leave ret=true",
     .passes_on = "1 W1 PostSnapshot enter  2 W1 EventLog type=error id=7\n"
                  "2 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
                  "3 W1 PostSnapshot leave ret=true"},
    check_code_with_logged_error};

void check_codes(const RunView& run, Findings& out, Ev name, Hr more) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      const auto code = run.arg_hr(*call, "code");
      if (call->name != name || !code) continue;
      verdicts.expect(is_writer_code(*code) || *code == more,
                      more == hr::ok ? "S_OK or one of the five VSS_E_WRITERERROR codes"
                                     : "S_OK or one of the six VSS_E_WRITERERROR codes",
                      hresult_name(*code), {call->seq()});
    }
  }
}

// Codes allowed in SetWriterFailure: S_OK, INCONSISTENTSNAPSHOT, OUTOFRESOURCES, TIMEOUT,
// RETRYABLE, NONRETRYABLE.
void check_failure_codes(const RunView& run, Findings& out) {
  check_codes(run, out, Ev::set_writer_failure, hr::ok);
}

constexpr Rule kFailureCodes{
    {.id = "VSSW-FAIL-003",
     .slug = "failure-codes",
     .level = Level::must,
     .title = "SetWriterFailure is called with a code of its documented list.",
     .source = "nf-vswriter-cvsswriter-setwriterfailure.md",
     .cause = "The writer's own error code, or one of VSS's other codes, was passed on.",
     .next_step = "Map the error to one of the five VSS_E_WRITERERROR codes.",
     .fails_on = "1 W1 Freeze enter  2 W1 SetWriterFailure code=E_ACCESSDENIED\n"
                 "3 W1 Freeze leave ret=false",
     .passes_on = "1 W1 Freeze enter  2 W1 SetWriterFailure code=VSS_E_WRITERERROR_TIMEOUT\n"
                  "3 W1 Freeze leave ret=false"},
    check_failure_codes};

// SetWriterFailureEx allows the same and PARTIAL_FAILURE.
void check_failure_ex_codes(const RunView& run, Findings& out) {
  check_codes(run, out, Ev::set_writer_failure_ex, hr::writererror_partial_failure);
}

constexpr Rule kFailureExCodes{
    {.id = "VSSW-FAIL-004",
     .slug = "failure-ex-codes",
     .level = Level::must,
     .title = "SetWriterFailureEx is called with a code of its documented list.",
     .source = "nf-vswriter-cvsswriterex2-setwriterfailureex.md",
     .cause = "The application's code was passed as the writer's; it has an argument of its own.",
     .next_step =
         "Pass the application's code as hrApplication and a VSS_E_WRITERERROR code as hr.",
     .fails_on = "1 W1 SetWriterFailureEx code=0x80070020 app=0x80070020",
     .passes_on = "1 W1 SetWriterFailureEx code=VSS_E_WRITERERROR_PARTIAL_FAILURE app=0x80070020"},
    check_failure_ex_codes};

// PARTIAL_FAILURE goes together with SetFailure on at least one component, and the other way round.
void check_partial_failure(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    const Call *partial = nullptr, *component = nullptr;
    for (const Call* call : part.calls) {
      if (sets_failure(*call) &&
          run.arg_hr(*call, "code") == std::optional(hr::writererror_partial_failure)) {
        partial = call;
      }
      if (call->name == Ev::set_failure && run.arg_hr(*call, "code").value_or(hr::ok) != hr::ok) {
        component = call;
      }
    }
    if (partial == nullptr && component == nullptr) continue;
    if (partial == nullptr) {
      verdicts.fail("VSS_E_WRITERERROR_PARTIAL_FAILURE for the writer", "only a component failed",
                    {component->seq()});
    } else if (component == nullptr) {
      verdicts.fail("SetFailure on the components that failed", "on none", {partial->seq()});
    } else {
      verdicts.saw();
    }
  }
}

constexpr Rule kPartialFailure{
    {.id = "VSSW-FAIL-005",
     .slug = "partial-failure-names-components",
     .level = Level::must,
     .title = "A partial failure of a writer and SetFailure on its components go together.",
     .source = "nf-vswriter-cvsswriterex2-setwriterfailureex.md, "
               "nf-vswriter-ivsscomponentex2-setfailure.md",
     .cause = "Only one of the two calls was made.",
     .next_step = "Call SetFailure on each component that failed and SetWriterFailureEx with "
                  "VSS_E_WRITERERROR_PARTIAL_FAILURE once.",
     .fails_on = "1 W1 SetWriterFailureEx code=VSS_E_WRITERERROR_PARTIAL_FAILURE",
     .passes_on = "1 W1 SetFailure component=a code=VSS_E_WRITERERROR_NONRETRYABLE\n"
                  "1 W1 SetWriterFailureEx code=VSS_E_WRITERERROR_PARTIAL_FAILURE"},
    check_partial_failure};

// Component SetFailure takes the same list without PARTIAL_FAILURE; its reserved argument is zero.
void check_component_failure(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::set_failure) continue;
      if (const auto code = run.arg_hr(*call, "code")) {
        verdicts.expect(is_writer_code(*code), "S_OK or one of the five VSS_E_WRITERERROR codes",
                        hresult_name(*code), {call->seq()});
      }
      if (const auto reserved = run.arg_mask(*call, "reserved")) {
        verdicts.expect(*reserved == 0, "zero as dwReserved", fmt::format("{}", *reserved),
                        {call->seq()});
      }
    }
  }
}

constexpr Rule kComponentFailure{
    {.id = "VSSW-FAIL-006",
     .slug = "component-failure-codes",
     .level = Level::must,
     .title =
         "SetFailure on a component gets a code of its list and zero as the reserved argument.",
     .source = "nf-vswriter-ivsscomponentex2-setfailure.md",
     .cause = "PARTIAL_FAILURE belongs to the writer; the reserved argument has no meaning.",
     .next_step = "Say on the component what failed, and PARTIAL_FAILURE in SetWriterFailureEx.",
     .fails_on = "1 W1 SetFailure component=a code=VSS_E_WRITERERROR_PARTIAL_FAILURE reserved=0",
     .passes_on = "1 W1 SetFailure component=a code=VSS_E_WRITERERROR_RETRYABLE reserved=0"},
    check_component_failure};

// Identify must not call SetWriterFailure, SetWriterFailureEx or SetFailure.
void check_identify_sets_none(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    if (writer.calls.has(Ev::identify)) verdicts.saw();
    for (const Call* call : writer.calls) {
      if (!sets_failure(*call) && call->name != Ev::set_failure) continue;
      const Call* handler = run.handler_around(*call);
      const bool inside = run.arg_is(*call, "in", "Identify") ||
                          (!run.arg(*call, "in") && handler && handler->name == Ev::identify);
      if (!inside) continue;
      verdicts.fail("Identify just returns false",
                    fmt::format("{} in Identify", mention(run, *call)), {call->seq()});
    }
  }
}

constexpr Rule kIdentifySetsNone{
    {.id = "VSSW-FAIL-007",
     .slug = "identify-sets-no-failure",
     .level = Level::must,
     .title = "Identify calls neither SetWriterFailure(Ex) nor SetFailure.",
     .source = "nf-vswriter-cvsswriter-onidentify.md, nf-vswriter-cvsswriter-setwriterfailure.md",
     .cause = "A helper that all handlers share reports failures in Identify as well.",
     .next_step = "Return false from Identify, and log the reason.",
     .fails_on = "1 W1 Identify enter  2 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
                 "3 W1 Identify leave ret=false",
     .passes_on = "1 W1 Identify enter  3 W1 Identify leave ret=false"},
    check_identify_sets_none};

// SetWriterFailure(Ex) and GetSessionId are called on the thread that runs the handler.
void check_thread(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!sets_failure(*call) && call->name != Ev::get_session_id) continue;
      const Call* handler = run.handler_around(*call);
      if (run.arg_is(*call, "in", "Identify")) continue;  // VSSW-FAIL-007
      if (handler == nullptr || run.arg_is(*call, "in", "none")) {
        verdicts.fail(
            "a call on the thread of a running handler",
            fmt::format("{} on thread {}, where none runs", mention(run, *call), call->thread()),
            {call->seq()});
        continue;
      }
      if (handler->name == Ev::identify) continue;
      if (handler->thread() == call->thread()) {
        verdicts.saw();
        continue;
      }
      verdicts.fail(
          fmt::format("thread {}, which runs {}", handler->thread(), event_name(handler->name)),
          fmt::format("thread {}", call->thread()), {handler->seq(), call->seq()});
    }
  }
}

constexpr Rule kHandlerThread{
    {.id = "VSSW-FAIL-008",
     .slug = "failure-on-handler-thread",
     .level = Level::must,
     .title = "SetWriterFailure(Ex) and GetSessionId are called on the thread of the handler.",
     .source = "writers.md, nf-vswriter-cvsswriter-setwriterfailure.md",
     .cause = "A worker thread reports its failure itself.",
     .next_step = "Hand the worker's error back to the handler and report it there.",
     .fails_on = "1 W1 Freeze enter @1  2 W1 SetWriterFailure @2 "
                 "code=VSS_E_WRITERERROR_RETRYABLE  3 W1 Freeze leave @1 ret=false",
     .passes_on = "1 W1 Freeze enter @1  2 W1 SetWriterFailure @1 "
                  "code=VSS_E_WRITERERROR_RETRYABLE  3 W1 Freeze leave @1 ret=false"},
    check_thread};

// The handlers of a writer that went well, each up to the writer's next start.
class GoodHandlers {
 public:
  GoodHandlers(const RunView& run, const WriterInfo& writer) {
    for (const Call* call : writer.calls) {
      if (call->name == Ev::initialize || call->name == Ev::initialize_ex ||
          call->name == Ev::process_exit) {
        starts_.push_back(call->seq());
      }
      const Session* session = is_writer_handler(call->name) ? run.session(*call) : nullptr;
      const Participation* part = session ? run.find_participation(writer, *session) : nullptr;
      if (part != nullptr && outcome_of(run, *part, *call) == Outcome::good) {
        by_name_[call->name].push_back({call, nullptr});
      }
    }
    for (auto& [name, goods] : by_name_) {
      for (std::size_t i = goods.size(); i-- > 1;) {
        const Good& next = goods[i];
        goods[i - 1].elsewhere =
            next.call->session != goods[i - 1].call->session ? next.call : next.elsewhere;
      }
    }
  }
  // The same handler of the same running writer in a later session; null when there is none.
  const Call* later(const Call& handler) const {
    const auto known = by_name_.find(handler.name);
    if (known == by_name_.end()) return nullptr;
    const auto& goods = known->second;
    const auto next = std::partition_point(goods.begin(), goods.end(), [&](const Good& good) {
      return good.call->seq() <= handler.seq();
    });
    if (next == goods.end()) return nullptr;
    const Call* good = next->call->session != handler.session ? next->call : next->elsewhere;
    const auto start = std::upper_bound(starts_.begin(), starts_.end(), handler.seq());
    return good != nullptr && (start == starts_.end() || good->seq() < *start) ? good : nullptr;
  }

 private:
  struct Good {
    const Call* call;
    const Call* elsewhere;  // the next one of another session
  };
  std::vector<Seq> starts_;
  std::map<Ev, std::vector<Good>> by_name_;
};

// A passing problem is reported as RETRYABLE: a handler that fails for good and works again later,
// without a restart of the writer, had a passing problem.
void check_retryable(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    if (writer.sessions.empty()) continue;
    Verdicts verdicts(out, writer.name);
    std::optional<GoodHandlers> goods;
    for (const Call* call : writer.calls) {
      if (!sets_failure(*call) || call->session == kNone) continue;
      const auto code = run.arg_hr(*call, "code");
      const Call* handler = run.handler_around(*call);
      if (!code || *code == hr::ok || handler == nullptr) continue;
      if (!goods) goods.emplace(run, writer);
      const Call* later = goods->later(*handler);
      if (later == nullptr) continue;
      verdicts.expect(*code != hr::writererror_nonretryable, "VSS_E_WRITERERROR_RETRYABLE",
                      fmt::format("NONRETRYABLE, and {} went well", mention(run, *later)),
                      {call->seq(), later->seq()});
    }
  }
}

constexpr Rule kRetryableFirst{
    {.id = "VSSW-FAIL-009",
     .slug = "retryable-first",
     .level = Level::should,
     .title = "A problem that passes by itself is reported as retryable.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md and the other handler pages",
     .cause = "NONRETRYABLE is used for everything; requesters then give up the writer's data.",
     .next_step = "Report VSS_E_WRITERERROR_RETRYABLE unless a new try cannot help.",
     .fails_on = "1 s1 W1 Freeze enter  2 s1 W1 SetWriterFailure "
                 "code=VSS_E_WRITERERROR_NONRETRYABLE  3 s1 W1 Freeze leave ret=false\n"
                 "9 s2 W1 Freeze ret=true",
     .passes_on = "1 s1 W1 Freeze enter  2 s1 W1 SetWriterFailure "
                  "code=VSS_E_WRITERERROR_RETRYABLE  3 s1 W1 Freeze leave ret=false\n"
                  "9 s2 W1 Freeze ret=true"},
    check_retryable};

// Volumes missing from the set are reported as INCONSISTENTSNAPSHOT. The journal sees it when the
// handler that fails has asked IsPathAffected and was told no.
void check_missing_volumes(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    for (const Call* handler : part.calls) {
      if (!is_writer_handler(handler->name) || handler->instant()) continue;
      const Call* failure = failure_set_in(run, part, *handler);
      if (failure == nullptr) continue;
      const Call* asked = part.calls.previous(Ev::is_path_affected, failure->seq());
      if (asked == nullptr || asked->seq() < handler->seq()) continue;
      if (!run.arg_is(*asked, "affected", "no")) continue;
      const Hr code = run.arg_hr(*failure, "code").value_or(hr::com_fail);
      verdicts.expect(code == hr::writererror_inconsistentsnapshot,
                      "VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT, for a volume is not in the set",
                      hresult_name(code), {asked->seq(), failure->seq()});
    }
  }
}

constexpr Rule kMissingVolumes{
    {.id = "VSSW-FAIL-010",
     .slug = "missing-volume-code",
     .level = Level::must,
     .title = "A writer whose volumes are missing from the set fails with INCONSISTENTSNAPSHOT.",
     .source = "nf-vswriter-cvsswriter-setwriterfailure.md, writer-errors-and-vetoes.md",
     .cause = "A general code was used; the requester cannot know that it has to add volumes.",
     .next_step = "Report VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT when IsPathAffected says no.",
     .fails_on = "1 W1 PrepareForSnapshot enter  2 W1 IsPathAffected path=D:\\db affected=no\n"
                 "3 W1 SetWriterFailure code=VSS_E_WRITERERROR_NONRETRYABLE\n"
                 "4 W1 PrepareForSnapshot leave ret=false",
     .passes_on = "1 W1 PrepareForSnapshot enter  2 W1 IsPathAffected path=D:\\db affected=no\n"
                  "3 W1 SetWriterFailure code=VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT\n"
                  "4 W1 PrepareForSnapshot leave ret=false"},
    check_missing_volumes};

// Every failure, fatal or not, also leaves an event-log entry with the exact reason.
void check_failure_logged(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    const WriterInfo& writer = run.writer(part);
    Verdicts verdicts(out, writer.name);
    for (const Call* handler : part.calls) {
      if (!is_writer_handler(handler->name) || !handler->returned()) continue;
      const Outcome outcome = outcome_of(run, part, *handler);
      if (outcome != Outcome::refused && outcome != Outcome::vetoed) continue;
      verdicts.expect(writer.calls.next(Ev::event_log, handler->seq()) != nullptr,
                      "an event-log entry about the failure",
                      fmt::format("none after {}", mention(run, *handler)),
                      {handler->seq(), handler->leave->seq});
    }
  }
}

constexpr Rule kFailureLogged{
    {.id = "VSSW-FAIL-011",
     .slug = "failure-is-logged",
     .level = Level::should,
     .title = "A writer that fails an event leaves an event-log entry.",
     .source = "nf-vswriter-cvsswriter-onfreeze.md and the other handler pages",
     .cause = "The code alone was taken for enough; it names no reason.",
     .next_step = "Call ReportEvent with the exact reason before returning.",
     .fails_on = "1 W1 Freeze enter  2 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
                 "3 W1 Freeze leave ret=false",
     .passes_on = "1 W1 Freeze enter  2 W1 SetWriterFailure code=VSS_E_WRITERERROR_RETRYABLE\n"
                  "2 W1 EventLog type=error id=1  3 W1 Freeze leave ret=false"},
    check_failure_logged};

// A false from Freeze or Thaw generates Abort. (That a failed PrepareForSnapshot or PostSnapshot
// does not by itself is part of VSSW-ABORT-005.)
void check_abort_after_false(const RunView& run, Findings& out) {
  for (const Participation& part : run.participations()) {
    Verdicts verdicts(out, run.writer(part).name);
    if (part.gone != nullptr) continue;
    for (const Call* call : part.calls) {
      if (call->name != Ev::freeze && call->name != Ev::thaw) continue;
      if (!returned_false(*call)) continue;
      if (part.calls.next(Ev::abort, call->leave->seq) != nullptr) {
        verdicts.saw();
      } else if (run.complete() || run.session(part).end != nullptr) {
        verdicts.fail("Abort", fmt::format("none after {}", mention(run, *call)),
                      {call->seq(), call->leave->seq});
      } else {
        verdicts.inconclusive(fmt::format("the journal ends after {}", mention(run, *call)));
      }
    }
  }
}

constexpr Rule kAbortAfterFalse{
    {.id = "VSSW-FAIL-012",
     .slug = "abort-after-false",
     .level = Level::must,
     .title = "A writer whose Freeze or Thaw returned false gets Abort.",
     .source = "aborting-vss-operations.md, nf-vswriter-cvsswriter-onfreeze.md",
     .cause = "The service took no notice of the failure.",
     .next_step = "Look at what the service did after the handler returned.",
     .fails_on = "1 W1 Freeze ret=false  2 R Release",
     .passes_on = "1 W1 Freeze ret=false  1 W1 Abort ret=true  2 R Release"},
    check_abort_after_false};

}  // namespace

RuleSpan writer_fail_rules() {
  static constexpr const Rule* kRules[] = {
      &kCodeWithFalse,  &kCodeWithLoggedError, &kFailureCodes,     &kFailureExCodes,
      &kPartialFailure, &kComponentFailure,    &kIdentifySetsNone, &kHandlerThread,
      &kRetryableFirst, &kMissingVolumes,      &kFailureLogged,    &kAbortAfterFalse,
  };
  return kRules;
}

}  // namespace vsslab::rules
