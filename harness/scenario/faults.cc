#include "scenario/faults.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/suggest.h"
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

const std::vector<std::string_view>& all_crossings() {
  static const std::vector<std::string_view> kAll = [] {
    std::vector<std::string_view> all = writer_events();
    all.insert(all.end(), provider_calls().begin(), provider_calls().end());
    all.insert(all.end(), requester_calls().begin(), requester_calls().end());
    all.insert(all.end(), service_steps().begin(), service_steps().end());
    return all;
  }();
  return kAll;
}

bool among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
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
    return;
  }
  if (among(writer_events(), fault.event) || among(provider_calls(), fault.event)) return;
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
  static const std::vector<std::string_view> kSteps = {"FlushVolume", "HoldWrites", "ReleaseWrites",
                                                       "FreezeTransactions", "ThawTransactions"};
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
  check_meaning(source, element, fault);
  if (fault.action != FaultAction::result && (fault.state || has(element, "argument"))) {
    refuse(source, element, "attributes 'state' and 'argument' belong to action result");
  }
  return fault;
}

}  // namespace vsslab::scenario
