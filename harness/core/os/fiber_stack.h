// Stacks for fibers: lazily committed memory with a page below each that faults when touched, so
// that an overrun stops the process instead of writing into a neighbour.
#pragma once

#include <cstddef>

namespace vsslab::os {

struct FiberStack {
  void* bottom = nullptr;  // lowest usable address
  std::size_t bytes = 0;
};

// From the process's pool. Throws std::bad_alloc when the system has no more address space.
FiberStack acquire_stack();

// Back to the pool. Nothing may run on it or point into it any more.
void release_stack(FiberStack stack);

// Keeps what the stack points to out of the leak checker's report, for the life of the process.
void exempt_from_leak_check(FiberStack stack);

}  // namespace vsslab::os
