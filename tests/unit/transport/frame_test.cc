#include "transport/frame.h"

#include <gtest/gtest.h>

#include <string>

#include "core/limits.h"

namespace vsslab::transport {
namespace {

std::string length(std::uint32_t value) {
  Out out;
  out.number(value);
  return out.take();
}

TEST(FrameDecoder, GivesWholeFramesHoweverTheyArrive) {
  const std::string stream = goodbye_frame(7) + console_frame(0) + welcome_frame("orders");
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameDecoder decoder;
    std::vector<std::string> frames;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      decoder.add(std::string_view(stream).substr(at, piece));
      while (const auto frame = decoder.next()) frames.emplace_back(*frame);
    }
    ASSERT_EQ(frames.size(), 3u) << "in pieces of " << piece;
    EXPECT_EQ(static_cast<FrameKind>(frames[0][0]), FrameKind::goodbye);
    EXPECT_EQ(In(std::string_view(frames[0]).substr(1)).number<std::uint32_t>(), 7u);
    EXPECT_EQ(static_cast<FrameKind>(frames[2][0]), FrameKind::welcome);
    EXPECT_FALSE(decoder.in_frame());
  }
}

TEST(FrameDecoder, RefusesLengthsThatAreNone) {
  for (const std::uint32_t wrong :
       {0u, static_cast<std::uint32_t>(limits::kFrameBytesMax) + 1, 0xFFFFFFFFu}) {
    FrameDecoder decoder;
    decoder.add(length(wrong));
    EXPECT_FALSE(decoder.next());
    EXPECT_NE(decoder.problem().find("frame_bytes_max"), std::string::npos) << wrong;
  }
}

TEST(FrameDecoder, KnowsThatItStandsWithinAFrame) {
  FrameDecoder decoder;
  decoder.add(length(100) + "half");
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.in_frame());
  EXPECT_EQ(decoder.problem(), "");
}

TEST(Hello, RoundTripsAndTellsAnotherVersionByItsFirstBytes) {
  Hello hello;
  hello.name = "orders";
  hello.token = "secret";
  hello.process_id = 42;
  const std::string frame = hello_frame(hello);
  const auto read = read_hello(std::string_view(frame).substr(5));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "orders");
  EXPECT_EQ(read->token, "secret");
  EXPECT_EQ(read->process_id, 42u);

  hello.version = 9;
  const auto other = read_hello(std::string_view(hello_frame(hello)).substr(5, 6));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->version, 9);
  hello.magic = 1;
  EXPECT_FALSE(read_hello(std::string_view(hello_frame(hello)).substr(5)));
}

TEST(Hello, IsRefusedWhenCutAnywhere) {
  Hello hello;
  hello.name = "orders";
  const std::string frame = hello_frame(hello);
  for (std::size_t end = 5; end < frame.size(); ++end) {
    EXPECT_FALSE(read_hello(std::string_view(frame).substr(5, end - 5))) << end;
  }
}

TEST(Call, RoundTrips) {
  Out out;
  begin_call(
      out,
      {.id = 5, .within = 3, .object = 9, .interface_number = 4, .method = 2, .arguments = {}});
  out.raw("rest");
  const std::string frame = finish_frame(out);
  const auto call = read_call(std::string_view(frame).substr(5));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->id, 5u);
  EXPECT_EQ(call->within, 3u);
  EXPECT_EQ(call->object, 9u);
  EXPECT_EQ(call->interface_number, 4);
  EXPECT_EQ(call->method, 2);
  EXPECT_EQ(call->arguments, "rest");
  EXPECT_FALSE(read_call(std::string_view(frame).substr(5, 10)));
}

TEST(Answer, HasNoStatusThatOnlyTheCallerMayGive) {
  for (int status = 0; status < 256; ++status) {
    Out out;
    begin_answer(out, 1, static_cast<AnswerStatus>(status));
    const std::string frame = finish_frame(out);
    EXPECT_EQ(read_answer(std::string_view(frame).substr(5)).has_value(), status <= 3) << status;
  }
}

}  // namespace
}  // namespace vsslab::transport
