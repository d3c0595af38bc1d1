// vsslab validate FILE...: says what each file is, and what is wrong with it.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/run_flags.h"
#include "cli/validate_metadata.h"
#include "journal/reader.h"
#include "reports/block.h"
#include "reports/json.h"
#include "reports/text.h"
#include "scenario/betest.h"
#include "scenario/identify_file.h"
#include "scenario/inputs.h"
#include "scenario/lab_machine.h"
#include "scenario/scenario.h"
#include "scenario/test_writer.h"
#include "sdk/party_factory.h"
#include "xml/document.h"

namespace vsslab::cli {
namespace {

struct FileVerdict {
  std::string kind;
  std::string summary;  // what is in it
  std::optional<Error> problem;
  metadata::UnknownParts unknown;
  ScenarioResult judged;  // by the rules on documents
};

template <class T>
std::optional<Error> problem_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error();
}

void validate_inputs(const std::string& bytes, const std::string& file, FileVerdict& verdict) {
  const auto inputs = scenario::parse_inputs(bytes, file);
  verdict.problem = problem_of(inputs);
  if (!inputs) return;
  const auto plan = scenario::load_inputs(*inputs);
  verdict.problem = problem_of(plan);
  if (plan) verdict.summary = reports::plural(inputs->files.size(), "file");
}

void validate_plan(const std::string& bytes, const std::string& file, scenario::FileKind kind,
                   FileVerdict& verdict) {
  const bool machine = kind == scenario::FileKind::machine;
  const auto plan = machine ? scenario::parse_lab_machine(bytes, file)
                            : scenario::load_scenario(bytes, file, [](const std::string& path) {
                                return xml::read_file(path);
                              });
  verdict.problem = problem_of(plan);
  if (!plan) return;
  if (const auto known = sdk::check_classes(*plan); !known) verdict.problem = known.error();
  const std::string writers = reports::plural(plan->writers.size(), "writer");
  verdict.summary =
      machine ? fmt::format("{}, {}", writers, reports::plural(plan->volumes.size(), "volume"))
              : fmt::format("{}: {}, {}", plan->name, writers,
                            reports::plural(plan->requesters.size(), "requester"));
}

void validate_writer_document(const std::string& bytes, const std::string& file,
                              FileVerdict& verdict) {
  auto read = read_writer_document(bytes, file);
  verdict.problem = problem_of(read);
  if (!read) return;
  const std::string components = reports::plural(read->document.components.size(), "component");
  verdict.unknown = std::move(read->unknown);
  if (read->document.fragment) {  // rules speak about whole documents
    verdict.summary = "a fragment: " + components;
    return;
  }
  verdict.summary = fmt::format("{}: {}", read->document.identification.friendly_name, components);
  verdict.judged = judge_document(std::move(read->document), file);
}

void validate_backup_document(const std::string& bytes, const std::string& file,
                              FileVerdict& verdict) {
  auto read = read_backup_document(bytes, file);
  verdict.problem = problem_of(read);
  if (!read) return;
  verdict.summary = reports::plural(read->document.writers.size(), "writer");
  verdict.unknown = std::move(read->unknown);
  verdict.judged = judge_document(std::move(read->document), file);
}

FileVerdict validate_bytes(const std::string& bytes, const std::string& file,
                           scenario::FileKind kind) {
  FileVerdict verdict;
  verdict.kind = scenario::file_kind_name(kind);
  switch (kind) {
    case scenario::FileKind::scenario:
    case scenario::FileKind::machine:
      validate_plan(bytes, file, kind, verdict);
      break;
    case scenario::FileKind::inputs:
      validate_inputs(bytes, file, verdict);
      break;
    case scenario::FileKind::writer_metadata:
      validate_writer_document(bytes, file, verdict);
      break;
    case scenario::FileKind::backup_components:
      validate_backup_document(bytes, file, verdict);
      break;
    case scenario::FileKind::journal: {
      const auto journal = parse_journal(bytes, file);
      verdict.problem = problem_of(journal);
      if (journal) verdict.summary = reports::plural(journal->events().size(), "event");
      break;
    }
    case scenario::FileKind::test_writer: {
      const auto config = scenario::parse_test_writer(bytes, file);
      verdict.problem = problem_of(config);
      if (config) verdict.summary = reports::plural(config->components.size(), "component");
      break;
    }
    case scenario::FileKind::betest: {
      const auto selection = scenario::parse_betest(bytes, file);
      verdict.problem = problem_of(selection);
      if (selection) verdict.summary = reports::plural(selection->writers.size(), "writer");
      break;
    }
    case scenario::FileKind::provider:
    case scenario::FileKind::manifest:
      verdict.summary = "well-formed; its content is not checked by itself";
      break;
    case scenario::FileKind::unknown:
      if (bytes.find_first_not_of(" \t\r\n") == std::string::npos) {
        verdict.problem = Error{"the file is empty", file, 0, {}, {}};
        break;
      }
      verdict.problem = Error{"no kind of file that vsslab knows",
                              file,
                              0,
                              {},
                              "scenario, machine, Test Writer, BETest, metadata and journal files "
                              "can be validated"};
  }
  return verdict;
}

FileVerdict validate_file(const std::string& path) {
  FileVerdict verdict;
  const std::string file = path == "-" ? "<stdin>" : path;
  const auto bytes = read_any(path);
  if (!bytes) {
    verdict.problem = bytes.error();
    return verdict;
  }
  const auto kind = scenario::identify_file(*bytes, file);
  if (!kind) {
    verdict.problem = kind.error();
    return verdict;
  }
  return validate_bytes(*bytes, file, *kind);
}

class ValidateCommand : public Command {
 public:
  std::string_view name() const override { return "validate"; }
  std::string_view summary() const override {
    return "check scenario, machine, Test Writer, BETest, metadata and journal files";
  }
  std::string_view examples() const override {
    return "  vsslab validate scenarios/timing/freeze-hang.xml\n"
           "  vsslab validate --strict WM0.xml BCDocument.xml\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", files_, "files to check; - is standard input")->required();
    app.add_flag("--strict", strict_, "warnings count as failures");
    app.add_flag("--json", json_, "one JSON document on stdout");
    app.add_option("--color", color_, "auto, always or never");
  }
  // 0: all well; 1: a rule on documents is broken; 2: a file is not valid.
  ExitCode execute(Output& out) override {
    const auto color = parse_color(color_);
    if (!color) return refuse(out, color.error());
    const reports::TextStyle style = out.answer_style(*color);
    ExitCode worst = ExitCode::conforming;
    auto document = nlohmann::ordered_json{{"format", 1}, {"files", nlohmann::json::array()}};
    for (const std::string& file : files_) {
      const FileVerdict verdict = validate_file(file);
      if (verdict.problem) {
        out.error(*verdict.problem);
      } else {
        if (!json_) out.answer(text_of(file, verdict, style));
        tell_unknown(verdict.unknown, out);
      }
      worst = std::max(worst, code_of(verdict));
      document["files"].push_back(json_of(file, verdict));
    }
    if (json_) out.answer(reports::to_json_text(document));
    return worst;
  }

 private:
  ExitCode code_of(const FileVerdict& verdict) const {
    if (verdict.problem) return ExitCode::usage;
    const bool broken = counts_as_failure(verdict.judged.worst(), strict_);
    if (broken || (strict_ && verdict.unknown.count() > 0)) return ExitCode::not_conforming;
    return ExitCode::conforming;
  }

  std::string text_of(const std::string& file, const FileVerdict& verdict,
                      const reports::TextStyle& style) const {
    std::string text = fmt::format("{}: {}   {}\n", reports::printable(file), verdict.kind,
                                   reports::printable(verdict.summary));
    for (const Finding& finding : verdict.judged.findings) {
      if (finding.consequence) continue;
      text += "\n" + reports::finding_block(verdict.judged, finding, style, strict_);
    }
    if (!verdict.judged.findings.empty()) text += "\n";
    return text;
  }

  static void tell_unknown(const metadata::UnknownParts& unknown, Output& out) {
    for (const Error& part : unknown.shown) out.warning(part);
    if (unknown.more == 0) return;
    out.warning(Error{fmt::format("{} more that nobody knows (unknown_parts_max is {})",
                                  unknown.more, metadata::kUnknownPartsMax),
                      unknown.shown.back().file,
                      0,
                      {},
                      {}});
  }

  static nlohmann::ordered_json json_of(const std::string& file, const FileVerdict& verdict) {
    nlohmann::ordered_json item{{"file", file},
                                {"valid", !verdict.problem},
                                {"kind", verdict.kind},
                                {"summary", verdict.summary}};
    if (verdict.problem) {
      item["message"] = verdict.problem->message;
      item["line"] = verdict.problem->line;
      item["hint"] = verdict.problem->hint;
    }
    item["warnings"] = nlohmann::ordered_json::array();
    for (const Error& part : verdict.unknown.shown) {
      item["warnings"].push_back(
          {{"message", part.message}, {"line", part.line}, {"hint", part.hint}});
    }
    item["results"] = nlohmann::ordered_json::array();
    for (const Finding& finding : verdict.judged.findings) {
      item["results"].push_back({{"ruleId", finding.rule_id},
                                 {"subject", finding.subject},
                                 {"verdict", verdict_name(finding.verdict)},
                                 {"consequence", finding.consequence},
                                 {"message", reports::finding_message(finding)}});
    }
    return item;
  }

  std::vector<std::string> files_;
  bool strict_ = false;
  bool json_ = false;
  std::string color_ = "auto";
};

}  // namespace

std::unique_ptr<Command> make_validate_command() { return std::make_unique<ValidateCommand>(); }

}  // namespace vsslab::cli
