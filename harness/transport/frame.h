// Frames of the protocol (docs/protocol.md): a length, a kind, and what the kind says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transport/bytes.h"

namespace vsslab::transport {

inline constexpr std::uint32_t kMagic = 0x4c535356;  // "VSSL"
inline constexpr std::uint16_t kVersion = 1;

enum class FrameKind : std::uint8_t {
  hello = 1,    // client: who is there
  welcome = 2,  // server: come in
  refuse = 3,   // server: no, because …; then it closes
  call = 4,
  answer = 5,
  goodbye = 6,  // client: the program ends, with this exit code
  console = 7,  // server: a console event for the program (Ctrl-C: please end)
};

struct Hello {
  std::uint32_t magic = kMagic;
  std::uint16_t version = kVersion;
  std::string name;   // of the program, the actor's in the journal
  std::string token;  // TCP
  std::uint32_t process_id = 0;
};

struct Call {
  std::uint64_t id = 0;
  std::uint64_t within = 0;  // the call of the other side that this one is made in, or 0
  std::uint32_t object = 0;
  std::uint16_t interface_number = 0;
  std::uint16_t method = 0;
  std::string_view arguments;
};

enum class AnswerStatus : std::uint8_t {
  ok = 0,
  no_object = 1,      // it was released, or never existed
  bad_arguments = 2,  // they cannot be read, or the interface has no such method
  exception = 3,      // a C++ exception left the method; its text follows
  lost = 100,         // never on the wire: the connection ended
  late = 101,         // never on the wire: the answer did not come in time
};

struct Answer {
  std::uint64_t id = 0;
  AnswerStatus status = AnswerStatus::ok;
  std::string_view results;
};

// Takes frames out of a stream. Never holds more than one frame and one read.
class FrameDecoder {
 public:
  void add(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole frame without its length; valid until the next call. Nothing when more bytes are
  // needed, or when the stream is broken: then `problem` says why.
  std::optional<std::string_view> next();
  const std::string& problem() const { return problem_; }
  bool in_frame() const { return buffer_.size() > at_; }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
  std::string problem_;
};

// Whole frames, with their length in front.
std::string hello_frame(const Hello& hello);
std::string welcome_frame(std::string_view name);
std::string refuse_frame(std::string_view reason);
std::string goodbye_frame(std::uint32_t exit_code);
std::string console_frame(std::uint32_t event);

// Starts a call frame in `out`; finish_frame puts the length in front.
void begin_call(Out& out, const Call& call);
void begin_answer(Out& out, std::uint64_t id, AnswerStatus status);
std::string finish_frame(Out& out);

// `body`: what follows the kind.
std::optional<Hello> read_hello(std::string_view body);
std::optional<Call> read_call(std::string_view body);
std::optional<Answer> read_answer(std::string_view body);

}  // namespace vsslab::transport
