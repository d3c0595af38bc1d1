#include "core/timer_queue.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace vsslab {

std::uint32_t TimerQueue::take_slot() {
  if (!free_slots_.empty()) {
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }
  const bool below_timers_max = slots_.size() <= kSlotMask;
  VSSLAB_ASSERT(below_timers_max);
  slots_.emplace_back();
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

TimerId TimerQueue::arm(Time when, std::uint32_t slot) {
  const TimerId id = (sequence_++ << kSlotBits) | slot;
  slots_[slot].id = id;
  heap_.push_back({when, id});
  sift_up(heap_.size() - 1);
  return id;
}

TimerId TimerQueue::add(Time when, std::function<void()> body) {
  const std::uint32_t slot = take_slot();
  slots_[slot].body = std::move(body);
  return arm(when, slot);
}

TimerId TimerQueue::add(Time when, Task* task) {
  const std::uint32_t slot = take_slot();
  slots_[slot].task = task;
  return arm(when, slot);
}

void TimerQueue::free_slot(TimerId id) {
  Slot& slot = slots_[id & kSlotMask];
  slot.id = 0;
  slot.task = nullptr;
  free_slots_.push_back(static_cast<std::uint32_t>(id & kSlotMask));
}

bool TimerQueue::cancel(TimerId id) {
  if ((id & kSlotMask) >= slots_.size() || id == 0 || !live(id)) return false;
  // Destroyed last: what the function owns may call back into this queue.
  const std::function<void()> body = std::exchange(slots_[id & kSlotMask].body, nullptr);
  free_slot(id);
  ++cancelled_;
  if (cancelled_ > 64 && cancelled_ > heap_.size() / 2) compact();
  return true;
}

void TimerQueue::compact() {
  std::erase_if(heap_, [this](const Entry& entry) { return !live(entry.id); });
  cancelled_ = 0;
  // Sorted order is a heap, for any number of children.
  std::sort(heap_.begin(), heap_.end(), [](const Entry& a, const Entry& b) { return a.before(b); });
}

void TimerQueue::drop_cancelled_top() {
  while (!heap_.empty() && !live(heap_.front().id)) {
    --cancelled_;
    pop_top();
  }
}

std::optional<Time> TimerQueue::next() {
  drop_cancelled_top();
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

bool TimerQueue::pop_due(Time now, TimerId mark, Fired& fired) {
  drop_cancelled_top();
  if (heap_.empty() || heap_.front().when > now || heap_.front().id >= mark) return false;
  fired.id = heap_.front().id;
  Slot& slot = slots_[fired.id & kSlotMask];
  fired.task = slot.task;
  if (slot.body) {
    fired.body = std::move(slot.body);
    slot.body = nullptr;
  }
  pop_top();
  free_slot(fired.id);
  return true;
}

void TimerQueue::pop_top() {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return;
  heap_.front() = last;
  sift_down(0);
}

void TimerQueue::sift_up(std::size_t at) {
  const Entry moving = heap_[at];
  while (at > 0) {
    const std::size_t parent = (at - 1) / 4;
    if (!moving.before(heap_[parent])) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = moving;
}

void TimerQueue::sift_down(std::size_t at) {
  const Entry moving = heap_[at];
  const std::size_t size = heap_.size();
  for (;;) {
    const std::size_t first = 4 * at + 1;
    if (first >= size) break;
    std::size_t least = first;
    const std::size_t end = std::min(first + 4, size);
    for (std::size_t child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(moving)) break;
    heap_[at] = heap_[least];
    at = least;
  }
  heap_[at] = moving;
}

}  // namespace vsslab
