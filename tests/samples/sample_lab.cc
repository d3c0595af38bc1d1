// Runs programs that vsscc made in a lab of their own, in virtual time:
//
//   sample_lab [--file 'C:\path'=TEXT]... [--writer LIB]... [--run LIB [ARG]... ;]...
//
// The writers start first and stay; the programs after --run follow one another, each with its
// arguments up to ";". Prints what they printed and the journal. Exit: that of the last program.

#include <windows.h>

#include <dlfcn.h>

#include <cstdio>
#include <string>
#include <vector>

#include "mock-provider/system/provider.h"
#include "unit/service/lab_fixture.h"

namespace {

using vsslab::LabProcess;
using vsslab::WideMain;

struct Program {
  std::string library;
  std::vector<std::string> arguments;
};

std::string base_name(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.substr(0, file.find('.'));
}

WideMain main_of(const std::string& library) {
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    std::fprintf(stderr, "sample_lab: %s\n", dlerror());
    std::exit(2);
  }
  for (const char* name : {"wmain", "_Z5wmainiPPw"}) {
    if (void* const found = dlsym(handle, name)) return reinterpret_cast<WideMain>(found);
  }
  std::fprintf(stderr, "sample_lab: %s has no wmain\n", library.c_str());
  std::exit(2);
}

void report(const LabProcess& process) {
  std::printf("==== %s: exit %d%s%s\n%s\n", process.name.c_str(),
              static_cast<int>(process.exit_code().value_or(259)),
              process.crashed() ? ", crashed: " : "", process.crash_text().c_str(),
              process.output().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  vsslab::test::LabFixture fixture;
  IUnknown* const provider = vsslab::make_system_provider(fixture.volumes);
  fixture.add_provider("system", vsslab::SystemProviderOptions{}.id, provider);
  provider->Release();

  std::vector<LabProcess*> writers;
  std::vector<Program> programs;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (i + 1 == argc) return 2;
    const std::string value = argv[++i];
    if (option == "--file") {
      const std::size_t equals = value.find('=');
      const auto at = fixture.volumes.resolve(value.substr(0, equals));
      if (!at) return 2;
      const std::size_t slash = at->path.rfind('\\');
      if (slash != std::string::npos) {
        (void)at->volume->create_directories(at->path.substr(0, slash));
      }
      if (!at->volume->write_file(at->path, value.substr(equals + 1))) return 2;
    } else if (option == "--writer") {
      writers.push_back(&spawn_process(fixture.lab, base_name(value), main_of(value), {}));
    } else if (option == "--run") {
      Program program{value, {}};
      while (i + 1 < argc && std::string(argv[i + 1]) != ";")
        program.arguments.push_back(argv[++i]);
      ++i;
      programs.push_back(std::move(program));
    } else {
      return 2;
    }
  }

  std::vector<LabProcess*> ran;
  vsslab::spawn_process(fixture.lab, "operator", [&] {
    for (const Program& program : programs) {
      fixture.scheduler->sleep_for(std::chrono::seconds(1));
      LabProcess& process = spawn_process(fixture.lab, base_name(program.library),
                                          main_of(program.library), program.arguments);
      ran.push_back(&process);
      while (!process.ended()) fixture.scheduler->sleep_for(std::chrono::milliseconds(100));
    }
    for (LabProcess* writer : writers) writer->raise_console_event(CTRL_C_EVENT);
    fixture.vss->shut_down();  // a provider's OnUnload waits, which takes a task
    return 0;
  });
  fixture.run();

  for (const LabProcess* process : writers) report(*process);
  for (const LabProcess* process : ran) report(*process);
  std::printf("==== journal\n%s", vsslab::write_text(fixture.journal).c_str());
  return ran.empty() ? 2 : static_cast<int>(ran.back()->exit_code().value_or(2));
}
