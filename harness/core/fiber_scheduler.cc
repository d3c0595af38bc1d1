#include "core/fiber_scheduler.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <mutex>
#include <utility>

#include "core/error.h"
#include "core/limits.h"

namespace vsslab {

namespace {

constexpr std::size_t kChoicesMax = 8;  // how far a tie-break looks into the ready queue

thread_local TaskContext outside_context;
thread_local TaskContext* running_context = nullptr;
thread_local Scheduler* running_scheduler = nullptr;

// Sets the thread's scheduler for the length of run().
class RunScope {
 public:
  explicit RunScope(Scheduler* scheduler)
      : scheduler_(std::exchange(running_scheduler, scheduler)),
        context_(std::exchange(running_context, nullptr)) {}
  ~RunScope() {
    running_scheduler = scheduler_;
    running_context = context_;
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

 private:
  Scheduler* scheduler_;
  TaskContext* context_;
};

// Tasks that never run again. They stay reachable, because their frames still own things.
void keep_for_ever(std::unique_ptr<Task> task) {
  static std::mutex mutex;
  static auto* const parked = new std::vector<std::unique_ptr<Task>>;
  const std::lock_guard lock(mutex);
  parked->push_back(std::move(task));
}

[[noreturn]] void die_of_exception(const Task& task, const char* what) {
  std::fprintf(stderr, "vsslab: an exception left task '%s': %s\n", task.name.c_str(), what);
  std::terminate();
}

}  // namespace

TaskContext* current_task_context() {
  return running_context != nullptr ? running_context : &outside_context;
}

Scheduler* current_scheduler() { return running_scheduler; }

WaitQueue::WaitQueue() = default;

WaitQueue::~WaitQueue() {
  while (first_ != nullptr) FiberScheduler::unlink(*first_);
}

Worker::Worker(FiberScheduler& owner)
    : scheduler(owner), fiber(&FiberScheduler::worker_loop, this) {}

FiberScheduler::FiberScheduler(TieBreak ties) : ties_(std::move(ties)), prng_(ties_.seed) {}

FiberScheduler::~FiberScheduler() {
  std::vector<TaskId> left;
  for (const auto& [id, task] : tasks_) left.push_back(id);
  std::sort(left.begin(), left.end());
  for (const TaskId id : left) kill(id);
}

// ---- tasks --------------------------------------------------------------------------------------

TaskId FiberScheduler::spawn(std::string_view name, TaskContext context,
                             std::function<void()> body) {
  if (tasks_.size() >= limits::kTasksMax) return 0;
  auto task = std::make_unique<Task>();
  task->id = ++last_id_;
  task->name = name;
  task->context = context;
  task->body = std::move(body);
  Task& made = *task;
  tasks_.emplace(made.id, std::move(task));
  make_ready(made);
  return made.id;
}

std::unique_ptr<Worker> FiberScheduler::take_worker() {
  if (idle_workers_.empty()) return std::make_unique<Worker>(*this);
  std::unique_ptr<Worker> worker = std::move(idle_workers_.back());
  idle_workers_.pop_back();
  return worker;
}

void FiberScheduler::worker_loop(void* argument) {
  Worker& worker = *static_cast<Worker*>(argument);
  for (;;) {
    worker.scheduler.run_body(*worker.task);
    worker.fiber.suspend();
  }
}

void FiberScheduler::run_body(Task& task) {
  try {
    task.body();
    task.body = nullptr;  // what the body owns is destroyed in the task, where it may still block
  } catch (const std::exception& error) {
    die_of_exception(task, error.what());
  } catch (...) {
    die_of_exception(task, "not a std::exception");
  }
  task.state = Task::State::finished;
}

void FiberScheduler::resume(Task& task) {
  if (!task.worker) {
    task.worker = take_worker();
    task.worker->task = &task;
  }
  task.state = Task::State::running;
  current_ = &task;
  running_context = &task.context;
  task.worker->fiber.resume();
  running_context = nullptr;
  current_ = nullptr;
  if (task.state == Task::State::finished) {
    finish(task);
  } else if (task.state == Task::State::parked) {
    park(task);
  }
}

void FiberScheduler::finish(Task& task) {
  task.worker->task = nullptr;
  idle_workers_.push_back(std::move(task.worker));
  const TaskId id = task.id;
  tasks_.erase(id);
}

// Moves a task that will never run again from the living to the parked.
void FiberScheduler::park(Task& task) {
  const auto found = tasks_.find(task.id);
  VSSLAB_ASSERT(found != tasks_.end());
  std::unique_ptr<Task> kept = std::move(found->second);
  tasks_.erase(found);
  kept->state = Task::State::parked;
  if (!kept->worker) return;  // it never started: there is no frame to preserve
  kept->worker->fiber.abandon();
  keep_for_ever(std::move(kept));
}

void FiberScheduler::switch_out() { current_->worker->fiber.suspend(); }

void FiberScheduler::make_ready(Task& task) {
  task.state = Task::State::ready;
  ready_.push_back(&task);
}

void FiberScheduler::yield() {
  VSSLAB_ASSERT(current_ != nullptr);
  make_ready(*current_);
  switch_out();
}

void FiberScheduler::sleep_for(Duration duration) {
  VSSLAB_ASSERT(current_ != nullptr);
  if (duration <= Duration::zero()) return yield();
  const Time now = this->now();
  const Time when = duration > Time::max() - now ? Time::max() : now + duration;
  current_->state = Task::State::sleeping;
  current_->timer = timers_.add(when, current_);
  switch_out();
}

bool FiberScheduler::wait(WaitQueue& queue, std::optional<Duration> timeout) {
  VSSLAB_ASSERT(current_ != nullptr);
  Task& task = *current_;
  task.state = Task::State::waiting;
  task.notified = false;
  enqueue(queue, task);
  if (timeout) {
    const Time now = this->now();
    const Duration left = std::max(*timeout, Duration::zero());
    task.timer = timers_.add(left > Time::max() - now ? Time::max() : now + left, &task);
  }
  switch_out();
  return task.notified;
}

void FiberScheduler::park_forever() {
  VSSLAB_ASSERT(current_ != nullptr);
  current_->state = Task::State::parked;
  switch_out();
  VSSLAB_ASSERT(!"a parked task was resumed");
  std::abort();
}

void FiberScheduler::detach(Task& task) {
  if (task.timer != 0) timers_.cancel(std::exchange(task.timer, 0));
  if (task.queue != nullptr) unlink(task);
  if (task.state == Task::State::ready) std::erase(ready_, &task);
}

void FiberScheduler::kill(TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  Task& task = *found->second;
  if (&task == current_) park_forever();
  detach(task);
  park(task);
}

std::vector<std::string> FiberScheduler::blocked_tasks() const {
  std::vector<const Task*> blocked;
  for (const auto& [id, task] : tasks_) {
    if (task->state == Task::State::waiting || task->state == Task::State::sleeping) {
      blocked.push_back(task.get());
    }
  }
  std::sort(blocked.begin(), blocked.end(),
            [](const Task* a, const Task* b) { return a->id < b->id; });
  std::vector<std::string> names;
  names.reserve(blocked.size());
  for (const Task* task : blocked) names.push_back(task->name);
  return names;
}

// ---- wait queues --------------------------------------------------------------------------------

void FiberScheduler::enqueue(WaitQueue& queue, Task& task) {
  task.queue = &queue;
  task.next = nullptr;
  task.previous = queue.last_;
  (queue.last_ != nullptr ? queue.last_->next : queue.first_) = &task;
  queue.last_ = &task;
}

void FiberScheduler::unlink(Task& task) {
  WaitQueue& queue = *task.queue;
  (task.previous != nullptr ? task.previous->next : queue.first_) = task.next;
  (task.next != nullptr ? task.next->previous : queue.last_) = task.previous;
  task.next = task.previous = nullptr;
  task.queue = nullptr;
}

void FiberScheduler::notify_one(WaitQueue& queue) {
  if (queue.first_ == nullptr) return;
  Task& task = *queue.first_;
  detach(task);
  task.notified = true;
  make_ready(task);
}

void FiberScheduler::notify_all(WaitQueue& queue) {
  while (queue.first_ != nullptr) notify_one(queue);
}

// ---- timers and the loop ------------------------------------------------------------------------

TimerId FiberScheduler::at(Time when, std::function<void()> body) {
  return timers_.add(std::max(when, now()), std::move(body));
}

bool FiberScheduler::cancel(TimerId timer) { return timers_.cancel(timer); }

void FiberScheduler::timed_out(Task& task) {
  task.timer = 0;
  if (task.queue != nullptr) unlink(task);
  make_ready(task);
}

// Timers armed while this runs wait for the next round, after the tasks that can run: a timer that
// arms itself again at once cannot keep the tasks away.
void FiberScheduler::fire_due(const RunBudget& budget) {
  const TimerId mark = timers_.mark();
  TimerQueue::Fired fired;
  while (!stopping_ && events_ < budget.events && timers_.pop_due(now(), mark, fired)) {
    ++events_;
    if (fired.task != nullptr) {
      timed_out(*fired.task);
    } else {
      fired.body();
      fired.body = nullptr;
    }
  }
}

Task* FiberScheduler::take_ready() {
  const std::size_t choices = std::min(ready_.size(), kChoicesMax);
  std::size_t choice = 0;
  if (choices > 1 && ties_.kind == TieBreak::Kind::seeded) {
    choice = prng_.below(choices);
    decisions_.push_back(static_cast<std::uint8_t>(choice));
  } else if (choices > 1 && ties_.kind == TieBreak::Kind::replay &&
             replayed_ < ties_.decisions.size()) {
    choice = std::min<std::size_t>(ties_.decisions[replayed_++], choices - 1);
    decisions_.push_back(static_cast<std::uint8_t>(choice));
  }
  std::swap(ready_[0], ready_[choice]);
  Task* const task = ready_.front();
  ready_.pop_front();
  return task;
}

RunEnd FiberScheduler::run(RunBudget budget) {
  VSSLAB_ASSERT(current_ == nullptr);
  const RunScope scope(this);
  stopping_ = false;
  for (;;) {
    const bool posted = take_foreign();
    fire_due(budget);
    if (stopping_) return RunEnd::stopped;
    if (events_ >= budget.events || now() > budget.time) return RunEnd::budget;
    if (!ready_.empty()) {
      ++events_;
      resume(*take_ready());
      continue;
    }
    if (posted) continue;
    const std::optional<Time> next = timers_.next();
    if (!next && !foreign_expected()) return RunEnd::quiet;
    if (next && *next <= now()) continue;
    if (now() >= budget.time) return RunEnd::budget;
    wait_until(next ? std::min(*next, budget.time) : budget.time);
  }
}

}  // namespace vsslab
