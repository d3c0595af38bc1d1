#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

#include "core/limits.h"
#include "core/os/fiber_stack.h"
#include "core/os/sanitizers.h"

#ifdef VSSLAB_ASAN
// AddressSanitizer would put the locals of a fiber on a "fake stack" of its own, which the leak
// check does not search: what a parked task owns would count as lost.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }
#endif

namespace vsslab::os {

namespace {

// Instrumented frames are several times larger; the memory is committed only when touched.
constexpr std::size_t kStackBytes =
    kSanitized ? 4 * limits::kFiberStackBytes : limits::kFiberStackBytes;
constexpr std::size_t kStacksPerSlab = 16;

// Stacks begin at different distances from their page boundaries. Otherwise the innermost frames of
// thousands of tasks would share a few sets of the processor's caches.
constexpr std::size_t kColours = 64;
constexpr std::size_t kColourBytes = 256;

struct Pool {
  std::mutex mutex;
  std::vector<FiberStack> free;
  std::size_t next_colour = 0;
};

// Never destroyed: fibers may outlive every static object.
Pool& pool() {
  static Pool* const instance = new Pool;
  return *instance;
}

// One mapping holds many stacks, each [guard page | usable bytes], highest first in the free list.
void map_slab(Pool& into) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = kStackBytes * kStacksPerSlab;
  void* const slab = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (slab == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_NOHUGEPAGE
  madvise(slab, bytes, MADV_NOHUGEPAGE);  // one touched page must not commit 2 MiB
#endif
  auto* const base = static_cast<std::uint8_t*>(slab);
  for (std::size_t i = kStacksPerSlab; i-- > 0;) {
    std::uint8_t* const start = base + i * kStackBytes;
    // A process has a limited number of mappings (65,530 by default on Linux). Beyond it stacks
    // stay usable but unguarded: tens of thousands of tasks at once matter more than the guard.
    static_cast<void>(mprotect(start, page, PROT_NONE));
    const std::size_t colour = into.next_colour++ % kColours * kColourBytes;
    into.free.push_back({start + page, kStackBytes - page - colour});
  }
}

}  // namespace

FiberStack acquire_stack() {
  Pool& stacks = pool();
  const std::lock_guard lock(stacks.mutex);
  if (stacks.free.empty()) map_slab(stacks);
  const FiberStack stack = stacks.free.back();
  stacks.free.pop_back();
  return stack;
}

void release_stack(FiberStack stack) {
  unpoison_stack(stack.bottom, stack.bytes);
  Pool& stacks = pool();
  const std::lock_guard lock(stacks.mutex);
  stacks.free.push_back(stack);
}

void exempt_from_leak_check(FiberStack stack) { keep_reachable(stack.bottom, stack.bytes); }

}  // namespace vsslab::os
