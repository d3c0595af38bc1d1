// The real main function of a program that is a party: its wmain (or its main, renamed by vsscc to
// vsslab_party_main) runs as a process of the lab whose service VSSLAB_SERVICE names.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "transport/client.h"
#include "win32/wide.h"

int wmain(int argc, wchar_t* argv[]);

int main(int argc, char** argv) {
  const auto from_environment = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  vsslab::transport::ClientOptions options;
  options.service = from_environment("VSSLAB_SERVICE");
  options.name = from_environment("VSSLAB_PARTY");
  options.token = from_environment("VSSLAB_TOKEN");
  if (options.name.empty() && argc > 0) {
    options.name = argv[0];
    options.name = options.name.substr(options.name.find_last_of('/') + 1);
  }
  std::vector<std::wstring> words;
  for (int i = 0; i < argc; ++i) words.push_back(vsslab::to_wide(argv[i]));
  std::vector<wchar_t*> pointers;
  for (std::wstring& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int code = vsslab::transport::run_party(
      options, [&] { return wmain(static_cast<int>(words.size()), pointers.data()); });
  std::fflush(nullptr);
  std::_Exit(code);  // as ExitProcess: threads of the program's own end here
}
