#include "service/wire.h"

#include <algorithm>

#include <fmt/format.h>

#include "plan/words.h"

namespace vsslab {

std::string journal_bool(bool value) { return value ? "yes" : "no"; }

std::string journal_hex(std::uint32_t value) { return fmt::format("0x{:08x}", value); }

Wire::Wire(Journal& journal, Scheduler& scheduler, std::vector<plan::Fault> faults)
    : journal_(journal), scheduler_(scheduler), faults_(std::move(faults)), uses_(faults_.size()) {}

Seq Wire::enter(const Crossing& crossing, Args args) {
  return journal_.append({.t = scheduler_.now(),
                          .session = crossing.session,
                          .actor = crossing.actor,
                          .name = crossing.name,
                          .phase = Phase::enter,
                          .cause = crossing.cause,
                          .thread = static_cast<std::uint32_t>(scheduler_.current())},
                         args.span());
}

Seq Wire::leave(const Crossing& crossing, Seq enter, std::optional<Hr> hr, Args args) {
  return journal_.append({.t = scheduler_.now(),
                          .session = crossing.session,
                          .actor = crossing.actor,
                          .name = crossing.name,
                          .phase = Phase::leave,
                          .hr = hr,
                          .cause = enter,
                          .thread = static_cast<std::uint32_t>(scheduler_.current())},
                         args.span());
}

Seq Wire::instant(const Crossing& crossing, std::optional<Hr> hr, Args args,
                  std::int32_t document) {
  return journal_.append({.t = scheduler_.now(),
                          .session = crossing.session,
                          .actor = crossing.actor,
                          .name = crossing.name,
                          .phase = Phase::instant,
                          .hr = hr,
                          .cause = crossing.cause,
                          .thread = static_cast<std::uint32_t>(scheduler_.current()),
                          .document = document},
                         args.span());
}

bool Wire::matches(const plan::Fault& fault, std::string_view party, std::string_view event) {
  return fault.event == event && (fault.party.empty() || fault.party == party);
}

const plan::Fault* Wire::fault(std::string_view party, std::string_view event,
                               std::initializer_list<plan::FaultAction> actions, Origin origin) {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const plan::Fault& fault = faults_[i];
    if (!matches(fault, party, event)) continue;
    if (std::find(actions.begin(), actions.end(), fault.action) == actions.end()) continue;
    if (origin != Origin::any && fault.of_wire != (origin == Origin::wire)) continue;
    if (!fault.argument.empty()) continue;
    if (fault.failures_max != 0 && uses_[i] >= fault.failures_max) continue;
    count_use(fault, party);
    return &fault;
  }
  return nullptr;
}

void Wire::count_use(const plan::Fault& fault, std::string_view party) {
  ++uses_[static_cast<std::size_t>(&fault - faults_.data())];
  instant({.actor = journal_.actor(ActorKind::lab, "lab"), .name = "Fault"}, std::nullopt,
          {{"event", fault.event},
           {"action", plan::fault_action_name(fault.action)},
           {"party", party},
           {"by", fault.of_wire ? "wire" : "party"}});
}

std::vector<const plan::Fault*> Wire::unused_faults() const {
  std::vector<const plan::Fault*> unused;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (uses_[i] == 0) unused.push_back(&faults_[i]);
  }
  return unused;
}

bool Wire::has_fault(std::string_view party, std::string_view event,
                     plan::FaultAction action) const {
  return std::any_of(faults_.begin(), faults_.end(), [&](const plan::Fault& fault) {
    return fault.action == action && matches(fault, party, event);
  });
}

std::vector<const plan::Fault*> Wire::early_before(std::string_view relative_to) const {
  std::vector<const plan::Fault*> early;
  for (const plan::Fault& fault : faults_) {
    if (fault.action == plan::FaultAction::early && fault.relative_to == relative_to) {
      early.push_back(&fault);
    }
  }
  return early;
}

Hr Wire::told(std::string_view party, std::string_view event, Hr truth) {
  if (faults_.empty()) return truth;
  const plan::Fault* lie = fault(party, event, {plan::FaultAction::result});
  return lie == nullptr ? truth : lie->code.value_or(truth);
}

std::string Wire::told_value(std::string_view party, std::string_view event,
                             std::string_view argument, std::string truth) {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const plan::Fault& fault = faults_[i];
    if (fault.argument != argument || !matches(fault, party, event)) continue;
    if (fault.failures_max != 0 && uses_[i] >= fault.failures_max) continue;
    count_use(fault, party);
    return fault.value;
  }
  return truth;
}

}  // namespace vsslab
