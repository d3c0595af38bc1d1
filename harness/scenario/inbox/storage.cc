// Writers of file servers, virtual machines and clusters.
#include "scenario/inbox/builder.h"

namespace vsslab::scenario::inbox {

// Page: "the FSRM configuration files that are used for system state backup"; the writer takes part
// in restores. Their place: the service's settings.
metadata::WriterMetadata fsrm(const InboxSite&) {
  return Builder("12ce4370-5bb7-4c58-a76a-e5d5097e3674", "FSRM Writer", UsageType::system_service)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("FSRM", "Global Configuration", "File Server Resource Manager configuration")
      .selectable(true)
      .files("%SystemRoot%\\System32\\SRM\\Settings", "*.xml")
      .done();
}

// The in-box page links to one that is not published any more; id and name as file servers show
// them. The chunk store belongs to the component of its volume.
metadata::WriterMetadata deduplication(const InboxSite&) {
  return Builder("41db4dbf-6046-470e-8ad5-d5081dfb1b70", "Dedup Writer", UsageType::system_service)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("", "C:", "Deduplication chunk store")
      .selectable(true)
      .tree("C:\\System Volume Information\\Dedup", "*")
      .done();
}

// Page: "one VSS writer component for each sync share", metadata and data together.
metadata::WriterMetadata sync_share(const InboxSite&) {
  return Builder("d46bf321-fdba-4a35-8ec3-454df03bc86a", "Sync Share Service VSS writer",
                 UsageType::user_data)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("SyncShares", "WorkFolders", "WorkFolders")
      .selectable(true)
      .tree("C:\\SyncShares\\WorkFolders", "*")
      .tree("C:\\ProgramData\\Microsoft\\SyncShare\\WorkFolders", "*")
      .done();
}

// backing-up-and-restoring-virtual-machines.md has id and name; one component for each machine, as
// hosts show them, and one for the host's own configuration.
metadata::WriterMetadata hyper_v(const InboxSite&) {
  const std::string machine = "3F7A1C52-90D4-4E6B-B8A1-7C25E0D96F34";
  const std::string home = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\";
  return Builder("66841cd4-6ded-4f4b-8f17-fd23f8ddc3de", "Microsoft Hyper-V VSS Writer",
                 UsageType::user_data)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("", "Host Component", "Host Component")
      .selectable(true)
      .tree(home + "Resource Types", "*.xml")
      .files(home.substr(0, home.size() - 1), "data.vmcx")
      .group("", machine, "Offline\\web01")
      .selectable(true)
      .files(home + "Virtual Machines", machine + ".vmcx")
      .files("C:\\Hyper-V\\web01", "web01.vhdx")
      .done();
}

// vss-backups-and-restores-of-the-cluster-database.md: one non-selectable component with a restore
// of its own. Id and name: as cluster nodes show them.
metadata::WriterMetadata cluster(const InboxSite&) {
  return Builder("41e12264-35d8-479b-8e5c-9b23d1dad37e", "Cluster Database",
                 UsageType::system_service)
      .restore(RestoreMethodType::custom)
      .group("", "Cluster Database", "Cluster Database")
      .files("C:\\Windows\\Cluster", "CLUSDB")
      .done();
}

// Page: "the Cluster Shared Volume (CSV) data files". The nodes' shared volumes are folders below
// ClusterStorage.
metadata::WriterMetadata cluster_shared_volume(const InboxSite&) {
  return Builder("1072ae1c-e5a7-4ea1-9e4a-6f7964656570", "Cluster Shared Volume VSS Writer",
                 UsageType::user_data)
      .restore(RestoreMethodType::restore_if_can_replace)
      .group("", "Volume1", "Volume1")
      .selectable(true)
      .tree("C:\\ClusterStorage\\Volume1", "*")
      .done();
}

}  // namespace vsslab::scenario::inbox
