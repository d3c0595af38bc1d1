// What a requester decides about files: the tables of the restore methods, file sets, ranges, the
// catalogue of a backup folder.

#include <gtest/gtest.h>
#include <vss.h>

#include <string>
#include <vector>

#include "requester/catalogue.h"
#include "requester/file_sets.h"
#include "requester/files.h"
#include "requester/restore_place.h"

namespace vsslab::requester {
namespace {

using Method = metadata::RestoreMethodType;
using Target = metadata::RestoreTarget;
using Where = Decision::Where;

struct Row {
  Method method;
  PlaceFacts facts;
  Where where;
};

PlaceFacts absent() { return {}; }
PlaceFacts present() {
  PlaceFacts facts;
  facts.any_present = true;
  return facts;
}
PlaceFacts in_use() {
  PlaceFacts facts = present();
  facts.present_replaceable = false;
  return facts;
}
PlaceFacts mapped(PlaceFacts facts) {
  facts.full_mapping = true;
  return facts;
}
PlaceFacts mapped_in_vain(PlaceFacts facts) {
  facts.full_mapping = true;
  facts.alternate_usable = false;
  return facts;
}
PlaceFacts nowhere() {
  PlaceFacts facts;
  facts.absent_creatable = false;
  return facts;
}

// setting-vss-restore-methods.md, row by row.
TEST(RestorePlace, FollowsTheDecisionTables) {
  const Row kRows[] = {
      {Method::restore_if_not_there, absent(), Where::original},
      {Method::restore_if_not_there, present(), Where::refused},
      {Method::restore_if_not_there, mapped(present()), Where::alternate},
      {Method::restore_if_not_there, mapped_in_vain(present()), Where::refused},
      {Method::restore_if_not_there, nowhere(), Where::refused},
      {Method::restore_if_can_replace, absent(), Where::original},
      {Method::restore_if_can_replace, present(), Where::original},
      {Method::restore_if_can_replace, mapped(present()), Where::original},
      {Method::restore_if_can_replace, in_use(), Where::refused},
      {Method::restore_if_can_replace, mapped(in_use()), Where::alternate},
      {Method::restore_if_can_replace, mapped_in_vain(in_use()), Where::refused},
      {Method::restore_if_can_replace, mapped(nowhere()), Where::alternate},
      {Method::stop_restore_start, present(), Where::original},
      {Method::stop_restore_start, in_use(), Where::refused},
      {Method::stop_restore_start, mapped(in_use()), Where::alternate},
      {Method::restore_stop_start, present(), Where::original},
      {Method::restore_stop_start, in_use(), Where::refused},
      {Method::restore_to_alternate_location, absent(), Where::refused},
      {Method::restore_to_alternate_location, mapped(absent()), Where::alternate},
      {Method::restore_to_alternate_location, mapped_in_vain(absent()), Where::refused},
      {Method::restore_at_reboot, absent(), Where::at_reboot},
      {Method::restore_at_reboot, in_use(), Where::at_reboot},
      {Method::restore_at_reboot_if_cannot_replace, absent(), Where::original},
      {Method::restore_at_reboot_if_cannot_replace, present(), Where::original},
      {Method::restore_at_reboot_if_cannot_replace, in_use(), Where::at_reboot},
      {Method::custom, absent(), Where::by_writer},
      {Method::undefined, absent(), Where::refused},
  };
  for (const Row& row : kRows) {
    const Decision decision = decide(row.method, Target::original, row.facts);
    EXPECT_EQ(decision.where, row.where) << static_cast<int>(row.method) << " " << decision.why;
    EXPECT_EQ(decision.why.empty(), row.where != Where::refused);
    // UNDEFINED is ORIGINAL; DIRECTED says nothing of the files that it does not name.
    EXPECT_EQ(decide(row.method, Target::undefined, row.facts), decision);
    EXPECT_EQ(decide(row.method, Target::directed, row.facts), decision);
  }
}

TEST(RestorePlace, TargetsBeatTheMethodButForTheRestartAndCustom) {
  for (const Method method : {Method::restore_if_not_there, Method::restore_if_can_replace,
                              Method::stop_restore_start, Method::restore_to_alternate_location}) {
    EXPECT_EQ(decide(method, Target::alternate, mapped(absent())).where, Where::alternate);
    EXPECT_EQ(decide(method, Target::alternate, absent()).where, Where::refused);
    EXPECT_EQ(decide(method, Target::original_location, mapped(present())).where, Where::original);
    EXPECT_EQ(decide(method, Target::original_location, mapped(in_use())).where, Where::refused);
  }
  for (const Target target : {Target::alternate, Target::original_location, Target::directed}) {
    EXPECT_EQ(decide(Method::restore_at_reboot, target, mapped(absent())).where, Where::at_reboot);
    EXPECT_EQ(decide(Method::custom, target, mapped(absent())).where, Where::by_writer);
  }
}

TEST(FileSets, NameFilesByPathPatternAndRecursion) {
  EXPECT_TRUE(names_file("C:\\data", "*.txt", false, "c:\\DATA\\a.TXT"));
  EXPECT_FALSE(names_file("C:\\data", "*.txt", false, "C:\\data\\sub\\a.txt"));
  EXPECT_TRUE(names_file("C:\\data", "*.txt", true, "C:\\data\\sub\\a.txt"));
  EXPECT_FALSE(names_file("C:\\data", "*", true, "C:\\database\\a.txt"));
  EXPECT_TRUE(names_file("C:\\", "*", true, "C:\\a.txt"));
  EXPECT_EQ(below("C:\\data\\x\\y", "C:\\DATA"), "x\\y");
  EXPECT_EQ(below("C:\\data", "C:\\data"), "");
  EXPECT_EQ(below("D:\\data", "C:\\data"), std::nullopt);
}

TEST(Ranges, AreReadOrRefused) {
  const auto two = parse_ranges("0:512, 0x1000:0x10");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ((*two)[1].offset, 4096U);
  EXPECT_EQ((*two)[1].length, 16U);
  for (const char* bad : {"", "1", "1:", ":1", "1:2,", "1:2;3:4", "-1:2", "a:b", "C:\\ranges.bin",
                          "18446744073709551615:2", "99999999999999999999:1"}) {
    EXPECT_EQ(parse_ranges(bad).has_value(), false) << bad;
  }
  std::string file(8 + 2 * 16, '\0');
  file[0] = 2;
  file[8] = 5;    // offset of the first
  file[16] = 7;   // its length
  file[24] = 50;  // offset of the second
  const auto binary = parse_ranges_file(file);
  ASSERT_TRUE(binary);
  ASSERT_EQ(binary->size(), 2U);
  EXPECT_EQ((*binary)[0].offset, 5U);
  EXPECT_EQ((*binary)[0].length, 7U);
  EXPECT_EQ((*binary)[1].offset, 50U);
  EXPECT_FALSE(parse_ranges_file(file.substr(0, 30)));
  EXPECT_FALSE(parse_ranges_file(std::string(8, '\xff')));
  EXPECT_FALSE(parse_ranges_file("short"));
}

TEST(Catalogue, ReadsBackAndRefusesWhatLeadsOut) {
  Catalogue catalogue;
  catalogue.backup_type = VSS_BT_INCREMENTAL;
  catalogue.made = 134'116'992'000'000'000;
  catalogue.writers.push_back({Guid{1, 2, 3, {}}, Guid{4, 5, 6, {}}, "writer-0.xml"});
  StoredFile file;
  file.kind = StoredFile::Kind::partial;
  file.path = "C:\\data\\a & b.txt";
  file.stored = "partial\\C\\data\\a & b.txt";
  file.size = 1ULL << 40;
  file.ranges = "0:1,5:2";
  file.component = "Data";
  file.set_path = "%SystemRoot%";
  file.set_spec = "*";
  file.set_recursive = true;
  catalogue.files.push_back(file);
  const auto read = parse_catalogue(emit(catalogue), "catalogue.xml");
  ASSERT_TRUE(read) << read.error().to_text();
  ASSERT_EQ(read->files.size(), 1U);
  EXPECT_EQ(read->files[0].path, file.path);
  EXPECT_EQ(read->files[0].kind, file.kind);
  EXPECT_EQ(read->files[0].size, file.size);
  EXPECT_EQ(read->files[0].ranges, file.ranges);
  EXPECT_TRUE(read->files[0].set_recursive);
  EXPECT_EQ(read->backup_type, VSS_BT_INCREMENTAL);
  EXPECT_EQ(read->made, catalogue.made);
  EXPECT_EQ(emit(*read), emit(catalogue));
  for (const char* bad :
       {"<Catalogue><File path='a' stored='..\\x' writer='0'/></Catalogue>",
        "<Catalogue><File path='a' stored='C:\\x' writer='0'/></Catalogue>",
        "<Catalogue><File path='a' stored='x' writer='0'/></Catalogue>",
        "<Catalogue><Thing path='a'/></Catalogue>", "<Catalogue type='x'/>", "<Other/>", "<Catal",
        "<Catalogue><Writer id='1' instance='2' document='w.xml'/></Catalogue>"}) {
    EXPECT_FALSE(parse_catalogue(bad, "catalogue.xml")) << bad;
  }
}

}  // namespace
}  // namespace vsslab::requester
