#include "reports/tally.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace vsslab::reports {

std::size_t Tally::checks() const {
  return std::accumulate(by_verdict.begin(), by_verdict.end(), expected);
}

void Tally::add(Verdict verdict, bool expected_by_scenario) {
  if (expected_by_scenario) {
    ++expected;
  } else {
    ++by_verdict[static_cast<std::size_t>(verdict)];
  }
}

void Tally::add(const ScenarioResult& scenario) {
  if (!scenario.toolkit_error.empty()) add(Verdict::error);
  for (const Finding& finding : scenario.findings) {
    add(finding.verdict, finding.expected_by_scenario);
  }
  for (const ExpectationResult& expectation : scenario.expectations) add(expectation.verdict);
}

std::string tally_text(const Tally& tally, const TextStyle& style) {
  std::string text;
  const auto say = [&](std::size_t count, std::string_view words, Verdict tone) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", count, painted(words, tone, style));
  };
  const auto word = [](std::size_t count, std::string_view one, std::string_view many) {
    return count == 1 ? one : many;
  };
  const std::size_t errors = tally.of(Verdict::error);
  say(errors, word(errors, "error", "errors"), Verdict::error);
  say(tally.of(Verdict::fail), "failed", Verdict::fail);
  say(tally.of(Verdict::unexpected_pass), "passed unexpectedly", Verdict::fail);
  say(tally.of(Verdict::inconclusive), "inconclusive", Verdict::inconclusive);
  const std::size_t warnings = tally.of(Verdict::warning);
  say(warnings, word(warnings, "warning", "warnings"), Verdict::warning);
  say(tally.expected, "failed as expected", Verdict::waived);
  say(tally.of(Verdict::waived), "waived", Verdict::waived);
  say(tally.of(Verdict::pass), "passed", Verdict::pass);
  say(tally.of(Verdict::not_applicable), "not applicable", Verdict::not_applicable);
  return text.empty() ? "nothing checked" : text;
}

std::string count_line(const RunResult& run, const TextStyle& style) {
  Tally tally;
  std::size_t writers = 0;
  for (const ScenarioResult& scenario : run.scenarios) {
    tally.add(scenario);
    for (const PartyResult& party : scenario.parties) {
      if (party.kind == ActorKind::writer) ++writers;
    }
  }
  return fmt::format("{}   ({}, {}, {}{})", tally_text(tally, style),
                     plural(tally.checks(), "check"), plural(writers, "writer"),
                     plural(run.scenarios.size(), "scenario"),
                     run.not_run == 0 ? "" : fmt::format("; {} not run", run.not_run));
}

namespace {

// Each name once, without the suite's folder: '--scenario full' is enough to run it again.
std::vector<std::string> short_names(const std::vector<std::string>& scenarios) {
  std::set<std::string_view> seen;
  std::vector<std::string> names;
  for (const std::string& name : scenarios) {
    if (seen.insert(name).second) names.push_back(printable(name.substr(name.rfind('/') + 1)));
  }
  return names;
}

std::string listed(const std::vector<std::string>& names, const TextStyle& style) {
  constexpr std::string_view kIndent = "      ";
  const auto width = static_cast<std::size_t>(std::max(style.width, 60));
  std::string text;
  std::string line(kIndent);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string word = names[i] + (i + 1 < names.size() ? "," : "");
    if (line.size() > kIndent.size() && columns(line) + 1 + columns(word) > width) {
      text += line + "\n";
      line = kIndent;
    }
    if (line.size() > kIndent.size()) line += ' ';
    line += word;
  }
  return text + line + "\n";
}

}  // namespace

std::string conformance_block(const Conformance& conformance, const TextStyle& style) {
  std::string text;
  for (const Conformance::OfRule& rule : conformance.rules) {
    if (rule.broken_in.empty()) continue;
    const Rule* known = find_rule(rule.id);
    const bool raised = conformance.strict && rule.verdict == Verdict::warning;
    const Verdict weight = raised ? Verdict::fail : rule.verdict;
    text += fmt::format(
        "  {} {} {}   in {} of {} scenarios:\n", painted(mark(weight, style), weight, style),
        rule.id, known == nullptr ? "" : known->card.slug, rule.broken_in.size(), rule.applied);
    text += listed(short_names(rule.broken_in), style);
  }
  if (!text.empty()) {
    text = fmt::format("\nRules that {} breaks:\n", printable(conformance.target)) + text + "\n";
  }
  return text + conformance.sentence() + "\n";
}

}  // namespace vsslab::reports
