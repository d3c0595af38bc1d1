// The real main function of a program that is a party: what it has for a main function runs as a
// process of the lab whose service VSSLAB_SERVICE names. That is its main, around which the
// linker's
// --wrap=main puts this one; its wmain; or a provider's entry point, which is registered and served
// until somebody asks the program to end.

#include <windows.h>

#include <unknwn.h>
#include <vsprov.h>
#include <vss.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/guid.h"
#include "service/lab_vss.h"
#include "transport/client.h"
#include "win32/wide.h"

// As Windows programs write it.
__attribute__((weak)) int wmain(int argc, wchar_t* argv[]);
__attribute__((weak)) int wmain(int argc, const wchar_t* argv[]);
__attribute__((weak)) int wmain(int argc, wchar_t* argv[], wchar_t* environment[]);
__attribute__((weak)) int wmain();
extern "C" __attribute__((weak)) int vsslab_party_main(int argc, wchar_t* argv[]);
extern "C" __attribute__((weak)) HRESULT vsslab_provider_main(VSS_ID* id, IUnknown** provider);
extern "C" __attribute__((weak)) int __real_main(int argc, char* argv[], char* environment[]);
extern "C" int __wrap_main(int argc, char** argv);

namespace {

HANDLE please_end = nullptr;

BOOL WINAPI end_provider(DWORD) {
  SetEvent(please_end);
  return TRUE;
}

int serve_provider() {
  please_end = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  SetConsoleCtrlHandler(end_provider, TRUE);
  VSS_ID id{};
  IUnknown* provider = nullptr;
  HRESULT result = vsslab_provider_main(&id, &provider);
  if (SUCCEEDED(result)) {
    result = vsslab::current_lab()->remote_vss->register_provider(vsslab::Guid::from(id),
                                                                  VSS_PROV_SOFTWARE, provider);
  }
  if (FAILED(result)) {
    std::fprintf(stderr, "vsslab: the provider cannot be registered: %s\n",
                 vsslab::hresult_name(result).c_str());
    return 1;
  }
  WaitForSingleObject(please_end, INFINITE);
  return 0;
}

int party(int argc, wchar_t* argv[]) {
  wchar_t* nothing[] = {nullptr};
  if (__real_main != nullptr) {
    std::vector<std::string> words;
    for (int i = 0; i < argc; ++i) words.push_back(vsslab::to_utf8(argv[i]));
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    char* none[] = {nullptr};
    return __real_main(argc, pointers.data(), none);
  }
  if (static_cast<int (*)(int, wchar_t**)>(wmain) != nullptr) return wmain(argc, argv);
  if (static_cast<int (*)(int, const wchar_t**)>(wmain) != nullptr) {
    return wmain(argc, const_cast<const wchar_t**>(argv));
  }
  if (static_cast<int (*)(int, wchar_t**, wchar_t**)>(wmain) != nullptr) {
    return wmain(argc, argv, nothing);
  }
  if (static_cast<int (*)()>(wmain) != nullptr) return wmain();
  if (vsslab_party_main != nullptr) return vsslab_party_main(argc, argv);
  if (vsslab_provider_main != nullptr) return serve_provider();
  std::fprintf(stderr, "vsslab: the program has no main, wmain or vsslab_provider_main\n");
  return 1;
}

}  // namespace

int __wrap_main(int argc, char** argv) {
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
      options, [&] { return party(static_cast<int>(words.size()), pointers.data()); });
  std::fflush(nullptr);
  std::_Exit(code);  // as ExitProcess: threads of the program's own end here
}
