#include "cli/run_sources.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "core/output_file.h"
#include "run/run_all.h"
#include "scenario/scenario.h"
#include "scenario/suites.h"
#include "sdk/party_factory.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::string>> files_of(const std::string& path) {
  if (path.starts_with('@')) {
    const std::string folder = scenarios_folder();
    if (folder.empty()) {
      return fail(Error{fmt::format("'{}': no folder of scenarios is near", path),
                        {},
                        0,
                        {},
                        "run inside a checkout, or set VSSLAB_HOME to one"});
    }
    return scenario::read_suite(path.substr(1), folder);
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    auto files = scenario::find_scenarios(path);
    if (files.empty()) return fail(fmt::format("'{}' has no scenario in it", path));
    return files;
  }
  // "timing/freeze-hang", as 'vsslab list scenarios' and the reports call it.
  if (path != "-" && !path.ends_with(".xml") && !fs::exists(path, ignored)) {
    const std::string listed = fmt::format("{}/{}.xml", scenarios_folder(), path);
    if (fs::exists(listed, ignored)) return std::vector<std::string>{listed};
  }
  return std::vector<std::string>{path};
}

// As journals are called, without the seed: "timing-freeze-hang".
std::string inputs_name(const plan::ScenarioPlan& plan) {
  const std::string name = journal_file_name(plan, 0);
  return name.substr(0, name.rfind('-'));
}

}  // namespace

void SourceFlags::declare(CLI::App& app) {
  app.add_option("PATH", paths_,
                 "scenario files or names, folders of them, or suites such as @demo");
  app.add_option("--set", settings_, "NAME=VALUE of a parameter that the scenario declares")
      ->allow_extra_args(false);
  app.add_option("--writer", writer_, "a Test Writer configuration file; needs no scenario");
  app.add_option("--betest", betest_, "a BETest file that selects its components");
  app.add_option("--type", type_, "backup type for --writer: FULL, INCREMENTAL, …");
}

Result<void> SourceFlags::check() const {
  if (!writer_.empty() && !settings_.empty()) {
    return fail(Error{"--set needs a scenario", {}, 0, {}, "Microsoft's files have no parameters"});
  }
  if (writer_.empty() && !betest_.empty()) {
    return fail(Error{"--betest needs a writer", {}, 0, {}, "add --writer FILE"});
  }
  if (writer_.empty() && !type_.empty()) {
    return fail(Error{"--type needs a writer",
                      {},
                      0,
                      {},
                      "add --writer FILE; a scenario says the type itself, in Backup"});
  }
  const auto readers = std::count(paths_.begin(), paths_.end(), "-") + (writer_ == "-" ? 1 : 0) +
                       (betest_ == "-" ? 1 : 0);
  if (readers > 1) return fail("standard input ('-') is asked for twice; it can be read once");
  return {};
}

std::string SourceFlags::pair_words() const {
  std::string words = "--writer " + shell_word(writer_);
  if (!betest_.empty()) words += " --betest " + shell_word(betest_);
  return words + " --type " + shell_word(type_.empty() ? "FULL" : type_);
}

std::string SourceFlags::setting_words() const {
  std::string words;
  for (const std::string& setting : settings_) words += " --set " + shell_word(setting);
  return words;
}

std::string SourceFlags::command_words() const {
  std::string words;
  if (!writer_.empty()) words += " " + pair_words();
  for (const std::string& path : paths_) words += " " + shell_word(path);
  return words + setting_words();
}

Result<RunSource> SourceFlags::load_pair() const {
  RunSource source;
  source.inputs.emplace();
  auto plan =
      scenario::load_pair(writer_, betest_, type_.empty() ? "FULL" : type_, &*source.inputs);
  if (!plan) return fail(plan.error());
  source.plan = std::move(*plan);
  source.inputs_file = inputs_name(source.plan);
  source.arguments = pair_words();
  source.from_stdin = writer_ == "-" || betest_ == "-";
  return source;
}

Result<RunSource> SourceFlags::load_one(const std::string& file,
                                        const std::vector<plan::Setting>& settings) const {
  RunSource source;
  scenario::Inputs inputs;
  auto plan = scenario::load_scenario(file, settings, file == "-" ? &inputs : nullptr);
  if (!plan) return fail(plan.error());
  if (auto known = sdk::check_classes(*plan); !known) return fail(known.error());
  source.plan = std::move(*plan);
  source.arguments = shell_word(file.starts_with('-') ? "./" + file : file);
  source.settings = setting_words();
  source.from_stdin = file == "-";
  source.inputs_file = inputs_name(source.plan);
  if (source.from_stdin) source.inputs = std::move(inputs);
  if (!source.from_stdin && source.plan.file != file) {
    // Stored inputs: the journal is to find them again wherever it lies.
    source.inputs.emplace();
    if (auto again = scenario::load_scenario(file, settings, &*source.inputs); !again) {
      return fail(again.error());
    }
  }
  return source;
}

Result<std::vector<RunSource>> SourceFlags::load() const {
  if (auto good = check(); !good) return fail(good.error());
  const auto settings = parse_settings(settings_);
  if (!settings) return fail(settings.error());
  std::vector<RunSource> sources;
  if (!writer_.empty()) {
    auto pair = load_pair();
    if (!pair) return fail(pair.error());
    sources.push_back(std::move(*pair));
  }
  std::set<std::string> seen;
  for (const std::string& path : paths_) {
    const auto found = files_of(path);
    if (!found) return fail(found.error());
    for (const std::string& file : *found) {
      if (!seen.insert(file).second) continue;
      auto source = load_one(file, *settings);
      if (!source) return fail(source.error());
      sources.push_back(std::move(*source));
    }
  }
  if (sources.empty()) {
    return fail(Error{
        "nothing to run", {}, 0, {}, "name a scenario file, a folder, or a suite such as @demo"});
  }
  return sources;
}

Result<void> store_inputs(std::vector<RunSource>& sources, const std::string& folder) {
  std::set<std::string> taken;
  for (RunSource& source : sources) {
    if (!source.inputs || source.inputs->files.empty()) continue;
    const std::string name = source.inputs_file;
    for (int number = 2; !taken.insert(source.inputs_file).second; ++number) {
      source.inputs_file = fmt::format("{}-{}", name, number);
    }
    source.inputs_file += ".inputs";
    const std::string path = folder + "/" + source.inputs_file;
    const std::string bytes = scenario::write_inputs(*source.inputs);
    if (auto written = write_file(path, bytes); !written) return written;
    if (source.from_stdin) source.arguments = shell_word(path);
    source.inputs.reset();  // may be large; it is on the disk now
  }
  return {};
}

}  // namespace vsslab::cli
