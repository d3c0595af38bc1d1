// VSSC-LIMIT, VSSC-SELECT: how many volumes and copies there may be, and who makes them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>

#include "rules/families.h"
#include "rules/support.h"
#include "rules/templates.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

constexpr std::size_t kSharedFolderCopiesMax = 64;  // MaxShadowCopies, when nobody changed it

// At most 64 volumes in a set.
void check_volumes(const RunView& run, Findings& out) {
  for (const SnapshotSet& set : run.sets()) {
    Verdicts verdicts(out, kService);
    if (set.volumes.empty()) continue;
    verdicts.saw();
    if (set.volumes.size() <= limits::kVolumesInSetMax) continue;
    verdicts.fail("64 volumes or fewer in a set", fmt::format("{}", set.volumes.size()),
                  {set.volumes[limits::kVolumesInSetMax].add->seq()});
  }
}

// A long example: `event` on its own line `count` times, with {} as a number from 1.
std::string repeated(std::string_view first, std::string_view event, std::size_t count) {
  std::string text(first);
  for (std::size_t i = 1; i <= count; ++i) {
    text += fmt::format(fmt::runtime(event), i);
    text += '\n';
  }
  return text;
}

const std::string kSixtyFiveVolumes =
    repeated("0 R StartSnapshotSet set=s\n", "1 R AddToSnapshotSet volume=V{}", 65);

const Rule kVolumesMax{
    {.id = "VSSC-LIMIT-001",
     .slug = "volumes-in-set",
     .level = Level::must,
     .title = "A set has at most 64 volumes.",
     .source = "shadow-copy-creation-for-providers.md, "
               "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "The service took a 65th volume.",
     .next_step = "Expect VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED from AddToSnapshotSet.",
     .fails_on = kSixtyFiveVolumes,
     .passes_on = "0 R StartSnapshotSet set=s  1 R AddToSnapshotSet volume=C:\\"},
    check_volumes};

// The most copies that a volume had at one time, of those that `counts` accepts, and when.
struct Peak {
  std::size_t copies = 0;
  const Call* at = nullptr;
};
Peak peak_of(const RunView& run, bool client_accessible_only) {
  const VolumeNames names(run);
  std::map<std::string, std::set<std::string_view>> alive;
  std::map<std::string_view, std::string> volume_of;
  Peak peak;
  for (const Call* call : run.service_calls()) {
    const auto snapshot = run.arg(*call, "snapshot");
    if (!snapshot) continue;
    if (call->name == Ev::snapshot_created) {
      const std::uint32_t attributes = run.arg_mask(*call, "attributes").value_or(0);
      if (client_accessible_only && (attributes & kClientAccessible) == 0) continue;
      const std::string volume = names.key(run.arg(*call, "volume").value_or(""));
      volume_of[*snapshot] = volume;
      auto& copies = alive[volume];
      copies.insert(*snapshot);
      if (copies.size() > peak.copies) peak = {copies.size(), call};
    } else if (call->name == Ev::snapshot_deleted) {
      const auto known = volume_of.find(*snapshot);
      if (known != volume_of.end()) alive[known->second].erase(*snapshot);
    }
  }
  return peak;
}

// At most 512 software copies of a volume.
void check_copies(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  const Peak peak = peak_of(run, false);
  if (peak.at == nullptr) return;
  verdicts.expect(peak.copies <= limits::kSoftwareCopiesPerVolumeMax,
                  "512 or fewer copies of a volume", fmt::format("{}", peak.copies),
                  {peak.at->seq()});
}

const std::string kTooManyCopies =
    repeated("", "1 C SnapshotCreated snapshot={} volume=C:\\ attributes=0x0",
             limits::kSoftwareCopiesPerVolumeMax + 1);

const Rule kCopiesMax{
    {.id = "VSSC-LIMIT-002",
     .slug = "copies-per-volume",
     .level = Level::must,
     .title = "A volume has at most 512 software copies.",
     .source = "usage-conventions.md",
     .cause = "Old copies were never deleted, and the provider took one more.",
     .next_step = "Expect VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED; delete the oldest copies.",
     .fails_on = kTooManyCopies,
     .passes_on = "1 C SnapshotCreated snapshot=a volume=C:\\ attributes=0x0"},
    check_copies};

// By default at most 64 copies of a volume for Shadow Copies of Shared Folders.
void check_shared_folder_copies(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  const Peak peak = peak_of(run, true);
  if (peak.at == nullptr) return;
  verdicts.expect(peak.copies <= kSharedFolderCopiesMax,
                  "64 or fewer client-accessible copies of a volume",
                  fmt::format("{}", peak.copies), {peak.at->seq()});
}

const std::string kTooManySharedCopies = repeated(
    "", "1 C SnapshotCreated snapshot={} volume=C:\\ attributes=0x1d", kSharedFolderCopiesMax + 1);

const Rule kSharedFolderCopies{
    {.id = "VSSC-LIMIT-003",
     .slug = "shared-folder-copies",
     .level = Level::must,
     .title = "A volume has at most 64 client-accessible copies.",
     .source = "usage-conventions.md",
     .cause = "The default of MaxShadowCopies was passed.",
     .next_step = "Delete the oldest client-accessible copy first.",
     .fails_on = kTooManySharedCopies,
     .passes_on = "1 C SnapshotCreated snapshot=a volume=C:\\ attributes=0x1d"},
    check_shared_folder_copies};

// At least one NTFS volume must be mounted for the system provider.
void check_ntfs(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  bool known = false, ntfs = false;
  for (const Call* call : run.lab_calls()) {
    const auto file_system = run.arg(*call, "file_system");
    if (call->name != Ev::volume || !file_system) continue;
    known = true;
    ntfs |= same_text(*file_system, "NTFS");
  }
  if (!known) return;
  for (const Call* call : run.all(Ev::provider_chosen)) {
    const ProviderInfo* provider = run.find_provider(run.arg(*call, "provider").value_or(""));
    if (provider == nullptr || provider->type != "VSS_PROV_SYSTEM") continue;
    verdicts.expect(ntfs, "a mounted NTFS volume for the system provider's difference area", "none",
                    {call->seq()});
  }
}

constexpr Rule kNtfsMounted{
    {.id = "VSSC-LIMIT-005",
     .slug = "ntfs-for-the-system-provider",
     .level = Level::must,
     .title = "The system provider makes copies only where an NTFS volume is mounted.",
     .source = "usage-conventions.md, providers.md",
     .cause = "The machine has FAT or ReFS volumes alone, and the service let the provider begin.",
     .next_step = "Mount an NTFS volume, or use a provider that needs none.",
     .fails_on = "0 L Volume root=C:\\ file_system=FAT32  0 P Register type=VSS_PROV_SYSTEM\n"
                 "1 C ProviderChosen volume=C:\\ provider=P",
     .passes_on = "0 L Volume root=C:\\ file_system=NTFS  0 P Register type=VSS_PROV_SYSTEM\n"
                  "1 C ProviderChosen volume=C:\\ provider=P"},
    check_ntfs};

int rank_of(std::string_view type) {  // the lower the earlier
  if (type == "VSS_PROV_HARDWARE") return 0;
  if (type == "VSS_PROV_SOFTWARE") return 1;
  return type == "VSS_PROV_SYSTEM" ? 2 : -1;
}

struct Choice {
  const Call* add = nullptr;     // AddToSnapshotSet
  const Call* chosen = nullptr;  // ProviderChosen within it
  const ProviderInfo* provider = nullptr;
  int rank = -1;
};

// Every choice that was left to VSS: AddToSnapshotSet with the null provider id. The spans from
// `add` to `chosen` do not overlap.
std::vector<Choice> free_choices(const RunView& run) {
  std::vector<Choice> choices;
  for (const Call* chosen : run.all(Ev::provider_chosen)) {
    const Session* session = run.session(*chosen);
    if (session == nullptr) continue;
    // Client-accessible copies are the system provider's alone (VSSR-CTX-010).
    if (session->context != kContextAll && (session->context & kClientAccessible) != 0) continue;
    const Call* add = session->calls.previous(Ev::add_to_snapshot_set, chosen->seq());
    if (!choices.empty() && choices.back().add == add) continue;
    if (add == nullptr || (add->returned() && add->leave->seq < chosen->seq())) continue;
    const auto asked = run.arg(*add, "provider");
    if (asked && !is_null_guid(*asked)) continue;
    Choice choice{add, chosen, run.find_provider(run.arg(*chosen, "provider").value_or("")), -1};
    if (choice.provider != nullptr) choice.rank = rank_of(choice.provider->type);
    if (choice.rank >= 0) choices.push_back(choice);
  }
  return choices;
}

// What providers answered while the choice was made.
CallList answers_to(const RunView& run, const Choice& choice) {
  return run.all(Ev::is_volume_supported).between(choice.add->seq(), choice.chosen->seq());
}

// With the null provider id: any hardware provider that supports the volume, else any software
// provider, else the system provider.
void check_selection(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  for (const Choice& choice : free_choices(run)) {
    verdicts.saw();
    for (const Call* answer : answers_to(run, choice)) {
      const ProviderInfo* other = run.find_provider(run.actor_name(*answer));
      const int rank = other != nullptr ? rank_of(other->type) : -1;
      if (answer->kind != ActorKind::provider || rank < 0 || rank >= choice.rank) continue;
      if (!answer->ok() || !run.arg_is(*answer, "supported", "yes")) continue;
      verdicts.fail(fmt::format("{}, which supports the volume", other->name),
                    fmt::format("{} ({})", choice.provider->name, choice.provider->type),
                    {answer->seq(), choice.chosen->seq()},
                    "hardware providers come before software ones, these before the system's");
    }
  }
}

constexpr Rule kSelection{
    {.id = "VSSC-SELECT-001",
     .slug = "provider-by-kind",
     .level = Level::must,
     .title =
         "VSS chooses a hardware provider before a software one, and that before the system's.",
     .source = "selecting-providers.md",
     .cause = "The service took the first provider that answered.",
     .next_step = "Look at the answers of the providers before ProviderChosen.",
     .fails_on = "0 P1 Register type=VSS_PROV_SOFTWARE  0 P2 Register type=VSS_PROV_SYSTEM\n"
                 "1 R AddToSnapshotSet enter volume=C:\\  2 P1 IsVolumeSupported supported=yes\n"
                 "3 C ProviderChosen provider=P2  4 R AddToSnapshotSet leave",
     .passes_on = "0 P1 Register type=VSS_PROV_SOFTWARE  0 P2 Register type=VSS_PROV_SYSTEM\n"
                  "1 R AddToSnapshotSet enter volume=C:\\  2 P1 IsVolumeSupported supported=yes\n"
                  "3 C ProviderChosen provider=P1  4 R AddToSnapshotSet leave"},
    check_selection};

// The providers that are registered at a moment, moments in their order.
class Registered {
 public:
  explicit Registered(const RunView& run) : run_(run) {
    for (const ProviderInfo& provider : run.providers()) {
      const Call* registered = provider.calls.first(Ev::register_provider);
      const int rank = rank_of(provider.type);
      if (registered == nullptr || rank < 0) continue;
      changes_.push_back({registered->seq(), &provider, true});
      const Call* gone = provider.calls.first(Ev::unregister_provider);
      if (gone != nullptr) changes_.push_back({gone->seq(), &provider, false});
    }
    std::sort(changes_.begin(), changes_.end(),
              [](const Change& a, const Change& b) { return a.at < b.at; });
  }
  void go_to(Seq seq) {
    for (; next_ < changes_.size() && changes_[next_].at <= seq; ++next_) {
      const Change& change = changes_[next_];
      auto& of_rank = by_rank_[static_cast<std::size_t>(rank_of(change.provider->type))];
      if (change.comes) {
        of_rank.insert(place_of(*change.provider));
      } else {
        of_rank.erase(place_of(*change.provider));
      }
    }
  }
  // The first that comes before `rank` or is the chosen one, and that `asked` says no to.
  template <class Asked>
  const ProviderInfo* first_not(const ProviderInfo& chosen, int rank, Asked asked) const {
    for (int r = 0; r < rank; ++r) {
      for (const std::size_t place : by_rank_[static_cast<std::size_t>(r)]) {
        const ProviderInfo& provider = run_.providers()[place];
        if (!asked(provider)) return &provider;
      }
    }
    const bool known = by_rank_[static_cast<std::size_t>(rank)].contains(place_of(chosen));
    return known && !asked(chosen) ? &chosen : nullptr;
  }

 private:
  struct Change {
    Seq at;
    const ProviderInfo* provider;
    bool comes;
  };
  std::size_t place_of(const ProviderInfo& provider) const {
    return static_cast<std::size_t>(&provider - run_.providers().data());
  }

  const RunView& run_;
  std::vector<Change> changes_;
  std::size_t next_ = 0;
  std::array<std::set<std::size_t>, 3> by_rank_;  // places in run.providers()
};

// All registered providers get the chance to claim a volume: at least those that come before the
// chosen one, and the chosen one itself.
void check_all_asked(const RunView& run, Findings& out) {
  Verdicts verdicts(out, kService);
  Registered registered(run);
  for (const Choice& choice : free_choices(run)) {
    verdicts.saw();
    std::unordered_set<ActorId> asked;
    for (const Call* answer : answers_to(run, choice)) asked.insert(answer->enter->actor);
    registered.go_to(choice.add->seq());
    const ProviderInfo* passed_over = registered.first_not(
        *choice.provider, choice.rank,
        [&](const ProviderInfo& provider) { return asked.contains(provider.actor); });
    if (passed_over == nullptr) continue;
    verdicts.fail(fmt::format("{} is asked whether it supports the volume", passed_over->name),
                  "it was not", {choice.add->seq(), choice.chosen->seq()});
  }
}

constexpr Rule kAllAsked{
    {.id = "VSSC-SELECT-002",
     .slug = "every-provider-is-asked",
     .level = Level::must,
     .title = "Every provider that could come first is asked before a volume goes to another.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "The service asked the provider of the last backup alone.",
     .next_step = "Look for IsVolumeSupported of each registered provider.",
     .fails_on = "0 P1 Register type=VSS_PROV_SOFTWARE  0 P2 Register type=VSS_PROV_SYSTEM\n"
                 "1 R AddToSnapshotSet enter volume=C:\\  2 P2 IsVolumeSupported supported=yes\n"
                 "3 C ProviderChosen provider=P2  4 R AddToSnapshotSet leave",
     .passes_on = "0 P1 Register type=VSS_PROV_SOFTWARE  0 P2 Register type=VSS_PROV_SYSTEM\n"
                  "1 R AddToSnapshotSet enter volume=C:\\  2 P1 IsVolumeSupported supported=no\n"
                  "2 P2 IsVolumeSupported supported=yes  3 C ProviderChosen provider=P2\n"
                  "4 R AddToSnapshotSet leave"},
    check_all_asked};

}  // namespace

RuleSpan coordinator_limit_rules() {
  static constexpr const Rule* kRules[] = {&kVolumesMax,  &kCopiesMax, &kSharedFolderCopies,
                                           &kNtfsMounted, &kSelection, &kAllAsked};
  return kRules;
}

}  // namespace vsslab::rules
