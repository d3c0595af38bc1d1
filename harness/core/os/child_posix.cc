#include <poll.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/os/child.h"
#include "core/os/sanitizers.h"
#include "core/wall_clock.h"

namespace vsslab::os {
namespace {

constexpr std::size_t kSignalStackBytes = 64 << 10;
constexpr std::size_t kHeaderBytes = 9;  // kind, length
constexpr char kOutput = 'O';
constexpr char kNote = 'N';
constexpr int kBusySignal = SIGUSR1;

int note_pipe = -1;
std::string_view (*note_text)() = nullptr;

bool write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool write_frame(int file, char kind, std::string_view bytes) {
  char header[kHeaderBytes];
  const std::uint64_t size = bytes.size();
  header[0] = kind;
  std::memcpy(header + 1, &size, 8);
  return write_all(file, header, kHeaderBytes) && write_all(file, bytes.data(), bytes.size());
}

// Runs on a stack of its own: the one that broke may be the reason.
void on_crash_signal(int number) {
  if (note_text != nullptr) write_frame(note_pipe, kNote, note_text());
  if (number == kBusySignal) _exit(1);
  std::signal(number, SIG_DFL);
  raise(number);
}

void catch_crashes() {
  void* stack =
      mmap(nullptr, kSignalStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return;
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = kSignalStackBytes;
  sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash_signal;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(kBusySignal, &action, nullptr);
  if (kSanitized) return;  // the sanitizer's own report says more
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    sigaction(number, &action, nullptr);
  }
}

[[noreturn]] void run_job(const std::function<std::string()>& job, int pipe,
                          std::string_view (*on_crash)()) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // no lane outlives a parent that was killed
#endif
  // Ctrl-C is the parent's to handle; what a party prints is no answer of ours.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  note_pipe = pipe;
  note_text = on_crash;
  catch_crashes();
  // A job ends by returning: whoever calls exit() meanwhile is asked where it was, too.
  std::atexit([] {
    if (note_text != nullptr) write_frame(note_pipe, kNote, note_text());
  });
  const std::string output = job();
  _exit(write_frame(pipe, kOutput, output) ? 0 : 1);
}

}  // namespace

std::unique_ptr<Child> Child::start(const std::function<std::string()>& job,
                                    std::string_view (*on_crash)(), std::string& why) {
  int ends[2];
  if (pipe(ends) != 0) {
    why = std::strerror(errno);
    return nullptr;
  }
  const pid_t process = fork();
  if (process < 0) {
    why = std::strerror(errno);
    close(ends[0]);
    close(ends[1]);
    return nullptr;
  }
  if (process == 0) {
    close(ends[0]);
    run_job(job, ends[1], on_crash);
  }
  close(ends[1]);
  std::unique_ptr<Child> child(new Child);
  child->process_ = process;
  child->pipe_ = ends[0];
  return child;
}

Child::~Child() {
  if (!ended_) {
    kill();
    finish();
  }
}

void Child::kill() {
  if (ended_) return;
  killed_ = true;
  ::kill(process_, SIGKILL);
}

void Child::stop_busy() {
  if (ended_) return;
  killed_ = true;
  ::kill(process_, kBusySignal);
  const Duration deadline = wall_now() + std::chrono::seconds(1);
  while (!ended_ && wall_now() < deadline) {
    Child* const self = this;
    wait_any(std::span(&self, 1), std::chrono::milliseconds(50));
  }
  if (ended_) return;
  ::kill(process_, SIGKILL);
  // Not waiting for the end of the pipe: a process that the job started may hold it open.
  finish();
}

void Child::read_some() {
  std::array<char, 1 << 16> buffer;
  const ssize_t got = read(pipe_, buffer.data(), buffer.size());
  if (got > 0) {
    received_.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    finish();
  }
}

void Child::finish() {
  close(pipe_);
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  end_.killed = killed_;
  if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) {
    end_.signal = WTERMSIG(status);
    const char* name = sigabbrev_np(end_.signal);
    end_.signal_name = name == nullptr ? std::string("signal") : std::string("SIG") + name;
  }
  std::string_view rest = received_;
  while (rest.size() >= kHeaderBytes) {
    std::uint64_t size = 0;
    std::memcpy(&size, rest.data() + 1, 8);
    if (rest.size() - kHeaderBytes < size) break;
    const std::string_view bytes = rest.substr(kHeaderBytes, size);
    if (rest[0] == kOutput) {
      output_ = bytes;
      end_.complete = end_.exit_code == 0;
    } else if (rest[0] == kNote) {
      end_.note = bytes;
    }
    rest.remove_prefix(kHeaderBytes + size);
  }
  received_.clear();
  received_.shrink_to_fit();
}

void wait_any(std::span<Child* const> children, Duration timeout) {
  std::vector<pollfd> files;
  std::vector<Child*> owners;
  for (Child* child : children) {
    if (child->ended_) continue;
    files.push_back({child->pipe_, POLLIN, 0});
    owners.push_back(child);
  }
  if (files.empty()) return;
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  const int ready = poll(files.data(), files.size(), static_cast<int>(wait));
  if (ready <= 0) return;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].revents != 0) owners[i]->read_some();
  }
}

}  // namespace vsslab::os
