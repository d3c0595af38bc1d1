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

}  // namespace vsslab::os
