#include "run/expect.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "core/hresult.h"
#include "plan/words.h"

namespace vsslab {
namespace {

bool broken(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::warning ||
         verdict == Verdict::inconclusive;
}

// "fail" in a scenario means a broken rule of whatever level.
bool is_word_for(std::string_view word, Verdict verdict) {
  if (word == "fail") return verdict == Verdict::fail || verdict == Verdict::warning;
  return word == verdict_name(verdict);
}

class Comparison {
 public:
  Comparison(const std::vector<const Rule*>& rules, ScenarioResult& result)
      : rules_(rules), result_(result) {}

  void rule(const plan::ExpectRule& expected);
  void other_rules(const plan::Expectations& expect);
  void consequences();
  void status(const plan::ExpectWriterStatus& expected);
  void event(const plan::ExpectEvent& expected);
  void call(const plan::ExpectCall& expected);

 private:
  void add(int line, std::string text, bool met, std::string actual, std::vector<Seq> evidence);
  bool selected(std::string_view id) const;
  const Actor& actor(const Event& event) const { return result_.journal->actor(event.actor); }
  std::string_view arg(const Event& event, std::string_view key) const {
    return result_.journal->arg(event, key).value_or(std::string_view());
  }
  const Event* status_event(const plan::ExpectWriterStatus& expected) const;

  // An event, and the end of the call that it begins.
  struct Occurrence {
    const Event* event;
    const Event* leave;
  };
  std::optional<std::string_view> arg(const Occurrence& one, std::string_view key) const;
  bool has_arguments(const Occurrence& one, const plan::ExpectEvent& expected) const;
  std::string unknown_argument(const std::vector<Occurrence>& all,
                               const plan::ExpectEvent& expected) const;

  const std::vector<const Rule*>& rules_;
  ScenarioResult& result_;
};

void Comparison::add(int line, std::string text, bool met, std::string actual,
                     std::vector<Seq> evidence) {
  result_.expectations.push_back({line, std::move(text), met ? Verdict::pass : Verdict::fail,
                                  std::move(actual), std::move(evidence)});
}

bool Comparison::selected(std::string_view id) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const Rule* rule) { return rule->card.id == id; });
}

void Comparison::rule(const plan::ExpectRule& expected) {
  if (!selected(expected.id)) return;
  const bool asks_for_failure = expected.verdict == "fail" || expected.verdict == "warning" ||
                                expected.verdict == "inconclusive";
  std::vector<Finding*> about;
  bool met = false;
  for (Finding& finding : result_.findings) {
    if (finding.rule_id != expected.id) continue;
    if (!expected.subject.empty() && finding.subject != expected.subject) continue;
    about.push_back(&finding);
    if (!is_word_for(expected.verdict, finding.verdict)) continue;
    met = true;
    if (asks_for_failure) finding.expected_by_scenario = true;
  }
  const std::string text =
      fmt::format("{}{} is {}", expected.id,
                  expected.subject.empty() ? "" : " of " + expected.subject, expected.verdict);
  if (!asks_for_failure) {
    // "pass" and "not-applicable" speak about every subject; a failure says it for itself.
    bool all = met;
    std::string actual = about.empty() ? "the rule said nothing about it" : "";
    for (const Finding* finding : about) {
      if (is_word_for(expected.verdict, finding->verdict) || broken(finding->verdict)) continue;
      if (expected.subject.empty() && met) continue;
      all = false;
      actual = verdict_name(finding->verdict);
    }
    const bool failed = std::any_of(about.begin(), about.end(), [](const Finding* finding) {
      return broken(finding->verdict);
    });
    add(expected.line, text, all && !failed,
        failed ? "the rule is broken" : (all ? expected.verdict : actual), {});
    return;
  }
  if (met) return;
  if (about.size() == 1 && about[0]->verdict == Verdict::pass) {
    about[0]->verdict = Verdict::unexpected_pass;
    about[0]->expected =
        fmt::format("{} (line {} of the scenario)", expected.verdict, expected.line);
    about[0]->actual = "pass";
    return;
  }
  Finding& finding = result_.findings.emplace_back();
  finding.rule_id = expected.id;
  finding.subject = expected.subject;
  finding.verdict = Verdict::unexpected_pass;
  finding.expected = fmt::format("{} (line {} of the scenario)", expected.verdict, expected.line);
  finding.actual = "no such verdict";
}

void Comparison::other_rules(const plan::Expectations& expect) {
  if (expect.other_rules != "any") return;
  for (Finding& finding : result_.findings) {
    const bool named =
        std::any_of(expect.rules.begin(), expect.rules.end(),
                    [&](const plan::ExpectRule& line) { return line.id == finding.rule_id; });
    if (named || !broken(finding.verdict)) continue;
    finding.expected_by_scenario = true;
    finding.note += finding.note.empty() ? "" : "; ";
    finding.note += "the scenario allows any verdict of other rules";
  }
}

// What follows from an expected failure is expected with it.
void Comparison::consequences() {
  for (Finding& finding : result_.findings) {
    if (!finding.consequence || finding.expected_by_scenario || !broken(finding.verdict)) continue;
    for (const Finding& cause : result_.findings) {
      if (!cause.expected_by_scenario || cause.consequence) continue;
      const Rule* rule = find_rule(cause.rule_id);
      if (rule == nullptr || rule->card.consequences.find(finding.rule_id) == std::string::npos) {
        continue;
      }
      finding.expected_by_scenario = true;
    }
  }
}

// The last answer of GetWriterStatus about the writer before the call that follows `after`; without
// `after` the last of all.
const Event* Comparison::status_event(const plan::ExpectWriterStatus& expected) const {
  const Event* found = nullptr;
  bool after_seen = expected.after.empty();
  for (const Event& event : result_.journal->events()) {
    if (actor(event).kind != ActorKind::requester) continue;
    if (event.name == expected.after && event.phase != Phase::leave) {
      after_seen = true;
      found = nullptr;
      continue;
    }
    if (!after_seen) continue;
    if ((event.name == "GetWriterStatus" || event.name == "GetWriterStatusEx") &&
        arg(event, "writer") == expected.writer) {
      if (!expected.after.empty() && found != nullptr) return found;
      found = &event;
    }
  }
  return found;
}

void Comparison::status(const plan::ExpectWriterStatus& expected) {
  std::string text = expected.writer + " is";
  if (expected.state)
    text += fmt::format(" {}", plan::word_of(plan::writer_states(), *expected.state));
  if (expected.code) text += fmt::format(" with {}", hresult_name(*expected.code));
  if (!expected.after.empty()) text += " after " + expected.after;
  if (result_.journal == nullptr) return add(expected.line, text, false, "nothing ran", {});
  const Event* found = status_event(expected);
  if (found == nullptr) {
    return add(expected.line, text, false,
               "the requester did not ask for this writer's status then", {});
  }
  const std::string_view state = arg(*found, "state");
  const std::string_view code = arg(*found, "code");
  const bool state_met =
      !expected.state || state == plan::word_of(plan::writer_states(), *expected.state);
  const bool code_met = !expected.code || parse_hresult(code) == expected.code;
  add(expected.line, text, state_met && code_met,
      fmt::format("{}{}{}", state, code.empty() ? "" : " with ", code), {found->seq});
}

std::optional<std::string_view> Comparison::arg(const Occurrence& one, std::string_view key) const {
  if (const auto value = result_.journal->arg(*one.event, key)) return value;
  if (one.leave == nullptr) return std::nullopt;
  return result_.journal->arg(*one.leave, key);
}

bool Comparison::has_arguments(const Occurrence& one, const plan::ExpectEvent& expected) const {
  return std::all_of(expected.arguments.begin(), expected.arguments.end(),
                     [&](const plan::ExpectArgument& wanted) {
                       const auto value = arg(one, wanted.name);
                       if (!value) return false;
                       return wanted.part ? value->find(wanted.value) != std::string_view::npos
                                          : *value == wanted.value;
                     });
}

// The event is there, and never has such an argument: a slip of the scenario, which must not pass
// for an event that is absent.
std::string Comparison::unknown_argument(const std::vector<Occurrence>& all,
                                         const plan::ExpectEvent& expected) const {
  if (all.empty()) return {};
  for (const plan::ExpectArgument& wanted : expected.arguments) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const Occurrence& one) {
      return arg(one, wanted.name).has_value();
    });
    if (!known) return fmt::format("no {} has an argument '{}'", expected.name, wanted.name);
  }
  return {};
}

void Comparison::event(const plan::ExpectEvent& expected) {
  std::string text = fmt::format("{} {}", expected.actor, expected.name);
  for (const plan::ExpectArgument& argument : expected.arguments) {
    text += fmt::format(" {}{}{}", argument.name, argument.part ? "~" : "=", argument.value);
  }
  if (expected.absent) text += " does not happen";
  if (expected.count) text += fmt::format(" happens {} times", *expected.count);
  if (expected.hr) text += fmt::format(" gives {}", hresult_name(*expected.hr));
  if (expected.within) text += fmt::format(" within {}", seconds(*expected.within));
  if (!expected.of.empty()) text += " of " + expected.of;
  if (result_.journal == nullptr) return add(expected.line, text, false, "nothing ran", {});
  std::vector<const Event*> seen;
  const Event* of = nullptr;
  const Event* leave = nullptr;
  std::vector<Occurrence> all;
  std::unordered_map<Seq, std::size_t> entered;
  for (const Event& event : result_.journal->events()) {
    const Actor& who = actor(event);
    // Unquoted, whatever the name.
    const std::string full = fmt::format("{}:{}", actor_kind_name(who.kind), who.name);
    if (!expected.actor.empty() && full != expected.actor && who.name != expected.actor &&
        actor_kind_name(who.kind) != expected.actor) {
      continue;
    }
    if (event.name == expected.name) {
      const auto enter = event.phase == Phase::leave ? entered.find(event.cause) : entered.end();
      if (enter != entered.end()) {
        all[enter->second].leave = &event;
      } else {
        entered.emplace(event.seq, all.size());
        all.push_back({&event, event.has_hr ? &event : nullptr});
      }
    }
    if (of == nullptr && event.name == expected.of && event.phase != Phase::leave) of = &event;
  }
  for (const Occurrence& one : all) {
    if (!has_arguments(one, expected)) continue;
    if (one.event->phase != Phase::leave) seen.push_back(one.event);
    if (one.leave != nullptr && one.leave->has_hr && leave == nullptr) leave = one.leave;
  }
  if (const std::string unknown = unknown_argument(all, expected); !unknown.empty()) {
    return add(expected.line, text, false, unknown, {all.front().event->seq});
  }
  std::string actual = fmt::format("seen {} times", seen.size());
  bool met = expected.absent ? seen.empty() : !seen.empty();
  if (expected.count) met = seen.size() == *expected.count;
  if (met && expected.hr) {
    met = leave != nullptr && leave->hr == *expected.hr;
    actual = leave == nullptr ? "it gave no result" : hresult_name(leave->hr);
  }
  std::vector<Seq> evidence;
  if (of != nullptr) evidence.push_back(of->seq);
  if (met && expected.within && !expected.absent) {
    const auto next = std::find_if(seen.begin(), seen.end(), [&](const Event* event) {
      return of != nullptr && event->seq >= of->seq;
    });
    met = next != seen.end() && (*next)->t - of->t <= *expected.within;
    actual = of == nullptr        ? expected.of + " was not seen"
             : next == seen.end() ? "it did not come after " + expected.of
                                  : fmt::format("it came {} later", seconds((*next)->t - of->t));
    if (next != seen.end()) evidence.push_back((*next)->seq);
  } else if (!seen.empty()) {
    evidence.push_back(seen.front()->seq);
  }
  add(expected.line, text, met, actual, evidence);
}

void Comparison::call(const plan::ExpectCall& expected) {
  const std::string text =
      fmt::format("{}{} gives {}", expected.requester.empty() ? "" : expected.requester + " ",
                  expected.call, hresult_name(expected.hr));
  if (result_.journal == nullptr) return add(expected.line, text, false, "nothing ran", {});
  const Event* last = nullptr;
  std::uint32_t session = 0;  // of the requester's last such call
  for (const Event& event : result_.journal->events()) {
    if (!event.has_hr) continue;
    const Actor& who = actor(event);
    const bool own = who.kind == ActorKind::requester && event.name == expected.call &&
                     (expected.requester.empty() || who.name == expected.requester);
    // What an asynchronous call came to counts as its result too.
    const bool async = event.name == "AsyncFinished" && arg(event, "op") == expected.call &&
                       session != 0 && event.session == session;
    if (!own && !async) continue;
    if (own) session = event.session;
    last = &event;
    if (event.hr == expected.hr) break;
  }
  if (last == nullptr) return add(expected.line, text, false, "the call was not made", {});
  add(expected.line, text, last->hr == expected.hr, hresult_name(last->hr), {last->seq});
}

}  // namespace

void compare_with_expectations(const plan::Expectations& expect,
                               const std::vector<const Rule*>& rules, ScenarioResult& result) {
  Comparison comparison(rules, result);
  for (const plan::ExpectRule& line : expect.rules) comparison.rule(line);
  comparison.other_rules(expect);
  comparison.consequences();
  for (const plan::ExpectWriterStatus& line : expect.writer_status) comparison.status(line);
  for (const plan::ExpectEvent& line : expect.events) comparison.event(line);
  for (const plan::ExpectCall& line : expect.calls) comparison.call(line);
  compare_databases(expect, result);
}

}  // namespace vsslab
