#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "mock-writers/defects/defects.h"
#include "mock-writers/factory.h"
#include "mock-writers/mirror/mirror.h"
#include "mock-writers/testwriter/test_writer.h"
#include "unit/mock_writers/recorder.h"
#include "xml/document.h"

namespace vsslab::mock {
namespace {

using test::Recorder;
using testing::ElementsAre;
using testing::HasSubstr;

plan::TestWriterConfig full_config() {
  plan::TestWriterConfig config;
  config.has_restore_method = true;
  config.restore_method = VSS_RME_STOP_RESTORE_START;
  config.writer_restore = VSS_WRE_ALWAYS;
  config.service = "Spooler";
  config.alternate_mappings.push_back({"C:\\db", "*.mdf", false, "C:\\other", 0});
  config.exclude_files.push_back({"C:\\tmp", "*", true, 0});
  config.supports_new_target = false;
  plan::TestComponent database;
  database.type = VSS_CT_DATABASE;
  database.logical_path = "server";
  database.name = "Orders";
  plan::ComponentFile data;
  data.path = "C:\\db";
  data.filespec = "*.mdf";
  plan::ComponentFile log = data;
  log.filespec = "*.ldf";
  log.log_file = true;
  log.backup_type_mask = 0x808;
  database.files = {data, log};
  database.dependencies.push_back(
      {*Guid::parse("11111111-2222-3333-4444-555555555555"), "", "Settings", 0});
  plan::TestComponent group;
  group.name = "Files";
  group.flags = VSS_CF_BACKUP_RECOVERY;
  plan::ComponentFile spit;
  spit.path = "C:\\files";
  spit.filespec = "*.txt";
  spit.recursive = true;
  spit.alternate_path = "C:\\files\\spit";
  group.files = {spit};
  config.components = {database, group};
  return config;
}

TEST(BuildDocument, SaysEverythingInOrder) {
  Recorder vss;
  EXPECT_EQ(build_document(vss, full_config()), S_OK);
  EXPECT_THAT(
      vss.calls,
      ElementsAre(
          "SetRestoreMethod 3 Spooler 3",
          "AddAlternateLocationMapping C:\\db *.mdf false C:\\other",
          "AddExcludeFiles C:\\tmp * true", "AddComponent 1 server:Orders icon=0 flags=0",
          "AddDatabaseFiles Orders C:\\db\\*.mdf deep=false from= mask=0xf0f",
          "AddDatabaseLogFiles Orders C:\\db\\*.ldf deep=false from= mask=0x808",
          "AddComponent 2 NULL:Files icon=0 flags=1",
          "AddFilesToFileGroup Files C:\\files\\*.txt deep=true from=C:\\files\\spit mask=0xf0f",
          "AddComponentDependency server:Orders on 11111111-2222-3333-4444-555555555555 :Settings",
          "SetBackupSchema 0x0"));
}

TEST(BuildDocument, EndsAtTheFirstRefusalUnlessToldOtherwise) {
  Recorder strict;
  strict.refuse = "AddDatabaseFiles";
  EXPECT_EQ(build_document(strict, full_config()), E_INVALIDARG);
  EXPECT_THAT(strict.calls.back(), HasSubstr("AddDatabaseFiles"));

  Recorder careless;
  careless.refuse = "AddDatabaseFiles";
  EXPECT_EQ(build_document(careless, full_config(), true), E_INVALIDARG);
  EXPECT_EQ(careless.calls.back(), "SetBackupSchema 0x0");
}

TEST(BuildDocument, SchemaNamesWhatIsSupportedAndWhatThatNeeds) {
  plan::TestWriterConfig config;
  EXPECT_EQ(schema_of(config), DWORD{VSS_BS_WRITER_SUPPORTS_NEW_TARGET});
  config.supports_new_target = false;
  config.supports_copy = config.supports_log = true;
  EXPECT_EQ(schema_of(config), DWORD{VSS_BS_COPY | VSS_BS_LOG});
  config = {};
  config.supports_new_target = false;
  config.supports_incremental = true;
  EXPECT_EQ(schema_of(config), DWORD{VSS_BS_INCREMENTAL | VSS_BS_TIMESTAMPED});
  config.components.emplace_back();
  config.components.back().differenced_files.push_back({"C:\\a", "*", false, 0, 0});
  EXPECT_EQ(schema_of(config), DWORD{VSS_BS_INCREMENTAL | VSS_BS_TIMESTAMPED | VSS_BS_LAST_MODIFY});
}

TEST(Registration, TakesThePlanAndTheTestWritersDefaults) {
  plan::WriterPlan plan;
  plan.name = "orders-db";
  const Registration plain = registration_of(plan);
  EXPECT_EQ(Guid::from(plain.writer_id).to_string(), "5affb034-969f-4919-8875-88f830d0ef89");
  EXPECT_EQ(plain.name, L"orders-db");
  EXPECT_EQ(plain.freeze_ms, 60000u);
  plan.friendly_name = "Größe";
  plan.freeze_limit = std::chrono::seconds(20);
  plan.application_level = VSS_APP_SYSTEM;
  const Registration given = registration_of(plan);
  EXPECT_EQ(given.name, L"Größe");
  EXPECT_EQ(given.freeze_ms, 20000u);
  EXPECT_EQ(given.level, VSS_APP_SYSTEM);
}

// ---- the mirror --------------------------------------------------------------------------------

TEST(DocumentReplay, KeepsTheOrderOfTheCapturedCalls) {
  const char* xml =
      "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\" "
      "backupSchema=\"881\"><IDENTIFICATION writerId=\"a6ad56c2-b509-4e6c-bb19-49d8f43532f0\" "
      "instanceId=\"0deae556-4095-407e-86b7-dba663ab1a55\" friendlyName=\"W\" "
      "usage=\"USER_DATA\" dataSource=\"OTHER\" majorVersion=\"0\" minorVersion=\"0\"/>"
      "<BACKUP_LOCATIONS><FILE_GROUP componentName=\"A\" restoreMetadata=\"no\" "
      "notifyOnBackupComplete=\"no\" selectable=\"no\" selectableForRestore=\"no\" "
      "componentFlags=\"0\"/><EXCLUDE_FILES path=\"F:\\x\" filespec=\"a\" recursive=\"no\"/>"
      "<FILE_GROUP logicalPath=\"p\" componentName=\"B\" restoreMetadata=\"no\" "
      "notifyOnBackupComplete=\"yes\" selectable=\"yes\" selectableForRestore=\"no\" "
      "componentFlags=\"2\"><FILE_LIST path=\"C:\\y\" filespec=\"*\" "
      "filespecBackupType=\"3855\"/></FILE_GROUP></BACKUP_LOCATIONS>"
      "<RESTORE_METHOD method=\"REPLACE_AT_REBOOT\" writerRestore=\"never\" "
      "rebootRequired=\"yes\"/></WRITER_METADATA>";
  const auto replay = DocumentReplay::parse(xml, "test.xml");
  ASSERT_TRUE(replay.has_value()) << replay.error().to_text();
  Recorder vss;
  EXPECT_EQ(replay->play(vss), S_OK);
  EXPECT_THAT(vss.calls,
              ElementsAre("AddComponent 2 NULL:A icon=0 flags=0", "AddExcludeFiles F:\\x a false",
                          "AddComponent 2 p:B icon=0 flags=2",
                          "AddFilesToFileGroup B C:\\y\\* deep=false from= mask=0xf0f",
                          "SetRestoreMethod 5 NULL 1", "SetBackupSchema 0x371"));
}

TEST(DocumentReplay, RefusesWhatIsNoWritersDocument) {
  EXPECT_FALSE(DocumentReplay::parse("<BACKUP_COMPONENTS/>", "test.xml").has_value());
  EXPECT_FALSE(DocumentReplay::parse("no document", "test.xml").has_value());
}

// Content without identity and without how it was spelled.
metadata::WriterMetadata content_of(metadata::WriterMetadata document) {
  document.identification = {};
  document.kept = {};
  document.kept_locations = {};
  for (metadata::Component& component : document.components) {
    component.kept = {};
    for (metadata::FileSet& files : component.files) files.kept = {};
  }
  for (auto* list : {&document.exclude_files, &document.exclude_files_from_snapshot}) {
    for (metadata::ExcludeSet& set : *list) set.kept = {};
  }
  if (document.restore_method) document.restore_method->kept = {};
  return document;
}

TEST(DocumentReplay, RebuildsTheDocumentsOfARealMachine) {
  const char* given = std::getenv("VSSLAB_CORPUS");
  const std::filesystem::path folder =
      (given != nullptr && *given != '\0'
           ? std::filesystem::path(given)
           : std::filesystem::path(VSSLAB_SOURCE_DIR) / ".." / "shared" / "corpus") /
      "wm";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "NOT TESTED: the corpus is not at " << folder << "; set VSSLAB_CORPUS";
  }
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
  std::size_t file_sets = 0;
  for (const std::filesystem::path& file : files) {
    const auto bytes = xml::read_file(file.string());
    ASSERT_TRUE(bytes.has_value());
    const auto replay = DocumentReplay::parse(*bytes, file.string());
    ASSERT_TRUE(replay.has_value()) << replay.error().to_text();
    Recorder vss;
    EXPECT_EQ(replay->play(vss), S_OK) << file;
    metadata::WriterMetadata expected = content_of(replay->metadata());
    metadata::WriterMetadata built = content_of(std::move(vss.document));
    built.fragment = expected.fragment;
    built.version = expected.version;
    EXPECT_EQ(built, expected) << file;
    file_sets += built.file_set_count();
  }
  EXPECT_GT(file_sets, 18'995u);
}

// ---- the defects -------------------------------------------------------------------------------

TEST(Defects, TheTableIsSortedAndSaysWhatBreaks) {
  const auto all = defects();
  EXPECT_GE(all.size(), 90u);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(all[i - 1].name, all[i].name);
    }
    EXPECT_FALSE(all[i].sentence.empty()) << all[i].name;
    EXPECT_NE(all[i].run, nullptr) << all[i].name;
    EXPECT_EQ(find_defect(all[i].name), &all[i]);
    EXPECT_FALSE(all[i].rules.ids().empty()) << all[i].name;
    for (const std::string_view id : all[i].rules.ids()) {
      // Of a requester only where the bug is a trap for one.
      const bool trap = id.starts_with("VSSR-") && all[i].needs.starts_with("a requester that");
      EXPECT_TRUE(id.starts_with("VSSW-") || id.starts_with("VSSM-") || trap) << all[i].name;
    }
  }
  EXPECT_EQ(find_defect("no such bug"), nullptr);
}

TEST(Defects, TheSoundWriterHasItsOwnClassAndAComponent) {
  plan::WriterPlan plan;
  plan.class_name = "no-stamp";
  const plan::WriterPlan one = sound_plan(plan);
  plan.class_name = "lsn-schema";
  const plan::WriterPlan other = sound_plan(plan);
  ASSERT_TRUE(one.writer_id && other.writer_id);
  EXPECT_NE(*one.writer_id, *other.writer_id);
  EXPECT_EQ(one.test.components.size(), 1u);
  EXPECT_TRUE(one.test.has_restore_method);
}

TEST(Factory, RefusesNamesThatDoNotExist) {
  plan::WriterPlan plan;
  plan.kind = plan::WriterKind::defect;
  plan.class_name = "no-such-bug";
  const auto defect = make_writer_main(plan, 1);
  ASSERT_FALSE(defect.has_value());
  EXPECT_THAT(defect.error().message, HasSubstr("no-such-bug"));
  plan.kind = plan::WriterKind::preset;
  EXPECT_FALSE(make_writer_main(plan, 1).has_value());
  plan.kind = plan::WriterKind::mirror;
  plan.metadata_xml = "<html/>";
  EXPECT_FALSE(make_writer_main(plan, 1).has_value());
}

}  // namespace
}  // namespace vsslab::mock
