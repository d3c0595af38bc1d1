// Bugs in the Writer Metadata Document.

#include "mock-writers/defects/defective.h"

namespace vsslab::mock {

namespace {

using plan::ComponentFile;
using plan::TestComponent;
using plan::WriterPlan;

ComponentFile file_set(std::string path, std::string filespec, bool recursive = false) {
  ComponentFile files;
  files.path = std::move(path);
  files.filespec = std::move(filespec);
  files.recursive = recursive;
  return files;
}

TestComponent& data(WriterPlan& plan) { return plan.test.components.front(); }

TestComponent& add_component(WriterPlan& plan, std::string logical_path, std::string name) {
  TestComponent component;
  component.logical_path = std::move(logical_path);
  component.name = std::move(name);
  component.files.push_back(file_set("C:\\DefectMore", "*"));
  plan.test.components.push_back(std::move(component));
  return plan.test.components.back();
}

// ---- the document as a whole ----
void no_restore_method(WriterPlan& plan) { plan.test.has_restore_method = false; }
void undefined_method(WriterPlan& plan) { plan.test.restore_method = VSS_RME_UNDEFINED; }
void undefined_writer_restore(WriterPlan& plan) { plan.test.writer_restore = VSS_WRE_UNDEFINED; }
void service_without_need(WriterPlan& plan) { plan.test.service = "Spooler"; }
void no_service(WriterPlan& plan) { plan.test.restore_method = VSS_RME_STOP_RESTORE_START; }
void no_components(WriterPlan& plan) { plan.test.components.clear(); }

// ---- components ----
void nameless_component(WriterPlan& plan) { add_component(plan, "", ""); }
void backslash_name(WriterPlan& plan) { add_component(plan, "", "More\\Data"); }
void duplicate_component(WriterPlan& plan) { add_component(plan, "", data(plan).name); }
void backslash_path(WriterPlan& plan) { add_component(plan, "\\", "More"); }
void orphan_subcomponent(WriterPlan& plan) { add_component(plan, "Data\\", "More"); }
void undefined_type(WriterPlan& plan) { add_component(plan, "", "More").type = VSS_CT_UNDEFINED; }
void restore_metadata_flag(WriterPlan& plan) { data(plan).restore_metadata = true; }
void notify_flag(WriterPlan& plan) { data(plan).notify_on_backup_complete = true; }
void unknown_flags(WriterPlan& plan) { data(plan).flags = 0x10; }

// ---- file sets ----
void wildcard_in_path(WriterPlan& plan) {
  data(plan).files.push_back(file_set("C:\\Defect*\\More", "a.dat"));
}
void directory_in_filespec(WriterPlan& plan) {
  data(plan).files.push_back(file_set("C:\\DefectMore", "sub\\a.dat"));
}
void relative_path(WriterPlan& plan) {
  data(plan).files.push_back(file_set("DefectMore\\sub", "a.dat"));
}
void overlapping_sets(WriterPlan& plan) {
  data(plan).files.push_back(file_set(data(plan).files.front().path, "*.dat"));
}
void shared_file(WriterPlan& plan) {
  const ComponentFile first = data(plan).files.front();
  add_component(plan, "", "More").files = {first};
}
void missing_file(WriterPlan& plan) {
  data(plan).files.push_back(file_set("C:\\DefectMore", "never-there.dat"));
}
void log_schema_without_logs(WriterPlan& plan) { plan.test.supports_log = true; }
void excluded_from_snapshot_only(WriterPlan& plan) {
  plan.test.exclude_files_from_snapshot.push_back({"C:\\DefectCache", "*.tmp", false, 0});
}

// ---- alternate locations and dependencies ----
void mapping_of_no_set(WriterPlan& plan) {
  plan.test.alternate_mappings.push_back({"C:\\Unheard", "*.of", false, "C:\\DefectAlternate", 0});
}
void relative_destination(WriterPlan& plan) {
  const ComponentFile& files = data(plan).files.front();
  plan.test.alternate_mappings.push_back(
      {files.path, files.filespec, files.recursive, "DefectAlternate", 0});
}
void no_mappings(WriterPlan& plan) {
  plan.test.restore_method = VSS_RME_RESTORE_TO_ALTERNATE_LOCATION;
}
void self_dependency(WriterPlan& plan) {
  add_component(plan, "", "More").dependencies.push_back({*plan.writer_id, "", "Data", 0});
}
void bad_remote_dependency(WriterPlan& plan) {
  Guid other = *plan.writer_id;
  ++other.data2;
  data(plan).dependencies.push_back({other, "\\\\", "Data", 0});
}

// ---- what no configuration can say ----

// One more call inside Identify, after or before the sound ones.
using Call = void (*)(IVssCreateWriterMetadataEx& metadata);

template <Call call>
class After final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    Defective::OnIdentifyEx(metadata);
    call(*metadata);
    return true;
  }
};

template <Call call>
class Before final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    call(*metadata);
    return Defective::OnIdentifyEx(metadata);
  }
};

void mapping(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddAlternateLocationMapping(L"C:\\DefectData", L"*", true, L"C:\\DefectAlternate");
}
void include_files(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddIncludeFiles(L"C:\\DefectMore", L"*", false, NULL);
}
void files_of_nothing(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddFilesToFileGroup(NULL, L"Nowhere", L"C:\\DefectMore", L"*", false, NULL);
}
void database_files_in_group(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddDatabaseFiles(NULL, L"Data", L"C:\\DefectMore", L"a.mdf");
}
void group_files_in_database(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddComponent(VSS_CT_DATABASE, NULL, L"More", NULL, NULL, 0, false, false, true);
  metadata.AddFilesToFileGroup(NULL, L"More", L"C:\\DefectMore", L"*", false, NULL);
}
void database_files_of_nothing(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddDatabaseFiles(NULL, L"Nowhere", L"C:\\DefectMore", L"a.mdf");
}
void dependency_of_nothing(IVssCreateWriterMetadataEx& metadata) {
  metadata.AddComponentDependency(NULL, L"Nowhere", test_writer_id(), NULL, L"Data");
}
template <DWORD schema>
void schema_of(IVssCreateWriterMetadataEx& metadata) {
  metadata.SetBackupSchema(schema);
}

constexpr Defect kDefects[] = {
    {"no-restore-method",
     "sets no restore method",
     {"VSSM-WMD-003", "VSSW-IDENT-005"},
     "",
     run_altered<no_restore_method>},
    {"undefined-restore-method",
     "sets VSS_RME_UNDEFINED",
     {"VSSM-WMD-004"},
     "",
     run_altered<undefined_method>},
    {"undefined-writer-restore",
     "sets VSS_WRE_UNDEFINED",
     {"VSSM-WMD-004"},
     "",
     run_altered<undefined_writer_restore>},
    {"service-without-need",
     "names a service though its restore method stops none",
     {"VSSM-WMD-005"},
     "",
     run_altered<service_without_need>},
    {"no-service",
     "names no service for STOP_RESTORE_START",
     {"VSSM-WMD-005"},
     "",
     run_altered<no_service>},
    {"no-components", "has no components", {"VSSM-WMD-006"}, "", run_altered<no_components>},
    {"include-files",
     "calls AddIncludeFiles",
     {"VSSM-WMD-009"},
     "",
     run_defect<After<include_files>>},
    {"undefined-component-type",
     "adds a component of type VSS_CT_UNDEFINED",
     {"VSSM-COMP-001"},
     "",
     run_altered<undefined_type>},
    {"nameless-component",
     "adds a component without a name",
     {"VSSM-COMP-002"},
     "",
     run_altered<nameless_component>},
    {"backslash-in-name",
     "adds a component whose name has a backslash",
     {"VSSM-COMP-002"},
     "",
     run_altered<backslash_name>},
    {"duplicate-component",
     "adds two components with the same path and name",
     {"VSSM-COMP-003", "VSSM-COMP-004"},
     "",
     run_altered<duplicate_component>},
    {"backslash-as-path",
     "gives a backslash as the root's logical path",
     {"VSSM-COMP-005"},
     "",
     run_altered<backslash_path>},
    {"trailing-backslash-in-path",
     "ends a logical path with a backslash",
     {"VSSM-COMP-005"},
     "",
     run_altered<orphan_subcomponent>},
    {"restore-metadata-flag",
     "sets the reserved restoreMetadata",
     {"VSSM-COMP-010"},
     "",
     run_altered<restore_metadata_flag>},
    {"notify-flag",
     "sets the reserved notifyOnBackupComplete",
     {"VSSM-COMP-010"},
     "",
     run_altered<notify_flag>},
    {"unknown-component-flags",
     "sets a component flag that does not exist",
     {"VSSM-COMP-013"},
     "",
     run_altered<unknown_flags>},
    {"wildcard-in-path",
     "has a wildcard in the path of a file set",
     {"VSSM-FILE-002"},
     "",
     run_altered<wildcard_in_path>},
    {"directory-in-filespec",
     "has a directory in a file spec",
     {"VSSM-FILE-003"},
     "",
     run_altered<directory_in_filespec>},
    {"relative-path",
     "has a file set without a volume",
     {"VSSM-FILE-004"},
     "",
     run_altered<relative_path>},
    {"group-files-in-database",
     "adds file-group files to a database",
     {"VSSM-FILE-006"},
     "",
     run_defect<After<group_files_in_database>>},
    {"files-of-no-component",
     "adds files to a component that is not there",
     {"VSSM-FILE-006"},
     "",
     run_defect<After<files_of_nothing>>},
    {"overlapping-file-sets",
     "has two file sets that name the same files",
     {"VSSM-FILE-007"},
     "",
     run_altered<overlapping_sets>},
    {"file-in-two-components",
     "has the same files in two components",
     {"VSSM-FILE-008"},
     "",
     run_altered<shared_file>},
    {"missing-file",
     "names a file that does not exist",
     {"VSSM-FILE-011"},
     "",
     run_altered<missing_file>},
    {"database-files-in-group",
     "adds database files to a file group",
     {"VSSM-FILE-013"},
     "",
     run_defect<After<database_files_in_group>>},
    {"database-files-of-no-component",
     "adds database files to a component that is not there",
     {"VSSM-FILE-013"},
     "",
     run_defect<After<database_files_of_nothing>>},
    {"excluded-from-snapshot-only",
     "leaves files out of the shadow copy but not out of the backup",
     {"VSSM-EXCL-002"},
     "",
     run_altered<excluded_from_snapshot_only>},
    {"mapping-of-no-file-set",
     "maps an alternate location for files that it does not have",
     {"VSSM-ALT-001"},
     "",
     run_altered<mapping_of_no_set>},
    {"mapping-before-restore-method",
     "maps an alternate location before SetRestoreMethod",
     {"VSSM-ALT-002"},
     "",
     run_defect<Before<mapping>>},
    {"relative-alternate-location",
     "maps an alternate location to a relative path",
     {"VSSM-ALT-003"},
     "",
     run_altered<relative_destination>},
    {"no-alternate-locations",
     "restores to alternate locations and maps none",
     {"VSSM-ALT-004"},
     "",
     run_altered<no_mappings>},
    {"self-dependency",
     "depends on a component of its own",
     {"VSSM-DEP-001"},
     "",
     run_altered<self_dependency>},
    {"dependency-of-no-component",
     "adds a dependency for a component that is not there",
     {"VSSM-DEP-002"},
     "",
     run_defect<After<dependency_of_nothing>>},
    {"remote-dependency-without-computer",
     "names no computer in a remote dependency",
     {"VSSM-DEP-003"},
     "",
     run_altered<bad_remote_dependency>},
    {"exclusive-schema-alone",
     "declares EXCLUSIVE without DIFFERENTIAL and INCREMENTAL",
     {"VSSM-SCHEMA-001"},
     "",
     run_defect<After<schema_of<VSS_BS_EXCLUSIVE_INCREMENTAL_DIFFERENTIAL>>>},
    {"timestamped-schema-alone",
     "declares TIMESTAMPED without DIFFERENTIAL or INCREMENTAL",
     {"VSSM-SCHEMA-002", "VSSW-INCR-002"},
     "",
     run_defect<After<schema_of<VSS_BS_TIMESTAMPED>>>},
    {"last-modify-schema-alone",
     "declares LAST_MODIFY without DIFFERENTIAL or INCREMENTAL",
     {"VSSM-SCHEMA-002"},
     "",
     run_defect<After<schema_of<VSS_BS_LAST_MODIFY>>>},
    {"log-schema-without-logs",
     "declares LOG and has no database log files",
     {"VSSM-SCHEMA-003"},
     "",
     run_altered<log_schema_without_logs>},
    {"move-schema-without-instance",
     "declares RESTORE_WITH_MOVE and has no instance name",
     {"VSSM-SCHEMA-004"},
     "",
     run_defect<After<schema_of<VSS_BS_WRITER_SUPPORTS_RESTORE_WITH_MOVE>>>},
    {"lsn-schema",
     "declares the reserved LSN",
     {"VSSM-SCHEMA-005"},
     "",
     run_defect<After<schema_of<VSS_BS_LSN>>>},
};

}  // namespace

std::span<const Defect> document_defects() { return kDefects; }

}  // namespace vsslab::mock
