// The party under test: where `vsslab conform` takes it from, and how it is put into a run in the
// place that a scenario marks with subject="yes".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "journal/event.h"
#include "plan/plan.h"
#include "run/parties.h"

namespace vsslab::sdk {

enum class Role : std::uint8_t { writer, requester, provider };

Result<Role> parse_role(std::string_view word);
std::string_view role_name(Role role);  // "writer"
ActorKind actor_kind(Role role);

struct Subject {
  Role role = Role::writer;
  std::string name;   // "libmywriter.so", for people
  std::string flags;  // how the command line names it
  // Writers and requesters; made anew for each run, in its lane.
  std::function<Result<PartyMain>(std::uint64_t seed)> main;
  // Providers.
  std::function<Result<Parties::Provider>(const plan::ProviderPlan&, VolumeSet&)> provider;
  // A program of its own; then neither of the two.
  std::optional<plan::ProgramPlan> program;
};

// A preset, or a class with a named defect.
Result<Subject> class_subject(Role role, const std::string& name);

// A shared library. `arguments`: what its main function gets behind its name.
Result<Subject> library_subject(Role role, const std::string& path,
                                const std::vector<std::string>& arguments);

// A program of its own.
Result<Subject> program_subject(Role role, const std::string& path,
                                const std::vector<std::string>& arguments);
// Puts it into the marked place, which there is. The scenario is played in real time from then on;
// its waits of a minute or more become a sixtieth; whether there were any.
bool put_program(plan::ScenarioPlan& plan, const Subject& subject);
// The longest wait that the scenario itself asks for.
Duration long_wait_of(const plan::ScenarioPlan& plan);

// The same parties, with the subject wherever a plan asks for it. Both outlive the result.
Parties with_subject(const Parties& parties, const Subject& subject);

// The name of the party under test in the plan; empty when none of that role is marked.
std::string subject_name(const plan::ScenarioPlan& plan, Role role);

}  // namespace vsslab::sdk
