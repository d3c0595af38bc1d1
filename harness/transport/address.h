// Where the service listens: "unix:/path" or "tcp:PORT" (loopback); or, for a program that the
// service has started itself, "fd:N", a socket that it has been handed.
#pragma once

#include <cstdint>
#include <string>

#include "core/error.h"
#include "transport/channel.h"

namespace vsslab::transport {

struct Address {
  bool unix_socket = true;
  std::string path;
  std::uint16_t port = 0;
  int descriptor = -1;
};
Result<Address> parse_address(const std::string& text);
std::string to_text(const Address& address);

boost::asio::generic::stream_protocol::endpoint endpoint_of(const Address& address);

// One try, for connect_limit.
Result<Socket> connect(boost::asio::io_context& io, const Address& address);

// A socket file that nobody listens at any more is in the way of a new one: removes it. False when
// there is no such file.
bool remove_stale(const Address& address);

}  // namespace vsslab::transport
