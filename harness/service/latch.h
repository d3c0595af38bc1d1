// Waits for several tasks. One Ticket per task; a ticket given up by a time-out and later by its
// task counts once.
#pragma once

#include <memory>
#include <optional>

#include "core/scheduler.h"

namespace vsslab {

class Latch {
 public:
  explicit Latch(Scheduler& scheduler) : scheduler_(scheduler) {}

  // Nobody needs to wait any longer.
  void interrupt() {
    interrupted_ = true;
    scheduler_.notify_all(queue_);
  }
  bool interrupted() const { return interrupted_; }

  // True when all tickets were given back in time.
  bool wait(std::optional<Duration> timeout = std::nullopt) {
    const Time deadline = timeout ? scheduler_.now() + *timeout : Time::max();
    while (open_ > 0 && !interrupted_) {
      if (!timeout) {
        scheduler_.wait(queue_);
      } else if (scheduler_.now() >= deadline ||
                 !scheduler_.wait(queue_, deadline - scheduler_.now())) {
        return open_ == 0;
      }
    }
    return open_ == 0;
  }

 private:
  friend class Ticket;
  Scheduler& scheduler_;
  WaitQueue queue_;
  int open_ = 0;
  bool interrupted_ = false;
};

class Ticket {
 public:
  explicit Ticket(std::shared_ptr<Latch> latch) : latch_(std::move(latch)) { ++latch_->open_; }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  bool done() const { return latch_ == nullptr; }
  void finish() {
    if (!latch_) return;
    if (--latch_->open_ == 0) latch_->scheduler_.notify_all(latch_->queue_);
    latch_.reset();
  }

 private:
  std::shared_ptr<Latch> latch_;
};

}  // namespace vsslab
