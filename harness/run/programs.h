// The parties of a run that are programs: started, connected by a socket of their own, watched, and
// ended with the run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/os/program.h"
#include "plan/program.h"
#include "run/machine.h"

namespace vsslab {

class Programs {
 public:
  // `changed` is called when a program has connected, ended or failed.
  Programs(Machine& machine, std::function<void()> changed);
  ~Programs();
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  // Starts it; it has to connect within program_start_limit.
  Result<void> start(const std::string& party, const plan::ProgramPlan& plan);

  // Of a program that has connected; it stays when that is gone. Else null.
  LabProcess* process(std::string_view party) const;
  // A program that ended, or took too long, before it connected: what there is to say. Else empty.
  std::string failure() const;
  // Lines for the reader: what programs said that did not end well, signals that were never sent.
  std::vector<std::string> notes() const;

  // Asks the program to end (Ctrl-C).
  void dismiss(std::string_view party);
  // Ends all that are left.
  void end();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace vsslab
