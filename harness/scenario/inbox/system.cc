// The writers that every machine has: operating system, registry, boot files.
#include <fmt/format.h>

#include "scenario/inbox/builder.h"

namespace vsslab::scenario::inbox {

// Page: "the task scheduler's task files"; directories: locating-additional-system-files.md. Shape
// of the component and the constant instance id: as Windows Server 2012 R2 shows them.
metadata::WriterMetadata task_scheduler(const InboxSite&) {
  return Builder("d61d61c8-d73a-4eee-8cdd-f6f9786b7124", "Task Scheduler Writer",
                 UsageType::bootable_system_state)
      .instance("1bddd48e-5052-49db-9b07-b96f96727e6b")
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "TasksStore", "Tasks Store")
      .tree("%windir%\\System32\\Tasks")
      .tree("%windir%\\Tasks")
      .done();
}

// Page: "the writer metadata files for all VSS express writers"; it names the writer "VSS Express
// Writer Metadata Store Writer", every machine's list of writers has the shorter name.
metadata::WriterMetadata metadata_store(const InboxSite&) {
  return Builder("75dfb225-e2e4-4d39-9ac9-ffaff65ddf06", "VSS Metadata Store Writer",
                 UsageType::bootable_system_state)
      .instance("088e7a7d-09a8-4cc6-a609-ad90e75ddc93")
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "WriterMetadataStore", "VSS Express Writer Metadata Store")
      .selectable()
      .tree("%SystemRoot%\\Vss\\Writers", "*.xml")
      .done();
}

// Page: "the performance counter configuration files"; names: locating-additional-system-files.md,
// split as Windows Server 2012 R2 shows them.
metadata::WriterMetadata performance_counters(const InboxSite&) {
  Builder builder("0bada1de-01a9-4625-8278-69e735f39dd2", "Performance Counters Writer",
                  UsageType::bootable_system_state);
  builder.instance("f0086dda-9efc-47c5-8eb6-a944c3d09381")
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "PerformanceCounters", "Performance Counters")
      .selectable();
  for (const std::string_view stem : {"Perfc", "Perfd", "Perfh", "Perfi"}) {
    builder.files("%SystemRoot%\\System32", fmt::format("{}???.dat", stem));
  }
  for (const std::string_view stem : {"Prfc", "Prfd", "Prfh", "Prfi"}) {
    builder.files("%SystemRoot%\\System32", fmt::format("{}????.dat", stem));
  }
  return builder.done();
}

// Server 2003: the files that Windows File Protection keeps, with the catalogue that is to be saved
// before them, the boot files, and the restore method that
// backing-up-and-restoring-system-state-under-vss.md asks of this writer.
metadata::WriterMetadata protected_files() {
  return Builder("e8132975-6f93-4464-a53e-1050253ae220", "System Writer",
                 UsageType::bootable_system_state)
      .restore(RestoreMethodType::restore_at_reboot, WriterRestore::never, true)
      .group("", "System Files", "System Files")
      .selectable()
      .tree("%SystemRoot%\\System32\\CatRoot\\{F750E6C3-38EE-11D1-85E5-00C04FC295EE}")
      .files("C:", "ntldr")
      .files("C:", "boot.ini")
      .files("C:", "ntdetect.com")
      .files("%SystemRoot%\\System32", "ntoskrnl.exe")
      .files("%SystemRoot%\\System32", "vssapi.dll")
      .files("%SystemRoot%\\System32\\drivers", "volsnap.sys")
      .files("%SystemRoot%\\inf", "volsnap.inf")
      .done();
}

// Page: static and WRP files, WinSxS, drivers, services, catalogues of CryptSvc. Windows names some
// 19,000 files one by one; the directories stand for them. The second component came with Server
// 2016.
metadata::WriterMetadata system(const InboxSite& site) {
  if (site.machine.version == Windows::v5_2) return protected_files();
  Builder builder("e8132975-6f93-4464-a53e-1050253ae220", "System Writer",
                  UsageType::bootable_system_state);
  builder
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace, WriterRestore::never, true)
      .group("", "System Files", "System Files")
      .selectable()
      .tree("%SystemRoot%\\System32\\CatRoot")
      .tree("%SystemRoot%\\System32\\CatRoot2")
      .tree("%SystemRoot%\\winsxs", "*.*")
      .tree("%SystemRoot%\\servicing\\packages", "*.*")
      .tree("%SystemRoot%\\System32\\DriverStore\\FileRepository", "*.*")
      .tree("%SystemRoot%\\System32\\Microsoft\\Protect", "*.*")
      .tree("%SystemRoot%\\assembly")
      .tree("%ProgramData%\\Microsoft\\Crypto", "*.*")
      .files("%SystemRoot%\\System32", "ntoskrnl.exe")
      .files("%SystemRoot%\\System32", "vssapi.dll")
      .files("%SystemRoot%\\System32\\drivers", "volsnap.sys")
      .files("%SystemRoot%\\inf", "volsnap.inf");
  if (site.machine.version >= Windows::v10_1607) {
    builder.group("", "Win32 Services Files", "Win32 Services Files")
        .selectable()
        .files("%SystemRoot%\\System32", "svchost.exe")
        .files("%SystemRoot%\\System32", "vssvc.exe");
  }
  return builder.done();
}

// The volume as the writer's texts name it.
std::string shown(const plan::VolumePlan& volume) {
  if (volume.root.size() == 3) return volume.root.substr(0, 2);
  return fmt::format("\\??\\Volume{{{}}}", volume.guid.to_string());
}

// Page: disks and the boot configuration database. Components by volume, by disk and for the BCD:
// as Windows Server 2012 R2 shows them. A volume without a letter is taken for the one that the
// machine starts from; on a machine without one that is C:.
metadata::WriterMetadata asr(const InboxSite& site) {
  Builder builder("be000cbe-11fe-4426-9c58-531aa6355fc4", "ASR Writer",
                  UsageType::bootable_system_state);
  builder.restore(RestoreMethodType::restore_if_can_replace, WriterRestore::never, true)
      .group("ASR", "ASR", "ASR");
  std::string boot = "C:";
  for (const plan::VolumePlan& volume : site.volumes) {
    const bool starts = volume.root.size() != 3;
    const bool critical = starts || volume.root == "C:\\";
    builder.group("Volumes", fmt::format("Volume{{{}}}", volume.guid.to_string()),
                  fmt::format("Select this volume ({}) if it is a critical volume.\n"
                              "Critical volumes are those which ASR must restore.\n",
                              shown(volume)));
    if (!critical) builder.selectable(true);
    if (starts) boot = volume.root.substr(0, volume.root.size() - 1);
  }
  builder.group("Disks", "harddisk0", "Select to include disk #0 for ASR restore.")
      .selectable(true)
      .group("BCD", "BCD",
             "This is the path to the boot BCD store and the boot managers.\n"
             "All the files in this directory need to be backed up.\n")
      .tree(boot + "\\Boot", "*.*");
  return builder.done();
}

// Page: "the contents of the %SystemRoot%\Registration directory".
metadata::WriterMetadata com_regdb(const InboxSite&) {
  return Builder("542da469-d3e1-473c-9f4f-7847f01fc64f", "COM+ REGDB Writer",
                 UsageType::bootable_system_state)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "COM+ REGDB", "COM+ REGDB")
      .selectable()
      .tree("%SystemRoot%\\Registration")
      .done();
}

// Server 2003: "uses an intermediate repository file (also known as a spit file) to store registry
// data […] reports system hives and user hives"
// (registry-backup-and-restore-operations-under-vss.md). The page names no place for it; this is
// where that Windows kept such copies.
metadata::WriterMetadata spit_registry() {
  const std::string config = "C:\\Windows\\system32\\config";
  const std::string repository = "C:\\Windows\\repair\\Backup\\BootableSystemState\\Registry";
  Builder builder("afbab4a2-367d-4d15-a586-71dbb18f8485", "Registry Writer",
                  UsageType::bootable_system_state);
  builder.restore(RestoreMethodType::restore_at_reboot, WriterRestore::never, true)
      .group("", "Registry", "Registry")
      .selectable();
  for (const std::string_view hive : {"default", "SAM", "SECURITY", "software", "system"}) {
    builder.spit(config, hive, repository);
  }
  builder.spit("C:\\Documents and Settings\\Administrator", "NTUSER.DAT",
               repository + "\\Administrator");
  for (const std::string_view hive : {"default", "SAM", "SECURITY", "software", "system"}) {
    builder.exclude(config, fmt::format("{}.LOG", hive));
  }
  return builder.done();
}

// Page: the registry files, in place, without user hives. Hives by version as such machines show
// them.
metadata::WriterMetadata registry(const InboxSite& site) {
  if (site.machine.version == Windows::v5_2) return spit_registry();
  const std::string config = "C:\\Windows\\system32\\config";
  Builder builder("afbab4a2-367d-4d15-a586-71dbb18f8485", "Registry Writer",
                  UsageType::bootable_system_state);
  builder
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace, WriterRestore::never, true)
      .group("", "Registry", "Registry")
      .selectable();
  for (const std::string_view hive : {"default", "SAM", "SECURITY", "software", "system"}) {
    builder.files(config, hive);
  }
  builder.files(config, "COMPONENTS")
      .files("C:\\Windows\\System32\\SMI\\Store\\Machine", "schema.dat");
  if (site.machine.version >= Windows::v6_2) builder.files(config, "DRIVERS").files(config, "BBI");
  for (const std::string_view hive : {"default", "SECURITY", "software", "system", "COMPONENTS"}) {
    builder.exclude(config, fmt::format("{}.LOG", hive));
  }
  return builder.done();
}

// Page: "files from the WBEM repository". The caption's spelling is Windows' own.
metadata::WriterMetadata wmi(const InboxSite&) {
  return Builder("a6ad56c2-b509-4e6c-bb19-49d8f43532f0", "WMI Writer", UsageType::system_service)
      .restore(RestoreMethodType::restore_at_reboot, WriterRestore::never, true)
      .group("", "WMI", "Windows Managment Instrumentation")
      .tree("C:\\Windows\\system32\\wbem\\repository", "*.*")
      .done();
}

// Page: temporary files that hold no user or system state are deleted from shadow copies.
metadata::WriterMetadata shadow_copy_optimization(const InboxSite&) {
  return Builder("4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f", "Shadow Copy Optimization Writer",
                 UsageType::user_data)
      .exclude_from_snapshot("\\System Volume Information\\Heat", "*.*", true)
      .exclude_from_snapshot("C:\\Windows\\softwaredistribution", "*.*", true)
      .exclude_from_snapshot("C:\\ProgramData\\Microsoft\\RAC\\Temp", "*")
      .exclude_from_snapshot("C:\\Users\\lab\\AppData\\Local\\Microsoft\\Outlook", "*.ost")
      .done();
}

// Page: cache, state files, debug log and partially downloaded files are left out.
metadata::WriterMetadata bits(const InboxSite&) {
  return Builder("4969d978-be47-48b0-b100-f328f07ac1e0", "BITS Writer", UsageType::system_service)
      .exclude("C:\\Windows\\System32", "bits.log")
      .exclude("C:\\Windows\\System32", "bits.bak")
      .exclude("C:\\ProgramData\\Microsoft\\Network\\Downloader\\", "*", true)
      .done();
}

// Page: "to delete search index files from shadow copies". Directory: the index's default place.
metadata::WriterMetadata search(const InboxSite&) {
  return Builder("cd3f2362-8bef-46c7-9181-d62844cdc0b2", "MSSearch Service Writer",
                 UsageType::system_service)
      .exclude_from_snapshot("C:\\ProgramData\\Microsoft\\Search\\Data\\Applications\\Windows", "*",
                             true)
      .done();
}

// Server 2003 alone; name and id as KB 2952783 lists them there. The files: where that Windows
// keeps its event logs.
metadata::WriterMetadata event_log(const InboxSite&) {
  return Builder("eee8c692-67ed-4250-8d86-390603070d00", "Event Log Writer",
                 UsageType::bootable_system_state)
      .restore(RestoreMethodType::restore_at_reboot, WriterRestore::never, true)
      .group("", "EventLog", "Event Logs")
      .selectable()
      .files("%SystemRoot%\\System32\\config", "*.evt")
      .done();
}

// "The MSDE in-box writer is not available in Windows Vista, Windows Server 2008, and later"; name
// and id as KB 2952783 lists them. Its component: the system database of an instance where MSDE
// puts it by default, in the form of the SQL writers.
metadata::WriterMetadata msde(const InboxSite&) {
  const std::string data = "C:\\Program Files\\Microsoft SQL Server\\MSSQL\\Data";
  return Builder("f8544ac1-0611-4fa5-b04b-f7ee00b03277", "MSDEWriter", UsageType::user_data,
                 SourceType::transacted_db)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .database("LAB", "master")
      .selectable(true)
      .data(data, "master.mdf")
      .logs(data, "mastlog.ldf")
      .done();
}

}  // namespace vsslab::scenario::inbox
