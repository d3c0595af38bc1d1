// Time and waiting, handed in. One interface, two implementations: the virtual scheduler runs every
// task in a fiber and jumps to the next timer when no task can run; the real one runs the same
// fibers on Boost.Asio's clock. Nothing else in the toolkit reads a clock or sleeps.
//
// All calls but `post_foreign` are made on the scheduler's own thread: from a task, or before
// run().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace vsslab {

class Task;

// Tasks that wait for one thing. Empty when destroyed, except for tasks that never come back.
class WaitQueue {
 public:
  WaitQueue();
  ~WaitQueue();
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  bool empty() const { return first_ == nullptr; }

 private:
  friend class FiberScheduler;
  Task* first_ = nullptr;
  Task* last_ = nullptr;
};

using TimerId = std::uint64_t;  // 0 is no timer
using TaskId = std::uint64_t;   // logical thread number in the journal; 0 is "no task"

// What a task belongs to (a party's process, its lab). Inherited by tasks that the task spawns.
struct TaskContext {
  void* owner = nullptr;  // win32 keeps the current LabProcess here
};

enum class RunEnd {
  quiet,    // no task can run and no timer is left
  stopped,  // stop() was called
  budget,   // the virtual-time or event budget is used up
};

struct RunBudget {
  Duration time = std::chrono::hours(24);
  std::uint64_t events = 2'000'000'000;
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  virtual bool is_virtual() const = 0;
  virtual Time now() const = 0;

  // Makes a task that can run at once. `name` shows in diagnostics only. 0 when limits::kTasksMax
  // tasks are alive already. An exception that leaves `body` ends the process with a message.
  virtual TaskId spawn(std::string_view name, TaskContext context, std::function<void()> body) = 0;

  // Runs `body` on the scheduler (not in a task: it must not block) at `when`, or now if that is
  // past.
  virtual TimerId at(Time when, std::function<void()> body) = 0;
  // True if the timer was still to come.
  virtual bool cancel(TimerId timer) = 0;

  // --- in a task ---
  virtual TaskId current() const = 0;  // 0 outside a task
  virtual TaskContext context() const = 0;
  virtual void set_context(TaskContext context) = 0;  // of the running task (or of the main flow)
  virtual void sleep_for(Duration duration) = 0;
  virtual void yield() = 0;
  // Waits in `queue`. True: notified; false: `timeout` passed first.
  virtual bool wait(WaitQueue& queue, std::optional<Duration> timeout = std::nullopt) = 0;
  // The task never runs again; its stack is neither unwound nor counted as a leak.
  [[noreturn]] virtual void park_forever() = 0;

  // --- from anywhere on the scheduler's thread ---
  virtual void notify_one(WaitQueue& queue) = 0;
  virtual void notify_all(WaitQueue& queue) = 0;
  // Takes a task out of whatever it waits for and parks it for ever (its process died).
  virtual void kill(TaskId task) = 0;
  virtual bool alive(TaskId task) const = 0;

  // Runs until quiet, stopped or out of budget. Called once, from the thread that owns the
  // scheduler.
  virtual RunEnd run(RunBudget budget) = 0;
  virtual void stop() = 0;

  // From any thread (real time only): runs `body` on the scheduler's thread soon.
  virtual void post_foreign(std::function<void()> body) = 0;
  // From any thread (real time only): +1 before a thread of a party starts, -1 when it has ended.
  // While the sum is above 0, run() waits for posts instead of being quiet.
  virtual void expect_foreign(int change) = 0;

  // Names of the tasks that are blocked now, for the report of a hang.
  virtual std::vector<std::string> blocked_tasks() const = 0;

  // Choices made between tasks that could run at the same moment; empty when all were first-come.
  virtual const std::vector<std::uint8_t>& decisions() const = 0;
  virtual std::uint64_t events_run() const = 0;
};

// The running task's context on this thread, or, outside a task (timer functions, the main flow),
// the thread's own, whose owner is null until somebody sets it. Never null, cheap to read, valid
// until the next switch.
TaskContext* current_task_context();

// The scheduler whose run() is under way on this thread, or null.
Scheduler* current_scheduler();

// How the scheduler picks among tasks that can run at the same time.
struct TieBreak {
  enum class Kind { first_come, seeded, replay };
  Kind kind = Kind::first_come;
  std::uint64_t seed = 0;               // seeded
  std::vector<std::uint8_t> decisions;  // replay: used in order, then first-come
};

std::unique_ptr<Scheduler> make_virtual_scheduler(TieBreak ties = {});
std::unique_ptr<Scheduler> make_real_scheduler();

}  // namespace vsslab
