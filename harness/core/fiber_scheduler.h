// What the virtual and the real scheduler share: tasks in fibers, timers, wait queues, the ready
// queue and its tie-breaks. They differ in what time it is and in how to wait for the next timer.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/fiber.h"
#include "core/prng.h"
#include "core/scheduler.h"
#include "core/timer_queue.h"

namespace vsslab {

class FiberScheduler;

// A fiber that runs one task after another.
struct Worker {
  explicit Worker(FiberScheduler& scheduler);
  FiberScheduler& scheduler;
  Task* task = nullptr;
  Fiber fiber;
};

class Task {
 public:
  enum class State { ready, running, waiting, sleeping, finished, parked };

  TaskId id = 0;
  std::string name;
  TaskContext context;
  std::function<void()> body;
  std::unique_ptr<Worker> worker;  // none until it first runs
  State state = State::ready;
  bool notified = false;  // the outcome of a wait
  TimerId timer = 0;      // of a sleep or a wait with a time-out
  WaitQueue* queue = nullptr;
  Task* next = nullptr;  // in `queue`
  Task* previous = nullptr;
};

class FiberScheduler : public Scheduler {
 public:
  explicit FiberScheduler(TieBreak ties);
  ~FiberScheduler() override;

  TaskId spawn(std::string_view name, TaskContext context, std::function<void()> body) final;
  TimerId at(Time when, std::function<void()> body) final;
  bool cancel(TimerId timer) final;
  TaskId current() const final { return current_ == nullptr ? 0 : current_->id; }
  TaskContext context() const final { return *current_task_context(); }
  void set_context(TaskContext context) final { *current_task_context() = context; }
  void sleep_for(Duration duration) final;
  void yield() final;
  bool wait(WaitQueue& queue, std::optional<Duration> timeout) final;
  [[noreturn]] void park_forever() final;
  void notify_one(WaitQueue& queue) final;
  void notify_all(WaitQueue& queue) final;
  void kill(TaskId task) final;
  bool alive(TaskId task) const final { return tasks_.contains(task); }
  RunEnd run(RunBudget budget) final;
  void stop() final { stopping_ = true; }
  std::vector<std::string> blocked_tasks() const final;
  const std::vector<std::uint8_t>& decisions() const final { return decisions_; }
  std::uint64_t events_run() const final { return events_; }

 protected:
  // Nobody can run: returns when `until` has come, or earlier when something was posted.
  virtual void wait_until(Time until) = 0;
  // Runs what other threads have posted; false if nothing was there.
  virtual bool take_foreign() { return false; }
  virtual bool foreign_expected() const { return false; }
  void count_event() { ++events_; }

 private:
  friend struct Worker;
  friend class WaitQueue;

  static void worker_loop(void* worker);
  void run_body(Task& task);
  void fire_due(const RunBudget& budget);
  Task* take_ready();
  void resume(Task& task);
  void switch_out();
  void make_ready(Task& task);
  void timed_out(Task& task);
  void finish(Task& task);
  void park(Task& task);
  void detach(Task& task);
  static void enqueue(WaitQueue& queue, Task& task);
  static void unlink(Task& task);
  std::unique_ptr<Worker> take_worker();

  TieBreak ties_;
  Prng prng_;
  std::size_t replayed_ = 0;
  std::vector<std::uint8_t> decisions_;
  TimerQueue timers_;
  std::deque<Task*> ready_;
  std::unordered_map<TaskId, std::unique_ptr<Task>> tasks_;  // alive; never iterated for output
  std::vector<std::unique_ptr<Worker>> idle_workers_;
  Task* current_ = nullptr;
  TaskId last_id_ = 0;
  std::uint64_t events_ = 0;
  bool stopping_ = false;
};

}  // namespace vsslab
