// A stack of its own to run on, entered with resume() and left with suspend(). The sanitizers are
// told of every switch, and each fiber has its own set of exceptions in flight, so that code may
// suspend inside a catch block.
#pragma once

#include <cstddef>

#include "core/os/fiber_stack.h"

namespace vsslab {

class Fiber {
 public:
  // `entry` runs on the first resume() and must never return: it ends by suspending for good.
  using Entry = void (*)(void* argument);
  Fiber(Entry entry, void* argument);
  // Only while suspended, in a place where nothing on the stack needs unwinding.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs the fiber until it suspends. From outside any fiber.
  void resume();
  // Back to resume(). From inside this fiber only.
  void suspend();
  // The fiber will never be resumed; its stack is kept as it is, for ever, and what it points to is
  // no leak. The Fiber object must live on too: nobody may destroy it.
  void abandon();

 private:
  struct ExceptionState {  // the C++ runtime's, of one thread of execution
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  static void swap_exceptions(ExceptionState& own, ExceptionState& other);

  friend struct FiberTrampoline;

  Entry entry_;
  void* argument_;
  os::FiberStack stack_;
  void* inside_ = nullptr;   // where the fiber goes on
  void* outside_ = nullptr;  // where resume() goes on
  ExceptionState exceptions_;
  ExceptionState outside_exceptions_;
  void* fake_stack_ = nullptr;  // AddressSanitizer's
  void* outside_fake_stack_ = nullptr;
  const void* outside_bottom_ = nullptr;
  std::size_t outside_bytes_ = 0;
  void* tsan_fiber_ = nullptr;  // ThreadSanitizer's
  void* outside_tsan_fiber_ = nullptr;
};

}  // namespace vsslab
