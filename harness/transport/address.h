// Where the service listens: "unix:/path" or "tcp:PORT" (loopback).
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
};
Result<Address> parse_address(const std::string& text);
std::string to_text(const Address& address);

boost::asio::generic::stream_protocol::endpoint endpoint_of(const Address& address);

// One try.
Result<Socket> connect(boost::asio::io_context& io, const Address& address);

}  // namespace vsslab::transport
