// The service's side: accepts programs, makes each a process of the lab, and ends that process when
// its connection ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/limits.h"
#include "service/lab_vss.h"
#include "transport/address.h"
#include "win32/lab.h"

namespace vsslab::transport {

struct ServerOptions {
  Address address;
  std::string token;  // needed for TCP
  Duration answer_limit = limits::kProviderResponseLimit;
  // Told of what crosses no VSS interface: a program came, was refused, or was lost.
  std::function<void(std::string_view event, std::string_view party, std::string_view text)> note;
  // A program that was handed its socket has come in, as this process of the lab; or was refused,
  // or lost before it came in.
  std::function<void(LabProcess&)> came;
  std::function<void(const std::string& name, std::string_view reason)> refused;
};

class Server {
 public:
  // `lab` runs in real time.
  Server(Lab& lab, LabVss& service, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<void> listen();
  // A connected socket that a program of ours has the other end of: it comes in under this name,
  // within program_start_limit.
  void adopt(int socket, const std::string& name);
  // Asks every program to end (Ctrl-C).
  void dismiss();
  void dismiss(std::string_view party);
  void close();
  // Programs that are connected now, and those that ever were.
  std::size_t connected() const;
  std::size_t seen() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace vsslab::transport
