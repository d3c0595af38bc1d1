#include "sdk/conform.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/hresult.h"
#include "core/suggest.h"
#include "scenario/scenario.h"
#include "scenario/suites.h"

namespace vsslab::sdk {
namespace {

bool broken(Verdict verdict) {
  return verdict == Verdict::error || verdict == Verdict::fail ||
         verdict == Verdict::unexpected_pass || verdict == Verdict::inconclusive ||
         verdict == Verdict::warning;
}

// How the party first shows itself when it takes part at all.
std::string_view first_sign(Role role) {
  if (role == Role::writer) return "Subscribe";
  return role == Role::requester ? "InitializeForBackup" : "";
}

bool took_part(const Journal& journal, Role role, const std::string& subject) {
  const std::string_view sign = first_sign(role);
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind != actor_kind(role) || !is_subject(actor.name, subject)) continue;
    if (event.name == "ProcessExit") continue;
    const bool asked_to_restore = role == Role::requester && event.name == "InitializeForRestore";
    if (sign.empty() || event.name == sign || asked_to_restore) return true;
  }
  return false;
}

std::string why_absent(const Journal& journal, Role role, const std::string& subject) {
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind == actor_kind(role) && is_subject(actor.name, subject) && event.has_hr &&
        event.hr < 0) {
      return fmt::format("{} gave it {}", event.name, hresult_name(event.hr));
    }
  }
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    const bool own = actor.kind == actor_kind(role) && is_subject(actor.name, subject);
    const bool gone = event.name == "PartyGone" && journal.arg(event, "party") == subject;
    if (!gone && !(own && event.name == "ProcessExit")) continue;
    if (const auto thrown = journal.arg(event, "exception")) {
      return fmt::format("its main function threw an exception: {}", *thrown);
    }
    if (gone && journal.arg(event, "reason") == "exit") {
      return fmt::format("its main function ended with code {}",
                         journal.arg(event, "code").value_or(""));
    }
    if (gone) return "its process crashed";
  }
  return "its main function ended without it, or waits for something else";
}

std::string_view what_it_misses(Role role) {
  if (role == Role::writer) return "it never called Subscribe";
  if (role == Role::requester) return "it never called InitializeForBackup or InitializeForRestore";
  return "VSS never called it";
}

// What kept a backup from going on: "subject returned false from Freeze (#88)".
struct Refusal {
  std::string text;        // empty: nothing did
  bool own_fault = false;  // a call that must not be made so, or then; a handler without an end
};

// Codes that VSS gives for what the caller did.
bool blames_the_caller(Hr code) {
  return code == hr::bad_state || code == hr::invalid_arg || code == hr::object_not_found ||
         code == hr::object_already_exists;
}

// How a writer or provider under test itself kept a backup from going on, though it may break no
// rule by that.
Refusal refusal_of_called(const Journal& journal, Role role, const std::string& subject) {
  std::string set_failure;
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    const std::string_view writer = journal.arg(event, "writer").value_or("");
    if (event.name == "WriterState" && is_subject(writer, subject) &&
        journal.arg(event, "code") == "VSS_E_WRITER_NOT_RESPONDING") {
      return {fmt::format("VSS waited for {} and went on without it: {} (#{})", writer,
                          journal.arg(event, "state").value_or(""), event.seq),
              true};
    }
    if (actor.kind != actor_kind(role) || !is_subject(actor.name, subject)) continue;
    if (event.name == "SetWriterFailure" || event.name == "SetWriterFailureEx") {
      set_failure =
          fmt::format(" after {}({})", event.name, journal.arg(event, "code").value_or(""));
    }
    if (event.phase != Phase::leave) continue;
    if (role == Role::writer && journal.arg(event, "ret") == "false") {
      return {fmt::format("{} returned false from {} (#{}){}", actor.name, event.name, event.seq,
                          set_failure)};
    }
    if (role == Role::provider && event.has_hr && failed(event.hr)) {
      return {fmt::format("{} of {} gave {} (#{})", event.name, actor.name, hresult_name(event.hr),
                          event.seq)};
    }
  }
  return {};
}

// The first call that a requester under test was refused, and what was still running then.
Refusal refusal_of_caller(const Journal& journal, const std::string& subject) {
  std::map<std::string, const Event*, std::less<>> running;  // by the name of the async
  for (const Event& event : journal.events()) {
    const std::string async(journal.arg(event, "async").value_or(""));
    if (event.name == "AsyncFinished") running.erase(async);
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind != ActorKind::requester || !is_subject(actor.name, subject)) continue;
    if (event.phase == Phase::enter || !event.has_hr) continue;
    if (event.phase == Phase::leave && event.name != "Wait" && !async.empty() &&
        !failed(event.hr)) {
      running.emplace(async, &event);
    }
    if (!failed(event.hr)) continue;
    Refusal refusal{fmt::format("{} of {} gave {} (#{})", event.name, actor.name,
                                hresult_name(event.hr), event.seq),
                    blames_the_caller(event.hr)};
    for (const auto& [name, started] : running) {
      refusal.text += fmt::format("; {} (#{}) was still running then", started->name, started->seq);
    }
    return refusal;
  }
  return {};
}

Refusal own_refusal(const ScenarioResult& result, Role role, const std::string& subject) {
  if (result.journal == nullptr) return {};
  return role == Role::requester ? refusal_of_caller(*result.journal, subject)
                                 : refusal_of_called(*result.journal, role, subject);
}

// What a scenario expects is there to see that it got to its point. Where the subject kept it from
// that, the broken rule has said so; where it kept it from that without breaking one, `refusal`
// does: a requester that was refused a call by its own fault and went no further has failed.
void judge_the_rest(ScenarioResult& result, const std::vector<std::string>& foreign,
                    bool subject_broke_one, const Refusal& refusal) {
  for (const std::string& fault : foreign) {
    if (subject_broke_one) {
      result.notes.push_back("another party, as a consequence or by a fault of the toolkit: " +
                             fault);
    } else if (result.toolkit_error.empty()) {
      result.toolkit_error =
          "a party of the toolkit's own broke a rule beside a sound subject: " + fault;
    }
  }
  if (subject_broke_one) {
    std::erase_if(result.expectations,
                  [](const ExpectationResult& item) { return broken(item.verdict); });
  }
  for (ExpectationResult& expectation : result.expectations) {
    if (!broken(expectation.verdict)) continue;
    expectation.verdict = refusal.own_fault ? Verdict::fail : Verdict::inconclusive;
    if (!refusal.text.empty()) expectation.actual += "; " + refusal.text;
  }
}

// A writer may name files and services that the lab's machine does not have, and a restore method
// that puts nothing back there. The backup or restore says so; what the writer did all the same was
// judged, and what the toolkit's requester left undone for it is nobody's fault.
void excuse_the_machine(ScenarioResult& result, std::vector<std::string>& foreign) {
  for (const OperationEnd& operation : result.operations) {
    const bool incomplete = operation.what == "restore" && succeeded(operation.hr);
    if (operation.succeeded || (operation.last_call != "copying files" && !incomplete)) continue;
    if (incomplete) {
      std::erase_if(foreign,
                    [](const std::string& fault) { return fault.starts_with("VSSR-REST-"); });
    }
    const std::string of = operation.requester + " makes its ";
    const auto erased = std::erase_if(result.expectations, [&](const ExpectationResult& item) {
      return item.line == 0 && broken(item.verdict) && item.text.starts_with(of);
    });
    if (erased > 0) {
      result.notes.push_back(
          incomplete ? "what the writer's document asks for could not all be done on the lab's "
                       "machine, so that the restore could not be whole"
                     : "not every file that the writer names is on the lab's machine, so that the "
                       "backup could not be whole");
    }
  }
}

// A requester that asks for copies without writers calls none, and completes nothing.
void excuse_no_writers(ScenarioResult& result, const std::string& subject) {
  if (result.journal == nullptr) return;
  const Journal& journal = *result.journal;
  constexpr std::uint32_t kNoWriters = 0x10;  // VSS_VOLSNAP_ATTR_NO_WRITERS
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    if (actor.kind != ActorKind::requester || !is_subject(actor.name, subject)) continue;
    if (event.name != "SetContext" || (event.has_hr && failed(event.hr))) continue;
    const std::string context(journal.arg(event, "context").value_or("0"));
    const auto mask = static_cast<std::uint32_t>(std::strtoul(context.c_str(), nullptr, 0));
    if (mask == UINT32_MAX || (mask & kNoWriters) == 0) continue;
    const auto erased = std::erase_if(
        result.expectations, [](const ExpectationResult& item) { return broken(item.verdict); });
    if (erased > 0) {
      result.notes.push_back(
          "the requester's context is without writers, so that what they do in "
          "this scenario did not come about");
    }
    return;
  }
}

// A party stays up until it is asked to leave.
ExpectationResult down(Role role, std::string actual, std::vector<Seq> evidence) {
  return {0, fmt::format("the {} under test stays up until it is asked to leave", role_name(role)),
          Verdict::fail, std::move(actual), std::move(evidence)};
}

// A writer that unsubscribed and after which a requester still did something.
std::optional<ExpectationResult> left_early(const Journal& journal, Role role,
                                            const std::string& subject) {
  if (role != Role::writer) return std::nullopt;
  const Event* left = nullptr;
  for (const Event& event : journal.events()) {
    const Actor& actor = journal.actor(event.actor);
    if (left != nullptr && actor.kind == ActorKind::requester) {
      return down(role,
                  fmt::format("it unsubscribed at {}, before the backup was over: its main "
                              "function ended, or went on too early",
                              seconds(left->t)),
                  {left->seq, event.seq});
    }
    if (event.name == "Unsubscribe" && actor.kind == ActorKind::writer &&
        is_subject(actor.name, subject)) {
      left = &event;
    }
  }
  return std::nullopt;
}

const PartyResult* party_that_went_down(const ScenarioResult& result, Role role,
                                        const std::string& subject) {
  for (const PartyResult& party : result.parties) {
    if (party.kind != actor_kind(role) || !is_subject(party.name, subject)) continue;
    if (party.how != PartyEnd::well) return &party;
  }
  return nullptr;
}

}  // namespace

bool is_subject(std::string_view name, const std::string& subject) {
  return name == subject || (name.starts_with(subject) && name.substr(subject.size(), 1) == "#");
}

bool rule_is_for(Role role, std::string_view rule_id) {
  // What VSS does with a writer's wish to take part in a restore says nothing about the writer.
  constexpr std::string_view kAboutVss[] = {"VSSW-REST-001", "VSSW-REST-002", "VSSW-REST-003"};
  if (std::find(std::begin(kAboutVss), std::end(kAboutVss), rule_id) != std::end(kAboutVss)) {
    return false;
  }
  if (role == Role::writer) {
    return rule_id.starts_with("VSSW-") ||
           (rule_id.starts_with("VSSM-") && !rule_id.starts_with("VSSM-BCD"));
  }
  if (role == Role::requester) {
    return rule_id.starts_with("VSSR-") || rule_id.starts_with("VSSM-BCD");
  }
  return rule_id.starts_with("VSSP-");
}

std::string_view family_of(std::string_view rule_id) {
  return rule_id.substr(0, rule_id.rfind('-'));
}

Result<std::vector<std::string>> conformance_files(Role role, const std::string& scenarios_folder,
                                                   const std::vector<std::string>& globs) {
  const std::string folder =
      (std::filesystem::path(scenarios_folder) / "conform" / role_name(role)).generic_string();
  const std::vector<std::string> all = scenario::find_scenarios(folder);
  if (all.empty()) return fail(fmt::format("'{}' has no scenario in it", folder));
  if (globs.empty()) return all;
  std::vector<std::string> chosen;
  std::vector<std::string> names;
  for (const std::string& file : all) names.push_back(scenario::scenario_name(file));
  const std::string prefix = fmt::format("conform/{}/", role_name(role));
  for (const std::string& glob : globs) {
    bool matched = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!scenario::glob_matches(glob, names[i]) &&
          !scenario::glob_matches(prefix + glob, names[i])) {
        continue;
      }
      matched = true;
      if (std::find(chosen.begin(), chosen.end(), all[i]) == chosen.end()) {
        chosen.push_back(all[i]);
      }
    }
    if (matched) continue;
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string full = glob.starts_with("conform/") ? glob : prefix + glob;
    Error error{fmt::format("no scenario of the suite matches '{}'", glob), {}, 0, {}, {}};
    error.hint = did_you_mean(full, views);
    return fail(std::move(error));
  }
  return chosen;
}

void keep_subject(ScenarioResult& result, Role role, const std::string& subject,
                  const std::vector<const Rule*>& asked_for) {
  std::vector<Finding> own;
  std::vector<std::string> foreign;
  bool subject_broke_one = false;
  for (Finding& finding : result.findings) {
    // The services that a writer names are those of its own machine.
    if (role == Role::writer && finding.rule_id == "VSSW-INIT-012") continue;
    // A writer that is a requester too is held to a requester's rules, too.
    const bool elsewhere =
        !rule_is_for(role, finding.rule_id) && is_subject(finding.subject, subject);
    const bool about_it = (elsewhere && broken(finding.verdict)) ||
                          (rule_is_for(role, finding.rule_id) &&
                           (is_subject(finding.subject, subject) || finding.subject.empty()));
    // A warning about another party is advice, and no reason to doubt the verdict on the subject.
    const bool counts = broken(finding.verdict) && finding.verdict != Verdict::warning &&
                        !finding.expected_by_scenario;
    if (about_it) {
      subject_broke_one = subject_broke_one || finding.verdict == Verdict::fail;
      const bool wanted =
          elsewhere || std::any_of(asked_for.begin(), asked_for.end(), [&](const Rule* rule) {
            return rule->card.id == finding.rule_id;
          });
      if (wanted) own.push_back(std::move(finding));
    } else if (finding.verdict == Verdict::unexpected_pass) {
      // What the scenario makes another party do did not come about: nobody's broken rule.
      result.expectations.push_back(
          {0,
           fmt::format("{} of {}: {}", finding.rule_id, finding.subject, finding.expected),
           Verdict::fail,
           finding.actual.str(),
           {}});
    } else if (counts) {
      foreign.push_back(fmt::format("{} {}: expected {}, actual {}", finding.rule_id,
                                    finding.subject, finding.expected, finding.actual));
    }
  }
  result.findings = std::move(own);
  const bool played = result.toolkit_error.empty() && result.journal != nullptr;
  if (played && !took_part(*result.journal, role, subject)) {
    result.expectations.clear();  // nothing that a scenario expects could come about
    result.toolkit_error =
        fmt::format("the {} under test took no part: {} ({})", role_name(role),
                    what_it_misses(role), why_absent(*result.journal, role, subject));
    return;
  }
  if (role == Role::writer) excuse_the_machine(result, foreign);
  if (role == Role::requester) excuse_no_writers(result, subject);
  const PartyResult* const gone = party_that_went_down(result, role, subject);
  const auto left = played && gone == nullptr ? left_early(*result.journal, role, subject)
                                              : std::optional<ExpectationResult>();
  judge_the_rest(result, foreign, subject_broke_one || gone != nullptr || left,
                 own_refusal(result, role, subject));
  if (left) {
    if (!result.toolkit_error.empty()) {
      result.notes.push_back("as a consequence: " + std::exchange(result.toolkit_error, {}));
    }
    result.expectations.push_back(*left);
  }
  if (gone == nullptr) return;
  if (!result.toolkit_error.empty()) {
    result.notes.push_back("as a consequence: " + std::exchange(result.toolkit_error, {}));
  }
  if (!subject_broke_one) {
    result.expectations.push_back(down(role, "it " + gone->end, gone->end_evidence));
  }
}

void blame_subject(ScenarioResult& result, Role role, const std::string& subject) {
  if (result.toolkit_error.empty() || result.lost_in != subject) return;
  result.expectations = {down(role, std::exchange(result.toolkit_error, {}), {})};
}

Conformance conformance_of(const RunResult& run, Role role, const std::string& target,
                           const std::vector<const Rule*>& asked_for, bool narrowed) {
  Conformance sum;
  sum.role = role_name(role);
  sum.target = target;
  std::map<std::string_view, Conformance::OfRule> by_id;
  for (const Rule* rule : asked_for) {
    if (!rule_is_for(role, rule->card.id)) continue;
    by_id[rule->card.id] = {std::string(rule->card.id), rule->card.level, Verdict::pass, 0, {}};
  }
  for (const ScenarioResult& scenario : run.scenarios) {
    const auto has = [&scenario](Verdict verdict) {
      return std::any_of(scenario.expectations.begin(), scenario.expectations.end(),
                         [&](const ExpectationResult& item) { return item.verdict == verdict; });
    };
    if (!scenario.toolkit_error.empty() || has(Verdict::inconclusive)) ++sum.scenarios_without_end;
    if (has(Verdict::fail)) ++sum.scenarios_down;
    std::map<std::string_view, bool> here;  // by rule: broken by one of the subject's writers
    for (const Finding& finding : scenario.findings) {
      auto found = by_id.find(finding.rule_id);
      const Rule* const other = find_rule(finding.rule_id);
      if (found == by_id.end() && broken(finding.verdict) && other != nullptr &&
          !rule_is_for(role, finding.rule_id)) {  // what the subject did in another role
        found = by_id.emplace(other->card.id, Conformance::OfRule{}).first;
        found->second = {std::string(other->card.id), other->card.level, Verdict::pass, 0, {}};
      }
      if (found == by_id.end() || finding.verdict == Verdict::not_applicable) continue;
      Conformance::OfRule& rule = found->second;
      // A program may have several writers: a scenario counts once.
      const auto [seen, first] = here.emplace(found->first, false);
      if (first) ++rule.applied;
      // What a scenario expects of the subject's stand-in says nothing about the subject, and a
      // waiver that has done its work is no fault of it: the rule held.
      const Verdict verdict =
          finding.verdict == Verdict::unexpected_pass ? Verdict::pass : finding.verdict;
      rule.verdict = std::min(rule.verdict, verdict);
      if (!broken(verdict) || std::exchange(seen->second, true)) continue;
      rule.broken_in.push_back(scenario.name);
    }
  }
  for (auto& [id, rule] : by_id) {
    if (rule.applied == 0) rule.verdict = Verdict::not_applicable;
    const bool breaks = broken(rule.verdict);
    if (rule.applied == 0) {
      ++sum.not_applied;
    } else if (rule.level == Level::must) {
      ++sum.must_applied;
      if (breaks) ++sum.must_broken;
    } else {
      ++sum.should_applied;
      if (breaks) ++sum.should_broken;
    }
    sum.rules.push_back(std::move(rule));
  }
  sum.scenarios = run.scenarios.size();
  sum.narrowed = narrowed;
  sum.interrupted = run.interrupted;
  sum.strict = run.strict;
  return sum;
}

}  // namespace vsslab::sdk
