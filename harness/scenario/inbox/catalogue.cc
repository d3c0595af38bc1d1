#include "scenario/inbox/inbox.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "core/ascii.h"
#include "metadata/backup_expiry.h"
#include "metadata/component_path.h"
#include "scenario/inbox/builder.h"
#include "scenario/test_writer.h"

namespace vsslab::scenario {

namespace {

constexpr std::uint32_t kSystem = 1, kBackEnd = 2, kFrontEnd = 3;  // VSS_APPLICATION_LEVEL
constexpr bool kServer = true, kEverywhere = false;
constexpr std::string_view kPresetFile = "preset ";  // in WriterPlan::metadata_file
constexpr bool kConstantId = true, kFreshId = false;

constexpr WindowsMachine kMachines[] = {
    {"server2003", "Windows Server 2003", Windows::v5_2, true, "ws2003sp1"},
    {"server2008", "Windows Server 2008", Windows::v6_0, true, "ws2008"},
    {"server2008r2", "Windows Server 2008 R2", Windows::v6_1, true, "ws2008r2"},
    {"server2012", "Windows Server 2012", Windows::v6_2, true, "ws2012r2"},
    {"server2012r2", "Windows Server 2012 R2", Windows::v6_3, true, "ws2012r2"},
    {"server2016", "Windows Server 2016", Windows::v10_1607, true, "ws2022"},
    {"server2019", "Windows Server 2019", Windows::v10_1809, true, "ws2022"},
    {"server2022", "Windows Server 2022", Windows::v10_20348, true, "ws2022"},
    {"win7", "Windows 7", Windows::v6_1, false, "ws2008r2"},
    {"win8", "Windows 8", Windows::v6_2, false, "ws2012r2"},
    {"win81", "Windows 8.1", Windows::v6_3, false, "ws2012r2"},
    {"win10", "Windows 10", Windows::v10_1809, false, "ws2022"},
    {"win11", "Windows 11", Windows::v10_20348, false, "ws2022"},
};

using namespace inbox;

// In the order in which machines list them: the basic ones first.
constexpr InboxWriter kWriters[] = {
    {"task-scheduler", "Task Scheduler Writer", "", Windows::v6_1, kEverywhere, kSystem,
     kConstantId, task_scheduler},
    {"vss-metadata-store", "VSS Metadata Store Writer", "", Windows::v6_1, kEverywhere, kSystem,
     kConstantId, metadata_store},
    {"performance-counters", "Performance Counters Writer", "", Windows::v6_1, kEverywhere, kSystem,
     kConstantId, performance_counters},
    {"system", "System Writer", "", Windows::v5_2, kEverywhere, kSystem, kFreshId, inbox::system},
    {"asr", "ASR Writer", "", Windows::v6_0, kEverywhere, kSystem, kFreshId, asr},
    {"com-regdb", "COM+ REGDB Writer", "", Windows::v5_2, kEverywhere, kSystem, kFreshId,
     com_regdb},
    {"registry", "Registry Writer", "", Windows::v5_2, kEverywhere, kSystem, kFreshId, registry},
    {"wmi", "WMI Writer", "", Windows::v5_2, kEverywhere, kSystem, kFreshId, wmi},
    {"event-log", "Event Log Writer", "", Windows::v5_2, kServer, kSystem, kFreshId, event_log,
     Windows::v5_2},
    {"msde", "MSDEWriter", "sql", Windows::v5_2, kServer, kBackEnd, kFreshId, msde, Windows::v5_2},
    {"shadow-copy-optimization", "Shadow Copy Optimization Writer", "", Windows::v6_0, kEverywhere,
     kFrontEnd, kFreshId, shadow_copy_optimization},
    {"bits", "BITS Writer", "", Windows::v6_0, kEverywhere, kFrontEnd, kFreshId, bits},
    {"mssearch", "MSSearch Service Writer", "search", Windows::v6_0, kEverywhere, kFrontEnd,
     kFreshId, search},
    {"iis-config", "IIS Config Writer", "web", Windows::v6_0, kEverywhere, kFrontEnd, kFreshId,
     iis_configuration},
    {"iis-metabase", "IIS Metabase Writer", "web", Windows::v6_0, kServer, kFrontEnd, kFreshId,
     iis_metabase},
    {"ntds", "NTDS", "domain-controller", Windows::v5_2, kServer, kBackEnd, kFreshId, ntds},
    {"dfsr", "DFS Replication service writer", "domain-controller", Windows::v6_0, kServer,
     kFrontEnd, kFreshId, dfsr},
    {"certificate-authority", "Certificate Authority", "certificates", Windows::v5_2, kServer,
     kBackEnd, kFreshId, certificate_authority},
    {"dhcp", "Dhcp Jet Writer", "dhcp", Windows::v5_2, kServer, kBackEnd, kFreshId, dhcp},
    {"wins", "WINS Jet Writer", "wins", Windows::v5_2, kServer, kBackEnd, kFreshId, wins},
    {"nps", "NPS VSS Writer", "network-policy", Windows::v6_0, kServer, kFrontEnd, kFreshId, nps},
    {"ts-gateway", "TS Gateway Writer", "remote-desktop", Windows::v6_0, kServer, kFrontEnd,
     kFreshId, rd_gateway},
    {"ts-licensing", "TermServLicensing", "remote-desktop", Windows::v6_0, kServer, kBackEnd,
     kFreshId, rd_licensing},
    {"fsrm", "FSRM Writer", "file-server", Windows::v5_2, kServer, kFrontEnd, kFreshId, fsrm},
    {"dedup", "Dedup Writer", "file-server", Windows::v6_2, kServer, kFrontEnd, kFreshId,
     deduplication},
    {"sync-share", "Sync Share Service VSS writer", "file-server", Windows::v6_3, kServer,
     kFrontEnd, kFreshId, sync_share},
    {"wds", "WDS VSS Writer", "deployment", Windows::v6_1, kServer, kFrontEnd, kFreshId, wds},
    {"wid", "WIDWriter", "internal-database", Windows::v6_2, kServer, kBackEnd, kFreshId,
     internal_database},
    {"msmq", "MSMQ Writer (MSMQ)", "message-queuing", Windows::v6_2, kEverywhere, kFrontEnd,
     kFreshId, message_queuing},
    {"frs", "FRS Writer", "-", Windows::v6_0, kServer, kFrontEnd, kFreshId, frs},
    {"adam", "ADAM (instance1) Writer", "-", Windows::v5_2, kEverywhere, kBackEnd, kFreshId, lds},
    {"adfs", "ADFS VSS Writer", "-", Windows::v6_2, kServer, kFrontEnd, kFreshId, federation},
    {"ad-rms", "AD RMS Writer", "-", Windows::v6_2, kServer, kFrontEnd, kFreshId,
     rights_management},
    {"hyper-v", "Microsoft Hyper-V VSS Writer", "-", Windows::v6_0, kServer, kFrontEnd, kFreshId,
     hyper_v},
    {"cluster", "Cluster Database", "-", Windows::v6_0, kServer, kFrontEnd, kFreshId, cluster},
    {"csv", "Cluster Shared Volume VSS Writer", "-", Windows::v6_2, kServer, kFrontEnd, kFreshId,
     cluster_shared_volume},
};

constexpr std::string_view kSystemVolumeGuid = "7e1d4b60-52a9-4c8f-b3d7-0a61f95c2e01";
constexpr std::string_view kBootVolumeGuid = "7e1d4b60-52a9-4c8f-b3d7-0a61f95c2e02";
constexpr std::uint64_t kSmallFileBytes = 16ULL << 10;

// The volume that a path lies on, by its root.

plan::VolumePlan* volume_of(std::vector<plan::VolumePlan>& volumes, std::string_view path) {
  for (plan::VolumePlan& volume : volumes) {
    if (path.size() > volume.root.size() &&
        metadata::equal_ignoring_case(path.substr(0, volume.root.size()), volume.root))
      return &volume;
  }
  return nullptr;
}

}  // namespace

std::span<const WindowsMachine> windows_machines() { return kMachines; }
std::span<const InboxWriter> inbox_writers() { return kWriters; }

const WindowsMachine* find_windows_machine(std::string_view name) {
  const auto found = std::ranges::find(kMachines, name, &WindowsMachine::name);
  return found == std::end(kMachines) ? nullptr : found;
}

const WindowsMachine& machine_of_profile(std::string_view profile) {
  const WindowsMachine* newest = &kMachines[0];  // also for older profiles
  for (const WindowsMachine& machine : kMachines) {
    if (machine.server && machine.profile == profile) newest = &machine;
  }
  return *newest;
}

const InboxWriter* find_inbox_writer(std::string_view preset) {
  const auto found = std::ranges::find(kWriters, preset, &InboxWriter::preset);
  return found == std::end(kWriters) ? nullptr : found;
}

bool has_writer(const WindowsMachine& machine, const InboxWriter& writer) {
  const bool in_its_time = machine.version >= writer.since && machine.version <= writer.until;
  return in_its_time && (machine.server || !writer.server_only);
}

std::vector<std::string_view> roles_of(const WindowsMachine& machine) {
  std::vector<std::string_view> roles;
  for (const InboxWriter& writer : kWriters) {
    if (writer.role.empty() || writer.role == "-" || !has_writer(machine, writer)) continue;
    if (std::ranges::find(roles, writer.role) == roles.end()) roles.push_back(writer.role);
  }
  return roles;
}

std::optional<Duration> lifetime_of(const Guid& writer_class) {
  if (!metadata::backups_expire(writer_class)) return std::nullopt;
  return metadata::kTombstoneLifetime;
}

plan::WriterPlan make_inbox_writer(const InboxWriter& writer, const InboxSite& site) {
  metadata::WriterMetadata document = writer.document(site);
  plan::WriterPlan plan;
  plan.kind = plan::WriterKind::mirror;
  plan.name = document.identification.friendly_name;
  plan.friendly_name = plan.name;
  plan.writer_id = document.identification.writer_id;
  plan.application_level = writer.level;
  plan.keep_instance_id = writer.keeps_instance_id;
  plan.metadata_file = fmt::format("{}{}", kPresetFile, writer.preset);
  plan.metadata_xml = metadata::emit(document);
  plan.backup_lifetime = lifetime_of(*plan.writer_id);
  return plan;
}

std::vector<plan::VolumePlan> standard_volumes() {
  std::vector<plan::VolumePlan> volumes(2);
  volumes[0].root = "C:\\";
  volumes[0].guid = *Guid::parse(kSystemVolumeGuid);
  volumes[0].size = 128ULL << 30;
  volumes[1].guid = *Guid::parse(kBootVolumeGuid);
  volumes[1].root = fmt::format("\\\\?\\Volume{{{}}}\\", kBootVolumeGuid);
  volumes[1].size = 350ULL << 20;
  return volumes;
}

void add_standard_folders(std::vector<plan::VolumePlan>& volumes) {
  for (const std::string_view folder : {"C:\\Users\\Public", "C:\\Windows\\Temp"}) {
    plan::VolumePlan* const volume = volume_of(volumes, folder);
    if (volume == nullptr || !volume->folder.empty()) continue;
    const auto same = [&](const plan::FilePlan& file) {
      return metadata::equal_ignoring_case(file.path, folder);
    };
    if (std::ranges::any_of(volume->files, same)) continue;
    plan::FilePlan& made = volume->files.emplace_back();
    made.path = folder;
    made.directory = true;
  }
}

void add_files_for(const std::vector<plan::WriterPlan>& writers, FilesOf which,
                   std::vector<plan::VolumePlan>& volumes) {
  const metadata::Environment environment = metadata::standard_environment();
  std::unordered_set<std::string> there;
  for (const plan::VolumePlan& volume : volumes) {
    for (const plan::FilePlan& file : volume.files) there.insert(ascii::lower(file.path));
  }
  const auto add = [&](const metadata::FileSet& set) {
    // A spit file is where its writer leaves it.
    auto path = metadata::expand_environment(
        set.alternate_path.empty() ? set.path : set.alternate_path, environment);
    if (!path) return;
    if (!path->ends_with('\\')) *path += '\\';
    *path += matching_name(set.filespec);
    // A writer may name what no file can be called; its own mistake is for a rule to tell.
    if (path->find_first_of("*?\"<>|") != std::string::npos) return;
    plan::VolumePlan* const volume = volume_of(volumes, *path);
    if (volume == nullptr) return;
    if (!there.insert(ascii::lower(*path)).second) return;
    plan::FilePlan& file = volume->files.emplace_back();
    file.path = *path;
    file.size = kSmallFileBytes;
  };
  for (const plan::WriterPlan& writer : writers) {
    if (writer.kind != plan::WriterKind::mirror) continue;
    if (which == FilesOf::windows && !writer.metadata_file.starts_with(kPresetFile)) continue;
    const auto document =
        metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
    if (!document) continue;
    for (const metadata::Component& component : document->components) {
      for (const metadata::FileSet& set : component.files) add(set);
    }
  }
}

void add_services_for(const std::vector<plan::WriterPlan>& writers,
                      std::vector<plan::ServicePlan>& services) {
  for (const plan::WriterPlan& writer : writers) {
    if (writer.kind != plan::WriterKind::mirror || !writer.metadata_file.starts_with(kPresetFile)) {
      continue;
    }
    if (writer.metadata_xml.find(" service=") == std::string::npos) continue;
    const auto document =
        metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
    if (!document || !document->restore_method || document->restore_method->service.empty()) {
      continue;
    }
    const std::string& name = document->restore_method->service;
    const bool there =
        std::any_of(services.begin(), services.end(), [&](const plan::ServicePlan& known) {
          return metadata::equal_ignoring_case(known.name, name);
        });
    if (!there) services.emplace_back().name = name;
  }
}

}  // namespace vsslab::scenario
