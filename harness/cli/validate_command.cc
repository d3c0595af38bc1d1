// vsslab validate FILE...: says what each file is, and what is wrong with it.
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "journal/reader.h"
#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "reports/json.h"
#include "reports/text.h"
#include "scenario/betest.h"
#include "scenario/identify_file.h"
#include "scenario/inputs.h"
#include "scenario/scenario.h"
#include "scenario/test_writer.h"
#include "sdk/party_factory.h"
#include "xml/document.h"

namespace vsslab::cli {
namespace {

struct Verdict {
  std::string kind;
  std::string summary;  // what is in it
  std::optional<Error> problem;
};

template <class T>
std::optional<Error> problem_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error();
}

void validate_inputs(const std::string& bytes, const std::string& file, Verdict& verdict) {
  const auto inputs = scenario::parse_inputs(bytes, file);
  verdict.problem = problem_of(inputs);
  if (!inputs) return;
  const auto plan = scenario::load_inputs(*inputs);
  verdict.problem = problem_of(plan);
  if (plan) verdict.summary = reports::plural(inputs->files.size(), "file");
}

Verdict validate_bytes(const std::string& bytes, const std::string& file, scenario::FileKind kind) {
  Verdict verdict;
  verdict.kind = scenario::file_kind_name(kind);
  switch (kind) {
    case scenario::FileKind::scenario: {
      const auto plan = scenario::load_scenario(
          bytes, file, [](const std::string& path) { return xml::read_file(path); });
      verdict.problem = problem_of(plan);
      if (plan) {
        if (const auto known = sdk::check_classes(*plan); !known) verdict.problem = known.error();
        verdict.summary =
            fmt::format("{}: {}, {}", plan->name, reports::plural(plan->writers.size(), "writer"),
                        reports::plural(plan->requesters.size(), "requester"));
      }
      break;
    }
    case scenario::FileKind::inputs:
      validate_inputs(bytes, file, verdict);
      break;
    case scenario::FileKind::writer_metadata: {
      const auto document = metadata::parse_writer_metadata(bytes, file);
      verdict.problem = problem_of(document);
      if (document) {
        verdict.summary = fmt::format("{}: {}", document->identification.friendly_name,
                                      reports::plural(document->components.size(), "component"));
      }
      break;
    }
    case scenario::FileKind::backup_components: {
      const auto document = metadata::parse_backup_components(bytes, file);
      verdict.problem = problem_of(document);
      if (document) verdict.summary = reports::plural(document->writers.size(), "writer");
      break;
    }
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
      verdict.problem = Error{"no kind of file that vsslab knows",
                              file,
                              0,
                              {},
                              "scenario, Test Writer, BETest, metadata and journal files can be "
                              "validated"};
  }
  return verdict;
}

Verdict validate_file(const std::string& path) {
  Verdict verdict;
  const std::string file = path == "-" ? "<stdin>" : path;
  const auto bytes = xml::read_file(path);
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
    return "check scenario, Test Writer, BETest, metadata and journal files";
  }
  std::string_view examples() const override {
    return "  vsslab validate scenarios/timing/freeze-hang.xml\n"
           "  vsslab validate --json WM0.xml BCDocument.xml\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", files_, "files to check; - is standard input")->required();
    app.add_flag("--json", json_, "one JSON document on stdout");
  }
  ExitCode execute(Output& out) override {
    bool valid = true;
    auto document = nlohmann::ordered_json{{"format", 1}, {"files", nlohmann::json::array()}};
    for (const std::string& file : files_) {
      const Verdict verdict = validate_file(file);
      if (verdict.problem) {
        valid = false;
        out.error(*verdict.problem);
      } else if (!json_) {
        out.answer(fmt::format("{}: {}   {}\n", reports::printable(file), verdict.kind,
                               reports::printable(verdict.summary)));
      }
      nlohmann::ordered_json item{{"file", file},
                                  {"valid", !verdict.problem},
                                  {"kind", verdict.kind},
                                  {"summary", verdict.summary}};
      if (verdict.problem) {
        item["message"] = verdict.problem->message;
        item["line"] = verdict.problem->line;
        item["hint"] = verdict.problem->hint;
      }
      document["files"].push_back(std::move(item));
    }
    if (json_) out.answer(reports::to_json_text(document));
    return valid ? ExitCode::conforming : ExitCode::usage;
  }

 private:
  std::vector<std::string> files_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_validate_command() { return std::make_unique<ValidateCommand>(); }

}  // namespace vsslab::cli
