#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/os/user_program.h"

extern char** environ;  // NOLINT: the system's name

namespace vsslab::os {

Result<int> run_program(const std::vector<std::string>& words,
                        const std::map<std::string, std::string>& variables) {
  std::vector<std::string> texts;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!variables.contains(text.substr(0, text.find('=')))) texts.push_back(text);
  }
  for (const auto& [name, value] : variables) texts.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (std::string& text : texts) environment.push_back(text.data());
  environment.push_back(nullptr);
  std::vector<std::string> copies = words;
  if (copies.empty()) return fail("no program was named");
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = -1;
  const int started =
      posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environment.data());
  if (started != 0) {
    return fail(
        fmt::format("program '{}' cannot be started: {}", words[0], std::strerror(started)));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return fail(fmt::format("program '{}' was lost", words[0]));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace vsslab::os
