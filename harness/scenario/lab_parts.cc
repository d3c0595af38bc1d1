// What scenario files and machine files share: a lab's format, seed and profile, its volumes,
// writers and providers.
#include <utility>

#include <fmt/format.h>

#include "scenario/inbox/inbox.h"
#include "scenario/parts.h"
#include "scenario/scenario.h"

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
  if (!own_volumes && !plan.volumes.empty()) add_files_for(plan.writers, plan.volumes);
  each_part(source, root, "Provider", Times::any,
            [&](const xml::Element& e) { read_provider(source, e, plan); });
  each_part(source, root, "Providers", Times::once, [&](const xml::Element& e) {
    check_shape(source, e, {}, {"Provider"});
    for (const xml::Element& child : e.children()) read_provider(source, child, plan);
  });
}

void finish_lab(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan) {
  add_missing_volumes(plan);
  each_part(source, root, "Wire", Times::once, [&](const xml::Element& e) {
    read_wire(source, e, plan);
    check_wire_parties(source, e, plan);
  });
  check_programs(source, root, plan);
}

}  // namespace vsslab::scenario
