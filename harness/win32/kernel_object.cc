#include "win32/kernel_object.h"

#include <algorithm>
#include <utility>

namespace vsslab {

// One thread's wait. It stands on the waiting task's stack, which outlives even a killed task.
struct Waiter {
  Waiter(const KernelObjects& objects_in, bool all_in, ThreadKey thread_in, TaskId task_in)
      : objects(objects_in), all(all_in), thread(thread_in), task(task_in) {}

  // Takes what it waits for, if that is there.
  bool try_end() {
    if (all) {
      const bool ready = std::all_of(objects.begin(), objects.end(),
                                     [&](const auto& object) { return object->signaled(thread); });
      if (!ready) return false;
      for (const auto& object : objects) result.abandoned |= object->consume(thread);
      return done = true;
    }
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (!objects[i]->signaled(thread)) continue;
      result.index = i;
      result.abandoned = objects[i]->consume(thread);
      return done = true;
    }
    return false;
  }

  void enlist() {
    for (const auto& object : objects) object->waiters_.push_back(this);
  }
  void leave() {
    for (const auto& object : objects) std::erase(object->waiters_, this);
  }

  const KernelObjects& objects;
  bool all;
  ThreadKey thread;
  TaskId task;
  bool done = false;
  WaitResult result{};
  WaitQueue queue;
};

void KernelObject::wake(Scheduler& scheduler) {
  std::erase_if(waiters_, [&](const Waiter* waiter) { return !scheduler.alive(waiter->task); });
  const std::vector<Waiter*> waiting = waiters_;
  for (Waiter* waiter : waiting) {
    if (!waiter->done && waiter->try_end()) scheduler.notify_all(waiter->queue);
  }
}

bool MutexObject::consume(ThreadKey thread) {
  owner_ = thread;
  ++count_;
  return std::exchange(abandoned_, false);
}

bool MutexObject::release(ThreadKey thread) {
  if (count_ == 0 || owner_ != thread) return false;
  if (--count_ == 0) owner_ = 0;
  return true;
}

void MutexObject::thread_ended(ThreadKey thread) {
  if (count_ == 0 || owner_ != thread) return;
  count_ = 0;
  owner_ = 0;
  abandoned_ = true;
}

std::optional<std::int32_t> SemaphoreObject::release(std::int32_t count) {
  if (count <= 0 || count > maximum_ - count_) return std::nullopt;
  const std::int32_t before = count_;
  count_ += count;
  return before;
}

BlockedScope::BlockedScope(Scheduler& scheduler)
    : process_(static_cast<LabProcess*>(scheduler.context().owner)), task_(scheduler.current()) {
  if (process_ != nullptr && task_ != 0) process_->blocked_.insert(task_);
}

BlockedScope::~BlockedScope() {
  if (process_ != nullptr && task_ != 0) {
    process_->blocked_.erase(process_->blocked_.find(task_));
  }
}

WaitResult wait_for(Scheduler& scheduler, const KernelObjects& objects, bool all, ThreadKey thread,
                    std::optional<Duration> timeout) {
  Waiter waiter(objects, all, thread, scheduler.current());
  if (waiter.try_end()) return waiter.result;
  if (timeout && *timeout <= Duration::zero()) {
    // A polling loop must let the others run, or nobody ever sets what it polls.
    if (scheduler.current() != 0) scheduler.yield();
    return {.timed_out = true};
  }
  const BlockedScope blocked(scheduler);
  waiter.enlist();
  scheduler.wait(waiter.queue, timeout);
  waiter.leave();
  if (!waiter.done) waiter.result.timed_out = true;
  return waiter.result;
}

}  // namespace vsslab
