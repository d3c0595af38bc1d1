#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "journal/text.h"
#include "reports/sarif.h"
#include "unit/reports/sarif_shape.h"

namespace vsslab {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

Finding finding(std::string subject, Verdict verdict) {
  Finding result;
  result.rule_id = "VSSW-TIME-009";
  result.subject = std::move(subject);
  result.verdict = verdict;
  result.expected = "20.000 s or less in Freeze";
  result.actual = "75.000 s";
  return result;
}

// A run with every verdict, expected and suppressed failures, an error and hostile names.
RunResult run_with_everything() {
  RunResult run;
  run.toolkit_version = "0.1.0";
  run.command = "vsslab run @demo";
  ScenarioResult scenario;
  scenario.name = "timing/freeze-hang";
  scenario.file = "scenarios/timing/freeze hang.xml";
  scenario.seed = 7;
  scenario.clock = "virtual";
  scenario.reproduce = "vsslab run x";
  scenario.settings = {"delay=75s"};
  PartyResult party;
  party.name = "orders";
  party.line = 14;
  scenario.parties.push_back(party);
  for (int i = 0; i <= static_cast<int>(Verdict::pass); ++i) {
    scenario.findings.push_back(finding("orders", static_cast<Verdict>(i)));
  }
  scenario.findings.push_back(finding("expected", Verdict::fail));
  scenario.findings.back().expected_by_scenario = true;
  scenario.findings.push_back(finding("\xff\"<\n", Verdict::fail));
  scenario.findings.push_back(finding("", Verdict::fail));
  scenario.findings.back().rule_id = "VSSW-NEWER-001";  // of a later toolkit
  auto journal = parse_text("1 W1 Freeze enter  2 W1 Freeze leave");
  EXPECT_TRUE(journal);
  scenario.findings.front().evidence = {1, 2};
  scenario.journal = std::make_shared<const Journal>(std::move(*journal));
  scenario.expectations = {{33, "files is VSS_WS_STABLE", Verdict::fail, "it is not", {1}},
                           {34, "files is there", Verdict::pass, "", {}}};
  ScenarioResult from_stdin = scenario;
  from_stdin.file = "<stdin>";
  ScenarioResult broken;
  broken.name = "broken";
  broken.file = "/abs/broken.xml";
  broken.toolkit_error = "the scenario's process crashed";
  run.scenarios = {scenario, from_stdin, broken};
  run.interrupted = true;
  return run;
}

json sarif(const RunResult& run) {
  std::string text;
  reports::write_sarif(run, [&](std::string_view piece) { text += piece; });
  return json::parse(text);
}

TEST(Sarif, HasTheShapeOfTheSchema) {
  EXPECT_THAT(sarif_faults(sarif(run_with_everything())), IsEmpty());
  EXPECT_THAT(sarif_faults(sarif(RunResult())), IsEmpty());
  RunResult strict = run_with_everything();
  strict.strict = true;
  EXPECT_THAT(sarif_faults(sarif(strict)), IsEmpty());
}

TEST(Sarif, SaysWhereAndHowBad) {
  const json document = sarif(run_with_everything());
  const json& run = document["runs"][0];
  const json& first = run["results"][0];  // of the verdict 'error'
  EXPECT_EQ(first["ruleId"], "VSSW-TIME-009");
  EXPECT_EQ(first["level"], "error");
  const json& place = first["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "scenarios/timing/freeze%20hang.xml");
  EXPECT_EQ(place["region"]["startLine"], 14);
  EXPECT_EQ(first["properties"]["evidence"][1]["event"], "Freeze");
  const json& rule = run["tool"]["driver"]["rules"][first["ruleIndex"].get<std::size_t>()];
  EXPECT_THAT(rule["helpUri"].get<std::string>(), HasSubstr("learn.microsoft.com"));
  EXPECT_THAT(rule["help"]["text"].get<std::string>(), HasSubstr("Next: "));
  EXPECT_EQ(run["invocations"][0]["exitCode"], 130);
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 2U);
}

TEST(Sarif, CountsWhatSpeaksAndSuppressesWhatIsExpectedOrWaived) {
  std::size_t results = 0, waived = 0, expected = 0;
  const json document = sarif(run_with_everything());
  for (const json& result : document["runs"][0]["results"]) {
    ++results;
    for (const json& suppression : result["suppressions"]) {
      waived += suppression["kind"] == "external" ? 1 : 0;
      expected += suppression["kind"] == "inSource" ? 1 : 0;
    }
  }
  // Six of eight verdicts, the expected one, two more, one expectation; in two scenarios.
  EXPECT_EQ(results, 2U * (6 + 1 + 2 + 1));
  EXPECT_EQ(waived, 2U);
  EXPECT_EQ(expected, 2U);
}

TEST(Sarif, FingerprintsStayAndDiffer) {
  const json a = sarif(run_with_everything())["runs"][0]["results"];
  RunResult later = run_with_everything();
  later.scenarios[0].seed = 8;
  later.scenarios[0].findings[0].actual = "76.000 s";
  const json b = sarif(later)["runs"][0]["results"];
  EXPECT_EQ(a[0]["partialFingerprints"], b[0]["partialFingerprints"]);
  EXPECT_NE(a[0]["partialFingerprints"], a[6]["partialFingerprints"]);  // another subject
}

// The check itself has to be able to fail.
TEST(SarifShape, FindsEachFault) {
  const json good = sarif(run_with_everything());
  const auto faults_after = [&](const std::function<void(json&)>& spoil) {
    json document = good;
    spoil(document);
    return sarif_faults(document).size();
  };
  EXPECT_EQ(faults_after([](json&) {}), 0U);
  EXPECT_GT(faults_after([](json& d) { d["version"] = "2.0.0"; }), 0U);
  EXPECT_GT(faults_after([](json& d) { d.erase("runs"); }), 0U);
  EXPECT_GT(faults_after([](json& d) { d["runs"][0].erase("tool"); }), 0U);
  EXPECT_GT(faults_after([](json& d) { d["runs"][0]["more"] = 1; }), 0U);
  const auto spoil_result = [&](const std::function<void(json&)>& spoil) {
    return faults_after([&](json& d) { spoil(d["runs"][0]["results"][0]); });
  };
  EXPECT_GT(spoil_result([](json& r) { r.erase("message"); }), 0U);
  EXPECT_GT(spoil_result([](json& r) { r["kind"] = "failed"; }), 0U);
  EXPECT_GT(spoil_result([](json& r) { r["kind"] = "pass"; }), 0U);
  EXPECT_GT(spoil_result([](json& r) { r["ruleIndex"] = 99; }), 0U);
  EXPECT_GT(spoil_result([](json& r) { r["locations"] = json::array(); }), 0U);
  EXPECT_GT(spoil_result([](json& r) { r["partialFingerprints"] = {{"a", 1}}; }), 0U);
  EXPECT_GT(spoil_result(
                [](json& r) { r["locations"][0]["physicalLocation"]["region"]["startLine"] = 0; }),
            0U);
  EXPECT_GT(spoil_result([](json& r) {
              r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b";
            }),
            0U);
}

}  // namespace
}  // namespace vsslab
