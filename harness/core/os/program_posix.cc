#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "core/os/program.h"

namespace vsslab::os {

namespace {

std::map<std::string, std::string> environment_with(const ProgramOptions& options) {
  std::map<std::string, std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string line = *each;
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) all[line.substr(0, equals)] = line.substr(equals + 1);
  }
  for (const auto& [name, value] : options.environment) all[name] = value;
  return all;
}

std::vector<char*> pointers_of(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child; nothing here allocates.
[[noreturn]] void become(const char* path, char** words, char** environment, int output,
                         int inherited, int failure) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (inherited == Program::kInherited) {
    ::fcntl(inherited, F_SETFD, 0);
  } else if (inherited >= 0) {
    if (failure == Program::kInherited) failure = ::fcntl(failure, F_DUPFD_CLOEXEC, 10);
    ::dup2(inherited, Program::kInherited);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvpe(path, words, environment);
  const int why = errno;
  static_cast<void>(!::write(failure, &why, sizeof(why)));
  ::_exit(127);
}

}  // namespace

std::string ProgramEnd::to_text() const {
  if (signal == 0) return fmt::format("exit code {}", exit_code);
  const char* const name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("killed by SIG{}", name)
                         : fmt::format("killed by signal {}", signal);
}

Result<std::unique_ptr<Program>> Program::start(const ProgramOptions& options) {
  const auto failed = [&](int error) {
    return fail(
        fmt::format("the program '{}' cannot be started: {}", options.path, std::strerror(error)));
  };
  const auto output = connected_sockets();
  if (output.first < 0) return failed(errno);
  int failure[2];
  if (::pipe2(failure, O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(output.first);
    ::close(output.second);
    return failed(error);
  }
  std::vector<std::string> words{options.path};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> lines;
  for (const auto& [name, value] : environment_with(options)) lines.push_back(name + "=" + value);
  auto word_pointers = pointers_of(words);
  auto line_pointers = pointers_of(lines);
  const int process = ::fork();
  if (process == 0) {
    become(options.path.c_str(), word_pointers.data(), line_pointers.data(), output.second,
           options.inherited, failure[1]);
  }
  int error = process < 0 ? errno : 0;
  ::close(output.second);
  ::close(failure[1]);
  if (process > 0 && ::read(failure[0], &error, sizeof(error)) == sizeof(error)) {
    ::waitpid(process, nullptr, 0);
  }
  ::close(failure[0]);
  if (error != 0) {
    ::close(output.first);
    return failed(error);
  }
  ::setpgid(process, process);  // whoever comes first
  return std::unique_ptr<Program>(new Program(process, output.first));
}

Program::~Program() {
  if (output_ >= 0) ::close(output_);
  // Also what it has started and left behind.
  ::kill(-process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

const std::optional<ProgramEnd>& Program::poll() {
  // It stays a zombie, so that its number is nobody else's until we are done with its group.
  siginfo_t info{};
  if (end_ ||
      ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != process_) {
    return end_;
  }
  end_.emplace();
  (info.si_code == CLD_EXITED ? end_->exit_code : end_->signal) = info.si_status;
  return end_;
}

void Program::send(int signal) const {
  if (!end_) ::kill(-process_, signal);
}
void Program::kill() { send(SIGKILL); }
void Program::stop() { send(SIGSTOP); }
void Program::resume() { send(SIGCONT); }
void Program::ask_to_end() { send(SIGTERM); }

unsigned process_id() { return static_cast<unsigned>(::getpid()); }

std::pair<int, int> connected_sockets() {
  int both[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) return {-1, -1};
  return {both[0], both[1]};
}

void close_descriptor(int descriptor) { ::close(descriptor); }

}  // namespace vsslab::os
