// Programs of the system: a party that runs in a process of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace vsslab::os {

struct ProgramOptions {
  std::string path;                    // with a slash it is the file, without one PATH is searched
  std::vector<std::string> arguments;  // behind the name
  std::vector<std::pair<std::string, std::string>> environment;  // in addition to ours
  int inherited = -1;  // a descriptor that it has as kInherited; ours stays open
};

struct ProgramEnd {
  int exit_code = -1;           // when it ended by exiting
  int signal = 0;               // when a signal ended it
  std::string to_text() const;  // "exit code 3", "killed by SIGSEGV"
};

class Program {
 public:
  static Result<std::unique_ptr<Program>> start(const ProgramOptions& options);
  // Ends it and everything that it has started in its process group.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  static constexpr int kInherited = 3;

  // The socket from which its standard output and error can be read; the caller's from now on.
  int take_output() { return std::exchange(output_, -1); }
  // How it ended, or nothing while it runs.
  const std::optional<ProgramEnd>& poll();
  void kill();  // SIGKILL
  void stop();  // SIGSTOP: it stands still until resume()
  void resume();
  void ask_to_end();  // SIGTERM

 private:
  Program(int process, int output) : process_(process), output_(output) {}
  void send(int signal) const;

  int process_;
  int output_;
  std::optional<ProgramEnd> end_;
};

// Of this process.
unsigned process_id();

// Two sockets that are connected with one another, closed when a program is started; -1 twice when
// there are no more.
std::pair<int, int> connected_sockets();
void close_descriptor(int descriptor);

}  // namespace vsslab::os
