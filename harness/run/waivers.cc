#include "run/waivers.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "core/suggest.h"
#include "run/selection.h"
#include "xml/document.h"

namespace vsslab {
namespace {

constexpr std::array<std::string_view, 6> kAttributes = {"rule",  "subject", "scenario",
                                                         "until", "reason",  "link"};

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t digit : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[digit] < '0' || text[digit] > '9') return false;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    unsigned value = 0;
    for (const char digit : text.substr(at, digits)) value = value * 10 + unsigned(digit - '0');
    return value;
  };
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(number(0, 4))),
                                     std::chrono::month(number(5, 2)),
                                     std::chrono::day(number(8, 2)))
      .ok();
}

Result<Waiver> read_waiver(const xml::Document& document, const xml::Element& element) {
  if (auto unknown = xml::unknown_attribute(document, element, kAttributes)) return fail(*unknown);
  for (const std::string_view needed : {"rule", "until", "reason", "link"}) {
    if (element.attribute_or(needed, "").empty()) {
      return fail(document.error(element, fmt::format("a waiver needs '{}'", needed)));
    }
  }
  Waiver waiver;
  waiver.rule = element.attribute_or("rule", "");
  waiver.subject = element.attribute_or("subject", "*");
  waiver.scenario = element.attribute_or("scenario", "*");
  waiver.until = element.attribute_or("until", "");
  waiver.reason = element.attribute_or("reason", "");
  waiver.link = element.attribute_or("link", "");
  waiver.line = element.line();
  if (find_rule(waiver.rule) == nullptr || find_rule(waiver.rule)->card.id != waiver.rule) {
    std::vector<std::string_view> ids;
    for (const Rule* rule : catalogue()) ids.push_back(rule->card.id);
    const std::string_view near = nearest(waiver.rule, ids);
    return fail(document.attribute_error(
        element, "rule", fmt::format("unknown rule '{}'", waiver.rule),
        near.empty() ? std::string{} : fmt::format("did you mean '{}'?", near)));
  }
  if (!is_date(waiver.until)) {
    return fail(document.attribute_error(element, "until",
                                         fmt::format("'{}' is no date", waiver.until),
                                         "write the last day it holds, such as 2027-03-31"));
  }
  return waiver;
}

bool covers(const Waiver& waiver, const ScenarioResult& scenario, const Finding& finding) {
  return waiver.rule == finding.rule_id && glob_match(waiver.subject, finding.subject) &&
         glob_match(waiver.scenario, scenario.name);
}

bool waivable(const Finding& finding) {
  return !finding.expected_by_scenario &&
         (finding.verdict == Verdict::fail || finding.verdict == Verdict::warning ||
          finding.verdict == Verdict::inconclusive);
}

}  // namespace

Result<Waivers> Waivers::parse(std::string bytes, std::string_view file_name) {
  auto document = xml::parse(std::move(bytes), file_name);
  if (!document) return fail(document.error());
  const xml::Element root = document->root();
  if (root.name() != "Waivers") {
    return fail(document->error(root, fmt::format("'{}' is no waiver file", root.name()),
                                "its root element is 'Waivers'"));
  }
  static constexpr std::array<std::string_view, 1> kRootAttributes = {"format"};
  static constexpr std::array<std::string_view, 1> kChildren = {"Waiver"};
  if (auto unknown = xml::unknown_attribute(*document, root, kRootAttributes)) {
    return fail(*unknown);
  }
  if (auto unknown = xml::unknown_child(*document, root, kChildren)) return fail(*unknown);
  if (root.attribute_or("format", "") != "1") {
    return fail(document->error(root, "this file needs format=\"1\""));
  }
  Waivers waivers;
  waivers.file_ = file_name;
  for (const xml::Element& element : root.children()) {
    auto waiver = read_waiver(*document, element);
    if (!waiver) return fail(waiver.error());
    waivers.waivers_.push_back(std::move(*waiver));
  }
  return waivers;
}

Result<Waivers> Waivers::load(const std::string& path) {
  auto bytes = xml::read_file(path);
  if (!bytes) return fail(bytes.error());
  return parse(std::move(*bytes), path == "-" ? "<stdin>" : path);
}

void Waivers::apply(ScenarioResult& result, std::string_view today) const {
  for (Finding& finding : result.findings) {
    if (!waivable(finding)) continue;
    for (const Waiver& waiver : waivers_) {
      if (!covers(waiver, result, finding)) continue;
      if (today > waiver.until) {
        finding.note =
            fmt::format("the waiver of {}:{} ended on {}", file_, waiver.line, waiver.until);
        continue;
      }
      finding.verdict = Verdict::waived;
      finding.note = fmt::format("{} ({}, until {})", waiver.reason, waiver.link, waiver.until);
      break;
    }
  }
}

void Waivers::finish(RunResult& run, std::string_view today) const {
  for (const Waiver& waiver : waivers_) {
    if (today > waiver.until) continue;
    bool used = false;
    std::vector<Finding*> passes;
    for (ScenarioResult& scenario : run.scenarios) {
      for (Finding& finding : scenario.findings) {
        if (!covers(waiver, scenario, finding)) continue;
        used = used || finding.verdict == Verdict::waived;
        if (finding.verdict == Verdict::pass) passes.push_back(&finding);
      }
    }
    if (used || passes.empty()) continue;
    run.stale_waivers.push_back({waiver.rule, passes[0]->subject.str(), passes.size() - 1,
                                 waiver.until, fmt::format("{}:{}", file_, waiver.line)});
    for (Finding* finding : passes) {
      finding->verdict = Verdict::unexpected_pass;
      finding->expected = "fails: it is waived until " + waiver.until;
      finding->actual = "passes";
      finding->note = fmt::format("take the waiver out of {}:{}", file_, waiver.line);
    }
  }
}

}  // namespace vsslab
