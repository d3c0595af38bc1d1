#include "reports/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/block.h"

namespace vsslab::reports {
namespace {

using Json = nlohmann::ordered_json;

bool is_bad(const ComparedFinding* finding) {
  return finding != nullptr && !finding->expected && finding->verdict <= Verdict::warning;
}

std::string run_label(std::string_view scenario, std::uint64_t seed,
                      const std::vector<std::string>& settings) {
  std::string label = fmt::format("{}   seed {}", scenario, seed);
  for (const std::string& setting : settings) label += "   " + setting;
  return label;
}

std::string_view change_word(Change change) {
  switch (change) {
    case Change::appeared:
      return "new";
    case Change::worse:
      return "worse";
    case Change::fixed:
      return "fixed";
    case Change::changed:
      return "changed";
    case Change::lost:
      return "lost";
    case Change::unjudged:
      return "unjudged";
  }
  return "";
}

// What became of a failure that counts as none now.
Change change_of_failure(const ComparedFinding* is) {
  if (is == nullptr || is->verdict == Verdict::not_applicable) return Change::unjudged;
  return is->verdict == Verdict::waived ? Change::changed : Change::fixed;
}

using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
using Findings = std::map<Key, const ComparedFinding*>;

// The worst finding of each run, rule and subject.
Findings by_key(const ComparedRun& run) {
  Findings findings;
  for (const ComparedFinding& finding : run.findings) {
    const ComparedFinding*& place = findings[{finding.run, finding.rule, finding.subject}];
    if (place == nullptr || finding.verdict < place->verdict) place = &finding;
  }
  return findings;
}

class Comparer {
 public:
  Comparer(const ComparedRun& a, const ComparedRun& b)
      : runs_a_(a.runs.begin(), a.runs.end()), runs_b_(b.runs.begin(), b.runs.end()) {
    result_.a = &a;
    result_.b = &b;
    const auto only = [](const auto& mine, const auto& others, std::vector<std::string>& out) {
      for (const std::string& run : mine) {
        if (!others.contains(run)) out.push_back(run);
      }
    };
    only(runs_a_, runs_b_, result_.only_a);
    only(runs_b_, runs_a_, result_.only_b);
  }

  Comparison compare() {
    const Findings before = by_key(*result_.a);
    const Findings after = by_key(*result_.b);
    for (const auto& [key, was] : before) {
      // What was not run again is neither fixed nor lost; only_a says that it was not run.
      if (!runs_b_.contains(was->run)) continue;
      const auto found = after.find(key);
      add(was, found == after.end() ? nullptr : found->second);
    }
    for (const auto& [key, is] : after) {
      if (!before.contains(key)) add(nullptr, is);
    }
    std::stable_sort(result_.differences.begin(), result_.differences.end(),
                     [](const Difference& x, const Difference& y) { return x.change < y.change; });
    return std::move(result_);
  }

 private:
  void add(const ComparedFinding* was, const ComparedFinding* is) {
    const auto say = [&](Change change) { result_.differences.push_back({change, was, is}); };
    if (is_bad(is) && !is_bad(was)) return say(Change::appeared);
    if (is_bad(was) && !is_bad(is)) return say(change_of_failure(is));
    if (is_bad(was) && is_bad(is)) {
      if (is->verdict < was->verdict) return say(Change::worse);
      if (is->verdict != was->verdict || is->message != was->message) return say(Change::changed);
    } else if (was != nullptr && was->verdict == Verdict::pass &&
               (is == nullptr || is->verdict == Verdict::not_applicable)) {
      return say(Change::lost);
    }
    ++result_.same;
  }

  std::set<std::string> runs_a_, runs_b_;
  Comparison result_;
};

// ---- a stored result.json ----

constexpr std::size_t kJsonValuesMax = 40'000'000;  // json_values_max
constexpr int kJsonDepthMax = 32;                   // json_depth_max

// Stops where a document has too much in it. (A callback of Json::parse would cost a look through
// the list for each of its items.)
class JsonLimits : public nlohmann::json_sax<Json> {
 public:
  std::string problem;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool key(string_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool value() {
    if (++values_ > kJsonValuesMax) {
      problem =
          fmt::format("the document has more values than json_values_max ({})", kJsonValuesMax);
    }
    return problem.empty();
  }
  bool enter() {
    if (++depth_ > kJsonDepthMax) {
      problem =
          fmt::format("the document is nested deeper than json_depth_max ({})", kJsonDepthMax);
    }
    return value();
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t values_ = 0;
  int depth_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<ComparedRun> read(std::string_view bytes) {
    const Json document = parse(bytes);
    if (!problem_.empty()) return fail(Error{problem_, file_, 0, {}, hint_});
    ComparedRun run;
    run.name = file_;
    if (number(document, "format") != 1) {
      note("'format' is not 1", "a result.json of 'vsslab run' is wanted");
    }
    run.interrupted = flag(document, "interrupted");
    for (const Json& scenario : list(document, "scenarios")) read_scenario(scenario, run);
    if (!problem_.empty()) return fail(Error{problem_, file_, 0, {}, hint_});
    return run;
  }

 private:
  // Only the first problem is told.
  void note(std::string what, std::string hint = {}) {
    if (!problem_.empty()) return;
    problem_ = std::move(what);
    hint_ = std::move(hint);
  }

  // Counted before anything is kept: a hostile file stays small in memory.
  Json parse(std::string_view bytes) {
    JsonLimits limits;
    if (!Json::sax_parse(bytes, &limits) && !limits.problem.empty()) note(limits.problem);
    if (!problem_.empty()) return {};
    Json document = Json::parse(bytes, nullptr, false);
    if (!document.is_object()) {
      note("this is no result of a run", "a result.json of 'vsslab run', or a journal, is wanted");
    }
    return document;
  }

  std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
    note(fmt::format("'{}' is missing or no text", key));
    return {};
  }
  std::string text_or_none(const Json& object, const char* key) {
    return object.contains(key) ? text(object, key) : std::string();
  }
  std::uint64_t number(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found != object.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    note(fmt::format("'{}' is missing or no whole number", key));
    return 0;
  }
  bool flag(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return false;
    if (!found->is_boolean()) note(fmt::format("'{}' is neither true nor false", key));
    return *found == true;
  }
  const Json& list(const Json& object, const char* key) {
    static const Json kNone = Json::array();
    const auto found = object.find(key);
    if (found != object.end() && found->is_array()) {
      for (const Json& item : *found) {
        if (!item.is_object()) {
          note(fmt::format("'{}' holds something that is no object", key));
          return kNone;
        }
      }
      return *found;
    }
    note(fmt::format("'{}' is missing or no list", key));
    return kNone;
  }
  Verdict verdict(const Json& object) {
    const std::string word = text(object, "verdict");
    for (int i = 0; i <= static_cast<int>(Verdict::pass); ++i) {
      if (verdict_name(static_cast<Verdict>(i)) == word) return static_cast<Verdict>(i);
    }
    note(fmt::format("'{}' is no verdict", word.substr(0, 40)));
    return Verdict::error;
  }

  void read_scenario(const Json& scenario, ComparedRun& run) {
    std::vector<std::string> settings;
    if (const auto found = scenario.find("settings"); found != scenario.end()) {
      if (!found->is_array()) note("'settings' is no list");
      for (const Json& setting : *found) {
        if (setting.is_string()) settings.push_back(setting.get<std::string>());
      }
    }
    const std::string label = run_label(text(scenario, "name"), number(scenario, "seed"), settings);
    run.runs.push_back(label);
    if (const std::string error = text_or_none(scenario, "error"); !error.empty()) {
      run.findings.push_back({label, "scenario", "", Verdict::error, false, error});
    }
    for (const Json& result : list(scenario, "results")) {
      run.findings.push_back({label, text(result, "ruleId"), text(result, "subject"),
                              verdict(result), flag(result, "expectedByScenario"),
                              text_or_none(result, "message")});
    }
    for (const Json& item : list(scenario, "expectations")) {
      run.findings.push_back({label, "expectation", text(item, "text"), verdict(item), false,
                              text_or_none(item, "actual")});
    }
  }

  const std::string& file_;
  std::string problem_;
  std::string hint_;
};

std::string finding_name(const ComparedFinding& finding) {
  const Rule* rule = find_rule(finding.rule);
  return fmt::format("{}{}   {}", finding.rule,
                     rule == nullptr ? "" : fmt::format(" {}", rule->card.slug),
                     finding.subject.empty() ? "the run" : printable(finding.subject));
}

std::string difference_text(const Difference& difference, const TextStyle& style) {
  const ComparedFinding& shown =
      difference.after != nullptr ? *difference.after : *difference.before;
  const Verdict verdict =
      difference.after != nullptr ? difference.after->verdict : Verdict::not_applicable;
  std::string text = fmt::format("{} {}  {}   {}\n", painted(mark(verdict, style), verdict, style),
                                 padded(change_word(difference.change), 8), printable(shown.run),
                                 finding_name(shown));
  const auto line = [&](std::string_view label, const ComparedFinding* finding) {
    if (finding == nullptr) return;
    text += fmt::format("              {}  {}{}\n", label, verdict_name(finding->verdict),
                        finding->message.empty() ? "" : ": " + printable(finding->message));
  };
  switch (difference.change) {
    case Change::appeared:
      line("is ", difference.after);
      break;
    case Change::fixed:
    case Change::unjudged:
      line("was", difference.before);
      break;
    case Change::worse:
    case Change::changed:
      line("was", difference.before);
      line("is ", difference.after);
      break;
    case Change::lost:
      break;
  }
  return text;
}

Json side_json(const ComparedRun& run) {
  return {{"file", run.name}, {"scenarios", run.runs.size()}, {"interrupted", run.interrupted}};
}

}  // namespace

std::size_t Comparison::count(Change change) const {
  return static_cast<std::size_t>(
      std::count_if(differences.begin(), differences.end(),
                    [&](const Difference& item) { return item.change == change; }));
}

bool Comparison::regressed(bool strict) const {
  return std::any_of(differences.begin(), differences.end(), [&](const Difference& item) {
    if (item.change != Change::appeared && item.change != Change::worse) return false;
    return strict || item.after->verdict != Verdict::warning;
  });
}

ComparedRun compared_run(const RunResult& run, std::string name) {
  ComparedRun result;
  result.name = std::move(name);
  result.interrupted = run.interrupted;
  for (const ScenarioResult& scenario : run.scenarios) {
    const std::string label = run_label(scenario.name, scenario.seed, scenario.settings);
    result.runs.push_back(label);
    if (!scenario.toolkit_error.empty()) {
      result.findings.push_back(
          {label, "scenario", "", Verdict::error, false, scenario.toolkit_error});
    }
    for (const Finding& finding : scenario.findings) {
      const bool says = speaks(finding) || finding.verdict == Verdict::waived;
      result.findings.push_back({label, finding.rule_id.str(), finding.subject.str(),
                                 finding.verdict, finding.expected_by_scenario,
                                 says ? finding_message(finding) : finding.note.str()});
    }
    for (const ExpectationResult& item : scenario.expectations) {
      result.findings.push_back(
          {label, "expectation", item.text, item.verdict, false, item.actual});
    }
  }
  return result;
}

Result<ComparedRun> read_result_json(std::string_view bytes, const std::string& file) {
  return Reader(file).read(bytes);
}

Comparison compare_runs(const ComparedRun& a, const ComparedRun& b) {
  return Comparer(a, b).compare();
}

std::string comparison_text(const Comparison& comparison, const TextStyle& style) {
  std::string text;
  for (const auto& [label, run] : {std::pair{"A", comparison.a}, {"B", comparison.b}}) {
    text +=
        fmt::format("{}  {}   {}{}\n", label, printable(run->name),
                    plural(run->runs.size(), "scenario"), run->interrupted ? ", interrupted" : "");
  }
  text += "\n";
  for (const Difference& difference : comparison.differences) {
    text += difference_text(difference, style);
  }
  for (const auto& [label, list] :
       {std::pair{"A", &comparison.only_a}, {"B", &comparison.only_b}}) {
    for (const std::string& run : *list) {
      text += fmt::format("  only in {}: {}\n", label, printable(run));
    }
  }
  if (!comparison.differences.empty() || !comparison.only_a.empty() || !comparison.only_b.empty()) {
    text += "\n";
  }
  text += fmt::format("{} new, {} worse, {} changed, {} fixed, {} no longer checked, {} the same\n",
                      comparison.count(Change::appeared), comparison.count(Change::worse),
                      comparison.count(Change::changed), comparison.count(Change::fixed),
                      comparison.count(Change::lost) + comparison.count(Change::unjudged),
                      comparison.same);
  return text;
}

Json comparison_json(const Comparison& comparison, bool strict) {
  Json document{{"format", 1},
                {"a", side_json(*comparison.a)},
                {"b", side_json(*comparison.b)},
                {"regressed", comparison.regressed(strict)},
                {"same", comparison.same},
                {"onlyInA", comparison.only_a},
                {"onlyInB", comparison.only_b}};
  document["differences"] = Json::array();
  for (const Difference& difference : comparison.differences) {
    const ComparedFinding& shown =
        difference.after != nullptr ? *difference.after : *difference.before;
    Json item{{"change", change_word(difference.change)},
              {"scenario", shown.run},
              {"ruleId", shown.rule},
              {"subject", shown.subject}};
    for (const auto& [key, finding] :
         {std::pair{"before", difference.before}, {"after", difference.after}}) {
      if (finding == nullptr) continue;
      item[key] = {{"verdict", verdict_name(finding->verdict)}, {"message", finding->message}};
    }
    document["differences"].push_back(std::move(item));
  }
  return document;
}

}  // namespace vsslab::reports
