#include "reports/tables.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "reports/tally.h"

namespace vsslab::reports {
namespace {

constexpr std::size_t kPartiesMax = 60;  // parties_shown_max

struct Row {
  std::string name;
  std::string state;
  Tally tally;
  Verdict worst = Verdict::not_applicable;
};

// "It held" says more about a rule or a party than "it did not apply there".
int weight(Verdict verdict) {
  if (verdict == Verdict::pass) return static_cast<int>(Verdict::not_applicable);
  if (verdict == Verdict::not_applicable) return static_cast<int>(Verdict::pass);
  return static_cast<int>(verdict);
}

void note(Row& row, const Finding& finding) {
  row.tally.add(finding.verdict, finding.expected_by_scenario);
  if (weight(finding.verdict) < weight(row.worst)) row.worst = finding.verdict;
}

// A party that went down says so first: what VSS last thought of it comes second.
std::string state_text(const PartyResult& party) {
  if (!party.end.empty()) {
    std::string text = party.end;
    if (!party.state.empty()) text += ", " + party.state;
    return party.code.empty() ? text : text + " " + party.code;
  }
  if (party.kind == ActorKind::writer && party.state.empty()) return "not in the backup";
  if (party.code.empty()) return party.state;
  return party.state.empty() ? party.code : party.state + " " + party.code;
}

// The rule's verdict over all its subjects.
struct RuleVerdict {
  Verdict worst = Verdict::not_applicable;
  bool all_expected = true;  // of the findings that speak
  Tally tally;
};

std::map<std::string_view, RuleVerdict> by_rule(const ScenarioResult& scenario) {
  std::map<std::string_view, RuleVerdict> rules;
  for (const Finding& finding : scenario.findings) {
    RuleVerdict& rule = rules[finding.rule_id];
    rule.tally.add(finding.verdict, finding.expected_by_scenario);
    if (weight(finding.verdict) < weight(rule.worst)) rule.worst = finding.verdict;
  }
  return rules;
}

// "VSSW-TIME-009" -> "VSSW-TIME", "009"
std::pair<std::string, std::string> split_id(std::string_view id) {
  const std::size_t dash = id.rfind('-');
  if (dash == std::string_view::npos) return {std::string(id), ""};
  return {std::string(id.substr(0, dash)), std::string(id.substr(dash + 1))};
}

}  // namespace

std::string party_table(const ScenarioResult& scenario, const TextStyle& style) {
  std::vector<Row> rows;
  std::map<std::string_view, std::size_t> place;
  std::size_t hidden = 0;
  for (const PartyResult& party : scenario.parties) {
    if (party.kind == ActorKind::service || party.kind == ActorKind::lab) continue;
    if (rows.size() >= kPartiesMax) {
      ++hidden;
      continue;
    }
    place.emplace(party.name, rows.size());
    rows.push_back({printable(party.name), printable(state_text(party)), {}, {}});
    rows.back().worst = Verdict::not_applicable;
    if (!party.end.empty()) {
      rows.back().worst = Verdict::fail;
    } else if (party.state.starts_with("backup ended")) {
      rows.back().worst = Verdict::warning;
    }
  }
  Row others{"(VSS and the run)", "", {}, Verdict::not_applicable};
  for (const Finding& finding : scenario.findings) {
    const auto found = place.find(finding.subject);
    if (found != place.end()) {
      note(rows[found->second], finding);
    } else if (hidden == 0) {
      note(others, finding);
    }
  }
  if (others.tally.checks() > 0) rows.push_back(others);
  std::size_t name_width = 5;
  std::size_t state_width = 5;
  for (const Row& row : rows) {
    name_width = std::max(name_width, columns(row.name));
    state_width = std::max(state_width, columns(row.state));
  }
  const std::size_t mark_width = style.unicode ? 1 : 2;
  std::string out =
      fmt::format("  {}{}  {}  {}\n", std::string(mark_width + 1, ' '), padded("Party", name_width),
                  padded("State", state_width), "Verdicts");
  for (const Row& row : rows) {
    const std::string_view sign = mark(row.worst, style);
    out += fmt::format("  {}{} {}  {}  {}\n", painted(sign, row.worst, style),
                       std::string(mark_width - columns(sign), ' '), padded(row.name, name_width),
                       padded(row.state, state_width), tally_text(row.tally, style));
  }
  if (hidden > 0) out += fmt::format("  … and {} more\n", hidden);
  return out;
}

std::string rule_grid(const ScenarioResult& scenario, const TextStyle& style) {
  const auto rules = by_rule(scenario);
  std::string out =
      fmt::format("  Rules   {} held   {} broken   {} warning or unclear   {} did not apply\n",
                  painted(mark(Verdict::pass, style), Verdict::pass, style),
                  painted(mark(Verdict::fail, style), Verdict::fail, style),
                  painted(mark(Verdict::warning, style), Verdict::warning, style),
                  mark(Verdict::not_applicable, style));
  std::string family;
  std::size_t used = 0;
  const auto width = static_cast<std::size_t>(std::max(style.width, 60));
  for (const auto& [id, rule] : rules) {
    const auto [rule_family, number] = split_id(id);
    const std::size_t cell = columns(mark(rule.worst, style)) + columns(number) + 1;
    if (rule_family != family || used + cell > width) {
      if (!family.empty()) out += '\n';
      out += "    " + padded(rule_family == family ? "" : rule_family, 12);
      used = 16;
      family = rule_family;
    }
    out += fmt::format(" {}{}", painted(mark(rule.worst, style), rule.worst, style), number);
    used += cell;
  }
  if (!family.empty()) out += '\n';
  return out;
}

std::string rule_list(const ScenarioResult& scenario, const TextStyle& style) {
  std::string out;
  for (const auto& [id, verdict] : by_rule(scenario)) {
    const Rule* rule = find_rule(id);
    const std::string_view sign = mark(verdict.worst, style);
    out += fmt::format("  {}{} {} {}   {}\n", painted(sign, verdict.worst, style),
                       std::string((style.unicode ? 1 : 2) - columns(sign), ' '), id,
                       rule == nullptr ? "" : rule->card.title, tally_text(verdict.tally, style));
  }
  return out;
}

}  // namespace vsslab::reports
