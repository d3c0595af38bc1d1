#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "core/os/terminal.h"

namespace vsslab::os {
namespace {

volatile std::sig_atomic_t interrupts = 0;

int number_of(Stream stream) {
  switch (stream) {
    case Stream::in:
      return STDIN_FILENO;
    case Stream::out:
      return STDOUT_FILENO;
    case Stream::err:
      break;
  }
  return STDERR_FILENO;
}

void on_interrupt(int) {
  if (interrupts != 0) _exit(130);
  interrupts = 1;
}

}  // namespace

bool is_terminal(Stream stream) { return isatty(number_of(stream)) == 1; }

int terminal_width(Stream stream) {
  winsize size{};
  if (ioctl(number_of(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool utf8_locale() {
  std::setlocale(LC_CTYPE, "");
  const std::string_view codeset = nl_langinfo(CODESET);
  return codeset == "UTF-8" || codeset == "utf8";
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string executable_path() {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0 || length == static_cast<ssize_t>(sizeof path)) return {};
  return std::string(path, static_cast<std::size_t>(length));
}

void ignore_broken_pipe() { std::signal(SIGPIPE, SIG_IGN); }

void leave_now(int code) { _exit(code); }

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupts != 0; }

}  // namespace vsslab::os
