#include "scenario/faults.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/suggest.h"
#include "plan/falsified.h"
#include "plan/step_calls.h"

namespace vsslab::scenario {

namespace {

using plan::FaultAction;

struct ActionWord {
  std::string_view word;
  FaultAction action;
};

constexpr ActionWord kPartyActions[] = {
    {"fail", FaultAction::fail},           {"veto", FaultAction::veto},
    {"silent", FaultAction::silent},       {"hang", FaultAction::hang},
    {"late", FaultAction::late},           {"crash", FaultAction::crash},
    {"exception", FaultAction::exception}, {"wrong-code", FaultAction::wrong_code},
};
constexpr ActionWord kProviderActions[] = {
    {"fail", FaultAction::fail},           {"hang", FaultAction::hang},
    {"late", FaultAction::late},           {"crash", FaultAction::crash},
    {"exception", FaultAction::exception}, {"wrong-code", FaultAction::wrong_code},
};
constexpr ActionWord kWireActions[] = {
    {"drop", FaultAction::drop},   {"twice", FaultAction::twice},   {"early", FaultAction::early},
    {"after", FaultAction::after}, {"late", FaultAction::late},     {"hang", FaultAction::hang},
    {"crash", FaultAction::crash}, {"result", FaultAction::result}, {"fail", FaultAction::fail},
};

FaultAction read_action(const Source& source, const xml::Element& element,
                        std::span<const ActionWord> known, std::string_view otherwise) {
  const std::string written = otherwise.empty() ? required_text(source, element, "action")
                                                : text(element, "action", otherwise);
  std::vector<std::string_view> words;
  for (const ActionWord& action : known) {
    if (action.word == written) return action.action;
    words.push_back(action.word);
  }
  refuse_attribute(source, element, "action", fmt::format("unknown action '{}'", written),
                   did_you_mean(written, words));
}

// delay= belongs to actions that take time, and `late` cannot do without.
void check_delay(const Source& source, const xml::Element& element, const plan::Fault& fault) {
  const bool takes_delay = fault.action == FaultAction::late || fault.action == FaultAction::hang;
  if (has(element, "delay") && !takes_delay) {
    refuse_attribute(source, element, "delay", "attribute 'delay' has no meaning for this action",
                     "late sleeps and then succeeds, hang blocks for the delay or for ever");
  }
  if (fault.action == FaultAction::late && !has(element, "delay")) {
    refuse(source, element, "action 'late' lacks its attribute 'delay'", "write delay=\"12s\"");
  }
}

void check_code(const Source& source, const xml::Element& element, const plan::Fault& fault) {
  const bool takes_code = fault.action == FaultAction::fail || fault.action == FaultAction::veto ||
                          fault.action == FaultAction::wrong_code ||
                          fault.action == FaultAction::result;
  if (fault.code && !takes_code) {
    refuse_attribute(source, element, "code", "attribute 'code' has no meaning for this action");
  }
  if (fault.action == FaultAction::wrong_code && !fault.code) {
    refuse(source, element, "action 'wrong-code' lacks its attribute 'code'",
           "write the HRESULT that is not allowed there: code=\"E_FAIL\"");
  }
}

std::uint32_t read_count(const Source& source, const xml::Element& element,
                         std::string_view attribute) {
  return static_cast<std::uint32_t>(number(source, element, attribute, 1'000'000).value_or(0));
}

// The first n crossings; nobody means the first none.
std::uint32_t read_times(const Source& source, const xml::Element& element) {
  const std::uint32_t times = read_count(source, element, "times");
  if (times == 0 && has(element, "times")) {
    refuse_attribute(source, element, "times", "a fault that strikes 0 times is none",
                     "a number from 1; without it every one");
  }
  return times;
}

std::string read_event(const Source& source, const xml::Element& element,
                       std::string_view attribute, const std::vector<std::string_view>& known,
                       std::string_view what) {
  std::string event = required_text(source, element, attribute);
  // The Test Writer's page spells it so.
  if (event == "PrepareForSnapsot") event = "PrepareForSnapshot";
  check_one_of(source, element, attribute, event, known, what);
  return event;
}

// How parties make themselves known to VSS; what VSS answers can be told falsely.
const std::vector<std::string_view>& registrations() {
  static const std::vector<std::string_view> kCalls = {
      "Initialize",   "Register",         "Unregister",      "CreateMetadata",
      "LoadMetadata", "SetRestoreMethod", "SetBackupSchema", "AddFilesToFileGroup"};
  return kCalls;
}

// What an enumeration hands out; a value of it can be told falsely.
constexpr std::string_view kListed = "DiffArea";

const std::vector<std::string_view>& all_crossings() {
  static const std::vector<std::string_view> kAll = [] {
    std::vector<std::string_view> all = writer_events();
    all.insert(all.end(), provider_calls().begin(), provider_calls().end());
    all.insert(all.end(), requester_calls().begin(), requester_calls().end());
    all.insert(all.end(), service_steps().begin(), service_steps().end());
    all.insert(all.end(), registrations().begin(), registrations().end());
    all.push_back(kListed);
    return all;
  }();
  return kAll;
}

bool among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The places in a backup where something can be let go before its turn, or after it was held back,
// in their order.
const std::vector<std::string_view>& turns() {
  static const std::vector<std::string_view> kTurns = {"Identify",
                                                       "PrepareForBackup",
                                                       "EndPrepareSnapshots",
                                                       "PrepareForSnapshot",
                                                       "Freeze",
                                                       "PreCommitSnapshots",
                                                       "CommitSnapshots",
                                                       "PostCommitSnapshots",
                                                       "Thaw",
                                                       "PreFinalCommitSnapshots",
                                                       "PostSnapshot",
                                                       "PostFinalCommitSnapshots",
                                                       "BackupComplete",
                                                       "PreRestore",
                                                       "PostRestore"};
  return kTurns;
}

std::size_t turn_of(std::string_view name) {
  return static_cast<std::size_t>(std::find(turns().begin(), turns().end(), name) -
                                  turns().begin());
}

// What comes early or late has to have a turn, and another than the one that it is moved to.
void check_move(const Source& source, const xml::Element& element, const plan::Fault& fault) {
  const bool early = fault.action == FaultAction::early;
  const std::string_view to = early ? "before" : "after";
  if (turn_of(fault.relative_to) == turns().size()) {
    refuse_attribute(source, element, to,
                     fmt::format("{} is no step of a backup at which something can be let go",
                                 fault.relative_to),
                     fmt::format("one of {}", fmt::join(turns(), ", ")));
  }
  // The events of a restore keep their turn; an Abort can be let go before them.
  const bool of_restore = fault.event == "PreRestore" || fault.event == "PostRestore";
  const bool moves = of_restore ? false
                     : early
                         ? (turn_of(fault.event) != turns().size() || fault.event == "Abort" ||
                            fault.event == "BackupShutdown" || fault.event == "AbortSnapshots") &&
                               fault.event != "Identify"
                         : among(writer_events(), fault.event) &&
                               turn_of(fault.event) != turns().size() && fault.event != "Identify";
  if (!moves) {
    refuse_attribute(source, element, "event",
                     early ? "this cannot be let go early" : "this cannot be held back",
                     early ? "an event of a writer's backup other than Identify, or a call of "
                             "IVssProviderCreateSnapshotSet"
                           : "an event of a writer's backup from PrepareForBackup to "
                             "BackupComplete");
  }
  const std::size_t own = turn_of(fault.event), there = turn_of(fault.relative_to);
  if (early ? own <= there : own > there) {
    refuse_attribute(source, element, to,
                     early ? fmt::format("{} does not come before {}, so nothing would be early",
                                         fault.relative_to, fault.event)
                           : fmt::format("{} does not come after {}, so nothing would be held back",
                                         fault.relative_to, fault.event),
                     "the order of a backup: " + fmt::format("{}", fmt::join(turns(), ", ")));
  }
}

// A requester's call that never arrives leaves its outputs as they were; the caller, told that all
// is well, would read what nobody wrote.
bool has_outputs(std::string_view call) {
  const plan::CallSpec* spec = plan::find_step_call(call);
  if (spec == nullptr) return false;
  if (spec->kind == plan::CallKind::async) return true;
  return call.starts_with("Get") || call == "StartSnapshotSet" || call == "AddToSnapshotSet" ||
         call.starts_with("Query") || call == "IsVolumeSupported" || call == "DeleteSnapshots" ||
         call == "SaveAsXML" || call == "ExposeSnapshot";
}

// A falsified output has to be one that the service can falsify, and its value one of its type.
void check_falsified(const Source& source, const xml::Element& element, plan::Fault& fault) {
  if (!has(element, "argument")) {
    if (has(element, "value")) {
      refuse_attribute(source, element, "value", "a value of no argument", "add argument=");
    }
    return;
  }
  if (fault.code || fault.state) {
    refuse_attribute(source, element, "argument", "one fault falsifies one thing",
                     "write a Fault for the argument and another for the code");
  }
  const plan::Falsified* what = plan::find_falsified(fault.event, fault.argument);
  if (what == nullptr) {
    std::vector<std::string> known;
    for (const plan::Falsified& one : plan::falsified()) {
      known.push_back(fmt::format("{} of {}", one.argument, one.event));
    }
    refuse_attribute(source, element, "argument",
                     fmt::format("'{}' of {} cannot be falsified", fault.argument, fault.event),
                     fmt::format("one of: {}", fmt::join(known, ", ")));
  }
  const std::string value = plan::falsified_value(*what, fault.value);
  if (value.empty()) {
    refuse_attribute(source, element, has(element, "value") ? "value" : "argument",
                     fmt::format("'{}' is no value of {}", fault.value, fault.argument),
                     std::string(plan::falsified_type_name(what->type)));
  }
  fault.value = value;
}

// What a wire fault cannot mean is refused, so that no scenario silently tests nothing.
void check_meaning(const Source& source, const xml::Element& element, const plan::Fault& fault) {
  const bool moved = fault.action == FaultAction::early || fault.action == FaultAction::after;
  const bool twice = fault.action == FaultAction::twice;
  if (among(service_steps(), fault.event)) {
    const bool known = fault.action == FaultAction::drop || fault.action == FaultAction::late ||
                       fault.action == FaultAction::hang || fault.action == FaultAction::fail;
    if (!known) {
      refuse_attribute(source, element, "action", "a step of the service cannot have this action",
                       "drop, late, hang or fail");
    }
    const bool done_or_not = fault.event == "EventLog" || fault.event == "AutoRelease" ||
                             fault.event == "ProviderOfContext" || fault.event == "SnapshotId";
    if (done_or_not && fault.action != FaultAction::drop) {
      refuse_attribute(source, element, "action", "this step is done or left out", "drop");
    }
    return;
  }
  if (fault.event == kListed && fault.argument.empty()) {
    refuse(source, element, "only a value of what is listed can be a false one",
           "action=\"result\" argument=\"used\" value=\"0\"");
  }
  if (among(registrations(), fault.event)) {
    if (fault.action != FaultAction::result || !fault.code) {
      refuse_attribute(source, element, "action", "only the answer of VSS can be a false one",
                       "action=\"result\" with code=\"S_FALSE\"");
    }
    return;
  }
  if (moved && (among(writer_events(), fault.event) || among(provider_calls(), fault.event))) {
    check_move(source, element, fault);
  }
  if (fault.state && fault.event != "GetWriterStatus") {
    refuse_attribute(source, element, "state", "only GetWriterStatus tells a writer's state",
                     "event=\"GetWriterStatus\"");
  }
  if (among(writer_events(), fault.event) || among(provider_calls(), fault.event)) return;
  if (fault.action == FaultAction::drop && has_outputs(fault.event)) {
    refuse_attribute(source, element, "action",
                     "a call that hands something back cannot be lost unnoticed",
                     "action=\"fail\" lets it fail on its way, \"result\" tells a false result");
  }
  if (moved || twice) {
    refuse_attribute(source, element, "action", "a requester's call cannot have this action",
                     "write the requester's Steps in that order");
  }
  if (fault.action == FaultAction::hang && fault.delay == Duration(0)) {
    refuse(source, element, "action 'hang' of a requester's call lacks its attribute 'delay'",
           "the requester would never come to its end: write delay=\"12s\"");
  }
}

}  // namespace

const std::vector<std::string_view>& writer_events() {
  static const std::vector<std::string_view> kEvents = {"Identify",
                                                        "PrepareForBackup",
                                                        "PrepareForSnapshot",
                                                        "Freeze",
                                                        "Thaw",
                                                        "PostSnapshot",
                                                        "Abort",
                                                        "BackupComplete",
                                                        "PreRestore",
                                                        "PostRestore",
                                                        "BackupShutdown"};
  return kEvents;
}

const std::vector<std::string_view>& provider_calls() {
  static const std::vector<std::string_view> kCalls = {"OnLoad",
                                                       "OnUnload",
                                                       "SetContext",
                                                       "IsVolumeSupported",
                                                       "IsVolumeSnapshotted",
                                                       "BeginPrepareSnapshot",
                                                       "EndPrepareSnapshots",
                                                       "PreCommitSnapshots",
                                                       "CommitSnapshots",
                                                       "PostCommitSnapshots",
                                                       "PreFinalCommitSnapshots",
                                                       "PostFinalCommitSnapshots",
                                                       "AbortSnapshots",
                                                       "GetSnapshotProperties",
                                                       "Query",
                                                       "DeleteSnapshots",
                                                       "SetSnapshotProperty",
                                                       "RevertToSnapshot",
                                                       "QueryRevertStatus"};
  return kCalls;
}

const std::vector<std::string_view>& service_steps() {
  static const std::vector<std::string_view> kSteps = {
      "FlushVolume", "HoldWrites",  "ReleaseWrites",     "FreezeTransactions", "ThawTransactions",
      "EventLog",    "AutoRelease", "ProviderOfContext", "SnapshotId"};
  return kSteps;
}

const std::vector<std::string_view>& requester_calls() {
  static const std::vector<std::string_view> kCalls = [] {
    std::vector<std::string_view> calls;
    for (const plan::CallSpec& call : plan::step_calls()) {
      if (call.kind != plan::CallKind::lab) calls.push_back(call.name);
    }
    return calls;
  }();
  return kCalls;
}

plan::Fault read_fail_event(const Source& source, const xml::Element& element) {
  check_shape(source, element,
              {"writerEvent", "retryable", "numFailures", "action", "delay", "code"});
  plan::Fault fault;
  fault.line = element.line();
  fault.event = read_event(source, element, "writerEvent", writer_events(), "writer event");
  fault.retryable = yes_no(source, element, "retryable", false);
  fault.failures_max = read_count(source, element, "numFailures");
  fault.action = read_action(source, element, kPartyActions, "fail");
  fault.delay = duration(source, element, "delay").value_or(Duration{0});
  fault.code = hresult(source, element, "code");
  check_delay(source, element, fault);
  check_code(source, element, fault);
  return fault;
}

plan::Fault read_provider_fault(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"event", "action", "delay", "code", "times"});
  plan::Fault fault;
  fault.line = element.line();
  fault.event = read_event(source, element, "event", provider_calls(), "provider call");
  fault.action = read_action(source, element, kProviderActions, "fail");
  fault.delay = duration(source, element, "delay").value_or(Duration{0});
  fault.code = hresult(source, element, "code");
  fault.failures_max = read_times(source, element);
  if (fault.action == FaultAction::fail && !fault.code) fault.code = hr::provider_veto;
  check_delay(source, element, fault);
  check_code(source, element, fault);
  return fault;
}

plan::Fault read_wire_fault(const Source& source, const xml::Element& element) {
  check_shape(source, element,
              {"party", "event", "action", "delay", "code", "state", "before", "after", "argument",
               "value", "times"});
  plan::Fault fault;
  fault.line = element.line();
  fault.of_wire = true;
  fault.party = text(element, "party");
  fault.event = read_event(source, element, "event", all_crossings(), "event or call");
  fault.action = read_action(source, element, kWireActions, {});
  fault.delay = duration(source, element, "delay").value_or(Duration{0});
  fault.code = hresult(source, element, "code");
  fault.state = word(source, element, "state", plan::writer_states());
  fault.failures_max = read_times(source, element);
  fault.argument = text(element, "argument");
  fault.value = text(element, "value");
  check_delay(source, element, fault);
  check_code(source, element, fault);
  const bool early = fault.action == FaultAction::early;
  const bool after = fault.action == FaultAction::after;
  if (early) fault.relative_to = read_event(source, element, "before", all_crossings(), "event");
  if (after) fault.relative_to = read_event(source, element, "after", all_crossings(), "event");
  if ((has(element, "before") && !early) || (has(element, "after") && !after)) {
    refuse(source, element, "attributes 'before' and 'after' belong to actions early and after");
  }
  const bool lies = fault.code || fault.state || !fault.argument.empty();
  if (fault.action == FaultAction::result && !lies) {
    refuse(source, element, "action 'result' says no false result",
           "write code=\"S_OK\", state=\"VSS_WS_STABLE\" or argument= with value=");
  }
  if (fault.action != FaultAction::result &&
      (fault.state || has(element, "argument") || has(element, "value"))) {
    refuse(source, element, "attributes 'state', 'argument' and 'value' belong to action result");
  }
  check_meaning(source, element, fault);
  check_falsified(source, element, fault);
  return fault;
}

}  // namespace vsslab::scenario
