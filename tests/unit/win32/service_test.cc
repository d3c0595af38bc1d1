// Programs that run as services.

#include <windows.h>

#include <gtest/gtest.h>

#include <string>

#include "unit/win32/lab_fixture.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

using Services = LabTest;

SERVICE_STATUS_HANDLE status_handle = nullptr;
HANDLE stop_event = nullptr;
std::string told;
DWORD handler_thread = 0;

void report_status(DWORD state) {
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = state;
  status.dwControlsAccepted = SERVICE_ACCEPT_STOP;
  EXPECT_TRUE(SetServiceStatus(status_handle, &status));
}

DWORD WINAPI handle_control(DWORD control, DWORD, LPVOID, LPVOID context) {
  told += " control " + std::to_string(control) + (context == &told ? "" : " without context");
  handler_thread = GetCurrentThreadId();
  report_status(SERVICE_STOP_PENDING);
  SetEvent(stop_event);
  return NO_ERROR;
}

void WINAPI service_main(DWORD count, LPWSTR* arguments) {
  told += to_utf8(arguments[0]) + " with " + std::to_string(count);
  status_handle = RegisterServiceCtrlHandlerExW(L"LabService", handle_control, &told);
  EXPECT_NE(status_handle, nullptr);
  stop_event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  report_status(SERVICE_RUNNING);
  WaitForSingleObject(stop_event, INFINITE);
  told += " stopping";
  report_status(SERVICE_STOPPED);
}

TEST_F(Services, the_dispatcher_runs_service_main_and_returns_when_it_has_stopped) {
  told.clear();
  spawn_process(lab_, "manager", [&] {
    Sleep(1000);
    lab_.processes.back()->raise_console_event(CTRL_C_EVENT);  // no console: it is a stop
    return 0;
  });
  DWORD dispatcher = 0;
  const LabProcess& service = run([&] {
    dispatcher = GetCurrentThreadId();
    WCHAR name[] = L"LabService";
    const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {nullptr, nullptr}};
    EXPECT_TRUE(StartServiceCtrlDispatcherW(table));
    told += " done";
    return 5;
  });
  EXPECT_EQ(told, "LabService with 1 control 1 stopping done");
  EXPECT_EQ(handler_thread, dispatcher) << "controls come on the dispatcher's thread";
  EXPECT_EQ(service.exit_code(), 5u);
  EXPECT_EQ(now_ms(), 1000);
}

TEST_F(Services, what_is_no_running_service_is_refused) {
  run([] {
    EXPECT_FALSE(StartServiceCtrlDispatcherW(nullptr));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_EQ(RegisterServiceCtrlHandlerW(L"x", [](DWORD) {}), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_SERVICE_DOES_NOT_EXIST));
    SERVICE_STATUS status{};
    status.dwCurrentState = SERVICE_RUNNING;
    EXPECT_FALSE(SetServiceStatus(GetCurrentProcess(), &status));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    const SC_HANDLE manager = OpenSCManagerA(nullptr, nullptr, SC_MANAGER_CONNECT);
    EXPECT_EQ(OpenServiceA(manager, "none", SERVICE_START), nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_SERVICE_DOES_NOT_EXIST));
    EXPECT_EQ(CreateServiceW(manager, L"mine", nullptr, 0, 0, 0, 0, nullptr, nullptr, nullptr,
                             nullptr, nullptr, nullptr),
              nullptr);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_ACCESS_DENIED));
    return 0;
  });
}

}  // namespace
}  // namespace vsslab::test
