// The writers that come with Windows: each has a document that reads back, and machines have those
// that their version and kind allow.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metadata/component_path.h"
#include "scenario/inbox/inbox.h"
#include "scenario/scenario.h"

namespace vsslab::scenario {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Result<plan::ScenarioPlan> load(const std::string& attributes, const std::string& body = {}) {
  return load_scenario("<!-- a test of machines -->\n<Scenario format='1' " + attributes + ">" +
                           body + "<Requester/></Scenario>",
                       "test.xml", {});
}

std::vector<std::string> names(const plan::ScenarioPlan& plan) {
  std::vector<std::string> found;
  for (const plan::WriterPlan& writer : plan.writers) found.push_back(writer.name);
  return found;
}

TEST(InboxWriters, HaveDocumentsThatReadBack) {
  const auto volumes = standard_volumes();
  std::set<std::string_view> presets;
  std::set<Guid> ids;
  for (const WindowsMachine& machine : windows_machines()) {
    for (const InboxWriter& writer : inbox_writers()) {
      const auto made = make_inbox_writer(writer, {machine, volumes});
      EXPECT_EQ(made.name, writer.name);
      const auto read = metadata::parse_writer_metadata(made.metadata_xml, "preset");
      ASSERT_TRUE(read.has_value()) << writer.preset << ": " << read.error().to_text();
      EXPECT_EQ(*read, writer.document({machine, volumes})) << writer.preset;
      presets.insert(writer.preset);
      ids.insert(read->identification.writer_id);
    }
  }
  EXPECT_EQ(presets.size(), inbox_writers().size());
  EXPECT_EQ(ids.size(), inbox_writers().size()) << "class ids are unique";
}

TEST(InboxWriters, NameOnlyFilesOnVolumesThatTheMachineHas) {
  const auto volumes = standard_volumes();
  const auto environment = metadata::standard_environment();
  for (const InboxWriter& writer : inbox_writers()) {
    const auto document = writer.document({*find_windows_machine("server2022"), volumes});
    EXPECT_TRUE(document.restore_method.has_value() || document.components.empty());
    for (const metadata::Component& component : document.components) {
      for (const std::string& root : metadata::volumes_of(component, environment).roots) {
        EXPECT_TRUE(std::ranges::any_of(
            volumes, [&](const plan::VolumePlan& volume) { return volume.root == root; }))
            << writer.preset << " reads from " << root;
      }
    }
  }
}

TEST(Machines, HaveTheWritersOfTheirVersion) {
  const auto server = load("machine='server2022'");
  ASSERT_TRUE(server.has_value()) << server.error().to_text();
  EXPECT_GE(server->writers.size(), 20u);
  EXPECT_EQ(server->profile, "ws2022");
  EXPECT_THAT(names(*server), Contains("Sync Share Service VSS writer"));
  const auto older = load("machine='server2008'");
  ASSERT_TRUE(older.has_value());
  EXPECT_EQ(older->profile, "ws2008");
  EXPECT_THAT(names(*older), Not(Contains("Task Scheduler Writer")));
  EXPECT_THAT(names(*older), Not(Contains("WIDWriter")));
  const auto oldest = load("machine='server2003'");
  ASSERT_TRUE(oldest.has_value());
  EXPECT_EQ(oldest->profile, "ws2003sp1");
  EXPECT_THAT(names(*oldest),
              testing::IsSupersetOf({"System Writer", "COM+ REGDB Writer", "MSDEWriter",
                                     "Registry Writer", "WMI Writer", "Event Log Writer"}));
  EXPECT_THAT(names(*oldest), Not(Contains("ASR Writer")));
  EXPECT_THAT(names(*older), Not(Contains("Event Log Writer")));
  EXPECT_FALSE(oldest->client);
  const auto client = load("machine='win10'");
  ASSERT_TRUE(client.has_value());
  EXPECT_TRUE(client->client);
  EXPECT_THAT(names(*client), Contains("Registry Writer"));
  EXPECT_THAT(names(*client), Not(Contains("NTDS")));
}

TEST(Machines, TakeRolesAndAProfile) {
  const auto bare = load("machine='server2019' roles='none' profile='ws2012r2'");
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->writers.size(), 10u);
  EXPECT_EQ(bare->profile, "ws2012r2");
  const auto some = load("machine='server2019' roles='dhcp, wins'");
  ASSERT_TRUE(some.has_value());
  EXPECT_THAT(names(*some), Contains("Dhcp Jet Writer"));
  EXPECT_THAT(names(*some), Not(Contains("NTDS")));
}

TEST(Machines, GiveWayToAWriterWithTheSamePreset) {
  const auto plan = load("machine='server2022'",
                         "<Writers><Writer preset='ntds' name='directory'>"
                         "<FailEvent writerEvent='Thaw'/></Writer></Writers>");
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_THAT(names(*plan), Not(Contains("NTDS")));
  EXPECT_EQ(plan->writers.back().name, "directory");
  EXPECT_EQ(plan->writers.back().faults.size(), 1u);
  EXPECT_EQ(plan->writers.back().friendly_name, "NTDS");
}

TEST(Machines, AskAsrAboutTheVolumesOfTheScenario) {
  const auto plan = load("machine='server2022' roles='none'",
                         "<Volumes><Volume root='C:\\'/><Volume root='D:\\'/></Volumes>");
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  ASSERT_EQ(plan->volumes.size(), 2u);
  EXPECT_FALSE(plan->volumes[1].guid.is_null());
  const auto asr = std::ranges::find(plan->writers, "ASR Writer", &plan::WriterPlan::name);
  ASSERT_NE(asr, plan->writers.end());
  EXPECT_THAT(asr->metadata_xml, HasSubstr(plan->volumes[1].guid.to_string()));
  // The writers of Windows find their files on volumes of the scenario's own.
  EXPECT_THAT(
      plan->volumes[0].files,
      Contains(testing::Field(&plan::FilePlan::path, "C:\\Windows\\system32\\config\\default")));
  EXPECT_TRUE(plan->volumes[1].files.empty()) << "nobody keeps files there";
}

TEST(Machines, AreRefusedWithASuggestion) {
  const auto unknown = load("machine='server2020'");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().to_text(), HasSubstr("server202"));
  const auto role = load("machine='server2022' roles='dhpc'");
  ASSERT_FALSE(role.has_value());
  EXPECT_THAT(role.error().to_text(), HasSubstr("dhcp"));
  const auto client = load("machine='win10' roles='domain-controller'");
  ASSERT_FALSE(client.has_value());
  EXPECT_THAT(client.error().to_text(), HasSubstr("Windows 10 has no role"));
  EXPECT_FALSE(load("roles='dhcp'").has_value());
  const auto twice =
      load("machine='server2022'", "<Writers><Writer name='NTDS'><TestWriter/></Writer></Writers>");
  EXPECT_FALSE(twice.has_value()) << "names are unique";
}

}  // namespace
}  // namespace vsslab::scenario
