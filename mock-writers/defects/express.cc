// Bugs of programs that store an express writer's document. VSS refuses what they ask for; they
// register what they have got all the same.

#include <string>

#include "mock-writers/defects/defective.h"
#include "mock-writers/presets/express_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

namespace {

using Describe = void (*)(IVssCreateExpressWriterMetadata& metadata);

template <Describe wrong>
int run_wrong(const plan::WriterPlan& plan, std::uint64_t) {
  const std::wstring name = wide(plan.name);
  const ExpressIdentity identity{sound_plan(plan).writer_id->to<VSS_ID>(), name.c_str()};
  return run_express(identity, [&](IVssExpressWriter& writer) {
    return store_express(writer, identity, [](IVssCreateExpressWriterMetadata& metadata) {
      wrong(metadata);
      return describe_express(metadata);
    });
  });
}

void takes_part_in_restores(IVssCreateExpressWriterMetadata& metadata) {
  metadata.SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL, VSS_WRE_ALWAYS, false);
}

void restores_itself(IVssCreateExpressWriterMetadata& metadata) {
  metadata.SetRestoreMethod(VSS_RME_CUSTOM, NULL, NULL, VSS_WRE_NEVER, false);
}

void has_alternate_path(IVssCreateExpressWriterMetadata& metadata) {
  metadata.AddFilesToFileGroup(NULL, L"Files", L"C:\\ExpressData", L"*", true, L"C:\\Spit");
}

void is_incremental(IVssCreateExpressWriterMetadata& metadata) {
  metadata.SetBackupSchema(VSS_BS_INCREMENTAL);
}

void recovers_on_the_copy(IVssCreateExpressWriterMetadata& metadata) {
  metadata.AddComponent(VSS_CT_FILEGROUP, NULL, L"More", NULL, NULL, 0, false, false, true, false,
                        VSS_CF_BACKUP_RECOVERY);
}

int run_of_other_use(const plan::WriterPlan& plan, std::uint64_t) {
  const std::wstring name = wide(plan.name);
  const ExpressIdentity identity{sound_plan(plan).writer_id->to<VSS_ID>(), name.c_str()};
  return run_express(identity, [&](IVssExpressWriter& writer) {
    IVssCreateExpressWriterMetadata* metadata = NULL;
    writer.CreateMetadata(identity.writer_id, identity.name, VSS_UT_OTHER, 1, 0, 0, &metadata);
    if (metadata != NULL) metadata->Release();
    return store_express(writer, identity, describe_express);
  });
}

int run_registering_twice(const plan::WriterPlan& plan, std::uint64_t) {
  const std::wstring name = wide(plan.name);
  const ExpressIdentity identity{sound_plan(plan).writer_id->to<VSS_ID>(), name.c_str()};
  return run_express(identity, [&](IVssExpressWriter& writer) {
    const HRESULT hr = store_express(writer, identity, describe_express);
    writer.Register();
    return hr;
  });
}

// No call would have let a recursive set of database files in.
int run_with_loaded_document(const plan::WriterPlan& plan, std::uint64_t) {
  const std::wstring name = wide(plan.name);
  const Guid id = *sound_plan(plan).writer_id;
  const ExpressIdentity identity{id.to<VSS_ID>(), name.c_str()};
  const std::wstring document =
      L"<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\">"
      L"<IDENTIFICATION writerId=\"" +
      wide(id.to_string()) + L"\" instanceId=\"" + wide(id.to_string()) + L"\" friendlyName=\"" +
      name +
      L"\" usage=\"USER_DATA\" dataSource=\"OTHER\"/>"
      L"<RESTORE_METHOD method=\"RESTORE_IF_CAN_BE_REPLACED\" writerRestore=\"never\" "
      L"rebootRequired=\"no\"/><BACKUP_LOCATIONS><DATABASE componentName=\"Ledger\" "
      L"restoreMetadata=\"no\" notifyOnBackupComplete=\"no\" selectable=\"yes\" "
      L"selectableForRestore=\"no\" componentFlags=\"0\"><DATABASE_FILES path=\"C:\\Ledger\" "
      L"filespec=\"*.mdf\" recursive=\"yes\" filespecBackupType=\"3855\"/></DATABASE>"
      L"</BACKUP_LOCATIONS></WRITER_METADATA>";
  return run_express(identity, [&](IVssExpressWriter& writer) {
    const HRESULT hr = writer.LoadMetadata(document.c_str(), 0);
    return SUCCEEDED(hr) ? writer.Register() : hr;
  });
}

constexpr Defect kDefects[] = {
    {"express-alternate-path",
     "an express writer whose file set has an alternate path",
     {"VSSW-EXPR-003"},
     "",
     run_wrong<has_alternate_path>},
    {"express-custom-restore",
     "an express writer with the restore method CUSTOM",
     {"VSSW-EXPR-002"},
     "",
     run_wrong<restores_itself>},
    {"express-in-restores",
     "an express writer that wants to take part in restores",
     {"VSSW-EXPR-001"},
     "",
     run_wrong<takes_part_in_restores>},
    {"express-incremental",
     "an express writer that declares incremental backups",
     {"VSSW-EXPR-004"},
     "",
     run_wrong<is_incremental>},
    {"express-of-other-use",
     "an express writer of usage VSS_UT_OTHER",
     {"VSSW-EXPR-008"},
     "",
     run_of_other_use},
    {"express-recovery",
     "an express writer that asks for recovery on the shadow copy",
     {"VSSW-EXPR-005"},
     "",
     run_wrong<recovers_on_the_copy>},
    {"express-recursive-database",
     "loads a document with recursive database files",
     {"VSSM-FILE-005"},
     "",
     run_with_loaded_document},
    {"express-registers-twice",
     "registers an express writer that is stored already",
     {"VSSW-EXPR-009"},
     "",
     run_registering_twice},
};

}  // namespace

std::span<const Defect> express_defects() { return kDefects; }

}  // namespace vsslab::mock
