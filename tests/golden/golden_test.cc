// Every report format against files that people have read: reports of made-up runs, one for each
// case. VSSLAB_UPDATE_GOLDENS=1 writes the files anew; read the difference before you commit it.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "journal/text.h"
#include "reports/console.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/sarif.h"

namespace vsslab {
namespace {

std::shared_ptr<const Journal> journal() {
  auto parsed = parse_text(
      "#1 12.000000000 s1 writer:orders-db Freeze enter ^0 @5 limit=20.000000000\n"
      "#2 32.000000000 s1 service:vss FreezeLimitPassed - ^1 @0 writer=orders-db\n"
      "#3 87.000000000 s1 writer:orders-db Freeze leave ^1 @5 ret=true\n");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().to_text());
  return parsed ? std::make_shared<const Journal>(std::move(*parsed)) : nullptr;
}

ScenarioResult scenario(std::string name) {
  ScenarioResult result;
  result.name = std::move(name);
  result.file = "scenarios/" + result.name + ".xml";
  result.description = "One writer that hangs in Freeze must not hold the others.";
  result.seed = 42;
  result.clock = "virtual";
  result.virtual_time = std::chrono::seconds(98);
  result.wall_time = std::chrono::milliseconds(200);
  result.journal_digest = "0123456789abcdef0123456789abcdef";
  result.reproduce = "vsslab run " + result.file + " --seed 42";
  result.parties = {{ActorKind::writer,
                     "orders-db",
                     "VSS_WS_FAILED_AT_FREEZE",
                     "VSS_E_WRITERERROR_TIMEOUT",
                     PartyEnd::well,
                     {},
                     {}},
                    {ActorKind::writer, "files", "VSS_WS_STABLE", "", PartyEnd::well, {}, {}},
                    {ActorKind::requester, "requester", "backup done", "", PartyEnd::well, {}, {}}};
  return result;
}

Finding finding(std::string id, std::string subject, Verdict verdict) {
  Finding result;
  result.rule_id = std::move(id);
  result.subject = std::move(subject);
  result.verdict = verdict;
  return result;
}

Finding freeze_failure() {
  Finding result = finding("VSSW-TIME-009", "orders-db", Verdict::fail);
  result.expected = "20.000 s or less in Freeze";
  result.actual = "75.000 s";
  result.evidence = {1, 2, 3};
  return result;
}

RunResult run_of(std::vector<ScenarioResult> scenarios) {
  RunResult run;
  run.scenarios = std::move(scenarios);
  run.toolkit_version = "0.1.0";
  run.command = "vsslab run";
  return run;
}

RunResult passing() {
  ScenarioResult result = scenario("conformance/full");
  result.findings = {finding("VSSW-INIT-001", "files", Verdict::pass),
                     finding("VSSW-TIME-009", "files", Verdict::not_applicable)};
  return run_of({result});
}

RunResult failing() {
  ScenarioResult result = scenario("timing/freeze-hang");
  result.journal = journal();
  result.findings = {finding("VSSW-INIT-001", "files", Verdict::pass), freeze_failure()};
  result.expectations = {{14,
                          "orders-db is VSS_WS_STABLE after DoSnapshotSet",
                          Verdict::fail,
                          "VSS_WS_FAILED_AT_FREEZE",
                          {2}}};
  return run_of({result});
}

RunResult mixed() {
  ScenarioResult expected = scenario("timing/expected");
  expected.journal = journal();
  expected.findings = {freeze_failure()};
  expected.findings[0].expected_by_scenario = true;
  ScenarioResult others = scenario("timing/others");
  others.findings = {finding("VSSW-INIT-001", "files", Verdict::unexpected_pass),
                     finding("VSSW-ORDER-001", "files", Verdict::inconclusive),
                     finding("VSSR-COMP-017", "files", Verdict::warning),
                     finding("VSSW-STATE-001", "files", Verdict::waived)};
  others.findings[0].expected = "fail";
  others.findings[0].actual = "pass";
  others.findings[1].note = "the journal ends too early";
  others.findings[3].note = "known (https://tracker.example/1, until 2027-01-01)";
  ScenarioResult broken = scenario("timing/broken");
  broken.toolkit_error = "the scenario's process crashed with SIGSEGV (orders-db)";
  return run_of({expected, others, broken});
}

// Names as an attacker would write them.
RunResult hostile() {
  ScenarioResult result = scenario("regressions/hostile");
  const std::string name = "<script>alert('x')</script> & \x1b[31m ]]> \xff\xc3( \"q\"";
  result.parties = {{ActorKind::writer, name, "VSS_WS_STABLE", "", PartyEnd::well, {}, {}}};
  Finding bad = freeze_failure();
  bad.subject = name;
  bad.actual = name;
  bad.evidence.clear();
  result.findings = {bad};
  return run_of({result});
}

std::string console(const RunResult& run, reports::ConsoleOptions options) {
  std::string text;
  reports::Console report(options, [&](std::string_view piece) { text += piece; });
  report.run_started(run.scenarios.size());
  for (const ScenarioResult& item : run.scenarios) report.scenario_finished(item);
  report.run_finished(run);
  return text;
}

std::string junit(const RunResult& run) {
  std::string text;
  reports::write_junit(run, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string json(const RunResult& run) {
  std::string text;
  reports::write_json(run, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string sarif(const RunResult& run) {
  std::string text;
  reports::write_sarif(run, [&](std::string_view piece) { text += piece; });
  return text;
}

void compare(const std::string& name, const std::string& actual) {
  const std::string path = std::string(VSSLAB_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("VSSLAB_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing; VSSLAB_UPDATE_GOLDENS=1 writes it";
  std::ostringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(expected.str(), actual) << "VSSLAB_UPDATE_GOLDENS=1 rewrites " << path;
}

TEST(Console, Passing) { compare("console-passing.txt", console(passing(), {})); }
TEST(Console, Failing) { compare("console-failing.txt", console(failing(), {})); }
TEST(Console, Mixed) { compare("console-mixed.txt", console(mixed(), {})); }
TEST(Console, Hostile) { compare("console-hostile.txt", console(hostile(), {})); }
TEST(Console, Quiet) {
  reports::ConsoleOptions options;
  options.verbosity = -1;
  compare("console-quiet.txt", console(failing(), options));
}
TEST(Console, Verbose) {
  reports::ConsoleOptions options;
  options.verbosity = 2;
  compare("console-verbose.txt", console(failing(), options));
}
TEST(Console, AsciiAndColour) {
  reports::ConsoleOptions options;
  options.style.unicode = false;
  options.style.colour = true;
  options.report_path = "results/latest/result.json";
  compare("console-ascii-colour.txt", console(failing(), options));
}
TEST(Console, ManyScenariosAreOneLineEach) {
  RunResult run = passing();
  while (run.scenarios.size() < 6) run.scenarios.push_back(run.scenarios.front());
  run.scenarios.push_back(failing().scenarios.front());
  compare("console-many.txt", console(run, {}));
}

TEST(Console, StrictShowsWarningsInFull) {
  RunResult run = mixed();
  run.scenarios.erase(run.scenarios.begin() + 2);  // the one without a verdict
  run.scenarios[1].findings.erase(run.scenarios[1].findings.begin(),
                                  run.scenarios[1].findings.begin() + 2);
  run.strict = true;
  reports::ConsoleOptions options;
  options.strict = true;
  compare("console-strict.txt", console(run, options));
}
TEST(Console, APartOfARunSaysSoEvenWhenItIsQuiet) {
  RunResult run = passing();
  run.interrupted = true;
  reports::ConsoleOptions options;
  options.verbosity = -1;
  EXPECT_EQ(console(run, options),
            "Interrupted: what follows is only the part that was done.\n"
            "1 passed, 1 not applicable   (2 checks, 2 writers, 1 scenario)\n");
}
TEST(Console, ASuiteExplainsARuleOnce) {
  RunResult run;
  for (const char* name : {"full", "copy", "log", "alone", "differential", "system-state"}) {
    ScenarioResult result = scenario(std::string("conform/writer/") + name);
    result.journal = journal();
    if (std::string_view(name) != "copy") result.findings = {freeze_failure()};
    if (std::string_view(name) == "alone") result.findings[0].actual = "80.000 s";
    run.scenarios.push_back(std::move(result));
  }
  Conformance& sum = run.conformance.emplace();
  sum.target = "libledger.so";
  sum.must_applied = sum.must_broken = 1;
  sum.scenarios = 6;
  sum.rules = {{"VSSW-TIME-009",
                Level::must,
                Verdict::fail,
                6,
                {"conform/writer/full", "conform/writer/log", "conform/writer/alone",
                 "conform/writer/differential", "conform/writer/system-state"}}};
  reports::ConsoleOptions options;
  options.blocks_once = true;
  compare("console-conform.txt", console(run, options));
}

TEST(JUnit, Passing) { compare("junit-passing.xml", junit(passing())); }
TEST(JUnit, Failing) { compare("junit-failing.xml", junit(failing())); }
TEST(JUnit, Mixed) { compare("junit-mixed.xml", junit(mixed())); }
TEST(JUnit, Hostile) { compare("junit-hostile.xml", junit(hostile())); }
TEST(JUnit, StrictRaisesWarnings) {
  RunResult run = mixed();
  run.strict = true;
  compare("junit-strict.xml", junit(run));
}

TEST(JUnit, APartOfARunIsAnError) {
  RunResult run = passing();
  run.interrupted = true;
  compare("junit-interrupted.xml", junit(run));
}
TEST(JUnit, SeedsTellSuitesOfOneScenarioApart) {
  RunResult run = passing();
  run.scenarios.push_back(run.scenarios.front());
  run.scenarios.push_back(scenario("timing/once"));
  run.scenarios[1].seed = 43;
  compare("junit-seeds.xml", junit(run));
}

TEST(Json, Passing) { compare("json-passing.json", json(passing())); }
TEST(Json, Failing) { compare("json-failing.json", json(failing())); }
TEST(Json, Mixed) { compare("json-mixed.json", json(mixed())); }
TEST(Json, Hostile) {
  const std::string text = json(hostile());
  compare("json-hostile.json", text);
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(Json, ReadsBackWithTheSameCounts) {
  const auto document = nlohmann::json::parse(json(mixed()));
  EXPECT_EQ(document["exitCode"], 3);
  EXPECT_EQ(document["counts"]["error"], 1);
  EXPECT_EQ(document["counts"]["unexpected-pass"], 1);
  EXPECT_EQ(document["counts"]["inconclusive"], 1);
  EXPECT_EQ(document["counts"]["warning"], 1);
  EXPECT_EQ(document["counts"]["waived"], 1);
  EXPECT_EQ(document["counts"]["expected"], 1);
  EXPECT_EQ(document["scenarios"].size(), 3U);
}

TEST(Sarif, Passing) { compare("sarif-passing.json", sarif(passing())); }
TEST(Sarif, Failing) { compare("sarif-failing.json", sarif(failing())); }
TEST(Sarif, Mixed) { compare("sarif-mixed.json", sarif(mixed())); }
TEST(Sarif, Hostile) { compare("sarif-hostile.json", sarif(hostile())); }

TEST(Sarif, PathsBecomeUriReferences) {
  EXPECT_EQ(reports::path_uri("scenarios/a b/x#1.xml"), "scenarios/a%20b/x%231.xml");
  EXPECT_EQ(reports::path_uri("/work/x.xml"), "file:///work/x.xml");
  EXPECT_EQ(reports::path_uri("c:x%.xml"), "c%3Ax%25.xml");
}

TEST(HelpUri, LeadsToThePage) {
  EXPECT_EQ(reports::help_uri("nf-vswriter-cvsswriter-onfreeze.md, other.md"),
            "https://learn.microsoft.com/windows/win32/api/vswriter/"
            "nf-vswriter-cvsswriter-onfreeze");
  EXPECT_EQ(reports::help_uri("overview-of-backup-initialization.md"),
            "https://learn.microsoft.com/windows/win32/vss/overview-of-backup-initialization");
  EXPECT_EQ(reports::help_uri("a real machine"), "");
}

}  // namespace
}  // namespace vsslab
