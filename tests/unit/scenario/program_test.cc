#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/scenario.h"

namespace vsslab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<plan::ScenarioPlan> load(const std::string& body,
                                const std::string& attributes = "clock=\"real\"") {
  return load_scenario("<!-- What this shows: a test. -->\n<Scenario format=\"1\" " + attributes +
                           ">\n" + body + "\n</Scenario>\n",
                       "dir/test.xml", {});
}

std::string refusal(const std::string& body, const std::string& attributes = "clock=\"real\"") {
  const auto plan = load(body, attributes);
  EXPECT_FALSE(plan.has_value()) << body;
  return plan ? std::string() : plan.error().to_text();
}

const std::string kRequester = "<Requester exec=\"full_backup\" arguments=\"C:\\ D:\\\"/>";

TEST(Programs, ArePartiesWithTheirSignals) {
  const auto plan = load(R"(
    <Writers>
        <Writer name="orders" exec="bin/writer">
            <FailEvent writerEvent="Thaw" action="crash"/>
            <Signal send="KILL" at="Freeze" of="orders" phase="enter"/>
            <Signal send="STOP" at="DoSnapshotSet" nth="2" resumeAfter="3s"/>
        </Writer>
    </Writers>
    <Provider name="copier" exec="/opt/copier"/>)" +
                             kRequester,
                         "clock=\"real\" responseLimit=\"7s\"");
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->response_limit, std::chrono::seconds(7));
  const plan::WriterPlan& writer = plan->writers.front();
  EXPECT_EQ(writer.kind, plan::WriterKind::program);
  EXPECT_EQ(writer.program->path, "dir/bin/writer");
  EXPECT_EQ(writer.faults.size(), 1u);
  ASSERT_EQ(writer.program->signals.size(), 2u);
  EXPECT_EQ(writer.program->signals[0].kind, plan::ProgramSignal::Kind::kill);
  EXPECT_EQ(writer.program->signals[0].phase, "enter");
  EXPECT_EQ(writer.program->signals[1].nth, 2u);
  EXPECT_EQ(writer.program->signals[1].resume_after, std::chrono::seconds(3));
  EXPECT_EQ(plan->providers.front().program->path, "/opt/copier");
  EXPECT_EQ(plan->requesters.front().program->path, "full_backup");  // looked for in PATH
  EXPECT_THAT(plan->requesters.front().program->arguments, ElementsAre("C:\\", "D:\\"));
  EXPECT_TRUE(plan->requesters.front().operations.empty());
}

TEST(Programs, AreRefusedWhereTheyCannotBe) {
  EXPECT_THAT(refusal(kRequester, ""), HasSubstr("lives in real time"));
  EXPECT_THAT(refusal("<Requester exec=\"x\"><Backup/></Requester>"),
              HasSubstr("says for itself what it does"));
  EXPECT_THAT(refusal("<Requester arguments=\"x\"/>"), HasSubstr("exec= is missing"));
  EXPECT_THAT(refusal("<Writers><Writer name=\"w\" preset=\"order-writer\"><Signal send=\"KILL\" "
                      "at=\"Freeze\"/></Writer></Writers>" +
                      kRequester),
              HasSubstr("exec= is missing"));
  EXPECT_THAT(refusal("<Provider exec=\"x\" defect=\"y\"/>" + kRequester),
              HasSubstr("the program says what the provider is"));
  EXPECT_THAT(
      refusal("<Writers><Writer name=\"w\" exec=\"x\" preset=\"y\"/></Writers>" + kRequester),
      HasSubstr("says twice what the writer is"));
  EXPECT_THAT(refusal("<Requester exec=\"x\"><Signal send=\"TERM\" at=\"Freeze\"/></Requester>"),
              HasSubstr("TERM"));
  EXPECT_THAT(refusal("<Requester exec=\"x\"><Signal send=\"KILL\" at=\"Freeze\" "
                      "resumeAfter=\"1s\"/></Requester>"),
              HasSubstr("stays dead"));
  EXPECT_THAT(refusal("<Requester exec=\"x\"><Signal send=\"KILL\" at=\"Freeze\" nth=\"0\"/>"
                      "</Requester>"),
              HasSubstr("counted from 1"));
  EXPECT_THAT(refusal(kRequester, "clock=\"real\" responseLimit=\"0s\""),
              HasSubstr("nobody answers at once"));
}

TEST(Folders, AreVolumesWithoutFilesOfTheScenario) {
  const auto plan = load("<Volumes><Volume root=\"P:\\\" folder=\"/\"/></Volumes>" + kRequester);
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  EXPECT_EQ(plan->volumes.front().folder, "/");
  EXPECT_THAT(refusal("<Volumes><Volume root=\"P:\\\" folder=\"data\"/></Volumes>" + kRequester),
              HasSubstr("there is no folder 'dir/data'"));
  EXPECT_THAT(refusal("<Volumes><Volume root=\"P:\\\" folder=\"/\"><File path=\"P:\\a\" "
                      "content=\"x\"/></Volume></Volumes>" +
                      kRequester),
              HasSubstr("has the folder's files"));
}

}  // namespace
}  // namespace vsslab::scenario
