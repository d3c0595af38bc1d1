// Processes: how they start, how they end, what Ctrl-C does, who is told.

#include <windows.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "unit/win32/lab_fixture.h"
#include "win32/wide.h"

namespace vsslab::test {
namespace {

using Processes = LabTest;

HANDLE stop_event;
int seen_events;

BOOL WINAPI stop_on_ctrl_c(DWORD type) {
  ++seen_events;
  if (type != CTRL_C_EVENT) return FALSE;
  SetEvent(stop_event);
  return TRUE;
}

int wait_for_ctrl_c(int argc, wchar_t** argv) {
  EXPECT_EQ(argc, 3);
  EXPECT_STREQ(argv[0], L"writer.exe");
  EXPECT_STREQ(argv[2], L"two words");
  EXPECT_EQ(argv[3], nullptr);
  EXPECT_STREQ(GetCommandLineW(), L"writer.exe one \"two words\"");
  stop_event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  SetConsoleCtrlHandler(stop_on_ctrl_c, TRUE);
  WaitForSingleObject(stop_event, INFINITE);
  return 7;
}

TEST_F(Processes, ctrl_c_reaches_the_handler_and_main_returns) {
  LabProcess& writer = spawn_process(lab_, "writer", &wait_for_ctrl_c, {"one", "two words"});
  scheduler_->at(std::chrono::seconds(5), [&] { writer.raise_console_event(CTRL_C_EVENT); });
  scheduler_->run({});
  EXPECT_EQ(writer.exit_code(), 7u);
  EXPECT_EQ(now_ms(), 5000);
  ASSERT_EQ(endings_.size(), 1u);
  EXPECT_EQ(endings_[0].reason, "exit");
}

TEST_F(Processes, ctrl_c_without_a_handler_ends_the_process) {
  LabProcess& party = spawn_process(lab_, "party", [] {
    Sleep(INFINITE);
    return 0;
  });
  scheduler_->at(std::chrono::seconds(1), [&] { party.raise_console_event(CTRL_C_EVENT); });
  scheduler_->run({});
  EXPECT_EQ(party.exit_code(), 0xC000013Au);
  ASSERT_EQ(endings_.size(), 1u);
  EXPECT_EQ(endings_[0].reason, "ctrl");
  EXPECT_FALSE(party.crashed());
}

TEST_F(Processes, a_null_handler_switches_ctrl_c_off_and_on) {
  LabProcess& party = spawn_process(lab_, "party", [] {
    SetConsoleCtrlHandler(nullptr, TRUE);
    Sleep(3000);
    return 1;
  });
  scheduler_->at(std::chrono::seconds(1), [&] { party.raise_console_event(CTRL_C_EVENT); });
  scheduler_->run({});
  EXPECT_EQ(party.exit_code(), 1u);
  EXPECT_EQ(now_ms(), 3000);
}

TEST_F(Processes, exit_process_stops_every_thread_where_it_stands) {
  static int ticks;
  ticks = 0;
  LabProcess& party = run([] {
    const auto tick = [](LPVOID) -> DWORD {
      for (;;) {
        Sleep(100);
        ++ticks;
      }
    };
    CreateThread(nullptr, 0, tick, nullptr, 0, nullptr);
    Sleep(350);
    ExitProcess(9);
    return 0;
  });
  EXPECT_EQ(party.exit_code(), 9u);
  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(end_, RunEnd::quiet) << "the other thread is gone, too";
  ASSERT_EQ(endings_.size(), 1u);
  EXPECT_EQ(endings_[0].code, 9u);
}

TEST_F(Processes, terminate_process_takes_the_pseudo_handle) {
  LabProcess& party = run([] {
    TerminateProcess(GetCurrentProcess(), 5);
    ADD_FAILURE() << "TerminateProcess returned";
    return 0;
  });
  EXPECT_EQ(party.exit_code(), 5u);
  EXPECT_EQ(endings_.at(0).reason, "terminate");
}

TEST_F(Processes, an_escaping_exception_is_a_crash_of_that_process_only) {
  LabProcess& other = spawn_process(lab_, "other", [] {
    Sleep(1000);
    return 0;
  });
  LabProcess& party = run([]() -> int { throw std::runtime_error("no such order"); });
  EXPECT_TRUE(party.crashed());
  EXPECT_EQ(party.crash_text(), "no such order");
  EXPECT_EQ(party.exit_code(), 0xE06D7363u);
  EXPECT_EQ(other.exit_code(), 0u);
  ASSERT_EQ(endings_.size(), 2u);
  EXPECT_EQ(endings_[0].reason, "crash");
}

TEST_F(Processes, a_killed_process_lets_go_of_what_others_wait_for) {
  LabProcess& holder = spawn_process(lab_, "holder", [] {
    CreateMutexW(nullptr, TRUE, L"shared");
    Sleep(INFINITE);
    return 0;
  });
  scheduler_->at(std::chrono::seconds(2), [&] { holder.end("killed", 1); });
  run([&] {
    Sleep(100);
    const HANDLE mutex = CreateMutexW(nullptr, FALSE, L"shared");
    EXPECT_EQ(WaitForSingleObject(mutex, 10'000), WAIT_ABANDONED);
    EXPECT_EQ(now_ms(), 2000);
    return 0;
  });
  EXPECT_EQ(endings_.at(0).reason, "killed");
}

TEST_F(Processes, com_is_counted_for_each_thread_and_security_is_set_once) {
  run([&] {
    EXPECT_EQ(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, 0, 0, nullptr, 0, nullptr),
              CO_E_NOTINITIALIZED);
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_OK);
    EXPECT_EQ(CoInitializeEx(nullptr, COINIT_MULTITHREADED), S_FALSE);
    EXPECT_EQ(CoInitialize(nullptr), RPC_E_CHANGED_MODE);
    const auto secure = [] {
      return CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                  RPC_C_IMP_LEVEL_IDENTIFY, nullptr, EOAC_NONE, nullptr);
    };
    EXPECT_EQ(secure(), S_OK);
    EXPECT_EQ(secure(), RPC_E_TOO_LATE);
    CoUninitialize();
    CoUninitialize();
    return 0;
  });
  ASSERT_EQ(security_.size(), 1u);
  EXPECT_EQ(security_[0].authentication_level, 6u);
  EXPECT_EQ(security_[0].impersonation_level, 2u);
}

TEST_F(Processes, the_event_log_and_the_debugger_are_heard) {
  LabProcess& party = run([&] {
    const HANDLE log = RegisterEventSourceW(nullptr, L"My Writer");
    LPCWSTR strings[] = {L"first", L"second"};
    EXPECT_TRUE(ReportEventW(log, EVENTLOG_WARNING_TYPE, 0, 12, nullptr, 2, 0, strings, nullptr));
    EXPECT_TRUE(DeregisterEventSource(log));
    EXPECT_FALSE(ReportEventW(log, EVENTLOG_ERROR_TYPE, 0, 1, nullptr, 0, 0, nullptr, nullptr));
    OutputDebugStringW(L"gr\u00fc\u00df");
    return 0;
  });
  EXPECT_THAT(log_, testing::ElementsAre("My Writer warning 12 first\nsecond"));
  EXPECT_EQ(party.debug_output(), "grüß");
}

TEST_F(Processes, guids_come_from_the_labs_seed) {
  const auto make = [](std::uint64_t seed) {
    const auto scheduler = make_virtual_scheduler();
    Lab lab(*scheduler, seed);
    std::wstring text;
    spawn_process(lab, "party", [&] {
      GUID guid{};
      WCHAR buffer[39];
      EXPECT_EQ(CoCreateGuid(&guid), S_OK);
      EXPECT_EQ(StringFromGUID2(guid, buffer, 39), 39);
      text = buffer;
      return 0;
    });
    scheduler->run({});
    return text;
  };
  EXPECT_EQ(make(1), make(1));
  EXPECT_NE(make(1), make(2));
}

}  // namespace
}  // namespace vsslab::test
