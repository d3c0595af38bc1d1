#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "core/os/memory.h"

namespace vsslab::os {

void* map_slab() {
  // Twice the size, to cut an aligned piece out of it.
  void* const raw = mmap(nullptr, 2 * kSlabBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) throw std::bad_alloc();
  const auto start = reinterpret_cast<std::uintptr_t>(raw);
  const std::uintptr_t aligned = (start + kSlabBytes - 1) & ~(kSlabBytes - 1);
  if (aligned > start) munmap(raw, aligned - start);
  const std::uintptr_t end = start + 2 * kSlabBytes;
  if (end > aligned + kSlabBytes) {
    munmap(reinterpret_cast<void*>(aligned + kSlabBytes), end - aligned - kSlabBytes);
  }
  void* const slab = reinterpret_cast<void*>(aligned);
#ifdef MADV_HUGEPAGE
  madvise(slab, kSlabBytes, MADV_HUGEPAGE);
#endif
  return slab;
}

}  // namespace vsslab::os
