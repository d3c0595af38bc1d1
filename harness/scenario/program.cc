// exec=: a party that is a program of its own, and the signals that the system sends it.
#include <sstream>

#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

constexpr std::uint64_t kTimesMax = 1'000'000;

plan::ProgramSignal read_signal(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"send", "at", "of", "phase", "nth", "resumeAfter"});
  plan::ProgramSignal signal;
  signal.line = element.line();
  required_text(source, element, "send");
  if (one_of(source, element, "send", {"KILL", "STOP"}, {}) == "STOP") {
    signal.kind = plan::ProgramSignal::Kind::stop;
  }
  signal.event = required_text(source, element, "at");
  signal.actor = text(element, "of");
  if (has(element, "phase")) {
    signal.phase = one_of(source, element, "phase", {"enter", "leave", "instant"}, {});
  }
  signal.nth = static_cast<std::uint32_t>(number(source, element, "nth", kTimesMax).value_or(1));
  if (signal.nth == 0) refuse_attribute(source, element, "nth", "events are counted from 1");
  signal.resume_after = duration(source, element, "resumeAfter");
  if (signal.resume_after && signal.kind == plan::ProgramSignal::Kind::kill) {
    refuse_attribute(source, element, "resumeAfter", "a program that was killed stays dead");
  }
  return signal;
}

}  // namespace

std::optional<plan::ProgramPlan> read_program(const Source& source, const xml::Element& element) {
  if (!has(element, "exec")) {
    if (has(element, "arguments")) {
      refuse_attribute(source, element, "arguments", "arguments go to a program: exec= is missing");
    }
    if (const auto signal = element.child("Signal")) {
      refuse(source, signal, "signals go to a program: exec= is missing");
    }
    return std::nullopt;
  }
  plan::ProgramPlan program;
  program.path = required_text(source, element, "exec");
  // Like a shell: a name without a slash is looked for in PATH.
  if (program.path.find('/') != std::string::npos) {
    program.path = source.resolve(program.path);
    if (program.path.find('/') == std::string::npos) program.path.insert(0, "./");
  }
  std::istringstream words(text(element, "arguments"));
  for (std::string word; words >> word;) program.arguments.push_back(word);
  for (const xml::Element& child : element.children()) {
    if (child.name() == "Signal") program.signals.push_back(read_signal(source, child));
  }
  return program;
}

void check_programs(const Source& source, const xml::Element& root,
                    const plan::ScenarioPlan& plan) {
  if (plan.clock == plan::Clock::real) return;
  const auto any = [](const auto& parties) {
    for (const auto& party : parties) {
      if (party.program) return true;
    }
    return false;
  };
  if (any(plan.writers) || any(plan.providers) || any(plan.requesters)) {
    const bool machine = root.name() == "Machine";
    refuse(source, root,
           machine ? "a party with exec= lives in real time, and the tools' machine in virtual time"
                   : "a party with exec= lives in real time",
           machine ? "try it with: vsslab serve, or a scenario with clock=\"real\""
                   : "write clock=\"real\" at the Scenario element");
  }
}

}  // namespace vsslab::scenario
