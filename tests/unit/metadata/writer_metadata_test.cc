#include "metadata/writer_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metadata/describe.h"
#include "xml/tree.h"

namespace vsslab::metadata {
namespace {

using ::testing::HasSubstr;

constexpr const char* kIdentification =
    R"(<IDENTIFICATION writerId="D61D61C8-d73a-4eee-8cdd-f6f9786b7124" )"
    R"(instanceId="1bddd48e-5052-49db-9b07-b96f96727e6b" friendlyName="W" usage="USER_DATA" )"
    R"(dataSource="OTHER" majorVersion="0" minorVersion="0"/>)";

std::string document(const std::string& rest, const std::string& identification = kIdentification) {
  return R"(<WRITER_METADATA xmlns="x-schema:#VssWriterMetadataInfo" version="1.2">)" +
         identification + rest + "</WRITER_METADATA>";
}

WriterMetadata parsed(const std::string& text) {
  Result<WriterMetadata> metadata = parse_writer_metadata(text, "wm.xml");
  EXPECT_TRUE(metadata) << metadata.error().to_text();
  return metadata.value_or(WriterMetadata{});
}

void expect_round_trip(const std::string& text) {
  const WriterMetadata metadata = parsed(text);
  const std::string written = emit(metadata);
  const auto difference = xml::infoset_difference(text, written);
  ASSERT_TRUE(difference) << difference.error().to_text() << "\n" << written;
  EXPECT_FALSE(difference->has_value()) << difference->value() << "\n" << written;
  EXPECT_EQ(parsed(written), metadata) << written;
}

TEST(WriterMetadata, ReadsEveryField) {
  const WriterMetadata metadata = parsed(document(
      R"(<RESTORE_METHOD method="RESTORE_IF_CAN_BE_REPLACED" service="S" writerRestore="always" )"
      R"(rebootRequired="yes"><ALTERNATE_LOCATION_MAPPING path="C:\f" filespec="*.txt" )"
      R"(recursive="no" alternatePath="C:\alt"/></RESTORE_METHOD>)"
      R"(<BACKUP_LOCATIONS><DATABASE logicalPath="L\M" componentName="db" caption="Cap" )"
      R"(restoreMetadata="yes" notifyOnBackupComplete="yes" selectable="yes" )"
      R"(selectableForRestore="yes" componentFlags="3">)"
      R"(<DATABASE_FILES path="C:\d" filespec="a.dit" filespecBackupType="3855"/>)"
      R"(<DATABASE_LOGFILES path="C:\d" filespec="a*.log" filespecBackupType="15"/>)"
      R"(<DEPENDENCY writerId="a65faa63-5ea8-4ebc-9dbd-a0c4db26912a" logicalPath="P" )"
      R"(componentName="N"/></DATABASE>)"
      R"(<FILE_GROUP componentName="g" restoreMetadata="no" notifyOnBackupComplete="no" )"
      R"(selectable="no" selectableForRestore="no" componentFlags="0">)"
      R"(<FILE_LIST path="%windir%\x" filespec="*" recursive="yes" alternatePath="D:\spit" )"
      R"(filespecBackupType="3855"/></FILE_GROUP>)"
      R"(<EXCLUDE_FILES path="C:\t" filespec="*.tmp" recursive="yes"/>)"
      R"(<EXCLUDE_FILES_FROM_SNAPSHOT path="\s" filespec="*" recursive="no"/>)"
      R"(</BACKUP_LOCATIONS>)"));
  EXPECT_EQ(metadata.identification.writer_id,
            *Guid::parse("d61d61c8-d73a-4eee-8cdd-f6f9786b7124"));
  EXPECT_EQ(metadata.identification.usage, UsageType::user_data);
  EXPECT_EQ(metadata.identification.data_source, SourceType::other);
  ASSERT_TRUE(metadata.restore_method);
  EXPECT_EQ(metadata.restore_method->method, RestoreMethodType::restore_if_can_replace);
  EXPECT_EQ(metadata.restore_method->service, "S");
  EXPECT_EQ(metadata.restore_method->writer_restore, WriterRestore::always);
  EXPECT_TRUE(metadata.restore_method->reboot_required);
  ASSERT_EQ(metadata.restore_method->alternate_locations.size(), 1U);
  EXPECT_EQ(metadata.restore_method->alternate_locations[0].alternate_path, "C:\\alt");
  const Component* database = metadata.find("L\\M", "db");
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(database->type, ComponentType::database);
  EXPECT_EQ(database->caption, "Cap");
  EXPECT_TRUE(database->restore_metadata && database->notify_on_backup_complete);
  EXPECT_TRUE(database->selectable && database->selectable_for_restore);
  EXPECT_EQ(database->flags, 3U);
  ASSERT_EQ(database->files.size(), 2U);
  EXPECT_EQ(database->files[0].kind, FileKind::database);
  EXPECT_EQ(database->files[1].kind, FileKind::database_log);
  EXPECT_EQ(database->files[1].backup_type, 15U);
  ASSERT_EQ(database->dependencies.size(), 1U);
  EXPECT_EQ(database->dependencies[0].component_name, "N");
  const Component* group = metadata.find("", "g");
  ASSERT_NE(group, nullptr);
  EXPECT_TRUE(group->files.at(0).recursive);
  EXPECT_EQ(group->files[0].alternate_path, "D:\\spit");
  EXPECT_TRUE(metadata.exclude_files.at(0).recursive);
  EXPECT_EQ(metadata.exclude_files_from_snapshot.at(0).path, "\\s");
  EXPECT_EQ(metadata.file_set_count(), 3U);
}

TEST(WriterMetadata, RoundTripKeepsWhatItDoesNotKnow) {
  expect_round_trip(document(""));
  expect_round_trip(document("<BACKUP_LOCATIONS/>"));
  // RESTORE_METHOD after BACKUP_LOCATIONS, kinds of children mixed.
  expect_round_trip(document(
      R"(<BACKUP_LOCATIONS x="1"><EXCLUDE_FILES path="a" filespec="b" recursive="no"/><!-- c -->)"
      R"(<FILE_GROUP componentName="g" selectable="yes"><odd><deep y="&#10;">t</deep></odd>)"
      R"(<FILE_LIST path="p" filespec="f" new="&lt;"><q/></FILE_LIST></FILE_GROUP>)"
      R"(<EXCLUDE_FILES_FROM_SNAPSHOT path="a" filespec="b" recursive="yes"/>)"
      R"(<EXCLUDE_FILES path="c" filespec="d" recursive="yes"/></BACKUP_LOCATIONS><u/>)"
      R"(<RESTORE_METHOD method="CUSTOM" writerRestore="never" rebootRequired="no">x)"
      R"(</RESTORE_METHOD>)"
      "tail"));
  // Unusual spellings of what we know.
  expect_round_trip(document(
      R"(<RESTORE_METHOD method="RESTORE_IF_CAN_REPLACE" writerRestore="Sometimes" )"
      R"(rebootRequired="YES"/><BACKUP_LOCATIONS><FILE_GROUP logicalPath="" componentName="g" )"
      R"(caption="" selectable="1" componentFlags="0x2"><FILE_LIST path="p" filespec="f" )"
      R"(recursive="no" filespecBackupType="03855"/></FILE_GROUP></BACKUP_LOCATIONS>)"));
  // No namespace, another version, a schema mask, attributes beyond the reader's fixed room.
  std::string many;
  for (int i = 0; i < 40; ++i) many += " a" + std::to_string(i) + "='v'";
  expect_round_trip("<WRITER_METADATA version='9' backupSchema='881'" + many + ">" +
                    kIdentification + "</WRITER_METADATA>");
  expect_round_trip("<BACKUP_LOCATIONS><FILE_GROUP componentName='x'/></BACKUP_LOCATIONS>");
}

TEST(WriterMetadata, AnEditedValueBeatsItsOldSpelling) {
  WriterMetadata metadata = parsed(document(""));
  EXPECT_THAT(emit(metadata), HasSubstr("D61D61C8-d73a"));
  metadata.identification.writer_id = *Guid::parse("00000000-0000-0000-0000-000000000001");
  metadata.identification.usage = UsageType::system_service;
  const std::string written = emit(metadata);
  EXPECT_THAT(written, HasSubstr("00000000-0000-0000-0000-000000000001"));
  EXPECT_THAT(written, HasSubstr("SYSTEM_SERVICE"));
  EXPECT_EQ(parsed(written).identification.writer_id, metadata.identification.writer_id);
}

TEST(WriterMetadata, BuiltDocumentsHaveTheShapeOfRealOnes) {
  WriterMetadata metadata;
  metadata.identification.writer_id = *Guid::parse("a65faa63-5ea8-4ebc-9dbd-a0c4db26912a");
  metadata.identification.instance_id = *Guid::parse("dd8d6255-b3bb-4ec1-8249-73cd75c0ee21");
  metadata.identification.friendly_name = "W & Co";
  metadata.identification.usage = UsageType::user_data;
  metadata.identification.data_source = SourceType::transacted_db;
  metadata.set_restore_method(
      {.method = RestoreMethodType::restore_at_reboot, .writer_restore = WriterRestore::never});
  Component component;
  component.name = "c";
  component.files.push_back({.path = "C:\\", .filespec = "*", .recursive = true});
  metadata.add_component(component);
  EXPECT_EQ(
      emit(metadata),
      R"(<WRITER_METADATA xmlns="x-schema:#VssWriterMetadataInfo" version="1.2">)"
      R"(<IDENTIFICATION writerId="a65faa63-5ea8-4ebc-9dbd-a0c4db26912a" )"
      R"(instanceId="dd8d6255-b3bb-4ec1-8249-73cd75c0ee21" friendlyName="W &amp; Co" )"
      R"(usage="USER_DATA" dataSource="TRANSACTION_DB" majorVersion="0" minorVersion="0"/>)"
      R"(<RESTORE_METHOD method="REPLACE_AT_REBOOT" writerRestore="never" rebootRequired="no"/>)"
      R"(<BACKUP_LOCATIONS><FILE_GROUP componentName="c" restoreMetadata="no" )"
      R"(notifyOnBackupComplete="no" selectable="no" selectableForRestore="no" )"
      R"(componentFlags="0"><FILE_LIST path="C:\" filespec="*" recursive="yes" )"
      R"(filespecBackupType="3855"/></FILE_GROUP></BACKUP_LOCATIONS></WRITER_METADATA>)");
  EXPECT_EQ(parsed(emit(metadata)), metadata);
}

TEST(WriterMetadata, BuiltDocumentsKeepTheOrderOfTheCalls) {
  WriterMetadata metadata = parsed(document("<BACKUP_LOCATIONS/>"));
  const auto named = [](const char* name) {
    Component component;
    component.name = name;
    return component;
  };
  metadata.add_exclude_files({.path = "x1", .filespec = "*"});
  metadata.add_component(named("c1"));
  metadata.add_exclude_files_from_snapshot({.path = "s1", .filespec = "*"});
  metadata.add_component(named("c2"));
  metadata.set_restore_method({.method = RestoreMethodType::custom});
  const std::string written = emit(metadata);
  std::size_t at = 0;
  for (const char* next : {"\"x1\"", "\"c1\"", "\"s1\"", "\"c2\"", "<RESTORE_METHOD"}) {
    at = written.find(next, at);
    ASSERT_NE(at, std::string::npos) << next << " out of order in " << written;
  }
  EXPECT_EQ(parsed(written), metadata);
}

TEST(WriterMetadata, RefusesWithLineAndHint) {
  struct Bad {
    std::string text;
    const char* message;
    const char* hint;
  };
  const std::string no_id = "<IDENTIFICATION instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b'/>";
  const std::string bad_id =
      "\n<IDENTIFICATION writerId='nonsense' instanceId='1bddd48e-5052-49db-9b07-b96f96727e6b'/>";
  const Bad cases[] = {
      {"<Scenario/>", "root element is 'Scenario'", "expected <WRITER_METADATA>"},
      {"<BACKUP_COMPONENTS/>", "'BACKUP_COMPONENTS'", "this is a Backup Components Document"},
      {"<WRITER_METADATA xmlns='x-schema:#VssComponentMetadata'/>",
       "xmlns=", "x-schema:#VssWriterMetadataInfo"},
      {"<WRITER_METADATA/>", "no IDENTIFICATION", "writerId"},
      {document("", no_id), "lacks the attribute 'writerId'", ""},
      {document("", bad_id), "writerId='nonsense'", "a GUID"},
      {document(kIdentification), "a second 'IDENTIFICATION'", ""},
      {document("<BACKUP_LOCATIONS/><BACKUP_LOCATIONS/>"), "a second 'BACKUP_LOCATIONS'", ""},
      {document("<RESTORE_METHOD/><RESTORE_METHOD/>"), "a second 'RESTORE_METHOD'", ""},
      {document("<BACKUP_LOCATIONS><FILE_GROUP/></BACKUP_LOCATIONS>"),
       "lacks the attribute 'componentName'", ""},
      {document("<BACKUP_LOCATIONS><FILE_GROUP componentName='c' selectable='perhaps'/>"
                "</BACKUP_LOCATIONS>"),
       "selectable='perhaps'", "yes or no"},
      {document("<BACKUP_LOCATIONS><FILE_GROUP componentName='c' componentFlags='-1'/>"
                "</BACKUP_LOCATIONS>"),
       "componentFlags='-1'", "a number"},
      {document("<BACKUP_LOCATIONS><FILE_GROUP componentName='c' componentFlags='4294967296'/>"
                "</BACKUP_LOCATIONS>"),
       "componentFlags='4294967296'", "a number"},
      {"no xml", "text before the root", ""},
      {"", "empty", ""},
  };
  for (const Bad& bad : cases) {
    const Result<WriterMetadata> metadata = parse_writer_metadata(bad.text, "wm.xml");
    ASSERT_FALSE(metadata) << bad.text;
    EXPECT_THAT(metadata.error().message, HasSubstr(bad.message));
    EXPECT_THAT(metadata.error().hint, HasSubstr(bad.hint));
    EXPECT_EQ(metadata.error().file, "wm.xml");
  }
  EXPECT_EQ(parse_writer_metadata(document("", bad_id), "wm.xml").error().line, 2);
}

TEST(WriterMetadata, ManyFaultsCostNoMoreThanOne) {
  std::string groups;
  for (int i = 0; i < 300'000; ++i) groups += "<FILE_GROUP/>\n";  // each lacks its name
  const Result<WriterMetadata> metadata =
      parse_writer_metadata(document("<BACKUP_LOCATIONS>" + groups + "</BACKUP_LOCATIONS>"), "f");
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().line, 1) << "the first fault is the one that is told";
}

TEST(WriterMetadata, EnumerationsHaveBothSpellings) {
  EXPECT_EQ(parse_name<UsageType>("BOOTABLE_SYSTEM_STATE"), UsageType::bootable_system_state);
  EXPECT_EQ(parse_name<UsageType>("vss_ut_bootablesystemstate"), UsageType::bootable_system_state);
  EXPECT_EQ(parse_name<UsageType>("nonsense"), std::nullopt);
  EXPECT_EQ(xml_name(RestoreMethodType::restore_at_reboot), "REPLACE_AT_REBOOT");
  EXPECT_EQ(sdk_name(RestoreMethodType::restore_at_reboot), "VSS_RME_RESTORE_AT_REBOOT");
  EXPECT_EQ(xml_name(static_cast<UsageType>(77)), "UNDEFINED");
  EXPECT_EQ(static_cast<std::uint32_t>(RestoreMethodType::restore_stop_start), 8U);
}

TEST(WriterMetadata, DescribesForPeople) {
  const WriterMetadata metadata = parsed(document(
      R"(<BACKUP_LOCATIONS><FILE_GROUP logicalPath="a" componentName="b" caption="x&#10;y" )"
      R"(selectable="yes"><FILE_LIST path="C:\f\" filespec="*" recursive="yes"/>)"
      R"(<FILE_LIST path="C:\g" filespec="h"/></FILE_GROUP></BACKUP_LOCATIONS>)"));
  const std::string text = describe(metadata, {.file_sets_max = 1});
  EXPECT_THAT(text, HasSubstr("Writer W\n"));
  EXPECT_THAT(text, HasSubstr("USER_DATA"));
  EXPECT_THAT(text, HasSubstr("Component a\\b\n"));
  EXPECT_THAT(text, HasSubstr("x y\n")) << "a caption cannot break the line";
  EXPECT_THAT(text, HasSubstr("C:\\f\\* (and below)"));
  EXPECT_THAT(text, HasSubstr("… and 1 more file sets"));
  EXPECT_THAT(text, HasSubstr("1 components, 2 file sets, 0 excludes"));
  EXPECT_EQ(backup_schema_names(881),
            "DIFFERENTIAL COPY TIMESTAMPED LAST_MODIFY "
            "WRITER_SUPPORTS_NEW_TARGET WRITER_SUPPORTS_RESTORE_WITH_MOVE");
  EXPECT_EQ(file_backup_type_names(3855), "ALL_BACKUP_REQUIRED ALL_SNAPSHOT_REQUIRED");
  EXPECT_EQ(file_backup_type_names(0x20001), "FULL_BACKUP_REQUIRED 0x20000");
  EXPECT_EQ(component_flag_names(0), "none");
}

std::vector<std::string> unknown_parts(const std::string& text) {
  const auto document = xml::parse_borrowed(text, "wm.xml");
  UnknownParts unknown;
  EXPECT_TRUE(read_writer_metadata(*document, &unknown));
  std::vector<std::string> texts;
  for (const Error& part : unknown.shown) {
    texts.push_back(std::to_string(part.line) + ": " + part.message + " " + part.hint);
  }
  return texts;
}

TEST(WriterMetadata, NotesWhatNobodyKnows) {
  EXPECT_THAT(unknown_parts(document("<BACKUP_LOCATIONS/>")), testing::IsEmpty());
  EXPECT_THAT(unknown_parts(document(
                  "\n<RESTORE_METHOD method='CUSTUM' writerRestore='never' rebootRequired='no' "
                  "servise='x'/>"
                  "\n<BACKUP_LOCATIONS>"
                  "\n<FILE_GROUP componentName='a'><FILE_LST/><RESTORE_METHOD/></FILE_GROUP>"
                  "\n<Zzz xmlns:z='urn:z'/></BACKUP_LOCATIONS>")),
              testing::ElementsAre(
                  "2: unknown word in method='CUSTUM' of 'RESTORE_METHOD' did you mean 'CUSTOM'?",
                  "2: unknown attribute 'servise' of 'RESTORE_METHOD' did you mean 'service'?",
                  "4: unknown element 'FILE_LST' in 'FILE_GROUP' did you mean 'FILE_LIST'?",
                  "4: element 'RESTORE_METHOD' does not belong in 'FILE_GROUP' ",
                  "5: unknown element 'Zzz' in 'BACKUP_LOCATIONS' "));
}

TEST(WriterMetadata, WordsOnlySoManyUnknownParts) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "<X a='1'/>";
  const std::string text = document("<BACKUP_LOCATIONS>" + many + "</BACKUP_LOCATIONS>");
  const auto parsed = xml::parse_borrowed(text, "wm.xml");
  UnknownParts unknown;
  ASSERT_TRUE(read_writer_metadata(*parsed, &unknown));
  EXPECT_EQ(unknown.shown.size(), kUnknownPartsMax);
  EXPECT_EQ(unknown.count(), 100U);
  UnknownParts slips;
  slips.slips_only = true;
  ASSERT_TRUE(read_writer_metadata(*parsed, &slips));
  EXPECT_EQ(slips.count(), 0U);
}

}  // namespace
}  // namespace vsslab::metadata
