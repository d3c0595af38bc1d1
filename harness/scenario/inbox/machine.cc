// Scenario@machine and @roles.
#include <algorithm>

#include <fmt/format.h>

#include "core/prng.h"
#include "core/suggest.h"
#include "scenario/inbox/inbox.h"
#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

constexpr std::uint64_t kMachineVolumeSalt = 0x4d56;

std::vector<std::string> read_roles(const Source& source, const xml::Element& root,
                                    const WindowsMachine& machine) {
  const std::vector<std::string_view> known = roles_of(machine);
  if (!has(root, "roles")) return {known.begin(), known.end()};
  std::vector<std::string> roles = list(root, "roles");
  if (roles.size() == 1 && roles[0] == "none") return {};
  for (const std::string& role : roles) {
    if (std::ranges::find(known, role) != known.end()) continue;
    std::string hint = did_you_mean(role, known);
    if (hint.empty()) hint = fmt::format("{} can have: {}", machine.title, fmt::join(known, ", "));
    refuse_attribute(source, root, "roles", fmt::format("{} has no role '{}'", machine.title, role),
                     std::move(hint));
  }
  return roles;
}

}  // namespace

const WindowsMachine& machine_of(const Source& source, const plan::ScenarioPlan& plan) {
  const xml::Element root = source.document.root();
  if (!has(root, "machine")) return machine_of_profile(plan.profile);
  const std::string name = text(root, "machine");
  if (const WindowsMachine* const machine = find_windows_machine(name)) return *machine;
  std::vector<std::string_view> names;
  for (const WindowsMachine& known : windows_machines()) names.push_back(known.name);
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = fmt::format("there are: {}", fmt::join(names, ", "));
  refuse_attribute(source, root, "machine", fmt::format("there is no machine '{}'", name),
                   std::move(hint));
}

void add_machine(const Source& source, plan::ScenarioPlan& plan) {
  const xml::Element root = source.document.root();
  if (!has(root, "machine")) {
    if (!has(root, "roles")) return;
    refuse_attribute(source, root, "roles", "roles are those of a machine", "add machine=");
  }
  const WindowsMachine& machine = machine_of(source, plan);
  plan.client = !machine.server;
  const std::vector<std::string> roles = read_roles(source, root, machine);
  if (plan.volumes.empty()) plan.volumes = standard_volumes();
  add_standard_folders(plan.volumes);
  // Documents name volumes by their ids, so these are settled here.
  Prng prng = Prng(plan.seed).fork(kMachineVolumeSalt);
  for (plan::VolumePlan& volume : plan.volumes) {
    if (volume.guid.is_null()) volume.guid = Guid::random(prng);
  }
  for (const InboxWriter& writer : inbox_writers()) {
    if (!has_writer(machine, writer)) continue;
    const bool wanted = writer.role.empty() || std::ranges::find(roles, writer.role) != roles.end();
    if (!wanted) continue;
    plan.writers.push_back(make_inbox_writer(writer, {machine, plan.volumes}));
    plan.writers.back().line = root.line();
  }
}

}  // namespace vsslab::scenario
