#include "reports/console.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "journal/text.h"
#include "reports/block.h"
#include "reports/tables.h"
#include "reports/tally.h"
#include "run/exit_code.h"

namespace vsslab::reports {
namespace {

constexpr std::size_t kScreenLines = 24;

std::string clock_words(const ScenarioResult& result) {
  const double wall = std::chrono::duration<double>(result.wall_time).count();
  if (result.clock == "imported") return "imported";
  return fmt::format("{} clock {} in {:.1f} s", result.clock, seconds(result.virtual_time), wall);
}

// The description on lines of the screen's width.
std::string described(std::string_view description, const TextStyle& style) {
  std::string out;
  std::string line;
  const auto width = static_cast<std::size_t>(std::max(style.width, 60));
  std::size_t at = 0;
  while (at < description.size()) {
    const std::size_t begin = description.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    at = std::min(description.find_first_of(" \t\r\n", begin), description.size());
    const std::string word = printable(description.substr(begin, at - begin));
    if (!line.empty() && columns(line) + columns(word) + 3 > width) {
      out += "  " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty()) out += "  " + line + "\n";
  return out;
}

constexpr std::string_view kInterrupted =
    "Interrupted: what follows is only the part that was done.";

bool only_warnings(const RunResult& run) {
  return std::all_of(
      run.scenarios.begin(), run.scenarios.end(),
      [](const ScenarioResult& scenario) { return scenario.worst() >= Verdict::warning; });
}

// Nothing but a waiver that has done its work.
bool only_stale_waivers(const RunResult& run) {
  return !run.stale_waivers.empty() &&
         std::all_of(run.scenarios.begin(), run.scenarios.end(), [&](const ScenarioResult& one) {
           return one.worst() == Verdict::unexpected_pass ||
                  !counts_as_failure(one.worst(), run.strict);
         });
}

std::string stale_waiver_line(const StaleWaiver& waiver, const TextStyle& style) {
  const Rule* const rule = find_rule(waiver.rule);
  std::string who = printable(waiver.subject);
  if (waiver.subject.empty()) {
    who = fmt::format("{} subject{}", waiver.more, waiver.more == 1 ? "" : "s");
  } else if (waiver.more > 0) {
    who += fmt::format(" and {} more", waiver.more);
  }
  return fmt::format("  {} {} {}   holds for {} and is waived until {}: take the waiver out{}\n",
                     painted(mark(Verdict::unexpected_pass, style), Verdict::fail, style),
                     waiver.rule, rule == nullptr ? "" : rule->card.slug, who, waiver.until,
                     waiver.place.empty() ? "" : " of " + printable(waiver.place));
}

std::string_view closing_sentence(const RunResult& run) {
  if (run.interrupted) return kInterrupted;
  switch (static_cast<ExitCode>(run.exit_code())) {
    case ExitCode::conforming:
      return "Conforming: every selected MUST rule holds, or fails where its scenario expects it.";
    case ExitCode::not_conforming:
      if (only_stale_waivers(run)) {
        return "A waiver has done its work and is still there, see above: the exit code is 1 until "
               "it is out.";
      }
      if (only_warnings(run)) {
        return "Not conforming: --strict counts warnings as failures; start with the first above.";
      }
      return "Not conforming: start with the first failure above; what it leads to is named there.";
    case ExitCode::inconclusive:
      return "No verdict: the toolkit could not conclude; the errors above say why.";
    case ExitCode::usage:
    case ExitCode::interrupted:
      break;
  }
  return "";
}

}  // namespace

Console::Console(ConsoleOptions options, Sink sink)
    : options_(std::move(options)), sink_(std::move(sink)) {}

void Console::put(std::string text) {
  lines_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  sink_(text);
}

bool Console::detailed() const {
  return options_.verbosity > 0 || (options_.verbosity == 0 && scenarios_ <= options_.detailed_max);
}

void Console::run_started(std::size_t scenarios) { scenarios_ = scenarios; }

void Console::show_header(const ScenarioResult& result) {
  std::string settings;
  for (const std::string& setting : result.settings) settings += "   " + printable(setting);
  put(fmt::format("{}   seed {}{}   {}\n", printable(result.name), result.seed, settings,
                  clock_words(result)));
  if (detailed()) put(described(result.description, options_.style));
  put("\n");
}

const Console::Explained* Console::explained_before(const ScenarioResult& result,
                                                    const Finding& finding) {
  if (!options_.blocks_once || detailed()) return nullptr;
  const auto [first, is_new] = explained_.try_emplace({finding.rule_id.str(), finding.verdict},
                                                      Explained{result.name, finding.actual.str()});
  return is_new ? nullptr : &first->second;
}

std::string Console::failures_of(const ScenarioResult& result) {
  std::string out;
  if (!result.toolkit_error.empty()) out += error_block(result, options_.style) + "\n";
  std::string warnings;
  std::string repeated;
  for (const Finding& finding : result.findings) {
    if (!speaks(finding) || finding.consequence) continue;
    if (finding.expected_by_scenario && !detailed()) continue;
    if (finding.verdict == Verdict::warning && !options_.strict) {
      warnings += finding_line(finding, options_.style);
    } else {
      const Explained* const before = explained_before(result, finding);
      if (before == nullptr) {
        out += finding_block(result, finding, options_.style, options_.strict) + "\n";
      } else {
        repeated += repeated_finding(finding, before->scenario, finding.actual != before->actual,
                                     options_.style, options_.strict);
      }
    }
  }
  if (!repeated.empty()) out += repeated + "\n";
  for (const ExpectationResult& expectation : result.expectations) {
    if (expectation.verdict == Verdict::pass) continue;
    out += expectation_block(result, expectation, options_.style) + "\n";
  }
  if (!warnings.empty() && options_.verbosity >= 0) out += warnings + "\n";
  return out;
}

void Console::show_findings(const ScenarioResult& result) {
  const std::string failures = failures_of(result);
  if (failures.empty()) return;
  put(failures);
  if (failed(result.worst())) {
    failed_ = true;
    lines_at_failure_ = lines_;
  }
}

void Console::scenario_finished(const ScenarioResult& result) {
  if (!detailed()) {
    if (failed(result.worst())) {
      show_header(result);
      show_findings(result);
    } else if (options_.verbosity >= 0) {
      Tally tally;
      tally.add(result);
      const Verdict verdict = result.worst() == Verdict::warning ? Verdict::warning : Verdict::pass;
      put(fmt::format("{} {}   seed {}   {}\n",
                      painted(mark(verdict, options_.style), verdict, options_.style),
                      printable(result.name), result.seed, tally_text(tally, options_.style)));
    }
    return;
  }
  show_header(result);
  if (options_.verbosity > 1 && result.journal != nullptr) {
    std::string text;
    for (const Event& event : result.journal->events()) {
      text += "  " + printable(event_line(*result.journal, event)) + "\n";
    }
    put(text + "\n");
  }
  if (options_.verbosity > 0) {
    put(rule_list(result, options_.style) + "\n");
    for (const ExpectationResult& expectation : result.expectations) {
      if (expectation.verdict != Verdict::pass) continue;
      put(fmt::format("  {} the scenario expects: {}\n",
                      painted(mark(Verdict::pass, options_.style), Verdict::pass, options_.style),
                      printable(expectation.text)));
    }
  } else {
    put(rule_grid(result, options_.style) + "\n");
  }
  show_findings(result);
  put(party_table(result, options_.style) + "\n");
  for (const std::string& note : result.notes) put("  note: " + printable(note) + "\n");
  if (!result.notes.empty()) put("\n");
}

// The failures that the scenarios asked for, once more in short: they may have scrolled away.
void Console::show_expected(const RunResult& run) {
  if (!detailed() || scenarios_ < 2) return;
  std::string text;
  for (const ScenarioResult& scenario : run.scenarios) {
    bool named = false;
    for (const Finding& finding : scenario.findings) {
      if (!finding.expected_by_scenario || finding.consequence) continue;
      if (!std::exchange(named, true)) text += printable(scenario.name) + "\n";
      text += finding_line(finding, options_.style);
    }
  }
  if (!text.empty()) put("Failures that their scenarios expect:\n" + text + "\n");
}

void Console::run_finished(const RunResult& run) {
  const bool summed_up = options_.blocks_once && !detailed() && run.conformance;
  if (failed_ && lines_ - lines_at_failure_ > kScreenLines && scenarios_ > 1 && !summed_up) {
    put("The failures again:\n\n");
    for (const ScenarioResult& scenario : run.scenarios) {
      if (!failed(scenario.worst())) continue;
      show_header(scenario);
      put(failures_of(scenario));
    }
  }
  // What only the whole run shows.
  std::string stale;
  for (const StaleWaiver& waiver : run.stale_waivers) {
    stale += stale_waiver_line(waiver, options_.style);
  }
  if (!stale.empty()) put(stale + "\n");
  if (!run.never_applied.empty() && options_.verbosity > 0) {
    std::string text = "Rules that applied nowhere:";
    for (const std::string& id : run.never_applied) text += " " + id;
    put(text + "\n\n");
  }
  if (options_.verbosity >= 0) {
    if (!detailed()) put("\n");
    show_expected(run);
    put(fmt::format("{}\n", closing_sentence(run)));
  } else if (run.interrupted) {
    put(fmt::format("{}\n", kInterrupted));
  }
  if (!options_.report_path.empty() && options_.verbosity >= 0) {
    put(fmt::format("Report: {}\n", options_.report_path));
  }
  put(count_line(run, options_.style) + "\n");
  if (run.conformance) put(conformance_block(*run.conformance, options_.style));
}

}  // namespace vsslab::reports
