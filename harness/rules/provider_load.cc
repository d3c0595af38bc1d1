// Provider: registration and loading (spec: rules 3.1).
#include <fmt/format.h>

#include <map>

#include "core/limits.h"
#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

bool is_own_doing(Ev name) {
  switch (name) {
    case Ev::register_provider:
    case Ev::unregister_provider:
    case Ev::process_exit:
    case Ev::write:
    case Ev::event_log:
      return true;
    default:
      return false;
  }
}

// A provider is called only after RegisterProvider and until UnregisterProvider.
void check_registered(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const ProviderInfo& provider : run.providers()) {
    if (!provider.calls.has(Ev::register_provider)) continue;
    bool registered = false;
    for (const Call* call : provider.calls) {
      if (call->name == Ev::register_provider && call->ok()) registered = true;
      if (call->name == Ev::unregister_provider && call->ok()) registered = false;
      if (is_own_doing(call->name) || call->name == Ev::on_unload) continue;
      service.expect(registered, "calls to registered providers only", mention(run, *call),
                     {call->seq()});
    }
  }
}

constinit const Rule kRegistered{
    {.id = "VSSP-REG-001",
     .slug = "registered-providers-only",
     .level = Level::must,
     .title = "A provider is called only while it is registered.",
     .source = "shadow-copy-provider-registration-and-loading.md",
     .cause = "The service called a provider that was taken off.",
     .next_step = "Compare Register and Unregister with the provider's calls.",
     .fails_on = "0 P Register id=aa  1 P Unregister id=aa  2 P IsVolumeSupported volume=C:\\",
     .passes_on = "0 P Register id=aa  1 P IsVolumeSupported volume=C:\\"},
    check_registered};

// Registering a known id gives VSS_E_PROVIDER_ALREADY_REGISTERED; unregistering an unknown one
// VSS_E_PROVIDER_NOT_REGISTERED, one in use VSS_E_PROVIDER_IN_USE.
void check_register_codes(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::string, bool> known;
  for (const Call* made : run.calls()) {
    const Call& call = *made;
    const bool adds = call.name == Ev::register_provider;
    if (!adds && call.name != Ev::unregister_provider) continue;
    if (call.kind == ActorKind::writer) continue;  // IVssExpressWriter has methods of that name
    if (!call.returned() || call.hr() == hr::access_denied) continue;
    const std::string id = guid_text(run.arg(call, "id").value_or(""));
    bool& there = known[id];
    const Hr wrong = adds ? hr::provider_already_registered : hr::provider_not_registered;
    const bool must_fail = adds == there;
    const bool in_use = !adds && call.hr() == hr::provider_in_use;
    if (must_fail || call.hr() == wrong) {
      service.expect(must_fail && call.hr() == wrong,
                     must_fail ? hresult_name(wrong) : std::string("success"),
                     fmt::format("{} of {}: {}", mention(run, call), id, hresult_name(call.hr())),
                     {call.seq()});
    } else if (!in_use) {
      service.saw();
    }
    if (call.ok()) there = adds;
  }
}

constinit const Rule kRegisterCodes{
    {.id = "VSSP-REG-002",
     .slug = "registration-codes",
     .level = Level::must,
     .title = "A second registration gives VSS_E_PROVIDER_ALREADY_REGISTERED, and taking off an "
              "unknown provider VSS_E_PROVIDER_NOT_REGISTERED.",
     .source = "nf-vsadmin-ivssadmin-registerprovider.md, "
               "nf-vsadmin-ivssadmin-unregisterprovider.md",
     .cause = "The service keeps no account of its providers.",
     .next_step = "Compare the ids of Register and Unregister.",
     .fails_on = "0 P Register id=aa  1 P Register id=aa hr=S_OK",
     .passes_on = "0 P Register id=aa  1 P Register id=aa hr=VSS_E_PROVIDER_ALREADY_REGISTERED"},
    check_register_codes};

// OnLoad returns S_OK, E_OUTOFMEMORY, E_INVALIDARG or VSS_E_PROVIDER_VETO.
void check_on_load(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::on_load || !call->returned() || is_lost_connection(call->hr()))
        continue;
      verdicts.expect(may_return(Ev::on_load, call->hr()),
                      "S_OK, E_OUTOFMEMORY, E_INVALIDARG or VSS_E_PROVIDER_VETO",
                      mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kOnLoad{
    {.id = "VSSP-LOAD-002",
     .slug = "on-load-codes",
     .level = Level::must,
     .title = "OnLoad returns S_OK, E_OUTOFMEMORY, E_INVALIDARG or VSS_E_PROVIDER_VETO.",
     .source = "nf-vsprov-ivssprovidernotifications-onload.md",
     .cause = "The provider hands on the code of a call it made.",
     .next_step = "Write an event-log entry and return VSS_E_PROVIDER_VETO.",
     .fails_on = "0 P OnLoad hr=E_FAIL",
     .passes_on = "0 P OnLoad hr=S_OK"},
    check_on_load};

// OnUnload with force must return S_OK; S_FALSE ("busy") only without force.
void check_on_unload(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::on_unload || !call->returned() || is_lost_connection(call->hr())) {
        continue;
      }
      const bool force = run.arg_is(*call, "force", "yes");
      verdicts.expect(call->hr() == hr::ok || (!force && call->hr() == hr::s_false),
                      force ? "S_OK, for the provider is forced" : "S_OK, or S_FALSE when busy",
                      mention(run, *call) + ": " + hresult_name(call->hr()), {call->last_seq()});
    }
  }
}

constinit const Rule kOnUnload{
    {.id = "VSSP-LOAD-003",
     .slug = "forced-unload",
     .level = Level::must,
     .title = "OnUnload returns S_OK when it is forced, and S_FALSE for busy only when it is not.",
     .source = "nf-vsprov-ivssprovidernotifications-onunload.md",
     .cause = "The provider answers that it is busy without looking at the argument.",
     .next_step = "Give everything up and return S_OK when bForceUnload is true.",
     .fails_on = "0 P OnUnload force=yes hr=S_FALSE",
     .passes_on = "0 P OnUnload force=no hr=S_FALSE"},
    check_on_unload};

// Ours: a machine that goes down waits so long for a provider and no longer.
void check_unload_limit(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    for (const Call* call : provider.calls) {
      if (call->name != Ev::on_unload || !run.arg_is(*call, "force", "yes")) continue;
      require_within(run, out, provider.name, *call, limits::kProviderUnloadLimit);
    }
  }
}

constinit const Rule kUnloadLimit{
    {.id = "VSSP-LOAD-004",
     .slug = "unload-in-time",
     .level = Level::should,
     .title = "A forced OnUnload returns within ten seconds (provider_unload_limit), for the "
              "machine goes down and waits no longer.",
     .source = "nf-vsprov-ivssprovidernotifications-onunload.md",
     .cause = "The provider tidies up, or waits for something, when it should let go.",
     .next_step = "Give everything up at once when bForceUnload is true; tidy up in OnLoad.",
     .fails_on = "0 P OnUnload enter force=yes  20 P OnUnload leave force=yes",
     .passes_on = "0 P OnUnload enter force=yes  1 P OnUnload leave force=yes"},
    check_unload_limit};

constexpr const Rule* kRules[] = {&kRegistered, &kRegisterCodes, &kOnLoad, &kOnUnload,
                                  &kUnloadLimit};

}  // namespace

RuleSpan provider_load_rules() { return kRules; }

}  // namespace vsslab::rules
