// What a process has that few programs ask for: thread-local slots, environment variables of its
// own, COM class objects, its life as a service.
#pragma once

#include <windows.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/guid.h"
#include "core/scheduler.h"
#include "win32/process.h"

namespace vsslab {

// A service's control handler. `with_context`: it is an LPHANDLER_FUNCTION_EX.
struct ServiceRecord {
  std::string name;
  LPHANDLER_FUNCTION handler = nullptr;
  LPHANDLER_FUNCTION_EX handler_ex = nullptr;
  void* context = nullptr;
  SERVICE_STATUS status{};
};

struct ProgramState {
  // --- Thread-local storage ---
  std::vector<bool> tls_used;
  std::map<std::pair<ThreadKey, std::uint32_t>, void*> tls;

  // What SetEnvironmentVariable changed, by folded name: name and value, or nothing when removed.
  std::map<std::string, std::optional<std::pair<std::string, std::string>>> environment;

  struct ClassObject {
    std::uint32_t cookie = 0;
    Guid clsid;
    IUnknown* object = nullptr;
  };
  std::vector<ClassObject> class_objects;
  std::uint32_t last_cookie = 0;

  // --- Services ---
  bool dispatching = false;  // StartServiceCtrlDispatcher runs
  std::deque<ServiceRecord> services;
  std::deque<std::pair<std::size_t, std::uint32_t>> controls;  // service and control, to be handled
  WaitQueue dispatcher;
};

// Made when it is first asked for.
ProgramState& program_state(LabProcess& process);

}  // namespace vsslab
