// vsslab explain WHAT: a rule, an HRESULT by name or number, a writer state, an event, a call, an
// entry of an event log; each in the forms that tools and logs show.
#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/meanings.h"
#include "core/ascii.h"
#include "core/hresult.h"
#include "core/suggest.h"
#include "plan/step_calls.h"
#include "plan/words.h"
#include "reports/json.h"
#include "rules/rule.h"

namespace vsslab::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Explanation {
  std::string kind;
  std::string name;
  std::vector<std::pair<std::string, std::string>> facts;  // label, text
};

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && edit_distance(a, b) == 0;
}

template <class Named>
std::string rules_that(const Named& named) {
  std::string rules;
  for (const Rule* rule : catalogue()) {
    if (named(rule->card)) rules += fmt::format("{}{}", rules.empty() ? "" : ", ", rule->card.id);
  }
  return rules;
}

std::string rules_about(std::string_view name) {
  return rules_that(
      [&](const Card& card) { return card.title.find(name) != std::string_view::npos; });
}

Explanation explain_rule(const Rule& rule) {
  const Card& card = rule.card;
  return {"rule",
          fmt::format("{} {}", card.id, card.slug),
          {{"Says", std::string(card.title)},
           {"Level", std::string(level_name(card.level))},
           {"Cause", std::string(card.cause)},
           {"Next", std::string(card.next_step)},
           {"Leads to", std::string(card.consequences)},
           {"Fails on", std::string(card.fails_on)},
           {"Passes on", std::string(card.passes_on)},
           {"Source", std::string(card.source)},
           {"Page", reports::help_uri(card.source)}}};
}

Explanation explain_code(Hr code) {
  const std::string name = hresult_name(code);
  Explanation explanation{"HRESULT", name, {{"Value", hresult_hex(code)}}};
  for (const HresultInfo& info : hresult_table()) {
    if (info.value == code) explanation.facts.emplace_back("Means", std::string(info.meaning));
  }
  if (explanation.facts.size() == 1) {
    explanation.facts.emplace_back("Means", "a code that VSS does not list");
  }
  for (const Meaning& known : code_meanings()) {
    if (known.name != name) continue;
    explanation.facts.emplace_back("Next", std::string(known.next));
    explanation.facts.emplace_back("Page", reports::help_uri(known.source));
  }
  explanation.facts.emplace_back("Rules", rules_about(name));
  return explanation;
}

Explanation explain_meaning(std::string_view kind, const Meaning& meaning) {
  Explanation explanation{
      std::string(kind),
      std::string(meaning.name),
      {{"Means", std::string(meaning.meaning)}, {"Next", std::string(meaning.next)}}};
  if (const auto number = plan::value_of(plan::writer_states(), meaning.name)) {
    explanation.facts.emplace_back("Value", std::to_string(*number));
  }
  explanation.facts.emplace_back("Rules", rules_about(meaning.name));
  explanation.facts.emplace_back("Source", std::string(meaning.source));
  explanation.facts.emplace_back("Page", reports::help_uri(meaning.source));
  return explanation;
}

using ascii::lower;

// The API reference's page of a call; empty for a step of the lab.
std::string page_of(const plan::CallSpec& call) {
  if (!call.interface_name.starts_with("IVss")) return {};
  const std::string interface = lower(call.interface_name);
  const std::string_view header = interface == "ivssasync" ? "vss"
                                  : interface.find("mgmt") != std::string::npos ||
                                          interface.find("softwaresnapshot") != std::string::npos
                                      ? "vsmgmt"
                                      : "vsbackup";
  return fmt::format("nf-{}-{}-{}.md", header, interface, lower(call.name));
}

Explanation explain_call(const plan::CallSpec& call) {
  Explanation explanation{
      "call",
      std::string(call.name),
      {{"Interface", std::string(call.interface_name)}, {"Means", std::string(call.meaning)}}};
  for (const plan::ArgSpec& arg : call.args) {
    explanation.facts.emplace_back("Argument",
                                   fmt::format("{}: {}{}", arg.name, plan::arg_type_name(arg.type),
                                               arg.required ? ", required" : ""));
  }
  if (const std::string page = page_of(call); !page.empty()) {
    explanation.facts.emplace_back("Rules", rules_that([&](const Card& card) {
                                     return card.source.find(page) != std::string_view::npos ||
                                            card.title.find(call.name) != std::string_view::npos;
                                   }));
    explanation.facts.emplace_back("Source", page);
    explanation.facts.emplace_back("Page", reports::help_uri(page));
  }
  return explanation;
}

// Digits as logs and programs show a code: 80042306, 2147754758, -2147212538.
std::optional<Hr> code_in_digits(std::string_view word) {
  if (word.size() == 8 && (word[0] == '8' || word[0] == '0')) {
    if (const auto code = parse_hresult(fmt::format("0x{}", word))) return code;
  }
  std::int64_t number = 0;
  const auto [end, bad] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (bad != std::errc() || end != word.data() + word.size()) return std::nullopt;
  const bool is_code =
      number < 0 ? number >= INT32_MIN : number > INT32_MAX && number <= UINT32_MAX;
  return is_code ? std::optional<Hr>(static_cast<Hr>(static_cast<std::uint32_t>(number)))
                 : std::nullopt;
}

// What 'vssadmin list writers' and VShadow print of a writer, and what it stands for.
constexpr std::pair<std::string_view, std::string_view> kShown[] = {
    {"Stable", "VSS_WS_STABLE"},
    {"Waiting for freeze", "VSS_WS_WAITING_FOR_FREEZE"},
    {"Waiting for thaw", "VSS_WS_WAITING_FOR_THAW"},
    {"Waiting for post-snapshot", "VSS_WS_WAITING_FOR_POST_SNAPSHOT"},
    {"Waiting for completion", "VSS_WS_WAITING_FOR_BACKUP_COMPLETE"},
    {"Waiting for backup completion", "VSS_WS_WAITING_FOR_BACKUP_COMPLETE"},
    {"No error", "S_OK"},
    {"Inconsistent shadow copy", "VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT"},
    {"Out of resources", "VSS_E_WRITERERROR_OUTOFRESOURCES"},
    {"Timed out", "VSS_E_WRITERERROR_TIMEOUT"},
    {"Retryable error", "VSS_E_WRITERERROR_RETRYABLE"},
    {"Non-retryable error", "VSS_E_WRITERERROR_NONRETRYABLE"},
};

// A word as users find it, in the words that are explained: "CVssWriter::OnFreeze" is "Freeze",
// "[9] Failed" is state 9, "event 12293" is 12293.
std::string plain(std::string_view word) {
  if (const auto at = word.rfind("::"); at != std::string_view::npos) word.remove_prefix(at + 2);
  if (word.starts_with('[')) return std::string(word.substr(1, word.find(']') - 1));
  for (const std::string_view before : {"event id ", "event "}) {
    if (lower(word).starts_with(before)) return std::string(word.substr(before.size()));
  }
  if (same_word(word, "OnPrepareBackup")) return "PrepareForBackup";
  if (same_word(word, "OnPrepareSnapshot")) return "PrepareForSnapshot";
  for (const auto& [shown, name] : kShown) {
    if (lower(word) == lower(shown)) return std::string(name);
  }
  if (word.size() > 2 && word.starts_with("On") && word[2] >= 'A' && word[2] <= 'Z') {
    for (const Meaning& event : event_meanings()) {
      if (same_word(event.name, word.substr(2))) return std::string(event.name);
    }
  }
  return std::string(word);
}

// "volsnap 25", or its number alone.
bool is_entry(const Meaning& entry, std::string_view word) {
  return lower(entry.name) == lower(word) || entry.name.substr(entry.name.find(' ') + 1) == word;
}

std::vector<Explanation> explain(std::string_view given) {
  const std::string word = plain(given);
  std::vector<Explanation> found;
  for (const Rule* rule : catalogue()) {
    if (same_word(rule->card.id, word) || same_word(rule->card.slug, word)) {
      found.push_back(explain_rule(*rule));
    }
  }
  for (const Meaning& state : writer_state_meanings()) {
    const auto number = plan::value_of(plan::writer_states(), state.name);
    if (same_word(state.name, word) || (number && std::to_string(*number) == word)) {
      found.push_back(explain_meaning("writer state", state));
    }
  }
  for (const Meaning& event : event_meanings()) {
    if (same_word(event.name, word)) found.push_back(explain_meaning("event", event));
  }
  for (const plan::CallSpec& call : plan::step_calls()) {
    if (same_word(call.name, word)) found.push_back(explain_call(call));
  }
  for (const Meaning& entry : log_entry_meanings()) {
    if (is_entry(entry, word)) found.push_back(explain_meaning("event log entry", entry));
  }
  if (found.empty()) {
    auto code = parse_hresult(word);
    if (!code) code = code_in_digits(word);
    if (code) found.push_back(explain_code(*code));
  }
  return found;
}

Error nothing_known(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Rule* rule : catalogue()) {
    names.push_back(rule->card.id);
    names.push_back(rule->card.slug);
  }
  for (const HresultInfo& info : hresult_table()) names.push_back(info.name);
  for (const Meaning& state : writer_state_meanings()) names.push_back(state.name);
  for (const Meaning& event : event_meanings()) names.push_back(event.name);
  for (const plan::CallSpec& call : plan::step_calls()) names.push_back(call.name);
  Error error{
      fmt::format("'{}' is no rule, code, writer state, event, call or known log entry", word),
      {},
      0,
      {},
      {}};
  const std::string_view near = nearest(word, names);
  error.hint = near.empty() ? "'vsslab list rules' shows the rules; codes are 0x… or VSS_…"
                            : fmt::format("did you mean '{}'?", near);
  return error;
}

constexpr std::size_t kIndent = 13;  // of the text behind its label
constexpr std::size_t kColumns = 100;

// At blanks, so that a line has its place beside the label.
std::string folded(std::string_view text) {
  std::string lines;
  while (text.size() > kColumns - kIndent) {
    const std::size_t cut = text.rfind(' ', kColumns - kIndent);
    if (cut == std::string_view::npos || cut == 0) break;
    lines += std::string(text.substr(0, cut)) + "\n";
    text.remove_prefix(cut + 1);
  }
  return lines + std::string(text);
}

// Examples are lines of a journal, and an address is one word.
bool is_prose(std::string_view label) { return label != "Fails on" && label != "Passes on"; }

std::string as_text(const Explanation& explanation) {
  std::string text = fmt::format("{}   ({})\n", explanation.name, explanation.kind);
  for (const auto& [label, fact] : explanation.facts) {
    if (fact.empty()) continue;
    std::string lines = is_prose(label) ? folded(fact) : fact;
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += kIndent + 1) {
      lines.replace(at, 1, "\n" + std::string(kIndent, ' '));
    }
    text += fmt::format("  {:<10} {}\n", label, lines);
  }
  return text;
}

class ExplainCommand : public Command {
 public:
  std::string_view name() const override { return "explain"; }
  std::string_view summary() const override {
    return "what a rule, HRESULT, writer state, event or call means";
  }
  std::string_view examples() const override {
    return "  vsslab explain VSSW-TIME-009\n"
           "  vsslab explain 0x800423f2 'Non-retryable error' 'VSS 12293' OnFreeze\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("WHAT", words_, "rule id, code, state, event, call or log entry")->required();
    app.add_flag("--json", json_, "one JSON document on stdout");
  }
  ExitCode execute(Output& out) override {
    Json document{{"format", 1}, {"explanations", Json::array()}};
    bool all_known = true;
    bool first = true;
    for (const std::string& word : words_) {
      const std::vector<Explanation> found = explain(word);
      if (found.empty()) {
        all_known = false;
        out.error(nothing_known(word));
      }
      for (const Explanation& explanation : found) {
        Json facts = Json::array();
        for (const auto& [label, fact] : explanation.facts) {
          if (!fact.empty()) facts.push_back({{"label", label}, {"text", fact}});
        }
        document["explanations"].push_back(
            {{"name", explanation.name}, {"kind", explanation.kind}, {"facts", facts}});
        if (!json_) out.answer((first ? "" : "\n") + as_text(explanation));
        first = false;
      }
    }
    if (json_) out.answer(reports::to_json_text(document));
    return all_known ? ExitCode::conforming : ExitCode::usage;
  }

 private:
  std::vector<std::string> words_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace vsslab::cli
