// Large stretches of memory from the system.
#pragma once

#include <cstddef>

namespace vsslab::os {

inline constexpr std::size_t kSlabBytes = 2ULL << 20;

// `kSlabBytes` of zeros for the life of the process, in memory already where the system can do
// that: touching page by page costs more, and huge pages cost several times as much under nested
// virtualisation. Throws std::bad_alloc.
void* map_slab();

}  // namespace vsslab::os
