#include "reports/block.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "core/digest.h"
#include "core/guid.h"
#include "journal/text.h"

namespace vsslab::reports {
namespace {

constexpr std::size_t kLabelColumns = 11;
constexpr std::size_t kEventArgsMax = 160;  // of one evidence line

std::string_view slug_of(const Finding& finding) {
  const Rule* rule = find_rule(finding.rule_id);
  return rule == nullptr ? std::string_view() : rule->card.slug;
}

class Block {
 public:
  explicit Block(const TextStyle& style) : style_(style) {}

  void heading(Verdict verdict, std::string_view text) {
    out_ += fmt::format("  {} {}\n", painted(mark(verdict, style_), verdict, style_), text);
  }
  void sentence(std::string_view text) { wrapped("      ", "      ", text); }
  void field(std::string_view label, std::string_view text) {
    if (text.empty()) return;
    wrapped("      " + padded(label, kLabelColumns), std::string(6 + kLabelColumns, ' '), text);
  }
  // Kept on one line: it will be copied.
  void command(std::string_view label, std::string_view text) {
    if (text.empty()) return;
    out_ += fmt::format("      {}{}\n", padded(label, kLabelColumns), printable(text));
  }
  void raw(std::string_view label, std::string_view text) {
    out_ += fmt::format("      {}{}\n", padded(label, kLabelColumns), text);
  }
  std::string take() { return std::move(out_); }

 private:
  void wrapped(std::string_view first, std::string_view next, std::string_view raw_text) {
    const std::string text = printable(raw_text);
    const auto width = static_cast<std::size_t>(std::max(style_.width, 60));
    std::string line(first);
    bool empty = true;
    std::size_t begin = 0;
    while (begin < text.size()) {
      std::size_t end = text.find(' ', begin);
      if (end == std::string::npos) end = text.size();
      const std::string_view word = std::string_view(text).substr(begin, end - begin);
      if (!empty && columns(line) + 1 + columns(word) > width) {
        out_ += line + "\n";
        line = next;
        empty = true;
      }
      if (!empty) line += ' ';
      line += word;
      empty = false;
      begin = end + 1;
    }
    out_ += line + "\n";
  }

  TextStyle style_;
  std::string out_;
};

std::string_view phase_word(Phase phase) {
  switch (phase) {
    case Phase::enter:
      return " enter";
    case Phase::leave:
      return " leave";
    case Phase::instant:
      break;
  }
  return "";
}

std::string event_args(const Journal& journal, const Event& event) {
  std::string text;
  for (const Arg& arg : journal.args(event)) {
    if (Guid::parse(arg.value)) continue;  // says nothing to a reader
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", arg.key, arg.value);
  }
  text = printable(text);
  if (text.size() <= kEventArgsMax) return text;
  std::size_t cut = kEventArgsMax;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut) + "...";
}

void add_evidence(Block& block, const ScenarioResult& scenario, const std::vector<Seq>& evidence) {
  if (scenario.journal == nullptr) return;
  const Journal& journal = *scenario.journal;
  std::size_t name_width = 0;
  for (const Seq seq : evidence) {
    if (seq == 0 || seq > journal.events().size()) continue;
    name_width =
        std::max(name_width, columns(printable(journal.actor(journal.event(seq).actor).name)));
  }
  std::string_view label = "Evidence";
  for (const Seq seq : evidence) {
    if (seq == 0 || seq > journal.events().size()) continue;
    const Event& event = journal.event(seq);
    std::string line =
        fmt::format("{:<6} {:>11}  {}   {}{}", fmt::format("#{}", seq), seconds(event.t),
                    padded(printable(journal.actor(event.actor).name), name_width),
                    printable(event.name), phase_word(event.phase));
    if (event.has_hr) line += fmt::format("  {}", hresult_name(event.hr));
    const std::string args = event_args(journal, event);
    if (!args.empty()) line += "  " + args;
    block.raw(label, line);
    label = "";
  }
}

bool lists(std::string_view ids, std::string_view id) {
  std::size_t position = 0;
  while (position < ids.size()) {
    std::size_t end = ids.find_first_of(", ", position);
    if (end == std::string_view::npos) end = ids.size();
    if (ids.substr(position, end - position) == id) return true;
    position = end + 1;
  }
  return false;
}

void add_consequences(Block& block, const ScenarioResult& scenario, const Finding& finding,
                      const Card& card) {
  for (const Finding& other : scenario.findings) {
    if (!other.consequence || !lists(card.consequences, other.rule_id)) continue;
    block.field("Leads to", fmt::format("{} {}   {}", other.rule_id, slug_of(other),
                                        other.subject.empty() ? "the run" : other.subject));
  }
}

std::string subject_of(const Finding& finding) {
  return finding.subject.empty() ? std::string("the run") : printable(finding.subject);
}

// A word for the heading when the verdict is not simply "failed".
std::string_view remark(const Finding& finding, bool strict) {
  if (finding.expected_by_scenario) return "   (expected by the scenario)";
  switch (finding.verdict) {
    case Verdict::unexpected_pass:
      return "   (passes, but should not)";
    case Verdict::inconclusive:
      return "   (inconclusive)";
    case Verdict::warning:
      return strict ? "   (a warning; --strict)" : "   (warning)";
    case Verdict::error:
      return "   (error)";
    case Verdict::waived:
      return "   (waived)";
    default:
      return "";
  }
}

// "VSSW-TIME-009 freeze-returns   orders-db   (inconclusive)"
std::string heading_of(const Finding& finding, bool strict) {
  const std::string_view slug = slug_of(finding);
  return fmt::format("{}{}{}   {}{}", finding.rule_id, slug.empty() ? "" : " ", slug,
                     subject_of(finding), remark(finding, strict));
}

Verdict weight_of(const Finding& finding, bool strict) {
  return strict && finding.verdict == Verdict::warning ? Verdict::fail : finding.verdict;
}

}  // namespace

bool speaks(const Finding& finding) {
  switch (finding.verdict) {
    case Verdict::error:
    case Verdict::fail:
    case Verdict::unexpected_pass:
    case Verdict::inconclusive:
    case Verdict::warning:
      return true;
    case Verdict::waived:
    case Verdict::not_applicable:
    case Verdict::pass:
      break;
  }
  return false;
}

std::string reproduce_command(const ScenarioResult& scenario, const Finding& finding) {
  if (scenario.reproduce.empty()) return {};
  return fmt::format("{} --rule {}", scenario.reproduce, finding.rule_id);
}

SubjectLines::SubjectLines(const ScenarioResult& scenario) {
  lines_.reserve(scenario.parties.size());
  for (const PartyResult& party : scenario.parties) lines_.emplace(party.name, party.line);
}

int SubjectLines::of(std::string_view subject) const {
  const auto found = lines_.find(subject);
  return found == lines_.end() ? 0 : found->second;
}

std::string finding_fingerprint(const ScenarioResult& scenario, const Finding& finding) {
  return hex64(digest64(scenario.name + '\n' + finding.rule_id + '\n' + finding.subject));
}

std::string finding_message(const Finding& finding) {
  const std::string_view subject =
      finding.subject.empty() ? std::string_view("the run") : finding.subject.view();
  if (finding.expected.empty() && finding.actual.empty()) {
    return fmt::format("{}: {}", subject,
                       finding.note.empty() ? verdict_name(finding.verdict) : finding.note.view());
  }
  std::string text =
      fmt::format("{}: expected {}; actual {}", subject, finding.expected, finding.actual);
  if (!finding.because.empty()) text += ", because " + finding.because;
  return text;
}

std::string repeated_finding(const Finding& finding, const std::string& explained_in, bool another,
                             const TextStyle& style, bool strict) {
  Block block(style);
  block.heading(
      weight_of(finding, strict),
      fmt::format("{}   (explained in {})", heading_of(finding, strict), printable(explained_in)));
  if (another) block.field("Actual", finding.actual);
  return block.take();
}

std::string finding_block(const ScenarioResult& scenario, const Finding& finding,
                          const TextStyle& style, bool strict) {
  Block block(style);
  const Rule* rule = find_rule(finding.rule_id);
  block.heading(weight_of(finding, strict), heading_of(finding, strict));
  if (rule != nullptr) {
    block.sentence(fmt::format("{}   ({})", rule->card.title, level_name(rule->card.level)));
  }
  block.field("Expected", finding.expected);
  if (finding.because.empty()) {
    block.field("Actual", finding.actual);
  } else {
    block.field("Because", finding.because);
    block.field("However", finding.actual);
  }
  block.field("Note", finding.note);
  add_evidence(block, scenario, finding.evidence);
  if (rule != nullptr) {
    add_consequences(block, scenario, finding, rule->card);
    block.field("Cause", rule->card.cause);
    block.field("Next", rule->card.next_step);
    block.field("Source", rule->card.source);
    block.command("Explain", fmt::format("vsslab explain {}", finding.rule_id));
  }
  block.command("Reproduce", reproduce_command(scenario, finding));
  return block.take();
}

std::string expectation_block(const ScenarioResult& scenario, const ExpectationResult& expectation,
                              const TextStyle& style) {
  Block block(style);
  block.heading(expectation.verdict,
                fmt::format("the scenario expects: {}", printable(expectation.text)));
  block.field("Actual", expectation.actual);
  add_evidence(block, scenario, expectation.evidence);
  if (expectation.line > 0) {
    block.command("Source", fmt::format("{}:{}", scenario.file, expectation.line));
  }
  block.command("Reproduce", scenario.reproduce);
  return block.take();
}

std::string error_block(const ScenarioResult& scenario, const TextStyle& style) {
  Block block(style);
  block.heading(Verdict::error, "no verdict: the toolkit could not conclude");
  // An error of a file has its line and its hint below it.
  std::string_view rest = scenario.toolkit_error;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    block.sentence(line.substr(std::min(line.size(), line.find_first_not_of(' '))));
  }
  block.command("Reproduce", scenario.reproduce);
  return block.take();
}

std::string finding_line(const Finding& finding, const TextStyle& style) {
  const Rule* rule = find_rule(finding.rule_id);
  std::string line =
      fmt::format("  {} {}{}   {}", painted(mark(finding.verdict, style), finding.verdict, style),
                  finding.rule_id, rule == nullptr ? "" : fmt::format(" {}", rule->card.slug),
                  subject_of(finding));
  if (rule != nullptr && finding.verdict == Verdict::warning) {
    line +=
        fmt::format("   ({})  vsslab explain {}", level_name(rule->card.level), finding.rule_id);
  }
  if (finding.verdict != Verdict::warning || finding.expected_by_scenario)
    line += remark(finding, false);
  return line + "\n";
}

}  // namespace vsslab::reports
