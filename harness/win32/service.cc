// The service control manager.

#include <windows.h>

#include <winsvc.h>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

class ServiceHandle final : public KernelObject {
 public:
  explicit ServiceHandle(std::string key_in, DWORD access_in)
      : key(std::move(key_in)), access(access_in) {}
  bool waitable() const override { return false; }
  bool signaled(ThreadKey) const override { return false; }
  const std::string key;  // of Lab::services; empty: the manager
  const DWORD access;
};

void tell(Lab& lab, std::string_view service, std::string_view control, DWORD error) {
  const LabProcess* const process = current_process();
  if (process == nullptr) return;
  for (LabObserver* observer : lab.observers) {
    observer->service_control(*process, service, control, error);
  }
}

void describe(const LabService& service, LPSERVICE_STATUS status) {
  if (status == nullptr) return;
  *status = SERVICE_STATUS{};
  status->dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status->dwCurrentState = service.running ? SERVICE_RUNNING : SERVICE_STOPPED;
  status->dwControlsAccepted = service.running && service.stoppable ? SERVICE_ACCEPT_STOP : 0;
}

void change(Lab& lab, LabService& service, bool run) {
  const Duration time = run ? service.start_time : service.stop_time;
  if (time > Duration(0)) {
    const BlockedScope blocked(lab.scheduler);
    lab.scheduler.sleep_for(time);
  }
  service.running = run;
  lab.sharing.set_running(fold_case(service.name), run);
}

// Runs `body(lab, service)` for a handle that was opened with `access`.
template <class Body>
BOOL at_service(SC_HANDLE handle, DWORD access, Body body) {
  return on_lab<>(BOOL{FALSE}, [&](Lab& lab) -> BOOL {
    const auto opened = object_as<ServiceHandle>(handle);
    if (opened == nullptr) return FALSE;
    const auto service = lab.services.find(opened->key);
    if (service == lab.services.end()) return fail_with<BOOL>(ERROR_INVALID_HANDLE, FALSE);
    if ((opened->access & access) == 0) return fail_with<BOOL>(ERROR_ACCESS_DENIED, FALSE);
    return body(lab, service->second);
  });
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C SC_HANDLE OpenSCManagerW(LPCWSTR, LPCWSTR, DWORD access) {
  return open_handle(std::make_shared<ServiceHandle>("", access));
}

EXTERN_C SC_HANDLE OpenServiceW(SC_HANDLE manager, LPCWSTR name, DWORD access) {
  return on_lab<>(SC_HANDLE{nullptr}, [&](Lab& lab) -> SC_HANDLE {
    const auto opened = object_as<ServiceHandle>(manager);
    if (opened == nullptr || !opened->key.empty() || name == nullptr) {
      return fail_with<SC_HANDLE>(ERROR_INVALID_HANDLE, nullptr);
    }
    const std::string written = to_utf8(name);
    std::string key = fold_case(written);
    if (lab.services.find(key) == lab.services.end()) {
      // Whoever wanted to stop or start it cannot come any further.
      if ((access & (SERVICE_STOP | SERVICE_START)) != 0) {
        tell(lab, written, (access & SERVICE_STOP) != 0 ? "stop" : "start",
             ERROR_SERVICE_DOES_NOT_EXIST);
      }
      return fail_with<SC_HANDLE>(ERROR_SERVICE_DOES_NOT_EXIST, nullptr);
    }
    return open_handle(std::make_shared<ServiceHandle>(std::move(key), access));
  });
}

EXTERN_C BOOL QueryServiceStatus(SC_HANDLE handle, LPSERVICE_STATUS status) {
  return at_service(handle, SERVICE_QUERY_STATUS, [&](Lab&, const LabService& service) -> BOOL {
    describe(service, status);
    return TRUE;
  });
}

EXTERN_C BOOL ControlService(SC_HANDLE handle, DWORD control, LPSERVICE_STATUS status) {
  const DWORD access = control == SERVICE_CONTROL_STOP ? SERVICE_STOP : SERVICE_QUERY_STATUS;
  return at_service(handle, access, [&](Lab& lab, LabService& service) -> BOOL {
    DWORD error = 0;
    if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_INTERROGATE) {
      error = ERROR_INVALID_SERVICE_CONTROL;
    } else if (!service.running) {
      error = ERROR_SERVICE_NOT_ACTIVE;
    } else if (control == SERVICE_CONTROL_STOP && !service.stoppable) {
      error = ERROR_INVALID_SERVICE_CONTROL;
    }
    if (control == SERVICE_CONTROL_STOP) {
      if (error == 0) change(lab, service, false);
      tell(lab, service.name, "stop", error);
    }
    describe(service, status);
    return error == 0 ? TRUE : fail_with<BOOL>(error, FALSE);
  });
}

EXTERN_C BOOL StartServiceW(SC_HANDLE handle, DWORD, LPCWSTR*) {
  return at_service(handle, SERVICE_START, [&](Lab& lab, LabService& service) -> BOOL {
    DWORD error = 0;
    if (service.running) error = ERROR_SERVICE_ALREADY_RUNNING;
    if (!service.startable) error = ERROR_SERVICE_REQUEST_TIMEOUT;
    if (error == 0) change(lab, service, true);
    tell(lab, service.name, "start", error);
    return error == 0 ? TRUE : fail_with<BOOL>(error, FALSE);
  });
}

EXTERN_C BOOL CloseServiceHandle(SC_HANDLE handle) { return CloseHandle(handle); }
