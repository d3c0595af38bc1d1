// Writers of network and application roles. Where the page says only that a writer "is responsible
// for enumerating files", they are those of the role's default directory; the restore method is
// then the one that Windows' system state writers have.
#include <array>

#include <fmt/format.h>

#include "scenario/inbox/builder.h"

namespace vsslab::scenario::inbox {

namespace {

// Windows' Jet writers name their component after the database and its directory, as the page
// prints it for NTDS.
metadata::WriterMetadata jet(std::string_view id, std::string_view name, std::string_view directory,
                             std::string_view database, std::string_view log_prefix) {
  std::string path(directory);
  for (char& letter : path) {
    if (letter == '\\') letter = '_';
  }
  return Builder(id, name, UsageType::system_service, SourceType::transacted_db)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .database(path, database.substr(0, database.rfind('.')))
      .flags(3)  // VSS_CF_BACKUP_RECOVERY | VSS_CF_APP_ROLLBACK_RECOVERY
      .data(directory, database)
      .logs(directory, fmt::format("{}*.log", log_prefix))
      .logs(directory, fmt::format("{}.chk", log_prefix))
      .done();
}

metadata::WriterMetadata directory(std::string_view id, std::string_view name,
                                   std::string_view component, std::string_view path,
                                   std::string_view spec) {
  return Builder(id, name, UsageType::system_service)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", component, component)
      .selectable()
      .tree(path, spec)
      .done();
}

}  // namespace

// Page: "files required for the DHCP server role".
metadata::WriterMetadata dhcp(const InboxSite&) {
  return jet("be9ac81e-3619-421f-920f-4c6fea9e93ad", "Dhcp Jet Writer",
             "C:\\Windows\\system32\\dhcp", "dhcp.mdb", "j50");
}

// Page: "files required for WINS".
metadata::WriterMetadata wins(const InboxSite&) {
  return jet("f08c1483-8407-4a26-8c26-6c267a629741", "WINS Jet Writer",
             "C:\\Windows\\system32\\wins", "wins.mdb", "j50");
}

// Page: "RD Licensing files"; they go together with the registry.
metadata::WriterMetadata rd_licensing(const InboxSite&) {
  return jet("5382579c-98df-47a7-ac6c-98a6d7106e09", "TermServLicensing",
             "C:\\Windows\\system32\\lserver", "TLSLic.edb", "edb");
}

// Page: "the Network Policy Server (NPS) configuration files". The page's id has a stray "0x".
metadata::WriterMetadata nps(const InboxSite&) {
  return directory("35e81631-13e1-48db-97fc-d5bc721bb18a", "NPS VSS Writer", "NPS Config",
                   "%SystemRoot%\\System32\\ias", "*.xml");
}

// Page: "Remote Desktop Services (Terminal Services) Gateway files"; they go together with the
// registry.
metadata::WriterMetadata rd_gateway(const InboxSite&) {
  return directory("368753ec-572e-4fc7-b4b9-ccd9bdc624cb", "TS Gateway Writer", "TS Gateway",
                   "%SystemRoot%\\System32\\tsgateway", "*.xml");
}

// Page: "the Windows Deployment Services (WDS) data files". Their place: the role's default folder.
metadata::WriterMetadata wds(const InboxSite&) {
  return directory("82cb5521-68db-4626-83a4-7fc6f88853e9", "WDS VSS Writer", "RemoteInstall",
                   "C:\\RemoteInstall\\Mgmt", "*");
}

// Page: all files of config and config\schema that the System Writer does not name. It gives no
// name string; lists of writers have "IIS Config Writer".
metadata::WriterMetadata iis_configuration(const InboxSite&) {
  return Builder("2a40fd15-dfca-4aa8-a654-1f8c654603f6", "IIS Config Writer",
                 UsageType::system_service)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "IISCONFIG", "IIS Configuration")
      .selectable()
      .files("%windir%\\system32\\inetsrv\\config", "*.config")
      .files("%windir%\\system32\\inetsrv\\config\\schema", "*.xml")
      .done();
}

// Page: "the IIS metabase file". Name string: as lists of writers have it.
metadata::WriterMetadata iis_metabase(const InboxSite&) {
  return Builder("59b1f0cf-90ef-465f-9609-6ca8b2938366", "IIS Metabase Writer",
                 UsageType::system_service)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .group("", "IISMETABASE", "IIS Metabase")
      .selectable()
      .files("%windir%\\system32\\inetsrv", "MetaBase.xml")
      .files("%windir%\\system32\\inetsrv", "MBSchema.xml")
      .done();
}

// Page: "the MSMQ data files" of the service in brackets. Their place: the service's storage.
metadata::WriterMetadata message_queuing(const InboxSite&) {
  return Builder("7e47b561-971a-46e6-96b9-696eeaa53b2a", "MSMQ Writer (MSMQ)",
                 UsageType::system_service)
      .restore(RestoreMethodType::stop_restore_start, WriterRestore::never, false, "MSMQ")
      .group("", "MSMQ", "Message Queuing storage")
      .selectable(true)
      .tree("%windir%\\System32\\msmq\\storage", "*")
      .done();
}

// Page: "the Windows Internal Database (WID) data files". One component for each database, in the
// shape of the SQL Server writer, whose engine it is.
metadata::WriterMetadata internal_database(const InboxSite&) {
  const std::string data = "C:\\Windows\\WID\\Data";
  Builder builder("8d5194e1-e455-434a-b2e5-51296cce67df", "WIDWriter", UsageType::user_data,
                  SourceType::transacted_db);
  builder.restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always);
  for (const auto& [name, rows, log] : {std::array{"master", "master.mdf", "mastlog.ldf"},
                                        std::array{"model", "model.mdf", "modellog.ldf"},
                                        std::array{"msdb", "MSDBData.mdf", "MSDBLog.ldf"}}) {
    // VSS_CF_APP_ROLLBACK_RECOVERY
    builder.group("LAB\\MICROSOFT##WID", name).selectable(true).flags(2);
    builder.files(data, rows).files(data, log);
  }
  return builder.done();
}

}  // namespace vsslab::scenario::inbox
