// vsslab list WHAT: scenarios, suites, rules, writers, machines, defects.
#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "core/suggest.h"
#include "mock-writers/defects/defects.h"
#include "mock-writers/presets/presets.h"
#include "mock-writers/requesters/defects.h"
#include "reports/json.h"
#include "reports/text.h"
#include "rules/rule.h"
#include "scenario/inbox/inbox.h"
#include "scenario/scenario.h"
#include "scenario/suites.h"

namespace vsslab::cli {
namespace {

struct Item {
  std::string name;
  std::string text;
};

Result<std::string> folder() {
  std::string found = scenarios_folder();
  if (found.empty()) {
    return fail(Error{"no folder of scenarios is near",
                      {},
                      0,
                      {},
                      "run inside a checkout, or set VSSLAB_HOME to one"});
  }
  return found;
}

// The first sentence of a description, on one line.
std::string first_sentence(std::string_view text) {
  std::string line(text.substr(0, text.find(". ")));
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string squeezed;
  for (const char letter : line) {
    if (letter != ' ' || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += letter;
  }
  return squeezed;
}

Result<std::vector<Item>> scenarios() {
  const auto where = folder();
  if (!where) return fail(where.error());
  std::vector<Item> items;
  for (const std::string& file : scenario::find_scenarios(*where)) {
    const auto plan = scenario::load_scenario(file);
    items.push_back({scenario::scenario_name(file),
                     plan ? first_sentence(plan->description) : plan.error().to_text()});
  }
  return items;
}

Result<std::vector<Item>> suites() {
  const auto where = folder();
  if (!where) return fail(where.error());
  std::vector<Item> items;
  for (const std::string& name : scenario::suite_names(*where)) {
    const auto files = scenario::read_suite(name, *where);
    items.push_back(
        {"@" + name, files ? reports::plural(files->size(), "scenario") : files.error().to_text()});
  }
  return items;
}

Result<std::vector<Item>> rules() {
  std::vector<Item> items;
  for (const Rule* rule : catalogue()) {
    items.push_back({std::string(rule->card.id),
                     fmt::format("{:<7} {}", level_name(rule->card.level), rule->card.title)});
  }
  return items;
}

// "Windows' Registry Writer, afbab4a2-…: on every machine".
std::string inbox_text(const scenario::InboxWriter& writer) {
  const auto& machine = scenario::machine_of_profile("ws2022");
  const std::vector<plan::VolumePlan> volumes = scenario::standard_volumes();
  const Guid id = writer.document({machine, volumes}).identification.writer_id;
  std::string where = "on every machine";
  if (writer.role == "-") where = "where a scenario asks for it";
  if (!writer.role.empty() && writer.role != "-") where = fmt::format("role {}", writer.role);
  return fmt::format("Windows' {} {{{}}}: {}", writer.name, id.to_string(), where);
}

Result<std::vector<Item>> writers() {
  std::vector<Item> items{
      {"test writer", "<Writer config=\"FILE\"> or <TestWriter>: Microsoft's Test Writer files"},
      {"mirror", "<Writer metadata=\"FILE\">: hands on a captured Writer Metadata Document"},
      {"defect", "<Writer defect=\"NAME\">: a writer with one bug; 'vsslab list defects'"}};
  for (const Preset& preset : presets()) {
    if (preset.kind != PresetKind::writer) continue;
    items.push_back({std::string(preset.name), std::string(preset.what)});
  }
  for (const scenario::InboxWriter& writer : scenario::inbox_writers()) {
    items.push_back({std::string(writer.preset), inbox_text(writer)});
  }
  return items;
}

Result<std::vector<Item>> machines() {
  std::vector<Item> items;
  for (const scenario::WindowsMachine& machine : scenario::windows_machines()) {
    const auto roles = scenario::roles_of(machine);
    items.push_back({std::string(machine.name),
                     fmt::format("{}; roles: {}", machine.title, fmt::join(roles, ", "))});
  }
  return items;
}

Result<std::vector<Item>> defects() {
  std::vector<Item> items;
  const auto add = [&](const auto& defect, std::string_view party) {
    items.push_back({std::string(defect.name), fmt::format("{}{} ({})", party, defect.sentence,
                                                           fmt::join(defect.rules.ids(), ", "))});
  };
  for (const mock::Defect& defect : mock::defects()) add(defect, "");
  for (const mock::RequesterDefect& defect : mock::requester_defects()) add(defect, "requester: ");
  return items;
}

struct List {
  std::string_view name;
  Result<std::vector<Item>> (*make)();
};
constexpr List kLists[] = {{"scenarios", scenarios}, {"suites", suites},     {"rules", rules},
                           {"writers", writers},     {"machines", machines}, {"defects", defects}};

class ListCommand : public Command {
 public:
  std::string_view name() const override { return "list"; }
  std::string_view summary() const override {
    return "what there is: scenarios, suites, rules, writers, machines, defects";
  }
  std::string_view examples() const override {
    return "  vsslab list rules\n"
           "  vsslab list scenarios --json\n";
  }
  void declare(CLI::App& app) override {
    app.add_option(
        "WHAT", what_,
        "scenarios, suites, rules, writers, machines or defects; without it: these words");
    app.add_flag("--json", json_, "one JSON document on stdout");
  }
  ExitCode execute(Output& out) override {
    if (what_.empty()) return show_lists(out);
    std::vector<std::string_view> names;
    for (const List& list : kLists) {
      names.push_back(list.name);
      if (list.name == what_) return show(list.make(), out);
    }
    out.error(
        {fmt::format("there is no list of '{}'", what_), {}, 0, {}, did_you_mean(what_, names)});
    return ExitCode::usage;
  }

 private:
  ExitCode show_lists(Output& out) {
    what_ = "lists";
    std::vector<Item> items;
    for (const List& list : kLists) {
      const auto made = list.make();
      if (!made) return refuse(out, made.error());
      items.push_back({std::string(list.name), std::to_string(made->size())});
    }
    return show(items, out);
  }

  ExitCode show(const Result<std::vector<Item>>& items, Output& out) const {
    if (!items) return refuse(out, items.error());
    if (json_) {
      nlohmann::ordered_json document{{"format", 1}, {what_, nlohmann::ordered_json::array()}};
      for (const Item& item : *items) {
        document[what_].push_back({{"name", item.name}, {"text", item.text}});
      }
      out.answer(reports::to_json_text(document));
      return ExitCode::conforming;
    }
    std::size_t width = 0;
    for (const Item& item : *items) width = std::max(width, reports::columns(item.name));
    for (const Item& item : *items) {
      out.answer(fmt::format("{}  {}\n", reports::padded(item.name, width),
                             reports::printable(item.text)));
    }
    return ExitCode::conforming;
  }

  std::string what_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace vsslab::cli
