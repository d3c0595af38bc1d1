// Metadata: backup schema (spec: rules 5.4, VSSM-SCHEMA).
#include <fmt/format.h>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/metadata_documents.h"

namespace vsslab::rules {
namespace {

using metadata::WriterMetadata;

// VSS_BACKUP_SCHEMA
constexpr std::uint32_t kDifferentialSchema = 0x1;
constexpr std::uint32_t kIncremental = 0x2;
constexpr std::uint32_t kExclusive = 0x4;
constexpr std::uint32_t kLog = 0x8;
constexpr std::uint32_t kTimestamped = 0x20;
constexpr std::uint32_t kLastModify = 0x40;
constexpr std::uint32_t kLsn = 0x80;
constexpr std::uint32_t kRestoreWithMove = 0x200;
constexpr std::uint32_t kIndependentSystemState = 0x400;
constexpr std::uint32_t kRollForward = 0x1000;
constexpr std::uint32_t kRename = 0x2000;
constexpr std::uint32_t kAuthoritative = 0x4000;
constexpr std::uint32_t kParallel = 0x8000;

// Looks at documents whose schema has one of the bits.
template <class Good>
void check_schema(const RunView& run, Findings& out, std::uint32_t bits, std::string_view expected,
                  Good good) {
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if ((document.backup_schema & bits) == 0) return;
        verdicts.expect(good(document), expected,
                        fmt::format("the schema is 0x{:x}", document.backup_schema),
                        {part.metadata->seq});
      });
}

#define VSSLAB_EX_SCHEMA(mask, components)                                                    \
  VSSLAB_EX_WMD(" backupSchema='" mask "'", VSSLAB_EX_IDENTIFICATION VSSLAB_EX_RESTORE_METHOD \
                "<BACKUP_LOCATIONS>" components "</BACKUP_LOCATIONS>")

// EXCLUSIVE needs both DIFFERENTIAL and INCREMENTAL.
void check_exclusive(const RunView& run, Findings& out) {
  check_schema(run, out, kExclusive, "DIFFERENTIAL and INCREMENTAL beside EXCLUSIVE",
               [](const WriterMetadata& document) {
                 constexpr std::uint32_t kBoth = kDifferentialSchema | kIncremental;
                 return (document.backup_schema & kBoth) == kBoth;
               });
}

constinit const Rule kExclusiveRule{
    {.id = "VSSM-SCHEMA-001",
     .slug = "exclusive-needs-both",
     .level = Level::must,
     .title = "A schema with EXCLUSIVE_INCREMENTAL_DIFFERENTIAL has DIFFERENTIAL and INCREMENTAL.",
     .source = "ne-vss-vss_backup_schema.md",
     .cause = "EXCLUSIVE was taken for a third kind of backup.",
     .next_step = "Set all three bits, or leave EXCLUSIVE out.",
     .fails_on = VSSLAB_EX_SCHEMA("5", ""),
     .passes_on = VSSLAB_EX_SCHEMA("7", "")},
    check_exclusive};

// TIMESTAMPED and LAST_MODIFY each need DIFFERENTIAL or INCREMENTAL.
void check_stamps(const RunView& run, Findings& out) {
  check_schema(run, out, kTimestamped | kLastModify,
               "DIFFERENTIAL or INCREMENTAL beside TIMESTAMPED and LAST_MODIFY",
               [](const WriterMetadata& document) {
                 return (document.backup_schema & (kDifferentialSchema | kIncremental)) != 0;
               });
}

constinit const Rule kStamps{
    {.id = "VSSM-SCHEMA-002",
     .slug = "stamps-need-partial-backups",
     .level = Level::must,
     .title = "A schema with TIMESTAMPED or LAST_MODIFY has DIFFERENTIAL or INCREMENTAL.",
     .source = "ne-vss-vss_backup_schema.md",
     .cause = "The bits say how partial backups are made, and none are.",
     .next_step = "Add the kind of backup that uses the stamps.",
     .fails_on = VSSLAB_EX_SCHEMA("32", ""),
     .passes_on = VSSLAB_EX_SCHEMA("33", "")},
    check_stamps};

bool has_log_files(const WriterMetadata& document) {
  for (const metadata::Component& component : document.components) {
    for (const metadata::FileSet& set : component.files) {
      if (set.kind == metadata::FileKind::database_log) return true;
    }
  }
  return false;
}

// LOG needs at least one database log file set.
void check_log(const RunView& run, Findings& out) {
  check_schema(run, out, kLog, "database log files beside LOG", has_log_files);
}

constinit const Rule kLogRule{
    {.id = "VSSM-SCHEMA-003",
     .slug = "log-needs-log-files",
     .level = Level::must,
     .title = "A writer with the schema LOG has database log files.",
     .source = "ne-vss-vss_backup_schema.md",
     .cause = "Logs were added as plain database files.",
     .next_step = "Add logs with AddDatabaseLogFiles, or leave LOG out.",
     .fails_on = VSSLAB_EX_SCHEMA(
         "8", VSSLAB_EX_GROUP("componentName='Data'", VSSLAB_EX_FILES("C:\\\\Data", "a.log"))),
     .passes_on = VSSLAB_EX_SCHEMA(
         "8",
         "<DATABASE componentName='Data' restoreMetadata='no' notifyOnBackupComplete='no' "
         "selectable='yes' selectableForRestore='no' componentFlags='0'><DATABASE_LOGFILES "
         "path='C:\\\\Data' filespec='a.log' filespecBackupType='3855'/></DATABASE>")},
    check_log};

// RESTORE_WITH_MOVE needs an instance name.
void check_move(const RunView& run, Findings& out) {
  check_schema(run, out, kRestoreWithMove, "an instance name beside RESTORE_WITH_MOVE",
               [](const WriterMetadata& document) {
                 return !document.identification.instance_name.empty();
               });
}

constinit const Rule kMove{
    {.id = "VSSM-SCHEMA-004",
     .slug = "move-needs-instance-name",
     .level = Level::must,
     .title = "A writer that supports restore with move has an instance name.",
     .source = "writer-backup-schema-support.md",
     .cause = "Initialize was called without an instance name.",
     .next_step = "Pass a persistent instance name to Initialize.",
     .fails_on = VSSLAB_EX_SCHEMA("512", ""),
     .passes_on = VSSLAB_EX_WMD(" backupSchema='512'",
                                "<IDENTIFICATION writerId='d61d61c8-d73a-4eee-8cdd-f6f9786b7124' "
                                "instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b' "
                                "instanceName='one' friendlyName='Orders' usage='USER_DATA' "
                                "dataSource='OTHER'/>")},
    check_move};

// LSN is reserved.
void check_lsn(const RunView& run, Findings& out) {
  for_each_document(
      run, out, [](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.backup_schema == 0) return;
        verdicts.expect((document.backup_schema & kLsn) == 0, "a schema without LSN",
                        fmt::format("the schema is 0x{:x}", document.backup_schema),
                        {part.metadata->seq});
      });
}

constinit const Rule kLsnRule{{.id = "VSSM-SCHEMA-005",
                               .slug = "lsn-reserved",
                               .level = Level::must,
                               .title = "A schema does not have the reserved bit LSN.",
                               .source = "ne-vss-vss_backup_schema.md",
                               .cause = "Every bit of the enumeration was set.",
                               .next_step = "Leave VSS_BS_LSN out.",
                               .fails_on = VSSLAB_EX_SCHEMA("129", ""),
                               .passes_on = VSSLAB_EX_SCHEMA("1", "")},
                              check_lsn};

// The bits that a profile's Windows does not know.
std::uint32_t unknown_bits(std::string_view profile) {
  if (profile == "ws2003sp1") {
    return kIndependentSystemState | kRollForward | kRename | kAuthoritative | kParallel;
  }
  return 0;  // Vista's bits and PARALLEL are there from Server 2008 on
}

// Lifetime: AUTHORITATIVE, RENAME, ROLLFORWARD, INDEPENDENT_SYSTEM_STATE from Vista; PARALLEL from
// Server 2008; RESTORE_WITH_MOVE from 2003 SP1.
void check_lifetime(const RunView& run, Findings& out) {
  std::string_view profile = run.journal().meta.profile;
  if (const Call* start = run.lab_calls().first(Ev::scenario_start)) {
    profile = run.arg(*start, "profile").value_or(profile);
  }
  const std::uint32_t unknown = unknown_bits(profile);
  for_each_document(
      run, out, [&](const WriterMetadata& document, const Participation& part, Verdicts& verdicts) {
        if (document.backup_schema == 0) return;
        verdicts.expect((document.backup_schema & unknown) == 0,
                        fmt::format("bits that Windows of profile {} knows", profile),
                        fmt::format("the schema is 0x{:x}", document.backup_schema),
                        {part.metadata->seq});
      });
}

constinit const Rule kLifetime{
    {.id = "VSSM-SCHEMA-007",
     .slug = "schema-known-to-windows",
     .level = Level::must,
     .title = "A schema has only bits that the version of Windows knows.",
     .source = "ne-vss-vss_backup_schema.md",
     .cause = "The writer does not look at the version before it declares a newer feature.",
     .next_step = "Declare AUTHORITATIVE, RENAME, ROLLFORWARD and INDEPENDENT_SYSTEM_STATE from "
                  "Vista on, PARALLEL from Server 2008 on.",
     .fails_on = "0 L ScenarioStart profile=ws2003sp1\n" VSSLAB_EX_SCHEMA("4096", ""),
     .passes_on = "0 L ScenarioStart profile=ws2022\n" VSSLAB_EX_SCHEMA("4096", "")},
    check_lifetime};

constexpr const Rule* kRules[] = {&kExclusiveRule, &kStamps,  &kLogRule,
                                  &kMove,          &kLsnRule, &kLifetime};

}  // namespace

RuleSpan metadata_schema_rules() { return kRules; }

}  // namespace vsslab::rules
