// Timers ordered by (time, order of arming): a 4-ary heap in which cancelling only marks the entry.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/scheduler.h"
#include "core/time.h"

namespace vsslab {

class TimerQueue {
 public:
  struct Fired {
    TimerId id = 0;
    Task* task = nullptr;        // either a task to wake
    std::function<void()> body;  // or a function to run
  };

  TimerId add(Time when, std::function<void()> body);
  TimerId add(Time when, Task* task);
  // True if the timer was still to come.
  bool cancel(TimerId id);
  // The earliest timer's time.
  std::optional<Time> next();
  // Takes out the earliest timer if it is due at `now` and was armed before `mark`.
  bool pop_due(Time now, TimerId mark, Fired& fired);
  // Timers armed from now on do not count as armed before it.
  TimerId mark() const { return sequence_ << kSlotBits; }

 private:
  // An id is (sequence << 24 | slot): ids compare in the order of arming, and a slot holds the id
  // of the timer that uses it, so that entries of cancelled timers are told from live ones.
  static constexpr int kSlotBits = 24;
  static constexpr std::uint64_t kSlotMask = (1ULL << kSlotBits) - 1;

  struct Entry {
    Time when;
    TimerId id;
    bool before(const Entry& other) const {
      return when != other.when ? when < other.when : id < other.id;
    }
  };
  struct Slot {
    TimerId id = 0;  // 0: free
    Task* task = nullptr;
    std::function<void()> body;
  };

  TimerId arm(Time when, std::uint32_t slot);
  std::uint32_t take_slot();
  bool live(TimerId id) const { return slots_[id & kSlotMask].id == id; }
  void free_slot(TimerId id);
  void drop_cancelled_top();
  void pop_top();
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);
  void compact();

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t sequence_ = 1;
  std::size_t cancelled_ = 0;  // entries of the heap whose timer is gone
};

}  // namespace vsslab
