#include "sdk/party_factory.h"

#include <fmt/format.h>

#include "core/suggest.h"
#include "mock-provider/defects/defects.h"
#include "mock-provider/system/provider.h"
#include "mock-writers/defects/defects.h"
#include "mock-writers/factory.h"
#include "mock-writers/presets/presets.h"
#include "mock-writers/requesters/defects.h"
#include "mock-writers/sqlite/ledger.h"
#include "rules/names.h"
#include "rules/rule.h"
#include "scenario/inbox/inbox.h"

namespace vsslab::sdk {
namespace {

constexpr int kSystemProvider = 1;    // VSS_PROV_SYSTEM
constexpr int kSoftwareProvider = 2;  // VSS_PROV_SOFTWARE

Error no_provider(const std::string& name) {
  std::vector<std::string_view> names;
  for (const ProviderDefect& known : provider_defects()) names.push_back(known.name);
  return Error{
      fmt::format("there is no provider class '{}'", name), {}, 0, {}, did_you_mean(name, names)};
}

Error no_defect(const std::string& name) {
  std::vector<std::string_view> names;
  for (const mock::Defect& known : mock::defects()) names.push_back(known.name);
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = "'vsslab list defects' names them";
  return Error{fmt::format("there is no defective writer '{}'", name), {}, 0, {}, std::move(hint)};
}

Result<Parties::Provider> make_provider(const plan::ProviderPlan& plan, VolumeSet& volumes) {
  const ProviderDefect* const defect = find_provider_defect(plan.class_name);
  if (!plan.class_name.empty() && defect == nullptr) return fail(no_provider(plan.class_name));
  SystemProviderOptions options;
  if (plan.provider_id) options.id = *plan.provider_id;
  options.volumes = plan.volumes;
  options.copies_per_volume_max = plan.copies_per_volume_max;
  Parties::Provider provider;
  provider.id = options.id;
  provider.type = plan.provider_id ? kSoftwareProvider : kSystemProvider;
  provider.object =
      defect != nullptr ? defect->make(volumes, options) : make_system_provider(volumes, options);
  return provider;
}

// Programs with a wmain; they get their own name and no arguments.
PartyMain program_main(int (*main)(int, wchar_t**), std::string_view name) {
  return PartyMain([main, program = std::wstring(name.begin(), name.end())] {
    std::wstring self = program + L".exe";
    wchar_t* arguments[] = {self.data(), nullptr};
    return main(1, arguments);
  });
}

Result<PartyMain> make_preset(const std::string& name, PresetKind kind) {
  const Preset* preset = find_preset(name, kind);
  if (preset == nullptr) {
    std::vector<std::string_view> names;
    for (const Preset& known : presets()) {
      if (known.kind == kind) names.push_back(known.name);
    }
    if (kind == PresetKind::requester) {
      for (const mock::RequesterDefect& known : mock::requester_defects()) {
        names.push_back(known.name);
      }
    }
    if (kind == PresetKind::writer) {
      for (const scenario::InboxWriter& known : scenario::inbox_writers()) {
        names.push_back(known.preset);
      }
    }
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = "'vsslab list writers' names them";
    return fail(Error{fmt::format("there is no preset '{}'", name), {}, 0, {}, std::move(hint)});
  }
  return program_main(preset->main, name);
}

Result<PartyMain> make_writer(const plan::WriterPlan& plan, std::uint64_t seed) {
  if (plan.kind == plan::WriterKind::preset) {
    return make_preset(plan.class_name, PresetKind::writer);
  }
  return mock::make_writer_main(plan, seed);
}

// A preset, or a requester with a bug: no name is both.
Result<PartyMain> make_requester(const plan::RequesterPlan& plan) {
  const mock::RequesterDefect* const defect = mock::find_requester_defect(plan.class_name);
  if (defect != nullptr) return program_main(defect->main, defect->name);
  return make_preset(plan.class_name, PresetKind::requester);
}

}  // namespace

namespace {

Error no_event(const std::string& name) {
  std::vector<std::string_view> names;
  for (int i = 1; i < static_cast<int>(rules::Ev::count); ++i) {
    names.push_back(rules::event_name(static_cast<rules::Ev>(i)));
  }
  return Error{fmt::format("there is no event '{}'", name), {}, 0, {}, did_you_mean(name, names)};
}

}  // namespace

Result<void> check_classes(const plan::ScenarioPlan& plan) {
  const auto refuse = [&](Error error, int line) {
    return tl::make_unexpected(std::move(error).at(plan.file, line));
  };
  for (const plan::WriterPlan& writer : plan.writers) {
    if (writer.kind != plan::WriterKind::preset && writer.kind != plan::WriterKind::defect)
      continue;
    if (writer.kind == plan::WriterKind::defect && !mock::find_defect(writer.class_name)) {
      return refuse(no_defect(writer.class_name), writer.line);
    }
    if (auto made = make_writer(writer, 0); !made) return refuse(made.error(), writer.line);
  }
  for (const plan::RequesterPlan& requester : plan.requesters) {
    if (requester.class_name.empty()) continue;
    if (auto made = make_requester(requester); !made) return refuse(made.error(), requester.line);
  }
  for (const plan::ProviderPlan& provider : plan.providers) {
    if (provider.class_name.empty() || find_provider_defect(provider.class_name)) continue;
    return refuse(no_provider(provider.class_name), provider.line);
  }
  for (const plan::ExpectRule& rule : plan.expect.rules) {
    if (find_rule(rule.id) != nullptr) continue;
    std::vector<std::string_view> ids;
    for (const Rule* known : catalogue()) ids.push_back(known->card.id);
    return refuse(
        Error{fmt::format("there is no rule '{}'", rule.id), {}, 0, {}, did_you_mean(rule.id, ids)},
        rule.line);
  }
  for (const plan::ExpectEvent& event : plan.expect.events) {
    for (const std::string& name : {event.name, event.of}) {
      if (name.empty() || rules::find_event(name) != rules::Ev::unknown) continue;
      return refuse(no_event(name), event.line);
    }
  }
  return {};
}

const Parties& party_factory() {
  static const Parties parties{
      .writer = make_writer,
      .requester = make_requester,
      .provider = make_provider,
      .look_at_database =
          [](const std::string& path) {
            const mock::sqlite::Examination found = mock::sqlite::examine(path);
            return Parties::DatabaseState{found.integrity, found.transactions, found.complete,
                                          found.recovered};
          },
  };
  return parties;
}

}  // namespace vsslab::sdk
