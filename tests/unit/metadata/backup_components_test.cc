#include "metadata/backup_components.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metadata/describe.h"
#include "xml/tree.h"

namespace vsslab::metadata {
namespace {

using ::testing::HasSubstr;

Guid id(int last) {
  Guid guid;
  guid.data4[7] = static_cast<std::uint8_t>(last);
  return guid;
}

BackupComponents parsed(const std::string& text) {
  Result<BackupComponents> document = parse_backup_components(text, "bcd.xml");
  EXPECT_TRUE(document) << document.error().to_text();
  return document.value_or(BackupComponents{});
}

// Every field set to something that is not its default.
ComponentEntry full_entry() {
  ComponentEntry entry;
  entry.logical_path = "l\\m";
  entry.name = "n";
  entry.type = ComponentType::database;
  entry.backup_stamp = "stamp <&>\n\t\"";
  entry.backup_succeeded = false;
  entry.previous_backup_stamp = "before";
  entry.backup_options = "\"a\"=\"b\"";
  entry.restore_options = "\"c\"=\"d\"";
  entry.selected_for_restore = true;
  entry.restore_instance_id = id(9);
  entry.additional_restores = true;
  entry.restore_target = RestoreTarget::directed;
  entry.file_restore_status = FileRestoreStatus::failed;
  entry.prepare_for_backup_failure_msg = "m1";
  entry.post_snapshot_failure_msg = "m2";
  entry.pre_restore_failure_msg = "m3";
  entry.post_restore_failure_msg = "m4";
  entry.authoritative_restore = true;
  entry.roll_forward_type = RollForwardType::partial;
  entry.roll_forward_point = "point";
  entry.restore_name = "other";
  entry.backup_metadata = PrivateMetadata{.metadata = " \r\n\xC3\xA4 "};
  entry.restore_metadata = PrivateMetadata{.metadata = ""};
  entry.failure = ComponentFailure{
      .hr = hr::writererror_retryable, .application_hr = 5, .message = "disk full"};
  entry.alternate_locations.push_back({"p", "*", true, "q"});
  entry.new_targets.push_back({"p", "*", false, "q"});
  entry.directed_targets.push_back({"p", "f", "0:5", "q", "g", "5:5"});
  entry.partial_files.push_back({"p", "f", "0:5,100:20", "meta"});
  entry.differenced_files.push_back({"p", "*", true, 128145123456789012ULL, ""});
  entry.differenced_files.push_back({"p", "*", false, 0, "lsn"});
  entry.restore_subcomponents.push_back({"l\\m\\n", "s", false});
  return entry;
}

TEST(BackupComponents, EveryFieldComesBack) {
  BackupComponents document;
  document.bootable_system_state_backup = true;
  document.select_components = true;
  document.backup_type = BackupType::differential;
  document.restore_type = RestoreType::by_copy;
  document.partial_file_support = true;
  document.snapshot_set_id = id(1);
  WriterComponents writer{
      .instance_id = id(2), .writer_id = id(3), .instance_name = "i", .backup_schema = 881};
  writer.components.push_back(full_entry());
  writer.components.push_back({.name = "plain"});
  document.writers.push_back(writer);
  SnapshotSetDescription set{.snapshot_set_id = id(1), .context = 9};
  set.snapshots.push_back({.snapshot_id = id(4),
                           .original_volume = "C:\\",
                           .device = "\\\\?\\x",
                           .originating_machine = "m",
                           .service_machine = "s",
                           .provider_id = id(5),
                           .attributes = 0x20000});
  document.snapshot_set = set;
  const std::string written = emit(document);
  EXPECT_EQ(parsed(written), document) << written;
  EXPECT_THAT(describe(document), HasSubstr("Component l\\m\\n"));
}

TEST(BackupComponents, HasTheShapeOfARealDocument) {
  BackupComponents document;
  document.select_components = true;
  document.backup_type = BackupType::full;
  document.snapshot_set_id = id(1);
  WriterComponents writer{.instance_id = id(2), .writer_id = id(3)};
  writer.components.push_back({.name = "System Files"});
  writer.components[0].backup_metadata = PrivateMetadata{.metadata = "AAA="};
  document.writers.push_back(writer);
  EXPECT_EQ(emit(document),
            R"(<BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" )"
            R"(bootableSystemStateBackup="no" selectComponents="yes" backupType="full" )"
            R"(partialFileSupport="no" snapshotSetId="00000000-0000-0000-0000-000000000001">)"
            R"(<WRITER_COMPONENTS instanceId="00000000-0000-0000-0000-000000000002" )"
            R"(writerId="00000000-0000-0000-0000-000000000003" backupSchema="0">)"
            R"(<COMPONENT componentName="System Files" componentType="filegroup">)"
            R"(<BACKUP_METADATA xmlns="" metadata="AAA="/></COMPONENT></WRITER_COMPONENTS>)"
            R"(</BACKUP_COMPONENTS>)");
}

TEST(BackupComponents, RoundTripKeepsWhatItDoesNotKnow) {
  const std::string texts[] = {
      "<BACKUP_COMPONENTS/>",
      R"(<BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" odd="1">
           <SNAPSHOT_SET_DESCRIPTION snapshotSetId="E109943B-232e-4b52-8dc4-62b7de94761b" x="y">
             <SNAPSHOT_DESCRIPTION snapshotId="{e109943b-232e-4b52-8dc4-62b7de94761c}"><LUN_MAPPING>
               <DESTINATION_LUN><LUN_INFORMATION diskSignature="1"/></DESTINATION_LUN></LUN_MAPPING>
             </SNAPSHOT_DESCRIPTION><more/></SNAPSHOT_SET_DESCRIPTION>
           <WRITER_COMPONENTS xmlns="x-schema:#VssComponentMetadata"
               instanceId="00000000-0000-0000-0000-00000000000A"
               writerId="00000000-0000-0000-0000-000000000003" extra="e">
             <!-- c --><COMPONENT logicalPath="" componentName="c" componentType="Odd"
               backupSucceeded="true" restoreTarget="original"><new><er/></new>
               <BACKUP_METADATA metadata="m"><x/></BACKUP_METADATA></COMPONENT>
           </WRITER_COMPONENTS></BACKUP_COMPONENTS>)",
  };
  for (const std::string& text : texts) {
    const BackupComponents document = parsed(text);
    const std::string written = emit(document);
    const auto difference = xml::infoset_difference(text, written);
    ASSERT_TRUE(difference) << difference.error().to_text();
    EXPECT_FALSE(difference->has_value()) << difference->value() << "\n" << written;
    EXPECT_EQ(parsed(written), document);
  }
}

TEST(BackupComponents, FindsWritersAndComponents) {
  BackupComponents document;
  document.writers.push_back({.instance_id = id(2), .writer_id = id(3)});
  document.writers[0].components.push_back({.logical_path = "a", .name = "b"});
  ASSERT_NE(document.find(id(3), id(2)), nullptr);
  EXPECT_EQ(document.find(id(3), id(4)), nullptr);
  EXPECT_NE(document.find(id(3), id(2))->find("a", "b"), nullptr);
  EXPECT_EQ(document.find(id(3), id(2))->find("", "b"), nullptr);
}

TEST(BackupComponents, RefusesWithLineAndHint) {
  struct Bad {
    const char* text;
    const char* message;
  };
  const Bad cases[] = {
      {"<WRITER_METADATA/>", "root element is 'WRITER_METADATA'"},
      {"<BACKUP_COMPONENTS selectComponents='maybe'/>", "selectComponents='maybe'"},
      {"<BACKUP_COMPONENTS snapshotSetId='1'/>", "snapshotSetId='1'"},
      {"<BACKUP_COMPONENTS><WRITER_COMPONENTS/></BACKUP_COMPONENTS>",
       "lacks the attribute 'instanceId'"},
      {"<BACKUP_COMPONENTS><SNAPSHOT_SET_DESCRIPTION/></BACKUP_COMPONENTS>",
       "lacks the attribute 'snapshotSetId'"},
      {"<BACKUP_COMPONENTS><WRITER_COMPONENTS instanceId='00000000-0000-0000-0000-00000000000A' "
       "writerId='00000000-0000-0000-0000-00000000000A'><COMPONENT componentName='c'>"
       "<BACKUP_METADATA metadata=''/><BACKUP_METADATA metadata=''/></COMPONENT>"
       "</WRITER_COMPONENTS></BACKUP_COMPONENTS>",
       "a second 'BACKUP_METADATA'"},
      {"<BACKUP_COMPONENTS><WRITER_COMPONENTS instanceId='00000000-0000-0000-0000-00000000000A' "
       "writerId='00000000-0000-0000-0000-00000000000A'><COMPONENT componentName='c'>"
       "<FAILURE hr='bad'/></COMPONENT></WRITER_COMPONENTS></BACKUP_COMPONENTS>",
       "hr='bad'"},
  };
  for (const Bad& bad : cases) {
    const Result<BackupComponents> document = parse_backup_components(bad.text, "bcd.xml");
    ASSERT_FALSE(document) << bad.text;
    EXPECT_THAT(document.error().message, HasSubstr(bad.message));
    EXPECT_EQ(document.error().line, 1);
  }
}

}  // namespace
}  // namespace vsslab::metadata
