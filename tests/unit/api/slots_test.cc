// Holds every interface, enumeration, structure, GUID and result code of harness/api against the
// public-domain headers of mingw-w64, which were generated from IDL.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/api/header_text.h"

namespace vsslab::test {
namespace {

const std::string kGenerated = "/usr/share/mingw-w64/include/";
const std::string kOurs = std::string(VSSLAB_SOURCE_DIR) + "/harness/api/";
const std::vector<std::string> kHeaders = {"vss.h",    "vswriter.h", "vsbackup.h", "vsprov.h",
                                           "vsmgmt.h", "vsadmin.h",  "vdslun.h",   "vsserror.h"};

class Slots : public testing::Test {
 protected:
  void SetUp() override {
    std::string text;
    if (!read_text(kGenerated + "vss.h", text)) {
      GTEST_SKIP() << "NOT TESTED: " << kGenerated
                   << " is absent (apt install mingw-w64-common): nothing to compare with";
    }
    ASSERT_TRUE(read_text(kOurs + "win/unknwn.h", text));
    parse_ours(text, ours_);
    for (const std::string& name : kHeaders) {
      ASSERT_TRUE(read_text(kGenerated + name, text)) << name;
      parse_generated(text, generated_);
      ASSERT_TRUE(read_text(kOurs + name, text)) << name;
      parse_ours(text, ours_);
    }
  }

  Header generated_;
  Header ours_;
};

std::vector<std::string> names(const std::vector<Method>& methods) {
  std::vector<std::string> out;
  for (const Method& method : methods) out.push_back(method.name);
  return out;
}

TEST_F(Slots, every_interface_has_its_methods_in_the_published_order) {
  EXPECT_EQ(generated_.interfaces.size(), 37u) << "an interface was not found in the headers";
  for (const auto& [name, methods] : generated_.interfaces) {
    ASSERT_TRUE(ours_.interfaces.contains(name)) << name << " is missing";
    EXPECT_EQ(names(ours_.interfaces[name]), names(methods)) << name;
  }
}

TEST_F(Slots, the_parser_sees_what_public_descriptions_count) {
  EXPECT_EQ(generated_.interfaces["IVssBackupComponents"].size(), 48u + 3u);
  EXPECT_EQ(generated_.interfaces["IVssComponent"].size(), 38u + 3u);
  EXPECT_EQ(generated_.interfaces["IVssCreateWriterMetadata"].size(), 12u);
  EXPECT_EQ(generated_.interfaces["IVssExamineWriterMetadata"].size(), 11u + 3u);
  EXPECT_EQ(generated_.interfaces["IVssWriterImpl"].size(), 22u + 3u);
}

TEST_F(Slots, every_method_has_the_published_signature) {
  for (const auto& [name, methods] : generated_.interfaces) {
    const auto& mine = ours_.interfaces[name];
    ASSERT_EQ(mine.size(), methods.size()) << name;
    for (std::size_t i = 0; i < methods.size(); ++i) {
      if (methods[i].name == "QueryInterface") continue;  // REFIID is spelled alike in both
      EXPECT_EQ(mine[i].signature, methods[i].signature) << name << "::" << methods[i].name;
    }
  }
}

// mingw-w64 has the enumerations of vds.h, not its interfaces; ours has those that VSS programs
// name.
TEST_F(Slots, the_disk_service_has_published_values_as_far_as_it_goes) {
  std::string text;
  Header generated;
  Header ours;
  ASSERT_TRUE(read_text(kGenerated + "vds.h", text));
  parse_generated(text, generated);
  ASSERT_TRUE(read_text(kOurs + "win/vds.h", text));
  parse_ours(text, ours);
  EXPECT_GE(ours.enumerations.size(), 7u);
  for (const auto& [name, members] : ours.enumerations) {
    ASSERT_TRUE(generated.enumerations.contains(name)) << name;
    const auto& published = generated.enumerations[name];
    for (const auto& member : members) {
      EXPECT_THAT(published, testing::Contains(member)) << name;
    }
  }
}

TEST_F(Slots, every_enumeration_has_the_published_values) {
  EXPECT_GE(generated_.enumerations.size(), 30u);
  for (const auto& [name, members] : generated_.enumerations) {
    ASSERT_TRUE(ours_.enumerations.contains(name)) << name << " is missing";
    EXPECT_EQ(ours_.enumerations[name], members) << name;
  }
}

TEST_F(Slots, every_structure_has_the_published_members) {
  EXPECT_GE(generated_.structures.size(), 10u);
  for (const auto& [name, members] : generated_.structures) {
    if (name.ends_with("Vtbl")) continue;
    ASSERT_TRUE(ours_.structures.contains(name)) << name << " is missing";
    EXPECT_EQ(ours_.structures[name], members) << name;
  }
}

TEST_F(Slots, guids_and_result_codes_are_the_published_ones) {
  for (const auto& [name, guid] : generated_.guids) {
    // Zero stands for "none" in the generated headers; libraries are no interfaces.
    if (guid.starts_with("0x00000000,0x0000") || !ours_.interfaces.contains(name)) continue;
    EXPECT_EQ(ours_.guids[name], guid) << name;
  }
  EXPECT_GE(ours_.guids.size(), 28u);
  EXPECT_GE(generated_.results.size(), 70u);
  EXPECT_EQ(ours_.results, generated_.results);
}

}  // namespace
}  // namespace vsslab::test
