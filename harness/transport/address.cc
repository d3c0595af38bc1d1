#include "transport/address.h"

#include <charconv>

#include <fmt/format.h>

namespace vsslab::transport {

namespace asio = boost::asio;

Result<Address> parse_address(const std::string& text) {
  constexpr std::size_t kUnixPathMax = 107;  // sockaddr_un
  Address address;
  if (text.starts_with("unix:")) {
    address.path = text.substr(5);
    if (!address.path.empty() && address.path.size() <= kUnixPathMax) return address;
    return fail(Error{
        fmt::format("'{}' is no place for a socket: a path has 1 to {} bytes", text, kUnixPathMax),
        {},
        0,
        {},
        {}});
  }
  if (text.starts_with("tcp:")) {
    address.unix_socket = false;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 4, end, address.port);
    if (error == std::errc() && rest == end) return address;
  }
  return fail(
      Error{fmt::format("'{}' is no address", text), {}, 0, {}, "valid: unix:/path, tcp:PORT"});
}

std::string to_text(const Address& address) {
  return address.unix_socket ? "unix:" + address.path : fmt::format("tcp:{}", address.port);
}

asio::generic::stream_protocol::endpoint endpoint_of(const Address& address) {
  if (address.unix_socket) return asio::local::stream_protocol::endpoint(address.path);
  return asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), address.port);
}

Result<Socket> connect(asio::io_context& io, const Address& address) {
  Socket socket(io);
  boost::system::error_code error;
  socket.connect(endpoint_of(address), error);
  if (error) {
    return fail(
        Error{fmt::format("no service answers at '{}': {}", to_text(address), error.message()),
              {},
              0,
              {},
              "start 'vsslab serve', and give its address in VSSLAB_SERVICE"});
  }
  if (!address.unix_socket) {
    socket.set_option(asio::ip::tcp::no_delay(true), error);
  }
  return socket;
}

}  // namespace vsslab::transport
