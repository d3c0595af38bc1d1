// Programs that run as services. The lab plays the service control manager for whatever calls
// StartServiceCtrlDispatcher.

#include <windows.h>

#include <string>
#include <utility>
#include <vector>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/narrow.h"
#include "win32/program_state.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr DWORD kInvalidServiceName = 1083;  // ERROR_SERVICE_NOT_IN_EXE

class ServiceStatusObject final : public KernelObject {
 public:
  explicit ServiceStatusObject(std::size_t index_in) : index(index_in) {}
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  std::size_t index;
};

struct ServiceEntry {
  std::string name;
  std::function<void(int, std::vector<std::wstring>&)> main;
};

// A control reaches a service on the dispatcher's thread.
void handle_control(ServiceRecord& service, DWORD control) {
  if (service.handler_ex != nullptr) {
    service.handler_ex(control, 0, nullptr, service.context);
  } else if (service.handler != nullptr) {
    service.handler(control);
  }
}

bool all_stopped(const ProgramState& state) {
  for (const ServiceRecord& service : state.services) {
    if (service.status.dwCurrentState != SERVICE_STOPPED) return false;
  }
  return true;
}

BOOL dispatch(std::vector<ServiceEntry> entries) {
  if (entries.empty()) return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    LabProcess* const process = current_process();
    if (process == nullptr || lab.scheduler.current() == 0) {
      return fail_with<BOOL>(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT, FALSE);
    }
    ProgramState& state = program_state(*process);
    if (state.dispatching) return fail_with<BOOL>(ERROR_SERVICE_ALREADY_RUNNING, FALSE);
    state.dispatching = true;
    for (ServiceEntry& entry : entries) {
      ServiceRecord record;
      record.name = entry.name;
      record.status.dwCurrentState = SERVICE_START_PENDING;
      state.services.push_back(std::move(record));
      process->start_thread(process->name + " service " + entry.name, [entry]() -> std::uint32_t {
        std::vector<std::wstring> words{to_wide(entry.name)};
        entry.main(1, words);
        return 0;
      });
    }
    const BlockedScope blocked(lab.scheduler);
    while (!all_stopped(state)) {
      if (state.controls.empty()) {
        lab.scheduler.wait(state.dispatcher);
        continue;
      }
      const auto [index, control] = state.controls.front();
      state.controls.pop_front();
      handle_control(state.services[index], control);
    }
    state.dispatching = false;
    return TRUE;
  });
}

SERVICE_STATUS_HANDLE register_handler(const std::string& name, LPHANDLER_FUNCTION handler,
                                       LPHANDLER_FUNCTION_EX handler_ex, void* context) {
  return on_lab<>(SERVICE_STATUS_HANDLE{nullptr}, [&](Lab&) -> SERVICE_STATUS_HANDLE {
    LabProcess* const process = current_process();
    if (process == nullptr || !program_state(*process).dispatching) {
      return fail_with<SERVICE_STATUS_HANDLE>(ERROR_SERVICE_DOES_NOT_EXIST, nullptr);
    }
    ProgramState& state = program_state(*process);
    for (std::size_t i = 0; i < state.services.size(); ++i) {
      ServiceRecord& service = state.services[i];
      // A process with one service may give any name (RegisterServiceCtrlHandler's page).
      if (state.services.size() > 1 && !same_name(service.name, name)) continue;
      service.handler = handler;
      service.handler_ex = handler_ex;
      service.context = context;
      return open_handle(std::make_shared<ServiceStatusObject>(i));
    }
    return fail_with<SERVICE_STATUS_HANDLE>(kInvalidServiceName, nullptr);
  });
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C BOOL StartServiceCtrlDispatcherW(const SERVICE_TABLE_ENTRYW* table) {
  std::vector<ServiceEntry> entries;
  for (; table != nullptr && table->lpServiceProc != nullptr; ++table) {
    entries.push_back({to_utf8(table->lpServiceName),
                       [main = table->lpServiceProc](int count, std::vector<std::wstring>& words) {
                         LPWSTR arguments[] = {words[0].data(), nullptr};
                         main(static_cast<DWORD>(count), arguments);
                       }});
  }
  return dispatch(std::move(entries));
}

EXTERN_C BOOL StartServiceCtrlDispatcherA(const SERVICE_TABLE_ENTRYA* table) {
  std::vector<ServiceEntry> entries;
  for (; table != nullptr && table->lpServiceProc != nullptr; ++table) {
    entries.push_back({table->lpServiceName == nullptr ? "" : table->lpServiceName,
                       [main = table->lpServiceProc](int count, std::vector<std::wstring>& words) {
                         std::string name = to_utf8(words[0]);
                         LPSTR arguments[] = {name.data(), nullptr};
                         main(static_cast<DWORD>(count), arguments);
                       }});
  }
  return dispatch(std::move(entries));
}

EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerW(LPCWSTR name,
                                                           LPHANDLER_FUNCTION handler) {
  return register_handler(to_utf8(name), handler, nullptr, nullptr);
}
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExW(LPCWSTR name,
                                                             LPHANDLER_FUNCTION_EX handler,
                                                             LPVOID context) {
  return register_handler(to_utf8(name), nullptr, handler, context);
}
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerA(LPCSTR name,
                                                           LPHANDLER_FUNCTION handler) {
  return register_handler(name == nullptr ? "" : name, handler, nullptr, nullptr);
}
EXTERN_C SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExA(LPCSTR name,
                                                             LPHANDLER_FUNCTION_EX handler,
                                                             LPVOID context) {
  return register_handler(name == nullptr ? "" : name, nullptr, handler, context);
}

EXTERN_C BOOL SetServiceStatus(SERVICE_STATUS_HANDLE handle, LPSERVICE_STATUS status) {
  if (status == nullptr) return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto service = object_as<ServiceStatusObject>(handle);
    if (service == nullptr) return FALSE;
    if (status->dwCurrentState < SERVICE_STOPPED || status->dwCurrentState > SERVICE_PAUSED) {
      return fail_with<BOOL>(13, FALSE);  // ERROR_INVALID_DATA
    }
    ProgramState& state = program_state(*current_process());
    state.services[service->index].status = *status;
    lab.scheduler.notify_all(state.dispatcher);
    return TRUE;
  });
}

EXTERN_C SC_HANDLE OpenSCManagerA(LPCSTR machine, LPCSTR database, DWORD access) {
  return OpenSCManagerW(WideArgument(machine), WideArgument(database), access);
}
EXTERN_C SC_HANDLE OpenServiceA(SC_HANDLE manager, LPCSTR name, DWORD access) {
  return OpenServiceW(manager, WideArgument(name), access);
}
EXTERN_C SC_HANDLE CreateServiceW(SC_HANDLE, LPCWSTR, LPCWSTR, DWORD, DWORD, DWORD, DWORD, LPCWSTR,
                                  LPCWSTR, LPDWORD, LPCWSTR, LPCWSTR, LPCWSTR) {
  return fail_with<SC_HANDLE>(ERROR_ACCESS_DENIED, nullptr);
}
EXTERN_C BOOL DeleteService(SC_HANDLE) { return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE); }
