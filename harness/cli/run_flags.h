// Flags that `run`, `check` and `replay` share, and what becomes of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "cli/progress.h"
#include "cli/result_folder.h"
#include "core/error.h"
#include "plan/plan.h"
#include "reports/console.h"
#include "rules/rule.h"
#include "run/result.h"
#include "run/waivers.h"

namespace CLI {
class App;
}

namespace vsslab::cli {

// --rule, --skip, --level, --strict, --waivers
class RuleFlags {
 public:
  void declare(CLI::App& app);
  Result<std::vector<const Rule*>> select() const;
  bool narrowed() const { return !rules_.empty() || !skip_.empty() || level_ != "info"; }
  Result<Waivers> waivers() const;
  bool strict() const { return strict_; }
  // " --strict --waivers FILE": what a command has to say again to come to the same verdict.
  std::string verdict_words() const;

 private:
  std::vector<std::string> rules_;
  std::vector<std::string> skip_;
  std::string level_ = "info";
  bool strict_ = false;
  std::string waivers_;
};

// --json, --report, -q, -v, --color, --progress
class ReportFlags {
 public:
  void declare(CLI::App& app);
  void declare_targets(CLI::App& app);  // --report alone
  void declare_redact(CLI::App& app);   // --redact
  // Checks what the flags say; called before anything runs.
  Result<void> prepare();

  // Whether the --report files can be written; the last check before the work begins.
  Result<void> check_targets() const;

  bool redact() const { return redact_; }
  const std::vector<ReportRequest>& requests() const { return requests_; }
  bool json() const { return json_; }
  bool wants_events() const { return verbose_ > 1 && !json_; }
  ProgressMode progress(const Output& out) const;
  // Whether reports go to files of their own: they are to be whole, whoever reads the screen.
  bool writes_files() const;
  // The console report; null with --json. Its style and verbosity are those of the flags.
  std::unique_ptr<reports::Console> console(Output& out, reports::ConsoleOptions options) const;
  // What is due at the end: the JSON document and the --report files.
  Result<void> finish(const RunResult& run, Output& out) const;

 private:
  bool redact_ = false;
  bool json_ = false;
  bool quiet_ = false;
  int verbose_ = 0;
  std::vector<std::string> reports_;
  std::vector<ReportRequest> requests_;
  std::string color_ = "auto";
  std::string progress_ = "auto";
};

// "auto", "always" or "never" of --color.
Result<ColorChoice> parse_color(const std::string& text);

// "name=value" of --set.
Result<std::vector<plan::Setting>> parse_settings(const std::vector<std::string>& texts);

// `text` as one word of a shell's command line.
std::string shell_word(std::string_view text);

}  // namespace vsslab::cli
