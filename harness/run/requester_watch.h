// Listens to one scripted requester: what it left out goes to the journal, how its steps went
// becomes expectations, how its backup ended is shown beside its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "requester/requester.h"
#include "run/machine.h"
#include "run/result.h"

namespace vsslab {

class RequesterWatch : public requester::RequesterObserver {
 public:
  RequesterWatch(Machine& machine, std::string name) : machine_(machine), name_(std::move(name)) {}

  void component_left_out(std::string_view writer, std::string_view logical_path,
                          std::string_view component, std::string_view volume) override;
  void step_done(const requester::StepResult& result) override;
  void backup_done(bool succeeded, std::string_view last_call, Hr hr) override;
  void note(std::string_view line) override;
  std::optional<Guid> class_id_of(std::string_view writer) override;

  // Adds what was heard to the scenario's result.
  void report(ScenarioResult& result) const;

 private:
  std::string volume_of(std::string_view call) const;

  Machine& machine_;
  std::string name_;
  std::vector<ExpectationResult> steps_;  // those that expect something
  std::string state_;
  std::string code_;
  std::vector<std::string> notes_;
};

}  // namespace vsslab
