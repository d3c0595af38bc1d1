// vsslab explain WHAT: a rule, an HRESULT by name or number, a writer state, an event or a call.
#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/meanings.h"
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
  Explanation explanation{"HRESULT", hresult_name(code), {{"Value", hresult_hex(code)}}};
  for (const HresultInfo& info : hresult_table()) {
    if (info.value == code) explanation.facts.emplace_back("Means", std::string(info.meaning));
  }
  if (explanation.facts.size() == 1) {
    explanation.facts.emplace_back("Means", "a code that VSS does not list");
  }
  std::string rules;
  for (const Rule* rule : catalogue()) {
    const std::string name = hresult_name(code);
    if (rule->card.title.find(name) == std::string_view::npos) continue;
    rules += fmt::format("{}{}", rules.empty() ? "" : ", ", rule->card.id);
  }
  explanation.facts.emplace_back("Rules", rules);
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
  std::string rules;
  for (const Rule* rule : catalogue()) {
    if (rule->card.title.find(meaning.name) == std::string_view::npos) continue;
    rules += fmt::format("{}{}", rules.empty() ? "" : ", ", rule->card.id);
  }
  explanation.facts.emplace_back("Rules", rules);
  explanation.facts.emplace_back("Source", std::string(meaning.source));
  explanation.facts.emplace_back("Page", reports::help_uri(meaning.source));
  return explanation;
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
  return explanation;
}

std::vector<Explanation> explain(std::string_view word) {
  std::vector<Explanation> found;
  for (const Rule* rule : catalogue()) {
    if (same_word(rule->card.id, word) || same_word(rule->card.slug, word)) {
      found.push_back(explain_rule(*rule));
    }
  }
  for (const Meaning& state : writer_state_meanings()) {
    if (same_word(state.name, word)) found.push_back(explain_meaning("writer state", state));
  }
  for (const Meaning& event : event_meanings()) {
    if (same_word(event.name, word)) found.push_back(explain_meaning("event", event));
  }
  for (const plan::CallSpec& call : plan::step_calls()) {
    if (same_word(call.name, word)) found.push_back(explain_call(call));
  }
  if (found.empty()) {
    if (const auto code = parse_hresult(word)) found.push_back(explain_code(*code));
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
      fmt::format("'{}' is no rule, code, writer state, event or call", word), {}, 0, {}, {}};
  const std::string_view near = nearest(word, names);
  error.hint = near.empty() ? "'vsslab list rules' shows the rules; codes are 0x… or VSS_…"
                            : fmt::format("did you mean '{}'?", near);
  return error;
}

std::string as_text(const Explanation& explanation) {
  std::string text = fmt::format("{}   ({})\n", explanation.name, explanation.kind);
  for (const auto& [label, fact] : explanation.facts) {
    if (fact.empty()) continue;
    std::string lines = fact;
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += 14) {
      lines.replace(at, 1, "\n" + std::string(13, ' '));
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
           "  vsslab explain 0x800423f2\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("WHAT", words_, "rule id, code, state, event or call")->required();
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
