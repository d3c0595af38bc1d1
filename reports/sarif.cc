#include "reports/sarif.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/ascii.h"
#include "reports/block.h"
#include "reports/json.h"
#include "reports/json_stream.h"

namespace vsslab::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kExpectationId = "VSSLAB-EXPECT";
constexpr std::string_view kRootBase = "%SRCROOT%";
constexpr std::string_view kFingerprint = "vsslabFinding/v1";

// Which rule stands where in tool.driver.rules.
using RuleIndex = std::map<std::string, std::size_t, std::less<>>;

std::string_view configured_level(Level level) {
  switch (level) {
    case Level::must:
      return "error";
    case Level::should:
      return "warning";
    case Level::info:
      break;
  }
  return "note";
}

Json text_of(std::string_view text) { return {{"text", std::string(text)}}; }

std::string help_text(const Card& card) {
  std::string text = fmt::format("{} ({})", card.title, level_name(card.level));
  if (!card.cause.empty()) text += fmt::format("\n\nCause: {}", card.cause);
  if (!card.next_step.empty()) text += fmt::format("\n\nNext: {}", card.next_step);
  if (!card.source.empty()) text += fmt::format("\n\nSource: {}", card.source);
  return text;
}

std::string help_markdown(const Card& card) {
  std::string text = fmt::format("{} (**{}**)", card.title, level_name(card.level));
  if (!card.cause.empty()) text += fmt::format("\n\n**Cause.** {}", card.cause);
  if (!card.next_step.empty()) text += fmt::format("\n\n**Next.** {}", card.next_step);
  if (const std::string uri = help_uri(card.source); !uri.empty()) {
    text += fmt::format("\n\n[Microsoft's page]({})", uri);
  }
  return text;
}

Json descriptor(const Rule& rule) {
  const Card& card = rule.card;
  Json item{{"id", std::string(card.id)},
            {"name", std::string(card.slug)},
            {"shortDescription", text_of(card.title)},
            {"help", {{"text", help_text(card)}, {"markdown", help_markdown(card)}}}};
  if (const std::string uri = help_uri(card.source); !uri.empty()) item["helpUri"] = uri;
  item["defaultConfiguration"] = {{"level", configured_level(card.level)}};
  item["properties"] = {{"source", std::string(card.source)}};
  return item;
}

Json expectation_descriptor() {
  return {{"id", std::string(kExpectationId)},
          {"name", "scenario-expectation"},
          {"shortDescription", text_of("What the scenario expects comes about.")},
          {"help", text_of("A line of the scenario's own Expect element, or what holds for every "
                           "scenario without one: parties stay up, backups are made.")},
          {"defaultConfiguration", {{"level", "error"}}}};
}

// The rules of the run, in the catalogue's order; rules of another toolkit's journal have no card.
Json descriptors(const RunResult& run, RuleIndex& index) {
  std::set<std::string_view> judged;
  bool expectations = false;
  for (const ScenarioResult& scenario : run.scenarios) {
    for (const Finding& finding : scenario.findings) judged.insert(finding.rule_id);
    expectations = expectations || !scenario.expectations.empty();
  }
  Json list = Json::array();
  for (const Rule* rule : catalogue()) {
    if (judged.erase(rule->card.id) == 0) continue;
    index.emplace(rule->card.id, list.size());
    list.push_back(descriptor(*rule));
  }
  for (const std::string_view id : judged) {
    index.emplace(id, list.size());
    list.push_back({{"id", std::string(id)}});
  }
  if (expectations) {
    index.emplace(kExpectationId, list.size());
    list.push_back(expectation_descriptor());
  }
  return list;
}

// Without the colon: in the first part of a relative reference it would end a scheme.
bool is_plain_in_uri(char c) {
  return ascii::is_letter_or_digit(c) ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

Json location(const ScenarioResult& scenario, int line, std::string_view subject) {
  Json item = Json::object();
  if (!scenario.file.empty() && scenario.file != "<stdin>") {
    Json artifact{{"uri", path_uri(scenario.file)}};
    if (!scenario.file.starts_with('/')) artifact["uriBaseId"] = std::string(kRootBase);
    item["physicalLocation"] = {{"artifactLocation", std::move(artifact)},
                                {"region", {{"startLine", line > 0 ? line : 1}}}};
  }
  Json logical{{"name", subject.empty() ? "run" : std::string(subject)}};
  logical["fullyQualifiedName"] =
      scenario.name + (subject.empty() ? "" : "/" + std::string(subject));
  item["logicalLocations"] = Json::array({std::move(logical)});
  return item;
}

// "kind" and "level" of a verdict. Whatever is no failure has no level.
struct Weight {
  std::string_view kind = "fail";
  std::string_view level = "error";
};
Weight weight_of(Verdict verdict, bool strict) {
  switch (verdict) {
    case Verdict::inconclusive:
      return {"open", "none"};
    case Verdict::warning:
      return {"fail", strict ? "error" : "warning"};
    case Verdict::not_applicable:
      return {"notApplicable", "none"};
    case Verdict::pass:
      return {"pass", "none"};
    case Verdict::error:
    case Verdict::fail:
    case Verdict::unexpected_pass:
    case Verdict::waived:
      break;
  }
  return {};
}

Json result_json(const RuleIndex& rules, std::string_view rule, Weight weight,
                 std::string_view message) {
  Json item{{"ruleId", std::string(rule)}};
  if (const auto found = rules.find(rule); found != rules.end()) item["ruleIndex"] = found->second;
  item["kind"] = weight.kind;
  item["level"] = weight.level;
  item["message"] = text_of(message);
  return item;
}

Json properties(const ScenarioResult& scenario, Verdict verdict) {
  Json item{{"verdict", verdict_name(verdict)},
            {"scenario", scenario.name},
            {"seed", scenario.seed},
            {"clock", scenario.clock}};
  if (!scenario.settings.empty()) item["settings"] = scenario.settings;
  if (!scenario.journal_file.empty()) item["journal"] = scenario.journal_file;
  return item;
}

void add_evidence(const ScenarioResult& scenario, const std::vector<Seq>& evidence, Json& item) {
  const Json events = evidence_json(scenario, evidence);
  if (!events.empty()) item["evidence"] = events;
}

Json finding_result(const RunResult& run, const RuleIndex& rules, const ScenarioResult& scenario,
                    const SubjectLines& lines, const Finding& finding) {
  Json item = result_json(rules, finding.rule_id, weight_of(finding.verdict, run.strict),
                          finding_message(finding));
  item["locations"] = Json::array({location(scenario, lines.of(finding.subject), finding.subject)});
  item["partialFingerprints"] = {
      {std::string(kFingerprint), finding_fingerprint(scenario, finding)}};
  item["suppressions"] = Json::array();
  if (finding.expected_by_scenario) {
    item["suppressions"].push_back(
        {{"kind", "inSource"}, {"justification", "expected by the scenario"}});
  } else if (finding.verdict == Verdict::waived) {
    item["suppressions"].push_back({{"kind", "external"}, {"justification", finding.note}});
  }
  Json more = properties(scenario, finding.verdict);
  if (!finding.expected.empty()) more["expected"] = finding.expected;
  if (!finding.actual.empty()) more["actual"] = finding.actual;
  more["reproduce"] = reproduce_command(scenario, finding);
  add_evidence(scenario, finding.evidence, more);
  item["properties"] = std::move(more);
  return item;
}

Json expectation_result(const RunResult& run, const RuleIndex& rules,
                        const ScenarioResult& scenario, const ExpectationResult& expectation) {
  Json item =
      result_json(rules, kExpectationId, weight_of(expectation.verdict, run.strict),
                  fmt::format("expected {}; actual {}", expectation.text, expectation.actual));
  item["locations"] = Json::array({location(scenario, expectation.line, {})});
  Finding as_finding;
  as_finding.rule_id = kExpectationId;
  as_finding.subject = expectation.text;
  item["partialFingerprints"] = {
      {std::string(kFingerprint), finding_fingerprint(scenario, as_finding)}};
  item["suppressions"] = Json::array();
  Json more = properties(scenario, expectation.verdict);
  more["reproduce"] = scenario.reproduce;
  add_evidence(scenario, expectation.evidence, more);
  item["properties"] = std::move(more);
  return item;
}

Json invocation(const RunResult& run) {
  const int code = run.exit_code();
  Json item{{"commandLine", run.command},
            {"exitCode", code},
            {"executionSuccessful", code == 0 || code == 1}};
  Json notifications = Json::array();
  if (run.interrupted) {
    notifications.push_back({{"level", "warning"},
                             {"message", text_of("interrupted: only a part of the run is here")}});
  } else if (run.not_run > 0) {
    notifications.push_back(
        {{"level", "warning"},
         {"message", text_of(fmt::format("{} scenarios were not run", run.not_run))}});
  }
  for (const ScenarioResult& scenario : run.scenarios) {
    if (scenario.toolkit_error.empty()) continue;
    notifications.push_back({{"level", "error"},
                             {"message", text_of(scenario.toolkit_error)},
                             {"locations", Json::array({location(scenario, 0, {})})}});
  }
  item["toolExecutionNotifications"] = std::move(notifications);
  return item;
}

}  // namespace

std::string path_uri(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (is_plain_in_uri(c)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

void write_sarif(const RunResult& run, const Sink& sink) {
  RuleIndex index;
  Json tool{{"driver",
             {{"name", "vsslab"},
              {"semanticVersion", run.toolkit_version},
              {"rules", descriptors(run, index)}}}};
  Json head{
      {"tool", std::move(tool)},
      {"invocations", Json::array({invocation(run)})},
      {"originalUriBaseIds",
       {{std::string(kRootBase), {{"description", text_of("The folder that vsslab ran in.")}}}}}};
  sink(
      "{\n \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
      " \"version\": \"2.1.0\",\n \"runs\": [\n  ");
  JsonStream out(sink);
  out.object(head, 2, true);
  out.open_array("results", 3);
  for (const ScenarioResult& scenario : run.scenarios) {
    const SubjectLines lines(scenario);
    for (const Finding& finding : scenario.findings) {
      if (!speaks(finding) && finding.verdict != Verdict::waived) continue;
      out.next(3);
      out.object(finding_result(run, index, scenario, lines, finding), 4, false);
    }
    for (const ExpectationResult& expectation : scenario.expectations) {
      if (expectation.verdict >= Verdict::waived) continue;
      out.next(3);
      out.object(expectation_result(run, index, scenario, expectation), 4, false);
    }
  }
  out.close_array(3);
  out.close(2);
  sink("\n ]\n}\n");
}

}  // namespace vsslab::reports
