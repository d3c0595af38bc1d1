// A program's side: connects, and makes its main function a process of a small real-time lab whose
// service is the other process.
#pragma once

#include <functional>
#include <string>

namespace vsslab::transport {

struct ClientOptions {
  std::string service;  // VSSLAB_SERVICE: "unix:/path" or "tcp:PORT"
  std::string name;     // in the journal
  std::string token;
};

// Runs `main` to its end; the exit code. 3 with a message when there is no service.
int run_party(const ClientOptions& options, const std::function<int()>& main);

}  // namespace vsslab::transport
