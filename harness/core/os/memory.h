// Large stretches of memory from the system.
#pragma once

#include <cstddef>

namespace vsslab::os {

inline constexpr std::size_t kSlabBytes = 2ULL << 20;

// `kSlabBytes` of zeros for the life of the process, in memory already where the system can do
// that: touching page by page costs more, and huge pages cost several times as much under nested
// virtualisation. Throws std::bad_alloc.
void* map_slab();

// What is freed stays with the process. One scenario after the other asks for the same memory, and
// to give it back and have it cleared again between them costs a tenth of the whole.
void keep_freed_memory();

}  // namespace vsslab::os
