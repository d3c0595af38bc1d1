#include "reports/junit.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "reports/block.h"
#include "reports/text.h"

namespace vsslab::reports {
namespace {

constexpr TextStyle kPlain{.colour = false, .unicode = true, .width = 100};

enum class Outcome { passed, failure, error, skipped };

Outcome outcome_of(Verdict verdict, bool expected, bool strict) {
  if (expected) return Outcome::passed;
  switch (verdict) {
    case Verdict::fail:
    case Verdict::unexpected_pass:
      return Outcome::failure;
    case Verdict::error:
    case Verdict::inconclusive:
      return Outcome::error;
    case Verdict::warning:
      return strict ? Outcome::failure : Outcome::passed;
    case Verdict::waived:
    case Verdict::not_applicable:
      return Outcome::skipped;
    case Verdict::pass:
      break;
  }
  return Outcome::passed;
}

std::string attribute(std::string_view raw) {
  std::string out;
  for (const char letter : printable(raw)) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

// Text that is printable already, apart from its line breaks.
std::string cdata(std::string_view text) {
  std::string out = "<![CDATA[";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("]]>", at);
    if (end == std::string_view::npos) {
      out += text.substr(at);
      break;
    }
    out += text.substr(at, end + 2 - at);
    out += "]]><![CDATA[";
    at = end + 2;
  }
  return out + "]]>";
}

struct Case {
  std::string name;
  int line = 0;
  Outcome outcome = Outcome::passed;
  std::string type;
  std::string message;
  std::string body;
  std::string warning;  // property of a case that passed
};

Case case_of(const ScenarioResult& scenario, const SubjectLines& lines, const Finding& finding,
             bool strict) {
  Case result;
  const Rule* rule = find_rule(finding.rule_id);
  result.name = fmt::format("{}{} [{}]", finding.rule_id,
                            rule == nullptr ? "" : fmt::format(" {}", rule->card.slug),
                            finding.subject.empty() ? "run" : finding.subject);
  result.outcome = outcome_of(finding.verdict, finding.expected_by_scenario, strict);
  result.line = lines.of(finding.subject);
  result.type = finding.rule_id;
  switch (result.outcome) {
    case Outcome::failure:
    case Outcome::error:
      result.message = finding_message(finding);
      result.body = finding_block(scenario, finding, kPlain, strict);
      break;
    case Outcome::skipped:
      result.message =
          finding.note.empty() ? std::string(verdict_name(finding.verdict)) : finding.note;
      break;
    case Outcome::passed:
      if (speaks(finding)) {
        result.warning = (finding.expected_by_scenario ? "expected by the scenario: " : "") +
                         finding_message(finding);
      }
  }
  return result;
}

Case case_of(const ScenarioResult& scenario, const ExpectationResult& expectation) {
  Case result;
  result.name = "expect: " + expectation.text;
  result.line = expectation.line;
  result.outcome = outcome_of(expectation.verdict, false, false);
  result.type = "expectation";
  if (result.outcome != Outcome::passed) {
    result.message = fmt::format("expected {}; actual {}", expectation.text, expectation.actual);
    result.body = expectation_block(scenario, expectation, kPlain);
  }
  return result;
}

std::vector<Case> cases_of(const ScenarioResult& scenario, bool strict) {
  std::vector<Case> cases;
  if (!scenario.toolkit_error.empty()) {
    Case broken;
    broken.name = "the scenario runs to its end";
    broken.outcome = Outcome::error;
    broken.type = "toolkit";
    broken.message = scenario.toolkit_error;
    broken.body = error_block(scenario, kPlain);
    cases.push_back(std::move(broken));
  }
  const SubjectLines lines(scenario);
  for (const Finding& finding : scenario.findings) {
    cases.push_back(case_of(scenario, lines, finding, strict));
  }
  for (const ExpectationResult& expectation : scenario.expectations) {
    cases.push_back(case_of(scenario, expectation));
  }
  return cases;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  void add(const Case& item) {
    ++tests;
    if (item.outcome == Outcome::failure) ++failures;
    if (item.outcome == Outcome::error) ++errors;
    if (item.outcome == Outcome::skipped) ++skipped;
  }
};

std::string counts_text(const Counts& counts, Duration wall) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"",
                     counts.tests, counts.failures, counts.errors, counts.skipped,
                     std::chrono::duration<double>(wall).count());
}

// An error, or the green part of a run would be a green run to a page of CI.
constexpr std::string_view kInterrupted =
    "  <testsuite name=\"vsslab\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""
    " time=\"0.000\">\n"
    "    <testcase name=\"the run comes to its end\" classname=\"vsslab\" time=\"0.000\">\n"
    "      <error type=\"interrupted\" message=\"interrupted: only a part of the run is here\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n";

// After as many failures as were asked for: the run is red as it is.
std::string stopped_early(std::size_t not_run) {
  return fmt::format(
      "  <testsuite name=\"vsslab\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""
      " time=\"0.000\">\n"
      "    <testcase name=\"the run comes to its end\" classname=\"vsslab\" time=\"0.000\">\n"
      "      <skipped message=\"stopped after failures: {} not run\"/>\n"
      "    </testcase>\n"
      "  </testsuite>\n",
      not_run == 1 ? std::string("1 scenario was") : fmt::format("{} scenarios were", not_run));
}

// What the suites of a run are called: by their scenarios, and by the seed, too, where a scenario
// is there with several. Pages of CI take two suites of one name for one.
class SuiteNames {
 public:
  explicit SuiteNames(const RunResult& run) {
    for (const ScenarioResult& scenario : run.scenarios) {
      seeds_[scenario.name].insert(scenario.seed);
    }
  }
  std::string of(const ScenarioResult& scenario) const {
    if (seeds_.at(scenario.name).size() == 1) return scenario.name;
    return fmt::format("{} seed {}", scenario.name, scenario.seed);
  }

 private:
  std::map<std::string_view, std::set<std::uint64_t>> seeds_;
};

void write_case(const ScenarioResult& scenario, std::string_view suite, const Case& item,
                const Sink& sink) {
  std::string text = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0.000\"",
                                 attribute(item.name), attribute(suite));
  if (!scenario.file.empty()) text += fmt::format(" file=\"{}\"", attribute(scenario.file));
  if (item.line > 0) text += fmt::format(" line=\"{}\"", item.line);
  if (item.outcome == Outcome::passed && item.warning.empty()) {
    sink(text + "/>\n");
    return;
  }
  text += ">\n";
  const auto element = [&](std::string_view name) {
    text += fmt::format("      <{} type=\"{}\" message=\"{}\">{}</{}>\n", name,
                        attribute(item.type), attribute(item.message), cdata(item.body), name);
  };
  switch (item.outcome) {
    case Outcome::failure:
      element("failure");
      break;
    case Outcome::error:
      element("error");
      break;
    case Outcome::skipped:
      text += fmt::format("      <skipped message=\"{}\"/>\n", attribute(item.message));
      break;
    case Outcome::passed:
      text += fmt::format(
          "      <properties>\n        <property name=\"warning\" value=\"{}\"/>\n"
          "      </properties>\n",
          attribute(item.warning));
  }
  sink(text + "    </testcase>\n");
}

void write_suite(const RunResult& run, const ScenarioResult& scenario, const std::string& name,
                 const Sink& sink) {
  const std::vector<Case> cases = cases_of(scenario, run.strict);
  Counts counts;
  for (const Case& item : cases) counts.add(item);
  sink(fmt::format("  <testsuite name=\"{}\" {}>\n    <properties>\n", attribute(name),
                   counts_text(counts, scenario.wall_time)));
  const auto property = [&](std::string_view key, std::string_view value) {
    sink(fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", key, attribute(value)));
  };
  property("version", run.toolkit_version);
  property("seed", std::to_string(scenario.seed));
  property("clock", scenario.clock);
  property("virtual_time", exact_seconds(scenario.virtual_time));
  property("journal_digest", scenario.journal_digest);
  property("reproduce", scenario.reproduce);
  sink("    </properties>\n");
  for (const Case& item : cases) write_case(scenario, name, item, sink);
  sink("  </testsuite>\n");
}

}  // namespace

void write_junit(const RunResult& run, const Sink& sink) {
  Counts counts;
  Duration wall{0};
  for (const ScenarioResult& scenario : run.scenarios) {
    for (const Case& item : cases_of(scenario, run.strict)) counts.add(item);
    wall += scenario.wall_time;
  }
  if (run.interrupted) {
    ++counts.tests;
    ++counts.errors;
  } else if (run.not_run > 0) {
    ++counts.tests;
    ++counts.skipped;
  }
  sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  sink(fmt::format("<testsuites name=\"vsslab\" {}>\n", counts_text(counts, wall)));
  const SuiteNames names(run);
  for (const ScenarioResult& scenario : run.scenarios) {
    write_suite(run, scenario, names.of(scenario), sink);
  }
  if (run.interrupted) {
    sink(kInterrupted);
  } else if (run.not_run > 0) {
    sink(stopped_early(run.not_run));
  }
  sink("</testsuites>\n");
}

}  // namespace vsslab::reports
