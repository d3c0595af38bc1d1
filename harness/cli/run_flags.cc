#include "cli/run_flags.h"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/targets.h"
#include "core/os/terminal.h"
#include "core/suggest.h"
#include "run/selection.h"

namespace vsslab::cli {
namespace {

Result<void> one_of(std::string_view flag, const std::string& value,
                    std::initializer_list<std::string_view> words) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return {};
  return fail(
      Error{fmt::format("{} '{}' is unknown", flag, value), {}, 0, {}, did_you_mean(value, words)});
}

// $'\377.xml': bash, zsh and ksh take it.
std::string shell_bytes(std::string_view text) {
  std::string quoted = "$'";
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\'' || letter == '\\') {
      quoted += '\\';
      quoted += letter;
    } else if (byte < 0x20 || byte >= 0x7F) {
      // Octal: of a hexadecimal escape some shells take a digit that follows it, too.
      quoted += fmt::format("\\{:03o}", byte);
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

}  // namespace

void RuleFlags::declare(CLI::App& app) {
  app.add_option("--rule", rules_, "only these rules: ids, slugs or globs such as VSSW-TIME-*")
      ->delimiter(',')
      ->allow_extra_args(false);  // or the flag would swallow the paths behind it
  app.add_option("--skip", skip_, "all but these rules")->delimiter(',')->allow_extra_args(false);
  app.add_option("--level", level_, "must, should or info: rules of this level and stricter");
  app.add_flag("--strict", strict_, "warnings count as failures");
  app.add_option("--waivers", waivers_, "a file of failures to live with for a while");
}

Result<std::vector<const Rule*>> RuleFlags::select() const {
  RuleSelection selection{rules_, skip_, Level::info};
  const auto level = parse_level(level_);
  if (!level) return fail(level.error());
  selection.level = *level;
  return select_rules(selection);
}

std::string RuleFlags::verdict_words() const {
  return (strict_ ? " --strict" : "") +
         (waivers_.empty() ? std::string() : " --waivers " + shell_word(waivers_));
}

Result<Waivers> RuleFlags::waivers() const {
  if (waivers_.empty()) return Waivers();
  return Waivers::load(waivers_);
}

void ReportFlags::declare_targets(CLI::App& app) {
  app.add_option("--report", reports_,
                 "FORMAT=PATH: also write junit, json, sarif or console to PATH")
      ->allow_extra_args(false);
}

void ReportFlags::declare_redact(CLI::App& app) {
  app.add_flag("--redact", redact_, "tokens instead of names and paths, in journals and reports");
}

void ReportFlags::declare(CLI::App& app) {
  app.add_flag("--json", json_, "the answer on stdout is one JSON document");
  declare_targets(app);
  app.add_flag("-q,--quiet", quiet_, "failures and the count line only");
  app.add_flag("-v,--verbose", verbose_, "passed rules too; -vv: events too");
  app.add_option("--color", color_, "auto, always or never");
  app.add_option("--progress", progress_, "auto, bar, lines or none");
}

Result<void> ReportFlags::prepare() {
  if (auto good = parse_color(color_); !good) return fail(good.error());
  if (auto good = one_of("--progress", progress_, {"auto", "bar", "lines", "none"}); !good) {
    return good;
  }
  for (const std::string& text : reports_) {
    auto request = parse_report(text);
    if (!request) return fail(request.error());
    if (request->path == "-" && json_) {
      return fail(
          Error{fmt::format("--report {} and --json both want stdout", text), {}, 0, {}, {}});
    }
    requests_.push_back(std::move(*request));
  }
  return {};
}

Result<void> ReportFlags::check_targets() const {
  for (const ReportRequest& request : requests_) {
    if (request.path == "-") continue;
    if (auto good = check_target("--report", request.path); !good) return good;
  }
  return {};
}

ProgressMode ReportFlags::progress(const Output& out) const {
  if (progress_ == "bar") return ProgressMode::bar;
  if (progress_ == "lines") return ProgressMode::lines;
  if (progress_ == "none" || quiet_) return ProgressMode::none;
  return out.progress_is_terminal() ? ProgressMode::bar : ProgressMode::lines;
}

bool ReportFlags::writes_files() const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [](const auto& request) { return request.path != "-"; });
}

std::unique_ptr<reports::Console> ReportFlags::console(Output& out,
                                                       reports::ConsoleOptions options) const {
  const bool stdout_taken = std::any_of(requests_.begin(), requests_.end(),
                                        [](const auto& request) { return request.path == "-"; });
  if (json_ || stdout_taken) return nullptr;
  options.style = out.answer_style(parse_color(color_).value_or(ColorChoice::automatic));
  options.verbosity = quiet_ ? -1 : verbose_;
  return std::make_unique<reports::Console>(options,
                                            [&out](std::string_view text) { out.answer(text); });
}

Result<void> ReportFlags::finish(const RunResult& run, Output& out) const {
  const reports::Sink to_stdout = [&out](std::string_view piece) { out.answer(piece); };
  if (json_) render_report(run, "json", to_stdout);
  for (const ReportRequest& request : requests_) {
    if (request.path == "-") {
      render_report(run, request.format, to_stdout);
    } else if (auto written = write_report(run, request.format, request.path); !written) {
      return written;
    }
  }
  return {};
}

Result<ColorChoice> parse_color(const std::string& text) {
  if (auto good = one_of("--color", text, {"auto", "always", "never"}); !good) {
    return fail(good.error());
  }
  if (text == "always") return ColorChoice::always;
  return text == "never" ? ColorChoice::never : ColorChoice::automatic;
}

Result<std::vector<plan::Setting>> parse_settings(const std::vector<std::string>& texts) {
  std::vector<plan::Setting> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Error{fmt::format("--set '{}' names no parameter and value", text),
                        {},
                        0,
                        {},
                        "write NAME=VALUE, such as --set delay=75s"});
    }
    plan::Setting setting{text.substr(0, equals), text.substr(equals + 1)};
    const auto same = [&](const plan::Setting& known) { return known.name == setting.name; };
    if (std::any_of(settings.begin(), settings.end(), same)) {
      return fail(fmt::format("--set sets '{}' twice", setting.name));
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@:=,+%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  // What a report would have to show otherwise than it is has to be escaped for the shell, too.
  if (reports::printable(text) != text) return shell_bytes(text);
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      quoted += "'\\''";
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

}  // namespace vsslab::cli
