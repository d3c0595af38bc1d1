// A party in a shared library: what it exports, whether it can be loaded at all, and its main
// function. The library is loaded in each lane anew, so that a run never sees another's globals.
#include <array>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <windows.h>

#include <unknwn.h>
#include <vss.h>

#include "core/os/child.h"
#include "core/os/library.h"
#include "core/wall_clock.h"
#include "sdk/com_server.h"
#include "sdk/subject.h"

namespace vsslab::sdk {
namespace {

constexpr Duration kLoadPatience = std::chrono::seconds(10);  // load_patience
constexpr int kSoftwareProvider = 2;                          // VSS_PROV_SOFTWARE

using WideMain = int (*)(int, wchar_t**);
using NarrowMain = int (*)(int, char**);
// vsslab/party.h: the provider's id, and the provider with one reference for the caller.
using ProviderEntry = HRESULT (*)(VSS_ID*, IUnknown**);

struct EntryPoint {
  const char* symbol;
  bool wide;
};
// The macros of vsslab/party.h, then a Windows program's own main function: wmain is a C++ function
// to g++ and clang.
constexpr EntryPoint kMains[] = {
    {"vsslab_party_main", true}, {"wmain", true},     {"_Z5wmainiPPw", true},
    {"_Z5wmainiPPKw", true},     {"_Z5wmainv", true}, {"main", false},
};
constexpr const char* kProviderEntry = "vsslab_provider_main";

std::string entry_names(Role role) {
  return role == Role::provider
             ? fmt::format("{}, or DllRegisterServer and DllGetClassObject", kProviderEntry)
             : std::string("vsslab_party_main, wmain or main");
}

std::string macro_of(Role role) {
  switch (role) {
    case Role::writer:
      return "VSSLAB_WRITER(MyWriter)";
    case Role::requester:
      return "VSSLAB_REQUESTER(my_backup)";
    case Role::provider:
      break;
  }
  return "VSSLAB_PROVIDER(MyProvider, id)";
}

bool has_entry(const os::Library& library, Role role) {
  if (role == Role::provider) {
    return library.find(kProviderEntry) != nullptr || is_com_server(library);
  }
  for (const EntryPoint& entry : kMains) {
    if (library.find(entry.symbol) != nullptr) return true;
  }
  return false;
}

// What a lane would find wrong, found once and in a process of its own: foreign constructors run.
Result<void> check_library(Role role, const std::string& path) {
  std::string why;
  const auto probe = os::Child::start(
      [&]() -> std::string {
        const auto library = os::Library::open(path);
        if (!library) return "L" + library.error().message;
        return has_entry(*library, role) ? "G" : "E";
      },
      nullptr, why);
  if (probe == nullptr) return fail("no process could be started to load it: " + why);
  const Duration deadline = wall_now() + kLoadPatience;
  os::Child* const child = probe.get();
  while (!child->ended() && wall_now() < deadline) {
    os::wait_any(std::span(&child, 1), deadline - wall_now());
  }
  Error error{fmt::format("library '{}' cannot be tested", path), {}, 0, {}, {}};
  if (!child->ended()) {
    child->stop_busy();
    error.message +=
        fmt::format(": loading it takes more than {} (load_patience)", seconds(kLoadPatience));
    error.hint = "a static constructor of it does not return";
    return fail(std::move(error));
  }
  if (!child->end().complete) {
    error.message += child->end().signal != 0
                         ? fmt::format(": loading it crashed with {}", child->end().signal_name)
                         : std::string(": it ended the program while it was loaded");
    error.hint = "look at its static constructors";
    return fail(std::move(error));
  }
  const std::string& said = child->output();
  if (said == "G") return {};
  if (said == "E") {
    error.message += fmt::format(": it has no entry point ({})", entry_names(role));
    error.hint =
        fmt::format("write {} in one source, with #include <vsslab/party.h>", macro_of(role));
    return fail(std::move(error));
  }
  error.message += ": " + said.substr(1);
  if (said.find("undefined symbol") != std::string::npos) {
    error.hint =
        "a function that vsslab does not have, or a library that is not linked; "
        "'vsscc --check SOURCE' names unsupported Windows calls";
  } else if (said.find("invalid ELF") != std::string::npos ||
             said.find("file too short") != std::string::npos) {
    error.hint = "build it for this machine with -shared -fPIC";
  }
  return fail(std::move(error));
}

int call_main(void* address, bool wide, const std::string& name,
              const std::vector<std::string>& arguments) {
  std::vector<std::string> narrow{name};
  narrow.insert(narrow.end(), arguments.begin(), arguments.end());
  if (!wide) {
    std::vector<char*> argv;
    for (std::string& argument : narrow) argv.push_back(argument.data());
    argv.push_back(nullptr);
    return reinterpret_cast<NarrowMain>(address)(static_cast<int>(narrow.size()), argv.data());
  }
  std::vector<std::wstring> words;
  for (const std::string& argument : narrow) words.emplace_back(argument.begin(), argument.end());
  std::vector<wchar_t*> argv;
  for (std::wstring& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return reinterpret_cast<WideMain>(address)(static_cast<int>(words.size()), argv.data());
}

// Loads it in the party's own process, so that what its constructors do is the party's doing.
int run_library(const std::string& path, const std::vector<std::string>& arguments) {
  const auto library = os::Library::open(path);
  if (!library) return 1;  // it could be loaded a moment ago
  for (const EntryPoint& entry : kMains) {
    if (void* const address = library->find(entry.symbol)) {
      const std::string name = std::filesystem::path(path).stem().string() + ".exe";
      return call_main(address, entry.wide, name, arguments);
    }
  }
  return 1;
}

Result<Parties::Provider> load_provider(const std::string& path) {
  const auto library = os::Library::open(path);
  if (!library) return fail(library.error());
  const auto entry = reinterpret_cast<ProviderEntry>(library->find(kProviderEntry));
  if (entry == nullptr && is_com_server(*library)) return provider_of_com_server(*library, path);
  if (entry == nullptr) return fail(fmt::format("'{}' lost its entry point", path));
  VSS_ID id{};
  Parties::Provider provider;
  provider.type = kSoftwareProvider;
  HRESULT made = E_UNEXPECTED;
  try {
    made = entry(&id, &provider.object);
  } catch (...) {
    return fail(fmt::format("the provider's constructor in '{}' threw an exception", path));
  }
  if (FAILED(made) || provider.object == nullptr) {
    return fail(fmt::format("'{}' makes no provider: {}", path, hresult_name(made)));
  }
  provider.id = Guid::from(id);
  return provider;
}

}  // namespace

Result<Subject> library_subject(Role role, const std::string& path,
                                const std::vector<std::string>& arguments) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(Error{fmt::format("there is no library '{}'", path), {}, 0, {}, {}});
  }
  if (auto good = check_library(role, path); !good) return fail(good.error());
  Subject subject{role, std::filesystem::path(path).filename().string(), {}, {}, {}, {}};
  if (role == Role::provider) {
    subject.provider = [path](const plan::ProviderPlan&, VolumeSet&) {
      return load_provider(path);
    };
  } else {
    subject.main = [path, arguments](std::uint64_t) -> Result<PartyMain> {
      return PartyMain([path, arguments] { return run_library(path, arguments); });
    };
  }
  return subject;
}

}  // namespace vsslab::sdk
