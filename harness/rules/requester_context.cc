// Requester: the context (spec: rules 2.3).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

// Bits that make up the contexts themselves.
constexpr std::uint32_t kContextBits =
    kPersistent | kClientAccessible | kNoAutoRelease | kNoWriters;
constexpr std::uint32_t kContexts[] = {0x00, 0x10, 0x09, 0x19, 0x1D, 0x0D};
constexpr std::uint32_t kNoAutorecovery = 0x00000002;
constexpr std::uint32_t kNotTransacted = 0x00000080;
constexpr std::uint32_t kRollbackRecovery = 0x00800000;
constexpr std::uint32_t kTxfRecovery = 0x02000000;
// A requester may add these; the last four by the attribute pages and the tools (X20).
constexpr std::uint32_t kModifiers = kTransportable | kDifferential | kPlex | kNoAutorecovery |
                                     kNotTransacted | kRollbackRecovery | kTxfRecovery;
// NOT_SURFACED, HARDWARE_ASSISTED, IMPORTED, EXPOSED_LOCALLY, EXPOSED_REMOTELY, AUTORECOVER.
constexpr std::uint32_t kSetByVss =
    0x00000040 | 0x00010000 | 0x00080000 | 0x00100000 | 0x00200000 | 0x00400000;

std::string mask_text(std::uint32_t mask) { return fmt::format("0x{:08x}", mask); }

// Looks at every context that a requester asked for, refused or not.
template <class Good>
void check_masks(const RunView& run, Findings& out, std::string_view expected, Good good) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::set_context) continue;
      const auto mask = run.arg_mask(*call, "context");
      if (!mask || *mask == kContextAll) continue;
      verdicts.expect(good(*mask), expected, mention(run, *call) + ": " + mask_text(*mask),
                      {call->seq()});
    }
  }
}

// The context defaults to VSS_CTX_BACKUP.
void check_default(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.calls.first_ok(Ev::set_context) != nullptr) continue;
    for (const Call* call : session.providers) {
      if (call->name != Ev::begin_prepare_snapshot) continue;
      const auto context = run.arg_mask(*call, "context");
      if (!context) continue;
      service.expect(*context == 0, "0x00000000 (VSS_CTX_BACKUP), for SetContext was not called",
                     mention(run, *call) + ": " + mask_text(*context), {call->seq()});
    }
  }
}

constinit const Rule kDefault{
    {.id = "VSSR-CTX-001",
     .slug = "context-default",
     .level = Level::must,
     .title = "Without SetContext a shadow copy is made in the context VSS_CTX_BACKUP.",
     .source = "nf-vsbackup-ivssbackupcomponents-setcontext.md",
     .cause = "The service handed another context to the provider.",
     .next_step = "Compare the context of BeginPrepareSnapshot with the requester's calls.",
     .fails_on = VSSLAB_EX_GATHERED "2 P BeginPrepareSnapshot context=0x00000009",
     .passes_on = VSSLAB_EX_GATHERED "2 P BeginPrepareSnapshot context=0x00000000"},
    check_default};

// SetContext is called at most once and before most other calls; out of order gives
// VSS_E_BAD_STATE. (X02: before StartSnapshotSet; after GatherWriterMetadata VSSR-INIT-010 warns.)
void check_once(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::ctx_002,
              "the context is fixed once and before the shadow copy set is opened");
}

constinit const Rule kOnce{
    {.id = "VSSR-CTX-002",
     .slug = "set-context-once",
     .level = Level::must,
     .title = "SetContext is called once at most and before StartSnapshotSet, else VSS answers "
              "VSS_E_BAD_STATE.",
     .source = "nf-vsbackup-ivssbackupcomponents-setcontext.md",
     .cause = "The context is set again for a second attempt on the same object, or too late.",
     .next_step = "Call SetContext once, right after InitializeForBackup.",
     .fails_on = VSSLAB_EX_NO_WRITERS "1 R SetContext context=0x0 hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_NO_WRITERS},
    check_once};

// SetContext during a restore gives VSS_E_BAD_STATE.
void check_not_in_restore(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::ctx_003, "a context belongs to the making of shadow copies");
}

constinit const Rule kNotInRestore{
    {.id = "VSSR-CTX-003",
     .slug = "no-context-in-restore",
     .level = Level::must,
     .title = "SetContext is not called in a restore, and VSS answers VSS_E_BAD_STATE to it.",
     .source = "nf-vsbackup-ivssbackupcomponents-setcontext.md",
     .cause = "Code shared between backup and restore sets the context in both.",
     .next_step = "Leave SetContext out after InitializeForRestore.",
     .fails_on = "0 R InitializeForRestore  1 R SetContext context=0x0 hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_NO_WRITERS},
    check_not_in_restore};

// CTX_ALL is for administration (query, delete, break, expose) and cannot be used to create.
void check_all_never_creates(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::ctx_004, "VSS_CTX_ALL only finds shadow copies of any context");
}

constinit const Rule kAllNeverCreates{
    {.id = "VSSR-CTX-004",
     .slug = "context-all-creates-nothing",
     .level = Level::must,
     .title = "No shadow copy set is started in the context VSS_CTX_ALL, and VSS refuses it.",
     .source = "shadow-copy-context-configurations.md, ne-vss-vss_snapshot_context.md",
     .cause = "One object is used to look for old copies and to make a new one.",
     .next_step = "Use VSS_CTX_ALL in an object of its own for Query, DeleteSnapshots and the "
                  "like.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0xFFFFFFFF  1 R StartSnapshotSet "
                                "hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet"},
    check_all_never_creates};

// Attributes a requester may or into a context: TRANSPORTABLE, and one of DIFFERENTIAL or PLEX.
// (X20: NO_AUTORECOVERY, NOT_TRANSACTED, ROLLBACK_RECOVERY and TXF_RECOVERY pass too.)
void check_known_bits(const RunView& run, Findings& out) {
  check_masks(run, out, "a context and attributes that a requester may add",
              [](std::uint32_t m) { return (m & ~(kContextBits | kModifiers | kSetByVss)) == 0; });
}

constinit const Rule kKnownBits{
    {.id = "VSSR-CTX-005",
     .slug = "context-modifiers",
     .level = Level::must,
     .title = "A context carries no attribute that a requester cannot ask for.",
     .source = "ne-vss-vss_snapshot_context.md, ne-vss-vss_volume_snapshot_attributes.md",
     .cause = "A mask of another function, or a wrong constant, was or-ed into the context.",
     .next_step = "Use TRANSPORTABLE and one of DIFFERENTIAL or PLEX, nothing else.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0x04000000",
     .passes_on = VSSLAB_EX_INIT "0 R SetContext context=0x00020020"},
    check_known_bits};

// DIFFERENTIAL and PLEX exclude one another.
void check_one_method(const RunView& run, Findings& out) {
  check_masks(run, out, "DIFFERENTIAL or PLEX, not both",
              [](std::uint32_t m) { return (m & kDifferential) == 0 || (m & kPlex) == 0; });
}

constinit const Rule kOneMethod{
    {.id = "VSSR-CTX-007",
     .slug = "differential-or-plex",
     .level = Level::must,
     .title = "A context asks for a differential or a plex copy, never for both.",
     .source = "ne-vss-vss_volume_snapshot_attributes.md",
     .cause = "Both options of the program were switched on.",
     .next_step = "Choose one, or none and let the provider choose.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0x00060000",
     .passes_on = VSSLAB_EX_INIT "0 R SetContext context=0x00040000"},
    check_one_method};

// None of them may modify CLIENT_ACCESSIBLE.
void check_client_accessible_plain(const RunView& run, Findings& out) {
  check_masks(run, out, "a client-accessible context without modifiers", [](std::uint32_t m) {
    return (m & kClientAccessible) == 0 || (m & (kTransportable | kDifferential | kPlex)) == 0;
  });
}

constinit const Rule kClientAccessiblePlain{
    {.id = "VSSR-CTX-008",
     .slug = "client-accessible-unmodified",
     .level = Level::must,
     .title = "A client-accessible context is not modified by TRANSPORTABLE, DIFFERENTIAL or PLEX.",
     .source = "ne-vss-vss_snapshot_context.md",
     .cause = "Shadow copies for shared folders were asked for with hardware options.",
     .next_step = "Use VSS_CTX_CLIENT_ACCESSIBLE alone, or another context.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0x0000003D",
     .passes_on = VSSLAB_EX_INIT "0 R SetContext context=0x0000001D"},
    check_client_accessible_plain};

// PERSISTENT, CLIENT_ACCESSIBLE, NO_AUTO_RELEASE, NO_WRITERS, NOT_SURFACED, HARDWARE_ASSISTED,
// IMPORTED, EXPOSED_*, AUTORECOVER are set by VSS, not passed in by hand.
void check_own_bits(const RunView& run, Findings& out) {
  check_masks(run, out, "a named context, whose own bits VSS sets", [](std::uint32_t m) {
    const auto* const end = std::end(kContexts);
    return (m & kSetByVss) == 0 && std::find(kContexts, end, m & kContextBits) != end;
  });
}

constinit const Rule kOwnBits{
    {.id = "VSSR-CTX-009",
     .slug = "attributes-of-vss",
     .level = Level::must,
     .title = "A context holds no attribute that VSS sets itself, beyond those of a named context.",
     .source = "ne-vss-vss_volume_snapshot_attributes.md",
     .cause = "The context was put together from attributes, for instance PERSISTENT alone.",
     .next_step = "Pass a member of VSS_SNAPSHOT_CONTEXT: APP_ROLLBACK is the persistent one with "
                  "writers, NAS_ROLLBACK the one without.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0x00000001",
     .passes_on = VSSLAB_EX_INIT "0 R SetContext context=0x00000009"},
    check_own_bits};

// CLIENT_ACCESSIBLE and CLIENT_ACCESSIBLE_WRITERS copies are made only by the system provider.
void check_system_provider(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    if (session.context == kContextAll || (session.context & kClientAccessible) == 0) continue;
    for (const Call* call : session.service) {
      if (call->name != Ev::provider_chosen) continue;
      const ProviderInfo* provider = run.find_provider(run.arg(*call, "provider").value_or(""));
      if (provider == nullptr || provider->type.empty()) continue;
      service.expect(provider->type == "VSS_PROV_SYSTEM", "the system provider",
                     fmt::format("{} ({})", provider->name, provider->type), {call->seq()});
    }
  }
}

constinit const Rule kSystemProvider{
    {.id = "VSSR-CTX-010",
     .slug = "client-accessible-by-system",
     .level = Level::must,
     .title = "Client-accessible shadow copies are made by the system provider only.",
     .source = "ne-vss-vss_snapshot_context.md",
     .cause = "The service chose another provider, or took the one that the requester named.",
     .next_step = "Pass GUID_NULL as provider, or use another context.",
     .fails_on =
         "0 P1 Register id=aa type=VSS_PROV_SOFTWARE\n" VSSLAB_EX_INIT
         "0 R SetContext context=0x1D  1 R StartSnapshotSet  2 C ProviderChosen volume=C:\\ "
         "provider=aa",
     .passes_on =
         "0 P1 Register id=aa type=VSS_PROV_SYSTEM\n" VSSLAB_EX_INIT
         "0 R SetContext context=0x1D  1 R StartSnapshotSet  2 C ProviderChosen volume=C:\\ "
         "provider=aa"},
    check_system_provider};

bool is_snapshot_event(Ev name) {
  switch (name) {
    case Ev::prepare_for_backup:
    case Ev::prepare_for_snapshot:
    case Ev::freeze:
    case Ev::thaw:
    case Ev::post_snapshot:
      return true;
    default:
      return false;
  }
}

// Writers take part in BACKUP, APP_ROLLBACK and CLIENT_ACCESSIBLE_WRITERS; not in
// FILE_SHARE_BACKUP, NAS_ROLLBACK, CLIENT_ACCESSIBLE.
void check_writers_by_context(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    const Call* made = session.calls.first(Ev::do_snapshot_set);
    if (made == nullptr || session.restore) continue;
    const Call* taken = nullptr;
    bool wanted = false;
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      wanted |= part.metadata != nullptr && part.gone == nullptr;
      for (const Call* call : part.calls) {
        if (taken == nullptr && is_snapshot_event(call->name)) taken = call;
      }
    }
    if (session.no_writers()) {
      service.saw();
      if (taken != nullptr) {
        service.fail("no writer is called in context " + mask_text(session.context),
                     mention(run, *taken), {made->seq(), taken->seq()});
      }
    } else if (wanted && !session.component_mode && ended_well(run, *made)) {
      service.expect(taken != nullptr,
                     "the writers take part in context " + mask_text(session.context),
                     "none was called", {made->seq()});
    } else if (taken != nullptr) {
      service.saw();
    }
  }
}

constinit const Rule kWritersByContext{
    {.id = "VSSR-CTX-011",
     .slug = "writers-by-context",
     .level = Level::must,
     .title = "Writers take part in a shadow copy exactly when its context is one with writers.",
     .source = "shadow-copy-context-configurations.md",
     .cause = "The service called writers in a context without them, or none in one with them.",
     .next_step = "Compare the context with the handlers that ran.",
     .fails_on = VSSLAB_EX_NO_WRITERS "1 R StartSnapshotSet  2 R DoSnapshotSet enter  3 W1 Freeze "
                                      "enter  3 W1 Freeze leave  4 R DoSnapshotSet leave",
     .passes_on = VSSLAB_EX_NO_WRITERS "1 R StartSnapshotSet  2 R DoSnapshotSet"},
    check_writers_by_context};

// Persistent contexts need NTFS volumes.
void check_ntfs(const RunView& run, Findings& out) {
  const VolumeNames names(run);
  std::map<std::string, const Call*> volumes;
  for (const Call* volume : run.lab_calls().all(Ev::volume)) {
    const std::string root = names.key(run.arg(*volume, "root").value_or(""));
    volumes.emplace(
        root.empty() ? names.key(volume_path(run.arg(*volume, "guid").value_or(""))) : root,
        volume);
  }
  if (volumes.empty()) return;
  for (const Session& session : run.sessions()) {
    if (session.context == kContextAll || (session.context & kPersistent) == 0) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_to_snapshot_set) continue;
      const auto volume = volumes.find(names.key(run.arg(*call, "volume").value_or("")));
      if (volume == volumes.end()) continue;
      const std::string_view system = run.arg(*volume->second, "file_system").value_or("");
      if (system.empty()) continue;
      verdicts.expect(same_text(system, "NTFS"), "an NTFS volume for a persistent shadow copy",
                      fmt::format("{} is {}", volume->first, system),
                      {volume->second->seq(), call->seq()});
    }
  }
}

constinit const Rule kNtfs{
    {.id = "VSSR-CTX-012",
     .slug = "persistent-needs-ntfs",
     .level = Level::must,
     .title = "Only NTFS volumes are added to a set in a persistent context.",
     .source = "shadow-copy-context-configurations.md",
     .cause = "A FAT volume is in the list of volumes.",
     .next_step = "Leave that volume out, or use a context that is not persistent.",
     .fails_on = "0 L Volume root=D:\\ file_system=FAT32\n" VSSLAB_EX_INIT
                 "0 R SetContext context=0x19  1 R StartSnapshotSet  2 R AddToSnapshotSet "
                 "volume=D:\\",
     .passes_on = "0 L Volume root=C:\\ file_system=NTFS\n" VSSLAB_EX_INIT
                  "0 R SetContext context=0x19  1 R StartSnapshotSet  2 R AddToSnapshotSet "
                  "volume=C:\\"},
    check_ntfs};

// NO_AUTORECOVERY is not combined with TXF_RECOVERY or ROLLBACK_RECOVERY.
void check_recovery(const RunView& run, Findings& out) {
  check_masks(run, out, "NO_AUTORECOVERY without TXF_RECOVERY and ROLLBACK_RECOVERY",
              [](std::uint32_t m) {
                return (m & kNoAutorecovery) == 0 || (m & (kTxfRecovery | kRollbackRecovery)) == 0;
              });
}

constinit const Rule kRecovery{
    {.id = "VSSR-CTX-015",
     .slug = "no-recovery-and-recovery",
     .level = Level::must,
     .title = "NO_AUTORECOVERY is not asked for together with TXF_RECOVERY or ROLLBACK_RECOVERY.",
     .source = "windowsserverdocs set-option.md",
     .cause = "Two options that exclude one another were switched on.",
     .next_step = "Decide whether the copy is to be recovered before it becomes read-only.",
     .fails_on = VSSLAB_EX_INIT "0 R SetContext context=0x00800002",
     .passes_on = VSSLAB_EX_INIT "0 R SetContext context=0x00800000"},
    check_recovery};

constexpr const Rule* kRules[] = {&kDefault,
                                  &kOnce,
                                  &kNotInRestore,
                                  &kAllNeverCreates,
                                  &kKnownBits,
                                  &kOneMethod,
                                  &kClientAccessiblePlain,
                                  &kOwnBits,
                                  &kSystemProvider,
                                  &kWritersByContext,
                                  &kNtfs,
                                  &kRecovery};

}  // namespace

RuleSpan requester_context_rules() { return kRules; }

}  // namespace vsslab::rules
