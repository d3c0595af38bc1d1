#include <malloc.h>
#include <sys/mman.h>

#include <new>

#include "core/os/memory.h"

namespace vsslab::os {

void* map_slab() {
  void* const slab = mmap(nullptr, kSlabBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (slab == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_POPULATE_WRITE
  madvise(slab, kSlabBytes, MADV_POPULATE_WRITE);  // older systems refuse, and pages come when used
#endif
  return slab;
}

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kTrimBytes = 256 << 20;
  constexpr int kOwnMappingBytes = 32 << 20;  // the most that the library allows
  mallopt(M_TRIM_THRESHOLD, kTrimBytes);
  mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
#endif
}

}  // namespace vsslab::os
