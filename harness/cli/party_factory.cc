#include "cli/party_factory.h"

#include <fmt/format.h>

#include "core/suggest.h"
#include "mock-provider/defects/defects.h"
#include "mock-provider/system/provider.h"
#include "mock-writers/factory.h"
#include "mock-writers/presets/presets.h"

namespace vsslab::cli {
namespace {

constexpr int kSystemProvider = 1;    // VSS_PROV_SYSTEM
constexpr int kSoftwareProvider = 2;  // VSS_PROV_SOFTWARE

Result<Parties::Provider> make_provider(const plan::ProviderPlan& plan, VolumeSet& volumes) {
  const ProviderDefect* const defect = find_provider_defect(plan.class_name);
  if (!plan.class_name.empty() && defect == nullptr) {
    std::vector<std::string_view> names;
    for (const ProviderDefect& known : provider_defects()) names.push_back(known.name);
    return fail(Error{fmt::format("there is no provider class '{}'", plan.class_name),
                      {},
                      0,
                      {},
                      did_you_mean(plan.class_name, names)});
  }
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

// Presets are programs with a wmain; they get their own name and no arguments.
Result<PartyMain> make_preset(const std::string& name, PresetKind kind) {
  const Preset* preset = find_preset(name, kind);
  if (preset == nullptr) {
    std::vector<std::string_view> names;
    for (const Preset& known : presets()) {
      if (known.kind == kind) names.push_back(known.name);
    }
    return fail(
        Error{fmt::format("there is no preset '{}'", name), {}, 0, {}, did_you_mean(name, names)});
  }
  return PartyMain([main = preset->main, program = std::wstring(name.begin(), name.end())] {
    std::wstring self = program + L".exe";
    wchar_t* arguments[] = {self.data(), nullptr};
    return main(1, arguments);
  });
}

Result<PartyMain> make_writer(const plan::WriterPlan& plan, std::uint64_t seed) {
  if (plan.kind == plan::WriterKind::preset) {
    return make_preset(plan.class_name, PresetKind::writer);
  }
  return mock::make_writer_main(plan, seed);
}

Result<PartyMain> make_requester(const plan::RequesterPlan& plan) {
  return make_preset(plan.class_name, PresetKind::requester);
}

}  // namespace

const Parties& party_factory() {
  static const Parties parties{
      .writer = make_writer,
      .requester = make_requester,
      .provider = make_provider,
  };
  return parties;
}

}  // namespace vsslab::cli
