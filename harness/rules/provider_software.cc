// Provider: software and system providers (spec: rules 3.7).
#include <fmt/format.h>

#include <map>

#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

// SetContext on a frozen context gives VSS_E_BAD_STATE. (Frozen: a volume of the session's set is
// in preparation in another context.)
void check_frozen_context(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    std::map<std::uint32_t, const Call*> begun;       // by session
    std::map<std::uint32_t, std::uint32_t> contexts;  // as set before
    for (const Call* call : provider.calls) {
      if (call->name == Ev::begin_prepare_snapshot && call->ok()) {
        begun.emplace(call->session, call);
      } else if (call->name == Ev::post_final_commit_snapshots ||
                 call->name == Ev::abort_snapshots) {
        begun.erase(call->session);
      }
      if (call->name != Ev::set_context || !call->returned()) continue;
      const auto context = run.arg_mask(*call, "context");
      if (!context) continue;
      const auto open = begun.find(call->session);
      const auto known = contexts.find(call->session);
      if (open == begun.end() || known == contexts.end() || known->second == *context) {
        verdicts.saw();
        if (call->ok()) contexts[call->session] = *context;
        continue;
      }
      verdicts.expect(call->hr() == hr::bad_state, "VSS_E_BAD_STATE",
                      mention(run, *call) + ": " + hresult_name(call->hr()),
                      {open->second->seq(), call->last_seq()});
    }
  }
}

constinit const Rule kFrozenContext{
    {.id = "VSSP-SW-001",
     .slug = "frozen-context",
     .level = Level::must,
     .title = "A software provider answers VSS_E_BAD_STATE to another context while it prepares a "
              "set.",
     .source = "nf-vsprov-ivsssoftwaresnapshotprovider-setcontext.md",
     .cause = "The provider takes any context at any time.",
     .next_step = "Refuse SetContext from the first BeginPrepareSnapshot on.",
     .fails_on = "1 P SetContext context=0x0  2 P BeginPrepareSnapshot set=aa  3 P SetContext "
                 "context=0x9 hr=S_OK",
     .passes_on = "1 P SetContext context=0x0  2 P BeginPrepareSnapshot set=aa  3 P SetContext "
                  "context=0x9 hr=VSS_E_BAD_STATE"},
    check_frozen_context};

bool is_volume_path(std::string_view name) {
  if (name.size() < 3 || name.back() != '\\') return false;
  if (name.starts_with("\\\\?\\Volume{")) return name.ends_with("}\\");
  const char letter = name[0];
  return ((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z')) && name[1] == ':' &&
         name[2] == '\\';
}

// Volume names end in a backslash and are drive root, mounted folder or GUID path.
void check_volume_names(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const ProviderInfo& provider : run.providers()) {
    for (const Call* call : provider.calls) {
      if (call->name != Ev::begin_prepare_snapshot && call->name != Ev::is_volume_supported &&
          call->name != Ev::is_volume_snapshotted) {
        continue;
      }
      const auto volume = run.arg(*call, "volume");
      if (!volume) continue;
      service.expect(is_volume_path(*volume),
                     "a drive root, mounted folder or volume GUID path that ends in a backslash",
                     fmt::format("{}: '{}'", mention(run, *call), *volume), {call->seq()});
    }
  }
}

constinit const Rule kVolumeNames{
    {.id = "VSSP-SW-002",
     .slug = "provider-volume-names",
     .level = Level::must,
     .title = "A provider is given volumes by a name with its trailing backslash.",
     .source = "nf-vsprov-ivsssoftwaresnapshotprovider-beginpreparesnapshot.md",
     .cause = "The service handed on a name as the requester wrote it.",
     .next_step = "Compare AddToSnapshotSet with the provider's calls.",
     .fails_on = "1 P BeginPrepareSnapshot set=aa volume=C:",
     .passes_on = "1 P BeginPrepareSnapshot set=aa volume=C:\\"},
    check_volume_names};

// A deleted copy can never be reached again.
void check_deleted_is_gone(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::string, const Call*> deleted;
  for (const Call* call : run.all(Ev::snapshot_deleted)) {
    deleted.emplace(guid_text(run.arg(*call, "snapshot").value_or("")), call);
  }
  if (deleted.empty()) return;
  for (const Call* call : run.all(Ev::get_snapshot_properties)) {
    if (call->kind != ActorKind::requester || !call->returned()) continue;
    const auto gone = deleted.find(guid_text(run.arg(*call, "snapshot").value_or("")));
    if (gone == deleted.end() || gone->second->seq() > call->seq()) continue;
    service.expect(call->refused(), "nothing of a deleted shadow copy",
                   mention(run, *call) + ": " + hresult_name(call->hr()),
                   {gone->second->seq(), call->seq()});
  }
}

constinit const Rule kDeletedIsGone{
    {.id = "VSSP-SW-011",
     .slug = "deleted-copy-is-gone",
     .level = Level::must,
     .title = "A deleted shadow copy is never seen again.",
     .source = "vssgloss-d.md",
     .cause = "The provider keeps a copy that it said was deleted.",
     .next_step = "Compare SnapshotDeleted with the later answers.",
     .fails_on = "0 R InitializeForBackup  1 C SnapshotDeleted snapshot=aa  2 R "
                 "GetSnapshotProperties snapshot=aa hr=S_OK",
     .passes_on = "0 R InitializeForBackup  1 C SnapshotDeleted snapshot=aa  2 R "
                  "GetSnapshotProperties snapshot=aa hr=VSS_E_OBJECT_NOT_FOUND"},
    check_deleted_is_gone};

// The identity of each copy is a persistent GUID.
void check_identity(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::string, const Call*> made;
  for (const Call* call : run.all(Ev::snapshot_created)) {
    const auto id = run.arg(*call, "snapshot");
    if (!id) continue;
    service.saw();
    const auto [entry, fresh] = made.emplace(guid_text(*id), call);
    if (is_null_guid(*id)) {
      service.fail("an id of its own for each copy", mention(run, *call) + ": GUID_NULL",
                   {call->seq()});
    } else if (!fresh) {
      service.fail(
          "an id of its own for each copy",
          fmt::format("{} and {} have one id", mention(run, *entry->second), mention(run, *call)),
          {entry->second->seq(), call->seq()});
    }
  }
}

constinit const Rule kIdentity{
    {.id = "VSSP-SW-012",
     .slug = "copy-has-its-own-id",
     .level = Level::must,
     .title = "Every shadow copy has an id that no other copy has.",
     .source = "shadow-copies-and-shadow-copy-sets.md",
     .cause = "Ids are used again.",
     .next_step = "Compare the ids of SnapshotCreated.",
     .fails_on = "1 C SnapshotCreated snapshot=aa volume=C:\\  2 C SnapshotCreated snapshot=aa "
                 "volume=D:\\",
     .passes_on = "1 C SnapshotCreated snapshot=aa volume=C:\\  2 C SnapshotCreated snapshot=bb "
                  "volume=D:\\"},
    check_identity};

// DeleteSnapshots says how many copies it deleted, and names the first that it could not delete.
void check_deletion_told(const RunView& run, Findings& out) {
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      const auto deleted = run.arg(*call, "deleted"), kept = run.arg(*call, "failed");
      if (call->name != Ev::delete_snapshots || !call->returned() || !deleted || !kept) continue;
      if (is_lost_connection(call->hr())) continue;  // nobody answered
      if (call->ok()) {
        verdicts.expect(is_null_guid(*kept), "GUID_NULL for the copy that was not deleted",
                        fmt::format("{}: {}", mention(run, *call), *kept), {call->last_seq()});
      } else {
        verdicts.expect(!is_null_guid(*kept), "the id of the copy that was not deleted",
                        fmt::format("{}: GUID_NULL", mention(run, *call)), {call->last_seq()});
      }
      if (!run.arg_is(*call, "type", "VSS_OBJECT_SNAPSHOT")) continue;
      verdicts.expect(*deleted == (call->ok() ? "1" : "0"),
                      call->ok() ? "one deleted copy" : "no deleted copy",
                      fmt::format("{}: {}", mention(run, *call), *deleted), {call->last_seq()});
    }
  }
}

constinit const Rule kDeletionTold{
    {.id = "VSSP-SW-004",
     .slug = "deletion-is-told",
     .level = Level::must,
     .title = "A provider says how many copies it deleted and which it could not delete.",
     .source = "nf-vsprov-ivsssoftwaresnapshotprovider-deletesnapshots.md",
     .cause = "The answers are set before the work, or counted twice.",
     .next_step = "Count each deletion when it is done; set the id only when one fails.",
     .fails_on = "1 P DeleteSnapshots id=aa type=VSS_OBJECT_SNAPSHOT hr=S_OK deleted=2 failed="
                 "00000000-0000-0000-0000-000000000000",
     .passes_on = "1 P DeleteSnapshots id=aa type=VSS_OBJECT_SNAPSHOT hr=S_OK deleted=1 failed="
                  "00000000-0000-0000-0000-000000000000\n"
                  "2 P DeleteSnapshots id=bb type=VSS_OBJECT_SNAPSHOT hr=RPC_E_DISCONNECTED "
                  "deleted=0 failed=00000000-0000-0000-0000-000000000000"},
    check_deletion_told};

// ---- what a provider says of a copy ----

struct CopySet {
  const SnapshotSet* set = nullptr;
  std::size_t copies = 0;  // that VSS told of
};

// By the copies' ids; an id that two copies have says nothing.
std::map<std::string, CopySet> sets_by_copy(const RunView& run) {
  std::map<std::string_view, std::size_t> copies;
  for (const Call* call : run.all(Ev::snapshot_created))
    ++copies[run.arg(*call, "set").value_or("")];
  std::map<std::string, CopySet> sets;
  for (const SnapshotSet& set : run.sets()) {
    const auto count = copies.find(set.id);
    for (const VolumeInSet& volume : set.volumes) {
      const auto [entry, fresh] = sets.try_emplace(guid_text(volume.snapshot));
      entry->second = {fresh ? &set : nullptr, count != copies.end() ? count->second : 0};
    }
  }
  return sets;
}

void judge_properties(const RunView& run, const Call& call, const ProviderInfo& provider,
                      const CopySet& of, Verdicts& verdicts) {
  const SnapshotSet* const set = of.set;
  const auto said = [&](std::string_view key) { return run.arg(call, key).value_or(""); };
  const auto expect = [&](bool right, std::string_view what, std::string_view actual) {
    verdicts.expect(right, fmt::format("{} in the properties of the copy", what),
                    fmt::format("{}: {}", mention(run, call), actual.empty() ? "none" : actual),
                    {call.last_seq()});
  };
  expect(guid_text(said("id")) == guid_text(said("snapshot")), "the id that was asked for",
         said("id"));
  expect(provider.id.empty() || guid_text(said("provider")) == guid_text(provider.id),
         "the provider's own id", said("provider"));
  expect(!said("device").empty(), "a device object", said("device"));
  expect(!said("volume").empty(), "an original volume", said("volume"));
  if (set == nullptr) return;
  expect(guid_text(said("set")) == guid_text(set->id), "the id of its set", said("set"));
  expect(of.copies == 0 || said("count") == std::to_string(of.copies),
         "the number of copies in its set", said("count"));
  if (set->end == nullptr || set->result != "created" || call.seq() < set->end->seq) return;
  expect(said("state") == "VSS_SS_CREATED", "VSS_SS_CREATED", said("state"));
}

void check_properties(const RunView& run, Findings& out) {
  const auto sets = sets_by_copy(run);
  for (const ProviderInfo& provider : run.providers()) {
    Verdicts verdicts(out, provider.name);
    for (const Call* call : provider.calls) {
      if (call->name != Ev::get_snapshot_properties || call->hr() != hr::ok) continue;
      if (!run.arg(*call, "id")) continue;
      const auto set = sets.find(guid_text(run.arg(*call, "snapshot").value_or("")));
      judge_properties(run, *call, provider, set != sets.end() ? set->second : CopySet{}, verdicts);
    }
  }
}

#define VSSLAB_EX_PROPERTIES(more)                                                          \
  "0 P Register id=pp type=VSS_PROV_SOFTWARE\n2 P GetSnapshotProperties snapshot=aa id=aa " \
  "set=ss provider=pp device=\\\\?\\copy1 volume=C:\\ state=VSS_SS_CREATED count=1 " more

constinit const Rule kProperties{
    {.id = "VSSP-SW-013",
     .slug = "properties-are-of-the-copy",
     .level = Level::must,
     .title = "GetSnapshotProperties of a provider describes the copy that was asked for.",
     .source = "nf-vsprov-ivsssoftwaresnapshotprovider-getsnapshotproperties.md, "
               "ns-vss-vss_snapshot_prop.md",
     .cause = "The structure is filled in part, or from another copy.",
     .next_step = "Fill every member of VSS_SNAPSHOT_PROP from what BeginPrepareSnapshot said.",
     .fails_on = "0 P Register id=pp type=VSS_PROV_SOFTWARE\n2 P GetSnapshotProperties "
                 "snapshot=aa id=aa set=ss provider=pp device=\"\" volume=C:\\ "
                 "state=VSS_SS_CREATED count=1 hr=S_OK",
     .passes_on = VSSLAB_EX_PROPERTIES("hr=S_OK"),
     .consequences = "VSSC-LIFE-003, VSSR-QUERY-004"},
    check_properties};

constexpr const Rule* kRules[] = {&kFrozenContext, &kVolumeNames, &kDeletionTold,
                                  &kDeletedIsGone, &kIdentity,    &kProperties};

}  // namespace

RuleSpan provider_software_rules() { return kRules; }

}  // namespace vsslab::rules
