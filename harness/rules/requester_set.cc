// Requester: the shadow copy set (spec: rules 2.7).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "core/ascii.h"
#include "metadata/component_path.h"
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

constexpr std::size_t kVolumesMax = 64;  // in one set

// StartSnapshotSet makes an empty set and a new id.
void check_new_id(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::map<std::string, const Call*> seen;
  for (const Session& session : run.sessions()) {
    for (const Call* call : session.calls) {
      if (call->name != Ev::start_snapshot_set || !call->ok()) continue;
      const auto id = run.arg(*call, "set");
      if (!id) continue;
      service.saw();
      if (is_null_guid(*id)) {
        service.fail("a new id", mention(run, *call) + " gave GUID_NULL", {call->seq()});
      } else if (const auto [entry, made] = seen.emplace(guid_text(*id), call); !made) {
        service.fail("a new id", mention(run, *call) + " gave an id that was used before",
                     {entry->second->seq(), call->seq()});
      }
    }
  }
}

constinit const Rule kNewId{
    {.id = "VSSR-SET-001",
     .slug = "new-set-id",
     .level = Level::must,
     .title = "StartSnapshotSet gives every set an id that no other set has.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md",
     .cause = "The service, or a layer between, answered with an old id.",
     .next_step = "Compare the ids that StartSnapshotSet returned.",
     .fails_on = VSSLAB_EX_SET "5 s2 R InitializeForBackup  5 s2 R GatherWriterMetadata  5 s2 R "
                               "StartSnapshotSet set=" VSSLAB_EX_SET_ID,
     .passes_on = VSSLAB_EX_SET},
    check_new_id};

// Which sets were in creation at a moment.
class OpenSets {
 public:
  explicit OpenSets(const RunView& run) {
    for (const SnapshotSet& set : run.sets()) {
      if (set.start != nullptr) by_start_.push_back({&set, {}, {}});
    }
    std::sort(by_start_.begin(), by_start_.end(), [](const Entry& a, const Entry& b) {
      return a.set->start->seq() < b.set->start->seq();
    });
    Latest ends, lingering;
    for (Entry& entry : by_start_) {
      const Session& session = run.sessions()[entry.set->session];
      ends.add({entry.set, entry.set->end ? entry.set->end->seq : kForever});
      // A failed set may hold the slot until its object goes.
      if (entry.set->result != "created") {
        lingering.add({entry.set, session.end ? session.end->last_seq() : kForever});
      }
      entry.ends = ends;
      entry.lingering = lingering;
    }
  }
  struct Beside {
    const SnapshotSet* open = nullptr;  // of another session, in creation until the call was over
    bool lingers = false;
  };
  Beside beside(std::uint32_t own, const Call& call) const {
    const auto later = std::partition_point(
        by_start_.begin(), by_start_.end(),
        [&](const Entry& entry) { return entry.set->start->seq() <= call.seq(); });
    if (later == by_start_.begin()) return {};
    const Entry& entry = *std::prev(later);
    const Until open = entry.ends.beside(own), held = entry.lingering.beside(own);
    return {open.seq > call.last_seq() ? open.set : nullptr, held.seq > call.seq()};
  }

 private:
  static constexpr Seq kForever = std::numeric_limits<Seq>::max();
  struct Until {
    const SnapshotSet* set = nullptr;
    Seq seq = 0;
  };
  // What lasts longest, and what lasts longest of the other sessions.
  struct Latest {
    Until first, second;
    void add(Until until) {
      if (first.set == nullptr || first.set->session == until.set->session) {
        if (until.seq > first.seq) first = until;
      } else if (until.seq > first.seq) {
        second = first;
        first = until;
      } else if (until.seq > second.seq) {
        second = until;
      }
    }
    Until beside(std::uint32_t session) const {
      return first.set != nullptr && first.set->session == session ? second : first;
    }
  };
  struct Entry {
    const SnapshotSet* set;
    Latest ends, lingering;  // of all up to here
  };
  std::vector<Entry> by_start_;
};

// It returns VSS_E_SNAPSHOT_SET_IN_PROGRESS while any other set is being made.
void check_one_at_a_time(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const OpenSets open_sets(run);
  for (const Session& session : run.sessions()) {
    const auto own = static_cast<std::uint32_t>(&session - run.sessions().data());
    for (const Call* call : session.calls) {
      if (call->name != Ev::start_snapshot_set || !call->returned()) continue;
      const auto [open, lingers] = open_sets.beside(own, *call);
      const bool busy = call->hr() == hr::snapshot_set_in_progress;
      if (open != nullptr && expected_state(run, *call)) {
        service.expect(busy, "VSS_E_SNAPSHOT_SET_IN_PROGRESS, for another set is being made",
                       mention(run, *call) + ": " + hresult_name(call->hr()),
                       {open->start->seq(), call->seq()});
      } else if (busy && !lingers) {
        service.fail("no VSS_E_SNAPSHOT_SET_IN_PROGRESS, for no other set is being made",
                     mention(run, *call), {call->seq()});
      } else if (!busy) {
        service.saw();
      }
    }
  }
}

constinit const Rule kOneAtATime{
    {.id = "VSSR-SET-002",
     .slug = "one-set-at-a-time",
     .level = Level::must,
     .title =
         "StartSnapshotSet answers VSS_E_SNAPSHOT_SET_IN_PROGRESS exactly while another set is "
         "being made.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md, "
               "state-transitions-in-shadow-copy-providers.md",
     .cause = "The service let two sets be made at once, or refused without reason.",
     .next_step = "Look which sets were open; a requester waits and tries again.",
     .fails_on = VSSLAB_EX_SET "3 s2 R2 InitializeForBackup  3 s2 R2 GatherWriterMetadata  3 s2 R2 "
                               "StartSnapshotSet set=5 hr=S_OK",
     .passes_on =
         VSSLAB_EX_SET "3 s2 R2 InitializeForBackup  3 s2 R2 GatherWriterMetadata  3 s2 R2 "
                       "StartSnapshotSet hr=VSS_E_SNAPSHOT_SET_IN_PROGRESS"},
    check_one_at_a_time};

// It returns VSS_E_BAD_STATE uninitialised, in restore or out of order.
void check_start_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_003, "an object opens one set, and only in a backup");
}

constinit const Rule kStartOrder{
    {.id = "VSSR-SET-003",
     .slug = "start-set-in-order",
     .level = Level::must,
     .title = "StartSnapshotSet is not called while the object's set is open nor in a restore, and "
              "VSS answers VSS_E_BAD_STATE there.",
     .source = "nf-vsbackup-ivssbackupcomponents-startsnapshotset.md, "
               "state-transitions-in-shadow-copy-providers.md",
     .cause = "A set is started per volume instead of one for all volumes.",
     .next_step = "Start one set, add every volume to it, and make it with one DoSnapshotSet.",
     .fails_on = VSSLAB_EX_SET "3 R StartSnapshotSet hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET},
    check_start_order};

// AddToSnapshotSet needs a started set.
void check_add_order(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_004, "there is no set to which the volume could be added");
}

constinit const Rule kAddOrder{
    {.id = "VSSR-SET-004",
     .slug = "add-volume-to-a-started-set",
     .level = Level::must,
     .title = "AddToSnapshotSet comes after StartSnapshotSet, and VSS answers VSS_E_BAD_STATE "
              "before.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "StartSnapshotSet failed or was left out.",
     .next_step = "Check the result of StartSnapshotSet before volumes are added.",
     .fails_on = VSSLAB_EX_GATHERED "2 R AddToSnapshotSet volume=C:\\ hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SET},
    check_add_order};

bool is_unc(std::string_view name) {
  return name.starts_with("\\\\") && !name.starts_with("\\\\?\\") && !name.starts_with("\\\\.\\");
}

// A drive root, a mounted folder, a volume GUID path or a share, with the trailing backslash.
bool is_volume_name(std::string_view name) {
  if (name.empty() || name.back() != '\\') return false;
  if (name.starts_with("\\\\?\\")) {
    return name.starts_with("\\\\?\\Volume{") && name.ends_with("}\\") && name.size() == 49;
  }
  if (is_unc(name)) {
    const std::string_view rest = name.substr(2, name.size() - 3);
    const std::size_t slash = rest.find('\\');
    return slash != std::string_view::npos && slash > 0 && slash + 1 < rest.size();
  }
  return name.size() >= 3 && ascii::is_letter(name[0]) && name[1] == ':' && name[2] == '\\' &&
         name.find_first_of("*?\"<>|") == std::string_view::npos;
}

template <class Look>
void for_each_volume_added(const RunView& run, Findings& out, Look look) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_to_snapshot_set) continue;
      if (const auto volume = run.arg(*call, "volume")) look(*call, *volume, verdicts);
    }
  }
}

// Volume names are a drive root, a mounted folder, a volume GUID path or a UNC share, with the
// trailing backslash.
void check_volume_name(const RunView& run, Findings& out) {
  for_each_volume_added(run, out, [&](const Call& call, std::string_view name, Verdicts& verdicts) {
    verdicts.expect(is_volume_name(name),
                    "a drive root, mounted folder, volume GUID path or share that ends in a "
                    "backslash",
                    fmt::format("{} was given '{}'", mention(run, call), name), {call.seq()});
  });
}

constinit const Rule kVolumeName{
    {.id = "VSSR-SET-005",
     .slug = "volume-name-form",
     .level = Level::must,
     .title = "AddToSnapshotSet is given a volume's name with its trailing backslash.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "The name lacks the backslash, or is a device or a file.",
     .next_step = "Use GetVolumePathName, or GetVolumeNameForVolumeMountPoint for the GUID form.",
     .fails_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet  2 R AddToSnapshotSet volume=C:",
     .passes_on = VSSLAB_EX_SET},
    check_volume_name};

std::string_view server_of(std::string_view share) {
  share.remove_prefix(2);
  return share.substr(0, share.find('\\'));
}

bool is_address(std::string_view server) {
  if (server.find(':') != std::string_view::npos) return true;
  if (lower(server).ends_with(".ipv6-literal.net")) return true;
  return !server.empty() && server.find_first_not_of("0123456789.") == std::string_view::npos;
}

// UNC servers are host or FQDN; IP forms are normalised with GetRootAndLogicalPrefixPaths first.
void check_no_address(const RunView& run, Findings& out) {
  for_each_volume_added(run, out, [&](const Call& call, std::string_view name, Verdicts& verdicts) {
    if (!is_unc(name)) return;
    verdicts.expect(!is_address(server_of(name)), "a share named by host name or FQDN",
                    fmt::format("{} was given '{}'", mention(run, call), name), {call.seq()});
  });
}

constinit const Rule kNoAddress{
    {.id = "VSSR-SET-006",
     .slug = "share-by-name",
     .level = Level::must,
     .title = "A share is added by its server's name, not by an IP address.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "The user typed an address and it was passed on.",
     .next_step = "Normalise the path with IVssBackupComponentsEx4::GetRootAndLogicalPrefixPaths.",
     .fails_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet  2 R AddToSnapshotSet "
                                    "volume=\\\\192.168.1.2\\data\\",
     .passes_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet  2 R AddToSnapshotSet "
                                     "volume=\\\\files\\data\\"},
    check_no_address};

// Host-name and FQDN forms of shares are not mixed in one set.
void check_one_form(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    const Call* host = nullptr;
    const Call* full = nullptr;
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_to_snapshot_set) continue;
      const std::string_view name = run.arg(*call, "volume").value_or("");
      if (!is_unc(name) || is_address(server_of(name))) continue;
      verdicts.saw();
      (server_of(name).find('.') == std::string_view::npos ? host : full) = call;
    }
    if (host != nullptr && full != nullptr) {
      verdicts.fail("one form of server name in a set",
                    fmt::format("{} uses the host name, {} the full name", mention(run, *host),
                                mention(run, *full)),
                    {host->seq(), full->seq()});
    }
  }
}

constinit const Rule kOneForm{
    {.id = "VSSR-SET-017",
     .slug = "one-form-of-server-name",
     .level = Level::must,
     .title = "The shares of a set are all named by host name or all by FQDN.",
     .source = "nf-vsbackup-ivssbackupcomponentsex4-getrootandlogicalprefixpaths.md",
     .cause = "Paths of different origin were not normalised.",
     .next_step = "Normalise every path with GetRootAndLogicalPrefixPaths in the same way.",
     .fails_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet  2 R AddToSnapshotSet "
                                    "volume=\\\\files\\a\\  2 R AddToSnapshotSet "
                                    "volume=\\\\files.corp.example\\b\\",
     .passes_on = VSSLAB_EX_GATHERED "2 R StartSnapshotSet  2 R AddToSnapshotSet "
                                     "volume=\\\\files\\a\\  2 R AddToSnapshotSet "
                                     "volume=\\\\files\\b\\"},
    check_one_form};

// The registered providers by their id, as guid_text writes it.
using ProvidersById = std::map<std::string, const ProviderInfo*>;

ProvidersById providers_by_id(const RunView& run) {
  ProvidersById by_id;
  for (const ProviderInfo& provider : run.providers()) {
    if (!provider.id.empty()) by_id[guid_text(provider.id)] = &provider;
  }
  return by_id;
}

// What providers answered to IsVolumeSupported in one session.
class SupportAnswers {
 public:
  SupportAnswers(const RunView& run, const Session& session) {
    for (const Call* call : session.providers) {
      if (call->name != Ev::is_volume_supported || !call->ok()) continue;
      for (const bool yes : {true, false}) {
        if (!run.arg_is(*call, "supported", yes ? "yes" : "no")) continue;
        of_any_[yes].push_back(call->seq());
        of_provider_[{run.actor_name(*call), yes}].push_back(call->seq());
      }
    }
  }
  // Some provider, or this one, gave that answer while the call ran.
  bool during(const Call& add, bool yes) const { return has(of_any_[yes], add); }
  bool during(const Call& add, bool yes, std::string_view provider) const {
    const auto found = of_provider_.find({provider, yes});
    return found != of_provider_.end() && has(found->second, add);
  }
  // Each of them gave that answer while the call ran: none was lost, none failed.
  bool of_all_during(const Call& add, bool yes, const ProvidersById& providers) const {
    return std::all_of(providers.begin(), providers.end(), [&](const auto& provider) {
      return during(add, yes, provider.second->name);
    });
  }

 private:
  using Seqs = std::vector<Seq>;
  static bool has(const Seqs& seqs, const Call& add) {
    const auto first = std::lower_bound(seqs.begin(), seqs.end(), add.seq());
    return first != seqs.end() && *first <= add.last_seq();
  }
  std::array<Seqs, 2> of_any_;
  std::map<std::pair<std::string_view, bool>, Seqs> of_provider_;
};

// The code that an AddToSnapshotSet in its place has to return, when the journal tells.
std::optional<Hr> refusal_due(const RunView& run, const Call& add, const VolumeNames& volumes,
                              const ProvidersById& providers, const SupportAnswers& answers) {
  const std::string_view name = run.arg(add, "volume").value_or("");
  if (!volumes.empty() && !is_unc(name) && is_volume_name(name) && !volumes.knows(name)) {
    return hr::object_not_found;
  }
  const std::string_view provider_id = run.arg(add, "provider").value_or("");
  if (!is_null_guid(provider_id)) {
    if (providers.empty()) return std::nullopt;
    const auto provider = providers.find(guid_text(provider_id));
    if (provider == providers.end()) return hr::provider_not_registered;
    return answers.during(add, false, provider->second->name)
               ? std::optional(hr::volume_not_supported_by_provider)
               : std::nullopt;
  }
  const bool nobody = answers.during(add, false) && answers.of_all_during(add, false, providers);
  return nobody ? std::optional(hr::volume_not_supported) : std::nullopt;
}

// Unknown volume: VSS_E_OBJECT_NOT_FOUND; unregistered provider: VSS_E_PROVIDER_NOT_REGISTERED;
// unsupported by the named provider: VOLUME_NOT_SUPPORTED_BY_PROVIDER; by none:
// VOLUME_NOT_SUPPORTED.
void check_add_codes(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const VolumeNames volumes(run);
  const ProvidersById providers = providers_by_id(run);
  for (const Session& session : run.sessions()) {
    if (!session.calls.has(Ev::add_to_snapshot_set)) continue;
    const SupportAnswers answers(run, session);
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_to_snapshot_set || !call->returned()) continue;
      if (!expected_state(run, *call)) continue;
      if (const auto due = refusal_due(run, *call, volumes, providers, answers)) {
        service.expect(call->hr() == *due, hresult_name(*due),
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      } else if (call->ok()) {
        service.saw();
      }
    }
  }
}

constinit const Rule kAddCodes{
    {.id = "VSSR-SET-008",
     .slug = "add-volume-codes",
     .level = Level::must,
     .title =
         "AddToSnapshotSet says by its code whether the volume, the provider or its support is "
         "missing.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md",
     .cause = "The service answered with another code than the page lists for the case.",
     .next_step = "Compare the volumes and providers of the lab with the code.",
     .fails_on = "0 L Volume root=C:\\\n" VSSLAB_EX_GATHERED
                 "2 R StartSnapshotSet  3 R AddToSnapshotSet volume=X:\\ hr=E_INVALIDARG",
     .passes_on = "0 L Volume root=C:\\\n" VSSLAB_EX_GATHERED
                  "2 R StartSnapshotSet  3 R AddToSnapshotSet volume=X:\\ "
                  "hr=VSS_E_OBJECT_NOT_FOUND"},
    check_add_codes};

// The 65th volume gives VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED and is not added.
void check_volume_limit(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    std::size_t volumes = 0;
    for (const Call* call : session.calls) {
      if (call->name == Ev::start_snapshot_set && call->ok()) volumes = 0;
      if (call->name != Ev::add_to_snapshot_set || !call->returned()) continue;
      const bool told = call->hr() == hr::maximum_number_of_volumes_reached;
      if (volumes >= kVolumesMax && expected_state(run, *call)) {
        service.expect(told, "VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED",
                       fmt::format("{} with {} volumes in the set: {}", mention(run, *call),
                                   volumes, hresult_name(call->hr())),
                       {call->seq()});
      } else if (told) {
        service.fail(
            fmt::format("room for {} volumes", kVolumesMax),
            fmt::format("{} was refused with {} volumes in the set", mention(run, *call), volumes),
            {call->seq()});
      } else {
        service.saw();
      }
      if (call->ok()) ++volumes;
    }
  }
}

constinit const Rule kVolumeLimit{
    {.id = "VSSR-SET-009",
     .slug = "sixty-four-volumes",
     .level = Level::must,
     .title =
         "A set takes 64 volumes, and VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED refuses only the "
         "65th.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md, ns-vss-vss_snapshot_prop.md",
     .cause = "The service counts wrongly.",
     .next_step = "Count the volumes that AddToSnapshotSet accepted.",
     .fails_on = VSSLAB_EX_SET "3 R AddToSnapshotSet volume=D:\\ "
                               "hr=VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED",
     .passes_on = VSSLAB_EX_SET},
    check_volume_limit};

// A volume at its copy limit gives VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED and is not added.
void check_copy_limit(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Session& session : run.sessions()) {
    for (const Call* begin : session.providers) {
      if (begin->name != Ev::begin_prepare_snapshot) continue;
      if (begin->hr() != hr::maximum_number_of_snapshots_reached) continue;
      const Call* add = added_by(session, *begin);
      if (add == nullptr) continue;
      service.expect(add->hr() == hr::maximum_number_of_snapshots_reached,
                     "VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED",
                     mention(run, *add) + ": " + hresult_name(add->hr()),
                     {begin->last_seq(), add->last_seq()});
    }
  }
}

constinit const Rule kCopyLimit{
    {.id = "VSSR-SET-010",
     .slug = "copy-limit-told",
     .level = Level::must,
     .title =
         "The requester is told VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED when a volume has as "
         "many copies as it may.",
     .source = "nf-vsbackup-ivssbackupcomponents-addtosnapshotset.md, ns-vss-vss_snapshot_prop.md",
     .cause = "The service translated or swallowed the provider's code.",
     .next_step = "Compare BeginPrepareSnapshot with the AddToSnapshotSet around it; delete old "
                  "copies of the volume.",
     .fails_on = VSSLAB_EX_SET "3 R AddToSnapshotSet enter volume=D:\\  3 P BeginPrepareSnapshot "
                               "hr=VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED  3 R AddToSnapshotSet "
                               "leave hr=S_OK",
     .passes_on =
         VSSLAB_EX_SET "3 R AddToSnapshotSet enter volume=D:\\  3 P BeginPrepareSnapshot "
                       "hr=VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED  3 R AddToSnapshotSet "
                       "leave hr=VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED"},
    check_copy_limit};

// A component's file sets and those of all that it implies.
std::vector<const metadata::FileSet*> files_of(const metadata::ComponentTree& tree,
                                               std::size_t index) {
  const auto& components = tree.metadata().components;
  std::vector<std::size_t> all{index};
  if (components[index].selectable) {
    for (const std::size_t below : tree.descendants(index)) all.push_back(below);
  }
  std::vector<const metadata::FileSet*> files;
  for (const std::size_t one : all) {
    for (const metadata::FileSet& set : components[one].files) files.push_back(&set);
  }
  return files;
}

// Volumes that the added components of one writer touch and the set lacks.
void check_volumes_of(const Session& session, const Added& added,
                      const metadata::ComponentTree& tree, const std::set<std::string>& in_set,
                      const VolumeNames& volumes, Verdicts& verdicts) {
  static const metadata::Environment kEnvironment = metadata::standard_environment();
  const auto index = tree.index_of({std::string(added.path), std::string(added.name)});
  if (!index) return;
  const Call* make = session.calls.first(Ev::do_snapshot_set);
  std::set<std::string> touched;
  for (const metadata::FileSet* set : files_of(tree, *index)) {
    // Where a backup must read: at the alternate path where there is one.
    const std::string& source = set->alternate_path.empty() ? set->path : set->alternate_path;
    const auto path = metadata::expand_environment(source, kEnvironment);
    const auto root = path ? metadata::volume_root(*path) : std::nullopt;
    if (!root) continue;
    const std::string known = volumes.of_path(*path);
    const bool mounted = !known.empty() && known != volumes.key(*root);
    const std::string volume = mounted ? known : volumes.key(*root);
    if (!touched.insert(volume).second) continue;
    verdicts.saw();
    if (in_set.count(volume) != 0) continue;
    verdicts.fail(
        fmt::format("{} in the set, for {} has files there{}", mounted ? volume : *root,
                    component_text(added.path, added.name),
                    mounted ? fmt::format(": it is mounted on the way to {}", *path) : ""),
        "the volume was not added", {added.call->seq(), make->seq()});
  }
}

// Component backups add every volume the added components touch.
void check_every_volume(const RunView& run, Findings& out) {
  const VolumeNames volumes(run);
  for (const Session& session : run.sessions()) {
    if (session.requester.empty()) continue;
    Verdicts verdicts(out, session.requester);
    if (!session.component_mode || session.calls.first(Ev::do_snapshot_set) == nullptr) continue;
    std::set<std::string> in_set;  // what VSS refused was asked for all the same
    for (const Call* call : session.calls) {
      if (call->name != Ev::add_to_snapshot_set) continue;
      in_set.insert(volumes.key(run.arg(*call, "volume").value_or("")));
    }
    std::map<std::size_t, metadata::ComponentTree> trees;  // by participation
    std::set<std::tuple<std::size_t, std::string_view, std::string_view>> seen;
    for (const Added& added : added_components(run, session)) {
      const Participation* part = participation_named(run, session, *added.call);
      const metadata::WriterMetadata* document = part ? document_of(run, *part) : nullptr;
      if (document == nullptr) continue;
      if (!seen.emplace(index_of(run, *part), added.path, added.name).second) continue;
      const auto tree = trees.try_emplace(index_of(run, *part), *document).first;
      check_volumes_of(session, added, tree->second, in_set, volumes, verdicts);
    }
  }
}

#define VSSLAB_EX_ON_E                                                                           \
  VSSLAB_EX_INIT                                                                                 \
  "1 R GatherWriterMetadata enter\n1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "         \
  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "                       \
  "writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "                                             \
  "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' friendlyName='Orders' usage='USER_DATA' "   \
  "dataSource='OTHER'/><BACKUP_LOCATIONS><FILE_GROUP componentName='Orders' "                    \
  "restoreMetadata='no' notifyOnBackupComplete='no' selectable='yes' selectableForRestore='no' " \
  "componentFlags='0'><FILE_LIST path='E:\\\\data' filespec='*.mdf' "                            \
  "filespecBackupType='3855'/></FILE_GROUP></BACKUP_LOCATIONS></WRITER_METADATA>\"\n"            \
  "1 R GatherWriterMetadata leave\n2 R AddComponent writer=W1 component=Orders\n"                \
  "2 R StartSnapshotSet set=" VSSLAB_EX_SET_ID "\n"

constinit const Rule kEveryVolume{
    {.id = "VSSR-SET-015",
     .slug = "every-volume-added",
     .level = Level::must,
     .title = "The set holds every volume on which the added components have files.",
     .source = "overview-of-the-backup-discovery-phase.md",
     .cause = "The volumes were chosen without looking at the file sets of the components.",
     .next_step = "Expand the paths of every file set and add the volume of each, or leave the "
                  "component out and say so.",
     .fails_on = VSSLAB_EX_ON_E "3 R AddToSnapshotSet volume=C:\\  4 R PrepareForBackup  5 R "
                                "DoSnapshotSet",
     .passes_on = VSSLAB_EX_ON_E "3 R AddToSnapshotSet volume=E:\\  4 R PrepareForBackup  5 R "
                                 "DoSnapshotSet"},
    check_every_volume};

// Nothing can be added once DoSnapshotSet has been called.
void check_set_is_fixed(const RunView& run, Findings& out) {
  judge_order(run, out, OrderRule::set_016, "the set is fixed when DoSnapshotSet begins");
}

constinit const Rule kSetIsFixed{
    {.id = "VSSR-SET-016",
     .slug = "set-fixed-by-do-snapshot-set",
     .level = Level::must,
     .title = "No volume is added after DoSnapshotSet was called, and VSS answers VSS_E_BAD_STATE "
              "to it.",
     .source = "shadow-copy-creation-for-providers.md",
     .cause = "A volume is found late, while files are copied.",
     .next_step = "Add every volume before PrepareForBackup; a late one needs a new backup.",
     .fails_on = VSSLAB_EX_SNAPPED "5 R AddToSnapshotSet volume=D:\\ hr=VSS_E_BAD_STATE",
     .passes_on = VSSLAB_EX_SNAPPED},
    check_set_is_fixed};

constexpr const Rule* kRules[] = {&kNewId,      &kOneAtATime,  &kStartOrder, &kAddOrder,
                                  &kVolumeName, &kNoAddress,   &kAddCodes,   &kVolumeLimit,
                                  &kCopyLimit,  &kEveryVolume, &kSetIsFixed, &kOneForm};

}  // namespace

RuleSpan requester_set_rules() { return kRules; }

}  // namespace vsslab::rules
