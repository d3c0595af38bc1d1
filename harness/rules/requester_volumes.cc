// Requester: the volumes of a shadow copy set (spec: rules 2.7).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "core/ascii.h"
#include "metadata/component_path.h"
#include "metadata/normal_path.h"
#include "rules/call_order.h"
#include "rules/examples.h"
#include "rules/families.h"
#include "rules/provider_sets.h"
#include "rules/support.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

constexpr std::size_t kVolumesMax = 64;  // in one set

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
  std::vector<const metadata::FileSet*> files;
  for (const std::size_t part : tree.parts(index)) {
    for (const metadata::FileSet& set : tree.metadata().components[part].files) {
      files.push_back(&set);
    }
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
    const std::string known = volumes.of_path(metadata::normal_path(*path));
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

constexpr const Rule* kRules[] = {&kVolumeName,  &kNoAddress, &kOneForm,    &kAddCodes,
                                  &kVolumeLimit, &kCopyLimit, &kEveryVolume};

}  // namespace

RuleSpan requester_volumes_rules() { return kRules; }

}  // namespace vsslab::rules
