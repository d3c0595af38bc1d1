// vsslab compare A B: what is new, fixed or different between two results.
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/judge_journals.h"
#include "cli/run_flags.h"
#include "core/input_file.h"
#include "core/limits.h"
#include "journal/reader.h"
#include "reports/compare.h"
#include "reports/json.h"
#include "run/selection.h"
#include "scenario/identify_file.h"

namespace vsslab::cli {
namespace {

class CompareCommand : public Command {
 public:
  std::string_view name() const override { return "compare"; }
  std::string_view summary() const override { return "what changed between two results"; }
  std::string_view examples() const override {
    return "  vsslab compare results/20260101-120000 results/latest\n"
           "  vsslab compare before/result.json after.journal --json\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("RESULTS", files_,
                   "A and B: each a result.json, its folder, or a journal that is judged now")
        ->required();
    app.add_flag("--strict", strict_, "a new warning is a regression, too");
    app.add_flag("--json", json_, "one JSON document on stdout");
    app.add_option("--color", color_, "auto, always or never");
  }
  // 0: nothing got worse; 1: something did.
  ExitCode execute(Output& out) override {
    if (files_.size() != 2) {
      return refuse(out, {"compare takes two results",
                          {},
                          0,
                          {},
                          "name A, the older one, and B: vsslab compare A B"});
    }
    const auto color = parse_color(color_);
    if (!color) return refuse(out, color.error());
    const auto a = open(files_[0]);
    if (!a) return refuse(out, a.error());
    const auto b = open(files_[1]);
    if (!b) return refuse(out, b.error());
    const reports::Comparison comparison = reports::compare_runs(*a, *b);
    if (json_) {
      out.answer(reports::to_json_text(reports::comparison_json(comparison, strict_)));
    } else {
      out.answer(reports::comparison_text(comparison, out.answer_style(*color)));
    }
    return comparison.regressed(strict_) ? ExitCode::not_conforming : ExitCode::conforming;
  }

 private:
  static Result<reports::ComparedRun> open(const std::string& given) {
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(given, ignored);
    const std::string path = folder ? given + "/result.json" : given;
    const auto bytes = read_input(path, limits::kResultBytesMax, "result_bytes_max");
    if (!bytes) return fail(bytes.error());
    const std::string shown = path == "-" ? "<stdin>" : path;
    const auto kind = scenario::identify_file(*bytes, shown);
    if (!kind || *kind != scenario::FileKind::journal) {
      return reports::read_result_json(*bytes, shown);
    }
    auto journal = parse_journal(*bytes, shown);
    if (!journal) return fail(journal.error());
    JudgeRequest request;
    auto rules = select_rules({});
    if (!rules) return fail(rules.error());
    request.rules = std::move(*rules);
    std::vector<Journal> journals;
    journals.push_back(std::move(*journal));
    return reports::compared_run(judge_journals(std::move(journals), {shown}, request, nullptr),
                                 shown);
  }

  std::vector<std::string> files_;
  bool strict_ = false;
  bool json_ = false;
  std::string color_ = "auto";
};

}  // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

}  // namespace vsslab::cli
