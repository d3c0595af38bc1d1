// The blocks of the console report.
#include "reports/block.h"

#include <gtest/gtest.h>

namespace vsslab {
namespace {

TEST(ErrorBlock, ShowsTheLinesOfAnErrorAsLines) {
  ScenarioResult result;
  result.toolkit_error =
      "machine.xml:2: error: there is no format 0\n    <Machine format=\"0\"/>\n"
      "    write format=\"1\"";
  result.reproduce = "vsslab run x.xml";
  EXPECT_EQ(reports::error_block(result, {.unicode = false}),
            "  x no verdict: the toolkit could not conclude\n"
            "      machine.xml:2: error: there is no format 0\n"
            "      <Machine format=\"0\"/>\n"
            "      write format=\"1\"\n"
            "      Reproduce  vsslab run x.xml\n");
}

TEST(ErrorBlock, LetsNothingThroughToTheTerminal) {
  ScenarioResult result;
  result.toolkit_error = "odd \x1b[31m name\n\n";
  const std::string text = reports::error_block(result, {.unicode = false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("odd \\x1b[31m name\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace vsslab
