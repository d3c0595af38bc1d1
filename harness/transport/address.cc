#include "transport/address.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "core/limits.h"
#include "core/os/socket.h"

namespace vsslab::transport {

namespace asio = boost::asio;

Result<Address> parse_address(const std::string& text) {
  if (text.empty()) {
    return fail(Error{"no service is named", {}, 0, {}, "valid: unix:/path, tcp:PORT"});
  }
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
  if (text.starts_with("fd:")) {
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 3, end, address.descriptor);
    if (error == std::errc() && rest == end && address.descriptor >= 0) return address;
  }
  return fail(
      Error{fmt::format("'{}' is no address", text), {}, 0, {}, "valid: unix:/path, tcp:PORT"});
}

std::string to_text(const Address& address) {
  if (address.descriptor >= 0) return fmt::format("fd:{}", address.descriptor);
  return address.unix_socket ? "unix:" + address.path : fmt::format("tcp:{}", address.port);
}

asio::generic::stream_protocol::endpoint endpoint_of(const Address& address) {
  if (address.unix_socket) return asio::local::stream_protocol::endpoint(address.path);
  return asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), address.port);
}

Result<Socket> connect(asio::io_context& io, const Address& address) {
  Socket socket(io);
  boost::system::error_code error;
  if (address.descriptor >= 0) {
    socket.assign(asio::local::stream_protocol(), address.descriptor, error);
    if (!error) return socket;
    return fail(fmt::format("'{}' is no socket: {}", to_text(address), error.message()));
  }
  const auto endpoint = endpoint_of(address);
  socket.open(endpoint.protocol(), error);
  if (!error) {
    os::limit_waiting(socket.native_handle(), limits::kConnectLimit);
    socket.connect(endpoint, error);
  }
  // A service that stands still accepts nobody: the wait ends, and Asio takes that for success.
  if (!error && (socket.remote_endpoint(error), error)) {
    return fail(fmt::format("the service at '{}' does not accept anybody (connect_limit)",
                            to_text(address)));
  }
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

bool remove_stale(const Address& address) {
  if (!address.unix_socket) return false;
  std::error_code ignored;
  if (!std::filesystem::is_socket(address.path, ignored)) return false;
  asio::io_context io;
  Socket probe(io);
  boost::system::error_code error;
  probe.connect(endpoint_of(address), error);
  return error == asio::error::connection_refused && std::filesystem::remove(address.path, ignored);
}

}  // namespace vsslab::transport
