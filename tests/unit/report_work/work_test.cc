// A run with much to report does not make reporting slow. Nothing is timed: the reports are
// compiled with a counter in each basic block, and sixteen times the results may cost little more
// than sixteen times the blocks.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "journal/journal.h"
#include "reports/compare.h"
#include "reports/console.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/sarif.h"
#include "reports/tables.h"
#include "rules/rule.h"

namespace {
std::uint64_t blocks = 0;
}

// The compiler calls it at the beginning of every basic block of the reports.
extern "C" void __sanitizer_cov_trace_pc() { ++blocks; }

namespace vsslab {
namespace {

using reports::Sink;

std::string numbered(std::string_view text, std::size_t number) {
  return std::string(text) + std::to_string(number);
}

ScenarioResult scenario(std::size_t number) {
  ScenarioResult result;
  result.name = numbered("timing/freeze-", number);
  result.file = "scenarios/" + result.name + ".xml";
  result.reproduce = "vsslab run " + result.file;
  result.clock = "virtual";
  return result;
}

Finding broken(std::string_view rule, std::string_view subject) {
  Finding finding;
  finding.rule_id = rule;
  finding.subject = subject;
  finding.verdict = Verdict::fail;
  finding.expected = "20.000 s or less in Freeze";
  finding.actual = std::string(subject) + " took 75.000 s";
  finding.evidence = {1, 2};
  return finding;
}

void add_party(ScenarioResult& result, std::size_t number) {
  PartyResult& party = result.parties.emplace_back();
  party.name = numbered("writer-", number);
  party.state = "VSS_WS_FAILED_AT_FREEZE";
  party.code = "VSS_E_WRITERERROR_TIMEOUT";
  party.line = static_cast<int>(number);
}

std::shared_ptr<const Journal> journal_of(std::size_t events) {
  auto journal = std::make_shared<Journal>();
  const ActorId actor = journal->actor(ActorKind::writer, "writer-0");
  for (std::size_t i = 0; i < events; ++i) {
    journal->append({.actor = actor, .name = "Freeze"}, {{"limit", "60"}});
  }
  return journal;
}

// What there is much of.
struct Flood {
  std::string_view name;
  RunResult (*make)(std::size_t count);
};
void PrintTo(const Flood& flood, std::ostream* out) { *out << flood.name; }

RunResult run_of(ScenarioResult result) {
  RunResult run;
  run.scenarios.push_back(std::move(result));
  return run;
}

constexpr Flood kFloods[] = {
    {"writers that break one rule",
     [](std::size_t count) {
       ScenarioResult result = scenario(0);
       result.journal = journal_of(count + 2);
       for (std::size_t i = 0; i < count; ++i) {
         add_party(result, i);
         result.findings.push_back(broken("VSSW-TIME-009", numbered("writer-", i)));
         result.findings.back().evidence = {i + 1, i + 2};
       }
       return run_of(std::move(result));
     }},
    {"writers that break several rules, some of them expected or folded",
     [](std::size_t count) {
       ScenarioResult result = scenario(0);
       result.journal = journal_of(2);
       const auto rules = catalogue();
       for (std::size_t i = 0; i < count; ++i) {
         const std::size_t writer = i / 8;
         if (i % 8 == 0) add_party(result, writer);
         result.findings.push_back(broken(rules[i % 16]->card.id, numbered("writer-", writer)));
         result.findings.back().expected_by_scenario = i % 3 == 0;
         result.findings.back().consequence = i % 5 == 0;
       }
       return run_of(std::move(result));
     }},
    {"findings about parties that nobody declared",
     [](std::size_t count) {
       ScenarioResult result = scenario(0);
       for (std::size_t i = 0; i < count; ++i) {
         result.findings.push_back(broken("VSSW-TIME-009", numbered("stranger-", i)));
       }
       return run_of(std::move(result));
     }},
    {"rules that hold and rules that do not apply",
     [](std::size_t count) {
       ScenarioResult result = scenario(0);
       const auto rules = catalogue();
       for (std::size_t i = 0; i < count; ++i) {
         add_party(result, i);
         Finding& finding = result.findings.emplace_back();
         finding.rule_id = rules[i % rules.size()]->card.id;
         finding.subject = numbered("writer-", i);
         finding.verdict = i % 2 == 0 ? Verdict::pass : Verdict::not_applicable;
       }
       return run_of(std::move(result));
     }},
    {"scenarios that fail",
     [](std::size_t count) {
       RunResult run;
       for (std::size_t i = 0; i < count; ++i) {
         ScenarioResult result = scenario(i);
         add_party(result, 0);
         result.findings.push_back(broken("VSSW-TIME-009", "writer-0"));
         run.scenarios.push_back(std::move(result));
       }
       return run;
     }},
    {"seeds of one scenario",
     [](std::size_t count) {
       RunResult run;
       for (std::size_t i = 0; i < count; ++i) {
         ScenarioResult result = scenario(0);
         result.seed = i;
         result.findings.push_back(broken("VSSW-TIME-009", "writer-0"));
         run.scenarios.push_back(std::move(result));
       }
       return run;
     }},
    {"expectations that failed",
     [](std::size_t count) {
       ScenarioResult result = scenario(0);
       for (std::size_t i = 0; i < count; ++i) {
         result.expectations.push_back({static_cast<int>(i),
                                        numbered("expectation ", i),
                                        Verdict::fail,
                                        "something else",
                                        {}});
       }
       return run_of(std::move(result));
     }},
    {"scenarios without a conclusion",
     [](std::size_t count) {
       RunResult run;
       for (std::size_t i = 0; i < count; ++i) {
         run.scenarios.push_back(scenario(i));
         run.scenarios.back().toolkit_error = "the scenario's process crashed";
       }
       return run;
     }},
};

// Each writes a report of the run and drops it; the number of bytes shows that it wrote one.
struct Report {
  std::string_view name;
  std::size_t (*write)(const RunResult& run);
};

std::size_t console(const RunResult& run, const reports::ConsoleOptions& options) {
  std::size_t bytes = 0;
  reports::Console report(options, [&](std::string_view piece) { bytes += piece.size(); });
  report.run_started(run.scenarios.size());
  for (const ScenarioResult& result : run.scenarios) report.scenario_finished(result);
  report.run_finished(run);
  return bytes;
}

template <void (*kWrite)(const RunResult&, const Sink&)>
std::size_t document(const RunResult& run) {
  std::size_t bytes = 0;
  kWrite(run, [&](std::string_view piece) { bytes += piece.size(); });
  return bytes;
}

constexpr Report kReports[] = {
    {"console", [](const RunResult& run) { return console(run, {}); }},
    {"console, everything in full",
     [](const RunResult& run) {
       reports::ConsoleOptions options;
       options.verbosity = 2;
       options.detailed_max = SIZE_MAX;
       return console(run, options);
     }},
    {"console, each rule explained once",
     [](const RunResult& run) {
       reports::ConsoleOptions options;
       options.blocks_once = true;
       return console(run, options);
     }},
    {"JSON", document<reports::write_json>},
    {"JUnit", document<reports::write_junit>},
    {"SARIF", document<reports::write_sarif>},
    {"tables",
     [](const RunResult& run) {
       std::size_t bytes = 0;
       for (const ScenarioResult& result : run.scenarios) {
         bytes += reports::party_table(result, {}).size() + reports::rule_grid(result, {}).size() +
                  reports::rule_list(result, {}).size();
       }
       return bytes;
     }},
    {"comparison with a run in which all is well",
     [](const RunResult& run) {
       RunResult well = run;
       for (ScenarioResult& result : well.scenarios) {
         for (Finding& finding : result.findings) finding.verdict = Verdict::pass;
         for (ExpectationResult& one : result.expectations) one.verdict = Verdict::pass;
       }
       const auto a = reports::compared_run(well, "a");
       const auto b = reports::compared_run(run, "b");
       const auto comparison = reports::compare_runs(a, b);
       return reports::comparison_text(comparison, {}).size() +
              reports::comparison_json(comparison, false).dump().size();
     }},
    {"comparison with a stored result",
     [](const RunResult& run) {
       std::string stored;
       reports::write_json(run, [&](std::string_view piece) { stored += piece; });
       const auto a = reports::read_result_json(stored, "result.json");
       EXPECT_TRUE(a) << (a ? "" : a.error().to_text());
       if (!a) return std::size_t{0};
       const auto b = reports::compared_run(run, "b");
       return reports::comparison_text(reports::compare_runs(*a, b), {}).size();
     }},
};

std::uint64_t work_of(const Report& report, const RunResult& run) {
  blocks = 0;
  EXPECT_GT(report.write(run), 0u);
  return blocks;
}

// Sorting and ordered maps take a little more for each result the more there are of them.
constexpr std::uint64_t kFew = 125, kTimes = 16, kMany = kFew * kTimes;
bool is_linear(std::uint64_t few, std::uint64_t many) { return many <= few * kTimes * 7 / 4; }

TEST(Work, IsCounted) {
  const RunResult run = kFloods[0].make(kFew);
  const std::uint64_t once = work_of(kReports[0], run);
  EXPECT_GT(once, kFew);
  EXPECT_EQ(once, work_of(kReports[0], run)) << "the same run costs the same";
}

class WorkOfReports : public testing::TestWithParam<Flood> {};

TEST_P(WorkOfReports, IsLinearInWhatThereIsToReport) {
  const Flood& flood = GetParam();
  const RunResult few = flood.make(kFew);
  const RunResult many = flood.make(kMany);
  for (const Report& report : kReports) {
    const std::uint64_t little = work_of(report, few);
    const std::uint64_t much = work_of(report, many);
    EXPECT_TRUE(is_linear(little, much))
        << report.name << " of " << flood.name << ": " << little << " blocks for " << kFew << ", "
        << much << " for " << kMany;
  }
}

INSTANTIATE_TEST_SUITE_P(Floods, WorkOfReports, testing::ValuesIn(kFloods));

}  // namespace
}  // namespace vsslab
