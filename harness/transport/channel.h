// A stream of frames over a socket, Unix or TCP. Lives on the scheduler's thread: its handlers run
// between tasks and never block.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/asio.h"
#include "transport/frame.h"

namespace vsslab::transport {

using Socket = boost::asio::generic::stream_protocol::socket;

class Channel : public std::enable_shared_from_this<Channel> {
 public:
  explicit Channel(Socket socket);

  // `frame`: kind and body. Called until closed.
  std::function<void(std::string_view frame)> on_frame;
  // Once, whoever closed. `reason` in words.
  std::function<void(std::string_view reason)> on_closed;

  void start();
  // A whole frame. Written at once when the socket takes it, else queued; a receiver that lets more
  // than send_queue_bytes_max pile up is closed.
  void send(std::string frame);
  void close(std::string_view reason);
  // Closes when everything queued is written.
  void close_after_sending(std::string_view reason);
  bool open() const { return open_; }
  bool sending() const { return open_ && !queue_.empty(); }

 private:
  void read();
  void received();
  void write();

  Socket socket_;
  FrameDecoder decoder_;
  std::array<char, 16384> input_{};
  std::deque<std::string> queue_;
  std::size_t queued_ = 0;   // bytes
  std::size_t written_ = 0;  // of the first in the queue
  std::string last_reason_;
  bool open_ = true;
};

}  // namespace vsslab::transport
