#include "requester/service_control.h"

#include <windows.h>

#include <winsvc.h>

#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

template <class Act>
std::uint32_t at_service(const std::string& name, DWORD access, DWORD already, Act act) {
  const SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (manager == NULL) return GetLastError();
  const SC_HANDLE service = OpenServiceW(manager, wide(name).c_str(), access);
  DWORD error = service == NULL ? GetLastError() : 0;
  if (service != NULL && !act(service)) error = GetLastError();
  if (service != NULL) CloseServiceHandle(service);
  CloseServiceHandle(manager);
  return error == already ? 0 : error;
}

}  // namespace

std::uint32_t stop_service(const std::string& name) {
  return at_service(name, SERVICE_STOP, ERROR_SERVICE_NOT_ACTIVE, [](SC_HANDLE service) {
    SERVICE_STATUS status{};
    return ControlService(service, SERVICE_CONTROL_STOP, &status);
  });
}

std::uint32_t start_service(const std::string& name) {
  return at_service(name, SERVICE_START, ERROR_SERVICE_ALREADY_RUNNING,
                    [](SC_HANDLE service) { return StartServiceW(service, 0, NULL); });
}

}  // namespace vsslab::requester
