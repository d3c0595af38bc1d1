// Things that a handle stands for and that a thread can wait for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/scheduler.h"
#include "win32/process.h"

namespace vsslab {

struct Waiter;

class KernelObject {
 public:
  virtual ~KernelObject() = default;
  virtual bool waitable() const { return true; }
  // Whether a wait of `thread` would end now.
  virtual bool signaled(ThreadKey thread) const = 0;
  // A wait of `thread` ends: take what it waited for. True: the mutex was abandoned.
  virtual bool consume(ThreadKey /*thread*/) { return false; }
  // The handle was closed, or its process ended.
  virtual void thread_ended(ThreadKey /*thread*/) {}

  // The state may have changed: ends the waits that can end, first come first served.
  void wake(Scheduler& scheduler);

 private:
  friend struct Waiter;
  std::vector<Waiter*> waiters_;
};
using KernelObjects = std::vector<std::shared_ptr<KernelObject>>;

class EventObject final : public KernelObject {
 public:
  EventObject(bool manual, bool set) : manual_(manual), set_(set) {}
  bool signaled(ThreadKey) const override { return set_; }
  bool consume(ThreadKey) override {
    if (!manual_) set_ = false;
    return false;
  }
  void set(bool on) { set_ = on; }

 private:
  bool manual_;
  bool set_;
};

class MutexObject final : public KernelObject {
 public:
  explicit MutexObject(ThreadKey owner) : owner_(owner), count_(owner != 0 ? 1 : 0) {}
  bool signaled(ThreadKey thread) const override { return count_ == 0 || owner_ == thread; }
  bool consume(ThreadKey thread) override;
  bool release(ThreadKey thread);
  void thread_ended(ThreadKey thread) override;

 private:
  ThreadKey owner_ = 0;
  int count_ = 0;
  bool abandoned_ = false;
};

class SemaphoreObject final : public KernelObject {
 public:
  SemaphoreObject(std::int32_t count, std::int32_t maximum) : count_(count), maximum_(maximum) {}
  bool signaled(ThreadKey) const override { return count_ > 0; }
  bool consume(ThreadKey) override {
    --count_;
    return false;
  }
  // The count before, or nothing when the maximum would be passed.
  std::optional<std::int32_t> release(std::int32_t count);

 private:
  std::int32_t count_;
  std::int32_t maximum_;
};

class ThreadObject final : public KernelObject {
 public:
  bool signaled(ThreadKey) const override { return exit_code.has_value(); }
  TaskId task = 0;                  // 0 while suspended
  std::function<void()> suspended;  // starts it
  std::optional<std::uint32_t> exit_code;
};

class ProcessObject final : public KernelObject {
 public:
  explicit ProcessObject(LabProcess& process_in) : process(process_in) {}
  bool signaled(ThreadKey) const override { return process.ended(); }
  LabProcess& process;
};

// A standard stream: what is written to it is the process's output.
class ConsoleObject final : public KernelObject {
 public:
  explicit ConsoleObject(bool input_in) : input(input_in) {}
  bool signaled(ThreadKey) const override { return false; }
  const bool input;
};

// While one of these lives, the running task is known to its process as waiting, and stops with it.
class BlockedScope {
 public:
  explicit BlockedScope(Scheduler& scheduler);
  ~BlockedScope();
  BlockedScope(const BlockedScope&) = delete;
  BlockedScope& operator=(const BlockedScope&) = delete;

 private:
  LabProcess* process_;
  TaskId task_;
};

struct WaitResult {
  bool timed_out = false;
  std::size_t index = 0;  // of the object that ended the wait; 0 for all
  bool abandoned = false;
};

// Waits in the running task for one, or for all, of `objects`.
WaitResult wait_for(Scheduler& scheduler, const KernelObjects& objects, bool all, ThreadKey thread,
                    std::optional<Duration> timeout);

}  // namespace vsslab
