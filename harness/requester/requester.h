// Scripted requesters: the body of a requester's process. They hold an IVssBackupComponents as any
// backup program does and know nothing else of the lab.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "plan/plan.h"

namespace vsslab::requester {

// How one step of a script went.
struct StepResult {
  const plan::Step& step;
  Hr hr = 0;                // of the call; of the operation where the step waited for it
  bool as_expected = true;  // nothing was expected, or it came
};

struct OperationResult {
  std::string_view what;  // "backup", "restore"
  std::string_view name;
  bool succeeded = false;
  std::string_view last_call;
  Hr hr = 0;  // of that call
  // In words, where it was not a call that said no: a folder that is not there, a component that
  // was not backed up. May be empty.
  std::string_view reason{};
  // It went to its end, and nothing was there to be taken: of what a BETest selection names, or of
  // any writer where no volumes were given either.
  bool took_nothing = false;
  // Something that a BETest selection names was not there, though other things were.
  bool missed_some = false;
};

// What a requester tells whoever runs it. Called in the requester's own task.
class RequesterObserver {
 public:
  virtual ~RequesterObserver() = default;

  // The requester left a component out of the backup because `volume` is not in its set.
  virtual void component_left_out(std::string_view writer, std::string_view logical_path,
                                  std::string_view component, std::string_view volume) {
    (void)writer, (void)logical_path, (void)component, (void)volume;
  }
  virtual void step_done(const StepResult& result) { (void)result; }
  // A whole backup or restore is over.
  virtual void operation_done(const OperationResult& result) { (void)result; }
  // The machine's own programs change files now; the machine restarts now. They come back when it
  // is done. An Error is the scenario's mistake.
  virtual Result<void> change_files(const plan::ChangePlan& plan) {
    (void)plan;
    return {};
  }
  virtual void reboot(const plan::RebootPlan& plan) { (void)plan; }
  // A database is to be opened where it lies, or on a shadow copy, and looked through.
  virtual void check_database(std::string_view operation, const std::string& path) {
    (void)operation, (void)path;
  }
  // A tool is to be run to its end, a program of its own, with what its user gives it. True when it
  // ended as it should.
  virtual bool run_tool(const plan::ToolPlan& plan) {
    (void)plan;
    return false;
  }
  // What a user should read: a BETest file that asks for a component which is not there, …
  virtual void note(std::string_view line) { (void)line; }

  // What a backup or restore does, line by line: asked for and told only where somebody reads it.
  virtual bool wants_details() const { return false; }
  virtual void detail(std::string_view line) { (void)line; }

  // What a step or an operation of the scenario asks for cannot be: the run can say nothing.
  virtual void cannot_play(const Error& mistake) { (void)mistake; }

  // The class id of a writer of the scenario by its name, for scripts that name a writer before any
  // writer was gathered.
  virtual std::optional<Guid> class_id_of(std::string_view writer) {
    (void)writer;
    return std::nullopt;
  }
};

// Runs the script or the whole backup, after CoInitializeEx. Gives the process's exit code: 0 when
// every step went as expected (the backup succeeded), 1 when not, or what an Exit step asks for.
// start_delay is the caller's business.
int run_requester(const plan::RequesterPlan& plan, RequesterObserver& observer);

}  // namespace vsslab::requester
