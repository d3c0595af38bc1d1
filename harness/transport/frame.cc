#include "transport/frame.h"

#include <fmt/format.h>

#include "core/limits.h"

namespace vsslab::transport {

namespace {

void begin(Out& out, FrameKind kind) {
  out.number<std::uint32_t>(0);
  out.number(static_cast<std::uint8_t>(kind));
}

}  // namespace

std::optional<std::string_view> FrameDecoder::next() {
  if (!problem_.empty()) return std::nullopt;
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
  }
  const std::size_t have = buffer_.size() - at_;
  if (have < 4) return std::nullopt;
  const auto length = In(std::string_view(buffer_).substr(at_, 4)).number<std::uint32_t>();
  if (length == 0 || length > limits::kFrameBytesMax) {
    problem_ =
        fmt::format("a frame of {} bytes (frame_bytes_max is {})", length, limits::kFrameBytesMax);
    return std::nullopt;
  }
  if (have < 4 + std::size_t{length}) {
    // What was handed out before is over: make room.
    buffer_.erase(0, at_);
    at_ = 0;
    return std::nullopt;
  }
  const std::string_view frame = std::string_view(buffer_).substr(at_ + 4, length);
  at_ += 4 + std::size_t{length};
  return frame;
}

std::string finish_frame(Out& out) {
  out.patch(0, static_cast<std::uint32_t>(out.bytes().size() - 4));
  return out.take();
}

std::string hello_frame(const Hello& hello) {
  Out out;
  begin(out, FrameKind::hello);
  out.number(hello.magic);
  out.number(hello.version);
  out.text(hello.name);
  out.text(hello.token);
  out.number(hello.process_id);
  return finish_frame(out);
}

std::string welcome_frame(std::string_view name) {
  Out out;
  begin(out, FrameKind::welcome);
  out.number(kVersion);
  out.text(name);
  return finish_frame(out);
}

std::string refuse_frame(std::string_view reason) {
  Out out;
  begin(out, FrameKind::refuse);
  out.text(reason);
  return finish_frame(out);
}

std::string goodbye_frame(std::uint32_t exit_code) {
  Out out;
  begin(out, FrameKind::goodbye);
  out.number(exit_code);
  return finish_frame(out);
}

std::string console_frame(std::uint32_t event) {
  Out out;
  begin(out, FrameKind::console);
  out.number(event);
  return finish_frame(out);
}

void begin_call(Out& out, const Call& call) {
  begin(out, FrameKind::call);
  out.number(call.id);
  out.number(call.within);
  out.number(call.object);
  out.number(call.interface_number);
  out.number(call.method);
}

void begin_answer(Out& out, std::uint64_t id, AnswerStatus status) {
  begin(out, FrameKind::answer);
  out.number(id);
  out.number(static_cast<std::uint8_t>(status));
}

std::optional<Hello> read_hello(std::string_view body) {
  In in(body);
  Hello hello;
  hello.magic = in.number<std::uint32_t>();
  hello.version = in.number<std::uint16_t>();
  // What follows may have another form in another version: its number is enough to refuse it.
  if (!in.ok() || hello.magic != kMagic) return std::nullopt;
  if (hello.version != kVersion) return hello;
  hello.name = in.text();
  hello.token = in.text();
  hello.process_id = in.number<std::uint32_t>();
  if (!in.done()) return std::nullopt;
  return hello;
}

std::optional<Call> read_call(std::string_view body) {
  In in(body);
  Call call;
  call.id = in.number<std::uint64_t>();
  call.within = in.number<std::uint64_t>();
  call.object = in.number<std::uint32_t>();
  call.interface_number = in.number<std::uint16_t>();
  call.method = in.number<std::uint16_t>();
  call.arguments = in.rest();
  if (!in.ok()) return std::nullopt;
  return call;
}

std::optional<Answer> read_answer(std::string_view body) {
  In in(body);
  Answer answer;
  answer.id = in.number<std::uint64_t>();
  const auto status = in.number<std::uint8_t>();
  answer.results = in.rest();
  if (!in.ok() || status > static_cast<std::uint8_t>(AnswerStatus::exception)) return std::nullopt;
  answer.status = static_cast<AnswerStatus>(status);
  return answer;
}

}  // namespace vsslab::transport
