#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#endif

#include <array>
#include <cerrno>
#include <vector>

#include "core/os/clone.h"

namespace vsslab::os {

namespace {

// Closes what it holds.
struct Descriptor {
  explicit Descriptor(int number_in) : number(number_in) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number;
};

std::error_code last() { return {errno, std::generic_category()}; }

std::error_code copy_bytes(int from, int to) {
  std::vector<char> piece(1 << 20);
  for (;;) {
    const ssize_t count = ::read(from, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last();
    if (count == 0) return {};
    for (ssize_t done = 0; done < count;) {
      const ssize_t written =
          ::write(to, piece.data() + done, static_cast<std::size_t>(count - done));
      if (written < 0 && errno != EINTR) return last();
      if (written > 0) done += written;
    }
  }
}

}  // namespace

std::error_code clone_file(const std::string& from, const std::string& to, bool* shared) {
  if (shared != nullptr) *shared = false;
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (in.number < 0) return last();
  struct stat status {};
  if (::fstat(in.number, &status) != 0) return last();
  const Descriptor out(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0700));
  if (out.number < 0) return last();
#ifdef FICLONE
  if (::ioctl(out.number, FICLONE, in.number) == 0) {
    if (shared != nullptr) *shared = true;
    return {};
  }
#endif
  return copy_bytes(in.number, out.number);
}

}  // namespace vsslab::os
