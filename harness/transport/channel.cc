#include "transport/channel.h"

#include <fmt/format.h>

#include "core/limits.h"

namespace vsslab::transport {

namespace asio = boost::asio;
using boost::system::error_code;

Channel::Channel(Socket socket) : socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
}

void Channel::start() { read(); }

void Channel::read() {
  socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](error_code error,
                                                                            std::size_t count) {
    if (!self->open_) return;
    if (error) {
      const bool torn = error == asio::error::eof && self->decoder_.in_frame();
      return self->close(torn                        ? "the connection ended within a frame"
                         : error == asio::error::eof ? "the connection ended"
                                                     : "the connection failed: " + error.message());
    }
    self->decoder_.add(std::string_view(self->input_.data(), count));
    self->received();
    if (self->open_) self->read();
  });
}

void Channel::received() {
  while (open_) {
    const auto frame = decoder_.next();
    if (!frame) break;
    if (on_frame) on_frame(*frame);
  }
  if (open_ && !decoder_.problem().empty()) close(decoder_.problem());
}

void Channel::send(std::string frame) {
  if (!open_ || !last_reason_.empty()) return;
  std::size_t sent = 0;
  if (queue_.empty()) {
    error_code error;
    sent = socket_.write_some(asio::buffer(frame), error);
    if (error && error != asio::error::would_block && error != asio::error::try_again) {
      // The reader hears of it too; closing here would re-enter the caller.
      return;
    }
    if (sent == frame.size()) return;
  }
  queued_ += frame.size() - sent;
  const bool idle = queue_.empty();
  if (idle) written_ = sent;
  queue_.push_back(std::move(frame));
  if (queued_ > limits::kSendQueueBytesMax) {
    return close(
        fmt::format("the other side does not read: {} bytes wait (send_queue_bytes_max)", queued_));
  }
  if (idle) write();
}

void Channel::write() {
  const std::string& first = queue_.front();
  socket_.async_write_some(asio::buffer(first.data() + written_, first.size() - written_),
                           [self = shared_from_this()](error_code error, std::size_t count) {
                             if (!self->open_) return;
                             if (error)
                               return self->close("the connection failed: " + error.message());
                             self->written_ += count;
                             self->queued_ -= count;
                             if (self->written_ == self->queue_.front().size()) {
                               self->queue_.pop_front();
                               self->written_ = 0;
                             }
                             if (!self->queue_.empty()) return self->write();
                             if (!self->last_reason_.empty()) self->close(self->last_reason_);
                           });
}

void Channel::close_after_sending(std::string_view reason) {
  if (!open_) return;
  if (queue_.empty()) return close(reason);
  last_reason_ = reason;
}

void Channel::close(std::string_view reason) {
  if (!open_) return;
  const auto self = shared_from_this();
  const std::string why(reason);
  open_ = false;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  queue_.clear();
  if (auto closed = std::exchange(on_closed, nullptr)) closed(why);
}

}  // namespace vsslab::transport
