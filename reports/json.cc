#include "reports/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "journal/text.h"
#include "reports/block.h"
#include "reports/json_stream.h"
#include "reports/tally.h"

namespace vsslab::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string_view kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::inconclusive:
      return "open";
    case Verdict::not_applicable:
      return "notApplicable";
    case Verdict::pass:
      return "pass";
    case Verdict::error:
    case Verdict::fail:
    case Verdict::unexpected_pass:
    case Verdict::warning:
    case Verdict::waived:
      break;
  }
  return "fail";
}

std::string_view level_of(const Finding& finding) {
  if (finding.expected_by_scenario) return "note";
  switch (finding.verdict) {
    case Verdict::error:
    case Verdict::fail:
    case Verdict::unexpected_pass:
    case Verdict::inconclusive:
      return "error";
    case Verdict::warning:
      return "warning";
    case Verdict::waived:
      return "note";
    case Verdict::not_applicable:
    case Verdict::pass:
      break;
  }
  return "none";
}

Json finding_json(const ScenarioResult& scenario, const SubjectLines& lines,
                  const Finding& finding) {
  Json item;
  const Rule* rule = find_rule(finding.rule_id);
  item["ruleId"] = finding.rule_id;
  item["subject"] = finding.subject;
  item["verdict"] = verdict_name(finding.verdict);
  item["kind"] = kind_of(finding.verdict);
  item["level"] = level_of(finding);
  if (!speaks(finding) && finding.verdict != Verdict::waived) {
    if (!finding.note.empty()) item["message"] = finding.note;
    return item;
  }
  item["message"] = finding_message(finding);
  if (const int line = lines.of(finding.subject); line > 0) item["line"] = line;
  item["expected"] = finding.expected;
  item["actual"] = finding.actual;
  if (!finding.because.empty()) item["because"] = finding.because;
  if (!finding.note.empty()) item["note"] = finding.note;
  item["evidence"] = evidence_json(scenario, finding.evidence);
  if (rule != nullptr) {
    item["cause"] = std::string(rule->card.cause);
    item["nextStep"] = std::string(rule->card.next_step);
    item["helpUri"] = help_uri(rule->card.source);
  }
  item["fingerprint"] = finding_fingerprint(scenario, finding);
  item["reproduce"] = reproduce_command(scenario, finding);
  item["expectedByScenario"] = finding.expected_by_scenario;
  item["consequence"] = finding.consequence;
  item["suppressions"] = Json::array();
  if (finding.verdict == Verdict::waived) {
    item["suppressions"].push_back({{"kind", "external"}, {"justification", finding.note}});
  }
  return item;
}

Json tally_json(const Tally& tally) {
  Json item;
  for (int i = 0; i <= static_cast<int>(Verdict::pass); ++i) {
    item[std::string(verdict_name(static_cast<Verdict>(i)))] = tally.of(static_cast<Verdict>(i));
  }
  item["expected"] = tally.expected;
  return item;
}

Json scenario_json(const ScenarioResult& scenario) {
  Json item;
  item["name"] = scenario.name;
  item["file"] = scenario.file;
  item["description"] = scenario.description;
  item["seed"] = scenario.seed;
  item["clock"] = scenario.clock;
  if (!scenario.settings.empty()) item["settings"] = scenario.settings;
  Tally tally;
  tally.add(scenario);
  // In the one order "not applicable" is worse than "pass"; of a scenario that passed it says
  // nothing.
  const Verdict worst = scenario.worst();
  const bool passed = worst == Verdict::not_applicable && tally.of(Verdict::pass) > 0;
  item["verdict"] = verdict_name(passed ? Verdict::pass : worst);
  item["counts"] = tally_json(tally);
  item["journalDigest"] = scenario.journal_digest;
  item["journalFile"] = scenario.journal_file;
  item["virtualTime_ns"] = scenario.virtual_time.count();
  item["wallTime_ns"] = scenario.wall_time.count();
  item["reproduce"] = scenario.reproduce;
  if (!scenario.toolkit_error.empty()) item["error"] = scenario.toolkit_error;
  item["parties"] = Json::array();
  for (const PartyResult& party : scenario.parties) {
    Json row{{"kind", actor_kind_name(party.kind)},
             {"name", party.name},
             {"state", party.state},
             {"code", party.code}};
    if (!party.end.empty()) row["end"] = party.end;
    item["parties"].push_back(std::move(row));
  }
  item["notes"] = scenario.notes;
  return item;
}

Json conformance_json(const Conformance& sum) {
  Json item{{"role", sum.role},
            {"target", sum.target},
            {"conformant", sum.outcome() == Conformance::Outcome::conformant},
            {"summary", sum.sentence()},
            {"mustApplied", sum.must_applied},
            {"mustBroken", sum.must_broken},
            {"shouldApplied", sum.should_applied},
            {"shouldBroken", sum.should_broken},
            {"scenarios", sum.scenarios},
            {"scenariosDown", sum.scenarios_down},
            {"scenariosWithoutVerdict", sum.scenarios_without_end},
            {"selection", sum.narrowed},
            {"rules", Json::array()}};
  for (const Conformance::OfRule& rule : sum.rules) {
    item["rules"].push_back({{"ruleId", rule.id},
                             {"level", level_name(rule.level)},
                             {"verdict", verdict_name(rule.verdict)},
                             {"scenarios", rule.applied},
                             {"brokenIn", rule.broken_in}});
  }
  return item;
}

Json expectation_json(const ScenarioResult& scenario, const ExpectationResult& expectation) {
  return {{"line", expectation.line},
          {"text", expectation.text},
          {"verdict", verdict_name(expectation.verdict)},
          {"actual", expectation.actual},
          {"evidence", evidence_json(scenario, expectation.evidence)}};
}

void write_scenario(JsonStream& out, const ScenarioResult& scenario) {
  out.object(scenario_json(scenario), 2, true);
  const SubjectLines lines(scenario);
  out.array("results", 3, scenario.findings, [&](const Finding& finding) {
    out.object(finding_json(scenario, lines, finding), 4, false);
  });
  out.array("expectations", 3, scenario.expectations, [&](const ExpectationResult& expectation) {
    out.object(expectation_json(scenario, expectation), 4, false);
  });
  out.close(2);
}

}  // namespace

Json evidence_json(const ScenarioResult& scenario, const std::vector<Seq>& evidence) {
  Json list = Json::array();
  for (const Seq seq : evidence) {
    Json item{{"seq", seq}};
    if (scenario.journal != nullptr && seq > 0 && seq <= scenario.journal->events().size()) {
      const Event& event = scenario.journal->event(seq);
      item["time_ns"] = event.t.count();
      item["actor"] = scenario.journal->actor(event.actor).to_string();
      item["event"] = std::string(event.name);
      item["text"] = event_line(*scenario.journal, event);
    }
    list.push_back(std::move(item));
  }
  return list;
}

std::string to_json_text(const Json& document) {
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string help_uri(std::string_view sources) {
  std::string_view page = sources.substr(0, sources.find(','));
  const std::size_t end = page.find(".md");
  if (end == std::string_view::npos || end == 0) return {};
  page = page.substr(0, end);
  const std::size_t slash = page.rfind('/');
  if (slash != std::string_view::npos) page = page.substr(slash + 1);
  if (page.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string_view::npos) {
    return {};
  }
  const bool api = page.size() > 3 && page[0] == 'n' && page[2] == '-';
  if (!api) return fmt::format("https://learn.microsoft.com/windows/win32/vss/{}", page);
  const std::string_view header = page.substr(3, page.find('-', 3) - 3);
  return fmt::format("https://learn.microsoft.com/windows/win32/api/{}/{}", header, page);
}

void write_json(const RunResult& run, const Sink& sink) {
  Json document;
  document["format"] = 1;
  document["tool"] = {{"name", "vsslab"}, {"version", run.toolkit_version}};
  document["command"] = run.command;
  document["exitCode"] = run.exit_code();
  document["interrupted"] = run.interrupted;
  document["notRun"] = run.not_run;
  document["strict"] = run.strict;
  Tally tally;
  for (const ScenarioResult& scenario : run.scenarios) tally.add(scenario);
  document["counts"] = tally_json(tally);
  document["neverApplied"] = run.never_applied;
  if (run.conformance) document["conformance"] = conformance_json(*run.conformance);
  JsonStream out(sink);
  out.object(document, 0, true);
  out.array("scenarios", 1, run.scenarios,
            [&](const ScenarioResult& scenario) { write_scenario(out, scenario); });
  out.close(0);
  sink("\n");
}

}  // namespace vsslab::reports
