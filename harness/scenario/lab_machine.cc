#include "scenario/lab_machine.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/suggest.h"
#include "scenario/inbox/inbox.h"
#include "scenario/parts.h"
#include "scenario/scenario.h"
#include "xml/document.h"

namespace vsslab::scenario {

namespace {

void read_settings(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  check_shape(source, root,
              {"format", "machine", "roles", "profile", "seed", "xmlns:xsi",
               "xsi:noNamespaceSchemaLocation"},
              {"Services", "Volumes", "Writers", "Provider", "Providers", "Wire"});
  required_text(source, root, "format");
  const std::uint64_t format = *number(source, root, "format", 1'000'000);
  if (format != static_cast<std::uint64_t>(kFormat)) {
    refuse_attribute(source, root, "format", fmt::format("there is no format {}", format),
                     fmt::format("this vsslab reads format {}", kFormat));
  }
  plan.seed = number(source, root, "seed").value_or(plan.seed);
  plan.profile =
      one_of(source, root, "profile", {"ws2003sp1", "ws2008", "ws2008r2", "ws2012r2", "ws2022"},
             has(root, "machine") ? machine_of(source, plan).profile : plan.profile);
}

// Each element once, in any order; Provider may be repeated.
void read_parts(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  const auto each = [&](std::string_view name, const auto& read) {
    for (const xml::Element& child : root.children()) {
      if (child.name() != name) continue;
      if (name != "Provider" && child.handle() != root.child(name).handle()) {
        refuse(source, child, fmt::format("a second element '{}'", name));
      }
      read(child);
    }
  };
  each("Services", [&](const xml::Element& e) { read_services(source, e, plan); });
  each("Volumes", [&](const xml::Element& e) {
    read_volumes(source, e, plan);
    check_files_in_use(source, e, plan);
  });
  const bool own_volumes = !plan.volumes.empty();
  add_machine(source, plan);
  each("Writers", [&](const xml::Element& e) { read_writers(source, e, plan); });
  if (!own_volumes && !plan.volumes.empty()) add_files_for(plan.writers, plan.volumes);
  each("Provider", [&](const xml::Element& e) { read_provider(source, e, plan); });
  each("Providers", [&](const xml::Element& e) {
    check_shape(source, e, {}, {"Provider"});
    for (const xml::Element& child : e.children()) read_provider(source, child, plan);
  });
  add_missing_volumes(plan);
  each("Wire", [&](const xml::Element& e) {
    read_wire(source, e, plan);
    check_wire_parties(source, e, plan);
  });
  check_programs(source, root, plan);
}

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
  read_settings(source, root, plan);
  read_parts(source, root, plan);
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
