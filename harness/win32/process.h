// A party's process in the lab: what a Windows process would keep for it.
//
// A task belongs to the process that its TaskContext::owner points to; tasks inherit it. What a
// task does through harness/api/win happens in the name of that process.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/scheduler.h"
#include "win32/lab.h"

namespace vsslab {

// A thread as Windows programs identify it: a task, or a thread that a party made for itself in
// real time.
using ThreadKey = std::uint64_t;

class ThreadObject;
struct ProgramState;

// As COM counts it for each thread.
struct ComState {
  int initialized = 0;
  std::uint32_t model = 0;  // COINIT_MULTITHREADED or COINIT_APARTMENTTHREADED
};

class LabProcess {
 public:
  LabProcess(Lab& lab_in, std::string name_in, std::uint32_t id_in);
  ~LabProcess();
  LabProcess(const LabProcess&) = delete;
  LabProcess& operator=(const LabProcess&) = delete;

  Lab& lab;
  const std::string name;
  const std::uint32_t id;

  TaskContext context() { return TaskContext{this}; }

  // Makes a thread of this process. An exception that leaves `body` crashes the process.
  // `thread`: a thread that was made suspended. Null when there are too many tasks.
  std::shared_ptr<ThreadObject> start_thread(std::string_view thread_name,
                                             std::function<std::uint32_t()> body,
                                             std::shared_ptr<ThreadObject> thread = nullptr);

  // Ends the running thread where it stands.
  [[noreturn]] void exit_thread(TaskId task, std::uint32_t exit_code);

  // Ends the process: its threads stop where they are, nothing is unwound. Does not return when the
  // caller is one of them. Nothing happens when it has ended already.
  void end(std::string_view reason, std::uint32_t exit_code);

  // Ctrl-C and the like: the handlers run on a thread of their own, the last one added first; when
  // none takes it, the process ends with STATUS_CONTROL_C_EXIT. A service has no console: it gets
  // SERVICE_CONTROL_STOP.
  void raise_console_event(std::uint32_t type);

  bool ended() const { return exit_code_.has_value(); }
  std::optional<std::uint32_t> exit_code() const { return exit_code_; }
  bool crashed() const { return crashed_; }
  const std::string& crash_text() const { return crash_text_; }  // what() of the exception

  // To a process that runs as a service; false when none of its services takes controls.
  bool send_service_control(std::uint32_t control);

  // Standard output and standard error as UTF-8, cut at limits::kProcessOutputBytesMax.
  const std::string& output() const { return output_; }
  const std::string& debug_output() const { return debug_output_; }  // OutputDebugString
  void append_output(std::string_view utf8);
  void append_debug_output(std::string_view utf8);

  // --- Handles ---
  std::uintptr_t open_handle(std::shared_ptr<KernelObject> object);
  std::shared_ptr<KernelObject> object_of(std::uintptr_t handle) const;
  bool close_handle(std::uintptr_t handle);

  // --- Per thread ---
  std::uint32_t& last_error(ThreadKey thread) { return last_errors_[thread]; }
  ComState& com(ThreadKey thread) { return com_[thread]; }
  std::shared_ptr<ThreadObject> thread(ThreadKey key) const;

  std::optional<ComSecurity> security;
  std::vector<int (*)(std::uint32_t)> console_handlers;  // in the order of adding
  bool ignores_ctrl_c = false;
  std::wstring command_line;
  std::shared_ptr<ProgramState> program;  // see program_state()

 private:
  friend class BlockedScope;
  friend LabProcess& spawn_process(Lab& lab, std::string name, std::function<int()> body);
  void thread_finished(ThreadObject& thread, std::uint32_t exit_code);
  void stop(std::string_view reason, std::uint32_t exit_code);
  void crash(std::string text);

  std::optional<std::uint32_t> exit_code_;
  bool crashed_ = false;
  std::string crash_text_;
  std::string output_;
  std::string debug_output_;
  std::uintptr_t last_handle_ = 0;
  std::map<std::uintptr_t, std::shared_ptr<KernelObject>> handles_;
  std::map<ThreadKey, std::uint32_t> last_errors_;
  std::map<ThreadKey, ComState> com_;
  std::map<TaskId, std::shared_ptr<ThreadObject>> threads_;  // alive
  std::multiset<TaskId> blocked_;  // tasks of others' making that wait in a call of this process
};

// The process that the caller runs in: its task's, else the default one; null when there is none.
LabProcess* current_process();

// The process of callers that are no task: threads that a party made for itself (real time only).
// One for the whole program; null to clear it.
void set_default_process(LabProcess* process);

ThreadKey calling_thread();

using WideMain = int (*)(int, wchar_t**);

// A process without a thread: the lab calls into it, as it does into a provider.
LabProcess& create_process(Lab& lab, std::string name);
// Its main thread runs `body`; the process ends with what that returns.
LabProcess& spawn_process(Lab& lab, std::string name, std::function<int()> body);
// As started from a command line: argv[0] is the name with ".exe".
LabProcess& spawn_process(Lab& lab, std::string name, WideMain main,
                          const std::vector<std::string>& arguments);

}  // namespace vsslab
