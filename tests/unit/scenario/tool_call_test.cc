#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/scenario.h"

namespace vsslab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<plan::ScenarioPlan> load(const std::string& requester) {
  return load_scenario("<!-- What this shows: a test. -->\n<Scenario format=\"1\">\n<Requester>" +
                           requester + "</Requester>\n</Scenario>\n",
                       "dir/test.xml", [](const std::string& path) -> Result<std::string> {
                         if (path == "dir/nightly.dsh") return std::string("create\n");
                         return fail("no such file");
                       });
}

std::string refusal(const std::string& requester) {
  const auto plan = load(requester);
  EXPECT_FALSE(plan.has_value()) << requester;
  return plan ? std::string() : plan.error().to_text();
}

const plan::ToolPlan& tool(const plan::ScenarioPlan& plan, std::size_t index) {
  return std::get<plan::ToolPlan>(plan.requesters.front().operations.at(index));
}

TEST(ToolCalls, HaveTheirArgumentsLinesAndFiles) {
  const auto plan = load(R"(
    <DiskShadow files="nightly.dsh" arguments="-s nightly.dsh &quot;a b&quot; x\&quot;y"/>
    <VssAdmin exit="2" arguments="delete shadows /all">
        y

        and more
    </VssAdmin>
    <VssAdmin arguments="&quot;&quot;"/>
    <BETest arguments="/B"/>
    <BETest><Writer writerid="5affb034-969f-4919-8875-88f830d0ef89"/></BETest>)");
  ASSERT_TRUE(plan.has_value()) << plan.error().to_text();
  ASSERT_EQ(plan->requesters.front().operations.size(), 4u);
  EXPECT_EQ(tool(*plan, 0).tool, "diskshadow");
  EXPECT_THAT(tool(*plan, 0).arguments, ElementsAre("-s", "nightly.dsh", "a b", "x\"y"));
  ASSERT_EQ(tool(*plan, 0).files.size(), 1u);
  EXPECT_EQ(tool(*plan, 0).files[0].text, "create\n");
  EXPECT_THAT(tool(*plan, 1).lines, ElementsAre("y", "and more"));
  EXPECT_EQ(tool(*plan, 1).exit, 2);
  EXPECT_EQ(tool(*plan, 1).name, "vssadmin");
  EXPECT_EQ(tool(*plan, 2).name, "vssadmin-2");
  EXPECT_THAT(tool(*plan, 2).arguments, ElementsAre(""));
  EXPECT_EQ(tool(*plan, 3).tool, "betest");
  EXPECT_TRUE(plan->requesters.front().betest.has_value());
}

TEST(ToolCalls, AreRefusedWhereTheyCannotBe) {
  EXPECT_THAT(refusal("<VShadow argument=\"-p\"/>"), HasSubstr("did you mean 'arguments'?"));
  EXPECT_THAT(refusal("<VShadow arguments=\"&quot;C:\"/>"), HasSubstr("never closed"));
  EXPECT_THAT(refusal("<VShadow><Writer/></VShadow>"), HasSubstr("takes no elements inside"));
  EXPECT_THAT(refusal("<VShadow files=\"other.dsh\"/>"), HasSubstr("no such file"));
  EXPECT_THAT(refusal("<VShadow exit=\"none\"/>"), HasSubstr("exit"));
  EXPECT_THAT(refusal("<VShadow/><Steps><Release/></Steps>"), HasSubstr("not both"));
  EXPECT_THAT(refusal("<VShadow name=\"a\"/><VShadow name=\"a\"/>"),
              HasSubstr("a second operation 'a'"));
  EXPECT_THAT(refusal("<BETest/><BETest/>"), HasSubstr("one BETest selection"));
}

}  // namespace
}  // namespace vsslab::scenario
