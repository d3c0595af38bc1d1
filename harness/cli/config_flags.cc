#include "cli/config_flags.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/os/terminal.h"
#include "core/suggest.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

// Flags that name a file: seen from the folder of vsslab.toml, wherever below it one works.
constexpr std::array<std::string_view, 6> kPathFlags{"waivers", "out",      "writer",
                                                     "betest",  "scenario", "report"};
// These say how the command is called and stand in no file.
constexpr std::array<std::string_view, 3> kNotInFile{"help", "config", "print-config"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<CLI::Option*> flags_of(CLI::App& app) {
  std::vector<CLI::Option*> flags;
  for (CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty() || holds(kNotInFile, option->get_lnames().front())) continue;
    flags.push_back(option);
  }
  return flags;
}

bool is_switch(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

bool given(const CLI::Option& option, const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    for (const std::string& name : option.get_lnames()) {
      if (argument == "--" + name || argument.starts_with("--" + name + "=")) return true;
    }
    for (const std::string& name : option.get_snames()) {
      if (argument.starts_with("-" + name)) return true;
    }
    return false;
  });
}

}  // namespace

ConfigFlags::ConfigFlags(std::string command, std::vector<std::string> commands,
                         std::function<bool(std::string_view)> known_anywhere)
    : command_(std::move(command)),
      commands_(std::move(commands)),
      known_anywhere_(std::move(known_anywhere)) {}

void ConfigFlags::declare(CLI::App& app) {
  app.add_option("--config", config_,
                 "a file of flags; default: vsslab.toml here or above; none: no file");
  app.add_flag("--print-config", print_, "the flags as they count, and where each comes from");
}

Result<ConfigFile> ConfigFlags::load() const {
  if (config_ == "none") return ConfigFile();
  const std::string path = config_.empty() ? find_config() : config_;
  if (path.empty()) return ConfigFile();
  return read_config(path);
}

Result<void> ConfigFlags::check_section(const ConfigItem& item) const {
  if (item.section.empty() || holds(commands_, item.section)) return {};
  const std::vector<std::string_view> names(commands_.begin(), commands_.end());
  std::string hint = did_you_mean(item.section, names);
  return fail(file_.error(item, fmt::format("[{}] is no command", item.section), std::move(hint)));
}

std::string ConfigFlags::resolved(const std::string& key, const std::string& value) const {
  if (!holds(kPathFlags, key)) return value;
  std::string format;
  std::string path = value;
  if (key == "report") {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return value;
    format = value.substr(0, equals + 1);
    path = value.substr(equals + 1);
  }
  if (path.empty() || path == "-" || fs::path(path).is_absolute()) return value;
  const fs::path folder = fs::path(file_.path).parent_path();
  std::error_code failed;
  const fs::path seen = fs::proximate(folder / path, failed);
  return format + (failed ? folder / path : seen).string();
}

Result<void> ConfigFlags::apply_item(CLI::App& app, const ConfigItem& item) {
  CLI::Option* const option = app.get_option_no_throw("--" + item.key);
  if (option == nullptr || holds(kNotInFile, item.key)) {
    if (item.section.empty() && known_anywhere_(item.key)) return {};  // of another command
    std::vector<std::string> names;
    for (const CLI::Option* flag : flags_of(app)) names.push_back(flag->get_lnames().front());
    const std::vector<std::string_view> views(names.begin(), names.end());
    return fail(file_.error(item,
                            item.section.empty()
                                ? fmt::format("unknown key '{}'", item.key)
                                : fmt::format("unknown key '{}' in [{}]", item.key, item.section),
                            did_you_mean(item.key, views)));
  }
  if (option->count() > 0) return {};  // the command line or the environment said it
  if (is_switch(*option)) {
    const bool word = !item.list && !item.text;
    if (!word) {
      return fail(file_.error(item, fmt::format("'{}' is a switch", item.key),
                              "write true or false, without quotes"));
    }
    if (item.values.front() == "false" || item.values.front() == "0") return {};
  }
  if (item.values.size() != 1 &&
      option->get_items_expected_max() < static_cast<int>(item.values.size())) {
    return fail(file_.error(item, fmt::format("'{}' takes one value", item.key)));
  }
  if (item.values.empty()) return {};
  try {
    for (const std::string& value : item.values) option->add_result(resolved(item.key, value));
    option->run_callback();
  } catch (const CLI::Error&) {
    return fail(file_.error(
        item, fmt::format("'{}' is no value for '{}'", fmt::join(item.values, ", "), item.key),
        fmt::format("'vsslab {} --help' shows what is valid", command_)));
  }
  from_file_.push_back(item.key);
  return {};
}

Result<void> ConfigFlags::apply(CLI::App& app) {
  auto loaded = load();
  if (!loaded) return fail(loaded.error());
  file_ = std::move(*loaded);
  for (const ConfigItem& item : file_.items) {
    if (auto good = check_section(item); !good) return good;
  }
  // The command's own section beats what is said for all.
  for (const bool own : {true, false}) {
    for (const ConfigItem& item : file_.items) {
      if (item.section != (own ? command_ : std::string())) continue;
      if (auto good = apply_item(app, item); !good) return good;
    }
  }
  return {};
}

std::string ConfigFlags::text(CLI::App& app, const std::vector<std::string>& arguments) const {
  std::string out = file_.path.empty() ? "# no vsslab.toml\n" : fmt::format("# {}\n", file_.path);
  out += fmt::format("[{}]\n", command_);
  for (CLI::Option* option : flags_of(app)) {
    const std::string name = option->get_lnames().front();
    std::string value;
    std::string from = "default";
    if (option->count() > 0) {
      const std::vector<std::string> results = option->results();
      if (is_switch(*option)) {
        value = results.size() > 1 ? std::to_string(results.size()) : config_text(results.front());
      } else if (option->get_items_expected_max() > 1) {
        for (const std::string& result : results) {
          value += (value.empty() ? "[" : ", ") + config_text(result);
        }
        value += "]";
      } else {
        value = config_text(results.back());
      }
      from = given(*option, arguments) ? "flag"
             : holds(from_file_, name) ? "file"
                                       : "environment " + option->get_envname();
    } else if (is_switch(*option)) {
      value = "false";
    } else {
      option->capture_default_str();
      const std::string standard = option->get_default_str();
      if (!standard.empty() && standard != "[]" && standard != "{}") value = config_text(standard);
    }
    out += value.empty() ? fmt::format("{:<40}  # not set\n", "# " + name + " =")
                         : fmt::format("{:<40}  # {}\n", name + " = " + value, from);
  }
  return out;
}

}  // namespace vsslab::cli
