// What scenario files and machine files share: a lab's format, seed and profile, its volumes,
// writers and providers.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "metadata/component_path.h"
#include "metadata/writer_metadata.h"
#include "scenario/inbox/inbox.h"
#include "scenario/parts.h"
#include "scenario/scenario.h"
#include "scenario/test_writer.h"

namespace vsslab::scenario {

void read_lab_settings(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  required_text(source, root, "format");
  const std::uint64_t format = *number(source, root, "format", 1'000'000);
  if (format == 0) {
    refuse_attribute(source, root, "format", "there is no format 0", "write format=\"1\"");
  }
  if (format != static_cast<std::uint64_t>(kFormat)) {
    refuse_attribute(
        source, root, "format",
        fmt::format("this file needs vsslab >= {}.0: it has format {}", format, format),
        fmt::format("this vsslab reads format {}", kFormat));
  }
  plan.seed = number(source, root, "seed").value_or(plan.seed);
  plan.profile =
      one_of(source, root, "profile", {"ws2003sp1", "ws2008", "ws2008r2", "ws2012r2", "ws2022"},
             has(root, "machine") ? machine_of(source, plan).profile : plan.profile);
}

void each_part(const Source& source, const xml::Element& root, std::string_view name, Times times,
               const ReadPart& read) {
  bool first = true;
  for (const xml::Element& child : root.children()) {
    if (child.name() != name) continue;
    if (!std::exchange(first, false) && times == Times::once) {
      refuse(source, child, fmt::format("a second element '{}'", name));
    }
    read(child);
  }
}

namespace {

void add_volume(std::string_view root, std::vector<plan::VolumePlan>& volumes) {
  const auto same = [&](const plan::VolumePlan& known) {
    return metadata::equal_ignoring_case(known.root, root) ||
           (!known.guid.is_null() &&
            metadata::equal_ignoring_case(
                root, fmt::format("\\\\?\\Volume{{{}}}\\", known.guid.to_string())));
  };
  if (std::any_of(volumes.begin(), volumes.end(), same)) return;
  plan::VolumePlan& made = volumes.emplace_back();
  made.root = root;
  made.guid = guid_of_volume_name(root).value_or(Guid{});
}

// A drive, or a volume by its id; no share of another machine.
bool is_local(std::string_view root) {
  return root.size() == 3 ? root[1] == ':' : root.starts_with("\\\\?\\Volume{");
}

}  // namespace

void add_missing_volumes(plan::ScenarioPlan& plan) {
  add_volume("C:\\", plan.volumes);
  const metadata::Environment environment = metadata::standard_environment();
  for (const plan::WriterPlan& writer : plan.writers) {
    if (writer.kind == plan::WriterKind::test_writer) add_volumes_for(writer.test, plan.volumes);
    const std::string& database = writer.sqlite.database;
    if (database.size() > 3 && database[1] == ':') add_volume(database.substr(0, 3), plan.volumes);
    if (writer.kind != plan::WriterKind::mirror) continue;
    const auto document =
        metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
    if (!document) continue;
    for (const metadata::Component& component : document->components) {
      for (const std::string& root : metadata::volumes_of(component, environment).roots) {
        if (is_local(root)) add_volume(root, plan.volumes);
      }
    }
  }
}

void read_lab_parties(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  each_part(source, root, "Services", Times::once,
            [&](const xml::Element& e) { read_services(source, e, plan); });
  each_part(source, root, "Volumes", Times::once, [&](const xml::Element& e) {
    read_volumes(source, e, plan);
    check_files_in_use(source, e, plan);
  });
  const bool own_volumes = !plan.volumes.empty();
  add_machine(source, plan);
  each_part(source, root, "Writers", Times::once,
            [&](const xml::Element& e) { read_writers(source, e, plan); });
  if (!own_volumes) add_missing_volumes(plan);
  add_services_for(plan.writers, plan.services);
  add_files_for(plan.writers, own_volumes ? FilesOf::windows : FilesOf::every_mirror, plan.volumes);
  each_part(source, root, "Provider", Times::any,
            [&](const xml::Element& e) { read_provider(source, e, plan); });
  each_part(source, root, "Providers", Times::once, [&](const xml::Element& e) {
    check_shape(source, e, {}, {"Provider"});
    for (const xml::Element& child : e.children()) read_provider(source, child, plan);
  });
}

void finish_lab(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  each_part(source, root, "Wire", Times::once, [&](const xml::Element& e) {
    read_wire(source, e, plan);
    check_wire_parties(source, e, plan);
  });
  check_programs(source, root, plan);
}

}  // namespace vsslab::scenario
