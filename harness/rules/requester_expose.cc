// Requester: exposing shadow copies and going back to one (spec: rules 2.13).
#include <fmt/format.h>

#include <map>
#include <string>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

constexpr std::uint32_t kLocally = 0x00100000;   // VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY
constexpr std::uint32_t kRemotely = 0x00200000;  // VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY

struct Copy {
  std::uint32_t attributes = 0;
  const Call* made = nullptr;
  const Call* exposed = nullptr;
};

// Walks through the run with the copies as they are at each call; those of which the journal does
// not tell how they were made are left out.
template <class Look>
void for_each_call_of_copy(const RunView& run, Findings& out, Ev name, Look look) {
  std::map<std::string, Copy> copies;  // by id
  ServiceVerdicts service(out);
  for (const Call* call : run.calls()) {
    if (call->name == Ev::snapshot_created) {
      copies[guid_text(run.arg(*call, "snapshot").value_or(""))] = {
          run.arg_mask(*call, "attributes").value_or(0), call, nullptr};
      continue;
    }
    if (call->name == Ev::snapshot_deleted) {
      copies.erase(guid_text(run.arg(*call, "snapshot").value_or("")));
      continue;
    }
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    const bool exposes = call->name == Ev::expose_snapshot;
    const bool hides = call->name == Ev::unexpose_snapshot;
    if (call->name != name && !exposes && !hides) continue;
    const auto copy = copies.find(guid_text(run.arg(*call, "id").value_or("")));
    if (copy == copies.end()) continue;
    if (call->name == name) {
      Verdicts verdicts(out, run.actor_name(*call));
      look(*call, copy->second, verdicts, service);
    }
    if (exposes && call->ok()) copy->second.exposed = call;
    if (hides && call->ok()) copy->second.exposed = nullptr;
  }
}

void expect_refusal(const RunView& run, const Call& call, ServiceVerdicts& service) {
  if (!expected_state(run, call)) return;
  service.expect(call.refused(), "a refusal", mention(run, call) + ": " + hresult_name(call.hr()),
                 {call.seq()});
}

// Local exposure is for persistent copies.
void check_local(const RunView& run, Findings& out) {
  for_each_call_of_copy(
      run, out, Ev::expose_snapshot,
      [&](const Call& call, const Copy& copy, Verdicts& verdicts, ServiceVerdicts& service) {
        if ((run.arg_mask(call, "attributes").value_or(0) & kLocally) == 0) return;
        verdicts.saw();
        if ((copy.attributes & kPersistent) != 0) return;
        verdicts.fail("a persistent shadow copy", mention(run, call) + " names one that is not",
                      {copy.made->seq(), call.seq()});
        expect_refusal(run, call, service);
      });
}

#define VSSLAB_EX_COPY_WITH(attributes) \
  VSSLAB_EX_SNAPPED "4 C SnapshotCreated snapshot=11 volume=C:\\ attributes=" attributes "\n"

constinit const Rule kLocal{
    {.id = "VSSR-EXPOSE-001",
     .slug = "local-exposure-of-persistent",
     .level = Level::must,
     .title = "Only a persistent shadow copy is exposed locally; VSS refuses others.",
     .source = "nf-vsbackup-ivssbackupcomponents-exposesnapshot.md",
     .cause = "The copy was made in a context whose copies go with the object.",
     .next_step = "Use a context with VSS_VOLSNAP_ATTR_PERSISTENT, or read the copy by its device.",
     .fails_on = VSSLAB_EX_COPY_WITH("0x0") "5 R ExposeSnapshot id=11 attributes=0x100000 name=X: "
                                            "hr=E_INVALIDARG",
     .passes_on =
         VSSLAB_EX_COPY_WITH("0x19") "5 R ExposeSnapshot id=11 attributes=0x100000 name=X:"},
    check_local};

// Client-accessible copies cannot be exposed at all.
void check_not_client(const RunView& run, Findings& out) {
  for_each_call_of_copy(
      run, out, Ev::expose_snapshot,
      [&](const Call& call, const Copy& copy, Verdicts& verdicts, ServiceVerdicts& service) {
        verdicts.saw();
        if ((copy.attributes & kClientAccessible) == 0) return;
        verdicts.fail("a shadow copy that is not client-accessible",
                      mention(run, call) + " names one that is", {copy.made->seq(), call.seq()});
        expect_refusal(run, call, service);
      });
}

constinit const Rule kNotClient{
    {.id = "VSSR-EXPOSE-002",
     .slug = "no-exposure-of-client-accessible",
     .level = Level::must,
     .title = "A client-accessible shadow copy is not exposed; VSS refuses it.",
     .source = "nf-vsbackup-ivssbackupcomponents-exposesnapshot.md",
     .cause = "Clients reach such a copy as a previous version, not by a drive or share.",
     .next_step = "Make the copy in the context VSS_CTX_NAS_ROLLBACK or VSS_CTX_APP_ROLLBACK.",
     .fails_on = VSSLAB_EX_COPY_WITH("0x1d") "5 R ExposeSnapshot id=11 attributes=0x100000 name=X: "
                                             "hr=E_INVALIDARG",
     .passes_on =
         VSSLAB_EX_COPY_WITH("0x19") "5 R ExposeSnapshot id=11 attributes=0x100000 name=X:"},
    check_not_client};

// The attribute is exactly one of EXPOSED_LOCALLY / EXPOSED_REMOTELY.
void check_attribute(const RunView& run, Findings& out) {
  for_each_call_of_copy(
      run, out, Ev::expose_snapshot,
      [&](const Call& call, const Copy&, Verdicts& verdicts, ServiceVerdicts& service) {
        const auto attributes = run.arg_mask(call, "attributes");
        if (!attributes) return;
        verdicts.saw();
        if (*attributes == kLocally || *attributes == kRemotely) return;
        verdicts.fail("VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY or VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY",
                      fmt::format("{:#x}", *attributes), {call.seq()});
        expect_refusal(run, call, service);
      });
}

constinit const Rule kAttribute{
    {.id = "VSSR-EXPOSE-003",
     .slug = "one-way-of-exposure",
     .level = Level::must,
     .title = "A shadow copy is exposed locally or remotely, and VSS refuses both and neither.",
     .source = "nf-vsbackup-ivssbackupcomponents-exposesnapshot.md",
     .cause = "The attributes of the copy were handed in, or 0.",
     .next_step = "Pass one of the two attributes alone.",
     .fails_on = VSSLAB_EX_COPY_WITH("0x19") "5 R ExposeSnapshot id=11 attributes=0x300000 name=X: "
                                             "hr=E_INVALIDARG",
     .passes_on =
         VSSLAB_EX_COPY_WITH("0x19") "5 R ExposeSnapshot id=11 attributes=0x100000 name=X:"},
    check_attribute};

// UnexposeSnapshot of a non-exposed copy gives VSS_E_OBJECT_NOT_FOUND.
void check_unexpose(const RunView& run, Findings& out) {
  for_each_call_of_copy(
      run, out, Ev::unexpose_snapshot,
      [&](const Call& call, const Copy& copy, Verdicts& verdicts, ServiceVerdicts& service) {
        verdicts.saw();
        if (copy.exposed != nullptr || !expected_state(run, call)) return;
        service.expect(call.hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                       mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
      });
}

constinit const Rule kUnexpose{
    {.id = "VSSR-EXPOSE-005",
     .slug = "unexpose-what-is-exposed",
     .level = Level::must,
     .title = "UnexposeSnapshot of a copy that is not exposed gives VSS_E_OBJECT_NOT_FOUND.",
     .source = "nf-vsbackup-ivssbackupcomponentsex2-unexposesnapshot.md",
     .cause = "VSS claims to have taken back what it never gave.",
     .next_step = "Look for the ExposeSnapshot of the same copy.",
     .fails_on = VSSLAB_EX_COPY_WITH("0x19") "5 R UnexposeSnapshot id=11 hr=S_OK",
     .passes_on =
         VSSLAB_EX_COPY_WITH("0x19") "5 R UnexposeSnapshot id=11 hr=VSS_E_OBJECT_NOT_FOUND"},
    check_unexpose};

// Revert works only on persistent copies (else VSS_E_UNSUPPORTED_CONTEXT).
void check_revert(const RunView& run, Findings& out) {
  for_each_call_of_copy(
      run, out, Ev::revert_to_snapshot,
      [&](const Call& call, const Copy& copy, Verdicts& verdicts, ServiceVerdicts& service) {
        verdicts.saw();
        if ((copy.attributes & kPersistent) != 0) return;
        verdicts.fail("a persistent shadow copy", mention(run, call) + " names one that is not",
                      {copy.made->seq(), call.seq()});
        if (!expected_state(run, call)) return;
        service.expect(call.hr() == hr::unsupported_context, "VSS_E_UNSUPPORTED_CONTEXT",
                       mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
      });
}

constinit const Rule kRevert{
    {.id = "VSSR-REVERT-001",
     .slug = "revert-to-persistent",
     .level = Level::must,
     .title = "A volume is reverted to a persistent shadow copy only; VSS answers "
              "VSS_E_UNSUPPORTED_CONTEXT for others.",
     .source = "nf-vsbackup-ivssbackupcomponents-reverttosnapshot.md",
     .cause = "The copy was made in a context whose copies go with the object.",
     .next_step = "Use a context with VSS_VOLSNAP_ATTR_PERSISTENT for copies to go back to.",
     .fails_on = VSSLAB_EX_COPY_WITH("0x0") "5 R RevertToSnapshot id=11 force=yes "
                                            "hr=VSS_E_UNSUPPORTED_CONTEXT",
     .passes_on = VSSLAB_EX_COPY_WITH("0x19") "5 R RevertToSnapshot id=11 force=yes"},
    check_revert};

}  // namespace

RuleSpan requester_expose_rules() {
  static constexpr const Rule* kRules[] = {&kLocal, &kNotClient, &kAttribute, &kUnexpose, &kRevert};
  return kRules;
}

}  // namespace vsslab::rules
