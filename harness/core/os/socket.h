// What Asio does not do to sockets.
#pragma once

#include <cstddef>

#include "core/time.h"

namespace vsslab::os {

// Calls on a blocking socket that would wait longer, connect among them, fail.
void limit_waiting(int socket, Duration limit);

// Raises the number of descriptors that this process may have open as far as it may; what it is
// then.
std::size_t raise_descriptor_limit();

}  // namespace vsslab::os
