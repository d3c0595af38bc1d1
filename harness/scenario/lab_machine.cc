#include "scenario/lab_machine.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/suggest.h"
#include "scenario/parts.h"
#include "scenario/scenario.h"
#include "xml/document.h"

namespace vsslab::scenario {

namespace {

plan::ScenarioPlan read_machine(const Source& source, const std::string& file) {
  const xml::Element root = source.document.root();
  if (root.name() != "Machine") {
    refuse(source, root, fmt::format("the root element is '{}', not Machine", root.name()),
           root.name() == "Scenario" ? "a scenario is run with: vsslab run FILE"
                                     : did_you_mean(root.name(), {"Machine"}));
  }
  plan::ScenarioPlan plan;
  plan.file = file;
  plan.name = scenario_name(file);
  plan.description = source.document.first_comment();
  check_shape(source, root,
              {"format", "machine", "roles", "profile", "seed", "xmlns:xsi",
               "xsi:noNamespaceSchemaLocation"},
              {"Services", "Volumes", "Writers", "Provider", "Providers", "Wire"});
  read_lab_settings(source, root, plan);
  read_lab_parties(source, root, plan);
  finish_lab(source, root, plan);
  return plan;
}

}  // namespace

Result<plan::ScenarioPlan> parse_lab_machine(std::string bytes, const std::string& file) {
  auto document =
      xml::parse(std::move(bytes), file,
                 {.bytes_max = limits::kScenarioBytesMax, .bytes_max_name = "scenario_bytes_max"});
  if (!document) return tl::make_unexpected(std::move(document.error()));
  static const ReadFile kReader = [](const std::string& path) {
    return xml::read_file(path, limits::kInputBytesMax, "input_bytes_max");
  };
  int files_left = limits::kScenarioFilesMax;
  const Source source{*document, std::filesystem::path(file).parent_path().string(), kReader,
                      &files_left};
  try {
    return read_machine(source, file);
  } catch (Refused& refused) {
    return tl::make_unexpected(std::move(refused.error));
  }
}

}  // namespace vsslab::scenario
