// Large stretches of memory from the system.
#pragma once

#include <cstddef>

namespace vsslab::os {

inline constexpr std::size_t kSlabBytes = 2ULL << 20;

// `kSlabBytes` of zeros, aligned to their size, on huge pages where the system has them; for the
// life of the process. Throws std::bad_alloc.
void* map_slab();

}  // namespace vsslab::os
