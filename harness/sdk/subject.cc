#include "sdk/subject.h"

#include <array>

#include <fmt/format.h>

#include "core/suggest.h"
#include "mock-provider/defects/defects.h"
#include "mock-writers/defects/defects.h"
#include "mock-writers/presets/presets.h"
#include "mock-writers/requesters/defects.h"
#include "sdk/party_factory.h"

namespace vsslab::sdk {
namespace {

constexpr std::array<std::string_view, 3> kRoles{"writer", "requester", "provider"};

// The reference provider's name as a class: what `vsslab conform provider system` tests.
constexpr std::string_view kReference = "system";

std::vector<std::string_view> sound_names(Role role) {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) {
    const PresetKind wanted = role == Role::writer ? PresetKind::writer : PresetKind::requester;
    if (role != Role::provider && preset.kind == wanted) names.push_back(preset.name);
  }
  if (role == Role::provider) names.push_back(kReference);
  return names;
}

std::vector<std::string_view> class_names(Role role) {
  std::vector<std::string_view> names = sound_names(role);
  if (role == Role::writer) {
    for (const mock::Defect& defect : mock::defects()) names.push_back(defect.name);
  }
  if (role == Role::requester) {
    for (const mock::RequesterDefect& defect : mock::requester_defects()) {
      names.push_back(defect.name);
    }
  }
  if (role == Role::provider) {
    for (const ProviderDefect& defect : provider_defects()) names.push_back(defect.name);
  }
  return names;
}

plan::WriterPlan writer_plan(const std::string& name) {
  plan::WriterPlan plan;
  plan.name = name;
  plan.friendly_name = name;
  plan.kind = find_preset(name, PresetKind::writer) != nullptr ? plan::WriterKind::preset
                                                               : plan::WriterKind::defect;
  plan.class_name = name;
  return plan;
}

}  // namespace

Result<Role> parse_role(std::string_view word) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == word) return static_cast<Role>(i);
  }
  Error error{fmt::format("'{}' is no kind of party", word), {}, 0, {}, {}};
  error.hint = did_you_mean(word, {kRoles.begin(), kRoles.end()});
  if (error.hint.empty()) error.hint = "valid: writer, requester, provider";
  return fail(std::move(error));
}

std::string_view role_name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

ActorKind actor_kind(Role role) {
  if (role == Role::writer) return ActorKind::writer;
  return role == Role::requester ? ActorKind::requester : ActorKind::provider;
}

Result<Subject> class_subject(Role role, const std::string& name) {
  const std::vector<std::string_view> names = class_names(role);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    Error error{fmt::format("there is no {} class '{}'", role_name(role), name), {}, 0, {}, {}};
    error.hint = did_you_mean(name, names);
    if (error.hint.empty()) {
      error.hint = fmt::format(
          "valid: {}, or a class of 'vsslab list defects'; a shared library is "
          "named by --library",
          fmt::join(sound_names(role), ", "));
    }
    return fail(std::move(error));
  }
  Subject subject{role, name, name, {}, {}, {}};
  if (role == Role::writer) {
    subject.main = [plan = writer_plan(name)](std::uint64_t seed) {
      return party_factory().writer(plan, seed);
    };
  } else if (role == Role::requester) {
    plan::RequesterPlan plan;
    plan.class_name = name;
    subject.main = [plan](std::uint64_t) { return party_factory().requester(plan); };
  } else {
    subject.provider = [name](const plan::ProviderPlan& wanted, VolumeSet& volumes) {
      plan::ProviderPlan plan = wanted;
      plan.class_name = name == kReference ? std::string() : name;
      return party_factory().provider(plan, volumes);
    };
  }
  return subject;
}

Parties with_subject(const Parties& parties, const Subject& subject) {
  Parties result = parties;
  if (subject.program) return result;
  const auto here = [&subject](Role role, bool marked) { return marked && subject.role == role; };
  result.writer = [&parties, &subject, here](const plan::WriterPlan& plan, std::uint64_t seed) {
    return here(Role::writer, plan.subject) ? subject.main(seed) : parties.writer(plan, seed);
  };
  result.requester = [&parties, &subject, here](const plan::RequesterPlan& plan) {
    return here(Role::requester, plan.subject) ? subject.main(0) : parties.requester(plan);
  };
  result.provider = [&parties, &subject, here](const plan::ProviderPlan& plan, VolumeSet& volumes) {
    return here(Role::provider, plan.subject) ? subject.provider(plan, volumes)
                                              : parties.provider(plan, volumes);
  };
  return result;
}

namespace {

template <class Plans>
std::string marked_name(const Plans& plans) {
  for (const auto& plan : plans) {
    if (plan.subject) return plan.name;
  }
  return {};
}

}  // namespace

std::string subject_name(const plan::ScenarioPlan& plan, Role role) {
  if (role == Role::writer) return marked_name(plan.writers);
  if (role == Role::requester) return marked_name(plan.requesters);
  return marked_name(plan.providers);
}

}  // namespace vsslab::sdk
