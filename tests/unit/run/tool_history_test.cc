// The state of a lab machine as a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/tool_history.h"

namespace vsslab {
namespace {

using testing::HasSubstr;

ToolHistory sample() {
  ToolHistory history;
  history.machine_digest = "0123";
  history.toolkit = "vsslab 0";
  ToolCall call;
  call.tool = "vshadow";
  call.arguments = {"-bc=b.xml", "C:", "Ä \"quoted\""};
  call.inputs = {{ToolInput::Kind::line, "y"},
                 {ToolInput::Kind::end, {}},
                 {ToolInput::Kind::file, std::string("\xff\xfe\0x", 4)},
                 {ToolInput::Kind::no_file, "no such file"},
                 {ToolInput::Kind::program, {}, 3}};
  call.printed_digest = "beef";
  call.code = 2;
  history.calls.push_back(call);
  return history;
}

TEST(ToolHistory, ReadsBackWhatItWrote) {
  const std::string text = to_json_lines(sample());
  const auto read = parse_tool_history(text, "calls.jsonl");
  ASSERT_TRUE(read.has_value()) << read.error().to_text();
  ASSERT_EQ(read->calls.size(), 1u);
  EXPECT_EQ(read->machine_digest, "0123");
  EXPECT_EQ(read->calls[0].arguments, sample().calls[0].arguments);
  ASSERT_EQ(read->calls[0].inputs.size(), 5u);
  EXPECT_EQ(read->calls[0].inputs[2].text, std::string("\xff\xfe\0x", 4));
  EXPECT_EQ(read->calls[0].inputs[4].code, 3);
  EXPECT_EQ(to_json_lines(*read), text);
}

std::string error_of(std::string_view text) {
  const auto read = parse_tool_history(text, "calls.jsonl");
  return read ? std::string() : read.error().to_text();
}

TEST(ToolHistory, RefusesWhatIsNone) {
  EXPECT_THAT(error_of(""), HasSubstr("empty"));
  EXPECT_THAT(error_of("{}"), HasSubstr("calls.jsonl:1"));
  EXPECT_THAT(error_of("[]"), HasSubstr("calls.jsonl:1"));
  EXPECT_THAT(error_of("\x01\xff"), HasSubstr("calls.jsonl:1"));
  EXPECT_THAT(error_of(R"({"format":2,"vsslab":"x","machine":"y"})"), HasSubstr("format 2"));
  const std::string head = R"({"format":1,"vsslab":"x","machine":"y"})";
  EXPECT_EQ(error_of(head), "");
  EXPECT_THAT(error_of(head + "\n{\"tool\":1}"), HasSubstr("calls.jsonl:2"));
  const std::string call = R"({"tool":"t","arguments":[],"printed":"p","code":0,"inputs":[)";
  EXPECT_EQ(error_of(head + "\n" + call + "]}"), "");
  EXPECT_THAT(error_of(head + "\n" + call + R"({"kind":"smell"}]})"), HasSubstr("smell"));
  EXPECT_THAT(error_of(head + "\n" + call + R"({"kind":"file","hex":"abc"}]})"), HasSubstr("odd"));
  EXPECT_THAT(error_of(head + "\n" + call + R"({"kind":"file","hex":"zz"}]})"),
              HasSubstr("hexadecimal"));
}

TEST(ToolHistory, HasALimit) {
  std::string text = R"({"format":1,"vsslab":"x","machine":"y"})";
  for (std::size_t i = 0; i <= kToolCallsMax; ++i) {
    text +=
        "\n"
        R"({"tool":"t","arguments":[],"printed":"p","code":0,"inputs":[]})";
  }
  EXPECT_THAT(error_of(text), HasSubstr("tool_calls_max"));
}

}  // namespace
}  // namespace vsslab
