// Listens to one scripted requester: what it left out goes to the journal, how its steps went
// becomes expectations, how its backup ended is shown beside its name.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "requester/requester.h"
#include "run/machine.h"
#include "run/parties.h"
#include "run/result.h"
#include "run/scripted_user.h"

namespace vsslab {

class RequesterWatch : public requester::RequesterObserver {
 public:
  using Reboot = std::function<void(const plan::RebootPlan&)>;
  // `parties` outlives it.
  RequesterWatch(Machine& machine, const Parties& parties, std::string name, Reboot reboot)
      : machine_(machine), parties_(parties), name_(std::move(name)), reboot_(std::move(reboot)) {}

  void component_left_out(std::string_view writer, std::string_view logical_path,
                          std::string_view component, std::string_view volume) override;
  void step_done(const requester::StepResult& result) override;
  void operation_done(const requester::OperationResult& result) override;
  Result<void> change_files(const plan::ChangePlan& plan) override;
  void reboot(const plan::RebootPlan& plan) override;
  void check_database(std::string_view operation, const std::string& path) override;
  bool run_tool(const plan::ToolPlan& plan) override;
  void note(std::string_view line) override;
  void cannot_play(const Error& mistake) override;
  std::optional<Guid> class_id_of(std::string_view writer) override;

  // The first mistake of the scenario that stood in the requester's way, else empty.
  const std::string& problem() const { return problem_; }
  // Adds what was heard to the scenario's result.
  void report(ScenarioResult& result) const;

 private:
  std::string volume_of(std::string_view call) const;
  std::string reason_of(const requester::OperationResult& result) const;
  // In the requester's session, as its own.
  Seq tell(std::string_view name, std::initializer_list<ArgText> args);

  Machine& machine_;
  const Parties& parties_;
  std::string name_;
  Reboot reboot_;
  std::vector<OperationEnd> operations_;
  std::vector<ExpectationResult> steps_;  // those that expect something
  std::string state_;
  std::string code_;
  std::vector<std::string> notes_;
  UserFiles user_files_;
  std::string problem_;
};

}  // namespace vsslab
