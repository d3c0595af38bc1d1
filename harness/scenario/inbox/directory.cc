// Writers of domain controllers and their neighbours.
#include "scenario/inbox/builder.h"

namespace vsslab::scenario::inbox {

namespace {

// VSS_CF_BACKUP_RECOVERY | VSS_CF_APP_ROLLBACK_RECOVERY, as the page prints it for NTDS and ADAM.
constexpr std::uint32_t kRecoverable = 3;

// VSS_BS_AUTHORITATIVE_RESTORE: BETest's page has /Auth for these two.
constexpr std::uint32_t kAuthoritative = 0x4000;

// "Windows Server 2003: This value is not supported until Windows Vista" (VSSM-SCHEMA-007).
std::uint32_t authoritative_on(const InboxSite& site) {
  return site.machine.version == Windows::v5_2 ? 0 : kAuthoritative;
}

}  // namespace

// The page prints the component and its files. Restore: NTDS takes part when files cannot be
// replaced, as domain controllers show it.
metadata::WriterMetadata ntds(const InboxSite& site) {
  return Builder("b2014c9e-8711-4c5c-a5a9-3cf384484757", "NTDS", UsageType::bootable_system_state,
                 SourceType::transacted_db)
      .schema(authoritative_on(site))
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::if_replace_fails)
      .database("C:_Windows_NTDS", "ntds")
      .flags(kRecoverable)
      .data("C:\\Windows\\NTDS", "ntds.dit")
      .logs("C:\\Windows\\NTDS", "edb*.log")
      .logs("C:\\Windows\\NTDS", "edb.chk")
      .done();
}

// The in-box page links to one that is not published any more; id, name and the SYSVOL component
// as domain controllers show them. Private folders are left out (DFSR Replicated Folders).
metadata::WriterMetadata dfsr(const InboxSite&) {
  return Builder("2707761b-2324-473d-88eb-eb007a359533", "DFS Replication service writer",
                 UsageType::system_service)
      .restore(RestoreMethodType::custom)
      .group("SYSVOL", "5B1C6E7A-4F0D-4C39-9B1E-2D7F60A3C8E4-0C7E2A91-8D35-4F6B-A0C4-91B7D35E62F8")
      .selectable(true)
      .tree("C:\\Windows\\SYSVOL\\domain")
      .exclude("C:\\Windows\\SYSVOL\\domain\\DfsrPrivate", "*", true)
      .done();
}

// backing-up-and-restoring-an-frs-replicated-sysvol-folder.md prints the document, for drive D:.
metadata::WriterMetadata frs(const InboxSite&) {
  return Builder("d76f5a28-3092-4589-ba48-2958fb88ce29", "FRS Writer", UsageType::system_service)
      .restore(RestoreMethodType::custom)
      .group("SYSVOL", "6C2F9D18-7A04-4B6E-8F53-3E8A71B4D9F5")
      .selectable()
      .tree("C:\\Windows\\SYSVOL")
      .exclude("C:\\Windows\\ntfrs\\jet", "*", true)
      .exclude("C:\\Windows\\debug\\NtFrs", "NtFrs*")
      .exclude("C:\\Windows\\SYSVOL\\domain\\DO_NOT_REMOVE_NtFrs_PreInstall_Directory", "*", true)
      .exclude("C:\\Windows\\SYSVOL\\domain\\NtFrs_PreExisting___See_EventLog", "*", true)
      .exclude("C:\\Windows\\SYSVOL\\staging\\domain", "NTFRS_*")
      .done();
}

// The page prints the component and its files for instance 1.
metadata::WriterMetadata lds(const InboxSite& site) {
  const std::string data = "C:\\Program Files\\Microsoft ADAM\\instance1\\data";
  return Builder("dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd", "ADAM (instance1) Writer",
                 UsageType::user_data, SourceType::transacted_db)
      .schema(authoritative_on(site))
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::if_replace_fails)
      .database("C:_Program Files_Microsoft ADAM_instance1_data", "adamntds")
      .flags(kRecoverable)
      .data(data, "adamntds.dit")
      .logs(data, "edb*.log")
      .logs(data, "edb.chk")
      .done();
}

// Page: "the ADFS data files". Their place: the service's own directory.
metadata::WriterMetadata federation(const InboxSite&) {
  return Builder("772c45f8-ae01-4f94-940c-94961864acad", "ADFS VSS Writer",
                 UsageType::system_service)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("", "ADFS", "Active Directory Federation Services")
      .selectable(true)
      .tree("%SystemRoot%\\ADFS", "*.config")
      .done();
}

// Page: "the AD RMS data files". Their place: the web service's directory.
metadata::WriterMetadata rights_management(const InboxSite&) {
  return Builder("886c43b1-d455-4428-a37f-4d6b9e43f50f", "AD RMS Writer", UsageType::system_service)
      .restore(RestoreMethodType::restore_if_can_replace, WriterRestore::always)
      .group("", "AD RMS", "Active Directory Rights Management Services")
      .selectable(true)
      .tree("C:\\inetpub\\wwwroot\\_wmcs", "*.*")
      .done();
}

// Page: "the data files for the Certificate Server". Their place: CertLog, where the service puts
// its database by default.
metadata::WriterMetadata certificate_authority(const InboxSite&) {
  const std::string data = "C:\\Windows\\system32\\CertLog";
  return Builder("6f5b15b5-da24-4d88-b737-63063e3a1f86", "Certificate Authority",
                 UsageType::system_service, SourceType::transacted_db)
      .restore(RestoreMethodType::restore_at_reboot_if_cannot_replace)
      .database("C:_Windows_system32_CertLog", "LAB-CA")
      .flags(kRecoverable)
      .data(data, "LAB-CA.edb")
      .logs(data, "edb*.log")
      .logs(data, "edb.chk")
      .done();
}

}  // namespace vsslab::scenario::inbox
