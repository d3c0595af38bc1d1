#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "core/os/socket.h"

namespace vsslab::os {

void limit_waiting(int socket, Duration limit) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(limit).count();
  timeval value{};
  value.tv_sec = micros / 1'000'000;
  value.tv_usec = micros % 1'000'000;
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof(value));
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit wanted = limit;
  wanted.rlim_cur = wanted.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace vsslab::os
